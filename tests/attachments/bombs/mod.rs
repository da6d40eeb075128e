//! Exploding, lying and looping files of every format, made from scratch: what judging them may hold and cost is
//! bounded. The tests bound their memory, the benches their time.

mod disks;
mod documents;
mod mails;
mod packed;

use std::io::Write;

/// One file that explodes.
pub(crate) struct Bomb {
    /// Its name; `.eml` for a whole mail.
    pub(crate) name: &'static str,
    /// What is wrong with it.
    pub(crate) what: &'static str,
    /// Whether a bound cuts it short, which has to be said.
    pub(crate) cut: bool,
    pub(crate) make: fn() -> Vec<u8>,
}

impl Bomb {
    /// Whether it is a mail and not a bare file.
    pub(crate) fn is_mail(&self) -> bool {
        self.name.ends_with(".eml")
    }
}

/// A file that a bound cuts short.
const fn cut(name: &'static str, what: &'static str, make: fn() -> Vec<u8>) -> Bomb {
    Bomb { name, what, cut: true, make }
}

/// A file that is looked at in full, however much it claims.
const fn whole(name: &'static str, what: &'static str, make: fn() -> Vec<u8>) -> Bomb {
    Bomb { name, what, cut: false, make }
}

/// All of them, by the kind of file.
pub(crate) fn all() -> [(&'static str, &'static [Bomb]); 4] {
    [
        ("archives", packed::BOMBS),
        ("disk images", disks::BOMBS),
        ("documents", documents::BOMBS),
        ("mails", mails::BOMBS),
    ]
}

const MIB: usize = 1 << 20;

fn le16(n: usize) -> [u8; 2] {
    (n as u16).to_le_bytes()
}

fn le32(n: usize) -> [u8; 4] {
    (n as u32).to_le_bytes()
}

fn le64(n: usize) -> [u8; 8] {
    (n as u64).to_le_bytes()
}

/// Puts bytes at an offset, which grows the file where it has to.
fn put(file: &mut Vec<u8>, at: usize, what: &[u8]) {
    if file.len() < at + what.len() {
        file.resize(at + what.len(), 0);
    }
    file[at..at + what.len()].copy_from_slice(what);
}

/// Zlib of `len` times this byte.
fn zlib(byte: u8, len: usize) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    flood(&mut writer, byte, len);
    writer.finish().expect("memory takes all")
}

/// Writes `len` times this byte.
fn flood(writer: &mut dyn Write, byte: u8, len: usize) {
    let piece = vec![byte; MIB];
    let mut left = len;
    while left > 0 {
        let now = left.min(MIB);
        writer.write_all(&piece[..now]).expect("memory takes all");
        left -= now;
    }
}

/// One file of a zip archive: name, and what stands in it.
enum Content<'a> {
    /// These bytes, deflated.
    Packed(&'a [u8]),
    /// So many of this byte, deflated.
    Flood(u8, usize),
    /// So many zeros as they are.
    Plain(usize),
}

fn zip(files: &[(&str, Content<'_>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default();
        let options = match content {
            Content::Plain(_) => options.compression_method(zip::CompressionMethod::Stored),
            _ => options,
        };
        writer.start_file(*name, options).expect("memory takes all");
        match content {
            Content::Packed(bytes) => writer.write_all(bytes).expect("memory takes all"),
            Content::Flood(byte, len) => flood(&mut writer, *byte, *len),
            Content::Plain(len) => flood(&mut writer, 0, *len),
        }
    }
    writer.finish().expect("memory takes all").into_inner()
}

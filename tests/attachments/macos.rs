//! Images of macOS: an HFS+ volume written here node by node, packed in each way that hdiutil packs.

use std::io::Write;

use lazaret::engine::attachment::{FileVerdict, Inspected};

use crate::disks::put;
use crate::files::{base64, file, ids, program};

const BLOCK: usize = 512;

fn be(n: usize, width: usize) -> Vec<u8> {
    (n as u64).to_be_bytes()[8 - width..].to_vec()
}

/// A fork with one run of blocks.
fn fork(len: usize, block: usize) -> Vec<u8> {
    let mut out = [be(len, 8), be(0, 4), be(len.div_ceil(BLOCK), 4)].concat();
    out.extend([be(block, 4), be(len.div_ceil(BLOCK), 4)].concat());
    out.resize(80, 0);
    out
}

/// A record of the catalogue.
fn record(folder: usize, name: &str, data: &[u8]) -> Vec<u8> {
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let key = [be(folder, 4), be(units.len() / 2, 2), units].concat();
    [be(key.len(), 2), key, data.to_vec()].concat()
}

/// A node of the catalogue's tree.
fn node(kind: u8, next: usize, records: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0; 4_096];
    put(&mut out, 0, &be(next, 4));
    put(&mut out, 8, &[kind]);
    put(&mut out, 10, &be(records.len(), 2));
    let mut at = 14;
    for (i, record) in records.iter().enumerate() {
        put(&mut out, at, record);
        put(&mut out, 4_096 - (i + 1) * 2, &be(at, 2));
        at += record.len();
    }
    assert!(at < 4_096 - records.len() * 2 - 2, "the records have one node");
    out
}

/// A volume with the folders of an application and in them one file; its records in two leaves.
fn hfs(name: &str, bytes: &[u8]) -> Vec<u8> {
    let folder = |id: usize| {
        let mut out = [be(1, 2), be(0, 6), be(id, 4)].concat();
        out.resize(88, 0);
        out
    };
    let mut entry = be(2, 2);
    entry.resize(88, 0);
    entry.extend(fork(bytes.len(), 40));
    entry.resize(248, 0);
    let mut header = node(1, 0, &[]);
    put(&mut header, 14 + 10, &be(1, 4));
    put(&mut header, 14 + 18, &be(4_096, 2));
    let first = node(0xff, 2, &[record(2, "Setup.app", &folder(16))]);
    let second = node(
        0xff,
        0,
        &[record(16, "Contents", &folder(17)), record(17, "MacOS", &folder(18)), record(18, name, &entry)],
    );
    let mut out = vec![0; 40 * BLOCK];
    put(&mut out, 1_024, b"H+\0\x04");
    put(&mut out, 1_024 + 40, &be(BLOCK, 4));
    put(&mut out, 1_024 + 272, &fork(3 * 4_096, 8));
    put(&mut out, 8 * BLOCK, &[header, first, second].concat());
    put(&mut out, 40 * BLOCK, bytes);
    out.resize(out.len().next_multiple_of(BLOCK) + 8 * BLOCK, 0);
    out
}

/// How chunks are packed.
#[derive(Clone, Copy)]
enum How {
    Raw,
    Adc,
    Zlib,
    Bzip2,
    /// Which can't be opened.
    Lzfse,
}

fn pack(how: How, chunk: &[u8]) -> (usize, Vec<u8>) {
    match how {
        How::Raw => (1, chunk.to_vec()),
        How::Adc => {
            let plain = |piece: &[u8]| [vec![0x7f + piece.len() as u8], piece.to_vec()].concat();
            (0x8000_0004, chunk.chunks(128).flat_map(plain).collect())
        }
        How::Zlib => {
            let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            zlib.write_all(chunk).unwrap();
            (0x8000_0005, zlib.finish().unwrap())
        }
        How::Bzip2 => {
            let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
            bzip2.write_all(chunk).unwrap();
            (0x8000_0006, bzip2.finish().unwrap())
        }
        How::Lzfse => (0x8000_0007, chunk.to_vec()),
    }
}

/// An image with one partition in chunks of 8 KiB; those of zeros are not stored, as hdiutil does.
fn dmg(how: How, volume: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rows = Vec::new();
    let mut count = 0;
    let mut row = |kind: usize, at: usize, len: usize, place: usize, packed: usize| {
        rows.extend([be(kind, 4), be(0, 4), be(at / BLOCK, 8), be(len / BLOCK, 8)].concat());
        rows.extend([be(place, 8), be(packed, 8)].concat());
        count += 1;
    };
    for (i, chunk) in volume.chunks(8_192).enumerate() {
        if chunk.iter().all(|b| *b == 0) {
            row(2, i * 8_192, chunk.len(), 0, 0);
        } else {
            let (kind, packed) = pack(how, chunk);
            row(kind, i * 8_192, chunk.len(), out.len(), packed.len());
            out.extend(packed);
        }
    }
    row(0xffff_ffff, volume.len(), 0, out.len(), 0);
    let mut table = [b"mish".to_vec(), be(1, 4), be(64, 8), be(volume.len() / BLOCK, 8)].concat();
    table.resize(200, 0);
    table.extend([be(count, 4), rows].concat());
    let list = format!(
        "<?xml version=\"1.0\"?>\n<plist><dict><key>resource-fork</key><dict><key>blkx</key><array><dict><key>Data</key>\n<data>\n{}\n\
         </data></dict></array></dict></dict></plist>",
        base64(&table)
    );
    let at = out.len();
    out.extend(list.as_bytes());
    let mut trailer = vec![0; 512];
    put(&mut trailer, 0, b"koly");
    put(&mut trailer, 216, &be(at, 8));
    put(&mut trailer, 224, &be(list.len(), 8));
    out.resize(out.len().max(1_024), 0);
    out.extend(trailer);
    out
}

/// An image that holds nothing.
pub(crate) fn image_of_zeros() -> Vec<u8> {
    dmg(How::Raw, &vec![0; 64 << 10])
}

/// The beginning of a program for 64-bit Macs, and nothing that would run.
fn mac_program() -> Vec<u8> {
    let mut out = b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0".to_vec();
    out.resize(1_500, 0x11);
    out
}

fn names(found: &Inspected) -> Vec<&str> {
    found.attachments.iter().filter_map(|a| a.name.as_deref()).collect()
}

#[test]
fn programs_are_found_in_each_kind_of_packing() {
    for (what, how) in [("raw", How::Raw), ("ADC", How::Adc), ("zlib", How::Zlib), ("bzip2", How::Bzip2)] {
        let found = file("Setup.dmg", &dmg(how, &hfs("Setup", &mac_program())));
        assert!(names(&found).contains(&"Setup.app/Contents/MacOS/Setup"), "{what}: {:?}", names(&found));
        assert!(ids(&found).contains(&"executable_foreign"), "{what}: {:?}", ids(&found));
        assert!(ids(&found).contains(&"disk_image_program"), "{what}: {:?}", ids(&found));
        // By its name and not a second time by its sectors.
        let size = mac_program().len() as u64;
        assert_eq!(found.attachments.iter().filter(|a| a.size == size).count(), 1, "{what}");
    }
    // A volume that nobody packed.
    let found = file("a.img", &hfs("run.exe", &program()));
    assert!(names(&found).contains(&"Setup.app/Contents/MacOS/run.exe"), "{:?}", names(&found));
}

#[test]
fn an_image_of_texts_stays_silent() {
    let text = "Only words, line by line.\r\n".repeat(400);
    for how in [How::Raw, How::Adc, How::Zlib, How::Bzip2] {
        let found = file("Notes.dmg", &dmg(how, &hfs("notes.txt", text.as_bytes())));
        assert!(names(&found).contains(&"Setup.app/Contents/MacOS/notes.txt"), "{:?}", names(&found));
        assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", ids(&found));
        assert!(!ids(&found).iter().any(|id| id.starts_with("not_inspected")), "{:?}", ids(&found));
    }
}

#[test]
fn packing_that_cannot_be_opened_is_said() {
    let found = file("a.dmg", &dmg(How::Lzfse, &hfs("Setup", &mac_program())));
    assert!(ids(&found).contains(&"not_inspected_format"), "{:?}", ids(&found));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", ids(&found));
}

#[test]
fn programs_without_a_list_of_files_are_found_by_their_sectors() {
    // A file system that is not read: the same volume without its mark.
    let mut volume = hfs("Setup", &mac_program());
    put(&mut volume, 1_024, b"??");
    let found = file("a.dmg", &dmg(How::Zlib, &volume));
    assert!(ids(&found).contains(&"executable_foreign"), "{:?}", ids(&found));
}

#[test]
fn damaged_and_lying_images_end() {
    let volume = hfs("Setup", &mac_program());
    for image in [volume.clone(), dmg(How::Zlib, &volume), dmg(How::Adc, &volume), dmg(How::Bzip2, &volume)] {
        for cut in (0..image.len()).step_by(311) {
            assert!(!file("a.dmg", &image[..cut]).attachments.is_empty());
        }
        for at in (0..image.len()).step_by(7) {
            let mut bytes = image.clone();
            bytes[at] ^= 0xff;
            assert!(!file("a.dmg", &bytes).attachments.is_empty());
        }
    }
    // A catalogue whose second leaf leads back to the first.
    let mut looping = hfs("Setup", &mac_program());
    put(&mut looping, 8 * BLOCK + 2 * 4_096, &be(1, 4));
    assert!(names(&file("a.img", &looping)).contains(&"Setup.app/Contents/MacOS/Setup"));
    // More sectors than a message may cost to unpack.
    let large = vec![7; 80 << 20];
    let found = file("a.dmg", &dmg(How::Zlib, &large));
    assert!(ids(&found).contains(&"not_inspected_limit"), "{:?}", ids(&found));
}

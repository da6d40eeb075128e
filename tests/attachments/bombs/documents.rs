//! Documents, pages and what is written into text.

use super::{Bomb, Content, MIB, cut, le16, le32, le64, put, zip, zlib};
use crate::compound::{compound, with_macros};

pub(super) const BOMBS: &[Bomb] = &[
    cut("flate.pdf", "an embedded file of 100 MiB", || {
        pdf(&[("/Type/EmbeddedFile/Filter/FlateDecode", &zlib(0, 100 * MIB))])
    }),
    cut("objects.pdf", "100 streams of 1 MiB of objects each", || {
        let packed = zlib(b'(', MIB);
        pdf(&vec![("/Type/ObjStm/Filter/FlateDecode", &packed[..]); 100])
    }),
    cut("names.pdf", "60 MiB of objects that are names with escapes", || {
        let mut text = b"/#41#42".repeat(2 * MIB / 7);
        text.truncate(2 * MIB);
        let packed = deflated(&text);
        pdf(&vec![("/Type/ObjStm/Filter/FlateDecode", &packed[..]); 30])
    }),
    cut("scripts.pdf", "4,000 streams of 20 kB of script", || {
        let packed = deflated(&b"this.app.eval(unescape('%41')); ".repeat(640));
        pdf(&vec![("/Filter/FlateDecode", &packed[..]); 4_000])
    }),
    cut("chain.pdf", "filters in filters", || {
        let inner = zlib(0, 100 * MIB);
        let twice = deflated(&inner);
        pdf(&[("/Type/EmbeddedFile/Filter[/FlateDecode/FlateDecode]", &twice)])
    }),
    cut("runs.pdf", "runs of 100 MiB", || {
        let runs = [129, b'a'].repeat(100 * MIB / 128);
        pdf(&[("/Type/EmbeddedFile/Filter/RunLengthDecode", &runs)])
    }),
    cut("lzw.pdf", "LZW of 100 MiB", || pdf(&[("/Type/EmbeddedFile/Filter/LZWDecode", &lzw(100 * MIB))])),
    cut("plain.pdf", "60 MiB of objects that are not packed", || {
        pdf(&[("/Type/ObjStm", &vec![b'/'; 60 * MIB])])
    }),
    cut("flood.docx", "a text of 100 MiB", || office("word/document.xml", Content::Flood(b'<', 100 * MIB))),
    cut("latin.docx", "a text of 30 MiB in no charset", || {
        office("word/document.xml", Content::Flood(0xe9, 30 * MIB))
    }),
    cut("fields.docx", "30 MiB of fields", || {
        office("word/document.xml", Content::Packed(&b"<w:instrText>PAGE ".repeat(30 * MIB / 18)))
    }),
    cut("flood.xlsm", "macro sheets of 4 MiB", || {
        let names: Vec<String> = (0..30).map(|i| format!("xl/macrosheets/{i}.xml")).collect();
        let sheets = names.iter().map(|n| (n.as_str(), Content::Flood(b'a', 4 * MIB)));
        let first = ("[Content_Types].xml", Content::Packed(b"<?xml?>"));
        let workbook = ("xl/workbook.xml", Content::Flood(b'b', 4 * MIB));
        zip(&[first, workbook].into_iter().chain(sheets).collect::<Vec<_>>())
    }),
    cut("flood.odt", "macros of 80 MiB", || {
        let kind = ("mimetype", Content::Plain(0));
        let basic =
            ["Basic/Standard/a.xml", "Basic/Standard/b.xml"].map(|n| (n, Content::Flood(b'a', 40 * MIB)));
        let first = ("[Content_Types].xml", Content::Packed(b"<?xml?>"));
        zip(&[kind, first].into_iter().chain(basic).collect::<Vec<_>>())
    }),
    cut("loops.doc", "20 MiB of sectors that all lead to each other", || loops(40_000)),
    cut("claims.doc", "50 streams that all are the same 4 MiB", || {
        let mut out = compound([0; 16], &[("A", &vec![0x13; 4 * MIB])]);
        shared(&mut out, "\u{1}Ole10Native", 50)
    }),
    cut("macros.doc", "macros that come to 64 MiB", || {
        let module = modules();
        with_macros("WordDocument", "Macros/", &module)
    }),
    cut("objects.ppt", "objects of 4 MiB each", || {
        let object = deflated(&compound([0; 16], &[("A", &vec![0; 4 * MIB])]));
        let record =
            [&le16(0x10)[..], &le16(0x1011), &le32(object.len() + 4), &le32(4 * MIB), &object].concat();
        compound([0; 16], &[("PowerPoint Document", &record.repeat(40))])
    }),
    cut("digits.rtf", "an object of 60 MiB", || {
        [&b"{\\rtf1{\\object{\\*\\objdata "[..], &b"41".repeat(60 * MIB), b"}}}"].concat()
    }),
    cut("objects.rtf", "100 objects that begin in each other", || {
        let mut out = b"{\\rtf1".to_vec();
        out.extend(b"\\objdata 4141".repeat(100));
        out.extend(b"41".repeat(2 * MIB));
        out
    }),
    cut("files.one", "200 files that are nearly all of the section", onenote),
    cut("flood.chm", "pages of 60 MiB in all", help),
    cut("files.html", "50 files of 80 kB that come to 4 MiB each", || {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        super::flood(&mut writer, 0, 4 * MIB);
        let file = base64(&writer.finish().expect("memory takes all"));
        format!("<html><body>{}</body></html>", format!("<a href=\"data:x;base64,{file}\">x</a> ").repeat(50))
            .into_bytes()
    }),
    cut("latin.html", "16 MiB in no charset", || [&b"<html><body>"[..], &vec![0xe9; 16 * MIB]].concat()),
    cut("latin.vbs", "16 MiB in no charset", || [&b"MsgBox 1 \r\n"[..], &vec![0xe9; 16 * MIB]].concat()),
    cut("wide.csv", "16 MiB in two bytes a character", || {
        [&b"\xff\xfe"[..], &[0x20, 0xac].repeat(8 * MIB)].concat()
    }),
    cut("file.ics", "a file of 60 MiB in a calendar entry", || {
        let head = b"BEGIN:VCALENDAR\nATTACH;ENCODING=BASE64:";
        [&head[..], &b"QUJD".repeat(20 * MIB)].concat()
    }),
    cut("letters.p7m", "an envelope of 60 MiB in letters", || {
        [&b"-----BEGIN PKCS7-----\n"[..], &b"MIAG".repeat(20 * MIB)].concat()
    }),
    cut("runs.hqx", "BinHex of 100 MiB", binhex),
];

/// A PDF of these streams: dictionary and data.
fn pdf(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    for (index, (dictionary, data)) in streams.iter().enumerate() {
        out.extend(format!("{} 0 obj<<{dictionary}/Length {}>>stream\n", index + 1, data.len()).bytes());
        out.extend(*data);
        out.extend(b"\nendstream endobj\n");
    }
    out.extend(b"%%EOF\n");
    out
}

pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut writer, bytes).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

/// LZW of one letter: each code is the one before and a letter more, then the table begins anew.
fn lzw(len: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut have) = (0_u32, 0);
    let mut put = |code: u32, width: u32| {
        bits = bits << width | code;
        have += width;
        while have >= 8 {
            have -= 8;
            out.push((bits >> have) as u8);
        }
    };
    let mut done = 0;
    while done < len {
        put(256, 9);
        put(u32::from(b'a'), 9);
        done += 1;
        let mut width = 9;
        for i in 0..4_096 - 258 - 2_u32 {
            put(258 + i, width);
            done += i as usize + 2;
            // The code is known one later to the reader, who grows one early.
            width = match 258 + (i + 1) + 1 {
                ..=511 => 9,
                512..=1_023 => 10,
                1_024..=2_047 => 11,
                _ => 12,
            };
        }
        put(256, width);
    }
    out.extend([0; 4]);
    out
}

fn office(name: &str, content: Content<'_>) -> Vec<u8> {
    zip(&[("[Content_Types].xml", Content::Packed(b"<?xml?>")), (name, content)])
}

/// A compound file whose table sends every sector back to the first, while all its streams claim 4 GiB.
fn loops(sectors: usize) -> Vec<u8> {
    let mut out = vec![0; 512];
    put(&mut out, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    put(&mut out, 24, b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0");
    // The directory, the short sectors and their table all begin at the sector behind the table.
    put(&mut out, 48, &le32(109));
    put(&mut out, 56, &le32(4_096));
    put(&mut out, 60, &le32(109));
    put(&mut out, 68, &le32(0));
    (0..109).for_each(|i| put(&mut out, 76 + i * 4, &le32(i)));
    out.extend(
        (0..109 * 128_u32).flat_map(|i| if i == 109 { 110_u32.to_le_bytes() } else { 109_u32.to_le_bytes() }),
    );
    let names = ["Root Entry", "WordDocument", "Workbook", "PowerPoint Document"];
    for (index, name) in names.iter().enumerate() {
        let mut entry = vec![0; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(&mut entry, 0, &units);
        put(&mut entry, 64, &le16(units.len() + 2));
        put(&mut entry, 66, &[if index == 0 { 5 } else { 2 }, 1]);
        put(&mut entry, 68, &le32(usize::MAX));
        put(&mut entry, 72, &le32(if index == 3 { usize::MAX } else { index + 1 }));
        put(&mut entry, 76, &le32(1));
        put(&mut entry, 116, &le32(109));
        put(&mut entry, 120, &le32(0xffff_ffff));
        out.extend(entry);
    }
    out.resize(512 * sectors, 0);
    out
}

/// Writes so many streams of this name over the directory, all of which have the bytes of the first, and as many
/// storages around them.
fn shared(file: &mut [u8], name: &str, count: usize) -> Vec<u8> {
    let stream = file[512 + 128..512 + 256].to_vec();
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut out = file.to_vec();
    // A directory of its own behind the last sector, in a chain of sectors that the table does not need to know.
    let table = |n: usize| (out.len() - 512) / 512 + n;
    let first = table(0);
    let sectors = (count + 1).div_ceil(4);
    let mut directory = file[512..512 + 128].to_vec();
    put(&mut directory, 76, &le32(1));
    for index in 1..=count {
        let mut entry = stream.clone();
        entry[..64].fill(0);
        put(&mut entry, 0, &units);
        put(&mut entry, 64, &le16(units.len() + 2));
        put(&mut entry, 72, &le32(if index == count { 0xffff_ffff } else { index + 1 }));
        directory.extend(entry);
    }
    directory.resize(sectors * 512, 0);
    put(&mut out, 48, &le32(first));
    let place = u32::from_le_bytes([out[76], out[77], out[78], out[79]]) as usize;
    for i in 0..sectors {
        // The table of chains stands in one run of sectors.
        let next = if i + 1 == sectors { 0xffff_fffe } else { first + i + 1 };
        put(&mut out, 512 * (place + 1) + (first + i) * 4, &le32(next));
    }
    out.extend(directory);
    out
}

/// A module whose pieces each come to 4 KiB of one letter.
fn modules() -> Vec<u8> {
    let mut out = vec![1];
    let head = b"Attribute VB_Name = \"Module1\"\r\nSub a()\r\n";
    let letters: Vec<u8> = head.chunks(8).flat_map(|c| [&[0], c].concat()).collect();
    out.extend((0xb000 | (letters.len() as u16 - 1)).to_le_bytes());
    out.extend(letters);
    for _ in 0..16_384 {
        // A letter, and a copy of 4,095 from one back: the longest length leaves four bits to the distance.
        out.extend(0xb003_u16.to_le_bytes());
        out.extend([2, b'a']);
        out.extend(0x0fff_u16.to_le_bytes());
    }
    out
}

fn onenote() -> Vec<u8> {
    let mut out =
        vec![0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3];
    out.resize(1_024, 0);
    for _ in 0..200 {
        out.extend([
            0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac,
        ]);
        out.extend(le64(64 * MIB));
        out.extend([0; 12]);
    }
    out.extend(vec![7; 8 * MIB]);
    out
}

/// A help file of two pages, in frames that are stored as they are.
fn help() -> Vec<u8> {
    const FRAME: usize = 0x8000;
    const CHUNK: usize = 0x1000;
    let frames = 60 * MIB / FRAME;
    let mut frame = [le16(0x3000 | FRAME >> 12), le16((FRAME & 0xfff) << 4)].concat();
    frame.extend([1, 0, 0, 0].repeat(3));
    frame.extend(vec![b'a'; FRAME]);
    let control = [le32(6), *b"LZXC", le32(2), le32(1), le32(1), le32(0), le32(0)].concat();
    let mut table = [le32(2), le32(frames), le32(8), le32(0x28)].concat();
    [60 * MIB, frames * frame.len(), FRAME].iter().for_each(|n| table.extend(le64(*n)));
    (0..frames).for_each(|i| table.extend(le64(i * frame.len())));
    let frame = frame.repeat(frames);
    let storage = "::DataSpace/Storage/MSCompressed";
    let parts: [(String, &[u8]); 3] = [
        (format!("{storage}/Content"), &frame),
        (format!("{storage}/ControlData"), &control),
        (
            format!("{storage}/Transform/{{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}}/InstanceData/ResetTable"),
            &table,
        ),
    ];
    let number = |n: usize| {
        let seven = |shift: usize| (n >> shift & 0x7f | if shift > 0 { 0x80 } else { 0 }) as u8;
        [28, 21, 14, 7, 0].map(seven)
    };
    let mut entries = Vec::new();
    let mut content: Vec<u8> = Vec::new();
    let mut entry = |name: &str, section: u8, at: usize, len: usize| {
        entries.push(name.len() as u8);
        entries.extend(name.as_bytes());
        entries.push(section);
        entries.extend(number(at));
        entries.extend(number(len));
    };
    entry("/a.htm", 1, 0, 30 * MIB);
    entry("/b.htm", 1, 30 * MIB, 30 * MIB);
    for (name, data) in &parts {
        entry(name, 0, content.len(), data.len());
        content.extend(*data);
    }
    let mut out = [b"ITSF".as_slice(), &le32(3), &le32(0x60)].concat();
    put(&mut out, 0x48, &le64(0x60));
    put(&mut out, 0x50, &le64(0x54 + CHUNK));
    put(&mut out, 0x58, &le64(0x60 + 0x54 + CHUNK));
    let mut directory = [b"ITSP".as_slice(), &le32(1), &le32(0x54), &le32(0), &le32(CHUNK)].concat();
    put(&mut directory, 0x2c, &le32(1));
    directory.resize(0x54, 0);
    let mut chunk = [b"PMGL".as_slice(), &le32(CHUNK - 0x14 - entries.len()), &le32(0), &[0xff; 8]].concat();
    chunk.extend(&entries);
    chunk.resize(CHUNK, 0);
    [out, directory, chunk, content].concat()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// BinHex whose runs come to 100 MiB.
fn binhex() -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
    let mut plain = vec![5];
    plain.extend(b"a.bin\0BINA????\0\0");
    plain.extend((100 * MIB as u32).to_be_bytes());
    plain.extend([0, 0, 0, 0, 1, 1]);
    plain.extend([b'a', 0x90, 255].repeat(100 * MIB / 255));
    plain.resize(plain.len().next_multiple_of(3), 0);
    let mut out = b"(This file must be converted with BinHex 4.0)\n:".to_vec();
    for (index, group) in plain.chunks(3).enumerate() {
        let bits = group.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b));
        out.extend((0..4).map(|i| LETTERS[bits >> (18 - 6 * i) & 63]));
        if index % 16 == 15 {
            out.push(b'\n');
        }
    }
    out.extend(b":\n");
    out
}

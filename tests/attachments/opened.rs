//! What is opened, format by format, where the other rooms leave off: LZX in cabinets and help files, BinHex, Macintosh
//! files, envelopes in envelopes, and files in PDF documents.

use lazaret::engine::attachment::FileVerdict;

use crate::files::{file, ids, mail, mail_with, program};

fn le16(n: usize) -> [u8; 2] {
    (n as u16).to_le_bytes()
}

fn le32(n: usize) -> [u8; 4] {
    (n as u32).to_le_bytes()
}

fn le64(n: usize) -> [u8; 8] {
    (n as u64).to_le_bytes()
}

/// One frame of LZX: a block that is stored as it is.
fn lzx(bytes: &[u8]) -> Vec<u8> {
    let n = bytes.len();
    let mut out = [le16(0x3000 | n >> 12), le16((n & 0xfff) << 4)].concat();
    out.extend([1, 0, 0, 0].repeat(3));
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(2), 0);
    out
}

/// A cabinet with one file in a folder that is packed with LZX.
fn cabinet(name: &str, bytes: &[u8]) -> Vec<u8> {
    let packed = lzx(bytes);
    let files_at = 36 + 8;
    let data_at = files_at + 16 + name.len() + 1;
    let mut out = b"MSCF\0\0\0\0".to_vec();
    out.extend(le32(data_at + 8 + packed.len()));
    out.extend(le32(0));
    out.extend(le32(files_at));
    out.extend(le32(0));
    out.extend([3, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(le32(data_at));
    out.extend(le16(1));
    out.extend(le16(3 | 15 << 8));
    out.extend(le32(bytes.len()));
    out.extend([0; 12]);
    out.extend(name.as_bytes());
    out.push(0);
    out.extend(le32(0));
    out.extend(le16(packed.len()));
    out.extend(le16(bytes.len()));
    out.extend(packed);
    out
}

/// A help file: one page that is packed, one file that is not.
pub(crate) fn help(page: &[u8], name: &str, beside: &[u8]) -> Vec<u8> {
    const CHUNK: usize = 0x1000;
    let packed = lzx(page);
    let control = [le32(6), *b"LZXC", le32(2), le32(2), le32(2), le32(0), le32(0)].concat();
    let mut table = [le32(2), le32(1), le32(8), le32(0x28)].concat();
    for n in [page.len(), packed.len(), 0x8000, 0] {
        table.extend(le64(n));
    }
    let storage = "::DataSpace/Storage/MSCompressed";
    let parts: Vec<(String, &[u8])> = vec![
        (format!("/{name}"), beside),
        (format!("{storage}/Content"), &packed),
        (format!("{storage}/ControlData"), &control),
        (
            format!("{storage}/Transform/{{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}}/InstanceData/ResetTable"),
            &table,
        ),
    ];
    // Seven bits in a byte, the highest first.
    let number =
        |n: usize| vec![(n >> 14 & 0x7f | 0x80) as u8, (n >> 7 & 0x7f | 0x80) as u8, (n & 0x7f) as u8];
    let mut entries = Vec::new();
    let mut content: Vec<u8> = Vec::new();
    let mut entry = |name: &str, section: u8, at: usize, len: usize| {
        entries.push(name.len() as u8);
        entries.extend(name.as_bytes());
        entries.push(section);
        entries.extend(number(at));
        entries.extend(number(len));
    };
    entry("/page.htm", 1, 0, page.len());
    for (name, data) in &parts {
        entry(name, 0, content.len(), data.len());
        content.extend(*data);
    }
    let mut out = [b"ITSF".as_slice(), &le32(3), &le32(0x60)].concat();
    out.resize(0x48, 0);
    out.extend(le64(0x60));
    out.extend(le64(0x54 + CHUNK));
    out.extend(le64(0x60 + 0x54 + CHUNK));
    let mut directory = [b"ITSP".as_slice(), &le32(1), &le32(0x54), &le32(0), &le32(CHUNK)].concat();
    directory.resize(0x2c, 0);
    directory.extend(le32(1));
    directory.resize(0x54, 0);
    let mut chunk = [b"PMGL".as_slice(), &le32(CHUNK - 0x14 - entries.len()), &le32(0), &[0xff; 8]].concat();
    chunk.extend(&entries);
    chunk.resize(CHUNK, 0);
    out.extend(directory);
    out.extend(chunk);
    out.extend(content);
    out
}

/// BinHex, with the mark of runs written out.
fn binhex(name: &str, bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
    let mut raw = vec![name.len() as u8];
    raw.extend(name.as_bytes());
    raw.extend([0; 11]);
    raw.extend((bytes.len() as u32).to_be_bytes());
    raw.extend([0; 6]);
    raw.extend(bytes);
    raw.extend([0; 4]);
    let raw: Vec<u8> = raw.iter().flat_map(|&b| if b == 0x90 { vec![0x90, 0] } else { vec![b] }).collect();
    let letters: Vec<u8> = raw
        .chunks(3)
        .flat_map(|c| {
            let bits = c.iter().fold(0_u32, |n, &b| n << 8 | u32::from(b)) << (8 * (3 - c.len()));
            (0..4).map(move |i| LETTERS[(bits >> (18 - 6 * i) & 63) as usize])
        })
        .collect();
    let text = format!(":{}:", String::from_utf8(letters).unwrap());
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|c| std::str::from_utf8(c).unwrap()).collect();
    format!("(This file must be converted with BinHex 4.0)\r\n\r\n{}\r\n", lines.join("\r\n"))
}

#[test]
fn cabinets_with_lzx_are_unpacked() {
    let found = file("a.cab", &cabinet("photo.jpg", &program()));
    assert_eq!(found.verdict(), FileVerdict::Malicious, "{:?}", ids(&found));
    assert_eq!(found.attachments[1].size, program().len() as u64);
    let found = file("a.cab", &cabinet("notes.txt", b"only words\r\n"));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", ids(&found));
    assert_eq!(found.attachments[1].detected, "text/plain");
    let whole = cabinet("photo.jpg", &program());
    for cut in 0..whole.len() {
        assert!(!file("a.cab", &whole[..cut]).attachments.is_empty());
    }
}

#[test]
fn help_files_are_judged_by_their_pages() {
    let tame = b"<html><body>How to use it.</body></html>";
    let control = b"<html><object id=x classid=\"clsid:adb880a6-d8ff-11cf-9377-00aa003b7a11\"><param name=\"Command\" value=\"ShortCut\"><param name=\"Item1\" value=\",calc.exe,\"></object></html>";
    let found = file("a.chm", &help(tame, "a.txt", b"only words\r\n"));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", ids(&found));
    assert!(!ids(&found).iter().any(|id| id.starts_with("not_inspected")), "{:?}", ids(&found));
    let found = file("a.chm", &help(control, "a.txt", b"only words\r\n"));
    assert!(ids(&found).contains(&"help_command"), "{:?}", ids(&found));
    let found = file("a.chm", &help(tame, "a.exe", &program()));
    assert_ne!(found.verdict(), FileVerdict::Clean, "{:?}", ids(&found));
    let whole = help(control, "a.txt", b"only words\r\n");
    for cut in (0..whole.len()).step_by(7) {
        assert!(!file("a.chm", &whole[..cut]).attachments.is_empty());
    }
}

#[test]
fn macintosh_files_are_opened() {
    let found = file("a.hqx", binhex("game.exe", &program()).as_bytes());
    assert_ne!(found.verdict(), FileVerdict::Clean, "{:?}", ids(&found));
    assert_eq!(found.attachments[1].name.as_deref(), Some("game.exe"));
    assert_eq!(found.attachments[1].size, program().len() as u64);
    let text = mail_with("Content-Type: application/mac-binhex40", &binhex("game.exe", &program()));
    assert_eq!(mail(text.as_bytes()).verdict(), FileVerdict::Malicious);
    assert_eq!(
        file("a.hqx", binhex("notes.txt", b"only words\r\n").as_bytes()).verdict(),
        FileVerdict::Clean
    );
    // AppleSingle: the name, then the data.
    let mut single = b"\0\x05\x16\0\0\x02\0\0".to_vec();
    single.resize(24, 0);
    single.extend(2_u16.to_be_bytes());
    for (kind, at, len) in [(3_u32, 50_u32, 8_u32), (1, 58, 600)] {
        for n in [kind, at, len] {
            single.extend(n.to_be_bytes());
        }
    }
    single.extend(b"game.exe");
    single.extend(program());
    let found = file("a.bin", &single);
    assert_eq!(found.attachments[1].name.as_deref(), Some("game.exe"));
    assert_ne!(found.verdict(), FileVerdict::Clean);
}

#[test]
fn files_in_a_pdf_are_judged_under_their_names() {
    let pdf = |name: &str, filter: &str, data: &[u8]| {
        let mut out = format!(
            "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Names<</EmbeddedFiles<</Names[(a) 3 0 R]>>>>>>\nendobj\n\
             3 0 obj\n<</Type/Filespec/F({name})/UF({name})/EF<</F 4 0 R>>>>\nendobj\n\
             4 0 obj\n<</Type/EmbeddedFile{filter}/Length {}>>\nstream\n",
            data.len()
        )
        .into_bytes();
        out.extend(data);
        out.extend(b"\nendstream\nendobj\n%%EOF\n");
        out
    };
    let script = b"Set s = CreateObject(\"WScript.Shell\")\r\nSet x = CreateObject(\"MSXML2.XMLHTTP\")\r\n";
    let hex: String = script.iter().map(|b| format!("{b:02x}")).collect();
    for (filter, data) in [("", script.to_vec()), ("/Filter/ASCIIHexDecode", format!("{hex}>").into_bytes())]
    {
        let found = file("a.pdf", &pdf("invoice.vbs", filter, &data));
        assert!(ids(&found).contains(&"script_hostile"), "{filter}: {:?}", ids(&found));
        assert_eq!(found.attachments[1].name.as_deref(), Some("invoice.vbs"));
        assert_eq!(file("a.pdf", &pdf("invoice.txt", filter, &data)).verdict(), FileVerdict::Clean);
    }
    let found = file("a.pdf", &pdf("factur-x.xml", "", b"<?xml version=\"1.0\"?><Invoice/>"));
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", ids(&found));
    assert!(ids(&found).contains(&"pdf_embedded_file"));
    // Encrypted: said, neither clean nor infected.
    let locked =
        b"%PDF-1.6\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R/Encrypt 2 0 R>>\n%%EOF\n";
    let found = file("a.pdf", locked);
    assert!(ids(&found).contains(&"encrypted"));
    assert_eq!(found.verdict(), FileVerdict::Clean);
}

//! Truncated, lying and random bytes: bounded, and never a panic.

use std::time::{Duration, Instant};

use crate::files::{file, locked_zip, mail, mail_with, program, shortcut, zip};

/// Beginnings of every format that is opened.
const MAGICS: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07\0",
    b"Rar!\x1a\x07\x01\0",
    b"7z\xbc\xaf\x27\x1c\0\x04",
    b"\x1f\x8b\x08",
    b"BZh91AY&SY",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"MSCF\0\0\0\0",
    b"\x60\xea\x20\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"%PDF-1.4\n",
    b"{\\rtf1{\\object{\\*\\objdata ",
    b"\x78\x9f\x3e\x22",
    b"ITSF\x03\0\0\0",
    b"MZ\x90\0",
    b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46",
    b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",
    b"begin 644 a.exe\n",
    b"  -lh5-",
    b"\x5d\0\0\x80\0",
    b"",
];

fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
    .take(len)
    .collect()
}

#[test]
fn noise_behind_every_magic_is_survived_in_time() {
    let start = Instant::now();
    let mut looked = 0;
    for (index, magic) in MAGICS.iter().enumerate() {
        for seed in 0..40 {
            let mut bytes = magic.to_vec();
            bytes.extend(noise(seed + index as u64 * 1_000, 64 + (seed as usize * 97) % 3_000));
            let found = file("a.bin", &bytes);
            assert_eq!(found.attachments[0].size, bytes.len() as u64);
            looked += 1;
        }
    }
    assert!(start.elapsed() < Duration::from_secs(60), "{looked} files took {:?}", start.elapsed());
}

#[test]
fn every_prefix_and_every_flipped_byte_is_survived() {
    let inner = zip(&[("a.txt", b"hello"), ("b.scr", &program())]);
    let document = zip(&[
        ("[Content_Types].xml", b"<x/>"),
        ("word/document.xml", b"<w/>"),
        ("word/embeddings/a.bin", &inner),
    ]);
    for sample in [inner, document, locked_zip(&[("a.txt", b"hello")], "x"), shortcut()] {
        for cut in 0..sample.len().min(700) {
            assert!(!file("a", &sample[..cut]).attachments.is_empty());
        }
        for at in 0..sample.len().min(700) {
            let mut bytes = sample.clone();
            bytes[at] ^= 0xff;
            assert!(!file("a", &bytes).attachments.is_empty());
        }
    }
}

#[test]
fn an_archive_of_zeros_is_cut_and_said() {
    let zeros = vec![0_u8; 40 << 20];
    let bytes = zip(&[("a.bin", &zeros), ("b.bin", &zeros)]);
    let found = file("zeros.zip", &bytes);
    assert!(found.findings.iter().any(|f| f.id == "attachment.not_inspected_limit"));
}

#[test]
fn a_mail_of_boundaries_and_headers_is_survived() {
    let many = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(20_000);
    let start = Instant::now();
    let found = mail(mail_with("Content-Type: text/plain", &many).as_bytes());
    assert!(found.findings.iter().all(|f| f.severity < lazaret::engine::Severity::Medium));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// Formats have bounds of their own beside those of the message: what lies beyond is not inspected, and that is said.
#[test]
fn what_a_format_s_own_bound_cuts_is_said() {
    let many = |n: usize, piece: &dyn Fn(usize) -> String| (0..n).map(piece).collect::<String>();
    let rtf =
        |n: usize| format!("{{\\rtf1 {}}}", many(n, &|_| "{\\object{\\*\\objdata 00}}".into())).into_bytes();
    let pdf =
        |n: usize| format!("%PDF-1.4\n{}%%EOF\n", many(n, &|_| "stream\nx\nendstream\n".into())).into_bytes();
    let script = |n: usize| format!("' {}\r\nMsgBox 1\r\n", "x".repeat(n)).into_bytes();
    let page = |n: usize| format!("<html><body>{}</body></html>", "some words ".repeat(n / 11)).into_bytes();
    let office = |n: usize| {
        let names: Vec<String> = (0..n).map(|i| format!("word/{i}.xml")).collect();
        let parts = names.iter().map(|n| (n.as_str(), &b"<x/>"[..]));
        zip(&[("[Content_Types].xml", &b"<?xml?>"[..])].into_iter().chain(parts).collect::<Vec<_>>())
    };
    for (name, under, over) in [
        ("a.rtf", rtf(100), rtf(101)),
        ("a.pdf", pdf(4_000), pdf(5_001)),
        ("a.vbs", script(1 << 20), script(2 << 20)),
        ("a.html", page(3 << 20), page(5 << 20)),
        ("a.docx", office(1_000), office(4_001)),
    ] {
        let said = |bytes: &[u8]| {
            file(name, bytes).findings.iter().any(|f| f.id == "attachment.not_inspected_limit")
        };
        assert!(!said(&under), "{name}");
        assert!(said(&over), "{name}");
    }
    let many: Vec<String> = (0..10_001).map(|i| format!("{i}.txt")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), &b""[..])).collect();
    let found = file("a.zip", &zip(&many));
    assert!(found.findings.iter().any(|f| f.id == "attachment.not_inspected_limit"));
}

/// A document that lost its end, or a part of it, or is encrypted as a whole, is neither clean nor infected.
#[test]
fn documents_that_can_not_be_read_in_full_say_so() {
    let says = |name: &str, bytes: &[u8], id: &str| file(name, bytes).findings.iter().any(|f| f.id == id);
    let unreadable = "attachment.not_inspected_unreadable";
    let text = "<w:document>many words, and more of them</w:document>".repeat(40);
    let whole = zip(&[("[Content_Types].xml", b"<?xml?>"), ("word/document.xml", text.as_bytes())]);
    assert!(!says("a.docx", &whole, unreadable));
    assert!(says("a.docx", &whole[..whole.len() - 60], unreadable));
    let at = whole.windows(17).position(|w| w == b"word/document.xml").unwrap();
    let mut torn = whole;
    torn[at + 17..at + 25].fill(0xff);
    assert!(says("a.docx", &torn, unreadable));
    let odf = |manifest: &str| {
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in [
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", "<office:document-content/>"),
            ("META-INF/manifest.xml", manifest),
        ] {
            writer.start_file(name, stored).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    assert!(!says("a.odt", &odf("<manifest:manifest/>"), "attachment.encrypted"));
    assert!(says("a.odt", &odf("<manifest:encryption-data/>"), "attachment.encrypted"));
}

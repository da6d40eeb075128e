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

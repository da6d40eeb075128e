//! Containers: every format opened or honestly not opened, limits said, passwords tried.

use std::io::Write;

use lazaret::engine::Limits;
use lazaret::engine::attachment::{FileVerdict, inspect_file};
use rars::{ArchiveVersion, Builder};

use crate::files::{base64, file, ids, locked_zip, mail, mail_saying, program, shortcut, uuencode, zip};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn lzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = lzma_rust2::LzipWriter::new(Vec::new(), lzma_rust2::LzipOptions::with_preset(0));
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, bytes) in files {
        let mut head = [0_u8; 512];
        head[..name.len()].copy_from_slice(name.as_bytes());
        head[100..108].copy_from_slice(b"0000644\0");
        head[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
        head[148..156].copy_from_slice(b"        ");
        head[156] = b'0';
        head[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = head.iter().map(|&b| u32::from(b)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend(head);
        out.extend(*bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

/// RAR 4 with one stored or "compressed" file; checksums are not checked by readers of headers.
pub(crate) fn rar4(name: &str, bytes: &[u8], method: u8, flags: u16) -> Vec<u8> {
    let mut out = b"Rar!\x1a\x07\x00".to_vec();
    out.extend([0, 0, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0]);
    out.extend([0, 0, 0x74]);
    out.extend((0x8000 | flags).to_le_bytes());
    out.extend((32 + name.len() as u16).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend([2, 0, 0, 0, 0, 0, 0, 0, 0, 29, method]);
    out.extend((name.len() as u16).to_le_bytes());
    out.extend([0; 4]);
    out.extend(name.as_bytes());
    out.extend(bytes);
    out.extend([0, 0, 0x7b, 0, 0x40, 7, 0]);
    out
}

/// RAR 5 with one stored file.
fn rar5(name: &str, bytes: &[u8]) -> Vec<u8> {
    let number = |mut n: usize| {
        let mut out = Vec::new();
        while n >= 0x80 {
            out.push((n & 0x7f) as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
        out
    };
    let mut body = vec![2, 2];
    body.extend(number(bytes.len()));
    body.push(0);
    body.extend(number(bytes.len()));
    body.extend([0, 0, 0]);
    body.extend(number(name.len()));
    body.extend(name.as_bytes());
    let mut out = b"Rar!\x1a\x07\x01\x00\0\0\0\0\x03\x01\x00\x00".to_vec();
    out.extend([0; 4]);
    out.extend(number(body.len()));
    out.extend(body);
    out.extend(bytes);
    out.extend([0, 0, 0, 0, 3, 5, 0, 0]);
    out
}

/// A cabinet with one stored file.
pub(crate) fn cab(name: &str, bytes: &[u8]) -> Vec<u8> {
    let files_at = 36 + 8_u32;
    let data_at = files_at + 16 + name.len() as u32 + 1;
    let mut out = b"MSCF\0\0\0\0".to_vec();
    out.extend((data_at + 8 + bytes.len() as u32).to_le_bytes());
    out.extend([0; 4]);
    out.extend(files_at.to_le_bytes());
    out.extend([0, 0, 0, 0, 3, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(data_at.to_le_bytes());
    out.extend([1, 0, 0, 0]);
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend([0; 12]);
    out.extend(name.as_bytes());
    out.push(0);
    out.extend([0; 4]);
    out.extend((bytes.len() as u16).to_le_bytes());
    out.extend((bytes.len() as u16).to_le_bytes());
    out.extend(bytes);
    out
}

/// LZH of level 0 with one stored file.
fn lzh(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut head = b"-lh0-".to_vec();
    head.extend((bytes.len() as u32).to_le_bytes());
    head.extend((bytes.len() as u32).to_le_bytes());
    head.extend([0, 0, 0x21, 0x28, 0x20, 0]);
    head.push(name.len() as u8);
    head.extend(name.as_bytes());
    let mut crc = 0_u16;
    for &byte in bytes {
        crc ^= u16::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xa001 } else { crc >> 1 };
        }
    }
    head.extend(crc.to_le_bytes());
    let sum = head.iter().fold(0_u8, |n, b| n.wrapping_add(*b));
    let mut out = vec![head.len() as u8, sum];
    out.extend(head);
    out.extend(bytes);
    out.push(0);
    out
}

/// An ISO 9660 image with one file in its root.
pub(crate) fn iso(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0_u8; 20 * 2048];
    let record = |name: &[u8], at: u32, len: u32, flags: u8| {
        let mut r = vec![0_u8; 33];
        r[2..6].copy_from_slice(&at.to_le_bytes());
        r[10..14].copy_from_slice(&len.to_le_bytes());
        r[25] = flags;
        r[32] = name.len() as u8;
        r.extend(name);
        if r.len() % 2 == 1 {
            r.push(0);
        }
        r[0] = r.len() as u8;
        r
    };
    let root = record(&[0], 18, 2048, 2);
    out[16 * 2048] = 1;
    out[16 * 2048 + 1..16 * 2048 + 6].copy_from_slice(b"CD001");
    out[16 * 2048 + 156..16 * 2048 + 156 + root.len()].copy_from_slice(&root);
    out[17 * 2048] = 255;
    out[17 * 2048 + 1..17 * 2048 + 6].copy_from_slice(b"CD001");
    let mut folder = root;
    folder.extend(record(&[1], 18, 2048, 2));
    folder.extend(record(format!("{name};1").as_bytes(), 19, bytes.len() as u32, 0));
    out[18 * 2048..18 * 2048 + folder.len()].copy_from_slice(&folder);
    out.truncate(19 * 2048);
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(2048), 0);
    out
}

/// TNEF with one attachment.
fn tnef(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x9f, 0x3e, 0x22, 1, 0];
    let attribute = |id: u32, data: &[u8]| {
        let mut a = vec![2];
        a.extend(id.to_le_bytes());
        a.extend((data.len() as u32).to_le_bytes());
        a.extend(data);
        a.extend([0, 0]);
        a
    };
    out.extend(attribute(0x0006_9002, &[0; 14]));
    out.extend(attribute(0x0001_8010, format!("{name}\0").as_bytes()));
    out.extend(attribute(0x0006_800f, bytes));
    out
}

#[test]
fn a_disguised_program_is_found_in_every_container() {
    let name = "document.pdf.scr";
    let data = program();
    let containers: Vec<(&str, Vec<u8>)> = vec![
        ("a.zip", zip(&[(name, &data)])),
        ("a.tar", tar(&[(name, &data)])),
        ("a.tar.gz", gzip(&tar(&[(name, &data)]))),
        ("a.tar.bz2", bzip2(&tar(&[(name, &data)]))),
        ("a.tar.lz", lzip(&tar(&[(name, &data)]))),
        ("document.pdf.gz", gzip(&data)),
        ("a.rar", rar4(name, &data, 0x30, 0)),
        ("b.rar", rar5(name, &data)),
        ("a.cab", cab(name, &data)),
        ("a.lzh", lzh(name, &data)),
        ("a.iso", iso(name, &data)),
        ("winmail.dat", tnef(name, &data)),
        ("a.txt", uuencode(name, &data).into_bytes()),
    ];
    for (outer, bytes) in containers {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Malicious, "{outer}: {:?}", found);
        let inner = found.attachments.last().unwrap();
        assert_eq!(inner.container.first().map(String::as_str), Some(outer));
        assert_eq!(inner.size, data.len() as u64, "{outer}");
    }
}

#[test]
fn harmless_files_in_every_container_are_silent() {
    let (name, data) = ("notes.txt", &b"nothing to see here\r\n"[..]);
    for (outer, bytes) in [
        ("a.zip", zip(&[(name, data)])),
        ("a.tar", tar(&[(name, data)])),
        ("a.tgz", gzip(&tar(&[(name, data)]))),
        ("a.tlz", lzip(&tar(&[(name, data)]))),
        ("a.rar", rar4(name, data, 0x30, 0)),
        ("b.rar", rar5(name, data)),
        ("a.cab", cab(name, data)),
        ("a.lzh", lzh(name, data)),
        ("a.iso", iso(name, data)),
        ("winmail.dat", tnef(name, data)),
    ] {
        let found = file(outer, &bytes);
        assert_eq!(found.verdict(), FileVerdict::Clean, "{outer}: {:?}", found.findings);
        assert_eq!(found.attachments.last().unwrap().name.as_deref(), Some(name), "{outer}");
    }
}

/// A RAR archive as WinRAR would write it.
fn packed(version: ArchiveVersion, solid: bool, password: Option<&str>, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(version).solid(solid).password(password.map(|p| p.as_bytes().to_vec()));
    for (name, bytes) in files {
        builder.add_bytes(name.as_bytes().to_vec(), bytes.to_vec(), Some(0), None).unwrap();
    }
    builder.to_bytes().unwrap()
}

/// A program with text enough to be worth packing.
fn long_program() -> Vec<u8> {
    let mut out = program();
    out.extend(b"This program cannot do anything at all. ".repeat(200));
    out
}

#[test]
fn packed_rar_members_are_unpacked() {
    use ArchiveVersion::{Rar29, Rar40, Rar50, Rar70};
    let (data, text) = (long_program(), b"nothing to see here\r\n".repeat(100));
    for version in [Rar29, Rar40, Rar50, Rar70] {
        for solid in [false, true] {
            let bytes = packed(version, solid, None, &[("notes.txt", &text), ("document.pdf.scr", &data)]);
            assert!(bytes.len() < data.len() / 2, "{version:?} was not packed");
            let found = file("a.rar", &bytes);
            assert_eq!(found.verdict(), FileVerdict::Malicious, "{version:?} {solid}: {:?}", found.findings);
            assert!(!ids(&found).contains(&"not_inspected_format"), "{version:?} {solid}");
            let inner = found.attachments.last().unwrap();
            assert_eq!((inner.size, inner.name.as_deref()), (data.len() as u64, Some("document.pdf.scr")));
            let quiet = file("a.rar", &packed(version, solid, None, &[("notes.txt", &text)]));
            assert_eq!(quiet.verdict(), FileVerdict::Clean, "{version:?}: {:?}", quiet.findings);
        }
    }
}

#[test]
fn the_password_in_the_text_opens_a_rar_archive() {
    let header = "Content-Type: application/vnd.rar; name=a.rar\r\nContent-Transfer-Encoding: base64\r\n\
                  Content-Disposition: attachment; filename=a.rar";
    for version in [ArchiveVersion::Rar40, ArchiveVersion::Rar50] {
        for hidden in [false, true] {
            let data = long_program();
            let mut builder =
                Builder::new(version).password(Some(b"48213".to_vec())).header_encryption(hidden);
            builder.add_bytes(b"details.txt".to_vec(), data, Some(0), None).unwrap();
            let archive = base64(&builder.to_bytes().unwrap());
            let told = mail_saying("The password for the archive is 48213.", header, &archive);
            let found = mail(told.as_bytes());
            assert_eq!(found.verdict(), FileVerdict::Malicious, "{version:?} {hidden}: {:?}", found.findings);
            assert!(ids(&found).contains(&"encrypted_password_sent"));

            let found = mail(mail_saying("See the archive.", header, &archive).as_bytes());
            assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", found.findings);
            assert!(ids(&found).contains(&"encrypted"), "{version:?} {hidden}: {:?}", ids(&found));
        }
    }
}

#[test]
fn a_rar_archive_that_is_cut_or_explodes_is_bounded_and_said() {
    let big = vec![0_u8; 80 << 20];
    let bytes = packed(ArchiveVersion::Rar50, false, None, &[("a.bin", &big)]);
    assert!(bytes.len() < 1 << 20);
    assert!(ids(&file("a.rar", &bytes)).contains(&"not_inspected_limit"));

    let whole =
        packed(ArchiveVersion::Rar50, false, None, &[("a.txt.exe", &long_program()), ("b.txt", b"b")]);
    for at in 0..whole.len() {
        let found = file("a.rar", &whole[..at]);
        assert!(found.attachments.len() <= 3);
        let mut torn = whole.clone();
        torn[at] ^= 0xff;
        assert!(!file("a.rar", &torn).attachments.is_empty());
    }
    let cut = file("a.rar", &whole[..whole.len() - 30]);
    assert!(ids(&cut).contains(&"not_inspected_unreadable"), "{:?}", ids(&cut));
    assert!(ids(&cut).contains(&"name_double_extension"), "{:?}", ids(&cut));
}

#[test]
fn what_can_not_be_unpacked_is_judged_by_name_and_said() {
    let bytes = rar4("photo.jpg.exe", b"\x11\x22\x33\x44", 0x33, 0);
    let found = file("a.rar", &bytes);
    assert!(ids(&found).contains(&"not_inspected_format"), "{:?}", ids(&found));
    assert!(ids(&found).contains(&"name_double_extension"));
    let quiet = file("a.rar", &rar4("photo.jpg", b"\x11\x22\x33\x44", 0x33, 0));
    assert_eq!(quiet.verdict(), FileVerdict::Clean);
}

#[test]
fn a_shortcut_in_a_disk_image_is_found() {
    let found = file("invoice.iso", &iso("INVOICE.LNK", &shortcut()));
    assert_eq!(found.verdict(), FileVerdict::Malicious);
    assert!(ids(&found).contains(&"disk_image_program") && ids(&found).contains(&"shortcut_command"));
}

#[test]
fn the_password_in_the_text_opens_the_archive() {
    let part = |bytes: &[u8]| base64(bytes);
    let header = "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\
                  Content-Disposition: attachment; filename=a.zip";
    let bad = part(&locked_zip(&[("details.scr", &program())], "48213"));
    let found = mail(mail_saying("The password for the archive is 48213.", header, &bad).as_bytes());
    assert_eq!(found.verdict(), FileVerdict::Malicious, "{:?}", found.findings);
    assert!(ids(&found).contains(&"encrypted_password_sent"));

    // Without the password the list of names still speaks.
    let found = mail(mail_saying("See the archive.", header, &bad).as_bytes());
    assert_eq!(found.verdict(), FileVerdict::Suspicious);
    assert!(ids(&found).contains(&"encrypted_program"));

    // Encryption alone is no crime.
    let good = part(&locked_zip(&[("report.txt", b"numbers")], "48213"));
    let found = mail(mail_saying("I'll send you the key by telephone.", header, &good).as_bytes());
    assert_eq!(found.verdict(), FileVerdict::Clean);
    assert!(ids(&found).contains(&"encrypted"));
}

#[test]
fn two_lists_of_one_archive_are_both_believed() {
    let mut bytes = zip(&[("report.txt", &program())]);
    // The header before the file gets another name of the same length.
    let at = 30;
    assert_eq!(&bytes[at..at + 10], b"report.txt");
    bytes[at..at + 10].copy_from_slice(b"report.exe");
    let found = file("a.zip", &bytes);
    assert!(ids(&found).contains(&"archive_conflict"), "{:?}", ids(&found));
    assert_eq!(found.verdict(), FileVerdict::Malicious);
}

#[test]
fn archives_behind_other_files_are_found() {
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\0IEND\xae\x42\x60\x82".to_vec();
    assert_eq!(file("a.png", &picture).verdict(), FileVerdict::Clean);
    picture.extend(zip(&[("a.scr", &program())]));
    let found = file("a.png", &picture);
    assert!(ids(&found).contains(&"polyglot_archive"), "{:?}", found.findings);
    let mut picture = picture[..53].to_vec();
    picture.extend(program());
    assert!(ids(&file("a.png", &picture)).contains(&"executable_embedded"));
}

#[test]
fn bounds_are_kept_and_said() {
    let limits = Limits { depth: 3, ..Limits::default() };
    let mut bytes = zip(&[("a.exe", &program())]);
    for _ in 0..6 {
        bytes = zip(&[("inner.zip", &bytes)]);
    }
    let found = inspect_file("outer.zip", &bytes, &limits);
    assert!(ids(&found).contains(&"not_inspected_limit"));
    assert_eq!(found.verdict(), FileVerdict::Clean);

    let many: Vec<(String, Vec<u8>)> = (0..300).map(|i| (format!("{i}.txt"), b"x".to_vec())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let limits = Limits { entries: 100, ..Limits::default() };
    let found = inspect_file("many.zip", &zip(&many), &limits);
    assert!(ids(&found).contains(&"not_inspected_limit"));
    assert!(found.attachments.len() <= 101);
}

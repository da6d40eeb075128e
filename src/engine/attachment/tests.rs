//! Whole items through both doors, with harmless files made here.

use super::*;

/// A Windows program's first bytes, without anything that would run.
pub(super) fn program() -> Vec<u8> {
    let mut bytes = vec![0_u8; 0x200];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes
}

/// A zip archive with stored or deflated files.
pub(super) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn file(name: &str, bytes: &[u8]) -> Inspected {
    inspect_file(name, bytes, &Limits::default())
}

pub(super) fn ids(inspected: &Inspected) -> Vec<&str> {
    inspected.findings.iter().map(|f| f.id.as_ref()).collect()
}

pub(super) fn mail(raw: &str) -> Inspected {
    let limits = Limits::default();
    let parsed = crate::engine::message::parse(raw.as_bytes(), &limits);
    inspect_message(&parsed.view(), &limits)
}

pub(super) fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (line, chunk) in bytes.chunks(57).enumerate() {
        if line > 0 {
            out.push_str("\r\n");
        }
        for group in chunk.chunks(3) {
            let bits = group.iter().fold(0_u32, |n, &b| n << 8 | u32::from(b)) << (8 * (3 - group.len()));
            for i in 0..4 {
                let value = (bits >> (18 - 6 * i) & 63) as usize;
                out.push(if i <= group.len() { char::from(ALPHABET[value]) } else { '=' });
            }
        }
    }
    out
}

fn with_attachment(header: &str, body: &str) -> String {
    format!(
        "From: a@example.org\r\nTo: b@example.net\r\nSubject: s\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
         --b\r\n{header}\r\n\r\n{body}\r\n--b--\r\n"
    )
}

#[test]
fn a_program_is_never_harmless_and_a_disguised_one_is_malicious() {
    // A bare file that says what it is deceives nobody.
    for name in ["setup.exe", "readme", "example.com"] {
        let found = file(name, &program());
        assert_eq!(found.verdict(), FileVerdict::Suspicious, "{name}");
        assert_eq!(found.attachments[0].detected, "application/vnd.microsoft.portable-executable");
    }
    for name in ["photo.jpg", "document.pdf.scr", "document.pif", "readme.txt"] {
        assert_eq!(file(name, &program()).verdict(), FileVerdict::Malicious, "{name}");
    }
    assert!(ids(&file("photo.jpg", &program())).contains(&"attachment.executable_disguised"));
    // By mail it comes to be run.
    for name in ["setup.exe", "readme", "example.com"] {
        let header = format!(
            "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64"
        );
        let found = mail(&with_attachment(&header, &encode(&program())));
        assert_eq!(found.verdict(), FileVerdict::Malicious, "{name}");
    }
}

#[test]
fn harmless_content_under_an_odd_name_is_no_crime() {
    for (name, bytes) in [
        ("example.com", &b"<html><body>hello</body></html>"[..]),
        ("www.example.com", b"From: a@example.org\r\nSubject: x\r\n\r\nhello"),
        ("report.2026.csv", b"a,b\r\n1,2\r\n"),
        ("notes", b"just text\r\n"),
        ("photo.png", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9"),
    ] {
        assert_eq!(file(name, bytes).verdict(), FileVerdict::Clean, "{name}: {:?}", ids(&file(name, bytes)));
    }
}

#[test]
fn names_that_deceive_are_findings_of_their_own() {
    let padded = format!("document.txt{}.pif", " ".repeat(96));
    let found = file(&padded, &program());
    assert!(ids(&found).contains(&"attachment.name_padded"));
    assert!(ids(&found).contains(&"attachment.name_double_extension"));
    assert!(ids(&file("photo_\u{202e}gpj.exe", &program())).contains(&"attachment.name_reversed"));
    assert_eq!(file("photo.jpg.pif", b"just text\r\n").verdict(), FileVerdict::Suspicious);
}

#[test]
fn zips_are_opened_at_every_depth() {
    let mut bytes = zipped(&[("document.txt .pif", &program())]);
    for _ in 0..6 {
        bytes = zipped(&[("inner.zip", &bytes), ("readme.txt", b"hello")]);
    }
    let found = file("outer.zip", &bytes);
    assert_eq!(found.verdict(), FileVerdict::Malicious);
    let deepest = found.attachments.iter().max_by_key(|a| a.container.len()).unwrap();
    assert_eq!(deepest.container.len(), 7);
    assert_eq!(deepest.container[0], "outer.zip");
    // The outermost archive tells what was found inside it.
    assert!(found.attachments[0].findings.iter().any(|id| id.starts_with("attachment.executable")));
}

#[test]
fn a_zip_of_documents_is_silent() {
    let bytes = zipped(&[("a.txt", b"hello"), ("b/c.csv", b"1,2\n3,4\n"), ("site/app.js", b"let a = 1;\n")]);
    let found = file("papers.zip", &bytes);
    assert_eq!(found.verdict(), FileVerdict::Clean, "{:?}", found.findings);
}

#[test]
fn a_mail_without_attachments_is_silent() {
    let found = mail("From: a@example.org\r\nSubject: hi\r\nContent-Type: text/plain\r\n\r\nhello\r\n");
    assert_eq!(found, Inspected::default());
}

#[test]
fn the_attachment_of_a_mail_is_listed_with_its_part() {
    let raw = with_attachment(
        "Content-Type: image/jpeg; name=\"photo.jpg\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"photo.jpg\"",
        &encode(&program()),
    );
    let found = mail(&raw);
    assert_eq!(found.attachments.len(), 1);
    let attachment = &found.attachments[0];
    assert_eq!((attachment.part.as_str(), attachment.size), ("2", 0x200));
    assert_eq!(attachment.declared.as_deref(), Some("image/jpeg"));
    let finding = found.findings.iter().find(|f| f.id == "attachment.executable_disguised").unwrap();
    // The evidence is the encoded form of the program's first 64 bytes, and no more.
    let [start, end] = finding.evidence[0].range;
    assert!(raw[start..end].starts_with("TV"));
    assert_eq!(end - start, 64_usize.div_ceil(3) * 4 + 2);
}

#[test]
fn a_program_in_a_text_part_is_found() {
    let raw =
        with_attachment("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", &encode(&program()));
    assert_eq!(mail(&raw).verdict(), FileVerdict::Malicious);
}

#[test]
fn a_program_with_two_types_or_in_the_wrong_place_is_found() {
    let body = encode(&program());
    for header in [
        "Content-Type: text/plain\r\nContent-Type: application/octet-stream; name=a.exe\r\nContent-Transfer-Encoding: base64",
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: (comment) base64",
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: 7bit",
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit",
    ] {
        assert_eq!(mail(&with_attachment(header, &body)).verdict(), FileVerdict::Malicious, "{header}");
    }
    let hidden = format!(
        "{}\r\n--other\r\nContent-Type: x/y\r\n\r\n{body}",
        with_attachment("Content-Type: text/plain", "x")
    );
    let found = mail(&hidden);
    assert_eq!(found.verdict(), FileVerdict::Malicious);
    assert!(ids(&found).contains(&"attachment.mime_hidden"));
}

#[test]
fn what_a_bound_cuts_is_said() {
    let limits = Limits { inflated_bytes: 1 << 20, ..Limits::default() };
    let bytes = zipped(&[("zeros.bin", &vec![0; 8 << 20]), ("a.exe", &program())]);
    let found = inspect_file("bomb.zip", &bytes, &limits);
    assert!(ids(&found).contains(&"attachment.not_inspected_limit"));
}

#[test]
fn uuencoded_programs_in_text_are_found() {
    let mut text =
        String::from("From: a@example.org\r\nSubject: x\r\n\r\nsee below\r\n\r\nbegin 644 game.exe\r\n");
    for row in program().chunks(45) {
        text.push(char::from(b' ' + row.len() as u8));
        for group in row.chunks(3) {
            let bits = (0..3).fold(0_u32, |n, i| n << 8 | u32::from(group.get(i).copied().unwrap_or(0)));
            for i in 0..4 {
                let value = (bits >> (18 - 6 * i) & 63) as u8;
                text.push(if value == 0 { '`' } else { char::from(b' ' + value) });
            }
        }
        text.push_str("\r\n");
    }
    text.push_str("`\r\nend\r\n");
    let found = mail(&text);
    assert_eq!(found.verdict(), FileVerdict::Malicious);
    assert_eq!(found.attachments[0].name.as_deref(), Some("game.exe"));
}

#[test]
fn a_message_in_an_archive_is_opened() {
    let header =
        "Content-Type: application/octet-stream; name=photo.jpg\r\nContent-Transfer-Encoding: base64";
    let inner = with_attachment(header, &encode(&program()));
    let found = file("mails.zip", &zipped(&[("forwarded.eml", inner.as_bytes())]));
    assert_eq!(found.verdict(), FileVerdict::Malicious);
    let last = found.attachments.last().unwrap();
    assert_eq!(last.container, ["mails.zip", "forwarded.eml"]);
    assert_eq!(last.name.as_deref(), Some("photo.jpg"));
}

#[test]
fn a_message_attached_under_a_name_is_listed() {
    let header = "Content-Type: message/rfc822; name=forwarded.eml\r\nContent-Disposition: attachment";
    let found = mail(&with_attachment(header, "From: a@example.org\r\nSubject: in\r\n\r\nhello"));
    assert_eq!(found.findings, []);
    assert_eq!(found.attachments.len(), 1);
    assert_eq!(found.attachments[0].detected, "message/rfc822");
}

#[test]
fn a_plain_attachment_is_seen_once_and_hides_nothing() {
    for (name, text) in
        [("a.bat", "@echo off\r\necho x\r\n"), ("a.exe", "MZ\u{0}\u{1}\u{2}\u{0}x"), ("a.txt", "hello there")]
    {
        for (encoding, body) in [("base64", encode(text.as_bytes())), ("7bit", text.to_owned())] {
            let header = format!(
                "Content-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: {encoding}\r\n\
                 Content-Disposition: attachment; filename={name}"
            );
            let found = mail(&with_attachment(&header, &body));
            assert_eq!(found.attachments.len(), 1, "{name} in {encoding}");
            assert!(!ids(&found).iter().any(|id| id.contains("mime_")), "{name} in {encoding}");
        }
    }
}

#[test]
fn how_sure_a_type_is_stands_beside_it() {
    use crate::engine::Sureness::{Certain, Likely, Unknown};
    let noise: Vec<u8> = (0..400_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
    for (name, bytes, sure) in [
        ("a.zip", zipped(&[("a.txt", b"x")]), Certain),
        ("a.exe", program(), Certain),
        ("a.txt", b"only some words\r\n".to_vec(), Likely),
        ("a.bin", noise, Unknown),
    ] {
        let found = file(name, &bytes);
        assert_eq!(found.attachments.first().map(|a| a.sure), Some(sure), "{name}");
    }
}

#[test]
fn a_file_at_any_depth_is_handed_out_by_its_sum() {
    let inner = zipped(&[("a.txt", b"hello"), ("b.exe", &program())]);
    let header = "Content-Type: application/zip; name=\"papers.zip\"\r\nContent-Transfer-Encoding: base64";
    let raw = format!("\r\n{}", with_attachment(header, &encode(&inner)));
    let found = mail(raw.trim_start());
    let limits = Limits::default();
    for attachment in &found.attachments {
        let bytes = extract(raw.as_bytes(), &attachment.sha256, &limits).unwrap();
        assert_eq!(inspect::sha256(&bytes), attachment.sha256, "{:?}", attachment.name);
        assert_eq!(bytes.len() as u64, attachment.size);
    }
    let whole = inspect::sha256(&inner);
    assert_eq!(extract(raw.as_bytes(), &whole, &limits), Some(inner));
    assert_eq!(extract(raw.as_bytes(), &"0".repeat(64), &limits), None);
    assert_eq!(extract(raw.as_bytes(), "", &limits), None);
}

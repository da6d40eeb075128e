//! Harmless files and mails, made from scratch.

use std::io::Write;

use lazaret::engine::attachment::{Inspected, inspect_file, inspect_message};
use lazaret::engine::{Limits, message};

use crate::formats::{ARCHIVES, DOCUMENTS};

/// The first bytes of a Windows program, with nothing in them that would run.
pub(crate) fn program() -> Vec<u8> {
    let mut bytes = vec![0_u8; 600];
    bytes[..4].copy_from_slice(b"MZ\x90\0");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    for (i, byte) in bytes.iter_mut().enumerate().skip(0x100) {
        *byte = (i * 7 % 251) as u8;
    }
    bytes
}

/// A Windows shortcut to a command.
pub(crate) fn shortcut() -> Vec<u8> {
    let mut bytes = vec![0x4c, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
    bytes.extend([0xa8, 0, 0, 0]);
    bytes.resize(76, 0);
    for text in ["..\\Windows\\System32\\cmd.exe", "/c echo test", "shell32.dll"] {
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    }
    bytes
}

/// A zip archive.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A zip archive encrypted with AES-256, or with the old cipher.
pub(crate) fn locked_zip(files: &[(&str, &[u8])], password: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options =
            zip::write::SimpleFileOptions::default().with_aes_encryption(zip::AesMode::Aes256, password);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Base64 in lines of 76 characters.
pub(crate) fn base64(bytes: &[u8]) -> String {
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

/// Quoted-printable with every byte that is not a letter escaped.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(24) {
        for byte in chunk {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => out.push(char::from(*byte)),
                _ => out.push_str(&format!("={byte:02X}")),
            }
        }
        out.push_str("=\r\n");
    }
    out
}

/// Uuencode.
pub(crate) fn uuencode(name: &str, bytes: &[u8]) -> String {
    let mut text = format!("begin 644 {name}\r\n");
    for row in bytes.chunks(45) {
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
    text
}

/// A mail with a text and one more part, given by its header and its body.
pub(crate) fn mail_with(header: &str, body: &str) -> String {
    mail_saying("hello", header, body)
}

/// A mail with this text and one more part.
pub(crate) fn mail_saying(text: &str, header: &str, body: &str) -> String {
    format!(
        "From: a@example.org\r\nTo: b@example.net\r\nSubject: s\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n\
         --b\r\n{header}\r\n\r\n{body}\r\n--b--\r\n"
    )
}

/// Writes a file as a seed for the targets whose first byte chooses a format.
fn seed_chosen(name: &str, bytes: &[u8]) {
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    let archives =
        ARCHIVES.iter().map(|(_, at, magic)| bytes.get(*at..).is_some_and(|b| b.starts_with(magic)));
    // A document that does not begin so gets such a beginning.
    let documents =
        DOCUMENTS.iter().map(|(row, magic)| bytes.starts_with(magic) || ending(row) == ending(name));
    for (choice, _) in archives.enumerate().filter(|(_, fits)| *fits) {
        seed("archive", &[&[choice as u8], bytes].concat());
    }
    for (choice, _) in documents.enumerate().filter(|(_, fits)| *fits) {
        seed("document", &[&[choice as u8], bytes].concat());
    }
}

/// Writes what a test made as a seed for the fuzz target, where `LAZARET_SEEDS` names a folder for them.
fn seed(target: &str, bytes: &[u8]) {
    use sha2::Digest as _;
    let Some(folder) = std::env::var_os("LAZARET_SEEDS") else { return };
    if bytes.len() > 64 << 10 {
        return;
    }
    let folder = std::path::Path::new(&folder).join(target);
    std::fs::create_dir_all(&folder).unwrap();
    let name: String = sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// The look at a bare file.
pub(crate) fn file(name: &str, bytes: &[u8]) -> Inspected {
    seed("file", bytes);
    seed_chosen(name, bytes);
    inspect_file(name, bytes, &Limits::default())
}

/// The look at a mail.
pub(crate) fn mail(raw: &[u8]) -> Inspected {
    seed("judge", raw);
    let limits = Limits::default();
    let parsed = message::parse(raw, &limits);
    inspect_message(&parsed.view(), &limits)
}

/// Identifiers of the findings, without their prefix.
pub(crate) fn ids(inspected: &Inspected) -> Vec<&str> {
    inspected.findings.iter().map(|f| f.id.trim_start_matches("attachment.")).collect()
}

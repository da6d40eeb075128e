//! Whole mails: files written into text, encodings in encodings, and structures without an end.

use super::{Bomb, Content, MIB, cut, whole, zip};
use crate::files::{mail_saying, mail_with};

pub(super) const BOMBS: &[Bomb] = &[
    whole("text.eml", "a text of 50 MiB", || {
        mail_with("Content-Type: text/plain", &"words of a mail\r\n".repeat(50 * MIB / 17)).into_bytes()
    }),
    whole("page.eml", "a page of 50 MiB", || {
        mail_with("Content-Type: text/html", &"<p>password</p>\r\n".repeat(50 * MIB / 17)).into_bytes()
    }),
    whole("latin.eml", "a text of 50 MiB in another charset", || {
        let mut raw = mail_with("Content-Type: text/plain; charset=iso-8859-1", "").into_bytes();
        let end = raw.len() - 9;
        raw.truncate(end);
        raw.extend([&[0xe9; 75][..], b"\r\n"].concat().repeat(50 * MIB / 77));
        raw
    }),
    whole("file.eml", "an attachment of 50 MiB", || attached("a.bin", &vec![7; 50 * MIB])),
    cut("flood.eml", "an archive that comes to 200 MiB", || {
        attached("a.zip", &zip(&[("a.bin", Content::Flood(0, 200 * MIB))]))
    }),
    cut("files.eml", "uuencode of 50 MiB in the text", || {
        let row = format!("M{}\r\n", "0".repeat(60));
        let body = format!("begin 644 a.bin\r\n{}`\r\nend\r\n", row.repeat(80 * MIB / 63));
        mail_with("Content-Type: text/plain", &body).into_bytes()
    }),
    cut("strict.eml", "80 MiB of base64 with blanks in it, under no header", || {
        let row = format!("{}\r\n", "QUJD".repeat(19));
        let body = format!("!! ..\r\n{}", row.repeat(64)).repeat(80 * MIB / (78 * 64));
        mail_with("Content-Type: text/plain", &body).into_bytes()
    }),
    cut("base64.eml", "mails in base64 in each other, of 12 MiB", || {
        let mut inner = mail_with("Content-Type: text/plain", &"words of a mail\r\n".repeat(12 * MIB / 17));
        for _ in 0..7 {
            let header = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64";
            inner = mail_with(header, &base64(inner.as_bytes()));
        }
        inner.into_bytes()
    }),
    cut("zipped.eml", "mails in archives in each other, of 12 MiB", || {
        let text = "words of a mail\r\n".repeat(12 * MIB / 17);
        let mut inner = mail_with("Content-Type: application/octet-stream; name=a.txt", &text).into_bytes();
        for _ in 0..6 {
            let header = "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64";
            let body = base64(&zip(&[("a.eml", Content::Packed(&inner))]));
            inner = mail_saying(&text, header, &body).into_bytes();
        }
        attached("a.zip", &zip(&[("a.eml", Content::Packed(&inner))]))
    }),
    cut("depth.eml", "20,000 multiparts in each other", || {
        let mut out = String::from("From: a@example.org\r\nMIME-Version: 1.0\r\n");
        for i in 0..20_000 {
            out += &format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\r\n\r\n--b{i}\r\n");
        }
        out.into_bytes()
    }),
    whole("messages.eml", "2,000 messages in each other", || {
        let level = "From: a@example.org\r\nContent-Type: message/rfc822\r\n\r\n";
        format!("{}{}", level.repeat(2_000), "word ".repeat(MIB)).into_bytes()
    }),
    whole("parts.eml", "50,000 parts", || {
        mail_with("Content-Type: text/plain", &"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(50_000))
            .into_bytes()
    }),
];

fn attached(name: &str, bytes: &[u8]) -> Vec<u8> {
    let header = format!(
        "Content-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename={name}"
    );
    mail_with(&header, &base64(bytes)).into_bytes()
}

/// Base64 in lines of 76 characters.
fn base64(bytes: &[u8]) -> String {
    let text = super::documents::base64(bytes);
    let mut out = String::with_capacity(text.len() + text.len() / 38 + 2);
    for at in (0..text.len()).step_by(76) {
        out += &text[at..text.len().min(at + 76)];
        out += "\r\n";
    }
    out
}

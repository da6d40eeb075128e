//! Mail with attachments: harmless ones, suspicious ones, and look-alikes of malicious ones.
//!
//! Nothing here can run: a "program" is the first 512 bytes of the PE format with no code behind them.

use jiff::{SignedDuration, Timestamp};

use super::{Clock, DemoFolder, DemoMessage, ME, base64_lines, encoded, received, rfc5322};
use crate::engine::Class;

/// One attachment.
pub(super) struct File {
    /// Its name, as a quoted parameter value.
    name: String,
    /// The declared type.
    kind: &'static str,
    bytes: Vec<u8>,
}

/// The headers of a program and nothing behind them.
fn program() -> Vec<u8> {
    let mut bytes = vec![0u8; 512];
    for (at, part) in [(0usize, &b"MZ"[..]), (0x3c, &[0x80]), (0x80, b"PE\0\0"), (0x84, &[0x4c, 0x01])] {
        for (offset, byte) in part.iter().enumerate() {
            if let Some(place) = bytes.get_mut(at + offset) {
                *place = *byte;
            }
        }
    }
    bytes
}

/// A zip archive of one stored file. `locked` sets the bit that says the file is encrypted.
fn zip(name: &str, content: &[u8], locked: bool) -> Vec<u8> {
    let crc = {
        let mut sum = flate2::Crc::new();
        sum.update(content);
        sum.sum()
    };
    let size = u32::try_from(content.len()).unwrap_or(0).to_le_bytes();
    let length = u16::try_from(name.len()).unwrap_or(0).to_le_bytes();
    let flags = u16::from(locked).to_le_bytes();
    // version, flags, method 0, time, date (1 January 1980), CRC, both sizes, name length, no extra field
    let common =
        [&[20, 0][..], &flags, &[0, 0, 0, 0, 0x21, 0], &crc.to_le_bytes(), &size, &size, &length, &[0, 0]]
            .concat();
    let local = [&b"PK\x03\x04"[..], &common, name.as_bytes(), content].concat();
    let central =
        [&b"PK\x01\x02\x14\0"[..], &common, &[0; 2], &[0; 2], &[0; 2], &[0; 4], &[0; 4], name.as_bytes()]
            .concat();
    let end = [
        &b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..],
        &u32::try_from(central.len()).unwrap_or(0).to_le_bytes(),
        &u32::try_from(local.len()).unwrap_or(0).to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    [local, central, end].concat()
}

/// A harmless attachment by its word in `ordinary.txt`.
pub(super) fn harmless(kind: &str) -> Option<File> {
    let file = |name: &str, kind, bytes: &[u8]| File { name: name.to_owned(), kind, bytes: bytes.to_vec() };
    Some(match kind {
        "zip" => file(
            "drawings.zip",
            "application/zip",
            &zip("slipway.txt", b"The slipway is 42 m long.\r\n", false),
        ),
        "page" => file(
            "ports.example.com",
            "application/octet-stream",
            b"<!doctype html>\n<html><body><h1>Berths</h1><p>All taken.</p></body></html>\n",
        ),
        // The smallest GIF there is: one pixel.
        "picture" => file(
            "quay.jpg",
            "image/jpeg",
            b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        ),
        "report" => file("report.2026.csv", "text/csv", b"month,amount\r\n1,120\r\n2,131\r\n"),
        _ => return None,
    })
}

/// A multipart/mixed of a text part (with its own headers) and one attachment, under `head`.
pub(super) fn multipart(head: &str, text: &str, file: &File) -> String {
    format!(
        "{head}Content-Type: multipart/mixed; boundary=\"=_part\"\r\n\r\n--=_part\r\n{text}--=_part\r\n\
         Content-Type: {}; name=\"{1}\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"{1}\"\r\n\r\n{2}\r\n--=_part--\r\n",
        file.kind,
        file.name,
        base64_lines(&file.bytes)
    )
}

/// The hops that a mail claims to have had before it came: a dial-in host, and for the first mail a line that
/// was invented and got its time wrong.
fn claimed(number: usize, domain: &str, at: Timestamp) -> String {
    let dialin = format!("dialin{number}.pool.test [203.0.113.{}]", 40 + number);
    let sent = rfc5322(at - SignedDuration::from_secs(40));
    let mut text = format!("Received: from desk ({dialin})\r\n\tby out.{domain} with SMTP; {sent}\r\n");
    if number == 0 {
        let invented = rfc5322(at + SignedDuration::from_mins(20));
        text.push_str(&format!(
            "Received: from mail.bank.test (mail.bank.test [192.0.2.9])\r\n\tby desk with ESMTPS; {invented}\r\n"
        ));
    }
    text
}

/// From name, from address, subject, text, file name, declared type, content.
type Row = (&'static str, &'static str, &'static str, &'static str, String, &'static str, Vec<u8>, Class);

/// Malicious and suspicious mails.
pub(super) fn messages(clock: &Clock) -> Vec<DemoMessage> {
    let padded = format!("photo.jpg{}.scr", " ".repeat(60));
    let locked = zip("contract.exe", &program(), true);
    let page = b"<html><body><form action=\"http://collect.test/in\" method=\"post\"><input name=\"user\">\
        <input type=\"password\" name=\"password\"><input type=\"submit\"></form></body></html>";
    let rows: Vec<Row> = vec![
        (
            "Accounts",
            "accounts@invoices.test",
            "Invoice 4471 overdue",
            "Please pay at once; the invoice is attached.",
            "invoice.pdf.exe".into(),
            "application/pdf",
            program(),
            Class::Malicious,
        ),
        (
            "Fax",
            "fax@office.test",
            "New fax, 2 pages",
            "Open the attachment to read it.",
            "fax.zip".into(),
            "application/zip",
            zip("fax.scr", &program(), false),
            Class::Malicious,
        ),
        (
            "Un ami",
            "ami@photos.test",
            "Ta photo d'hier",
            "Regarde !",
            padded,
            "image/jpeg",
            program(),
            Class::Malicious,
        ),
        (
            "Bewerbung",
            "bewerbung@jobs.test",
            "Bewerbung als Hafenarbeiter",
            "Anbei mein Lebenslauf.",
            "=?utf-8?q?Lebenslauf=E2=80=AEfdp.exe?=".into(),
            "application/pdf",
            program(),
            Class::Malicious,
        ),
        (
            "Доставка",
            "info@dostavka.test",
            "Ваша посылка",
            "Документы во вложении.",
            "document.doc".into(),
            "application/msword",
            program(),
            Class::Malicious,
        ),
        (
            "Legal dept.",
            "legal@contracts.test",
            "Contract, protected",
            "The archive is protected. Password: 4711",
            "contract.zip".into(),
            "application/zip",
            locked,
            Class::Suspicious,
        ),
        (
            "Bank service",
            "service@bank-notice.test",
            "Confirm your details",
            "Open the form and sign in.",
            "form.html".into(),
            "text/html",
            page.to_vec(),
            Class::Suspicious,
        ),
        (
            "Purchasing",
            "orders@purchasing.test",
            "Order 5512",
            "The order form is attached.",
            "order.rtf".into(),
            "application/rtf",
            // The frame of an equation object with nothing in it.
            br"{\rtf1\ansi Order form\par{\object\objemb{\*\objclass Equation.3}{\*\objdata 01050000020000000b0000004571756174696f6e2e3300000000000000000000000000}}}".to_vec(),
            Class::Suspicious,
        ),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(number, (name, address, subject, text, file, kind, bytes, expected))| {
            let hours = i64::try_from(number).unwrap_or(0);
            let at = clock.ago(hours / 2, 45 + 190 * hours);
            let domain = address.rsplit_once('@').map_or("", |(_, d)| d);
            let head = format!(
                "{}{}Return-Path: <{address}>\r\nMessage-ID: <{number}.{:x}@{domain}>\r\nDate: {}\r\nFrom: {} <{address}>\r\nTo: {ME}\r\nSubject: {}\r\nMIME-Version: 1.0\r\n",
                received(&format!("out.{domain}"), &format!("198.51.100.{}", 20 + number), at),
                claimed(number, domain, at),
                at.as_second(),
                rfc5322(at),
                encoded(name),
                encoded(subject),
            );
            let text = format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n");
            let file = File { name: file, kind, bytes };
            DemoMessage {
                folder: DemoFolder::Inbox,
                received: at,
                flags: Vec::new(),
                bytes: multipart(&head, &text, &file).into_bytes(),
                expected,
            }
        })
        .collect()
}

//! Envelopes of S/MIME, written here element by element: what is signed or compressed is read like the mail itself.
//! Files in calendar entries stand here too.

use std::io::Write;

use lazaret::engine::attachment::FileVerdict;

use crate::files::{base64, file, ids, mail, program};

const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const SEALED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const SEALED_AND_PROVEN: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";
const COMPRESSED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09";

/// An element with its length.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ ..0x80 => out.push(short as u8),
        long => {
            out.push(0x84);
            out.extend((long as u32).to_be_bytes());
        }
    }
    out.extend(content);
    out
}

/// An element without its length.
fn ber(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

/// Signed or compressed data around a content that is already a string.
fn envelope(element: fn(u8, &[u8]) -> Vec<u8>, kind: &[u8], string: &[u8]) -> Vec<u8> {
    let inner = element(0x30, &[der(0x06, DATA), element(0xa0, string)].concat());
    let algorithms = if kind == SIGNED { der(0x31, b"") } else { der(0x30, &der(0x06, DATA)) };
    let data = element(0x30, &[der(0x02, &[1]), algorithms, inner, der(0x31, b"")].concat());
    element(0x30, &[der(0x06, kind), element(0xa0, &data)].concat())
}

fn signed(content: &[u8]) -> Vec<u8> {
    envelope(der, SIGNED, &der(0x04, content))
}

/// The same as programs write it that do not know the length beforehand: in pieces.
fn signed_in_pieces(content: &[u8]) -> Vec<u8> {
    let pieces: Vec<u8> = content.chunks(100).flat_map(|piece| der(0x04, piece)).collect();
    envelope(ber, SIGNED, &ber(0x24, &pieces))
}

fn compressed(content: &[u8]) -> Vec<u8> {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(content).unwrap();
    envelope(der, COMPRESSED, &der(0x04, &zlib.finish().unwrap()))
}

/// A body with a text and an attachment.
fn body(name: &str, bytes: &[u8]) -> Vec<u8> {
    format!(
        "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n\
         --i\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {}\r\n--i--\r\n",
        base64(bytes)
    )
    .into_bytes()
}

/// A mail that is one envelope.
fn mail_of(envelope: &[u8]) -> Vec<u8> {
    format!(
        "From: a@example.org\r\nSubject: s\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; \
         name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        base64(envelope)
    )
    .into_bytes()
}

#[test]
fn attachments_of_a_signed_mail_are_found_like_any_other() {
    let inside = body("invoice.exe", &program());
    for (what, envelope) in [
        ("signed", signed(&inside)),
        ("signed, in pieces", signed_in_pieces(&inside)),
        ("compressed", compressed(&inside)),
        ("signed within compressed", {
            let outer = "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n";
            compressed(&[outer.as_bytes(), &signed(&inside)].concat())
        }),
    ] {
        let found = mail(&mail_of(&envelope));
        let named = found.attachments.iter().any(|a| a.name.as_deref() == Some("invoice.exe"));
        assert!(named, "{what}: {:#?}", found.attachments);
        assert!(ids(&found).contains(&"executable"), "{what}: {:?}", ids(&found));
    }
}

#[test]
fn a_signed_mail_with_nothing_harmful_stays_silent() {
    let texts = body("notes.txt", b"Only words, line by line.\r\n");
    for envelope in [signed(&texts), signed_in_pieces(&texts), compressed(&texts), signed(b"")] {
        let found = mail(&mail_of(&envelope));
        assert_eq!(ids(&found), [""; 0]);
    }
    // A signature alone, as stands beside a mail that anybody can read.
    let inner = der(0x30, &der(0x06, DATA));
    let data = der(0x30, &[der(0x02, &[1]), der(0x31, b""), inner].concat());
    let alone = der(0x30, &[der(0x06, SIGNED), der(0xa0, &data)].concat());
    assert_eq!(ids(&file("smime.p7s", &alone)), [""; 0]);
}

#[test]
fn a_signed_file_is_the_file() {
    let found = file("setup.exe.p7m", &signed(&program()));
    assert!(found.attachments.iter().any(|a| a.name.as_deref() == Some("setup.exe")), "{found:#?}");
    assert_ne!(found.verdict(), FileVerdict::Clean);
    let lines =
        format!("-----BEGIN PKCS7-----\r\n{}\r\n-----END PKCS7-----\r\n", base64(&signed(&program())));
    assert_ne!(file("setup.exe.p7m", lines.as_bytes()).verdict(), FileVerdict::Clean);
    assert_eq!(
        file("letter.txt.p7m", &signed(b"Dear reader, only words.\r\n")).verdict(),
        FileVerdict::Clean
    );
}

#[test]
fn what_is_sealed_is_said_to_be() {
    for kind in [SEALED, SEALED_AND_PROVEN] {
        let data = der(0x30, &[der(0x02, &[0]), der(0x31, b"")].concat());
        let found = mail(&mail_of(&der(0x30, &[der(0x06, kind), der(0xa0, &data)].concat())));
        assert_eq!(ids(&found), ["encrypted"]);
    }
    let lines =
        |what: &str| format!("-----BEGIN PGP {what}-----\n\nhQEMA0l1bWJlcnMx\n-----END PGP {what}-----\n");
    assert_eq!(ids(&file("letter.asc", lines("MESSAGE").as_bytes())), ["encrypted"]);
    assert_eq!(
        ids(&file("letter.gpg", b"\x85\x01\x0c\x03\x01\x02\x03\x04\x05\x06\x07\x08\x01 and more")),
        ["encrypted"]
    );
    for silent in ["SIGNATURE", "PUBLIC KEY BLOCK"] {
        assert_eq!(ids(&file("a.asc", lines(silent).as_bytes())), [""; 0]);
    }
}

#[test]
fn damaged_envelopes_end() {
    let inside = body("invoice.exe", &program());
    for envelope in [signed(&inside), signed_in_pieces(&inside), compressed(&inside)] {
        for cut in 0..envelope.len() {
            assert!(file("smime.p7m", &envelope[..cut]).attachments.len() < 10);
        }
        for at in 0..envelope.len().min(400) {
            let mut bytes = envelope.clone();
            bytes[at] ^= 0x81;
            assert!(file("smime.p7m", &bytes).attachments.len() < 10);
        }
    }
    let bomb = compressed(&vec![b' '; 100 << 20]);
    assert!(ids(&file("smime.p7m", &bomb)).contains(&"not_inspected_limit"));
}

/// A calendar entry with a file written into it, in folded lines.
fn entry(name: &str, bytes: &[u8]) -> String {
    let data = base64(bytes).replace("\r\n", "\r\n ");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Talk\r\nATTACH;VALUE=BINARY;ENCODING=BASE64;X-FILEN\r\n \
         AME={name}:{data}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[test]
fn files_in_a_calendar_entry_are_looked_at() {
    let harmful = entry("agenda.exe", &program());
    let found = file("invite.ics", harmful.as_bytes());
    assert!(found.attachments.iter().any(|a| a.name.as_deref() == Some("agenda.exe")), "{found:#?}");
    assert_ne!(found.verdict(), FileVerdict::Clean);
    // As the mail's own text, which mail programs show as an invitation.
    let head = "From: a@example.org\r\nSubject: s\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n";
    let found = mail(format!("{head}{harmful}").as_bytes());
    assert!(ids(&found).contains(&"executable"), "{:?}", ids(&found));

    let harmless = entry("agenda.txt", b"Only words, line by line.\r\n");
    assert_eq!(ids(&file("invite.ics", harmless.as_bytes())), [""; 0]);
    assert_eq!(ids(&mail(format!("{head}{harmless}").as_bytes())), [""; 0]);
}

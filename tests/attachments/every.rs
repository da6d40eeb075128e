//! Every row of the table of findings: a harmless file that gives it, and beside it the nearest file that must stay
//! silent. What a document can do stands in `every_document`.

use std::collections::BTreeSet;

use lazaret::engine::attachment::{FINDINGS, FileVerdict, Inspected, inspect_file};
use lazaret::engine::{Limits, Severity};

use crate::containers::{cab, iso, rar4};
use crate::every_document;
use crate::files::{base64, file, ids, locked_zip, mail, mail_saying, mail_with, program, shortcut, zip};
use crate::opened::help;
use crate::types::{ole, pe};

/// One row: the finding, what comes of the file that gives it, and of its silent neighbour.
pub(crate) type Row = (&'static str, Inspected, Inspected);

/// What others know of a file: tested where they are asked (`known`, `clamd`, and the rules of the service).
const ASKED: &[&str] = &[
    "known_bad", "known_good", "virus_signature", "virus_doubt", "rule_malicious", "rule", "rule_note",
    "not_inspected_scanner",
];

/// What comes of a file that is sent as an attachment.
pub(crate) fn sent(name: &str, bytes: &[u8]) -> Inspected {
    let header = format!(
        "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\""
    );
    mail(mail_with(&header, &base64(bytes)).as_bytes())
}

/// Bytes of no known type.
fn noise() -> Vec<u8> {
    (0..400_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect()
}

fn elf(kind: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    bytes[16] = kind;
    bytes
}

const PICTURE: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";
const WORDS: &[u8] = b"only words\r\n";
const BATCH: &[u8] = b"@echo off\r\necho x\r\n";
const REGISTRY: &[u8] = b"Windows Registry Editor Version 5.00\r\n";
const WEB: &[u8] = b"[InternetShortcut]\r\nURL=https://example.org/\r\n";
const MSI: [u8; 16] = [0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// A shortcut to a document beside it.
fn plain_shortcut() -> Vec<u8> {
    let mut bytes = shortcut();
    bytes.truncate(76);
    for text in ["..\\notes.txt", "", "notes.ico"] {
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    }
    bytes
}

/// What a file is.
fn kinds() -> Vec<Row> {
    let hostile = b"Set s = CreateObject(\"WScript.Shell\")\r\nSet x = CreateObject(\"MSXML2.XMLHTTP\")\r\n";
    let hta = b"<html><hta:application id=x><script>1</script></html>";
    let tame_page = b"<html><body>How to use it.</body></html>";
    let control = b"<html><object id=x classid=\"clsid:adb880a6-d8ff-11cf-9377-00aa003b7a11\"><param name=\"Command\" value=\"ShortCut\"><param name=\"Item1\" value=\",calc.exe,\"></object></html>";
    // In two pieces, so that no scanner takes the test for the file.
    let eicar = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat();
    let hlp = [&b"?_\x03\0"[..], &[0; 60]].concat();
    vec![
        ("executable", sent("setup.exe", &program()), sent("example.com", tame_page)),
        ("executable_disguised", sent("photo.jpg", &program()), sent("photo.jpg", PICTURE)),
        ("executable_foreign", sent("tool", &elf(2)), sent("tool.so", &elf(3))),
        ("program_file", file("setup.exe", &program()), file("setup.txt", WORDS)),
        ("runnable_file", file("run.bat", BATCH), file("notes.bat.txt", WORDS)),
        ("executable_member", sent("part.dll", &pe(0x2102, 2, "Start")), sent("part.so", &elf(3))),
        ("code", sent("part.so", &elf(3)), sent("part.txt", WORDS)),
        ("executable_name", sent("setup.pif", &noise()), sent("setup.bin", &noise())),
        (
            "installer",
            sent("setup.msi", &ole(MSI, &["a"])),
            sent("setup.doc", &ole([0; 16], &["WordDocument"])),
        ),
        ("antivirus_test", sent("a.txt", eicar.as_bytes()), sent("a.txt", &eicar.as_bytes()[33..])),
        ("script", sent("run.bat", BATCH), sent("run.txt", WORDS)),
        ("script_hostile", sent("run.vbs", hostile), sent("run.txt", hostile)),
        ("script_disguised", sent("photo.jpg", hta), sent("photo.jpg", tame_page)),
        ("script_text", sent("run.txt", BATCH), sent("run.txt", WORDS)),
        ("script_source", sent("run.py", b"#!/usr/bin/env python3\nprint(1)\n"), sent("py.txt", WORDS)),
        ("shortcut", sent("notes.lnk", &plain_shortcut()), file("notes.lnk", &plain_shortcut())),
        ("shortcut_command", file("notes.lnk", &shortcut()), file("notes.lnk", &plain_shortcut())),
        (
            "shortcut_remote",
            file("a.url", b"[InternetShortcut]\r\nURL=file://192.0.2.1/share/a.exe\r\n"),
            file("a.url", WEB),
        ),
        ("shortcut_web", sent("a.url", WEB), file("a.url", WEB)),
        ("registry_file", sent("a.reg", REGISTRY), file("a.reg", REGISTRY)),
        ("help_file", sent("a.hlp", &hlp), sent("help.txt", WORDS)),
        (
            "help_command",
            file("a.chm", &help(control, "a.txt", WORDS)),
            file("a.chm", &help(tame_page, "a.txt", WORDS)),
        ),
        ("disk_image", file("a.iso", &iso("A.TXT", WORDS)), file("a.zip", &zip(&[("A.TXT", WORDS)]))),
        (
            "disk_image_program",
            file("a.iso", &iso("A.LNK", &shortcut())),
            file("a.iso", &iso("A.TXT", WORDS)),
        ),
    ]
}

/// What a name claims.
fn names() -> Vec<Row> {
    let part = |first: &str, second: &str| {
        let header = format!(
            "Content-Type: application/octet-stream; name=\"{first}\"\r\nContent-Disposition: attachment; filename=\"{second}\""
        );
        mail(mail_with(&header, "only words\r\n").as_bytes())
    };
    vec![
        ("name_double_extension", file("photo.jpg.pif", WORDS), file("report.2026.csv", WORDS)),
        (
            "name_padded",
            file(&format!("photo{}.pif", " ".repeat(40)), WORDS),
            file(&format!("minutes{}.txt", " ".repeat(40)), WORDS),
        ),
        // The mark of Hebrew and Arabic text, and the joiner of their letters, are everyday.
        (
            "name_reversed",
            file("photo_\u{202e}txt.exe", WORDS),
            file("\u{200f}\u{5e9}\u{5dc}\u{5d5}\u{5dd}.txt", WORDS),
        ),
        (
            "name_invisible",
            file("in\u{2060}voice.txt", WORDS),
            file("\u{645}\u{6cc}\u{200c}\u{631}.txt", WORDS),
        ),
        // A Cyrillic letter in the ending; a name that is Cyrillic throughout has none of ours.
        (
            "name_lookalike",
            file("invoice.\u{440}df", WORDS),
            file("\u{43e}\u{442}\u{447}\u{435}\u{442}.pdf", WORDS),
        ),
        ("name_trailing", file("a.bat. .", WORDS), file("a.txt. .", WORDS)),
        ("name_conflict", part("notes.txt", "notes.bat"), part("notes.txt", "minutes.txt")),
        ("name_runs", file("photo.pif", PICTURE), file("example.com", PICTURE)),
        (
            "name_class_id",
            file("a.txt.{00020906-0000-0000-C000-000000000046}", WORDS),
            file("a.{1}.txt", WORDS),
        ),
        ("type_mismatch", file("paper.pdf", PICTURE), file("picture.jpg", PICTURE)),
    ]
}

/// An archive two of whose entries share one file's bytes.
fn overlapping() -> Vec<u8> {
    let mut bytes = zip(&[("a.txt", WORDS), ("b.txt", WORDS)]);
    let second = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    bytes[second + 42..second + 46].fill(0);
    bytes
}

/// An archive whose header before the file names another than its list.
fn two_faced(name: &str) -> Vec<u8> {
    let mut bytes = zip(&[("report.txt", WORDS)]);
    bytes[30..40].copy_from_slice(name.as_bytes());
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut out, bytes).unwrap();
    out.finish().unwrap()
}

/// What a container holds, and how far it can be inspected.
fn containers() -> Vec<Row> {
    let closed = |name: &str| rar4(name, b"\x11\x22\x33\x44", 0x33, 0);
    let header = "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64";
    let locked = |name: &str| locked_zip(&[(name, WORDS)], "Hana-55x");
    let said = |text: &str, bytes: &[u8]| mail(mail_saying(text, header, &base64(bytes)).as_bytes());
    let office = zip(&[("[Content_Types].xml", b"<?xml?>"), ("xl/workbook.xml", b"<workbook/>")]);
    let default = msoffice_crypto::encrypt_ooxml(&office, "VelvetSweatshop").unwrap();
    let small = Limits { inflated_bytes: 1 << 20, ..Limits::default() };
    let zeros = zip(&[("a.bin", &vec![0; 3 << 20])]);
    let packed = gzip(&b"only words\r\n".repeat(200));
    let animated = [PICTURE, &[0; 80]].concat();
    let both = |inside: &[u8]| file("a.gif", &[&animated, inside].concat());
    vec![
        ("archive_program_name", sent("a.rar", &closed("photo.exe")), sent("a.rar", &closed("photo.jpg"))),
        (
            "archive_program_name_bare",
            file("a.rar", &closed("photo.exe")),
            file("a.rar", &closed("photo.jpg")),
        ),
        (
            "archive_one_program",
            file("a.zip", &zip(&[("a.exe", &program())])),
            file("a.zip", &zip(&[("a.txt", WORDS)])),
        ),
        (
            "archive_conflict",
            file("a.zip", &two_faced("report.bat")),
            file("a.zip", &two_faced("REPORT.txt")),
        ),
        (
            "archive_overlap",
            file("a.zip", &overlapping()),
            file("a.zip", &zip(&[("a.txt", WORDS), ("b.txt", WORDS)])),
        ),
        (
            "archive_path",
            file("a.zip", &zip(&[("../../a.txt", WORDS)])),
            file("a.zip", &zip(&[("b/..c/a.txt", WORDS)])),
        ),
        ("encrypted", file("a.zip", &locked("a.txt")), file("a.zip", &zip(&[("a.txt", WORDS)]))),
        ("encrypted_opened", file("a.xlsx", &default), file("a.xlsx", &office)),
        (
            "encrypted_password_sent",
            said("The password is Hana-55x.", &locked("a.txt")),
            said("The minutes are attached.", &locked("a.txt")),
        ),
        ("encrypted_program", said("Here.", &locked("a.exe")), said("Here.", &locked("a.txt"))),
        ("not_inspected_limit", inspect_file("a.zip", &zeros, &small), file("a.zip", &zeros)),
        ("not_inspected_unreadable", file("a.gz", &packed[..packed.len() / 2]), file("a.gz", &packed)),
        ("not_inspected_format", file("a.rar", &closed("a.txt")), file("a.cab", &cab("a.txt", WORDS))),
        ("polyglot", both(&zip(&[("a.txt", WORDS)])), both(b"")),
        ("polyglot_archive", both(&zip(&[("a.exe", &program())])), both(&zip(&[("a.txt", WORDS)]))),
    ]
}

/// How a mail is written.
fn mails() -> Vec<Row> {
    let behind_end = |bytes: &[u8]| {
        let mut raw = mail_with("Content-Type: text/plain", "x");
        raw.push_str(&format!(
            "\r\n--other\r\nContent-Type: x/y\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            base64(bytes)
        ));
        mail(raw.as_bytes())
    };
    let outside = |kind: &str| {
        let header = format!("Content-Type: {kind}");
        mail(
            mail_with(
                &header,
                "Content-Type: application/octet-stream\r\nContent-ID: <a@example.org>\r\n\r\n",
            )
            .as_bytes(),
        )
    };
    let quoting = |bytes: &[u8]| {
        let inner = format!("Content-Transfer-Encoding: base64\n\n{}", base64(bytes));
        mail_with("Content-Type: text/plain", &format!("You wrote:\n> {}\n", inner.replace('\n', "\n> ")))
    };
    vec![
        ("mime_hidden", behind_end(&program()), behind_end(WORDS)),
        (
            "mime_ambiguous",
            behind_end(&zip(&[("a.txt", WORDS)])),
            mail(mail_with("Content-Type: text/plain", "x").as_bytes()),
        ),
        ("file_as_text", mail(quoting(&program()).as_bytes()), mail(quoting(WORDS).as_bytes())),
        (
            "external_body",
            outside("message/external-body; access-type=URL; URL=\"http://example.org/a.exe\""),
            outside("message/rfc822"),
        ),
        (
            "partial_message",
            outside("message/partial; id=\"a@example.org\"; number=2; total=3"),
            outside("message/rfc822"),
        ),
    ]
}

fn rows() -> Vec<Row> {
    [kinds(), names(), containers(), mails(), every_document::rows()].concat()
}

#[test]
fn every_finding_is_given_by_a_file_and_not_by_its_neighbour() {
    let mut wrong = Vec::new();
    for (id, lure, kin) in rows() {
        let kind = FINDINGS.iter().find(|k| k.id == format!("attachment.{id}")).expect(id);
        let verdict = match kind.severity {
            Severity::Critical => FileVerdict::Malicious,
            Severity::High | Severity::Medium => FileVerdict::Suspicious,
            _ => FileVerdict::Clean,
        };
        match lure.findings.iter().find(|f| f.id == kind.id) {
            None => wrong.push(format!("{id}: not said, but {:?}", ids(&lure))),
            Some(found) if found.evidence.is_empty() => wrong.push(format!("{id}: said without evidence")),
            Some(_) if lure.verdict() < verdict => wrong.push(format!("{id}: only {:?}", lure.verdict())),
            Some(_) => {}
        }
        if ids(&kin).contains(&id) || kin.verdict() != FileVerdict::Clean {
            wrong.push(format!("{id}: its neighbour is {:?}: {:?}", kin.verdict(), ids(&kin)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_finding_is_without_a_file() {
    let proven: BTreeSet<&str> = rows().iter().map(|(id, ..)| *id).chain(ASKED.iter().copied()).collect();
    let all: BTreeSet<&str> = FINDINGS.iter().map(|k| k.id.trim_start_matches("attachment.")).collect();
    let missing: Vec<&&str> = all.difference(&proven).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

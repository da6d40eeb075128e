//! A backlog is read without its pictures where nothing can be missed by that, and judged as if it were read
//! whole.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use lazaret::account::Mode;
use lazaret::engine::{
    Class, Context, Disposition, Identities, Limits, NoLedger, Strictness, Verdict, judge,
};
use lazaret::mail::{Depth, Mailbox, Outline};
use lazaret::store::Holding;

use crate::dovecot::Dovecot;
use crate::help::sign_in;
use crate::rig::{Rig, letter};

/// Bytes that begin and end as a JPEG, with `middle` in the middle.
fn picture(size: usize, middle: &[u8], end: &[u8]) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01".to_vec();
    bytes.extend((0..size / 2).map(|i| (i * 7 % 253) as u8));
    bytes.extend_from_slice(middle);
    bytes.extend((0..size / 2).map(|i| (i * 11 % 251) as u8));
    bytes.extend_from_slice(end);
    bytes
}

fn lines(bytes: &[u8]) -> String {
    let coded = base64::engine::general_purpose::STANDARD.encode(bytes);
    coded.as_bytes().chunks(76).map(|l| format!("{}\r\n", std::str::from_utf8(l).unwrap())).collect()
}

/// A mail with a text, its HTML twin, and a picture under a name.
fn postcard(number: usize, name: &str, picture: &[u8]) -> Vec<u8> {
    format!(
        "From: Ada <ada@example.net>\r\nTo: anna@harbour.example\r\nSubject: Postcard {number}\r\n\
         Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <p{number}@example.net>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; boundary=\"outer\"\r\n\r\nThis is a multi-part message.\r\n--outer\r\n\
         Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/plain\r\n\r\n\
         Greetings {number}\r\n--inner\r\nContent-Type: text/html\r\n\r\n<p>Greetings</p>\r\n--inner--\r\n\
         --outer\r\nContent-Type: image/jpeg; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: inline; filename=\"{name}\"\r\n\r\n{}\r\n--outer--\r\n",
        lines(picture)
    )
    .into_bytes()
}

/// A program that Windows would run.
fn program() -> Vec<u8> {
    let mut bytes = b"MZ\x90\0".to_vec();
    bytes.resize(60, 0);
    bytes.extend_from_slice(&[64, 0, 0, 0]);
    bytes.extend(b"PE\0\0\x4c\x01\x01\0");
    bytes.resize(300_000, 7);
    bytes
}

fn judged(raw: &[u8], outline: &Outline) -> Verdict {
    let context = Context {
        now: jiff::Timestamp::from_second(1_790_000_000).unwrap(),
        received: outline.received,
        identities: &Identities::new(["anna@harbour.example"]),
        ledger: &NoLedger,
        knowledge: &lazaret::engine::knowledge::NoKnowledge,
        senders: &Vec::new(),
        strictness: Strictness::Normal,
        limits: Limits::default(),
    };
    judge(raw, &context)
}

/// What triage must not change.
fn gist(verdict: &Verdict) -> (Class, Disposition, u32, Vec<String>, Option<String>) {
    let ids = verdict.findings.iter().map(|f| f.id.to_string()).collect();
    (verdict.class, verdict.disposition, verdict.score.to_bits(), ids, verdict.headline.subject.clone())
}

/// Compares both readings of everything in a folder that can be read without its pictures. Returns how many
/// were compared, the bytes that were left out, and those of the whole.
fn compare(mailbox: &mut dyn Mailbox, folder: &str) -> (usize, u64, u64) {
    mailbox.open(folder).unwrap();
    let uids = mailbox.uids(1).unwrap();
    let mut outlines = Vec::new();
    assert!(mailbox.outlines(&uids, &mut |outline| outlines.push(outline)).unwrap());
    assert_eq!(outlines.len(), uids.len(), "every message has an outline");
    let whole: u64 = outlines.iter().map(|o| o.size).sum();
    let (mut compared, mut spared) = (0, 0);
    for outline in outlines {
        let Some(pieces) = outline.pieces(1) else { continue };
        let fetched = mailbox.pieces(outline.uid, &pieces).unwrap().expect("the server gave the pieces");
        let Some(skeleton) = outline.assemble(&fetched) else { continue };
        let mut raw = Vec::new();
        mailbox
            .fetch(&[outline.uid], Depth::Whole, &mut |m| {
                raw = m.bytes;
                true
            })
            .unwrap();
        let (short, full) = (judged(&skeleton.bytes, &outline), judged(&raw, &outline));
        // What the short reading finds anything in is read whole anyway.
        let plain = short.class == Class::Ordinary && short.findings.iter().all(|f| f.weight == 0.0);
        if plain {
            assert_eq!(gist(&short), gist(&full), "UID {}", outline.uid);
            compared += 1;
            spared += skeleton.left_out;
        }
    }
    (compared, spared, whole)
}

#[test]
fn both_readings_come_to_one_verdict_over_mail_of_our_own() {
    let server = Dovecot::start();
    for number in 0..12 {
        let jpeg = picture(20_000 + number * 4_001, b"", b"\xff\xd9");
        server.deliver(
            "anna",
            "INBOX",
            &postcard(number, "beach.jpg", &jpeg),
            1_772_400_000 + number as u64,
            "S",
        );
    }
    server.deliver("anna", "INBOX", &letter(1), 1_772_500_000, "S");
    let (compared, spared, whole) = compare(&mut sign_in(&server, "anna"), "INBOX");
    assert_eq!(compared, 12);
    println!("bytes saved: {spared} of {whole}");
    assert!(spared * 10 > whole * 7, "{spared} of {whole}");
}

#[test]
fn a_program_that_calls_itself_a_picture_is_never_skimmed() {
    let server = Dovecot::start();
    let end = b"\xff\xd9".as_slice();
    let zip = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice();
    for (number, (name, bytes)) in [
        ("beach.jpg", program()),
        ("beach.jpg.exe", picture(300_000, b"", end)),
        ("beach.exe.jpg", picture(300_000, b"", end)),
        ("beach.jpg", picture(300_000, b"", zip)),
        ("beach.jpg", picture(300_000, b"", b"no end")),
    ]
    .into_iter()
    .enumerate()
    {
        server.deliver("anna", "INBOX", &postcard(number, name, &bytes), 1_772_400_000 + number as u64, "S");
    }
    assert_eq!(compare(&mut sign_in(&server, "anna"), "INBOX").0, 0);
}

#[test]
fn a_backlog_is_skimmed_and_its_newest_mail_and_the_odd_one_are_read_whole() {
    let server = Dovecot::start();
    let jpeg = picture(160_000, b"", b"\xff\xd9");
    for number in 0..60 {
        server.deliver(
            "anna",
            "INBOX",
            &postcard(number, "beach.jpg", &jpeg),
            1_772_400_000 + number as u64,
            "S",
        );
    }
    server.deliver("anna", "INBOX", &postcard(60, "beach.jpg", &program()), 1_772_400_060, "S");
    for number in 0..410 {
        server.deliver("anna", "INBOX", &letter(number), 1_772_500_000 + number as u64, "S");
    }
    let mut rig = Rig::new(server.imap, Mode::Act);
    let report = rig.sync().unwrap();
    assert_eq!((report.total(), report.quarantined, report.judged["ordinary"]), (471, 1, 470));
    assert!(report.spared_bytes > 60 * 200_000, "{}", report.spared_bytes);
    println!(
        "bytes saved: {} in a backlog of {}",
        report.spared_bytes,
        61 * postcard(1, "beach.jpg", &jpeg).len()
    );
    assert_eq!(rig.sync().unwrap().total(), 0);

    // What was skimmed can be held by hand, and put back byte for byte.
    let before = server.messages("anna", "INBOX");
    let skimmed: Vec<i64> = rig.rows().iter().filter(|r| r.sha256.is_none()).map(|r| r.id).collect();
    assert_eq!(skimmed.len(), 60);
    let mut mailbox = rig.connect().unwrap();
    let by_hand = lazaret::service::actions::quarantine_by_hand;
    let held = rig.at(&mut *mailbox, |desk, work| by_hand(desk, &skimmed[..2], work)).unwrap();
    assert_eq!(held.moved, 2);
    assert!(rig.rows().iter().all(|r| r.holding != Holding::Held || r.sha256.is_some()));
    rig.restore(&skimmed[..2]).unwrap();
    assert_eq!(server.messages("anna", "INBOX"), before);
}

/// The messages of the corpora: those that their table names, and those beside them.
fn labelled(corpora: &Path) -> Vec<PathBuf> {
    let table = std::fs::read_to_string(corpora.join("truth.tsv")).unwrap();
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    // The text of a bounce without a header is no message that a server could hold.
    let mut paths: Vec<PathBuf> = rows
        .filter(|cells| cells.get(1) != Some(&"bounce-body"))
        .map(|cells| corpora.join(cells[0]))
        .collect();
    mails(corpora, &mut paths);
    paths.sort();
    paths.dedup();
    paths
}

/// Further messages, by the ends of their files' names.
fn mails(folder: &Path, out: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            mails(&path, out);
        } else if path.extension().is_some_and(|e| e == "eml" || e == "txt" || e == "raw") {
            out.push(path);
        }
    }
}

#[test]
fn both_readings_come_to_one_verdict_over_the_corpora() {
    let folder = std::env::var_os("LAZARET_CORPORA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"));
    if !folder.is_dir() {
        println!("SKIPPED: no corpora; set LAZARET_CORPORA to their folder to compare both readings");
        return;
    }
    let server = Dovecot::start();
    let mut delivered = 0;
    for path in labelled(&folder) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        server.deliver("anna", "INBOX", &bytes, 1_772_400_000 + delivered, "S");
        delivered += 1;
    }
    let (compared, spared, whole) = compare(&mut sign_in(&server, "anna"), "INBOX");
    println!(
        "corpora: {delivered} messages, of which {compared} are read without their pictures and come to the same \
         verdict, the others are read whole; bytes saved: {spared} of {whole}"
    );
    assert!(delivered > 3_000 && compared > 0, "{delivered} {compared}");
}

//! The store against real files in a throw-away folder.

mod files;
mod found;
mod journal;
mod known;
mod ledger;
mod lists;
mod mend;
mod search;
mod verdicts;

use jiff::Timestamp;

use super::*;
use crate::engine::notice::{Action, Notice, NoticeKind, Provenance, Reason, Report};
use crate::engine::returned::ReturnedMail;
use crate::engine::{Attachment, Class, Disposition, Evidence, Finding, Headline, Severity, Toward, Verdict};

/// A database in its own folder, and the one account in it.
struct Fresh {
    folder: tempfile::TempDir,
    store: Store,
    account: AccountId,
}

fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("data/lazaret.db")).unwrap();
    let account = store.add_account("Work", "{}", at(0)).unwrap();
    Fresh { folder, store, account }
}

/// A fixed time plus seconds.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn spot(folder: &str, validity: u32, uid: u32) -> Spot {
    Spot { folder: folder.into(), uid: Some((validity, uid)) }
}

fn new_message<'a>(account: AccountId, uid: u32, source: &'a [u8]) -> NewMessage<'a> {
    NewMessage {
        account,
        spot: spot("INBOX", 7, uid),
        flags: &[],
        received: at(i64::from(uid)),
        size: source.len() as u64,
        sha256: Some(sha256(source)),
        source: Some(source),
        now: at(1000),
    }
}

fn ordinary(subject: &str) -> Verdict {
    Verdict {
        headline: Headline {
            message_id: Some(format!("{subject}@example.org")),
            from: Some("Ada Example".into()),
            from_address: Some("ada@example.org".into()),
            subject: Some(subject.into()),
            date: Some(at(0)),
        },
        class: Class::Ordinary,
        disposition: Disposition::Keep,
        score: 0.95,
        notice: None,
        attachments: Vec::new(),
        findings: Vec::new(),
        storm: None,
        relay: None,
    }
}

/// Backscatter with everything that a verdict can hold.
fn backscatter(subject: &str) -> Verdict {
    Verdict {
        class: Class::Backscatter,
        disposition: Disposition::Quarantine,
        score: 0.973,
        storm: Some("storm-1".into()),
        notice: Some(Notice {
            kind: NoticeKind::Bounce,
            format: "dsn".into(),
            provenance: Provenance::Backscatter,
            reporting_mta: Some("mx.example.net".into()),
            reports: vec![Report {
                original_recipient: None,
                recipient: Some("nobody@example.net".into()),
                action: Action::Failed,
                status: Some("5.1.1".into()),
                reason: Reason::Undefined,
                diagnostic: Some("550 5.1.1 no such “user”".into()),
                remote_mta: None,
            }],
            returned: Some(ReturnedMail {
                message_id: Some("forged@example.org".into()),
                from: Some("me@example.org".into()),
                to: vec!["nobody@example.net".into()],
                subject: Some("Дешёвые таблетки".into()),
                date: Some(at(-500)),
            }),
        }),
        attachments: vec![
            attachment("notes.txt", &[]),
            attachment("Rechnung.PDF.exe", &["attachment.executable_disguised"]),
        ],
        findings: vec![
            Finding {
                id: "provenance.not_in_ledger".into(),
                severity: Severity::High,
                toward: Toward::Quarantine,
                weight: 3.4,
                says: "It is not among the mails you sent.".into(),
                evidence: vec![
                    Evidence::new("2", 120..180, "Message-ID: <forged@example.org>"),
                    Evidence::new("header", 0..9, "Ünï\u{0}cøde"),
                ],
            },
            Finding {
                id: "trace.own_domain".into(),
                severity: Severity::Info,
                toward: Toward::Neither,
                weight: 0.0,
                says: "Anyone can write that.".into(),
                evidence: Vec::new(),
            },
        ],
        ..ordinary(subject)
    }
}

fn attachment(name: &str, findings: &[&'static str]) -> Attachment {
    Attachment {
        part: "1.2".into(),
        container: vec!["outer.zip".into()],
        name: Some(name.into()),
        declared: Some("application/pdf".into()),
        detected: "application/octet-stream".into(),
        sure: crate::engine::Sureness::Likely,
        sha256: "00".repeat(32),
        size: 123,
        findings: findings.iter().map(|id| (*id).into()).collect(),
    }
}

/// Bytes that no compression makes smaller (xorshift).
fn noise(len: usize) -> Vec<u8> {
    let mut x = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(|| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 32) as u8
    })
    .take(len)
    .collect()
}

//! Notices of every family, built in every way, and mail that only looks like one.
//!
//! `mail/` holds the messages, all written for this test, in files of the mbox kind. The line before each
//! says what must come out:
//!
//! ```text
//! From NAME KIND RECIPIENTS ACTION STATUS REASON RETURNED
//! ```
//!
//! KIND is the notice's kind, or the class `ordinary` or `fake_bounce` of what is no notice; RECIPIENTS are
//! joined by commas; ACTION, STATUS and REASON are those of the first; RETURNED is the Message-ID that came
//! back. `-` stands for none and `*` for anything. To add a message, append it to the file of its sort.

mod exchange;

use jiff::Timestamp;
use lazaret::engine::knowledge::NoKnowledge;
use lazaret::engine::notice::Provenance;
use lazaret::engine::{
    Class, Context, Disposition, Identities, Limits, MemoryLedger, NoLedger, SentLedger, SentMail,
    Strictness, Verdict, judge,
};

const ME: &str = "ines@harbour.example";
const SERVERS: &str = include_str!("mail/servers.mbox");
const REPORTS: &str = include_str!("mail/reports.mbox");

/// A message and what must come out.
struct Sample {
    name: String,
    wanted: Vec<String>,
    raw: String,
}

fn samples(file: &str) -> Vec<Sample> {
    let mut all: Vec<Sample> = Vec::new();
    for line in file.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("From ") {
            let mut words = head.split_whitespace().map(str::to_owned);
            let name = words.next().unwrap();
            all.push(Sample { name, wanted: words.collect(), raw: String::new() });
        } else {
            all.last_mut().unwrap().raw.push_str(line);
        }
    }
    assert!(!all.is_empty());
    all
}

fn judged(raw: &str, ledger: &dyn SentLedger) -> Verdict {
    let senders = Vec::new();
    judge(
        raw.as_bytes(),
        &Context {
            now: Timestamp::from_second(1_780_000_000).unwrap(),
            received: None,
            identities: &Identities::new([ME]),
            ledger,
            senders: &senders,
            knowledge: &NoKnowledge,
            strictness: Strictness::Normal,
            limits: Limits::default(),
        },
    )
}

/// What came out, in the words of the line before a message.
fn found(verdict: &Verdict) -> Vec<String> {
    let none = || "-".to_owned();
    let Some(notice) = &verdict.notice else { return vec![word(&verdict.class)] };
    let who: Vec<&str> = notice.reports.iter().filter_map(|r| r.recipient.as_deref()).collect();
    let first = notice.reports.first();
    vec![
        word(&notice.kind),
        if who.is_empty() { none() } else { who.join(",") },
        first.map_or_else(none, |r| word(&r.action)),
        first.and_then(|r| r.status.clone()).unwrap_or_else(none),
        first.map_or_else(none, |r| word(&r.reason)),
        notice.returned.as_ref().and_then(|r| r.message_id.clone()).unwrap_or_else(none),
    ]
}

/// A value as the word that JSON has for it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

/// Every message of a file comes out as its line says, with either kind of line end.
fn check(file: &str) {
    let mut wrong = Vec::new();
    for sample in samples(file) {
        for raw in [sample.raw.clone(), sample.raw.replace("\r\n", "\n").replace('\n', "\r\n")] {
            let got = found(&judged(&raw, &NoLedger));
            let right = |(place, wanted): (usize, &String)| {
                wanted == "*" || got.get(place).map_or("-", String::as_str) == wanted
            };
            if !sample.wanted.iter().enumerate().all(right) {
                wrong.push(format!(
                    "{}\n  wanted {}\n  got    {}",
                    sample.name,
                    sample.wanted.join(" "),
                    got.join(" ")
                ));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn servers_lists_and_providers() {
    check(SERVERS);
}

/// The families of mailers, services, filters and list managers that must have a message in `servers.mbox`.
const FAMILIES: &[&str] = &[
    "postfix", "sendmail", "exim", "qmail", "courier", "opensmtpd", "dragonfly", "exchange2003",
    "exchange55", "exchange2010", "exchange-online", "domino", "gmail", "googlegroups", "workspace", "yahoo",
    "aol", "icloud", "outlookcom", "gmx", "1und1", "t-online", "yandex", "mailru", "ses", "sendgrid",
    "mailgun", "mandrill", "zoho", "james", "powermta", "messagelabs", "mimecast", "barracuda", "mcafee",
    "trendmicro", "proofpoint", "ironport", "fortimail", "sophos", "kerio", "mdaemon", "hmailserver",
    "zimbra", "halon", "haraka", "kumomta", "stalwart", "docomo", "au", "softbank", "fml", "mailman2",
    "sympa", "listserv", "ezmlm", "netease", "qq", "sina", "naver", "daum", "laposte", "libero", "aruba",
    "uol", "terra", "seznam", "wp", "onet",
];

#[test]
fn every_family_has_a_message() {
    let all = samples(SERVERS);
    let missing: Vec<_> = FAMILIES
        .iter()
        .filter(|family| !all.iter().any(|sample| sample.name.starts_with(&format!("{family}-"))))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn reports_built_rightly_and_wrongly() {
    check(REPORTS);
}

#[test]
fn automatic_answers() {
    check(include_str!("mail/answers.mbox"));
}

#[test]
fn challenges_virus_warnings_receipts_and_complaints() {
    check(include_str!("mail/others.mbox"));
}

#[test]
fn notices_in_many_languages_and_mail_like_them() {
    check(include_str!("mail/languages.mbox"));
}

#[test]
fn what_is_dressed_as_a_notice() {
    check(include_str!("mail/fakes.mbox"));
}

#[test]
fn ordinary_mail_that_speaks_of_such_things() {
    check(include_str!("mail/ordinary.mbox"));
}

fn ledger(mails: &[(&str, &str, &str, &str)]) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    for (id, to, subject, date) in mails {
        let raw = format!("From: {ME}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{id}>\n\n");
        ledger.add(SentMail::read(raw.as_bytes(), None).unwrap());
    }
    ledger
}

/// Mail around the day of the messages, to other people about other things.
const AROUND: [(&str, &str, &str, &str); 3] = [
    ("a@harbour.example", "ann@example.net", "Ropes", "Mon, 02 Feb 2026 08:00:00 +0000"),
    ("b@harbour.example", "ann@example.net", "Sails", "Tue, 03 Mar 2026 07:00:00 +0000"),
    ("c@harbour.example", "ann@example.net", "Oars", "Wed, 01 Apr 2026 08:00:00 +0000"),
];

#[test]
fn whoever_writes_it_the_person_s_own_mail_is_genuine_and_other_mail_is_not() {
    let mut mine = AROUND.to_vec();
    mine.push((
        "offer.1@harbour.example", "gone@example.org", "The offer for the boat",
        "Tue, 03 Mar 2026 09:59:00 +0000",
    ));
    let (mine, others) = (ledger(&mine), ledger(&AROUND));
    let mut wrong = Vec::new();
    let mut decided = 0;
    for sample in samples(SERVERS).into_iter().chain(samples(REPORTS)) {
        let notice = judged(&sample.raw, &NoLedger).notice;
        if notice.and_then(|n| n.returned?.message_id).as_deref() != Some("offer.1@harbour.example") {
            continue;
        }
        decided += 1;
        let own = judged(&sample.raw, &mine);
        if own.notice.as_ref().map(|n| n.provenance) != Some(Provenance::Genuine)
            || own.disposition == Disposition::Quarantine
        {
            wrong.push(format!("{}: mine is {:?}, {:?}", sample.name, own.class, own.disposition));
        }
        let forged = judged(&sample.raw, &others);
        if !matches!(forged.class, Class::Backscatter) {
            wrong.push(format!("{}: forged is {:?}", sample.name, forged.class));
        }
    }
    assert!(wrong.is_empty(), "{} of {decided} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(decided > 80, "{decided}");
}

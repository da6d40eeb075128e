//! Fakes in many shapes and languages, and honest mail and real notices that look like them.

mod fakes;
mod farther;
mod honest;
mod letters;
mod notices;
mod worms;

use super::*;
use crate::engine::message::parse;
use crate::engine::notice::recognise;
use crate::engine::{Class, Context, Identities, Limits, NoLedger, Strictness, Verdict, judge};

const ME: &str = "me@harbour.example";

fn judged(raw: &str) -> Verdict {
    let identities = Identities::default();
    let senders = Vec::new();
    judge(
        raw.as_bytes(),
        &Context {
            now: jiff::Timestamp::UNIX_EPOCH,
            received: None,
            identities: &identities,
            knowledge: &crate::engine::knowledge::NoKnowledge,
            ledger: &NoLedger,
            senders: &senders,
            strictness: Strictness::Normal,
            limits: Limits::default(),
        },
    )
}

fn mail(more: &str, from: &str, subject: &str, kind: &str, body: &str) -> String {
    format!(
        "{more}From: {from}\nTo: {ME}\nSubject: {subject}\nMessage-ID: <1@m.example>\nMIME-Version: 1.0\n\
         Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    )
}

/// What was weighed, for the message of a failing test.
fn weighed(raw: &str) -> String {
    let parsed = parse(raw.as_bytes(), &Limits::default());
    let message = parsed.view();
    let Some(case) = Case::of(&message) else { return "not read".to_owned() };
    let weighed = case.weigh();
    let signs: Vec<String> =
        weighed.signs.iter().map(|s| format!("{} {:+} {}", s.id, s.signed_weight(), s.says)).collect();
    format!("{}: {signs:#?}", weighed.sum)
}

#[test]
fn phishing_dressed_as_a_notice_is_fake_in_every_language() {
    let mut failures = Vec::new();
    for (from, subject, body) in fakes::FAKES.iter().chain(fakes::DRESSED).chain(letters::LETTERS) {
        let raw = mail("", from, subject, "text/html", body);
        let verdict = judged(&raw);
        if verdict.class != Class::FakeBounce || verdict.notice.is_some() {
            failures.push(format!("{from} / {subject} is {}; {}", verdict.class, weighed(&raw)));
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn fakes_stay_fakes_with_a_daemons_header() {
    let mut failures = Vec::new();
    for (from, subject, body) in fakes::FAKES {
        let more = "Return-Path: <>\nAuto-Submitted: auto-replied\n";
        let verdict = judged(&mail(more, from, subject, "text/html", body));
        if verdict.class != Class::FakeBounce {
            failures.push(format!("{subject} is {}", verdict.class));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn honest_mail_is_never_fake() {
    let mut failures = Vec::new();
    for (extra, from, subject, kind, body) in honest::HONEST {
        let raw = mail(&honest::more(extra), from, subject, kind, body);
        let verdict = judged(&raw);
        if verdict.class == Class::FakeBounce {
            failures.push(format!("{from} / {subject}: {}", weighed(&raw)));
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), honest::HONEST.len(), failures.join("\n"));
}

#[test]
fn every_finding_of_a_fake_shows_its_bytes() {
    let (from, subject, body) = fakes::FAKES[0];
    let raw = mail("", from, subject, "text/html", body);
    let verdict = judged(&raw);
    let signs: Vec<_> = verdict.findings.iter().filter(|f| f.id.starts_with("fake.")).collect();
    assert!(signs.len() >= 5, "{signs:?}");
    for sign in signs {
        for evidence in &sign.evidence {
            let [start, end] = evidence.range;
            assert!(start < end && end <= raw.len(), "{}: {evidence:?}", sign.id);
        }
        assert!(!sign.evidence.is_empty() || sign.id == "fake.missing", "{}", sign.id);
    }
    let click = verdict.findings.iter().find(|f| f.id == "fake.click").unwrap();
    let [start, end] = click.evidence[0].range;
    assert!(raw[start..end].starts_with("<a href='https://sunny-garden.web.app"), "{}", &raw[start..end]);
}

#[test]
fn a_question_for_the_password_by_mail_is_fake() {
    let body = "Dear user,\n\nyour mailbox has exceeded the storage limit. To keep it, fill in and send back:\n\n\
                User name:\nPassword:\nDate of birth:\n\nWeb admin\n";
    let verdict =
        judged(&mail("", "Web Admin <w@uni.example.edu>", "Mailbox quota exceeded", "text/plain", body));
    assert_eq!(verdict.class, Class::FakeBounce);
    assert!(verdict.findings.iter().any(|f| f.id == "fake.asks"));
}

#[test]
fn a_page_as_a_file_is_fake_in_company() {
    let raw = |subject: &str, text: &str| {
        format!(
            "From: Mail Server <x@tours.example.net>\nTo: {ME}\nSubject: {subject}\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{text}\n\
             --b\nContent-Type: text/html; name=\"open.html\"\nContent-Disposition: attachment; filename=\"open.html\"\n\n\
             <p>hello</p>\n--b--\n"
        )
    };
    let fake = judged(&raw(
        "7 pending messages for me@harbour.example",
        "Your messages are on hold. Open the attached file.",
    ));
    assert_eq!(fake.class, Class::FakeBounce);
    assert_eq!(judged(&raw("Programme", "The programme of the concert is attached.")).class, Class::Ordinary);
}

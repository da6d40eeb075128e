//! Provenance from end to end: notices built from ledgers, and what is judged of them.

use jiff::Timestamp;

use crate::engine::{
    Class, Context, Disposition, Identities, Limits, MemoryLedger, NoLedger, SentLedger, SentMail,
    Strictness, judge,
};

fn bounce(id: &str, to: &str, subject: &str, date: &str, more: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nTo: me@harbour.example\nDate: {date}\n\
         Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\
         --b\nContent-Type: text/rfc822-headers\n\n{id}From: me@harbour.example\nTo: {to}\nSubject: {subject}\nDate: {date}\n{more}\n--b--\n"
    )
}

fn ledger() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    for (id, to, subject, date) in [
        ("old@harbour.example", "ada@example.net", "Old", "Mon, 05 Jan 2026 10:00:00 +0000"),
        ("offer@harbour.example", "x@example.com", "Offer", "Mon, 02 Mar 2026 10:00:00 +0000"),
        ("new@harbour.example", "ada@example.net", "New", "Fri, 01 May 2026 10:00:00 +0000"),
    ] {
        let raw = format!(
            "From: me@harbour.example\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{id}>\n\n"
        );
        ledger.add(SentMail::read(raw.as_bytes(), None).unwrap());
    }
    ledger
}

fn class(raw: &str, ledger: &dyn SentLedger) -> (Class, Disposition, f32) {
    let identities = Identities::new(["me@harbour.example"]);
    let senders = Vec::new();
    let verdict = judge(
        raw.as_bytes(),
        &Context {
            now: Timestamp::from_second(1_780_000_000).unwrap(),
            received: None,
            identities: &identities,
            ledger,
            senders: &senders,
            strictness: Strictness::Normal,
            limits: Limits::default(),
        },
    );
    (verdict.class, verdict.disposition, verdict.score)
}

const DAY: &str = "Mon, 02 Mar 2026 10:00:00 +0000";

#[test]
fn an_id_in_sent_with_an_agreeing_recipient_is_genuine() {
    let (class, disposition, score) =
        class(&bounce("Message-ID: <offer@harbour.example>\n", "x@example.com", "Offer", DAY, ""), &ledger());
    assert_eq!((class, disposition), (Class::GenuineBounce, Disposition::Keep));
    assert!(score > 0.9);
}

#[test]
fn a_forwarded_address_excuses_the_recipient() {
    let raw = bounce("Message-ID: <offer@harbour.example>\n", "elsewhere@example.org", "Offer", DAY, "");
    assert_eq!(class(&raw, &ledger()).0, Class::GenuineBounce);
}

#[test]
fn what_a_covering_ledger_does_not_hold_is_backscatter() {
    let (class, disposition, score) = class(
        &bounce(
            "Message-ID: <forged@harbour.example>\n", "s@example.org", "Cheap", DAY, "X-Mailer: Bulk 1\n",
        ),
        &ledger(),
    );
    assert_eq!((class, disposition), (Class::Backscatter, Disposition::Quarantine));
    assert!(score > 0.9);
}

#[test]
fn without_a_ledger_or_its_coverage_nothing_is_backscatter() {
    let raw = bounce("Message-ID: <forged@harbour.example>\n", "s@example.org", "Cheap", DAY, "");
    assert_eq!(class(&raw, &NoLedger).0, Class::UnverifiedBounce);
    let old = raw.replace("2026 10", "2024 10");
    assert_eq!(class(&old, &ledger()).0, Class::UnverifiedBounce);
}

#[test]
fn a_copied_id_is_unverified() {
    let raw = bounce(
        "Message-ID: <offer@harbour.example>\n", "s@example.org", "Cheap", "Thu, 02 Apr 2026 10:00:00 +0000",
        "",
    );
    assert_eq!(class(&raw, &ledger()).0, Class::UnverifiedBounce);
}

#[test]
fn without_an_id_recipient_subject_and_date_are_enough() {
    assert_eq!(class(&bounce("", "x@example.com", "Re: Offer", DAY, ""), &ledger()).0, Class::GenuineBounce);
    assert_eq!(class(&bounce("", "x@example.com", "Other", DAY, ""), &ledger()).0, Class::UnverifiedBounce);
}

#[test]
fn the_person_s_own_vacation_reply_is_unverified() {
    let raw = bounce(
        "Message-ID: <auto@harbour.example>\n", "s@example.org", "Away", DAY,
        "Auto-Submitted: auto-replied\n",
    );
    assert_eq!(class(&raw, &ledger()).0, Class::UnverifiedBounce);
}

#[test]
fn a_list_owner_s_bounce_is_somebody_else_s() {
    let raw = bounce(
        "Message-ID: <post@list.example>\n", "s@example.org", "Post", DAY, "List-Id: <l.list.example>\n",
    )
    .replace("\nFrom: me@harbour.example\nTo: s", "\nFrom: poster@list.example\nTo: s");
    let (class, disposition, _) = class(&raw, &ledger());
    assert_eq!((class, disposition), (Class::UnverifiedBounce, Disposition::Flag));
}

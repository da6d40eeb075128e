//! What holds for every notice and every ledger: promises, tried on made-up mail.

use proptest::prelude::*;

use super::tests::{DAY, Note, judged, ledger, note, sent};
use crate::engine::notice::Provenance;
use crate::engine::{Disposition, NoLedger, Verdict};

const ME: &str = "me@harbour.example";

/// A mail that the person sent, as its header lines and as the ledger has it.
#[derive(Debug, Clone)]
struct Mail {
    id: String,
    to: String,
    subject: String,
    date: String,
}

fn mails() -> impl Strategy<Value = Mail> {
    let words =
        prop::sample::select(vec!["boat", "Offer", "Re: rope", "minutes of the meeting", "x", "Grüße"]);
    ("[a-z0-9.]{4,20}", "[a-z]{2,8}", words, 6u32..28, 0u32..24, 0u32..60, 0u32..60).prop_map(
        |(id, to, subject, day, hour, minute, second)| Mail {
            id: format!("{id}@harbour.example"),
            to: format!("{to}@example.net"),
            subject: subject.to_owned(),
            date: format!("Mon, {day:02} Apr 2026 {hour:02}:{minute:02}:{second:02} +0200"),
        },
    )
}

/// How a bounce of a mail differs from the plain one.
#[derive(Debug, Clone)]
struct Way {
    part: &'static str,
    order: Vec<usize>,
    forwarded: bool,
    named: bool,
    extra: Vec<&'static str>,
}

fn ways() -> impl Strategy<Value = Way> {
    let parts = vec!["message/rfc822", "text/rfc822-headers", "text/plain", "application/octet-stream"];
    let lines = vec![
        "X-Mailer: Bulk 7",
        "Cc: a@example.org, b@example.org",
        "References: <q@example.org>",
        "Received: from a ([203.0.113.7]) by mx.example.com with SMTP; Mon, 6 Apr 2026 10:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain",
        "X-Spam: yes",
    ];
    (
        prop::sample::select(parts),
        Just((0..5).collect::<Vec<usize>>()).prop_shuffle(),
        any::<bool>(),
        any::<bool>(),
        prop::sample::subsequence(lines, 0..4),
    )
        .prop_map(|(part, order, forwarded, named, extra)| Way { part, order, forwarded, named, extra })
}

fn bounce(mail: &Mail, way: &Way) -> Note {
    let mut note = note(&format!("Message-ID: <{}>", mail.id), ME, &mail.to, &mail.subject, &mail.date);
    note.returned = way.order.iter().filter_map(|i| note.returned.get(*i).cloned()).collect();
    note.returned.extend(way.extra.iter().map(|line| (*line).to_owned()));
    note.part = way.part;
    if way.forwarded {
        note.failed = "elsewhere@example.org".to_owned();
    }
    if way.named {
        note.head = format!("Subject: Undeliverable: {}\n", mail.subject);
    }
    note
}

fn provenance(verdict: &Verdict) -> Option<Provenance> {
    verdict.notice.as_ref().map(|n| n.provenance)
}

/// How hard a verdict is on the notice.
fn severity(verdict: &Verdict) -> u8 {
    match provenance(verdict) {
        None | Some(Provenance::Genuine) => 0,
        Some(Provenance::Unverified | Provenance::ThirdParty) => 1,
        Some(Provenance::Backscatter) => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_genuine_bounce_is_never_held_wherever_it_is_cut(mail in mails(), way in ways(), at in 0.0..1.0f64) {
        let mut ledger = ledger();
        ledger.add(sent(ME, &mail.id, &mail.to, &mail.subject, &mail.date));
        let text = bounce(&mail, &way).text();
        let whole = judged(&text, &[ME], &ledger);
        prop_assert_eq!(provenance(&whole), Some(Provenance::Genuine), "{}", text);
        // Somewhere behind the report: in the returned mail, or in what ends the notice.
        let start = text.rfind("--b\nContent-Type").unwrap_or(0);
        let mut end = start + ((text.len() - start) as f64 * at) as usize;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        for end in ["", "\n\n--b--\n"] .map(|tail| format!("{}{tail}", &text[..end])) {
            let verdict = judged(&end, &[ME], &ledger);
            prop_assert_ne!(verdict.disposition, Disposition::Quarantine, "{}\n{:?}", end, verdict.findings);
        }
    }

    #[test]
    fn a_genuine_bounce_whose_id_was_rewritten_is_never_held(mail in mails(), way in ways(), id in "[a-z]{8}") {
        let mut ledger = ledger();
        ledger.add(sent(ME, &mail.id, &mail.to, &mail.subject, &mail.date));
        let rewritten = Mail { id: format!("{id}@gateway.example.com"), ..mail };
        let text = bounce(&rewritten, &way).text();
        let verdict = judged(&text, &[ME], &ledger);
        prop_assert_ne!(verdict.disposition, Disposition::Quarantine, "{}\n{:?}", text, verdict.findings);
    }

    #[test]
    fn a_mail_more_in_the_ledger_never_makes_its_bounce_worse(mail in mails(), way in ways(), other in mails()) {
        let text = bounce(&mail, &way).text();
        let before = judged(&text, &[ME], &ledger());
        let mut more = ledger();
        more.add(sent(ME, &mail.id, &mail.to, &mail.subject, &mail.date));
        let after = judged(&text, &[ME], &more);
        prop_assert!(severity(&after) <= severity(&before), "{}", text);
        prop_assert_eq!(severity(&after), 0);
        // Nor does any further one.
        more.add(sent(ME, &other.id, &other.to, &other.subject, &other.date));
        prop_assert_eq!(severity(&judged(&text, &[ME], &more)), 0);
    }

    #[test]
    fn the_same_bytes_and_the_same_ledger_give_the_same_verdict(mail in mails(), way in ways()) {
        let text = bounce(&mail, &way).text();
        prop_assert_eq!(judged(&text, &[ME], &ledger()), judged(&text, &[ME], &ledger()));
    }

    #[test]
    fn without_a_ledger_nothing_is_called_forged(mail in mails(), way in ways(), known in any::<bool>()) {
        let text = bounce(&mail, &way).text();
        let identities: &[&str] = if known { &[ME] } else { &[] };
        let verdict = judged(&text, identities, &NoLedger);
        prop_assert_ne!(provenance(&verdict), Some(Provenance::Backscatter), "{}", text);
    }

    #[test]
    fn a_forged_mail_is_never_called_the_person_s(mail in mails(), way in ways()) {
        // The recipient was never written to, the ID and the time are nobody's.
        let text = bounce(&mail, &way).text();
        let verdict = judged(&text, &[ME], &ledger());
        prop_assert_ne!(provenance(&verdict), Some(Provenance::Genuine), "{}\n{}", text, DAY);
    }
}

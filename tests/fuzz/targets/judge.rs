//! A whole message: whatever its bytes, there is a verdict whose evidence lies inside, and the same again.

#![no_main]

use lazaret::engine::knowledge::NoKnowledge;
use lazaret::engine::{Context, Identities, Limits, MemoryLedger, SentMail, Strictness, judge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let identities = Identities::new(["me@harbour.example", "me@example.org"]);
    let mut ledger = MemoryLedger::default();
    ledger.add(SentMail {
        message_id: Some("lunch@harbour.example".to_owned()),
        date: jiff::Timestamp::UNIX_EPOCH,
        from: "me@harbour.example".to_owned(),
        recipients: vec!["nobody@example.net".to_owned()],
        subject: "lunch".to_owned(),
        mailer: None,
    });
    let senders = Vec::new();
    let context = Context {
        now: jiff::Timestamp::UNIX_EPOCH,
        received: None,
        identities: &identities,
        ledger: &ledger,
        knowledge: &NoKnowledge,
        senders: &senders,
        strictness: Strictness::Strict,
        limits: Limits::default(),
    };
    let verdict = judge(raw, &context);
    for evidence in verdict.findings.iter().flat_map(|finding| &finding.evidence) {
        let [start, end] = evidence.range;
        assert!(start <= end && end <= raw.len(), "{evidence:?} lies outside of {} bytes", raw.len());
    }
    assert_eq!(verdict, judge(raw, &context), "a second look differs");
});

//! The shared verdict engine. PURE: bytes and a context in, a [`Verdict`] out.
//!
//! No clock, no randomness, no file system, no network, no database, no GUI: the same engine serves the
//! window, the command line, tests, fuzzers, and later a mail server's filter. It may name std,
//! mail-parser and small pure crates; a test keeps that wall.
//!
//! The way of the data, each stage seeing exactly what its arguments hold:
//! `message` (one parse) -> `notice` (is it an automatic message, of which kind?) -> `returned` (which mail
//! came back?) -> `provenance` (did the person send it?) -> `opinion` (what does the receiving server
//! say?) -> `attachment` (what do the bytes do?) -> `policy` (findings -> class -> score -> disposition).
//!
//! A new rule goes beside its evidence: a family of bounces into `notice`, a reason for or against the
//! person's authorship into `provenance`, a file format into `attachment`.

mod anyof;
pub mod attachment;
mod block;
pub mod context;
pub mod knowledge;
pub mod ledger;
mod lexicon;
mod lookalike;
pub mod message;
pub mod notice;
pub mod opinion;
pub mod policy;
pub mod provenance;
pub mod reading;
pub mod returned;
pub mod senders;
pub mod trace;
pub mod verdict;
mod words;

#[cfg(test)]
mod tests;

pub use context::{Context, Identities, Limits, Strictness};
pub use ledger::{MemoryLedger, NoLedger, SentLedger, SentMail};
pub use verdict::{
    Attachment, Class, Disposition, Evidence, Finding, FindingKind, Headline, Severity, Sureness, Toward,
    Verdict,
};

/// Judges one message.
///
/// Never fails and never panics: what can't be read becomes a finding. Time and memory are bounded by
/// [`Limits`], whatever the bytes are.
pub fn judge(raw: &[u8], context: &Context<'_>) -> Verdict {
    let lead = message::leading_blanks(raw);
    let mut verdict = judge_mail(raw.get(lead..).unwrap_or_default(), context);
    let evidence = verdict.findings.iter_mut().flat_map(|f| f.evidence.iter_mut());
    // Whatever a broken structure makes of its offsets, evidence lies inside the message.
    evidence.for_each(|e| e.range = e.range.map(|at| (at + lead).min(raw.len())));
    verdict
}

/// Judges a message that begins with its header.
fn judge_mail(raw: &[u8], context: &Context<'_>) -> Verdict {
    let parsed = message::parse(raw, &context.limits);
    let message = parsed.view();
    let mut findings = parsed.findings().to_vec();

    let mut notice = None;
    let mut storm = None;
    let mut relay = None;
    if let Some(recognised) = notice::recognise(&message) {
        let decided = provenance::decide(&message, &recognised, context);
        let (concluded, seen) = recognised.conclude(decided.provenance);
        findings.extend(seen);
        findings.extend(decided.findings);
        storm = decided.storm;
        relay = decided.relay;
        notice = Some(concluded);
    } else {
        findings.extend(notice::fake::findings(&message));
    }
    findings.extend(opinion::findings(&message));
    let inspected = attachment::inspect_message_knowing(&message, &context.limits, context.knowledge);
    findings.extend(inspected.findings);

    policy::conclude(policy::Input {
        message: &message,
        notice,
        attachments: inspected.attachments,
        findings,
        storm,
        relay,
        context,
    })
}

/// Every kind of finding there is, in the order of the published table.
pub fn catalogue() -> impl Iterator<Item = &'static FindingKind> {
    [
        message::FINDINGS,
        notice::FINDINGS,
        notice::fake::FINDINGS,
        provenance::FINDINGS,
        opinion::FINDINGS,
        attachment::FINDINGS,
        policy::FINDINGS,
    ]
    .into_iter()
    .flatten()
}

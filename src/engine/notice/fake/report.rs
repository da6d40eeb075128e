//! Reports that report nothing: a `multipart/report` with neither a status part nor a server's words.

use super::super::super::message::Message;
use super::super::super::verdict::Finding;
use super::links;
use super::read;
use super::signs::REPORT;
use super::weigh::has_code;
use crate::engine::message::Kind;

/// Kinds of report that are about other things than delivery (RFC 8098, RFC 5965, RFC 8460, RFC 7489).
const OTHER_KINDS: &[&str] = &["disposition", "feedback", "tlsrpt", "dmarc", "tls-report", "abuse", "quota"];

/// Whether it is built as a delivery report (RFC 6522).
pub(super) fn is_report(message: &Message<'_>) -> bool {
    message.root().is_some_and(|root| {
        root.content_type_value().is_some_and(|ct| {
            let kind = ct.attribute("report-type").unwrap_or_default().to_ascii_lowercase();
            ct.ctype().eq_ignore_ascii_case("multipart")
                && ct.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
                && !OTHER_KINDS.iter().any(|other| kind.contains(other))
        })
    })
}

/// Words in bytes beyond which a report without a link says something of its own; less is a broken bounce.
const TALK: usize = 300;

/// A report that no rule could read as a notice and that has nothing of one: no message, no header and no
/// status field came back, no server's code stands in it.
pub(super) fn hollow(message: &Message<'_>) -> Option<Finding> {
    if !is_report(message) || message.header("list-id").is_some() {
        return None;
    }
    let own = || message.parts().iter().filter(|p| p.depth == 0 && !p.is_multipart());
    let returns = own().any(|p| {
        let kind = Kind::of(p);
        p.message().is_some()
            || kind.holds("rfc822")
            || kind.holds("global")
            || kind.is_a("message") && OTHER_KINDS.iter().any(|other| kind.holds(other))
    });
    let status = || {
        own().any(|p| {
            Kind::of(p).holds("delivery-status")
                && String::from_utf8_lossy(p.bytes()).to_ascii_lowercase().contains("-recipient:")
        })
    };
    if returns || status() {
        return None;
    }
    let texts = read::texts(message, read::Depth::Whole);
    let says =
        texts.iter().map(|t| t.folded.text.len()).sum::<usize>() > TALK || !links::of(message).is_empty();
    if !says || texts.iter().any(|t| has_code(&t.folded.text)) {
        return None;
    }
    let root = message.root()?;
    Some(
        REPORT
            .says("It calls itself a report, but has neither a status part nor a server's words.")
            .with_any(message.header_evidence(root, "content-type")),
    )
}

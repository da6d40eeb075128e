//! Delivery status notifications: RFC 3464 in an RFC 6522 report, internationalised by RFC 6533.
//!
//! What is read is the status part, wherever a mailer put it and whatever it called it: as
//! message/delivery-status or message/global-delivery-status, as text/plain, as an attachment, in base64,
//! with blank lines missing or too many, with no end of its boundary. A `multipart/report` label alone is
//! nothing. What an outer message quotes or forwards (a status part inside a message/rfc822) is not read.
//!
//! Here the parts are found and the notice is made; `status` reads the fields of a part, `recipient` says what
//! those of one recipient mean. A field that some mailer adds goes to the tables of `status`.

mod recipient;
mod status;

use std::cell::LazyCell;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::super::message::{Kind, Message, Part};
use super::super::verdict::{Finding, FindingKind, Severity, Toward};
use super::families::{Scene, read};
use super::gate::Signs;
use super::text::{self, Reading};
use super::{Action, Notice, NoticeKind, Provenance, Reason, Recognised, Report};
use crate::engine::words::in_lower_case;
use recipient::{report, typed};
use status::{Status, first_field, parse};

pub(super) const STATUS_PART: FindingKind = FindingKind {
    id: "notice.status_part",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The message carries a delivery status report (RFC 3464).",
};
pub(super) const MALFORMED: FindingKind = FindingKind {
    id: "notice.malformed_report",
    severity: Severity::Info,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The status report is built wrongly: its type, its place or its blank lines. Many real mailers do so.",
};
pub(super) const CUT: FindingKind = FindingKind {
    id: "notice.cut",
    severity: Severity::Low,
    toward: Toward::Neither,
    weight: 0.0,
    means: "The report names more recipients, or is longer, than the bound; the rest was not read.",
};

/// Status parts of one message that are read.
const MAX_PARTS: usize = 50;

/// Recognises a delivery status notification.
pub(super) fn recognise(message: &Message<'_>, signs: &Signs, scene: &Scene<'_>) -> Option<Recognised> {
    at_depth(message, signs, scene, 0)
}

/// Recognises a notification that a gateway packed into a message of its own, written by a daemon as well.
/// A person who forwards one as an attachment is no daemon.
pub(super) fn wrapped(message: &Message<'_>, signs: &Signs, scene: &Scene<'_>) -> Option<Recognised> {
    let inner = message.parts().iter().find(|p| p.depth == 1 && p.is_message_root)?;
    let from = inner.field("from").map(|h| inner.raw_text(h).to_lowercase()).unwrap_or_default();
    let machine = signs.daemon && super::gate::is_daemon(&from) && Kind::of(inner).is("multipart", "report");
    machine.then(|| at_depth(message, signs, scene, 1)).flatten()
}

fn at_depth(message: &Message<'_>, signs: &Signs, scene: &Scene<'_>, depth: usize) -> Option<Recognised> {
    let mut found: Vec<(Reading<'_>, Status, bool)> = Vec::with_capacity(1);
    for part in message.parts().iter().filter(|p| p.depth == depth && !p.is_multipart()) {
        if found.len() == MAX_PARTS {
            break;
        }
        let declared = is_status_type(part);
        if !(declared || may_hide_status(part) && mentions_status(part)) {
            continue;
        }
        let Some(reading) = Reading::of(part) else { continue };
        // What only speaks of a field has none.
        let Some(first) = (if declared { Some(0) } else { first_field(&reading) }) else { continue };
        let status = parse(&reading, first);
        if !status.recipients.is_empty() {
            found.push((reading, status, declared));
        }
    }
    if let Some(nested) = nested_status(message).filter(|_| found.is_empty() && depth == 0) {
        found.push(nested);
    }
    let proper = found.iter().any(|(_, _, declared)| *declared);
    if found.is_empty() || (!proper && !loose_is_enough(signs, &found)) {
        return None;
    }
    found.retain(|(_, _, declared)| *declared || !proper);
    build(message, signs, scene, &found)
}

/// Whether fields in a text part make a report: a machine sent it, and it is no answer by a person.
fn loose_is_enough(signs: &Signs, found: &[(Reading<'_>, Status, bool)]) -> bool {
    let full = found.iter().any(|(_, status, _)| {
        status.recipients.iter().any(|r| r.get("action").is_some() || r.get("status").is_some())
    });
    full && !(signs.answer && !signs.daemon && !signs.null_path && !signs.report)
        && (signs.machine() || signs.subject_known)
}

fn is_status_type(part: &Part<'_>) -> bool {
    Kind::declared(part)
        .is_some_and(|kind| kind.is_sub("delivery-status") || kind.is_sub("global-delivery-status"))
}

/// Whether a part is of a type under which mailers hide a status part by mistake.
fn may_hide_status(part: &Part<'_>) -> bool {
    Kind::declared(part).is_none_or(|kind| {
        kind.is_a("text") && !kind.holds("html") && !kind.holds("rfc822")
            || kind.is_a("message") && !kind.holds("rfc822")
            || kind.is_a("multipart")
            || kind.is("application", "octet-stream")
    })
}

fn mentions_status(part: &Part<'_>) -> bool {
    let bytes = part.bytes();
    let bytes = bytes.get(..text::MAX_BYTES).unwrap_or(bytes);
    static NAMES: LazyLock<[Finder<'static>; 2]> =
        LazyLock::new(|| ["ecipient:", "-RECIPIENT:"].map(Finder::new));
    let [small, large] = &*NAMES;
    small.find_iter(bytes).any(|at| {
        let before = at.checked_sub(2).and_then(|from| bytes.get(from..at));
        before.is_some_and(|before| before == b"-R" || before == b"-r")
    }) || large.find(bytes).is_some()
}

/// A status part that stands in a message/rfc822 with no header of its own: some mailers declare the
/// whole report so. Only the fields right at the start of that part count.
fn nested_status<'m>(message: &Message<'m>) -> Option<(Reading<'m>, Status, bool)> {
    message.parts().iter().filter(|p| p.depth == 1 && p.is_message_root && !p.is_multipart()).find_map(
        |part| {
            part.field("reporting-mta")?;
            let reading = Reading::of(part)?;
            let status = parse(&reading, first_field(&reading)?);
            (!status.recipients.is_empty()).then_some((reading, status, false))
        },
    )
}

fn build(
    message: &Message<'_>,
    signs: &Signs,
    scene: &Scene<'_>,
    found: &[(Reading<'_>, Status, bool)],
) -> Option<Recognised> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut reports: Vec<Report> = Vec::new();
    let mut reporting_mta = None;
    let mut cut = false;
    let told = LazyCell::new(|| match scene.texts.first() {
        Some(text) if found.iter().all(|(r, ..)| r.part != text.reading.part) => {
            read::reports(message, signs, &text.reading, &text.zone(), 0)
        }
        _ => Vec::new(),
    });
    let why = |entry: &read::Entry| match scene.texts.first() {
        Some(text) => entry.reason(&text.reading, &text.zone()),
        None => Reason::Undefined,
    };
    for (reading, status, declared) in found {
        cut |= status.cut;
        reporting_mta = reporting_mta.or_else(|| {
            let value =
                status.message.value("reporting-mta").or_else(|| status.message.value("dsn-gateway"))?;
            Some(in_lower_case(typed(value).trim_end_matches('.'))).filter(|v| !v.is_empty())
        });
        for group in &status.recipients {
            if reports.len() >= read::MAX_REPORTS {
                cut = true;
                break;
            }
            let report = report(group, signs, || &told, why, status.recipients.len());
            // Some mailers write the same fields twice: into the text and into the status part.
            if found.len() == 1 || !reports.contains(&report) {
                reports.push(report);
            }
        }
        let line = status.recipients.first().and_then(|g| g.fields.first()).map_or(0, |f| f.line);
        let last = status.recipients.first().and_then(|g| g.fields.last()).map_or(line, |f| f.line);
        findings.push(
            STATUS_PART
                .says("The message carries a delivery status report.")
                .with_any(reading.evidence(message, line..last + 1)),
        );
        if !declared || status.blanks_wrong {
            findings.push(
                MALFORMED
                    .says("The delivery status report is built wrongly; it was read all the same.")
                    .with_any(reading.evidence(message, line..line + 1)),
            );
        }
    }
    if cut {
        findings
            .push(CUT.says(format!("Only the first {} recipients of the report were read.", reports.len())));
    }
    let kind = kind(&reports);
    Some(Recognised {
        notice: Notice {
            kind,
            format: "dsn".to_owned(),
            provenance: Provenance::Unverified,
            reporting_mta,
            reports,
            returned: None,
        },
        returned: None,
        findings,
    })
}

/// A failure outweighs a delay, a delay outweighs success.
fn kind(reports: &[Report]) -> NoticeKind {
    if reports.iter().any(|r| r.action == Action::Failed) {
        NoticeKind::Bounce
    } else if reports.iter().any(|r| r.action == Action::Delayed) {
        NoticeKind::Delay
    } else {
        NoticeKind::Success
    }
}

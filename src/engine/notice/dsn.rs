//! Delivery status notifications: RFC 3464 in an RFC 6522 report, internationalised by RFC 6533.
//!
//! What is read is the status part, wherever a mailer put it and whatever it called it: as
//! message/delivery-status or message/global-delivery-status, as text/plain, as an attachment, in base64,
//! with blank lines missing or too many, with no end of its boundary. A `multipart/report` label alone is
//! nothing. What an outer message quotes or forwards (a status part inside a message/rfc822) is not read.

use std::cell::LazyCell;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::super::message::{Message, Part};
use super::super::verdict::{Finding, FindingKind, Severity, Toward};
use super::families::{Scene, read};
use super::gate::Signs;
use super::reason::{self, Answer, EnhancedStatus, Reason};
use super::text::{self, Reading};
use super::{Action, Notice, NoticeKind, Provenance, Recognised, Report, address};
use crate::engine::message::Kind;

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

/// One field of a status part.
struct Field {
    name: String,
    value: String,
    line: usize,
}

/// The fields of one recipient, or those of the message.
#[derive(Default)]
struct Group {
    fields: Vec<Field>,
}

impl Group {
    fn get(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(|f| f.value.trim()).filter(|v| !v.is_empty())
    }

    fn is_recipient(&self) -> bool {
        RECIPIENT_FIELDS.iter().any(|name| self.get(name).is_some())
            || (self.get("action").is_some() && self.get("status").is_some())
    }
}

/// Fields that begin or belong to a recipient (RFC 3464 §2.3 and what mailers add).
const RECIPIENT_FIELDS: &[&str] =
    &["final-recipient", "original-recipient", "x-actual-recipient", "x-original-recipient"];

/// Fields of the message (RFC 3464 §2.2).
const MESSAGE_FIELDS: &[&str] = &[
    "reporting-mta", "original-envelope-id", "dsn-gateway", "received-from-mta", "arrival-date",
    "x-postfix-queue-id", "x-postfix-sender",
];

/// What a status part says.
struct Status {
    message: Group,
    recipients: Vec<Group>,
    /// Whether something of it was left out.
    cut: bool,
    /// Whether its blank lines stand wrongly.
    blanks_wrong: bool,
}

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
    let mut found: Vec<(Reading<'_>, Status, bool)> = Vec::new();
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

/// The line of the first status field that stands unquoted at the start of a line.
fn first_field(reading: &Reading<'_>) -> Option<usize> {
    (0..reading.len()).find(|i| {
        field(reading.line(*i))
            .is_some_and(|(name, _)| is_one_of(name, &["reporting-mta"]) || is_one_of(name, RECIPIENT_FIELDS))
    })
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

/// `Name: value`; a name is of letters, digits and hyphens.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = text::split_at(line, b':')?;
    let name = name.trim_end();
    let ok = (2..=60).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    ok.then(|| (name, value.trim()))
}

/// Whether the name of a field, in any case, is one of these.
fn is_one_of(name: &str, fields: &[&str]) -> bool {
    fields.iter().any(|field| field.eq_ignore_ascii_case(name))
}

/// Reads fields from line `from` on. A group ends at a blank line, or where a field that opens a
/// recipient comes again.
fn parse(reading: &Reading<'_>, from: usize) -> Status {
    let mut status =
        Status { message: Group::default(), recipients: Vec::new(), cut: reading.cut, blanks_wrong: false };
    let mut group = Group::default();
    let mut in_recipients = false;
    let mut blank_before = true;
    for index in from..reading.len() {
        let line = reading.line(index);
        if line.trim().is_empty() {
            if !group.fields.is_empty() {
                close(&mut group, &mut status, &mut in_recipients);
            }
            blank_before = true;
            continue;
        }
        if line.starts_with([' ', '\t']) && field(line.trim_start()).is_none_or(|(n, _)| !is_known(n)) {
            if let Some(last) = group.fields.last_mut()
                && last.value.len() < read::MAX_DIAGNOSTIC * 4
            {
                if !last.value.is_empty() {
                    last.value.push(' ');
                }
                last.value.push_str(line.trim());
            }
            continue;
        }
        if line.starts_with("--") && line.len() > 8 && !line.contains(':') && in_recipients {
            // A boundary: the part has no end of its own.
            break;
        }
        let Some((name, value)) = field(line.trim_start()) else {
            // A diagnostic that was folded without a blank before it.
            if let Some(last) = group.fields.last_mut().filter(|f| f.name == "diagnostic-code")
                && last.value.len() < read::MAX_DIAGNOSTIC * 4
            {
                last.value.push(' ');
                last.value.push_str(line.trim());
            }
            continue;
        };
        let name = name.to_ascii_lowercase();
        let again = match name.as_str() {
            "final-recipient" => group.get("final-recipient").is_some(),
            "original-recipient" => {
                group.get("original-recipient").is_some() || group.get("diagnostic-code").is_some()
            }
            name if MESSAGE_FIELDS.contains(&name) => group.is_recipient() && name == "reporting-mta",
            _ => false,
        };
        let opens = RECIPIENT_FIELDS.contains(&name.as_str());
        let leaves_message = opens && !group.is_recipient() && group.get("reporting-mta").is_some();
        if again || leaves_message {
            status.blanks_wrong |= !blank_before;
            close(&mut group, &mut status, &mut in_recipients);
        }
        if status.recipients.len() >= read::MAX_REPORTS {
            status.cut = true;
            break;
        }
        blank_before = false;
        if group.fields.len() < 100 {
            group.fields.push(Field { name, value: value.to_owned(), line: index });
        }
    }
    if !group.fields.is_empty() {
        close(&mut group, &mut status, &mut in_recipients);
    }
    status
}

fn is_known(name: &str) -> bool {
    is_one_of(name, RECIPIENT_FIELDS)
        || is_one_of(name, MESSAGE_FIELDS)
        || is_one_of(name, &["action", "status", "diagnostic-code", "remote-mta", "last-attempt-date"])
}

/// Ends a group: it is the message's, a recipient's, or the rest of a recipient that a stray blank line
/// cut in two.
fn close(group: &mut Group, status: &mut Status, in_recipients: &mut bool) {
    let group = std::mem::take(group);
    if group.is_recipient() {
        *in_recipients = true;
        let only_status = !RECIPIENT_FIELDS.iter().any(|name| group.get(name).is_some());
        match status.recipients.last_mut() {
            Some(last) if only_status && last.get("status").is_none() => {
                status.blanks_wrong = true;
                last.fields.extend(group.fields);
            }
            _ => status.recipients.push(group),
        }
    } else if !*in_recipients {
        status.message.fields.extend(group.fields);
    } else if let Some(last) = status.recipients.last_mut() {
        let known = group.fields.iter().any(|f| is_known(&f.name) && last.get(&f.name).is_none());
        if known {
            status.blanks_wrong = true;
            last.fields.extend(group.fields);
        }
    }
}

/// The address in a recipient field: `rfc822; a@b`, `utf-8; \x{..}@b` (RFC 6533 §3), or bare.
fn recipient(value: &str) -> Option<String> {
    let (kind, rest) = value.split_once(';').unwrap_or(("", value));
    let rest = rest.trim();
    if kind.trim().get(..5).is_some_and(|kind| kind.eq_ignore_ascii_case("utf-8")) {
        return address::normal(&utf8_address(rest));
    }
    address::normal(rest).or_else(|| address::normal(value))
}

/// Decodes `\x{HHHH}` and `+`-free xtext of the utf-8 address type.
fn utf8_address(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x{") {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 3..).unwrap_or_default();
        match after
            .split_once('}')
            .and_then(|(hex, tail)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, tail)))
        {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `dns; host`, `smtp; 550 ...`: what follows the type.
fn typed(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if kind.len() <= 20 && !kind.trim().contains(' ') => rest.trim(),
        _ => value.trim(),
    }
}

fn action(group: &Group, status: Option<EnhancedStatus>, signs: &Signs) -> Action {
    let word = group.value("action").unwrap_or_default().to_ascii_lowercase();
    const WORDS: &[(&str, Action)] = &[
        ("fail", Action::Failed),
        ("delay", Action::Delayed),
        ("deliverable", Action::Delivered),
        ("deliver", Action::Delivered),
        ("relay", Action::Relayed),
        ("expand", Action::Expanded),
        ("expired", Action::Failed),
        ("error", Action::Failed),
        ("reject", Action::Failed),
        ("denied", Action::Failed),
        ("bounce", Action::Failed),
    ];
    if let Some((_, action)) = WORDS.iter().find(|(start, _)| word.starts_with(start)) {
        return *action;
    }
    match status {
        Some(status) if status.class == 2 => Action::Delivered,
        _ if signs.subject.contains("delay") || signs.subject.contains("warning") => Action::Delayed,
        _ => Action::Failed,
    }
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
    let words = scene.readings.iter().zip(&scene.zones).next();
    let told = LazyCell::new(|| match words {
        Some((reading, zone)) if found.iter().all(|(r, ..)| r.part != reading.part) => {
            read::reports(message, signs, reading, zone, Some(0))
        }
        _ => Vec::new(),
    });
    for (reading, status, declared) in found {
        cut |= status.cut;
        reporting_mta = reporting_mta.or_else(|| {
            let value =
                status.message.value("reporting-mta").or_else(|| status.message.value("dsn-gateway"))?;
            Some(typed(value).trim_end_matches('.').to_lowercase()).filter(|v| !v.is_empty())
        });
        for group in &status.recipients {
            if reports.len() >= read::MAX_REPORTS {
                cut = true;
                break;
            }
            let report = report(group, signs, || &told, status.recipients.len());
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

/// What the fields of one recipient say. What the notice says in words (`told`) is read only where they say too little.
fn report<'t>(
    group: &Group,
    signs: &Signs,
    told: impl Fn() -> &'t [read::Entry],
    recipients: usize,
) -> Report {
    let final_recipient = group.value("final-recipient").and_then(recipient);
    let original = ["original-recipient", "x-original-recipient"]
        .iter()
        .find_map(|name| group.value(name).and_then(recipient));
    let actual = group.value("x-actual-recipient").and_then(recipient);
    let chosen = final_recipient.or(actual).or_else(|| original.clone());
    let entry = LazyCell::new(|| {
        let same = |e: &&read::Entry| e.report.recipient.is_some() && e.report.recipient == chosen;
        told().iter().find(same).or_else(|| told().first().filter(|_| recipients == 1))
    });
    let field = group.value("status").and_then(EnhancedStatus::parse);
    let diagnostic = group.value("diagnostic-code").map(|v| typed(v).to_owned()).filter(|v| !v.is_empty());
    let said = diagnostic.clone().unwrap_or_default();
    let action = action(group, field, signs);
    let inner = EnhancedStatus::find(&said);
    let status = match (field, inner) {
        // The code of the server that refused says more than the one that the reporting server derived.
        (Some(f), Some(i)) if !i.is_weak() || f.is_vague() && i.class == f.class => Some(i),
        (field, inner) => field.or(inner),
    };
    let status = match status {
        Some(s) if !s.is_vague() => Some(s.to_string()),
        vague => entry
            .and_then(|e| EnhancedStatus::parse(e.report.status.as_deref()?))
            .filter(|s| vague.is_none_or(|v| v.class == s.class))
            .or(vague)
            .map(|s| s.to_string()),
    };
    let mut reason = match action {
        Action::Failed | Action::Delayed => reason::derive(Answer { status: field, text: &said }),
        _ => Reason::Delivered,
    };
    let poor = diagnostic.is_none() || reason == Reason::Undefined;
    if poor
        && reason != Reason::Delivered
        && (reason == Reason::Undefined || field.is_none_or(|s| s.is_vague() || s.is_policy()))
        && let Some(entry) = *entry
        && entry.report.reason != Reason::Undefined
    {
        reason = entry.report.reason;
    }
    let remote_mta = group
        .value("remote-mta")
        .map(|v| typed(v).trim_matches(['[', ']', '(', ')', ' ']).trim_end_matches('.').to_lowercase())
        .filter(|v| !v.is_empty());
    let diagnostic = diagnostic.or_else(|| entry.and_then(|e| e.report.diagnostic.clone()));
    let named = chosen.clone().or_else(|| entry.and_then(|e| e.report.recipient.clone()));
    Report {
        original_recipient: original.filter(|o| Some(o) != chosen.as_ref()),
        recipient: named,
        action,
        status,
        reason,
        diagnostic: diagnostic.map(|d| text::clip(&d, read::MAX_DIAGNOSTIC).to_owned()),
        remote_mta,
    }
}

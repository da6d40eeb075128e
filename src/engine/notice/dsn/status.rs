//! The fields of a status part, in groups: the message's, then one group for each recipient (RFC 3464 §2).

use super::super::families::read;
use super::super::text::Reading;
use crate::engine::words::{split_at, trimmed};

/// One field of a status part.
pub(super) struct Field {
    /// Its name, if it is one of [`FIELDS`]; else empty.
    name: &'static str,
    kind: Kind,
    /// What it says, if it is known.
    value: String,
    /// Its line in the reading.
    pub(super) line: usize,
}

impl Field {
    /// Adds what stands on the next line.
    fn go_on(&mut self, line: &str) {
        if self.kind == Kind::Unknown || self.value.len() >= read::MAX_DIAGNOSTIC * 4 {
            return;
        }
        if !self.value.is_empty() {
            self.value.push(' ');
        }
        self.value.push_str(trimmed(line));
    }
}

/// The fields of one recipient, or those of the message.
#[derive(Default)]
pub(super) struct Group {
    pub(super) fields: Vec<Field>,
}

impl Group {
    pub(super) fn get(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// What the field says; `None` where it is missing or empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(|f| trimmed(&f.value)).filter(|v| !v.is_empty())
    }

    /// Whether one of its fields begins or belongs to a recipient.
    fn names_recipient(&self) -> bool {
        self.fields.iter().any(|f| f.kind == Kind::Recipient)
    }

    fn is_recipient(&self) -> bool {
        self.names_recipient() || (self.get("action").is_some() && self.get("status").is_some())
    }
}

/// Fields of a group, as most have no more.
const USUAL_FIELDS: usize = 8;

/// Whose a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It begins or belongs to a recipient (RFC 3464 §2.3 and what mailers add).
    Recipient,
    /// The message's (RFC 3464 §2.2).
    Message,
    /// Another one of a recipient.
    Other,
    /// Nobody asks for it.
    Unknown,
}

/// The fields that are known, in lower case: a new one is a row here.
const FIELDS: &[(&str, Kind)] = &[
    ("final-recipient", Kind::Recipient),
    ("original-recipient", Kind::Recipient),
    ("x-actual-recipient", Kind::Recipient),
    ("x-original-recipient", Kind::Recipient),
    ("reporting-mta", Kind::Message),
    ("original-envelope-id", Kind::Message),
    ("dsn-gateway", Kind::Message),
    ("received-from-mta", Kind::Message),
    ("arrival-date", Kind::Message),
    ("x-postfix-queue-id", Kind::Message),
    ("x-postfix-sender", Kind::Message),
    ("action", Kind::Other),
    ("status", Kind::Other),
    ("diagnostic-code", Kind::Other),
    ("remote-mta", Kind::Other),
    ("last-attempt-date", Kind::Other),
];

/// What is known of a field with this name, in any case.
fn known(name: &str) -> (&'static str, Kind) {
    let row = FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    row.copied().unwrap_or(("", Kind::Unknown))
}

/// What a status part says.
pub(super) struct Status {
    pub(super) message: Group,
    pub(super) recipients: Vec<Group>,
    /// Whether something of it was left out.
    pub(super) cut: bool,
    /// Whether its blank lines stand wrongly.
    pub(super) blanks_wrong: bool,
}

/// The line of the first status field that stands unquoted at the start of a line.
pub(super) fn first_field(reading: &Reading<'_>) -> Option<usize> {
    (0..reading.len()).find(|i| {
        field(reading.line(*i))
            .map(|(name, _)| known(name))
            .is_some_and(|(name, kind)| kind == Kind::Recipient || name == "reporting-mta")
    })
}

/// `Name: value`; a name is of letters, digits and hyphens.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = split_at(line, b':')?;
    let name = name.trim_end();
    let ok = (2..=60).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    ok.then(|| (name, trimmed(value)))
}

/// Reads fields from line `from` on. A group ends at a blank line, or where a field that opens a
/// recipient comes again.
pub(super) fn parse(reading: &Reading<'_>, from: usize) -> Status {
    let mut status =
        Status { message: Group::default(), recipients: Vec::new(), cut: reading.cut, blanks_wrong: false };
    let mut group = Group::default();
    let mut in_recipients = false;
    let mut blank_before = true;
    for index in from..reading.len() {
        let line = reading.line(index);
        if trimmed(line).is_empty() {
            if !group.fields.is_empty() {
                close(&mut group, &mut status, &mut in_recipients);
            }
            blank_before = true;
            continue;
        }
        let folded = |(name, _): (&str, &str)| known(name).1 == Kind::Unknown;
        if line.starts_with([' ', '\t']) && field(line.trim_start()).is_none_or(folded) {
            if let Some(last) = group.fields.last_mut() {
                last.go_on(line);
            }
            continue;
        }
        if line.starts_with("--") && line.len() > 8 && !line.contains(':') && in_recipients {
            // A boundary: the part has no end of its own.
            break;
        }
        let Some((name, value)) = field(line.trim_start()) else {
            // A diagnostic that was folded without a blank before it.
            if let Some(last) = group.fields.last_mut().filter(|f| f.name == "diagnostic-code") {
                last.go_on(line);
            }
            continue;
        };
        let (name, kind) = known(name);
        let again = match name {
            "final-recipient" => group.get("final-recipient").is_some(),
            "original-recipient" => {
                group.get("original-recipient").is_some() || group.get("diagnostic-code").is_some()
            }
            "reporting-mta" => group.is_recipient(),
            _ => false,
        };
        let leaves_message =
            kind == Kind::Recipient && !group.is_recipient() && group.get("reporting-mta").is_some();
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
            if group.fields.is_empty() {
                group.fields.reserve(USUAL_FIELDS);
            }
            let value = if kind == Kind::Unknown { String::new() } else { value.to_owned() };
            group.fields.push(Field { name, kind, value, line: index });
        }
    }
    if !group.fields.is_empty() {
        close(&mut group, &mut status, &mut in_recipients);
    }
    status
}

/// Ends a group: it is the message's, a recipient's, or the rest of a recipient that a stray blank line
/// cut in two.
fn close(group: &mut Group, status: &mut Status, in_recipients: &mut bool) {
    let group = std::mem::take(group);
    if group.is_recipient() {
        *in_recipients = true;
        let only_status = !group.names_recipient();
        match status.recipients.last_mut() {
            Some(last) if only_status && last.get("status").is_none() => {
                status.blanks_wrong = true;
                last.fields.extend(group.fields);
            }
            _ => status.recipients.push(group),
        }
    } else if !*in_recipients {
        match status.message.fields.is_empty() {
            true => status.message = group,
            false => status.message.fields.extend(group.fields),
        }
    } else if let Some(last) = status.recipients.last_mut() {
        let known = group.fields.iter().any(|f| f.kind != Kind::Unknown && last.get(f.name).is_none());
        if known {
            status.blanks_wrong = true;
            last.fields.extend(group.fields);
        }
    }
}

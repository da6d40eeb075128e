//! The fields of a status part, in groups: the message's, then one group for each recipient (RFC 3464 §2).

use super::super::families::read;
use super::super::text::{self, Reading};

/// One field of a status part.
pub(super) struct Field {
    name: String,
    value: String,
    /// Its line in the reading.
    pub(super) line: usize,
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
            .is_some_and(|(name, _)| is_one_of(name, &["reporting-mta"]) || is_one_of(name, RECIPIENT_FIELDS))
    })
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
pub(super) fn parse(reading: &Reading<'_>, from: usize) -> Status {
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

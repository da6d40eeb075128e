//! Delivery status notifications: RFC 3464 in a report of RFC 6522, RFC 6533 for addresses beyond ASCII,
//! and what servers make of them.
//!
//! The status part is read field by field, not line by the book: blank lines between recipients may be
//! missing, the part may be called text/plain, be encoded, or be attached.

use super::reason::Reason;
use super::{Action, DSN, Notice, NoticeKind, Provenance, Recognised, Report};
use crate::engine::message::{Message, Part};
use crate::engine::returned;

/// Recipients that are read of one report; the rest is said to be cut.
pub(super) const MAX_REPORTS: usize = 1_000;
/// Bytes of a status part that are read.
const MAX_STATUS: usize = 1 << 20;

/// Recognises a message with a status part of its own (one inside a forwarded message is not its own).
pub(super) fn recognise(message: &Message<'_>) -> Option<Recognised> {
    let part = message.parts().iter().find(|p| p.depth == 0 && is_status(p))?;
    let text = String::from_utf8_lossy(part.bytes().get(..MAX_STATUS).unwrap_or(part.bytes()));
    let status = read_status(&text);
    if status.reports.is_empty() {
        return None;
    }
    let kind = kind_of(&status.reports);
    let who = status.reporting_mta.clone().unwrap_or_else(|| "a mail server".to_owned());
    let says = match status.reports.len() {
        1 => format!("A delivery report of {who} about one recipient."),
        n => format!("A delivery report of {who} about {n} recipients."),
    };
    let first = FIELDS.iter().find_map(|name| {
        let at = find_field(&text, name)?;
        let end = text.get(at..)?.find('\n').map_or(text.len(), |n| at + n);
        Some(message.body_evidence(part, at..end))
    });
    let returned = returned::read(message);
    Some(Recognised {
        notice: Notice {
            kind,
            format: "dsn".to_owned(),
            provenance: Provenance::Unverified,
            reporting_mta: status.reporting_mta,
            reports: status.reports,
            returned: returned.as_ref().map(|r| r.mail.clone()),
        },
        returned,
        findings: vec![DSN.says(says).with_any(first)],
    })
}

/// The fields that show what a status part says, for evidence.
const FIELDS: &[&str] = &["action", "final-recipient", "status", "original-recipient"];

/// Whether a part is a status part: by its type, or by its fields where the type is another.
fn is_status(part: &Part<'_>) -> bool {
    if part.is_multipart() || part.bytes().is_empty() {
        return false;
    }
    match part.content_type().as_str() {
        "message/delivery-status" | "message/global-delivery-status" => true,
        // A report's fields in a part of another name: all three must stand at a line's start, and nothing
        // but fields may stand before the first.
        "text/plain" | "application/octet-stream" | "message/disposition-notification" => {
            let head = String::from_utf8_lossy(part.bytes().get(..4_096).unwrap_or(part.bytes()));
            let begins = head.trim_start().split_once(':').is_some_and(|(name, _)| {
                [
                    "reporting-mta",
                    "original-envelope-id",
                    "final-recipient",
                    "original-recipient",
                    "received-from-mta",
                    "arrival-date",
                    "dsn-gateway",
                ]
                .contains(&name.to_ascii_lowercase().as_str())
            });
            begins && find_field(&head, "final-recipient").is_some() && find_field(&head, "action").is_some()
        }
        _ => false,
    }
}

/// The offset of a field at a line's start.
fn find_field(text: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name))
            && line.get(name.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'))
        {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// What a status part says.
#[derive(Default)]
struct Status {
    reporting_mta: Option<String>,
    reports: Vec<Report>,
}

/// One recipient as its fields come in.
#[derive(Default)]
struct Group {
    final_recipient: Option<String>,
    original_recipient: Option<String>,
    action: Option<Action>,
    status: Option<String>,
    diagnostic: Option<String>,
    remote_mta: Option<String>,
}

impl Group {
    fn is_empty(&self) -> bool {
        self.final_recipient.is_none() && self.original_recipient.is_none() && self.action.is_none()
    }

    fn finish(self) -> Report {
        let status = self.status.or_else(|| self.diagnostic.as_deref().and_then(status_in));
        let action = self.action.unwrap_or(match status.as_deref().and_then(|s| s.chars().next()) {
            Some('2') => Action::Delivered,
            Some('4') => Action::Delayed,
            _ => Action::Failed,
        });
        let reason = match action {
            Action::Failed | Action::Delayed => Reason::derive(status.as_deref(), self.diagnostic.as_deref()),
            _ => Reason::Undefined,
        };
        Report {
            recipient: self.final_recipient.or(self.original_recipient),
            action,
            status,
            reason,
            diagnostic: self.diagnostic,
            remote_mta: self.remote_mta,
        }
    }
}

/// Reads the fields in their order; a second recipient's first field begins a new group even where the
/// blank line is missing.
fn read_status(text: &str) -> Status {
    let mut status = Status::default();
    let mut group = Group::default();
    for (name, value) in fields(text) {
        let begins_anew = match name.as_str() {
            "final-recipient" => group.final_recipient.is_some(),
            "original-recipient" => group.final_recipient.is_some() || group.original_recipient.is_some(),
            "action" => group.action.is_some() && !group.is_empty(),
            _ => false,
        };
        if begins_anew {
            status.reports.push(std::mem::take(&mut group).finish());
            if status.reports.len() >= MAX_REPORTS {
                return status;
            }
        }
        match name.as_str() {
            "reporting-mta" => status.reporting_mta = status.reporting_mta.or_else(|| host(&value)),
            "final-recipient" => group.final_recipient = address(&value),
            "original-recipient" => group.original_recipient = address(&value),
            "action" => group.action = action(&value),
            "status" => group.status = status_in(&value),
            "diagnostic-code" => group.diagnostic = Some(typed(&value).to_owned()).filter(|d| !d.is_empty()),
            "remote-mta" => group.remote_mta = host(&value),
            _ => {}
        }
    }
    if !group.is_empty() {
        status.reports.push(group.finish());
    }
    status
}

/// The fields of a status part: name in lower case, value unfolded.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push(' ');
                value.push_str(line.trim_start());
            }
        } else if let Some((name, value)) = line.split_once(':')
            && !name.is_empty()
            && !name.contains(' ')
        {
            found.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    found
}

/// A value without its type: `rfc822; a@example.org` (RFC 3464 §2.1.2).
fn typed(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if !kind.trim().contains([' ', '@']) => rest.trim(),
        _ => value.trim(),
    }
}

fn address(value: &str) -> Option<String> {
    let text = typed(value);
    let text = match (text.find('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => text.get(open + 1..close)?,
        _ => text,
    };
    let text = text.trim().trim_matches(['"', '\'']).to_lowercase();
    (!text.is_empty()).then_some(text)
}

fn host(value: &str) -> Option<String> {
    let text = typed(value).split(|c: char| c.is_whitespace() || c == '(').next()?.trim_end_matches('.');
    (!text.is_empty()).then(|| text.to_lowercase())
}

fn action(value: &str) -> Option<Action> {
    let word: String = value.trim().chars().take_while(|c| c.is_ascii_alphabetic() || *c == '-').collect();
    Some(match word.to_ascii_lowercase().as_str() {
        "failed" | "failure" | "fail" | "expired" => Action::Failed,
        "delayed" | "delay" | "deferred" | "transient-failure" => Action::Delayed,
        "delivered" | "deliverable" => Action::Delivered,
        "relayed" | "relay" => Action::Relayed,
        "expanded" => Action::Expanded,
        _ => return None,
    })
}

/// The first enhanced status code in a text: class 2, 4 or 5, then two numbers of at most three digits.
pub(super) fn status_in(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|word| {
        let word = word.trim_matches('.');
        let mut numbers = word.split('.');
        let class = numbers.next()?;
        let (subject, detail) = (numbers.next()?, numbers.next()?);
        let short = |n: &str| !n.is_empty() && n.len() <= 3;
        (matches!(class, "2" | "4" | "5") && short(subject) && short(detail) && numbers.next().is_none())
            .then(|| word.to_owned())
    })
}

/// A report is what its gravest line says.
pub(super) fn kind_of(reports: &[Report]) -> NoticeKind {
    if reports.iter().any(|r| r.action == Action::Failed) {
        NoticeKind::Bounce
    } else if reports.iter().any(|r| r.action == Action::Delayed) {
        NoticeKind::Delay
    } else {
        NoticeKind::Success
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_told_apart_even_without_blank_lines() {
        let status = read_status(
            "Reporting-MTA: dns; MX.Example.COM (Postfix)\nFinal-Recipient: rfc822; <A@example.org>\nAction: failed\n\
             Status: 5.1.1 (unknown)\nDiagnostic-Code: smtp; 550 5.1.1 no\n such user\nFinal-Recipient: rfc822;b@example.org\n\
             Action: delayed\nStatus: 4.4.1\n",
        );
        assert_eq!(status.reporting_mta.as_deref(), Some("mx.example.com"));
        let [a, b] = status.reports.as_slice() else { panic!("{}", status.reports.len()) };
        assert_eq!(
            (a.recipient.as_deref(), a.action, a.status.as_deref()),
            (Some("a@example.org"), Action::Failed, Some("5.1.1"))
        );
        assert_eq!(a.diagnostic.as_deref(), Some("550 5.1.1 no such user"));
        assert_eq!(a.reason, Reason::MailboxUnknown);
        assert_eq!((b.action, b.reason), (Action::Delayed, Reason::Network));
    }

    #[test]
    fn a_status_code_is_no_version_and_no_address() {
        assert_eq!(status_in("host 192.0.2.5 said: 550 5.7.1 no"), Some("5.7.1".to_owned()));
        assert_eq!(status_in("Exim 4.96 at 5.1"), None);
    }

    #[test]
    fn a_million_recipients_are_cut() {
        let mut text = String::from("Reporting-MTA: dns; mx.example.com\n\n");
        for n in 0..20_000 {
            text.push_str(&format!("Final-Recipient: rfc822; u{n}@example.org\nAction: failed\n\n"));
        }
        assert_eq!(read_status(&text).reports.len(), MAX_REPORTS);
    }
}

//! Enhanced status codes: RFC 3463 and the IANA registry (RFC 5248), as of 2025.

use std::fmt;

use super::Reason;

/// An enhanced status code `class.subject.detail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnhancedStatus {
    /// 2 success, 4 persistent transient failure, 5 permanent failure.
    pub class: u8,
    /// What the status is about, 0 to 999.
    pub subject: u16,
    /// What exactly, 0 to 999.
    pub detail: u16,
}

/// How far a status may be trusted on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Its detail names one cause, and servers use it for that.
    Specific,
    /// It names a field of causes, or servers use it for much else.
    General,
}

/// `(subject, detail, trust, reason)`. Details of 0 are RFC 3463's "other or undefined".
const TABLE: &[(u16, u16, Trust, Reason)] = {
    use Reason::*;
    use Trust::*;
    &[
        (1, 0, General, MailboxUnknown),
        (1, 1, Specific, MailboxUnknown),
        (1, 2, Specific, HostUnknown),
        (1, 3, Specific, Syntax),
        (1, 4, General, System),
        (1, 6, Specific, Moved),
        (1, 7, General, BlockedSender),
        (1, 8, General, BlockedSender),
        (1, 9, General, Syntax),
        (1, 10, General, NoMailAccepted),
        (2, 0, General, MailboxUnknown),
        (2, 1, General, Suspended),
        (2, 2, Specific, MailboxFull),
        (2, 3, Specific, TooLarge),
        (2, 4, General, System),
        (3, 0, General, System),
        (3, 1, General, System),
        (3, 2, General, NoMailAccepted),
        (3, 3, General, System),
        (3, 4, Specific, TooLarge),
        (3, 5, General, System),
        (3, 6, General, System),
        (4, 0, General, Network),
        (4, 1, General, Network),
        (4, 2, General, Network),
        (4, 3, General, System),
        (4, 4, General, HostUnknown),
        (4, 5, General, RateLimited),
        (4, 6, Specific, Loop),
        (4, 7, General, Expired),
        // Sendmail writes 5.5.0 for whatever it has no code for.
        (5, 0, General, Undefined),
        (5, 1, General, Syntax),
        (5, 2, General, Syntax),
        (5, 3, General, RateLimited),
        (5, 4, General, Syntax),
        (5, 5, General, System),
        (5, 6, General, TooLarge),
        (6, 0, General, RejectedContent),
        (6, 1, General, RejectedContent),
        (6, 2, General, RejectedContent),
        (6, 3, General, RejectedContent),
        (6, 4, General, RejectedContent),
        (6, 5, General, RejectedContent),
        (6, 6, General, RejectedContent),
        (6, 7, General, Syntax),
        (6, 8, General, Syntax),
        (6, 9, General, Syntax),
        (7, 0, General, Policy),
        (7, 1, General, Policy),
        (7, 2, Specific, NotAllowed),
        (7, 3, General, Policy),
        (7, 4, General, Tls),
        (7, 5, General, Tls),
        (7, 6, General, Tls),
        (7, 7, General, AuthFailure),
        (7, 8, General, Policy),
        (7, 9, General, Policy),
        (7, 10, Specific, Tls),
        (7, 11, Specific, Tls),
        (7, 12, General, Policy),
        (7, 13, Specific, Suspended),
        (7, 14, General, Policy),
        (7, 15, General, Policy),
        (7, 16, General, RateLimited),
        (7, 17, Specific, Moved),
        (7, 18, Specific, Moved),
        (7, 19, General, Policy),
        (7, 20, Specific, AuthFailure),
        (7, 21, Specific, AuthFailure),
        (7, 22, Specific, AuthFailure),
        (7, 23, Specific, AuthFailure),
        (7, 24, Specific, AuthFailure),
        (7, 25, Specific, ReverseDns),
        (7, 26, Specific, AuthFailure),
        (7, 27, Specific, NoMailAccepted),
        (7, 28, Specific, RateLimited),
        (7, 29, Specific, AuthFailure),
        (7, 30, Specific, Tls),
    ]
};

/// What a subject says where the detail is in no table.
const SUBJECTS: &[(u16, Reason)] = &[
    (1, Reason::MailboxUnknown),
    (2, Reason::System),
    (3, Reason::System),
    (4, Reason::Network),
    (5, Reason::Syntax),
    (6, Reason::RejectedContent),
    (7, Reason::Policy),
];

impl EnhancedStatus {
    /// Reads a code that stands at the very beginning of `text`, after white space.
    pub fn parse(text: &str) -> Option<EnhancedStatus> {
        let text = text.trim_start();
        let (class, rest) = text.split_once('.')?;
        let class: u8 = class.parse().ok().filter(|c| matches!(c, 2 | 4 | 5))?;
        let (subject, rest) = number(rest)?;
        let (detail, rest) = number(rest.strip_prefix('.')?)?;
        // A fourth number makes it an IP address; a letter makes it a version or a host name.
        let more = rest.strip_prefix('.').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if more || rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@') {
            return None;
        }
        Some(EnhancedStatus { class, subject, detail })
    }

    /// The code that says most of those that stand alone in `text`: the first of class 4 or 5 that is not
    /// [`is_weak`](Self::is_weak), else the first of class 4 or 5, else the first of class 2.
    pub fn find(text: &str) -> Option<EnhancedStatus> {
        let (mut weak, mut success) = (None, None);
        for status in Self::all(text) {
            match status.class {
                2 => success = success.or(Some(status)),
                _ if status.is_weak() => weak = weak.or(Some(status)),
                _ => return Some(status),
            }
        }
        weak.or(success)
    }

    /// Every code that stands alone in `text`, in order.
    fn all(text: &str) -> impl Iterator<Item = EnhancedStatus> {
        let bytes = text.as_bytes();
        memchr::memchr_iter(b'.', bytes).filter_map(move |dot| {
            let at = dot.checked_sub(1).filter(|at| matches!(bytes.get(*at), Some(b'2' | b'4' | b'5')))?;
            let before = at.checked_sub(1).and_then(|i| bytes.get(i));
            if before.is_some_and(|b| b.is_ascii_alphanumeric() || b".-_@".contains(b)) {
                // `550-5.7.1` continues a reply; the code follows a hyphen there.
                let reply = at.checked_sub(4).and_then(|i| bytes.get(i..at - 1));
                if before != Some(&b'-') || !reply.is_some_and(|r| r.iter().all(u8::is_ascii_digit)) {
                    return None;
                }
            }
            EnhancedStatus::parse(text.get(at..)?)
        })
    }

    /// The code as it is written: what [`Display`](fmt::Display) gives, without its machinery.
    pub(crate) fn text(self) -> String {
        let mut text = String::with_capacity("5.999.999".len());
        for (mark, number) in [("", self.class.into()), (".", self.subject), (".", self.detail)] {
            text.push_str(mark);
            push_number(&mut text, number);
        }
        text
    }

    /// Whether a second code beside it says more: it names no detail, or only that time ran out.
    pub fn is_weak(self) -> bool {
        self.detail == 0 || self.subject == 0 || (self.subject, self.detail) == (4, 7)
    }

    /// Whether it says that some rule forbids it (RFC 3463 §3.8), and not which.
    pub(crate) fn is_policy(self) -> bool {
        self.subject == 7 && self.reason(Trust::Specific).is_none()
    }

    /// Whether it says nothing but its class.
    pub fn is_vague(self) -> bool {
        self.subject == 0
    }

    /// What the code says, if the table trusts it that far; with [`Trust::General`] every row counts, and
    /// an unknown detail counts as its subject.
    pub(super) fn reason(self, trust: Trust) -> Option<Reason> {
        if self.class == 2 {
            return (trust == Trust::General).then_some(Reason::Delivered);
        }
        let row = TABLE.iter().find(|(s, d, ..)| (*s, *d) == (self.subject, self.detail));
        match (trust, row) {
            (_, Some((_, _, Trust::Specific, reason))) => Some(*reason),
            (Trust::General, Some((.., reason))) => Some(*reason),
            (Trust::General, None) => SUBJECTS.iter().find(|(s, _)| *s == self.subject).map(|(_, r)| *r),
            (Trust::Specific, _) => None,
        }
    }
}

/// Up to three digits at the start, and what follows.
fn number(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let digits = text.get(..end).filter(|d| (1..=3).contains(&d.len()))?;
    Some((digits.parse().ok()?, text.get(end..)?))
}

fn push_number(text: &mut String, number: u16) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.extend(char::from_digit(u32::from(number % 10), 10));
}

impl fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

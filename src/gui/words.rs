//! Words and numbers as people read them. Pure: the present time and the time zone are passed in.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use crate::account::Mode;
use crate::engine::notice::{NoticeKind, Reason, Retry};
use crate::engine::verdict::{Attachment, Disposition, Severity, Sureness};
use crate::service::event::{Holding, Row};

/// The present and where on Earth it is.
#[derive(Debug, Clone)]
pub(crate) struct Now {
    pub(crate) at: Timestamp,
    pub(crate) zone: TimeZone,
}

impl Now {
    /// The clock and zone of this machine.
    pub(crate) fn system() -> Now {
        Now { at: Timestamp::now(), zone: TimeZone::system() }
    }

    /// A moment as a list shows it: the time today, "Yesterday 09:12", the day within a week, else the date.
    pub(crate) fn short(&self, at: Timestamp) -> String {
        let (then, now) =
            (at.to_zoned_datetime(self.zone.clone()), self.at.to_zoned_datetime(self.zone.clone()));
        let days = now.date().since((Unit::Day, then.date())).map_or(0, |span| span.get_days());
        match days {
            0 => then.strftime("%H:%M").to_string(),
            1 => then.strftime("Yest. %H:%M").to_string(),
            2..=6 => then.strftime("%a %H:%M").to_string(),
            _ if then.year() == now.year() => then.strftime("%-d %b").to_string(),
            _ => then.strftime("%-d %b %Y").to_string(),
        }
    }

    /// The time of day.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%H:%M").to_string()
    }

    /// A day as a heading: `Today`, `Yesterday`, `Monday`, `Monday, 2 March 2026`.
    pub(crate) fn day_word(&self, at: Timestamp) -> String {
        let (then, now) =
            (at.to_zoned_datetime(self.zone.clone()), self.at.to_zoned_datetime(self.zone.clone()));
        let days = now.date().since((Unit::Day, then.date())).map_or(0, |span| span.get_days());
        match days {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            2..=6 => then.strftime("%A").to_string(),
            _ => then.strftime("%A, %-d %B %Y").to_string(),
        }
    }

    /// A moment to the minute.
    pub(crate) fn exact(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%A, %-d %B %Y, %H:%M").to_string()
    }

    /// A moment to the second; with its day unless `before` was on the same one.
    pub(crate) fn clock(&self, at: Timestamp, before: Option<Timestamp>) -> String {
        let then = at.to_zoned_datetime(self.zone.clone());
        let same = before.is_some_and(|b| b.to_zoned_datetime(self.zone.clone()).date() == then.date());
        then.strftime(if same { "%H:%M:%S" } else { "%a %-d %b %Y, %H:%M:%S" }).to_string()
    }

    /// An hour of the chart; its day at midnight.
    pub(crate) fn hour(&self, at: Timestamp) -> String {
        let then = at.to_zoned_datetime(self.zone.clone());
        then.strftime(if then.hour() == 0 { "%-d %b" } else { "%H:%M" }).to_string()
    }

    /// A part of time: a day, days, or hours of a day. Whole days are those of the chart, in UTC.
    pub(crate) fn between(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> String {
        let whole = |at: Timestamp| at.as_second() % 86_400 == 0;
        match (since, until) {
            (None, None) => "Any time".into(),
            (Some(since), None) => format!("Since {}", self.short(since)),
            (None, Some(until)) => format!("Before {}", self.short(until)),
            (Some(since), Some(until)) if whole(since) && whole(until) => {
                let last = until - jiff::SignedDuration::from_hours(24);
                match last <= since {
                    true => self.day(since),
                    false => format!("{} to {}", self.day(since), self.day(last)),
                }
            }
            (Some(since), Some(until)) => {
                let (a, b) =
                    (since.to_zoned_datetime(self.zone.clone()), until.to_zoned_datetime(self.zone.clone()));
                let end = if a.date() == b.date() || until.as_second() - since.as_second() <= 3_600 {
                    "%H:%M"
                } else {
                    "%-d %b %H:%M"
                };
                format!("{} to {}", a.strftime("%-d %b %H:%M"), b.strftime(end))
            }
        }
    }

    /// A day of the chart.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(TimeZone::UTC).strftime("%-d %b").to_string()
    }
}

/// A count with thousands apart: `4,120`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `1 message`, `4,120 messages`.
pub(crate) fn counted(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", count(n)) }
}

/// A size: `820 bytes`, `12 kB`, `3.4 MB`.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => counted(n, "byte"),
        1_000..1_000_000 => format!("{} kB", n.div_ceil(1_000)),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

/// Text from a mail made safe to show: characters that hide, turn around or can't be drawn become `·`.
///
/// Line breaks stay; tabs become spaces. Bounded by the input's length.
pub(crate) fn tame(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' => Some('\n'),
            '\r' => None,
            '\t' => Some(' '),
            c if c.is_control() => Some('·'),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                Some('·')
            }
            '\u{e000}'..='\u{f8ff}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}' => Some('·'),
            c => Some(c),
        })
        .collect()
}

/// [`tame`] for one line.
pub(crate) fn tame_line(text: &str) -> String {
    tame(text).replace('\n', " ")
}

/// A subject, or words where there is none.
pub(crate) fn subject(text: &str) -> String {
    let line = tame_line(text);
    if line.trim().is_empty() { "(no subject)".into() } else { line }
}

/// Where a message is and what became of it.
pub(crate) fn holding(row: &Row, mode: Option<Mode>) -> &'static str {
    match (row.holding, row.disposition) {
        (Holding::Held, _) => "Held in quarantine",
        (Holding::Restored, _) => "Restored",
        (Holding::Gone, _) => "No longer on the server",
        (Holding::InPlace, Disposition::Quarantine) if mode == Some(Mode::Act) => "Waits for the next sync",
        (Holding::InPlace, Disposition::Quarantine) => "Would be held",
        (Holding::InPlace, Disposition::Flag) => "In its folder, flagged here",
        (Holding::InPlace, Disposition::Keep) => "In its folder",
    }
}

/// How much a finding matters.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "for information",
        Severity::Low => "weak",
        Severity::Medium => "counts in company",
        Severity::High => "strong",
        Severity::Critical => "decisive",
    }
}

/// Why delivery failed, as the end of a sentence that begins with the recipient.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::MailboxUnknown => "the address does not exist",
        Reason::Moved => "the person moved to another address",
        Reason::Suspended => "the mailbox is switched off",
        Reason::MailboxFull => "the mailbox is full",
        Reason::HostUnknown => "the domain has no mail server",
        Reason::NoMailAccepted => "the domain takes no mail",
        Reason::Network => "the server could not be reached",
        Reason::Tls => "no encrypted connection could be made",
        Reason::Expired => "the server gave up after trying for days",
        Reason::Loop => "the mail went in circles",
        Reason::RejectedContent => "the server refuses the content",
        Reason::TooLarge => "the mail is too large",
        Reason::Spam => "the server took it for spam",
        Reason::Virus => "the server found a virus in it",
        Reason::Policy => "the server's rules refuse it",
        Reason::NotAllowed => "you may not write to this address",
        Reason::AuthFailure => "the server could not verify the sender",
        Reason::BlockedSender => "your address or mail server is blocked there",
        Reason::ReverseDns => "your mail server has no proper name in DNS",
        Reason::RateLimited => "too many mails in a short time",
        Reason::RelayingDenied => "the server does not take mail for this address",
        Reason::Syntax => "the address is written wrongly",
        Reason::Suppressed => "your mail service no longer writes to this address",
        Reason::System => "the server has a fault",
        Reason::Delivered => "the mail was delivered",
        Reason::Undefined => "the server did not say why",
    }
}

/// The same as a sentence of its own.
pub(crate) fn reason_sentence(reason: Reason) -> String {
    let mut letters = self::reason(reason).chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Whether a second try makes sense.
pub(crate) fn try_again(kind: NoticeKind, reason: Reason) -> &'static str {
    match (kind, reason.retry()) {
        (NoticeKind::Delay, _) => "The server still tries; nothing to do yet.",
        (_, Retry::NotNeeded) => "Nothing to do.",
        (_, Retry::Later) => "Worth trying again later.",
        (_, Retry::AfterChange) => match reason {
            Reason::MailboxUnknown | Reason::HostUnknown | Reason::Moved => {
                "Trying again won't help; check the address."
            }
            _ => "Trying again helps only after a change to the mail.",
        },
        (_, Retry::Pointless) => "Trying again won't help; reach them another way.",
    }
}

/// What a file is, and how sure that is.
pub(crate) fn detected(attachment: &Attachment) -> String {
    let how = match attachment.sure {
        Sureness::Certain => "",
        Sureness::Likely => ", as its text shows",
        Sureness::Unknown => return "of no known type".to_owned(),
    };
    format!("{}{how}", attachment.detected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(text: &str) -> Now {
        Now { at: text.parse().unwrap(), zone: TimeZone::UTC }
    }

    #[test]
    fn moments_are_relative_up_to_a_week() {
        let now = now("2026-03-12T10:00:00Z");
        let short = |text: &str| now.short(text.parse().unwrap());
        assert_eq!(short("2026-03-12T09:12:00Z"), "09:12");
        assert_eq!(short("2026-03-11T23:59:00Z"), "Yest. 23:59");
        assert_eq!(short("2026-03-09T08:00:00Z"), "Mon 08:00");
        assert_eq!(short("2026-03-01T08:00:00Z"), "1 Mar");
        assert_eq!(short("2025-12-31T08:00:00Z"), "31 Dec 2025");
        assert_eq!(short("2026-03-13T08:00:00Z"), "13 Mar");
    }

    #[test]
    fn a_day_has_its_word() {
        let now = now("2026-03-12T10:00:00Z");
        let day = |text: &str| now.day_word(text.parse().unwrap());
        assert_eq!(day("2026-03-12T00:00:00Z"), "Today");
        assert_eq!(day("2026-03-11T23:59:00Z"), "Yesterday");
        assert_eq!(day("2026-03-09T08:00:00Z"), "Monday");
        assert_eq!(day("2026-03-02T08:00:00Z"), "Monday, 2 March 2026");
    }

    #[test]
    fn the_day_is_said_where_it_changes() {
        let now = now("2026-03-12T10:00:00Z");
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (late, later) = (at("2026-03-11T23:59:58Z"), at("2026-03-12T00:00:02Z"));
        assert_eq!(now.clock(late, None), "Wed 11 Mar 2026, 23:59:58");
        assert_eq!(now.clock(later, Some(late)), "Thu 12 Mar 2026, 00:00:02");
        assert_eq!(now.clock(later, Some(later)), "00:00:02");
    }

    #[test]
    fn counts_have_thousands_apart() {
        assert_eq!(count(7), "7");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "message"), "1 message");
        assert_eq!(bytes(12_001), "13 kB");
    }

    #[test]
    fn hidden_characters_are_made_visible() {
        assert_eq!(tame("invoice\u{202e}fdp.exe"), "invoice·fdp.exe");
        assert_eq!(tame("a\tb\r\nc\u{7}"), "a b\nc·");
        assert_eq!(subject(" \u{200b}"), " ·");
        assert_eq!(subject("  "), "(no subject)");
    }

    #[test]
    fn an_unsaid_reason_is_said_to_be_unsaid() {
        assert_eq!(reason(Reason::Undefined), "the server did not say why");
        assert_eq!(reason_sentence(Reason::MailboxFull), "The mailbox is full.");
    }
}

//! What the desktop is told, and when: pure, with the clock passed in. Who shows it is somebody else.
//!
//! News are gathered for a moment, so that one sync is told once, and then told at most once a minute: what comes
//! meanwhile is told together afterwards. Mail that was there before an account was first read to its end is no
//! news, and neither is what comes while the person works in the window.
//!
//! A title is always words of our own. What a mail says (an address, the subject of the person's own mail) stands
//! in the text alone, [tamed](plain); of a malicious mail nothing is quoted.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::words;
use crate::service::command::MessageId;
use crate::service::event::NoticeBrief;
use crate::service::news::{Arrival, What};

/// How long news are gathered before the first is told.
pub const GATHER: Duration = Duration::from_secs(2);
/// How long there is between two notifications, at least.
pub const BETWEEN: Duration = Duration::from_secs(60);
/// Characters of a mail that are quoted in one place, at most.
const QUOTED: usize = 80;
/// News that are kept by themselves; of more, only their number counts.
const KEPT: usize = 4;

/// Where a notification leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To one bounce.
    Bounce(MessageId),
    /// To one malicious message.
    Malicious(MessageId),
    /// To all bounces.
    Bounces,
    /// To what is held.
    Quarantine,
    /// To the overview.
    Overview,
}

/// One notification, in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// One line, in words of our own.
    pub title: String,
    /// What else there is to say; lines are apart by a line feed. Not escaped for any markup.
    pub text: String,
    /// Where it leads.
    pub target: Target,
}

/// Decides what is told and when.
#[derive(Debug, Default)]
pub struct Room {
    off: bool,
    /// The first news that were not told yet.
    kept: VecDeque<Arrival>,
    bounces: u64,
    held: u64,
    /// Malicious mail that stays where it arrived.
    seen: u64,
    /// When the first of them came.
    since: Option<Instant>,
    /// When something was told last.
    told: Option<Instant>,
}

impl Room {
    /// Whether anything is to be told at all. What waits is forgotten where it is not.
    pub fn set_wanted(&mut self, wanted: bool) {
        self.off = !wanted;
        if self.off {
            self.forget();
        }
    }

    /// Takes in one piece of news. `watched` says that the person works in the window, which shows it.
    pub fn take(&mut self, arrival: Arrival, watched: bool, now: Instant) {
        if self.off || watched || arrival.backlog {
            return;
        }
        match &arrival.what {
            What::Bounce(_) => self.bounces += 1,
            What::Malicious { held: true } => self.held += 1,
            What::Malicious { held: false } => self.seen += 1,
        }
        if self.kept.len() < KEPT {
            self.kept.push_back(arrival);
        }
        self.since.get_or_insert(now);
    }

    /// When the next notification is due; `None` where there is nothing to tell.
    pub fn due(&self) -> Option<Instant> {
        let gathered = self.since? + GATHER;
        Some(self.told.map_or(gathered, |told| gathered.max(told + BETWEEN)))
    }

    /// What is due now.
    pub fn say(&mut self, now: Instant) -> Option<Notification> {
        if self.due()? > now {
            return None;
        }
        let said = match self.kept.front() {
            Some(only) if self.count() == 1 => one(only),
            _ => self.several(),
        };
        self.forget();
        self.told = Some(now);
        Some(said)
    }

    fn count(&self) -> u64 {
        self.bounces + self.held + self.seen
    }

    fn forget(&mut self) {
        self.kept.clear();
        (self.bounces, self.held, self.seen) = (0, 0, 0);
        self.since = None;
    }

    fn several(&self) -> Notification {
        let parts = [
            (self.bounces, undelivered as fn(u64) -> String, Target::Bounces),
            (self.held, quarantined as fn(u64) -> String, Target::Quarantine),
            (self.seen, came as fn(u64) -> String, Target::Quarantine),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|(n, ..)| *n > 0).collect();
        let title = match parts.as_slice() {
            [(n, says, _)] => says(*n),
            _ => format!("News of {}", words::counted(self.count(), "message")),
        };
        let mut lines: Vec<String> = match parts.as_slice() {
            [_] => Vec::new(),
            all => all.iter().map(|(n, says, _)| format!("{}.", says(*n))).collect(),
        };
        lines.extend(self.recipients());
        let mut targets = parts.iter().map(|(.., target)| *target);
        let target = targets.next().unwrap_or(Target::Overview);
        let target = if targets.all(|other| other == target) { target } else { Target::Overview };
        Notification { title, text: lines.join("\n"), target }
    }

    /// Whom the mails did not reach.
    fn recipients(&self) -> Option<String> {
        let mut named: Vec<String> = Vec::new();
        for arrival in &self.kept {
            if let What::Bounce(brief) = &arrival.what
                && let Some(who) = brief.first().and_then(|failed| failed.recipient.as_deref())
                && !named.contains(&plain(who))
            {
                named.push(plain(who));
            }
        }
        if named.is_empty() {
            return None;
        }
        let more = if self.bounces as usize > self.kept.len() { " and others" } else { "" };
        Some(format!("To {}{more}", named.join(", ")))
    }
}

fn undelivered(n: u64) -> String {
    format!("{} could not be delivered", words::counted(n, "message"))
}

fn quarantined(n: u64) -> String {
    let verb = if n == 1 { "was" } else { "were" };
    format!("{} {verb} put into quarantine", words::counted(n, "malicious attachment"))
}

fn came(n: u64) -> String {
    format!("{} came", words::counted(n, "malicious attachment"))
}

fn one(arrival: &Arrival) -> Notification {
    let account = plain(&arrival.account);
    match &arrival.what {
        What::Bounce(brief) => bounce(arrival.message, brief),
        What::Malicious { held: true } => Notification {
            title: "A malicious attachment was put into quarantine".to_owned(),
            text: format!("It came to {account}. There is nothing that you must do."),
            target: Target::Malicious(arrival.message),
        },
        What::Malicious { held: false } => Notification {
            title: "A malicious attachment came".to_owned(),
            text: format!("{account} is only observed, so the mail is still where it arrived."),
            target: Target::Malicious(arrival.message),
        },
    }
}

fn bounce(message: MessageId, brief: &NoticeBrief) -> Notification {
    let who = |recipient: &Option<String>| match recipient.as_deref().map(plain) {
        Some(who) if !who.trim().is_empty() => who,
        _ => "an address that the bounce does not name".to_owned(),
    };
    let mut lines = Vec::new();
    if let Some(first) = brief.first() {
        let others = match brief.failed.len().saturating_sub(1) as u64 {
            0 => String::new(),
            n => format!(" (and {} more)", words::count(n)),
        };
        lines.push(format!("To {}{others}: {}.", who(&first.recipient), words::reason(first.reason)));
    }
    if let Some(subject) = brief.subject.as_deref().filter(|subject| !subject.trim().is_empty()) {
        lines.push(format!("“{}”", plain(subject)));
    }
    Notification {
        title: "A mail of yours could not be delivered".to_owned(),
        text: lines.join("\n"),
        target: Target::Bounce(message),
    }
}

/// Text from a mail in one short line that hides nothing and leads nowhere: desktops make links of what looks like
/// an address of the web, so that none is left to look like one.
fn plain(text: &str) -> String {
    let tamed = words::tame_line(text).replace('/', "\u{2215}");
    let mut line = String::new();
    let mut letters = tamed.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        if line.chars().count() >= QUOTED {
            line.push('…');
            break;
        }
        line.push(letter);
        let leads = letter == ':' || (letter == '.' && line.to_ascii_lowercase().ends_with("www."));
        if leads && letters.peek().is_some_and(|next| !next.is_whitespace()) {
            line.push(' ');
        }
    }
    line
}

#[cfg(test)]
#[path = "news_tests.rs"]
mod tests;

//! How a mail speaks, and what it lacks.

use std::ops::Range;

use super::signs as s;
use super::weigh::{Case, Scale};
use super::words::{Hits, Topic, greetings};

impl Case<'_, '_> {
    /// How it speaks, and what it lacks.
    pub(super) fn manner(&self, scale: &mut Scale, code: bool) {
        let pressed = self.texts.iter().find_map(|t| Some((t, t.hits().press.as_ref()?)));
        if self.head.in_subject().press.is_some() {
            scale.put(s::PRESS, "It presses: a short time, a loss.", self.message.top_evidence("subject"));
        } else if let Some((text, place)) = pressed {
            scale.put(
                s::PRESS,
                "It presses: a short time, a loss.",
                text.evidence(self.message, place.start),
            );
        }
        if let Some(named) = self.head.person.is_named_in(&self.head.subject) {
            scale.put(
                s::NAMES_YOU,
                format!("Its subject names {named}."),
                self.message.top_evidence("subject"),
            );
        }
        if !code {
            self.holds(scale);
            // What only mentions mail somewhere lacks nothing that such mail has.
            if !scale.has(&[s::TEXT]) {
                scale.put(s::MISSING, "It has no status part, no code and no returned mail.", None);
            }
        }
        let addresses = self.head.person.addresses();
        let greeted =
            self.texts.iter().find_map(|t| Some((t, greetings::nameless(&t.folded.text, addresses)?)));
        if let Some((text, place)) = greeted {
            let says = "It greets an address or a user, and no name.";
            scale.put(s::GREETING, says, text.evidence(self.message, place));
        }
    }

    /// Whether it speaks of mail that is held back, and counts it. Any site has messages that wait: it must pose as who
    /// holds mail, deceive, or speak of more than that.
    fn holds(&self, scale: &mut Scale) {
        if !scale.poses() && !scale.has(&[s::SEVERAL, s::LINK_DECEIT]) {
            return;
        }
        let mut topics =
            self.head.topics().chain(self.texts.iter().flat_map(|t| t.hits().topics.iter().map(|(t, _)| *t)));
        if topics.any(|topic| topic == Topic::Held) {
            scale.put(
                s::HELD,
                "It speaks of mail that is held back, as filters do and mail servers don't.",
                self.topic_evidence(Topic::Held),
            );
        }
        let counted = |text: &str, hits: &Hits| {
            let about_mail = hits.topics.iter().filter(|(t, _)| matches!(t, Topic::Failed | Topic::Held));
            about_mail.filter_map(|(_, place)| number(text, place)).next()
        };
        let evidence = match self.texts.iter().find_map(|t| Some((t, counted(&t.folded.text, t.hits())?))) {
            Some((text, place)) => text.evidence(self.message, place),
            None if counted(&self.head.subject, self.head.in_subject()).is_some() => {
                self.message.top_evidence("subject")
            }
            None => return,
        };
        scale.put(s::COUNT, "It counts several mails to you that wait or were lost.", evidence);
    }
}

/// Bytes before what speaks of mail in which a number counts it.
const BEFORE: usize = 24;

/// What follows a number that counts no mail: sizes, times, shares; folded.
const UNITS: &[&str] = &[
    "%", "gb", "mb", "kb", "tb", "go$", "mo$", "h$", "hour", "hrs", "day", "min", "sec", "stund", "tag",
    "heure", "jour", "hora", "dia", "ore$", "giorn", "uur", "dag", "godz", "dni", "час", "дн", "годин",
    "saat", "gun", "小时", "小時", "天", "時間", "日", "시간", "일", ".", ":", "/", "@",
];

/// The number of mails, two or more, that stands in or before the words at `place`.
fn number(text: &str, place: &Range<usize>) -> Option<usize> {
    let from = text.floor_char_boundary(place.start.saturating_sub(BEFORE));
    let window = text.get(from..place.end)?;
    let mut rest = 0;
    while let Some(at) = window.get(rest..)?.find(|c: char| c.is_ascii_digit()).map(|at| at + rest) {
        let digits = window.get(at..)?.bytes().take_while(u8::is_ascii_digit).count();
        rest = at + digits;
        let before = window.get(..at).and_then(|t| t.chars().next_back());
        // At the edge of the window the number may be the end of a longer one.
        let whole = match before {
            None => from == 0,
            Some(c) => !c.is_ascii_alphanumeric() && !matches!(c, '.' | ':' | '/' | '@' | ',' | '#' | '_'),
        };
        let after = text.get(from + rest..)?.trim_start_matches([' ', ')', ']']);
        let unit = UNITS.iter().any(|unit| match unit.strip_suffix('$') {
            Some(word) => after.strip_prefix(word).is_some_and(|a| !a.starts_with(char::is_alphanumeric)),
            None => after.starts_with(unit),
        });
        let glued =
            after.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.get(from + rest..)? == after;
        let several = window.get(at..rest)?.parse().is_ok_and(|n: u32| (2..1_000).contains(&n));
        if whole && several && !unit && !glued {
            return Some(from + at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_counted_and_nothing_else_is() {
        let counted = |text: &str| {
            let hits = super::super::words::search(text);
            hits.topics.iter().any(|(_, place)| number(text, place).is_some())
        };
        for text in [
            "you have 4 undelivered messages", "(12) pending messages", "您有5封邮件未送达",
            "messages (3) on hold",
        ] {
            assert!(counted(text), "{text}");
        }
        for text in [
            "in 24 hours messages are held", "1 message is pending", "at 12:45 messages were blocked",
            "from 192.0.2.14 messages were rejected", "your message was not delivered",
            "98% messages pending",
        ] {
            assert!(!counted(text), "{text}");
        }
    }
}

//! The demo mailbox: some 170 messages of every class, in a dozen languages, with dates relative to now.
//!
//! Ordinary and sent mail is text in `assets/demo`; notices are built here from tables ([`notices`],
//! [`forged`], [`storm`]), so that each agrees to the letter with the sent mail it is about. Everything is harmless by
//! construction: a "program" is the first bytes of one. The same `now` gives the same messages.
//!
//! A new ordinary mail is a block in `assets/demo/ordinary.txt`; a new notice a row in [`notices`].

mod attach;
mod forged;
mod notices;
mod storm;
mod template;

use jiff::{SignedDuration, Timestamp};

use crate::engine::Class;
use template::Sent;

/// The demo person's addresses.
pub const ADDRESSES: &[&str] = &[ME, SECOND];

/// The demo person's main address.
const ME: &str = "alex@harbour.example";
/// The demo person's second address, for the pilot station.
const SECOND: &str = "alex@pilots.example";
/// The demo person's own mail server, as it names itself in Received fields.
const MX: &str = "mx.harbour.example";

/// Where a demo message belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoFolder {
    /// The INBOX.
    Inbox,
    /// The person's sent mail.
    Sent,
}

/// One message of the demo mailbox.
#[derive(Debug, Clone)]
pub struct DemoMessage {
    /// Where it belongs.
    pub folder: DemoFolder,
    /// When the server took it.
    pub received: Timestamp,
    /// Its flags.
    pub flags: Vec<&'static str>,
    /// The message, with CRLF line ends.
    pub bytes: Vec<u8>,
    /// What the demo means it to be; the engine is not told, a test compares.
    pub expected: Class,
}

/// The whole mailbox as it stands at `now`; oldest first.
pub fn messages(now: Timestamp) -> Vec<DemoMessage> {
    let clock = Clock { now };
    let sent = template::sent(&clock);
    let mut all: Vec<DemoMessage> = sent.iter().map(Sent::message).collect();
    all.extend(template::ordinary(&clock, &sent));
    all.extend(notices::messages(&clock, &sent));
    all.extend(forged::messages(&clock));
    all.extend(attach::messages(&clock));
    all.extend(storm::messages(&clock));
    all.sort_by_key(|m| m.received);
    all
}

/// Turns ages into times.
struct Clock {
    now: Timestamp,
}

impl Clock {
    /// A time `days` and `minutes` before now, in whole seconds.
    fn ago(&self, days: i64, minutes: i64) -> Timestamp {
        let at = self.now - SignedDuration::from_hours(24 * days) - SignedDuration::from_mins(minutes);
        Timestamp::from_second(at.as_second()).unwrap_or(at)
    }
}

/// A time as mail writes it (RFC 5322 §3.3).
fn rfc5322(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// A text as a header value: encoded (RFC 2047) where it goes beyond ASCII.
fn encoded(text: &str) -> String {
    use base64::Engine;
    if text.is_ascii() {
        return text.to_owned();
    }
    // An encoded word holds at most 75 characters, so long texts become several, cut between characters.
    let mut words = Vec::new();
    let mut chunk = String::new();
    for c in text.chars() {
        if chunk.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut chunk));
        }
        chunk.push(c);
    }
    words.push(chunk);
    let engine = base64::engine::general_purpose::STANDARD;
    words.iter().map(|w| format!("=?utf-8?b?{}?=", engine.encode(w))).collect::<Vec<_>>().join("\r\n ")
}

/// Bytes in base64, in lines of 76 characters.
fn base64_lines(bytes: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<&str> =
        (0..text.len()).step_by(76).filter_map(|i| text.get(i..text.len().min(i + 76))).collect();
    lines.join("\r\n")
}

/// The Received field of the person's own server on top of a message.
fn received(from: &str, ip: &str, at: Timestamp) -> String {
    format!(
        "Received: from {from} ({from} [{ip}])\r\n\tby {MX} with ESMTPS id {:x}\r\n\tfor <{ME}>; {}\r\n",
        at.as_second(),
        rfc5322(at)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Context, Identities, Limits, MemoryLedger, SentMail, Strictness, judge};

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    #[test]
    fn there_are_enough_messages_and_none_is_from_the_future_or_a_real_domain() {
        let all = messages(now());
        assert!(all.len() >= 150, "{}", all.len());
        for message in &all {
            assert!(message.received <= now());
            let text = String::from_utf8_lossy(&message.bytes);
            assert!(!text.replace("\r\n", "").contains('\n'), "a bare line feed in {text}");
            for word in text.split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c)) {
                if let Some((_, domain)) =
                    word.rsplit_once('@').filter(|(l, d)| !l.is_empty() && d.contains('.'))
                {
                    let last = domain.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit('.').next();
                    assert!(matches!(last, Some("example" | "test" | "com" | "net" | "org")), "{word}");
                    if matches!(last, Some("com" | "net" | "org")) {
                        assert!(domain.contains("example."), "{word}");
                    }
                }
            }
        }
        assert_eq!(all.iter().map(|m| &m.bytes).collect::<std::collections::BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn every_message_is_well_formed_mail_with_reserved_addresses() {
        for message in &messages(now()) {
            let text = String::from_utf8_lossy(&message.bytes);
            let parsed = mail_parser::MessageParser::default().parse(&message.bytes).expect("mail");
            assert!(parsed.from().is_some() && parsed.subject().is_some(), "{text}");
            assert!(parsed.message_id().is_some(), "{text}");
            let date = parsed.date().expect("a date").to_timestamp();
            assert!(date <= now().as_second(), "{text}");
            if message.folder == DemoFolder::Inbox {
                let top = text.split("\r\n").next().unwrap_or_default();
                assert!(top.starts_with("Received: from "), "{text}");
                assert!(text.contains(&format!("\r\n\tby {MX} with")), "{text}");
            }
            for word in text.split(|c: char| !c.is_ascii_digit() && c != '.') {
                let numbers: Vec<&str> = word.split('.').collect();
                if numbers.len() == 4 && numbers.iter().all(|n| n.parse::<u8>().is_ok()) {
                    let reserved = ["192.0.2.", "198.51.100.", "203.0.113."];
                    assert!(reserved.iter().any(|net| word.starts_with(net)), "{word}");
                }
            }
        }
    }

    #[test]
    fn no_message_id_is_used_twice() {
        let all = messages(now());
        let ids: Vec<String> = all
            .iter()
            .filter_map(|m| {
                mail_parser::MessageParser::default().parse(&m.bytes)?.message_id().map(str::to_owned)
            })
            .collect();
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn the_mailbox_is_the_same_at_any_time_of_any_day() {
        let count = messages(now()).len();
        // Midnight, a leap day, the turn of a year, summer time.
        for second in [1_772_323_200, 1_835_395_199, 1_798_761_599, 1_785_542_400] {
            let at = Timestamp::from_second(second).unwrap();
            let all = messages(at);
            assert_eq!(all.len(), count);
            assert!(all.iter().all(|m| m.received <= at), "a message from the future at {at}");
            assert!(all.is_sorted_by_key(|m| m.received));
        }
    }

    #[test]
    fn the_mailbox_speaks_many_languages() {
        let all: String = messages(now())
            .iter()
            .filter_map(|m| {
                mail_parser::MessageParser::default().parse(&m.bytes)?.body_text(0).map(|t| t.into_owned())
            })
            .collect();
        let has = |from: char, to: char| all.chars().any(|c| (from..=to).contains(&c));
        assert!(has('\u{3041}', '\u{3096}'), "Japanese");
        assert!(has('\u{ac00}', '\u{d7a3}'), "Korean");
        assert!(has('\u{4e00}', '\u{9fff}'), "Chinese");
        assert!(has('\u{430}', '\u{44f}'), "Russian");
        assert!(has('\u{3b1}', '\u{3c9}'), "Greek");
        for word in [" nicht ", " pas ", " hasta ", " mesa ", " siamo "] {
            assert!(all.contains(word), "{word}");
        }
    }

    #[test]
    fn the_same_time_gives_the_same_mailbox() {
        let bytes = |all: Vec<DemoMessage>| all.into_iter().map(|m| m.bytes).collect::<Vec<_>>();
        assert_eq!(bytes(messages(now())), bytes(messages(now())));
    }

    #[test]
    fn every_message_is_judged_as_the_demo_means_it() {
        let all = messages(now());
        let mut ledger = MemoryLedger::default();
        for message in all.iter().filter(|m| m.folder == DemoFolder::Sent) {
            ledger.add(
                SentMail::read(&message.bytes, Some(message.received)).expect("a sent mail can be read"),
            );
        }
        let identities = Identities::new(ADDRESSES);
        let senders = Vec::new();
        let mut wrong = Vec::new();
        let mut storms = std::collections::BTreeMap::<String, usize>::new();
        for message in all.iter().filter(|m| m.folder == DemoFolder::Inbox) {
            let context = Context {
                now: now(),
                received: Some(message.received),
                identities: &identities,
                ledger: &ledger,
                senders: &senders,
                knowledge: &crate::engine::knowledge::NoKnowledge,
                strictness: Strictness::Normal,
                limits: Limits::default(),
            };
            let verdict = judge(&message.bytes, &context);
            if let Some(storm) = &verdict.storm {
                *storms.entry(storm.clone()).or_default() += 1;
            }
            if verdict.class != message.expected {
                let subject = verdict.headline.subject.unwrap_or_default();
                let found: Vec<_> = verdict.findings.iter().map(|f| f.id.as_ref()).collect();
                wrong.push(format!(
                    "{subject:?} is {}, meant to be {}: {found:?}",
                    verdict.class, message.expected
                ));
            }
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
        assert_eq!(storms.values().max(), Some(&60), "{storms:?}");
        for class in Class::ALL {
            assert!(all.iter().any(|m| m.folder == DemoFolder::Inbox && m.expected == class), "no {class}");
        }
    }
}

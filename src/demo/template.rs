//! Sent and ordinary mail from the text files in `assets/demo`.
//!
//! A file is blocks that begin with `=== key=value ...`, then header lines, a blank line and the text. What
//! stands before the first block is a remark. Keys: `id`, `to`, `from`, `second` (sent from the
//! person's second address), `at` (`3d 09:12`: days ago, and a time
//! that only spreads the mails over the day), `reply` (the id of a sent mail), `list`, `attach`.

use jiff::Timestamp;

use super::{Clock, DemoFolder, DemoMessage, ME, SECOND, attach, base64_lines, encoded, received, rfc5322};
use crate::engine::Class;

const SENT: &str = include_str!("../../assets/demo/sent.txt");
const ORDINARY: &str = include_str!("../../assets/demo/ordinary.txt");

/// One block of a file.
struct Block<'a> {
    keys: Vec<(&'a str, &'a str)>,
    subject: &'a str,
    body: &'a str,
}

impl<'a> Block<'a> {
    fn key(&self, name: &str) -> Option<&'a str> {
        self.keys.iter().find(|(k, _)| *k == name).map(|(_, v)| *v)
    }
}

fn blocks(file: &str) -> Vec<Block<'_>> {
    file.split("\n=== ")
        .skip(1)
        .filter_map(|block| {
            let (keys, rest) = block.split_once('\n')?;
            let (header, body) = rest.split_once("\n\n")?;
            Some(Block {
                keys: keys_of(keys),
                subject: header.strip_prefix("Subject: ")?,
                body: body.trim_end(),
            })
        })
        .collect()
}

/// `key=value key=value`, where a value runs to the next word with a `=` in it.
fn keys_of(line: &str) -> Vec<(&str, &str)> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for word in line.split(' ') {
        if word
            .split_once('=')
            .is_some_and(|(k, _)| !k.is_empty() && k.bytes().all(|b| b.is_ascii_lowercase()))
        {
            starts.push(at);
        }
        at += word.len() + 1;
    }
    let ends = starts.iter().copied().skip(1).chain([line.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| line.get(*start..end)?.trim().split_once('=')).collect()
}

/// `3d 09:12` as a time: days ago, and as many minutes earlier as the clock time says.
fn time(clock: &Clock, at: &str) -> Option<Timestamp> {
    let (days, clock_time) = at.split_once("d ")?;
    let (hours, minutes) = clock_time.split_once(':')?;
    let back: i64 = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    // A day's mails keep their order: a later clock time is nearer to now.
    Some(clock.ago(days.parse().ok()?, (24 * 60 - back) / 2 + 30))
}

/// One mail that the demo person sent, with what notices about it must repeat.
pub(super) struct Sent {
    pub(super) id: String,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) date: Timestamp,
    /// Which of the person's addresses wrote it.
    pub(super) from: &'static str,
    body: String,
}

impl Sent {
    /// Its Message-ID with angle brackets.
    pub(super) fn message_id(&self) -> String {
        let domain = self.from.rsplit_once('@').map_or("", |(_, domain)| domain);
        format!("<{}.{:x}@{domain}>", self.id, self.date.as_second())
    }

    /// Its header, as a server returns it.
    pub(super) fn header(&self) -> String {
        format!(
            "Message-ID: {}\r\nDate: {}\r\nFrom: Alex <{}>\r\nTo: {}\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nUser-Agent: Harbourmail 3.2\r\n",
            self.message_id(),
            rfc5322(self.date),
            self.from,
            self.to,
            encoded(&self.subject),
        )
    }

    /// The mail as it stands in Sent.
    pub(super) fn message(&self) -> DemoMessage {
        DemoMessage {
            folder: DemoFolder::Sent,
            received: self.date,
            flags: vec!["\\Seen"],
            bytes: format!("{}\r\n{}\r\n", self.header(), self.body).into_bytes(),
            expected: Class::Ordinary,
        }
    }
}

/// The sent mails.
pub(super) fn sent(clock: &Clock) -> Vec<Sent> {
    blocks(SENT)
        .into_iter()
        .filter_map(|block| {
            Some(Sent {
                id: block.key("id")?.to_owned(),
                to: block.key("to")?.to_owned(),
                subject: block.subject.to_owned(),
                date: time(clock, block.key("at")?)?,
                from: if block.key("second").is_some() { SECOND } else { ME },
                body: block.body.replace('\n', "\r\n"),
            })
        })
        .collect()
}

/// The ordinary mails.
pub(super) fn ordinary(clock: &Clock, sent: &[Sent]) -> Vec<DemoMessage> {
    blocks(ORDINARY)
        .into_iter()
        .enumerate()
        .filter_map(|(number, block)| {
            let from = block.key("from")?;
            let (name, address) = from.split_once('<').map(|(n, a)| (n.trim(), a.trim_end_matches('>')))?;
            let at = time(clock, block.key("at")?)?;
            let host = address.rsplit_once('@').map(|(_, d)| format!("mail.{d}"))?;
            let mut head = received(&host, &format!("192.0.2.{}", 10 + number), at);
            head.push_str(&format!(
                "Return-Path: <{address}>\r\nMessage-ID: <{number}.{:x}@{}>\r\nDate: {}\r\nFrom: {} <{address}>\r\nTo: Alex <{ME}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n",
                at.as_second(),
                host.trim_start_matches("mail."),
                rfc5322(at),
                encoded(name),
                encoded(block.subject),
            ));
            // Most servers sign today; the signature's bytes are those of the subject and prove nothing.
            if number % 3 != 0 {
                head.push_str(&format!(
                    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={}; s=key1;\r\n\th=from:to:subject:date:message-id;\r\n\tb={}\r\n",
                    host.trim_start_matches("mail."),
                    base64_lines(block.subject.as_bytes()).replace("\r\n", "\r\n\t"),
                ));
            }
            if let Some(answered) = block.key("reply").and_then(|id| sent.iter().find(|s| s.id == id)) {
                let id = answered.message_id();
                head.push_str(&format!("In-Reply-To: {id}\r\nReferences: {id}\r\n"));
            }
            if let Some(list) = block.key("list") {
                head.push_str(&format!("List-Id: <{list}>\r\nList-Unsubscribe: <mailto:leave@{list}>\r\nPrecedence: list\r\n"));
            }
            let body = block.body.replace('\n', "\r\n");
            let text = format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n");
            let bytes = match block.key("attach") {
                None => format!("{head}{text}"),
                Some(kind) => attach::multipart(&head, &text, &attach::harmless(kind)?),
            };
            Some(DemoMessage {
                folder: DemoFolder::Inbox,
                received: at,
                flags: if at < clock.ago(3, 0) { vec!["\\Seen"] } else { Vec::new() },
                bytes: bytes.into_bytes(),
                expected: Class::Ordinary,
            })
        })
        .collect()
}

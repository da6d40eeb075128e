//! One command and its answers, read straight from our stream.
//!
//! Why not by the `imap` crate: it holds a whole response in memory, parses it again after each line of a
//! literal (76 MB/s where the wire gives 377), and one item that it can't parse ends the session. What
//! carries foreign data (LIST, SELECT, SEARCH, FETCH, COPYUID) is therefore read here, one answer at a
//! time, under the bounds of the endpoint. The tags (`L1`, `L2`, ...) never meet the crate's (`a1`, ...).

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use super::answers::{Answer, words};
use super::endpoint::Bounds;
use super::stream::Stream;
use crate::mail::{Cancel, MailError};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Done.
    Ok,
    /// Refused.
    No,
    /// Not understood.
    Bad,
}

/// The tagged answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) status: Status,
    /// What follows the status, response code and all.
    pub(super) text: String,
}

impl Done {
    /// Whether it went well.
    pub(super) fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    /// The server's words, fit to be shown.
    pub(super) fn words(&self) -> String {
        shown(words(&self.text))
    }
}

/// What is heard during IDLE.
#[derive(Debug)]
pub(super) enum Heard {
    /// The server says something.
    Answer(Answer),
    /// It says nothing for a while.
    Silence,
}

/// What is to become of an IDLE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// It goes on.
    On,
    /// It is ended in good order.
    Done,
    /// Nobody will answer on this connection any more, and why.
    Lost(&'static str),
}

/// A server's text as it may be shown: no control characters, not endless.
pub(super) fn shown(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    clean.trim().to_owned()
}

/// The connection, its commands and their answers.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) stream: Stream,
    pub(super) host: String,
    pub(super) bounds: Bounds,
    pub(super) cancel: Cancel,
    /// Whether the server takes literals without being asked (LITERAL+, RFC 7888).
    pub(super) literals: bool,
    tag: u32,
}

impl Wire {
    pub(super) fn new(stream: Stream, host: &str, bounds: Bounds, cancel: Cancel) -> Wire {
        Wire { stream, host: host.to_owned(), bounds, cancel, literals: false, tag: 0 }
    }

    /// Runs a command and hands each untagged answer to `each`. After an error the connection is useless.
    ///
    /// `doing` completes "the server refused while ...". A NO or BAD is no error here: see [`Done`].
    pub(super) fn run(
        &mut self,
        doing: &str,
        command: &[u8],
        each: &mut dyn FnMut(Answer),
    ) -> Result<Done, MailError> {
        self.tag = self.tag.wrapping_add(1);
        let tag = format!("L{} ", self.tag);
        let mut line = Vec::with_capacity(tag.len() + command.len() + 2);
        line.extend_from_slice(tag.as_bytes());
        match self.literals {
            true => line.extend(as_literals(command)),
            false => line.extend_from_slice(command),
        }
        line.extend_from_slice(b"\r\n");
        self.stream.begin();
        self.stream.send(&line).map_err(|e| self.error(doing, &e))?;
        // Many small answers together are bounded too: 16 lines' worth is more than any folder needs.
        let mut text_left = self.bounds.line.saturating_mul(16);
        loop {
            if self.cancel.is_cancelled() {
                return Err(MailError::Cancelled);
            }
            let answer = self.stream.answer(&tag).map_err(|e| self.error(doing, &e))?;
            text_left = text_left.saturating_sub(answer.text.len() + 1);
            if let Some(rest) = answer.text.strip_prefix(tag.as_bytes()) {
                return self.done(doing, rest);
            }
            if let Some(rest) = answer.untagged("BYE") {
                self.stream.note_bye(shown(words(&String::from_utf8_lossy(rest))));
                continue;
            }
            if !answer.text.starts_with(b"* ") || text_left == 0 {
                let says = match text_left {
                    0 => "its answer has no end".to_owned(),
                    _ => shown(&String::from_utf8_lossy(&answer.text)),
                };
                return Err(self.protocol(doing, &says));
            }
            each(answer);
        }
    }

    /// [`Wire::run`], where anything but OK is an error.
    pub(super) fn must(
        &mut self,
        doing: &str,
        command: &[u8],
        each: &mut dyn FnMut(Answer),
    ) -> Result<Done, MailError> {
        let done = self.run(doing, command, each)?;
        if done.is_ok() { Ok(done) } else { Err(self.refusal(doing, &done)) }
    }

    /// Runs IDLE. `each` hears every answer, and a silence of `look` in between, and says whether the wait goes
    /// on. After an error the connection is useless.
    pub(super) fn idle(
        &mut self,
        look: Duration,
        each: &mut dyn FnMut(Heard) -> Wish,
    ) -> Result<(), MailError> {
        let doing = "waiting for news";
        self.tag = self.tag.wrapping_add(1);
        let tag = format!("L{} ", self.tag);
        self.stream.begin();
        self.stream.send(format!("{tag}IDLE\r\n").as_bytes()).map_err(|e| self.error(doing, &e))?;
        let mut line = Vec::new();
        let (mut waiting, mut ended) = (false, false);
        let began = Instant::now();
        loop {
            if self.cancel.is_cancelled() {
                return Err(MailError::Cancelled);
            }
            let whole = self.stream.try_line(&mut line, look).map_err(|e| self.error(doing, &e))?;
            let mut wish = Wish::On;
            if whole {
                while matches!(line.last(), Some(b'\r' | b'\n')) {
                    line.pop();
                }
                let answer = Answer { text: std::mem::take(&mut line), literals: Vec::new() };
                if let Some(rest) = answer.text.strip_prefix(tag.as_bytes()) {
                    let done = self.done(doing, rest)?;
                    return if done.is_ok() || ended { Ok(()) } else { Err(self.refusal(doing, &done)) };
                }
                if let Some(rest) = answer.untagged("BYE") {
                    self.stream.note_bye(shown(words(&String::from_utf8_lossy(rest))));
                } else if answer.text.starts_with(b"+") {
                    waiting = true;
                } else if !answer.text.starts_with(b"* ") {
                    return Err(self.protocol(doing, &shown(&String::from_utf8_lossy(&answer.text))));
                } else if !ended {
                    wish = each(Heard::Answer(answer));
                }
            } else if !ended {
                wish = each(Heard::Silence);
            }
            if let Wish::Lost(says) = wish {
                return Err(self.lost(says));
            }
            // DONE may only follow the server's `+`; one that never sends it is given up.
            if wish == Wish::Done && !ended {
                ended = true;
                self.stream.begin();
            }
            if ended && waiting {
                self.stream.send(b"DONE\r\n").map_err(|e| self.error(doing, &e))?;
                self.stream.begin();
                self.end_idle(&tag, doing)?;
                return Ok(());
            }
            if !waiting && began.elapsed() > self.bounds.silence {
                return Err(self.error(doing, &ErrorKind::TimedOut.into()));
            }
        }
    }

    /// Reads what is left of an IDLE after DONE.
    fn end_idle(&mut self, tag: &str, doing: &str) -> Result<(), MailError> {
        let mut left = self.bounds.line;
        loop {
            let answer = self.stream.answer(tag).map_err(|e| self.error(doing, &e))?;
            if let Some(rest) = answer.text.strip_prefix(tag.as_bytes()) {
                return self.done(doing, rest).map(|_| ());
            }
            left = left.saturating_sub(answer.text.len() + 1);
            if !answer.text.starts_with(b"* ") || left == 0 {
                return Err(self.protocol(doing, &shown(&String::from_utf8_lossy(&answer.text))));
            }
        }
    }

    /// The error of a wait whose connection can't live any more.
    fn lost(&self, says: &str) -> MailError {
        MailError::Ended {
            host: self.host.clone(),
            doing: "waiting for news".to_owned(),
            says: says.to_owned(),
        }
    }

    /// The untagged line that a server sends first.
    pub(super) fn greeting(&mut self) -> Result<Answer, MailError> {
        self.stream.begin();
        self.stream.answer("").map_err(|e| self.error("greeting", &e))
    }

    /// The error of a command that was refused.
    pub(super) fn refusal(&self, doing: &str, done: &Done) -> MailError {
        let (host, says) = (self.host.clone(), done.words());
        if is_throttling(&done.text) {
            return MailError::Throttled { host, says };
        }
        MailError::No { host, doing: doing.to_owned(), says }
    }

    /// The error for an answer that makes no sense.
    pub(super) fn protocol(&self, doing: &str, says: &str) -> MailError {
        MailError::Protocol { host: self.host.clone(), doing: doing.to_owned(), says: says.to_owned() }
    }

    /// The error for a failed read or write.
    pub(super) fn error(&self, doing: &str, error: &io::Error) -> MailError {
        if self.cancel.is_cancelled() {
            return MailError::Cancelled;
        }
        let (host, doing) = (self.host.clone(), doing.to_owned());
        match error.kind() {
            ErrorKind::TimedOut => {
                MailError::Timeout { host, seconds: self.bounds.silence.as_secs().max(1), doing }
            }
            ErrorKind::InvalidData => MailError::Protocol { host, doing, says: error.to_string() },
            _ => {
                let says = match (self.stream.bye(), error.kind()) {
                    (Some(words), _) if !words.is_empty() => words,
                    (_, ErrorKind::UnexpectedEof) => "it gave no reason".to_owned(),
                    _ => error.to_string(),
                };
                if is_throttling(&says) {
                    return MailError::Throttled { host, says };
                }
                MailError::Ended { host, doing, says }
            }
        }
    }

    fn done(&self, doing: &str, rest: &[u8]) -> Result<Done, MailError> {
        let rest = String::from_utf8_lossy(rest);
        let (word, text) = rest.split_once(' ').unwrap_or((&rest, ""));
        let status = match word.to_ascii_uppercase().as_str() {
            "OK" => Status::Ok,
            "NO" => Status::No,
            "BAD" => Status::Bad,
            _ => return Err(self.protocol(doing, &shown(&rest))),
        };
        Ok(Done { status, text: text.to_owned() })
    }
}

/// What servers say when they want to be left alone for a while, in lower case: Outlook, Gmail, Dovecot,
/// and RFC 5530.
const THROTTLING: &[&str] = &[
    "[throttled]", "[unavailable]", "[inuse]", "[limit]", "suggested backoff time", "bandwidth limit",
    "too many simultaneous connections", "too many connections", "maximum number of connections",
    "server busy", "try again later", "request is throttled", "authenticated but not connected",
];

/// Whether the server asks to come back later.
pub(super) fn is_throttling(text: &str) -> bool {
    let text = text.to_lowercase();
    THROTTLING.iter().any(|sign| text.contains(sign))
}

/// A string as a command's argument, quoted (RFC 3501 §9 `quoted`); `None` where it can't be: a line break
/// or a NUL in it would end the command.
pub(super) fn quote(raw: &[u8]) -> Option<Vec<u8>> {
    let mut quoted = Vec::with_capacity(raw.len() + 2);
    quoted.push(b'"');
    for &byte in raw {
        match byte {
            b'\r' | b'\n' | 0 => return None,
            b'"' | b'\\' => quoted.extend([b'\\', byte]),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'"');
    Some(quoted)
}

/// A command whose quoted strings with bytes beyond ASCII are literals instead: a quoted string may not hold
/// them (RFC 3501 §9), though most servers bear it.
fn as_literals(command: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(command.len());
    let mut rest = command;
    while let Some(open) = memchr::memchr(b'"', rest) {
        let (before, quoted) = rest.split_at(open);
        out.extend_from_slice(before);
        let mut raw = Vec::new();
        let mut end = None;
        let mut bytes = quoted.iter().enumerate().skip(1);
        while let Some((at, &byte)) = bytes.next() {
            match byte {
                b'"' => {
                    end = Some(at + 1);
                    break;
                }
                b'\\' => raw.extend(bytes.next().map(|(_, b)| *b)),
                other => raw.push(other),
            }
        }
        let (string, after) = quoted.split_at(end.unwrap_or(quoted.len()));
        if raw.is_ascii() {
            out.extend_from_slice(string);
        } else {
            out.extend_from_slice(format!("{{{}+}}\r\n", raw.len()).as_bytes());
            out.extend_from_slice(&raw);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// UIDs as sets of at most 1,000 characters and `most` messages each (QQ refuses longer ones and such that
/// don't ascend).
pub(super) fn sets(uids: &[u32], most: usize) -> Vec<(String, Vec<u32>)> {
    const LONGEST: usize = 1_000 - 22;
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut sets: Vec<(String, Vec<u32>)> = Vec::new();
    let mut rest = sorted.as_slice();
    while !rest.is_empty() {
        let run = rest.windows(2).take_while(|w| matches!(w, [a, b] if a.checked_add(1) == Some(*b))).count();
        let full = sets.last().is_none_or(|(text, held)| text.len() > LONGEST || held.len() >= most);
        if full {
            sets.push(Default::default());
        }
        let Some((text, held)) = sets.last_mut() else { break };
        let (part, after) = rest.split_at((run + 1).min(most.max(1) - held.len().min(most.max(1) - 1)));
        if !text.is_empty() {
            text.push(',');
        }
        match part {
            [one] => text.push_str(&one.to_string()),
            [first, .., last] => text.push_str(&format!("{first}:{last}")),
            [] => break,
        }
        held.extend_from_slice(part);
        rest = after;
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_short_sorted_and_exact() {
        assert_eq!(sets(&[3, 1, 2, 9, 2], 100), [("1:3,9".to_owned(), vec![1, 2, 3, 9])]);
        assert_eq!(sets(&[], 100), []);
        let cut = sets(&[1, 2, 3, 4, 5, 9], 2);
        let texts: Vec<&str> = cut.iter().map(|(t, _)| t.as_str()).collect();
        assert_eq!(texts, ["1:2", "3:4", "5,9"]);
        let odd: Vec<u32> = (0..5_000).map(|n| n * 7 + 1_000_000).collect();
        let many = sets(&odd, 100_000);
        assert!(many.iter().all(|(text, _)| text.len() <= 1_000));
        assert_eq!(many.into_iter().flat_map(|(_, held)| held).collect::<Vec<_>>(), odd);
        assert_eq!(sets(&[u32::MAX - 1, u32::MAX], 9)[0].0, "4294967294:4294967295");
    }

    #[test]
    fn what_no_quoted_string_may_hold_becomes_a_literal() {
        let made = |text: &[u8]| as_literals(text);
        assert_eq!(made(b"EXAMINE \"a\\\"b\" (X)"), b"EXAMINE \"a\\\"b\" (X)");
        assert_eq!(made("COPY 1 \"\u{e9}\\\"\"".as_bytes()), "COPY 1 {3+}\r\n\u{e9}\"".as_bytes());
        assert_eq!(made(b"X \"\xfc\" \"y\" z"), b"X {1+}\r\n\xfc \"y\" z");
        assert_eq!(made(b"X \"open\xfc"), b"X {5+}\r\nopen\xfc");
        assert_eq!(made(b"NOOP"), b"NOOP");
    }

    #[test]
    fn names_that_would_break_a_command_are_refused() {
        assert_eq!(quote(b"a\"b\\c").unwrap(), b"\"a\\\"b\\\\c\"");
        assert_eq!(quote(b"a\r\nL2 DELETE INBOX"), None);
        assert_eq!(quote(b"a\0"), None);
    }
}

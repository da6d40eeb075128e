//! The words of a notice that say why: those that follow an address, up to the next one or the end of the paragraph,
//! and the server's answer that stands by itself. A label or a mark of an answer more is a row here.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::super::reason::{EnhancedStatus, ReplyCode};
use super::super::text::Reading;
use super::layouts::{Named, label};
use super::zone::Zone;
use crate::engine::words::{ends_in, is_listed, pieces_of, trimmed};

/// Lines of words that are read for one diagnostic.
const MAX_DIAGNOSTIC_LINES: usize = 14;
/// Bytes of a diagnostic, as most have no more.
const USUAL_DIAGNOSTIC: usize = 320;

/// Labels before a diagnostic, ASCII lower case.
const REASON_LABELS: &[&str] = &[
    "reason",
    "error",
    "error message",
    "error code",
    "error description",
    "error text",
    "error was",
    "the error was",
    "error reason",
    "diagnostic",
    "diagnostic code",
    "diagnostic-code",
    "diagnostics",
    "diagnostic information",
    "diagnostic information for administrators",
    "details",
    "cause",
    "response",
    "server response",
    "the response was",
    "the response from the remote server was",
    "the error that the other server returned was",
    "remote server returned",
    "remote server said",
    "remote host said",
    "remote host responded",
    "the remote server responded",
    "server said",
    "failure",
    "failure reason",
    "status",
    "technical details of permanent failure",
    "technical details of temporary failure",
    "technical details",
    "smtp error",
    "explanation",
    "grund",
    "fehler",
    "fehlermeldung",
    "raison",
    "motif",
    "erreur",
    "motivo",
    "razón",
    "errore",
    "erro",
    "reden",
    "orsak",
    "причина",
    "エラー",
    "原因",
    "理由",
];

/// Words of a line that carries a server's answer, ASCII lower case.
const ANSWERS: &[&str] = &[
    "<<<", "said:", "responded", "response was", "remote host said", "replied", "returned:", "error from",
    "smtp error", "smtp;", "reply:", "status code", "diagnostic",
];

/// Whether a line carries a server's answer.
fn is_answer(line: &str) -> bool {
    static WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(ANSWERS).ok());
    WORDS.as_ref().is_some_and(|words| words.is_match(line))
}

/// Whether a line, with no white space around it, ends a diagnostic.
fn ends_words(bare: &str) -> bool {
    match bare.as_bytes() {
        [a, b, c, ..] => a == b && b == c && b"-=*_".contains(a),
        _ => false,
    }
}

/// The words that follow an address: its own line's rest and the paragraph after it.
pub(super) fn own_words(
    reading: &Reading<'_>,
    zone: &Zone,
    name: &Named<'_>,
    stops: &[usize],
) -> (String, Option<Range<usize>>) {
    let mut said = String::with_capacity(USUAL_DIAGNOSTIC);
    push_words(&mut said, &name.rest);
    let mut last = name.line;
    let mut blanks = 0;
    let depth = indent(reading.line(name.line));
    let mut hangs = false;
    for line in name.line + 1..zone.words_end.min(name.line + 1 + MAX_DIAGNOSTIC_LINES) {
        let text = reading.line(line);
        let bare = trimmed(text);
        if stops.contains(&line) || ends_words(bare) {
            break;
        }
        // What hangs under the address ends where the next entry begins: Exim's files and pipes.
        let deeper = indent(text) > depth;
        if depth > 0 && hangs && !deeper && !bare.is_empty() {
            break;
        }
        hangs |= deeper;
        if bare.is_empty() {
            blanks += 1;
            // Exchange and Gmail leave one line free before the reason.
            if blanks > 1 || !said.is_empty() && (has_code(&said) || said.len() > 40) {
                break;
            }
            continue;
        }
        push_words(&mut said, bare);
        last = line;
    }
    (said, Some(name.line..last + 1))
}

/// How far a line is indented.
fn indent(line: &str) -> usize {
    line.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

fn push_words(said: &mut String, line: &str) {
    said.reserve(line.len() + 1);
    for words in pieces_of(line) {
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(words);
    }
}

/// Whether a text names a server's code.
pub(super) fn has_code(text: &str) -> bool {
    ReplyCode::find(text).is_some() || EnhancedStatus::find(text).is_some()
}

/// The server's answer that stands on a line of its own: in a dialogue, after a label, or by its code.
pub(super) fn general_answer(
    reading: &Reading<'_>,
    range: Range<usize>,
) -> Option<(String, Option<Range<usize>>)> {
    // The first line of those that say most: a code and a mark, a code, a label.
    let mut best: Option<(u8, usize)> = None;
    for line in range.clone() {
        let text = reading.line(line);
        if text.len() > 8_000 || best.is_some_and(|(points, _)| points == 3) {
            continue;
        }
        let labelled = || label(text).is_some_and(|(label, _)| is_listed(label, REASON_LABELS));
        let points = match has_code(text) {
            true if is_answer(text) || labelled() => 3,
            true => 2,
            false if best.is_none() && labelled() => 1,
            false => continue,
        };
        if best.is_none_or(|(p, _)| points > p) {
            best = Some((points, line));
        }
    }
    let (_, first) = best?;
    let mut said = String::with_capacity(USUAL_DIAGNOSTIC);
    let mut last = first;
    let mut blanks = 0;
    for line in first..range.end.min(first + MAX_DIAGNOSTIC_LINES) {
        let bare = trimmed(reading.line(line));
        if line > first && (ends_words(bare) || bare.starts_with(">>>")) {
            break;
        }
        if bare.is_empty() {
            blanks += 1;
            if has_code(&said) || blanks > 1 {
                break;
            }
            continue;
        }
        push_words(&mut said, bare.trim_start_matches("<<<"));
        last = line;
    }
    Some((said, Some(first..last + 1)))
}

/// What stands before the host that an answer names, in lower case; of two the first in the table counts.
const BEFORE_HOST: &[&str] = &["while talking to ", "from remote mail server ", "host ", "by ", "server "];

/// The host that an answer names: `host mx.example.net[192.0.2.1] said:`, `while talking to mx.example.net`.
pub(super) fn remote_mta(said: &str) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    let mut at = 0;
    // A host has a dot, and stands behind a blank.
    while let Some(dot) = memchr::memchr(b'.', said.as_bytes().get(at..)?) {
        let blank = memchr::memrchr(b' ', said.as_bytes().get(..at + dot)?);
        if let Some((before, word)) = blank.and_then(|blank| said.split_at_checked(blank + 1))
            && let Some(mark) = BEFORE_HOST.iter().position(|mark| ends_in(before, mark))
            && best.is_none_or(|(other, _)| mark < other)
            && let Some(host) = host(word)
        {
            best = Some((mark, host));
        }
        let rest = said.as_bytes().get(at + dot..)?;
        at += dot + memchr::memchr(b' ', rest).unwrap_or(rest.len());
    }
    best.map(|(_, host)| host.to_ascii_lowercase())
}

/// The name of a host with which a text begins, brackets aside.
fn host(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(['<', '[', '(', '"']);
    let end = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'.' || b == b'-'));
    let host = rest.get(..end.unwrap_or(rest.len()))?.trim_end_matches('.');
    let letters = host.bytes().any(|b| b.is_ascii_alphabetic());
    (letters && host.contains('.') && !host.contains("..") && host.len() <= 255).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_that_answered_is_named() {
        for (said, host) in [
            ("host MX.example.net[192.0.2.1] said: 550", Some("mx.example.net")),
            ("rejected by a.example, while talking to <b.example.>", Some("b.example")),
            ("from remote mail server [c.example]", Some("c.example")),
            ("by 192.0.2.1", None),
            ("by the server at noon.", None),
            ("host a..b", None),
        ] {
            assert_eq!(remote_mta(said).as_deref(), host, "{said}");
        }
    }
}

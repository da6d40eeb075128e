//! A block of header lines, as it came: bare, quoted with `>`, indented.

use std::borrow::Cow;
use std::ops::Range;

use mail_parser::parsers::MessageStream;

use super::super::ledger::normal_message_id;
use super::super::message::{parser, timestamp};
use super::super::notice::text::{Reading, split_at};
use super::{Field, Returned, ReturnedMail};

/// Bytes of one field's value that are kept.
const MAX_VALUE: usize = 4_000;
/// Lines of a block that are read.
const MAX_LINES: usize = 3_000;

/// Fields of a header, as most have no more.
const USUAL_FIELDS: usize = 24;

/// A header that was read.
pub(super) struct Block {
    pub(super) fields: Vec<Field>,
    pub(super) mail: ReturnedMail,
    /// Whether the text ended before the header did.
    pub(super) truncated: bool,
}

/// Reads header lines from `from` on. `None` where no field stands there.
pub(super) fn read(reading: &Reading<'_>, from: usize) -> Option<Block> {
    let len = reading.len();
    let start = (from..len.min(from + 12)).find(|i| field(unmarked(reading.line(*i)).0).is_some())?;
    let (_, prefix) = unmarked(reading.line(start));
    let line = |index: usize| strip(reading.line(index), prefix);
    let mut raw: Vec<(String, String, Range<usize>)> = Vec::with_capacity(USUAL_FIELDS);
    let mut ended = false;
    for index in start..len.min(start + MAX_LINES) {
        let text = line(index);
        if text.trim().is_empty() {
            ended = true;
            break;
        }
        match (text.starts_with([' ', '\t']), field(text)) {
            (false, Some((name, value))) => {
                if raw.len() >= Returned::MAX_FIELDS {
                    break;
                }
                raw.push((name, value.trim().to_owned(), index..index + 1));
            }
            (true, _) => {
                if let Some((_, value, range)) = raw.last_mut() {
                    if value.len() < MAX_VALUE {
                        value.push(' ');
                        value.push_str(text.trim());
                    }
                    range.end = index + 1;
                }
            }
            (false, None) => {
                if text.starts_with("From ") && raw.is_empty() {
                    continue;
                }
                // A folded line whose blanks were lost still belongs to a Received or To field.
                let folded = raw.last_mut().filter(|(name, ..)| {
                    ["received", "to", "cc", "references", "dkim-signature", "content-type"]
                        .contains(&name.as_str())
                });
                match folded {
                    Some((_, value, range)) if value.len() < MAX_VALUE && !text.starts_with("--") => {
                        value.push(' ');
                        value.push_str(text.trim());
                        range.end = index + 1;
                    }
                    _ if is_blob(text) && resumes(index, len, line) => {
                        if let Some((.., range)) = raw.last_mut() {
                            range.end = index + 1;
                        }
                    }
                    _ => {
                        ended = true;
                        break;
                    }
                }
            }
        }
    }
    let mail = typed(&raw);
    let fields = raw
        .into_iter()
        .filter_map(|(name, value, range)| {
            Some(Field { value: decoded(value.into()).into(), name, place: reading.place(range)? })
        })
        .collect::<Vec<_>>();
    (!fields.is_empty()).then_some(Block { fields, mail, truncated: !ended })
}

/// A line without marks of quotation, and how many bytes they are.
fn unmarked(line: &str) -> (&str, usize) {
    let bare = line.trim_start_matches(['>', '|', ' ', '\t']);
    (bare, line.len() - bare.len())
}

/// A line without the marks that its block's first line has.
fn strip(line: &str, prefix: usize) -> &str {
    let mut rest = line;
    for _ in 0..prefix {
        match rest.strip_prefix(['>', '|', ' ', '\t']) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    rest
}

/// Lines of a signature or a token whose blanks were lost.
const MAX_BLOB: usize = 60;

/// Whether a line is one word of a long token (a signature, a filter's notes).
fn is_blob(line: &str) -> bool {
    let line = line.trim();
    line.len() <= 200 && !line.starts_with("--") && !line.contains([' ', '\t', ':', '@'])
}

/// Whether the header goes on after the token that line `at` belongs to.
fn resumes<'t>(at: usize, len: usize, line: impl Fn(usize) -> &'t str) -> bool {
    let rest =
        (at + 1..len.min(at + MAX_BLOB)).map(line).find(|text| !is_blob(text) || text.trim().is_empty());
    rest.and_then(field).is_some_and(|(name, _)| {
        [
            "received", "from", "to", "date", "subject", "message-id", "mime-version", "reply-to",
            "content-type",
        ]
        .contains(&name.as_str())
            || name.starts_with("x-")
    })
}

fn field(line: &str) -> Option<(String, &str)> {
    let (name, value) = split_at(line, b':')?;
    let name = name.trim_end();
    let ok = (1..=76).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'"');
    ok.then(|| (name.to_ascii_lowercase(), value))
}

/// A value with its encoded words decoded (RFC 2047).
pub(super) fn decoded(value: Cow<'_, str>) -> String {
    let encoded = memchr::memchr_iter(b'?', value.as_bytes())
        .any(|at| at.checked_sub(1).and_then(|before| value.as_bytes().get(before)) == Some(&b'='));
    if !encoded {
        return value.into_owned();
    }
    let line = format!("{value}\n");
    let parsed = MessageStream::new(line.as_bytes()).parse_unstructured();
    parsed.as_text().map_or_else(|| value.into_owned(), str::to_owned)
}

/// The short form, read by mail-parser from a header that is written anew.
fn typed(raw: &[(String, String, Range<usize>)]) -> ReturnedMail {
    let mut header = String::new();
    for (name, value, _) in raw {
        if matches!(name.as_str(), "from" | "to" | "subject" | "date" | "message-id") {
            header.push_str(name);
            header.push_str(": ");
            if value.bytes().any(|b| b.is_ascii_control() || !b.is_ascii()) {
                header.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
            } else {
                header.push_str(value);
            }
            header.push_str("\r\n");
        }
    }
    header.push_str("\r\n");
    parser().parse_headers(header.as_bytes()).map(|m| short(&m)).unwrap_or_default()
}

/// The short form of a parsed message.
pub(super) fn short(mail: &mail_parser::Message<'_>) -> ReturnedMail {
    let address = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
        list.into_iter()
            .flat_map(|l| l.iter())
            .filter_map(|a| a.address())
            .map(|a| a.trim().to_lowercase())
            .filter(|a| a.contains('@'))
            .take(200)
            .collect()
    };
    ReturnedMail {
        message_id: mail.message_id().map(normal_message_id).filter(|id| !id.is_empty()),
        from: address(mail.from()).into_iter().next(),
        to: address(mail.to()),
        subject: mail.subject().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()),
        date: mail.date().and_then(timestamp),
    }
}

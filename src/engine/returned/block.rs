//! A block of header lines, as it came: bare, quoted with `>`, indented.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use mail_parser::parsers::MessageStream;
use mail_parser::{HeaderName, HeaderValue};

use super::super::ledger::normal_message_id;
use super::super::message::{Place, Source, simple, timestamp};
use super::super::notice::each;
use super::super::notice::text::Reading;
use super::{Field, Returned, ReturnedMail, names};
use crate::engine::words::{begins_with, in_lower_case, split_at, trimmed};

/// Bytes of one field's value that are kept.
const MAX_VALUE: usize = 4_000;
/// Bytes of a value, as most have no more.
const USUAL_VALUE: usize = 128;
/// Lines of a block that are read.
const MAX_LINES: usize = 3_000;

/// Addresses of To that are kept.
const MAX_ADDRESSES: usize = 200;
/// Fields of a header, as most have no more.
const USUAL_FIELDS: usize = 14;

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
    let mut raw: Vec<Lines<'_>> = Vec::with_capacity(USUAL_FIELDS);
    let mut ended = false;
    for index in start..len.min(start + MAX_LINES) {
        let text = line(index);
        if trimmed(text).is_empty() {
            ended = true;
            break;
        }
        match (text.starts_with([' ', '\t']), field(text)) {
            (false, Some((name, value))) => {
                if raw.len() >= Returned::MAX_FIELDS {
                    break;
                }
                raw.push(Lines { name, first: value, range: index..index + 1, value: None });
            }
            (true, _) => {
                if let Some(last) = raw.last_mut() {
                    last.go_on(text, index);
                }
            }
            (false, None) => {
                if text.starts_with("From ") && raw.is_empty() {
                    continue;
                }
                let Some(last) = raw.last_mut() else {
                    ended = true;
                    break;
                };
                // A folded line whose blanks were lost still belongs to a Received or To field.
                let folded = is_one_of(
                    last.name,
                    &["received", "to", "cc", "references", "dkim-signature", "content-type"],
                );
                if folded && !text.starts_with("--") && last.settled(line).len() < MAX_VALUE {
                    last.go_on(text, index);
                } else if is_blob(text) && resumes(index, len, line) {
                    last.settled(line);
                    last.range.end = index + 1;
                } else {
                    ended = true;
                    break;
                }
            }
        }
    }
    let mail = typed(&raw, line);
    let mut fields = Vec::with_capacity(raw.len());
    fields.extend(raw.into_iter().filter_map(|mut lines| {
        let place = reading.place(lines.range.clone())?;
        // What stands there as it came is read when somebody asks.
        let as_it_came = lines.value.is_none() && prefix == 0;
        let value = match place {
            Place::Body { words: None, .. } if as_it_came => OnceCell::new(),
            _ => decoded(std::mem::take(lines.settled(line)).into()).into(),
        };
        Some(Field { name: names::lower(lines.name), value, place })
    }));
    (!fields.is_empty()).then_some(Block { fields, mail, truncated: !ended })
}

/// The lines of one field.
struct Lines<'t> {
    name: &'t str,
    /// What stands behind the name in the first one.
    first: &'t str,
    range: Range<usize>,
    /// What they say, unfolded; nothing, as long as all of them say it.
    value: Option<String>,
}

impl<'t> Lines<'t> {
    /// Adds line `index`.
    fn go_on(&mut self, line: &str, index: usize) {
        if let Some(value) = &mut self.value {
            push_line(value, line);
        }
        self.range.end = index + 1;
    }

    /// What they say up to here; lines that follow may belong to the field and say nothing. `line` gives a line by its
    /// number.
    fn settled(&mut self, line: impl Fn(usize) -> &'t str) -> &mut String {
        let (first, range) = (self.first, self.range.clone());
        self.value.get_or_insert_with(|| {
            let mut value = String::new();
            unfold(&mut value, first, range.skip(1).map(line));
            value
        })
    }
}

/// Appends the lines of a field: what stands behind its name in the first one, and the rest.
fn unfold<'t>(value: &mut String, first: &str, rest: impl Iterator<Item = &'t str>) {
    value.push_str(trimmed(first));
    rest.for_each(|line| push_line(value, line));
}

fn push_line(value: &mut String, line: &str) {
    if value.len() < MAX_VALUE {
        value.push(' ');
        value.push_str(trimmed(line));
    }
}

/// The value of a field whose lines stand in `text` as they came, decoded.
pub(super) fn value(text: &str) -> String {
    let mut lines = text.split(['\n', '\r']).filter(|line| !line.is_empty());
    let first = lines.next().and_then(|line| split_at(line, b':')).map_or("", |(_, first)| first);
    let mut value = String::with_capacity(text.len());
    unfold(&mut value, first, lines);
    decoded(value.into())
}

/// Whether the name of a field, in any case, is one of these.
fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
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
    let line = trimmed(line);
    line.len() <= 200 && !line.starts_with("--") && !line.contains([' ', '\t', ':', '@'])
}

/// Whether the header goes on after the token that line `at` belongs to.
fn resumes<'t>(at: usize, len: usize, line: impl Fn(usize) -> &'t str) -> bool {
    let rest =
        (at + 1..len.min(at + MAX_BLOB)).map(line).find(|text| !is_blob(text) || trimmed(text).is_empty());
    rest.and_then(field).is_some_and(|(name, _)| {
        is_one_of(
            name,
            &[
                "received", "from", "to", "date", "subject", "message-id", "mime-version", "reply-to",
                "content-type",
            ],
        ) || begins_with(name, "x-")
    })
}

fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = split_at(line, b':')?;
    let name = name.trim_end();
    let ok = (1..=76).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'"');
    ok.then_some((name, value))
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

/// The short form; of several fields of a name the last counts. Each is read as a line of its own: at one look where it is
/// of the usual shape, else by mail-parser.
fn typed<'t>(raw: &[Lines<'t>], line: impl Fn(usize) -> &'t str) -> ReturnedMail {
    let mut mail = ReturnedMail::default();
    let mut whole = String::with_capacity(USUAL_VALUE);
    for Lines { name, first, range, value } in raw {
        if !is_one_of(name, &["from", "to", "subject", "date", "message-id"]) {
            continue;
        }
        whole.clear();
        match value {
            Some(value) => whole.push_str(value),
            None => unfold(&mut whole, first, range.clone().skip(1).map(&line)),
        }
        if whole.bytes().any(|b| b.is_ascii_control() || !b.is_ascii()) {
            whole = whole.replace(char::is_control, " ");
        }
        whole.push_str("\r\n");
        let line = Source::of_text(&whole);
        match name.len() {
            // From, Date, To, Subject.
            4 if name.starts_with(['f', 'F']) => {
                let value = one(line, simple::mailbox, MessageStream::parse_address);
                mail.from = addresses(value.as_address()).next();
            }
            4 => {
                let value = one(line, simple::date, MessageStream::parse_date);
                mail.date = value.as_datetime().and_then(timestamp);
            }
            2 => {
                let value = one(line, simple::mailbox, MessageStream::parse_address);
                mail.to = addresses(value.as_address()).take(MAX_ADDRESSES).collect();
            }
            7 => {
                let value = one(line, simple::text, MessageStream::parse_unstructured);
                mail.subject = value.as_text().and_then(subject);
            }
            _ => {
                let value = one(line, simple::id, MessageStream::parse_id);
                mail.message_id = value.as_text().and_then(message_id);
            }
        }
    }
    mail
}

/// The value of a field that is one line: as `usual` reads it, else as `any` does.
fn one<'x>(
    line: Source<'x>,
    usual: fn(Source<'x>, &'x [u8]) -> simple::Read<'x>,
    any: fn(&mut MessageStream<'x>) -> HeaderValue<'x>,
) -> HeaderValue<'x> {
    usual(line, line.bytes).map_or_else(|| any(&mut MessageStream::new(line.bytes)), |(value, _)| value)
}

/// The short form of a parsed message; of several fields of a name the last counts.
pub(super) fn short(mail: &mail_parser::Message<'_>) -> ReturnedMail {
    let mut short = ReturnedMail::default();
    for header in mail.parts.first().into_iter().flat_map(|root| &root.headers) {
        let value = &header.value;
        match header.name {
            HeaderName::MessageId => short.message_id = value.as_text().and_then(message_id),
            HeaderName::From => short.from = addresses(value.as_address()).next(),
            HeaderName::To => short.to = addresses(value.as_address()).take(MAX_ADDRESSES).collect(),
            HeaderName::Subject => short.subject = value.as_text().and_then(subject),
            HeaderName::Date => short.date = value.as_datetime().and_then(timestamp),
            _ => {}
        }
    }
    short
}

/// The addresses of a field, in lower case.
fn addresses(list: Option<&mail_parser::Address<'_>>) -> impl Iterator<Item = String> {
    let all = list.into_iter().flat_map(each).filter_map(|one| one.address());
    all.filter(|address| address.contains('@')).map(|address| in_lower_case(trimmed(address)))
}

fn subject(text: &str) -> Option<String> {
    Some(trimmed(text).to_owned()).filter(|subject| !subject.is_empty())
}

fn message_id(text: &str) -> Option<String> {
    Some(normal_message_id(text)).filter(|id| !id.is_empty())
}

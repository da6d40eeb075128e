//! Text that has to be written anew before it can be read: a multipart that is encoded as a whole, a mail whose
//! lines end in carriage returns alone, and a mail or a file that stands in the text behind marks of quoting or
//! numbers.
//!
//! Some mail programs read the first two, against RFC 2045 §6.4 and RFC 5322 §2.3. None makes a file of the third:
//! a bounce or an answer that quotes a worm is no worm, so it is noted and nothing follows. Each costs next to
//! nothing where a mail does not have it: a look at the first line's end, a search for one word.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use mail_parser::Encoding;
use memchr::memmem;

use super::body::Body;
use super::carved::{Source, found, other_readings};
use super::names::names;
use super::runs::is_base64_line;
use crate::engine::attachment::budget::Held;
use crate::engine::attachment::encoding::base64;
use crate::engine::attachment::inspect::Inspector;
use crate::engine::message::{self, Message, Part};

/// How often text that was encoded as a whole may hold such text again.
const MAX_ROUNDS: usize = 3;
/// Quoted mails and numbered files that are read in one message.
const MAX_WRITTEN: usize = 8;
/// Bytes of a quoted mail that are read: a file in it shows by how it begins.
const MAX_TEXT: usize = 4 << 20;
/// Fields that say base64 and are looked at for that.
const MAX_FIELDS: usize = 200;
/// Bytes that may stand before a quoted line.
const MAX_MARK: usize = 16;
/// Bytes of a first line's end that are looked for.
const FIRST_LINE: usize = 1 << 10;

/// A multipart or a message that is encoded as a whole.
pub(super) fn encoded(inspector: &mut Inspector<'_>, message: &Message<'_>, part: &Part<'_>) {
    encoded_in(inspector, message, part, part.body_range(), 0);
}

fn encoded_in(
    inspector: &mut Inspector<'_>,
    message: &Message<'_>,
    part: &Part<'_>,
    at: Range<usize>,
    round: usize,
) {
    if part.inner().encoding == Encoding::None || round == MAX_ROUNDS {
        return;
    }
    let Some(kind) = part.content_type_value() else { return };
    let multipart = kind.ctype().eq_ignore_ascii_case("multipart");
    if !multipart && !kind.ctype().eq_ignore_ascii_case("message") {
        return;
    }
    let body = Body::of(message, part);
    let Some(_held) = room_for(inspector, body.raw.len()) else { return };
    let mut text = match kind.attribute("boundary").filter(|_| multipart) {
        Some(boundary) => {
            format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n").into_bytes()
        }
        None => Vec::new(),
    };
    match body.decoded() {
        Cow::Owned(body) if text.is_empty() => text = body,
        body => text.extend_from_slice(&body),
    }
    read(inspector, &text, &Source { at: Some(at), ..Source::FETCHED }, round + 1);
}

/// Counts bytes as held, where there is room for them.
fn room_for(inspector: &mut Inspector<'_>, count: usize) -> Option<Held> {
    if count as u64 > inspector.budget.room_to_hold() {
        inspector.budget.too_much_held = true;
        return None;
    }
    Some(inspector.budget.hold(count))
}

/// Reads a mail that was written anew: its parts, and what other readings show.
fn read(inspector: &mut Inspector<'_>, text: &[u8], source: &Source, round: usize) {
    if !inspector.budget.work(text.len() as u64) {
        return;
    }
    // Its parts are decoded, and each message in it once more.
    let Some(_held) = room_for(inspector, text.len().saturating_mul(2)) else { return };
    let parsed = message::parse(text, &inspector.budget.limits());
    let view = parsed.view();
    for part in view.parts().iter().filter(|part| !part.is_multipart() && part.message().is_none()) {
        let range = part.body_range();
        let bytes = Body::of(&view, part).decoded();
        if !inspector.budget.work(bytes.len() as u64) {
            return;
        }
        found(inspector, &bytes, &range, || names(&view, part), source);
        if source.shown {
            encoded_in(inspector, &view, part, source.at.clone().unwrap_or(range), round);
        }
    }
    other_readings(inspector, &view, &[], source);
}

/// The mail with line feeds in place of carriage returns, where its lines end in those.
pub(super) fn with_other_ends(inspector: &mut Inspector<'_>, message: &Message<'_>) {
    let raw = message.raw();
    let head = raw.get(..FIRST_LINE).unwrap_or(raw);
    if memchr::memchr(b'\r', head).is_some_and(|at| head.get(at + 1).is_some_and(|next| *next != b'\n')) {
        let Some(_held) = room_for(inspector, raw.len()) else { return };
        read(inspector, &with_line_feeds(raw), &Source::FETCHED, 0);
    }
}

/// What stands behind marks in the text.
pub(super) enum Written {
    Mail(Vec<u8>),
    File(Vec<u8>),
}

/// The mails and files that stand behind marks in the text, and where.
pub(super) fn written(message: &Message<'_>, covered: &[Range<usize>]) -> Vec<(Written, Range<usize>)> {
    static BASE64: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("base64"));
    let raw = message.raw();
    let mut out: Vec<(Written, Range<usize>)> = Vec::new();
    let (mut fields, mut done, mut from) = (MAX_FIELDS, 0, 0);
    let gaps = covered.iter().cloned().chain(std::iter::once(raw.len()..raw.len()));
    for gap in gaps {
        let (start, end) = (std::mem::replace(&mut from, gap.end), gap.start);
        for at in BASE64.find_iter(raw.get(start..end).unwrap_or_default()).map(|at| start + at) {
            let Some((line, mark)) = encoding_field(raw, at).filter(|_| at >= done) else { continue };
            if fields == 0 || out.len() == MAX_WRITTEN {
                return out;
            }
            fields -= 1;
            let found = if mark.is_empty() { numbered(raw, at) } else { Some(quoted(raw, line, mark)) };
            done = found.as_ref().map_or(done, |(_, range)| range.end);
            out.extend(found);
        }
    }
    out
}

/// Notes what is in them.
pub(super) fn note(inspector: &mut Inspector<'_>, written: Vec<(Written, Range<usize>)>) {
    for (written, range) in written {
        let source = Source { at: Some(range.clone()), shown: false, written: Vec::new() };
        match written {
            Written::Mail(text) => read(inspector, &text, &source, 0),
            Written::File(bytes) if inspector.budget.work(bytes.len() as u64) => {
                found(inspector, &bytes, &range, Vec::new, &source);
            }
            Written::File(_) => {}
        }
    }
}

/// Every carriage return without a line feed behind it as a line feed: offsets stay as they are.
fn with_line_feeds(raw: &[u8]) -> Vec<u8> {
    let mut out = raw.to_vec();
    for at in memchr::memchr_iter(b'\r', raw) {
        if raw.get(at + 1) != Some(&b'\n')
            && let Some(byte) = out.get_mut(at)
        {
            *byte = b'\n';
        }
    }
    out
}

/// The line that holds `at`.
fn line_around(raw: &[u8], at: usize) -> Range<usize> {
    let start = raw.get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |lf| lf + 1);
    start..line_end(raw, at)
}

fn line_end(raw: &[u8], at: usize) -> usize {
    raw.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)).map_or(raw.len(), |lf| at + lf + 1)
}

/// The line of a field that says `base64` at `at`, and the marks of quoting before it.
fn encoding_field(raw: &[u8], at: usize) -> Option<(usize, &[u8])> {
    const NAME: &[u8] = b"Content-Transfer-Encoding";
    let earliest = at.saturating_sub(MAX_MARK + NAME.len() + MAX_MARK);
    let before = raw.get(earliest..at)?;
    let start = match memchr::memrchr(b'\n', before) {
        Some(lf) => earliest + lf + 1,
        None if earliest == 0 => 0,
        None => return None,
    };
    let field = raw.get(start..at)?;
    let length = field.iter().take_while(|b| matches!(b, b'>' | b'|' | b' ' | b'\t')).count();
    let (mark, field) = field.split_at_checked(length)?;
    let is_encoding = field.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    (is_encoding && length <= MAX_MARK).then_some((start, mark))
}

/// The quoted or indented text around a line, without the mark before each of its lines.
fn quoted(raw: &[u8], line: usize, mark: &[u8]) -> (Written, Range<usize>) {
    // A line without words has lost the blanks of its mark.
    let bare = mark.trim_ascii_end();
    let unmarked = |line: &Range<usize>| -> Option<&[u8]> {
        let text = raw.get(line.clone())?;
        text.strip_prefix(mark)
            .or_else(|| text.strip_prefix(bare).filter(|rest| rest.trim_ascii().is_empty()))
    };
    let mut range = line..line_end(raw, line);
    while range.len() < MAX_TEXT
        && let Some(before) = range.start.checked_sub(1).map(|at| line_around(raw, at))
        && unmarked(&before).is_some()
    {
        range.start = before.start;
    }
    let mut text = Vec::new();
    let mut from = range.start;
    while from < raw.len() && text.len() < MAX_TEXT {
        let line = from..line_end(raw, from);
        let Some(rest) = unmarked(&line) else { break };
        text.extend_from_slice(rest);
        from = line.end;
    }
    range.end = from;
    (Written::Mail(text), range)
}

/// The file behind a field that says base64 and whose lines are numbered, decoded.
fn numbered(raw: &[u8], at: usize) -> Option<(Written, Range<usize>)> {
    const MAX_HEADER: usize = 4 << 10;
    let header = raw.get(at..at.saturating_add(MAX_HEADER).min(raw.len()))?;
    let [crlf, lf] =
        [&b"\r\n\r\n"[..], b"\n\n"].map(|gap| memmem::find(header, gap).map(|at| at + gap.len()));
    let start = at + [crlf, lf].into_iter().flatten().min()?;
    let unnumbered = |line: &Range<usize>| -> Option<&[u8]> {
        let text = raw.get(line.clone())?.trim_ascii();
        let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
        let rest = text.get(digits..).filter(|_| (1..=6).contains(&digits))?;
        let marks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b':' | b'.' | b')' | b'|')).count();
        rest.get(marks..).filter(|rest| marks > 0 && is_base64_line(rest))
    };
    let (mut encoded, mut from) = (Vec::new(), start);
    while from < raw.len() {
        let line = from..line_end(raw, from);
        let Some(rest) = unnumbered(&line) else { break };
        encoded.extend_from_slice(rest);
        from = line.end;
    }
    let text = base64(&encoded);
    (!text.is_empty()).then_some((Written::File(text), start..from))
}

//! The lenient and the carved reading: what mail-parser did not show.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

use mail_parser::Encoding;
use memchr::memmem;

use super::body::{PROSE, is_prose};
use super::names::may_name;
use super::runs::{Run, base64_runs, is_base64_line};
use crate::engine::attachment::container::uudecode_first;
use crate::engine::attachment::encoding::{
    base64, base64_begins, base64_in_place, decode_words, is_base64, names_in, padding_inside,
    quoted_printable,
};
use crate::engine::attachment::filetype::{self, Family, Format};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Inspector, Item, Outcome, Place, Spot};
use crate::engine::attachment::name;
use crate::engine::message::Message;
use crate::engine::verdict::{Evidence, Severity};

/// Runs and blocks that are tried in the lenient and carved readings.
pub(super) const MAX_TRIED: usize = 200;

/// Pieces of one run of base64, each behind another's padding, that are tried.
const MAX_PADDED: usize = 4;

/// Bytes of a block of headers that are searched for its end.
const MAX_HEADER: usize = 64 << 10;

/// Beginnings of files that no prose decodes to: programs, archives, documents, shortcuts, the EICAR test file.
const BEYOND_DOUBT: &[&[u8]] = &[
    b"MZ\x90\0", b"PK\x03\x04", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"MSCF", b"\xd0\xcf\x11\xe0", b"%PDF-",
    b"{\\rtf", b"\x4c\0\0\0\x01\x14\x02", b"\x1f\x8b\x08\0", b"X5O!P%@AP",
];

/// How what a reading shows leads back to the message, and who shows it.
pub(super) struct Source {
    /// Where the text that is read stands in the message, if it was written anew.
    pub(super) at: Option<Range<usize>>,
    /// Whether some mail program makes files of it.
    pub(super) shown: bool,
    /// Quoted mails and numbered files, which `again` looks at.
    pub(super) written: Vec<Range<usize>>,
}

impl Source {
    /// The message as it was fetched.
    pub(super) const FETCHED: Source = Source { at: None, shown: true, written: Vec::new() };
}

/// One possible part of the lenient or the carved reading.
struct Block<'a> {
    header: &'a [u8],
    range: Range<usize>,
}

impl Block<'_> {
    /// The names that its header claims.
    fn names(&self) -> Vec<String> {
        if !may_name(self.header) {
            return Vec::new();
        }
        names_in(self.header).iter().map(|n| decode_words(n)).collect()
    }

    /// Whether its header speaks of base64.
    fn is_base64(&self) -> bool {
        // Of its letters, headers have the first of the two digits least.
        memchr::memchr_iter(b'6', self.header).any(|at| {
            let word = at.checked_sub(4).and_then(|start| self.header.get(start..at + 2));
            word.is_some_and(|word| word.eq_ignore_ascii_case(b"base64"))
        })
    }
}

/// The lenient and the carved reading: what mail-parser did not show.
pub(super) fn other_readings(
    inspector: &mut Inspector<'_>,
    message: &Message<'_>,
    covered: &[Range<usize>],
    source: &Source,
) {
    let raw = message.raw();
    if !inspector.budget.work(raw.len() as u64 / 4) {
        return;
    }
    let mut tried = 0;
    let blocks = blocks(message, covered);
    for block in &blocks {
        if is_covered(covered, block.range.start).is_some() {
            continue;
        }
        let body = raw.get(block.range.clone()).unwrap_or_default();
        let seen_as = seen_as(message, block.range.start);
        let plain = seen_as.is_none();
        let unseen = !matches!(seen_as, Some(Encoding::None | Encoding::QuotedPrintable));
        let unquoted = seen_as != Some(Encoding::QuotedPrintable);
        // Base64 that is not called so and is written so that no run of lines shows it.
        let hidden = probed(body);
        let ways = [
            plain.then_some(Way::Plain),
            (unquoted && looks_quoted(body)).then_some(Way::Quoted),
            block.is_base64().then_some(Way::Base64 { from: 0, twice: false }),
            hidden,
        ];
        // One after the other: each is as long as the body, or nearly so.
        for way in ways.into_iter().flatten() {
            if way != Way::Plain && body.len() as u64 > inspector.budget.room_to_hold() {
                inspector.budget.too_much_held = true;
                break;
            }
            let bytes = way.read(body);
            let copy = matches!(bytes, Cow::Owned(_));
            let _held = inspector.budget.hold(if copy { bytes.len() } else { 0 });
            tried += 1;
            if tried > MAX_TRIED {
                only_tried(inspector);
                return;
            }
            if !inspector.budget.work(bytes.len() as u64) {
                return;
            }
            found(inspector, &bytes, &block.range, || block.names(), source);
        }
        // A file in uuencode, whatever the header calls it.
        if unseen && let Some(file) = uudecode_first(body, 0, &mut inspector.budget) {
            found(inspector, &file.data, &block.range, || vec![file.name], source);
        }
    }
    for Run { range: run, mixed } in base64_runs(raw, message.lines().unbroken(), covered) {
        tried += 1;
        let encoded = raw.get(run.clone()).unwrap_or_default();
        if tried > MAX_TRIED {
            only_tried(inspector);
            return;
        }
        if encoded.len() as u64 > inspector.budget.room_to_hold() {
            // Shorter runs may follow.
            inspector.budget.too_much_held = true;
            continue;
        }
        if !inspector.budget.out(encoded.len() * 3 / 4, 1) {
            return;
        }
        let block = blocks
            .iter()
            .rfind(|b| b.range.start <= run.start && run.start < b.range.end.max(b.range.start + 1));
        // A quoted mail is text, unless what it stands in is base64, which steps over the marks.
        let quoted = source.written.iter().any(|range| range.contains(&run.start));
        if quoted && !block.is_some_and(Block::is_base64) {
            continue;
        }
        let names = block.map(Block::names).unwrap_or_default();
        let held = inspector.budget.hold(encoded.len());
        let decoded = LazyCell::new(|| base64(encoded));
        // A run without a name that begins as prose does is looked at no further: only its beginning is decoded.
        let is_dull = |lines: &mut dyn Iterator<Item = &[u8]>| names.is_empty() && begins_as_prose(lines);
        if !is_dull(&mut std::iter::once(encoded)) {
            found(inspector, &decoded, &run, || names.clone(), source);
        }
        // A strict reader leaves out the lines that are none.
        let lines = encoded.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        let strictly = lines.filter(|line| is_base64_line(line));
        if mixed && !is_dull(&mut strictly.clone()) {
            let mut strict = Vec::with_capacity(encoded.len());
            strictly.for_each(|line| strict.extend_from_slice(line));
            base64_in_place(&mut strict);
            found(inspector, &strict, &run, || names.clone(), source);
        }
        drop(held);
        // A strict reader stops at padding; another goes on, out of step with the first. The group ends there for us:
        // what such a reader decodes stands at the end of what is decoded.
        let (mut from, mut made, mut stopped) = (0, 0, padding_inside(encoded));
        let _held = inspector.budget.hold(stopped.map_or(0, |_| encoded.len() / 4 * 3));
        for _ in 0..MAX_PADDED {
            let Some(at) = stopped else { break };
            let rest = encoded.get(from..).unwrap_or_default();
            let padding = rest.get(at..).unwrap_or_default().iter().take_while(|b| **b == b'=').count();
            let (before, behind) = rest.split_at_checked(at + padding).unwrap_or((rest, &[]));
            from += before.len();
            made += base64(before).len();
            if !inspector.budget.work(behind.len() as u64) {
                return;
            }
            stopped = padding_inside(behind);
            found(inspector, decoded.get(made..).unwrap_or_default(), &run, || names.clone(), source);
        }
        if stopped.is_some() {
            only_tried(inspector);
        }
    }
}

/// How the body that begins at `start` was decoded, if mail-parser has shown one there.
fn seen_as(message: &Message<'_>, start: usize) -> Option<Encoding> {
    let mut leaves = message.parts().iter().filter(|part| !part.is_multipart() && part.message().is_none());
    leaves.find(|part| part.body_range().start == start).map(|part| part.inner().encoding)
}

/// Whether the base64 in these lines begins as prose does, as far as that shows in what is decoded of it.
fn begins_as_prose(lines: &mut dyn Iterator<Item = &[u8]>) -> bool {
    // The letters that stand for what shows it, and what ends their lines.
    const ENOUGH: usize = 2 * PROSE;
    let mut head = Vec::with_capacity(ENOUGH);
    while head.len() < ENOUGH
        && let Some(line) = lines.next()
    {
        head.extend_from_slice(line.get(..ENOUGH - head.len()).unwrap_or(line));
    }
    // So few letters stand for less than what shows it.
    if head.len() < PROSE / 3 * 4 {
        return false;
    }
    // The last two bytes may come of a group that goes on.
    let decoded = base64(&head);
    decoded
        .len()
        .checked_sub(2)
        .and_then(|len| decoded.get(..len.min(PROSE)))
        .is_some_and(|head| head.len() == PROSE && is_prose(head))
}

/// Says that a message has more that looks like a hidden part than is tried.
fn only_tried(inspector: &mut Inspector<'_>) {
    let says = format!(
        "Not everything was inspected: only the first {MAX_TRIED} places were tried that look like parts which some \
         mail programs show."
    );
    inspector.find(&f::NOT_INSPECTED_LIMIT, says, None);
}

/// How the bytes of a body may be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Plain,
    Quoted,
    /// In base64 from here on, or in base64 of base64.
    Base64 {
        from: usize,
        twice: bool,
    },
}

impl Way {
    /// The bytes that are meant.
    fn read(self, body: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Way::Plain => Cow::Borrowed(body),
            Way::Quoted => Cow::Owned(quoted_printable(body)),
            Way::Base64 { from, twice } => {
                let mut bytes = base64(body.get(from..).unwrap_or_default());
                if twice {
                    base64_in_place(&mut bytes);
                }
                Cow::Owned(bytes)
            }
        }
    }
}

/// What a body is in base64, however it is broken up, if it begins with a file that its first bytes show beyond
/// doubt: at its start, behind its first line, or as an address of data.
fn probed(body: &[u8]) -> Option<Way> {
    const PROBE: usize = 512;
    static DATA: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(";base64,"));
    let head = body.get(..PROBE).unwrap_or(body);
    let line = memchr::memchr(b'\n', head).map(|lf| lf + 1);
    let data = DATA.find(head).map(|at| at + 8);
    [data, Some(0), line].into_iter().flatten().find_map(|from| {
        let shows = |bytes: &[u8]| BEYOND_DOUBT.iter().any(|magic| bytes.starts_with(magic));
        // The first letters tell nearly always that it is none.
        let mut room = [0; 16];
        let begins = base64_begins(head.get(from..)?, &mut room);
        if !shows(begins) && !begins.iter().all(|b| is_base64(*b)) {
            return None;
        }
        let first = base64(head.get(from..)?);
        // Base64 in base64.
        let twice = is_base64_line(first.get(..64)?) && shows(&base64(&first));
        if !twice && !shows(&first) {
            return None;
        }
        Some(Way::Base64 { from, twice })
    })
}

/// Looks at bytes that only some reading shows, where they are of a type that matters.
pub(super) fn found(
    inspector: &mut Inspector<'_>,
    bytes: &[u8],
    range: &Range<usize>,
    names: impl FnOnce() -> Vec<String>,
    source: &Source,
) {
    if bytes.len() < 16 {
        return;
    }
    let names = names();
    if names.is_empty() && is_prose(bytes) {
        return;
    }
    let named = names.iter().any(|n| name::runs(n));
    let Some(format) = filetype::able(bytes, names.first().map(String::as_str)).map(|found| found.format)
    else {
        return;
    };
    let matters = match format.family() {
        Family::Program | Family::Archive | Family::DiskImage | Family::Shortcut => format != Format::Tnef,
        Family::Document => !matches!(format, Format::Csv | Format::Slk | Format::XlsRaw),
        Family::Script => named,
        _ => false,
    };
    if !matters || inspector.has_seen(bytes) {
        return;
    }
    let range = source.at.as_ref().unwrap_or(range);
    if !source.shown {
        if inspector.has_noted(&f::FILE_AS_TEXT, range) {
            return;
        }
        let says =
            format!("The text has {} written into it; no mail program makes a file of that.", format.label());
        inspector.find(&f::FILE_AS_TEXT, says, Some(Evidence::new("raw", range.clone(), "")));
        return;
    }
    let spot = Spot::part("raw".to_owned(), range.clone(), false);
    let item = Item::new(bytes, &spot).named(names).placed(Place::Top, 0);
    let Outcome { worst, .. } = inspector.item(item);
    let evidence = Evidence::new("raw", range.clone(), "");
    if worst >= Some(Severity::Medium) {
        let says = format!("The message hides {} that only some mail programs show.", format.label());
        inspector.find(&f::MIME_HIDDEN, says, Some(evidence));
    } else {
        let says =
            format!("The message is written so that only some mail programs show {} in it.", format.label());
        inspector.find(&f::MIME_AMBIGUOUS, says, Some(evidence));
    }
}

/// Every block of headers with a `Content-` field that is followed by a body, outside what is covered.
fn blocks<'a>(message: &Message<'a>, covered: &[Range<usize>]) -> Vec<Block<'a>> {
    let (raw, lines) = (message.raw(), message.lines());
    let mut out: Vec<Block<'_>> = Vec::new();
    let mut scanned = 0_usize;
    let mut from = 0;
    for lf in lines.content().iter().copied() {
        if lf < from || is_covered(covered, lf).is_some() {
            continue;
        }
        // One more than is tried, to see that there are more.
        if out.len() > MAX_TRIED || scanned > raw.len().saturating_mul(4) {
            break;
        }
        // Fields of the outermost header have the end of that behind them.
        let own_end = lines.header_end().filter(|(end, body)| lf < *end && *body - lf <= MAX_HEADER);
        let start = own_end.map(|(_, body)| body).or_else(|| body_behind(raw, lf));
        let Some(start) = start else { continue };
        let header = raw.get(lf..start).unwrap_or_default();
        let end = lines.dashes().partition_point(|at| *at <= start);
        let end = lines.dashes().get(end).map_or(raw.len(), |at| at - 1);
        scanned += end - start;
        from = start;
        out.push(Block { header, range: start..end });
    }
    out
}

/// Where the body begins behind the block of headers at `from`: behind the first empty line.
fn body_behind(raw: &[u8], from: usize) -> Option<usize> {
    let rest = raw.get(from..from.saturating_add(MAX_HEADER).min(raw.len()))?;
    let line_ends = memchr::memchr_iter(b'\n', rest);
    line_ends.map(|lf| lf + 1).find_map(|next| match rest.get(next..)? {
        [b'\n', ..] => Some(from + next + 1),
        [b'\r', b'\n', ..] => Some(from + next + 2),
        _ => None,
    })
}

/// The range that covers a place; the ranges stand in order and apart.
pub(super) fn is_covered(covered: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let next = covered.partition_point(|c| c.end <= at);
    covered.get(next).filter(|c| c.contains(&at))
}

/// Whether text looks like quoted-printable: several `=` before two hexadecimal digits or a line's end, and
/// hardly one before anything else, as addresses and tags have them.
fn looks_quoted(body: &[u8]) -> bool {
    let head = body.get(..4 << 10).unwrap_or(body);
    let (mut escapes, mut others) = (0_usize, 0_usize);
    for at in memchr::memchr_iter(b'=', head) {
        match head.get(at + 1..at + 3) {
            Some([a, b]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => escapes += 1,
            Some([b'\r' | b'\n', _]) => escapes += 1,
            Some([..]) => others += 1,
            None => {}
        }
    }
    escapes >= 3 && escapes > others * 2
}

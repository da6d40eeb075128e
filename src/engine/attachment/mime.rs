//! Several readings of one mail, and the union of their parts.
//!
//! Mail programs disagree about broken MIME, and an attacker writes it so that the scanner sees one thing
//! and the reader's program another. So three readings are joined: mail-parser's; a lenient one, in which
//! every block of `Content-` headers anywhere begins a part; and a carved one, which takes every run of
//! base64, quoted-printable or uuencode for a file. What only the latter two see is listed where it is of
//! a known type, and a finding says that mail programs may see different things (RFC 2045-2047, 2183,
//! 2231 say what a strict reader does).

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use mail_parser::{Encoding, Header, HeaderName, MimeHeaders, PartType};
use memchr::memmem;

use super::container::uudecode_first;
use super::encoding::{base64, base64_in_place, decode_words, is_base64, names_in, quoted_printable};
use super::filetype::{self, Family, Format, text};
use super::findings as f;
use super::inspect::{Case, Inspector, Item, Outcome, Place, Spot, sha256};
use crate::engine::message::{self, Message, Part};
use crate::engine::notice::Notice;
use crate::engine::verdict::{Evidence, Severity};

/// Runs and blocks that are tried in the lenient and carved readings.
const MAX_TRIED: usize = 200;

/// Pieces of one run of base64, each behind another's padding, that are tried.
const MAX_PADDED: usize = 4;

/// Bytes of a block of headers that are searched for its end.
const MAX_HEADER: usize = 64 << 10;
/// Beginnings of files that are written in letters and are no prose, the EICAR test file among them.
const DOCUMENTS_IN_TEXT: &[&[u8]] = &[b"%PDF", b"%!PS", b"{\\rt", b"#@~^", b"X5O!P"];

/// Beginnings of files that no prose decodes to: programs, archives, documents, shortcuts, the EICAR test file.
const BEYOND_DOUBT: &[&[u8]] = &[
    b"MZ\x90\0", b"PK\x03\x04", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"MSCF", b"\xd0\xcf\x11\xe0", b"%PDF-",
    b"{\\rtf", b"\x4c\0\0\0\x01\x14\x02", b"\x1f\x8b\x08\0", b"X5O!P%@AP",
];

/// Bytes of a text that show whether it is one: no other file keeps to letters for longer.
const PROSE: usize = 512;

/// Looks at every attachment of a message in every reading.
pub(super) fn walk(inspector: &mut Inspector<'_>, message: &Message<'_>, notice: Option<&Notice>) {
    let _ = notice;
    let mut covered: Vec<Range<usize>> = Vec::new();
    // Where the bodies begin that mail-parser has shown, and how it decoded them.
    let mut shown: Vec<(usize, Encoding)> = Vec::new();
    for part in message.parts() {
        if part.is_multipart() {
            continue;
        }
        match &part.inner().body {
            PartType::Message(_) => headers_of_message(inspector, message, part),
            PartType::Multipart(_) => {}
            _ => {
                shown.push((part.body_range().start, part.inner().encoding));
                leaf(inspector, message, part, &mut covered);
            }
        }
    }
    covered.sort_by_key(|c| c.end);
    other_readings(inspector, message, &covered, &shown);
}

/// What the header of a part that holds a message says.
fn headers_of_message(inspector: &mut Inspector<'_>, message: &Message<'_>, part: &Part<'_>) {
    let kind = part.content_type();
    note_special(inspector, message, part, &kind);
    let names = names(message, part);
    if names.is_empty() {
        return;
    }
    // Its parts are looked at as parts; what is attached under a name is also listed.
    let range = part.body_range();
    let bytes = message.raw().get(range.clone()).unwrap_or_default();
    let spot = Spot::part(message.number(part), range, true);
    inspector.list(Item::new(bytes, &spot).named(names).declared(part.declared_type()), Format::Message);
}

/// The attachments of a message that is itself a file: in an archive, in an envelope, or bare.
pub(super) fn inside(case: &mut Case<'_, '_>) {
    let limits = case.budget().limits();
    let depth = case.item.depth;
    if !case.budget().may_open(depth) {
        return;
    }
    // It is decoded as a whole.
    let len = case.bytes().len().saturating_mul(2);
    if len as u64 > case.budget().room_to_hold() {
        case.budget().too_much_held = true;
        return;
    }
    let _held = case.budget().hold(len);
    let parsed = message::parse(case.bytes(), &limits);
    let view = parsed.view();
    for part in view.parts() {
        if part.is_multipart() || part.message().is_some() {
            continue;
        }
        let names = names(&view, part);
        let bytes = decoded(&view, part);
        let family = match bytes.is_empty() {
            true => Family::Empty,
            false => filetype::detect(&bytes, None).format.family(),
        };
        let read = matches!(
            family,
            Family::Text | Family::Page | Family::Message | Family::Empty | Family::Unknown | Family::Script
        );
        if names.is_empty() && read {
            continue;
        }
        if !case.budget().out(bytes.len(), 1) || case.child_named(names, &bytes, Place::Member).is_none() {
            return;
        }
    }
}

fn note_special(inspector: &mut Inspector<'_>, message: &Message<'_>, part: &Part<'_>, kind: &str) {
    let evidence = || message.header_evidence(part, "content-type");
    match kind {
        "message/external-body" => {
            let says = "A part of this message lies on another machine.".to_owned();
            inspector.find(&f::EXTERNAL_BODY, says, evidence());
        }
        "message/partial" => {
            let says = "This is one piece of a message that was sent in pieces.".to_owned();
            inspector.find(&f::PARTIAL, says, evidence());
        }
        _ => {}
    }
}

/// The encoded body of a part.
fn raw_body<'a>(message: &Message<'a>, part: &Part<'a>) -> &'a [u8] {
    let inner = part.inner();
    let range = inner.offset_body as usize..inner.offset_end as usize;
    if part.body_range() == range {
        return message.raw().get(range).unwrap_or_default();
    }
    part.owner().raw_message.get(range).unwrap_or_default()
}

/// The decoded body of a part, before any charset is applied.
fn decoded<'a>(message: &Message<'a>, part: &Part<'a>) -> Cow<'a, [u8]> {
    match &part.inner().body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Cow::Borrowed(bytes.as_ref()),
        PartType::Text(text) | PartType::Html(text) => {
            let raw = raw_body(message, part);
            match part.inner().encoding {
                // ASCII in a charset that holds it as it is: no charset was applied.
                Encoding::Base64
                    if text.is_ascii()
                        && message::holds_ascii(part.content_type_value())
                        && is_decoded(message, part, text.len()) =>
                {
                    Cow::Borrowed(text.as_bytes())
                }
                Encoding::None => Cow::Borrowed(raw),
                Encoding::Base64 => Cow::Owned(base64(raw).0),
                Encoding::QuotedPrintable => Cow::Owned(quoted_printable(raw)),
            }
        }
        PartType::Message(_) | PartType::Multipart(_) => Cow::Borrowed(&[]),
    }
}

/// One part that holds no others.
fn leaf(
    inspector: &mut Inspector<'_>,
    message: &Message<'_>,
    part: &Part<'_>,
    covered: &mut Vec<Range<usize>>,
) {
    let inner = part.inner();
    let kind = part.content_type();
    note_special(inspector, message, part, &kind);
    let names = names(message, part);
    let attached = !names.is_empty()
        || inner.content_disposition().is_some_and(|d| d.ctype().eq_ignore_ascii_case("attachment"));
    let range = part.body_range();
    let exact = inner.encoding == Encoding::None && raw_body(message, part).len() == range.len();
    // A message that was encoded as a whole has no offsets of its own in the fetched bytes.
    let encoded = (inner.encoding == Encoding::Base64 && raw_body(message, part).len() == range.len())
        .then(|| raw_body(message, part));
    let spot = match encoded {
        Some(encoded) => Spot::base64(message.number(part), range.clone(), encoded),
        None => Spot::part(message.number(part), range.clone(), exact),
    };
    let is_text = matches!(inner.body, PartType::Text(_) | PartType::Html(_));
    if is_text && !attached && body_text(inspector, message, part, &spot) {
        if is_decoded(message, part, part.bytes().len()) {
            covered.push(range);
        }
        return;
    }
    let bytes = decoded(message, part);
    if bytes.is_empty() && !attached {
        return;
    }
    if is_decoded(message, part, bytes.len()) {
        covered.push(range);
    }
    let item = Item::new(&bytes, &spot).named(names).declared(part.declared_type()).placed(Place::Top, 0);
    inspector.item(item);
}

/// Whether bytes begin as text that is meant to be read does.
fn is_prose(bytes: &[u8]) -> bool {
    let head = bytes.get(..PROSE).unwrap_or(bytes);
    text::is_text(head) && !DOCUMENTS_IN_TEXT.iter().any(|m| head.trim_ascii_start().starts_with(m))
}

/// Whether a part is base64 of which nothing is missing in its `len` decoded bytes: nothing hides in what a reader
/// skipped, however little that is of a long body.
fn is_decoded(message: &Message<'_>, part: &Part<'_>, len: usize) -> bool {
    part.inner().encoding == Encoding::Base64 && is_all_of(raw_body(message, part), len)
}

/// Whether `len` bytes are all that base64 in lines comes to: nothing stands behind padding, nothing was skipped.
fn is_all_of(encoded: &[u8], len: usize) -> bool {
    let count = |byte| memchr::memchr_iter(byte, encoded).count();
    let whole = encoded.len().saturating_sub(count(b'\n') + count(b'\r')) / 4 * 3;
    (whole.saturating_sub(2)..=whole).contains(&len)
}

/// A text part that is meant to be read; `false` where its bytes are no text, whatever it says.
fn body_text(inspector: &mut Inspector<'_>, message: &Message<'_>, part: &Part<'_>, spot: &Spot) -> bool {
    let raw = raw_body(message, part);
    let head = raw.get(..PROSE).unwrap_or(raw);
    let head = match part.inner().encoding {
        Encoding::None => Cow::Borrowed(head),
        Encoding::Base64 => Cow::Owned(base64(head).0),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable(head)),
    };
    // Prose is told by its bytes; only what might be more is worth a look at its type.
    let prose = is_prose(&head);
    if !prose && !head.is_empty() {
        let family = filetype::detect(&head, None).format.family();
        let readable = matches!(
            family,
            Family::Text | Family::Page | Family::Message | Family::Script | Family::Unknown | Family::Crypto
        );
        if !readable {
            return false;
        }
    }
    let Some(body) = part.text() else { return true };
    // Files written into text, as mail did before MIME.
    let mut from = 0;
    while let Some(file) = uudecode_first(body.as_bytes(), from, &mut inspector.budget) {
        if !inspector.budget.entry() {
            break;
        }
        let item = Item::new(&file.data, spot).named([file.name]).placed(Place::Top, 0);
        inspector.item(item);
        if inspector.budget.reached.is_some() {
            break;
        }
        from = file.next;
    }
    static ASKS: LazyLock<[memmem::Finder<'static>; 2]> =
        LazyLock::new(|| ["assword", "ASSWORD"].map(memmem::Finder::new));
    if part.is_html() && ASKS.iter().any(|word| word.find(body.as_bytes()).is_some()) {
        let lower = body.to_ascii_lowercase();
        if let Some((at, target)) = super::html::password_form(&lower) {
            let evidence = message.body_evidence(part, at..at + 60);
            let says = format!("The message asks for a password and sends it to {target}.");
            inspector.find(&f::HTML_PASSWORD_FORM, says, Some(evidence));
        }
    }
    true
}

/// Where a word of lower-case ASCII stands in a field, in any case.
fn places<'f>(field: &'f [u8], word: &'static [u8]) -> impl Iterator<Item = usize> + 'f {
    let first = word.first().copied().unwrap_or_default();
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), field).filter(move |at| {
        field.get(*at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    })
}

/// A field of a part as it is written.
fn raw_field<'a>(message: &Message<'a>, part: &Part<'a>, field: &Header<'_>) -> &'a [u8] {
    let source: &'a [u8] = match part.body_range().start == part.inner().offset_body as usize {
        true => message.raw(),
        false => &part.owner().raw_message,
    };
    source.get(field.offset_start as usize..field.offset_end as usize).unwrap_or_default()
}

/// Every name that a part claims, the one that mail programs show first.
fn names(message: &Message<'_>, part: &Part<'_>) -> Vec<String> {
    let inner = part.inner();
    let mut out: Vec<String> = Vec::new();
    let disposition = inner.content_disposition().and_then(|d| d.attribute("filename"));
    let kind = inner.content_type().and_then(|t| t.attribute("name"));
    for name in [disposition, kind].into_iter().flatten() {
        out.push(name.to_owned());
    }
    // Other fields of the same names, and parameters that the parser could not read.
    let is_disposition = |header: &Header<'_>| header.name == HeaderName::ContentDisposition;
    let is_type = |header: &Header<'_>| header.name == HeaderName::ContentType;
    let (dispositions, types): (Vec<_>, Vec<_>) =
        inner.headers.iter().filter(|h| is_disposition(h) || is_type(h)).partition(|h| is_disposition(h));
    // More than one parameter for the name: programs choose among them differently.
    let named_twice =
        || dispositions.iter().any(|h| places(raw_field(message, part, h), b"filename").nth(1).is_some());
    if out.is_empty() || dispositions.len() > 1 || types.len() > 1 || named_twice() {
        for header in dispositions.into_iter().chain(types) {
            let field = raw_field(message, part, header);
            if places(field, b"name").next().is_some() {
                out.extend(names_in(field));
            }
        }
    }
    out.into_iter().map(|n| decode_words(&n)).collect()
}

/// One possible part of the lenient or the carved reading.
struct Block<'a> {
    header: &'a [u8],
    range: Range<usize>,
}

impl Block<'_> {
    /// The names that its header claims.
    fn names(&self) -> Vec<String> {
        names_in(self.header).iter().map(|n| decode_words(n)).collect()
    }

    /// Whether its header speaks of base64.
    fn is_base64(&self) -> bool {
        places(self.header, b"base64").next().is_some()
    }
}

/// The lenient and the carved reading: what mail-parser did not show.
fn other_readings(
    inspector: &mut Inspector<'_>,
    message: &Message<'_>,
    covered: &[Range<usize>],
    shown: &[(usize, Encoding)],
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
        let seen_as = shown.iter().find(|(start, _)| *start == block.range.start).map(|(_, how)| *how);
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
            found(inspector, &bytes, &block.range, block.names());
        }
        // A file in uuencode, whatever the header calls it.
        if unseen && let Some(file) = uudecode_first(body, 0, &mut inspector.budget) {
            found(inspector, &file.data, &block.range, vec![file.name]);
        }
    }
    for run in base64_runs(raw, message.lines().unbroken(), covered) {
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
        let held = inspector.budget.hold(encoded.len());
        let names = blocks
            .iter()
            .rfind(|b| b.range.start <= run.start && run.start < b.range.end.max(b.range.start + 1))
            .map(Block::names)
            .unwrap_or_default();
        let (lenient, stopped) = base64(encoded);
        found(inspector, &lenient, &run, names.clone());
        drop(lenient);
        // A strict reader leaves out the lines that are none.
        let lines = encoded.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        if lines.clone().any(|line| !line.is_empty() && !is_base64_line(line)) {
            let mut strict = Vec::with_capacity(encoded.len());
            lines.filter(|line| is_base64_line(line)).for_each(|line| strict.extend_from_slice(line));
            base64_in_place(&mut strict);
            found(inspector, &strict, &run, names.clone());
        }
        drop(held);
        // A strict reader stops at padding; another goes on, out of step with the first.
        let (mut from, mut stopped) = (0, stopped);
        for _ in 0..MAX_PADDED {
            let Some(at) = stopped else { break };
            from += at;
            let encoded = encoded.get(from..).unwrap_or_default();
            let padding = encoded.iter().take_while(|b| **b == b'=').count();
            from += padding;
            let encoded = encoded.get(padding..).unwrap_or_default();
            if !inspector.budget.work(encoded.len() as u64) {
                return;
            }
            let _held = inspector.budget.hold(encoded.len() / 4 * 3);
            let (rest, next) = base64(encoded);
            stopped = next;
            found(inspector, &rest, &run, names.clone());
        }
        if stopped.is_some() {
            only_tried(inspector);
        }
    }
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
                let mut bytes = base64(body.get(from..).unwrap_or_default()).0;
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
        let letters: Vec<u8> = head.get(from..)?.iter().copied().filter(|b| is_base64(*b)).take(16).collect();
        let begins = base64(&letters).0;
        if !shows(&begins) && !begins.iter().all(|b| is_base64(*b)) {
            return None;
        }
        let first = base64(head.get(from..)?).0;
        // Base64 in base64.
        let twice = is_base64_line(first.get(..64)?) && shows(&base64(&first).0);
        if !twice && !shows(&first) {
            return None;
        }
        Some(Way::Base64 { from, twice })
    })
}

/// Looks at bytes that only some reading shows, where they are of a type that matters.
fn found(inspector: &mut Inspector<'_>, bytes: &[u8], range: &Range<usize>, names: Vec<String>) {
    if bytes.len() < 16 || names.is_empty() && is_prose(bytes) {
        return;
    }
    let named = names.iter().any(|n| super::name::runs(n));
    let format = filetype::detect(bytes, names.first().map(String::as_str)).format;
    let matters = match format.family() {
        Family::Program | Family::Archive | Family::DiskImage | Family::Shortcut => format != Format::Tnef,
        Family::Document => !matches!(format, Format::Csv | Format::Slk | Format::XlsRaw),
        Family::Script => named,
        Family::Unknown | Family::Data => false,
        _ => false,
    };
    if !matters || inspector.has_seen(&sha256(bytes)) {
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
        let Some(start) = body_behind(raw, lf) else { continue };
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
fn is_covered(covered: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
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

/// Runs of lines that hold nothing but base64, outside what is covered: at least 60 characters in all.
///
/// `unbroken` are the lines without a blank among their first words: with one of them a run begins.
fn base64_runs(raw: &[u8], unbroken: &[usize], covered: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = 0;
    for start in unbroken.iter().copied() {
        // One more than is tried, to see that there are more.
        if out.len() > MAX_TRIED {
            break;
        }
        let begins = start >= from
            && is_covered(covered, start).is_none()
            && line_at(raw, start).is_some_and(|(_, line)| is_base64_line(line));
        if begins {
            let (run, chars) = base64_run(raw, start, covered);
            from = run.end;
            out.extend((chars >= 60).then_some(run));
        }
    }
    out
}

/// The run of base64 that begins with the line at `start`, and how many characters it has. A line or two of
/// garbage, or empty ones, are stepped over, as lenient readers do; a boundary is not.
fn base64_run(raw: &[u8], start: usize, covered: &[Range<usize>]) -> (Range<usize>, usize) {
    let (mut run, mut chars, mut bad) = (start..start, 0, 0);
    let mut at = start;
    while let Some((end, line)) = line_at(raw, at) {
        if is_covered(covered, at).is_some() {
            break;
        }
        if is_base64_line(line) {
            run.end = end;
            chars += line.len();
            bad = 0;
        } else if bad == 2 || line.starts_with(b"--") {
            break;
        } else {
            bad += 1;
        }
        at = end;
    }
    (run, chars)
}

/// The end of the line that begins at `start`, and its words.
fn line_at(raw: &[u8], start: usize) -> Option<(usize, &[u8])> {
    let rest = raw.get(start..).filter(|rest| !rest.is_empty())?;
    let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
    Some((start + length, rest.get(..length)?.trim_ascii()))
}

/// A line of base64: no blanks inside, hardly anything else, and not a word of prose.
fn is_base64_line(line: &[u8]) -> bool {
    let odd = |part: &[u8]| part.iter().filter(|b| !is_base64(**b) && **b != b'=').count();
    if line.len() < 20 {
        return line.ends_with(b"=") && line.len() >= 4 && line.len().is_multiple_of(4) && odd(line) == 0;
    }
    // Prose shows itself within a few words; a field of a header by its colon, blank and all.
    odd(line.get(..24).unwrap_or(line)) <= 2
        && memchr::memchr(b':', line).is_none_or(|at| line.get(at + 1) != Some(&b' '))
        && odd(line) * 12 <= line.len()
}

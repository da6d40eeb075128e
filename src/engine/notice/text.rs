//! The words of a message, line by line, each line with its place in the part it comes from.
//!
//! Families read plain text and HTML alike: [`Reading`] flattens HTML to lines and remembers where each
//! line began. [`Flat`] is the same text as one line, for phrases that a mailer wrapped.

use std::borrow::Cow;
use std::ops::Range;

use super::super::message::{Message, Part, lossy};
use super::super::verdict::Evidence;
use super::flat::Flat;
use super::place::Place;

/// Bytes of one part that are read as words. A mailer's own words come first and are short.
pub(crate) const MAX_BYTES: usize = 256 << 10;
/// Lines of one part that are read.
const MAX_LINES: usize = 6_000;
/// Bytes of a line, as most have more.
const USUAL_LINE: usize = 32;

/// The first `max` bytes of `text`, cut at a character.
pub(crate) fn clip(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let mut end = max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What stands before and behind the first `byte` of `text`, an ASCII one.
pub(crate) fn split_at(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = memchr::memchr(byte, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Where `needle` stands in a short text.
pub(super) fn find_near(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    // A blank stands everywhere; what follows it does not.
    let skip = usize::from(needle.len() > 1 && needle.first() == Some(&b' '));
    let Some(anchor) = needle.get(skip) else { return Some(0) };
    memchr::memchr_iter(*anchor, text.get(skip..)?)
        .find(|at| text.get(*at..at + needle.len()) == Some(needle))
}

/// Whether `label` stands in a table of labels in lower case.
pub(super) fn is_listed(label: &str, table: &[&str]) -> bool {
    match label.is_ascii() {
        true => table.iter().any(|row| row.eq_ignore_ascii_case(label)),
        false => table.contains(&label.to_lowercase().as_str()),
    }
}

/// Whether `lower` is `text` in lower case.
pub(crate) fn is_lower_case_of(lower: &str, text: &str) -> bool {
    match text.is_ascii() {
        // One that is no lower case itself is nobody's.
        true => text.eq_ignore_ascii_case(lower),
        false => text.chars().flat_map(char::to_lowercase).eq(lower.chars()),
    }
}

/// One line: where it stands in [`Reading::text`] and in the decoded bytes of the part.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    range: Range<usize>,
    source: Range<usize>,
}

/// The words of one part.
pub(crate) struct Reading<'m> {
    /// The part's place in [`Message::parts`].
    pub(crate) part: usize,
    text: Cow<'m, str>,
    lines: Vec<Line>,
    /// Whether lines beyond the bounds were left out.
    pub(crate) cut: bool,
}

impl<'m> Reading<'m> {
    /// Reads a text part; `None` for what is no text.
    pub(crate) fn of(part: &Part<'m>) -> Option<Reading<'m>> {
        Reading::head(part, usize::MAX, usize::MAX)
    }

    /// Reads a text part to its first `words` bytes of words, and no more than `max` bytes of it, markup and all;
    /// what is no text by its type is read to the usual bound.
    pub(crate) fn head(part: &Part<'m>, max: usize, words: usize) -> Option<Reading<'m>> {
        let text: Cow<'m, str> = match part.text() {
            Some(text) => Cow::Borrowed(clip(text, max)),
            None => {
                let bytes = part.bytes();
                let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
                if bytes.is_empty() || memchr::memchr(0, bytes).is_some() {
                    return None;
                }
                lossy(bytes)
            }
        };
        let looks_html = part.is_html() || starts_like_html(&text);
        let mut reading = if looks_html { html_lines(&text, words) } else { plain_lines(text, words) };
        reading.part = part.index();
        Some(reading)
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Line `index` without its line end.
    pub(crate) fn line(&self, index: usize) -> &str {
        self.lines.get(index).and_then(|l| self.text.get(l.range.clone())).unwrap_or_default()
    }

    /// The text of lines `range`, line ends included.
    pub(crate) fn text(&self, range: Range<usize>) -> &str {
        let last = range.end.checked_sub(1).and_then(|i| self.lines.get(i)).or(self.lines.last());
        match (self.lines.get(range.start), last) {
            (Some(first), Some(last)) if range.start < range.end && first.range.start <= last.range.end => {
                self.text.get(first.range.start..last.range.end).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// Lines of `range` in which `byte` stands, an ASCII one, in order.
    pub(crate) fn lines_with(&self, byte: u8, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let (text, mut at) = (self.text(range.clone()), self.start(range.start));
        let end = at + text.len();
        std::iter::from_fn(move || {
            let rest = self.text.as_bytes().get(at..end)?;
            let line = self.line_at(at + memchr::memchr(byte, rest)?);
            at = self.start(line + 1);
            Some(line)
        })
    }

    /// The line that holds byte `offset` of the text.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|l| l.range.end < offset).min(self.lines.len().saturating_sub(1))
    }

    /// Where line `index` begins in the text.
    fn start(&self, index: usize) -> usize {
        self.lines.get(index).map_or(self.text.len(), |l| l.range.start)
    }

    /// Evidence for lines `range`.
    pub(crate) fn evidence(&self, message: &Message<'m>, range: Range<usize>) -> Option<Evidence> {
        self.place(range)?.evidence(message)
    }

    /// Where lines `range` stand.
    pub(crate) fn place(&self, range: Range<usize>) -> Option<Place> {
        let first = self.lines.get(range.start)?;
        let last = self.lines.get(range.end.checked_sub(1)?).unwrap_or(first);
        let source = first.source.start..last.source.end.max(first.source.start);
        // Markup says nothing to the person; the words do.
        let words = match self.text {
            Cow::Borrowed(_) => None,
            Cow::Owned(_) => Some(Evidence::new("", 0..0, self.text(range)).text),
        };
        Some(Place::Body { part: self.part, range: source, words })
    }

    /// Lines `range` as one line in lower case.
    pub(crate) fn flat(&self, range: Range<usize>) -> Flat {
        let base = self.start(range.start);
        Flat::of(self.text(range), base)
    }
}

fn starts_like_html(text: &str) -> bool {
    let head = text.trim_start();
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
        .iter()
        .any(|tag| head.as_bytes().get(..tag.len()).is_some_and(|h| h.eq_ignore_ascii_case(tag)))
}

fn plain_lines(text: Cow<'_, str>, words: usize) -> Reading<'_> {
    let read = clip(&text, MAX_BYTES.min(words));
    let mut cut = read.len() < text.len();
    let mut lines = Vec::with_capacity((read.len() / USUAL_LINE + 1).min(MAX_LINES));
    let mut start = 0;
    let bytes = read.as_bytes();
    while start < bytes.len() {
        if lines.len() == MAX_LINES {
            cut = true;
            break;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let crlf = rest.get(length) == Some(&b'\r') && rest.get(length + 1) == Some(&b'\n');
        lines.push(Line { range: start..start + length, source: start..start + length });
        start += length + if crlf { 2 } else { 1 };
    }
    Reading { part: 0, text, lines, cut }
}

/// Tags that end a line.
const BLOCKS: &[&str] = &[
    "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "hr", "pre",
    "blockquote", "body", "dt", "dd", "title", "center", "section", "td", "th",
];

/// A tag's name in lower case as one number, so that it is compared with a whole table at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TagName(u128);

impl TagName {
    const STYLE: TagName = TagName::of(b"style");
    const SCRIPT: TagName = TagName::of(b"script");
    const BLOCKS: [TagName; BLOCKS.len()] = {
        let (mut names, mut at) = ([TagName(0); BLOCKS.len()], 0);
        while at < BLOCKS.len() {
            names[at] = TagName::of(BLOCKS[at].as_bytes());
            at += 1;
        }
        names
    };

    /// The name that `tag` begins with; none (zero) where it is longer than any that matters.
    const fn of(mut tag: &[u8]) -> TagName {
        let mut name: u128 = 0;
        while let [letter, rest @ ..] = tag
            && letter.is_ascii_alphanumeric()
        {
            if name >> 120 > 0 {
                return TagName(0);
            }
            name = name << 8 | letter.to_ascii_lowercase() as u128;
            tag = rest;
        }
        TagName(name)
    }

    fn is_block(self) -> bool {
        TagName::BLOCKS.contains(&self)
    }
}

/// The words of a text, as [`str::split_whitespace`] has them: found eight bytes at a time where they are ASCII.
pub(crate) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.as_bytes().get(at..)?;
            let start = at + rest.iter().position(|byte| !is_blank(*byte))?;
            let end = start + blank_in(text.as_bytes().get(start..)?);
            at = end;
            let word = text.get(start..end)?;
            if word.is_ascii() {
                return Some(word);
            }
            // There are blanks outside ASCII.
            let Some(inner) = word.split_whitespace().next() else { continue };
            at = inner.as_ptr() as usize - text.as_ptr() as usize + inner.len();
            return Some(inner);
        }
    })
}

/// Whether an ASCII byte is white space, as [`char::is_whitespace`] has it.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// Where the first white space of ASCII stands in `bytes`; their end where none does.
fn blank_in(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::MAX / 0xff;
    let mut at = 0;
    while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let eight = u64::from_le_bytes(*eight);
        // The high bit of each byte that is neither a blank nor a control character.
        let seen = ((eight & (EACH * 0x7f)) + EACH * (0x80 - 0x21)) | eight;
        let low = !seen & (EACH * 0x80);
        if low == 0 {
            at += 8;
            continue;
        }
        at += (low.trailing_zeros() / 8) as usize;
        match bytes.get(at) {
            Some(byte) if !is_blank(*byte) => at += 1,
            _ => return at,
        }
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| is_blank(*byte)).unwrap_or(rest.len())
}

/// Flattens HTML: tags fall away, blocks end lines, style and script are skipped, entities are decoded.
fn html_lines(html: &str, words: usize) -> Reading<'static> {
    let html = clip(html, MAX_BYTES);
    let mut text = String::with_capacity((html.len() / 2).min(words));
    let mut lines: Vec<Line> = Vec::new();
    let mut line_start = 0;
    let mut source_start = 0;
    let mut at = 0;
    let mut end_line = |text: &mut String, at: usize, line_start: &mut usize, source_start: &mut usize| {
        let kept = text.trim_end_matches(' ').len().max(*line_start);
        text.truncate(kept);
        let empty = kept == *line_start;
        let after_empty = lines.last().is_none_or(|l: &Line| l.range.is_empty());
        if !(empty && after_empty) && lines.len() < MAX_LINES {
            lines.push(Line { range: *line_start..kept, source: *source_start..at.max(*source_start) });
            text.push('\n');
        }
        *line_start = text.len();
        *source_start = at;
    };
    while let Some(rest) = html.get(at..).filter(|r| !r.is_empty() && text.len() <= words) {
        let stop = memchr::memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
        let run = rest.get(..stop).unwrap_or_default();
        let mut end = 0;
        for word in words_of(run) {
            let begin = word.as_ptr() as usize - run.as_ptr() as usize;
            if text.len() == line_start {
                source_start = source_start.max(at);
            } else if begin > end && !text.ends_with(' ') {
                text.push(' ');
            }
            text.push_str(word);
            end = begin + word.len();
        }
        if end < run.len() && text.len() > line_start && !text.ends_with(' ') {
            text.push(' ');
        }
        at += stop;
        let Some(rest) = html.get(at..).filter(|r| !r.is_empty()) else { break };
        if rest.starts_with('&') {
            let (c, length) = entity(rest);
            if c.is_whitespace() {
                if text.len() > line_start && !text.ends_with(' ') {
                    text.push(' ');
                }
            } else {
                text.push(c);
            }
            at += length;
            continue;
        }
        // An address in angle brackets that nobody escaped is no tag.
        let length = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |i| i + 1);
        let tag = rest.get(1..length).unwrap_or_default();
        let closes = tag.starts_with('/');
        let named = tag.trim_start_matches('/');
        let name = TagName::of(named.as_bytes());
        let nameless = !named.starts_with(|c: char| c.is_ascii_alphanumeric());
        if nameless && !tag.starts_with(['!', '?']) {
            text.push('<');
            at += 1;
            continue;
        }
        if tag.contains('@') && !tag.contains(['=', ' ']) {
            text.push_str(rest.get(..length).unwrap_or_default());
            at += length;
            continue;
        }
        let skipped = if tag.starts_with("!--") {
            rest.find("-->").map_or(rest.len(), |i| i + 3)
        } else if !closes && (name == TagName::STYLE || name == TagName::SCRIPT) {
            let close = if name == TagName::STYLE { "</style" } else { "</script" };
            find_ignoring_case(rest, close).unwrap_or(rest.len()).max(length)
        } else {
            length
        };
        at += skipped;
        if name.is_block() {
            end_line(&mut text, at, &mut line_start, &mut source_start);
        }
    }
    end_line(&mut text, html.len(), &mut line_start, &mut source_start);
    Reading { part: 0, text: Cow::Owned(text), lines, cut: at < html.len() }
}

/// The entities of HTML for the characters from U+00A0 to U+00FF, in their order.
#[rustfmt::skip]
const LATIN: &[&str] = &[
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc",
    "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde",
    "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig",
    "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc",
    "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde",
    "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// The character of the entity at the start of `text` and its length; `&` itself where it is none.
pub(super) fn entity(text: &str) -> (char, usize) {
    let Some(end) = text.bytes().take(12).position(|b| b == b';') else { return ('&', 1) };
    let name = text.get(1..end).unwrap_or_default();
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        }
        .and_then(char::from_u32),
        None => match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" | "rsquo" | "lsquo" => Some('\''),
            "ldquo" | "rdquo" | "bdquo" => Some('"'),
            "ndash" | "mdash" => Some('-'),
            "hellip" => Some('\u{2026}'),
            "bull" => Some('\u{2022}'),
            "oelig" => Some('\u{153}'),
            // What follows are the upper 96 characters of Latin-1, in their order.
            _ => (0xa0..=0xff)
                .zip(LATIN)
                .find(|(_, known)| **known == name)
                .and_then(|(c, _)| char::from_u32(c)),
        },
    };
    code.map_or(('&', 1), |c| (c, end + 1))
}

fn find_ignoring_case(haystack: &str, needle: &str) -> Option<usize> {
    let first = *needle.as_bytes().first()?;
    memchr::memchr_iter(first, haystack.as_bytes()).find(|&at| {
        haystack
            .as_bytes()
            .get(at..at + needle.len())
            .is_some_and(|h| h.eq_ignore_ascii_case(needle.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_becomes_lines() {
        let reading = html_lines(
            "<html><head><style>p{x}</style></head><body><p>Your message to <a href='x'>a@example.org</a>\n\
             couldn&#39;t be&nbsp;delivered.</p><br><div>Reason: &lt;none&gt; <b@example.net></div></body>",
            usize::MAX,
        );
        let lines: Vec<&str> =
            (0..reading.len()).map(|i| reading.line(i)).filter(|l| !l.is_empty()).collect();
        assert_eq!(
            lines,
            ["Your message to a@example.org couldn't be delivered.", "Reason: <none> <b@example.net>"]
        );
    }

    #[test]
    fn names_of_tags_are_compared_as_a_whole() {
        for tag in ["br", "BR/", "Td align=x", "blockquote>"] {
            assert!(TagName::of(tag.as_bytes()).is_block(), "{tag}");
        }
        for tag in ["b", "brr", "", "x-blockquote", "blockquoteblockquote", "tdtdtdtdtdtdtdtdtdtd"] {
            assert!(!TagName::of(tag.as_bytes()).is_block(), "{tag}");
        }
    }

    proptest! {
        #[test]
        fn words_are_what_white_space_parts(text in "[a-c\\x00-\\x20\u{a0}\u{3000}é]{0,60}") {
            prop_assert_eq!(words_of(&text).collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
        }
    }

    #[test]
    fn entities_of_latin_letters_are_read() {
        for (text, c) in [
            ("&icirc;", 'î'),
            ("&Uuml;", 'Ü'),
            ("&yuml;", 'ÿ'),
            ("&#233;", 'é'),
            ("&#xE9;", 'é'),
            ("&nbsp;", '\u{a0}'),
        ] {
            assert_eq!(entity(text), (c, text.len()));
        }
        assert_eq!(entity("&unknown;"), ('&', 1));
    }

    #[test]
    fn lines_that_hold_a_byte_are_found() {
        let reading = plain_lines(Cow::Borrowed("a@b @\r\n\n@\nx\ny@"), usize::MAX);
        let lines = |range| reading.lines_with(b'@', range).collect::<Vec<_>>();
        assert_eq!(
            (lines(0..5), lines(1..4), lines(0..0), lines(9..9)),
            (vec![0, 2, 4], vec![2], vec![], vec![])
        );
    }

    #[test]
    fn what_is_near_is_found() {
        for (text, needle, at) in [
            ("a full box", " full", Some(1)),
            ("full", " full", None),
            ("a b  b", " b", Some(1)),
            ("x ", " ", Some(1)),
            ("über", "ber", Some(2)),
            ("x", "", Some(0)),
            ("", "x", None),
        ] {
            assert_eq!((find_near(text, needle), text.find(needle)), (at, at), "{text:?} {needle:?}");
        }
    }

    #[test]
    fn labels_are_known_in_any_case() {
        assert!(is_listed("Grund", &["grund"]) && is_listed("EMPFÄNGER", &["empfänger"]));
        assert!(!is_listed("grun", &["grund"]) && !is_listed("", &["grund"]));
        assert!(is_lower_case_of("ämne", "Ämne") && is_lower_case_of("sent", "SENT"));
        assert!(!is_lower_case_of("sent", "sents"));
    }

    #[test]
    fn lines_end_at_any_line_end() {
        let reading = plain_lines(Cow::Borrowed("a\r\nb\rc\n\nd"), usize::MAX);
        let lines: Vec<&str> = (0..reading.len()).map(|i| reading.line(i)).collect();
        assert_eq!(lines, ["a", "b", "c", "", "d"]);
        assert_eq!(reading.line_at(5), 2);
    }
}

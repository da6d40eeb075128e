//! The words of a message, line by line, each line with its place in the part it comes from.
//!
//! Families read plain text and HTML alike: [`Reading`] holds either as lines and remembers where each began;
//! `html` flattens what is written with tags. [`Flat`] is the same text as one line, for phrases that a mailer
//! wrapped.

use std::borrow::Cow;
use std::ops::Range;

use super::super::message::{Message, Part, Place, lossy};
use super::super::verdict::Evidence;
use super::flat::Flat;
use super::html;
use crate::engine::words::clip;

/// Bytes of one part that are read as words. A mailer's own words come first and are short.
pub(crate) const MAX_BYTES: usize = 256 << 10;
/// Lines of one part that are read.
pub(super) const MAX_LINES: usize = 6_000;
/// Bytes of a line, as most have more.
const USUAL_LINE: usize = 32;

/// One line: where it stands in [`Reading::text`] and in the decoded bytes of the part. A text has many of them, and
/// is shorter than [`MAX_BYTES`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    start: u32,
    end: u32,
    source_start: u32,
    source_end: u32,
}

impl Line {
    pub(super) fn new(range: Range<usize>, source: Range<usize>) -> Line {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Line {
            start: small(range.start),
            end: small(range.end),
            source_start: small(source.start),
            source_end: small(source.end),
        }
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    fn source(self) -> Range<usize> {
        self.source_start as usize..self.source_end as usize
    }
}

/// The words of one part.
pub(crate) struct Reading<'m> {
    /// The part's place in [`Message::parts`].
    pub(crate) part: usize,
    pub(super) text: Cow<'m, str>,
    pub(super) lines: Vec<Line>,
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
        let looks_html = part.is_html() || html::begins(&text);
        let mut reading = if looks_html { html::lines(&text, words) } else { plain_lines(text, words) };
        reading.part = part.index();
        Some(reading)
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Line `index` without its line end.
    pub(crate) fn line(&self, index: usize) -> &str {
        self.lines.get(index).and_then(|l| self.text.get(l.range())).unwrap_or_default()
    }

    /// The text of lines `range`, line ends included.
    pub(crate) fn text(&self, range: Range<usize>) -> &str {
        let last = range.end.checked_sub(1).and_then(|i| self.lines.get(i)).or(self.lines.last());
        match (self.lines.get(range.start), last) {
            (Some(first), Some(last)) if range.start < range.end => {
                self.text.get(first.range().start..last.range().end).unwrap_or_default()
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
        self.lines.partition_point(|l| l.range().end < offset).min(self.lines.len().saturating_sub(1))
    }

    /// Where line `index` begins in the text.
    fn start(&self, index: usize) -> usize {
        self.lines.get(index).map_or(self.text.len(), |l| l.range().start)
    }

    /// Evidence for lines `range`.
    pub(crate) fn evidence(&self, message: &Message<'m>, range: Range<usize>) -> Option<Evidence> {
        self.place(range)?.evidence(message)
    }

    /// Where lines `range` stand.
    pub(crate) fn place(&self, range: Range<usize>) -> Option<Place> {
        let first = self.lines.get(range.start)?;
        let last = self.lines.get(range.end.checked_sub(1)?).unwrap_or(first);
        let (first, last) = (first.source(), last.source());
        let source = first.start..last.end.max(first.start);
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
        lines.push(Line::new(start..start + length, start..start + length));
        start += length + if crlf { 2 } else { 1 };
    }
    Reading { part: 0, text, lines, cut }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn lines_end_at_any_line_end() {
        let reading = plain_lines(Cow::Borrowed("a\r\nb\rc\n\nd"), usize::MAX);
        let lines: Vec<&str> = (0..reading.len()).map(|i| reading.line(i)).collect();
        assert_eq!(lines, ["a", "b", "c", "", "d"]);
        assert_eq!(reading.line_at(5), 2);
    }
}

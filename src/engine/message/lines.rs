//! One pass over the lines of a message, before anything is parsed.
//!
//! Everything that must be known of every line is asked here at once: where fields of a part may begin, how
//! many boundaries there could be, which lines could be base64, and where the header ends.

use crate::engine::block::{BLOCK, Block, ones};

/// Unbroken lines for which room is made at first, and bytes of a line of base64, its line end included.
const USUAL: usize = 16;
const BASE64_LINE: usize = 78;

/// What the lines of a message show.
pub struct Lines {
    content: Vec<usize>,
    unbroken: Vec<usize>,
    dashes: Vec<usize>,
    /// Where the first empty line begins, and where the body does behind it.
    pub(super) header_end: Option<(usize, usize)>,
}

impl Lines {
    /// Offsets of the lines that begin with `Content-`, in any case.
    pub fn content(&self) -> &[usize] {
        &self.content
    }

    /// Offsets of the lines that could be base64: that have no blank among their first words, as prose has, and
    /// are long or end in padding.
    pub fn unbroken(&self) -> &[usize] {
        &self.unbroken
    }

    /// Offsets of the lines that begin with two hyphens, as boundaries do.
    pub fn dashes(&self) -> &[usize] {
        &self.dashes
    }

    /// Where the first empty line begins, and where the body does behind it.
    pub fn header_end(&self) -> Option<(usize, usize)> {
        self.header_end
    }

    pub(super) fn of(input: &[u8]) -> Lines {
        let mut lines =
            Lines { content: Vec::new(), unbroken: Vec::new(), dashes: Vec::new(), header_end: None };
        let (mut here, mut from, mut after_feed) = (Marks::of(input, 0), 0, true);
        while from < input.len() {
            let next = Marks::of(input, from + BLOCK);
            let starts = here.feeds << 1 | u64::from(after_feed);
            lines.note(input, from, starts & here.held, here, next);
            after_feed = here.feeds >> (BLOCK - 1) > 0;
            (here, from) = (next, from + BLOCK);
        }
        lines
    }

    /// Notes what the lines show that begin at `starts` in the block at `from`.
    #[inline]
    fn note(&mut self, input: &[u8], from: usize, starts: u64, here: Marks, next: Marks) {
        let places = |bits: u64| ones(bits).map(move |bit| from + bit);
        for at in places(starts & here.marked) {
            match input.get(at..) {
                Some([b'-', b'-', ..]) => self.dashes.push(at),
                Some(line) if line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-")) => {
                    self.content.push(at);
                }
                _ => {}
            }
        }
        if self.header_end.is_none() {
            self.header_end = places(starts).find_map(|at| match input.get(at..)? {
                [b'\n', ..] => Some((at, at + 1)),
                [b'\r', b'\n', ..] => Some((at, at + 2)),
                _ => None,
            });
        }
        // Those in which a blank stands among the first words are none; only of the others the short ones are looked at.
        let broken = near::<WORDS>(here.blanks >> 1 | next.blanks << (BLOCK - 1), next.blanks >> 1);
        let short = near::<SHORT>(here.feeds, next.feeds);
        for bit in ones(starts & (short | !broken) & !here.feeds) {
            let at = from + bit;
            if short >> bit & 1 == 0 || is_unbroken(line_at(input, at)) {
                if self.unbroken.is_empty() {
                    // A mail that is one file in base64 is all such lines.
                    self.unbroken.reserve(USUAL + (input.len() - at) / BASE64_LINE);
                }
                self.unbroken.push(at);
            }
        }
    }

    /// Where the field after `n` earlier ones begins that starts with `prefix`, in lower case.
    pub(super) fn nth_field(&self, input: &[u8], prefix: &[u8], n: usize) -> Option<usize> {
        let starts = |at: &usize| {
            input.get(*at..*at + prefix.len()).is_some_and(|line| line.eq_ignore_ascii_case(prefix))
        };
        if self.content.len() <= n {
            return None;
        }
        self.content.iter().copied().filter(starts).nth(n)
    }
}

/// Where in a block the bytes stand that tell lines apart.
#[derive(Clone, Copy)]
struct Marks {
    /// Line feeds; the end of the input is one as well.
    feeds: u64,
    blanks: u64,
    /// What a boundary begins with, and `Content-`.
    marked: u64,
    /// Bytes of the input.
    held: u64,
}

impl Marks {
    #[inline]
    fn of(input: &[u8], from: usize) -> Marks {
        let rest = input.get(from..).unwrap_or_default();
        let Some(block) = Block::first(rest) else {
            return Marks { feeds: 1, blanks: 0, marked: 0, held: 0 };
        };
        let end = if rest.len() < BLOCK { 1 << rest.len() } else { 0_u64 };
        Marks {
            feeds: block.is(b'\n') | end,
            blanks: block.is(b' '),
            marked: block.is_or_letter(b'-', b'c'),
            held: end.wrapping_sub(1),
        }
    }
}

/// Every place from which on one of the next `COUNT` bits is set, itself included; the bits of `next` follow.
#[inline]
fn near<const COUNT: u32>(mut bits: u64, next: u64) -> u64 {
    let (first, mut count) = (next.trailing_zeros(), 1);
    while count < COUNT {
        let more = count.min(COUNT - count);
        bits |= bits >> more;
        count += more;
    }
    let reach = u64::MAX.checked_shl(first + (BLOCK as u32 + 1 - COUNT)).unwrap_or(0);
    bits | reach
}

/// The line that begins at `at`.
fn line_at(input: &[u8], at: usize) -> &[u8] {
    let rest = input.get(at..).unwrap_or_default();
    let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |feed| feed + 1);
    rest.get(..length).unwrap_or_default()
}

/// Bytes of the first words of a line, behind its first byte.
const WORDS: u32 = 16;
/// Lines of fewer bytes are short: they are base64 only with padding.
const SHORT: u32 = 20;

/// Whether a line could be base64: no blank stands within its first words, behind its first byte, and where it is
/// short, it ends in padding. All bytes at once: this is asked of every line of every message.
fn is_unbroken(line: &[u8]) -> bool {
    const EACH: u128 = u128::MAX / 0xff;
    if line.len() < SHORT as usize {
        return line.trim_ascii_end().ends_with(b"=") && !line.iter().take(17).skip(1).any(|b| *b == b' ');
    }
    let Some(&[_, ref words @ ..]) = line.first_chunk::<17>() else { return false };
    // A byte is zero where it borrows from its high bit (Mycroft).
    let differs = u128::from_le_bytes(*words) ^ (EACH * 0x20);
    differs.wrapping_sub(EACH) & !differs & (EACH * 0x80) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_line_is_noted(
            lines in prop::collection::vec(
                "(-{0,3}|[Cc]ontent-|[Cc]|=|\\x0b|\\x8a)([aB\t]{0,40}|[aB ]{0,22}|[aB]{15,20} ?)=?[ \r]?",
                0..12,
            ),
        ) {
            let text = lines.join("\n").into_bytes();
            let noted = Lines::of(&text);
            let mut starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &text).map(|feed| feed + 1));
            let those = |holds: fn(&[u8]) -> bool| {
                let starts = starts.clone().filter(|at| *at < text.len());
                starts.filter(|at| holds(line_at(&text, *at))).collect::<Vec<_>>()
            };
            prop_assert_eq!(noted.dashes, those(|line| line.starts_with(b"--")));
            prop_assert_eq!(
                noted.content,
                those(|line| line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-")))
            );
            prop_assert_eq!(noted.unbroken, those(is_unbroken));
            let header_end = starts.find_map(|at| match line_at(&text, at) {
                end @ (b"\n" | b"\r\n") => Some((at, at + end.len())),
                _ => None,
            });
            prop_assert_eq!(noted.header_end, header_end);
        }
    }

    #[test]
    fn lines_that_could_be_base64_are_told() {
        for (line, expected) in [
            ("aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8=\r\n", true),
            (" aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8=\r\n", true),
            ("aGVsbG8=  \r\n", false),
            ("aGVsbG8=\r\n", true),
            ("aGVsbG8\r\n", false),
            ("A word and another and another\n", false),
            ("\n", false),
            ("", false),
        ] {
            assert_eq!(is_unbroken(line.as_bytes()), expected, "{line:?}");
        }
    }
}

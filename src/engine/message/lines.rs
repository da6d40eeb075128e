//! One pass over the lines of a message, before anything is parsed.
//!
//! Everything that must be known of every line is asked here at once: where fields of a part may begin, how
//! many boundaries there could be, which lines could be base64, and where the header ends.

use std::ops::Range;

/// Lines of each sort for which room is made at first, and bytes of a line of base64, its line end included.
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
        // As many as most mail has; a mail that is one file in base64 is all unbroken lines.
        let mut lines = Lines {
            content: Vec::with_capacity(USUAL),
            unbroken: Vec::with_capacity(USUAL + input.len() / BASE64_LINE),
            dashes: Vec::with_capacity(USUAL),
            header_end: None,
        };
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', input).map(|lf| lf + 1) {
            lines.note(input, start..end);
            start = end;
        }
        lines.note(input, start..input.len());
        lines
    }

    /// Notes what the line at `at` shows.
    fn note(&mut self, input: &[u8], at: Range<usize>) {
        let line = input.get(at.clone()).unwrap_or_default();
        match line {
            [b'c' | b'C', ..] if line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-")) => {
                self.content.push(at.start);
            }
            [b'-', b'-', ..] => self.dashes.push(at.start),
            [b'\n'] | [b'\r', b'\n'] => {
                self.header_end.get_or_insert((at.start, at.end));
                return;
            }
            _ => {}
        }
        if is_unbroken(line) {
            self.unbroken.push(at.start);
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

/// Whether a line could be base64: no blank stands within its first words, behind its first byte, and where it is
/// short, it ends in padding. All bytes at once: this is asked of every line of every message.
fn is_unbroken(line: &[u8]) -> bool {
    const EACH: u128 = u128::MAX / 0xff;
    const SHORT: usize = 20;
    if line.len() < SHORT {
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
            text in prop::collection::vec(prop::sample::select(b"-\n\n\0\x0b\x8a\x09aB= ".to_vec()), 0..300),
        ) {
            let dashes = Lines::of(&text).dashes;
            let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &text).map(|lf| lf + 1));
            let expected: Vec<usize> = starts.filter(|at| text[*at..].starts_with(b"--")).collect();
            prop_assert_eq!(dashes, expected);
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

//! One pass over the lines of a message, before anything is parsed.
//!
//! Everything that must be known of every line is asked here at once: where fields of a part may begin, how
//! many boundaries there could be, which lines could be base64, and where the header ends.

/// What the lines of a message show.
#[derive(Default)]
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

    pub(super) fn of(input: &[u8]) -> Lines {
        let mut lines = Lines::default();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', input).map(|lf| lf + 1).chain([input.len()]) {
            let line = input.get(start..end).unwrap_or_default();
            match line {
                [b'c' | b'C', ..]
                    if line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-")) =>
                {
                    lines.content.push(start);
                }
                [b'-', b'-', ..] => lines.dashes.push(start),
                [b'\n'] | [b'\r', b'\n'] => {
                    if lines.header_end.is_none() {
                        lines.header_end = Some((start, end));
                    }
                    start = end;
                    continue;
                }
                _ => {}
            }
            if is_unbroken(line) {
                lines.unbroken.push(start);
            }
            start = end;
        }
        lines
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

//! Runs of base64 in what a mail holds, whoever calls them so.

use std::ops::Range;

use super::carved::{MAX_TRIED, is_covered};

/// Bytes of a line that show whether it is prose.
const FIRST_WORDS: usize = 24;
/// Odd bytes among them in a line of base64, at most.
const MOST_ODD: u8 = 2;

/// A run of lines of base64.
pub(super) struct Run {
    pub(super) range: Range<usize>,
    /// Whether lines of something else stand between its first and its last.
    pub(super) mixed: bool,
}

/// Runs of lines that hold nothing but base64, outside what is covered: at least 60 characters in all.
///
/// `unbroken` are the lines without a blank among their first words: with one of them a run begins.
pub(super) fn base64_runs(raw: &[u8], unbroken: &[usize], covered: &[Range<usize>]) -> Vec<Run> {
    let mut out = Vec::new();
    let from = |lines: &[usize], place: usize| lines.partition_point(|line| *line < place);
    let mut lines = unbroken;
    while let Some((&start, behind)) = lines.split_first() {
        // One more than is tried, to see that there are more.
        if out.len() > MAX_TRIED {
            break;
        }
        lines = behind;
        if let Some(covered) = is_covered(covered, start) {
            lines = behind.get(from(behind, covered.end)..).unwrap_or_default();
        } else if !is_prose_at(raw, start)
            && line_at(raw, start).is_some_and(|(_, line)| is_base64_line(line))
        {
            let (run, chars) = base64_run(raw, start, covered);
            lines = behind.get(from(behind, run.range.end)..).unwrap_or_default();
            out.extend((chars >= 60).then_some(run));
        }
    }
    out
}

/// The run of base64 that begins with the line at `start`, and how many characters it has. A line or two of
/// garbage, or empty ones, are stepped over, as lenient readers do; a boundary is not.
fn base64_run(raw: &[u8], start: usize, covered: &[Range<usize>]) -> (Run, usize) {
    let mut run = Run { range: start..start, mixed: false };
    let (mut chars, mut bad, mut garbage) = (0, 0, false);
    let mut at = start;
    while let Some((end, line)) = line_at(raw, at) {
        if is_covered(covered, at).is_some() {
            break;
        }
        if is_base64_line(line) {
            run.range.end = end;
            run.mixed |= garbage;
            chars += line.len();
            bad = 0;
        } else if bad == 2 || line.starts_with(b"--") {
            break;
        } else {
            bad += 1;
            garbage |= !line.is_empty();
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

/// Whether the line at `start` is no line of base64 by its first words, before its end is looked for: it has more odd
/// bytes there than [`is_base64_line`] lets pass, blanks that may stand at its end not counted.
fn is_prose_at(raw: &[u8], start: usize) -> bool {
    let words = raw.get(start..).and_then(|line| line.first_chunk::<FIRST_WORDS>());
    words.is_some_and(|words| {
        let in_words = |byte: u8| is_odd(byte) & (byte > b' ');
        let is_one_line = words.iter().fold(true, |one, byte| one & (*byte != b'\n'));
        is_one_line && words.iter().map(|byte| u8::from(in_words(*byte))).sum::<u8>() > MOST_ODD
    })
}

/// A line of base64: no blanks inside, hardly anything else, and not a word of prose.
pub(super) fn is_base64_line(line: &[u8]) -> bool {
    if line.len() < 20 {
        return line.ends_with(b"=") && line.len() >= 4 && line.len().is_multiple_of(4) && odd(line) == 0;
    }
    // Prose shows itself within a few words; a field of a header by its colon, blank and all.
    let first_words = line.first_chunk::<FIRST_WORDS>().map_or_else(
        || odd(line),
        |words| usize::from(words.iter().map(|byte| u8::from(is_odd(*byte))).sum::<u8>()),
    );
    first_words <= usize::from(MOST_ODD)
        && memchr::memchr(b':', line).is_none_or(|at| line.get(at + 1) != Some(&b' '))
        && odd(line) * 12 <= line.len()
}

/// How many bytes are neither letters of base64 nor padding.
fn odd(text: &[u8]) -> usize {
    // In sums that fit a byte.
    text.chunks(128)
        .map(|piece| usize::from(piece.iter().map(|byte| u8::from(is_odd(*byte))).sum::<u8>()))
        .sum()
}

/// Whether a byte is neither a letter of base64 nor padding; without branches: this is asked of many lines of every
/// message.
#[inline]
fn is_odd(byte: u8) -> bool {
    let within = |first: u8, count: u8| byte.wrapping_sub(first) < count;
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    !(letter | within(b'0', 10) | (byte == b'+') | (byte == b'/') | (byte == b'='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::attachment::encoding::is_base64;

    #[test]
    fn prose_is_told_before_its_line_ends() {
        for (line, expected) in [
            ("List-Help:<mailto:list-request@example.org>\n", true),
            ("aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8=\n", false),
            ("a-b-c-d\naGVsbG8gaGVsbG8gaGVsbG8=\n", false),
            ("aGVsbG8gaGVsbG8gaG    \t\t\r\n", false),
            ("a-b-c-d", false),
        ] {
            assert_eq!(is_prose_at(line.as_bytes(), 0), expected, "{line:?}");
            assert!(!expected || !is_base64_line(line.trim_ascii().as_bytes()), "{line:?}");
        }
    }

    #[test]
    fn what_is_no_letter_of_base64_is_odd() {
        for byte in 0..=u8::MAX {
            let is_odd = !is_base64(byte) && byte != b'=';
            assert_eq!(odd(&[byte]) == 1, is_odd, "{byte}");
            assert_eq!(odd(&[byte; 20]), if is_odd { 20 } else { 0 }, "{byte}");
        }
    }
}

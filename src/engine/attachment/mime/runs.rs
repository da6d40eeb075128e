//! Runs of base64 in what a mail holds, whoever calls them so.

use std::ops::Range;

use super::carved::{MAX_TRIED, is_covered};
use crate::engine::attachment::encoding::is_base64;

/// What is neither a letter of base64 nor padding.
const ODD: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = !is_base64(byte) && byte != b'=';
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

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
        } else if line_at(raw, start).is_some_and(|(_, line)| is_base64_line(line)) {
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

/// A line of base64: no blanks inside, hardly anything else, and not a word of prose.
pub(super) fn is_base64_line(line: &[u8]) -> bool {
    let odd = |part: &[u8]| part.iter().filter(|b| is_odd(**b)).count();
    if line.len() < 20 {
        return line.ends_with(b"=") && line.len() >= 4 && line.len().is_multiple_of(4) && odd(line) == 0;
    }
    // Prose shows itself within a few words; a field of a header by its colon, blank and all.
    odd(line.get(..24).unwrap_or(line)) <= 2
        && memchr::memchr(b':', line).is_none_or(|at| line.get(at + 1) != Some(&b' '))
        && odd(line) * 12 <= line.len()
}

fn is_odd(byte: u8) -> bool {
    ODD.get(usize::from(byte)).copied().unwrap_or(true)
}

//! Text as one line in lower case, for phrases that a mailer wrapped.
//!
//! Every table of phrases is looked up in such a line, so that making it must cost less than looking: in text of
//! one byte a letter, words are moved a line at a time.

use crate::engine::words::{is_blank, words_of};

/// Runs of a text, as most have no more: about one for each line.
const USUAL_RUNS: usize = 32;

/// Text as one line in lower case, with the way back.
pub(crate) struct Flat {
    /// The words, single blanks between them.
    pub(crate) text: String,
    /// Where the distance to the original changes: the place in `text` and in the original.
    runs: Vec<(usize, usize)>,
}

impl Flat {
    /// Flattens `original`, which begins at byte `base` of what the way back leads to.
    pub(super) fn of(original: &str, base: usize) -> Flat {
        let mut runs = Vec::with_capacity(USUAL_RUNS);
        let text = flattened(original, |flat, place| runs.push((flat, base + place)));
        Flat { text, runs }
    }

    /// Where byte `offset` of the flat text stands in the original.
    pub(crate) fn original(&self, offset: usize) -> usize {
        let run = self.runs.partition_point(|(flat, _)| *flat <= offset).checked_sub(1);
        run.and_then(|i| self.runs.get(i)).map_or(0, |(flat, original)| original + (offset - flat))
    }
}

/// The words of `text` in lower case, single blanks between them.
pub(super) fn flat(text: &str) -> String {
    flattened(text, |_, _| ())
}

/// Flattens `original`; `moved` hears of each word whose distance to its place in the original is another than that of
/// the word before it.
fn flattened(original: &str, moved: impl FnMut(usize, usize)) -> String {
    if original.is_ascii() { of_ascii(original, moved) } else { of_any(original, moved) }
}

fn of_ascii(original: &str, mut moved: impl FnMut(usize, usize)) -> String {
    let mut text = original.as_bytes().to_ascii_lowercase();
    let (mut length, mut at) = (0, 0);
    let mut distance = None;
    // Between two places with more than one blank, or another one, the words stay as they stand.
    while let Some(blanks) = text.get(at..).and_then(|rest| rest.iter().position(|byte| !is_blank(*byte))) {
        let start = at + blanks;
        if length > 0 {
            if let Some(slot) = text.get_mut(length) {
                *slot = b' ';
            }
            length += 1;
        }
        if distance != Some(start - length) {
            distance = Some(start - length);
            moved(length, start);
        }
        at = start + single_blanked(text.get(start..).unwrap_or_default());
        text.copy_within(start..at, length);
        length += at - start;
    }
    text.truncate(length);
    if text.last() == Some(&b' ') {
        text.pop();
    }
    String::from_utf8(text).unwrap_or_default()
}

/// How far the words of an ASCII text stand with single blanks between them: eight bytes at a time.
fn single_blanked(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::MAX / 0xff;
    let odd = |at: usize| {
        bytes.get(at).is_some_and(|byte| {
            is_blank(*byte) && (*byte != b' ' || bytes.get(at + 1).is_some_and(|next| is_blank(*next)))
        })
    };
    let mut at = 0;
    while let Some(nine) = bytes.get(at..).and_then(|rest| rest.first_chunk::<9>()) {
        let [head @ .., last] = *nine;
        let eight = u64::from_le_bytes(head);
        // The high bit of each byte from this one on, of bytes below 0x80.
        let from = |least: u8| eight + EACH * u64::from(0x80 - least);
        let low = !from(b' ' + 1) & (EACH * 0x80);
        let next = low >> 8 | if last <= b' ' { 0x80 << 56 } else { 0 };
        // Control characters, most of which are blanks, and blanks before such a one.
        let seen = (!from(b' ') | low & next) & (EACH * 0x80);
        if seen == 0 {
            at += 8;
            continue;
        }
        at += (seen.trailing_zeros() / 8) as usize;
        if odd(at) {
            return at;
        }
        at += 1;
    }
    (at..bytes.len()).find(|at| odd(*at)).unwrap_or(bytes.len())
}

fn of_any(original: &str, mut moved: impl FnMut(usize, usize)) -> String {
    let mut text = String::with_capacity(original.len());
    let mut distance = None;
    for word in words_of(original) {
        if !text.is_empty() {
            text.push(' ');
        }
        let at = word.as_ptr() as usize - original.as_ptr() as usize;
        // Lower case can be longer.
        let now = at.wrapping_sub(text.len());
        if distance != Some(now) {
            distance = Some(now);
            moved(text.len(), at);
        }
        push_lower(&mut text, word);
    }
    text
}

/// Appends a word in lower case, in any script: a sentence begins with a capital in most of them.
fn push_lower(text: &mut String, word: &str) {
    let from = text.len();
    if word.is_ascii() {
        text.push_str(word);
        text.get_mut(from..).unwrap_or_default().make_ascii_lowercase();
    } else {
        text.extend(word.chars().flat_map(char::to_lowercase));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn flat_text_leads_back() {
        let flat = Flat::of("Could  not\r\n be Delivered", 10);
        assert_eq!(flat.text, "could not be delivered");
        assert_eq!(flat.original(flat.text.find("be").unwrap()), 10 + 13);
        let flat = Flat::of(" \u{130}x  Über\n uns ", 0);
        assert_eq!(flat.text, "i\u{307}x über uns");
        assert_eq!(flat.original(flat.text.find("uns").unwrap()), 13);
    }

    proptest! {
        #[test]
        fn both_ways_give_the_same(text in "[aB\u{1} \t\n\u{b}]{0,30}") {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            let quick = of_ascii(&text, |flat, at| one.push((flat, at)));
            let slow = of_any(&text, |flat, at| other.push((flat, at)));
            prop_assert_eq!(quick, slow);
            prop_assert_eq!(one, other);
        }
    }
}

//! Small questions about text, as everything here asks them: where it is cut, in which case it stands, where its words
//! and its white space are.
//!
//! Uses std and memchr only. Nearly all text is ASCII: that is told first, and read eight bytes at a time.

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
pub(crate) fn find_near(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    // A blank stands everywhere; what follows it does not.
    let skip = usize::from(needle.len() > 1 && needle.first() == Some(&b' '));
    let (Some(anchor), Some(last)) = (needle.get(skip), needle.last()) else { return Some(0) };
    let fits = |at: &usize| {
        text.get(at + needle.len() - 1) == Some(last) && text.get(*at..at + needle.len()) == Some(needle)
    };
    memchr::memchr_iter(*anchor, text.get(skip..)?).find(fits)
}

/// Whether `label` stands in a table of labels in lower case.
pub(crate) fn is_listed(label: &str, table: &[&str]) -> bool {
    match label.is_ascii() {
        true => table.iter().any(|row| row.eq_ignore_ascii_case(label)),
        false => table.contains(&label.to_lowercase().as_str()),
    }
}

/// Whether `text` ends in `end`, which is ASCII, in any case.
pub(crate) fn ends_in(text: &str, end: &str) -> bool {
    let tail = text.len().checked_sub(end.len()).and_then(|from| text.as_bytes().get(from..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
}

/// Whether `text` begins with `begin`, which is ASCII, in any case.
pub(crate) fn begins_with(text: &str, begin: &str) -> bool {
    let head = text.as_bytes().get(..begin.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(begin.as_bytes()))
}

/// Whether `lower` is `text` in lower case.
pub(crate) fn is_lower_case_of(lower: &str, text: &str) -> bool {
    match text.is_ascii() {
        // One that is no lower case itself is nobody's.
        true => text.eq_ignore_ascii_case(lower),
        false => text.chars().flat_map(char::to_lowercase).eq(lower.chars()),
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

/// The words of a text, as [`words_of`] has them, but that those with one space between each and the next are given
/// together where they are ASCII.
pub(crate) fn pieces_of(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.as_bytes().get(at..)?;
            let start = at + rest.iter().position(|byte| !is_blank(*byte))?;
            let rest = text.as_bytes().get(start..)?;
            let even = even_words(rest, None, |eight| below(eight, b' '));
            if even > 0 {
                at = start + even;
                return text.get(start..at);
            }
            let end = start + blank_in(rest);
            at = end;
            // There are blanks outside ASCII.
            let Some(word) = text.get(start..end)?.split_whitespace().next() else { continue };
            at = word.as_ptr() as usize - text.as_ptr() as usize + word.len();
            return Some(word);
        }
    })
}

/// The length of the words at the beginning of `text` that are ASCII, stand with one blank between each and the next,
/// and hold no byte that is `odd`; `next` is the byte behind the text. Eight bytes are looked at together, by [`is`]
/// and [`below`].
pub(crate) fn even_words(text: &[u8], next: Option<&u8>, odd: impl Fn(u64) -> u64) -> usize {
    let (eights, rest) = text.as_chunks::<8>();
    let last = rest.iter().rev().fold(u64::MAX, |eight, byte| eight << 8 | u64::from(*byte));
    let (mut end, mut after_blank) = (text.len(), 0);
    for (place, eight) in eights.iter().map(|eight| u64::from_le_bytes(*eight)).chain([last]).enumerate() {
        let blank = is(eight, b' ') | below(eight, 14) & !below(eight, 9);
        let stop = eight & HIGH | odd(eight) | blank & (blank << 8 | after_blank);
        if stop > 0 {
            end = place * 8 + (stop.trailing_zeros() / 8) as usize;
            break;
        }
        after_blank = blank >> 56;
    }
    let words = text.get(..end).unwrap_or_default();
    let ends = text.get(end).or(next).is_none_or(|byte| is_blank(*byte));
    match words.last() {
        Some(byte) if ends && !is_blank(*byte) => end,
        _ => words.iter().rposition(|byte| is_blank(*byte)).unwrap_or(0),
    }
}

/// The same byte eight times, and the high bit of each of eight bytes.
pub(crate) const EACH: u64 = u64::MAX / 0xff;
pub(crate) const HIGH: u64 = EACH * 0x80;

/// The high bit of each of eight bytes that is this one, of ASCII.
pub(crate) fn is(eight: u64, byte: u8) -> u64 {
    let differs = (eight & !HIGH) ^ (EACH * u64::from(byte));
    !((differs + EACH * 0x7f) | eight) & HIGH
}

/// The high bit of each of eight bytes that is less than `bound`, one of ASCII.
pub(crate) fn below(eight: u64, bound: u8) -> u64 {
    !(((eight & !HIGH) + EACH * u64::from(0x80 - bound)) | eight) & HIGH
}

/// The high bit of each of eight bytes that is no ASCII letter or digit.
pub(crate) fn others(eight: u64) -> u64 {
    let (low, lower) = (eight & !HIGH, (eight | (EACH * 0x20)) & !HIGH);
    // A byte below 0x80 plus the distance of 0x80 to a bound has its high bit set from that bound on.
    let from = |bytes: u64, bound: u8| bytes + EACH * u64::from(0x80 - bound);
    let letters = from(lower, b'a') & !from(lower, b'z' + 1);
    let digits = from(low, b'0') & !from(low, b'9' + 1);
    (!(letters | digits) | eight) & HIGH
}

/// A text without the white space around it, as [`str::trim`] has it: nearly all begin and end in ASCII, and are not
/// read letter by letter.
pub(crate) fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    let Some(start) = bytes.iter().position(|byte| !is_blank(*byte)) else { return "" };
    let end = bytes.iter().rposition(|byte| !is_blank(*byte)).map_or(start, |last| last + 1);
    match (bytes.get(start), end.checked_sub(1).and_then(|last| bytes.get(last))) {
        (Some(first), Some(last)) if first.is_ascii() && last.is_ascii() => {
            text.get(start..end).unwrap_or_default()
        }
        _ => text.trim(),
    }
}

/// A text in lower case, as [`str::to_lowercase`] has it: nearly all is ASCII, and needs no look at each letter.
pub(crate) fn in_lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

/// Whether an ASCII byte is white space, as [`char::is_whitespace`] has it.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// Where the first white space of ASCII stands in `bytes`; their end where none does.
fn blank_in(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        // Each byte that is a blank or a control character.
        let low = below(u64::from_le_bytes(*eight), b' ' + 1);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_what_white_space_parts(text in "[a-c\\x00-\\x20\u{a0}\u{3000}é]{0,60}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(words_of(&text).collect::<Vec<_>>(), words.clone());
            prop_assert_eq!(trimmed(&text), text.trim());
            for piece in pieces_of(&text) {
                let inside: Vec<&str> = piece.split(' ').collect();
                prop_assert!(inside.len() == 1 || piece.is_ascii());
                prop_assert!(inside.iter().all(|word| !word.is_empty() && !word.contains(char::is_whitespace)));
            }
            prop_assert_eq!(pieces_of(&text).flat_map(|piece| piece.split(' ')).collect::<Vec<_>>(), words);
        }
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
        assert!(ends_in("RCPT To", "rcpt to") && !ends_in("t to", "rcpt to") && !ends_in("é", "e"));
        assert!(begins_with("Contact us", "contact") && !begins_with("con", "contact"));
        assert!(!is_lower_case_of("sent", "sents"));
    }
}

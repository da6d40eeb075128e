//! The bytes of a message, and which of them are text: found out once, for much that is read of a message is lent from
//! its bytes as text.

use std::borrow::Cow;

use crate::engine::block;

/// The bytes of a message with as many of the first ones as are UTF-8.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::engine) struct Source<'x> {
    pub(in crate::engine) bytes: &'x [u8],
    text: &'x str,
}

impl<'x> Source<'x> {
    pub(in crate::engine) fn of(bytes: &'x [u8]) -> Source<'x> {
        let text = std::str::from_utf8(bytes).or_else(|broken| {
            let valid = bytes.get(..broken.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid)
        });
        Source { bytes, text: text.unwrap_or_default() }
    }

    /// The same where all bytes are known to be text.
    pub(in crate::engine) fn of_text(text: &'x str) -> Source<'x> {
        Source { bytes: text.as_bytes(), text }
    }

    /// These of its bytes as text, if they are UTF-8; any others are looked at anew.
    #[inline]
    pub(super) fn text(self, part: &'x [u8]) -> Option<&'x str> {
        let at = (part.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
        let known = self.text.get(at..at.saturating_add(part.len()));
        known.or_else(|| std::str::from_utf8(part).ok())
    }

    /// The same with replacement characters for what is no UTF-8.
    #[inline]
    pub(super) fn lossy(self, part: &'x [u8]) -> Cow<'x, str> {
        self.text(part).map_or_else(|| lossy(part), Cow::Borrowed)
    }
}

/// Bytes as text, with replacement characters for what is no UTF-8, as [`String::from_utf8_lossy`] has it; what is
/// ASCII is copied in one go.
pub(in crate::engine) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut rest = bytes;
    while !rest.is_empty() {
        let ascii;
        (ascii, rest) = rest.split_at(block::ascii(rest));
        out.push_str(std::str::from_utf8(ascii).unwrap_or_default());
        // No letter goes on behind a byte of ASCII.
        let letters;
        (letters, rest) = rest.split_at(rest.iter().position(u8::is_ascii).unwrap_or(rest.len()));
        for chunk in letters.utf8_chunks() {
            out.push_str(chunk.valid());
            out.extend((!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER));
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_is_what_is_utf_8(
            bytes in prop_oneof![
                "[aé€]{0,12}".prop_map(String::into_bytes),
                prop::collection::vec(prop::sample::select(b"ab\xc3\xa9\xe2\x82".to_vec()), 0..12),
            ],
            (from, to) in (0_usize..14, 0_usize..14),
        ) {
            let part = bytes.get(from..to).unwrap_or_default();
            let source = Source::of(&bytes);
            prop_assert_eq!(source.text(part), std::str::from_utf8(part).ok());
            prop_assert_eq!(source.lossy(part), String::from_utf8_lossy(part));
        }
    }

    #[test]
    fn other_bytes_are_looked_at() {
        let (one, other) = (b"ab".to_vec(), b"a\xff".to_vec());
        assert_eq!((Source::of(&one).text(&other), Source::of(&other).text(&one)), (None, Some("ab")));
        assert_eq!(Source::of_text("ab").text(&[]), Some(""));
    }
}

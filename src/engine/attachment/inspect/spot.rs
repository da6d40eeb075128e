//! Where the bytes of an item stand in the fetched message, for the evidence of what is said of them.

use std::ops::Range;

use crate::engine::verdict::Evidence;

/// Where the bytes of an item stand in the fetched message.
#[derive(Debug, Clone)]
pub(in crate::engine::attachment) struct Spot {
    pub(super) part: String,
    range: Range<usize>,
    map: Map,
}

/// How offsets in an item lead to offsets in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Map {
    /// Only the whole range is known.
    Whole,
    /// They count from the start of the range.
    Exact,
    /// Base64 in lines of `chars` characters that begin every `stride` bytes.
    Base64 { chars: usize, stride: usize },
}

impl Map {
    /// The map of a base64 body all of whose lines but the last are of one length, and that has so many line feeds.
    fn base64(encoded: &[u8], feeds: usize) -> Map {
        let first = memchr::memchr(b'\n', encoded).map_or(encoded.len(), |lf| lf + 1);
        let chars = encoded.get(..first).unwrap_or_default().trim_ascii_end().len();
        // All line ends but the last stand where lines of one length have them, and there are no others.
        let before = feeds.saturating_sub(1);
        let last = memchr::memrchr(b'\n', encoded).map_or(0, |lf| lf + 1);
        let even = (1..=before).all(|line| encoded.get(line * first - 1) == Some(&b'\n'));
        if !even || before > 0 && last <= before * first {
            return Map::Whole;
        }
        match chars > 0 && chars % 4 == 0 {
            true => Map::Base64 { chars, stride: first },
            false => Map::Whole,
        }
    }

    /// The range of encoded bytes, from the start of the body, that hold this range of decoded ones.
    fn encoded(self, at: &Range<usize>) -> Option<Range<usize>> {
        match self {
            Map::Whole => None,
            Map::Exact => Some(at.clone()),
            Map::Base64 { chars, stride } => {
                let place = |c: usize| (c / chars).saturating_mul(stride).saturating_add(c % chars);
                let last = at.end.saturating_sub(1).max(at.start);
                Some(place(at.start / 3 * 4)..place(last / 3 * 4 + 3).saturating_add(1))
            }
        }
    }
}

impl Spot {
    /// A part of a message: its number and the range of its encoded body.
    pub(in crate::engine::attachment) fn part(part: String, range: Range<usize>, exact: bool) -> Spot {
        Spot { part, range, map: if exact { Map::Exact } else { Map::Whole } }
    }

    /// A part whose body is this base64 with so many line feeds.
    pub(in crate::engine::attachment) fn base64(
        part: String,
        range: Range<usize>,
        encoded: &[u8],
        feeds: usize,
    ) -> Spot {
        Spot { part, range, map: Map::base64(encoded, feeds) }
    }

    /// A bare file of `len` bytes.
    pub(in crate::engine::attachment) fn file(len: usize) -> Spot {
        Spot { part: "file".to_owned(), range: 0..len, map: Map::Exact }
    }

    /// The same place, for the files inside: their bytes are packed, so only the whole is known.
    pub(super) fn inside(&self) -> Spot {
        Spot { map: Map::Whole, ..self.clone() }
    }

    pub(super) fn evidence(&self, at: Option<Range<usize>>, bytes: &[u8]) -> Evidence {
        let text = at.clone().and_then(|r| bytes.get(r)).unwrap_or_default();
        let range = match at.and_then(|at| self.map.encoded(&at)) {
            Some(at) => {
                let clamp = |n: usize| self.range.start.saturating_add(n).min(self.range.end);
                clamp(at.start)..clamp(at.end)
            }
            None => self.range.clone(),
        };
        Evidence::new(self.part.clone(), range, &visible_bytes(text))
    }
}

/// Bytes as text that can be shown: what is not printable ASCII becomes a dot, unless all is UTF-8 text.
fn visible_bytes(bytes: &[u8]) -> String {
    let bytes = bytes.get(..Evidence::MAX_TEXT).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => text.to_owned(),
        _ => bytes
            .iter()
            .map(|&b| if b.is_ascii_graphic() || b == b' ' { char::from(b) } else { '·' })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_one_length_lead_back_to_their_letters() {
        for (encoded, stride) in [
            ("aGVs\nbG8g\nbG8=\n", Some(5)),
            ("aGVs\r\nbG8g\r\nbG8=", Some(6)),
            ("aGVs\nbG8g\nbG8gbG8gbG8=\n", Some(5)),
            ("aGVsbG8=", Some(8)),
            ("aGVs\n\nbG8g\nbG8=\n", None),
            ("aGVs\nbG8gbG8g\nbG8=\n", None),
            ("aGV\nsbG8\n", None),
            ("\naGVs\n", None),
            ("", None),
        ] {
            let feeds = encoded.matches('\n').count();
            let found = match Map::base64(encoded.as_bytes(), feeds) {
                Map::Base64 { stride, .. } => Some(stride),
                _ => None,
            };
            assert_eq!(found, stride, "{encoded:?}");
        }
    }
}

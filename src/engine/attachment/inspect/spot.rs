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
    /// The map of a base64 body all of whose lines but the last are of one length.
    fn base64(encoded: &[u8]) -> Map {
        let first = memchr::memchr(b'\n', encoded).map_or(encoded.len(), |lf| lf + 1);
        let chars = encoded.get(..first).unwrap_or_default().trim_ascii_end().len();
        let mut expected = first;
        let mut lines = memchr::memchr_iter(b'\n', encoded).map(|lf| lf + 1).peekable();
        while let Some(end) = lines.next() {
            if end != expected && lines.peek().is_some() {
                return Map::Whole;
            }
            expected = end + first;
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

    /// A part whose body is this base64.
    pub(in crate::engine::attachment) fn base64(part: String, range: Range<usize>, encoded: &[u8]) -> Spot {
        Spot { part, range, map: Map::base64(encoded) }
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

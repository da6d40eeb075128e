//! BinHex 4.0 (RFC 1741) and AppleSingle (RFC 1740): a file with its name, as Macs wrote it into mail.

use std::sync::LazyLock;

use memchr::memmem;

use super::{Members, member};
use crate::engine::attachment::inspect::Case;

/// What stands before every BinHex file.
pub(super) const MARK: &[u8] = b"(This file must be converted with BinHex";
/// The 64 letters.
const LETTERS: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
/// The byte before a count of repetitions.
const RUN: u8 = 0x90;
/// What one file may come to.
const MOST: usize = 32 << 20;

/// The first file at or after `from`: name, bytes, and where the text goes on.
pub(super) fn decode_first(text: &[u8], from: usize) -> Option<(String, Vec<u8>, usize)> {
    static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(MARK));
    let mark = from + FINDER.find(text.get(from..)?)?;
    let start = mark + memchr::memchr(b':', text.get(mark..)?)? + 1;
    let end = start + memchr::memchr(b':', text.get(start..)?).unwrap_or(text.len() - start);
    let bytes = expand(&sextets(text.get(start..end)?));
    // Length of the name, the name, NUL, type, creator, flags, the lengths of both forks, a checksum.
    let len = usize::from(*bytes.first()?);
    let name = String::from_utf8_lossy(bytes.get(1..1 + len)?).into_owned();
    let at = 1 + len + 1 + 10;
    let size = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
    let data_at = at + 10;
    let data = bytes.get(data_at..data_at.saturating_add(size).min(bytes.len()))?;
    Some((name, data.to_vec(), end + 1))
}

fn sextets(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text {
        let Some(value) = LETTERS.iter().position(|l| l == letter) else { continue };
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

/// Undoes the runs: a byte, the mark, how often; the mark and zero stand for the mark itself.
fn expand(packed: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(packed.len());
    let mut bytes = packed.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, out.last().copied()) {
            (RUN, last) => match (bytes.next(), last) {
                (Some(0), _) => out.push(RUN),
                (Some(count), Some(last)) => out.resize(out.len() + usize::from(count) - 1, last),
                _ => break,
            },
            (byte, _) => out.push(byte),
        }
        if out.len() > MOST {
            break;
        }
    }
    out
}

/// Looks at the file in an AppleSingle, or at what an AppleDouble says of one: entries of kind, offset, length.
pub(super) fn apple(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let be = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    let count = bytes.get(24..26).and_then(|b| b.try_into().ok()).map_or(0, u16::from_be_bytes);
    let entry = |kind: u32| {
        let row = (0..usize::from(count.min(32))).map(|i| 26 + i * 12).find(|&row| be(row) == Some(kind))?;
        let (at, len) = (be(row + 4)? as usize, be(row + 8)? as usize);
        bytes.get(at..at.checked_add(len)?.min(bytes.len()))
    };
    let name = entry(3).map(|n| String::from_utf8_lossy(n).into_owned());
    if let Some(data) = entry(1).filter(|d| !d.is_empty()) {
        member(case, members, name.as_deref().unwrap_or("data"), data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_undone() {
        assert_eq!(expand(&[1, 2, RUN, 3, 4, RUN, 0, 5]), [1, 2, 2, 2, 4, RUN, 5]);
        assert!(expand(&[RUN, 7]).is_empty());
    }
}

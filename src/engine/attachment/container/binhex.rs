//! BinHex 4.0 (RFC 1741) and AppleSingle (RFC 1740): a file with its name, as Macs wrote it into mail.

use std::sync::LazyLock;

use memchr::memmem;

use super::{Members, member};
use crate::engine::attachment::budget::Growing;
use crate::engine::attachment::inspect::Case;

/// What stands before every BinHex file.
pub(super) const MARK: &[u8] = b"(This file must be converted with BinHex";
/// The 64 letters.
const LETTERS: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
/// Entries of an AppleSingle that are read.
const MOST_ENTRIES: u16 = 32;
/// The byte before a count of repetitions.
const RUN: u8 = 0x90;
/// What each letter stands for; 64 where it is none.
const VALUES: [u8; 256] = {
    let mut table = [64; 256];
    let mut value = 0;
    while value < 64 {
        table[LETTERS[value] as usize] = value as u8;
        value += 1;
    }
    table
};

/// The first file at or after `from`: name, bytes, and where the text goes on.
pub(super) fn find(
    text: &[u8],
    from: usize,
    place: &dyn Fn() -> Growing,
) -> Option<(String, Growing, usize)> {
    static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(MARK));
    let mark = from + FINDER.find(text.get(from..)?)?;
    let start = mark + memchr::memchr(b':', text.get(mark..)?)? + 1;
    let end = start + memchr::memchr(b':', text.get(start..)?).unwrap_or(text.len() - start);
    let mut packed = sextets(text.get(start..end)?);
    // Length of the name, the name, NUL, type, creator, flags, the lengths of both forks, a checksum.
    let mut head = Growing::probe(1 + 255 + 1 + 10 + 10);
    expand(&mut packed, &mut head);
    let head = head.bytes;
    let len = usize::from(*head.first()?);
    let name = String::from_utf8_lossy(head.get(1..1 + len)?).into_owned();
    let at = 1 + len + 1 + 10;
    let size = u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?) as usize;
    let data_at = at + 10;
    let mut out = place();
    expand(&mut sextets(text.get(start..end)?), &mut out);
    out.bytes.get(data_at..)?;
    out.bytes.drain(..data_at);
    out.bytes.truncate(size);
    Some((name, out, end + 1))
}

fn sextets(text: &[u8]) -> impl Iterator<Item = u8> {
    let (mut bits, mut count) = (0_u32, 0);
    text.iter().filter_map(move |letter| {
        let value = *VALUES.get(usize::from(*letter))?;
        (value < 64).then_some(())?;
        bits = bits << 6 | u32::from(value);
        count += 6;
        (count >= 8).then(|| {
            count -= 8;
            (bits >> count) as u8
        })
    })
}

/// Undoes the runs: a byte, the mark, how often; the mark and zero stand for the mark itself.
fn expand(bytes: &mut dyn Iterator<Item = u8>, out: &mut Growing) {
    while let Some(byte) = bytes.next() {
        let fits = match (byte, out.bytes.last().copied()) {
            (RUN, last) => match (bytes.next(), last) {
                (Some(0), _) => out.push(&[RUN]),
                (Some(count), Some(last)) => {
                    out.push([last; 255].get(..usize::from(count) - 1).unwrap_or_default())
                }
                _ => break,
            },
            (byte, _) => out.push(&[byte]),
        };
        if !fits {
            break;
        }
    }
}

/// Looks at the file in an AppleSingle, or at what an AppleDouble says of one: entries of kind, offset, length.
pub(super) fn apple(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let be = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    let count = bytes.get(24..26).and_then(|b| b.try_into().ok()).map_or(0, u16::from_be_bytes);
    let entry = |kind: u32| {
        let row = (0..usize::from(count.min(MOST_ENTRIES)))
            .map(|i| 26 + i * 12)
            .find(|&row| be(row) == Some(kind))?;
        let (at, len) = (be(row + 4)? as usize, be(row + 8)? as usize);
        bytes.get(at..at.checked_add(len)?.min(bytes.len()))
    };
    if count > MOST_ENTRIES {
        case.only(&format!("the first {MOST_ENTRIES} entries"));
    }
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
        let expanded = |packed: &[u8]| {
            let mut out = Growing::probe(100);
            expand(&mut packed.iter().copied(), &mut out);
            out.bytes
        };
        assert_eq!(expanded(&[1, 2, RUN, 3, 4, RUN, 0, 5]), [1, 2, 2, 2, 4, RUN, 5]);
        assert!(expanded(&[RUN, 7]).is_empty());
    }
}

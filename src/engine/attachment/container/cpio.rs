//! cpio: one header and one file after the other; `newc` and its kin with checksums, `odc`, and the old binary form in
//! both orders of bytes. Members are read in place.

use super::{Members, damaged, member};
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name;

/// The name of the last entry.
const END: &[u8] = b"TRAILER!!!";
/// What the mode says of a plain file.
const PLAIN: u64 = 0o100_000;
const KIND: u64 = 0o170_000;

/// What the header of an entry says.
struct Entry {
    mode: u64,
    name: usize,
    size: usize,
    /// Where the name begins, and what name and data are filled up to a multiple of.
    header: usize,
    unit: usize,
}

/// Looks at every member.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    case.company = walk(bytes, |_, _| true).0;
    let (_, whole) = walk(bytes, |name, data| {
        member(case, members, &name::from_bytes(name), data);
        case.budget().reached.is_none()
    });
    if !whole {
        damaged(case);
    }
}

/// Hands over each plain file until it is told to stop: how many there were, and whether the archive is whole.
fn walk(bytes: &[u8], mut file: impl FnMut(&[u8], &[u8]) -> bool) -> (usize, bool) {
    let (mut at, mut files) = (0_usize, 0);
    loop {
        let Some(entry) = bytes.get(at..).and_then(entry) else { return (files, false) };
        let place = |from: usize, len: usize| -> Option<(std::ops::Range<usize>, usize)> {
            let end = from.checked_add(len)?;
            Some((from..end, at.checked_add((end - at).checked_next_multiple_of(entry.unit)?)?))
        };
        let Some((name, data_at)) = place(at + entry.header, entry.name) else { return (files, false) };
        let Some(name) = bytes.get(name) else { return (files, false) };
        let name = name.split(|b| *b == 0).next().unwrap_or_default();
        if name == END {
            return (files, true);
        }
        let Some((data, next)) = place(data_at, entry.size) else { return (files, false) };
        let there = bytes.get(data.start..data.end.min(bytes.len())).unwrap_or_default();
        if entry.mode & KIND == PLAIN {
            files += 1;
            if !file(name, there) {
                return (files, true);
            }
        }
        if data.end > bytes.len() {
            return (files, false);
        }
        at = next;
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let digits = |from: usize, len: usize, base: u32| {
        let text = std::str::from_utf8(bytes.get(from..from + len)?).ok()?;
        u64::from_str_radix(text, base).ok()
    };
    let size = |n: u64| usize::try_from(n).ok();
    match bytes.get(..6)? {
        b"070701" | b"070702" => {
            let field = |index: usize| digits(6 + index * 8, 8, 16);
            let (mode, len, name) = (field(1)?, size(field(6)?)?, size(field(11)?)?);
            Some(Entry { mode, name, size: len, header: 110, unit: 4 })
        }
        b"070707" => {
            let (mode, len, name) = (digits(18, 6, 8)?, size(digits(65, 11, 8)?)?, size(digits(59, 6, 8)?)?);
            Some(Entry { mode, name, size: len, header: 76, unit: 1 })
        }
        [first @ (0xc7 | 0x71), second @ (0xc7 | 0x71), ..] if first != second => {
            let word = |index: usize| {
                let two = bytes.get(index * 2..)?.first_chunk::<2>()?;
                Some(u64::from(if *first == 0xc7 {
                    u16::from_le_bytes(*two)
                } else {
                    u16::from_be_bytes(*two)
                }))
            };
            // The longer half of a length stands first.
            let len = size(word(11)? << 16 | word(12)?)?;
            Some(Entry { mode: word(3)?, name: size(word(10)?)?, size: len, header: 26, unit: 2 })
        }
        _ => None,
    }
}

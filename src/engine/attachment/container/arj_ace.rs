//! ARJ and ACE: the names in their headers. Nothing kept can unpack them, so names must do; both are used
//! for little else than smuggling these days.

use super::{Members, le16, le32};
use crate::engine::attachment::filetype::Format;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name;

/// Headers that are read of one archive: one more than a message may have files.
const MAX_HEADERS: usize = 10_002;

/// Judges the archive by the names it lists.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let names = match case.detected.format {
        Format::Arj => arj(bytes),
        _ => ace(bytes),
    };
    for name in &names {
        if !case.budget().entry() {
            break;
        }
        members.add_name(case, name);
    }
    let label = case.detected.format.label();
    case.find(&f::NOT_INSPECTED_FORMAT, &format!("is {label}: its files were judged by name alone"), None);
}

/// ARJ: `60 EA`, the length of the basic header, the header with name and comment, a CRC, extended
/// headers, then the packed data. The first header is the archive's own.
fn arj(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    for index in 0..MAX_HEADERS {
        let Some(size) = le16(bytes, at + 2).filter(|&n| n > 0) else { return names };
        if bytes.get(at..at + 2) != Some(b"\x60\xea") {
            return names;
        }
        let head = at + 4;
        let first = bytes.get(head).copied().unwrap_or(0) as usize;
        let name = bytes.get(head + first..).and_then(|b| b.split(|&b| b == 0).next()).unwrap_or_default();
        if index > 0 {
            names.push(name::from_bytes(name));
        }
        let packed = if index > 0 { le32(bytes, head + 12).unwrap_or(0) as usize } else { 0 };
        at = head + size as usize + 4;
        while let Some(extended) = le16(bytes, at) {
            at += 2;
            if extended == 0 {
                break;
            }
            at += extended as usize + 4;
        }
        at = at.saturating_add(packed);
    }
    names
}

/// ACE: a CRC, the length, the type and flags; files are type 1.
fn ace(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    for _ in 0..MAX_HEADERS {
        let (Some(size), Some(&kind), Some(flags)) =
            (le16(bytes, at + 2), bytes.get(at + 4), le16(bytes, at + 5))
        else {
            return names;
        };
        if size == 0 {
            return names;
        }
        let packed = if flags & 1 != 0 { le32(bytes, at + 7).unwrap_or(0) as usize } else { 0 };
        if kind == 1
            && let Some(len) = le16(bytes, at + 33)
        {
            let name = bytes.get(at + 35..at + 35 + len as usize).unwrap_or_default();
            names.push(name::from_bytes(name));
        }
        at = (at + 4 + size as usize).saturating_add(packed);
    }
    names
}

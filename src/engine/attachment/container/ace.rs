//! ACE: the names in its headers. Nothing kept can unpack it, so names must do; it is used for little else than
//! smuggling these days.

use super::{Members, le16, le32};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name;

/// Headers that are read of one archive: one more than a message may have files.
const MAX_HEADERS: usize = 10_002;

/// Judges the archive by the names it lists.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    for name in &names(bytes) {
        if !case.budget().entry() {
            break;
        }
        members.add_name(case, name);
    }
    let label = case.detected.format.label();
    case.find(&f::NOT_INSPECTED_FORMAT, &format!("is {label}: its files were judged by name alone"), None);
}

/// ACE: a CRC, the length, the type and flags; files are type 1.
fn names(bytes: &[u8]) -> Vec<String> {
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

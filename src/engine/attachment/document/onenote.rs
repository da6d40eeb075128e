//! OneNote sections: embedded files.
//!
//! Source: MS-ONESTORE §2.6.13, FileDataStoreObject: a GUID, the length, twelve bytes, the data.

use crate::engine::attachment::container::le64;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

const FILE_DATA: &[u8] =
    &[0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac];
/// Files that are read of one section.
const MOST: usize = 200;
/// Letters of a name.
const LONGEST: usize = 200;

/// Looks at every embedded file.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    if !case.budget().work(bytes.len() as u64 * 2) {
        return;
    }
    let names = names(bytes);
    let mut dangerous = false;
    for (index, at) in memchr::memmem::find_iter(bytes, FILE_DATA).enumerate() {
        if index == MOST {
            case.only(&format!("the first {MOST} files in it"));
            break;
        }
        let Some(len) = le64(bytes, at + 16).and_then(|n| usize::try_from(n).ok()) else { continue };
        let start = at + 36;
        let data = bytes.get(start..start.saturating_add(len).min(bytes.len())).unwrap_or_default();
        // Names stand elsewhere in the section; where there is one file and one name they belong together.
        let name = names.get(index).or(names.first());
        let outcome = case.child(name.map(String::as_str), data, Place::Embedded);
        dangerous |= outcome.is_some_and(|o| o.is_dangerous());
        if outcome.is_none() {
            break;
        }
    }
    if dangerous {
        case.find(&f::ONENOTE_FILE, "is a OneNote section with an embedded file that runs", None);
    }
}

/// Names with an ending that runs, written as UTF-16 in the section.
fn names(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let mut current = String::new();
    for pair in bytes.chunks_exact(2) {
        match pair {
            [b @ 0x20..=0x7e, 0] if current.len() < LONGEST => current.push(char::from(*b)),
            [0x20..=0x7e, 0] => {}
            _ => {
                if current.len() > 4
                    && current.len() < LONGEST
                    && out.len() < MOST
                    && crate::engine::attachment::name::runs(&current)
                {
                    out.push(std::mem::take(&mut current));
                }
                current.clear();
            }
        }
    }
    out
}

//! Tar: headers of 512 bytes (POSIX.1-1988 ustar, GNU and pax long names), members read in place.
//!
//! Read here and not by the `tar` crate: members are slices of what is in memory already, and a damaged
//! header is stepped over instead of ending the walk.

use super::{Members, damaged, member, octal};
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name;

/// Looks at every member.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    case.company = count(bytes);
    let mut at = 0;
    let mut long_name: Option<String> = None;
    while let Some(head) = bytes.get(at..at + 512) {
        if head.iter().all(|&b| b == 0) {
            break;
        }
        let Some(size) = octal(head.get(124..136)).and_then(|n| usize::try_from(n).ok()) else {
            damaged(case);
            return;
        };
        let start = at + 512;
        let end = start.saturating_add(size).min(bytes.len());
        let data = bytes.get(start..end).unwrap_or_default();
        at = match size.checked_next_multiple_of(512).and_then(|n| start.checked_add(n)) {
            Some(next) => next,
            None => break,
        };
        match head.get(156) {
            Some(b'L') => long_name = Some(text(data)),
            Some(b'x' | b'g') => long_name = pax_path(data).or(long_name),
            Some(b'0' | 0 | b'7') => {
                if !case.budget().out(0, 0) {
                    return;
                }
                let name = long_name.take().unwrap_or_else(|| {
                    let base = text(head.get(..100).unwrap_or_default());
                    match head.get(257..262) == Some(b"ustar") && head.get(345).is_some_and(|&b| b != 0) {
                        true => format!("{}/{base}", text(head.get(345..500).unwrap_or_default())),
                        false => base,
                    }
                });
                if !name.ends_with('/') {
                    member(case, members, &name, data);
                }
            }
            _ => long_name = None,
        }
        if start.saturating_add(size) > bytes.len() {
            damaged(case);
            return;
        }
        if case.budget().reached.is_some() {
            return;
        }
    }
}

/// How many plain files there are.
fn count(bytes: &[u8]) -> usize {
    let (mut at, mut files) = (0_usize, 0);
    while let Some(head) = at.checked_add(512).and_then(|end| bytes.get(at..end)) {
        let Some(size) = octal(head.get(124..136)).and_then(|n| usize::try_from(n).ok()) else { break };
        files += usize::from(matches!(head.get(156), Some(b'0' | 0 | b'7')));
        let next = size
            .checked_next_multiple_of(512)
            .and_then(|n| n.checked_add(512))
            .and_then(|n| at.checked_add(n));
        let Some(next) = next else { break };
        at = next;
    }
    files
}

fn text(field: &[u8]) -> String {
    name::from_bytes(field.split(|&b| b == 0).next().unwrap_or_default())
}

/// The `path` record of a pax header: `length path=value`.
fn pax_path(data: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(data, b" path=")? + 6;
    let value = data.get(at..)?.split(|&b| b == b'\n').next()?;
    Some(name::from_bytes(value))
}

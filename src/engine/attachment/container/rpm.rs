//! RPM packages: a lead, two headers, and a packed cpio archive, which is looked at as a file inside.

use super::damaged;
use crate::engine::attachment::inspect::{Case, Place};

/// Bytes of the lead.
const LEAD: usize = 96;
/// Bytes of a header before its index, and of an entry of the index.
const HEADER: usize = 16;
const ENTRY: usize = 16;

/// Looks at the payload.
pub(super) fn open(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    // The first header is the signature, filled up to a multiple of eight.
    let payload = header_end(bytes, LEAD)
        .and_then(|end| end.checked_next_multiple_of(8))
        .and_then(|start| header_end(bytes, start))
        .and_then(|start| bytes.get(start..))
        .filter(|payload| !payload.is_empty());
    match payload {
        Some(payload) => {
            case.child(Some("payload"), payload, Place::Member);
        }
        None => damaged(case),
    }
}

/// Where the header that begins at `at` ends.
fn header_end(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes.get(at..at.checked_add(HEADER)?)?;
    if !head.starts_with(b"\x8e\xad\xe8\x01") {
        return None;
    }
    let number = |from: usize| {
        let four = head.get(from..)?.first_chunk::<4>()?;
        usize::try_from(u32::from_be_bytes(*four)).ok()
    };
    at.checked_add(HEADER)?.checked_add(number(8)?.checked_mul(ENTRY)?)?.checked_add(number(12)?)
}

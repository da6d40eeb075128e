//! Uuencode and yEnc: files written into text, as mail did before MIME; BinHex is its neighbour's.

use std::sync::LazyLock;

use memchr::memmem;

use super::Members;
use crate::engine::attachment::budget::{Budget, Growing, Unpacked};
use crate::engine::attachment::inspect::{Case, Place};

/// Bytes of the line that a file begins with.
const MOST_HEAD: usize = 2_048;

/// Units of work for a byte that comes out.
const COST: u64 = 2;

/// What a file in a text begins with: uuencode, yEnc behind two more bytes, and BinHex.
pub(in crate::engine::attachment) const BEGINNINGS: [&[u8]; 2] = [BEGIN, super::binhex::MARK];
const BEGIN: &[u8] = b"begin";

/// A file in a text: its name, its bytes, and where the text goes on.
pub(in crate::engine::attachment) struct Written {
    pub(in crate::engine::attachment) name: String,
    pub(in crate::engine::attachment) data: Unpacked<'static>,
    pub(in crate::engine::attachment) next: usize,
}

/// Looks at every file in the text.
pub(in crate::engine::attachment) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    let mut members = Members::default();
    let mut from = 0;
    while let Some(Written { name, data, next }) = decode_first(bytes, from, case.budget()) {
        let outcome = case.child(Some(&name), &data, Place::Member);
        members.add(outcome);
        if case.budget().reached.is_some() {
            return;
        }
        from = next;
    }
}

/// Whether a file begins in the text.
pub(in crate::engine::attachment) fn has_file(text: &[u8]) -> bool {
    find(text, 0, &|| Growing::probe(1)).is_some()
}

/// The first file at or after `from`.
pub(in crate::engine::attachment) fn decode_first(
    text: &[u8],
    from: usize,
    budget: &mut Budget,
) -> Option<Written> {
    let (name, out, next) = find(text, from, &|| budget.growing(COST))?;
    Some(Written { name, data: budget.grown(out, COST), next })
}

type Found = (String, Growing, usize);

fn find(text: &[u8], from: usize, place: &dyn Fn() -> Growing) -> Option<Found> {
    // One search finds both: yEnc begins with `=ybegin`.
    static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(BEGIN));
    let rest = text.get(from..)?;
    for at in FINDER.find_iter(rest).map(|at| from + at) {
        let is_yenc = at.checked_sub(2).and_then(|s| text.get(s..at)) == Some(b"=y");
        let start = if is_yenc { at - 2 } else { at };
        let line_start = start == 0 || matches!(text.get(start - 1), Some(b'\n' | b'\r'));
        if !line_start || start < from {
            continue;
        }
        let decoded = if is_yenc { yenc_file(text, start, place()) } else { uu_file(text, start, place()) };
        if decoded.is_some() {
            return decoded;
        }
    }
    super::binhex::find(text, from, place)
}

/// One line without its ending, and the offset of the next.
fn line(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(at..).filter(|r| !r.is_empty())?;
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = rest.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), at + end + 1))
}

fn uu_file(text: &[u8], start: usize, mut out: Growing) -> Option<Found> {
    let (head, mut at) = line(text, start)?;
    let head = head.get(..MOST_HEAD).unwrap_or(head);
    let head = std::str::from_utf8(head).ok()?;
    let base64 = head.starts_with("begin-base64 ");
    let mut words = head.splitn(3, ' ').map(str::trim);
    let squeezed;
    if head.contains("  ") {
        squeezed = head.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
        words = squeezed.splitn(3, ' ').map(str::trim);
    }
    if !matches!(words.next(), Some("begin" | "begin-base64")) {
        return None;
    }
    let mode = words.next()?;
    if !(3..=4).contains(&mode.len()) || !mode.bytes().all(|b| (b'0'..=b'7').contains(&b)) {
        return None;
    }
    let name = words.next()?.trim().to_owned();
    while let Some((row, next)) = line(text, at) {
        at = next;
        if row == b"end" || row == b"====" {
            break;
        }
        if base64 {
            // A row of any length, in pieces of whole groups.
            let decode = |piece: &[u8]| crate::engine::attachment::encoding::base64(piece);
            if !row.chunks(64 << 10).all(|piece| out.push(&decode(piece))) {
                break;
            }
            continue;
        }
        let Some(&first) = row.first() else { continue };
        if !(b' '..=b'`').contains(&first) {
            break;
        }
        let count = usize::from((first - b' ') & 0x3f);
        if !out.room(count + 3) {
            break;
        }
        let out = &mut out.bytes;
        let before = out.len();
        for group in row.get(1..).unwrap_or_default().chunks(4).take(count.div_ceil(3)) {
            let value = |i: usize| u32::from(group.get(i).map_or(0, |b| b.wrapping_sub(b' ') & 0x3f));
            let bits = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            let [_, a, b, c] = bits.to_be_bytes();
            out.extend([a, b, c]);
        }
        out.truncate(before + count);
    }
    (!out.bytes.is_empty() || out.is_full()).then_some((name, out, at))
}

fn yenc_file(text: &[u8], start: usize, mut out: Growing) -> Option<Found> {
    let (head, mut at) = line(text, start)?;
    let head = head.get(..MOST_HEAD).unwrap_or(head);
    let name_at = memmem::find(head, b"name=")? + 5;
    let name = String::from_utf8_lossy(head.get(name_at..)?).trim().to_owned();
    while let Some((row, next)) = line(text, at) {
        at = next;
        if row.starts_with(b"=yend") {
            break;
        }
        if row.starts_with(b"=ypart") {
            continue;
        }
        let mut escaped = false;
        for &byte in row {
            if byte == b'=' && !escaped {
                escaped = true;
                continue;
            }
            let shift = if escaped { 42 + 64 } else { 42 };
            escaped = false;
            if !out.push(&[byte.wrapping_sub(shift)]) {
                return Some((name, out, at));
            }
        }
    }
    (!out.bytes.is_empty() || out.is_full()).then_some((name, out, at))
}

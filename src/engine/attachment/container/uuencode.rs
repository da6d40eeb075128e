//! Uuencode and yEnc: files written into text, as mail did before MIME; BinHex is its neighbour's.

use std::sync::LazyLock;

use memchr::memmem;

use super::Members;
use crate::engine::attachment::inspect::{Case, Place};

/// Files that are decoded of one text.
const MAX_FILES: usize = 50;

/// Looks at every file in the text.
pub(in crate::engine::attachment) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    let mut members = Members::default();
    let mut from = 0;
    for index in 0.. {
        let Some((name, data, next)) = decode_first(bytes, from) else { break };
        if index == MAX_FILES {
            case.only(&format!("the first {MAX_FILES} files in it"));
            break;
        }
        if !case.budget().out(data.len(), 2) {
            return;
        }
        let outcome = case.child(Some(&name), &data, Place::Member);
        members.add(outcome);
        from = next;
    }
}

/// The first file at or after `from`: name, bytes, and where the text goes on.
pub(in crate::engine::attachment) fn decode_first(
    text: &[u8],
    from: usize,
) -> Option<(String, Vec<u8>, usize)> {
    // One search finds both: yEnc begins with `=ybegin`.
    static BEGIN: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("begin"));
    let rest = text.get(from..)?;
    for at in BEGIN.find_iter(rest).map(|at| from + at) {
        let is_yenc = at.checked_sub(2).and_then(|s| text.get(s..at)) == Some(b"=y");
        let start = if is_yenc { at - 2 } else { at };
        let line_start = start == 0 || matches!(text.get(start - 1), Some(b'\n' | b'\r'));
        if !line_start || start < from {
            continue;
        }
        let decoded = if is_yenc { yenc_file(text, start) } else { uu_file(text, start) };
        if decoded.is_some() {
            return decoded;
        }
    }
    super::binhex::decode_first(text, from)
}

/// One line without its ending, and the offset of the next.
fn line(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(at..).filter(|r| !r.is_empty())?;
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = rest.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), at + end + 1))
}

fn uu_file(text: &[u8], start: usize) -> Option<(String, Vec<u8>, usize)> {
    let (head, mut at) = line(text, start)?;
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
    let mut out = Vec::new();
    while let Some((row, next)) = line(text, at) {
        at = next;
        if row == b"end" || row == b"====" {
            break;
        }
        if base64 {
            out.extend(crate::engine::attachment::encoding::base64(row).0);
            continue;
        }
        let Some(&first) = row.first() else { continue };
        if !(b' '..=b'`').contains(&first) {
            break;
        }
        let count = usize::from((first - b' ') & 0x3f);
        let before = out.len();
        for group in row.get(1..).unwrap_or_default().chunks(4) {
            let value = |i: usize| u32::from(group.get(i).map_or(0, |b| b.wrapping_sub(b' ') & 0x3f));
            let bits = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            let [_, a, b, c] = bits.to_be_bytes();
            out.extend([a, b, c]);
        }
        out.truncate(before + count);
    }
    (!out.is_empty()).then_some((name, out, at))
}

fn yenc_file(text: &[u8], start: usize) -> Option<(String, Vec<u8>, usize)> {
    let (head, mut at) = line(text, start)?;
    let name_at = memmem::find(head, b"name=")? + 5;
    let name = String::from_utf8_lossy(head.get(name_at..)?).trim().to_owned();
    let mut out = Vec::new();
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
            out.push(byte.wrapping_sub(shift));
        }
    }
    (!out.is_empty()).then_some((name, out, at))
}

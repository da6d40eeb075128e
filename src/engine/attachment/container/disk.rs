//! Disk images: the directory of an ISO 9660 (with Joliet) is read; in every image the sectors are also
//! searched for the first bytes of programs and shortcuts, whatever file system lists them.

use super::{Members, damaged, le32, member};
use crate::engine::attachment::filetype::{self, Family};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Sector of a CD.
const CD: usize = 2_048;
/// Folders that are walked.
const MAX_FOLDERS: usize = 1_000;
/// Programs and shortcuts that are looked at when found by their sectors.
const MAX_FOUND: usize = 20;
/// A program found by its sector is read this far: its length stands in no header that can be trusted.
const FOUND_BYTES: usize = 4 << 20;

/// Looks at every file that can be found.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let mut seen: Vec<usize> = Vec::new();
    if let Some(root) = root(bytes) {
        walk(case, members, bytes, root, &mut seen);
    }
    sectors(case, members, bytes, &seen);
    if members.files == 0 {
        case.find(&f::NOT_INSPECTED_FORMAT, "is a disk image whose files can't be listed here", None);
    }
}

/// A folder's extent.
#[derive(Clone, Copy)]
struct Root {
    at: usize,
    len: usize,
    joliet: bool,
}

/// The root folder: of the Joliet descriptor where there is one, because its names are the ones shown.
fn root(bytes: &[u8]) -> Option<Root> {
    let mut found = None;
    for sector in 16..64 {
        let at = sector * CD;
        if bytes.get(at + 1..at + 6) != Some(b"CD001") {
            break;
        }
        let kind = *bytes.get(at)?;
        let escape = bytes.get(at + 88..at + 91);
        let joliet = kind == 2 && matches!(escape, Some([b'%', b'/', b'@' | b'C' | b'E']));
        if kind == 1 || joliet {
            let record = at + 156;
            let start = le32(bytes, record + 2)? as usize;
            let len = le32(bytes, record + 10)? as usize;
            found = Some(Root { at: start.checked_mul(CD)?, len, joliet });
        }
        if kind == 255 {
            break;
        }
    }
    found
}

fn walk(case: &mut Case<'_, '_>, members: &mut Members, bytes: &[u8], root: Root, seen: &mut Vec<usize>) {
    let mut todo = vec![(root.at, root.len, String::new())];
    let mut folders = Vec::new();
    while let Some((start, len, path)) = todo.pop() {
        if folders.len() >= MAX_FOLDERS || folders.contains(&start) {
            continue;
        }
        folders.push(start);
        let Some(folder) = bytes.get(start..start.saturating_add(len).min(bytes.len())) else {
            damaged(case);
            continue;
        };
        let mut at = 0;
        while let Some(&size) = folder.get(at) {
            if size == 0 {
                // Records don't cross sectors: the rest of this one is empty.
                at = (at / CD + 1) * CD;
                continue;
            }
            let record = folder.get(at..at + size as usize).unwrap_or_default();
            at += size as usize;
            let (Some(extent), Some(length), Some(&flags), Some(&name_len)) =
                (le32(record, 2), le32(record, 10), record.get(25), record.get(32))
            else {
                continue;
            };
            let raw = record.get(33..33 + name_len as usize).unwrap_or_default();
            if matches!(raw, [0] | [1]) {
                continue;
            }
            let name = format!("{path}{}", decode(raw, root.joliet));
            let data_at = (extent as usize).saturating_mul(CD);
            if flags & 2 != 0 {
                todo.push((data_at, length as usize, format!("{name}/")));
                continue;
            }
            let end = data_at.saturating_add(length as usize).min(bytes.len());
            let data = bytes.get(data_at..end).unwrap_or_default();
            seen.push(data_at);
            member(case, members, &name, data);
            if case.budget().reached.is_some() {
                return;
            }
        }
    }
}

fn decode(raw: &[u8], joliet: bool) -> String {
    let name = if joliet {
        let units = raw
            .chunks_exact(2)
            .map(|c| u16::from_be_bytes([c.first().copied().unwrap_or(0), c.get(1).copied().unwrap_or(0)]));
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
    } else {
        String::from_utf8_lossy(raw).into_owned()
    };
    // The version number that ISO 9660 puts behind a name.
    name.strip_suffix(";1").map(str::to_owned).unwrap_or(name)
}

/// Programs and shortcuts by their first bytes at the start of a sector.
fn sectors(case: &mut Case<'_, '_>, members: &mut Members, bytes: &[u8], seen: &[usize]) {
    let mut found = 0;
    case.budget().work(bytes.len() as u64 / 256);
    for at in (0..bytes.len()).step_by(512) {
        let head = bytes.get(at..at + 24).unwrap_or_default();
        let starts = head.starts_with(b"MZ")
            || head.starts_with(b"\x7fELF")
            || head.starts_with(b"\x4c\0\0\0\x01\x14\x02\0");
        if !starts || seen.contains(&at) {
            continue;
        }
        let data = bytes.get(at..at.saturating_add(FOUND_BYTES).min(bytes.len())).unwrap_or_default();
        let family = filetype::detect(data, None).format.family();
        if !matches!(family, Family::Program | Family::Shortcut) {
            continue;
        }
        let outcome = case.child(None, data, Place::Hidden);
        members.add(outcome);
        found += 1;
        if found >= MAX_FOUND || outcome.is_none() {
            return;
        }
    }
}

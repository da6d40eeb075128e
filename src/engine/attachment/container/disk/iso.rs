//! ISO 9660 (ECMA-119), with the names of Joliet.

use super::super::{Members, damaged, le32, member};
use super::image::Disk;
use super::{MAX_FOLDERS, Seen, is_new, take, too_many_folders};
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name::joined;

/// Sector of a CD.
const CD: usize = 2_048;

/// Looks at every file that the folders list.
pub(super) fn list(disk: &Disk<'_>, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) {
    if let Some(root) = root(disk) {
        walk(disk, case, members, root, seen);
    }
}

/// A folder's extent.
#[derive(Clone, Copy)]
struct Root {
    at: u64,
    len: usize,
    joliet: bool,
}

/// The root folder: of the Joliet descriptor where there is one, because its names are the ones shown.
fn root(disk: &Disk<'_>) -> Option<Root> {
    let mut found = None;
    for sector in 16..64 {
        let head = disk.read(sector * CD as u64, CD);
        if head.get(1..6) != Some(b"CD001") {
            break;
        }
        let kind = *head.first()?;
        let joliet = kind == 2 && matches!(head.get(88..91), Some([b'%', b'/', b'@' | b'C' | b'E']));
        if kind == 1 || joliet {
            let start = u64::from(le32(&head, 156 + 2)?);
            let len = le32(&head, 156 + 10)? as usize;
            found = Some(Root { at: start * CD as u64, len, joliet });
        }
        if kind == 255 {
            break;
        }
    }
    found
}

fn walk(disk: &Disk<'_>, case: &mut Case<'_, '_>, members: &mut Members, root: Root, seen: &mut Seen) {
    let mut todo = vec![(root.at, root.len, String::new())];
    let mut folders = Vec::new();
    while let Some((start, len, path)) = todo.pop() {
        if folders.contains(&start) {
            continue;
        }
        folders.push(start);
        // Folders may overlap, and each be all of the disk.
        let (folder, _) = take(disk, case, start, len);
        if !case.budget().work(folder.len() as u64) {
            return;
        }
        if folder.is_empty() {
            damaged(case);
            continue;
        }
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
            let name = joined(&path, &decode(raw, root.joliet));
            let data_at = u64::from(extent) * CD as u64;
            if flags & 2 != 0 {
                if folders.len() + todo.len() >= MAX_FOLDERS {
                    too_many_folders(case);
                    continue;
                }
                todo.push((data_at, length as usize, format!("{name}/")));
                continue;
            }
            if length > 0 && !is_new(seen, disk.offset(data_at)) {
                continue;
            }
            let (data, _) = take(disk, case, data_at, length as usize);
            member(case, members, &name, &data);
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

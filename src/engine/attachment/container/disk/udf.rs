//! UDF, as discs and images made by Windows have it.
//!
//! Source: ECMA-167 (3rd edition) and OSTA UDF 2.60. Read: partitions in one piece, files in extents or inside
//! their own entry. The tables of rewritable media (virtual, sparable, metadata partitions) are not followed.

use super::super::{Members, damaged, le16, le32, le64, member};
use super::image::Disk;
use super::{MAX_FOLDERS, Seen, gather, is_new, too_many_folders};
use crate::engine::attachment::budget::Unpacked;
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name::joined;

/// Sector of a disc.
const SECTOR: u64 = 2_048;
/// Sectors that the descriptors of a volume have at the least (UDF 2.60 §2.2.3.1).
const FEWEST_DESCRIPTORS: u64 = 16;

// Kinds of descriptors (ECMA-167 3/7.2, 4/7.2).
const ANCHOR: u16 = 2;
const PARTITION: u16 = 5;
const LOGICAL_VOLUME: u16 = 6;
const END: u16 = 8;
const FILE_SET: u16 = 256;
const FILE_NAME: u16 = 257;
const FILE_ENTRY: u16 = 261;
const EXTENDED_ENTRY: u16 = 266;

/// A partition and the length of its blocks.
struct Volume<'d, 'a> {
    disk: &'d Disk<'a>,
    start: u64,
    block: u64,
}

/// Looks at every file that the folders list.
pub(super) fn list(disk: &Disk<'_>, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) {
    if let Some((volume, root)) = volume(disk) {
        volume.walk(root, case, members, seen);
    }
}

/// The volume, and the block of its root folder's entry.
fn volume<'d, 'a>(disk: &'d Disk<'a>) -> Option<(Volume<'d, 'a>, u64)> {
    let anchor = disk.read(256 * SECTOR, 512);
    if le16(&anchor, 0)? != ANCHOR {
        return None;
    }
    let (len, first) = (u64::from(le32(&anchor, 16)?), u64::from(le32(&anchor, 20)?));
    let (mut start, mut logical) = (None, None);
    // They end with one that says so, or with the disc.
    for index in 0..(len / SECTOR).max(FEWEST_DESCRIPTORS) {
        let descriptor = disk.read((first + index) * SECTOR, 2_048);
        match le16(&descriptor, 0) {
            Some(PARTITION) => start = start.or(le32(&descriptor, 188)),
            Some(LOGICAL_VOLUME) => {
                logical = le32(&descriptor, 212).zip(le32(&descriptor, 248 + 4));
            }
            Some(END) | None => break,
            _ => {}
        }
    }
    let (block, set) = logical?;
    if !matches!(block, 512 | 1_024 | 2_048 | 4_096) {
        return None;
    }
    let volume = Volume { disk, start: u64::from(start?) * SECTOR, block: u64::from(block) };
    let set = disk.read(volume.place(u64::from(set)), 512);
    if le16(&set, 0)? != FILE_SET {
        return None;
    }
    let root = u64::from(le32(&set, 400 + 4)?);
    Some((volume, root))
}

/// What a file's entry says.
struct Entry {
    is_folder: bool,
    len: u64,
    data: Data,
}

enum Data {
    Here(Vec<u8>),
    /// Place on the disk (none for a hole) and length of each extent.
    Extents(Vec<(Option<u64>, u64)>),
}

impl Volume<'_, '_> {
    fn place(&self, block: u64) -> u64 {
        self.start.saturating_add(block.saturating_mul(self.block))
    }

    fn entry(&self, block: u64) -> Option<Entry> {
        let bytes = self.disk.read(self.place(block), usize::try_from(self.block).ok()?);
        let fixed = match le16(&bytes, 0)? {
            FILE_ENTRY => 176,
            EXTENDED_ENTRY => 216,
            _ => return None,
        };
        let is_folder = bytes.get(16 + 11) == Some(&4);
        let how = le16(&bytes, 16 + 18)? & 7;
        let len = le64(&bytes, 56)?;
        let attributes = le32(&bytes, fixed - 8)? as usize;
        let size = le32(&bytes, fixed - 4)? as usize;
        let at = fixed.checked_add(attributes)?;
        let raw = bytes.get(at..at.checked_add(size)?.min(bytes.len()))?;
        let data = match how {
            3 => Data::Here(raw.to_vec()),
            // Short and long forms: length (its two upper bits say how it is stored), block, the rest of the long.
            0 | 1 => {
                let step = if how == 0 { 8 } else { 16 };
                let extents = raw.chunks_exact(step).map_while(|e| {
                    let (len, block) = (le32(e, 0)?, le32(e, 4)?);
                    let stored = len >> 30 == 0;
                    let len = u64::from(len & 0x3fff_ffff);
                    (len > 0).then(|| (stored.then(|| self.place(u64::from(block))), len))
                });
                Data::Extents(extents.collect())
            }
            _ => return None,
        };
        Some(Entry { is_folder, len, data })
    }

    fn read(&self, entry: &Entry, case: &mut Case<'_, '_>) -> Unpacked<'static> {
        let mut out = case.budget().growing(1);
        match &entry.data {
            Data::Here(data) => {
                let len = usize::try_from(entry.len).unwrap_or(usize::MAX);
                out.fill(data.get(..len).unwrap_or(data));
            }
            Data::Extents(extents) => {
                if !gather(self.disk, extents.iter().copied(), entry.len, &mut out) {
                    damaged(case);
                }
            }
        }
        case.budget().grown(out, 1)
    }

    fn walk(&self, root: u64, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) {
        let mut todo = vec![(root, String::new())];
        let mut folders = Vec::new();
        while let Some((block, path)) = todo.pop() {
            if folders.contains(&block) {
                continue;
            }
            folders.push(block);
            let Some(folder) = self.entry(block).filter(|e| e.is_folder) else { continue };
            let folder = self.read(&folder, case);
            if !case.budget().work(folder.len() as u64) {
                return;
            }
            let mut at = 0;
            // A record: flags, length of the name, the entry's place, space for the implementation, the name.
            while le16(&folder, at) == Some(FILE_NAME) {
                let (Some(&flags), Some(&name_len), Some(block), Some(space)) = (
                    folder.get(at + 18),
                    folder.get(at + 19),
                    le32(&folder, at + 24),
                    le16(&folder, at + 36),
                ) else {
                    break;
                };
                let name_at = at + 38 + space as usize;
                let raw = folder.get(name_at..name_at + name_len as usize).unwrap_or_default();
                at += (38 + space as usize + name_len as usize).next_multiple_of(4);
                // Deleted, or the folder above.
                if flags & 0x0c != 0 {
                    continue;
                }
                let (name, block) = (joined(&path, &text(raw)), u64::from(block));
                if flags & 2 != 0 {
                    if folders.len() + todo.len() >= MAX_FOLDERS {
                        too_many_folders(case);
                        continue;
                    }
                    todo.push((block, format!("{name}/")));
                    continue;
                }
                let Some(entry) = self.entry(block) else {
                    members.add_name(case, &name);
                    continue;
                };
                if let Data::Extents(extents) = &entry.data
                    && !is_new(seen, extents.first().and_then(|(at, _)| self.disk.offset((*at)?)))
                {
                    continue;
                }
                let data = self.read(&entry, case);
                member(case, members, &name, &data);
                if case.budget().reached.is_some() {
                    return;
                }
            }
        }
    }
}

/// A name: the first byte says how many bits a character has (OSTA UDF §2.1.1).
fn text(raw: &[u8]) -> String {
    match raw.split_first() {
        Some((16, rest)) => {
            let units =
                rest.chunks_exact(2).filter_map(|c| <[u8; 2]>::try_from(c).ok()).map(u16::from_be_bytes);
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        }
        Some((_, rest)) => rest.iter().map(|&b| char::from(b)).collect(),
        None => String::new(),
    }
}

//! NTFS: the files of the master file table, with their data where it is neither compressed nor encrypted.
//!
//! Source: the structures as Windows writes them (version 3.1), documented by the Linux-NTFS project.

use std::collections::HashMap;

use super::super::{Members, damaged, le16, le32, le64, member};
use super::image::Disk;
use super::{Seen, gather, is_new};
use crate::engine::attachment::inspect::Case;

/// Records of the table that are read.
const MAX_RECORDS: u64 = 20_000;
/// Attributes of one record, whatever they say of their lengths.
const MAX_ATTRIBUTES: usize = 100;
/// Records below this one are the file system's own.
const FIRST_USER: u64 = 24;
const ROOT: u64 = 5;

/// Where the contents of an attribute stand.
enum Content {
    Here(Vec<u8>),
    /// Offset and length of each run in bytes, no offset for a hole; and the length in all.
    Runs(Vec<(Option<u64>, u64)>, u64),
    /// Compressed or encrypted.
    Closed,
}

/// One record: name, folder around it, contents.
struct Record {
    name: Option<(String, u64)>,
    is_folder: bool,
    data: Option<Content>,
}

/// Looks at every file of the table.
pub(super) fn list(disk: &Disk<'_>, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) {
    let _ = walk(disk, case, members, seen);
}

fn walk(disk: &Disk<'_>, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) -> Option<()> {
    let boot = disk.read(0, 512);
    if boot.get(3..11) != Some(b"NTFS    ") {
        return None;
    }
    let sector = u64::from(le16(&boot, 11)?);
    let per_cluster = match *boot.get(13)? {
        few @ 1..=0x80 => u64::from(few),
        power => 1 << (256 - u16::from(power)).min(12),
    };
    let cluster = sector.checked_mul(per_cluster).filter(|c| (256..=2 << 20).contains(c))?;
    // Records: a number of clusters, or the power of two of their length.
    let record = match *boot.get(64)? as i8 {
        clusters @ 1..=16 => cluster * clusters as u64,
        power @ -16..=-8 => 1 << -i32::from(power),
        _ => return None,
    };
    let table_at = le64(&boot, 48)?.checked_mul(cluster)?;
    let own = read_record(disk, table_at, record, sector, cluster)?;
    let Some(Content::Runs(runs, len)) = own.data else { return None };
    let count = (len / record).min(MAX_RECORDS);
    if len / record > MAX_RECORDS {
        case.only(&format!("the first {MAX_RECORDS} entries of its list"));
    }
    // Folders first, for the paths; then file after file: what all of them hold would be many times the disk.
    let mut folders: HashMap<u64, (String, u64)> = HashMap::new();
    let read = |index: u64| {
        let read = read_record(disk, place_in(&runs, index * record)?, record, sector, cluster)?;
        (index >= FIRST_USER || index == ROOT).then_some(read)
    };
    for index in 0..count {
        if !case.budget().work(record * 2) {
            return None;
        }
        if let Some(Record { name: Some(name), is_folder: true, .. }) = read(index) {
            folders.insert(index, name);
        }
    }
    for index in 0..count {
        if !case.budget().work(record * 2) {
            return None;
        }
        let Some(Record { name: Some((name, parent)), is_folder: false, data: Some(data) }) = read(index)
        else {
            continue;
        };
        let name = path(&folders, name, parent);
        match data {
            Content::Here(data) => member(case, members, &name, &data),
            Content::Runs(runs, len) => {
                if !is_new(seen, runs.first().and_then(|(at, _)| disk.offset((*at)?))) {
                    continue;
                }
                let mut out = case.budget().growing(1);
                if !gather(disk, runs.into_iter(), len, &mut out) {
                    damaged(case);
                }
                let data = case.budget().grown(out, 1);
                member(case, members, &name, &data);
            }
            Content::Closed => members.add_name(case, &name),
        }
        if case.budget().reached.is_some() {
            return None;
        }
    }
    Some(())
}

/// The path of a file, by the names of the folders around it.
fn path(folders: &HashMap<u64, (String, u64)>, name: String, mut parent: u64) -> String {
    let mut parts = vec![name];
    while parent != ROOT && parts.len() < 30 {
        let Some((name, next)) = folders.get(&parent) else { break };
        parts.push(name.clone());
        parent = *next;
    }
    parts.reverse();
    parts.join("/")
}

fn read_record(disk: &Disk<'_>, at: u64, len: u64, sector: u64, cluster: u64) -> Option<Record> {
    let mut bytes = disk.read(at, usize::try_from(len).ok()?).into_owned();
    if !bytes.starts_with(b"FILE") || le16(&bytes, 22)? & 1 == 0 {
        return None;
    }
    mend(&mut bytes, usize::try_from(sector).ok()?)?;
    let is_folder = le16(&bytes, 22)? & 2 != 0;
    let mut out = Record { name: None, is_folder, data: None };
    let mut at = le16(&bytes, 20)? as usize;
    for _ in 0..MAX_ATTRIBUTES {
        let (Some(kind), Some(size)) = (le32(&bytes, at), le32(&bytes, at + 4)) else { break };
        let size = size as usize;
        if kind == u32::MAX || size < 16 {
            break;
        }
        let attribute = bytes.get(at..at.saturating_add(size).min(bytes.len())).unwrap_or_default();
        match kind {
            0x30 => {
                // The name for DOS is a second one.
                if let Some((name, parent, space)) = file_name(attribute)
                    && (out.name.is_none() || space != 2)
                {
                    out.name = Some((name, parent));
                }
            }
            // Data without a name; named streams carry marks of where a file came from.
            0x80 if attribute.get(9) == Some(&0) => out.data = content(attribute, cluster),
            _ => {}
        }
        at += size;
    }
    Some(out)
}

/// Puts back the last two bytes of each sector, which are kept apart to notice torn writes.
fn mend(bytes: &mut [u8], sector: usize) -> Option<()> {
    let (list, count) = (le16(bytes, 4)? as usize, le16(bytes, 6)? as usize);
    for i in 1..count.min(64) {
        let kept = le16(bytes, list + i * 2)?.to_le_bytes();
        let end = sector.checked_mul(i)?;
        bytes.get_mut(end.checked_sub(2)?..end)?.copy_from_slice(&kept);
    }
    Some(())
}

/// Name, record of the folder, and the space of names: 2 is that of DOS.
fn file_name(attribute: &[u8]) -> Option<(String, u64, u8)> {
    let at = le16(attribute, 20)? as usize;
    let parent = le64(attribute, at)? & 0xffff_ffff_ffff;
    let (count, space) = (*attribute.get(at + 64)? as usize, *attribute.get(at + 65)?);
    let raw = attribute.get(at + 66..at + 66 + count * 2)?;
    let units = (0..raw.len()).step_by(2).filter_map(|i| le16(raw, i));
    Some((char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect(), parent, space))
}

fn content(attribute: &[u8], cluster: u64) -> Option<Content> {
    if attribute.get(8) == Some(&0) {
        let (len, at) = (le32(attribute, 16)? as usize, le16(attribute, 20)? as usize);
        return Some(Content::Here(attribute.get(at..at.checked_add(len)?)?.to_vec()));
    }
    // Flags: 1 compressed, 0x4000 encrypted.
    if le16(attribute, 12)? & 0x40ff != 0 {
        return Some(Content::Closed);
    }
    let len = le64(attribute, 48)?;
    let mut at = le16(attribute, 32)? as usize;
    let mut runs = Vec::new();
    let mut place = 0_i64;
    while let Some(&head) = attribute.get(at)
        && head != 0
    {
        let (len_bytes, place_bytes) = (usize::from(head & 15), usize::from(head >> 4));
        let count = number(attribute.get(at + 1..at + 1 + len_bytes)?)?;
        let step = attribute.get(at + 1 + len_bytes..at + 1 + len_bytes + place_bytes)?;
        at += 1 + len_bytes + place_bytes;
        let count = u64::try_from(count).ok()?.checked_mul(cluster)?;
        if place_bytes == 0 {
            runs.push((None, count));
            continue;
        }
        place = place.checked_add(number(step)?)?;
        runs.push((Some(u64::try_from(place).ok()?.checked_mul(cluster)?), count));
    }
    Some(Content::Runs(runs, len))
}

/// A signed number, the lowest byte first.
fn number(bytes: &[u8]) -> Option<i64> {
    if bytes.len() > 8 {
        return None;
    }
    let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
    let mut out = [if negative { 0xff } else { 0 }; 8];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    Some(i64::from_le_bytes(out))
}

/// Where a place of the contents stands on the disk.
fn place_in(runs: &[(Option<u64>, u64)], mut at: u64) -> Option<u64> {
    for (place, len) in runs {
        if at < *len {
            return place.and_then(|p| p.checked_add(at));
        }
        at -= len;
    }
    None
}

//! FAT12, FAT16 and FAT32, with long names.
//!
//! Source: Microsoft FAT Specification (2005). Chains and folders are bounded by the size of the volume.

use super::super::{Members, le16, le32, member};
use super::image::Disk;
use super::{MAX_FOLDERS, Seen, is_new, too_many_folders};
use crate::engine::attachment::budget::Growing;
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name::joined;

/// Entries of one folder that are read.
const MAX_ENTRIES: usize = 10_000;
/// Units of a long name: a system bears 255.
const MAX_NAME: usize = 600;

/// What the first sector says of the volume; offsets and lengths in bytes.
struct Volume<'d, 'a> {
    disk: &'d Disk<'a>,
    cluster: usize,
    fat: u64,
    root: u64,
    root_len: usize,
    data: u64,
    clusters: u32,
    /// First cluster of the root folder, where that is a chain (FAT32).
    root_cluster: Option<u32>,
}

/// Looks at every file that the folders list.
pub(super) fn list(disk: &Disk<'_>, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) {
    if let Some(volume) = volume(disk) {
        volume.walk(case, members, seen);
    }
}

fn volume<'d, 'a>(disk: &'d Disk<'a>) -> Option<Volume<'d, 'a>> {
    let boot = disk.read(0, 512);
    if !matches!(boot.first(), Some(0xeb | 0xe9)) {
        return None;
    }
    let sector = u64::from(le16(&boot, 11)?);
    let per_cluster = u64::from(*boot.get(13)?);
    let (reserved, fats) = (u64::from(le16(&boot, 14)?), u64::from(*boot.get(16)?));
    if !matches!(sector, 512 | 1_024 | 2_048 | 4_096)
        || !per_cluster.is_power_of_two()
        || reserved == 0
        || !(1..=4).contains(&fats)
    {
        return None;
    }
    let root_len = u64::from(le16(&boot, 17)?) * 32;
    let sectors = match le16(&boot, 19)? {
        0 => u64::from(le32(&boot, 32)?),
        few => u64::from(few),
    };
    let fat_len = match le16(&boot, 22)? {
        0 => u64::from(le32(&boot, 36)?),
        few => u64::from(few),
    };
    let root = (reserved + fats * fat_len) * sector;
    let data = root + root_len.next_multiple_of(sector);
    let clusters = (sectors * sector).checked_sub(data)? / (per_cluster * sector);
    let clusters = u32::try_from(clusters).ok()?;
    Some(Volume {
        disk,
        cluster: usize::try_from(per_cluster * sector).ok()?,
        fat: reserved * sector,
        root,
        root_len: usize::try_from(root_len).ok()?,
        data,
        clusters,
        root_cluster: (clusters >= 65_525).then(|| le32(&boot, 44)).flatten(),
    })
}

impl Volume<'_, '_> {
    fn place(&self, cluster: u32) -> Option<u64> {
        let index = cluster.checked_sub(2).filter(|i| *i < self.clusters)?;
        Some(self.data + u64::from(index) * self.cluster as u64)
    }

    /// The cluster behind this one (§4: the width of an entry follows from the number of clusters).
    fn next(&self, cluster: u32) -> Option<u32> {
        let n = u64::from(cluster);
        let next = if self.clusters < 4_085 {
            let pair = u32::from(le16(&self.disk.read(self.fat + n * 3 / 2, 2), 0)?);
            if cluster.is_multiple_of(2) { pair & 0xfff } else { pair >> 4 }
        } else if self.clusters < 65_525 {
            u32::from(le16(&self.disk.read(self.fat + n * 2, 2), 0)?)
        } else {
            le32(&self.disk.read(self.fat + n * 4, 4), 0)? & 0x0fff_ffff
        };
        (2..self.clusters.saturating_add(2)).contains(&next).then_some(next)
    }

    /// The bytes of a chain, at most `most`. A chain that loops ends with the volume's last cluster.
    fn chain(&self, first: u32, most: usize, mut out: Growing) -> Growing {
        let mut at = Some(first);
        let mut left = self.clusters;
        while let Some(place) = at.and_then(|c| self.place(c))
            && out.bytes.len() < most
            && left > 0
        {
            let piece = self.disk.read(place, self.cluster.min(most - out.bytes.len()));
            if piece.is_empty() || !out.push(&piece) {
                break;
            }
            at = at.and_then(|c| self.next(c));
            left -= 1;
        }
        out
    }

    fn walk(&self, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) {
        // A folder is read when its turn comes: all at once would be many times the disk.
        let mut todo = vec![(self.root_cluster, String::new())];
        let mut folders: Vec<u32> = Vec::new();
        while let Some((first, path)) = todo.pop() {
            let budget = case.budget();
            let folder = match first {
                Some(first) => {
                    let chain = self.chain(first, (MAX_ENTRIES + 1) * 32, budget.growing(1));
                    budget.grown(chain, 1)
                }
                None => {
                    let mut root = budget.growing(1);
                    root.fill(&self.disk.read(self.root, self.root_len));
                    budget.grown(root, 1)
                }
            };
            if case.budget().reached.is_some() {
                return;
            }
            let mut long: Vec<u16> = Vec::new();
            for (index, entry) in folder.chunks_exact(32).enumerate() {
                let (Some(&first), Some(&kind)) = (entry.first(), entry.get(11)) else { break };
                match (first, kind & 0x3f) {
                    (0, _) => break,
                    _ if index == MAX_ENTRIES => {
                        case.only(&format!("the first {MAX_ENTRIES} entries of a folder"));
                        break;
                    }
                    (0xe5, _) => long.clear(),
                    // Pieces of a long name stand before the entry, the last piece first.
                    (_, 0x0f) if long.len() < MAX_NAME => long.splice(..0, long_piece(entry)).for_each(drop),
                    (_, 0x0f) => {}
                    (b'.', _) => long.clear(),
                    (_, kind) if kind & 8 != 0 => long.clear(),
                    (_, kind) => {
                        let own = if long.is_empty() { short_name(entry) } else { text(&long) };
                        long.clear();
                        let name = joined(&path, &own);
                        let high = le16(entry, 20).filter(|_| self.root_cluster.is_some()).unwrap_or(0);
                        let low = le16(entry, 26).unwrap_or(0);
                        let cluster = u32::from(high) << 16 | u32::from(low);
                        if kind & 0x10 != 0 {
                            if folders.len() >= MAX_FOLDERS {
                                too_many_folders(case);
                            } else if !folders.contains(&cluster) {
                                folders.push(cluster);
                                todo.push((Some(cluster), format!("{name}/")));
                            }
                            continue;
                        }
                        let size = le32(entry, 28).unwrap_or(0) as usize;
                        if !is_new(seen, self.place(cluster).and_then(|at| self.disk.offset(at))) {
                            continue;
                        }
                        let data = self.chain(cluster, size, case.budget().growing(1));
                        let data = case.budget().grown(data, 1);
                        member(case, members, &name, &data);
                        if case.budget().reached.is_some() {
                            return;
                        }
                    }
                }
            }
        }
    }
}

/// Eight letters and three, blanks behind each.
fn short_name(entry: &[u8]) -> String {
    let field = |from: usize, to: usize| {
        String::from_utf8_lossy(entry.get(from..to).unwrap_or_default()).trim_end().to_owned()
    };
    let (name, ending) = (field(0, 8), field(8, 11));
    if ending.is_empty() { name } else { format!("{name}.{ending}") }
}

/// Thirteen units of a long name.
fn long_piece(entry: &[u8]) -> Vec<u16> {
    let places = (1..11).step_by(2).chain((14..26).step_by(2)).chain([28, 30]);
    places.filter_map(|at| le16(entry, at)).take_while(|unit| !matches!(unit, 0 | 0xffff)).collect()
}

fn text(units: &[u16]) -> String {
    char::decode_utf16(units.iter().copied()).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

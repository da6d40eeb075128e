//! HFS+ and HFSX: the files that the catalogue lists, with their data forks.
//!
//! Source: Apple's Technical Note TN1150.

use std::collections::HashMap;

use super::super::{Members, be16, be32, damaged, member};
use super::image::Disk;
use super::{Seen, gather, is_new};
use crate::engine::attachment::inspect::Case;

/// Nodes of the catalogue that are read.
const MAX_NODES: u64 = 20_000;
/// The folder in which everything stands.
const ROOT: u32 = 2;
/// Folders around a file whose names are kept.
const MAX_DEPTH: usize = 30;

/// Where the bytes of a file stand: offset and length of each run, and the length in all.
struct Fork {
    runs: Vec<(u64, u64)>,
    len: u64,
}

/// A file as the catalogue names it.
struct File {
    name: String,
    folder: u32,
    data: Fork,
}

/// What the catalogue lists.
#[derive(Default)]
struct Catalogue {
    folders: HashMap<u32, (String, u32)>,
    files: Vec<File>,
}

/// Looks at every file of the catalogue.
pub(super) fn list(disk: &Disk<'_>, case: &mut Case<'_, '_>, members: &mut Members, seen: &mut Seen) {
    let Some(catalogue) = catalogue(disk, case) else { return };
    for file in &catalogue.files {
        if !is_new(seen, file.data.runs.first().and_then(|(at, _)| disk.offset(*at))) {
            continue;
        }
        let mut out = case.budget().growing(1);
        let runs = file.data.runs.iter().map(|(at, len)| (Some(*at), *len));
        if !gather(disk, runs, file.data.len, &mut out) {
            damaged(case);
        }
        if !case.budget().work(out.bytes.len() as u64) {
            return;
        }
        let data = case.budget().kept(out);
        if file.data.runs.iter().map(|(_, len)| len).sum::<u64>() < file.data.len {
            case.only("the first eight pieces of a file");
        }
        member(case, members, &catalogue.path(file), &data);
        if case.budget().reached.is_some() {
            return;
        }
    }
}

/// Reads the leaves of the catalogue's tree, which are chained.
fn catalogue(disk: &Disk<'_>, case: &mut Case<'_, '_>) -> Option<Catalogue> {
    let header = disk.read(1_024, 512);
    if !matches!(header.get(..2), Some(b"H+" | b"HX")) {
        return None;
    }
    let block = u64::from(be32(&header, 40)?);
    if !block.is_power_of_two() || block < 512 {
        return None;
    }
    let tree = Fork::of(&header, 272, block)?;
    let head = tree.part(disk, 0, 512);
    let size = u64::from(be16(&head, 14 + 18)?);
    if !size.is_power_of_two() || size < 512 {
        return None;
    }
    let mut out = Catalogue::default();
    let mut node = u64::from(be32(&head, 14 + 10)?);
    let most = tree.len / size;
    for count in 0..=most {
        if node == 0 {
            break;
        }
        if count == MAX_NODES.min(most) {
            case.only(&format!("the first {count} nodes of its catalogue"));
            break;
        }
        if !case.budget().work(size) {
            return None;
        }
        let bytes = tree.part(disk, node.checked_mul(size)?, usize::try_from(size).ok()?);
        let (Some(next), Some(0xff)) = (be32(&bytes, 0), bytes.get(8)) else { break };
        out.leaf(&bytes, block);
        node = u64::from(next);
    }
    Some(out)
}

impl Catalogue {
    /// Takes the folders and files of one leaf. The places of its records stand at its end.
    fn leaf(&mut self, node: &[u8], block: u64) {
        let count = be16(node, 10).map_or(0, usize::from);
        for record in 0..count.min(node.len() / 8) {
            let place = node.len().checked_sub((record + 1) * 2).and_then(|at| be16(node, at));
            let bytes = place.and_then(|at| node.get(usize::from(at)..)).unwrap_or_default();
            let _ = self.record(bytes, block);
        }
    }

    fn record(&mut self, bytes: &[u8], block: u64) -> Option<()> {
        let folder = be32(bytes, 2)?;
        let units = (0..usize::from(be16(bytes, 6)?)).map_while(|i| be16(bytes, 8 + i * 2));
        let name: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
        let data = bytes.get((2 + usize::from(be16(bytes, 0)?)).next_multiple_of(2)..)?;
        match be16(data, 0)? {
            1 => {
                self.folders.insert(be32(data, 8)?, (name, folder));
            }
            2 => self.files.push(File { name, folder, data: Fork::of(data, 88, block)? }),
            _ => {}
        }
        Some(())
    }

    /// The path of a file, by the names of the folders around it.
    fn path(&self, file: &File) -> String {
        let mut names = vec![file.name.as_str()];
        let mut folder = file.folder;
        while folder != ROOT
            && names.len() < MAX_DEPTH
            && let Some((name, next)) = self.folders.get(&folder)
        {
            names.push(name);
            folder = *next;
        }
        names.reverse();
        names.join("/")
    }
}

impl Fork {
    /// Reads a fork's length and its first eight runs; the rest stands in a tree of its own, for files that
    /// are in many pieces, which no image made in one go has.
    fn of(bytes: &[u8], at: usize, block: u64) -> Option<Fork> {
        let run = |i: usize| {
            let place = at + 16 + i * 8;
            let (start, count) = (be32(bytes, place)?, be32(bytes, place + 4)?);
            (count > 0).then(|| (u64::from(start) * block, u64::from(count) * block))
        };
        let high = be32(bytes, at)?;
        let len = u64::from(high) << 32 | u64::from(be32(bytes, at + 4)?);
        Some(Fork { runs: (0..8).map_while(run).collect(), len })
    }

    /// At most `most` of its bytes from `skip` on.
    fn part(&self, disk: &Disk<'_>, skip: u64, most: usize) -> Vec<u8> {
        let mut out: Vec<u8> = Vec::new();
        let mut skip = skip;
        for (at, len) in &self.runs {
            let Some(here) = len.checked_sub(skip).filter(|here| *here > 0) else {
                skip -= len;
                continue;
            };
            let wanted = usize::try_from(here).unwrap_or(usize::MAX).min(most - out.len());
            let piece = disk.read(at + skip, wanted);
            out.extend_from_slice(&piece);
            skip = 0;
            if piece.len() < wanted || out.len() == most {
                break;
            }
        }
        out
    }
}

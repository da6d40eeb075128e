//! OLE compound files (MS-CFB): sectors, chains, the tree of storages and streams.
//!
//! Read here and not by a crate: hostile files are damaged on purpose in ways that Office forgives and a
//! strict reader refuses. Everything is bounded by the number of sectors that the file really has.

use crate::engine::attachment::container::{le16, le32};

const END: u32 = 0xffff_fffe;
/// Entries of the directory that are read.
pub(in crate::engine::attachment) const MAX_ENTRIES: usize = 20_000;
/// Bytes that the paths of all entries may come to.
const MAX_PATHS: usize = 4 << 20;

/// An open compound file.
pub(in crate::engine::attachment) struct Cfb<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    /// The sectors that short streams are kept in, in their order.
    mini: Vec<u32>,
    cutoff: u32,
    /// Whether there are more entries than are read.
    pub(in crate::engine::attachment) more: bool,
    pub(in crate::engine::attachment) entries: Vec<Entry>,
}

/// One storage or stream.
#[derive(Debug, Clone)]
pub(in crate::engine::attachment) struct Entry {
    /// Names of the storages around it and its own, joined by `/`; the root is empty.
    pub(in crate::engine::attachment) path: String,
    pub(in crate::engine::attachment) is_stream: bool,
    class: [u8; 16],
    start: u32,
    size: u64,
}

impl Entry {
    /// The last part of the path.
    pub(in crate::engine::attachment) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The length of a stream, as its entry says.
    pub(in crate::engine::attachment) fn size(&self) -> u64 {
        self.size
    }

    /// The class identifier of a storage.
    pub(in crate::engine::attachment) fn class(&self) -> [u8; 16] {
        self.class
    }
}

impl<'a> Cfb<'a> {
    /// Opens the file; `None` where not even the directory can be found.
    pub(in crate::engine::attachment) fn open(bytes: &'a [u8]) -> Option<Cfb<'a>> {
        let shift = le16(bytes, 30)?;
        let sector = match shift {
            12 => 4_096,
            _ => 512,
        };
        let mut cfb = Cfb {
            bytes,
            sector,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            cutoff: le32(bytes, 56)?.min(4_096),
            more: false,
            entries: Vec::new(),
        };
        cfb.read_fat()?;
        let directory = cfb.chain(le32(bytes, 48)?, (MAX_ENTRIES + 1) * 128);
        cfb.more = directory.chunks_exact(128).skip(MAX_ENTRIES).any(is_used);
        let entries = cfb.read_directory(&directory)?;
        let root = entries.first()?;
        let size = usize::try_from(root.size).unwrap_or(usize::MAX).min(bytes.len());
        cfb.mini = cfb.sectors_of(root.start, size.div_ceil(sector));
        // One number for each piece of 64 bytes.
        cfb.mini_fat = numbers(&cfb.chain(le32(bytes, 60)?, size.div_ceil(64) * 4));
        cfb.entries = entries;
        Some(cfb)
    }

    fn sectors(&self) -> usize {
        self.bytes.len() / self.sector + 1
    }

    fn sector_at(&self, index: u32) -> &'a [u8] {
        let start = (index as usize).saturating_add(1).saturating_mul(self.sector);
        let end = start.saturating_add(self.sector).min(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn read_fat(&mut self) -> Option<()> {
        let mut list: Vec<u32> = numbers(self.bytes.get(76..512)?);
        let mut next = le32(self.bytes, 68)?;
        let mut left = self.sectors();
        while next < 0xffff_fff0 && left > 0 {
            let mut more = numbers(self.sector_at(next));
            next = more.pop().unwrap_or(END);
            list.extend(more);
            left -= 1;
        }
        let most = self.sectors();
        for index in list.into_iter().filter(|&i| i < 0xffff_fff0).take(most) {
            self.fat.extend(numbers(self.sector_at(index)));
            if self.fat.len() > most + self.sector {
                break;
            }
        }
        Some(())
    }

    /// A chain of sectors, at most `most` of them. One that loops ends with the number of sectors that there are.
    fn sectors_of(&self, start: u32, most: usize) -> Vec<u32> {
        let next = |at: &u32| Some(self.fat.get(*at as usize).copied().unwrap_or(END));
        let chain = std::iter::successors(Some(start), next);
        let chain = chain.take_while(|&at| at < 0xffff_fff0 && !self.sector_at(at).is_empty());
        chain.take(most.min(self.sectors())).collect()
    }

    /// The bytes of a chain of sectors, at most `most`.
    fn chain(&self, start: u32, most: usize) -> Vec<u8> {
        let sectors = self.sectors_of(start, most.div_ceil(self.sector));
        let mut out = Vec::with_capacity(sectors.len() * self.sector);
        for sector in sectors {
            out.extend_from_slice(self.sector_at(sector));
        }
        out.truncate(most);
        out
    }

    fn read_directory(&self, directory: &[u8]) -> Option<Vec<Entry>> {
        let raw: Vec<&[u8]> = directory.chunks_exact(128).take(MAX_ENTRIES).collect();
        let mut left = MAX_PATHS;
        let name = |e: &[u8]| -> String {
            let len = le16(e, 64).unwrap_or(0).clamp(2, 64) as usize - 2;
            let units = (0..len).step_by(2).filter_map(|i| le16(e, i));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        };
        let mut paths: Vec<Option<String>> = vec![None; raw.len()];
        *paths.first_mut()? = Some(String::new());
        // Each storage's children form a tree of siblings; a visited entry is not walked again.
        let mut todo: Vec<(u32, String)> = vec![(le32(raw.first()?, 76)?, String::new())];
        while let Some((index, parent)) = todo.pop() {
            let (Some(entry), Some(path)) = (raw.get(index as usize), paths.get_mut(index as usize)) else {
                continue;
            };
            if path.is_some() {
                continue;
            }
            let own = if parent.is_empty() { name(entry) } else { format!("{parent}/{}", name(entry)) };
            // Storages in storages of long names come to much more than they take up in the file.
            let Some(rest) = left.checked_sub(own.len()) else { break };
            left = rest;
            *path = Some(own.clone());
            todo.push((le32(entry, 68).unwrap_or(u32::MAX), parent.clone()));
            todo.push((le32(entry, 72).unwrap_or(u32::MAX), parent));
            if matches!(entry.get(66), Some(1 | 5)) && own.len() < 500 {
                todo.push((le32(entry, 76).unwrap_or(u32::MAX), own));
            }
        }
        let entries = raw.iter().zip(paths).filter(|(e, _)| is_used(e));
        Some(
            entries
                .map(|(e, path)| Entry {
                    // What the tree does not reach can still be found by its name.
                    path: path.unwrap_or_else(|| format!("?/{}", name(e))),
                    is_stream: e.get(66) == Some(&2),
                    class: e.get(80..96).and_then(|c| c.try_into().ok()).unwrap_or_default(),
                    start: le32(e, 116).unwrap_or(END),
                    size: u64::from(le32(e, 120).unwrap_or(0)),
                })
                .collect(),
        )
    }

    /// Whether a storage or stream of this name stands at the root.
    pub(in crate::engine::attachment) fn at_root(&self, name: &str) -> bool {
        self.entries.iter().any(|e| e.path.eq_ignore_ascii_case(name))
    }

    /// The class identifier of the root.
    pub(in crate::engine::attachment) fn root_class(&self) -> [u8; 16] {
        self.entries.first().map(Entry::class).unwrap_or_default()
    }

    /// The stream with this path, without regard to case.
    pub(in crate::engine::attachment) fn stream_at(&self, path: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.is_stream && e.path.eq_ignore_ascii_case(path))
    }

    /// The bytes of a stream, at most `most`.
    pub(in crate::engine::attachment) fn read(&self, entry: &Entry, most: usize) -> Vec<u8> {
        let size = usize::try_from(entry.size).unwrap_or(usize::MAX).min(self.bytes.len()).min(most);
        if entry.size >= u64::from(self.cutoff) {
            return self.chain(entry.start, size);
        }
        let mut out = Vec::with_capacity(size);
        let mut at = entry.start;
        while at < 0xffff_fff0 && out.len() < size {
            let start = at as usize * 64;
            let sector = self.mini.get(start / self.sector).map(|s| self.sector_at(*s)).unwrap_or_default();
            let rest = sector.get(start % self.sector..).unwrap_or_default();
            let data = rest.get(..64).unwrap_or(rest);
            if data.is_empty() {
                break;
            }
            out.extend_from_slice(data);
            at = self.mini_fat.get(at as usize).copied().unwrap_or(END);
        }
        out.truncate(size);
        out
    }
}

/// Whether an entry of the directory is a storage or a stream.
fn is_used(entry: &[u8]) -> bool {
    matches!(entry.get(66), Some(1 | 2 | 5))
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|c| c.try_into().ok()).map(u32::from_le_bytes).collect()
}

//! What a disk image is written in: raw sectors, VHD (fixed, or in blocks), VHDX; and the partitions on it. (What
//! macOS packs is unpacked in `dmg`.)
//!
//! Sources: Virtual Hard Disk Image Format Specification (2006), MS-VHDX, UEFI 2.10 §5 (MBR and GPT).

use std::borrow::Cow;

use super::super::{le16, le32, le64};
use crate::engine::attachment::filetype::Format;

/// Partitions that are looked at.
const MAX_PARTITIONS: usize = 16;

/// Rows that a table of a VHDX has at most (MS-VHDX §2.2.3.1, §2.6.1.1).
const MAX_ROWS: usize = 2_047;

/// Sectors that can be read, however the image stores them.
#[derive(Debug, Clone)]
pub(super) struct Disk<'a> {
    bytes: &'a [u8],
    stored: Stored,
    start: u64,
    len: u64,
}

/// How an image stores its sectors.
#[derive(Debug, Clone)]
enum Stored {
    /// One after the other.
    Raw,
    /// In blocks of one length.
    Blocks(Blocks),
    /// In pieces of any length, the first one first.
    Pieces(Vec<Piece>),
}

/// Sectors that an image stores in one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it begins on the disk.
    pub(super) at: u64,
    /// Its length in bytes.
    pub(super) len: u64,
    /// Where it stands among the stored bytes.
    pub(super) place: u64,
}

/// The table of an image that is stored in blocks.
#[derive(Debug, Clone, Copy)]
struct Blocks {
    /// Length of a block.
    size: u64,
    /// Where the table stands in the image, and how many blocks it lists.
    table: usize,
    count: u64,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// VHD: sectors, of which the first hold a map of this length.
    Vhd { map: u64 },
    /// VHDX: after each run of this many blocks stands one of sector maps, which is no part of the disk.
    Vhdx { run: usize },
}

impl Blocks {
    /// Where a block stands in the image; `None` where it is not stored.
    fn place(&self, bytes: &[u8], index: u64) -> Option<u64> {
        let index = usize::try_from(index).ok().filter(|_| index < self.count)?;
        match self.kind {
            Kind::Vhd { map } => {
                let at = self.table.checked_add(index.checked_mul(4)?)?;
                let sector = u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?);
                (sector != u32::MAX).then(|| u64::from(sector) * 512 + map)
            }
            Kind::Vhdx { run } => {
                let entry = le64(bytes, self.table.checked_add((index + index / run).checked_mul(8)?)?)?;
                // State 6 is stored in full, 7 in part; the place is given in MiB.
                matches!(entry & 7, 6 | 7).then_some((entry >> 20) << 20)
            }
        }
    }
}

impl<'a> Disk<'a> {
    fn raw(bytes: &'a [u8]) -> Disk<'a> {
        Disk { bytes, stored: Stored::Raw, start: 0, len: bytes.len() as u64 }
    }

    /// The part of the disk from `start` on.
    fn part(&self, start: u64, len: u64) -> Disk<'a> {
        let start = self.start.saturating_add(start);
        Disk { start, len: len.min(self.len), ..self.clone() }
    }

    /// A disk of `len` bytes whose stored sectors stand in `bytes`; the others are zero.
    pub(super) fn of_pieces(bytes: &'a [u8], mut pieces: Vec<Piece>, len: u64) -> Disk<'a> {
        pieces.sort_by_key(|piece| piece.at);
        Disk { bytes, stored: Stored::Pieces(pieces), start: 0, len }
    }

    /// Where in the image a place of the disk should stand, if it is stored, and after how many bytes another
    /// answer begins.
    fn step(&self, at: u64) -> (Option<u64>, u64) {
        let Some(at) = self.start.checked_add(at) else { return (None, u64::MAX) };
        match &self.stored {
            Stored::Raw => (Some(at), u64::MAX),
            Stored::Blocks(blocks) => {
                let (size, block) = (blocks.size, blocks.place(self.bytes, at / blocks.size));
                (block.and_then(|block| block.checked_add(at % size)), size - at % size)
            }
            Stored::Pieces(pieces) => {
                let next = pieces.partition_point(|piece| piece.at <= at);
                let here = next.checked_sub(1).and_then(|last| pieces.get(last));
                match here.map(|piece| (piece, at - piece.at)).filter(|(piece, into)| *into < piece.len) {
                    Some((piece, into)) => (piece.place.checked_add(into), piece.len - into),
                    None => (None, pieces.get(next).map_or(u64::MAX, |piece| piece.at - at)),
                }
            }
        }
    }

    /// Where in the image this place of the disk stands, and how many bytes follow it in one piece.
    fn place(&self, at: u64) -> Option<(usize, usize)> {
        let (place, left) = self.step(at);
        let place = usize::try_from(place?).ok()?;
        let room = self.bytes.len().checked_sub(place)?;
        Some((place, room.min(usize::try_from(left).unwrap_or(usize::MAX))))
    }

    /// The offset in the image of a place of the disk.
    pub(super) fn offset(&self, at: u64) -> Option<usize> {
        self.place(at).map(|(place, _)| place)
    }

    /// Bytes of the disk, fewer where the image ends; blocks that are not stored are zero.
    pub(super) fn read(&self, at: u64, len: usize) -> Cow<'a, [u8]> {
        if at >= self.len {
            return Cow::Borrowed(&[]);
        }
        let len = len.min(usize::try_from(self.len - at).unwrap_or(usize::MAX));
        if let Some((place, room)) = self.place(at)
            && (room >= len || matches!(self.stored, Stored::Raw))
        {
            return Cow::Borrowed(self.bytes.get(place..place + len.min(room)).unwrap_or_default());
        }
        if matches!(self.stored, Stored::Raw) {
            return Cow::Borrowed(&[]);
        }
        // No more comes out than the image could hold: what is not stored stays out.
        let len = len.min(self.bytes.len());
        let mut out = Vec::with_capacity(len);
        while out.len() < len {
            let here = at + out.len() as u64;
            let left = len - out.len();
            let in_block = usize::try_from(self.step(here).1).unwrap_or(left).min(left);
            match self.place(here) {
                Some((place, room)) if room > 0 => {
                    let piece = self.bytes.get(place..place + in_block.min(room)).unwrap_or_default();
                    out.extend_from_slice(piece);
                }
                _ => out.resize(out.len() + in_block, 0),
            }
        }
        Cow::Owned(out)
    }
}

/// The volumes of an image: the whole of it, and each of its partitions; and what of it was read, if that is not all.
pub(super) fn volumes(bytes: &[u8], format: Format) -> (Vec<Disk<'_>>, Option<String>) {
    let disk = match format {
        Format::Vhd => vhd(bytes),
        Format::Vhdx => vhdx(bytes),
        _ => Some(Disk::raw(bytes)),
    };
    let disk = disk.unwrap_or_else(|| Disk::raw(bytes));
    let mut out = vec![disk.clone()];
    out.extend(partitions(&disk));
    let more = out.len() > MAX_PARTITIONS + 1;
    out.truncate(MAX_PARTITIONS + 1);
    (out, more.then(|| format!("the first {MAX_PARTITIONS} partitions")))
}

/// VHD: a footer, or its copy in front, says the kind; a dynamic disk has a table of its blocks.
fn vhd(bytes: &[u8]) -> Option<Disk<'_>> {
    let be32 = |at: usize| bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_be_bytes);
    let be64 = |at: usize| bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_be_bytes);
    if !bytes.starts_with(b"conectix") || be32(60)? < 3 {
        return Some(Disk::raw(bytes));
    }
    let header = usize::try_from(be64(16)?).ok()?;
    if bytes.get(header..header.checked_add(8)?)? != b"cxsparse" {
        return None;
    }
    let table = usize::try_from(be64(header + 16)?).ok()?;
    let count = u64::from(be32(header + 28)?);
    let size = u64::from(be32(header + 32)?);
    if size < 512 || !size.is_power_of_two() {
        return None;
    }
    // A map of the sectors in use stands before each block, a bit for each, filled up to a sector.
    let map = (size / 512).div_ceil(8).next_multiple_of(512);
    let blocks = Blocks { size, table, count, kind: Kind::Vhd { map } };
    Some(Disk { bytes, stored: Stored::Blocks(blocks), start: 0, len: be64(48)? })
}

/// VHDX: two tables of regions at fixed places lead to the table of blocks and to the metadata.
fn vhdx(bytes: &[u8]) -> Option<Disk<'_>> {
    const BLOCKS: [u8; 16] =
        [0x66, 0x77, 0xc2, 0x2d, 0x23, 0xf6, 0, 0x42, 0x9d, 0x64, 0x11, 0x5e, 0x9b, 0xfd, 0x4a, 0x08];
    const METADATA: [u8; 16] =
        [0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b, 0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e];
    const PARAMETERS: [u8; 16] =
        [0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d, 0xb3, 0xb6, 0x33, 0xf0, 0xaa, 0x44, 0xe7, 0x6b];
    const LENGTH: [u8; 16] =
        [0x24, 0x42, 0xa5, 0x2f, 0x1b, 0xcd, 0x76, 0x48, 0xb2, 0x11, 0x5d, 0xbe, 0xd8, 0x3b, 0xf4, 0xb8];
    let region = |wanted: &[u8; 16]| {
        let table = [192 << 10, 256 << 10].into_iter().find(|&at| bytes.get(at..at + 4) == Some(b"regi"))?;
        let count = (le32(bytes, table + 8)? as usize).min(MAX_ROWS);
        let row = (0..count).map(|i| table + 16 + i * 32);
        let row = row.into_iter().find(|&at| bytes.get(at..at + 16) == Some(wanted))?;
        usize::try_from(le64(bytes, row + 16)?).ok()
    };
    let metadata = region(&METADATA)?;
    let item = |wanted: &[u8; 16]| {
        let count = usize::from(le16(bytes, metadata.checked_add(10)?)?).min(MAX_ROWS);
        let row = (0..count).map(|i| metadata + 32 + i * 32);
        let row = row.into_iter().find(|&at| bytes.get(at..at + 16) == Some(wanted))?;
        metadata.checked_add(le32(bytes, row + 16)? as usize)
    };
    let size = u64::from(le32(bytes, item(&PARAMETERS)?)?);
    if size < 1 << 20 || !size.is_power_of_two() {
        return None;
    }
    let len = le64(bytes, item(&LENGTH)?)?;
    let table = region(&BLOCKS)?;
    let run = usize::try_from((512 << 23) / size).ok()?.max(1);
    let blocks = Blocks { size, table, count: len.div_ceil(size), kind: Kind::Vhdx { run } };
    Some(Disk { bytes, stored: Stored::Blocks(blocks), start: 0, len })
}

/// The partitions that the first sectors list.
fn partitions<'a>(disk: &Disk<'a>) -> Vec<Disk<'a>> {
    let first = disk.read(0, 512);
    if first.get(510..512) != Some(b"\x55\xaa") {
        return Vec::new();
    }
    let mut out = Vec::new();
    for row in [446, 462, 478, 494] {
        let (Some(&kind), Some(start), Some(len)) =
            (first.get(row + 4), le32(&first, row + 8), le32(&first, row + 12))
        else {
            continue;
        };
        match kind {
            0 => {}
            0xee => out.extend(guid_partitions(disk)),
            _ if start > 0 && len > 0 => out.push(disk.part(u64::from(start) * 512, u64::from(len) * 512)),
            _ => {}
        }
    }
    out
}

/// The partitions of a GPT, whose header stands in the second sector.
fn guid_partitions<'a>(disk: &Disk<'a>) -> Vec<Disk<'a>> {
    let header = disk.read(512, 92);
    let (Some(table), Some(count), Some(size)) = (le64(&header, 72), le32(&header, 80), le32(&header, 84))
    else {
        return Vec::new();
    };
    if !header.starts_with(b"EFI PART") || !(128..=4_096).contains(&size) {
        return Vec::new();
    }
    let rows = u64::from(count.min(4_096));
    let row = |i: u64| disk.read(table.saturating_mul(512).saturating_add(i * u64::from(size)), 48);
    let partition = |row: Cow<'_, [u8]>| {
        let used = row.get(..16)?.iter().any(|b| *b != 0);
        let (first, last) = (le64(&row, 32)?, le64(&row, 40)?);
        let len = last.checked_sub(first)?.saturating_add(1).saturating_mul(512);
        used.then(|| disk.part(first.saturating_mul(512), len))
    };
    (0..rows).filter_map(|i| partition(row(i))).take(MAX_PARTITIONS + 1).collect()
}

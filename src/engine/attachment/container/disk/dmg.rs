//! Images of macOS (UDIF): a list in XML of what is packed how, and what that comes to.
//!
//! The last 512 bytes (`koly`) say where the list stands; each of its tables (`mish`) is one partition, in chunks
//! packed with zlib, bzip2, LZMA or ADC, or not packed at all. LZFSE can't be opened here.
//! Source: the format as hdiutil writes it, described by the dmg2img and libdmg-hfsplus projects.

use std::ops::Range;

use memchr::memmem;

use super::super::stream::xz;
use super::super::{End, be32, be64, believed, read_some};
use super::image::{Disk, Piece};
use crate::engine::attachment::budget::{Budget, Growing, Unpacked};
use crate::engine::attachment::encoding;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;

/// Bytes of the list that are read.
const MAX_LIST: usize = 4 << 20;
/// Partitions that are unpacked.
const MAX_PARTS: usize = 16;
/// Bytes of a table before its chunks, and of each chunk.
const TABLE: usize = 204;
const CHUNK: usize = 40;
const SECTOR: u64 = 512;

/// What an image comes to: the bytes of all sectors that are not empty, and where each partition has its own.
pub(super) struct Image {
    pub(super) bytes: Unpacked<'static>,
    parts: Vec<(Vec<Piece>, u64)>,
}

impl Image {
    /// Each partition as a disk.
    pub(super) fn volumes(&self) -> Vec<Disk<'_>> {
        self.parts.iter().map(|(pieces, len)| Disk::of_pieces(&self.bytes, pieces.clone(), *len)).collect()
    }
}

/// Unpacks an image within the budget; `None` where it holds no list of chunks.
pub(super) fn unpack(case: &mut Case<'_, '_>) -> Option<Image> {
    let bytes = case.bytes();
    let tables = tables(bytes)?;
    if tables.len() > MAX_PARTS {
        case.only(&format!("the first {MAX_PARTS} partitions"));
    }
    let data_fork = be64(bytes, bytes.len().checked_sub(512)?.checked_add(24)?)?;
    let mut out = case.budget().growing(0);
    let mut parts = Vec::new();
    let mut problems = Problems::default();
    for table in tables.iter().take(MAX_PARTS) {
        let start = be64(table, 24)?.checked_add(data_fork)?;
        let mut pieces = Vec::new();
        for row in table.get(TABLE..).unwrap_or_default().chunks_exact(CHUNK) {
            let Some(chunk) = Chunk::read(row, start) else { continue };
            let packed = bytes.get(chunk.range.clone()).unwrap_or_default();
            let place = out.bytes.len() as u64;
            let goes_on = chunk.unpack(packed, case.budget(), &mut out, &mut problems);
            let len = out.bytes.len() as u64 - place;
            if len > 0 {
                pieces.push(Piece { at: chunk.at, len, place });
            }
            if !goes_on {
                break;
            }
        }
        parts.push((pieces, be64(table, 16)?.saturating_mul(SECTOR)));
        if case.budget().reached.is_some() || case.budget().too_much_held || out.is_full() {
            break;
        }
    }
    if problems.unknown {
        let says = "was not looked into in full: parts of it are packed in a way that can't be opened here";
        case.find(&f::NOT_INSPECTED_FORMAT, says, None);
    }
    if problems.damaged {
        super::super::damaged(case);
    }
    let bytes = case.budget().kept(out);
    Some(Image { bytes, parts })
}

/// What could not be unpacked.
#[derive(Default)]
struct Problems {
    unknown: bool,
    damaged: bool,
}

/// How a chunk is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packed {
    Raw,
    Adc,
    Zlib,
    Bzip2,
    Lzma,
    Unknown,
}

/// A run of sectors.
struct Chunk {
    packed: Packed,
    /// Where it begins on its partition, and how long it is there, in bytes.
    at: u64,
    len: u64,
    /// Where it stands in the image.
    range: Range<usize>,
}

impl Chunk {
    /// Reads a row of a table; `None` for what holds nothing (zeros, comments, the end).
    fn read(row: &[u8], start: u64) -> Option<Chunk> {
        let packed = match be32(row, 0)? {
            1 => Packed::Raw,
            0x8000_0004 => Packed::Adc,
            0x8000_0005 => Packed::Zlib,
            0x8000_0006 => Packed::Bzip2,
            0x8000_0008 => Packed::Lzma,
            0 | 2 | 0x7fff_fffe | 0xffff_ffff => return None,
            _ => Packed::Unknown,
        };
        let from = usize::try_from(be64(row, 24)?.checked_add(start)?).ok()?;
        let to = from.checked_add(usize::try_from(be64(row, 32)?).ok()?)?;
        let bytes = |at: usize| be64(row, at)?.checked_mul(SECTOR);
        Some(Chunk { packed, at: bytes(8)?, len: bytes(16)?, range: from..to })
    }

    /// Puts its sectors behind `out`; `false` where the budget is spent.
    fn unpack(&self, packed: &[u8], budget: &mut Budget, out: &mut Growing, problems: &mut Problems) -> bool {
        use std::io::Read;
        let len = usize::try_from(self.len).unwrap_or(usize::MAX);
        let expected = believed(len, packed.len());
        let (data, end) = match self.packed {
            Packed::Unknown => {
                problems.unknown = true;
                return true;
            }
            Packed::Raw => read_some(packed.take(self.len), budget, 1, expected),
            Packed::Adc => adc(packed, len, budget),
            Packed::Zlib => {
                read_some(flate2::bufread::ZlibDecoder::new(packed).take(self.len), budget, 1, expected)
            }
            Packed::Bzip2 => {
                read_some(bzip2::bufread::BzDecoder::new(packed).take(self.len), budget, 8, expected)
            }
            Packed::Lzma => xz(packed, budget),
        };
        problems.damaged |= end == End::Damaged || end == End::Whole && data.len() < len;
        out.fill(&data) && end != End::Cut
    }
}

/// The tables of the list, unpacked from its XML.
fn tables(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let trailer = bytes.get(bytes.len().checked_sub(512)?..)?;
    let from = usize::try_from(be64(trailer, 216)?).ok()?;
    let len = usize::try_from(be64(trailer, 224)?).ok()?.min(MAX_LIST);
    let list = bytes.get(from..from.checked_add(len)?.min(bytes.len()))?;
    let begin = memmem::find(list, b"<key>blkx</key>")?;
    let list = list.get(begin..)?;
    let list = list.get(..memmem::find(list, b"</array>").unwrap_or(list.len()))?;
    let starts = memmem::find_iter(list, b"<data>");
    let tables = starts.filter_map(|at| {
        let data = list.get(at + b"<data>".len()..)?;
        let data = data.get(..memchr::memchr(b'<', data)?)?;
        Some(encoding::base64(data)).filter(|table| table.starts_with(b"mish"))
    });
    Some(tables.take(MAX_PARTS + 1).collect::<Vec<_>>()).filter(|tables| !tables.is_empty())
}

/// Bytes that one step of ADC writes at most.
const MOST_COPIED: usize = 128;

/// Apple Data Compression: bytes as they are, and copies of what came before.
fn adc(packed: &[u8], expected: usize, budget: &mut Budget) -> (Unpacked<'static>, End) {
    let mut place = budget.growing(2);
    let room = place.room(expected.saturating_add(MOST_COPIED));
    let out = &mut place.bytes;
    let mut at = 0;
    while let Some(&head) = packed.get(at)
        && out.len() < expected
        && room
    {
        let next = |n: usize| packed.get(at + n).map(|b| usize::from(*b));
        let (len, back, used) = match head {
            0x80.. => {
                let len = usize::from(head & 0x7f) + 1;
                let Some(plain) = packed.get(at + 1..at + 1 + len) else { break };
                out.extend_from_slice(plain);
                at += 1 + len;
                continue;
            }
            0x40.. => {
                let (Some(high), Some(low)) = (next(1), next(2)) else { break };
                (usize::from(head & 0x3f) + 4, high << 8 | low, 3)
            }
            _ => {
                let Some(low) = next(1) else { break };
                (usize::from(head >> 2 & 0x0f) + 3, usize::from(head & 3) << 8 | low, 2)
            }
        };
        let Some(from) = out.len().checked_sub(back + 1) else { break };
        for place in from..from + len {
            let byte = out.get(place).copied().unwrap_or_default();
            out.push(byte);
        }
        at += used;
    }
    out.truncate(expected);
    let end = if place.is_full() { End::Cut } else { End::Whole };
    (budget.grown(place, 2), end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;

    #[test]
    fn copies_reach_back_as_far_as_they_say() {
        let unpacked =
            |packed: &[u8], most| adc(packed, most, &mut Budget::new(&Limits::default())).0.to_vec();
        // Three letters; then five from three back; then four from eight back, written long.
        assert_eq!(unpacked(b"\x82abc\x08\x02\x40\0\x07", 100), b"abcabcababca");
        assert_eq!(unpacked(b"\x82abc\x08\x02", 4), b"abca");
        // Farther back than anything came, and cut short.
        assert_eq!(unpacked(b"\x80a\x08\x05", 100), b"a");
        assert_eq!(unpacked(b"\x85ab", 100), b"");
    }
}

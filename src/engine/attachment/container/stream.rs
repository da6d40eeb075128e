//! One compressed file: gzip, zlib, bzip2, xz, lzma, lzip, Zstandard, compress. What comes out is one member.

use super::lzw::Lzw;
use super::{End, Members, believed, damaged, le32, member, read_all, read_some, zstd};
use crate::engine::attachment::budget::{Budget, Unpacked};
use crate::engine::attachment::filetype::Format;
use crate::engine::attachment::inspect::Case;

/// Names that lose an ending when unpacked.
const ENDINGS: &[(&str, &str)] = &[
    (".tgz", ".tar"),
    (".tbz", ".tar"),
    (".tbz2", ".tar"),
    (".txz", ".tar"),
    (".tzst", ".tar"),
    (".svgz", ".svg"),
    (".gz", ""),
    (".bz2", ""),
    (".xz", ""),
    (".lzma", ""),
    (".tlz", ".tar"),
    (".lz", ""),
    (".zst", ""),
    (".taz", ".tar"),
    (".z", ""),
    (".zip", ""),
];

/// Unpacks the stream and looks at what came out.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let mut inner_name = None;
    let (data, end) = match case.detected.format {
        Format::Gzip => {
            let reader = flate2::bufread::MultiGzDecoder::new(bytes);
            inner_name = gzip_name(bytes);
            let size = believed(gzip_size(bytes), bytes.len());
            read_some(reader, case.budget(), 1, size)
        }
        Format::Zlib => read_all(flate2::bufread::ZlibDecoder::new(bytes), case.budget(), 1),
        Format::Bzip2 => read_all(bzip2::bufread::MultiBzDecoder::new(bytes), case.budget(), 8),
        Format::Xz => xz(bytes, case.budget()),
        Format::Lzma => match lzma_rust2::LzmaReader::new_mem_limit(bytes, u32::MAX, None) {
            Ok(reader) => {
                let window = le32(bytes, 1).unwrap_or(u32::MAX);
                let reader = case.budget().windowed(reader, u64::from(window));
                read_all(reader, case.budget(), 4)
            }
            Err(_) => (Unpacked::piece(&[]), End::Damaged),
        },
        Format::Lzip => {
            let reader = lzma_rust2::LzipReader::new(bytes);
            let reader = case.budget().windowed(reader, lzip_window(bytes));
            read_all(reader, case.budget(), 4)
        }
        Format::Compress => match Lzw::new(bytes) {
            Some(reader) => read_all(reader, case.budget(), 4),
            None => (Unpacked::piece(&[]), End::Damaged),
        },
        _ => zstd(bytes, case.budget()).unwrap_or((Unpacked::piece(&[]), End::Damaged)),
    };
    if end == End::Damaged {
        damaged(case);
    }
    if data.is_empty() {
        return;
    }
    let name =
        inner_name.or_else(|| case.item.name().map(without_ending)).unwrap_or_else(|| "data".to_owned());
    member(case, members, &name, &data);
}

/// Unpacks xz, whose window grows with what comes out, up to the size that the headers of its blocks name.
pub(super) fn xz(bytes: &[u8], budget: &mut Budget) -> (Unpacked<'static>, End) {
    let reader = lzma_rust2::XzReader::new_mem_limit(bytes, true, u32::MAX);
    let reader = budget.windowed(reader, window(bytes));
    read_all(reader, budget, 4)
}

/// The largest window that the header of a block names (xz format §3.1, §5.3.1): the filter 0x21 with one byte of
/// properties, in a header that is a multiple of four bytes long and has a sum.
fn window(bytes: &[u8]) -> u64 {
    let is_header = |start: usize, place: usize| {
        let len = (bytes.get(start).map_or(0, |n| usize::from(*n)) + 1) * 4;
        let (head, sum) = (bytes.get(start..start + len - 4), le32(bytes, start + len - 4));
        start + len > place + 2
            && head.zip(sum).is_some_and(|(head, sum)| {
                let mut crc = flate2::Crc::new();
                crc.update(head);
                crc.sum() == sum
            })
    };
    let named = memchr::memmem::find_iter(bytes, &[0x21, 1]).filter_map(|at| {
        let property = *bytes.get(at + 2)?;
        let mut starts = (at.saturating_sub(80)..at).filter(|s| s.is_multiple_of(4));
        (property <= 40 && starts.any(|start| is_header(start, at)))
            .then(|| (2 | u64::from(property & 1)) << (property / 2 + 11))
    });
    named.max().unwrap_or(0)
}

/// The largest window that a member names (lzip manual, file format): a power of two less some sixteenths of it.
fn lzip_window(bytes: &[u8]) -> u64 {
    let named = memchr::memmem::find_iter(bytes, b"LZIP\x01").filter_map(|at| {
        let size = *bytes.get(at + 5)?;
        let power = 1_u64 << (size & 0x1f);
        Some(power - power / 16 * u64::from(size >> 5))
    });
    named.max().unwrap_or(0)
}

/// The size of what a gzip stream holds, as its last four bytes say (RFC 1952 §2.3.1).
fn gzip_size(bytes: &[u8]) -> usize {
    let at = bytes.len().checked_sub(4);
    at.and_then(|at| le32(bytes, at)).map_or(0, |size| size as usize)
}

/// The file's name in a gzip header (RFC 1952 §2.3.1).
fn gzip_name(bytes: &[u8]) -> Option<String> {
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + super::le16(bytes, at)? as usize;
    }
    if flags & 8 == 0 {
        return None;
    }
    let name = bytes.get(at..)?.split(|&b| b == 0).next()?;
    (!name.is_empty() && name.len() < 1_024).then(|| String::from_utf8_lossy(name).into_owned())
}

fn without_ending(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    for (ending, instead) in ENDINGS {
        if lower.ends_with(ending)
            && let Some(stem) = name.get(..name.len() - ending.len())
            && !stem.is_empty()
        {
            return format!("{stem}{instead}");
        }
    }
    name.to_owned()
}

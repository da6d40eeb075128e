//! One compressed file: gzip, zlib, bzip2, xz, lzma, Zstandard, compress. What comes out is one member.

use super::lzw::Lzw;
use super::{End, Members, damaged, le32, member, read_all, read_some};
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
            read_some(reader, case.budget(), 1, gzip_size(bytes))
        }
        Format::Zlib => read_all(flate2::read::ZlibDecoder::new(bytes), case.budget(), 1),
        Format::Bzip2 => read_all(bzip2::read::MultiBzDecoder::new(bytes), case.budget(), 8),
        Format::Xz => read_all(lzma_rust2::XzReader::new_mem_limit(bytes, true, 64 << 10), case.budget(), 4),
        Format::Lzma => match lzma_rust2::LzmaReader::new_mem_limit(bytes, 64 << 10, None) {
            Ok(reader) => read_all(reader, case.budget(), 4),
            Err(_) => (Vec::new(), End::Damaged),
        },
        Format::Compress => match Lzw::new(bytes) {
            Some(reader) => read_all(reader, case.budget(), 4),
            None => (Vec::new(), End::Damaged),
        },
        _ => match ruzstd::decoding::StreamingDecoder::new(bytes) {
            Ok(reader) => read_all(reader, case.budget(), 2),
            Err(_) => (Vec::new(), End::Damaged),
        },
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

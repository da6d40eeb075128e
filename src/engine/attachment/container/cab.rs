//! Cabinets: the list of files, and folders that are stored or packed with MSZIP or LZX.
//!
//! Source: MS-CAB. Quantum is not unpacked; its files are judged by name.

use super::lzx::Frames;
use super::{Members, damaged, le16, le32, member};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;

/// Looks at every file.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let (Some(files_at), Some(folders), Some(files), Some(flags)) =
        (le32(bytes, 16), le16(bytes, 26), le16(bytes, 28), le16(bytes, 30))
    else {
        damaged(case);
        return;
    };
    // Optional fields stand between the header and the folders: reserved areas and neighbours' names.
    let mut at = 36;
    let mut folder_reserve = 0;
    let mut data_reserve = 0;
    if flags & 4 != 0 {
        let header_reserve = le16(bytes, at).unwrap_or(0) as usize;
        folder_reserve = bytes.get(at + 2).copied().unwrap_or(0) as usize;
        data_reserve = bytes.get(at + 3).copied().unwrap_or(0) as usize;
        at += 4 + header_reserve;
    }
    for bit in [1, 2] {
        for _ in 0..if flags & bit != 0 { 2 } else { 0 } {
            at += bytes.get(at..).unwrap_or_default().iter().take_while(|&&b| b != 0).count() + 1;
        }
    }
    let mut unpacked: Vec<Option<Vec<u8>>> = Vec::new();
    for index in 0..folders as usize {
        let head = at + index * (8 + folder_reserve);
        unpacked.push(folder(case, bytes, head, data_reserve));
        if case.budget().reached.is_some() {
            return;
        }
    }
    let mut at = files_at as usize;
    let mut packed = 0;
    for _ in 0..files {
        let (Some(size), Some(offset), Some(folder)) =
            (le32(bytes, at), le32(bytes, at + 4), le16(bytes, at + 8))
        else {
            damaged(case);
            return;
        };
        let rest = bytes.get(at + 16..).unwrap_or_default();
        let raw = rest.split(|&b| b == 0).next().unwrap_or_default();
        let name = String::from_utf8_lossy(raw).into_owned();
        at += 16 + raw.len() + 1;
        let data = unpacked.get(folder as usize).and_then(Option::as_ref).and_then(|d| {
            let start = offset as usize;
            d.get(start..start.saturating_add(size as usize).min(d.len()))
        });
        match data {
            Some(data) if !data.is_empty() || size == 0 => member(case, members, &name, data),
            _ => {
                packed += 1;
                members.add_name(case, &name);
            }
        }
        if !case.budget().entry() {
            return;
        }
    }
    if packed > 0 {
        let says = format!("holds {packed} files that could not be unpacked: they were judged by name alone");
        case.find(&f::NOT_INSPECTED_FORMAT, &says, None);
    }
}

/// The bytes of one folder; `None` for a compression that can't be read here.
fn folder(case: &mut Case<'_, '_>, bytes: &[u8], head: usize, reserve: usize) -> Option<Vec<u8>> {
    let mut at = le32(bytes, head)? as usize;
    let blocks = le16(bytes, head + 4)?;
    let kind = le16(bytes, head + 6)?;
    let method = kind & 0x0f;
    let mut frames = match method {
        0 | 1 => None,
        3 => Some(Frames::new(kind >> 8 & 0x1f)?),
        _ => return None,
    };
    let mut out: Vec<u8> = Vec::new();
    for _ in 0..blocks {
        let (packed, size) = (le16(bytes, at + 4)? as usize, le16(bytes, at + 6)? as usize);
        let data_at = at + 8 + reserve;
        let data = bytes.get(data_at..data_at + packed)?;
        if let Some(frames) = &mut frames {
            // What comes before a damaged frame is kept.
            let Some(frame) = frames.next(data, size) else { return Some(out) };
            out.extend_from_slice(frame);
        } else if method == 0 {
            out.extend_from_slice(data);
        } else {
            // Each block is deflate after "CK", with the last 32 KiB that came out as its dictionary.
            let mut inflate = flate2::Decompress::new(false);
            let dictionary = out.get(out.len().saturating_sub(32 << 10)..).unwrap_or_default();
            if !dictionary.is_empty() {
                inflate.set_dictionary(dictionary).ok()?;
            }
            let mut block = Vec::with_capacity(size.max(1));
            inflate.decompress_vec(data.get(2..)?, &mut block, flate2::FlushDecompress::Finish).ok()?;
            out.extend_from_slice(&block);
        }
        if !case.budget().out(size, if method == 3 { 8 } else { 2 }) {
            return Some(out);
        }
        at = data_at + packed;
    }
    Some(out)
}

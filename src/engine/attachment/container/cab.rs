//! Cabinets: the list of files, and folders that are stored or packed with MSZIP or LZX.
//!
//! Source: MS-CAB. Quantum is not unpacked; its files are judged by name.

use super::lzx::Frames;
use super::{Members, damaged, le16, le32, member};
use crate::engine::attachment::budget::Unpacked;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name;

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
    let mut list = Vec::new();
    let mut place = files_at as usize;
    for _ in 0..files {
        let Some((file, next)) = file(bytes, place) else {
            damaged(case);
            break;
        };
        // One more than may be opened, so that the walk says where there are too many.
        if list.len() > case.budget().limits().entries {
            break;
        }
        list.push(file);
        place = next;
    }
    list.sort_by_key(|file| file.folder);
    let mut packed = 0;
    // Folder by folder: what one holds is dropped before the next is unpacked.
    for group in list.chunk_by(|a, b| a.folder == b.folder) {
        let index = group.first().map_or(0, |file| file.folder as usize);
        let head = at + index * (8 + folder_reserve);
        let data = (index < folders as usize).then(|| folder(case, bytes, head, data_reserve)).flatten();
        for file in group {
            let end = file.start.saturating_add(file.size);
            let piece = data.as_ref().and_then(|d| d.get(file.start..end.min(d.len())));
            match piece {
                Some(piece) if !piece.is_empty() || file.size == 0 => {
                    member(case, members, &file.name, piece)
                }
                _ => {
                    packed += 1;
                    members.add_name(case, &file.name);
                }
            }
            if case.budget().reached.is_some() {
                return;
            }
        }
    }
    if packed > 0 {
        let says = format!("holds {packed} files that could not be unpacked: they were judged by name alone");
        case.find(&f::NOT_INSPECTED_FORMAT, &says, None);
    }
}

/// One line of the list of files.
struct File {
    name: String,
    folder: u16,
    start: usize,
    size: usize,
}

/// The line at this place, and where the next one stands.
fn file(bytes: &[u8], at: usize) -> Option<(File, usize)> {
    let (size, start, folder) = (le32(bytes, at)?, le32(bytes, at + 4)?, le16(bytes, at + 8)?);
    let rest = bytes.get(at + 16..).unwrap_or_default();
    let raw = rest.split(|&b| b == 0).next().unwrap_or_default();
    let file = File { name: name::from_bytes(raw), folder, start: start as usize, size: size as usize };
    Some((file, at + 16 + raw.len() + 1))
}

/// The bytes of one folder; `None` for a compression that can't be read here.
fn folder(case: &mut Case<'_, '_>, bytes: &[u8], head: usize, reserve: usize) -> Option<Unpacked<'static>> {
    /// What one block comes to.
    const BLOCK: usize = 32 << 10;
    let mut at = le32(bytes, head)? as usize;
    let blocks = le16(bytes, head + 4)?;
    let kind = le16(bytes, head + 6)?;
    let method = kind & 0x0f;
    let mut frames = match method {
        0 | 1 => None,
        3 => Some(Frames::new(kind >> 8 & 0x1f)?),
        _ => return None,
    };
    let cost = if method == 3 { 8 } else { 2 };
    let mut out = case.budget().growing(cost);
    let mut block = Vec::new();
    // What comes before a damaged block is kept.
    for _ in 0..blocks {
        let (Some(packed), Some(size)) = (le16(bytes, at + 4), le16(bytes, at + 6)) else { break };
        let data_at = at + 8 + reserve;
        let Some(data) = bytes.get(data_at..data_at + packed as usize) else { break };
        let piece = if let Some(frames) = &mut frames {
            frames.next(data, size as usize)
        } else if method == 0 {
            Some(data)
        } else {
            inflate(data, &out.bytes, &mut block, BLOCK)
        };
        let Some(piece) = piece else { break };
        if !out.push(piece) {
            break;
        }
        at = data_at + packed as usize;
    }
    Some(case.budget().grown(out, cost))
}

/// One block of deflate, which stands behind "CK" and has the last 32 KiB that came out as its dictionary.
fn inflate<'b>(data: &[u8], before: &[u8], block: &'b mut Vec<u8>, most: usize) -> Option<&'b [u8]> {
    let mut inflate = flate2::Decompress::new(false);
    let dictionary = before.get(before.len().saturating_sub(most)..).unwrap_or_default();
    if !dictionary.is_empty() {
        inflate.set_dictionary(dictionary).ok()?;
    }
    block.clear();
    block.reserve_exact(most);
    inflate.decompress_vec(data.get(2..)?, block, flate2::FlushDecompress::Finish).ok()?;
    Some(block)
}

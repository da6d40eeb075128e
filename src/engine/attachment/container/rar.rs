//! RAR 4 and 5: the headers are read, stored members opened; compressed ones are judged by name, because
//! the only unpacker carries a licence that forbids what this project allows.
//!
//! Source: RAR 5.0 archive format (rarlab.com/technote.htm), and the unrar technote for version 4.

use super::{Members, damaged, le16, le32, member};
use crate::engine::attachment::filetype::Format;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;

/// Blocks that are read of one archive.
const MAX_BLOCKS: usize = 10_000;

/// One file in the archive.
struct File<'a> {
    name: String,
    data: &'a [u8],
    stored: bool,
    encrypted: bool,
}

/// What a walk over the blocks gave.
#[derive(Default)]
struct Walk<'a> {
    files: Vec<File<'a>>,
    headers_encrypted: bool,
    whole: bool,
}

/// Looks at every member that can be had.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let walk = match case.detected.format {
        Format::Rar5 => rar5(bytes),
        _ => rar4(bytes),
    };
    if walk.headers_encrypted {
        members.add_locked("");
    }
    let mut packed = 0;
    for file in &walk.files {
        if !case.budget().entry() {
            return;
        }
        match (file.encrypted, file.stored) {
            (true, _) => {
                members.add_locked(&file.name);
                crate::engine::attachment::name::judge_member(case, &file.name);
            }
            (false, true) => member(case, members, &file.name, file.data),
            (false, false) => {
                packed += 1;
                members.add_name(case, &file.name);
            }
        }
    }
    if packed > 0 {
        case.find(
            &f::NOT_INSPECTED_FORMAT,
            &format!("holds {packed} files that RAR has compressed: they were judged by name alone"),
            None,
        );
    }
    if !walk.whole {
        damaged(case);
    }
}

fn rar4(bytes: &[u8]) -> Walk<'_> {
    const FILE: u8 = 0x74;
    const MAIN: u8 = 0x73;
    const END: u8 = 0x7b;
    let mut walk = Walk::default();
    let mut at = 7;
    for _ in 0..MAX_BLOCKS {
        let (Some(&kind), Some(flags), Some(size)) =
            (bytes.get(at + 2), le16(bytes, at + 3), le16(bytes, at + 5))
        else {
            walk.whole = at >= bytes.len();
            return walk;
        };
        if size < 7 {
            return walk;
        }
        if kind == END {
            walk.whole = true;
            return walk;
        }
        if kind == MAIN && flags & 0x80 != 0 {
            walk.headers_encrypted = true;
            walk.whole = true;
            return walk;
        }
        let mut data_len = 0;
        if flags & 0x8000 != 0 || kind == FILE {
            data_len = le32(bytes, at + 7).unwrap_or(0) as usize;
        }
        let data_at = at + size as usize;
        if kind == FILE
            && let (Some(&method), Some(name_len)) = (bytes.get(at + 25), le16(bytes, at + 26))
        {
            let name_at = at + 32 + if flags & 0x100 != 0 { 8 } else { 0 };
            let raw = bytes.get(name_at..name_at + name_len as usize).unwrap_or_default();
            // A Unicode name follows the plain one after a NUL; the plain one says enough to judge.
            let raw = raw.split(|&b| b == 0).next().unwrap_or_default();
            let folder = flags & 0xe0 == 0xe0;
            if !folder {
                walk.files.push(File {
                    name: String::from_utf8_lossy(raw).into_owned(),
                    data: bytes
                        .get(data_at..data_at.saturating_add(data_len).min(bytes.len()))
                        .unwrap_or_default(),
                    stored: method == 0x30,
                    encrypted: flags & 4 != 0,
                });
            }
        }
        at = data_at.saturating_add(data_len);
    }
    walk
}

fn rar5(bytes: &[u8]) -> Walk<'_> {
    let mut walk = Walk::default();
    let mut at = 8;
    for _ in 0..MAX_BLOCKS {
        let mut cursor = Cursor { bytes, at: at + 4 };
        let Some(size) = cursor.number() else {
            walk.whole = at >= bytes.len();
            return walk;
        };
        let header_at = cursor.at;
        let Some(end) = header_at.checked_add(size).filter(|&e| e <= bytes.len() && size > 0) else {
            return walk;
        };
        match block5(&mut cursor, end, &mut walk) {
            Some(Next::At(next)) => at = next,
            Some(Next::Stop) => {
                walk.whole = true;
                return walk;
            }
            None => return walk,
        }
    }
    walk
}

enum Next {
    At(usize),
    Stop,
}

fn block5<'a>(cursor: &mut Cursor<'a>, end: usize, walk: &mut Walk<'a>) -> Option<Next> {
    let (kind, flags) = (cursor.number()?, cursor.number()?);
    let extra = if flags & 1 != 0 { cursor.number()? } else { 0 };
    let data_len = if flags & 2 != 0 { cursor.number()? } else { 0 };
    match kind {
        4 => {
            walk.headers_encrypted = true;
            return Some(Next::Stop);
        }
        5 => return Some(Next::Stop),
        2 => {
            let file_flags = cursor.number()?;
            let _size = cursor.number()?;
            let _attributes = cursor.number()?;
            cursor.at += if file_flags & 2 != 0 { 4 } else { 0 };
            cursor.at += if file_flags & 4 != 0 { 4 } else { 0 };
            let compression = cursor.number()?;
            let _system = cursor.number()?;
            let name_len = cursor.number()?;
            let name = cursor.bytes.get(cursor.at..cursor.at.checked_add(name_len)?)?;
            let name = String::from_utf8_lossy(name).into_owned();
            if file_flags & 1 == 0 {
                let bytes = cursor.bytes;
                walk.files.push(File {
                    name,
                    data: bytes.get(end..end.saturating_add(data_len).min(bytes.len())).unwrap_or_default(),
                    stored: (compression >> 7) & 7 == 0,
                    encrypted: is_encrypted(bytes, end, extra),
                });
            }
        }
        _ => {}
    }
    Some(Next::At(end.checked_add(data_len)?))
}

/// Whether the extra records at the end of a header have the one for encryption (type 1).
fn is_encrypted(bytes: &[u8], end: usize, extra: usize) -> bool {
    let mut records = Cursor { bytes, at: end.saturating_sub(extra) };
    while records.at < end {
        let Some(size) = records.number() else { return false };
        let next = records.at.saturating_add(size.max(1));
        if records.number() == Some(1) {
            return true;
        }
        records.at = next;
    }
    false
}

/// Reads the variable-length numbers of RAR 5: seven bits a byte, the low ones first.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn number(&mut self) -> Option<usize> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(value).ok();
            }
        }
        None
    }
}

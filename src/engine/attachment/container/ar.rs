//! `ar`: the archive of Unix libraries and of Debian packages. Members are read in place.

use super::{Members, damaged, member};
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name;

/// What the file begins with, and bytes in a member's header.
const MAGIC: usize = 8;
const HEADER: usize = 60;

/// Looks at every member.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let mut long_names: &[u8] = b"";
    let mut at = MAGIC;
    while at < bytes.len() {
        let Some(head) = bytes.get(at..at + HEADER).filter(|head| head.ends_with(b"`\n")) else {
            damaged(case);
            return;
        };
        let number = |from: usize, to: usize| -> Option<usize> {
            std::str::from_utf8(head.get(from..to)?).ok()?.trim().parse().ok()
        };
        let Some(size) = number(48, 58) else {
            damaged(case);
            return;
        };
        let start = at + HEADER;
        let end = start.saturating_add(size);
        let mut data = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
        let field = head.get(..16).unwrap_or_default().trim_ascii_end();
        let name = match field {
            // Tables of symbols, which no one unpacks.
            b"/" | b"/SYM64/" | b"__.SYMDEF" | b"__.SYMDEF SORTED" => None,
            b"//" => {
                long_names = data;
                None
            }
            // A long name stands in a table, or before the data.
            [b'/', ..] => {
                let from = number(1, 16).unwrap_or(usize::MAX);
                long_names.get(from..).and_then(|names| names.split(|b| *b == b'\n').next())
            }
            [b'#', b'1', b'/', ..] => {
                let (name, rest) = data.split_at_checked(number(3, 16).unwrap_or(0)).unwrap_or((data, b""));
                data = rest;
                let name = name.split(|b| *b == 0).next().unwrap_or_default();
                (!name.starts_with(b"__.SYMDEF")).then_some(name)
            }
            name => Some(name),
        };
        // A Windows import library has entries of its own kind, called like the library or program that they
        // stand for.
        if let Some(name) = name.filter(|_| !data.starts_with(b"\0\0\xff\xff")) {
            let name = name::from_bytes(name.strip_suffix(b"/").unwrap_or(name));
            member(case, members, &name, data);
        }
        if end > bytes.len() {
            damaged(case);
            return;
        }
        if case.budget().reached.is_some() {
            return;
        }
        at = end + size % 2;
    }
}

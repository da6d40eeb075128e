//! Compiled help files: their pages and what is packed with them.
//!
//! Source: the format as documented by Matthew Russotto and read by libmspack. A help file is a small web site that
//! Windows opens with the rights of a program: a page may hold a control that starts a command.

use super::says;
use crate::engine::attachment::budget::{Growing, Unpacked};
use crate::engine::attachment::container::lzx::{FRAME, Frames};
use crate::engine::attachment::container::{le32, le64};
use crate::engine::attachment::filetype::{self, Family};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};
use crate::engine::attachment::name;

/// Files that are read of the list.
const MAX_FILES: usize = 5_000;
/// Units of work for a byte that was unpacked.
const COST: u64 = 8;
/// The control that starts a command from a page, by the identifiers under which it goes.
const CONTROLS: &[&str] =
    &["adb880a6-d8ff-11cf-9377-00aa003b7a11", "52a2aaae-085d-4187-97ea-8c30db990436", "hhctrl.ocx"];
/// Files of the format's own.
const RESET_TABLE: &str = "::DataSpace/Storage/MSCompressed/Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable";
const CONTROL_DATA: &str = "::DataSpace/Storage/MSCompressed/ControlData";
const CONTENT: &str = "::DataSpace/Storage/MSCompressed/Content";

/// One line of the list.
struct Entry {
    name: String,
    packed: bool,
    at: usize,
    len: usize,
}

/// Judges a help file by what is in it.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    case.find(&f::HELP_FILE, "is a compiled help file, which is able to run programs", None);
    let bytes = case.bytes();
    let Some((entries, content_at)) = entries(bytes) else {
        case.find(&f::NOT_INSPECTED_UNREADABLE, "is damaged: its list of files could not be read", None);
        return;
    };
    if entries.len() > MAX_FILES {
        case.only(&format!("the first {MAX_FILES} files in it"));
    }
    let plain = |entry: &Entry| {
        let start = content_at.checked_add(entry.at)?;
        bytes.get(start..start.checked_add(entry.len)?)
    };
    let own =
        |name: &str| entries.iter().find(|e| e.name.eq_ignore_ascii_case(name) && !e.packed).and_then(plain);
    let packed = match (own(CONTROL_DATA), own(RESET_TABLE), own(CONTENT)) {
        (Some(control), Some(table), Some(content)) => unpack(case, control, table, content),
        _ => Unpacked::piece(&[]),
    };
    let mut unread = false;
    for entry in entries.iter().take(MAX_FILES).filter(|e| !e.name.ends_with('/') && e.len > 0) {
        if entry.name.starts_with("::") || entry.name.starts_with("/#") || entry.name.starts_with("/$") {
            continue;
        }
        let data = match entry.packed {
            true => entry.at.checked_add(entry.len).and_then(|end| packed.get(entry.at..end)),
            false => plain(entry),
        };
        match data {
            Some(data) => member(case, entry, data),
            None => {
                unread = true;
                name::judge_member(case, &entry.name);
            }
        }
        if case.budget().reached.is_some() {
            return;
        }
    }
    if unread {
        case.find(&f::NOT_INSPECTED_UNREADABLE, "is damaged: not all of its pages could be read", None);
    }
}

/// One file: pages are searched for the control, what is no part of a site is looked at as a file.
fn member(case: &mut Case<'_, '_>, entry: &Entry, data: &[u8]) {
    let short = entry.name.rsplit('/').next().unwrap_or(&entry.name);
    let family = filetype::detect(data, Some(short)).format.family();
    if !case.budget().work(data.len() as u64 * 2) {
        return;
    }
    match family {
        Family::Page | Family::Text => {
            if says(case, data, CONTROLS) && says(case, data, &["shortcut"]) {
                let says = format!("has a page that starts a command: {}", name::visible(&entry.name));
                case.find(&f::HELP_COMMAND, &says, None);
            }
        }
        Family::Image | Family::Media | Family::Font | Family::Data | Family::Unknown | Family::Empty => {}
        // A site has scripts of its own.
        Family::Script if !name::runs(short) || short.to_ascii_lowercase().ends_with(".js") => {}
        _ => {
            case.child(Some(short), data, Place::Member);
        }
    }
}

/// The list of files, and where the contents begin.
fn entries(bytes: &[u8]) -> Option<(Vec<Entry>, usize)> {
    let offset = |at: usize| usize::try_from(le64(bytes, at)?).ok();
    let directory = offset(0x48)?;
    let content_at = match le32(bytes, 4)? {
        3.. => offset(0x58)?,
        _ => directory.checked_add(offset(0x50)?)?,
    };
    if bytes.get(directory..directory.checked_add(4)?)? != b"ITSP" {
        return None;
    }
    let header = le32(bytes, directory + 8)? as usize;
    let size = le32(bytes, directory + 0x10)? as usize;
    let mut index = le32(bytes, directory + 0x20)?;
    let chunks = le32(bytes, directory + 0x2c)?;
    if !(0x100..=1 << 16).contains(&size) {
        return None;
    }
    let mut out = Vec::new();
    // Each chunk names the next; none is read twice.
    for _ in 0..chunks.min(MAX_FILES as u32 * 2) {
        let at = directory.checked_add(header)?.checked_add((index as usize).checked_mul(size)?)?;
        let Some(chunk) = bytes.get(at..at.checked_add(size)?) else { break };
        if !chunk.starts_with(b"PMGL") {
            break;
        }
        let end = size.saturating_sub(le32(chunk, 4)? as usize);
        let mut at = 0x14;
        // One more than is looked at, to see that there are more.
        while at < end && out.len() <= MAX_FILES {
            let Some(entry) = entry(chunk.get(..end).unwrap_or_default(), &mut at) else { break };
            out.push(entry);
        }
        index = le32(chunk, 0x10)?;
        if index == u32::MAX {
            break;
        }
    }
    (!out.is_empty()).then_some((out, content_at))
}

fn entry(chunk: &[u8], at: &mut usize) -> Option<Entry> {
    let len = number(chunk, at)?;
    let name = name::from_bytes(chunk.get(*at..at.checked_add(len)?)?);
    *at += len;
    let section = number(chunk, at)?;
    let (place, len) = (number(chunk, at)?, number(chunk, at)?);
    Some(Entry { name, packed: section != 0, at: place, len })
}

/// A number in groups of seven bits, the highest first.
fn number(chunk: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_usize;
    for _ in 0..9 {
        let byte = *chunk.get(*at)?;
        *at += 1;
        value = value.checked_shl(7)? | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The packed contents: frames, whose places a table lists; every few of them the window begins anew.
fn unpack(case: &mut Case<'_, '_>, control: &[u8], table: &[u8], content: &[u8]) -> Unpacked<'static> {
    let mut out = case.budget().growing(COST);
    let _ = frames(control, table, content, &mut out);
    case.budget().grown(out, COST)
}

fn frames(control: &[u8], table: &[u8], content: &[u8], out: &mut Growing) -> Option<()> {
    if control.get(4..8)? != b"LZXC" {
        return None;
    }
    // The second version counts in frames.
    let unit = if le32(control, 8)? == 1 { 1 } else { FRAME as u32 };
    let interval = le32(control, 12)?.checked_mul(unit)? as usize / FRAME;
    let window = le32(control, 16)?.checked_mul(unit)?;
    if interval == 0 || !window.is_power_of_two() {
        return None;
    }
    let mut stream = Frames::new(window.trailing_zeros() as u16)?;
    let count = le32(table, 4)? as usize;
    let first = le32(table, 12)? as usize;
    let len = usize::try_from(le64(table, 16)?).ok()?;
    let place = |i: usize| usize::try_from(le64(table, first.checked_add(i.checked_mul(8)?)?)?).ok();
    for index in 0..count {
        let size = FRAME.min(len.saturating_sub(out.bytes.len()));
        if size == 0 {
            return None;
        }
        let start = place(index)?;
        let end = if index + 1 < count { place(index + 1)? } else { content.len() };
        if index % interval == 0 {
            stream.reset();
        }
        if !out.push(stream.next(content.get(start..end.min(content.len()))?, size)?) {
            return None;
        }
    }
    Some(())
}

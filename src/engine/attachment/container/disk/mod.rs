//! Disk images: the files that their file systems list (ISO 9660 with Joliet, UDF, FAT, NTFS, HFS+; on raw
//! images, VHD, VHDX and DMG, with or without partitions); in every image the sectors are also searched for the
//! first bytes of programs and shortcuts, whatever file system lists them.
//!
//! A file system more is a file here with `list(disk, case, members)` and a row in [`SYSTEMS`]. Of APFS only
//! what the sectors show is seen.

mod dmg;
mod fat;
mod hfs;
mod image;
mod iso;
mod ntfs;
mod udf;

use std::borrow::Cow;
use std::collections::HashSet;

use super::Members;
use crate::engine::attachment::budget::{Growing, Unpacked};
use crate::engine::attachment::filetype::{self, Family, Format};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};
use image::Disk;

/// Programs and shortcuts that are looked at when found by their sectors.
const MAX_FOUND: usize = 20;
/// A program found by its sector is read this far: its length stands in no header that can be trusted.
const FOUND_BYTES: usize = 4 << 20;
/// Folders that are walked.
const MAX_FOLDERS: usize = 1_000;

/// Places in the image where files begin that were looked at.
type Seen = HashSet<usize>;

/// Looks at the files of one file system, if it is there.
type List = fn(&Disk<'_>, &mut Case<'_, '_>, &mut Members, &mut Seen);

/// The file systems that are known; an image may have several at once, and the first is what Windows shows.
const SYSTEMS: &[List] = &[udf::list, iso::list, fat::list, ntfs::list, hfs::list];

/// Looks at every file that can be found.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let unpacked = match case.detected.format {
        Format::Dmg => dmg::unpack(case),
        _ => None,
    };
    match &unpacked {
        Some(image) => volumes(case, members, &image.bytes, image.volumes()),
        None => {
            let (disks, cut) = image::volumes(case.bytes(), case.detected.format);
            if let Some(what) = cut {
                case.only(&what);
            }
            volumes(case, members, case.bytes(), disks);
        }
    }
    if members.files == 0 {
        let says = "is a disk image whose files can't be listed here";
        case.find(&f::NOT_INSPECTED_FORMAT, says, None);
    }
}

/// Looks at the volumes of an image whose sectors stand in `bytes`.
fn volumes(case: &mut Case<'_, '_>, members: &mut Members, bytes: &[u8], disks: Vec<Disk<'_>>) {
    let mut seen = Seen::new();
    for disk in disks {
        for list in SYSTEMS {
            list(&disk, case, members, &mut seen);
            if case.budget().reached.is_some() {
                return;
            }
        }
    }
    sectors(case, members, bytes, &seen);
}

/// Whether the file that begins here was not yet looked at, under whatever name.
fn is_new(seen: &mut Seen, at: Option<usize>) -> bool {
    at.is_none_or(|at| seen.insert(at))
}

/// Bytes of the disk, in place where they stand in one piece. Also whether all were there, and had room.
fn take<'a>(disk: &Disk<'a>, case: &mut Case<'_, '_>, at: u64, len: usize) -> (Unpacked<'a>, bool) {
    let room = case.budget().left(0, 1);
    match disk.read(at, len.min(room)) {
        Cow::Borrowed(piece) => {
            let whole = piece.len() == len;
            (Unpacked::piece(piece), whole)
        }
        Cow::Owned(bytes) => {
            let whole = bytes.len() == len;
            case.budget().out(bytes.len(), 1);
            if len > room {
                case.budget().cut(1);
            }
            let held = case.budget().hold(bytes.capacity());
            (case.budget().keep(bytes, held), whole)
        }
    }
}

/// Adds the extents of a file, each a place on the disk (none for a hole) and a length, as far as there is room;
/// `false` where the disk has less.
fn gather(
    disk: &Disk<'_>,
    extents: impl Iterator<Item = (Option<u64>, u64)>,
    len: u64,
    out: &mut Growing,
) -> bool {
    /// Bytes that are read at a time.
    const PIECE: usize = 1 << 20;
    let mut left = usize::try_from(len).unwrap_or(usize::MAX);
    for (place, len) in extents {
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(left);
        left -= len;
        let Some(at) = place else {
            if !out.zeros(len) {
                return true;
            }
            continue;
        };
        for done in (0..len).step_by(PIECE) {
            let now = PIECE.min(len - done);
            let piece = disk.read(at.saturating_add(done as u64), now);
            if !out.push(&piece) {
                return true;
            }
            if piece.len() < now {
                return false;
            }
        }
        if left == 0 {
            break;
        }
    }
    true
}

/// Says that an image has more folders than are read.
fn too_many_folders(case: &mut Case<'_, '_>) {
    case.only(&format!("the first {MAX_FOLDERS} folders"));
}

/// The first bytes of programs (Windows, Linux, macOS) and shortcuts.
const STARTS: &[&[u8]] = &[
    b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe\0\0",
    b"\x4c\0\0\0\x01\x14\x02\0",
];

/// Programs and shortcuts by their first bytes at the start of a sector.
fn sectors(case: &mut Case<'_, '_>, members: &mut Members, bytes: &[u8], seen: &Seen) {
    let mut found = 0;
    case.budget().work(bytes.len() as u64 / 256);
    for at in (0..bytes.len()).step_by(512) {
        let head = bytes.get(at..at + 24).unwrap_or_default();
        if !STARTS.iter().any(|start| head.starts_with(start)) || seen.contains(&at) {
            continue;
        }
        let data = bytes.get(at..at.saturating_add(FOUND_BYTES).min(bytes.len())).unwrap_or_default();
        let family = filetype::detect(data, None).format.family();
        if !matches!(family, Family::Program | Family::Shortcut) {
            continue;
        }
        if found == MAX_FOUND {
            case.only(&format!("the first {MAX_FOUND} programs that no list names"));
            return;
        }
        if at + data.len() < bytes.len() {
            case.only("the first 4 MiB of a program that no list names");
        }
        let outcome = case.child(None, data, Place::Hidden);
        members.add(outcome);
        found += 1;
        if outcome.is_none() {
            return;
        }
    }
}

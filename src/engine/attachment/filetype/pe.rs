//! The kinds of Windows program (PE): program, library, driver, and the libraries that a program of the system
//! loads by itself, told by the header and by what they export.
//!
//! Source: Microsoft's PE format, COFF header and export directory. A screen saver is a program like any other.

use super::Format;
use crate::engine::attachment::container::{le16, le32};

/// Exports that tell a kind of library.
const EXPORTS: &[(&[u8], Format)] = &[(b"CPlApplet", Format::PeControl), (b"xlAutoOpen", Format::PeAddin)];
/// Names of one library that are read.
const MAX_NAMES: usize = 4_096;

/// The kind of a PE file; [`Format::Pe`] where nothing tells.
pub(super) fn refine(bytes: &[u8]) -> Format {
    kind(bytes).unwrap_or(Format::Pe)
}

fn kind(bytes: &[u8]) -> Option<Format> {
    let at = le32(bytes, 0x3c)? as usize;
    if bytes.get(at..at.checked_add(4)?)? != b"PE\0\0" {
        return None;
    }
    let (sections, optional_len) = (le16(bytes, at + 6)? as usize, le16(bytes, at + 20)? as usize);
    let flags = le16(bytes, at + 22)?;
    let optional = at + 24;
    // Directories stand behind the fields, which are longer where addresses are.
    let directories = optional + if le16(bytes, optional)? == 0x20b { 112 } else { 96 };
    // IMAGE_FILE_DLL; subsystem 1 is the kernel's.
    if flags & 0x2000 == 0 {
        let native = le16(bytes, optional + 68) == Some(1);
        return Some(if native { Format::PeDriver } else { Format::Pe });
    }
    let table = optional.checked_add(optional_len)?;
    let place = |address: u32| {
        (0..sections.min(96)).map(|i| table + i * 40).find_map(|row| {
            let (start, len, raw) = (le32(bytes, row + 12)?, le32(bytes, row + 16)?, le32(bytes, row + 20)?);
            let inside = address.checked_sub(start).filter(|d| *d < len)?;
            usize::try_from(raw.checked_add(inside)?).ok()
        })
    };
    let found = le32(bytes, directories).filter(|a| *a != 0).and_then(place).and_then(|exports| {
        let count = (le32(bytes, exports + 24)? as usize).min(MAX_NAMES);
        let names = place(le32(bytes, exports + 32)?)?;
        (0..count).find_map(|i| {
            let name = place(le32(bytes, names + i * 4)?)?;
            let name = bytes.get(name..)?;
            EXPORTS.iter().find(|(n, _)| name.starts_with(n)).map(|(_, format)| *format)
        })
    });
    Some(found.unwrap_or(Format::PeLibrary))
}

/// A DOS program without a header (`.com`), which nothing marks: it begins with a jump to a place inside it, or
/// with a few instructions, calls DOS, and ends by a call of DOS.
///
/// Only what has the calls counts: a boot sector calls the BIOS.
pub(super) fn is_dos_com(bytes: &[u8]) -> bool {
    let fits = (8..=0xff00).contains(&bytes.len());
    let jumps = match bytes {
        [0xeb, by, ..] => usize::from(*by) + 2 < bytes.len() && *by < 0x80,
        [0xe9, low, high, ..] => usize::from(u16::from_le_bytes([*low, *high])) + 3 < bytes.len(),
        // Loading a register, as the shortest programs begin.
        [0xb4 | 0xb8..=0xbf, ..] => true,
        _ => false,
    };
    // Function 4C, or interrupt 20h, ends a program.
    let calls: Vec<u8> =
        memchr::memmem::find_iter(bytes, b"\xcd\x21").filter_map(|at| dos_function(bytes, at)).collect();
    let ends = calls.contains(&0x4c) || memchr::memmem::find(bytes, b"\xcd\x20").is_some();
    fits && jumps && ends && !calls.is_empty() && bytes.get(510..512) != Some(b"\x55\xaa")
}

/// The function of DOS that is called here, where it is loaded just before: `mov ah`, perhaps `mov dx`, or `mov ax`.
fn dos_function(bytes: &[u8], at: usize) -> Option<u8> {
    let before = bytes.get(at.checked_sub(2)?..at)?;
    let function = match (before, at.checked_sub(5).and_then(|from| bytes.get(from..at))) {
        ([0xb4, function], _) => *function,
        (_, Some([0xb4, function, 0xba, _, _])) => *function,
        (_, Some([_, _, 0xb8, _, function])) => *function,
        _ => return None,
    };
    // Those that programs call.
    matches!(function, 1 | 2 | 6..=0xb | 0xe | 0x19 | 0x1a | 0x25 | 0x2a | 0x2c | 0x30 | 0x31 | 0x35 | 0x3c..=0x44 | 0x47..=0x4f | 0x62)
        .then_some(function)
}

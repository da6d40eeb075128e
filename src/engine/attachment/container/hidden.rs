//! What hides behind a file: archives and programs in or after the bytes of a picture, a PDF, a page.

use std::ops::Range;

use super::le32;
use super::zip::Directory;
use crate::engine::attachment::filetype::{Family, Format};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Magics of archives that may follow the end of another file.
const ARCHIVES: &[&[u8]] = &[b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF\0\0\0\0"];

/// Searches behind the bytes that the format accounts for.
pub(in crate::engine::attachment) fn hidden(case: &mut Case<'_, '_>) {
    let format = case.detected.format;
    let worth_it = matches!(
        format.family(),
        Family::Image | Family::Media | Family::Page | Family::Data | Family::Crypto
    ) || matches!(format, Format::Pdf | Format::Rtf | Format::Gzip);
    let bytes = case.bytes();
    if !worth_it || bytes.len() < 64 || !case.budget().work(bytes.len() as u64 / 8) {
        return;
    }
    if let Some(at) = program(bytes) {
        case.find(
            &f::EXECUTABLE_EMBEDDED,
            "has a Windows program hidden behind its own bytes",
            Some(at.clone()),
        );
        let rest = bytes.get(at.start..).unwrap_or_default();
        case.child(None, rest, Place::Hidden);
    }
    let end = memchr::memmem::find(bytes, b"PK\x05\x06").and_then(|_| Directory::find_end(bytes));
    let zip = end.map(|_| Directory::read(bytes, 10)).filter(Directory::is_listed);
    if zip.is_some() && format != Format::Gzip {
        let outcome = case.child(None, bytes.get(zip_start(bytes)..).unwrap_or(bytes), Place::Hidden);
        polyglot(case, outcome.is_some_and(|o| o.is_dangerous()), "zip");
        return;
    }
    let Some(end) = end_of(format, bytes) else { return };
    let rest = bytes.get(end..).unwrap_or_default();
    for magic in ARCHIVES {
        if let Some(at) = memchr::memmem::find(rest, magic) {
            let outcome = case.child(None, rest.get(at..).unwrap_or_default(), Place::Hidden);
            polyglot(case, outcome.is_some_and(|o| o.is_dangerous()), "archive");
            return;
        }
    }
    if rest.starts_with(b"MZ") || rest.starts_with(b"\x7fELF") {
        let says = "has a program behind its end";
        case.find(&f::EXECUTABLE_EMBEDDED, says, Some(end..(end + 64).min(bytes.len())));
    }
}

fn polyglot(case: &mut Case<'_, '_>, dangerous: bool, what: &str) {
    let label = case.detected.format.label();
    let says = format!("is {label} and at the same time a {what}");
    case.find(&f::POLYGLOT, &says, None);
    if dangerous {
        case.find(&f::POLYGLOT_ARCHIVE, &format!("{says}, with something in it that runs"), None);
    }
}

/// Where the hidden zip's first header stands.
fn zip_start(bytes: &[u8]) -> usize {
    memchr::memmem::find(bytes, b"PK\x03\x04").unwrap_or(0)
}

/// A Windows program inside: `MZ`, and where its header points, `PE`.
fn program(bytes: &[u8]) -> Option<Range<usize>> {
    memchr::memmem::find_iter(bytes, b"MZ").skip_while(|&at| at == 0).find_map(|at| {
        let offset = le32(bytes, at + 0x3c)? as usize;
        let sign = at.checked_add(offset)?;
        let fits = (0x40..0x1000).contains(&offset) && bytes.get(sign..sign + 4) == Some(b"PE\0\0");
        fits.then_some(at..sign + 4)
    })
}

/// Where the file ends by its own format.
fn end_of(format: Format, bytes: &[u8]) -> Option<usize> {
    match format {
        Format::Image if bytes.starts_with(b"\x89PNG") => {
            memchr::memmem::find(bytes, b"IEND\xae\x42\x60\x82").map(|at| at + 8)
        }
        Format::Image if bytes.starts_with(b"\xff\xd8") => {
            // Its marker is looked for byte by byte: there is no fast search for two bytes from the end.
            let marked = |at: &usize| at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&0xff);
            memchr::memrchr_iter(0xd9, bytes).find(marked).map(|at| at + 1)
        }
        Format::Pdf => memchr::memmem::find(bytes, b"%%EOF").map(|at| at + 5),
        Format::Image | Format::Media => Some(bytes.len().min(64)),
        _ => None,
    }
}

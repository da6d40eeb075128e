//! What can it do? Documents by their kind: macros, links that load by themselves, embedded objects.
//!
//! A document's own parts are not listed as attachments; what is embedded in it is. One room per kind of
//! file, and `vba` and `sheet` for what several kinds share.

pub(super) mod cfb;
mod chm;
mod filters;
mod locked;
mod ole;
mod onenote;
mod ooxml;
mod pdf;
mod rtf;
mod sheet;
mod vba;

use super::filetype::Format;
use super::findings as f;
use super::inspect::Case;

/// Judges a document.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    match case.detected.format {
        Format::Msi => case.find(&f::INSTALLER, "is a Windows installer package", None),
        Format::Chm => chm::inspect(case),
        Format::Hlp => {
            case.find(&f::HELP_FILE, "is a Windows help file, which is able to run programs", None)
        }
        Format::OfficeEncrypted => {
            locked::open(case);
        }
        Format::Docx
        | Format::Xlsx
        | Format::Xlsb
        | Format::Pptx
        | Format::Visio
        | Format::Opc
        | Format::Xps => {
            ooxml::inspect(case);
        }
        Format::Odf | Format::OdfText | Format::Epub => ooxml::inspect_odf(case),
        Format::Ole | Format::Doc | Format::Xls | Format::Ppt | Format::Msg | Format::Publisher => {
            ole::inspect(case);
        }
        Format::Pdf => pdf::inspect(case),
        Format::Rtf => rtf::inspect(case),
        Format::OneNote => onenote::inspect(case),
        Format::Csv | Format::Slk | Format::ExcelXml | Format::WordXml => sheet::inspect_text(case),
        _ => {}
    }
}

/// What an embedded object turned out to be, said at the document that holds it.
fn embedded(case: &mut Case<'_, '_>, name: Option<&str>, bytes: &[u8]) {
    use super::inspect::Place;
    case.find(&f::EMBEDDED_OBJECT, "holds an embedded object", None);
    case.child(name, bytes, Place::Embedded);
}

/// Whether one of these words stands in a part, in letters of one byte or two. It is read piece by piece: a copy of all
/// of it would be as long again.
fn says(case: &mut Case<'_, '_>, part: &[u8], words: &[&str]) -> bool {
    /// Bytes of a piece, and how far pieces overlap: twice the longest word.
    const PIECE: usize = 1 << 20;
    const OVERLAP: usize = 64;
    case.budget().work(part.len() as u64 * 2);
    (0..part.len()).step_by(PIECE).any(|at| {
        let piece = part.get(at..(at + PIECE + OVERLAP).min(part.len())).unwrap_or_default();
        let content = narrow(piece);
        words.iter().any(|word| content.contains(word))
    })
}

/// Text in lower case with NUL dropped, so that 8-bit and 16-bit strings are found alike.
fn narrow(bytes: &[u8]) -> String {
    bytes.iter().filter(|b| **b != 0).map(|&b| char::from(b.to_ascii_lowercase())).collect()
}

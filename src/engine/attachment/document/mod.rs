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

//! What can it do? Documents by their kind: macros, links that load by themselves, embedded objects.
//!
//! A document's own parts are not listed as attachments; what is embedded in it is.

pub(super) mod cfb;

use super::filetype::Format;
use super::findings as f;
use super::inspect::Case;

/// Judges a document.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    match case.detected.format {
        Format::Msi => case.find(&f::INSTALLER, "is a Windows installer package", None),
        Format::Chm => case.find(&f::HELP_FILE, "is a compiled help file, which can run programs", None),
        Format::OfficeEncrypted => {
            case.find(&f::ENCRYPTED, "is an encrypted Office document: it was not inspected", None);
        }
        _ => {}
    }
}

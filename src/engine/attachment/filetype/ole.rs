//! The kinds of OLE file: which program wrote it is told by the names of its streams.

use super::Format;
use crate::engine::attachment::document::cfb::Cfb;

/// Streams by name, the more telling first.
const STREAMS: &[(&str, Format)] = &[
    ("EncryptedPackage", Format::OfficeEncrypted),
    ("WordDocument", Format::Doc),
    ("Workbook", Format::Xls),
    ("Book", Format::Xls),
    ("PowerPoint Document", Format::Ppt),
    ("PP40", Format::Ppt),
    ("__properties_version1.0", Format::Msg),
    ("Quill", Format::Publisher),
];

/// The class identifiers of Windows Installer: package, transform, patch.
const MSI: [[u8; 16]; 3] = [
    [0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46],
    [0x82, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46],
    [0x86, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46],
];

/// The kind of an OLE file; [`Format::Ole`] where nothing tells.
pub(super) fn refine(bytes: &[u8]) -> Format {
    let Some(cfb) = Cfb::open(bytes) else { return Format::Ole };
    if MSI.contains(&cfb.root_class()) {
        return Format::Msi;
    }
    let known = STREAMS.iter().find(|(name, _)| cfb.at_root(name));
    known.map_or(Format::Ole, |(_, format)| *format)
}

//! The kinds of zip: which family a zip belongs to is told by the names of its entries.

use super::{Detected, Format};
use crate::engine::attachment::container::zip::Directory;

/// Entries whose names are read for this.
const LOOK_AT: usize = 400;

/// Whether the bytes end like a zip archive.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    Directory::find_end(bytes).is_some()
}

/// The family of a zip. What no name tells is a plain archive.
pub(super) fn refine(bytes: &[u8]) -> Detected {
    let directory = Directory::read(bytes, LOOK_AT);
    let names: Vec<&str> = directory.entries.iter().map(|e| e.name.as_str()).collect();
    let has = |name: &str| names.iter().any(|n| n.trim_start_matches('/').eq_ignore_ascii_case(name));
    let under = |folder: &str| names.iter().any(|n| starts_with_ignore_case(n, folder));
    if let Some(kind) = directory.first_stored(bytes, "mimetype") {
        return by_mimetype(&String::from_utf8_lossy(kind.trim_ascii()));
    }
    if has("AppxManifest.xml") || has("AppxMetadata/AppxBundleManifest.xml") {
        return Format::Appx.into();
    }
    if has("[Content_Types].xml") || has("_rels/.rels") {
        let format = if has("xl/workbook.bin") {
            Format::Xlsb
        } else if under("word/") {
            Format::Docx
        } else if under("xl/") {
            Format::Xlsx
        } else if under("ppt/") {
            Format::Pptx
        } else if under("visio/") {
            Format::Visio
        } else if has("FixedDocSeq.fdseq") || has("FixedDocumentSequence.fdseq") || under("Documents/1/") {
            Format::Xps
        } else {
            Format::Opc
        };
        return format.into();
    }
    if has("AndroidManifest.xml") || has("classes.dex") {
        return Format::Apk.into();
    }
    if (has("manifest.json") && under("META-INF/mozilla")) || has("install.rdf") {
        return Format::Xpi.into();
    }
    if has("META-INF/MANIFEST.MF") {
        return Format::Jar.into();
    }
    if under("Payload/") && names.iter().any(|n| n.contains(".app/")) {
        return Detected::certain(Format::Apk, "application/x-ios-app");
    }
    Format::Zip.into()
}

fn by_mimetype(mime: &str) -> Detected {
    let format = match mime {
        "application/epub+zip" => Format::Epub,
        "application/vnd.oasis.opendocument.text" => Format::OdfText,
        _ if mime.starts_with("application/vnd.oasis.opendocument")
            || mime.starts_with("application/vnd.sun.xml") =>
        {
            Format::Odf
        }
        _ => return Format::Zip.into(),
    };
    Detected::certain(format, mime.to_owned())
}

fn starts_with_ignore_case(name: &str, prefix: &str) -> bool {
    let name = name.trim_start_matches('/');
    name.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

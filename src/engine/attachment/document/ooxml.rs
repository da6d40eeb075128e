//! Office Open XML and OpenDocument: relationships that load by themselves, macros, DDE fields and links,
//! embedded objects.
//!
//! Of the external relationships only those count that Office follows without a click, and of their
//! targets only other machines (http, UNC): a hyperlink is none, a template on the author's disk is a note.

use std::borrow::Cow;

use super::{cfb::Cfb, embedded, sheet};
use crate::engine::attachment::budget::Unpacked;
use crate::engine::attachment::container::End;
use crate::engine::attachment::container::zip::{Directory, Entry, extract};
use crate::engine::attachment::filetype::{self, Family, text};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Entries that are read.
const MOST: usize = 4_000;

/// Text of the fields of one part that is searched.
const MOST_FIELDS: usize = 2 << 20;
/// Text of the macros of an OpenDocument file that is searched.
const MOST_BASIC: usize = 4 << 20;

/// Relationship types that are followed when the document is opened, in lower case, by their last part.
const LOADED: &[&str] =
    &["attachedtemplate", "oleobject", "frame", "subdocument", "externallinkpath", "package", "control"];

/// Judges an Office Open XML package.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let mut package = Package::open(case);
    let mut auto = None;
    for entry in package.entries() {
        let name = entry.name.to_ascii_lowercase().replace('\\', "/");
        if name.ends_with('/') || is_harmless(&name) {
            continue;
        }
        let Some(data) = package.read(case, &entry) else { continue };
        if name.ends_with(".rels") {
            let xml = decode(case, &data);
            relationships(case, &xml);
        } else if name.contains("macrosheets/") {
            // The list of names is searched once, however many sheets there are.
            let auto = *auto.get_or_insert_with(|| {
                package.workbook(case).is_some_and(|names| sheet::names_start(case, &names))
            });
            sheet::macro_sheet(case, &data, auto);
        } else if name.contains("externallinks/") {
            sheet::external_link(case, &data);
        } else if name.ends_with(".xml") || name.ends_with(".vml") {
            if name.starts_with("word/") {
                let xml = decode(case, &data);
                fields(case, &xml);
            }
        } else {
            object(case, &entry, &data);
        }
        if case.budget().reached.is_some() {
            break;
        }
    }
    package.conclude(case);
}

/// The text of a part. One in UTF-8, as Office writes them, is read where it stands; of another, of which a copy has
/// to be made, so much is.
fn decode<'d>(case: &mut Case<'_, '_>, data: &'d [u8]) -> Cow<'d, str> {
    const MOST: usize = 4 << 20;
    match std::str::from_utf8(data) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            if data.len() > MOST {
                case.only(&format!("the first {} MiB of a part that is not in UTF-8", MOST >> 20));
            }
            text::decode(data, MOST)
        }
    }
}

/// Parts that hold nothing that acts: pictures, fonts, printers.
fn is_harmless(name: &str) -> bool {
    const HARMLESS: &[&str] = &[
        ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".odttf", ".fntdata", ".bmp",
        ".wdp",
    ];
    HARMLESS.iter().any(|h| name.ends_with(h)) && name.contains("media/")
        || name.ends_with(".odttf")
        || name.contains("printersettings")
        || name.starts_with("docprops/")
        || name.contains("theme/")
}

/// The parts of a document that is a zip archive.
struct Package<'b> {
    bytes: &'b [u8],
    directory: Directory,
    /// Whether a part could not be read, or the list of them.
    damaged: bool,
}

impl<'b> Package<'b> {
    fn open(case: &mut Case<'b, '_>) -> Package<'b> {
        let bytes = case.bytes();
        let mut directory = Directory::read(bytes, MOST + 1);
        if directory.entries.len() > MOST {
            directory.entries.truncate(MOST);
            case.only(&format!("the first {MOST} parts"));
        }
        let damaged = !directory.is_whole();
        Package { bytes, directory, damaged }
    }

    /// Its parts, the list of encrypted documents first.
    fn entries(&self) -> Vec<Entry> {
        let mut entries = self.directory.entries.clone();
        entries.sort_by_key(|e| !e.name.eq_ignore_ascii_case("META-INF/manifest.xml"));
        entries
    }

    /// The bytes of one part, as far as they can be read.
    fn read(&mut self, case: &mut Case<'_, '_>, entry: &Entry) -> Option<Unpacked<'b>> {
        let read = extract(self.bytes, entry, case.budget());
        self.damaged |= read.as_ref().is_none_or(|(_, end)| *end == End::Damaged);
        read.map(|(data, _)| data)
    }

    /// The list of names and sheets of a workbook.
    fn workbook(&mut self, case: &mut Case<'_, '_>) -> Option<Unpacked<'b>> {
        let is = |e: &&Entry| {
            let name = e.name.to_ascii_lowercase();
            name == "xl/workbook.xml" || name == "xl/workbook.bin"
        };
        let entry = self.directory.entries.iter().find(is).cloned();
        entry.and_then(|e| self.read(case, &e))
    }

    /// Says what could not be read.
    fn conclude(self, case: &mut Case<'_, '_>) {
        if self.damaged {
            let says = "is damaged or cut short: not all of its parts were inspected";
            case.find(&f::NOT_INSPECTED_UNREADABLE, says, None);
        }
    }
}

/// A part that is no XML: a macro project, an embedded object, or something that has no place there.
fn object(case: &mut Case<'_, '_>, entry: &Entry, data: &[u8]) {
    let short = entry.name.rsplit(['/', '\\']).next();
    if data.starts_with(b"\xd0\xcf\x11\xe0") {
        if let Some(cfb) = Cfb::open(data).filter(super::ole::has_project) {
            super::ole::project(case, &cfb);
            return;
        }
        embedded(case, short, data);
        return;
    }
    if data.is_empty() {
        return;
    }
    let family = filetype::detect(data, short).format.family();
    match family {
        Family::Program | Family::Shortcut => {
            case.child(short, data, Place::Embedded);
        }
        Family::Archive | Family::Document | Family::DiskImage | Family::Script => {
            embedded(case, short, data)
        }
        _ => {}
    }
}

/// The relationships of one part.
fn relationships(case: &mut Case<'_, '_>, xml: &str) {
    for tag in xml.split('<').filter(|t| {
        t.contains("Relationship ") || t.contains("Relationship\n") || t.contains("Relationship\r")
    }) {
        let (Some(mode), Some(kind), Some(target)) =
            (attribute(tag, "TargetMode"), attribute(tag, "Type"), attribute(tag, "Target"))
        else {
            continue;
        };
        if !mode.eq_ignore_ascii_case("external") {
            continue;
        }
        let kind = kind.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let remote = is_remote(target);
        let shown: String = target.chars().take(120).collect();
        match kind.as_str() {
            "attachedtemplate" | "subdocument" | "frame" if remote => {
                let says = format!(
                    "loads a {} from {shown} when it is opened",
                    if kind == "attachedtemplate" { "template" } else { "part" }
                );
                case.find(&f::REMOTE_TEMPLATE, &says, None);
            }
            "attachedtemplate" => case.find(&f::LOCAL_TEMPLATE, &format!("names the template {shown}"), None),
            // Handlers of pages are a way to run a program through a link (CVE-2021-40444, CVE-2022-30190).
            _ if ["mhtml:", "ms-msdt:", "x-usc:"]
                .iter()
                .any(|p| target.to_ascii_lowercase().starts_with(p))
                || (kind == "oleobject" && target.ends_with('!')) =>
            {
                case.find(
                    &f::REMOTE_TEMPLATE,
                    &format!("loads an object from {shown} when it is opened"),
                    None,
                );
            }
            kind if LOADED.contains(&kind) && remote => {
                case.find(&f::REMOTE_OBJECT, &format!("links an object at {shown}"), None);
            }
            _ => {}
        }
    }
}

/// Whether a target lies on another machine.
fn is_remote(target: &str) -> bool {
    let lower = target.trim().to_ascii_lowercase();
    if lower.starts_with("http:")
        || lower.starts_with("https:")
        || lower.starts_with("ftp:")
        || lower.starts_with("\\\\")
        || lower.starts_with("//")
    {
        return true;
    }
    // file://host/share and file:///\\host\share are UNC paths; file:///C:/ is a disk.
    let Some(path) = lower.strip_prefix("file:") else { return false };
    let path = path.replace('\\', "/");
    let slashes = path.bytes().take_while(|b| *b == b'/').count();
    let rest = path.trim_start_matches('/');
    let disk = rest.get(1..2) == Some(":") || rest.get(1..2) == Some("|");
    !disk && !rest.is_empty() && (slashes == 2 || slashes >= 4)
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let at = tag.match_indices(name).map(|(at, _)| at).find(|&at| {
        tag.get(at + name.len()..).is_some_and(|r| r.trim_start().starts_with('='))
            && tag.get(..at).is_some_and(|b| b.ends_with(char::is_whitespace))
    })?;
    let rest = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

/// DDE in the fields of a Word document: the words of a field may be spread over many runs.
fn fields(case: &mut Case<'_, '_>, xml: &str) {
    let mut all = String::new();
    let spread = xml.split("<w:instrText").skip(1).filter_map(|p| p.split_once('>')?.1.split('<').next());
    let alone = xml.split("w:instr=\"").skip(1).flat_map(|p| [" ", p.split('"').next().unwrap_or_default()]);
    for piece in spread.chain(alone) {
        all.push_str(piece);
        if all.len() > MOST_FIELDS {
            case.only(&format!("the first {} MiB of its fields", MOST_FIELDS >> 20));
            break;
        }
    }
    let lower = all.to_ascii_lowercase();
    for word in ["ddeauto", "dde "] {
        let Some(at) = lower.find(word) else { continue };
        if at > 0 && lower.as_bytes().get(at - 1).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let shown: String = all.get(at..).unwrap_or_default().chars().take(120).collect();
        case.find(&f::DDE, &format!("has a field that starts a program by DDE: {shown}"), None);
    }
}

/// Judges an OpenDocument file: Basic macros that start by themselves, and embedded objects.
pub(super) fn inspect_odf(case: &mut Case<'_, '_>) {
    let mut package = Package::open(case);
    let mut basic = String::new();
    let mut bound = false;
    for entry in package.entries() {
        let name = entry.name.to_ascii_lowercase();
        if name.ends_with('/')
            || is_harmless(&name)
            || name.starts_with("pictures/")
            || name.starts_with("thumbnails/")
        {
            continue;
        }
        // Encrypted documents list their parts with the keys, and no part can be read.
        let Some(data) = package.read(case, &entry) else { continue };
        if name == "meta-inf/manifest.xml" && memchr::memmem::find(&data, b"encryption-data").is_some() {
            case.find(&f::ENCRYPTED, "is an encrypted document: it was not inspected", None);
            return;
        }
        if name.starts_with("basic/") || name.starts_with("scripts/") {
            if !name.ends_with("script-lc.xml") && !name.ends_with("script-lb.xml") {
                let text = decode(case, &data);
                let room = text::floor(&text, MOST_BASIC.saturating_sub(basic.len()));
                basic.push_str(text.get(..room).unwrap_or(&text));
                if text.len() > room {
                    case.only(&format!("the first {} MiB of its macros", MOST_BASIC >> 20));
                }
            }
        } else if name == "content.xml" {
            let content = decode(case, &data);
            bound |= content.contains("dom:load") || content.contains("office:event-listeners");
            let starts = |value: &str| value.get(..3).is_some_and(|v| v.eq_ignore_ascii_case("cmd"));
            if content.contains("office:dde-source")
                && content.split("office:dde-application=\"").skip(1).any(starts)
            {
                case.find(&f::DDE, "has a link that starts a program by DDE", None);
            }
        } else if !name.ends_with(".xml")
            && !name.ends_with(".xhtml")
            && !name.ends_with(".html")
            && name != "mimetype"
        {
            let short = entry.name.rsplit('/').next();
            match filetype::detect(&data, short).format.family() {
                Family::Program | Family::Shortcut => {
                    case.child(short, &data, Place::Embedded);
                }
                Family::Archive | Family::Document | Family::DiskImage => embedded(case, short, &data),
                _ => {}
            }
        }
        if case.budget().reached.is_some() {
            break;
        }
    }
    package.conclude(case);
    let lower = basic.to_ascii_lowercase();
    case.budget().work(lower.len() as u64 * 2);
    if lower.contains("sub ") || lower.contains("function ") || lower.contains("def ") {
        let starts =
            ["shell(", "shell (", "os.system", "subprocess", "createunoservice(\"com.sun.star.system"];
        match (bound, starts.iter().any(|s| lower.contains(s))) {
            (true, true) => {
                case.find(&f::MACRO_HOSTILE, "has a macro that starts by itself and starts programs", None)
            }
            (true, false) => case.find(&f::MACRO_AUTO, "has a macro that starts by itself", None),
            (false, _) => case.find(&f::MACRO, "has macros that start on the reader's command", None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_machines_are_remote() {
        for remote in [
            "http://192.0.2.1/a.dotm", "\\\\server.example\\share\\a.dotm", "file://server/share/a.dotm",
            "file:///\\\\server\\share",
        ] {
            assert!(is_remote(remote), "{remote}");
        }
        for local in [
            "file:///C:\\Templates\\a.dotm", "a.xlsx", "mailto:a@example.org", "file:///c|/a.dot",
            "../a.docx",
        ] {
            assert!(!is_remote(local), "{local}");
        }
    }

    #[test]
    fn attributes_are_read_in_any_order_and_quotes() {
        let tag = "Relationship Id='r1'\n Target=\"x y\" TargetMode = 'External'";
        assert_eq!(attribute(tag, "Target"), Some("x y"));
        assert_eq!(attribute(tag, "TargetMode"), Some("External"));
        assert_eq!(attribute(tag, "Type"), None);
    }
}

//! OLE files: macros, embedded objects, sheets of Excel 2003 and older, DDE fields of Word, attachments of
//! Outlook messages.

use super::cfb::{Cfb, Entry, MAX_ENTRIES};
use super::{embedded, locked, sheet, vba};
use crate::engine::attachment::budget::Unpacked;
use crate::engine::attachment::container::{le16, le32};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};
use crate::engine::attachment::name;

/// Judges an OLE file.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    let Some(cfb) = Cfb::open(bytes) else {
        case.find(&f::NOT_INSPECTED_UNREADABLE, "is damaged: its parts could not be read", None);
        return;
    };
    if cfb.more {
        case.only(&format!("the first {MAX_ENTRIES} of its parts"));
    }
    // Macros and objects lie beside the encrypted text, and are looked at where it stays closed.
    if locked::is_locked(bytes) && locked::open(case) {
        return;
    }
    if has_project(&cfb) {
        project(case, &cfb);
    }
    for entry in cfb.entries.iter().filter(|e| e.is_stream) {
        stream(case, &cfb, entry);
        if case.budget().reached.is_some() {
            return;
        }
    }
    outlook(case, &cfb);
}

/// Whether the file holds a VBA project.
pub(super) fn has_project(cfb: &Cfb<'_>) -> bool {
    cfb.entries
        .iter()
        .any(|e| e.name().eq_ignore_ascii_case("_VBA_PROJECT") || e.name().eq_ignore_ascii_case("VBA"))
}

/// Judges the project of macros in a file.
pub(super) fn project(case: &mut Case<'_, '_>, cfb: &Cfb<'_>) {
    let mut project = vba::Project::default();
    let candidates = cfb.entries.iter().filter(|e| e.is_stream && !e.name().starts_with("__SRP"));
    for entry in candidates.filter(|e| e.path.contains('/')) {
        let Some(stream) = take(case, cfb, entry) else { break };
        project.add(case, &stream);
    }
    match is_stripped(cfb, &project) {
        true => vba::stripped(case),
        false => vba::judge(case, &project),
    }
}

/// Whether the modules of a project are there in their compiled form only: none has source, while one is longer than
/// what an empty module comes to.
fn is_stripped(cfb: &Cfb<'_>, project: &vba::Project) -> bool {
    const EMPTY: u64 = 2_000;
    let own = |name: &str| {
        name.starts_with("__SRP")
            || name.eq_ignore_ascii_case("dir")
            || name.eq_ignore_ascii_case("_VBA_PROJECT")
    };
    let in_project =
        |e: &&Entry| e.is_stream && e.path.to_ascii_lowercase().contains("vba/") && !own(e.name());
    project.has_no_source() && cfb.entries.iter().filter(in_project).any(|e| e.size() > EMPTY)
}

/// The bytes of a stream, within what may come out; `None` where nothing is left to spend.
fn take(case: &mut Case<'_, '_>, cfb: &Cfb<'_>, entry: &Entry) -> Option<Unpacked<'static>> {
    let budget = case.budget();
    let room = budget.left(0, 1);
    let data = cfb.read(entry, room.saturating_add(1));
    if data.len() > room {
        budget.work(data.len() as u64);
        budget.cut(1);
        return None;
    }
    let paid = budget.out(data.len(), 1);
    let held = budget.hold(data.capacity());
    paid.then(|| budget.keep(data, held))
}

fn stream(case: &mut Case<'_, '_>, cfb: &Cfb<'_>, entry: &Entry) {
    let read = |case: &mut Case<'_, '_>| take(case, cfb, entry);
    match entry.name() {
        "\u{1}Ole10Native" => {
            let Some(data) = read(case) else { return };
            // Honest equations have a stream of their own.
            if cfb.root_class() == EQUATION_EDITOR {
                case.find(&f::EQUATION, "has an object of the old equation editor that is no equation", None);
            }
            native(case, data.get(4..).unwrap_or_default());
        }
        "Package" | "CONTENTS" => {
            let Some(data) = read(case) else { return };
            if data.len() > 16 {
                embedded(case, None, &data);
            }
        }
        "Workbook" | "Book" => {
            let Some(data) = read(case) else { return };
            sheet::biff(case, &data);
        }
        "WordDocument" if entry.path == "WordDocument" => {
            let Some(data) = read(case) else { return };
            word(case, &data);
        }
        "Equation Native" => {
            let Some(data) = read(case) else { return };
            if overflows(&data) {
                case.find(
                    &f::EQUATION,
                    "has an equation longer than any, made to break the equation editor",
                    None,
                );
            }
        }
        "PowerPoint Document" => {
            let Some(data) = read(case) else { return };
            slides(case, &data);
        }
        _ => {}
    }
}

/// The class of the equation editor that Office had until 2018.
const EQUATION_EDITOR: [u8; 16] = [0x02, 0xce, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// Whether the first font of an equation (MTEF 3: a header of 28 bytes, one of five, records of which kind 8 is a
/// font) has a name longer than the editor has room for (CVE-2017-11882).
fn overflows(data: &[u8]) -> bool {
    const ROOM: usize = 40;
    let start = le16(data, 0).map_or(28, usize::from);
    let records = data.get(start.saturating_add(5)..).unwrap_or_default();
    let font = |at: &usize| {
        let name = records.get(at + 3..).unwrap_or_default();
        records.get(*at) == Some(&8) && name.iter().take_while(|b| **b != 0).count() > ROOM
    };
    (0..16).any(|at| font(&at))
}

/// The main stream of Word: whether it is encrypted, and DDE in its fields.
fn word(case: &mut Case<'_, '_>, data: &[u8]) {
    // FibBase flag fEncrypted (MS-DOC §2.5.2).
    if le16(data, 10).is_some_and(|flags| flags & 0x100 != 0) {
        case.find(&f::ENCRYPTED, "is an encrypted document: it was not inspected", None);
        return;
    }
    // A field begins with 0x13; its instruction is text of one or two bytes a character.
    case.budget().work(data.len() as u64);
    for at in memchr::memchr_iter(0x13, data) {
        let rest = data.get(at + 1..(at + 160).min(data.len())).unwrap_or_default();
        let plain = rest.iter().filter(|b| **b != 0).map(u8::to_ascii_lowercase);
        let mut plain = plain.skip_while(u8::is_ascii_whitespace).take(79).peekable();
        if plain.peek() != Some(&b'd') {
            continue;
        }
        let rest: Vec<u8> = plain.collect();
        if rest.starts_with(b"ddeauto") || rest.starts_with(b"dde ") {
            let shown: String = rest.iter().take_while(|b| **b >= 0x20).map(|&b| char::from(b)).collect();
            case.find(&f::DDE, &format!("has a field that starts a program by DDE: {shown}"), None);
            return;
        }
    }
}

/// Units of work for the look at one object, however small.
const OBJECT: u64 = 10_000;

/// Objects in a presentation: records of type 0x1011, deflated behind their size (MS-PPT §2.10.34).
fn slides(case: &mut Case<'_, '_>, data: &[u8]) {
    let mut at = 0;
    while let (Some(version), Some(kind), Some(len)) =
        (le16(data, at), le16(data, at + 2), le32(data, at + 4))
    {
        let body = at + 8;
        if kind == 0x1011 {
            if !case.budget().work(OBJECT) {
                return;
            }
            let raw = data.get(body..body.saturating_add(len as usize).min(data.len())).unwrap_or_default();
            let object = match version >> 4 {
                1 => {
                    let reader = flate2::bufread::ZlibDecoder::new(raw.get(4..).unwrap_or_default());
                    crate::engine::attachment::container::read_all(reader, case.budget(), 1).0
                }
                _ => Unpacked::piece(raw),
            };
            if let Some(cfb) = Cfb::open(&object) {
                // The macro project of a presentation is such an object too.
                if has_project(&cfb) {
                    project(case, &cfb);
                } else {
                    embedded(case, None, &object);
                }
            }
        }
        // Containers (version 15) hold records: step into them.
        at = if version & 0x0f == 0x0f { body } else { body.saturating_add(len as usize) };
    }
}

/// Letters of a path that are read: more than any system bears.
const MOST_NAME: usize = 2_048;

/// An object that the packager made, behind its size: a label, the file's name, and its bytes (or a command to run).
pub(super) fn native(case: &mut Case<'_, '_>, data: &[u8]) {
    let mut at = 2;
    let mut text = || {
        let rest = data.get(at..)?;
        let end = memchr::memchr(0, rest)?;
        at += end + 1;
        Some(rest.get(..end.min(MOST_NAME))?.iter().map(|&b| char::from(b)).collect::<String>())
    };
    let (Some(label), Some(path)) = (text(), text()) else { return };
    // Two numbers, the length of a temporary path, the path, the length of the data.
    let skip = le32(data, at + 4).unwrap_or(0) as usize;
    let temporary = data.get(at + 8..(at + 8).saturating_add(skip)).unwrap_or_default();
    let temporary = temporary.iter().take(MOST_NAME).take_while(|b| **b != 0);
    let temporary: String = temporary.map(|&b| char::from(b)).collect();
    let size_at = (at + 8).saturating_add(skip);
    let size = le32(data, size_at).unwrap_or(0) as usize;
    let start = size_at.saturating_add(4);
    let bytes = data.get(start..start.saturating_add(size).min(data.len())).unwrap_or_default();
    let names: Vec<String> = [&label, &path, &temporary]
        .into_iter()
        .map(|n| n.rsplit(['/', '\\']).next().unwrap_or(n).to_owned())
        .filter(|n| !n.is_empty())
        .collect();
    let runs = names.iter().any(|n| name::runs(n.split(' ').next().unwrap_or(n)));
    case.find(&f::EMBEDDED_OBJECT, &format!("holds the embedded file “{}”", name::visible(&label)), None);
    if runs {
        let shown = name::visible(&path);
        if bytes.is_empty() {
            case.find(
                &f::EMBEDDED_COMMAND,
                &format!("has an embedded object that points to “{shown}”"),
                None,
            );
        } else {
            case.find(
                &f::EMBEDDED_SCRIPT,
                &format!("has an embedded file to be clicked on: “{shown}”"),
                None,
            );
        }
    }
    if !bytes.is_empty() {
        case.child_named(names, bytes, Place::Embedded);
    }
}

/// The attachments of an Outlook message: one storage each, its properties as streams (MS-OXMSG §2.2.2).
fn outlook(case: &mut Case<'_, '_>, cfb: &Cfb<'_>) {
    let storages: Vec<String> = cfb
        .entries
        .iter()
        .filter(|e| !e.is_stream && e.name().starts_with("__attach_version1.0_"))
        .map(|e| e.path.clone())
        .collect();
    for path in storages {
        let text = |property: &str| {
            let entry = cfb.stream_at(&format!("{path}/__substg1.0_{property}"))?;
            Some(cfb.read(entry, MOST_NAME))
        };
        let wide = |tag: &str| {
            let raw = text(&format!("{tag}001F"))?;
            let units = (0..raw.len()).step_by(2).filter_map(|i| le16(&raw, i));
            Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect::<String>())
        };
        let narrow = |tag: &str| {
            let raw = text(&format!("{tag}001E"))?;
            Some(raw.iter().map(|&b| char::from(b)).collect::<String>())
        };
        let name =
            wide("3707").or_else(|| narrow("3707")).or_else(|| wide("3704")).or_else(|| narrow("3704"));
        // Finding a stream by its path is a look at all of them.
        if !case.budget().work(cfb.entries.len() as u64 * 10) {
            return;
        }
        if let Some(entry) = cfb.stream_at(&format!("{path}/__substg1.0_37010102")) {
            let Some(data) = take(case, cfb, entry) else { return };
            case.child(name.as_deref(), &data, Place::Member);
        }
    }
}

//! PDF: actions that start by themselves, launch actions, embedded files; object streams are opened too.
//!
//! Source: ISO 32000-1. Names are read with their `#41` escapes undone. Plain JavaScript, forms and links
//! are everyday: only what starts by itself and hides or exports something counts, and launching.

use super::filters;
use crate::engine::attachment::budget::Unpacked;
use crate::engine::attachment::filetype::{self, Family, text};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Streams that are read of one document.
const MOST_STREAMS: usize = 5_000;
/// Text of objects that is kept.
const MOST_TEXT: usize = 8 << 20;
/// Bytes of a stream's dictionary.
const MOST_DICTIONARY: usize = 64 << 10;
/// A stream without a type is read up to this length: longer than scripts are, and pages.
const MOST_UNTYPED: usize = 8 << 20;
/// Text of scripts that is kept.
const MOST_SCRIPT: usize = 1 << 20;
/// Actions with script that are read, and bytes of one of them.
const MOST_ACTIONS: usize = 2_000;
const MOST_ACTION: usize = 20_000;

/// Words of JavaScript that hide, export or abuse, in lower case.
const HOSTILE: &[&str] = &[
    "unescape(", "eval(", "fromcharcode", "exportdataobject", "%u9090", "%u0c0c", "collectemailinfo",
    "util.printf", "geticon(", "spell.customdictionaryopen", "media.newplayer", "launchurl",
    "importdataobject", "getannots(", "this.info.", "replace(/",
];
/// Endings of programs that a launch action or an embedded file may name.
const NEVER: &[&str] = &["cmd", "powershell"];

/// Judges a PDF.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    if !case.budget().work(bytes.len() as u64) {
        return;
    }
    let mut found = Found::default();
    collect(case, bytes, &mut found);
    let Found { mut text, files, scripts } = found;
    unescape_names(&mut text);
    let has = |word: &str| memchr::memmem::find(&text, word.as_bytes()).is_some();
    let encrypted = has("/Encrypt");
    if encrypted {
        case.find(&f::ENCRYPTED, "is an encrypted PDF: its streams were not inspected", None);
    }
    if let Some(target) = launch(&text) {
        let at = memchr::memmem::find(bytes, b"/Launch").map(|at| at..at + 7);
        case.find(&f::PDF_LAUNCH, &format!("is a PDF that starts a program: {target}"), at);
    }
    let script = has("/JavaScript") || has("/JS(") || has("/JS (") || has("/JS<");
    if script {
        let opens = opens_script(&text);
        let mut lower = scripts;
        lower.push(' ');
        if !script_text(&text, &mut lower) {
            case.only("the first of its scripts");
        }
        lower.make_ascii_lowercase();
        let hostile = HOSTILE.iter().filter(|h| lower.contains(*h)).count();
        let at = memchr::memmem::find(bytes, b"/JavaScript").map(|at| at..at + 11);
        if opens && (hostile >= 2 || lower.contains("exportdataobject") || lower.contains("%u9090")) {
            case.find(
                &f::PDF_JAVASCRIPT_HOSTILE,
                "is a PDF with JavaScript that starts by itself and hides or exports something",
                at,
            );
        } else if opens {
            case.find(&f::PDF_JAVASCRIPT_OPEN, "is a PDF with JavaScript that starts when it is opened", at);
        } else {
            case.find(&f::PDF_JAVASCRIPT, "is a PDF with JavaScript", at);
        }
    }
    if files.is_empty() && (has("/EmbeddedFile") || has("/Filespec")) && has("/EF") {
        case.find(&f::PDF_EMBEDDED, "is a PDF with an embedded file", None);
    }
    for file in files {
        case.find(&f::PDF_EMBEDDED, "is a PDF with an embedded file", None);
        let name = file.object.and_then(|object| name_of(&text, &object));
        case.child(name.as_deref(), &file.bytes, Place::Embedded);
    }
}

/// What a document is made of.
#[derive(Default)]
struct Found<'b> {
    /// The text of all objects outside and inside object streams.
    text: Vec<u8>,
    files: Vec<File<'b>>,
    /// The text of streams that hold script.
    scripts: String,
}

/// An embedded file: the number of its object, by which its name is found, and its bytes.
struct File<'b> {
    object: Option<Vec<u8>>,
    bytes: Unpacked<'b>,
}

/// The number before the last ` obj` of a stream's head.
fn object_number(head: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::rfind(head, b" obj")?;
    // Number and generation stand before the word.
    let mut words = head.get(at.saturating_sub(20)..at)?.rsplit(|b| b.is_ascii_whitespace());
    let _generation = words.next()?;
    let number = words.next()?;
    (!number.is_empty() && number.iter().all(u8::is_ascii_digit)).then(|| number.to_vec())
}

/// The name in the file specification that points to this object (§7.11.3).
fn name_of(text: &[u8], object: &[u8]) -> Option<String> {
    let pointer = [b" ", object, b" 0 R"].concat();
    let points = |at: &usize| {
        let rest = text.get(*at..(at + 80).min(text.len())).unwrap_or_default();
        memchr::memmem::find(rest, &pointer).is_some()
    };
    let at = memchr::memmem::find_iter(text, b"/EF").take(500).find(points)?;
    // The name stands before or behind, in the same dictionary.
    let around = text.get(at.saturating_sub(400)..(at + 500).min(text.len()))?;
    let middle = at.min(400);
    let named = |key: &[u8]| {
        let places: Vec<usize> = memchr::memmem::find_iter(around, key).collect();
        let nearest = places.into_iter().min_by_key(|place| place.abs_diff(middle))?;
        let value = around.get(nearest + key.len()..)?.trim_ascii_start();
        string(value)
    };
    named(b"/UF").or_else(|| named(b"/F(")).or_else(|| named(b"/F ("))
}

/// A string in brackets or in hexadecimal, of one or two bytes a character.
fn string(value: &[u8]) -> Option<String> {
    let bytes = match value.split_first()? {
        (b'<', rest) => {
            let digits: Vec<u8> = rest.iter().copied().take_while(|b| *b != b'>').take(1_000).collect();
            let pair = |p: &[u8]| u8::from_str_radix(std::str::from_utf8(p).ok()?, 16).ok();
            digits.chunks(2).filter_map(pair).collect()
        }
        // A key that ends in its bracket has it behind it already.
        (b'(', rest) => rest.split(|b| *b == b')').next()?.to_vec(),
        _ => value.split(|b| *b == b')').next()?.to_vec(),
    };
    let text = text::decode(&bytes, 1_000).into_owned();
    let text = text.trim_matches('\0').to_owned();
    (!text.is_empty() && text.len() < 300).then_some(text)
}

/// Reads one stream after the other.
fn collect<'b>(case: &mut Case<'_, '_>, bytes: &'b [u8], found: &mut Found<'b>) {
    let mut at = 0;
    for _ in 0..MOST_STREAMS {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(place) = memchr::memmem::find(rest, b"stream") else {
            keep(case, &mut found.text, rest);
            return;
        };
        let head = rest.get(..place).unwrap_or_default();
        keep(case, &mut found.text, head);
        let mut start = at + place + 6;
        if bytes.get(start) == Some(&b'\r') {
            start += 1;
        }
        if bytes.get(start) == Some(&b'\n') {
            start += 1;
        }
        let body = bytes.get(start..).unwrap_or_default();
        let len = memchr::memmem::find(body, b"endstream").unwrap_or(body.len());
        let data = body.get(..len).unwrap_or_default();
        let dictionary = head.get(memchr::memmem::rfind(head, b" obj").unwrap_or(0)..).unwrap_or_default();
        if dictionary.len() > MOST_DICTIONARY {
            case.only(&format!("the last {} kB before a stream", MOST_DICTIONARY >> 10));
        }
        let from = dictionary.len().saturating_sub(MOST_DICTIONARY);
        let mut dictionary = dictionary.get(from..).unwrap_or_default().to_vec();
        unescape_names(&mut dictionary);
        let before = found.files.len();
        stream(case, &dictionary, data, found);
        if let Some(file) = found.files.get_mut(before) {
            file.object = object_number(head);
        }
        at = start + len + 9;
        if case.budget().reached.is_some() {
            return;
        }
    }
    case.only(&format!("the first {MOST_STREAMS} streams"));
}

/// Keeps the text of objects, within what is kept of one document.
fn keep(case: &mut Case<'_, '_>, text: &mut Vec<u8>, more: &[u8]) {
    let room = MOST_TEXT.saturating_sub(text.len());
    let kept = more.get(..room).unwrap_or(more);
    // No more than doubled, and no further than it may grow.
    if text.capacity() < text.len() + kept.len() + 1 {
        text.reserve_exact((kept.len() + 1).max(text.len()).min(room + 1));
    }
    text.extend_from_slice(kept);
    text.push(b'\n');
    if more.len() > room {
        case.only(&format!("the first {} MiB of its objects", MOST_TEXT >> 20));
    }
}

fn stream<'b>(case: &mut Case<'_, '_>, dictionary: &[u8], data: &'b [u8], found: &mut Found<'b>) {
    let says = |word: &[u8]| memchr::memmem::find(dictionary, word).is_some();
    if says(b"/ObjStm") {
        let inside = filters::undo(case, dictionary, data);
        keep(case, &mut found.text, &inside);
    } else if says(b"/EmbeddedFile") {
        let bytes = filters::undo(case, dictionary, data);
        if !bytes.is_empty() {
            found.files.push(File { object: None, bytes });
        }
    } else if !says(b"/Subtype") && !says(b"/Type") && !says(b"/DCTDecode") && !says(b"/Length1") {
        // The text of a script stands in a stream without a type, like a page's contents.
        if data.len() >= MOST_UNTYPED {
            case.only(&format!("streams without a type below {} MiB", MOST_UNTYPED >> 20));
            return;
        }
        let bytes = filters::undo(case, dictionary, data);
        match filetype::detect(&bytes, None).format.family() {
            Family::Text | Family::Script | Family::Page if looks_like_script(&bytes) => {
                script(case, &mut found.scripts, &bytes);
            }
            Family::Program => found.files.push(File { object: None, bytes }),
            _ => {}
        }
    }
}

/// Keeps the text of a script, within what is kept of one document.
fn script(case: &mut Case<'_, '_>, scripts: &mut String, bytes: &[u8]) {
    let room = MOST_SCRIPT.saturating_sub(scripts.len());
    scripts.push_str(&String::from_utf8_lossy(bytes.get(..room).unwrap_or(bytes)));
    if bytes.len() > room {
        case.only(&format!("the first {} MiB of its scripts", MOST_SCRIPT >> 20));
    }
}

fn looks_like_script(text: &[u8]) -> bool {
    ["function", "var ", "this.", "app.", "eval", "unescape"]
        .iter()
        .any(|w| memchr::memmem::find(text, w.as_bytes()).is_some())
}

/// Undoes the `#41` escapes of names, in place: what comes out is never longer.
fn unescape_names(text: &mut Vec<u8>) {
    let hex = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    let (mut at, mut to) = (0, 0);
    let mut in_name = false;
    while let Some(&byte) = text.get(at) {
        let mut out = byte;
        at += 1;
        if byte == b'#'
            && in_name
            && let (Some(high), Some(low)) = (hex(text.get(at)), hex(text.get(at + 1)))
        {
            out = (high * 16 + low) as u8;
            at += 2;
        } else {
            match byte {
                b'/' => in_name = true,
                b' ' | b'\r' | b'\n' | b'\t' | b'(' | b'<' | b'>' | b'[' | b']' => in_name = false,
                _ => {}
            }
        }
        if let Some(place) = text.get_mut(to) {
            *place = out;
        }
        to += 1;
    }
    text.truncate(to);
}

/// What a launch action names, if there is one.
fn launch(text: &[u8]) -> Option<String> {
    memchr::memmem::find_iter(text, b"/Launch").find_map(|at| {
        let from = at.saturating_sub(300);
        let around = text.get(from..(at + 400).min(text.len()))?;
        let around = String::from_utf8_lossy(around).into_owned();
        let object = around.get(around.get(..at - from)?.rfind(" obj").map_or(0, |o| o + 4)..)?;
        let object = object.split("endobj").next()?;
        let lower = object.to_ascii_lowercase();
        if !object.contains("/S/Launch") && !object.contains("/S /Launch") {
            return None;
        }
        // A launch of another document is a link; of a program it is none.
        let target = lower.split(['(', ')']).nth(1).unwrap_or_default().to_owned();
        let program = lower.contains("/win") || crate::engine::attachment::name::runs(&target);
        (program || NEVER.iter().any(|n| target.contains(n))).then(|| target.chars().take(120).collect())
    })
}

/// Whether JavaScript starts when the document or a page is opened, without a click.
fn opens_script(text: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    // The name tree of document scripts runs them all on opening (§12.6.4.16).
    has("/OpenAction") || has("/AA") || has("/Names") && has("/JavaScript") && has("/JS") && has("/Catalog")
}

/// The script strings that stand in the objects themselves; `false` where some were left out.
fn script_text(text: &[u8], out: &mut String) -> bool {
    let most = out.len() + MOST_SCRIPT;
    for (index, at) in memchr::memmem::find_iter(text, b"/JS").enumerate() {
        if index == MOST_ACTIONS || out.len() > most {
            return false;
        }
        let rest =
            text.get(at + 3..(at + 3 + MOST_ACTION).min(text.len())).unwrap_or_default().trim_ascii_start();
        let closed = match rest.first() {
            Some(b'(') => plain_string(rest, out),
            Some(b'<') if rest.get(1) != Some(&b'<') => hex_string(rest, out),
            _ => true,
        };
        out.push('\n');
        if !closed && at + 3 + MOST_ACTION < text.len() {
            return false;
        }
    }
    true
}

/// A string in brackets; `false` where it does not end.
fn plain_string(rest: &[u8], out: &mut String) -> bool {
    let mut depth = 0;
    let mut escaped = false;
    for &byte in rest {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => {
                escaped = true;
                continue;
            }
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return true;
                }
            }
            _ => {}
        }
        out.push(char::from(byte));
    }
    false
}

/// A string in hexadecimal; `false` where it does not end.
fn hex_string(rest: &[u8], out: &mut String) -> bool {
    let end = memchr::memchr(b'>', rest);
    let digits = rest.get(1..end.unwrap_or(rest.len())).unwrap_or_default();
    let digits: Vec<u8> = digits.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    for pair in digits.chunks_exact(2) {
        let value = std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok());
        out.extend(value.filter(|v| *v != 0).map(char::from));
    }
    end.is_some()
}

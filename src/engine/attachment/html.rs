//! Pages: HTML, SVG and XML. Script alone is a note; building a file and handing it over, or sending a
//! password elsewhere, is not.

use std::borrow::Cow;

use super::encoding::base64;
use super::filetype::{self, Family, Format, text};
use super::findings as f;
use super::inspect::{Case, Place};

/// Text of a page that is searched.
const LOOK_AT: usize = 4 << 20;

/// Files that are tried in one page.
const MOST_PAYLOADS: usize = 50;
/// What files begin with that no page shows: programs, archives, disk images, shortcuts, documents.
const PAYLOADS: &[&[u8]] = &[
    b"MZ", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"MSCF", b"\x7fELF",
    b"\x4c\0\0\0\x01\x14\x02", b"\xd0\xcf\x11\xe0", b"%PDF-", b"{\\rt", b"\xe4\x52\x5c\x7b", b"ITSF",
];

/// Types of data that a page shows or that its tools read.
const SHOWN: &[&[u8]] = &[
    b"data:image/", b"data:font/", b"font-woff", b"x-font", b"octet-stream;charset", b"data:audio/",
    b"data:video/", b"/json;",
];

/// Script that builds a file out of data in the page, or tells the browser to take data for a file.
const BUILDS: &[&str] = &[
    "new blob", "atob", "uint8array", "mssaveoropenblob", "mssaveblob", "createobjecturl", "new file(",
    "data:application/", "data:text/html;base64", "fromcharcode", "unescape(", "decodeuricomponent(",
    "filereader", "frombase64",
];
/// Script that hands it over as a download.
const HANDS_OVER: &[&str] = &[
    "mssaveoropenblob", "mssaveblob", ".download", "download=", "'download'", "\"download\"",
    "navigator.save", "location.href", "location.replace", "location.assign", "location =", "location=",
    "window.open", "document.write", ".innerhtml", "srcdoc",
];
/// Without one of these nothing is clicked or followed on its own.
const ACTS: &[&str] = &[
    "click", "mssaveoropenblob", "mssaveblob", "location", "dispatchevent", "window.open", "onload",
    "settimeout", "submit(", "document.write", "eval(",
];

/// Judges a page.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    if !case.budget().work(bytes.len().min(LOOK_AT) as u64 * 3) {
        return;
    }
    case.only_first(LOOK_AT);
    let content = text::decode(bytes, LOOK_AT);
    let _held = case.budget().hold(if matches!(content, Cow::Owned(_)) { content.len() } else { 0 });
    // Pages are searched for files before their copy in lower case is made: then there is one copy.
    let page = matches!(case.detected.format, Format::Html | Format::Mht | Format::Svg);
    let hidden = page && case.item.place != Place::Hidden && payloads(case, &content);
    let mut lower = content.into_owned();
    lower.make_ascii_lowercase();
    let spot = |at: usize, len: usize| Some(at..at + len);
    if case.detected.format == Format::Svg {
        if let Some(at) = svg_script(&lower) {
            case.find(&f::SVG_SCRIPT, "is a picture with script in it", spot(at, 60));
        }
        if smuggles(&lower).is_some() || hidden {
            case.find(&f::HTML_SMUGGLING, "is a picture that builds a file by script", None);
        }
        return;
    }
    if case.detected.format != Format::Html && case.detected.format != Format::Mht {
        return;
    }
    if let Some(at) = smuggles(&lower).or_else(|| hidden.then_some(0)) {
        case.find(
            &f::HTML_SMUGGLING,
            "is a page that builds a file by script and hands it over as a download",
            spot(at, 60),
        );
    }
    if let Some((at, target)) = password_form(&lower) {
        let says = format!("is a page that asks for a password and sends it to {target}");
        case.find(&f::HTML_PASSWORD_FORM, &says, spot(at, 60));
    }
    if let Some(at) = lower.find("<script").filter(|_| case.item.place == Place::Top) {
        case.find(&f::HTML_SCRIPT, "is a page with script", spot(at, 60));
    }
}

/// Whether script builds a file and hands it over; where it begins to.
fn smuggles(lower: &str) -> Option<usize> {
    (lower.contains("<script") || lower.contains(" onload=")).then_some(())?;
    let builds = BUILDS.iter().filter_map(|b| lower.find(b)).min()?;
    let hands = HANDS_OVER.iter().any(|h| lower.contains(h));
    let acts = ACTS.iter().any(|a| lower.contains(a));
    (hands && acts && has_payload(lower)).then_some(builds)
}

/// Whether a good part of the page is encoded data, in one run or in many pieces: a lure is there for its payload,
/// while a page that is able to save something holds the means to do so among much else.
fn has_payload(text: &str) -> bool {
    const PIECE: usize = 40;
    // Base64, escapes of one letter, lists of numbers.
    let encoded = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b',' | b'\\' | b'%');
    let bytes = text.as_bytes();
    let (mut total, mut longest, mut at) = (0, 0, 0);
    while let Some(rest) = bytes.get(at..).filter(|r| !r.is_empty()) {
        let run = rest.iter().take_while(|b| encoded(b)).count();
        // Pictures and fonts are written into pages every day.
        let before = bytes.get(at.saturating_sub(48)..at).unwrap_or_default();
        let shown = SHOWN.iter().any(|kind| memchr::memmem::find(before, kind).is_some());
        if run >= PIECE && !shown {
            longest = longest.max(run);
            total += run;
        }
        at += run.max(1);
    }
    (longest >= 200 && longest * 20 >= text.len()) || (total >= 200 && total * 5 >= text.len())
}

/// Files that stand in a page as addresses of data, or as the text that its script decodes: those that are of a
/// type that no page shows.
fn payloads(case: &mut Case<'_, '_>, content: &str) -> bool {
    let mut dangerous = false;
    let mut tried = 0;
    for run in content.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))) {
        if run.len() < 64 {
            continue;
        }
        // The first letters show the type; what the page itself shows is left alone.
        let head = base64(run.get(..64).unwrap_or(run).as_bytes());
        let promising = PAYLOADS.iter().any(|magic| head.starts_with(magic));
        if !promising {
            continue;
        }
        if tried == MOST_PAYLOADS {
            case.only(&format!("the first {MOST_PAYLOADS} files in it"));
            break;
        }
        tried += 1;
        let len = run.len() / 4 * 3;
        if len > case.budget().left(0, 2) {
            case.budget().cut(2);
            break;
        }
        case.budget().out(len, 2);
        let bytes = base64(run.as_bytes());
        let held = case.budget().hold(bytes.capacity());
        let bytes = case.budget().keep(bytes, held);
        let family = filetype::detect(&bytes, None).format.family();
        if matches!(
            family,
            Family::Program | Family::Archive | Family::DiskImage | Family::Shortcut | Family::Document
        ) {
            let outcome = case.child(None, &bytes, Place::Hidden);
            dangerous |= outcome.is_some_and(|o| o.is_dangerous());
        }
    }
    dangerous
}

/// A form with a password field that is sent to a web address, in a file that came by mail.
pub(super) fn password_form(lower: &str) -> Option<(usize, String)> {
    let field =
        ["type=\"password\"", "type='password'", "type=password"].iter().find_map(|p| lower.find(p))?;
    let form = lower.get(..field)?.rfind("<form")?;
    let tag = lower.get(form..)?.split('>').next()?;
    let action = tag.split("action").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let target: String = action
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| !matches!(c, '"' | '\'' | ' ' | '>'))
        .collect();
    let sends = ["http:", "https:", "//", "mailto:"].iter().any(|s| target.starts_with(s));
    sends.then(|| (field, target.chars().take(100).collect()))
}

/// Script in a picture: an element, an event, or an address that is script.
fn svg_script(lower: &str) -> Option<usize> {
    let element = lower.find("<script");
    let event = [" onload=", " onclick=", " onmouseover=", " onerror=", " onbegin="]
        .iter()
        .find_map(|e| lower.find(e));
    let address = ["href=\"javascript:", "href='javascript:", "href=\"data:text/html"]
        .iter()
        .find_map(|e| lower.find(e));
    element.or(event).or(address)
}

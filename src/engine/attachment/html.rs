//! Pages: HTML, SVG and XML. Script alone is a note; building a file and handing it over, or sending a
//! password elsewhere, is not.

use super::filetype::{Format, text};
use super::findings as f;
use super::inspect::{Case, Place};

/// Text of a page that is searched.
const LOOK_AT: usize = 4 << 20;

/// Script that builds a file out of data in the page.
const BUILDS: &[&str] =
    &["new blob", "atob(", "uint8array", "mssaveoropenblob", "mssaveblob", "createobjecturl"];
/// Script that hands it over as a download.
const HANDS_OVER: &[&str] = &[
    "mssaveoropenblob", "mssaveblob", ".download", "download=", "'download'", "\"download\"",
    "navigator.save",
];
/// Without one of these nothing is clicked or followed on its own.
const ACTS: &[&str] =
    &[".click()", "mssaveoropenblob", "mssaveblob", "location", "dispatchevent", "window.open"];

/// Judges a page.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    if !case.budget().work(bytes.len().min(LOOK_AT) as u64 * 3) {
        return;
    }
    let lower = text::decode(bytes, LOOK_AT).to_ascii_lowercase();
    let spot = |at: usize, len: usize| Some(at..at + len);
    if case.detected.format == Format::Svg {
        if let Some(at) = svg_script(&lower) {
            case.find(&f::SVG_SCRIPT, "is a picture with script in it", spot(at, 60));
        }
        if smuggles(&lower).is_some() {
            case.find(&f::HTML_SMUGGLING, "is a picture that builds a file by script", None);
        }
        return;
    }
    if case.detected.format != Format::Html && case.detected.format != Format::Mht {
        return;
    }
    if let Some(at) = smuggles(&lower) {
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
    lower.contains("<script").then_some(())?;
    let builds = BUILDS.iter().filter_map(|b| lower.find(b)).min()?;
    let count = BUILDS.iter().filter(|b| lower.contains(*b)).count();
    let hands = HANDS_OVER.iter().any(|h| lower.contains(h));
    let acts = ACTS.iter().any(|a| lower.contains(a));
    // The payload stands in the page: a long run of encoded text or numbers.
    let payload = longest_run(lower) >= 200;
    ((count >= 2 && hands && acts) || (count >= 1 && hands && acts && payload)).then_some(builds)
}

/// The longest run of characters that base64, or a list of numbers, is made of.
fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b',') {
            run += 1;
            longest = longest.max(run);
        } else {
            run = 0;
        }
    }
    longest
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

//! Calendar entries (iCalendar) with files written into them, which calendars show as attachments.
//!
//! Sources: RFC 5545 §3.1 (folded lines) and §3.8.1.1 (`ATTACH`), RFC 8607 §3.2 and what Apple, Microsoft and Oracle
//! call the parameter that names the file.

use memchr::memmem;

use crate::engine::attachment::encoding;
use crate::engine::attachment::inspect::{Case, Place};

/// Parameters that name the file.
const NAMES: &[&str] = &["filename", "x-filename", "x-apple-filename", "x-oracle-filename"];

/// Looks at every file that is written into an entry.
pub(in crate::engine::attachment) fn open(case: &mut Case<'_, '_>) {
    let depth = case.item.depth;
    if !holds_files(case.bytes()) || !case.budget().may_open(depth) {
        return;
    }
    for line in lines(case.bytes()) {
        if file_at(line).is_none() {
            continue;
        }
        if line.len() as u64 > case.budget().room_to_hold() {
            case.budget().too_much_held = true;
            continue;
        }
        let _held = case.budget().hold(line.len());
        let Some((name, data)) = file(line) else { continue };
        if !case.budget().out(data.len(), 2) {
            return;
        }
        if case.child(name.as_deref(), &data, Place::Member).is_none() {
            return;
        }
    }
}

/// Whether a text is a calendar entry that could have a file written into it.
pub(in crate::engine::attachment) fn holds_files(text: &[u8]) -> bool {
    const BEGIN: &[u8] = b"begin:vcalendar";
    let head = text.trim_ascii_start().get(..BEGIN.len()).unwrap_or_default();
    head.eq_ignore_ascii_case(BEGIN) && lines(text).any(|line| file_at(line).is_some())
}

/// Lines with those that continue them.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let ends = memchr::memchr_iter(b'\n', rest);
        let end = ends.map(|lf| lf + 1).find(|at| !matches!(rest.get(*at), Some(b' ' | b'\t')));
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(line)
    })
}

/// Where the parameters of a line end, if it is one with a file in base64.
fn file_at(line: &[u8]) -> Option<usize> {
    const ATTACH: &[u8] = b"attach;";
    if !line.get(..ATTACH.len())?.eq_ignore_ascii_case(ATTACH) {
        return None;
    }
    let mut quoted = false;
    let colon = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    })?;
    let parameters = unfolded(line.get(..colon)?).to_ascii_lowercase();
    memmem::find(parameters.as_bytes(), b"base64").map(|_| colon)
}

/// The name and the bytes of the file on a line.
fn file(line: &[u8]) -> Option<(Option<String>, Vec<u8>)> {
    let colon = file_at(line)?;
    let data = encoding::base64(line.get(colon + 1..)?);
    let parameters = unfolded(line.get(..colon)?);
    let mut named = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let name = named.find(|(key, _)| NAMES.iter().any(|name| key.trim().eq_ignore_ascii_case(name)));
    Some((name.map(|(_, value)| value.trim().trim_matches('"').to_owned()), data))
}

/// A line without the breaks in it.
fn unfolded(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line).replace('\r', "");
    text.replace("\n ", "").replace("\n\t", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_one() {
        let text = b"BEGIN:VCALENDAR\r\nATTACH;ENCODING=BA\r\n SE64;FILENAME=\"a:b.\r\n\ttxt\":aGVs\r\n bG8=\r\nEND:VCALENDAR";
        assert_eq!(lines(text).count(), 3);
        let files: Vec<_> = lines(text).filter_map(file).collect();
        assert_eq!(files, [(Some("a:b.txt".to_owned()), b"hello".to_vec())]);
        assert!(holds_files(text));
    }

    #[test]
    fn links_and_prose_are_no_files() {
        for text in [
            "BEGIN:VCALENDAR\nATTACH;FMTTYPE=text/plain:https://example.org/base64\n",
            "BEGIN:VCALENDAR\nDESCRIPTION:attach;encoding=base64:aGVsbG8=\n",
            "ATTACH;ENCODING=BASE64:aGVsbG8=\n",
        ] {
            assert!(!holds_files(text.as_bytes()), "{text}");
        }
    }
}

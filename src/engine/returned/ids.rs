//! Message-IDs that may name the returned mail: those of its header, of the status part, of the notice's
//! own words and header.

use mail_parser::{Header, HeaderName};

use super::super::ledger::bare_message_id;
use super::super::message::{Message, Part, Place};
use super::super::notice::Text;
use super::super::notice::text::Reading;
use super::{IdCandidate, IdSource, Returned, ReturnedForm};
use crate::engine::message::Kind;
use crate::engine::words::{begins_with, split_at, trimmed};

/// Header fields under which gateways keep the Message-ID that they replaced, lower case; each is the `-id` of something.
const ORIGINAL_IDS: &[&str] = &[
    "x-original-message-id", "original-message-id", "x-google-original-message-id",
    "x-ms-exchange-original-message-id", "x-microsoft-original-message-id", "x-ms-original-message-id",
    "x-ses-original-message-id", "x-internal-message-id", "resent-message-id", "original-envelope-id",
    "x-orig-message-id", "x-message-id",
];

/// Lines of a status part that are read for fields.
const MAX_STATUS_LINES: usize = 200;

/// What was found so far.
#[derive(Default)]
struct Found {
    ids: Vec<IdCandidate>,
}

impl Found {
    fn add(&mut self, id: &str, source: IdSource, place: &Place) {
        let id = bare_message_id(id);
        if !id.is_empty() && self.ids.len() < Returned::MAX_IDS && !self.ids.iter().any(|c| c.id == id) {
            self.ids.push(IdCandidate { id: id.to_owned(), source, place: place.clone() });
        }
    }

    fn add_all(&mut self, text: &str, source: IdSource, place: &Place) {
        for id in in_text(text) {
            self.add(id, source, place);
        }
    }

    fn add_field(&mut self, part: &Part<'_>, header: &Header<'_>, source: IdSource) {
        if let Some(place) = Place::of_field(part, header) {
            self.add_all(&part.raw_text(header), source, &place);
        }
    }
}

/// Every one, the best source first, at most [`Returned::MAX_IDS`], none twice.
pub(super) fn collect(message: &Message<'_>, texts: &[Text<'_>], returned: &Returned) -> Vec<IdCandidate> {
    let mut found = Found::default();
    of_returned(message, returned, &mut found);
    let headers =
        || message.root().into_iter().flat_map(|root| root.inner().headers.iter().map(move |h| (root, h)));
    // What was resent there is the notice, and has a name of its own.
    let original = |name: &HeaderName<'_>| matches!(name, HeaderName::Other(name) if is_original(name));
    for (root, header) in headers().filter(|(_, h)| original(&h.name)) {
        found.add_field(root, header, IdSource::Original);
    }
    for (value, place) in of_status(message) {
        found.add_all(&value, IdSource::Original, &place);
    }
    for part in texts {
        let reading = &part.reading;
        // In few texts one does; where the words end is asked in those.
        let naming =
            reading.lines_with(b'@', 0..part.bound()).filter(|line| names_an_id(reading.line(*line)));
        for line in naming.take_while(|line| *line < part.zone().words_end) {
            let text = reading.line(line);
            if let Some(place) = reading.place(line..line + 1) {
                found.add_all(split_at(text, b':').map_or(text, |(_, value)| value), IdSource::Text, &place);
            }
        }
    }
    for (root, header) in headers().filter(|(_, h)| matches!(h.name, HeaderName::InReplyTo)) {
        found.add_field(root, header, IdSource::InReplyTo);
    }
    for (root, header) in headers().filter(|(_, h)| matches!(h.name, HeaderName::References)) {
        found.add_field(root, header, IdSource::References);
    }
    found.ids.sort_by_key(|candidate| candidate.source);
    found.ids
}

/// Those of the header that came back.
fn of_returned(message: &Message<'_>, returned: &Returned, found: &mut Found) {
    let facts = returned.form == ReturnedForm::Facts;
    for field in returned.all("message-id") {
        let source = if facts { IdSource::Text } else { IdSource::Returned };
        let value = field.value(message);
        let ids = in_text(value);
        ids.iter().for_each(|id| found.add(id, source, &field.place));
        // Programs write IDs with no domain too.
        let bare = trimmed(value).trim_matches(['<', '>']);
        if ids.is_empty()
            && bare.len() >= 8
            && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_$".contains(&b))
        {
            found.add(bare, source, &field.place);
        }
    }
    for field in returned.fields.iter().filter(|f| is_original(&f.name)) {
        found.add_all(field.value(message), IdSource::Original, &field.place);
    }
}

/// Whether a field is one of [`ORIGINAL_IDS`].
fn is_original(name: &str) -> bool {
    let tail = name.len().checked_sub(3).and_then(|from| name.get(from..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case("-id"))
        && ORIGINAL_IDS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What the notice's own status parts (RFC 3464) say under [`ORIGINAL_IDS`], unfolded, and where.
fn of_status(message: &Message<'_>) -> Vec<(String, Place)> {
    let is_status = |p: &&Part<'_>| p.depth == 0 && Kind::of(p).ends_in("delivery-status");
    // Each is the `-id` of something, and most parts have none.
    let has_id = |p: &&Part<'_>| {
        let id = |at: usize| p.bytes().get(at + 1..at + 3).is_some_and(|id| id.eq_ignore_ascii_case(b"id"));
        memchr::memchr_iter(b'-', p.bytes()).any(id)
    };
    let mut out = Vec::new();
    for reading in message.parts().iter().filter(is_status).filter(has_id).filter_map(Reading::of) {
        let mut line = 0;
        while line < reading.len().min(MAX_STATUS_LINES) {
            let first = line;
            line += 1;
            let Some((name, value)) = split_at(reading.line(first), b':') else { continue };
            while line < reading.len() && reading.line(line).starts_with([' ', '\t']) {
                line += 1;
            }
            if is_original(trimmed(name))
                && let Some(place) = reading.place(first..line)
            {
                let more = (first + 1..line).map(|more| trimmed(reading.line(more)));
                out.push((std::iter::once(trimmed(value)).chain(more).collect(), place));
            }
        }
    }
    out
}

/// Whether a line speaks of a Message-ID: `message-id`, `message id`, `messageid`.
fn names_an_id(line: &str) -> bool {
    let named = |at: usize| {
        let word = at.checked_sub(MESSAGE.len() - 2).and_then(|from| line.get(from..));
        let rest = word.filter(|word| begins_with(word, MESSAGE)).and_then(|word| word.get(MESSAGE.len()..));
        rest.is_some_and(|rest| begins_with(rest.strip_prefix(['-', ' ']).unwrap_or(rest), "id"))
    };
    // Of the letters of the word this is the rarest.
    line.len() < 2_000 && memchr::memchr2_iter(b'g', b'G', line.as_bytes()).any(named)
}

const MESSAGE: &str = "message";

/// Message-IDs in angle brackets; a bare one where it stands alone.
pub(super) fn in_text(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = split_at(rest, b'<') {
        let Some((id, tail)) = split_at(after, b'>') else { break };
        let id = trimmed(id);
        if id.contains('@') && id.len() <= 998 && !id.contains(char::is_whitespace) {
            found.push(id);
        }
        rest = tail;
    }
    let bare = trimmed(text);
    if found.is_empty() && bare.contains('@') && !bare.contains([' ', '\t', '<', '>']) && bare.len() <= 998 {
        found.push(bare);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_brackets_or_alone() {
        assert_eq!(in_text(" <a@b> and <c d@e> <f@g>"), ["a@b", "f@g"]);
        assert_eq!((in_text(" a@b "), in_text("a@b c"), in_text("<a@b")), (vec!["a@b"], vec![], vec![]));
    }

    #[test]
    fn every_original_field_is_known() {
        assert!(ORIGINAL_IDS.iter().all(|name| is_original(name) && is_original(&name.to_uppercase())));
        assert!(!is_original("message-id") && !is_original("id"));
    }

    #[test]
    fn lines_that_speak_of_an_id_are_told() {
        assert!(names_an_id("Message-ID: <a@b>") && names_an_id("its message id was a@b"));
        assert!(
            !names_an_id("a message to a@b") && !names_an_id(&format!("messageid {}", "x".repeat(2_000)))
        );
    }
}

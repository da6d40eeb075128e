//! Where something stands in a message, kept until somebody wants to show it.
//!
//! A notice brings back whole headers, of which a few fields are shown: [`Evidence`], which is text, is made
//! of those alone.

use std::ops::Range;

use mail_parser::Header;

use super::super::verdict::Evidence;
use super::{Message, Part};

/// A place in a message; parts by their place in [`Message::parts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A header field, by its place in the header of a part.
    Field {
        /// The part.
        part: usize,
        /// The field.
        field: usize,
    },
    /// A range of the decoded body of a part.
    Body {
        /// The part.
        part: usize,
        /// The bytes.
        range: Range<usize>,
        /// What a person reads there, where it is something else than the bytes: they hold markup.
        words: Option<String>,
    },
}

impl Place {
    /// Where a header field of `part` stands; `None` where it is another part's.
    pub(crate) fn of_field(part: &Part<'_>, header: &Header<'_>) -> Option<Place> {
        let field = part.inner().headers.iter().position(|h| h.offset_field == header.offset_field)?;
        Some(Place::Field { part: part.index(), field })
    }

    /// The header field that stands here, and its part.
    pub(crate) fn field<'p, 'm>(&self, message: &'p Message<'m>) -> Option<(&'p Part<'m>, &'m Header<'m>)> {
        let Place::Field { part, field } = self else { return None };
        let part = message.part(*part)?;
        Some((part, part.inner().headers.get(*field)?))
    }

    /// What stands here, as evidence.
    pub(crate) fn evidence(&self, message: &Message<'_>) -> Option<Evidence> {
        match self {
            Place::Field { .. } => {
                self.field(message).map(|(part, header)| message.field_evidence(part, header))
            }
            Place::Body { part, range, words } => {
                let mut evidence = message.body_evidence(message.part(*part)?, range.clone());
                if let Some(words) = words {
                    evidence.text.clone_from(words);
                }
                Some(evidence)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::context::Limits;
    use crate::engine::message::parse;

    #[test]
    fn places_become_the_evidence_that_stands_there() {
        let raw = "From: a@example.org\r\nSubject: one\r\nSubject: two\r\n\r\nfirst line\r\nsecond line\r\n";
        let parsed = parse(raw.as_bytes(), &Limits::default());
        let view = parsed.view();
        let root = view.root().unwrap();
        let second = root.fields("subject").nth(1).unwrap();
        let place = Place::of_field(root, second).unwrap();
        assert_eq!(place, Place::Field { part: 0, field: 2 });
        assert_eq!(place.evidence(&view).unwrap(), view.field_evidence(root, second));
        let body = |words: Option<&str>| {
            let place = Place::Body { part: 0, range: 0..10, words: words.map(str::to_owned) };
            place.evidence(&view).unwrap().text
        };
        assert_eq!((body(None), body(Some("word"))), ("first line".to_owned(), "word".to_owned()));
        assert_eq!(Place::Field { part: 9, field: 0 }.evidence(&view), None);
    }
}

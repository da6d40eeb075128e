//! Content-Type and Content-Disposition in their usual shape, read at one look.

use std::borrow::Cow;

use mail_parser::{Attribute, ContentType, HeaderValue};

use super::simple::Read;
use crate::engine::message::Source;

/// Attributes that most have at most.
const USUAL: usize = 2;

/// The value of a field that holds a type and attributes without comments, escapes, encoded words or parts (RFC 2231),
/// and the length of the field; `None` where it is of another shape. What is given is what mail-parser would.
pub(super) fn read<'x>(source: Source<'x>, field: &'x [u8]) -> Read<'x> {
    let mut rest = Rest { source, bytes: field };
    rest.skip_blanks();
    let c_type = rest.word()?;
    let c_subtype = match rest.take(b'/') {
        true => Some(rest.word()?),
        false => None,
    };
    let mut attributes = Vec::new();
    let mut parted = false;
    loop {
        rest.skip_blanks();
        if rest.take(b';') {
            parted = true;
        } else if rest.skip_line_end() {
            if !matches!(rest.bytes, [b' ' | b'\t', ..]) {
                break;
            }
            // A line's end parts attributes as well, but stands for nothing behind a lone type.
            if c_subtype.is_none() && !parted {
                return None;
            }
            parted = true;
        } else if std::mem::take(&mut parted) {
            let name = rest.word()?;
            let value = rest.take(b'=').then(|| rest.value())??;
            if attributes.is_empty() {
                attributes.reserve_exact(USUAL);
            }
            attributes.push(Attribute { name, value: Cow::Borrowed(value) });
        } else {
            return None;
        }
    }
    let attributes = Some(attributes).filter(|attributes| !attributes.is_empty());
    let value = ContentType { c_type, c_subtype, attributes };
    Some((HeaderValue::ContentType(value), field.len() - rest.bytes.len()))
}

/// What is still to be read of a field.
struct Rest<'x> {
    source: Source<'x>,
    bytes: &'x [u8],
}

impl<'x> Rest<'x> {
    fn skip_blanks(&mut self) {
        while let [b' ' | b'\t', rest @ ..] = self.bytes {
            self.bytes = rest;
        }
    }

    fn skip_line_end(&mut self) -> bool {
        let ([b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..]) = self.bytes else { return false };
        self.bytes = rest;
        true
    }

    /// Goes behind `byte`, if that is the next.
    fn take(&mut self, byte: u8) -> bool {
        let [first, rest @ ..] = self.bytes else { return false };
        let is_next = *first == byte;
        if is_next {
            self.bytes = rest;
        }
        is_next
    }

    /// The bytes that are `wanted`, as text; at least one.
    fn text(&mut self, wanted: impl Fn(&u8) -> bool) -> Option<&'x str> {
        let length = self.bytes.iter().position(|b| !wanted(b)).unwrap_or(self.bytes.len());
        let (text, rest) = self.bytes.split_at_checked(length).filter(|_| length > 0)?;
        self.bytes = rest;
        self.source.text(text)
    }

    /// A type or a name, in lower case.
    fn word(&mut self) -> Option<Cow<'x, str>> {
        let word = self.text(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+' | b'_'))?;
        Some(match word.bytes().any(|b| b.is_ascii_uppercase()) {
            true => word.to_ascii_lowercase().into(),
            false => word.into(),
        })
    }

    /// The value of an attribute, in quotes or not.
    fn value(&mut self) -> Option<&'x str> {
        let value = match self.take(b'"') {
            true => {
                let value = self.text(|b| !matches!(b, b'"' | b'\\' | b'\r' | b'\n'))?;
                self.take(b'"').then_some(value)?
            }
            false => self.text(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'(' | b';' | b'\\'))?,
        };
        let marks = memchr::memchr_iter(b'=', value.as_bytes());
        let encoded = marks.map(|at| value.as_bytes().get(at + 1)).any(|next| next == Some(&b'?'));
        (!encoded).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn types_are_what_mail_parser_reads(
            field in " {0,2}[a-cX]{0,3}/?[a-c+]{0,2}( ?;?(\r?\n)?[ \t]{0,2}[a-cX*']{0,3} ?=? ?\"?[a-cé =?;(\\\\]{0,3}\"?){0,3};? ?\r?\n[x ]?[a-c=\n]{0,4}",
        ) {
            if let Some((value, length)) = read(Source::of_text(&field), field.as_bytes()) {
                let mut stream = MessageStream::new(field.as_bytes());
                prop_assert_eq!(stream.parse_content_type(), value);
                prop_assert_eq!(stream.offset(), length);
            }
        }
    }

    #[test]
    fn usual_types_are_read() {
        for (field, expected) in [
            (" text/plain; charset=us-ascii\r\nTo: x", ("text", Some("plain"), "charset", "us-ascii")),
            (" TEXT/HTML;\r\n\tCharset=\"UTF-8\"\r\nTo: x", ("text", Some("html"), "charset", "UTF-8")),
            ("attachment ; filename=\"a b.zip\";\n\n", ("attachment", None, "filename", "a b.zip")),
        ] {
            let (value, length) = read(Source::of_text(field), field.as_bytes()).unwrap();
            let value = value.as_content_type().unwrap();
            let (kind, sub, name, attribute) = expected;
            assert_eq!((value.ctype(), value.subtype(), value.attribute(name)), (kind, sub, Some(attribute)));
            assert!(["To: x", "\n"].contains(&&field[length..]));
        }
        assert!(read(Source::default(), b" text/plain (a comment)\r\n").is_none());
    }
}

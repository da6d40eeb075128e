//! What a part is called, in every field that names it.

use mail_parser::{Header, HeaderName, MimeHeaders};

use crate::engine::attachment::encoding::{decode_words, names_in};
use crate::engine::message::{Message, Part};

/// Where a word of lower-case ASCII stands in a field, in any case.
pub(super) fn places<'f>(field: &'f [u8], word: &'static [u8]) -> impl Iterator<Item = usize> + 'f {
    let first = word.first().copied().unwrap_or_default();
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), field).filter(move |at| {
        field.get(*at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    })
}

/// A field of a part as it is written.
fn raw_field<'a>(message: &Message<'a>, part: &Part<'a>, field: &Header<'_>) -> &'a [u8] {
    let source: &'a [u8] = match part.body_range().start == part.inner().offset_body as usize {
        true => message.raw(),
        false => &part.owner().raw_message,
    };
    source.get(field.offset_start as usize..field.offset_end as usize).unwrap_or_default()
}

/// Every name that a part claims, the one that mail programs show first.
pub(super) fn names(message: &Message<'_>, part: &Part<'_>) -> Vec<String> {
    let inner = part.inner();
    let mut out: Vec<String> = Vec::new();
    let disposition = inner.content_disposition().and_then(|d| d.attribute("filename"));
    let kind = inner.content_type().and_then(|t| t.attribute("name"));
    for name in [disposition, kind].into_iter().flatten() {
        out.push(name.to_owned());
    }
    // Other fields of the same names, and parameters that the parser could not read.
    let is_disposition = |header: &Header<'_>| header.name == HeaderName::ContentDisposition;
    let is_type = |header: &Header<'_>| header.name == HeaderName::ContentType;
    let (dispositions, types): (Vec<_>, Vec<_>) =
        inner.headers.iter().filter(|h| is_disposition(h) || is_type(h)).partition(|h| is_disposition(h));
    // More than one parameter for the name: programs choose among them differently.
    let named_twice =
        || dispositions.iter().any(|h| places(raw_field(message, part, h), b"filename").nth(1).is_some());
    if out.is_empty() || dispositions.len() > 1 || types.len() > 1 || named_twice() {
        for header in dispositions.into_iter().chain(types) {
            let field = raw_field(message, part, header);
            if places(field, b"name").next().is_some() {
                out.extend(names_in(field));
            }
        }
    }
    out.into_iter().map(|n| decode_words(&n)).collect()
}

//! What a part is called, in every field that names it.

use mail_parser::{Header, HeaderName};

use crate::engine::attachment::encoding::{decode_words, names_in};
use crate::engine::message::{Message, Part};

/// Where a word of lower-case ASCII stands in a field, in any case.
fn places<'f>(field: &'f [u8], word: &'static [u8]) -> impl Iterator<Item = usize> + 'f {
    let first = word.first().copied().unwrap_or_default();
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), field).filter(move |at| {
        field.get(*at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    })
}

/// Whether [`names_in`] could read a name in a field: behind a word that ends in `name` stands an equals sign, with
/// nothing but blanks, digits and asterisks between. Most fields have one such sign or none.
pub(super) fn may_name(field: &[u8]) -> bool {
    // Blanks that are not ASCII stand between as well.
    let between = |byte: &u8| matches!(byte, b'*' | b'0'..=b'9' | 9..=13 | b' ' | 0x80..);
    memchr::memchr_iter(b'=', field).any(|at| {
        let before = field.get(..at).unwrap_or_default();
        let end = before.iter().rposition(|byte| !between(byte)).map_or(0, |at| at + 1);
        let word = end.checked_sub(4).and_then(|start| before.get(start..end));
        word.is_some_and(|word| word.eq_ignore_ascii_case(b"name"))
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
    let mut out: Vec<String> = Vec::new();
    let disposition = part.disposition().and_then(|field| field.attribute("filename"));
    let kind = part.content_type_value().and_then(|field| field.attribute("name"));
    for name in [disposition, kind].into_iter().flatten() {
        out.push(name.to_owned());
    }
    // Other fields of the same names, and parameters that the parser could not read.
    let fields = || part.inner().headers.iter();
    let dispositions = || fields().filter(|h| matches!(h.name, HeaderName::ContentDisposition));
    let types = || fields().filter(|h| matches!(h.name, HeaderName::ContentType));
    // More than one parameter for the name: programs choose among them differently.
    let named_twice =
        || dispositions().any(|h| places(raw_field(message, part, h), b"filename").nth(1).is_some());
    if out.is_empty() || dispositions().nth(1).is_some() || types().nth(1).is_some() || named_twice() {
        for header in dispositions().chain(types()) {
            let field = raw_field(message, part, header);
            if may_name(field) {
                out.extend(names_in(field));
            }
        }
    }
    out.into_iter().map(|n| decode_words(&n)).collect()
}

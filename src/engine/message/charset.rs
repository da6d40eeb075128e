//! Text in the charset that its part declares.
//!
//! mail-parser knows the charsets; here is what need not be asked of them, for nearly all text is ASCII.

use std::borrow::Cow;

use mail_parser::ContentType;
use mail_parser::decoders::charsets::map::charset_decoder;

use super::Source;

/// Charsets in which ASCII is ASCII, in lower case, by their beginning.
const CHARSETS: &[&str] = &["us-ascii", "ascii", "iso-8859-", "windows-125", "utf-8", "utf8", "koi8-"];

/// Bytes of a text that are copied together where they are ASCII, and how many more it has than others where it is
/// worth to look for such.
const STRETCH: usize = 256;
const MANY: usize = 32;

/// Whether the charset that a type names, if it names one, holds ASCII as it is.
pub(in crate::engine) fn holds_ascii(kind: Option<&ContentType<'_>>) -> bool {
    let Some(charset) = kind.and_then(|kind| kind.attribute("charset")) else { return true };
    let begins =
        |known: &&str| charset.get(..known.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(known));
    CHARSETS.iter().any(begins)
}

/// A body as text: as it stands, where that is ASCII, and in its charset otherwise.
pub(super) fn text<'x>(
    source: Source<'x>,
    bytes: Cow<'x, [u8]>,
    kind: Option<&ContentType<'_>>,
) -> Cow<'x, str> {
    let charset = kind.and_then(|kind| kind.attribute("charset"));
    let decoder = charset.and_then(|charset| charset_decoder(charset.as_bytes()));
    let ascii_stays = holds_ascii(kind);
    match (decoder.filter(|_| !(ascii_stays && bytes.is_ascii())), bytes) {
        // A letter is a byte, so that stretches of ASCII can be copied, where there are any.
        (Some(decoder), bytes) if ascii_stays => {
            let others = bytes.iter().filter(|b| !b.is_ascii()).count();
            if others > bytes.len() / MANY {
                return decoder(&bytes).into();
            }
            let mut out = String::with_capacity(bytes.len() + others);
            for stretch in bytes.chunks(STRETCH) {
                match std::str::from_utf8(stretch) {
                    Ok(ascii) if ascii.is_ascii() => out.push_str(ascii),
                    _ => out.push_str(&decoder(stretch)),
                }
            }
            out.into()
        }
        (Some(decoder), bytes) => decoder(&bytes).into(),
        (None, Cow::Borrowed(bytes)) => source.lossy(bytes),
        (None, Cow::Owned(bytes)) => String::from_utf8(bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::HeaderValue;
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_read_as_its_charset_has_it(
            charset in prop::sample::select(vec![
                "us-ascii", "iso-8859-1", "ISO-8859-15", "windows-1252", "koi8-r", "utf-8", "iso-2022-jp", "big5", "none",
            ]),
            pieces in prop::collection::vec(
                prop_oneof!["[ -~]{0,300}".prop_map(String::into_bytes), "[é€я]{0,9}".prop_map(String::into_bytes),
                    prop::collection::vec(any::<u8>(), 0..20)],
                0..6,
            ),
        ) {
            let (field, bytes) = (format!("text/plain; charset={charset}\r\n"), pieces.concat());
            let kind = MessageStream::new(field.as_bytes()).parse_content_type();
            let kind = if let HeaderValue::ContentType(kind) = &kind { Some(kind) } else { None };
            let decoder = charset_decoder(charset.as_bytes());
            let expected = decoder.map_or_else(|| super::super::lossy(&bytes).into_owned(), |decode| decode(&bytes));
            prop_assert_eq!(&text(Source::of(&bytes), Cow::Borrowed(&bytes), kind), &expected);
            prop_assert_eq!(text(Source::default(), Cow::Owned(bytes), kind), expected);
        }
    }
}

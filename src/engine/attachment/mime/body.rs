//! What a part holds, decoded, and how much of it a strict reader leaves out.

use std::borrow::Cow;

use mail_parser::{Encoding, PartType};

use crate::engine::attachment::encoding::{base64, quoted_printable};
use crate::engine::attachment::filetype::text;
use crate::engine::message::{self, Message, Part};

/// Beginnings of files that are written in letters and are no prose, the EICAR test file among them.
const DOCUMENTS_IN_TEXT: &[&[u8]] = &[b"%PDF", b"%!PS", b"{\\rt", b"#@~^", b"X5O!P"];

/// Bytes of a text that show whether it is one: no other file keeps to letters for longer.
pub(super) const PROSE: usize = 512;

/// The encoded body of a part.
pub(super) fn raw_body<'a>(message: &Message<'a>, part: &Part<'a>) -> &'a [u8] {
    let inner = part.inner();
    let range = inner.offset_body as usize..inner.offset_end as usize;
    if part.body_range() == range {
        return message.raw().get(range).unwrap_or_default();
    }
    part.owner().raw_message.get(range).unwrap_or_default()
}

/// The decoded body of a part, before any charset is applied.
pub(super) fn decoded<'a>(message: &Message<'a>, part: &Part<'a>) -> Cow<'a, [u8]> {
    match &part.inner().body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Cow::Borrowed(bytes.as_ref()),
        PartType::Text(text) | PartType::Html(text) => {
            let raw = raw_body(message, part);
            match part.inner().encoding {
                // ASCII in a charset that holds it as it is: no charset was applied.
                Encoding::Base64
                    if text.is_ascii()
                        && message::holds_ascii(part.content_type_value())
                        && is_decoded(message, part, text.len()) =>
                {
                    Cow::Borrowed(text.as_bytes())
                }
                Encoding::None => Cow::Borrowed(raw),
                Encoding::Base64 => Cow::Owned(base64(raw)),
                Encoding::QuotedPrintable => Cow::Owned(quoted_printable(raw)),
            }
        }
        PartType::Message(_) | PartType::Multipart(_) => Cow::Borrowed(&[]),
    }
}

/// Whether bytes begin as text that is meant to be read does.
pub(super) fn is_prose(bytes: &[u8]) -> bool {
    let head = bytes.get(..PROSE).unwrap_or(bytes);
    text::is_text(head) && !DOCUMENTS_IN_TEXT.iter().any(|m| head.trim_ascii_start().starts_with(m))
}

/// Whether a part is base64 of which nothing is missing in its `len` decoded bytes: nothing hides in what a reader
/// skipped, however little that is of a long body.
pub(super) fn is_decoded(message: &Message<'_>, part: &Part<'_>, len: usize) -> bool {
    part.inner().encoding == Encoding::Base64 && is_all_of(raw_body(message, part), len)
}

/// Whether `len` bytes are all that base64 in lines comes to: nothing stands behind padding, nothing was skipped.
fn is_all_of(encoded: &[u8], len: usize) -> bool {
    let count = |byte| memchr::memchr_iter(byte, encoded).count();
    let whole = encoded.len().saturating_sub(count(b'\n') + count(b'\r')) / 4 * 3;
    (whole.saturating_sub(2)..=whole).contains(&len)
}

//! What a part holds, decoded, and how much of it a strict reader leaves out.

use std::borrow::Cow;
use std::cell::OnceCell;

use mail_parser::{Encoding, PartType};

use crate::engine::attachment::encoding::{base64, quoted_printable};
use crate::engine::attachment::filetype::text;
use crate::engine::attachment::inspect::Spot;
use crate::engine::message::{self, Message, Part};

/// Beginnings of files that are written in letters and are no prose, the EICAR test file among them.
const DOCUMENTS_IN_TEXT: &[&[u8]] = &[b"%PDF", b"%!PS", b"{\\rt", b"#@~^", b"X5O!P"];

/// Bytes of a text that show whether it is one: no other file keeps to letters for longer.
pub(super) const PROSE: usize = 512;

/// The body of a part: encoded as it stands there, and what it holds.
pub(super) struct Body<'v, 'a> {
    message: &'v Message<'a>,
    part: &'v Part<'a>,
    /// Its bytes as they are encoded.
    pub(super) raw: &'a [u8],
    /// How many line feeds and carriage returns stand in them, once somebody asks.
    ends: OnceCell<(usize, usize)>,
}

impl<'v, 'a> Body<'v, 'a> {
    pub(super) fn of(message: &'v Message<'a>, part: &'v Part<'a>) -> Body<'v, 'a> {
        let inner = part.inner();
        let range = inner.offset_body as usize..inner.offset_end as usize;
        let raw = match part.body_range() == range {
            true => message.raw().get(range).unwrap_or_default(),
            false => part.owner().raw_message.get(range).unwrap_or_default(),
        };
        Body { message, part, raw, ends: OnceCell::new() }
    }

    /// What it holds, decoded, before any charset is applied.
    pub(super) fn decoded(&self) -> Cow<'a, [u8]> {
        match &self.part.inner().body {
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Cow::Borrowed(bytes.as_ref()),
            PartType::Text(text) | PartType::Html(text) => match self.part.inner().encoding {
                // ASCII in a charset that holds it as it is: no charset was applied.
                Encoding::Base64
                    if text.is_ascii()
                        && message::holds_ascii(self.part.content_type_value())
                        && self.is_decoded(text.len()) =>
                {
                    Cow::Borrowed(text.as_bytes())
                }
                Encoding::None => Cow::Borrowed(self.raw),
                Encoding::Base64 => Cow::Owned(base64(self.raw)),
                Encoding::QuotedPrintable => Cow::Owned(quoted_printable(self.raw)),
            },
            PartType::Message(_) | PartType::Multipart(_) => Cow::Borrowed(&[]),
        }
    }

    /// Whether it is base64 of which nothing is missing in its `len` decoded bytes: nothing hides in what a reader
    /// skipped, however little that is of a long body.
    pub(super) fn is_decoded(&self, len: usize) -> bool {
        self.part.inner().encoding == Encoding::Base64 && {
            let (feeds, returns) = self.ends();
            is_all_of(self.raw.len().saturating_sub(feeds + returns), len)
        }
    }

    /// Where its bytes stand in the message.
    pub(super) fn spot(&self) -> Spot {
        let range = self.part.body_range();
        let number = self.message.number(self.part);
        // A message that was encoded as a whole has no offsets of its own in the fetched bytes.
        let own = self.raw.len() == range.len();
        match self.part.inner().encoding {
            Encoding::Base64 if own => Spot::base64(number, range, self.raw, self.ends().0),
            encoding => Spot::part(number, range, own && encoding == Encoding::None),
        }
    }

    /// Line feeds and carriage returns.
    fn ends(&self) -> (usize, usize) {
        *self.ends.get_or_init(|| line_ends(self.raw))
    }
}

/// How many line feeds and how many carriage returns stand in a text.
fn line_ends(text: &[u8]) -> (usize, usize) {
    // Written without branches, in sums that fit a byte: long files are gone over here.
    text.chunks(192).fold((0, 0), |(feeds, returns), piece| {
        let count = |end: u8| piece.iter().map(|byte| u8::from(*byte == end)).sum::<u8>();
        (feeds + usize::from(count(b'\n')), returns + usize::from(count(b'\r')))
    })
}

/// Whether bytes begin as text that is meant to be read does.
pub(super) fn is_prose(bytes: &[u8]) -> bool {
    let head = bytes.get(..PROSE).unwrap_or(bytes);
    text::is_text(head) && !DOCUMENTS_IN_TEXT.iter().any(|m| head.trim_ascii_start().starts_with(m))
}

/// Whether `len` bytes are all that so many letters of base64 come to: nothing stands behind padding, nothing was
/// skipped.
fn is_all_of(letters: usize, len: usize) -> bool {
    let whole = letters / 4 * 3;
    (whole.saturating_sub(2)..=whole).contains(&len)
}

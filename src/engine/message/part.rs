//! One MIME part: its declared type and names, its decoded body, its header fields, and where they stand.
//!
//! Uses mail-parser only. A new question about one part goes here; what needs its neighbours goes to
//! [`Message`](super::Message).

use std::borrow::Cow;
use std::ops::Range;

use mail_parser::{ContentType, Header, HeaderName, HeaderValue, MessagePart, PartType};

use super::Source;

/// One MIME part at any depth.
pub struct Part<'a> {
    pub(super) index: usize,
    pub(super) parent: Option<usize>,
    pub(super) number: usize,
    /// How many messages this part lies inside of; 0 for the message's own parts.
    pub depth: usize,
    pub(super) inner: &'a MessagePart<'a>,
    pub(super) declared: Declared<'a>,
    pub(super) owner: &'a mail_parser::Message<'a>,
    /// The bytes that its offsets count in; none where it was decoded.
    pub(super) source: Source<'a>,
    /// Where a decoded (base64) message begins in the raw bytes: its inner offsets mean nothing there.
    pub(super) decoded_from: Option<Range<usize>>,
    /// Whether this is the root part of a message (the whole one, or one inside).
    pub is_message_root: bool,
}

/// What the header of a part declares it to be: asked again and again, so looked for once.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a> {
    kind: Option<&'a ContentType<'a>>,
    disposition: Option<&'a ContentType<'a>>,
}

impl<'a> Declared<'a> {
    /// Of two fields with one name, the last counts.
    pub(super) fn of(part: &'a MessagePart<'a>) -> Declared<'a> {
        let (mut kind, mut disposition) = (None, None);
        for header in &part.headers {
            match header.name {
                HeaderName::ContentType => kind = header.value.as_content_type(),
                HeaderName::ContentDisposition => disposition = header.value.as_content_type(),
                _ => {}
            }
        }
        Declared { kind, disposition }
    }
}

impl<'a> Part<'a> {
    /// Its place in [`Message::parts`].
    pub fn index(&self) -> usize {
        self.index
    }

    /// The place of the part that holds this one.
    pub fn parent(&self) -> Option<usize> {
        self.parent
    }

    /// The message that this part belongs to (an inner one, where it lies inside message/rfc822).
    pub fn owner(&self) -> &'a mail_parser::Message<'a> {
        self.owner
    }

    /// mail-parser's part.
    pub fn inner(&self) -> &'a MessagePart<'a> {
        self.inner
    }

    /// The message inside, where this part is one that could be parsed.
    pub fn message(&self) -> Option<&'a mail_parser::Message<'a>> {
        match &self.inner.body {
            PartType::Message(inside) => Some(inside),
            _ => None,
        }
    }

    /// Whether it only holds other parts.
    pub fn is_multipart(&self) -> bool {
        matches!(self.inner.body, PartType::Multipart(_))
    }

    /// The declared type in lower case, `text/plain` where none is declared (RFC 2045 §5.2).
    pub fn content_type(&self) -> String {
        self.declared_type().unwrap_or_else(|| "text/plain".to_owned())
    }

    /// The declared type in lower case, if one is declared.
    pub fn declared_type(&self) -> Option<String> {
        let kind = self.declared.kind?;
        let sub = kind.subtype();
        let mut out = String::with_capacity(kind.ctype().len() + sub.map_or(0, |sub| sub.len() + 1));
        out.push_str(kind.ctype());
        if let Some(sub) = sub {
            out.push('/');
            out.push_str(sub);
        }
        out.make_ascii_lowercase();
        Some(out)
    }

    /// The parsed Content-Type field.
    pub fn content_type_value(&self) -> Option<&'a ContentType<'a>> {
        self.declared.kind
    }

    /// The parsed Content-Disposition field.
    pub fn disposition(&self) -> Option<&'a ContentType<'a>> {
        self.declared.disposition
    }

    /// The name it claims: `filename` of Content-Disposition, else `name` of Content-Type.
    pub fn file_name(&self) -> Option<&'a str> {
        let disposition = self.declared.disposition.and_then(|field| field.attribute("filename"));
        disposition.or_else(|| self.declared.kind?.attribute("name"))
    }

    /// The decoded body; empty for a multipart or a parsed message.
    pub fn bytes(&self) -> &'a [u8] {
        match &self.inner.body {
            PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
            PartType::Message(_) | PartType::Multipart(_) => &[],
        }
    }

    /// The decoded body as text, where it is text of any kind.
    pub fn text(&self) -> Option<&'a str> {
        match &self.inner.body {
            PartType::Text(text) | PartType::Html(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it was parsed as HTML.
    pub fn is_html(&self) -> bool {
        matches!(self.inner.body, PartType::Html(_))
    }

    /// The first header field with this name, compared without regard to case.
    pub fn field(&self, name: &str) -> Option<&'a Header<'a>> {
        self.inner.headers.iter().find(|h| h.name.as_str().eq_ignore_ascii_case(name))
    }

    /// Every header field with this name, in order.
    pub fn fields<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a Header<'a>> + use<'a, 'n> {
        self.inner.headers.iter().filter(move |h| h.name.as_str().eq_ignore_ascii_case(name))
    }

    /// The text of the first header field with this name: decoded where the parser read it as text, the
    /// raw bytes of the field (unfolded) otherwise.
    pub fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name).map(|h| self.header_text(h))
    }

    /// The text of one header field.
    pub fn header_text(&self, header: &'a Header<'a>) -> Cow<'a, str> {
        match &header.value {
            HeaderValue::Text(text) => Cow::Borrowed(text.trim()),
            HeaderValue::TextList(list) => Cow::Owned(list.join(" ")),
            _ => {
                let text = self.raw_text(header);
                Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        }
    }

    /// The bytes of a header field behind its name.
    pub fn raw_bytes(&self, header: &Header<'a>) -> &'a [u8] {
        let range = header.offset_start as usize..header.offset_end as usize;
        self.owner.raw_message.get(range).unwrap_or_default()
    }

    /// A header field as it stands in the bytes, without its name and its line end.
    pub fn raw_text(&self, header: &Header<'a>) -> Cow<'a, str> {
        self.source.lossy(self.raw_bytes(header))
    }

    /// Its byte range in the fetched message, header included.
    pub fn range(&self) -> Range<usize> {
        self.locate(self.inner.offset_header as usize..self.inner.offset_end as usize)
    }

    /// The range of its body in the fetched message, encoded as it is there.
    pub fn body_range(&self) -> Range<usize> {
        self.locate(self.inner.offset_body as usize..self.inner.offset_end as usize)
    }

    /// The bytes that this part's offsets count in: the fetched message, or the decoded message around.
    pub(super) fn source<'r>(&self, raw: &'r [u8]) -> &'r [u8]
    where
        'a: 'r,
    {
        if self.decoded_from.is_some() { &self.owner.raw_message } else { raw }
    }

    pub(super) fn locate(&self, range: Range<usize>) -> Range<usize> {
        self.decoded_from.clone().unwrap_or(range)
    }
}

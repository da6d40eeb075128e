//! The short way for well-formed mail.
//!
//! mail-parser looks at each byte of a body for a boundary, an escape and a letter of the charset. Mail that is
//! built as RFC 2045 and 2046 have it comes to the very same parts in a fraction of the time: boundaries are
//! searched for, quoted-printable is undone by stretches ([`transfer`]), and text that is ASCII is taken as it
//! stands. Headers, base64, charsets and everything that is damaged are mail-parser's: at the first thing that is not
//! as it should be, this way ends with `None`, and the message goes the long way. A test compares both.

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;
use mail_parser::{
    ContentType, Encoding, GetHeader, Header, HeaderName, HeaderValue, Message, MessagePart, PartType,
};
use memchr::memmem::Finder;

use super::charset::text;
use super::{Source, fields, transfer};

/// Fields that a message has, and those of a part; more cost a copy.
const MESSAGE_FIELDS: usize = 32;
const PART_FIELDS: usize = 4;

/// Messages and multiparts in each other that are followed; more are for the long way.
const MAX_DEPTH: usize = 20;

/// What a part is, as far as its place among the others depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Alternative,
    Related,
    Digest,
    /// Any other multipart.
    Mixed,
    Plain,
    Html,
    /// Text of another type.
    Text,
    /// A picture, sound or film.
    Media,
    /// A message.
    Message,
    Other,
}

impl Sort {
    /// What a part of this type is inside a part of the sort `within`.
    fn of(kind: Option<&ContentType<'_>>, within: Sort) -> Sort {
        let Some(kind) = kind else {
            return if within == Sort::Digest { Sort::Message } else { Sort::Plain };
        };
        match (kind.ctype(), kind.subtype()) {
            ("multipart", Some("alternative")) => Sort::Alternative,
            ("multipart", Some("related")) => Sort::Related,
            ("multipart", Some("digest")) => Sort::Digest,
            ("multipart", _) => Sort::Mixed,
            ("text", Some("plain")) => Sort::Plain,
            ("text", Some("html")) => Sort::Html,
            ("text", _) => Sort::Text,
            ("image" | "audio" | "video", _) => Sort::Media,
            ("message", Some("rfc822" | "global")) => Sort::Message,
            _ => Sort::Other,
        }
    }

    fn is_multipart(self) -> bool {
        matches!(self, Sort::Alternative | Sort::Related | Sort::Digest | Sort::Mixed)
    }

    fn is_text(self) -> bool {
        matches!(self, Sort::Plain | Sort::Html | Sort::Text)
    }
}

/// What holds parts: a multipart, or a message, which holds one.
struct Holder {
    sort: Sort,
    /// Whether a multipart/alternative stands around it.
    in_alternative: bool,
    /// How many parts it has so far, and those of a multipart, by their places in the message.
    count: usize,
    parts: Vec<u32>,
    /// Whether its texts belong to the message as text, and as HTML.
    wants_text: bool,
    wants_html: bool,
}

impl Holder {
    fn message() -> Holder {
        let (count, parts) = (0, Vec::new());
        Holder {
            sort: Sort::Message,
            in_alternative: false,
            count,
            parts,
            wants_text: true,
            wants_html: true,
        }
    }

    fn multipart(&self, sort: Sort) -> Holder {
        let in_alternative = self.in_alternative || sort == Sort::Alternative;
        let (wants_text, wants_html) = (self.wants_text, self.wants_html);
        Holder { sort, in_alternative, count: 0, parts: Vec::new(), wants_text, wants_html }
    }

    /// Whether a text or picture in it is one of the message's HTML bodies, and of its text bodies.
    fn shows(&mut self, sort: Sort, inline: bool) -> (bool, bool) {
        if self.sort == Sort::Alternative {
            return (sort == Sort::Html, sort == Sort::Plain);
        }
        if !inline {
            return (false, false);
        }
        if self.in_alternative && (self.wants_text || self.wants_html) {
            match sort {
                Sort::Html => self.wants_text = false,
                Sort::Plain => self.wants_html = false,
                _ => {}
            }
        }
        (self.wants_html, self.wants_text)
    }
}

/// Parses `source` the short way; `None` where it is not well-formed.
pub(super) fn parse(source: Source<'_>) -> Option<Message<'_>> {
    let mut reader = Reader { source, stream: MessageStream::new(source.bytes) };
    let mut message = Message::default();
    reader.entity(&mut message, &mut Holder::message(), None, MAX_DEPTH)?;
    message.raw_message = Cow::Borrowed(source.bytes);
    message.parts.first_mut()?.offset_end = u32::try_from(source.bytes.len()).ok()?;
    Some(message)
}

/// The end of a part: where its body ends, and where its boundary does, behind its own letters.
struct End {
    body: usize,
    boundary: usize,
}

struct Reader<'x> {
    source: Source<'x>,
    stream: MessageStream<'x>,
}

impl<'x> Reader<'x> {
    /// Reads the part that begins here into `message`, up to the next `boundary` or to the end of the input.
    /// Leaves the stream behind the boundary.
    fn entity(
        &mut self,
        message: &mut Message<'x>,
        holder: &mut Holder,
        boundary: Option<&Finder<'_>>,
        depth: usize,
    ) -> Option<()> {
        let offset_header = self.stream.offset();
        let likely = if holder.sort == Sort::Message { MESSAGE_FIELDS } else { PART_FIELDS };
        let mut headers = Vec::with_capacity(likely);
        if !fields::read(&mut self.stream, self.source, &mut headers) {
            return None;
        }
        let offset_body = self.stream.offset();
        let place = message.parts.len();
        holder.count += 1;
        if holder.sort != Sort::Message {
            holder.parts.push(u32::try_from(place).ok()?);
        }
        let kind = headers.header_value(&HeaderName::ContentType).and_then(HeaderValue::as_content_type);
        let sort = Sort::of(kind, holder.sort);
        let part = |headers, offset_end, encoding, body| {
            Some(MessagePart {
                headers,
                is_encoding_problem: false,
                body,
                encoding,
                offset_header: u32::try_from(offset_header).ok()?,
                offset_body: u32::try_from(offset_body).ok()?,
                offset_end: u32::try_from(offset_end).ok()?,
            })
        };
        if sort.is_multipart() {
            let inner = ["--", kind?.attribute("boundary").filter(|b| !b.is_empty())?].concat();
            message.parts.push(part(headers, 0, Encoding::None, PartType::default())?);
            let mut parts = holder.multipart(sort);
            let (texts, htmls) = (message.text_body.len(), message.html_body.len());
            self.multipart(message, &mut parts, &Finder::new(&inner), depth.checked_sub(1)?)?;
            share_bodies(message, &parts, texts, htmls);
            let end = self.stream.offset();
            let end = boundary.map_or(Some(end), |boundary| Some(self.leave(boundary, end)?.body))?;
            let this = message.parts.get_mut(place)?;
            this.offset_end = u32::try_from(end).ok()?;
            this.body = PartType::Multipart(parts.parts);
            return Some(());
        }
        let encoding = encoding(&headers);
        if sort == Sort::Message {
            // One that is encoded, or is all of another, is rare.
            let boundary = boundary.filter(|_| encoding == Encoding::None && holder.sort != Sort::Message)?;
            message.attachments.push(u32::try_from(place).ok()?);
            let mut inside = Message::default();
            self.entity(&mut inside, &mut Holder::message(), Some(boundary), depth.checked_sub(1)?)?;
            inside.raw_message = Cow::Borrowed(self.source.bytes);
            let end = self.stream.offset().checked_sub(boundary.needle().len())?;
            let end = before_line_end(self.source.bytes, end)?;
            message.parts.push(part(headers, end, encoding, PartType::Message(inside))?);
            return Some(());
        }
        let (end, bytes) = self.body(boundary, offset_body, encoding)?;
        let inline = is_inline(&headers, kind, sort, holder);
        let (in_html, in_text) = holder.shows(sort, inline);
        let id = u32::try_from(place).ok()?;
        message.html_body.extend(in_html.then_some(id));
        message.text_body.extend(in_text.then_some(id));
        let body = match sort {
            Sort::Html => PartType::Html(text(self.source, bytes, kind)),
            Sort::Plain | Sort::Text => PartType::Text(text(self.source, bytes, kind)),
            _ if inline => PartType::InlineBinary(bytes),
            _ => PartType::Binary(bytes),
        };
        let shown = if sort == Sort::Html { in_html } else { in_text && sort.is_text() };
        message.attachments.extend((!shown).then_some(id));
        message.parts.push(part(headers, end, encoding, body)?);
        Some(())
    }

    /// The body that begins at `from`, decoded, and where it ends. Leaves the stream behind the boundary.
    fn body(
        &mut self,
        boundary: Option<&Finder<'_>>,
        from: usize,
        encoding: Encoding,
    ) -> Option<(usize, Cow<'x, [u8]>)> {
        if encoding == Encoding::Base64 {
            // Where no boundary follows, it is not decoded in vain.
            if let Some(boundary) = boundary {
                boundary.find(self.source.bytes.get(from..)?)?;
            }
            let letters = boundary.and_then(|boundary| boundary.needle().get(2..)).unwrap_or_default();
            return Some(self.stream.decode_base64_mime(letters)).filter(|(end, _)| *end != usize::MAX);
        }
        let Some(boundary) = boundary else {
            self.stream.seek_end();
            let rest = self.source.bytes.get(from..)?;
            let bytes = match encoding {
                Encoding::QuotedPrintable => transfer::quoted_printable(rest, false)?.into(),
                _ => rest.into(),
            };
            return Some((self.source.bytes.len(), bytes));
        };
        let end = self.leave(boundary, from)?;
        let bytes = match encoding {
            Encoding::QuotedPrintable => {
                let with_line_end = end.boundary.checked_sub(boundary.needle().len())?;
                transfer::quoted_printable(self.source.bytes.get(from..with_line_end)?, true)?.into()
            }
            _ => self.source.bytes.get(from..end.body)?.into(),
        };
        Some((end.body, bytes))
    }

    /// Reads the parts of a multipart, up to its closing boundary. Leaves the stream behind that.
    fn multipart(
        &mut self,
        message: &mut Message<'x>,
        holder: &mut Holder,
        boundary: &Finder<'_>,
        depth: usize,
    ) -> Option<()> {
        let preamble = self.stream.offset();
        self.leave(boundary, preamble)?;
        loop {
            match self.source.bytes.get(self.stream.offset()..)? {
                [b'-', b'-', ..] if holder.count > 0 => {
                    fields::skip(&mut self.stream, 2);
                    return Some(());
                }
                [b'\r', b'\n', ..] => fields::skip(&mut self.stream, 2),
                [b'\n', ..] => fields::skip(&mut self.stream, 1),
                // Blanks behind a boundary, or a longer word that begins like it.
                _ => return None,
            }
            self.entity(message, holder, Some(boundary), depth)?;
        }
    }

    /// Goes behind the next boundary from `from` on; `None` where it does not stand at the start of a line, or
    /// the header before `from` went on behind it.
    fn leave(&mut self, boundary: &Finder<'_>, from: usize) -> Option<End> {
        let at = from + boundary.find(self.source.bytes.get(from..)?)?;
        let end = End {
            body: before_line_end(self.source.bytes, at)?.max(from),
            boundary: at + boundary.needle().len(),
        };
        let behind = end.boundary.checked_sub(self.stream.offset())?;
        fields::skip(&mut self.stream, behind);
        Some(end)
    }
}

/// Where the line end before `at` begins; `None` where there is none.
fn before_line_end(input: &[u8], at: usize) -> Option<usize> {
    match input.get(..at)? {
        [.., b'\r', b'\n'] => Some(at - 2),
        [.., b'\n'] => Some(at - 1),
        _ => None,
    }
}

/// The transfer encoding that mail-parser undoes.
fn encoding(headers: &[Header<'_>]) -> Encoding {
    let mut fields = headers.iter().rev().filter(|h| h.name == HeaderName::ContentTransferEncoding);
    match fields.next().map(|h| &h.value) {
        Some(HeaderValue::Text(name)) if name.eq_ignore_ascii_case("base64") => Encoding::Base64,
        Some(HeaderValue::Text(name)) if name.eq_ignore_ascii_case("quoted-printable") => {
            Encoding::QuotedPrintable
        }
        _ => Encoding::None,
    }
}

/// Whether a part is shown where it stands, by its disposition and its place.
fn is_inline(headers: &Vec<Header<'_>>, kind: Option<&ContentType<'_>>, sort: Sort, holder: &Holder) -> bool {
    let disposition = headers.header_value(&HeaderName::ContentDisposition);
    let attached = disposition.and_then(HeaderValue::as_content_type).is_some_and(ContentType::is_attachment);
    let unnamed = || kind.is_none_or(|kind| !kind.has_attribute("name"));
    let placed = holder.count == 1 || holder.sort != Sort::Related && (sort == Sort::Media || unnamed());
    matches!(sort, Sort::Plain | Sort::Html | Sort::Media) && !attached && placed
}

/// An alternative that holds HTML alone, or text alone, stands for both.
fn share_bodies(message: &mut Message<'_>, holder: &Holder, texts: usize, htmls: usize) {
    if holder.sort != Sort::Alternative || !holder.wants_text || !holder.wants_html {
        return;
    }
    if message.text_body.len() == texts {
        message.text_body.extend(message.html_body.get(htmls..).unwrap_or_default());
    } else if message.html_body.len() == htmls {
        message.html_body.extend(message.text_body.get(texts..).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fields::parser;
    use super::*;

    /// Whether the short way is open; then both lead to one reading.
    fn is_same(raw: &[u8]) -> bool {
        let Some(short) = parse(Source::of(raw)) else { return false };
        let long = parser().parse(raw).unwrap();
        assert_eq!(short, long, "{}", String::from_utf8_lossy(raw));
        true
    }

    #[test]
    fn well_formed_mail_goes_the_short_way() {
        for raw in [
            "From: a@example.org\n\nhello\n",
            "From: a@example.org\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nhello\r\n-- \r\nx",
            "Subject: s\nContent-Type: text/html\nContent-Transfer-Encoding: 7bit\n\n<p>hello",
            "Subject: s\nContent-Type: text/plain; charset=iso-2022-jp\n\n\u{1b}$B$3$l\u{1b}(B\n",
            "Subject: s\nContent-Type: text/plain; charset=windows-1252\n\nGr\u{fc}\u{df}e und mehr\n",
            "Subject: s\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n",
            "Subject: s\nContent-Type: image/png\nContent-Transfer-Encoding: quoted-printable\n\na=3Db",
            "Subject: s\n\n\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n",
            "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nx\n--b\n\n--b--\nepilogue\n",
            "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--",
            "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/rfc822\n\n\
             Subject: in\nContent-Type: multipart/related; boundary=\"b=c\"\n\n--b=c\n\ny\n--b=c--\n\n--b--\n",
            "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nx\n--b--\n",
        ] {
            assert!(is_same(raw.as_bytes()), "{raw}");
        }
    }

    #[test]
    fn damaged_mail_does_not() {
        for raw in [
            "no header at all\n",
            "Subject: no body",
            "Content-Transfer-Encoding: base64\n\naGV*sbG8=\n",
            "Content-Transfer-Encoding: quoted-printable\n\n=zz\n",
            "Content-Type: multipart/mixed\n\n--b\n\nx\n--b--\n",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n",
            "Content-Type: multipart/mixed; boundary=b\n\n--b--\n",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx --b--\n",
            "Content-Type: multipart/mixed; boundary=b\n\n--bc\n\nx\n--bc\n--b--\n",
            "Content-Type: message/rfc822\n\nSubject: in\n\nx\n",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n\
             Content-Type: message/rfc822\n\nSubject: in\n\nx\n--b--\n",
        ] {
            assert!(!is_same(raw.as_bytes()), "{raw}");
        }
    }

    /// Fields of a part, and those of a message, in many spellings.
    fn fields() -> impl Strategy<Value = String> {
        let fields = vec![
            "Subject: a =?utf-8?q?b?=",
            "To: a@example.org,\n b@example.org",
            "Content-Type: text/plain",
            "Content-Type: text/html; charset=koi8-r",
            "Content-Transfer-Encoding: 8bit",
            " folded",
            "content-transfer-encoding: Quoted-Printable",
            "X",
            "X : y",
            "Content-Type : text/css",
            "Content-Language: de",
            "\t",
            "--b",
            "\r",
            "Content-Transfer-Encoding: base64",
            "Content-ID: <a@b>",
            "Content-Disposition: attachment; filename=a.txt",
            "Content-Type: image/png; name=a.png",
            "Content-Type: message/rfc822",
            "Date: Mon, 2 Mar 2026 10:00:00 +0000",
            "Received: from a by b",
            "Return-Path: <a@example.org>",
            "References: <a@b> <c@d>",
            "Sender: a@example.org",
        ];
        prop::collection::vec(prop::sample::select(fields), 0..4).prop_map(|fields| fields.join("\n"))
    }

    /// A message, or a part of one, with parts in parts.
    fn entity() -> impl Strategy<Value = String> {
        let body = prop::sample::select(vec![
            "", "x", "two\nlines ", "aGVsbG8=", "a=3Db=\nc ", "\u{e9}t\u{e9}", "-- \nsignature", "--\n", "=",
        ]);
        let leaf = (fields(), body).prop_map(|(fields, body)| format!("{fields}\n\n{body}"));
        leaf.prop_recursive(4, 16, 3, |inside| {
            let kinds = vec!["mixed", "alternative", "related", "digest", "report"];
            let parts = prop::collection::vec(inside, 0..4);
            let ends = prop::sample::select(vec!["--", "--\n", "--\nepilogue\n", "", " --"]);
            (prop::sample::select(kinds), prop::sample::select(vec!["b", "c", "b=_c", "--d"]), parts, ends)
                .prop_map(|(kind, boundary, parts, end)| {
                    let parts: String = parts.iter().map(|p| format!("--{boundary}\n{p}\n")).collect();
                    format!(
                        "Content-Type: multipart/{kind}; boundary=\"{boundary}\"\n\n{parts}--{boundary}{end}"
                    )
                })
        })
    }

    proptest! {
        #[test]
        fn the_short_way_reads_what_the_long_way_reads(
            fields in fields(),
            entity in entity(),
            crlf in any::<bool>(),
            (from, to) in (0_usize..400, 0_usize..3),
        ) {
            let mut raw = format!("From: a@example.org\n{fields}\n{entity}");
            if crlf {
                raw = raw.replace('\n', "\r\n");
            }
            is_same(raw.as_bytes());
            let mut damaged = raw.into_bytes();
            let from = from.min(damaged.len());
            damaged.drain(from..(from + to).min(damaged.len()));
            is_same(&damaged);
        }
    }
}

//! Header fields: which of them are read, and as what.
//!
//! mail-parser reads each; what is here decides which reader a field gets, twice: for [`parser`], the long way,
//! and for [`read`], which looks nothing up, goes over fields that no rule asks for by whole lines, and reads those of
//! the usual shape at one look ([`simple`], [`content_type`]). A rule that wants one more field as addresses, dates or identifiers
//! adds it to both.

mod content_type;
mod names;
pub(in crate::engine) mod simple;

use std::sync::OnceLock;

use mail_parser::parsers::MessageStream;
use mail_parser::{Header, HeaderName, HeaderValue, MessageParser};

use super::Source;
use crate::engine::block;

/// What reads messages: as mail-parser does by itself, but for fields whose structure no rule needs, whose
/// bytes [`Part::header_text`](super::Part::header_text) reads where somebody asks, and for hops, which cost a
/// fifth of a parse and are read by [`Message::hops`](super::Message::hops).
pub(in crate::engine) fn parser() -> &'static MessageParser {
    static PARSER: OnceLock<MessageParser> = OnceLock::new();
    PARSER.get_or_init(|| {
        use HeaderName::*;
        MessageParser::new()
            .with_mime_headers()
            .with_date_headers()
            .header_address(From)
            .header_address(To)
            .header_address(ReplyTo)
            .with_message_ids()
            .header_text(Subject)
            .header_text(Comments)
            .header_id(ReturnPath)
            .default_header_ignore()
    })
}

/// Reads the header at the stream's place in `source`, as [`parser`] would, and leaves the stream behind it. `false`
/// where the input ends before the header does.
pub(super) fn read<'x>(
    stream: &mut MessageStream<'x>,
    source: Source<'x>,
    headers: &mut Vec<Header<'x>>,
) -> bool {
    loop {
        let rest = source.bytes.get(stream.offset()..).unwrap_or_default();
        let Some(at) = rest.iter().position(|b| *b == b'\n' || !b.is_ascii_whitespace()) else {
            return false;
        };
        let ends = rest.get(at) == Some(&b'\n');
        skip(stream, at + usize::from(ends));
        if ends {
            return true;
        }
        let offset_field = stream.offset();
        if let Some(name) = name(stream, source) {
            let offset_start = stream.offset();
            let value = value(&name, stream, source);
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            headers.push(Header {
                name,
                value,
                offset_field: offset(offset_field),
                offset_start: offset(offset_start),
                offset_end: offset(stream.offset()),
            });
        } else if stream.is_eof() {
            return false;
        }
    }
}

/// Reads the name of a field, and leaves the stream behind its colon.
fn name<'x>(stream: &mut MessageStream<'x>, source: Source<'x>) -> Option<HeaderName<'x>> {
    let rest = source.bytes.get(stream.offset()..).unwrap_or_default();
    let Some((name, length)) = names::read(source, rest) else { return stream.parse_header_name() };
    skip(stream, length);
    Some(name)
}

/// Reads the value of a field, and leaves the stream behind it.
fn value<'x>(name: &HeaderName<'x>, stream: &mut MessageStream<'x>, source: Source<'x>) -> HeaderValue<'x> {
    use HeaderName::*;
    let rest = source.bytes.get(stream.offset()..).unwrap_or_default();
    let (simple, read): (_, fn(&mut MessageStream<'x>) -> HeaderValue<'x>) = match name {
        From | To | ReplyTo => (simple::mailbox(source, rest), MessageStream::parse_address),
        ContentType | ContentDisposition => {
            (content_type::read(source, rest), MessageStream::parse_content_type)
        }
        Subject | Comments | ContentDescription | ContentLocation | ContentTransferEncoding => {
            (simple::text(source, rest), MessageStream::parse_unstructured)
        }
        Date | ResentDate => (simple::date(source, rest), MessageStream::parse_date),
        MessageId | InReplyTo | References | ResentMessageId | ReturnPath | ContentId => {
            (simple::id(source, rest), MessageStream::parse_id)
        }
        _ => {
            skip(stream, length(rest));
            return HeaderValue::Empty;
        }
    };
    let Some((value, length)) = simple else { return read(stream) };
    skip(stream, length);
    value
}

/// The length of a field and its continuation lines, its line end included.
fn length(field: &[u8]) -> usize {
    let mut length = 0;
    while let Some(feed) = field.get(length..).and_then(|rest| block::find(b'\n', rest)) {
        length += feed + 1;
        if !matches!(field.get(length), Some(b' ' | b'\t')) {
            return length;
        }
    }
    field.len()
}

/// Moves the stream on by `bytes`, or to the end of its input, behind which mail-parser would panic.
pub(super) fn skip(stream: &mut MessageStream<'_>, bytes: usize) {
    match stream.is_eof() || bytes > stream.remaining() {
        true => stream.seek_end(),
        false => stream.skip_bytes(bytes),
    }
}

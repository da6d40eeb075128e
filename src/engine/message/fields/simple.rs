//! Fields of the simplest shape, read at one look: most are of it, and mail-parser goes letter by letter.
//!
//! Each reader gives what mail-parser would; a test compares both.

use std::borrow::Cow;

use mail_parser::{Addr, Address, DateTime, HeaderValue};

use crate::engine::block;
use crate::engine::message::Source;

/// What a reader gives: the value of a field and the length of the field, or nothing where it is of another shape.
pub(in crate::engine) type Read<'x> = Option<(HeaderValue<'x>, usize)>;

/// The line at the beginning of a field without its end, and its length with that; `None` where it goes on in the next
/// line, or the input ends in it.
fn line(field: &[u8]) -> Option<(&[u8], usize)> {
    let end = block::find(b'\n', field)?;
    let goes_on = matches!(field.get(end + 1), Some(b' ' | b'\t'));
    Some((field.get(..end).filter(|_| !goes_on)?, end + 1))
}

/// Text without the blanks around it.
fn trimmed(line: &[u8]) -> &[u8] {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r');
    let from = line.iter().position(|b| !blank(b)).unwrap_or(line.len());
    let to = line.iter().rposition(|b| !blank(b)).map_or(from, |last| last + 1);
    line.get(from..to).unwrap_or_default()
}

/// The text of a field without encoded words, and the length of the field.
pub(in crate::engine) fn text<'x>(source: Source<'x>, field: &'x [u8]) -> Read<'x> {
    let (line, length) = line(field)?;
    let encoded = memchr::memchr_iter(b'=', line).any(|at| line.get(at + 1) == Some(&b'?'));
    let text = source.text(trimmed(line)).filter(|_| !encoded)?;
    let value = if text.is_empty() { HeaderValue::Empty } else { HeaderValue::Text(Cow::Borrowed(text)) };
    Some((value, length))
}

/// The identifier of a field that holds one in angle brackets and no more, or nothing in them, and the length of the
/// field.
pub(in crate::engine) fn id<'x>(source: Source<'x>, field: &'x [u8]) -> Read<'x> {
    let (line, length) = line(field)?;
    let [b'<', inside @ .., b'>'] = trimmed(line) else { return None };
    let whole = inside.iter().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'));
    let id = source.text(inside).filter(|_| whole)?;
    let value = if id.is_empty() { HeaderValue::Empty } else { HeaderValue::Text(Cow::Borrowed(id)) };
    Some((value, length))
}

/// Whether a byte stands for itself in an address or a name: none that RFC 5322 gives another meaning, and no `=`, with
/// which an encoded word may begin.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        table[byte] = !matches!(
            byte as u8,
            b'"' | b'(' | b')' | b',' | b':' | b';' | b'<' | b'=' | b'>' | b'@' | b'\\'
        );
        byte += 1;
    }
    table
};

fn is_plain(byte: u8) -> bool {
    PLAIN.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The mailbox of a field that holds one without comments or encoded words, alone, in angle brackets, or behind a name,
/// and the length of the field.
pub(in crate::engine) fn mailbox<'x>(source: Source<'x>, field: &'x [u8]) -> Read<'x> {
    let (line, length) = line(field)?;
    let whole = trimmed(line);
    let (name, address) = match memchr::memchr(b'<', whole) {
        Some(bracket) => {
            let [b'<', address @ .., b'>'] = whole.get(bracket..)? else { return None };
            let name = trimmed(whole.get(..bracket)?);
            let name = match name {
                [b'"', name @ .., b'"'] if !name.is_empty() => name,
                name => name,
            };
            (name, address)
        }
        None if memchr::memchr(b'@', whole).is_some() => (&[][..], whole),
        None => return None,
    };
    let plain = !address.is_empty()
        && address.iter().all(|b| is_plain(*b) || *b == b'@')
        && name.iter().all(|b| is_plain(*b) || *b == b' ');
    let (name, address) = (source.text(name)?, source.text(address)?);
    let name = Some(name).filter(|name| !name.is_empty()).map(Cow::Borrowed);
    let mailbox = plain.then_some(Addr { name, address: Some(Cow::Borrowed(address)) })?;
    Some((HeaderValue::Address(Address::List(vec![mailbox])), length))
}

/// Months as dates name them, in lower case.
const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

/// The number that these digits are.
fn number(digits: &[u8]) -> Option<u16> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0')))
}

/// The date of a field that holds one as RFC 5322 §3.3 writes it, on one line and with a numeric zone, and the length of
/// the field.
pub(in crate::engine) fn date<'x>(_: Source<'x>, field: &'x [u8]) -> Read<'x> {
    let (line, length) = line(field)?;
    let date = match trimmed(line) {
        [a, b, c, b',', b' ', date @ ..] if [a, b, c].iter().all(|b| b.is_ascii_alphabetic()) => date,
        date => date,
    };
    let (day, date) = match date {
        [_, b' ', ..] => (number(date.get(..1)?)?, date.get(2..)?),
        [_, _, b' ', ..] => (number(date.get(..2)?)?, date.get(3..)?),
        _ => return None,
    };
    let [m, o, n, b' ', y1, y2, y3, y4, b' ', h1, h2, b':', n1, n2, b':', s1, s2, b' ', sign, zone @ ..] =
        date
    else {
        return None;
    };
    let month = [m, o, n].map(u8::to_ascii_lowercase);
    let month = MONTHS.iter().position(|name| **name == month)?;
    let (zone, comment) = zone.split_at_checked(4)?;
    let zone = number(zone)?;
    let commented = match comment {
        [] => true,
        [b' ', b'(', words @ .., b')'] => words.iter().all(|b| is_plain(*b) || *b == b' '),
        _ => false,
    };
    let small = |n: u16| u8::try_from(n).ok();
    let date = DateTime {
        year: number(&[*y1, *y2, *y3, *y4]).filter(|year| *year >= 1000)?,
        month: small(u16::try_from(month).ok()? + 1)?,
        day: small(day)?,
        hour: small(number(&[*h1, *h2])?)?,
        minute: small(number(&[*n1, *n2])?)?,
        second: small(number(&[*s1, *s2])?)?,
        tz_before_gmt: *sign == b'-',
        tz_hour: small(zone / 100 % 24)?,
        tz_minute: small(zone % 100 % 60)?,
    };
    (commented && matches!(sign, b'+' | b'-')).then_some((HeaderValue::DateTime(date), length))
}

#[cfg(test)]
mod tests {
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    use super::*;

    /// What a reader gives, and how far it goes, is what mail-parser does.
    fn compare<'x>(
        field: &'x [u8],
        ours: Read<'x>,
        theirs: fn(&mut MessageStream<'x>) -> HeaderValue<'x>,
    ) -> Result<(), TestCaseError> {
        if let Some((value, length)) = ours {
            let mut stream = MessageStream::new(field);
            prop_assert_eq!(theirs(&mut stream), value);
            prop_assert_eq!(stream.offset(), length);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn fields_are_what_mail_parser_reads(
            field in "[ \t]{0,2}[\"=?]{0,2}[a-c .,\\té\r(:;]{0,6}[\"=?]{0,2} ?[<@ ]?[a-c@.\\\\é ]{0,5}[>@]{0,2} {0,2}\r?\n[ \tx]?[a-c ]{0,3}\n?",
        ) {
            let (source, field) = (Source::of_text(&field), field.as_bytes());
            compare(field, text(source, field), MessageStream::parse_unstructured)?;
            compare(field, id(source, field), MessageStream::parse_id)?;
            compare(field, mailbox(source, field), MessageStream::parse_address)?;
        }

        #[test]
        fn dates_are_what_mail_parser_reads(
            field in " ?((Mon|tue), ?)?[0-9]{1,2} (Jan|FEB|sep|x)[ -][0-9]{2,4} [0-9]{2}:[0-9]{2}(:[0-9]{2})? [+-]?[0-9A-Z]{3,4}( \\([A-Z ]{0,4}\\)?)?\r?\n[ x]?",
        ) {
            let source = Source::of_text(&field);
            compare(field.as_bytes(), date(source, field.as_bytes()), MessageStream::parse_date)?;
        }
    }

    type Reader = for<'x> fn(Source<'x>, &'x [u8]) -> Read<'x>;

    #[test]
    fn simple_fields_are_read() {
        for field in
            ["Ann Example <ann@example.org>\r\n", " \"Ann. E\" <ann@example.org>\n", "ann@example.org\n"]
        {
            let (value, length) = mailbox(Source::of_text(field), field.as_bytes()).unwrap();
            assert_eq!(value.as_address().unwrap().first().unwrap().address(), Some("ann@example.org"));
            assert_eq!(length, field.len());
        }
        let read = |read: Reader, field| read(Source::of_text(field), field.as_bytes());
        assert_eq!(read(id, " <1@example.org>\r\n").unwrap().0.as_text(), Some("1@example.org"));
        assert_eq!(read(id, " <>\r\n").unwrap().0, HeaderValue::Empty);
        assert_eq!(read(text, " on Monday \r\nTo: x").unwrap(), (HeaderValue::Text("on Monday".into()), 13));
        for field in [" Mon, 2 Nov 2026 10:00:00 +0100 (CET)\r\n", "02 nov 2026 10:00:00 +0100\n"] {
            let (value, _) = read(date, field).unwrap();
            assert_eq!(value.as_datetime().unwrap().to_rfc3339(), "2026-11-02T10:00:00+01:00");
        }
    }
}

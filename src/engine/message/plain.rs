//! The short way for the plainest mail: one text in ASCII, not encoded.
//!
//! mail-parser looks at each byte of a body for a boundary and decodes its charset letter by letter. Of a
//! message without parts, whose text is ASCII and not encoded, all of that comes to the very same bytes: its
//! header is parsed, and its body is taken as it stands. A test compares both ways.

use std::borrow::Cow;

use mail_parser::{
    ContentType, Encoding, GetHeader, HeaderName, HeaderValue, Message, MessageParser, MessagePart, PartType,
};

use super::lines::Lines;

/// Charsets in which ASCII is ASCII, in lower case, by their beginning.
const CHARSETS: &[&str] = &["us-ascii", "ascii", "iso-8859-", "windows-125", "utf-8", "utf8", "koi8-"];

/// Parses `input` the short way; `None` where it is not plain.
pub(super) fn parse<'a>(parser: &MessageParser, input: &'a [u8], lines: &Lines) -> Option<Message<'a>> {
    let (header_end, body_start) = lines.header_end?;
    let body = input.get(body_start..)?;
    let fields = lines.content().iter().take_while(|at| **at < header_end);
    if fields.copied().any(|at| is_for_the_long_way(input.get(at..header_end).unwrap_or_default()))
        || !body.is_ascii()
    {
        return None;
    }
    let mut mail = parser.parse_headers(input.get(..body_start)?)?;
    let part = mail.parts.first_mut()?;
    // A header that mail-parser ends elsewhere is none that we have understood.
    let all_read = part.headers.last().is_some_and(|last| last.offset_end as usize == header_end);
    let html = is_html(part)?;
    if !all_read || mail.parts.len() != 1 {
        return None;
    }
    let text = Cow::Borrowed(std::str::from_utf8(body).ok()?);
    let headers = std::mem::take(&mut mail.parts.first_mut()?.headers);
    Some(Message {
        html_body: vec![0],
        text_body: vec![0],
        attachments: Vec::new(),
        parts: vec![MessagePart {
            headers,
            is_encoding_problem: false,
            body: if html { PartType::Html(text) } else { PartType::Text(text) },
            encoding: Encoding::None,
            offset_header: 0,
            offset_body: u32::try_from(body_start).ok()?,
            offset_end: u32::try_from(input.len()).ok()?,
        }],
        raw_message: Cow::Borrowed(input),
    })
}

/// Whether the charset that a type names, if it names one, holds ASCII as it is.
pub(in crate::engine) fn holds_ascii(kind: Option<&ContentType<'_>>) -> bool {
    let Some(charset) = kind.and_then(|kind| kind.attribute("charset")) else { return true };
    let begins =
        |known: &&str| charset.get(..known.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(known));
    CHARSETS.iter().any(begins)
}

/// Whether a field that begins so is one of a message with parts or with an encoded body: a guess that saves
/// the parse of a header which is parsed again.
fn is_for_the_long_way(field: &[u8]) -> bool {
    let line = field.get(..memchr::memchr(b'\n', field).unwrap_or(field.len())).unwrap_or_default();
    let Some(colon) = memchr::memchr(b':', line) else { return true };
    let (name, value) = line.split_at(colon);
    let value = value.get(1..).unwrap_or_default().trim_ascii();
    let begins = |word: &[u8]| value.get(..word.len()).is_some_and(|v| v.eq_ignore_ascii_case(word));
    if name.eq_ignore_ascii_case(b"content-type") {
        return !begins(b"text/");
    }
    name.eq_ignore_ascii_case(b"content-disposition")
        || name.eq_ignore_ascii_case(b"content-transfer-encoding") && (begins(b"q") || begins(b"base"))
}

/// Whether the text of a single part is HTML; `None` where the part is not plain.
fn is_html(part: &MessagePart<'_>) -> Option<bool> {
    let mut kinds = 0;
    for header in &part.headers {
        match &header.name {
            HeaderName::ContentType => kinds += 1,
            HeaderName::ContentDisposition => return None,
            HeaderName::ContentTransferEncoding => match &header.value {
                HeaderValue::Text(encoding)
                    if ["7bit", "8bit", "binary"].iter().any(|e| encoding.eq_ignore_ascii_case(e)) => {}
                _ => return None,
            },
            _ => {}
        }
    }
    let Some(kind) = part.headers.header_value(&HeaderName::ContentType) else {
        return (kinds == 0).then_some(false);
    };
    let kind: &ContentType<'_> = kind.as_content_type().filter(|_| kinds == 1)?;
    if kind.ctype() != "text" || !holds_ascii(Some(kind)) {
        return None;
    }
    match kind.subtype()? {
        "plain" => Some(false),
        "html" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parser;
    use super::*;

    /// Both ways lead to one reading, where the short one is open.
    fn is_same(raw: &[u8]) -> bool {
        let Some(short) = parse(parser(), raw, &Lines::of(raw)) else { return false };
        let long = parser().parse(raw).unwrap();
        assert_eq!(short, long, "{}", String::from_utf8_lossy(raw));
        true
    }

    #[test]
    fn plain_mail_goes_the_short_way() {
        for raw in [
            "From: a@example.org\nSubject: s\n\nhello\n",
            "From: a@example.org\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nhello\r\n-- \r\nx",
            "Subject: s\nContent-Type: text/html\nContent-Transfer-Encoding: 7bit\n\n<p>hello",
            "Subject: s\nContent-Type: text/plain;\n\tcharset=\"us-ascii\"\n\n",
            "Subject: s\n\n\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n",
        ] {
            assert!(is_same(raw.as_bytes()), "{raw}");
        }
    }

    #[test]
    fn other_mail_does_not() {
        for raw in [
            "Subject: s\nContent-Type: text/plain; charset=iso-2022-jp\n\n\u{1b}$B$3$l\u{1b}(B\n",
            "Subject: s\nContent-Type: text/plain; charset=utf-7\n\n+AOk-\n",
            "Subject: s\n\nGr\u{fc}\u{df}e\n",
            "Subject: s\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n",
            "Subject: s\nCon tent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n",
            "Subject: s\nContent-Type: text/plain\nContent-Type: text/html\n\nx\n",
            "Subject: s\nContent-Disposition: attachment; filename=a.txt\n\nx\n",
            "Subject: s\nContent-Type: application/pdf\n\nx\n",
            "no header at all\n",
        ] {
            assert!(!is_same(raw.as_bytes()), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_reads_what_the_long_way_reads(
            fields in prop::collection::vec(
                prop::sample::select(vec![
                    "Subject: a =?utf-8?q?b?=", "To: a@example.org,\n b@example.org", "Content-Type: text/plain",
                    "Content-Type: text/html; charset=koi8-r", "Content-Transfer-Encoding: 8bit", " folded", "",
                    "content-transfer-encoding: Quoted-Printable", "X", "X : y", "Content-Type : text/css",
                    "Content-Type: multipart/mixed; boundary=b", "Content-Language: de", "\t", "--b", "\r",
                ]),
                0..8,
            ),
            body in "[ -~\n]{0,80}",
            crlf in any::<bool>(),
        ) {
            let mut raw = format!("From: a@example.org\n{}\n\n{body}", fields.join("\n"));
            if crlf {
                raw = raw.replace('\n', "\r\n");
            }
            is_same(raw.as_bytes());
        }
    }
}

//! Transfer encodings as RFC 2045 §6 writes them, many bytes at a time.
//!
//! Both decoders answer `None` at the first byte that is not as the standard has it: how damage is read is
//! mail-parser's affair, or that of `attachment::encoding`, which reads it as lenient programs do. What mail-parser
//! gives up, base64 that no boundary ends, [`base64_begun`] reads.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Bits behind the last byte may be set, as everybody allows; padding must be there.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Decodes base64 whose lines each hold whole groups.
pub(super) fn base64(encoded: &[u8]) -> Option<Vec<u8>> {
    let (decoded, rest) = base64_lines(encoded);
    rest.is_empty().then_some(decoded)
}

/// Decodes base64 as far as it goes: to a line that is none, or to where it was cut off.
pub(super) fn base64_begun(encoded: &[u8]) -> Vec<u8> {
    let (mut decoded, rest) = base64_lines(encoded);
    let letters = rest.iter().take_while(|b| STANDARD.as_str().as_bytes().contains(b)).count();
    let groups = rest.get(..letters / 4 * 4).and_then(|groups| BASE64.decode(groups).ok());
    decoded.extend(groups.unwrap_or_default());
    decoded
}

/// Decodes the lines before the first that does not hold whole groups; gives that and what follows it as well.
fn base64_lines(encoded: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut out = vec![0; encoded.len() / 4 * 3 + 3];
    let (mut rest, mut length) = (encoded, 0);
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let mut line = rest.get(..end).unwrap_or_default();
        while let [before @ .., b'\r' | b' ' | b'\t'] = line {
            line = before;
        }
        let room = out.get_mut(length..).unwrap_or_default();
        let Ok(decoded) = BASE64.decode_slice(line, room) else { break };
        length += decoded;
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    out.truncate(length);
    (out, rest)
}

/// Decodes quoted-printable whose lines all end alike. The end of the last line is the boundary's where one
/// follows (`bounded`), so that it is no part of what comes out.
pub(super) fn quoted_printable(encoded: &[u8], bounded: bool) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    // Blanks before the end of a line were not there when it was written, but escapes were.
    let mut kept = 0;
    let mut line_end: Option<&[u8]> = None;
    let mut soft = false;
    while let Some(at) = memchr::memchr3(b'=', b'\r', b'\n', rest) {
        let (text, mark) = rest.split_at(at);
        out.extend_from_slice(text);
        soft = mark.first() == Some(&b'=');
        if let [b'=', high, low, behind @ ..] = mark
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            out.push(high << 4 | low);
            kept = out.len();
            rest = behind;
            continue;
        }
        let end = if soft { after_blanks(mark.get(1..)?) } else { mark };
        let ending: &[u8] = if end.first() == Some(&b'\r') { b"\r\n" } else { b"\n" };
        rest = end.strip_prefix(ending)?;
        if *line_end.get_or_insert(ending) != ending {
            return None;
        }
        if !soft {
            let line = out.get(kept..)?;
            let blanks = line.iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
            out.truncate(out.len() - blanks);
            out.extend_from_slice(ending);
        }
        kept = out.len();
    }
    out.extend_from_slice(rest);
    if bounded && !encoded.is_empty() {
        let ending = line_end.filter(|_| rest.is_empty() && !soft)?;
        out.truncate(out.len().checked_sub(ending.len())?);
    }
    Some(out)
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn after_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    text.get(blanks..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    use super::*;

    /// What mail-parser makes of the body of a part before the boundary `b`.
    fn as_mail_parser(body: &str, base64: bool) -> Option<Vec<u8>> {
        let raw = format!("{body}--b");
        let mut stream = MessageStream::new(raw.as_bytes());
        let (end, bytes) = match base64 {
            true => stream.decode_base64_mime(b"b"),
            false => stream.decode_quoted_printable_mime(b"b"),
        };
        (end != usize::MAX).then(|| bytes.into_owned())
    }

    #[test]
    fn encoded_lines_are_decoded() {
        assert_eq!(base64(b"aGVsbG8g\r\naGVsbG8=\r\n").as_deref(), Some(&b"hello hello"[..]));
        assert_eq!(base64(b"aGVsbG8=\naGVsbG8=").as_deref(), Some(&b"hellohello"[..]));
        assert_eq!(quoted_printable(b"a=3Db \r\nc=\r\nd=20\r\n", true).as_deref(), Some(&b"a=b\r\ncd "[..]));
        assert_eq!(quoted_printable(b"a=C3=a4= \nb ", false).as_deref(), Some("a\u{e4}b ".as_bytes()));
    }

    #[test]
    fn base64_is_decoded_as_far_as_it_goes() {
        for (text, decoded) in [
            ("aGVsbG8g\r\naGVsbG8=\r\n", "hello hello"),
            ("aGVsbG8g\naGVsbG", "hello hel"),
            ("aGVsbG8g\n\n--b--\n", "hello "),
            ("aGVsbG8g\nno more\n", "hello "),
            ("no", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&base64_begun(text.as_bytes())), decoded, "{text}");
        }
    }

    #[test]
    fn damage_is_left_to_others() {
        for text in ["aGV", "aGVs-", "aG=s", "aG Vs", "aGVsbG8"] {
            assert_eq!(base64(text.as_bytes()), None, "{text}");
        }
        for text in ["=zz\n", "a\rb\n", "a\r\nb\n", "a=\n", "= a\n", "a"] {
            assert_eq!(quoted_printable(text.as_bytes(), true), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_decoded_is_what_mail_parser_decodes(
            lines in prop::collection::vec("[aB4=+/ ]{0,5}|(aGVs|/+9Z){0,3}(aGU=|aA==)?|([a-c \t]|=3D|=\n|=20){0,6}", 0..4),
            end in prop::sample::select(vec!["\n", "\r\n"]),
        ) {
            let body: String = lines.iter().flat_map(|line| [line.replace('\n', end), end.to_owned()]).collect();
            if let Some(decoded) = base64(body.as_bytes()) {
                prop_assert_eq!(Some(decoded), as_mail_parser(&body, true), "{}", body);
            }
            if let Some(decoded) = quoted_printable(body.as_bytes(), true) {
                prop_assert_eq!(Some(decoded), as_mail_parser(&body, false), "{}", body);
            }
        }
    }
}

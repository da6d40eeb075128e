//! Transfer encodings (RFC 2045 §6), many bytes at a time.
//!
//! [`quoted_printable`] reads what is as the standard has it and answers `None` at the first byte that is not: how
//! damage is read is mail-parser's affair, or that of `attachment::encoding`, which reads it as lenient programs do.
//! What mail-parser gives up, base64 that no boundary ends, [`base64_begun`] reads.

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

/// Decodes base64 as far as it goes: to a line that is none, or to where it was cut off.
pub(super) fn base64_begun(encoded: &[u8]) -> Vec<u8> {
    let mut out = vec![0; encoded.len() / 4 * 3 + 3];
    let mut length = 0;
    for line in encoded.split(|b| *b == b'\n').map(<[u8]>::trim_ascii) {
        let letters = line.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)).count();
        let groups = line.get(..letters / 4 * 4).unwrap_or_default();
        let room = out.get_mut(length..).unwrap_or_default();
        let Ok(decoded) = BASE64.decode_slice(groups, room) else { break };
        length += decoded;
        if groups.len() < line.len() {
            break;
        }
    }
    out.truncate(length);
    out
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
    // Where one letter is escaped, the next is too, in most languages.
    let next = |rest: &[u8]| match rest {
        [b'=', ..] => Some(0),
        _ => memchr::memchr3(b'=', b'\r', b'\n', rest),
    };
    while let Some(at) = next(rest) {
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
    const VALUES: [u8; 256] = {
        let (mut values, mut digit) = ([0xff; 256], 0);
        while digit < 16 {
            values[b"0123456789abcdef"[digit] as usize] = digit as u8;
            values[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
            digit += 1;
        }
        values
    };
    VALUES.get(usize::from(digit)).copied().filter(|value| *value < 16)
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

    /// What mail-parser makes of the body of a part before a boundary.
    fn as_mail_parser(body: &str) -> Option<Vec<u8>> {
        let raw = format!("{body}--xyz");
        let mut stream = MessageStream::new(raw.as_bytes());
        let (end, bytes) = stream.decode_quoted_printable_mime(b"xyz");
        (end != usize::MAX).then(|| bytes.into_owned())
    }

    #[test]
    fn encoded_lines_are_decoded() {
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
            ("aGVs\nbG8g aGVs", "hello "),
        ] {
            assert_eq!(String::from_utf8_lossy(&base64_begun(text.as_bytes())), decoded, "{text}");
        }
    }

    #[test]
    fn damage_is_left_to_others() {
        for text in ["=zz\n", "a\rb\n", "a\r\nb\n", "a=\n", "= a\n", "a"] {
            assert_eq!(quoted_printable(text.as_bytes(), true), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_decoded_is_what_mail_parser_decodes(
            lines in prop::collection::vec("([a-c \t]|=3D|=\n|=20|=|-){0,6}", 0..4),
            end in prop::sample::select(vec!["\n", "\r\n"]),
        ) {
            let body: String = lines.iter().flat_map(|line| [line.replace('\n', end), end.to_owned()]).collect();
            if let Some(decoded) = quoted_printable(body.as_bytes(), true) {
                prop_assert_eq!(Some(decoded), as_mail_parser(&body), "{}", body);
            }
        }
    }
}

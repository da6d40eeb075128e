//! Transfer encodings and parameters, read as the most lenient mail programs read them (RFC 2045 §6,
//! RFC 2047, RFC 2231). Nothing here fails: what is broken stands for itself or is stepped over.

use super::filetype::text;

/// What stands in [`SEXTETS`] for the padding, and for what is no letter of base64.
const PADDING: u8 = 64;
const OTHER: u8 = 128;

/// The six bits of each letter, that of addresses of the web among them (RFC 4648 §5).
const SEXTETS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => PADDING,
            _ => OTHER,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

const fn sextet(byte: u8) -> u8 {
    SEXTETS[byte as usize]
}

/// Decodes base64 as lenient readers do: what is not of the alphabet is stepped over, padding ends a group
/// and the next one begins.
pub(super) fn base64(encoded: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len() / 4 * 3 + 3);
    let mut bits = 0_u32;
    let mut count = 0;
    for line in lines(encoded) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let rest = if count == 0 { groups(line, &mut out) } else { line };
        for byte in rest {
            match sextet(*byte) {
                PADDING => {
                    flush(&mut out, bits, count);
                    (bits, count) = (0, 0);
                }
                value @ 0..64 => {
                    bits = bits << 6 | u32::from(value);
                    count += 1;
                    if count == 4 {
                        let [_, a, b, c] = bits.to_be_bytes();
                        out.extend_from_slice(&[a, b, c]);
                        (bits, count) = (0, 0);
                    }
                }
                _ => {}
            }
        }
    }
    flush(&mut out, bits, count);
    out
}

/// Decodes the groups of four letters in a line of base64, if it holds nothing else, and gives what is left of it.
fn groups<'l>(line: &'l [u8], out: &mut Vec<u8>) -> &'l [u8] {
    let (groups, rest) = line.as_chunks::<4>();
    let before = out.len();
    out.resize(before + groups.len() * 3, 0);
    let mut all = 0;
    let places = out.get_mut(before..).unwrap_or_default().as_chunks_mut::<3>().0;
    for (group, place) in groups.iter().zip(places) {
        let [a, b, c, d] = group.map(sextet);
        all |= a | b | c | d;
        let three = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
        let [_, a, b, c] = three.to_be_bytes();
        *place = [a, b, c];
    }
    if all < 64 {
        return rest;
    }
    out.truncate(before);
    line
}

/// Lines with their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
        let (line, behind) = rest.split_at_checked(end).filter(|(line, _)| !line.is_empty())?;
        rest = behind;
        Some(line)
    })
}

/// The offset behind the first padding in base64, where more text follows.
pub(super) fn padding_inside(encoded: &[u8]) -> Option<usize> {
    let at = memchr::memchr(b'=', encoded)? + 1;
    let more = encoded.get(at..)?.iter().filter(|b| is_base64(**b)).nth(15).is_some();
    more.then_some(at)
}

/// The first twelve bytes that base64 stands for, or fewer, whatever stands between its letters; in `room`.
pub(super) fn base64_begins<'r>(text: &[u8], room: &'r mut [u8; 16]) -> &'r [u8] {
    let (mut letters, mut count) = ([0; 16], 0);
    for byte in text {
        // What is no letter is written over: prose has no order in them that a branch could go by.
        let Some(slot) = letters.get_mut(count) else { break };
        *slot = sextet(*byte);
        count += usize::from(is_base64(*byte));
    }
    let bits = letters.iter().take(count).fold(0_u128, |bits, letter| bits << 6 | u128::from(*letter));
    *room = bits.checked_shl(128 - 6 * count as u32).unwrap_or_default().to_be_bytes();
    room.get(..count * 6 / 8).unwrap_or_default()
}

fn flush(out: &mut Vec<u8>, bits: u32, count: u32) {
    let [_, a, b, _] = (bits << (6 * (4 - count.min(4)))).to_be_bytes();
    match count {
        2 => out.push(a),
        3 => out.extend_from_slice(&[a, b]),
        _ => {}
    }
}

/// [`base64`] over the text itself, which is longer than what comes out: for what is a copy already.
pub(super) fn base64_in_place(text: &mut Vec<u8>) {
    let (mut to, mut bits, mut count) = (0, 0_u32, 0);
    for at in 0..text.len() {
        let byte = text.get(at).copied().unwrap_or_default();
        if sextet(byte) < 64 {
            bits = bits << 6 | u32::from(sextet(byte));
            count += 1;
        }
        if count == 4 || byte == b'=' || at + 1 == text.len() {
            let [_, group @ ..] = (bits << (6 * (4 - count))).to_be_bytes();
            for decoded in group.into_iter().take(count * 6 / 8) {
                if let Some(place) = text.get_mut(to) {
                    *place = decoded;
                }
                to += 1;
            }
            (bits, count) = (0, 0);
        }
    }
    text.truncate(to);
}

/// What each hexadecimal digit stands for; sixteen and more where a byte is none.
const HEX: [u8; 256] = {
    let mut table = [16; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u8;
        table[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
};

const fn hex(byte: u8) -> u8 {
    HEX[byte as usize]
}

/// Decodes quoted-printable as lenient readers do: a broken escape stands for itself.
pub(super) fn quoted_printable(encoded: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&byte, behind)) = rest.split_first() {
        if byte != b'=' {
            let run = memchr::memchr(b'=', rest).unwrap_or(rest.len());
            let (plain, behind) = rest.split_at_checked(run).unwrap_or((rest, &[]));
            out.extend_from_slice(plain);
            rest = behind;
            continue;
        }
        if let Some((&[high, low], behind)) = behind.split_first_chunk()
            && hex(high) | hex(low) < 16
        {
            out.push(hex(high) << 4 | hex(low));
            rest = behind;
            continue;
        }
        // A soft line break, with blanks that a relay may have left before the line's end.
        let blanks = behind.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        rest = match behind.get(blanks..).unwrap_or_default() {
            [b'\r', b'\n', next @ ..] | [b'\n' | b'\r', next @ ..] => next,
            _ => {
                out.push(byte);
                behind
            }
        };
    }
    out
}

/// Whether a byte is of the alphabet of base64.
pub(super) const fn is_base64(byte: u8) -> bool {
    sextet(byte) < 64 && !matches!(byte, b'-' | b'_')
}

/// The values of `name` and `filename` parameters, however they are written.
pub(super) fn names_in(field: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(field);
    let mut out = Vec::new();
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    let mut pieces: Vec<(u32, String)> = Vec::new();
    while let Some(found) = lower.get(from..).and_then(|l| l.find("name")) {
        let at = from + found + 4;
        from = at;
        let rest = text.get(at..).unwrap_or_default();
        // `name=`, `name*=`, `name*0=`, `name*0*=`
        let index = rest.strip_prefix('*').and_then(|r| {
            let digits = r.bytes().take_while(u8::is_ascii_digit).count();
            r.get(..digits)?.parse::<u32>().ok()
        });
        let rest = rest.trim_start_matches(|c: char| c == '*' || c.is_ascii_digit() || c.is_whitespace());
        let Some(value) = rest.strip_prefix('=') else { continue };
        let value = value.trim_start();
        let value = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default(),
            None => value.split([';', '\r', '\n']).next().unwrap_or_default(),
        };
        let value = value.trim();
        if !value.is_empty() && value.len() < 1_000 {
            let value = percent(value);
            pieces.extend(index.map(|index| (index, value.clone())));
            out.push(value);
        }
    }
    if pieces.len() > 1 {
        pieces.sort_by_key(|(index, _)| *index);
        out.push(pieces.into_iter().map(|(_, piece)| piece).collect());
    }
    out
}

/// RFC 2231: drops charset and language, and decodes `%41`.
fn percent(value: &str) -> String {
    if !value.contains('%') {
        return value.to_owned();
    }
    let value = value.splitn(3, '\'').last().unwrap_or(value).as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        let hex = value.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        match (byte, hex.and_then(|h| u8::from_str_radix(h, 16).ok())) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Encoded words (RFC 2047) in a name, where the standard forbids them and everybody writes them.
pub(super) fn decode_words(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(start) = rest.find("=?") {
        let (before, word) = rest.split_at(start);
        let mut parts = word.get(2..).unwrap_or_default().splitn(3, '?');
        let (Some(_charset), Some(coding), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            break;
        };
        let Some(end) = body.find("?=") else { break };
        let encoded = body.get(..end).unwrap_or_default();
        let decoded = match coding {
            "b" | "B" => base64(encoded.as_bytes()),
            "q" | "Q" => quoted_printable(encoded.replace('_', " ").as_bytes()),
            _ => break,
        };
        if !before.trim().is_empty() {
            out.push_str(before);
        }
        out.push_str(&text::decode(&decoded, 4_096));
        rest = body.get(end + 2..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_base64_is_read_as_lenient_programs_read_it() {
        assert_eq!(base64(b"aGVsbG8="), b"hello");
        assert_eq!(base64(b"aGV\r\nsbG8"), b"hello");
        assert_eq!(base64(b"aGVs=bG8="), b"hello");
        for text in ["aGVsbG8=", "aGV\r\nsbG8", "aGVs=bG8=", "aGVsbA==aGk=", "a=b", ""] {
            let mut copy = text.as_bytes().to_vec();
            base64_in_place(&mut copy);
            assert_eq!(copy, base64(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_follows_padding_is_told() {
        assert_eq!(padding_inside(b"aGk=aGVsbG8gaGVsbG8gaGVsbG8="), Some(4));
        assert_eq!(padding_inside(b"aGk=\naGk=\n"), None);
        assert_eq!(padding_inside(b"aGVsbG8"), None);
    }

    #[test]
    fn behind_padding_it_is_read_as_if_it_began_there() {
        for (before, behind) in
            [("aGk=", "aGVsbG8="), ("aGVsbA==", "\r\naGk"), ("aG\nk=", "aGVsb\nG8"), ("=", "a=bc")]
        {
            let both = [before, behind].concat();
            assert_eq!(
                base64(both.as_bytes()),
                [before, behind].map(|text| base64(text.as_bytes())).concat()
            );
        }
    }

    #[test]
    fn the_beginning_of_base64_is_what_all_of_it_begins_with() {
        for text in ["aGVsbG8gaGVsbG8gaGVsbG8=", "a G-V\nsb.G8gaGVsbG8gaGVsbG8", "aGVs", "aGV", "aG", "a", ""]
        {
            let letters: Vec<u8> = text.bytes().filter(|b| is_base64(*b)).take(16).collect();
            assert_eq!(base64_begins(text.as_bytes(), &mut [0; 16]), base64(&letters), "{text}");
        }
    }

    #[test]
    fn quoted_printable_steps_over_soft_breaks() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc= \nd=zz"), b"a=bcd=zz");
    }

    #[test]
    fn names_are_read_in_all_their_forms() {
        assert_eq!(names_in(b" attachment; filename=\"a b.txt\""), ["a b.txt"]);
        assert_eq!(names_in(b" x; filename*=utf-8''a%20b.exe; name=c.txt"), ["a b.exe", "c.txt"]);
        assert_eq!(names_in(b" x; filename*1=.exe; filename*0=a").last().map(String::as_str), Some("a.exe"));
        assert_eq!(decode_words("=?utf-8?B?YS5leGU=?="), "a.exe");
        assert_eq!(decode_words("=?utf-8?Q?a_b=2Eexe?="), "a b.exe");
    }
}

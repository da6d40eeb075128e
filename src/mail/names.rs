//! Folder names: the key that a server or a disk spells, and the text that people read.
//!
//! A key is a `String` that stands for bytes: bytes which are no UTF-8 (servers that send Latin-1 names)
//! become the private characters U+EF80 to U+EFFF, so that every name goes back to the server exactly as
//! it came. Modified UTF-7 (RFC 3501 §5.1.3) is only ever decoded for display, never for the key.

/// First of the 128 private characters that stand for the bytes 0x80 to 0xFF.
const ESCAPED: u32 = 0xEF80;

/// The key of a folder whose name is `raw`.
pub fn key_of(raw: &[u8]) -> String {
    let mut key = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        key.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            // Invalid bytes are always 0x80 or higher, so the sum stays inside the private range.
            key.extend(char::from_u32(ESCAPED + u32::from(byte) - 0x80));
        }
    }
    key
}

/// The bytes that a key stands for; the inverse of [`key_of`].
pub fn raw_of(key: &str) -> Vec<u8> {
    let mut raw = Vec::with_capacity(key.len());
    for c in key.chars() {
        match u32::from(c).checked_sub(ESCAPED) {
            Some(low @ 0..=0x7f) => raw.push(0x80 | low as u8),
            _ => raw.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    raw
}

/// The name that people read: modified UTF-7 decoded where it is well formed, escaped bytes as Latin-1.
pub fn display_of(key: &str) -> String {
    let readable: String = key
        .chars()
        .map(|c| match u32::from(c).checked_sub(ESCAPED) {
            Some(low @ 0..=0x7f) => char::from(0x80 | low as u8),
            _ => c,
        })
        .collect();
    decode_utf7(&readable).unwrap_or(readable)
}

/// Decodes modified UTF-7; `None` where it is not well formed.
fn decode_utf7(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, shifted)) = rest.split_once('&') {
        out.push_str(before);
        let (coded, after) = shifted.split_once('-')?;
        if coded.is_empty() {
            out.push('&');
        } else {
            let units = base64_units(coded)?;
            out.extend(char::decode_utf16(units).collect::<Result<Vec<char>, _>>().ok()?);
        }
        rest = after;
    }
    out.push_str(rest);
    // A name must not smuggle line breaks or control characters into the window.
    (!out.chars().any(char::is_control)).then_some(out)
}

/// UTF-16 code units from the base64 of modified UTF-7 (`,` for `/`, no padding).
fn base64_units(coded: &str) -> Option<Vec<u16>> {
    let mut units = Vec::with_capacity(coded.len() * 6 / 16);
    let (mut held, mut bits) = (0u32, 0u32);
    for b in coded.bytes() {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b',' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 16 {
            bits -= 16;
            units.push((held >> bits) as u16);
            held &= (1 << bits) - 1;
        }
    }
    (bits < 6 && held == 0).then_some(units)
}

/// Encodes a name for people as modified UTF-7, for folders that are made.
pub fn encode_utf7(name: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    let digit = |value: u32| ALPHABET.get(value as usize & 63).map_or('A', |&b| char::from(b));
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if matches!(first, ' '..='~') {
            out.push(first);
            if first == '&' {
                out.push('-');
            }
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c| matches!(c, ' '..='~')).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push('&');
        let (mut held, mut bits) = (0u32, 0u32);
        for unit in run.encode_utf16() {
            held = (held << 16) | u32::from(unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(digit(held >> bits));
                held &= (1 << bits) - 1;
            }
        }
        if bits > 0 {
            out.push(digit(held << (6 - bits)));
        }
        out.push('-');
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_shown_in_their_own_script() {
        for (key, shown) in [
            ("INBOX", "INBOX"),
            ("Gel&APY-scht", "Gelöscht"),
            ("&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "Отправленные"),
            ("&U,BTFw-", "台北"),
            ("Q&-A", "Q&A"),
            ("&2D3cqQ-", "💩"),
        ] {
            assert_eq!(display_of(key), shown);
            assert_eq!(encode_utf7(shown), key);
        }
    }

    #[test]
    fn what_is_not_utf7_is_shown_as_it_stands() {
        for odd in ["A&B", "A&*-", "&AP-", "&2D0-", "&AAo-", "R&D-"] {
            assert_eq!(display_of(odd), odd);
        }
    }

    #[test]
    fn latin_1_goes_back_to_the_server_as_it_came() {
        let raw = b"Entw\xfcrfe";
        let key = key_of(raw);
        assert_eq!(raw_of(&key), raw);
        assert_eq!(display_of(&key), "Entwürfe");
    }

    proptest! {
        #[test]
        fn every_name_round_trips(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
            let key = key_of(&raw);
            // Only a name that already holds the private characters could not.
            prop_assume!(!String::from_utf8_lossy(&raw).chars().any(|c| ('\u{EF80}'..='\u{EFFF}').contains(&c)));
            prop_assert_eq!(raw_of(&key), raw);
            display_of(&key);
        }

        #[test]
        fn every_text_survives_utf7(text in "\\PC{0,40}") {
            prop_assert_eq!(display_of(&encode_utf7(&text)), text);
        }
    }
}

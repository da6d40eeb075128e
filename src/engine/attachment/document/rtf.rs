//! RTF: objects written in hexadecimal, and the ways of hiding them.
//!
//! Groups and control words between the digits are stepped over as Word does; a run of digits is decoded
//! and, where it holds an OLE 1 object (MS-OLEDS §2.2), its class and data are looked at.

use super::embedded;
use crate::engine::attachment::budget::Growing;
use crate::engine::attachment::container::le32;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Objects that are read of one document.
const MOST: usize = 100;
/// Control words that may stand among the digits of an honest object.
const HONEST: &[&str] = &["objdata", "bin", "par", "pard"];

/// Judges an RTF document.
pub(super) fn inspect(case: &mut Case<'_, '_>) {
    let bytes = case.bytes();
    if !case.budget().work(bytes.len() as u64) {
        return;
    }
    if let Some(at) = memchr::memmem::find(bytes, b"{\\*\\template") {
        let rest = bytes.get(at + 12..(at + 400).min(bytes.len())).unwrap_or_default();
        let target: String = rest.iter().take_while(|b| **b != b'}').map(|&b| char::from(b)).collect();
        let lower = target.trim().to_ascii_lowercase();
        if lower.starts_with("http")
            || lower.starts_with("\\\\\\\\")
            || lower.starts_with("\\\\")
            || lower.starts_with("//")
        {
            let says = format!("loads its template from {} when it is opened", target.trim());
            case.find(&f::REMOTE_TEMPLATE, &says, Some(at..at + 12));
        }
    }
    for word in [&b"ddeauto"[..], b"DDEAUTO"] {
        if let Some(at) = memchr::memmem::find(bytes, word) {
            case.find(&f::DDE, "has a field that starts a program by DDE", Some(at..at + 40));
        }
    }
    for (index, at) in memchr::memmem::find_iter(bytes, b"\\objdata").enumerate() {
        if index == MOST {
            case.only(&format!("the first {MOST} objects"));
            return;
        }
        let mut data = case.budget().growing(2);
        let (odd, read) = digits(bytes.get(at + 8..).unwrap_or_default(), &mut data);
        let data = case.budget().grown(data, 2);
        if !case.budget().work(read as u64) || case.budget().reached.is_some() {
            return;
        }
        case.find(&f::RTF_OBJECT, "holds an embedded object", Some(at..at + 40));
        if odd > 8 {
            case.find(
                &f::RTF_OBFUSCATED,
                "has an object written so as to escape inspection",
                Some(at..at + 60),
            );
        }
        object(case, &data, at);
    }
}

/// The bytes behind a run of hexadecimal digits. Gives how many things stand between them that have no business there,
/// and how far was read.
fn digits(text: &[u8], out: &mut Growing) -> (usize, usize) {
    let mut half: Option<u8> = None;
    let mut odd = 0;
    let mut depth = 0_i32;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'{' => {
                depth += 1;
                odd += 1;
            }
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            b'\\' => {
                let word: Vec<u8> = text
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .copied()
                    .take_while(u8::is_ascii_alphabetic)
                    .take(32)
                    .collect();
                let word = String::from_utf8_lossy(&word).into_owned();
                at += word.len().max(1);
                let number = text
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .take_while(|b| b.is_ascii_digit() || **b == b'-')
                    .count();
                let value: Option<usize> = text
                    .get(at..at + number)
                    .and_then(|n| std::str::from_utf8(n).ok())
                    .and_then(|n| n.parse().ok());
                at += number;
                if word == "bin" {
                    let start = at + usize::from(text.get(at) == Some(&b' '));
                    let end = start.saturating_add(value.unwrap_or(0)).min(text.len());
                    out.fill(text.get(start..end).unwrap_or_default());
                    at = end;
                } else if !HONEST.contains(&word.as_str()) {
                    odd += 1;
                }
            }
            b if b.is_ascii_hexdigit() => {
                let value = char::from(b).to_digit(16).unwrap_or(0) as u8;
                half = match half {
                    Some(high) => {
                        out.push(&[high << 4 | value]);
                        None
                    }
                    None => Some(value),
                };
            }
            b if b.is_ascii_whitespace() => {}
            _ => odd += 1,
        }
        if out.is_full() {
            break;
        }
    }
    (odd, at)
}

/// Whether a word of ASCII stands somewhere, in two bytes a letter and in any case.
fn says_wide(data: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let first = wide.first().copied().unwrap_or_default();
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), data)
        .any(|at| data.get(at..at + wide.len()).is_some_and(|found| found.eq_ignore_ascii_case(&wide)))
}

/// An OLE 1 object: version, kind, class name, topic, item, size, data.
fn object(case: &mut Case<'_, '_>, data: &[u8], at: usize) {
    let lower: Vec<u8> = data.get(..256).unwrap_or(data).iter().map(u8::to_ascii_lowercase).collect();
    if memchr::memmem::find(&lower, b"equation.").is_some()
        || memchr::memmem::find(data, &[0x02, 0xce, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46])
            .is_some()
        || says_wide(data, "equation native")
    {
        case.find(&f::EQUATION, "has an object of the old equation editor", Some(at..at + 60));
    }
    let mut position = 8;
    let mut class = String::new();
    for index in 0..3 {
        let Some(len) = le32(data, position) else { return };
        let text = data.get(position + 4..(position + 4).saturating_add(len as usize)).unwrap_or_default();
        if index == 0 {
            class = text.iter().take(256).take_while(|b| **b != 0).map(|&b| char::from(b)).collect();
        }
        position = (position + 4).saturating_add(len as usize);
    }
    if le32(data, 4) == Some(1) && class.to_ascii_lowercase().contains("link") {
        case.find(&f::REMOTE_OBJECT, "links an object elsewhere", Some(at..at + 60));
    }
    let size = le32(data, position).unwrap_or(0) as usize;
    let start = position.saturating_add(4);
    let content = data.get(start..start.saturating_add(size).min(data.len())).unwrap_or_default();
    if content.starts_with(b"\xd0\xcf\x11\xe0") {
        embedded(case, None, content);
    } else if class.eq_ignore_ascii_case("package") {
        super::ole::native(case, content);
    } else if let Some(found) = memchr::memmem::find(data, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        case.child(None, data.get(found..).unwrap_or_default(), Place::Embedded);
    }
}

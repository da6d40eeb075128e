//! Text: its encoding, and what kind of text it is.
//!
//! Markup is recognised by what it begins with; scripts by an unmistakable first construct, or by their
//! name together with being text. Scripts by text alone are a guess that names nothing dangerous.

use std::borrow::Cow;

use super::{Detected, Format};
use crate::engine::attachment::name::Claim;

/// Text that is looked at to tell its kind.
const LOOK_AT: usize = 16 << 10;

/// Whether the bytes are text in some encoding: no NUL and next to no control characters.
pub(in crate::engine::attachment) fn is_text(prefix: &[u8]) -> bool {
    if is_plain(prefix) {
        return true;
    }
    if utf16(prefix).is_some() || utf32(prefix).is_some() {
        return true;
    }
    if memchr::memchr(0, prefix).is_some() {
        return false;
    }
    // Written without branches, in sums that fit a byte: this runs over every text.
    let control = |b: u8| u8::from((b < 9) | ((b > 13) & (b < 0x20) & (b != 0x1b)) | (b == 0x7f));
    let bad: usize = prefix.chunks(128).map(|c| usize::from(c.iter().map(|b| control(*b)).sum::<u8>())).sum();
    if bad * 200 > prefix.len() {
        return false;
    }
    if prefix.is_ascii() {
        return true;
    }
    // Packed data has as many bytes above 0x7f as below; text in a one-byte charset of Latin has few,
    // and of Cyrillic or Greek has blanks between words.
    let high = prefix.iter().filter(|b| **b >= 0x80).count();
    high * 10 < prefix.len() * 3
        || std::str::from_utf8(cut_to_char(prefix)).is_ok()
        || prefix.iter().filter(|b| b.is_ascii_whitespace()).count() * 14 > prefix.len()
        || is_double(prefix)
}

/// Whether bytes are ASCII without control characters: nearly all text is, and nothing more need be asked of it.
fn is_plain(bytes: &[u8]) -> bool {
    let odd = |b: u8| (b < 9) | ((b > 13) & (b < 0x20) & (b != 0x1b)) | (b >= 0x7f);
    // Written without branches.
    !bytes.iter().fold(false, |any, b| any | odd(*b))
}

/// Whether all that is not ASCII comes in pairs, as in the charsets of East Asia, whose texts have few blanks. Packed
/// data of this length has control characters, which were looked for before.
fn is_double(prefix: &[u8]) -> bool {
    const ENOUGH: usize = 100;
    let (mut pairs, mut broken) = (0_usize, 0_usize);
    let mut bytes = prefix.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            0..=0x7f => {}
            0x81..=0xfe
                if bytes.next().is_some_and(|trail| *trail >= 0x40 && *trail != 0x7f && *trail != 0xff) =>
            {
                pairs += 1
            }
            _ => broken += 1,
        }
    }
    prefix.len() >= ENOUGH && broken * 100 <= pairs
}

/// Byte order of UTF-32, by its mark.
fn utf32(prefix: &[u8]) -> Option<bool> {
    let big = match prefix {
        [0xff, 0xfe, 0, 0, ..] => false,
        [0, 0, 0xfe, 0xff, ..] => true,
        _ => return None,
    };
    let valid = |c: char| !c.is_control() || c.is_ascii_whitespace();
    (prefix.len() >= 8 && units32(prefix, big).take(64).all(|unit| char::from_u32(unit).is_some_and(valid)))
        .then_some(big)
}

fn units32(bytes: &[u8], big: bool) -> impl Iterator<Item = u32> {
    let units = bytes.chunks_exact(4).filter_map(|c| <[u8; 4]>::try_from(c).ok());
    units.map(move |c| if big { u32::from_be_bytes(c) } else { u32::from_le_bytes(c) })
}

/// Drops the beginnings of a character at the end.
fn cut_to_char(bytes: &[u8]) -> &[u8] {
    let mut end = bytes.len();
    while end > 0 && bytes.len() - end < 4 && bytes.get(end - 1).is_some_and(|b| b & 0xc0 == 0x80) {
        end -= 1;
    }
    match bytes.get(end.saturating_sub(1)) {
        Some(&lead) if lead >= 0xc0 => bytes.get(..end - 1).unwrap_or(bytes),
        _ => bytes,
    }
}

/// Byte order of UTF-16, by its mark or by NUL in every second byte.
fn utf16(prefix: &[u8]) -> Option<bool> {
    match prefix {
        [0xff, 0xfe, rest @ ..] => return (!rest.starts_with(&[0, 0])).then_some(false),
        [0xfe, 0xff, ..] => return Some(true),
        _ => {}
    }
    let head = prefix.get(..256).unwrap_or(prefix);
    if head.len() < 8 {
        return None;
    }
    let plain = |pair: &[u8], i: usize, j: usize| {
        pair.get(i).is_some_and(|&b| (9..=13).contains(&b) || (0x20..0x7f).contains(&b))
            && pair.get(j) == Some(&0)
    };
    let pairs = head.chunks_exact(2);
    let count = pairs.len();
    // Nine of ten pairs must have a NUL.
    if memchr::memchr_iter(0, head).count() * 10 < count * 9 {
        return None;
    }
    let little = pairs.clone().filter(|p| plain(p, 0, 1)).count();
    let big = pairs.filter(|p| plain(p, 1, 0)).count();
    if little * 10 >= count * 9 {
        return Some(false);
    }
    (big * 10 >= count * 9).then_some(true)
}

/// The text, at most about `most` bytes of it. Bytes that are no UTF-8 become one character each.
pub(in crate::engine::attachment) fn decode(bytes: &[u8], most: usize) -> Cow<'_, str> {
    let bytes = bytes.get(..most).unwrap_or(bytes);
    if let Some(big) = utf32(bytes) {
        return Cow::Owned(gathered(|| units32(bytes, big).map(|u| char::from_u32(u).unwrap_or('\u{fffd}'))));
    }
    if let Some(big) = utf16(bytes) {
        let units = || {
            let units = bytes.chunks_exact(2).filter_map(|c| <[u8; 2]>::try_from(c).ok());
            units.map(move |c| if big { u16::from_be_bytes(c) } else { u16::from_le_bytes(c) })
        };
        return Cow::Owned(gathered(|| char::decode_utf16(units()).map(|c| c.unwrap_or('\u{fffd}'))));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(cut_to_char(bytes)) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(gathered(|| bytes.iter().map(|&b| char::from(b)))),
    }
}

/// A text without the mark of its byte order, in a buffer that is made as long as it has to be: one that grows takes
/// up several times as much.
fn gathered<I: Iterator<Item = char>>(chars: impl Fn() -> I) -> String {
    let chars = || chars().skip_while(|c| *c == '\u{feff}');
    let mut out = String::with_capacity(chars().map(char::len_utf8).sum());
    out.extend(chars());
    out
}

/// Texts that give their kind away where they begin, in lower case; blanks and comments are skipped.
const BEGINS: &[(&str, Format)] = &[
    ("<!doctype html", Format::Html),
    ("<html", Format::Html),
    ("<head", Format::Html),
    ("<body", Format::Html),
    ("<script", Format::Html),
    ("<iframe", Format::Html),
    ("<table", Format::Html),
    ("<div", Format::Html),
    ("<meta", Format::Html),
    ("<title", Format::Html),
    ("<style", Format::Html),
    ("<form", Format::Html),
    ("<svg", Format::Svg),
    ("<!doctype svg", Format::Svg),
    ("<job", Format::Wsf),
    ("<package", Format::Wsf),
    ("<hta:application", Format::Hta),
    ("<librarydescription", Format::LibraryMs),
    ("<searchconnectordescription", Format::SearchMs),
    ("<persistedquery", Format::SearchMs),
    ("<scriptlet", Format::Wsf),
    ("<component", Format::Wsf),
    ("[internetshortcut]", Format::Url),
    ("[desktop entry]", Format::Desktop),
    ("[theme]", Format::Theme),
    ("[oledb]", Format::DataLink),
    ("web\r\n1\r\n", Format::Iqy),
    ("web\n1\n", Format::Iqy),
    ("full address:s:", Format::Rdp),
    ("screen mode id:i:", Format::Rdp),
    ("(this file must be converted with binhex", Format::BinHex),
    ("windows registry editor version", Format::Registry),
    ("regedit4", Format::Registry),
    ("begin:vcalendar", Format::Ics),
    ("begin:vcard", Format::Vcf),
    ("<?php", Format::Php),
    ("from ", Format::Message),
];

/// Endings that make text run or that name a kind of text, with the format that they make of it.
const BY_NAME: &[(&[&str], Format)] = &[
    (&["bat", "cmd"], Format::Batch),
    (&["vbs", "vb"], Format::VbScript),
    (&["vbe"], Format::VbScriptEncoded),
    (&["js", "mjs", "cjs"], Format::JScript),
    (&["jse"], Format::JScriptEncoded),
    (&["wsf", "wsh", "wsc", "sct"], Format::Wsf),
    (&["hta"], Format::Hta),
    (&["ps1", "psm1", "psd1"], Format::PowerShell),
    (&["sh", "command", "bash"], Format::Shell),
    (&["py", "pyw"], Format::Python),
    (&["pl", "pm"], Format::Perl),
    (&["php"], Format::Php),
    (&["reg"], Format::Registry),
    (&["inf"], Format::Inf),
    (&["url"], Format::Url),
    (&["scf"], Format::Scf),
    (&["csv"], Format::Csv),
    (&["rdp"], Format::Rdp),
    (&["iqy"], Format::Iqy),
    (&["appref-ms"], Format::ApprefMs),
    (&["theme", "themepack"], Format::Theme),
    (&["library-ms"], Format::LibraryMs),
    (&["search-ms", "searchconnector-ms"], Format::SearchMs),
    (&["settingcontent-ms"], Format::SearchMs),
    (&["htm", "html", "xhtml", "shtml"], Format::Html),
    (&["mht", "mhtml"], Format::Mht),
    (&["eml"], Format::Message),
];

/// The kind of text, or `None` where it is none.
pub(super) fn sniff(bytes: &[u8], prefix: &[u8], name: Option<&str>) -> Option<Detected> {
    if !is_text(prefix) {
        return None;
    }
    let text = decode(bytes, LOOK_AT);
    let head = skip_preamble(&text);
    let lower = head.get(..floor(head, 64)).unwrap_or(head).to_ascii_lowercase();
    let whole = || text.to_ascii_lowercase();
    let claim = name.map(|n| Claim::of(&[n.to_owned()], None)).unwrap_or_default();
    if let Some((_, format)) = BEGINS.iter().find(|(begin, _)| lower.starts_with(begin)) {
        return Some(match format {
            Format::Html if whole().contains("<hta:application") => Format::Hta.into(),
            Format::Html | Format::Php if claim.is(&["hta"]) => Format::Hta.into(),
            // Office writes a connection into the head of a page.
            Format::Html if claim.is(&["odc"]) && whole().contains("<odc:connection") => {
                Format::DataLink.into()
            }
            Format::Message if !is_mail(&text) => by_name(&claim, Format::Text).into(),
            // `<package>` and `<component>` begin other XML too; a script host file has a script.
            Format::Wsf if !whole().contains("<script") => by_name(&claim, Format::Xml).into(),
            other => (*other).into(),
        });
    }
    if lower.starts_with("<?xml") || lower.starts_with("<!doctype") {
        return Some(xml(&whole(), &claim));
    }
    if lower.starts_with('[') {
        let whole = whole();
        let begins = |section: &str| whole.lines().any(|l| l.trim() == section);
        if begins("[shell]") && whole.contains("command=") {
            return Some(Format::Scf.into());
        }
        // Windows writes other sections before it as well.
        if begins("[internetshortcut]") {
            return Some(Format::Url.into());
        }
        if begins("[theme]") && whole.contains("[control panel") {
            return Some(Format::Theme.into());
        }
    }
    if head.starts_with("begin ") && crate::engine::attachment::container::has_uuencode(bytes) {
        return Some(Format::Uuencode.into());
    }
    if is_mail(&text) {
        let mht = lower.contains("mime-version") && whole().contains("multipart/related");
        return Some(
            if mht && claim.is(&["mht", "mhtml", "doc"]) { Format::Mht } else { Format::Message }.into(),
        );
    }
    let markup = ["<html", "<body", "<script", "<hta:application"];
    if head.starts_with('<') {
        let whole = whole();
        if whole.contains("<hta:application") {
            return Some(Format::Hta.into());
        }
        if markup.iter().any(|m| whole.contains(m)) {
            return Some(if claim.is(&["hta"]) { Format::Hta } else { Format::Html }.into());
        }
        if whole.contains("<svg") {
            return Some(Format::Svg.into());
        }
    }
    let json =
        matches!(head.trim_end().as_bytes(), [b'{', .., b'}'] | [b'[', .., b']']) && text.contains('"');
    let named = by_name(&claim, if json { Format::Json } else { Format::Text });
    Some(match named {
        Format::Text if claim.ending.is_none() || claim.is(&["txt", "dat", "bin"]) => {
            super::scripts::by_text(&text).unwrap_or(Format::Text).into()
        }
        named => named.into(),
    })
}

fn by_name(claim: &Claim, otherwise: Format) -> Format {
    BY_NAME.iter().find(|(endings, _)| claim.is(endings)).map_or(otherwise, |(_, format)| *format)
}

/// The kinds of XML that rules care about, by their root or their processing instruction.
fn xml(lower: &str, claim: &Claim) -> Detected {
    const KINDS: &[(&str, Format)] = &[
        ("mso-application progid=\"word.document\"", Format::WordXml),
        ("mso-application progid=\"excel.sheet\"", Format::ExcelXml),
        ("schemas.microsoft.com/office/word/2003", Format::WordXml),
        ("schemas.microsoft.com/office/2006/xmlpackage", Format::WordXml),
        ("urn:schemas-microsoft-com:office:spreadsheet", Format::ExcelXml),
        ("<librarydescription", Format::LibraryMs),
        ("<searchconnectordescription", Format::SearchMs),
        ("<persistedquery", Format::SearchMs),
        ("<powershellcontent", Format::SearchMs),
        ("<pcsettings", Format::SearchMs),
        ("<hta:application", Format::Hta),
        ("<mmc_consolefile", Format::Console),
        ("<jnlp", Format::Jnlp),
        ("<c:contact", Format::Contact),
        ("<deployment", Format::ClickOnce),
        ("<odc:connection", Format::DataLink),
        ("<svg", Format::Svg),
        ("<html", Format::Html),
    ];
    let mixed = lower.replace("<?mso-", "mso-");
    if (lower.contains("<job") || lower.contains("<package") || lower.contains("<scriptlet"))
        && lower.contains("<script")
        && !lower.contains("<html")
    {
        return Format::Wsf.into();
    }
    // A property list that is nothing but an address.
    if lower.contains("<plist") && lower.contains("<key>url</key>") && lower.len() < 4 << 10 {
        return Format::Webloc.into();
    }
    let known = KINDS.iter().find(|(mark, _)| mixed.contains(mark)).map(|(_, format)| *format);
    let format = known.unwrap_or_else(|| match by_name(claim, Format::Xml) {
        Format::Hta => Format::Hta,
        Format::Html => Format::Html,
        _ => Format::Xml,
    });
    format.into()
}

/// Skips blanks, a byte order mark, and HTML comments.
fn skip_preamble(text: &str) -> &str {
    let mut text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    while let Some(rest) = text.strip_prefix("<!--") {
        let Some(end) = rest.find("-->") else { return text };
        text = rest.get(end + 3..).unwrap_or_default().trim_start();
    }
    text
}

/// The largest character boundary at or below `at`.
pub(in crate::engine::attachment) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether the text begins like a mail: three header lines, one of which mails have.
fn is_mail(text: &str) -> bool {
    const FIELDS: &[&str] = &[
        "received", "return-path", "from", "to", "subject", "date", "message-id", "mime-version",
        "delivered-to", "x-mailer", "reply-to", "content-type", "dkim-signature",
    ];
    let is_named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    // Most texts say by their first word that they are none, long before their first line ends.
    let name = text.bytes().take_while(|b| is_named(*b)).count();
    if !text.starts_with("From ") && (name == 0 || text.as_bytes().get(name) != Some(&b':')) {
        return false;
    }
    let mut known = 0;
    let mut lines = 0;
    for line in text.lines().take(40) {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) && lines > 0 {
            continue;
        }
        if lines == 0 && line.starts_with("From ") {
            lines += 1;
            continue;
        }
        let Some((field, _)) = line.split_once(':') else { return false };
        if field.is_empty() || !field.bytes().all(is_named) {
            return false;
        }
        lines += 1;
        known += usize::from(FIELDS.contains(&field.to_ascii_lowercase().as_str()));
    }
    known >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str, name: &str) -> Format {
        let bytes = text.as_bytes();
        sniff(bytes, bytes, Some(name)).unwrap().format
    }

    #[test]
    fn text_that_runs_needs_its_name() {
        assert_eq!(kind("hello there\r\n", "a.txt"), Format::Text);
        assert_eq!(kind("echo hello\r\n", "a.bat"), Format::Batch);
        assert_eq!(kind("<html><body>x</body></html>", "example.com"), Format::Html);
        assert_eq!(kind("<html><body>x</body></html>", "a.hta"), Format::Hta);
        assert_eq!(kind("<html><hta:application id=x></html>", "a.txt"), Format::Hta);
    }

    #[test]
    fn mails_and_cards_are_told_apart_from_prose() {
        assert_eq!(kind("From: a@example.org\r\nSubject: x\r\n\r\nhello", "a"), Format::Message);
        assert_eq!(kind("Note: one\r\nTwo: three\r\n\r\nhello", "a"), Format::Text);
        assert_eq!(kind("BEGIN:VCALENDAR\r\n", "a"), Format::Ics);
    }

    #[test]
    fn utf16_is_text() {
        let bytes: Vec<u8> = "<html><script>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_text(&bytes));
        assert_eq!(sniff(&bytes, &bytes, None).unwrap().format, Format::Html);
    }

    #[test]
    fn packed_data_is_no_text() {
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(4_000)
        .collect();
        assert!(!is_text(&noise));
    }
}

//! HTML as lines of words: tags fall away, entities become letters.
//!
//! Not a browser's reading: what is shown where, and what is hidden, is asked elsewhere. A tag that ends a line is
//! one entry in [`BLOCKS`], a named letter one in [`LATIN`] or [`entity`].

use std::borrow::Cow;

use super::text::{Line, MAX_BYTES, MAX_LINES, Reading, clip, pieces_of};

/// Whether a text begins as a page does, whatever its part declares.
pub(super) fn begins(text: &str) -> bool {
    let head = text.trim_start();
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
        .iter()
        .any(|tag| head.as_bytes().get(..tag.len()).is_some_and(|h| h.eq_ignore_ascii_case(tag)))
}

/// Tags that end a line.
const BLOCKS: &[&str] = &[
    "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "hr", "pre",
    "blockquote", "body", "dt", "dd", "title", "center", "section", "td", "th",
];

/// A tag's name in lower case as one number, so that it is compared with a whole table at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TagName(u128);

impl TagName {
    const STYLE: TagName = TagName::of(b"style");
    const SCRIPT: TagName = TagName::of(b"script");
    /// [`BLOCKS`], each at its own place: no two of them have the same one.
    const BLOCKS: [TagName; 64] = {
        let (mut names, mut at) = ([TagName(0); 64], 0);
        while at < BLOCKS.len() {
            let name = TagName::of(BLOCKS[at].as_bytes());
            assert!(names[name.place()].0 == 0, "another multiplier is wanted");
            names[name.place()] = name;
            at += 1;
        }
        names
    };

    /// A name of the table.
    const fn of(mut letters: &[u8]) -> TagName {
        let mut name: u128 = 0;
        while let [rest @ .., letter] = letters {
            name = name << 8 | *letter as u128;
            letters = rest;
        }
        TagName(name)
    }

    /// The name that `tag` begins with, and how long it is; none (zero) where it is longer than any that matters.
    fn read(tag: &[u8]) -> (TagName, usize) {
        const EACH: u128 = u128::MAX / 0xff;
        const HIGH: u128 = EACH * 0x80;
        let letters = match tag.first_chunk::<16>() {
            Some(letters) => u128::from_le_bytes(*letters),
            None => tag.iter().rev().fold(0, |letters, letter| letters << 8 | u128::from(*letter)),
        };
        // Digits have the bit that makes letters small.
        let (low, lower) = (letters & !HIGH, (letters | (EACH * 0x20)) & !HIGH);
        // The high bit of each byte from this one on.
        let from = |bytes: u128, bound: u8| bytes + EACH * u128::from(0x80 - bound);
        let small = from(lower, b'a') & !from(lower, b'z' + 1);
        let digits = from(low, b'0') & !from(low, b'9' + 1);
        let length = (((small | digits) & !letters & HIGH) ^ HIGH).trailing_zeros() as usize / 8;
        match length {
            0 => (TagName(0), 0),
            1..16 => (TagName(lower & u128::MAX >> (128 - 8 * length)), length),
            _ => (TagName(0), 16),
        }
    }

    /// Fibonacci hashing, with a multiplier that was looked for.
    const fn place(self) -> usize {
        (((self.0 ^ self.0 >> 64) as u64).wrapping_mul(0xad45_f23d_3b1a_11df) >> 58) as usize
    }

    fn is_block(self) -> bool {
        TagName::BLOCKS.get(self.place()) == Some(&self) && self != TagName(0)
    }
}

/// Flattens HTML: tags fall away, blocks end lines, style and script are skipped, entities are decoded.
pub(super) fn lines(html: &str, words: usize) -> Reading<'static> {
    let html = clip(html, MAX_BYTES);
    let mut text = String::with_capacity((html.len() / 2).min(words));
    let mut lines: Vec<Line> = Vec::new();
    let mut line_start = 0;
    let mut source_start = 0;
    let mut at = 0;
    let mut end_line = |text: &mut String, at: usize, line_start: &mut usize, source_start: &mut usize| {
        let kept = text.trim_end_matches(' ').len().max(*line_start);
        text.truncate(kept);
        let empty = kept == *line_start;
        let after_empty = lines.last().is_none_or(|l: &Line| l.range().is_empty());
        if !(empty && after_empty) && lines.len() < MAX_LINES {
            lines.push(Line::new(*line_start..kept, *source_start..at.max(*source_start)));
            text.push('\n');
        }
        *line_start = text.len();
        *source_start = at;
    };
    while let Some(rest) = html.get(at..).filter(|r| !r.is_empty() && text.len() <= words) {
        let stop = memchr::memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
        let run = rest.get(..stop).unwrap_or_default();
        let mut end = 0;
        for word in pieces_of(run) {
            let begin = word.as_ptr() as usize - run.as_ptr() as usize;
            if text.len() == line_start {
                source_start = source_start.max(at);
            } else if begin > end && !text.ends_with(' ') {
                text.push(' ');
            }
            text.push_str(word);
            end = begin + word.len();
        }
        if end < run.len() && text.len() > line_start && !text.ends_with(' ') {
            text.push(' ');
        }
        at += stop;
        let Some(rest) = html.get(at..).filter(|r| !r.is_empty()) else { break };
        if rest.starts_with('&') {
            let (c, length) = entity(rest);
            if c.is_whitespace() {
                if text.len() > line_start && !text.ends_with(' ') {
                    text.push(' ');
                }
            } else {
                text.push(c);
            }
            at += length;
            continue;
        }
        // An address in angle brackets that nobody escaped is no tag.
        let length = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |i| i + 1);
        let tag = rest.get(1..length).unwrap_or_default();
        let closes = tag.starts_with('/');
        let named = tag.trim_start_matches('/');
        let (name, name_length) = TagName::read(named.as_bytes());
        if name_length == 0 && !tag.starts_with(['!', '?']) {
            text.push('<');
            at += 1;
            continue;
        }
        // Nearly every tag ends with its name, or goes on with a blank.
        let is_tag = matches!(named.as_bytes().get(name_length), Some(b'>' | b' '));
        if !is_tag && tag.contains('@') && !tag.contains(['=', ' ']) {
            text.push_str(rest.get(..length).unwrap_or_default());
            at += length;
            continue;
        }
        let skipped = if tag.starts_with("!--") {
            rest.find("-->").map_or(rest.len(), |i| i + 3)
        } else if !closes && (name == TagName::STYLE || name == TagName::SCRIPT) {
            let close = if name == TagName::STYLE { "</style" } else { "</script" };
            find_ignoring_case(rest, close).unwrap_or(rest.len()).max(length)
        } else {
            length
        };
        at += skipped;
        if name.is_block() {
            end_line(&mut text, at, &mut line_start, &mut source_start);
        }
    }
    end_line(&mut text, html.len(), &mut line_start, &mut source_start);
    Reading { part: 0, text: Cow::Owned(text), lines, cut: at < html.len() }
}

/// The entities of HTML for the characters from U+00A0 to U+00FF, in their order.
#[rustfmt::skip]
const LATIN: &[&str] = &[
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc",
    "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde",
    "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig",
    "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc",
    "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde",
    "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// The character of the entity at the start of `text` and its length; `&` itself where it is none.
pub(super) fn entity(text: &str) -> (char, usize) {
    let Some(end) = text.bytes().take(12).position(|b| b == b';') else { return ('&', 1) };
    let name = text.get(1..end).unwrap_or_default();
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        }
        .and_then(char::from_u32),
        None => match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" | "rsquo" | "lsquo" => Some('\''),
            "ldquo" | "rdquo" | "bdquo" => Some('"'),
            "ndash" | "mdash" => Some('-'),
            "hellip" => Some('\u{2026}'),
            "bull" => Some('\u{2022}'),
            "oelig" => Some('\u{153}'),
            // What follows are the upper 96 characters of Latin-1, in their order.
            _ => (0xa0..=0xff)
                .zip(LATIN)
                .find(|(_, known)| **known == name)
                .and_then(|(c, _)| char::from_u32(c)),
        },
    };
    code.map_or(('&', 1), |c| (c, end + 1))
}

fn find_ignoring_case(haystack: &str, needle: &str) -> Option<usize> {
    let first = *needle.as_bytes().first()?;
    memchr::memchr_iter(first, haystack.as_bytes()).find(|&at| {
        haystack
            .as_bytes()
            .get(at..at + needle.len())
            .is_some_and(|h| h.eq_ignore_ascii_case(needle.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines() {
        let reading = lines(
            "<html><head><style>p{x}</style></head><body><p>Your message to <a href='x'>a@example.org</a>\n\
             couldn&#39;t be&nbsp;delivered.</p><br><div>Reason: &lt;none&gt; <b@example.net></div></body>",
            usize::MAX,
        );
        let lines: Vec<&str> =
            (0..reading.len()).map(|i| reading.line(i)).filter(|l| !l.is_empty()).collect();
        assert_eq!(
            lines,
            ["Your message to a@example.org couldn't be delivered.", "Reason: <none> <b@example.net>"]
        );
    }

    #[test]
    fn names_of_tags_are_compared_as_a_whole() {
        for tag in ["br", "BR/", "Td align=x", "blockquote>"] {
            assert!(TagName::read(tag.as_bytes()).0.is_block(), "{tag}");
        }
        for tag in ["b", "brr", "", "x-blockquote", "blockquoteblockquote", "tdtdtdtdtdtdtdtdtdtd"] {
            assert!(!TagName::read(tag.as_bytes()).0.is_block(), "{tag}");
        }
    }

    #[test]
    fn entities_of_latin_letters_are_read() {
        for (text, c) in [
            ("&icirc;", 'î'),
            ("&Uuml;", 'Ü'),
            ("&yuml;", 'ÿ'),
            ("&#233;", 'é'),
            ("&#xE9;", 'é'),
            ("&nbsp;", '\u{a0}'),
        ] {
            assert_eq!(entity(text), (c, text.len()));
        }
        assert_eq!(entity("&unknown;"), ('&', 1));
    }
}

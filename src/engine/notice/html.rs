//! HTML as lines of words: tags fall away, entities become letters.
//!
//! Not a browser's reading: what is shown where, and what is hidden, is asked elsewhere. A tag that ends a line is
//! one entry in [`BLOCKS`], a named letter one in [`LATIN`] or [`entity`].

use std::borrow::Cow;

use super::text::{Line, MAX_BYTES, MAX_LINES, Reading};
use crate::engine::words::{HIGH, below, clip, is, is_blank, others, pieces_of};

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

/// Lines of a page, as many have no more.
const USUAL_LINES: usize = 32;

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
        const SMALL: u64 = u64::from_ne_bytes([0x20; 8]);
        // Nearly every name is shorter than eight letters: these are looked at together.
        let letters = tag.first_chunk::<8>().map_or(u64::MAX, |letters| u64::from_le_bytes(*letters));
        match (others(letters).trailing_zeros() / 8) as usize {
            length @ 1..8 if tag.len() >= 8 => {
                let small = (letters | SMALL) & u64::MAX >> (64 - 8 * length);
                (TagName(u128::from(small)), length)
            }
            0 if tag.len() >= 8 => (TagName(0), 0),
            _ => TagName::read_slowly(tag),
        }
    }

    /// The same letter by letter.
    fn read_slowly(tag: &[u8]) -> (TagName, usize) {
        let length = tag.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = tag.get(..length).filter(|name| name.len() < 16).unwrap_or_default();
        let add = |name: u128, letter: &u8| name << 8 | u128::from(letter | 0x20);
        (TagName(name.iter().rev().fold(0, add)), length)
    }

    /// Fibonacci hashing, with a multiplier that was looked for.
    const fn place(self) -> usize {
        (((self.0 ^ self.0 >> 64) as u64).wrapping_mul(0xad45_f23d_3b1a_11df) >> 58) as usize
    }

    fn is_block(self) -> bool {
        TagName::BLOCKS.get(self.place()) == Some(&self) && self != TagName(0)
    }
}

/// How many white spaces of ASCII stand at the beginning of `bytes`.
fn blanks_in(bytes: &[u8]) -> usize {
    if let Some(eight) = bytes.first_chunk::<8>().map(|eight| u64::from_le_bytes(*eight)) {
        let blank = is(eight, b' ') | below(eight, 14) & !below(eight, 9);
        let count = (blank ^ HIGH).trailing_zeros() / 8;
        if count < 8 {
            return count as usize;
        }
    }
    bytes.iter().position(|byte| !is_blank(*byte)).unwrap_or(bytes.len())
}

/// Flattens HTML: tags fall away, blocks end lines, style and script are skipped, entities are decoded.
pub(super) fn lines(html: &str, words: usize) -> Reading<'static> {
    let html = clip(html, MAX_BYTES);
    let bytes = html.as_bytes();
    let mut text = String::with_capacity((html.len() / 2).min(words));
    let mut lines: Vec<Line> = Vec::with_capacity(USUAL_LINES);
    let mut line_start = 0;
    let mut source_start = 0;
    let mut at = 0;
    let mut end_line = |text: &mut String, at: usize, line_start: &mut usize, source_start: &mut usize| {
        let after_empty = lines.last().is_none_or(|l: &Line| l.range().is_empty());
        // Most end nothing: they stand one in another.
        if after_empty && text.len() == *line_start {
            *source_start = at;
            return;
        }
        let kept = text.trim_end_matches(' ').len().max(*line_start);
        text.truncate(kept);
        let empty = kept == *line_start;
        if !(empty && after_empty) && lines.len() < MAX_LINES {
            lines.push(Line::new(*line_start..kept, *source_start..at.max(*source_start)));
            text.push('\n');
        }
        *line_start = text.len();
        *source_start = at;
    };
    while let Some(rest) = bytes.get(at..).filter(|r| !r.is_empty() && text.len() <= words) {
        // Between most tags stands nothing, or white space alone.
        let blanks = blanks_in(rest);
        if blanks > 0 && text.len() > line_start && !text.ends_with(' ') {
            text.push(' ');
        }
        let stop = match rest.get(blanks) {
            Some(b'<' | b'&') | None => blanks,
            Some(_) => memchr::memchr2(b'<', b'&', rest).unwrap_or(rest.len()),
        };
        let run = html.get(at + blanks..at + stop).unwrap_or_default();
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
        let behind = rest.as_bytes().get(1..).unwrap_or_default();
        let mut slashes = usize::from(behind.first() == Some(&b'/'));
        while slashes > 0 && behind.get(slashes) == Some(&b'/') {
            slashes += 1;
        }
        let named = behind.get(slashes..).unwrap_or_default();
        let (name, name_length) = TagName::read(named);
        let marked = matches!(behind.first(), Some(b'!' | b'?'));
        if name_length == 0 && !marked {
            text.push('<');
            at += 1;
            continue;
        }
        // Nearly every tag ends with its name, or goes on with a blank.
        let after_name = named.get(name_length..).unwrap_or_default();
        let to_end = match after_name.first() {
            Some(b'>') => 1,
            _ => memchr::memchr(b'>', after_name).map_or(after_name.len(), |i| i + 1),
        };
        let length = 1 + slashes + name_length + to_end;
        let is_tag = matches!(after_name.first(), Some(b'>' | b' '));
        // An address in angle brackets that nobody escaped is no tag.
        let tag = rest.get(1..length).unwrap_or_default();
        if !is_tag && tag.contains('@') && !tag.contains(['=', ' ']) {
            text.push_str(rest.get(..length).unwrap_or_default());
            at += length;
            continue;
        }
        let skipped = if marked && tag.starts_with("!--") {
            memchr::memmem::find(rest.as_bytes(), b"-->").map_or(rest.len(), |i| i + 3)
        } else if slashes == 0 && (name == TagName::STYLE || name == TagName::SCRIPT) {
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_of_tags_are_read_as_letter_by_letter(tag in "[a-d]?[a-dX-Z1é@/> -]{0,4}[a-z1]{0,18}[> /]?.{0,9}") {
            let (name, length) = TagName::read(tag.as_bytes());
            prop_assert_eq!((name, length), TagName::read_slowly(tag.as_bytes()));
            let letters = tag.get(..length).unwrap().to_ascii_lowercase();
            prop_assert!(letters.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            prop_assert_eq!(name.is_block(), BLOCKS.contains(&letters.as_str()));
        }
    }

    #[test]
    fn white_space_before_words_is_counted() {
        for text in
            ["", "x", " \n\x0b\t\r\x0c x", "\x08 x", "\x0e", "\u{a0}", "        ", "\t       \n  <br>"]
        {
            let blanks = text.bytes().take_while(|byte| is_blank(*byte)).count();
            for text in [text.to_owned(), format!("{text}<p>word</p>")] {
                assert_eq!(blanks_in(text.as_bytes()), blanks, "{text:?}");
            }
        }
    }

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

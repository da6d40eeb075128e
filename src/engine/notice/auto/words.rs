//! Words without their accents, and books of phrases to look up in them.
//!
//! People and programs write the same phrase with and without accents, in two kinds of width and with three
//! kinds of apostrophe. [`fold`] makes one of them, so that a table holds each phrase once: lower case,
//! Latin letters bare (`ü` is `u`, `ß` is `ss`), single blanks, `'` and `:`. A phrase that is also spelled
//! with `ue` for `ü` needs a second row.

use std::sync::LazyLock;

use super::super::families::Scene;
use crate::engine::lexicon::{Begins, Lexicon};
use crate::engine::message::Message;
use crate::engine::verdict::Evidence;
use crate::engine::words::{clip, find_near, trimmed};

/// Bytes of a notice's own words that are read.
pub(super) const MAX_WORDS: usize = 32 << 10;
/// How far apart the two sides of a `*` in a phrase may stand, in bytes.
const GAP: usize = 160;

/// Letters that Latin alphabets add, and what they fold to.
#[rustfmt::skip]
const LETTERS: &[(&str, &str)] = &[
    ("àáâãäåāăąǎạảấầậẩẫắằẳẵặ", "a"),
    ("çćčĉ", "c"),
    ("ďđð", "d"),
    ("èéêëēėęěếềệẹẻẽểễ", "e"),
    ("ğģġ", "g"),
    ("ìíîïīįıịỉĩ", "i"),
    ("ķ", "k"),
    ("łľĺļ", "l"),
    ("ñńňņ", "n"),
    ("òóôõöøōőơờộọỏốồổỗớởỡợ", "o"),
    ("řŕ", "r"),
    ("śšşș", "s"),
    ("ß", "ss"),
    ("ťţț", "t"),
    ("ùúûüūůűųưừụủứửữựũ", "u"),
    ("ýÿỳỵỷỹ", "y"),
    ("źžż", "z"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("\u{2018}\u{2019}\u{201b}\u{b4}\u{60}", "'"),
    ("\u{201c}\u{201d}\u{201e}«»", "\""),
    ("\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}", "-"),
    ("\u{ff1a}\u{fe55}", ":"),
    ("\u{2026}", "..."),
];

/// What a letter folds to, where it is one of [`LETTERS`].
fn plain_letter(letter: char) -> Option<&'static str> {
    static SORTED: LazyLock<Vec<(char, &str)>> = LazyLock::new(|| {
        let each = |(letters, plain): &(&'static str, &'static str)| {
            let plain = *plain;
            letters.chars().map(move |letter| (letter, plain))
        };
        let mut sorted: Vec<(char, &str)> = LETTERS.iter().flat_map(each).collect();
        // Of two rows with the same letter the first one counts.
        sorted.sort_by_key(|(letter, _)| *letter);
        sorted.dedup_by_key(|(letter, _)| *letter);
        sorted
    });
    let at = SORTED.binary_search_by_key(&letter, |(known, _)| *known).ok()?;
    SORTED.get(at).map(|(_, plain)| *plain)
}

/// Characters that are not seen: soft hyphen, joiners, byte order mark, direction marks.
fn unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
        || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Writing that puts no blanks between words.
fn unspaced(c: char) -> bool {
    ('⺀'..='鿿').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c)
}

/// Letters of the scripts that have no case and no accents: the short way for most of the world's mail.
fn folds_to_itself(c: char) -> bool {
    ('\u{3040}'..='\u{d7ff}').contains(&c) || ('а'..='я').contains(&c)
}

/// Whether nothing but its case tells an ASCII text from its folded form: most lines.
fn is_single_blanked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let other = |b: u8| !b.is_ascii() | (b == b'`') | (9..=13).contains(&b);
    let twice = || {
        bytes.iter().zip(bytes.iter().skip(1)).fold(false, |any, (a, b)| any | ((*a == b' ') & (*b == b' ')))
    };
    !bytes.iter().fold(false, |any, b| any | other(*b)) && bytes.first() != Some(&b' ') && !twice()
}

/// Appends `text` in folded form, with one blank for each run of white space.
fn fold_into(text: &str, out: &mut String) {
    out.reserve(text.len());
    if is_single_blanked(text) {
        let from = out.len();
        out.push_str(text);
        out.get_mut(from..).unwrap_or_default().make_ascii_lowercase();
        return;
    }
    if text.is_ascii() {
        fold_ascii(text, out);
        return;
    }
    for c in text.chars() {
        if c.is_ascii_whitespace() || !c.is_ascii() && c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if c.is_ascii() {
            out.push(if c == '`' { '\'' } else { c.to_ascii_lowercase() });
        } else if folds_to_itself(c) {
            out.push(c);
        } else if !unseen(c) {
            for lower in c.to_lowercase() {
                match plain_letter(lower) {
                    Some(plain) => out.push_str(plain),
                    None if unseen(lower) => {}
                    None => out.push(lower),
                }
            }
        }
    }
}

/// What each byte of ASCII folds to.
const FOLDED: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            9..=13 => b' ',
            b'`' => b'\'',
            other => other.to_ascii_lowercase(),
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// [`fold_into`] of ASCII. Every byte is written down; of several blanks, each is written over the one before.
fn fold_ascii(text: &str, out: &mut String) {
    let mut blank = out.is_empty() || out.ends_with(' ');
    for piece in text.as_bytes().chunks(64) {
        let (mut room, mut length) = ([0; 64], 0);
        for byte in piece {
            let folded = FOLDED.get(usize::from(*byte)).copied().unwrap_or_default();
            if let Some(slot) = room.get_mut(length) {
                *slot = folded;
            }
            length += usize::from(folded != b' ' || !blank);
            blank = folded == b' ';
        }
        out.push_str(
            room.get(..length).and_then(|folded| std::str::from_utf8(folded).ok()).unwrap_or_default(),
        );
    }
}

/// `text` in lower case, Latin letters without accents, single blanks, none at the ends.
pub(super) fn fold(text: &str) -> String {
    // Room for the blank that phrases which end with their word want.
    let mut out = String::with_capacity(text.len() + 1);
    fold_into(trimmed(text), &mut out);
    out.truncate(out.trim_end().len());
    out
}

/// A table of phrases, each with what it says. `*` in a phrase stands for up to [`GAP`] bytes.
///
/// A phrase begins where a word begins and may end inside one, so that stems can be listed; one that ends
/// in a blank ends with its word.
pub(super) struct Book<T> {
    lexicon: Lexicon,
    entries: Vec<(T, Vec<&'static str>)>,
}

/// A phrase that was found: what it says, and where it begins and ends in the folded text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<T> {
    pub(super) says: T,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<T: Copy> Book<T> {
    pub(super) fn new(rows: impl IntoIterator<Item = (T, &'static str)>) -> Book<T> {
        let mut firsts = Vec::new();
        let mut entries = Vec::new();
        for (says, phrase) in rows {
            let mut pieces = phrase.split('*');
            firsts.push(pieces.next().unwrap_or_default());
            entries.push((says, pieces.collect()));
        }
        Book { lexicon: Lexicon::new(Begins::AtWords, firsts), entries }
    }

    /// Every phrase in `text`, in the order in which they begin.
    pub(super) fn hits<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit<T>> + 't {
        self.lexicon.find(text).filter_map(move |found| {
            let (says, rest) = self.entries.get(found.phrase)?;
            let end = follows(text, found.end, rest)?;
            Some(Hit { says: *says, start: found.start, end })
        })
    }
}

/// Where `pieces` end that follow each other from `at` on, each within [`GAP`].
fn follows(text: &str, mut at: usize, pieces: &[&str]) -> Option<usize> {
    for piece in pieces {
        let window = clip(text.get(at..)?, GAP + piece.len());
        at += find_near(window, piece)? + piece.len();
    }
    Some(at)
}

/// The notice's own words of all its text parts, folded, with the way back.
pub(super) struct Words {
    /// The words, then a blank.
    pub(super) text: String,
    /// Where a line begins in `text`, its reading and its number there.
    lines: Vec<(usize, usize, usize)>,
}

impl Words {
    /// Reads the words of `scene` before the returned mail, lines that quote another mail left out, at most
    /// [`MAX_WORDS`] bytes.
    pub(super) fn of(scene: &Scene<'_>) -> Words {
        let mut text = String::new();
        let mut lines = Vec::new();
        for (index, text_part) in scene.texts.iter().enumerate() {
            for number in 0..text_part.zone().words_end {
                if text.len() >= MAX_WORDS {
                    break;
                }
                let line = trimmed(text_part.reading.line(number));
                if line.is_empty() || line.starts_with(['>', '|']) {
                    continue;
                }
                // Japanese and Chinese are wrapped between any two characters.
                let glued =
                    text.trim_end().ends_with(unspaced) && line.starts_with(unspaced) && text.ends_with(' ');
                if glued {
                    text.pop();
                }
                lines.push((text.len(), index, number));
                fold_into(clip(line, MAX_WORDS - text.len()), &mut text);
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
        }
        Words { text, lines }
    }

    /// How many lines of words stand before the one that holds byte `offset`.
    pub(super) fn lines_before(&self, offset: usize) -> usize {
        self.lines.partition_point(|(start, ..)| *start <= offset).saturating_sub(1)
    }

    /// Evidence for what stands in `start..end` of the folded text: its lines, as the mail writes them.
    pub(super) fn evidence(
        &self,
        message: &Message<'_>,
        scene: &Scene<'_>,
        start: usize,
        end: usize,
    ) -> Option<Evidence> {
        let (_, index, first) = *self.lines.get(self.lines_before(start))?;
        let last = self
            .lines
            .get(self.lines_before(end.saturating_sub(1)))
            .filter(|(_, reading, _)| *reading == index)
            .map_or(first, |(.., number)| *number);
        scene.texts.get(index)?.reading.evidence(message, first..last.max(first) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_leaves_one_spelling() {
        for (text, wanted) in [
            ("Réponse  Automatique\u{a0}:", "reponse automatique :"),
            ("FRÅNVARO", "franvaro"),
            ("nieobecność w biurze", "nieobecnosc w biurze"),
            ("Grüße – I’m", "grusse - i'm"),
            ("自動応答：件名", "自動応答:件名"),
            ("re\u{301}ponse", "reponse"),
            ("Out of  Office\t`x` ", "out of office 'x'"),
            ("Автоответ", "автоответ"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(fold(text), wanted, "{text}");
        }
    }

    #[test]
    fn phrases_are_found_with_gaps_and_at_words() {
        let book = Book::new([(1, "virus*in mail"), (2, "auto reply"), (3, "away ")]);
        let found = |text: &str| book.hits(text).map(|h| h.says).collect::<Vec<_>>();
        assert_eq!(found("virus (x) was found in mail from you"), [1]);
        assert_eq!(found("a motorauto reply"), Vec::<i32>::new());
        assert_eq!(found("my auto replying"), [2]);
        assert_eq!(found("giveaway and aways"), Vec::<i32>::new());
        assert_eq!(found("i am away "), [3]);
        let far = format!("virus {} in mail", "x".repeat(400));
        assert_eq!(found(&far), Vec::<i32>::new());
    }
}

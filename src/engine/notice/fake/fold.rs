//! Text as rules compare it: lower case, without accents, hyphens, invisible characters and disguises.
//!
//! Who dresses phishing as a notice writes `Pаssword` with a Cyrillic letter, puts a soft hyphen into
//! `mail­box`, or leaves out every accent. The tables are folded by the same function, so they are written
//! as the language writes.

use crate::engine::lookalike::{lookalike, plain};

/// Folded text with the way back to the text that it was made of.
pub(super) struct Folded {
    /// The folded words, single blanks between them.
    pub(super) text: String,
    /// Whether words beyond `most` were left out.
    pub(super) cut: bool,
    /// For each word: where it begins in `text`, and where in the original.
    words: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds at most `max` bytes of `original` to at most `most` bytes and a word.
    pub(super) fn of(original: &str, max: usize, most: usize) -> Folded {
        let original = super::super::text::clip(original, max);
        let room = original.len().min(most) + 16;
        let mut folded = Folded { text: String::with_capacity(room), cut: false, words: Vec::new() };
        let mut at = 0;
        while let Some(Word { range, next, plain }) = word(original, at) {
            let start = range.start;
            at = next;
            let word = original.get(range).unwrap_or_default();
            let begin = folded.text.len();
            if begin > most {
                folded.cut = true;
                break;
            }
            // An address of the web says nothing in words, whatever words stand in it.
            if !plain && is_web_address(word) {
                continue;
            }
            if begin > 0 {
                folded.text.push(' ');
            }
            let made = folded.text.len();
            match plain {
                true => folded.text.push_str(word),
                false => fold_word(word, &mut folded.text),
            }
            if folded.text.len() == made {
                folded.text.truncate(begin);
                continue;
            }
            folded.words.push((made, start));
        }
        folded.text.make_ascii_lowercase();
        folded
    }

    /// Where the word that holds byte `offset` of the folded text begins in the original.
    pub(super) fn original(&self, offset: usize) -> usize {
        let word = self.words.partition_point(|(at, _)| *at <= offset).checked_sub(1);
        word.and_then(|i| self.words.get(i)).map_or(0, |(_, original)| *original)
    }
}

/// Whether `://` stands in a word.
fn is_web_address(word: &str) -> bool {
    word.len() > 5
        && memchr::memchr_iter(b':', word.as_bytes())
            .any(|at| word.as_bytes().get(at + 1..at + 3) == Some(b"//"))
}

/// Folds a phrase of a table.
pub(super) fn fold(text: &str) -> String {
    Folded::of(text, usize::MAX, usize::MAX).text
}

/// A word of a text, and where the search for the next begins.
struct Word {
    range: std::ops::Range<usize>,
    next: usize,
    /// Whether its letters need nothing but lower case: ASCII without hyphens, and no address of the web.
    plain: bool,
}

/// What a byte is to a word: white space in ASCII, as [`char::is_whitespace`] has it, or one that is not plain.
const BLANK: u8 = 1;
const ODD: u8 = 2;
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b' ' | 9..=13 => BLANK,
            b'-' | b':' | 0x80.. => ODD,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or(ODD)
}

/// The word at or after `from`.
fn word(text: &str, from: usize) -> Option<Word> {
    let rest = text.as_bytes().get(from..)?;
    // ASCII white space is found byte by byte; only words with other letters are looked at as characters.
    let start = from + rest.iter().position(|b| kind(*b) != BLANK)?;
    let rest = text.as_bytes().get(start..)?;
    let mut kinds = 0;
    let blank = rest.iter().position(|b| {
        let kind = kind(*b);
        kinds |= kind;
        kind == BLANK
    });
    let end = start + blank.unwrap_or(rest.len());
    let plain = kinds & ODD == 0;
    let word = text.get(start..end)?;
    if plain || word.is_ascii() {
        return Some(Word { range: start..end, next: end, plain });
    }
    let first = word.find(|c: char| !c.is_whitespace()).unwrap_or(word.len());
    let inner = word.get(first..).unwrap_or_default();
    let length = inner.find(char::is_whitespace).unwrap_or(inner.len());
    let (start, end) = (start + first, start + first + length);
    Some(Word { range: start..end, next: end, plain })
}

fn fold_word(word: &str, text: &mut String) {
    if word.bytes().all(|b| b.is_ascii() && b != b'-') {
        let begin = text.len();
        text.push_str(word);
        if let Some(made) = text.get_mut(begin..) {
            made.make_ascii_lowercase();
        }
        return;
    }
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        for c in plain(c).to_lowercase() {
            push_base(c, &mut out);
        }
    }
    if out.contains('-') {
        out = without_hyphens(&out);
    }
    let latin = out.bytes().any(|b| b.is_ascii_alphabetic());
    if latin && out.chars().any(|c| lookalike(c).is_some()) {
        return text.extend(out.chars().map(|c| lookalike(c).unwrap_or(c)));
    }
    text.push_str(&out);
}

/// A lower-case letter without its accent; nothing for what cannot be seen.
fn push_base(c: char, out: &mut String) {
    let base = match c {
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{300}'..='\u{36f}'
        // Arabic vowel marks and the stretch between letters.
        | '\u{640}' | '\u{64b}'..='\u{652}' => return,
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' | 'ģ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ķ' => 'k',
        'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ň' | 'ņ' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        // Vietnamese, whose letters carry two marks.
        'ạ'..='ặ' => 'a',
        'ẹ'..='ệ' => 'e',
        'ỉ'..='ị' => 'i',
        'ọ'..='ợ' | 'ơ' => 'o',
        'ụ'..='ự' | 'ư' => 'u',
        'ỳ'..='ỹ' => 'y',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' => 'ي',
        'ß' => return out.push_str("ss"),
        'æ' => return out.push_str("ae"),
        'œ' => return out.push_str("oe"),
        c => c,
    };
    out.push(base);
}

/// `e-mail` as `email`: hyphens between letters fall away.
fn without_hyphens(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    let mut before = false;
    while let Some(c) = chars.next() {
        let between = c == '-' && before && chars.peek().is_some_and(|n| n.is_alphanumeric());
        if !between {
            out.push(c);
        }
        before = c.is_alphanumeric();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguises_fall_away() {
        for (text, wanted) in [
            ("E-Mail  Box", "email box"),
            ("P\u{430}ssw\u{43e}rd", "password"),
            ("mail\u{ad}b\u{200b}ox", "mailbox"),
            ("Boîte\u{a0}PLEINE", "boite pleine"),
            ("ＦＵＬＬ \u{1d40c}\u{1d41a}\u{1d422}\u{1d425}", "full mail"),
            ("Größe İleti œuvre", "grosse ileti oeuvre"),
            ("почтовый ящик", "почтовый ящик"),
            ("- dash -", "- dash -"),
            ("Hộp thư của bạn đã đầy", "hop thu cua ban da day"),
            ("see http://example.org/full-mailbox now", "see now"),
        ] {
            assert_eq!(fold(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_way_back_leads_to_the_word() {
        let original = "Ihr \u{200b} Post\u{ad}fach ist voll";
        let folded = Folded::of(original, 100, 100);
        assert_eq!(folded.text, "ihr postfach ist voll");
        let at = folded.original(folded.text.find("fach").unwrap());
        assert!(original[at..].starts_with("Post"), "{at}");
    }
}

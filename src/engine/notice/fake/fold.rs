//! Text as rules compare it: lower case, without accents, hyphens, invisible characters and disguises.
//!
//! Who dresses phishing as a notice writes `Pаssword` with a Cyrillic letter, puts a soft hyphen into
//! `mail­box`, or leaves out every accent. The tables are folded by the same function, so they are written
//! as the language writes.

use crate::engine::lookalike::{lookalike, plain};
use crate::engine::words::{clip, even_words, is};

/// Folded text with the way back to the text that it was made of.
pub(super) struct Folded {
    /// The folded words, single blanks between them.
    pub(super) text: String,
    /// Whether words beyond `most` were left out.
    pub(super) cut: bool,
    /// Where the distance of a word to its place in the original changes: the places in `text` and there.
    runs: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds at most `max` bytes of `original` to at most `most` bytes and a word.
    pub(super) fn of(original: &str, max: usize, most: usize) -> Folded {
        let original = clip(original, max);
        let mut runs = Vec::new();
        let (text, cut) = folded(original, most, |made, place| runs.push((made, place)));
        Folded { text, cut, runs }
    }

    /// Where the word that holds byte `offset` of the folded text begins in the original.
    pub(super) fn original(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(&self.text).as_bytes();
        let begin = memchr::memrchr(b' ', before).map_or(0, |blank| blank + 1);
        let run = self.runs.partition_point(|(made, _)| *made <= begin).checked_sub(1);
        run.and_then(|i| self.runs.get(i)).map_or(0, |(made, place)| place + (begin - made))
    }
}

/// Folds a phrase of a table.
pub(super) fn fold(text: &str) -> String {
    folded(text, usize::MAX, |_, _| ()).0
}

/// The words of `original`, folded, to at most `most` bytes and a word, and whether there are more; `moved` hears of
/// each word whose distance to its place in the original is another than that of the word before it.
fn folded(original: &str, most: usize, mut moved: impl FnMut(usize, usize)) -> (String, bool) {
    // A blank stands behind each word, the last one too, until all are made.
    let mut text: Vec<u8> = Vec::with_capacity(original.len().min(most) + 16);
    let (mut at, mut distance, mut cut) = (0, None, false);
    while let Some(Word { range, next, plain }) = word(original, at) {
        let (made, place) = (text.len(), range.start);
        if made.saturating_sub(1) > most {
            cut = true;
            break;
        }
        let word = original.get(range).unwrap_or_default();
        at = next;
        match plain {
            true => {
                // As many as stand with one blank between each and the next are taken together.
                let rest = original.as_bytes().get(place..).unwrap_or_default();
                let room = rest.get(..most.saturating_sub(made)).unwrap_or(rest);
                let even = even_words(room, rest.get(room.len()), |eight| is(eight, b'-') | is(eight, b':'));
                let length = even.max(word.len());
                text.extend_from_slice(rest.get(..length).unwrap_or_default());
                at = place + length;
            }
            // An address of the web says nothing in words, whatever words stand in it.
            false if is_web_address(word) => {}
            false => fold_word(word, &mut text),
        }
        if text.len() > made {
            let now = place.wrapping_sub(made);
            if distance.replace(now) != Some(now) {
                moved(made, place);
            }
            text.push(b' ');
        }
    }
    text.pop();
    for byte in &mut text {
        *byte = if matches!(*byte, 9..=13) { b' ' } else { byte.to_ascii_lowercase() };
    }
    (String::from_utf8(text).unwrap_or_default(), cut)
}

/// Whether `://` stands in a word.
fn is_web_address(word: &str) -> bool {
    word.len() > 5
        && memchr::memchr_iter(b':', word.as_bytes())
            .any(|at| word.as_bytes().get(at + 1..at + 3) == Some(b"//"))
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

fn fold_word(word: &str, text: &mut Vec<u8>) {
    if word.is_ascii() {
        let bytes = word.as_bytes();
        let is_word =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let between = |at: usize| is_word(at.checked_sub(1)) && is_word(Some(at + 1));
        let kept = bytes.iter().enumerate().filter(|(at, byte)| **byte != b'-' || !between(*at));
        return text.extend(kept.map(|(_, byte)| *byte));
    }
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if is_folded(c) {
            out.push(c);
            continue;
        }
        for c in plain(c).to_lowercase() {
            push_base(c, &mut out);
        }
    }
    if out.contains('-') {
        out = without_hyphens(&out);
    }
    let latin = out.bytes().any(|b| b.is_ascii_alphabetic());
    if latin && out.chars().any(|c| lookalike(c).is_some()) {
        out = out.chars().map(|c| lookalike(c).unwrap_or(c)).collect();
    }
    text.extend_from_slice(out.as_bytes());
}

/// Whether a letter is of one of the scripts that know neither case nor accents, Chinese, Japanese and Korean, or a
/// plain small one of Cyrillic: the tables have nothing to say of it.
fn is_folded(c: char) -> bool {
    matches!(c, 'а'..='я' | '\u{3041}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_folded_one_by_one_wherever_they_stand(
            text in "(x{0,300}[a-cA \n:/é\u{ad}\u{a0}-]{0,80}){0,3}",
            most in 0_usize..400,
        ) {
            let (mut wanted, mut places, mut cut) = (String::new(), Vec::new(), false);
            for original in text.split_whitespace().filter(|word| !is_web_address(word)) {
                let mut word = Vec::new();
                fold_word(original, &mut word);
                let word = String::from_utf8(word).unwrap().to_ascii_lowercase();
                cut |= wanted.len() > most;
                if cut || word.is_empty() {
                    continue;
                }
                let blank = if wanted.is_empty() { "" } else { " " };
                wanted.push_str(blank);
                places.push((wanted.len(), original.as_ptr() as usize - text.as_ptr() as usize));
                wanted.push_str(&word);
            }
            let folded = Folded::of(&text, usize::MAX, most);
            prop_assert_eq!(&folded.text, &wanted);
            for (made, place) in places {
                prop_assert_eq!(folded.original(made), place);
                prop_assert_eq!(folded.original(made + 1), place);
            }
        }
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for c in ('\0'..=char::MAX).filter(|c| is_folded(*c)) {
            let mut out = String::new();
            push_base(c, &mut out);
            assert!(plain(c) == c && c.to_lowercase().eq([c]) && out.chars().eq([c]), "{c}");
        }
    }

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

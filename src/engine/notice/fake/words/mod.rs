//! What phishing dressed as a notice says, by language.
//!
//! A [`Language`] is a table. A topic is told by a *thing* and a *state* of it that stand near each other
//! (`mailbox` and `full`), in either order, so that a row covers many wordings; what such mail wants, how it
//! presses, and under which names it comes are lists of words. Adding a language is one entry in
//! [`LANGUAGES`]; write it as the language is written, accents included.
//!
//! A word begins where a word begins and may go on (`quarantin` meets `quarantined`); `$` at its end wants
//! the word to end there, `~` at its start lets it begin inside a word (compounds). Scripts that write no
//! blanks between words, or glue particles before them, need neither.

mod asian;
mod baltic;
mod eastern;
mod english;
mod farther;
pub(super) mod greetings;
mod northern;
mod rows;
pub(super) mod secrets;
mod southern;
mod western;

use std::ops::Range;
use std::sync::OnceLock;

use super::fold::fold;
use crate::engine::anyof::AnyOf;
use crate::engine::lexicon::{Begins, Found, Lexicon};
use rows::Rows;

/// What such mail speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    /// Mail is held back, pending or in quarantine.
    Held,
    /// Mail was not delivered.
    Failed,
    /// The mailbox is full.
    Full,
    /// The password of the mail account expires.
    Password,
    /// The mail account is about to be closed.
    Closed,
    /// The mailbox or its server must be upgraded or validated.
    Upgrade,
}

impl Topic {
    /// In words that end "It speaks of".
    pub(super) fn words(self) -> &'static str {
        match self {
            Topic::Held => "mail that is held back",
            Topic::Failed => "mail that was not delivered",
            Topic::Full => "a mailbox that is full",
            Topic::Password => "a password that expires",
            Topic::Closed => "a mail account that will be closed",
            Topic::Upgrade => "a mailbox that must be updated or confirmed",
        }
    }
}

/// A thing and its state, near each other, tell a topic.
pub(super) struct Row {
    topic: Topic,
    things: &'static [&'static str],
    states: &'static [&'static str],
}

const fn row(topic: Topic, things: &'static [&'static str], states: &'static [&'static str]) -> Row {
    Row { topic, things, states }
}

/// The words of one language.
pub(super) struct Language {
    /// What it speaks of.
    topics: &'static [Row],
    /// What it wants, wherever it stands.
    wish: &'static [&'static str],
    /// What it wants where it stands on a link or button.
    button: &'static [&'static str],
    /// How it presses.
    press: &'static [&'static str],
    /// Names under which it comes: those who run mail servers.
    roles: &'static [&'static str],
    /// What it asks to be sent back or filled in.
    secrets: &'static [&'static str],
}

const LANGUAGES: &[&[Language]] = &[
    english::TABLE,
    western::TABLE,
    northern::TABLE,
    eastern::TABLE,
    southern::TABLE,
    baltic::TABLE,
    asian::TABLE,
    farther::TABLE,
];

/// What a word of the tables is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A thing of the numbered row.
    Thing(usize),
    /// A state of the numbered row.
    State(usize),
    Wish,
    Button,
    Press,
    Role,
    Secret,
}

/// A word of the tables, its marks read.
#[derive(Default)]
struct Word {
    whole: bool,
    inside: bool,
    /// The rows of which it is a thing, and those of which it is a state.
    things: Rows,
    states: Rows,
    /// What else it is for.
    uses: Vec<Use>,
}

impl Word {
    fn add(&mut self, what: Use) {
        match what {
            Use::Thing(row) => self.things.add(row),
            Use::State(row) => self.states.add(row),
            other => self.uses.push(other),
        }
    }

    fn is_of_row(&self) -> bool {
        !(self.things.is_empty() && self.states.is_empty())
    }
}

/// Words that may begin inside one. There are few, so that a look whether any stands in a text comes first.
struct Inside {
    lexicon: Lexicon,
    ascii: AnyOf,
    /// A byte of each of the others that is no ASCII.
    others: Vec<u8>,
}

impl Inside {
    /// Makes it of words by their place; the empty one is never found.
    fn new<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Inside {
        let ascii = AnyOf::new(words.clone().filter(|word| word.is_ascii()));
        let mut others: Vec<u8> =
            words.clone().filter_map(|word| word.bytes().find(|byte| !byte.is_ascii())).collect();
        others.sort_unstable();
        others.dedup();
        Inside { lexicon: Lexicon::new(Begins::Anywhere, words), ascii, others }
    }

    /// Those in `text`, wherever they begin.
    fn find(&self, text: &str) -> Vec<Found> {
        let may_hold = |byte: &u8| memchr::memchr(*byte, text.as_bytes()).is_some();
        if !text.is_ascii() && self.others.iter().any(may_hold) {
            return self.lexicon.find(text).collect();
        }
        let starts = std::iter::successors(self.ascii.first(text, 0), |at| self.ascii.first(text, at + 1));
        starts.flat_map(|at| self.lexicon.find_at(text, at)).collect()
    }
}

struct Book {
    /// Words that begin where words begin, by their place in `words`.
    free: Lexicon,
    inside: Inside,
    words: Vec<Word>,
    topics: Vec<Topic>,
}

fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        let mut patterns: Vec<String> = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut places: std::collections::HashMap<(String, bool, bool), usize> =
            std::collections::HashMap::new();
        let mut add = |written: &str, what: Use| {
            let (bare, inside) = written.strip_prefix('~').map_or((written, false), |w| (w, true));
            let (bare, whole) = bare.strip_suffix('$').map_or((bare, false), |w| (w, true));
            let key = (fold(bare), inside, whole);
            let place = *places.entry(key.clone()).or_insert_with(|| {
                patterns.push(key.0);
                words.push(Word { whole, inside, ..Word::default() });
                words.len() - 1
            });
            if let Some(word) = words.get_mut(place) {
                word.add(what);
            }
        };
        let mut topics = Vec::new();
        for language in LANGUAGES.iter().flat_map(|l| l.iter()) {
            for row in language.topics {
                let number = topics.len();
                topics.push(row.topic);
                row.things.iter().for_each(|w| add(w, Use::Thing(number)));
                row.states.iter().for_each(|w| add(w, Use::State(number)));
            }
            language.wish.iter().for_each(|w| add(w, Use::Wish));
            language.button.iter().for_each(|w| add(w, Use::Button));
            language.press.iter().for_each(|w| add(w, Use::Press));
            language.roles.iter().for_each(|w| add(w, Use::Role));
            language.secrets.iter().for_each(|w| add(w, Use::Secret));
        }
        // An empty phrase keeps a place and is never found.
        let those = |inside: bool| {
            patterns.iter().zip(&words).map(move |(p, w)| if w.inside == inside { p.as_str() } else { "" })
        };
        let free = Lexicon::new(Begins::AtWords, those(false));
        let inside = Inside::new(those(true));
        Book { free, inside, words, topics }
    })
}

/// What was found in a folded text.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// Whether any word of the tables stands in it.
    pub(super) any: bool,
    /// Each topic once, with the place where thing and state stand.
    pub(super) topics: Vec<(Topic, Range<usize>)>,
    /// The first word that wants something.
    pub(super) wish: Option<Range<usize>>,
    /// The first word that wants something on a button.
    pub(super) button: Option<Range<usize>>,
    /// The first word that presses.
    pub(super) press: Option<Range<usize>>,
    /// The first name of one who runs mail servers.
    pub(super) role: Option<Range<usize>>,
    /// Different words for what is asked to be sent back.
    pub(super) secrets: Vec<Range<usize>>,
}

/// How far apart thing and state may stand, in bytes of folded text.
const NEAR: usize = 64;

/// Words of rows that are kept where they stand, and different words of other lists.
const MAX_PLACES: usize = 2_000;
const MAX_WORDS: usize = 64;

/// Looks the words of every language up in folded text.
pub(super) fn search(text: &str) -> Hits {
    let mut hits = Hits::default();
    let book = book();
    // Words of rows where they stand, and the rows of which a thing and a state stand anywhere.
    let mut met: Vec<(&Word, Range<usize>)> = Vec::new();
    let (mut things, mut states) = (Rows::default(), Rows::default());
    for found in book.free.find(text).chain(book.inside.find(text)) {
        let Some(word) = book.words.get(found.phrase) else { continue };
        let range = found.start..found.end;
        if !stands_free(text, &range, word) {
            continue;
        }
        hits.any = true;
        if word.is_of_row() && met.len() < MAX_PLACES {
            things.add_all(&word.things);
            states.add_all(&word.states);
            met.push((word, range.clone()));
        }
        for what in &word.uses {
            match what {
                Use::Thing(_) | Use::State(_) => {}
                Use::Wish => drop(hits.wish.get_or_insert_with(|| range.clone())),
                Use::Button => drop(hits.button.get_or_insert_with(|| range.clone())),
                Use::Press => drop(hits.press.get_or_insert_with(|| range.clone())),
                Use::Role => drop(hits.role.get_or_insert_with(|| range.clone())),
                Use::Secret => {
                    let same = |r: &Range<usize>| text.get(r.clone()) == text.get(range.clone());
                    if hits.secrets.len() < MAX_WORDS && !hits.secrets.iter().any(same) {
                        hits.secrets.push(range.clone());
                    }
                }
            }
        }
    }
    let told = things.common(&states);
    if !told.is_empty() {
        hits.topics = topics(text, &told, &met);
    }
    hits
}

/// The topics of those of the rows `told` whose thing and state stand near each other, each topic once.
fn topics(text: &str, told: &Rows, met: &[(&Word, Range<usize>)]) -> Vec<(Topic, Range<usize>)> {
    let mut places: Vec<Place> = Vec::new();
    for (word, range) in met {
        for (rows, thing) in [(&word.things, true), (&word.states, false)] {
            places.extend(rows.common(told).iter().map(|row| Place { row, thing, range: range.clone() }));
        }
    }
    places.sort_by_key(|place| (place.row, place.range.start));
    let mut topics: Vec<(Topic, Range<usize>)> = Vec::new();
    for of_row in places.chunk_by(|a, b| a.row == b.row) {
        let Some(topic) = of_row.first().and_then(|place| book().topics.get(place.row)) else { continue };
        if topics.iter().any(|(t, _)| t == topic) {
            continue;
        }
        let pair = of_row.iter().filter(|p| p.thing).find_map(|thing| {
            let states = of_row.iter().filter(|p| !p.thing);
            states
                .map(|state| (&thing.range, &state.range))
                .find(|(a, b)| near(text, a, b))
                .map(|(a, b)| a.start.min(b.start)..a.end.max(b.end))
        });
        topics.extend(pair.map(|span| (*topic, span)));
    }
    topics
}

/// Whether a sentence ends in `text`; a point after a short word is an abbreviation's.
fn ends_sentence(text: &str) -> bool {
    let point = |at: usize| {
        let word = text.get(..at).and_then(|t| t.rsplit(' ').next()).unwrap_or_default();
        word.is_empty() || word.chars().count() > 3
    };
    text.match_indices(". ").any(|(at, _)| point(at))
        || ["! ", "? ", "。"].iter().any(|end| text.contains(end))
}

/// Whether two words stand near each other in one sentence.
fn near(text: &str, a: &Range<usize>, b: &Range<usize>) -> bool {
    let (from, to) = (a.end.min(b.end), a.start.max(b.start));
    to.saturating_sub(from) <= NEAR && text.get(from..to).is_none_or(|between| !ends_sentence(between))
}

/// A word of a row where it stands.
struct Place {
    row: usize,
    thing: bool,
    range: Range<usize>,
}

/// Whether a found word begins (and, where it must, ends) at the edge of a word.
fn stands_free(text: &str, range: &Range<usize>, word: &Word) -> bool {
    let glued = |c: char| {
        // Chinese, Japanese, Korean; Hebrew and Arabic glue particles before words.
        u32::from(c) >= 0x2e80 || (0x0590..0x0780).contains(&u32::from(c))
    };
    let first = text.get(range.start..).and_then(|t| t.chars().next());
    let before = text.get(..range.start).and_then(|t| t.chars().next_back());
    let starts = word.inside
        || first.is_some_and(|c| glued(c) || !c.is_alphanumeric())
        || before.is_none_or(|c| !c.is_alphanumeric() || glued(c));
    let after = text.get(range.end..).and_then(|t| t.chars().next());
    starts && (!word.whole || after.is_none_or(|c| !c.is_alphanumeric() || glued(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(text: &str) -> Vec<Topic> {
        search(&fold(text)).topics.into_iter().map(|(t, _)| t).collect()
    }

    #[test]
    fn a_thing_and_its_state_make_a_topic_where_they_stand_together() {
        assert_eq!(topics("Your mailbox is almost full"), [Topic::Full]);
        assert_eq!(topics("FULL: your e-mail storage"), [Topic::Full]);
        assert_eq!(topics("I painted the mailbox. The moon was full"), []);
        assert_eq!(
            topics("the mailbox that my grandfather painted in nineteen sixty-six has a fully red flag"),
            []
        );
    }

    #[test]
    fn every_row_can_be_met_and_no_word_is_empty() {
        assert_eq!(book().topics.len(), rows::ROWS);
        for language in LANGUAGES.iter().flat_map(|l| l.iter()) {
            for row in language.topics {
                for thing in row.things {
                    for state in row.states {
                        let clean = |w: &str| w.trim_start_matches('~').trim_end_matches('$').to_owned();
                        let text = format!("{} {}", clean(thing), clean(state));
                        assert!(topics(&text).contains(&row.topic), "{text}");
                    }
                }
            }
            for list in [language.wish, language.button, language.press, language.roles, language.secrets] {
                for word in list {
                    assert!(fold(word.trim_matches(['~', '$'])).chars().count() >= 2, "{word}");
                }
            }
        }
    }
}

//! What servers say in words, in any language.
//!
//! A phrase is matched without regard to case, with runs of white space as one blank; `*` stands
//! for anything in between, within 80 bytes. Groups stand in order of precedence: where two phrases of
//! the same sureness are heard, the earlier group wins. A phrase belongs here when more than one server
//! version or installation says it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::super::flat::flat;
use super::{Reason, provider};
use crate::engine::lexicon::{Begins, Found, Lexicon};
use crate::engine::words::{clip, find_near};

mod likely;
mod others;
mod sure;

/// What was heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard {
    pub(super) reason: Reason,
    /// Whether the phrase leaves no doubt, whatever the codes say.
    pub(super) sure: bool,
}

/// Phrases with one meaning.
pub(super) struct Group {
    pub(super) reason: Reason,
    /// Whether they outweigh a status code.
    pub(super) sure: bool,
    pub(super) phrases: &'static [&'static str],
}

/// How far apart the two sides of a `*` may stand, in bytes.
const GAP: usize = 80;

/// What a phrase of the lexicon is to who hears it.
enum Meaning {
    /// Words of one of the groups: their rank (lower is better), what they mean, and the place in [`Ear::pieces`] of what
    /// follows after `*`.
    Words(u16, Heard, u16),
    /// A code that its provider documents, by its place in the table of `provider`.
    Code(u16),
    /// The server refused the sender's address.
    AtSender,
    /// The word that [`names_spam`] looks for.
    Spam,
}

/// Words of a server that refused the sender's address: what it does not know is not the recipient.
const AT_SENDER: &[&str] =
    &["after mail from", "reply to mail from", "sender verify failed", "verification failed for <"];

/// All that is asked of a server's words, so that they are gone through once.
struct Ear {
    lexicon: Lexicon,
    /// For each phrase of the lexicon; small, since a text asks for many.
    meanings: Vec<Meaning>,
    /// Nothing first: most phrases have no `*`.
    pieces: Vec<Vec<&'static str>>,
}

fn ear() -> &'static Ear {
    static EAR: OnceLock<Ear> = OnceLock::new();
    EAR.get_or_init(|| {
        let mut firsts: Vec<Cow<'_, str>> = Vec::new();
        let mut meanings = Vec::new();
        let mut more = vec![Vec::new()];
        let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let groups = sure::SURE.iter().chain(others::GROUPS.iter()).chain(likely::LIKELY.iter());
        for (rank, group) in groups.enumerate() {
            for phrase in group.phrases {
                let mut pieces = phrase.split('*');
                firsts.push(pieces.next().unwrap_or_default().into());
                let heard = Heard { reason: group.reason, sure: group.sure };
                let rest: Vec<&str> = pieces.collect();
                let place = if rest.is_empty() { 0 } else { more.len() };
                meanings.push(Meaning::Words(small(rank), heard, small(place)));
                if place > 0 {
                    more.push(rest);
                }
            }
        }
        for (place, code) in provider::codes().enumerate() {
            firsts.push(code.to_ascii_lowercase().into());
            meanings.push(Meaning::Code(small(place)));
        }
        for mark in AT_SENDER {
            firsts.push((*mark).into());
            meanings.push(Meaning::AtSender);
        }
        firsts.push("spam".into());
        meanings.push(Meaning::Spam);
        let phrases = firsts.iter().map(|first| first.as_bytes());
        Ear { lexicon: Lexicon::new(Begins::Anywhere, phrases), meanings, pieces: more }
    })
}

/// A phrase where it stands.
struct Hit {
    span: Range<usize>,
    rank: u16,
    heard: Heard,
}

/// Phrases of one text that are weighed.
const MAX_HITS: usize = 200;

/// What a text says in words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// What a code means that its provider documents.
    pub(super) code: Option<Reason>,
    /// The best phrase; not asked for where such a code says it.
    pub(super) heard: Option<Heard>,
    /// Whether the word stands there that [`names_spam`] looks for.
    pub(super) spam: bool,
    /// Whether the server speaks of the sender's address.
    pub(super) at_sender: bool,
}

/// Hears what `text` says. The best phrase is one that stands in no longer one, which says nothing of its own then; that
/// time ran out says less than what went wrong until then.
pub(super) fn hear(text: &str) -> Said {
    let plain = flat(text);
    let mut all = Phrases::default();
    all.take(&plain, ear().lexicon.find(&plain));
    let (spam, code) = (all.spam, all.code.and_then(|place| provider::reason(usize::from(place))));
    let at_sender = all.at_sender;
    if code.is_some() {
        return Said { code, heard: None, spam, at_sender };
    }
    let bare = without_codes(&plain).and_then(|bare| bare.best_unless_in(&all));
    let best = [all.best(), bare].into_iter().flatten().min_by_key(order);
    let heard = best.map(|hit| match hit.heard.reason {
        Reason::MailboxUnknown | Reason::HostUnknown if at_sender => {
            Heard { reason: Reason::BlockedSender, sure: true }
        }
        _ => hit.heard,
    });
    Said { code, heard, spam, at_sender }
}

fn push_word(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// Better first.
fn order(hit: &Hit) -> (bool, u16) {
    (hit.heard.reason == Reason::Expired, hit.rank)
}

/// The phrases of a text.
#[derive(Default)]
struct Phrases {
    hits: Vec<Hit>,
    /// The first code in the table of `provider`.
    code: Option<u16>,
    at_sender: bool,
    spam: bool,
}

impl Phrases {
    /// Takes in what the lexicon found in `text`.
    fn take(&mut self, text: &str, found: impl Iterator<Item = Found>) {
        let ear = ear();
        for found in found {
            match ear.meanings.get(found.phrase) {
                Some(Meaning::Words(rank, heard, place)) if self.hits.len() < MAX_HITS => {
                    let rest = ear.pieces.get(usize::from(*place)).map_or(&[][..], Vec::as_slice);
                    if let Some(end) = follow(text, found.end, rest) {
                        self.hits.push(Hit { span: found.start..end, rank: *rank, heard: *heard });
                    }
                }
                Some(Meaning::Code(place)) if provider::stands_alone(text, found.start..found.end) => {
                    self.code = Some(self.code.map_or(*place, |first| first.min(*place)));
                }
                Some(Meaning::AtSender) => self.at_sender = true,
                Some(Meaning::Spam) => self.spam = true,
                _ => {}
            }
        }
    }

    fn best(self) -> Option<Hit> {
        let hits = &self.hits;
        let inside = |hit: &Hit| {
            hits.iter().any(|other| {
                other.span.start <= hit.span.start
                    && hit.span.end <= other.span.end
                    && other.span.len() > hit.span.len()
            })
        };
        let best = hits.iter().enumerate().filter(|(_, hit)| !inside(hit)).min_by_key(|(_, hit)| order(hit));
        let place = best?.0;
        self.hits.into_iter().nth(place)
    }
}

/// A text without the codes inside its sentences.
struct Bare {
    text: String,
    /// Where in it codes stood, and where they end in the whole text, if they stood in one place only.
    together: Option<(usize, usize)>,
}

impl Bare {
    /// The best phrase; `None` where the phrases are those of the whole text, `whole`: most replies have their codes at
    /// the beginning, and no phrase before what follows.
    fn best_unless_in(&self, whole: &Phrases) -> Option<Hit> {
        if let Some((at, behind)) = self.together
            && whole.hits.iter().all(|hit| hit.span.start >= behind)
        {
            let mut before = Phrases::default();
            before.take(&self.text, (0..at).flat_map(|at| ear().lexicon.find_at(&self.text, at)));
            if before.hits.is_empty() {
                return None;
            }
        }
        let mut all = Phrases::default();
        all.take(&self.text, ear().lexicon.find(&self.text));
        all.best()
    }
}

/// The words without the codes inside a sentence that replies of several lines have (`550-5.1.1 the
/// account 550-5.1.1 that you ...`); `None` where there are none.
fn without_codes(plain: &str) -> Option<Bare> {
    if !has_code_inside(plain) {
        return None;
    }
    let mut text = String::with_capacity(plain.len());
    let mut together: Option<(usize, usize)> = None;
    let mut apart = false;
    let mut at = 0;
    for end in memchr::memchr_iter(b' ', plain.as_bytes()).chain([plain.len()]) {
        let word = plain.get(at..end)?;
        if at > 0 && is_code(word) {
            apart |= together.is_some_and(|(_, behind)| behind + 1 != at);
            together = Some((together.map_or(text.len(), |(from, _)| from), end));
        } else {
            push_word(&mut text, word);
        }
        at = end + 1;
    }
    Some(Bare { text, together: together.filter(|_| !apart) })
}

/// Whether one of the words behind the first is a code.
fn has_code_inside(plain: &str) -> bool {
    let bytes = plain.as_bytes();
    let fits = |byte: Option<&u8>| byte.is_none_or(|b| matches!(b, b'0'..=b'9' | b'-' | b'.' | b' '));
    memchr::memchr2_iter(b'-', b'.', bytes).any(|at| {
        // Most end a sentence or join two words.
        if !(fits(at.checked_sub(1).and_then(|before| bytes.get(before))) && fits(bytes.get(at + 1))) {
            return false;
        }
        let blank = memchr::memrchr(b' ', bytes.get(..at).unwrap_or_default());
        let rest = bytes.get(at..).unwrap_or_default();
        let end = at + memchr::memchr(b' ', rest).unwrap_or(rest.len());
        blank.and_then(|blank| plain.get(blank + 1..end)).is_some_and(is_code)
    })
}

/// Whether a word is a status (`5.1.1`), or a reply code that another line of the reply follows (`550-`).
fn is_code(word: &str) -> bool {
    let all_of = |mark: u8| word.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == mark);
    let reply =
        word.bytes().take_while(u8::is_ascii_digit).count() == 3 && word.as_bytes().get(3) == Some(&b'-');
    reply && all_of(b'-') || all_of(b'.') && word.bytes().filter(|b| *b == b'.').count() == 2
}

/// Whether the word itself stands there: alone (`Probable SPAM block`), or as a part of a rule's name
/// (`MCSpamSignature`). In addresses, hosts and links it says where to complain, no more.
pub(super) fn names_spam(text: &str) -> bool {
    /// What servers give as the purpose of any of their rules.
    const PURPOSES: &[&str] =
        &["amount of", "reduce", "prevent", "stop", "fight", "against", "avoid", "report"];
    let lower = text.to_ascii_lowercase();
    let mut places =
        lower.match_indices("spam").map(|(at, _)| lower.get(..at).unwrap_or_default()).peekable();
    if places.peek().is_none()
        || places.any(|before| {
            before.strip_suffix(' ').is_some_and(|before| PURPOSES.iter().any(|word| before.ends_with(word)))
        })
    {
        return false;
    }
    text.split(|c: char| c.is_whitespace() || "()[]{}<>\"',;!?=|".contains(c)).any(|word| {
        let word = word.trim_matches(['.', ':', '-', '*', '#']);
        let place = word.contains(['@', '/']) || word.contains('.') && word.len() > "spam.".len();
        let lower = word.to_ascii_lowercase();
        !place && lower.contains("spam") && !["nospam", "non-spam"].iter().any(|not| lower.contains(not))
    })
}

/// Where `pieces` end that follow each other in `text` from `at` on, each within [`GAP`].
fn follow(text: &str, mut at: usize, pieces: &[&str]) -> Option<usize> {
    for piece in pieces {
        let window = clip(text.get(at..).unwrap_or_default(), GAP + piece.len());
        at += find_near(window, piece)? + piece.len();
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_heard_as_what_its_group_says() {
        let mut wrong = Vec::new();
        for group in sure::SURE.iter().chain(others::GROUPS).chain(likely::LIKELY) {
            for phrase in group.phrases {
                let said = format!("so {} it", phrase.replace('*', " something "));
                let heard = hear(&said).heard.unwrap_or_else(|| panic!("{phrase} is not heard"));
                if heard.reason != group.reason && !heard.sure {
                    wrong.push(format!("{phrase}: {:?}, not {:?}", heard.reason, group.reason));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_codes_interrupt_is_heard_as_if_all_of_it_was_read_again() {
        for group in sure::SURE.iter().chain(others::GROUPS).chain(likely::LIKELY) {
            for phrase in group.phrases {
                let words = phrase.replace('*', " something ");
                let (before, after) = words.split_once(' ').unwrap_or((&words, ""));
                for said in [
                    format!("550 5.1.1 {words}"),
                    format!("{before} 5.1.1 550- {after}"),
                    format!("550-5.1.1 {before} 550-5.1.1 {after} 550-5.1.1 x"),
                ] {
                    let plain = flat(&said);
                    let mut whole = Phrases::default();
                    whole.take(&plain, ear().lexicon.find(&plain));
                    let bare = without_codes(&plain).unwrap();
                    let mut again = Phrases::default();
                    again.take(&bare.text, ear().lexicon.find(&bare.text));
                    let quick = bare.best_unless_in(&whole);
                    let first = whole.best().map(|hit| order(&hit));
                    let [quick, slow] = [quick, again.best()].map(|hit| hit.map(|hit| order(&hit)));
                    let best = |other| [first, other].into_iter().flatten().min();
                    assert_eq!(best(quick), best(slow), "{said}");
                }
            }
        }
    }

    #[test]
    fn the_word_spam_is_no_part_of_an_address() {
        for text in ["Spam email.", "probably spam", "(spam)", "MailMarshal SpamProfiler", "x=SPAM"] {
            assert!(names_spam(text), "{text}");
        }
        for text in [
            "write to spam@example.org",
            "see http://spam.example.org/",
            "mx.spam.example.org",
            "to reduce the amount of spam, this was blocked",
            "ham",
        ] {
            assert!(!names_spam(text), "{text}");
        }
    }

    #[test]
    fn codes_inside_a_sentence_are_taken_out() {
        for (text, bare) in [
            ("550-5.1.1 the account 550-5.1.1 that 5.1.1 you", Some("550-5.1.1 the account that you")),
            ("the 550-account 550-x is well-known.", None),
            ("x 550-", Some("x")),
            ("x 550-5 .. y", Some("x y")),
            ("5.1.1", None),
            ("", None),
        ] {
            assert_eq!(without_codes(text).map(|bare| bare.text).as_deref(), bare, "{text}");
        }
    }

    #[test]
    fn phrases_are_written_as_they_are_matched() {
        for group in sure::SURE.iter().chain(others::GROUPS).chain(likely::LIKELY) {
            for phrase in group.phrases {
                assert_eq!(*phrase, phrase.to_lowercase());
                assert!(phrase.split('*').next().is_some_and(|p| p.len() > 2), "{phrase} begins too short");
            }
        }
    }
}

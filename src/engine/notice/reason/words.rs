//! What servers say in words, in any language.
//!
//! A phrase is matched without regard to case, with runs of white space as one blank; `*` stands
//! for anything in between, within 80 bytes. Groups stand in order of precedence: where two phrases of
//! the same sureness are heard, the earlier group wins. A phrase belongs here when more than one server
//! version or installation says it.

use std::ops::Range;
use std::sync::OnceLock;

use super::super::flat::flat;
use super::super::text::{clip, find_near};
use super::Reason;
use crate::engine::lexicon::{Begins, Lexicon};

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

struct Ear {
    lexicon: Lexicon,
    /// For each phrase of the lexicon: rank (lower is better), what it means, what follows after `*`.
    meanings: Vec<(usize, Heard, Vec<&'static str>)>,
}

fn ear() -> &'static Ear {
    static EAR: OnceLock<Ear> = OnceLock::new();
    EAR.get_or_init(|| {
        let mut firsts = Vec::new();
        let mut meanings = Vec::new();
        let groups = sure::SURE.iter().chain(others::GROUPS.iter()).chain(likely::LIKELY.iter());
        for (rank, group) in groups.enumerate() {
            for phrase in group.phrases {
                let mut pieces = phrase.split('*');
                firsts.push(pieces.next().unwrap_or_default());
                let heard = Heard { reason: group.reason, sure: group.sure };
                meanings.push((rank, heard, pieces.collect()));
            }
        }
        Ear { lexicon: Lexicon::new(Begins::Anywhere, &firsts), meanings }
    })
}

/// A phrase where it stands.
struct Hit {
    span: Range<usize>,
    rank: usize,
    heard: Heard,
}

/// Phrases of one text that are weighed.
const MAX_HITS: usize = 200;

/// The best phrase in `text`, if one is known: a phrase inside a longer one says nothing of its own, and
/// that time ran out says less than what went wrong until then.
pub(super) fn hear(text: &str) -> Option<Heard> {
    let plain = flat(text);
    let best = [best_hit(&plain), without_codes(&plain).and_then(|bare| best_hit(&bare))];
    best.into_iter().flatten().min_by_key(order).map(|hit| hit.heard)
}

fn push_word(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// Better first.
fn order(hit: &Hit) -> (bool, usize) {
    (hit.heard.reason == Reason::Expired, hit.rank)
}

fn best_hit(text: &str) -> Option<Hit> {
    let ear = ear();
    let mut hits: Vec<Hit> = Vec::new();
    for found in ear.lexicon.find(text) {
        let Some((rank, heard, rest)) = ear.meanings.get(found.phrase) else { continue };
        let Some(end) = follow(text, found.end, rest) else { continue };
        hits.push(Hit { span: found.start..end, rank: *rank, heard: *heard });
        if hits.len() == MAX_HITS {
            break;
        }
    }
    let inside = |hit: &Hit| {
        hits.iter().any(|other| {
            other.span.start <= hit.span.start
                && hit.span.end <= other.span.end
                && other.span.len() > hit.span.len()
        })
    };
    let best = hits.iter().enumerate().filter(|(_, hit)| !inside(hit)).min_by_key(|(_, hit)| order(hit));
    let place = best?.0;
    hits.into_iter().nth(place)
}

/// The words without the codes inside a sentence that replies of several lines have (`550-5.1.1 the
/// account 550-5.1.1 that you ...`); `None` where there are none.
fn without_codes(plain: &str) -> Option<String> {
    if !has_code_inside(plain) {
        return None;
    }
    let mut out = String::with_capacity(plain.len());
    let (first, inside) = plain.split_once(' ')?;
    let kept = inside.split(' ').filter(|word| !is_code(word));
    std::iter::once(first).chain(kept).for_each(|word| push_word(&mut out, word));
    Some(out)
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
        let (before, rest) = (plain.get(..at).unwrap_or_default(), plain.get(at..).unwrap_or_default());
        let end = at + rest.find(' ').unwrap_or(rest.len());
        before.rfind(' ').and_then(|blank| plain.get(blank + 1..end)).is_some_and(is_code)
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
    let named =
        |at: usize| text.as_bytes().get(at..at + 4).is_some_and(|word| word.eq_ignore_ascii_case(b"spam"));
    if !memchr::memchr2_iter(b's', b'S', text.as_bytes()).any(named) {
        return false;
    }
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
                let heard = hear(&said).unwrap_or_else(|| panic!("{phrase} is not heard"));
                if heard.reason != group.reason && !heard.sure {
                    wrong.push(format!("{phrase}: {:?}, not {:?}", heard.reason, group.reason));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
            assert_eq!(without_codes(text).as_deref(), bare, "{text}");
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

//! What servers say in words, in any language.
//!
//! A phrase is matched without regard to ASCII case, with runs of white space as one blank; `*` stands
//! for anything in between, within 80 bytes. Groups stand in order of precedence: where two phrases of
//! the same sureness are heard, the earlier group wins. A phrase belongs here when more than one server
//! version or installation says it.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Reason;

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
    automaton: AhoCorasick,
    /// For each pattern of the automaton: rank (lower is better), what it means, what follows after `*`.
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
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&firsts)
            .unwrap_or_else(|_| AhoCorasick::new([""; 0]).unwrap_or_else(|_| unreachable!()));
        Ear { automaton, meanings }
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

/// The best phrase in `text`, if one is known: a phrase inside a longer one says nothing of its own.
pub(super) fn hear(text: &str) -> Option<Heard> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let ear = ear();
    let mut hits: Vec<Hit> = Vec::new();
    for found in ear.automaton.find_overlapping_iter(&text) {
        let Some((rank, heard, rest)) = ear.meanings.get(found.pattern().as_usize()) else { continue };
        let Some(end) = follow(&text, found.end(), rest) else { continue };
        hits.push(Hit { span: found.start()..end, rank: *rank, heard: *heard });
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
    hits.iter().filter(|hit| !inside(hit)).min_by_key(|hit| hit.rank).map(|hit| hit.heard)
}

/// Where `pieces` end that follow each other in `text` from `at` on, each within [`GAP`].
fn follow(text: &str, mut at: usize, pieces: &[&str]) -> Option<usize> {
    for piece in pieces {
        let window = super::super::text::clip(text.get(at..).unwrap_or_default(), GAP + piece.len());
        at += window.find(piece)? + piece.len();
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
    fn phrases_are_written_as_they_are_matched() {
        for group in sure::SURE.iter().chain(others::GROUPS).chain(likely::LIKELY) {
            for phrase in group.phrases {
                assert_eq!(*phrase, phrase.to_ascii_lowercase());
                assert!(phrase.split('*').next().is_some_and(|p| p.len() > 2), "{phrase} begins too short");
            }
        }
    }
}

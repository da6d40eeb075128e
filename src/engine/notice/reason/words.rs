//! What servers say in words, in any language.
//!
//! A phrase is matched without regard to ASCII case, with runs of white space as one blank; `*` stands
//! for anything in between, within 80 bytes. Groups stand in order of precedence: where two phrases of
//! the same sureness are heard, the earlier group wins. A phrase belongs here when more than one server
//! version or installation says it.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Reason;

mod english;
mod others;

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
        let groups = english::SURE.iter().chain(others::GROUPS.iter()).chain(english::LIKELY.iter());
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

/// The best phrase in `text`, if one is known.
pub(super) fn hear(text: &str) -> Option<Heard> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let ear = ear();
    let mut best: Option<(usize, Heard)> = None;
    for found in ear.automaton.find_overlapping_iter(&text) {
        let Some((rank, heard, rest)) = ear.meanings.get(found.pattern().as_usize()) else { continue };
        if best.is_some_and(|(r, _)| r <= *rank) || !follows(&text, found.end(), rest) {
            continue;
        }
        best = Some((*rank, *heard));
    }
    best.map(|(_, heard)| heard)
}

/// Whether `pieces` follow each other in `text` from `at` on, each within [`GAP`].
fn follows(text: &str, mut at: usize, pieces: &[&str]) -> bool {
    for piece in pieces {
        let window = super::super::text::clip(text.get(at..).unwrap_or_default(), GAP + piece.len());
        match window.find(piece) {
            Some(offset) => at += offset + piece.len(),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_heard_as_what_its_group_says() {
        for group in english::SURE.iter().chain(others::GROUPS).chain(english::LIKELY) {
            for phrase in group.phrases {
                let said = phrase.replace('*', " something ");
                let heard = hear(&said).unwrap_or_else(|| panic!("{phrase} is not heard"));
                assert!(
                    heard.reason == group.reason || heard.sure,
                    "{phrase} is heard as {:?}, not {:?}",
                    heard.reason,
                    group.reason
                );
            }
        }
    }

    #[test]
    fn phrases_are_written_as_they_are_matched() {
        for group in english::SURE.iter().chain(others::GROUPS).chain(english::LIKELY) {
            for phrase in group.phrases {
                assert_eq!(*phrase, phrase.to_ascii_lowercase());
                assert!(phrase.split('*').next().is_some_and(|p| p.len() > 2), "{phrase} begins too short");
            }
        }
    }
}

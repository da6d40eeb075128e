//! Whether any of a few words stands in a text.
//!
//! What a gate asks of a text, many times over: no meaning, only yes or no, and where to begin. A vectorised
//! search answers where the processor has one, an automaton elsewhere. For hundreds of phrases, and for which of
//! them stands where, there is `lexicon`.

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};

/// Words, ready to be looked for.
#[derive(Debug)]
pub(crate) struct AnyOf(Search);

#[derive(Debug)]
enum Search {
    /// Sixteen or more bytes at once; at most some sixty words.
    Packed(Box<packed::Searcher>),
    Automaton(AhoCorasick),
    /// No words.
    Nothing,
}

impl AnyOf {
    /// Makes the search. An empty word is never found; case and folding are the caller's.
    pub(crate) fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> AnyOf {
        let words: Vec<W> = words.into_iter().filter(|word| !word.as_ref().is_empty()).collect();
        if words.is_empty() {
            return AnyOf(Search::Nothing);
        }
        match packed::Searcher::new(&words) {
            Some(searcher) => AnyOf(Search::Packed(Box::new(searcher))),
            None => {
                let mut leftmost = AhoCorasick::builder();
                let built = leftmost.match_kind(MatchKind::LeftmostFirst).build(&words);
                AnyOf(built.map_or(Search::Nothing, Search::Automaton))
            }
        }
    }

    /// Whether one of the words stands in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.first(text, 0).is_some()
    }

    /// The first place from `from` on at which one of them begins.
    pub(crate) fn first(&self, text: &str, from: usize) -> Option<usize> {
        let rest = Span { start: from, end: text.len() };
        match &self.0 {
            _ if from > text.len() => None,
            Search::Packed(searcher) => searcher.find_in(text, rest).map(|found| found.start()),
            Search::Automaton(automaton) => {
                automaton.find(Input::new(text).span(rest)).map(|found| found.start())
            }
            Search::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_and_many_words_are_found() {
        for count in [1, 40, 400] {
            let words: Vec<String> = (0..count).map(|n| format!("word{n}")).collect();
            let any = AnyOf::new(&words);
            assert!(any.is_in("here stands word0, then another"), "{count}");
            assert!(!any.is_in("here stands a word, then another"), "{count}");
        }
        assert!(!AnyOf::new([""]).is_in("text") && !AnyOf::new::<&str>([]).is_in(""));
    }

    proptest! {
        #[test]
        fn it_answers_as_a_plain_search(
            words in prop::collection::vec("[ab]{1,4}", 1..6),
            text in "[abc]{0,60}",
        ) {
            let any = AnyOf::new(&words);
            let begins = |at: &usize| words.iter().any(|word| text[*at..].starts_with(word.as_str()));
            for from in 0..=text.len() {
                prop_assert_eq!(any.first(&text, from), (from..text.len()).find(begins));
            }
            prop_assert_eq!(any.is_in(&text), words.iter().any(|word| text.contains(word)));
        }
    }
}

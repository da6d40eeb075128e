//! Whether any of a few words stands in a text.
//!
//! What a gate asks of a short text, many times over: no place, no meaning, only yes or no. A vectorised
//! search answers where the processor has one, an automaton elsewhere. For hundreds of phrases, and for where
//! they stand, there is `lexicon`.

use aho_corasick::{AhoCorasick, packed};

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
            None => AnyOf(AhoCorasick::new(&words).map_or(Search::Nothing, Search::Automaton)),
        }
    }

    /// Whether one of the words stands in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        match &self.0 {
            Search::Packed(searcher) => searcher.find(text).is_some(),
            Search::Automaton(automaton) => automaton.is_match(text),
            Search::Nothing => false,
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
            prop_assert_eq!(AnyOf::new(&words).is_in(&text), words.iter().any(|word| text.contains(word)));
        }
    }
}

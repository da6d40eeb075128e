//! Whether a text can name anything that is to be filled in: asked before all words are looked up in it.

use std::sync::LazyLock;

use super::super::fold::fold;
use super::LANGUAGES;
use crate::engine::anyof::AnyOf;

/// Words that one search holds.
const GROUP: usize = 40;

/// Whether a word of a language's `secrets` may stand in `folded` text; where it says no, none does.
pub(in super::super) fn may_stand_in(folded: &str) -> bool {
    static ASCII: LazyLock<Vec<AnyOf>> = LazyLock::new(|| {
        let secrets = LANGUAGES.iter().flat_map(|table| table.iter()).flat_map(|language| language.secrets);
        let mut words: Vec<String> = secrets.map(|word| fold(word.trim_matches(['~', '$']))).collect();
        words.retain(|word| word.is_ascii());
        words.sort();
        words.dedup();
        words.chunks(GROUP).map(AnyOf::new).collect()
    });
    // Other scripts are rare enough that all words are looked up at once.
    !folded.is_ascii() || ASCII.iter().any(|words| words.is_in(folded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_seen() {
        for language in LANGUAGES.iter().flat_map(|table| table.iter()) {
            for word in language.secrets {
                let text = fold(&format!("please fill in {} ____", word.trim_matches(['~', '$'])));
                assert!(may_stand_in(&text), "{word}");
                assert!(!super::super::search(&text).secrets.is_empty(), "{word}");
            }
        }
        assert!(!may_stand_in("the following address failed: 550 no such user"));
    }
}

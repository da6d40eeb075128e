//! Many phrases looked up in one text at once.
//!
//! Rules ask for hundreds of phrases in every text they read, nearly always at the beginning of a word. A
//! [`Lexicon`] is a trie that is entered there only: most words leave it at their second letter, so that a
//! text costs little more than a look at each of its bytes. (An automaton that follows every byte costs
//! three to five times as much with tables of this size.)
//!
//! Uses std only. Phrases and text are compared byte by byte: fold or lower both before.

use std::collections::BTreeMap;

/// Where a phrase may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// Not in the middle of a word of ASCII letters and digits.
    AtWords,
    /// At any byte.
    Anywhere,
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its place among the phrases that the lexicon was made of.
    pub(crate) phrase: usize,
    /// Where it begins in the text.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// A node of the trie: its ways on, and the phrases that end here.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// Its place in [`Lexicon::labels`] and [`Lexicon::targets`], and how many ways on there are.
    ways: u32,
    ways_len: u16,
    /// Its place in [`Lexicon::ends`], and how many phrases end here.
    ends: u32,
    ends_len: u16,
}

/// Phrases, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Lexicon {
    begins: Begins,
    /// The number of a byte among those that are first or second in a phrase; 0 for every other.
    classes: [u8; 256],
    /// How many such numbers there are.
    width: usize,
    /// The node behind two first bytes, by their classes; 0 where no phrase begins so.
    pairs: Vec<u32>,
    nodes: Vec<Node>,
    labels: Vec<u8>,
    targets: Vec<u32>,
    ends: Vec<u32>,
}

#[derive(Default)]
struct Growing {
    ways: BTreeMap<u8, usize>,
    ends: Vec<u32>,
}

impl Lexicon {
    /// Makes a lexicon. A phrase of fewer than two bytes is never found.
    pub(crate) fn new<P: AsRef<[u8]>>(begins: Begins, phrases: impl IntoIterator<Item = P>) -> Lexicon {
        let mut growing = vec![Growing::default()];
        for (number, phrase) in phrases.into_iter().enumerate() {
            let mut at = 0;
            for &byte in phrase.as_ref() {
                let fresh = growing.len();
                let Some(node) = growing.get_mut(at) else { break };
                at = *node.ways.entry(byte).or_insert(fresh);
                if at == fresh {
                    growing.push(Growing::default());
                }
            }
            if let (1.., Some(node)) = (at, growing.get_mut(at)) {
                node.ends.push(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        Lexicon::laid_out(begins, &growing)
    }

    fn laid_out(begins: Begins, growing: &[Growing]) -> Lexicon {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let mut lexicon = Lexicon {
            begins,
            classes: [0; 256],
            width: 1,
            pairs: Vec::new(),
            nodes: Vec::with_capacity(growing.len()),
            labels: Vec::new(),
            targets: Vec::new(),
            ends: Vec::new(),
        };
        for node in growing {
            lexicon.nodes.push(Node {
                ways: small(lexicon.labels.len()),
                ways_len: short(node.ways.len()),
                ends: small(lexicon.ends.len()),
                ends_len: short(node.ends.len()),
            });
            lexicon.labels.extend(node.ways.keys());
            lexicon.targets.extend(node.ways.values().map(|target| small(*target)));
            lexicon.ends.extend(&node.ends);
        }
        let firsts = || growing.first().into_iter().flat_map(|root| &root.ways);
        for (first, target) in firsts() {
            let seconds = growing.get(*target).into_iter().flat_map(|node| node.ways.keys());
            for byte in std::iter::once(first).chain(seconds) {
                if let Some(class @ 0) = lexicon.classes.get_mut(usize::from(*byte)) {
                    // Bytes are 256, and one of them (0xff) never stands in text: the numbers suffice.
                    *class = u8::try_from(lexicon.width).unwrap_or(u8::MAX);
                    lexicon.width += 1;
                }
            }
        }
        lexicon.pairs = vec![0; lexicon.width * lexicon.width];
        for (first, target) in firsts() {
            let Some(node) = growing.get(*target) else { continue };
            let class = lexicon.class(*first);
            for (second, target) in &node.ways {
                let place = class * lexicon.width + lexicon.class(*second);
                if let Some(pair) = lexicon.pairs.get_mut(place) {
                    *pair = small(*target);
                }
            }
        }
        lexicon
    }

    /// Every phrase in `text`, by where it begins, shorter ones before longer ones.
    pub(crate) fn find<'l, 't>(&'l self, text: &'t str) -> Finds<'l, 't> {
        Finds { lexicon: self, text: text.as_bytes(), at: 0, depth: 0, node: Node::default(), due: &[] }
    }

    fn class(&self, byte: u8) -> usize {
        self.classes.get(usize::from(byte)).map_or(0, |class| usize::from(*class))
    }

    fn ends_of(&self, node: Node) -> &[u32] {
        let from = node.ends as usize;
        self.ends.get(from..from + usize::from(node.ends_len)).unwrap_or_default()
    }

    fn step(&self, node: Node, byte: u8) -> Option<Node> {
        let from = node.ways as usize;
        let labels = self.labels.get(from..from + usize::from(node.ways_len))?;
        let way = labels.iter().position(|label| *label == byte)?;
        self.nodes.get(*self.targets.get(from + way)? as usize).copied()
    }
}

/// The phrases of a [`Lexicon`] in a text.
pub(crate) struct Finds<'l, 't> {
    lexicon: &'l Lexicon,
    text: &'t [u8],
    /// Where the walk through the trie began, and how many bytes it has followed; none, between two walks.
    at: usize,
    depth: usize,
    node: Node,
    /// Phrases that end where the walk stands.
    due: &'l [u32],
}

impl Finds<'_, '_> {
    /// Goes to the next place where a phrase may begin, behind its second byte.
    fn enter(&mut self) -> Option<()> {
        let lexicon = self.lexicon;
        loop {
            if lexicon.begins == Begins::AtWords && self.is_inside_word() {
                let rest = self.text.get(self.at..)?;
                self.at += rest.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
            }
            let first = *self.text.get(self.at)?;
            let second = *self.text.get(self.at + 1)?;
            let class = lexicon.class(first);
            if class != 0 {
                let place = class * lexicon.width + lexicon.class(second);
                if let Some(pair @ 1..) = lexicon.pairs.get(place) {
                    self.depth = 2;
                    self.node = lexicon.nodes.get(*pair as usize).copied().unwrap_or_default();
                    self.due = lexicon.ends_of(self.node);
                    return Some(());
                }
            }
            self.at += 1;
        }
    }

    /// Whether the byte before this place is of a word; the rest of that word can't begin one.
    fn is_inside_word(&self) -> bool {
        self.at.checked_sub(1).and_then(|i| self.text.get(i)).is_some_and(u8::is_ascii_alphanumeric)
    }
}

impl Iterator for Finds<'_, '_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some((phrase, rest)) = self.due.split_first() {
                self.due = rest;
                let end = self.at + self.depth;
                return Some(Found { phrase: *phrase as usize, start: self.at, end });
            }
            if self.depth == 0 {
                self.enter()?;
                continue;
            }
            let next = self.text.get(self.at + self.depth);
            match next.and_then(|byte| self.lexicon.step(self.node, *byte)) {
                Some(node) => {
                    self.depth += 1;
                    self.node = node;
                    self.due = self.lexicon.ends_of(node);
                }
                None => {
                    self.depth = 0;
                    self.at += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every phrase at every place, the slow way.
    fn plainly(begins: Begins, phrases: &[String], text: &str) -> Vec<Found> {
        let word = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
        let mut all = Vec::new();
        for start in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for (phrase, wanted) in phrases.iter().enumerate() {
                let inside = begins == Begins::AtWords && start > 0 && word(start) && word(start - 1);
                if wanted.len() > 1 && text[start..].starts_with(wanted.as_str()) && !inside {
                    all.push(Found { phrase, start, end: start + wanted.len() });
                }
            }
        }
        all
    }

    #[test]
    fn phrases_begin_where_words_begin() {
        let lexicon = Lexicon::new(Begins::AtWords, ["mail", "mailbox", "box", "** no **", "почта", ""]);
        let found = |text: &str| lexicon.find(text).map(|f| (f.phrase, f.start, f.end)).collect::<Vec<_>>();
        assert_eq!(found("a mailbox"), [(0, 2, 6), (1, 2, 9)]);
        assert_eq!(found("email inbox"), []);
        assert_eq!(found("x** no **"), [(3, 1, 9)]);
        assert_eq!(found("автопочта"), [(4, 8, 18)]);
        assert_eq!((found("my box"), found("my inbox"), found("")), (vec![(2, 3, 6)], vec![], vec![]));
    }

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(
            phrases in prop::collection::vec("[ab1é -]{0,4}", 0..12),
            text in "[ab1é -]{0,40}",
        ) {
            for begins in [Begins::AtWords, Begins::Anywhere] {
                let lexicon = Lexicon::new(begins, &phrases);
                let key = |f: &Found| (f.start, f.end, f.phrase);
                let mut found: Vec<Found> = lexicon.find(&text).collect();
                let mut wanted = plainly(begins, &phrases, &text);
                found.sort_by_key(key);
                wanted.sort_by_key(key);
                prop_assert_eq!(found, wanted);
            }
        }
    }
}

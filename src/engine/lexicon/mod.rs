//! Many phrases looked up in one text at once.
//!
//! Rules ask for hundreds of phrases in every text they read, nearly always at the beginning of a word. A
//! [`Lexicon`] is a trie that is entered there only, and only where the first bytes may be those of a
//! phrase ([`Openings`]): most words are left at that one look. (An automaton that follows every byte costs
//! three to five times as much with tables of this size.)
//!
//! Uses std only. Phrases and text are compared byte by byte: fold or lower both before.

mod openings;

use std::collections::BTreeMap;

use openings::{BLOCK, Openings, first_eight, kinds};

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

/// A node of the trie: what must still follow before it is reached, its ways on, and the phrases that end here.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// Where in [`Lexicon::tails`] the bytes stand on which no other phrase branches off, how many they are, and the
    /// first of them, which tells most texts apart.
    tail: u32,
    tail_len: u16,
    tail_first: u8,
    /// The first way on, which is the only one of nearly all nodes: where it leads, and by which byte.
    first_target: u32,
    first_label: u8,
    /// How many more ways there are, and their place in [`Lexicon::labels`] and [`Lexicon::targets`].
    more_len: u8,
    /// How many phrases end here, and their place in [`Lexicon::ends`].
    ends_len: u16,
    more: u32,
    ends: u32,
}

/// Phrases, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Lexicon {
    begins: Begins,
    /// Whether a phrase begins with an ASCII character that is no letter or digit.
    marks: bool,
    /// The number of a byte among those that are first or second in a phrase; 0 for every other.
    classes: [u8; 256],
    /// How many such numbers there are.
    width: usize,
    openings: Openings,
    /// The node behind two bytes with which a phrase begins, by their classes; 0 where none does.
    pairs: Vec<u32>,
    /// The first one is none.
    nodes: Vec<Node>,
    tails: Vec<u8>,
    labels: Vec<u8>,
    targets: Vec<u32>,
    ends: Vec<u32>,
}

/// By what a node is reached: two bytes with which a phrase begins, the first way on from a node, or another one.
enum Way {
    Pair(usize),
    First(usize),
    More(usize),
}

/// Writes `number` at `place`, where there is such a place.
fn set(numbers: &mut [u32], place: usize, number: u32) {
    if let Some(slot) = numbers.get_mut(place) {
        *slot = number;
    }
}

#[derive(Default)]
struct Growing {
    ways: BTreeMap<u8, usize>,
    ends: Vec<u32>,
}

impl Lexicon {
    /// Makes a lexicon. A phrase of fewer than two bytes is never found.
    pub(crate) fn new<P: AsRef<str>>(begins: Begins, phrases: impl IntoIterator<Item = P>) -> Lexicon {
        let phrases: Vec<P> = phrases.into_iter().collect();
        let mut growing = vec![Growing::default()];
        for (number, phrase) in phrases.iter().enumerate() {
            let mut at = 0;
            for &byte in phrase.as_ref().as_bytes() {
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
        let openings = Openings::of(phrases.iter().map(AsRef::as_ref));
        Lexicon::laid_out(begins, openings, &growing)
    }

    fn laid_out(begins: Begins, openings: Openings, growing: &[Growing]) -> Lexicon {
        let mut lexicon = Lexicon {
            begins,
            marks: false,
            classes: [0; 256],
            width: 1,
            openings,
            pairs: Vec::new(),
            nodes: vec![Node::default()],
            tails: Vec::new(),
            labels: Vec::new(),
            targets: Vec::new(),
            ends: Vec::new(),
        };
        let firsts = || growing.first().into_iter().flat_map(|root| &root.ways);
        lexicon.marks = firsts().any(|(byte, _)| byte.is_ascii() && !byte.is_ascii_alphanumeric());
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
                lexicon.lay_out(growing, *target, Way::Pair(place));
            }
        }
        lexicon
    }

    /// Lays out what begins at `target` in the growing trie and is reached by `way`: a node, then all behind its first
    /// way on, then all behind its second. A walk goes on where it is, mostly.
    fn lay_out(&mut self, growing: &[Growing], target: usize, way: Way) {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let none = Growing::default();
        let mut due = vec![(target, way)];
        while let Some((target, way)) = due.pop() {
            let number = self.nodes.len();
            match way {
                Way::Pair(place) => set(&mut self.pairs, place, small(number)),
                Way::More(place) => set(&mut self.targets, place, small(number)),
                Way::First(from) => {
                    if let Some(node) = self.nodes.get_mut(from) {
                        node.first_target = small(number);
                    }
                }
            }
            let mut node = growing.get(target).unwrap_or(&none);
            let tail = self.tails.len();
            while node.ends.is_empty()
                && let (1, Some((label, target))) = (node.ways.len(), node.ways.first_key_value())
            {
                self.tails.push(*label);
                node = growing.get(*target).unwrap_or(&none);
            }
            let more = self.labels.len();
            self.nodes.push(Node {
                tail: small(tail),
                tail_len: short(self.tails.len() - tail),
                tail_first: self.tails.get(tail).copied().unwrap_or_default(),
                first_target: 0,
                first_label: node.ways.first_key_value().map(|(label, _)| *label).unwrap_or_default(),
                // Of 256 bytes one is the first way.
                more_len: u8::try_from(node.ways.len().saturating_sub(1)).unwrap_or(u8::MAX),
                ends_len: short(node.ends.len()),
                more: small(more),
                ends: small(self.ends.len()),
            });
            self.ends.extend(&node.ends);
            for label in node.ways.keys().skip(1) {
                self.labels.push(*label);
                self.targets.push(0);
            }
            let ways = node.ways.values().enumerate().map(|(nth, target)| match nth.checked_sub(1) {
                None => (*target, Way::First(number)),
                Some(nth) => (*target, Way::More(more + nth)),
            });
            due.extend(ways.rev());
        }
    }

    /// Every phrase in `text`, by where it begins, shorter ones before longer ones.
    pub(crate) fn find<'l, 't>(&'l self, text: &'t str) -> Finds<'l, 't> {
        Finds {
            lexicon: self,
            text: text.as_bytes(),
            block: 0,
            starts: 0,
            after_word: false,
            at: 0,
            depth: 0,
            node: Node::default(),
            due: &[],
        }
    }

    /// Every phrase that begins at byte `at` of `text`, shorter ones before longer ones.
    pub(crate) fn find_at<'l, 't>(&'l self, text: &'t str, at: usize) -> Finds<'l, 't> {
        let mut finds = self.find(text);
        finds.block = text.len();
        finds.begin(at);
        finds
    }

    fn class(&self, byte: u8) -> usize {
        self.classes.get(usize::from(byte)).map_or(0, |class| usize::from(*class))
    }

    fn ends_of(&self, node: Node) -> &[u32] {
        let from = node.ends as usize;
        self.ends.get(from..from + usize::from(node.ends_len)).unwrap_or_default()
    }

    /// The node with this number, where its tail stands at the beginning of `rest`.
    fn reach(&self, number: u32, rest: &[u8]) -> Option<Node> {
        let node = *self.nodes.get(number as usize)?;
        if node.tail_len == 0 {
            return Some(node);
        }
        if rest.first() != Some(&node.tail_first) {
            return None;
        }
        let from = node.tail as usize;
        let tail = self.tails.get(from..from + usize::from(node.tail_len))?;
        rest.starts_with(tail).then_some(node)
    }

    /// The node to which the first byte of `rest`, and what its tail wants, lead.
    fn step(&self, node: Node, rest: &[u8]) -> Option<Node> {
        let (byte, rest) = rest.split_first()?;
        if node.first_label == *byte && node.first_target > 0 {
            return self.reach(node.first_target, rest);
        }
        let from = node.more as usize;
        let labels = self.labels.get(from..from + usize::from(node.more_len))?;
        let way = labels.iter().position(|label| label == byte)?;
        self.reach(*self.targets.get(from + way)?, rest)
    }
}

/// The phrases of a [`Lexicon`] in a text.
pub(crate) struct Finds<'l, 't> {
    lexicon: &'l Lexicon,
    text: &'t [u8],
    /// Where the next [`BLOCK`] bytes begin, and at which of the last ones a phrase may still begin.
    block: usize,
    starts: u64,
    /// Whether the byte before the next block is of a word.
    after_word: bool,
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
        loop {
            while self.starts == 0 {
                self.look_on()?;
            }
            let at = self.block - BLOCK + self.starts.trailing_zeros() as usize;
            self.starts &= self.starts - 1;
            let eight = first_eight(self.text.get(at..)?);
            if self.lexicon.openings.may_hold(eight) && self.begin(at).is_some() {
                return Some(());
            }
        }
    }

    /// Goes to `at`, behind the second byte of what begins there, if a phrase does.
    fn begin(&mut self, at: usize) -> Option<()> {
        let lexicon = self.lexicon;
        let (&[first, second], behind) = self.text.get(at..)?.split_first_chunk()?;
        let place = lexicon.class(first) * lexicon.width + lexicon.class(second);
        let number = lexicon.pairs.get(place).copied().filter(|number| *number > 0)?;
        let node = lexicon.reach(number, behind)?;
        self.at = at;
        self.depth = 2 + usize::from(node.tail_len);
        self.node = node;
        self.due = lexicon.ends_of(node);
        Some(())
    }

    /// Finds out where in the next block a phrase may begin.
    fn look_on(&mut self) -> Option<()> {
        let rest = self.text.get(self.block..).filter(|rest| !rest.is_empty())?;
        // Behind the end of the text nothing begins.
        let all = u64::MAX >> BLOCK.saturating_sub(rest.len());
        let may_begin = match self.lexicon.begins {
            Begins::Anywhere => all,
            Begins::AtWords => {
                let (words, leads) = kinds(rest);
                let inside = words & (words << 1 | u64::from(self.after_word));
                self.after_word = words >> (BLOCK - 1) > 0;
                let begins = if self.lexicon.marks { !inside } else { words & !inside | leads };
                begins & all
            }
        };
        self.starts = self.lexicon.openings.among(may_begin, rest);
        self.block += BLOCK;
        Some(())
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
            let rest = self.text.get(self.at + self.depth..);
            match rest.and_then(|rest| self.lexicon.step(self.node, rest)) {
                Some(node) => {
                    self.depth += 1 + usize::from(node.tail_len);
                    self.node = node;
                    self.due = self.lexicon.ends_of(node);
                }
                None => self.depth = 0,
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
                for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                    let there: Vec<Found> = lexicon.find_at(&text, at).collect();
                    prop_assert!(there.iter().all(|f| f.start == at));
                    let anywhere = plainly(Begins::Anywhere, &phrases, &text);
                    prop_assert_eq!(there.len(), anywhere.iter().filter(|f| f.start == at).count());
                }
            }
        }
    }
}

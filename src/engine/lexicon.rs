//! Many phrases looked up in one text at once.
//!
//! Rules ask for hundreds of phrases in every text they read, nearly always at the beginning of a word. A
//! [`Lexicon`] is a trie that is entered there only, and only where the first bytes may be those of a
//! phrase ([`Openings`]): most words are left at that one look. (An automaton that follows every byte costs
//! three to five times as much with tables of this size.)
//!
//! Uses `block` for where words begin. Phrases and text are compared byte by byte: fold or lower both before.

mod openings;

use std::collections::BTreeMap;

use crate::engine::block::{BLOCK, Block};
use openings::{HEAD, Heads, Openings, PAIR, first_eight, high_bits};

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

/// A node of the trie: what must still follow before it is reached, its ways on, and the phrases that end here. Four of
/// them share a line of the processor's cache.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// Where in [`Lexicon::tails`] the bytes stand on which no other phrase branches off, and in the lowest byte how many
    /// they are; the first of them tells most texts apart.
    tail: u32,
    tail_first: u8,
    /// By which byte the first way leads on, to the next node; it is the only way from nearly all nodes.
    first_label: u8,
    /// How many ways there are, and the place of all but the first in [`Lexicon::labels`] and [`Lexicon::targets`].
    ways_len: u8,
    /// How many phrases end here, and their place in [`Lexicon::ends`].
    ends_len: u8,
    more: u32,
    ends: u32,
}

impl Node {
    fn tail_from(self) -> usize {
        (self.tail >> 8) as usize
    }

    fn tail_len(self) -> usize {
        (self.tail & 0xff) as usize
    }
}

/// Phrases, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Lexicon {
    begins: Begins,
    openings: Openings,
    /// The nodes behind the first bytes of phrases of four bytes and more, and of shorter ones.
    heads: Heads,
    pairs: Heads,
    /// The first one is none.
    nodes: Vec<Node>,
    tails: Vec<u8>,
    labels: Vec<u8>,
    targets: Vec<u32>,
    ends: Vec<u32>,
}

/// By what a node is reached: the head of a phrase, that of a short one, the first way on from the node before it, or
/// another way.
enum Way {
    Head(u32),
    Pair(u32),
    First,
    More(usize),
}

#[derive(Default)]
struct Growing {
    ways: BTreeMap<u8, usize>,
    ends: Vec<u32>,
}

impl Lexicon {
    /// Makes a lexicon. A phrase of fewer than two bytes is never found.
    pub(crate) fn new<P: AsRef<[u8]>>(begins: Begins, phrases: impl IntoIterator<Item = P>) -> Lexicon {
        let phrases: Vec<P> = phrases.into_iter().collect();
        let mut openings = Openings::new(phrases.len());
        // Short phrases are a trie of their own: they would open the way to most words.
        let (mut long, mut short) = (vec![Growing::default()], vec![Growing::default()]);
        for (number, phrase) in phrases.iter().map(AsRef::as_ref).enumerate().filter(|(_, p)| p.len() > 1) {
            openings.add(phrase);
            let growing = if phrase.len() < HEAD { &mut short } else { &mut long };
            let mut at = 0;
            for &byte in phrase {
                let fresh = growing.len();
                let Some(node) = growing.get_mut(at) else { break };
                at = *node.ways.entry(byte).or_insert(fresh);
                if at == fresh {
                    growing.push(Growing::default());
                }
            }
            if let Some(node) = growing.get_mut(at) {
                node.ends.push(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        let (heads, pairs) = (heads(&long, HEAD), heads(&short, PAIR));
        let mut lexicon = Lexicon {
            begins,
            openings,
            heads: Heads::new(heads.len()),
            pairs: Heads::new(pairs.len()),
            nodes: vec![Node::default()],
            tails: Vec::new(),
            labels: Vec::new(),
            targets: Vec::new(),
            ends: Vec::new(),
        };
        for (head, target) in heads {
            lexicon.lay_out(&long, target, Way::Head(head));
        }
        for (pair, target) in pairs {
            lexicon.lay_out(&short, target, Way::Pair(pair));
        }
        lexicon
    }

    /// Lays out what begins at `target` in the growing trie and is reached by `way`: a node, then all behind its first
    /// way on, then all behind its second. A walk goes on where it is, mostly.
    fn lay_out(&mut self, growing: &[Growing], target: usize, way: Way) {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let byte = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
        let none = Growing::default();
        let mut due = vec![(target, way)];
        while let Some((target, way)) = due.pop() {
            let number = small(self.nodes.len());
            match way {
                Way::Head(head) => self.heads.put(head, number),
                Way::Pair(pair) => self.pairs.put(pair, number),
                Way::First => {}
                Way::More(place) => {
                    if let Some(target) = self.targets.get_mut(place) {
                        *target = number;
                    }
                }
            }
            let mut node = growing.get(target).unwrap_or(&none);
            let tail = self.tails.len();
            while node.ends.is_empty()
                && self.tails.len() - tail < 0xff
                && let (1, Some((label, target))) = (node.ways.len(), node.ways.first_key_value())
            {
                self.tails.push(*label);
                node = growing.get(*target).unwrap_or(&none);
            }
            let more = self.labels.len();
            self.nodes.push(Node {
                tail: small(tail) << 8 | small(self.tails.len() - tail),
                tail_first: self.tails.get(tail).copied().unwrap_or_default(),
                first_label: node.ways.first_key_value().map(|(label, _)| *label).unwrap_or_default(),
                // Bytes are 256, and one of them (0xff) never stands in text.
                ways_len: byte(node.ways.len()),
                ends_len: byte(node.ends.len()),
                more: small(more),
                ends: small(self.ends.len()),
            });
            self.ends.extend(&node.ends);
            for label in node.ways.keys().skip(1) {
                self.labels.push(*label);
                self.targets.push(0);
            }
            let ways = node.ways.values().enumerate().map(|(nth, target)| match nth.checked_sub(1) {
                None => (*target, Way::First),
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
            number: 0,
            node: Node::default(),
            due: &[],
            longer: None,
        }
    }

    /// Every phrase that begins at byte `at` of `text`, shorter ones before longer ones.
    pub(crate) fn find_at<'l, 't>(&'l self, text: &'t str, at: usize) -> Finds<'l, 't> {
        let mut finds = self.find(text);
        finds.block = text.len();
        finds.begin(at, first_eight(text.as_bytes().get(at..).unwrap_or_default()));
        finds
    }

    fn ends_of(&self, node: Node) -> &[u32] {
        let from = node.ends as usize;
        self.ends.get(from..from + usize::from(node.ends_len)).unwrap_or_default()
    }

    /// The node with this number, where its tail stands at the beginning of `rest`.
    fn reach(&self, number: u32, rest: &[u8]) -> Option<(u32, Node)> {
        let node = *self.nodes.get(number as usize)?;
        if node.tail_len() == 0 {
            return Some((number, node));
        }
        if rest.first() != Some(&node.tail_first) {
            return None;
        }
        let tail = self.tails.get(node.tail_from()..node.tail_from() + node.tail_len())?;
        rest.starts_with(tail).then_some((number, node))
    }

    /// The node to which the first byte of `rest`, and what its tail wants, lead from node `number`.
    fn step(&self, number: u32, node: Node, rest: &[u8]) -> Option<(u32, Node)> {
        let (byte, rest) = rest.split_first()?;
        let more = usize::from(node.ways_len).checked_sub(1)?;
        if node.first_label == *byte {
            return self.reach(number + 1, rest);
        }
        let from = node.more as usize;
        let way = self.labels.get(from..from + more)?.iter().position(|label| label == byte)?;
        self.reach(*self.targets.get(from + way)?, rest)
    }
}

/// The first bytes of the phrases, and the nodes of the growing trie behind them.
fn heads(growing: &[Growing], length: usize) -> Vec<(u32, usize)> {
    let mut heads = vec![(0, 0)];
    for nth in 0..length {
        let ways = |(head, at): (u32, usize)| {
            let node = growing.get(at).into_iter();
            node.flat_map(|node| &node.ways)
                .map(move |(byte, target)| (head | u32::from(*byte) << (8 * nth), *target))
        };
        heads = heads.into_iter().flat_map(ways).collect();
    }
    heads
}

/// The phrases of a [`Lexicon`] in a text.
pub(crate) struct Finds<'l, 't> {
    lexicon: &'l Lexicon,
    text: &'t [u8],
    /// Where the next block begins, and at which bytes of the last one a phrase may still begin: a bit for each.
    block: usize,
    starts: u64,
    /// Whether the byte before the next block is of a word.
    after_word: bool,
    /// Where the walk through the trie began, and how many bytes it has followed; none, between two walks.
    at: usize,
    depth: usize,
    number: u32,
    node: Node,
    /// Phrases that end where the walk stands.
    due: &'l [u32],
    /// The eight bytes at `at`, while it is short phrases that are followed and longer ones come after.
    longer: Option<u64>,
}

impl Finds<'_, '_> {
    /// Goes to the next place where a phrase may begin, behind its head.
    fn enter(&mut self) -> Option<()> {
        loop {
            while self.starts == 0 {
                self.look_on()?;
            }
            let at = self.block - BLOCK + self.starts.trailing_zeros() as usize;
            self.starts &= self.starts - 1;
            let eight = first_eight(self.text.get(at..)?);
            if self.lexicon.openings.may_hold(eight) && self.begin(at, eight).is_some() {
                return Some(());
            }
        }
    }

    /// Goes to `at`, where these eight bytes begin, behind the first bytes of what begins there, if a phrase does.
    fn begin(&mut self, at: usize, eight: u64) -> Option<()> {
        let lexicon = self.lexicon;
        self.at = at;
        if lexicon.openings.short
            && let Some(number) = lexicon.pairs.get(eight as u32 & 0xffff)
            && let Some((number, node)) = lexicon.reach(number, self.text.get(at + PAIR..)?)
        {
            self.longer = Some(eight);
            self.depth = PAIR;
            self.arrive(number, node);
            return Some(());
        }
        self.begin_longer(eight)
    }

    /// The same for phrases that are not short.
    fn begin_longer(&mut self, eight: u64) -> Option<()> {
        let lexicon = self.lexicon;
        let number = lexicon.heads.get(eight as u32)?;
        let (number, node) = lexicon.reach(number, self.text.get(self.at + HEAD..)?)?;
        self.depth = HEAD;
        self.arrive(number, node);
        Some(())
    }

    /// Stands behind the tail of a node.
    fn arrive(&mut self, number: u32, node: Node) {
        self.depth += node.tail_len();
        (self.number, self.node) = (number, node);
        self.due = self.lexicon.ends_of(node);
    }

    /// Finds out where in the next block a phrase may begin.
    fn look_on(&mut self) -> Option<()> {
        let openings = &self.lexicon.openings;
        let rest = self.text.get(self.block..)?;
        let block = Block::first(rest)?;
        self.block += BLOCK;
        if self.lexicon.begins == Begins::AtWords {
            self.starts = openings.begin_at_words(block, &mut self.after_word);
            return Some(());
        }
        for place in 0..rest.len().div_ceil(8).min(BLOCK / 8) {
            // Most of the eight are left at once, with no branch for each.
            let near = rest.get(place * 8..).and_then(|rest| rest.first_chunk::<16>());
            let starts = near.map_or(u64::MAX, |near| openings.begin_in(near));
            self.starts |= u64::from(high_bits(starts)) << (place * 8);
        }
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
            match rest.and_then(|rest| self.lexicon.step(self.number, self.node, rest)) {
                Some((number, node)) => {
                    self.depth += 1;
                    self.arrive(number, node);
                }
                None => {
                    self.depth = 0;
                    if let Some(eight) = self.longer.take() {
                        self.begin_longer(eight);
                    }
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
            phrases in prop_oneof![
                prop::collection::vec("[ab1é -]{0,4}", 0..12),
                prop::collection::vec("[ab1é -]{4,10}", 0..12),
            ],
            text in "[ab1é -]{0,100}",
            quoted in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            // Long phrases hardly stand in a text by chance.
            let mut text = text;
            for index in quoted {
                if let Some(phrase) = phrases.get(index.index(phrases.len().max(1))) {
                    text.push_str(phrase);
                }
            }
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

//! Many phrases looked up in one text at once.
//!
//! Rules ask for hundreds of phrases in every text they read, nearly always at the beginning of a word. A
//! [`Lexicon`] is a trie that is entered there only, and only where the first bytes may be those of a
//! phrase ([`Openings`]): most words are left at that one look. (An automaton that follows every byte costs
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

/// How the phrases begin: with which four bytes, and of those, with which eight. A shorter phrase is there with its
/// first four bytes, or two.
#[derive(Debug)]
struct Openings {
    fours: Set,
    eights: Set,
    /// Whether a phrase has fewer than eight bytes, and fewer than four.
    short: bool,
    shorter: bool,
}

impl Openings {
    fn of<'p>(phrases: impl Iterator<Item = &'p str>) -> Openings {
        let (mut short, mut shorter, mut fours, mut eights) = (false, false, Vec::new(), Vec::new());
        for phrase in phrases {
            let eight = first_eight(phrase.as_bytes());
            let [two, four] = [eight & 0xffff, eight & 0xffff_ffff];
            short |= phrase.len() < 8;
            shorter |= phrase.len() < 4;
            fours.push(if phrase.len() < 4 { two } else { four });
            eights.push(match phrase.len() {
                8.. => eight,
                4.. => four,
                _ => two,
            });
        }
        Openings { fours: Set::of(fours), eights: Set::of(eights), short, shorter }
    }

    /// Those of the first 64 places in `text`, a bit for each, at which a phrase may begin by its first four bytes.
    fn among(&self, places: u64, text: &[u8]) -> u64 {
        match self.shorter {
            true => those(places, text, |four| self.fours.has(four) | self.fours.has(four & 0xffff)),
            false => those(places, text, |four| self.fours.has(four)),
        }
    }

    /// Whether a phrase may begin with these eight bytes, the first one lowest, if it may with four of them.
    fn may_hold(&self, eight: u64) -> bool {
        self.eights.has(eight)
            || self.short && self.eights.has(eight & 0xffff_ffff)
            || self.shorter && self.eights.has(eight & 0xffff)
    }
}

/// Those of some places in a text, a bit for each, whose four bytes are wanted. Every place is looked at in the same
/// way, whatever stands there: to branch at each costs more.
fn those(mut places: u64, text: &[u8], wanted: impl Fn(u64) -> bool) -> u64 {
    let mut found = 0;
    while places > 0 {
        let at = places.trailing_zeros() as usize;
        places &= places - 1;
        // At the end of the text there are no four bytes to ask for.
        let four = text.get(at..).and_then(|rest| rest.first_chunk());
        found |= u64::from(four.is_none_or(|four| wanted(u64::from(u32::from_le_bytes(*four))))) << at;
    }
    found
}

/// The first eight of `bytes` as a number, the first one lowest; zeros behind them where there are fewer.
fn first_eight(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
    }
}

/// A set of numbers, in which a few others seem to be as well: a Bloom filter whose two bits for each number stand in
/// one word.
#[derive(Debug)]
struct Set {
    /// Two to some power of them, and how far a hash is shifted to number them.
    words: Vec<u64>,
    shift: u32,
}

impl Set {
    /// Numbers for each word, at most: so many that one of some fifty others seems to be in the set.
    const SHARE: usize = 4;

    fn of(mut numbers: Vec<u64>) -> Set {
        numbers.sort_unstable();
        numbers.dedup();
        let count = (numbers.len() / Set::SHARE).next_power_of_two().max(2);
        let mut set = Set { words: vec![0; count], shift: u64::BITS - count.ilog2() };
        for number in numbers {
            let (word, bits) = set.place(number);
            if let Some(word) = set.words.get_mut(word) {
                *word |= bits;
            }
        }
        set
    }

    fn has(&self, number: u64) -> bool {
        let (word, bits) = self.place(number);
        self.words.get(word).is_some_and(|word| word & bits == bits)
    }

    /// Fibonacci hashing: the number of the word of bits, and two bits in it.
    fn place(&self, number: u64) -> (usize, u64) {
        let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((hash >> self.shift) as usize, 1 << (hash >> 40 & 0x3f) | 1 << (hash >> 34 & 0x3f))
    }
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

/// How many bytes are looked at together: one for each bit of a number.
const BLOCK: usize = 64;

/// Which of the first bytes of a text are ASCII letters or digits, and which begin a character that is no ASCII: a bit
/// for each, eight bytes at once.
fn kinds(text: &[u8]) -> (u64, u64) {
    const EACH: u64 = u64::MAX / 0xff;
    // A byte below 0x80 plus the distance of 0x80 to a bound has its high bit set from that bound on.
    let from = |bytes: u64, bound: u8| bytes + EACH * u64::from(0x80 - bound);
    // The high bits of eight bytes side by side, the first one's lowest.
    let gathered = |high: u64| (high >> 7 & EACH).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    let (mut words, mut leads) = (0, 0);
    let block = text.get(..BLOCK).unwrap_or(text);
    let (eights, rest) = block.as_chunks::<8>();
    let last = rest.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte));
    let eights = eights.iter().map(|eight| u64::from_le_bytes(*eight));
    for (place, eight) in eights.chain((!rest.is_empty()).then_some(last)).enumerate() {
        let low = eight & (EACH * 0x7f);
        let lower = low | (EACH * 0x20);
        let letters = from(lower, b'a') & !from(lower, b'z' + 1);
        let digits = from(low, b'0') & !from(low, b'9' + 1);
        words |= gathered((letters | digits) & !eight) << (place * 8);
        // Those that go on with a character have their second bit unset.
        leads |= gathered(eight & eight << 1) << (place * 8);
    }
    (words, leads)
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

//! Where a phrase may begin, and the node behind its first bytes: what tells most words from every phrase at one look.

use crate::engine::block::{BLOCK, Block};
use crate::engine::words::HIGH;

/// Bytes of the head of a phrase, and of one that is shorter.
pub(super) const HEAD: usize = 4;
pub(super) const PAIR: usize = 2;

/// Short phrases that a lexicon has at most, as a rule.
const SHORTS: usize = 64;

/// How the phrases begin: with which head, and of those, with which bytes behind it.
#[derive(Debug)]
pub(super) struct Openings {
    heads: Set,
    /// The first eight bytes of phrases that have as many, the first six of others, and those that have fewer.
    begins: Set,
    /// Phrases of fewer than four bytes, and whether there are any.
    shorts: Set,
    pub(super) short: bool,
    /// Whether any begins with a blank, or within a character.
    oddly: bool,
}

/// The first two, three, four and six bytes of eight.
const FIRST_TWO: u64 = u64::MAX >> 48;
const FIRST_THREE: u64 = u64::MAX >> 40;
const FIRST_FOUR: u64 = u64::MAX >> 32;
const FIRST_SIX: u64 = u64::MAX >> 16;

impl Openings {
    pub(super) fn new(count: usize) -> Openings {
        let (heads, begins) = (Set::new(count), Set::new(count));
        Openings { heads, begins, shorts: Set::new(SHORTS), short: false, oddly: false }
    }

    pub(super) fn add(&mut self, phrase: &[u8]) {
        let eight = first_eight(phrase);
        self.oddly |= matches!(phrase.first(), Some(b' ' | 0x80..0xc0));
        if phrase.len() < HEAD {
            self.short = true;
            return self.shorts.add(eight);
        }
        self.heads.add(eight & FIRST_FOUR);
        self.begins.add(match phrase.len() {
            4 | 5 => eight & FIRST_FOUR,
            6 | 7 => eight & FIRST_SIX,
            _ => eight,
        });
    }

    /// At which bytes of a block a phrase may begin that begins where a word does. `after_word` is whether the byte
    /// before them is of a word, and becomes whether the last of them is.
    #[inline]
    pub(super) fn begin_at_words(&self, block: Block, after_word: &mut bool) -> u64 {
        let others = !block.alphanumeric();
        let after_word = std::mem::replace(after_word, others >> (BLOCK - 1) == 0);
        let starts = others | others << 1 | u64::from(!after_word);
        // Every second one would be a blank.
        if self.oddly { starts } else { starts & !block.is_or_within_letter(b' ') }
    }

    /// At which of the first eight bytes a phrase may begin: the high bit of each.
    #[inline]
    pub(super) fn begin_in(&self, near: &[u8; 16]) -> u64 {
        (0..8).fold(0, |starts, at| {
            let four = near.get(at..).and_then(|rest| rest.first_chunk());
            let four = four.map_or(0, |four| u64::from(u32::from_le_bytes(*four)));
            starts | u64::from(self.heads.has(four) | self.may_be_short(four)) << (8 * at + 7)
        })
    }

    /// Whether a phrase may begin with these bytes, the first one lowest.
    #[inline]
    pub(super) fn may_hold(&self, eight: u64) -> bool {
        // Most words are left at the first question.
        let long = || {
            let begins = |bytes: u64| self.begins.has(eight & bytes);
            begins(u64::MAX) | begins(FIRST_SIX) | begins(FIRST_FOUR)
        };
        self.heads.has(eight & FIRST_FOUR) && long() || self.may_be_short(eight)
    }

    /// Whether a phrase of fewer than four bytes may begin with these.
    #[inline]
    fn may_be_short(&self, eight: u64) -> bool {
        self.short && (self.shorts.has(eight & FIRST_TWO) | self.shorts.has(eight & FIRST_THREE))
    }
}

/// A set of numbers, in which a few others seem to be as well.
#[derive(Debug)]
struct Set {
    bits: Vec<u64>,
    /// Two to the power of this are the bits.
    size: u32,
}

impl Set {
    /// About sixteen bits for each number: a small table stays in the processor's cache.
    fn new(count: usize) -> Set {
        let size = (16 * count).clamp(1 << 8, 1 << 15).next_power_of_two().trailing_zeros();
        Set { bits: vec![0; 1 << (size - 6)], size }
    }

    fn add(&mut self, number: u64) {
        let (word, bit) = self.place(number);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    #[inline]
    fn has(&self, number: u64) -> bool {
        let (word, bit) = self.place(number);
        self.bits.get(word).is_some_and(|word| word & bit > 0)
    }

    /// The number of the word of bits, and the bit in it.
    #[inline]
    fn place(&self, number: u64) -> (usize, u64) {
        let hash = hash(number, self.size);
        (hash >> 6, 1 << (hash & 0x3f))
    }
}

/// The nodes behind the heads of phrases, found by the head; each stands at its hash or behind it.
#[derive(Debug, Default)]
pub(super) struct Heads {
    slots: Vec<(u32, u32)>,
    /// Two to the power of this are the slots: a third more than heads, or more. They are read here and there, so that few
    /// of them cost less than few behind another.
    size: u32,
}

impl Heads {
    pub(super) fn new(count: usize) -> Heads {
        // One at least is free: there a search for what is not there ends.
        let size = (count + count / 3 + 1).max(2).next_power_of_two().trailing_zeros();
        Heads { slots: vec![(0, 0); 1 << size], size }
    }

    /// The slot of `head`, or the free one where it belongs.
    #[inline]
    fn slot(&self, head: u32) -> usize {
        let mut at = hash(u64::from(head), self.size);
        while self.slots.get(at).is_some_and(|(other, node)| *node > 0 && *other != head) {
            at = (at + 1) % self.slots.len();
        }
        at
    }

    pub(super) fn put(&mut self, head: u32, node: u32) {
        let at = self.slot(head);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (head, node);
        }
    }

    /// The node behind `head`.
    #[inline]
    pub(super) fn get(&self, head: u32) -> Option<u32> {
        self.slots.get(self.slot(head)).map(|(_, node)| *node).filter(|node| *node > 0)
    }
}

/// Fibonacci hashing, to as many bits.
#[inline]
fn hash(number: u64, bits: u32) -> usize {
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize
}

/// The first eight of `bytes` as a number, the first one lowest; zeros behind them where there are fewer.
#[inline]
pub(super) fn first_eight(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
    }
}

/// The high bits of eight bytes, the first one's lowest: the product has them all in its highest byte.
#[inline]
pub(super) fn high_bits(eight: u64) -> u8 {
    let [highest, ..] = ((eight & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080).to_be_bytes();
    highest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn high_bits_are_gathered() {
        for bits in 0..=u8::MAX {
            let bytes = std::array::from_fn(|at| if bits >> at & 1 == 1 { 0xff } else { 0x7f });
            assert_eq!(high_bits(u64::from_le_bytes(bytes)), bits);
        }
    }

    #[test]
    fn phrases_begin_at_no_blank_and_within_no_character() {
        let starts = |phrase: &str| {
            let mut openings = Openings::new(1);
            openings.add(phrase.as_bytes());
            let text = "a b1\u{e9}-c".repeat(8);
            let (mut after_word, block) = (true, Block::first(text.as_bytes()).unwrap());
            (openings.begin_at_words(block, &mut after_word) & 0xff, after_word)
        };
        assert_eq!(starts("word"), (0b1101_0100, true));
        assert_eq!(starts(" word"), (0b1111_0110, true));
    }
}

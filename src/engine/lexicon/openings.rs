//! Where in a text a phrase may begin: asked of many places at once, before the trie is entered anywhere.

/// How many bytes are looked at together: one for each bit of a number.
pub(super) const BLOCK: usize = 64;

/// Which of the first bytes of a text are ASCII letters or digits, and which begin a character that is no ASCII: a bit
/// for each, eight bytes at once.
pub(super) fn kinds(text: &[u8]) -> (u64, u64) {
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

/// How the phrases begin: with which four bytes, and of those, with which eight. A shorter phrase is there with its
/// first four bytes, or two.
#[derive(Debug)]
pub(super) struct Openings {
    fours: Set,
    eights: Set,
    /// Whether a phrase has fewer than eight bytes, and fewer than four.
    short: bool,
    shorter: bool,
}

impl Openings {
    pub(super) fn of<'p>(phrases: impl Iterator<Item = &'p str>) -> Openings {
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
    pub(super) fn among(&self, places: u64, text: &[u8]) -> u64 {
        match self.shorter {
            true => those(places, text, |four| self.fours.has(four) | self.fours.has(four & 0xffff)),
            false => those(places, text, |four| self.fours.has(four)),
        }
    }

    /// Whether a phrase may begin with these eight bytes, the first one lowest, if it may with four of them.
    pub(super) fn may_hold(&self, eight: u64) -> bool {
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
pub(super) fn first_eight(bytes: &[u8]) -> u64 {
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

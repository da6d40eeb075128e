//! What others know of a file: lists of hashes, virus scanners, rules of the person's.
//!
//! The engine asks through [`Knowledge`] and adds the answers as findings; it neither knows nor cares
//! whether a database, a daemon or a set of rules answers. Nothing known makes any other finding vanish,
//! but for one thing: exactly these bytes vouched for by the person calm what is merely suspicious in them
//! (see [`What::Good`]).

use std::ops::Range;

/// One file to ask about: an attachment, or a file at any depth inside one.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// Its bytes, never empty.
    pub bytes: &'a [u8],
    /// Their SHA-256 in lower-case hexadecimal.
    pub sha256: &'a str,
    /// How deep it lies: 0 for an attachment.
    pub depth: usize,
    /// Whether a program that gets only the attachment could not see it, because a password from the
    /// message was needed.
    pub unlocked: bool,
    /// How many files of this message were asked about before.
    pub ordinal: usize,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it means.
    pub what: What,
    /// How it goes on after the file's name: `is known as harmful: list.txt`. No full stop.
    pub says: String,
    /// The range of the file's bytes that it speaks of, where it is known.
    pub at: Option<Range<usize>>,
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The person's list says that exactly these bytes are harmful.
    Bad,
    /// The person's list vouches for exactly these bytes: what is *suspicious* in them becomes a note.
    ///
    /// What is *malicious* stays so, and so do tricks of the name: the list speaks of the bytes, and a
    /// program sent as a document deceives whatever program it is.
    Good,
    /// A virus scanner knows it by a signature.
    Virus,
    /// A virus scanner suspects it: a heuristic, an unwanted program, a signature that others wrote.
    Doubt,
    /// A rule of the person's matches that calls it malicious.
    RuleMalicious,
    /// A rule of the person's matches.
    Rule,
    /// A rule of the person's matches that is only a note.
    RuleNote,
    /// It was asked about and no answer came.
    Unanswered,
}

/// Knowledge from outside the engine.
///
/// The implementor bounds its own time and memory; the engine asks about at most [`MOST_ASKED`] files of one
/// message. It never fails: what could not be answered is [`What::Unanswered`].
pub trait Knowledge {
    /// What is known of `sample`.
    fn remarks(&self, sample: &Sample<'_>) -> Vec<Remark>;
}

/// Files of one message that are asked about.
pub const MOST_ASKED: usize = 2_000;

/// Knows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKnowledge;

impl Knowledge for NoKnowledge {
    fn remarks(&self, _: &Sample<'_>) -> Vec<Remark> {
        Vec::new()
    }
}

/// A SHA-256 sum.
pub type Sum = [u8; 32];

/// Which list a hash stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashKind {
    /// Known as harmful.
    Bad,
    /// Known as harmless.
    Good,
}

impl HashKind {
    /// The word of the database and the command line.
    pub fn word(self) -> &'static str {
        match self {
            HashKind::Bad => "bad",
            HashKind::Good => "good",
        }
    }

    /// The kind of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<HashKind> {
        [HashKind::Bad, HashKind::Good].into_iter().find(|k| k.word() == word)
    }
}

/// One hash on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHash {
    /// Which list.
    pub kind: HashKind,
    /// What the list calls it, empty where it gives no name.
    pub note: String,
    /// Where the list came from: the name of its file.
    pub source: String,
}

/// A list of hashes, wherever it is kept.
pub trait HashList {
    /// The entry of `sum`.
    fn find(&self, sum: &Sum) -> Option<KnownHash>;
}

impl HashList for () {
    fn find(&self, _: &Sum) -> Option<KnownHash> {
        None
    }
}

/// The sum that 64 hexadecimal digits write.
pub fn parse_sum(hex: &str) -> Option<Sum> {
    let mut sum = [0; 32];
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if pairs.len() != sum.len() || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in sum.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|d| char::from(d).to_digit(16));
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::parse_sum;

    #[test]
    fn a_sum_is_64_hexadecimal_digits() {
        let hex = "00".repeat(31) + "fF";
        assert_eq!(parse_sum(&hex).map(|s| (s[0], s[31])), Some((0, 255)));
        for bad in ["", "00", &"0".repeat(63), &"0".repeat(65), &"0g".repeat(32), &"é".repeat(32)] {
            assert_eq!(parse_sum(bad), None, "{bad}");
        }
    }
}

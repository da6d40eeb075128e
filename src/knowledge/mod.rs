//! What others know of a file, at the person's choice: hash lists, a ClamAV daemon, YARA rules.
//!
//! Everything here is off until the person turns it on. [`Sources`] is what was turned on, opened once for
//! many messages; [`Asking`] asks it about the files of one message and is what the engine sees. Names
//! `engine` only: the database's list of hashes comes in as the engine's own trait.

pub mod lists;

use crate::engine::knowledge::{HashKind, HashList, Knowledge, KnownHash, Remark, Sample, What, parse_sum};

/// The scanners that the person turned on.
#[derive(Debug, Default)]
pub struct Sources {}

impl Sources {
    /// What to ask about the files of one message, with `hashes` beside the scanners.
    pub fn asking<'a>(&'a self, hashes: &'a dyn HashList) -> Asking<'a> {
        Asking { _sources: self, hashes }
    }
}

/// Asks about the files of one message.
pub struct Asking<'a> {
    _sources: &'a Sources,
    hashes: &'a dyn HashList,
}

impl Knowledge for Asking<'_> {
    fn remarks(&self, sample: &Sample<'_>) -> Vec<Remark> {
        let known = parse_sum(sample.sha256).and_then(|sum| self.hashes.find(&sum));
        known.map(hash_remark).into_iter().collect()
    }
}

fn hash_remark(known: KnownHash) -> Remark {
    let (what, says) = match known.kind {
        HashKind::Bad => (What::Bad, "is known as harmful: its SHA-256 stands in your list"),
        HashKind::Good => (What::Good, "is known to you as harmless: its SHA-256 stands in your list"),
    };
    let named = if known.note.is_empty() { String::new() } else { format!(" as “{}”", known.note) };
    Remark { what, says: format!("{says} {}{named}", known.source), at: None }
}

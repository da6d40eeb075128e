//! What others know of a file, at the person's choice: hash lists, a ClamAV daemon, YARA rules.
//!
//! Everything here is off until the person turns it on. [`Sources`] is what was turned on, opened once for
//! many messages; [`Asking`] asks it about the files of one message and is what the engine sees. Names
//! `engine` only: the database's list of hashes comes in as the engine's own trait.
//!
//! A further scanner is a file here, a field of [`Scanners`] and of [`Sources`], and its turn in
//! [`Asking`].

pub mod clamd;
pub mod lists;

use serde::{Deserialize, Serialize};

use crate::engine::knowledge::{HashKind, HashList, Knowledge, KnownHash, Remark, Sample, What, parse_sum};
use clamd::{Address, Answer, Clamd, Patience};

/// Files of one message that ClamAV is sent; it opens archives itself.
const MOST_SENT: usize = 100;

/// Which scanners the person turned on. All off by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scanners {
    /// Where clamd listens.
    pub clamd: Option<Address>,
}

/// The scanners, opened.
#[derive(Debug, Default)]
pub struct Sources {
    clamd: Option<Clamd>,
}

impl Sources {
    /// Opens what was turned on. Never fails: what does not answer is said file by file, and in
    /// [`Sources::complaints`].
    pub fn open(scanners: &Scanners) -> Sources {
        Sources { clamd: scanners.clamd.clone().map(|address| Clamd::new(address, Patience::default())) }
    }

    /// What to ask about the files of one message, with `hashes` beside the scanners.
    pub fn asking<'a>(&'a self, hashes: &'a dyn HashList) -> Asking<'a> {
        Asking { sources: self, hashes }
    }

    /// What went wrong since they were opened, one sentence each.
    pub fn complaints(&self) -> Vec<String> {
        let clamd = self.clamd.as_ref().and_then(Clamd::complaint);
        clamd.map(|e| format!("{e}. Attachments were judged without it.")).into_iter().collect()
    }
}

/// Asks about the files of one message.
pub struct Asking<'a> {
    sources: &'a Sources,
    hashes: &'a dyn HashList,
}

impl Knowledge for Asking<'_> {
    fn remarks(&self, sample: &Sample<'_>) -> Vec<Remark> {
        let known = parse_sum(sample.sha256).and_then(|sum| self.hashes.find(&sum));
        let mut remarks: Vec<Remark> = known.map(hash_remark).into_iter().collect();
        // clamd opens archives itself; only what a password from the mail opened is beyond it.
        if let Some(clamd) = &self.sources.clamd
            && (sample.depth == 0 || sample.unlocked)
            && sample.ordinal < MOST_SENT
        {
            remarks.extend(clamd_remark(clamd, sample.bytes));
        }
        remarks
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

/// Beginnings and endings of ClamAV's names that are no certain alarm: its heuristics (off by default in
/// clamd, and wrong on one benign file in a hundred when on), unwanted programs, signatures that others than
/// ClamAV's makers wrote.
const DOUBTS: &[(&str, &str)] = &[("Heuristics.", ""), ("PUA.", ""), ("", ".UNOFFICIAL")];

fn clamd_remark(clamd: &Clamd, bytes: &[u8]) -> Option<Remark> {
    let (what, says) = match clamd.look(bytes) {
        Ok(Answer::Clean) => return None,
        Ok(Answer::Found(name)) => {
            let doubt = DOUBTS.iter().any(|(start, end)| name.starts_with(start) && name.ends_with(end));
            let what = if doubt { What::Doubt } else { What::Virus };
            (what, format!("is reported by ClamAV as “{name}”"))
        }
        Ok(Answer::Refused(why)) => (What::Unanswered, format!("was not checked by ClamAV: {why}")),
        Err(error) => (What::Unanswered, format!("was not checked by ClamAV: {error}")),
    };
    Some(Remark { what, says, at: None })
}

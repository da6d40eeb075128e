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
pub mod rules;
#[cfg(feature = "yara")]
pub mod yara;
#[cfg(not(feature = "yara"))]
#[path = "yara_off.rs"]
pub mod yara;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::engine::knowledge::{HashKind, HashList, Knowledge, KnownHash, Remark, Sample, What, parse_sum};
use rules::{Hit, Problem, RulesError, Weight};
use yara::Look;

use clamd::{Address, Answer, Clamd, Patience};

/// Files of one message that ClamAV is sent; it opens archives itself.
const MOST_SENT: usize = 100;

/// Which scanners the person turned on. All off by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scanners {
    /// Where clamd listens.
    pub clamd: Option<Address>,
    /// The folder of YARA rules.
    pub yara: Option<PathBuf>,
}

/// The scanners, opened.
#[derive(Debug, Default)]
pub struct Sources {
    clamd: Option<Clamd>,
    rules: Option<Result<yara::Rules, RulesError>>,
}

impl Sources {
    /// Opens what was turned on; YARA rules are compiled here, which may take seconds. Never fails: what does
    /// not answer is said file by file, and in [`Sources::complaints`].
    pub fn open(scanners: &Scanners) -> Sources {
        Sources {
            clamd: scanners.clamd.clone().map(|address| Clamd::new(address, Patience::default())),
            rules: scanners.yara.as_deref().map(yara::Rules::compile),
        }
    }

    /// What to ask about the files of one message, with `hashes` beside the scanners.
    pub fn asking<'a>(&'a self, hashes: &'a dyn HashList) -> Asking<'a> {
        let rules = self.rules.as_ref().and_then(|r| r.as_ref().ok());
        Asking { clamd: self.clamd.as_ref(), look: rules.map(yara::Rules::looking), hashes }
    }

    /// What went wrong since they were opened, one sentence each.
    pub fn complaints(&self) -> Vec<String> {
        let clamd = self.clamd.as_ref().and_then(Clamd::complaint);
        let mut says: Vec<String> =
            clamd.map(|e| format!("{e}. Attachments were judged without it.")).into_iter().collect();
        match &self.rules {
            Some(Err(error)) => {
                says.push(format!("{}. Attachments were judged without them.", capital(error)))
            }
            Some(Ok(rules)) => says.extend(unused(rules.problems())),
            None => {}
        }
        says
    }
}

/// Asks about the files of one message.
pub struct Asking<'a> {
    clamd: Option<&'a Clamd>,
    look: Option<Look<'a>>,
    hashes: &'a dyn HashList,
}

impl Knowledge for Asking<'_> {
    fn remarks(&self, sample: &Sample<'_>) -> Vec<Remark> {
        let known = parse_sum(sample.sha256).and_then(|sum| self.hashes.find(&sum));
        let mut remarks: Vec<Remark> = known.map(hash_remark).into_iter().collect();
        if let Some(look) = &self.look {
            remarks.extend(rule_remarks(look.at(sample.bytes)));
        }
        // clamd opens archives itself; only what a password from the mail opened is beyond it.
        if let Some(clamd) = self.clamd
            && (sample.depth == 0 || sample.unlocked)
            && sample.ordinal < MOST_SENT
        {
            remarks.extend(clamd_remark(clamd, sample.bytes));
        }
        remarks
    }
}

fn capital(error: &RulesError) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Says which rules are not used, at most three of them.
fn unused(problems: &[Problem]) -> Option<String> {
    const SHOWN: usize = 3;
    let shown: Vec<String> = problems.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = problems.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| format!("Some YARA rules are not used: {}{more}.", shown.join("; ")))
}

/// One answer for each weight, naming all rules of it.
fn rule_remarks(hits: Result<Vec<Hit>, String>) -> Vec<Remark> {
    let hits = match hits {
        Ok(hits) => hits,
        Err(why) => {
            let says = format!("was not checked by your YARA rules: {why}");
            return vec![Remark { what: What::Unanswered, says, at: None }];
        }
    };
    let weights = [
        (Weight::Malicious, What::RuleMalicious),
        (Weight::Suspicious, What::Rule),
        (Weight::Note, What::RuleNote),
    ];
    let of = |(weight, what)| {
        let mut matching = hits.iter().filter(|h| h.weight == weight);
        let first = matching.next()?;
        let described = first.description.as_ref().map(|d| format!(": {d}")).unwrap_or_default();
        let more = match matching.count() {
            0 => String::new(),
            1 => " and one more of your YARA rules".to_owned(),
            n => format!(" and {n} more of your YARA rules"),
        };
        let says = format!("matches your YARA rule “{}”{described}{more}", first.rule);
        Some(Remark { what, says, at: first.at.clone() })
    };
    weights.into_iter().filter_map(of).collect()
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

//! What the caller passes in with the bytes: time, the sent ledger, the sender lists, policy and bounds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::knowledge::Knowledge;
use super::ledger::SentLedger;
use super::senders::SenderList;

/// The person's own addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identities(Vec<String>);

impl Identities {
    /// Identities from addresses in any spelling; what has no `@` is left out.
    pub fn new<S: AsRef<str>>(addresses: impl IntoIterator<Item = S>) -> Identities {
        let mut list: Vec<String> = addresses
            .into_iter()
            .map(|a| a.as_ref().trim().to_lowercase())
            .filter(|a| a.contains('@'))
            .collect();
        list.sort();
        list.dedup();
        Identities(list)
    }

    /// Whether `address` (lower case) is one of them, plus-addressing aside.
    pub fn contains(&self, address: &str) -> bool {
        let plain = super::ledger::without_tag(address);
        self.0.iter().any(|a| a == address || *a == plain)
    }

    /// Whether `domain` (lower case) is the domain of one of them.
    pub fn has_domain(&self, domain: &str) -> bool {
        self.0.iter().any(|a| a.rsplit_once('@').is_some_and(|(_, d)| d == domain))
    }

    /// The addresses, sorted, in lower case.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How much the policy quarantines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// Quarantines malicious mail and backscatter; flags what is in doubt.
    #[default]
    Normal,
    /// Quarantines also fake bounces and suspicious mail.
    Strict,
}

/// Bounds on what one message may cost. What passes a bound is reported as a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message that are read; the rest is not looked at.
    pub message_bytes: usize,
    /// MIME parts that are read.
    pub parts: usize,
    /// Depth of messages inside messages and files inside containers.
    pub depth: usize,
    /// Bytes that may come out of all containers of one message together.
    pub inflated_bytes: u64,
    /// Entries of all containers of one message together.
    pub entries: usize,
}

impl Limits {
    /// The bounds that everything works with unless a caller wants others.
    pub const DEFAULT: Limits = Limits {
        message_bytes: 128 << 20,
        parts: 2_000,
        depth: 20,
        inflated_bytes: 64 << 20,
        entries: 10_000,
    };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}

/// Everything the engine may know besides the message.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The present time, for entries that expire and dates in the future.
    pub now: Timestamp,
    /// When the person's server took the message (INTERNALDATE), if the source knows.
    pub received: Option<Timestamp>,
    /// The person's own addresses.
    pub identities: &'a Identities,
    /// What the person sent.
    pub ledger: &'a dyn SentLedger,
    /// Allow and block entries.
    pub senders: &'a dyn SenderList,
    /// What others know of attachments: hash lists, scanners, rules.
    pub knowledge: &'a dyn Knowledge,
    /// How much to quarantine.
    pub strictness: Strictness,
    /// Bounds.
    pub limits: Limits,
}

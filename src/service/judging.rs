//! Judging one account's mail: the engine with the person's ledger, senders and identities behind it.

use jiff::Timestamp;

use super::desk::Account;
use super::known;
use super::problem::ServiceError;
use crate::engine::senders::SenderEntry;
use crate::engine::{Context, Identities, Limits, Strictness, Verdict, judge};
use crate::knowledge::{Scanners, Sources};
use crate::store::Store;

/// What all messages of one sync are judged with. Taken once, so that one sync judges by one measure.
pub struct Bench {
    identities: Identities,
    senders: Vec<SenderEntry>,
    strictness: Strictness,
    sources: Sources,
    /// Whether files are known by their sums, or scanners look at them: then every byte counts.
    asks: bool,
    now: Timestamp,
}

impl Bench {
    /// Gathers identities (the account's addresses and every From address in Sent) and entries.
    pub fn set_up(store: &Store, account: &Account, now: Timestamp) -> Result<Bench, ServiceError> {
        let mut addresses = account.settings.addresses.clone();
        addresses.extend(store.sent_identities()?);
        let scanners = known::scanners(store)?;
        let asks = scanners != Scanners::default() || !store.hash_lists()?.is_empty();
        Ok(Bench {
            identities: Identities::new(addresses),
            senders: store.sender_entries(now)?,
            strictness: account.settings.strictness,
            sources: Sources::open(&scanners),
            asks,
            now,
        })
    }

    /// What the scanners failed at so far, one sentence each.
    pub fn complaints(&self) -> Vec<String> {
        self.sources.complaints()
    }

    /// Whether every byte of a file may matter, as it does to lists of sums and to scanners.
    pub fn wants_all(&self) -> bool {
        self.asks
    }

    /// Judges one message.
    pub fn judge(&self, store: &Store, raw: &[u8], received: Option<Timestamp>) -> Verdict {
        let ledger = store.ledger();
        judge(
            raw,
            &Context {
                now: self.now,
                received,
                identities: &self.identities,
                ledger: &ledger,
                senders: &self.senders,
                knowledge: &self.sources.asking(store),
                strictness: self.strictness,
                limits: Limits::default(),
            },
        )
    }
}

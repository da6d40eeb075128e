//! What one message, or one bare file, may cost, counted in bytes and steps: no clock is read.
//!
//! Every look at bytes that is not a table look-up pays here. The unit of work is one byte handled at
//! about 300 MB/s; slow unpackers pay a multiple per byte that comes out, so that the whole stays near
//! one second on a machine of 2020.

use super::findings as f;
use super::inspect::Case;
use crate::engine::context::Limits;

/// Work units that one message may cost.
const WORK: u64 = 300_000_000;

/// What is left to spend.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    /// Depth of containers that may be opened.
    pub(super) depth: usize,
    entries: usize,
    bytes: u64,
    work: u64,
    /// The first bound that was reached, in words.
    pub(super) reached: Option<String>,
    limits: Limits,
}

impl Budget {
    /// A fresh budget.
    pub(super) fn new(limits: &Limits) -> Budget {
        Budget {
            depth: limits.depth,
            entries: limits.entries,
            bytes: limits.inflated_bytes,
            work: WORK,
            reached: None,
            limits: *limits,
        }
    }

    /// The bounds it was made from.
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    fn reach(&mut self, what: String) -> bool {
        self.reached.get_or_insert(what);
        false
    }

    /// Pays for one entry of a container; `false` where there are too many.
    pub(super) fn entry(&mut self) -> bool {
        match self.entries.checked_sub(1) {
            Some(left) => {
                self.entries = left;
                true
            }
            None => self.reach(format!("more than {} files inside files", self.limits.entries)),
        }
    }

    /// Whether a container at `depth` may be opened.
    pub(super) fn may_open(&mut self, depth: usize) -> bool {
        depth < self.depth || self.reach(format!("containers nested deeper than {}", self.limits.depth))
    }

    /// Bytes that may still come out of a container.
    pub(super) fn bytes_left(&self) -> usize {
        usize::try_from(self.bytes.min(self.work)).unwrap_or(usize::MAX)
    }

    /// Bytes that may still come out of a container at `cost` units of work each.
    pub(super) fn room(&self, cost: u64) -> u64 {
        self.bytes.min(self.work / cost.max(1))
    }

    /// Pays for `n` bytes that came out of a container, each worth `cost` units of work.
    pub(super) fn out(&mut self, n: usize, cost: u64) -> bool {
        let n = n as u64;
        let enough = n <= self.bytes;
        self.bytes = self.bytes.saturating_sub(n);
        let worked = self.work(n.saturating_mul(cost));
        if enough {
            worked
        } else {
            self.reach(format!("more than {} MiB unpacked", self.limits.inflated_bytes >> 20))
        }
    }

    /// Pays for a look at `units` bytes.
    pub(super) fn work(&mut self, units: u64) -> bool {
        match self.work.checked_sub(units) {
            Some(left) => {
                self.work = left;
                true
            }
            None => {
                self.work = 0;
                self.reach("more work than one message may cost".to_owned())
            }
        }
    }

    /// Says that a bound cut a container short.
    pub(super) fn cut(&mut self) {
        let what = format!("more than {} MiB unpacked", self.limits.inflated_bytes >> 20);
        self.reach(what);
    }
}

impl Case<'_, '_> {
    /// Says that a bound of the format's own cut the look at this item short: `the first 100 objects` were looked at.
    ///
    /// What the message as a whole may cost is said by the walk, once.
    pub(super) fn only(&mut self, what: &str) {
        let says = format!("was not inspected in full: only {what} were looked at");
        self.find(&f::NOT_INSPECTED_LIMIT, &says, None);
    }

    /// The same where it has more than the `most` bytes that are read of its kind.
    pub(super) fn only_first(&mut self, most: usize) {
        if self.bytes().len() > most {
            self.only(&format!("the first {} of {} bytes", most, self.bytes().len()));
        }
    }
}

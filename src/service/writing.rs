//! The other threads of an intake: some judge what was fetched, one writes the verdicts, in transactions that grow with
//! what waits.
//!
//! A row is written within a second or so of its verdict, so that the window shows the newest mail while older
//! mail comes in. Who owns the only copy: the server; a verdict that was not written is made again.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::time::Duration;

use jiff::Timestamp;

use super::intake::Kind;
use super::judging::Bench;
use super::line::{Entry, Exit, Next};
use super::news::{self, What};
use super::triage::Skimmed;
use crate::account::Mode;
use crate::engine::policy;
use crate::engine::{Class, Disposition, Verdict};
use crate::mail::{Fetched, Outline};
use crate::store::{MessageId, NewMessage, Spot, Store, StoreError};

/// Verdicts that are written in one transaction, at most: each transaction writes the touched pages of every
/// index anew.
const ROWS: usize = 1_024;
/// What a verdict counts in the line to the writer, besides its source.
const ROW_BYTES: usize = 4 << 10;
/// Bytes of sources that are written in one transaction, at most, besides the last one.
const BYTES: usize = 8 << 20;
/// What the writer waits for, in the line's bytes: some hundred verdicts.
const WORTH_WRITING: usize = 2 << 20;
/// How long a verdict waits for others.
const PATIENCE: Duration = Duration::from_millis(700);

/// Stands for the bytes of a large message in memory.
pub(super) type Held = Sender<()>;

/// A message that came in and is known nowhere.
pub(super) struct Fresh {
    spot: Spot,
    content: Content,
}

enum Content {
    Whole {
        fetched: Fetched,
        sha256: [u8; 32],
        /// Whether the person once restored it.
        restored: bool,
        /// What whoever fetches waits for: dropped when the bytes are no longer in memory.
        held: Option<Held>,
    },
    Skimmed(Box<Skimmed>),
}

impl Fresh {
    /// One that was fetched whole.
    pub(super) fn whole(
        spot: Spot,
        fetched: Fetched,
        sha256: [u8; 32],
        restored: bool,
        held: Option<Held>,
    ) -> Fresh {
        Fresh { spot, content: Content::Whole { fetched, sha256, restored, held } }
    }

    /// One that was read without its pictures, and judged.
    pub(super) fn skimmed(spot: Spot, skimmed: Skimmed) -> Fresh {
        Fresh { spot, content: Content::Skimmed(Box::new(skimmed)) }
    }
}

/// One judged message that waits to be written.
pub(super) struct Judged {
    spot: Spot,
    flags: Vec<String>,
    received: Timestamp,
    size: u64,
    /// `None` where not all of it was fetched.
    sha256: Option<[u8; 32]>,
    source: Option<Vec<u8>>,
    verdict: Verdict,
    /// See [`Content::Whole`].
    _held: Option<Held>,
}

/// Where the judges of one intake stand.
pub(super) struct Judges {
    pub(super) from: Exit<Fresh>,
    pub(super) to: Entry<Judged>,
    pub(super) now: Timestamp,
}

/// Judges what comes in, until the line ends or nobody writes any more. `store` is asked about sent mail and
/// known files.
pub(super) fn judge(store: &Store, bench: &Bench, judges: &Judges) {
    let Judges { from, to, now } = judges;
    let now = *now;
    while let Some(Fresh { spot, content }) = from.wait() {
        let judged = match content {
            Content::Whole { fetched, sha256, restored, held } => {
                let verdict = bench.judge(store, &fetched.bytes, fetched.received);
                let verdict = if restored { policy::keep_restored(verdict) } else { verdict };
                // What is merely ordinary is not copied.
                let keeps = verdict.disposition != Disposition::Keep || verdict.class != Class::Ordinary;
                let size = match fetched.cut {
                    true => fetched.size.unwrap_or_default().max(fetched.bytes.len() as u64),
                    false => fetched.bytes.len() as u64,
                };
                let received = fetched.received.or(verdict.headline.date).unwrap_or(now);
                // The beginning of one that is too large to be read would pass for all of it.
                let source = (keeps && !fetched.cut).then_some(fetched.bytes);
                let (flags, sha256) = (fetched.flags, Some(sha256));
                let _held = held.filter(|_| source.is_some());
                Judged { spot, flags, received, size, sha256, source, verdict, _held }
            }
            Content::Skimmed(skimmed) => {
                let Skimmed { outline, verdict, .. } = *skimmed;
                let received = outline.received.or(verdict.headline.date).unwrap_or(now);
                let Outline { flags, size, .. } = outline;
                Judged { spot, flags, received, size, sha256: None, source: None, verdict, _held: None }
            }
        };
        let bytes = ROW_BYTES + judged.source.as_ref().map_or(0, Vec::len);
        if !to.push(judged, bytes) {
            return;
        }
    }
}

/// Where a writer tells what is news, once it is written.
pub(super) struct News {
    /// The account's.
    pub(super) mode: Mode,
    pub(super) line: Sender<(MessageId, What)>,
}

/// Writes what is judged.
pub(super) struct Writer<'a> {
    store: &'a Store,
    account: i64,
    kind: Kind,
    now: Timestamp,
    news: News,
    rows: Vec<Judged>,
    bytes: usize,
    judged: BTreeMap<&'static str, u64>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(store: &'a Store, account: i64, kind: Kind, now: Timestamp, news: News) -> Writer<'a> {
        let (rows, bytes, judged) = (Vec::new(), 0, BTreeMap::new());
        Writer { store, account, kind, now, news, rows, bytes, judged }
    }

    /// Works until the line ends; returns how many messages were judged, per class.
    ///
    /// # Errors
    /// Where the database can't be written: what waits is lost with it, and judged again by the next sync.
    pub(super) fn run(mut self, line: &Exit<Judged>) -> Result<BTreeMap<&'static str, u64>, StoreError> {
        loop {
            let judged = match line.take(WORTH_WRITING, PATIENCE) {
                Next::Item(judged) => judged,
                Next::Nothing => continue,
                Next::End => return Ok(self.judged),
            };
            for judged in judged {
                *self.judged.entry(judged.verdict.class.word()).or_default() += 1;
                self.bytes += judged.source.as_ref().map_or(0, Vec::len);
                self.rows.push(judged);
                if self.rows.len() >= ROWS || self.bytes >= BYTES {
                    self.flush()?;
                }
            }
            self.flush()?;
        }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows: Vec<(NewMessage<'_>, &Verdict)> = self
            .rows
            .iter()
            .map(|judged| {
                let message = NewMessage {
                    account: self.account,
                    spot: judged.spot.clone(),
                    flags: &judged.flags,
                    received: judged.received,
                    size: judged.size,
                    sha256: judged.sha256,
                    source: judged.source.as_deref(),
                    now: self.now,
                };
                (message, &judged.verdict)
            })
            .collect();
        match self.kind {
            Kind::Arrivals => {
                let ids = self.store.save_verdicts(&rows)?;
                for (id, (_, verdict)) in ids.into_iter().zip(&rows) {
                    if let Some(what) = news::judged(verdict, self.news.mode) {
                        // Whoever reads the news outlives this writer.
                        let _ = self.news.line.send((id, what));
                    }
                }
            }
            Kind::Quarantine => {
                self.store.save_held(&rows)?;
            }
        }
        self.rows.clear();
        self.bytes = 0;
        Ok(())
    }
}

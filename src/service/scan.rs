//! Judging files and folders: the work behind `lazaret scan` and `lazaret inspect`.
//!
//! Reads what it is given and nothing else: no network, no database of the person's. Messages are judged
//! on several threads and handed out in input order; at most five messages per thread are in memory at
//! once, besides the verdicts that wait for a slower one before them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::known::Outside;
use crate::engine::attachment::{Inspected, inspect_file_knowing};
use crate::engine::senders::SenderEntry;
use crate::engine::{
    Context, Identities, Limits, MemoryLedger, NoLedger, SentLedger, SentMail, Strictness, Verdict, judge,
};
use crate::mail::files::{self, Item};

/// What a scan knows besides the messages.
#[derive(Debug, Default)]
pub struct ScanContext {
    ledger: Option<MemoryLedger>,
    identities: Identities,
    now: Timestamp,
    outside: Outside,
}

/// A path that `--sent` named and that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sent mail in {path} could not be read: {says}")]
pub struct SentUnreadable {
    /// The path.
    pub path: PathBuf,
    /// The system's words.
    pub says: String,
}

/// One judged message, or why it could not be.
#[derive(Debug, Clone)]
pub struct Scanned {
    /// The file, or the folder of a Maildir message's file.
    pub path: PathBuf,
    /// Its place in the file, from 0.
    pub index: usize,
    /// The verdict, or why there is none.
    pub outcome: Result<Verdict, String>,
}

impl ScanContext {
    /// Learns the ledger from `sent` (none where it is empty) and joins its From addresses with
    /// `identities`.
    ///
    /// Messages among the sent mail that have no From or no date are passed over: they prove nothing. A
    /// file that can't be read is an error: a ledger with a hole would call genuine bounces backscatter.
    pub fn learn(
        sent: &[PathBuf],
        identities: &[String],
        now: Timestamp,
    ) -> Result<ScanContext, Vec<SentUnreadable>> {
        let mut ledger = MemoryLedger::default();
        let mut failed = Vec::new();
        for item in files::messages(sent) {
            match item.bytes {
                Ok(bytes) => {
                    if let Some(mail) = SentMail::read(&bytes, None) {
                        ledger.add(mail);
                    }
                }
                Err(says) => failed.push(SentUnreadable { path: item.path, says: says.to_string() }),
            }
        }
        if !failed.is_empty() {
            return Err(failed);
        }
        let identities =
            Identities::new(ledger.identities().map(str::to_owned).chain(identities.iter().cloned()));
        Ok(ScanContext {
            ledger: (!sent.is_empty()).then_some(ledger),
            identities,
            now,
            outside: Outside::default(),
        })
    }

    /// Asks also what the person chose to ask.
    pub fn asking(self, outside: Outside) -> ScanContext {
        ScanContext { outside, ..self }
    }

    /// What scanners failed at so far, one sentence each.
    pub fn complaints(&self) -> Vec<String> {
        self.outside.complaints()
    }

    /// Judges one message.
    pub fn judge(&self, raw: &[u8]) -> Verdict {
        let ledger: &dyn SentLedger = match &self.ledger {
            Some(ledger) => ledger,
            None => &NoLedger,
        };
        let senders: Vec<SenderEntry> = Vec::new();
        judge(
            raw,
            &Context {
                now: self.now,
                received: None,
                identities: &self.identities,
                ledger,
                senders: &senders,
                knowledge: &self.outside.asking(),
                strictness: Strictness::Normal,
                limits: Limits::default(),
            },
        )
    }
}

/// Judges every message of `paths` on `jobs` threads, handing results to `each` in input order. `each`
/// returns `false` to stop early (a closed pipe).
pub fn scan(paths: &[PathBuf], context: &ScanContext, jobs: usize, each: &mut dyn FnMut(Scanned) -> bool) {
    in_order(
        files::messages(paths),
        jobs,
        |item: Item| Scanned {
            outcome: item.bytes.map_err(|e| e.to_string()).and_then(|bytes| {
                let verdict = context.judge(&bytes);
                match verdict.findings.iter().any(|f| f.id == crate::engine::message::NO_HEADER) {
                    true => Err("it is not mail: it does not begin with a mail header".to_owned()),
                    false => Ok(verdict),
                }
            }),
            path: item.path,
            index: item.index,
        },
        each,
    );
}

/// Runs `work` over `items` on `jobs` threads and hands the results to `each` in the order of the items.
fn in_order<I, O>(
    items: impl Iterator<Item = I> + Send,
    jobs: usize,
    work: impl Fn(I) -> O + Sync,
    each: &mut dyn FnMut(O) -> bool,
) where
    I: Send,
    O: Send,
{
    let jobs = jobs.max(1);
    let (to_workers, from_reader) = sync_channel::<(u64, I)>(jobs * 2);
    let (to_printer, from_workers) = sync_channel::<(u64, O)>(jobs * 2);
    let from_reader = Arc::new(Mutex::new(from_reader));
    let work = &work;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for numbered in (0u64..).zip(items) {
                if to_workers.send(numbered).is_err() {
                    return;
                }
            }
        });
        for _ in 0..jobs {
            let from_reader = Arc::clone(&from_reader);
            let to_printer = to_printer.clone();
            scope.spawn(move || {
                loop {
                    let next = match from_reader.lock() {
                        Ok(queue) => queue.recv(),
                        Err(_) => return,
                    };
                    let Ok((number, item)) = next else { return };
                    if to_printer.send((number, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(to_printer);
        drop(from_reader);
        let mut early = BTreeMap::new();
        let mut wanted = 0u64;
        'out: for (number, result) in from_workers {
            early.insert(number, result);
            while let Some(result) = early.remove(&wanted) {
                wanted += 1;
                if !each(result) {
                    break 'out;
                }
            }
        }
    });
}

/// How many threads to use where the person does not say: one per core.
pub fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A bare file judged as an attachment would be.
#[derive(Debug, Clone)]
pub struct InspectedFile {
    /// The file.
    pub path: PathBuf,
    /// What was found, or why it could not be read.
    pub outcome: Result<Inspected, String>,
}

/// Judges a bare file as if it were an attachment of that name with no declared type; `outside` is asked too.
pub fn inspect(path: &Path, outside: &Outside) -> InspectedFile {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let outcome = std::fs::read(path)
        .map(|bytes| inspect_file_knowing(&name, &bytes, &Limits::default(), &outside.asking()))
        .map_err(|e| e.to_string());
    InspectedFile { path: path.to_owned(), outcome }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn results_come_in_the_order_of_the_items_whatever_the_threads_do() {
        let mut seen = Vec::new();
        in_order(
            0..500u32,
            4,
            |n| {
                if n % 7 == 0 {
                    std::thread::sleep(std::time::Duration::from_micros(300));
                }
                n * 2
            },
            &mut |n| {
                seen.push(n);
                true
            },
        );
        assert_eq!(seen, (0..500u32).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[test]
    fn stopping_early_ends_all_threads() {
        let mut count = 0;
        in_order(0..1_000_000u32, 4, |n| n, &mut |_| {
            count += 1;
            count < 10
        });
        assert_eq!(count, 10);
    }
}

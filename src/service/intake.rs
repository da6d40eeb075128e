//! Taking in what is new in a folder, newest first, and never judging twice what is an old acquaintance in a
//! new place. What is new goes to [`super::writing`], which judges and writes it while more is fetched.
//!
//! A message is known again by its place; where that was lost (a new UIDVALIDITY, a server that does not
//! say where it moved something) by Message-ID, size and date, and else by its very bytes.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::mpsc::channel;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::desk::Desk;
use super::judging::Bench;
use super::line::{Entry, line};
use super::news;
use super::problem::ServiceError;
use super::sync::SyncReport;
use super::triage::skim;
use super::unread;
use super::work::Work;
use super::writing::{Fresh, Judges, News, Writer, judge};
use crate::engine::ledger::normal_message_id;
use crate::mail::{Depth, Fetched, Folder, FolderState, Gone, Snapshot, Unreadable};
use crate::store::{
    ActionKind, FolderMark, FolderSnapshot, Holding, MessageId, Spot, Store, StoreError, StoredRow,
};

/// UIDs that are fetched with one call.
const BATCH: usize = 200;
/// With more new messages than this the rest is a backlog, of which only what the engine can need is fetched.
const BACKLOG: u64 = 400;
/// Headers that are fetched with one call.
const HEADERS: usize = 2_000;
/// Threads that judge, at most.
const MOST_JUDGES: usize = 4;
/// With fewer new messages than this one of them is enough.
const FEW: usize = 50;
/// Bytes of messages that wait to be judged, and of those that wait to be written, at most, or one message.
const WAITING_BYTES: usize = 8 << 20;
/// A message of more bytes than this is fetched and judged while no other such one is.
const LARGE: usize = 4 << 20;
/// What a message that was read without its pictures counts among them: about what its verdict takes.
const SKIMMED_BYTES: usize = 4 << 10;

/// What a folder is to Lazaret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Mail arrives there.
    Arrivals,
    /// Lazaret, or the person, holds mail there.
    Quarantine,
}

/// A folder that was opened and compared with the last time.
pub(super) struct Compared {
    pub(super) state: FolderState,
    /// UIDs that are not taken in yet, ascending.
    pub(super) new: Vec<u32>,
    pub(super) gone: Gone,
    snapshot: Option<Snapshot>,
}

/// How a folder stood when all of it was last taken in.
pub(super) fn known(store: &Store, account: i64, folder: &str) -> Result<Option<Snapshot>, StoreError> {
    Ok(store.snapshot(account, folder)?.map(|s| Snapshot {
        uid_validity: s.uid_validity,
        uid_next: s.uid_next,
        exists: s.exists,
        modseq: s.modseq,
    }))
}

/// Opens a folder and says what changed in it. A new UIDVALIDITY makes every stored UID of the folder void;
/// verdicts and decisions stay.
pub(super) fn compare(desk: &mut Desk<'_>, folder: &str) -> Result<Compared, ServiceError> {
    let account = desk.account.id;
    let then = known(desk.store, account, folder)?;
    let changes = desk.mailbox.changes(folder, then.as_ref())?;
    let validity = changes.state.uid_validity;
    let mark = desk.store.folder(account, folder)?;
    if mark.is_some_and(|mark| Some(mark.uid_validity) != validity) {
        desk.store.reset_folder(account, folder)?;
    }
    if let Some(uid_validity) = validity {
        if mark.is_none_or(|mark| mark.uid_validity != uid_validity) {
            desk.store.mark_folder(account, folder, FolderMark { uid_validity, last_uid: 0 })?;
        }
        desk.store.note_flags(account, folder, uid_validity, &changes.flags)?;
    }
    Ok(Compared { state: changes.state, new: changes.new, gone: changes.gone, snapshot: changes.snapshot })
}

impl Compared {
    /// Notes that all of it is taken in.
    pub(super) fn settle(&self, desk: &Desk<'_>, folder: &str) -> Result<(), ServiceError> {
        if let Some(now) = self.snapshot {
            let now = FolderSnapshot {
                uid_validity: now.uid_validity,
                uid_next: now.uid_next,
                exists: now.exists,
                modseq: now.modseq,
            };
            desk.store.set_snapshot(desk.account.id, folder, now)?;
        }
        Ok(())
    }

    /// Drops what is saved already from what is new: a sync that was stopped goes on, and what Lazaret moved
    /// itself is no news.
    fn leave_known(&mut self, desk: &Desk<'_>, folder: &str) -> Result<(), ServiceError> {
        if let (Some(validity), Some(first)) = (self.state.uid_validity, self.new.first()) {
            let known = desk.store.known(desk.account.id, folder, validity, *first)?;
            self.new.retain(|uid| !known.contains(uid));
        }
        Ok(())
    }

    /// The UIDs of `known` that left, as ranges.
    fn left(&self, known: impl IntoIterator<Item = u32>) -> Vec<RangeInclusive<u32>> {
        match &self.gone {
            Gone::Nobody => Vec::new(),
            Gone::These(ranges) => ranges.clone(),
            Gone::AllBut(present) => {
                known.into_iter().filter(|uid| present.binary_search(uid).is_err()).map(|u| u..=u).collect()
            }
        }
    }
}

/// Takes in what changed in a folder. Returns the held messages that left it, where it is a quarantine.
pub(super) fn take_in(
    desk: &mut Desk<'_>,
    folder: &Folder,
    kind: Kind,
    work: &mut Work<'_>,
    report: &mut SyncReport,
) -> Result<Vec<MessageId>, ServiceError> {
    let account = desk.account.id;
    let name = folder.name.as_str();
    let mut compared = compare(desk, name)?;
    let validity = compared.state.uid_validity;
    let lost = validity.is_some() && desk.store.has_lost(account, name)?;
    compared.leave_known(desk, name)?;
    compared.new.extend(unread::again(desk.store, account, name, validity)?);
    compared.new.sort_unstable();
    compared.new.dedup();
    if lost {
        relocate(desk, folder, kind, &mut compared, work)?;
    }
    let left = match (kind, validity) {
        (Kind::Quarantine, _) => held_that_left(desk, name, &compared)?,
        (Kind::Arrivals, Some(validity)) => {
            let known = match compared.gone {
                Gone::AllBut(_) => desk.store.known(account, name, validity, 1)?,
                _ => Default::default(),
            };
            desk.store.note_gone(account, name, validity, &compared.left(known))?;
            Vec::new()
        }
        (Kind::Arrivals, None) => Vec::new(),
    };
    judge_new(desk, folder, kind, &compared, work, report)?;
    if lost {
        // All of the folder was looked at: who did not turn up is not there.
        desk.store.give_up_lost(account, name)?;
    }
    compared.settle(desk, name)?;
    Ok(left)
}

/// The held messages that are no longer in the quarantine; each is noted as gone until it turns up elsewhere.
fn held_that_left(
    desk: &mut Desk<'_>,
    folder: &str,
    compared: &Compared,
) -> Result<Vec<MessageId>, ServiceError> {
    let Some(validity) = compared.state.uid_validity else { return Ok(Vec::new()) };
    let held = desk.store.held_in(desk.account.id, folder, Some(validity))?;
    let left = compared.left(held.iter().filter_map(|(_, uid)| *uid));
    let mut gone = Vec::new();
    for (id, uid) in held {
        if uid.is_none_or(|uid| left.iter().any(|range| range.contains(&uid))) {
            desk.store.set_place(id, Holding::Gone, &Spot { folder: folder.to_owned(), uid: None })?;
            gone.push(id);
        }
    }
    Ok(gone)
}

/// Finds messages again whose place was lost, by their headers alone, and takes them out of what is new.
fn relocate(
    desk: &mut Desk<'_>,
    folder: &Folder,
    kind: Kind,
    compared: &mut Compared,
    work: &mut Work<'_>,
) -> Result<(), ServiceError> {
    let Some(validity) = compared.state.uid_validity else { return Ok(()) };
    let account = desk.account.id;
    let total = compared.new.len() as u64;
    let mut unknown = Vec::new();
    for (round, batch) in compared.new.chunks(HEADERS).enumerate() {
        work.check()?;
        let done = (round * HEADERS) as u64;
        work.step(format!("Finding known mail in {} again", folder.display), done, Some(total));
        let mut found = Vec::new();
        desk.mailbox.fetch(batch, Depth::Header, &mut |fetched| {
            let id = message_id(&fetched.bytes).filter(|id| !id.is_empty());
            found.extend(id.zip(fetched.size).zip(fetched.received).map(|f| (fetched.uid, f)));
            !work.is_cancelled()
        })?;
        let mut again = Vec::new();
        for (uid, ((id, size), received)) in found {
            let candidates = desk.store.lost(account, &folder.name, &id, size, received)?;
            // Two that look alike are told apart by their bytes.
            if let [one] = candidates.as_slice() {
                let spot = Spot { folder: folder.name.clone(), uid: Some((validity, uid)) };
                desk.store.set_place(one.id, holding_here(desk.store, one, kind)?, &spot)?;
                again.push(uid);
            }
        }
        unknown.extend(batch.iter().filter(|uid| !again.contains(uid)));
    }
    work.check()?;
    compared.new = unknown;
    Ok(())
}

/// The Message-ID in a header, as the database keys it.
pub(super) fn message_id(header: &[u8]) -> Option<String> {
    let parsed = mail_parser::MessageParser::default().parse_headers(header)?;
    Some(normal_message_id(parsed.message_id()?))
}

/// What a known message that turned up in a folder is there.
fn holding_here(store: &Store, row: &StoredRow, kind: Kind) -> Result<Holding, StoreError> {
    Ok(match (kind, row.holding) {
        (Kind::Quarantine, _) => Holding::Held,
        (Kind::Arrivals, Holding::Restored) => Holding::Restored,
        (Kind::Arrivals, _) => {
            let once = match &row.sha256 {
                Some(sum) => store.was_restored(row.account, row.headline.message_id.as_deref(), sum)?,
                None => false,
            };
            if once { Holding::Restored } else { Holding::InPlace }
        }
    })
}

/// Fetches and judges what is new, newest first. This thread fetches and knows old acquaintances again, others judge,
/// one writes.
fn judge_new(
    desk: &mut Desk<'_>,
    folder: &Folder,
    kind: Kind,
    compared: &Compared,
    work: &mut Work<'_>,
    report: &mut SyncReport,
) -> Result<(), ServiceError> {
    if compared.new.is_empty() {
        return Ok(());
    }
    let bench = Bench::set_up(desk.store, desk.account, desk.now)?;
    let judging = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_JUDGES);
    // A handful of messages is judged before a second thread has begun.
    let judging = if compared.new.len() < FEW { 1 } else { judging };
    let asked = (0..judging).map(|_| desk.store.another()).collect::<Result<Vec<Store>, _>>()?;
    let written = desk.store.another()?;
    let (account, now, mode) = (desk.account.id, desk.now, desk.account.settings.mode);
    let (news, told) = channel();
    let (entry, fetched) = line(WAITING_BYTES);
    let (judged, exit) = line(WAITING_BYTES);
    let (done, written) = std::thread::scope(|scope| {
        let bench = &bench;
        // The last judge that leaves closes both lines.
        let judges = Arc::new(Judges { from: fetched, to: judged, now });
        let judging: Vec<_> = asked
            .into_iter()
            .map(|asked| {
                let judges = Arc::clone(&judges);
                scope.spawn(move || judge(&asked, bench, &judges))
            })
            .collect();
        drop(judges);
        let writing = scope
            .spawn(move || Writer::new(&written, account, kind, now, News { mode, line: news }).run(&exit));
        let done = Fetching { folder, kind, compared, bench, entry }.run(desk, work, report);
        // A panic goes on here: it is the program's mistake, not the mail's.
        for judging in judging {
            judging.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        (done, writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    // What was judged is written even where the connection broke: that much is done.
    for (message, what) in told {
        news::tell(desk, message, what, work);
    }
    for (word, count) in written? {
        *report.judged.entry(word).or_default() += count;
    }
    done?;
    report.left.extend(bench.complaints());
    work.check()
}

/// What the fetching thread of an intake works with.
struct Fetching<'a> {
    folder: &'a Folder,
    kind: Kind,
    compared: &'a Compared,
    bench: &'a Bench,
    entry: Entry<Fresh>,
}

impl Fetching<'_> {
    /// Fetches to the end, or until the other thread takes no more.
    fn run(
        self,
        desk: &mut Desk<'_>,
        work: &mut Work<'_>,
        report: &mut SyncReport,
    ) -> Result<(), ServiceError> {
        let new = &self.compared.new;
        let total = new.len() as u64;
        let says = format!("Judging {}", self.folder.display);
        let mut done = 0u64;
        let mut left = Vec::new();
        for batch in new.rchunks(BATCH) {
            work.check()?;
            work.step(says.clone(), done, Some(total));
            // The newest are wanted now; of a backlog it is worth a look what need not be fetched.
            let backlog = self.kind == Kind::Arrivals && done >= BACKLOG;
            let (skimmed, batch) = match backlog {
                true => skim(desk.store, desk.mailbox, self.bench, batch)?,
                false => (Vec::new(), batch.to_vec()),
            };
            let mut taken = true;
            for one in skimmed {
                report.spared_bytes += one.left_out;
                done += 1;
                taken &= self.entry.push(Fresh::skimmed(self.spot(one.outline.uid), one), SKIMMED_BYTES);
            }
            let mut failed = None;
            let store = &*desk.store;
            let (account, now) = (desk.account.id, desk.now);
            let unreadable = desk.mailbox.fetch(&batch, Depth::Whole, &mut |fetched| {
                match self.take(store, account, now, fetched, &mut report.taken_back) {
                    Ok(goes_on) => taken &= goes_on,
                    Err(error) => failed = Some(error),
                }
                done += 1;
                work.step(says.clone(), done, Some(total));
                taken && failed.is_none() && !work.is_cancelled()
            });
            let unreadable = unreadable?;
            note_unreadable(&unreadable, self.folder, &mut report.left);
            left.extend(unreadable);
            if let Some(error) = failed {
                return Err(error.into());
            }
            if !taken {
                // The other thread says why.
                return Ok(());
            }
        }
        let validity = self.compared.state.uid_validity;
        Ok(unread::note(desk.store, desk.account.id, &self.folder.name, validity, new, &left)?)
    }

    /// Knows one message again, or hands it over. `false` where nobody takes it.
    fn take(
        &self,
        store: &Store,
        account: i64,
        now: Timestamp,
        fetched: Fetched,
        taken_back: &mut u64,
    ) -> Result<bool, StoreError> {
        let sum: [u8; 32] = Sha256::digest(&fetched.bytes).into();
        let spot = self.spot(fetched.uid);
        if !store.has_bytes(account, &sum)? {
            return Ok(self.hand_over(spot, fetched, sum, false));
        }
        let id = message_id(&fetched.bytes);
        if spot.uid.is_some() {
            let alike = store.by_identity(account, id.as_deref(), &sum)?;
            let old = Old { store, kind: self.kind, now, alike: &alike };
            if old.turned_up(&spot, taken_back)? {
                return Ok(true);
            }
        }
        let restored = store.was_restored(account, id.as_deref(), &sum)?;
        Ok(self.hand_over(spot, fetched, sum, restored))
    }

    /// Hands one message over. A large one is waited for until it is written, or at least judged where its source is
    /// not kept: of such messages one is in memory.
    fn hand_over(&self, spot: Spot, fetched: Fetched, sum: [u8; 32], restored: bool) -> bool {
        let bytes = fetched.bytes.len();
        let (held, let_go) = channel();
        let held = (bytes > LARGE).then_some(held);
        let waits = held.is_some();
        let taken = self.entry.push(Fresh::whole(spot, fetched, sum, restored, held), bytes);
        if waits {
            // Nothing is ever sent: the wait ends when the other side drops what it holds.
            let _ = let_go.recv();
        }
        taken
    }

    fn spot(&self, uid: u32) -> Spot {
        let uid = self.compared.state.uid_validity.map(|validity| (validity, uid));
        Spot { folder: self.folder.name.clone(), uid }
    }
}

/// A message that came in, and the saved ones with exactly its bytes.
struct Old<'a> {
    store: &'a Store,
    kind: Kind,
    now: Timestamp,
    alike: &'a [StoredRow],
}

impl Old<'_> {
    /// Takes up a message that is saved already and stands at `spot` now; `false` where it is none.
    fn turned_up(&self, spot: &Spot, counted: &mut u64) -> Result<bool, StoreError> {
        // Moved by a server that does not say where to, or numbered anew: the same message, found again.
        let lost = |r: &&StoredRow| r.spot.uid.is_none() && r.spot.folder == spot.folder;
        if let Some(lost) = self.alike.iter().find(lost) {
            self.store.set_place(lost.id, holding_here(self.store, lost, self.kind)?, spot)?;
            return Ok(true);
        }
        let was_held = |row: &&StoredRow| {
            row.spot.folder != spot.folder
                && (row.holding == Holding::Held
                    || (row.holding == Holding::Gone && row.spot.folder != row.arrived.folder))
        };
        match self.kind {
            // Taken out of the quarantine with another program: the person wants it back.
            Kind::Arrivals => {
                let Some(row) = self.alike.iter().find(was_held) else { return Ok(false) };
                self.store.learn(row.id, ActionKind::Restore, spot, &taken_back(row), self.now)?;
                *counted += 1;
                Ok(true)
            }
            // Put into the quarantine with another program.
            Kind::Quarantine => {
                let gone = |row: &&StoredRow| row.holding == Holding::Gone;
                let Some(row) = self.alike.iter().find(gone) else { return Ok(false) };
                let says =
                    format!("Moved to the quarantine with another program: {}", super::actions::title(row));
                self.store.learn(row.id, ActionKind::Quarantine, spot, &says, self.now)?;
                Ok(true)
            }
        }
    }
}

/// The journal's words for a message that another program took out of the quarantine.
pub(super) fn taken_back(row: &StoredRow) -> String {
    format!("Taken out of the quarantine with another program: {}", super::actions::title(row))
}

pub(super) fn note_unreadable(unreadable: &[Unreadable], folder: &Folder, left: &mut Vec<String>) {
    for message in unreadable {
        left.push(format!(
            "Message {} in {} could not be read: {}",
            message.uid, folder.display, message.why
        ));
    }
}

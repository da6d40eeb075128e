//! One sync of one account: learn Sent, judge INBOX, move what is due.
//!
//! Who owns the only copy: the server, throughout. A message is judged from a fetched copy; the server is
//! changed by [`super::actions`] alone. Whatever stops a sync between two steps (the person, the network,
//! a power cut), the next one goes on: marks are written with the rows they speak of, in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::actions;
use super::desk::Desk;
use super::judging::Bench;
use super::problem::ServiceError;
use super::work::Work;
use crate::account::{Mode, Settings};
use crate::engine::ledger::Span;
use crate::engine::policy;
use crate::engine::{Class, Disposition, SentMail, Verdict};
use crate::mail::{Depth, Fetched, Folder, FolderRole, FolderState, MailError, Unreadable};
use crate::store::{
    Actor, FolderMark, Holding, MessageId, NewMessage, NewSent, Spot, Store, StoreError, StoreQuery,
    StoreShelf,
};

/// UIDs that are fetched with one call.
const BATCH: usize = 200;
/// Verdicts that are written in one transaction, at most.
const ROWS: usize = 64;
/// Bytes of sources that wait to be written, at most, besides the last one.
const WAITING_BYTES: usize = 8 << 20;
/// A mail client may save its Sent copy some time after sending: the ledger is not said to cover the
/// last minutes before a sync.
const SETTLING: SignedDuration = SignedDuration::from_mins(15);
/// Messages that one sync moves at most; the next one goes on.
const DUE: usize = 5_000;
/// Bounces that stay in doubt are judged again for this long: a Sent copy may come late.
const IN_DOUBT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What one sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Sent mails learned.
    pub learned: u64,
    /// Messages judged, per class.
    pub judged: BTreeMap<&'static str, u64>,
    /// Messages moved to the quarantine.
    pub quarantined: u64,
    /// Messages that would have been moved, were the account not only observing.
    pub would_quarantine: u64,
    /// Messages that could not be read or moved, one sentence each.
    pub left: Vec<String>,
}

impl SyncReport {
    /// How many messages were judged.
    pub fn total(&self) -> u64 {
        self.judged.values().sum()
    }
}

/// Syncs one account to the end, or until the person stops it.
pub fn sync(desk: &mut Desk<'_>, work: &mut Work<'_>) -> Result<SyncReport, ServiceError> {
    let mut report = SyncReport::default();
    work.step("Looking at the folders", 0, None);
    let folders = desk.mailbox.folders()?;
    actions::repair(desk, &folders)?;
    match sent_folder(&folders, &desk.account.settings) {
        Some(sent) => match learn_sent(desk, sent, work, &mut report.left) {
            Ok(learned) => report.learned = learned,
            // Without Sent the ledger covers less, and more bounces stay unverified: INBOX is still judged.
            Err(ServiceError::Mail(error @ MailError::Folder { .. })) => report.left.push(format!("{error}.")),
            Err(error) => return Err(error),
        },
        None => report.left.push(
            "No folder for sent mail was found, so no bounce can be told from backscatter. Choose it in Settings."
                .to_owned(),
        ),
    }
    let inbox = folders.iter().find(|f| f.role == FolderRole::Inbox).cloned().unwrap_or_else(|| Folder {
        name: "INBOX".to_owned(),
        display: "INBOX".to_owned(),
        role: FolderRole::Inbox,
        selectable: true,
    });
    judge_folder(desk, &inbox, work, &mut report)?;
    judge_again(desk, work)?;
    let due = due(desk)?;
    match desk.account.settings.mode {
        Mode::Act if !due.is_empty() => {
            let outcome = actions::quarantine(desk, &due, Actor::Rule, work)?;
            report.quarantined = outcome.moved;
            report.left.extend(outcome.left);
        }
        Mode::Act => {}
        Mode::Observe => report.would_quarantine = due.len() as u64,
    }
    desk.store.set_last_sync(desk.account.id, desk.now)?;
    Ok(report)
}

/// The folder whose mail counts as sent: the person's choice, else the server's word or a known name.
pub fn sent_folder<'a>(folders: &'a [Folder], settings: &Settings) -> Option<&'a Folder> {
    match &settings.sent_folder {
        Some(name) => folders.iter().find(|f| f.name == *name),
        None => folders.iter().find(|f| f.role == FolderRole::Sent && f.selectable),
    }
}

/// Opens a folder and returns its state with the UID up to which it was read before. A new UIDVALIDITY
/// makes every stored UID of the folder void.
fn open(desk: &mut Desk<'_>, folder: &Folder) -> Result<(FolderState, u32), ServiceError> {
    let state = desk.mailbox.open(&folder.name)?;
    let validity = state.uid_validity.unwrap_or(0);
    let read_to = match desk.store.folder(desk.account.id, &folder.name)? {
        Some(mark) if mark.uid_validity == validity && validity != 0 => mark.last_uid,
        Some(_) => {
            desk.store.reset_folder(desk.account.id, &folder.name)?;
            0
        }
        None => 0,
    };
    Ok((state, read_to))
}

/// Reads the headers of new mail in Sent into the ledger and extends its coverage.
fn learn_sent(
    desk: &mut Desk<'_>,
    folder: &Folder,
    work: &mut Work<'_>,
    left: &mut Vec<String>,
) -> Result<u64, ServiceError> {
    let (state, read_to) = open(desk, folder)?;
    let validity = state.uid_validity.unwrap_or(0);
    // The server's answer to `n:*` holds the last message even where it is below n.
    let uids: Vec<u32> = desk.mailbox.uids(read_to + 1)?.into_iter().filter(|u| *u > read_to).collect();
    let total = uids.len() as u64;
    let mut learned = 0;
    let mut identities = BTreeSet::new();
    for batch in uids.chunks(BATCH) {
        work.check()?;
        work.step(format!("Reading {}", folder.display), learned, Some(total));
        let mut mails = Vec::with_capacity(batch.len());
        let unreadable = desk.mailbox.fetch(batch, Depth::Header, &mut |fetched: Fetched| {
            if let Some(mail) = SentMail::read(&fetched.bytes, fetched.received) {
                identities.insert(mail.from.clone());
                let folder = folder.name.clone();
                mails.push(NewSent { folder, uid_validity: validity, uid: fetched.uid, mail });
            }
            true
        })?;
        note_unreadable(&unreadable, folder, left);
        desk.store.add_sent(desk.account.id, &mails)?;
        // Marked after the rows: a crash between the two reads a batch twice, and never skips one.
        if let (Some(uid_validity), Some(last)) = (state.uid_validity, batch.last()) {
            let mark = FolderMark { uid_validity, last_uid: *last };
            desk.store.mark_folder(desk.account.id, &folder.name, mark)?;
        }
        learned += batch.len() as u64;
    }
    // Everything from the oldest mail in Sent to a little before now is known.
    if let Some(from) = desk.store.oldest_sent(desk.account.id)? {
        let span = Span { from, to: desk.now - SETTLING };
        identities.extend(desk.account.settings.addresses.iter().map(|a| a.trim().to_lowercase()));
        for identity in desk.store.sent_identities()?.into_iter().filter(|i| identities.contains(i)) {
            desk.store.extend_coverage(desk.account.id, &identity, span)?;
        }
    }
    work.step(format!("Reading {}", folder.display), total, Some(total));
    Ok(learned)
}

/// One judged message that waits to be written.
struct Judged {
    spot: Spot,
    flags: Vec<String>,
    received: Timestamp,
    size: u64,
    sha256: [u8; 32],
    source: Option<Vec<u8>>,
    verdict: Verdict,
}

/// What is judged and waits to be written.
#[derive(Default)]
struct Pending {
    rows: Vec<Judged>,
    bytes: usize,
}

/// Fetches and judges the messages of a folder that are new, newest first.
fn judge_folder(
    desk: &mut Desk<'_>,
    folder: &Folder,
    work: &mut Work<'_>,
    report: &mut SyncReport,
) -> Result<(), ServiceError> {
    let (state, read_to) = open(desk, folder)?;
    let validity = state.uid_validity.unwrap_or(0);
    let present = desk.mailbox.uids(1)?;
    let account = desk.account.id;
    let known = desk.store.known(account, &folder.name, validity)?;
    let there: HashSet<u32> = present.iter().copied().collect();
    let gone: Vec<u32> = known.difference(&there).copied().collect();
    desk.store.note_gone(account, &folder.name, validity, &gone)?;
    let mut new: Vec<u32> = present.iter().copied().filter(|u| *u > read_to && !known.contains(u)).collect();
    new.sort_unstable_by(|a, b| b.cmp(a));
    let bench = Bench::set_up(desk.store, desk.account, desk.now)?;
    let total = new.len() as u64;
    let says = format!("Judging {}", folder.display);
    let mut done = 0u64;
    for batch in new.chunks(BATCH) {
        work.check()?;
        work.step(says.clone(), done, Some(total));
        let mut uids = batch.to_vec();
        uids.sort_unstable();
        let mut pending = Pending::default();
        let mut failed: Option<ServiceError> = None;
        let store = &*desk.store;
        let now = desk.now;
        let unreadable = desk.mailbox.fetch(&uids, Depth::Whole, &mut |fetched| {
            let uid = state.uid_validity.map(|v| (v, fetched.uid));
            let spot = Spot { folder: folder.name.clone(), uid };
            match take_in(store, account, &bench, spot, fetched, now, &mut pending) {
                Ok(class) => {
                    if let Some(class) = class {
                        *report.judged.entry(class.word()).or_default() += 1;
                    }
                    done += 1;
                    work.step(says.clone(), done, Some(total));
                    !work.is_cancelled()
                }
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        });
        // What was judged is written even where the connection broke: that much is done.
        let written = flush(desk.store, account, now, &mut pending);
        note_unreadable(&unreadable?, folder, &mut report.left);
        written?;
        if let Some(error) = failed {
            return Err(error);
        }
    }
    report.left.extend(bench.complaints());
    work.check()?;
    if let (Some(uid_validity), Some(last)) = (state.uid_validity, present.iter().max()) {
        desk.store.mark_folder(account, &folder.name, FolderMark { uid_validity, last_uid: *last })?;
    }
    Ok(())
}

/// Judges one fetched message and queues its row. `None` where the message is an old acquaintance that only
/// got a new place.
fn take_in(
    store: &Store,
    account: i64,
    bench: &Bench,
    spot: Spot,
    fetched: Fetched,
    now: Timestamp,
    pending: &mut Pending,
) -> Result<Option<Class>, ServiceError> {
    let sha256: [u8; 32] = Sha256::digest(&fetched.bytes).into();
    let verdict = bench.judge(store, &fetched.bytes, fetched.received);
    let message_id = verdict.headline.message_id.as_deref();
    let lost = store
        .by_identity(account, message_id, &sha256)?
        .into_iter()
        .find(|row| row.spot.uid.is_none() && row.spot.folder == spot.folder);
    if let Some(known) = lost
        && spot.uid.is_some()
    {
        // Moved by a server that does not say where to, or numbered anew: the same message, found again.
        store.set_place(known.id, known.holding, &spot)?;
        return Ok(None);
    }
    let verdict = if store.was_restored(account, message_id, &sha256)? {
        policy::keep_restored(verdict)
    } else {
        verdict
    };
    let class = verdict.class;
    // What is merely ordinary is not copied.
    let keep_source = verdict.disposition != Disposition::Keep || class != Class::Ordinary;
    let size = fetched.bytes.len() as u64;
    let received = fetched.received.or(verdict.headline.date).unwrap_or(now);
    let source = keep_source.then_some(fetched.bytes);
    pending.bytes += source.as_ref().map_or(0, Vec::len);
    pending.rows.push(Judged { spot, flags: fetched.flags, received, size, sha256, source, verdict });
    if pending.rows.len() >= ROWS || pending.bytes >= WAITING_BYTES {
        flush(store, account, now, pending)?;
    }
    Ok(Some(class))
}

fn flush(store: &Store, account: i64, now: Timestamp, pending: &mut Pending) -> Result<(), StoreError> {
    if pending.rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<(NewMessage<'_>, Verdict)> = pending
        .rows
        .iter()
        .map(|judged| {
            let message = NewMessage {
                account,
                spot: judged.spot.clone(),
                flags: &judged.flags,
                received: judged.received,
                size: judged.size,
                sha256: Some(judged.sha256),
                source: judged.source.as_deref(),
                now,
            };
            (message, judged.verdict.clone())
        })
        .collect();
    store.save_verdicts(&rows)?;
    pending.rows.clear();
    pending.bytes = 0;
    Ok(())
}

/// The messages that the policy wants held and that still stand where they arrived.
pub(super) fn due(desk: &Desk<'_>) -> Result<Vec<MessageId>, ServiceError> {
    let page = desk.store.list(&StoreQuery {
        shelf: StoreShelf::Quarantine,
        account: Some(desk.account.id),
        limit: DUE,
        ..StoreQuery::default()
    })?;
    Ok(page.rows.into_iter().filter(|row| row.holding == Holding::InPlace).map(|row| row.id).collect())
}

/// Judges again what was in doubt, now that the ledger may know more: a Sent copy saved late turns an
/// unverified bounce into a genuine one.
fn judge_again(desk: &mut Desk<'_>, work: &mut Work<'_>) -> Result<(), ServiceError> {
    let bench = Bench::set_up(desk.store, desk.account, desk.now)?;
    let since = desk.now - IN_DOUBT;
    let page = desk.store.list(&StoreQuery {
        shelf: StoreShelf::All,
        class: Some(Class::UnverifiedBounce),
        account: Some(desk.account.id),
        descending: true,
        limit: DUE,
        ..StoreQuery::default()
    })?;
    for row in page.rows.into_iter().filter(|r| r.holding == Holding::InPlace && r.received >= since) {
        work.check()?;
        let (Some(message), Some(source)) = (desk.store.message(row.id)?, desk.store.source(row.id)?) else {
            continue;
        };
        let verdict = bench.judge(desk.store, &source, Some(row.received));
        if verdict.class != row.class || verdict.disposition != row.disposition {
            actions::save_again(desk, &message, &source, &verdict)?;
        }
    }
    Ok(())
}

fn note_unreadable(unreadable: &[Unreadable], folder: &Folder, left: &mut Vec<String>) {
    for message in unreadable {
        left.push(format!(
            "Message {} in {} could not be read: {}",
            message.uid, folder.display, message.why
        ));
    }
}

//! One sync of one account: learn Sent, judge INBOX, move what is due, delete what the person wants kept no longer.
//!
//! Who owns the only copy: the server, throughout. A message is judged from a fetched copy; the server is
//! changed by [`super::actions`] alone. Whatever stops a sync between two steps (the person, the network,
//! a power cut), the next one goes on: marks are written with the rows they speak of, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::actions;
use super::desk::Desk;
use super::intake::{self, Kind};
use super::judging::Bench;
use super::news;
use super::problem::ServiceError;
use super::repair;
use super::retention;
use super::watch;
use super::work::Work;
use crate::account::{Mode, Settings};
use crate::engine::ledger::Span;
use crate::engine::{Class, SentMail, policy};
use crate::mail::{Depth, Fetched, Folder, FolderRole, MailError};
use crate::store::{Actor, FolderMark, Holding, NewSent, StoreQuery, StoreShelf};

/// Headers that are fetched with one call.
const BATCH: usize = 200;
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
    /// Messages deleted for ever, as the person chose for what is held long enough.
    pub expired: u64,
    /// What will be deleted for ever, in a sentence that was not said before.
    pub announced: Option<String>,
    /// Messages that another program took out of the quarantine, which counts as a restore.
    pub taken_back: u64,
    /// Bytes of pictures in a backlog that did not need to be fetched.
    pub spared_bytes: u64,
    /// Messages that could not be read or moved, one sentence each.
    pub left: Vec<String>,
}

impl SyncReport {
    /// What went for ever and what will, in sentences.
    pub fn news(&self) -> Vec<String> {
        let gone = match self.expired {
            0 => None,
            1 => Some("1 message was deleted for ever, as you chose in Settings.".to_owned()),
            n => Some(format!("{n} messages were deleted for ever, as you chose in Settings.")),
        };
        gone.into_iter().chain(self.announced.clone()).collect()
    }

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
    repair::repair(desk, &folders)?;
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
    let inbox = actions::inbox(&folders);
    intake::take_in(desk, &inbox, Kind::Arrivals, work, &mut report)?;
    watch::look_after(desk, &folders, work, &mut report)?;
    judge_again(desk, report.learned > 0, work)?;
    let due = desk.store.due(desk.account.id, DUE)?;
    match desk.account.settings.mode {
        Mode::Act if !due.is_empty() => {
            let outcome = actions::quarantine(desk, &due, Actor::Rule, work);
            // What was moved before it broke off is news all the same.
            news::tell_held(desk, &due, work)?;
            let outcome = outcome?;
            report.quarantined = outcome.moved;
            report.left.extend(outcome.left);
        }
        Mode::Act => {}
        Mode::Observe => report.would_quarantine = due.len() as u64,
    }
    retention::look_after(desk, work, &mut report)?;
    desk.store.set_last_sync(desk.account.id, desk.now)?;
    Ok(report)
}

/// The folder whose mail counts as sent: the person's choice, else the server's word or a known name.
pub fn sent_folder<'a>(folders: &'a [Folder], settings: &Settings) -> Option<&'a Folder> {
    match &settings.sent_folder {
        Some(name) => {
            let spelled = |f: &&Folder| f.name == *name || f.display == *name;
            folders.iter().find(spelled)
        }
        None => folders.iter().find(|f| f.role == FolderRole::Sent && f.selectable),
    }
}

/// Reads the headers of new mail in Sent into the ledger and extends its coverage.
fn learn_sent(
    desk: &mut Desk<'_>,
    folder: &Folder,
    work: &mut Work<'_>,
    left: &mut Vec<String>,
) -> Result<u64, ServiceError> {
    let compared = intake::compare(desk, &folder.name)?;
    let state = compared.state;
    let validity = state.uid_validity.unwrap_or(0);
    // Where an earlier sync was stopped, it goes on.
    let read_to = desk.store.folder(desk.account.id, &folder.name)?.map_or(0, |mark| mark.last_uid);
    let uids: Vec<u32> = compared.new.iter().copied().filter(|uid| *uid > read_to).collect();
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
        intake::note_unreadable(&unreadable, folder, left);
        desk.store.add_sent(desk.account.id, &mails)?;
        // Marked after the rows: a crash between the two reads a batch twice, and never skips one.
        if let (Some(uid_validity), Some(last)) = (state.uid_validity, batch.last()) {
            let mark = FolderMark { uid_validity, last_uid: *last };
            desk.store.mark_folder(desk.account.id, &folder.name, mark)?;
        }
        learned += batch.len() as u64;
    }
    compared.settle(desk, &folder.name)?;
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

/// Judges again what was in doubt, where the ledger may know more by now: a Sent copy saved late turns an
/// unverified bounce into a genuine one, and the ledger's coverage reaches the last minutes only later.
fn judge_again(desk: &mut Desk<'_>, learned: bool, work: &mut Work<'_>) -> Result<(), ServiceError> {
    let long_ago = desk.now - IN_DOUBT;
    let since = match desk.account.last_sync {
        Some(last) if !learned => long_ago.max(last - SETTLING * 4),
        _ => long_ago,
    };
    let bench = Bench::set_up(desk.store, desk.account, desk.now)?;
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
        let mut verdict = bench.judge(desk.store, &source, Some(row.received));
        let sum = row.sha256.unwrap_or_default();
        if desk.store.was_restored(row.account, row.headline.message_id.as_deref(), &sum)? {
            verdict = policy::keep_restored(verdict);
        }
        if verdict.class != row.class || verdict.disposition != row.disposition {
            actions::save_again(desk, &message, &source, false, &verdict)?;
            if let Some(what) = news::judged(&verdict, desk.account.settings.mode) {
                news::tell(desk, row.id, what, work);
            }
        }
    }
    Ok(())
}

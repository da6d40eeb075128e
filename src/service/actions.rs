//! The only place where messages are moved: quarantine, restore, and what undoes them.
//!
//! Each move is written to the journal as intended before the first command goes out, as begun when it
//! does, and as done or given up when the server has answered (`plan`); `repair` looks after what a crash
//! left between. The server (or Maildir) owns the only copy throughout: a message stands in the one folder, in
//! the other, or (for the moment between COPY and EXPUNGE) in both, never in none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::command::{ActionId, MessageId};
use super::desk::Desk;
use super::judging::Bench;
use super::plan::Plan;
use super::problem::ServiceError;
use super::repair;
use super::retention;
use super::work::Work;
use crate::account::Mode;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::engine::{Disposition, reading};
use crate::mail::{Depth, Folder, FolderRole, MoveMeans, names};
use crate::store::{
    ActionKind, Actor, Holding, NewMessage, Spot, Store, StoredAction, StoredMessage, StoredRow,
};

/// What came of an action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// One sentence, as in "Restored to INBOX".
    pub says: String,
    /// The journal's keys of what was done, for undoing all of it.
    pub actions: Vec<ActionId>,
    /// Messages that moved.
    pub moved: u64,
    /// Messages that did not, one sentence each.
    pub left: Vec<String>,
    /// Entries that were made, and what each replaced: undone together with the moves.
    pub entries: Vec<(i64, Option<SenderEntry>)>,
}

/// Moves messages to the quarantine folder.
pub fn quarantine(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    actor: Actor,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    hold(desk, ids, actor, None, work)
}

fn hold(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    actor: Actor,
    undo_of: Option<&BTreeMap<MessageId, ActionId>>,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    if ids.is_empty() {
        return Ok(Outcome { says: "Nothing was moved.".to_owned(), ..Outcome::default() });
    }
    if desk.mailbox.move_means() == MoveMeans::Unsafe {
        let why = "This server has no safe way to move mail (neither MOVE nor UIDPLUS), so every message stays \
                   where it is.";
        return Ok(Outcome {
            says: "Nothing was moved.".to_owned(),
            left: vec![why.to_owned()],
            ..Outcome::default()
        });
    }
    repair::before_action(desk)?;
    let target = desk.mailbox.quarantine_folder()?;
    if !desk.mailbox.folders()?.iter().any(|f| f.name == target) {
        desk.mailbox.create(&target)?;
    }
    // What is moved is known byte for byte, so that it is found again after any crash.
    let bench = Bench::set_up(desk.store, desk.account, desk.now)?;
    for message in load(desk, ids)? {
        if message.row.sha256.is_none() {
            judge_anew(desk, &bench, &message)?;
        }
    }
    let mut plan = Plan::new(ActionKind::Quarantine, actor, Holding::Held);
    for message in load(desk, ids)? {
        let row = message.row;
        // What was judged without all its bytes could not be known as restored before.
        if let (Actor::Rule, Some(sum)) = (actor, &row.sha256)
            && desk.store.was_restored(row.account, row.headline.message_id.as_deref(), sum)?
        {
            desk.store.set_holding(row.id, Holding::Restored)?;
            continue;
        }
        match row.spot.uid {
            _ if row.holding == Holding::Held => {}
            Some(_) if row.spot.folder != target => {
                let says = format!("Moved to the quarantine: {}", title(&row));
                plan.add(row, target.clone(), says, undo_of);
            }
            _ => plan.left.push(format!("{} is no longer where it was.", title(&row))),
        }
    }
    let outcome = plan.carry_out(desk, work)?;
    Ok(Outcome { says: counted(outcome.moved, "held in the quarantine"), ..outcome })
}

/// Moves messages to the quarantine by the person's own hand. While the account only observes, nothing on
/// the server changes and the answer says so.
pub fn quarantine_by_hand(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    if desk.account.settings.mode == Mode::Observe {
        return Ok(Outcome { says: only_observes(desk), ..Outcome::default() });
    }
    quarantine(desk, ids, Actor::Person, work)
}

/// Puts messages back into the folder they came from, or into INBOX where that is gone. They are never
/// quarantined by a rule again. What was never moved (an observing account) is marked as fine.
pub fn restore(desk: &mut Desk<'_>, ids: &[MessageId], work: &mut Work<'_>) -> Result<Outcome, ServiceError> {
    put_back(desk, ids, None, work)
}

fn put_back(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    undo_of: Option<&BTreeMap<MessageId, ActionId>>,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    repair::before_action(desk)?;
    let folders = desk.mailbox.folders()?;
    let mut plan = Plan::new(ActionKind::Restore, Actor::Person, Holding::Restored);
    let mut cleared = 0;
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    let mut homeless: BTreeSet<String> = BTreeSet::new();
    for message in load(desk, ids)? {
        let row = message.row;
        if row.holding != Holding::Held {
            desk.store.mark_restored(row.id, desk.now)?;
            desk.store.set_holding(row.id, Holding::Restored)?;
            cleared += 1;
            continue;
        }
        if row.spot.uid.is_none() {
            plan.left.push(format!("{} is no longer in the quarantine folder.", title(&row)));
            continue;
        }
        // A message that was found in the quarantine and known nowhere before has no folder of its own.
        let home = folders.iter().find(|f| f.name == row.arrived.folder && f.name != row.spot.folder);
        if home.is_none() && row.arrived.folder != row.spot.folder {
            homeless.insert(names::display_of(&row.arrived.folder));
        }
        let home = home.cloned().unwrap_or_else(|| inbox(&folders));
        let says = format!("Restored to {}: {}", home.display, title(&row));
        homes.insert(home.name.clone(), home.display);
        plan.add(row, home.name, says, undo_of);
    }
    let outcome = plan.carry_out(desk, work)?;
    let mut says = Vec::new();
    if outcome.moved > 0 {
        let places: Vec<&str> = homes.values().map(String::as_str).collect();
        says.push(counted(outcome.moved, &format!("restored to {}", places.join(", "))));
        if !homeless.is_empty() {
            let names: Vec<String> = homeless.iter().map(|n| format!("\u{201c}{n}\u{201d}")).collect();
            let verb = if names.len() == 1 { "is" } else { "are" };
            says.push(format!("The folder it came from, {}, {verb} gone.", names.join(", ")));
        }
    }
    if cleared > 0 {
        says.push(counted(cleared, "marked as fine and will not be held"));
    }
    if says.is_empty() {
        says.push("Nothing was restored.".to_owned());
    }
    Ok(Outcome { says: says.join(" "), ..outcome })
}

/// What an entry names of a message, and until when it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Naming {
    /// What it matches on.
    pub scope: SenderScope,
    /// When it stops to count; `None` for never.
    pub expires: Option<Timestamp>,
}

/// Restores messages and adds an allow entry for each sender of `ids`; those in `also` are what the entries release
/// besides. A message whose sender can't be named is restored all the same.
pub fn restore_and_allow(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    also: &[MessageId],
    naming: Naming,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    let (values, entries) = add_entries(desk, ids, SenderRule::Allow, naming)?;
    let outcome = restore(desk, &[ids, also].concat(), work)?;
    let says = if values.is_empty() {
        format!("{} No sender could be read, so none was allowed.", outcome.says)
    } else {
        format!("{} {} is allowed from now on.", outcome.says, values.join(", "))
    };
    Ok(Outcome { says, entries, ..outcome })
}

/// Adds a block entry for each sender, judges their messages again and, where the account acts, moves them
/// to the quarantine. A genuine bounce stays where it is, whoever sent it.
pub fn block(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    naming: Naming,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    let (values, entries) = add_entries(desk, ids, SenderRule::Block, naming)?;
    if values.is_empty() {
        return Ok(Outcome {
            says: "No sender could be read, so none was blocked.".to_owned(),
            ..Outcome::default()
        });
    }
    let bench = Bench::set_up(desk.store, desk.account, desk.now)?;
    for message in load(desk, ids)? {
        judge_anew(desk, &bench, &message)?;
    }
    let says = format!("{} is blocked from now on.", values.join(", "));
    if desk.account.settings.mode == Mode::Observe {
        return Ok(Outcome { says, entries, ..Outcome::default() });
    }
    let mut due = Vec::new();
    for message in load(desk, ids)? {
        let row = message.row;
        if row.holding == Holding::InPlace && row.disposition == Disposition::Quarantine {
            due.push(row.id);
        }
    }
    let outcome = quarantine(desk, &due, Actor::Person, work)?;
    Ok(Outcome { says: format!("{says} {}", outcome.says), entries, ..outcome })
}

/// Judges a saved message again, from the kept source or, where none was kept, from the server.
fn judge_anew(desk: &mut Desk<'_>, bench: &Bench, message: &StoredMessage) -> Result<(), ServiceError> {
    let row = &message.row;
    let source = match desk.store.source(row.id)? {
        Some(source) => Some((source, false)),
        None => fetch(desk, &row.spot)?,
    };
    let Some((source, cut)) = source else { return Ok(()) };
    let verdict = bench.judge(desk.store, &source, Some(row.received));
    save_again(desk, message, &source, cut, &verdict)
}

/// Saves a new verdict of a saved message; its key, holding and kept source stay. `cut` where `source` is only the
/// beginning.
pub(super) fn save_again(
    desk: &mut Desk<'_>,
    message: &StoredMessage,
    source: &[u8],
    cut: bool,
    verdict: &crate::engine::Verdict,
) -> Result<(), ServiceError> {
    let row = &message.row;
    desk.store.save_verdict(
        &NewMessage {
            account: row.account,
            spot: row.spot.clone(),
            flags: &message.flags,
            received: row.received,
            size: row.size,
            sha256: Some(Sha256::digest(source).into()),
            source: Some(source).filter(|_| !cut),
            now: desk.now,
        },
        verdict,
    )?;
    Ok(())
}

/// The bytes of the message at a place, if it is still there under the same numbering, and whether they are only
/// the beginning.
fn fetch(desk: &mut Desk<'_>, spot: &Spot) -> Result<Option<(Vec<u8>, bool)>, ServiceError> {
    let Some((validity, uid)) = spot.uid else { return Ok(None) };
    let state = desk.mailbox.open(&spot.folder)?;
    if state.uid_validity != Some(validity) {
        return Ok(None);
    }
    let mut bytes = None;
    desk.mailbox.fetch(&[uid], Depth::Whole, &mut |fetched| {
        bytes = Some((fetched.bytes, fetched.cut));
        true
    })?;
    Ok(bytes)
}

/// Deletes held messages for ever: from the server, and what is kept of them here. Only ever by the person's
/// own hand, never undone; where the account only observes, nothing happens and the answer says so.
pub fn delete(desk: &mut Desk<'_>, ids: &[MessageId], work: &mut Work<'_>) -> Result<Outcome, ServiceError> {
    if desk.account.settings.mode == Mode::Observe {
        return Ok(Outcome { says: only_observes(desk), ..Outcome::default() });
    }
    remove(desk, ids, Actor::Person, "Deleted for ever", work)
}

/// Deletes held messages for ever whose time is over, as the person chose; see `retention`, which alone says
/// which.
pub(super) fn expire(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    days: u16,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    let days = retention::counted(u64::from(days), "day");
    remove(desk, ids, Actor::Rule, &format!("Deleted for ever, {days} after you opened it"), work)
}

fn remove(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    actor: Actor,
    deed: &str,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    repair::before_action(desk)?;
    let mut plan = Plan::new(ActionKind::Delete, actor, Holding::Gone);
    for message in load(desk, ids)? {
        let row = message.row;
        if row.holding == Holding::Held && row.spot.uid.is_some() {
            let says = format!("{deed}: {}", title(&row));
            plan.add(row, String::new(), says, None);
        } else {
            plan.left.push(format!("{} is not in the quarantine, so it was not deleted.", title(&row)));
        }
    }
    let outcome = plan.carry_out(desk, work)?;
    let says = match outcome.moved {
        0 => "Nothing was deleted.".to_owned(),
        moved => counted(moved, "deleted for ever"),
    };
    // There is no way back, so none is offered.
    Ok(Outcome { says, actions: Vec::new(), ..outcome })
}

/// Deletes everything that is held, for ever.
pub fn empty(desk: &mut Desk<'_>, work: &mut Work<'_>) -> Result<Outcome, ServiceError> {
    let mut ids = Vec::new();
    for folder in desk.store.held_folders(desk.account.id)? {
        ids.extend(desk.store.held_in(desk.account.id, &folder, None)?.into_iter().map(|(id, _)| id));
    }
    delete(desk, &ids, work)
}

fn only_observes(desk: &Desk<'_>) -> String {
    format!(
        "{} only observes, so nothing was moved. Choose Act in Settings to let Lazaret move mail.",
        desk.account.settings.name
    )
}

/// Undoes finished moves: what was quarantined is restored, what was restored is held again.
pub fn undo(desk: &mut Desk<'_>, actions: &[ActionId], work: &mut Work<'_>) -> Result<Outcome, ServiceError> {
    let mut held = BTreeMap::new();
    let mut restored = BTreeMap::new();
    for id in actions {
        let Some(action) = desk.store.action(*id)?.filter(StoredAction::can_undo) else { continue };
        let Some(message) = action.message else { continue };
        match action.kind {
            ActionKind::Quarantine => held.insert(message, *id),
            ActionKind::Restore => restored.insert(message, *id),
            ActionKind::Delete => None,
        };
    }
    if held.is_empty() && restored.is_empty() {
        return Err(ServiceError::CannotMove("that action can't be undone any more".to_owned()));
    }
    let mut outcome = Outcome::default();
    let mut says = vec!["Undone.".to_owned()];
    for (messages, back) in [(held, true), (restored, false)] {
        if messages.is_empty() {
            continue;
        }
        let ids: Vec<MessageId> = messages.keys().copied().collect();
        let part = if back {
            put_back(desk, &ids, Some(&messages), work)?
        } else {
            hold(desk, &ids, Actor::Person, Some(&messages), work)?
        };
        says.push(part.says);
        outcome.moved += part.moved;
        outcome.actions.extend(part.actions);
        outcome.left.extend(part.left);
    }
    Ok(Outcome { says: says.join(" "), ..outcome })
}

fn load(desk: &Desk<'_>, ids: &[MessageId]) -> Result<Vec<StoredMessage>, ServiceError> {
    ids.iter().map(|id| desk.store.message(*id)?.ok_or(ServiceError::NoMessage(*id))).collect()
}

/// A message by its subject, in quotation marks.
pub(super) fn title(row: &StoredRow) -> String {
    match row.headline.subject.as_deref().filter(|s| !s.is_empty()) {
        Some(subject) => format!("\u{201c}{subject}\u{201d}"),
        None => "a message without a subject".to_owned(),
    }
}

/// What an entry of `scope` would name of a message, in normal form; `None` where the message has nothing of that.
fn named(store: &Store, message: &StoredMessage, scope: SenderScope) -> Result<Option<String>, ServiceError> {
    let address = message.row.headline.from_address.clone();
    let named = match scope {
        SenderScope::Address => address,
        SenderScope::Domain => address.and_then(|a| Some(a.rsplit_once('@')?.1.to_owned())),
        SenderScope::ReportingMta => {
            message.verdict.notice.as_ref().and_then(|notice| notice.reporting_mta.clone())
        }
        SenderScope::Ip => store
            .source(message.row.id)?
            .and_then(|source| reading::handed_over_by(&source))
            .map(|ip| ip.to_string()),
    };
    Ok(named.and_then(|named| SenderEntry::normal(scope, &named)))
}

/// What entries of `scope` would name of messages, each once.
pub fn values(store: &Store, ids: &[MessageId], scope: SenderScope) -> Result<Vec<String>, ServiceError> {
    let mut values: Vec<String> = Vec::new();
    for id in ids {
        let message = store.message(*id)?.ok_or(ServiceError::NoMessage(*id))?;
        if let Some(value) = named(store, &message, scope)?
            && !values.contains(&value)
        {
            values.push(value);
        }
    }
    Ok(values)
}

/// Entries by key, each with the one that it replaced.
type Entries = Vec<(i64, Option<SenderEntry>)>;

/// Adds an entry for the sender of each message and returns the values, each once, and the entries.
fn add_entries(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    rule: SenderRule,
    naming: Naming,
) -> Result<(Vec<String>, Entries), ServiceError> {
    let Naming { scope, expires } = naming;
    let (mut values, mut entries): (Vec<String>, Entries) = Default::default();
    let before = desk.store.sender_entries(desk.now)?;
    for message in load(desk, ids)? {
        let Some(value) = named(desk.store, &message, scope)? else { continue };
        if !values.contains(&value) {
            let entry = SenderEntry { rule, scope, value: value.clone(), expires };
            let id = desk.store.add_sender(&entry, &format!("from {}", title(&message.row)), desk.now)?;
            let replaced = before.iter().find(|e| e.scope == scope && e.value == value).cloned();
            entries.push((id, replaced));
            values.push(value);
        }
    }
    Ok((values, entries))
}

/// Takes back entries that were made: what each replaced counts again.
pub(super) fn take_back_entries(
    store: &Store,
    entries: &[(i64, Option<SenderEntry>)],
    now: Timestamp,
) -> Result<(), ServiceError> {
    for (id, replaced) in entries {
        // One that the person has removed or changed meanwhile is left as it is.
        if let (Some(_), Some(replaced)) = (store.remove_sender(*id)?, replaced) {
            store.add_sender(replaced, "undone", now)?;
        }
    }
    Ok(())
}

pub(super) fn inbox(folders: &[Folder]) -> Folder {
    folders.iter().find(|f| f.role == FolderRole::Inbox).cloned().unwrap_or_else(|| Folder {
        name: "INBOX".to_owned(),
        display: "INBOX".to_owned(),
        role: FolderRole::Inbox,
        selectable: true,
    })
}

fn counted(count: u64, what: &str) -> String {
    match count {
        0 => "Nothing was moved.".to_owned(),
        1 => format!("1 message {what}."),
        n => format!("{n} messages {what}."),
    }
}

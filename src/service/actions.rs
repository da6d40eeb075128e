//! The only place where messages are moved: quarantine, restore, and what undoes them.
//!
//! Each move is written to the journal as intended before the first command goes out, as begun when it
//! does, and as done or given up when the server has answered; [`repair`] looks after what a crash left
//! between. The server (or Maildir) owns the only copy throughout: a message stands in the one folder, in
//! the other, or (for the moment between COPY and EXPUNGE) in both, never in none.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::command::{ActionId, MessageId};
use super::desk::Desk;
use super::judging::Bench;
use super::problem::ServiceError;
use super::work::Work;
use crate::account::Mode;
use crate::engine::Disposition;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::mail::{Depth, Folder, FolderRole, MoveMeans, Moved};
use crate::store::{
    ActionKind, Actor, Finished, Holding, NewAction, NewMessage, Spot, StoredAction, StoredMessage, StoredRow,
};

/// Messages moved with one command.
const CHUNK: usize = 500;

/// Messages without a Message-ID whose bytes are compared, at most.
const NAMELESS: usize = 1_000;

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
    let target = desk.mailbox.quarantine_folder()?;
    if !desk.mailbox.folders()?.iter().any(|f| f.name == target) {
        desk.mailbox.create(&target)?;
    }
    let mut plan = Plan::new(ActionKind::Quarantine, actor, Holding::Held);
    for message in load(desk, ids)? {
        let row = message.row;
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
        return Ok(Outcome {
            says: format!(
                "{} only observes, so nothing was moved. Choose Act in Settings to let Lazaret move mail.",
                desk.account.settings.name
            ),
            ..Outcome::default()
        });
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
    let folders = desk.mailbox.folders()?;
    let mut plan = Plan::new(ActionKind::Restore, Actor::Person, Holding::Restored);
    let mut cleared = 0;
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    let mut homeless = false;
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
        homeless |= home.is_none();
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
        if homeless {
            says.push("Its own folder is gone.".to_owned());
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

/// Restores messages and adds an allow entry for each sender. A message whose sender can't be named by
/// `scope` is restored all the same.
pub fn restore_and_allow(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    scope: SenderScope,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    let values = add_entries(desk, ids, SenderRule::Allow, scope)?;
    let outcome = restore(desk, ids, work)?;
    let says = if values.is_empty() {
        format!("{} No sender could be read, so none was allowed.", outcome.says)
    } else {
        format!("{} {} is allowed from now on.", outcome.says, values.join(", "))
    };
    Ok(Outcome { says, ..outcome })
}

/// Adds a block entry for each sender, judges their messages again and, where the account acts, moves them
/// to the quarantine. A genuine bounce stays where it is, whoever sent it.
pub fn block(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    scope: SenderScope,
    work: &mut Work<'_>,
) -> Result<Outcome, ServiceError> {
    let values = add_entries(desk, ids, SenderRule::Block, scope)?;
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
        return Ok(Outcome { says, ..Outcome::default() });
    }
    let mut due = Vec::new();
    for message in load(desk, ids)? {
        let row = message.row;
        if row.holding == Holding::InPlace && row.disposition == Disposition::Quarantine {
            due.push(row.id);
        }
    }
    let outcome = quarantine(desk, &due, Actor::Person, work)?;
    Ok(Outcome { says: format!("{says} {}", outcome.says), ..outcome })
}

/// Judges a saved message again, from the kept source or, where none was kept, from the server.
fn judge_anew(desk: &mut Desk<'_>, bench: &Bench, message: &StoredMessage) -> Result<(), ServiceError> {
    let row = &message.row;
    let source = match desk.store.source(row.id)? {
        Some(source) => Some(source),
        None => fetch(desk, &row.spot)?,
    };
    let Some(source) = source else { return Ok(()) };
    let verdict = bench.judge(desk.store, &source, Some(row.received));
    save_again(desk, message, &source, &verdict)
}

/// Saves a new verdict of a saved message; its key, holding and kept source stay.
pub(super) fn save_again(
    desk: &mut Desk<'_>,
    message: &StoredMessage,
    source: &[u8],
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
            source: Some(source),
            now: desk.now,
        },
        verdict,
    )?;
    Ok(())
}

/// The bytes of the message at a place, if it is still there under the same numbering.
fn fetch(desk: &mut Desk<'_>, spot: &Spot) -> Result<Option<Vec<u8>>, ServiceError> {
    let Some((validity, uid)) = spot.uid else { return Ok(None) };
    let state = desk.mailbox.open(&spot.folder)?;
    if state.uid_validity != Some(validity) {
        return Ok(None);
    }
    let mut bytes = None;
    desk.mailbox.fetch(&[uid], Depth::Whole, &mut |fetched| {
        bytes = Some(fetched.bytes);
        true
    })?;
    Ok(bytes)
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

/// Looks after moves that were intended and never finished: asks the server where each message stands and
/// writes that down. Nothing is moved here; a rule's move that did not happen is simply due again.
pub fn repair(desk: &mut Desk<'_>, folders: &[Folder]) -> Result<(), ServiceError> {
    for open in desk.store.unfinished(desk.account.id)? {
        let there = |name: &str| folders.iter().any(|f| f.name == name);
        let arrived = if there(&open.to.folder) { locate(desk, &open.to.folder, &open)? } else { None };
        if let Some(spot) = arrived {
            let holding = match open.kind {
                ActionKind::Quarantine => Holding::Held,
                ActionKind::Restore => Holding::Restored,
                ActionKind::Delete => Holding::Gone,
            };
            desk.store.finish(&[Finished { action: open.id, holding, spot }], desk.now)?;
            continue;
        }
        let still = if there(&open.from.folder) { locate(desk, &open.from.folder, &open)? } else { None };
        let (why, holding) = match (&still, open.kind) {
            (Some(_), ActionKind::Restore) => ("it was interrupted; nothing had moved", Holding::Held),
            (Some(_), _) => ("it was interrupted; nothing had moved", Holding::InPlace),
            (None, _) => ("the message is in neither folder any more", Holding::Gone),
        };
        desk.store.give_up(open.id, why, desk.now)?;
        if let Some(message) = open.message {
            let spot = still.unwrap_or(Spot { folder: open.from.folder.clone(), uid: None });
            desk.store.set_place(message, holding, &spot)?;
        }
    }
    Ok(())
}

/// The place of an action's message in a folder, by its Message-ID and bytes. `None` where it is not there.
fn locate(desk: &mut Desk<'_>, folder: &str, action: &StoredAction) -> Result<Option<Spot>, ServiceError> {
    let Some(sum) = action.sha256 else { return Ok(None) };
    find_bytes(desk, folder, action.message_id.as_deref(), &sum)
}

/// The place of a message with exactly these bytes in a folder. One without a Message-ID is sought among
/// those that have none.
pub(super) fn find_bytes(
    desk: &mut Desk<'_>,
    folder: &str,
    message_id: Option<&str>,
    sum: &[u8; 32],
) -> Result<Option<Spot>, ServiceError> {
    let state = desk.mailbox.open(folder)?;
    let candidates = match message_id.filter(|id| !id.is_empty()) {
        Some(id) => desk.mailbox.find(folder, id)?,
        None => nameless(desk)?,
    };
    let mut matching = None;
    desk.mailbox.fetch(&candidates, Depth::Whole, &mut |fetched| {
        let same = <[u8; 32]>::from(Sha256::digest(&fetched.bytes)) == *sum;
        if same {
            matching = Some(fetched.uid);
        }
        !same
    })?;
    Ok(matching.map(|uid| Spot { folder: folder.to_owned(), uid: state.uid_validity.map(|v| (v, uid)) }))
}

/// The messages of the open folder that have no Message-ID, newest first, at most a thousand.
fn nameless(desk: &mut Desk<'_>) -> Result<Vec<u32>, ServiceError> {
    let uids = desk.mailbox.uids(1)?;
    let mut found = Vec::new();
    desk.mailbox.fetch(&uids, Depth::Header, &mut |fetched| {
        if super::intake::message_id(&fetched.bytes).is_none_or(|id| id.is_empty()) {
            found.push(fetched.uid);
        }
        true
    })?;
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(NAMELESS);
    Ok(found)
}

/// One message's move.
struct Step {
    row: StoredRow,
    says: String,
    undo_of: Option<ActionId>,
}

/// The moves of one decision, by source and target folder.
struct Plan {
    kind: ActionKind,
    actor: Actor,
    after: Holding,
    moves: BTreeMap<(String, String), Vec<Step>>,
    left: Vec<String>,
}

impl Plan {
    fn new(kind: ActionKind, actor: Actor, after: Holding) -> Plan {
        Plan { kind, actor, after, moves: BTreeMap::new(), left: Vec::new() }
    }

    fn add(
        &mut self,
        row: StoredRow,
        target: String,
        says: String,
        undo_of: Option<&BTreeMap<MessageId, ActionId>>,
    ) {
        let undo_of = undo_of.and_then(|map| map.get(&row.id)).copied();
        self.moves.entry((row.spot.folder.clone(), target)).or_default().push(Step { row, says, undo_of });
    }

    /// Journals, moves, and writes down what the server answered.
    fn carry_out(self, desk: &mut Desk<'_>, work: &mut Work<'_>) -> Result<Outcome, ServiceError> {
        let total: u64 = self.moves.values().map(|m| m.len() as u64).sum();
        let mut outcome = Outcome { left: self.left, ..Outcome::default() };
        let verb = match self.kind {
            ActionKind::Quarantine => "Moving to the quarantine",
            ActionKind::Restore => "Restoring",
            ActionKind::Delete => "Deleting",
        };
        let mut done = 0u64;
        for ((from, to), steps) in self.moves {
            // UIDs of an older numbering name other messages: never act on them.
            let validity = desk.mailbox.open(&from)?.uid_validity;
            let (fresh, stale): (Vec<Step>, Vec<Step>) =
                steps.into_iter().partition(|s| s.row.spot.uid.map(|(v, _)| v) == validity);
            outcome.left.extend(stale.iter().map(|step| {
                format!(
                    "{}: the server has numbered the folder anew; sync once more and try again.",
                    title(&step.row)
                )
            }));
            for chunk in fresh.chunks(CHUNK) {
                work.check()?;
                work.step(verb, done, Some(total));
                let moved =
                    move_chunk(desk, self.kind, self.actor, self.after, (&from, &to), chunk, &mut outcome)?;
                outcome.moved += moved;
                done += chunk.len() as u64;
            }
        }
        work.step(verb, total, Some(total));
        Ok(outcome)
    }
}

/// Moves one chunk within one pair of folders: intend, begin, move, finish.
fn move_chunk(
    desk: &mut Desk<'_>,
    kind: ActionKind,
    actor: Actor,
    after: Holding,
    (from, to): (&str, &str),
    chunk: &[Step],
    outcome: &mut Outcome,
) -> Result<u64, ServiceError> {
    let intents: Vec<NewAction> = chunk
        .iter()
        .map(|step| NewAction {
            message: step.row.id,
            kind,
            actor,
            to_folder: to.to_owned(),
            says: step.says.clone(),
            undo_of: step.undo_of,
        })
        .collect();
    let keys = desk.store.intend(&intents, desk.now)?;
    let planned: Vec<(ActionId, u32, &StoredRow)> = chunk
        .iter()
        .zip(keys)
        .filter_map(|(step, key)| Some((key?, step.row.spot.uid?.1, &step.row)))
        .collect();
    let actions: Vec<ActionId> = planned.iter().map(|(key, ..)| *key).collect();
    let uids: Vec<u32> = planned.iter().map(|(_, uid, _)| *uid).collect();
    desk.store.begin(&actions)?;
    let answers: BTreeMap<u32, Moved> = desk.mailbox.move_messages(from, &uids, to)?.into_iter().collect();
    let mut finished = Vec::with_capacity(planned.len());
    for (action, uid, row) in planned {
        match answers.get(&uid) {
            Some(Moved::Done(place)) => {
                let spot = match (place, &row.sha256) {
                    (Some(place), _) => {
                        Some(Spot { folder: to.to_owned(), uid: Some((place.uid_validity, place.uid)) })
                    }
                    (None, Some(sum)) => find_bytes(desk, to, row.headline.message_id.as_deref(), sum)?,
                    (None, None) => None,
                };
                let spot = spot.unwrap_or_else(|| Spot { folder: to.to_owned(), uid: None });
                finished.push(Finished { action, holding: after, spot });
                outcome.actions.push(action);
            }
            Some(Moved::Copied(why) | Moved::Stays(why)) => {
                desk.store.give_up(action, why, desk.now)?;
                outcome.left.push(format!("{}: {why}.", title(row)));
            }
            Some(Moved::Gone) | None => {
                desk.store.give_up(action, "it is no longer there", desk.now)?;
                desk.store.set_holding(row.id, Holding::Gone)?;
                outcome
                    .left
                    .push(format!("{} is no longer there: another program moved or deleted it.", title(row)));
            }
        }
    }
    let moved = finished.len() as u64;
    desk.store.finish(&finished, desk.now)?;
    Ok(moved)
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

/// Adds an entry for the sender of each message and returns the values, each once.
fn add_entries(
    desk: &mut Desk<'_>,
    ids: &[MessageId],
    rule: SenderRule,
    scope: SenderScope,
) -> Result<Vec<String>, ServiceError> {
    let mut values: Vec<String> = Vec::new();
    for message in load(desk, ids)? {
        let address = message.row.headline.from_address.clone().unwrap_or_default();
        let named = match scope {
            SenderScope::Address => address,
            SenderScope::Domain => address.rsplit_once('@').map(|(_, d)| d.to_owned()).unwrap_or_default(),
            SenderScope::ReportingMta => {
                message.verdict.notice.as_ref().and_then(|n| n.reporting_mta.clone()).unwrap_or_default()
            }
            // The address of the sending host is not kept with a message: such entries are typed.
            SenderScope::Ip => String::new(),
        };
        let Some(value) = SenderEntry::normal(scope, &named) else { continue };
        if !values.contains(&value) {
            let entry = SenderEntry { rule, scope, value: value.clone(), expires: None };
            desk.store.add_sender(&entry, &format!("from {}", title(&message.row)), desk.now)?;
            values.push(value);
        }
    }
    Ok(values)
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

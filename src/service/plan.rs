//! Moving messages with the journal: intend, begin, move, finish. The one place that sends commands which
//! change a mailbox, besides [`super::repair`].

use std::collections::BTreeMap;

use super::actions::{Outcome, title};
use super::command::{ActionId, MessageId};
use super::desk::Desk;
use super::problem::ServiceError;
use super::repair::{Wanted, find_bytes};
use super::work::Work;
use crate::mail::Moved;
use crate::store::{ActionKind, Actor, Finished, Holding, NewAction, Spot, StoredRow};

/// Messages that are journalled and moved together.
const CHUNK: usize = 5_000;

/// One message's move.
struct Step {
    row: StoredRow,
    says: String,
    undo_of: Option<ActionId>,
}

/// The moves of one decision, by source and target folder.
pub(super) struct Plan {
    kind: ActionKind,
    actor: Actor,
    after: Holding,
    moves: BTreeMap<(String, String), Vec<Step>>,
    pub(super) left: Vec<String>,
}

impl Plan {
    pub(super) fn new(kind: ActionKind, actor: Actor, after: Holding) -> Plan {
        Plan { kind, actor, after, moves: BTreeMap::new(), left: Vec::new() }
    }

    pub(super) fn add(
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
    pub(super) fn carry_out(self, desk: &mut Desk<'_>, work: &mut Work<'_>) -> Result<Outcome, ServiceError> {
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
    let answers: BTreeMap<u32, Moved> = match kind {
        ActionKind::Delete if to.is_empty() => remove(desk, from, &uids)?,
        _ => desk.mailbox.move_messages(from, &uids, to)?.into_iter().collect(),
    };
    let mut finished = Vec::with_capacity(planned.len());
    let mut given_up = Vec::new();
    for (action, uid, row) in planned {
        match answers.get(&uid) {
            Some(Moved::Done(place)) => {
                let spot = match (place, &row.sha256) {
                    (Some(place), _) => {
                        Some(Spot { folder: to.to_owned(), uid: Some((place.uid_validity, place.uid)) })
                    }
                    (None, Some(sum)) if !to.is_empty() => {
                        let id = row.headline.message_id.as_deref();
                        find_bytes(desk, to, &Wanted { message: Some(row.id), id, sum })?
                    }
                    (None, _) => None,
                };
                let folder = if to.is_empty() { from } else { to };
                let spot = spot.unwrap_or_else(|| Spot { folder: folder.to_owned(), uid: None });
                finished.push(Finished { action, holding: after, spot });
                outcome.actions.push(action);
            }
            Some(Moved::Copied(why) | Moved::Stays(why)) => {
                given_up.push((action, why.clone()));
                outcome.left.push(format!("{}: {why}.", title(row)));
            }
            Some(Moved::Gone) | None => {
                given_up.push((action, "it is no longer there".to_owned()));
                let nowhere = Spot { folder: from.to_owned(), uid: None };
                desk.store.set_place(row.id, Holding::Gone, &nowhere)?;
                outcome
                    .left
                    .push(format!("{} is no longer there: another program moved or deleted it.", title(row)));
            }
        }
    }
    let moved = finished.len() as u64;
    desk.store.finish(&finished, desk.now)?;
    desk.store.give_up(&given_up, desk.now)?;
    Ok(moved)
}

/// Deletes messages for ever; what is gone already counts as done.
fn remove(desk: &mut Desk<'_>, folder: &str, uids: &[u32]) -> Result<BTreeMap<u32, Moved>, ServiceError> {
    let mut fate: BTreeMap<u32, Moved> = uids.iter().map(|uid| (*uid, Moved::Done(None))).collect();
    for (uid, why) in desk.mailbox.remove(folder, uids)? {
        fate.insert(uid, Moved::Stays(why));
    }
    Ok(fate)
}

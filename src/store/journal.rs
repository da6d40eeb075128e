//! The journal: every change on the server is written here, and on the disk, before its first command goes
//! out. What is unfinished at a start is repaired by looking at what the server holds.
//!
//! `intended` (nothing was sent yet) -> `begun` (commands may have gone out) -> `done` or `failed`;
//! `done` -> `undone` when another action that names it in `undo_of` is done.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::places::place;
use super::{AccountId, Holding, MessageId, Sha256, Spot, Store, StoreError, row};

/// An action's key. Never reused.
pub type ActionId = i64;

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// Moves a message to the quarantine folder.
    Quarantine,
    /// Moves it back.
    Restore,
    /// Deletes it for ever, by the person's own hand.
    Delete,
}

impl ActionKind {
    /// The word of the database.
    pub fn word(self) -> &'static str {
        match self {
            ActionKind::Quarantine => "quarantine",
            ActionKind::Restore => "restore",
            ActionKind::Delete => "delete",
        }
    }

    /// The kind of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<ActionKind> {
        [ActionKind::Quarantine, ActionKind::Restore, ActionKind::Delete]
            .into_iter()
            .find(|k| k.word() == word)
    }
}

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionState {
    /// Written down; no command was sent.
    Intended,
    /// Commands may have been sent.
    Begun,
    /// Finished.
    Done,
    /// Given up; the message stands where it stood.
    Failed,
    /// Finished, and taken back by another action.
    Undone,
}

impl ActionState {
    /// The word of the database.
    pub fn word(self) -> &'static str {
        match self {
            ActionState::Intended => "intended",
            ActionState::Begun => "begun",
            ActionState::Done => "done",
            ActionState::Failed => "failed",
            ActionState::Undone => "undone",
        }
    }

    /// The state of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<ActionState> {
        use ActionState::{Begun, Done, Failed, Intended, Undone};
        [Intended, Begun, Done, Failed, Undone].into_iter().find(|s| s.word() == word)
    }
}

/// Who wanted an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The person.
    Person,
    /// The policy.
    Rule,
}

impl Actor {
    /// The word of the database.
    pub fn word(self) -> &'static str {
        match self {
            Actor::Person => "person",
            Actor::Rule => "rule",
        }
    }

    /// The actor of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Actor> {
        [Actor::Person, Actor::Rule].into_iter().find(|a| a.word() == word)
    }
}

/// An action to be written down. Account, place, Message-ID and sum are copied from the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// The message.
    pub message: MessageId,
    /// What is to be done.
    pub kind: ActionKind,
    /// Who wants it.
    pub actor: Actor,
    /// The folder it goes to, as the server spells it; empty for a deletion.
    pub to_folder: String,
    /// What happens, in one sentence for the activity list.
    pub says: String,
    /// The action that this one takes back.
    pub undo_of: Option<ActionId>,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAction {
    /// Its key.
    pub id: ActionId,
    /// The account.
    pub account: AccountId,
    /// The message; `None` where it is no longer in the database.
    pub message: Option<MessageId>,
    /// What was to be done.
    pub kind: ActionKind,
    /// How far it is.
    pub state: ActionState,
    /// Who wanted it.
    pub actor: Actor,
    /// The message's Message-ID, for finding it on the server.
    pub message_id: Option<String>,
    /// The message's sum, for telling it from others.
    pub sha256: Option<Sha256>,
    /// Where it stood.
    pub from: Spot,
    /// Where it goes, or went.
    pub to: Spot,
    /// When it was written down.
    pub at: Timestamp,
    /// When it was done or given up.
    pub ended: Option<Timestamp>,
    /// What happens, in one sentence.
    pub says: String,
    /// Why it was given up.
    pub error: Option<String>,
    /// The action that it takes back.
    pub undo_of: Option<ActionId>,
}

impl StoredAction {
    /// Whether it can be taken back.
    pub fn can_undo(&self) -> bool {
        self.state == ActionState::Done && self.kind != ActionKind::Delete && self.message.is_some()
    }

    /// Whether nothing is left to do.
    pub fn is_finished(&self) -> bool {
        !matches!(self.state, ActionState::Intended | ActionState::Begun)
    }
}

/// An action that is done, and where the message stands by that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The action.
    pub action: ActionId,
    /// Where the message is, in the window's terms.
    pub holding: Holding,
    /// Where it stands on the server.
    pub spot: Spot,
}

pub(super) const SELECT: &str = "SELECT id, account, message, kind, state, actor, message_id, sha256,
    from_folder, from_uid_validity, from_uid, to_folder, to_uid_validity, to_uid, at, ended, says, error,
    undo_of FROM actions";
pub(super) const UNFINISHED: &str = "WHERE account = ?1 AND state IN ('intended', 'begun') ORDER BY id";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredAction> {
    Ok(StoredAction {
        id: row.get(0)?,
        account: row.get(1)?,
        message: row.get(2)?,
        kind: row::word(row, 3, ActionKind::from_word)?,
        state: row::word(row, 4, ActionState::from_word)?,
        actor: row::word(row, 5, Actor::from_word)?,
        message_id: row.get(6)?,
        sha256: row.get(7)?,
        from: Spot::read(row, 8)?,
        to: Spot::read(row, 11)?,
        at: row::time(row, 14)?,
        ended: row::time_or_none(row, 15)?,
        says: row.get(16)?,
        error: row.get(17)?,
        undo_of: row.get(18)?,
    })
}

impl Store {
    /// Writes actions down as intended, all or none; they are on the disk when this returns. A message
    /// that is gone, or that an unfinished action holds already, gets none: its answer is `None`.
    pub fn intend(&self, actions: &[NewAction], now: Timestamp) -> Result<Vec<Option<ActionId>>, StoreError> {
        self.write_durably(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO actions (account, message, kind, state, actor, message_id, sha256, from_folder,
                 from_uid_validity, from_uid, to_folder, at, says, undo_of)
                 SELECT account, id, ?2, 'intended', ?3, message_id, sha256, folder, uid_validity, uid, ?4, ?5,
                 ?6, ?7 FROM messages WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM actions
                 WHERE message = ?1 AND state IN ('intended', 'begun'))",
            )?;
            let mut ids = Vec::with_capacity(actions.len());
            for action in actions {
                let written = insert.execute(params![
                    action.message,
                    action.kind.word(),
                    action.actor.word(),
                    action.to_folder,
                    now.as_second(),
                    action.says,
                    action.undo_of,
                ])?;
                ids.push((written == 1).then(|| tx.last_insert_rowid()));
            }
            Ok(ids)
        })
    }

    /// Notes that commands for these actions are about to go out.
    pub fn begin(&self, actions: &[ActionId]) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            let mut update =
                tx.prepare_cached("UPDATE actions SET state = 'begun' WHERE id = ?1 AND state = 'intended'")?;
            for id in actions {
                update.execute([id])?;
            }
            Ok(())
        })
    }

    /// Finishes actions: journal line, the message's place, the restored mark and the state of the
    /// action that was taken back change together, or not at all. An action that is finished already
    /// stays as it is.
    pub fn finish(&self, done: &[Finished], now: Timestamp) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            for Finished { action, holding, spot } in done {
                let changed = tx
                    .prepare_cached(
                        "UPDATE actions SET state = 'done', ended = ?2, to_folder = ?3, to_uid_validity = ?4,
                         to_uid = ?5, error = NULL WHERE id = ?1 AND state IN ('intended', 'begun')",
                    )?
                    .execute(params![action, now.as_second(), spot.folder, spot.validity(), spot.number()])?;
                if changed == 0 {
                    continue;
                }
                tx.prepare_cached(
                    "UPDATE actions SET state = 'undone'
                     WHERE id = (SELECT undo_of FROM actions WHERE id = ?1) AND state = 'done'",
                )?
                .execute([action])?;
                let (message, kind) = tx
                    .prepare_cached("SELECT message, kind FROM actions WHERE id = ?1")?
                    .query_row([action], |row| {
                    Ok((row.get::<_, Option<MessageId>>(0)?, row::word(row, 1, ActionKind::from_word)?))
                })?;
                let Some(message) = message else { continue };
                place(tx, message, *holding, spot)?;
                match kind {
                    ActionKind::Restore => mark(tx, message, now)?,
                    ActionKind::Quarantine => {
                        unmark(tx, message)?;
                        // A restore goes back to where it was taken from.
                        tx.prepare_cached(
                            "UPDATE messages SET (from_folder, from_uid_validity, from_uid) =
                             (SELECT from_folder, from_uid_validity, from_uid FROM actions WHERE id = ?2)
                             WHERE id = ?1",
                        )?
                        .execute([message, *action])?;
                    }
                    // What the person deletes for ever is not kept here either.
                    ActionKind::Delete => {
                        tx.prepare_cached("DELETE FROM sources WHERE message = ?1")?.execute([message])?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Writes down what another program did to a held message, or made of one: it stands at `spot` now, as if
    /// Lazaret had moved it there by the person's wish. A restore marks the message as restored.
    pub fn learn(
        &self,
        message: MessageId,
        kind: ActionKind,
        spot: &Spot,
        says: &str,
        now: Timestamp,
    ) -> Result<ActionId, StoreError> {
        self.write_durably(|tx| {
            tx.prepare_cached(
                "INSERT INTO actions (account, message, kind, state, actor, message_id, sha256, from_folder,
                 from_uid_validity, from_uid, to_folder, to_uid_validity, to_uid, at, ended, says)
                 SELECT account, id, ?2, 'done', 'person', message_id, sha256, folder, uid_validity, uid, ?3,
                 ?4, ?5, ?6, ?6, ?7 FROM messages WHERE id = ?1",
            )?
            .execute(params![
                message,
                kind.word(),
                spot.folder,
                spot.validity(),
                spot.number(),
                now.as_second(),
                says,
            ])?;
            let action = tx.last_insert_rowid();
            let holding = match kind {
                ActionKind::Quarantine => Holding::Held,
                ActionKind::Restore => Holding::Restored,
                ActionKind::Delete => Holding::Gone,
            };
            place(tx, message, holding, spot)?;
            match kind {
                ActionKind::Restore => mark(tx, message, now)?,
                ActionKind::Quarantine => unmark(tx, message)?,
                ActionKind::Delete => {}
            }
            Ok(action)
        })
    }

    /// Gives actions up, each with why; the messages stand where they stood.
    pub fn give_up(&self, actions: &[(ActionId, String)], now: Timestamp) -> Result<(), StoreError> {
        if actions.is_empty() {
            return Ok(());
        }
        self.write_durably(|tx| {
            let mut update = tx.prepare_cached(
                "UPDATE actions SET state = 'failed', error = ?2, ended = ?3
                 WHERE id = ?1 AND state IN ('intended', 'begun')",
            )?;
            for (action, why) in actions {
                update.execute(params![action, why, now.as_second()])?;
            }
            Ok(())
        })
    }

    /// The actions of an account that were never finished, oldest first.
    pub fn unfinished(&self, account: AccountId) -> Result<Vec<StoredAction>, StoreError> {
        self.read(|c| {
            c.prepare_cached(&format!("{SELECT} {UNFINISHED}"))?.query_map([account], read)?.collect()
        })
    }

    /// The newest actions, newest first.
    pub fn activity(&self, limit: usize) -> Result<Vec<StoredAction>, StoreError> {
        self.read(|c| {
            c.prepare_cached(&format!("{SELECT} ORDER BY id DESC LIMIT ?1"))?
                .query_map([row::to_count(limit as u64)], read)?
                .collect()
        })
    }

    /// One action.
    pub fn action(&self, id: ActionId) -> Result<Option<StoredAction>, StoreError> {
        self.read(|c| c.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?.query_row([id], read).optional())
    }

    /// Marks a message as restored: it is never quarantined again by a rule. [`Store::finish`] does so for
    /// a restore; this is for mail that the person moved back with another program.
    pub fn mark_restored(&self, message: MessageId, now: Timestamp) -> Result<(), StoreError> {
        self.write_durably(|tx| mark(tx, message, now))
    }

    /// Whether the person once restored a message with this Message-ID and these very bytes. A message
    /// that only borrows the Message-ID is not meant.
    pub fn was_restored(
        &self,
        account: AccountId,
        message_id: Option<&str>,
        sum: &Sha256,
    ) -> Result<bool, StoreError> {
        self.read(|c| {
            c.prepare_cached(RESTORED)?.exists(params![account, sum, message_id.unwrap_or_default()])
        })
    }
}

pub(super) const RESTORED: &str =
    "SELECT 1 FROM restored WHERE account = ?1 AND sha256 = ?2 AND message_id = ?3";

fn mark(tx: &rusqlite::Transaction<'_>, message: MessageId, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO restored (account, message_id, sha256, size, at)
         SELECT account, coalesce(message_id, ''), sha256, size, ?2 FROM messages
         WHERE id = ?1 AND sha256 IS NOT NULL",
    )?
    .execute(params![message, now.as_second()])?;
    Ok(())
}

/// The person, or an undo, holds it again: the mark no longer says what the person wants.
fn unmark(tx: &rusqlite::Transaction<'_>, message: MessageId) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM restored WHERE (account, sha256, message_id) =
         (SELECT account, sha256, coalesce(message_id, '') FROM messages WHERE id = ?1)",
    )?
    .execute([message])?;
    Ok(())
}

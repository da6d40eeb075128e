//! The person's decisions about messages, by an identity that outlives the database: account, Message-ID, size
//! and the sum of the bytes. Out to a file or a rebuilt database, and in again.
//!
//! A decision about a message that is not known yet waits in `remembered` until it turns up.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};

use super::{MessageId, NewMessage, Sha256, Store, StoreError, StoredSender, dealt, row, senders};

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// Restored, or marked as fine: no rule holds it again.
    Keep,
    /// It is held, and came from this folder (as the server spells it).
    Quarantine(String),
    /// A delivery problem of this recipient (empty where the bounce names none) is dealt with.
    Dealt(String),
}

impl Choice {
    /// The word of the database and of files.
    pub fn word(&self) -> &'static str {
        match self {
            Choice::Keep => "keep",
            Choice::Quarantine(_) => "quarantine",
            Choice::Dealt(_) => "dealt",
        }
    }

    /// The choice of a [`word`](Self::word) and its value, or `None` for an unknown word.
    pub fn from_word(word: &str, value: String) -> Option<Choice> {
        Some(match word {
            "keep" => Choice::Keep,
            "quarantine" => Choice::Quarantine(value),
            "dealt" => Choice::Dealt(value),
            _ => return None,
        })
    }
}

/// One decision about one message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// The account's name.
    pub account: String,
    /// The Message-ID in its normal form; empty where there is none.
    pub message_id: String,
    /// The sum of the whole message.
    pub sha256: Sha256,
    /// The message's size in bytes, where it was kept.
    pub size: Option<u64>,
    /// What was decided.
    pub choice: Choice,
    /// When.
    pub at: Timestamp,
}

/// What became of decisions that were taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Allow and block entries.
    pub senders: u64,
    /// Decisions about messages.
    pub messages: u64,
    /// Of these, decisions whose message is not here yet.
    pub waiting: u64,
    /// Of these, decisions that what was decided here later stands against; they were left out.
    pub overruled: u64,
}

/// Every decision: account, Message-ID, sum, size, word, value, time.
const ALL: &str = "
    SELECT a.name, r.message_id, r.sha256, r.size, 'keep', '', r.at
        FROM restored r JOIN accounts a ON a.id = r.account
    UNION SELECT a.name, coalesce(m.message_id, ''), m.sha256, m.size, 'quarantine', m.from_folder,
        coalesce((SELECT max(ended) FROM actions WHERE message = m.id AND kind = 'quarantine'
            AND state = 'done'), m.judged)
        FROM messages m JOIN accounts a ON a.id = m.account
        WHERE m.shelved = 1 AND m.holding = 'held' AND m.sha256 IS NOT NULL AND m.from_folder <> m.folder
    UNION SELECT a.name, coalesce(m.message_id, ''), m.sha256, m.size, 'dealt', d.recipient, d.at
        FROM dealt d JOIN messages m ON m.id = d.message JOIN accounts a ON a.id = m.account
        WHERE m.sha256 IS NOT NULL
    UNION SELECT a.name, r.message_id, r.sha256, r.size, r.kind, r.value, r.at
        FROM remembered r JOIN accounts a ON a.id = r.account";

fn read(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let word: String = row.get(4)?;
    Ok(Decision {
        account: row.get(0)?,
        message_id: row.get(1)?,
        sha256: row.get(2)?,
        size: row.get::<_, Option<i64>>(3)?.and_then(|n| u64::try_from(n).ok()),
        choice: Choice::from_word(&word, row.get(5)?)
            .ok_or_else(|| row::bad(4, format!("unknown word {word}")))?,
        at: row::time(row, 6)?,
    })
}

impl Store {
    /// Every decision about a message whose bytes were seen, in a fixed order.
    pub fn decisions(&self) -> Result<Vec<Decision>, StoreError> {
        let mut all: Vec<Decision> = self.read(|c| c.prepare_cached(ALL)?.query_map([], read)?.collect())?;
        all.sort();
        Ok(all)
    }

    /// Takes in entries and decisions, all of them or none. Nothing on a server changes by it: what is held
    /// stays held, what is in place stays there. An entry replaces one on the same scope and value, its value
    /// must be in normal form. A decision on an account that is not there is left out: look first.
    pub fn take_decisions(
        &self,
        entries: &[StoredSender],
        decisions: &[Decision],
    ) -> Result<Taken, StoreError> {
        self.write_durably(|tx| {
            let mut taken = Taken::default();
            for sender in entries {
                senders::put(tx, &sender.entry, &sender.origin, sender.added)?;
                taken.senders += 1;
            }
            for decision in decisions {
                taken.messages += 1;
                match &decision.choice {
                    Choice::Keep => taken.overruled += u64::from(!keep(tx, decision)?),
                    Choice::Quarantine(folder) => {
                        taken.waiting += u64::from(came_from(tx, decision, folder)?);
                    }
                    Choice::Dealt(recipient) => {
                        taken.waiting += u64::from(dealt_with(tx, decision, recipient)?);
                    }
                }
            }
            Ok(taken)
        })
    }
}

/// The messages with a decision's identity.
const SAME: &str = "sha256 = ?2 AND +account = (SELECT id FROM accounts WHERE name = ?1)
    AND coalesce(message_id, '') = ?3";

/// Marks a message as one to be kept. `false` where it is held here: the mark was taken away since.
fn keep(tx: &Transaction<'_>, decision: &Decision) -> rusqlite::Result<bool> {
    let same = params![decision.account, decision.sha256, decision.message_id];
    let held = format!("SELECT 1 FROM messages WHERE {SAME} AND holding = 'held'");
    if tx.prepare_cached(&held)?.exists(same)? {
        return Ok(false);
    }
    tx.prepare_cached(
        "INSERT OR IGNORE INTO restored (account, message_id, sha256, size, at)
         SELECT id, ?3, ?2, ?4, ?5 FROM accounts WHERE name = ?1",
    )?
    .execute(params![
        decision.account,
        decision.sha256,
        decision.message_id,
        decision.size.map(row::to_count),
        decision.at.as_second()
    ])?;
    let back = format!("UPDATE messages SET holding = 'restored' WHERE {SAME} AND holding = 'in_place'");
    tx.prepare_cached(&back)?.execute(same)?;
    Ok(true)
}

/// Notes where a held message came from. `true` where none such is held yet.
fn came_from(tx: &Transaction<'_>, decision: &Decision, folder: &str) -> rusqlite::Result<bool> {
    let held = format!("SELECT 1 FROM messages WHERE {SAME} AND holding = 'held'");
    if !tx.prepare_cached(&held)?.exists(params![decision.account, decision.sha256, decision.message_id])? {
        remember(tx, decision, folder)?;
        return Ok(true);
    }
    let sql = format!(
        "UPDATE messages SET from_folder = ?4, from_uid_validity = NULL, from_uid = NULL
         WHERE {SAME} AND holding = 'held' AND from_folder = folder"
    );
    tx.prepare_cached(&sql)?
        .execute(params![decision.account, decision.sha256, decision.message_id, folder])?;
    Ok(false)
}

/// Marks a delivery problem as dealt with. `true` where the bounce is not known yet.
fn dealt_with(tx: &Transaction<'_>, decision: &Decision, recipient: &str) -> rusqlite::Result<bool> {
    let same = params![decision.account, decision.sha256, decision.message_id];
    let sql = format!("SELECT id FROM messages WHERE {SAME}");
    let ids: Vec<MessageId> =
        tx.prepare_cached(&sql)?.query_map(same, |row| row.get(0))?.collect::<Result<_, _>>()?;
    if ids.is_empty() {
        remember(tx, decision, recipient)?;
        return Ok(true);
    }
    for id in ids {
        tx.prepare_cached("INSERT OR IGNORE INTO dealt (message, recipient, at) VALUES (?1, ?2, ?3)")?
            .execute(params![id, recipient, decision.at.as_second()])?;
        dealt::settle(tx, id)?;
    }
    Ok(false)
}

fn remember(tx: &Transaction<'_>, decision: &Decision, value: &str) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO remembered (account, message_id, sha256, size, kind, value, at)
         SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM accounts WHERE name = ?1",
    )?
    .execute(params![
        decision.account,
        decision.message_id,
        decision.sha256,
        decision.size.map(row::to_count),
        decision.choice.word(),
        value,
        decision.at.as_second()
    ])?;
    Ok(())
}

/// The decisions of one kind that wait for a message; the id is ?1.
const WAITING: &str = "SELECT r.value, r.at FROM messages m JOIN remembered r ON r.account = m.account
    AND r.sha256 = m.sha256 AND r.message_id = coalesce(m.message_id, '') WHERE m.id = ?1 AND r.kind = ?2";
const SETTLED: &str = "DELETE FROM remembered WHERE kind = ?2 AND (account, sha256, message_id) =
    (SELECT account, sha256, coalesce(message_id, '') FROM messages WHERE id = ?1)";

fn recall(tx: &Transaction<'_>, id: MessageId, kind: &str) -> rusqlite::Result<Vec<(String, i64)>> {
    let found: Vec<(String, i64)> = tx
        .prepare_cached(WAITING)?
        .query_map(params![id, kind], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    if !found.is_empty() {
        tx.prepare_cached(SETTLED)?.execute(params![id, kind])?;
    }
    Ok(found)
}

/// Applies what was decided about the delivery problems of a message that has just been saved.
pub(super) fn recall_dealt(
    tx: &Transaction<'_>,
    id: MessageId,
    message: &NewMessage<'_>,
) -> rusqlite::Result<()> {
    if message.sha256.is_none() {
        return Ok(());
    }
    let found = recall(tx, id, "dealt")?;
    for (recipient, at) in &found {
        tx.prepare_cached("INSERT OR IGNORE INTO dealt (message, recipient, at) VALUES (?1, ?2, ?3)")?
            .execute(params![id, recipient, at])?;
    }
    if !found.is_empty() {
        dealt::settle(tx, id)?;
    }
    Ok(())
}

/// Gives a message that was found in the quarantine the folder that it came from, where that is remembered.
pub(super) fn recall_home(tx: &Transaction<'_>, id: MessageId) -> rusqlite::Result<()> {
    if let Some((folder, _)) = recall(tx, id, "quarantine")?.first() {
        tx.prepare_cached(
            "UPDATE messages SET from_folder = ?2, from_uid_validity = NULL, from_uid = NULL
             WHERE id = ?1 AND from_folder = folder",
        )?
        .execute(params![id, folder])?;
    }
    Ok(())
}

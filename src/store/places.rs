//! Where messages stand: in which folder, under which UID, held or not, and how they are found again.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::messages::{COLUMNS, read_row};
use super::{AccountId, Holding, MessageId, Spot, Store, StoreError, StoredRow, row};

impl Store {
    /// The UIDs of a folder whose messages are saved, from `from` on.
    pub fn known(
        &self,
        account: AccountId,
        folder: &str,
        uid_validity: u32,
        from: u32,
    ) -> Result<HashSet<u32>, StoreError> {
        self.read(|c| {
            c.prepare_cached(KNOWN)?
                .query_map(params![account, folder, uid_validity, from], |row| row.get(0))?
                .collect()
        })
    }

    /// The message that is known to stand at a place.
    pub fn at(&self, account: AccountId, spot: &Spot) -> Result<Option<MessageId>, StoreError> {
        let Some((validity, uid)) = spot.uid else { return Ok(None) };
        self.read(|c| {
            c.prepare_cached(AT)?
                .query_row(params![account, spot.folder, validity, uid], |row| row.get(0))
                .optional()
        })
    }

    /// The messages held in a folder, and their UIDs there where those are known under `uid_validity`.
    pub fn held_in(
        &self,
        account: AccountId,
        folder: &str,
        uid_validity: Option<u32>,
    ) -> Result<Vec<(MessageId, Option<u32>)>, StoreError> {
        self.read(|c| {
            c.prepare_cached(HELD_IN)?
                .query_map(params![account, folder, uid_validity], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    /// The messages of a folder whose place was lost (the numbering changed), of this Message-ID and size,
    /// taken by the server in this very second, oldest first. Their bytes need not be fetched again.
    pub fn lost(
        &self,
        account: AccountId,
        folder: &str,
        message_id: &str,
        size: u64,
        received: Timestamp,
    ) -> Result<Vec<StoredRow>, StoreError> {
        self.read(|c| {
            c.prepare_cached(&lost_sql())?
                .query_map(
                    params![message_id, account, folder, row::to_count(size), received.as_second()],
                    read_row,
                )?
                .collect()
        })
    }

    /// Whether any message of a folder has lost its place.
    pub fn has_lost(&self, account: AccountId, folder: &str) -> Result<bool, StoreError> {
        self.read(|c| c.prepare_cached(HAS_LOST)?.exists(params![account, folder]))
    }

    /// Notes that messages of a folder whose place was lost did not turn up when all of it was read.
    pub fn give_up_lost(&self, account: AccountId, folder: &str) -> Result<(), StoreError> {
        self.write(|tx| tx.prepare_cached(GIVE_UP_LOST)?.execute(params![account, folder]))?;
        Ok(())
    }

    /// The folders in which messages are held, as the server spells them.
    pub fn held_folders(&self, account: AccountId) -> Result<Vec<String>, StoreError> {
        self.read(|c| c.prepare_cached(HELD_FOLDERS)?.query_map([account], |row| row.get(0))?.collect())
    }

    /// The messages that the policy wants held and that still stand where they arrived, newest first. One
    /// that a rule tried to move three times in vain is left to the person.
    pub fn due(&self, account: AccountId, limit: usize) -> Result<Vec<MessageId>, StoreError> {
        self.read(|c| {
            c.prepare_cached(DUE)?
                .query_map(params![account, row::to_count(limit as u64)], |row| row.get(0))?
                .collect()
        })
    }

    /// Notes where a message is now. Another row that claimed that very place (the same message, seen
    /// anew) gives way.
    pub fn set_place(&self, id: MessageId, holding: Holding, spot: &Spot) -> Result<(), StoreError> {
        self.write(|tx| place(tx, id, holding, spot))
    }

    /// Notes that the messages with UIDs in these ranges are no longer in their folder.
    pub fn note_gone(
        &self,
        account: AccountId,
        folder: &str,
        uid_validity: u32,
        ranges: &[RangeInclusive<u32>],
    ) -> Result<(), StoreError> {
        if ranges.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            let mut update = tx.prepare_cached(GONE)?;
            for range in ranges {
                update.execute(params![account, folder, uid_validity, range.start(), range.end()])?;
            }
            Ok(())
        })
    }

    /// Notes new flags of messages, by UID; those that are not saved are passed over.
    pub fn note_flags(
        &self,
        account: AccountId,
        folder: &str,
        uid_validity: u32,
        flags: &[(u32, Vec<String>)],
    ) -> Result<(), StoreError> {
        if flags.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            let mut update = tx.prepare_cached(FLAGS)?;
            for (uid, flags) in flags {
                update.execute(params![account, folder, uid_validity, uid, row::to_json(flags)?])?;
            }
            Ok(())
        })
    }

    /// Notes that a message is no longer on the server, or is again.
    pub fn set_holding(&self, id: MessageId, holding: Holding) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE messages SET holding = ?2 WHERE id = ?1", params![id, holding.word()])
        })?;
        Ok(())
    }
}

pub(super) const KNOWN: &str =
    "SELECT uid FROM messages WHERE account = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid >= ?4";
pub(super) const AT: &str =
    "SELECT id FROM messages WHERE account = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid = ?4";
pub(super) const HELD_IN: &str = "SELECT id, CASE WHEN uid_validity = ?3 THEN uid END FROM messages
     WHERE account = ?1 AND folder = ?2 AND holding = 'held' ORDER BY id";
pub(super) const GONE: &str = "UPDATE messages SET holding = 'gone', uid_validity = NULL, uid = NULL
     WHERE account = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid BETWEEN ?4 AND ?5";
pub(super) const FLAGS: &str = "UPDATE messages SET flags = ?5
     WHERE account = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid = ?4";
pub(super) const HAS_LOST: &str =
    "SELECT 1 FROM messages WHERE account = ?1 AND folder = ?2 AND uid_validity IS NULL";
pub(super) const GIVE_UP_LOST: &str = "UPDATE messages SET holding = 'gone'
     WHERE account = ?1 AND folder = ?2 AND uid_validity IS NULL AND holding <> 'gone'";
pub(super) const HELD_FOLDERS: &str =
    "SELECT DISTINCT folder FROM messages WHERE account = ?1 AND shelved = 1 AND holding = 'held'";
pub(super) const DUE: &str = "SELECT id FROM messages WHERE shelved = 1 AND holding = 'in_place'
     AND account = ?1 AND uid IS NOT NULL AND (SELECT count(*) FROM actions WHERE message = messages.id
     AND actor = 'rule' AND state = 'failed') < 3 AND NOT EXISTS (SELECT 1 FROM restored r
     WHERE r.account = messages.account AND r.sha256 = messages.sha256
     AND r.message_id = coalesce(messages.message_id, '')) ORDER BY received DESC, id DESC LIMIT ?2";

pub(super) fn lost_sql() -> String {
    format!(
        "SELECT {COLUMNS} FROM messages m CROSS JOIN accounts a ON a.id = m.account
         WHERE m.message_id = ?1 AND +m.account = ?2 AND +m.folder = ?3 AND m.uid IS NULL AND m.size = ?4
         AND +m.received = ?5 ORDER BY m.id"
    )
}

pub(super) fn place(
    tx: &Transaction<'_>,
    id: MessageId,
    holding: Holding,
    spot: &Spot,
) -> rusqlite::Result<()> {
    if let Some((validity, uid)) = spot.uid {
        tx.prepare_cached(
            "DELETE FROM messages WHERE account = (SELECT account FROM messages WHERE id = ?1)
             AND folder = ?2 AND uid_validity = ?3 AND uid = ?4 AND id <> ?1",
        )?
        .execute(params![id, spot.folder, validity, uid])?;
    }
    tx.prepare_cached(
        "UPDATE messages SET holding = ?2, folder = ?3, uid_validity = ?4, uid = ?5 WHERE id = ?1",
    )?
    .execute(params![id, holding.word(), spot.folder, spot.validity(), spot.number()])?;
    Ok(())
}

//! Accounts: a name and settings whose meaning the store does not know.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{Holding, Store, StoreError, row};
use crate::engine::{Class, Disposition, policy};

/// An account's key.
pub type AccountId = i64;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAccount {
    /// Its key.
    pub id: AccountId,
    /// Its name; unique.
    pub name: String,
    /// Its settings as JSON, opaque to the store.
    pub settings: String,
    /// When it was added.
    pub created: Timestamp,
    /// When it was last synced to the end.
    pub last_sync: Option<Timestamp>,
    /// How many sent mails are known.
    pub sent: u64,
    /// How many messages were judged.
    pub judged: u64,
}

const SELECT: &str = "SELECT id, name, settings, created, last_sync, sent,
    (SELECT coalesce(sum(n), 0) FROM tallies WHERE account = id) FROM accounts";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredAccount> {
    Ok(StoredAccount {
        id: row.get(0)?,
        name: row.get(1)?,
        settings: row.get(2)?,
        created: row::time(row, 3)?,
        last_sync: row::time_or_none(row, 4)?,
        sent: row::count(row, 5)?,
        judged: row::count(row, 6)?,
    })
}

pub(super) const SET_STRICT: &str = "UPDATE messages SET disposition = ?4
    WHERE class = ?2 AND +account = ?1 AND disposition = ?3 AND holding = 'in_place'
    AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.message = messages.id AND f.id = ?5)";

impl Store {
    /// Every account, by name.
    pub fn accounts(&self) -> Result<Vec<StoredAccount>, StoreError> {
        self.read(|c| c.prepare_cached(&format!("{SELECT} ORDER BY name"))?.query_map([], read)?.collect())
    }

    /// The account of this name.
    pub fn account(&self, name: &str) -> Result<Option<StoredAccount>, StoreError> {
        self.read(|c| {
            c.prepare_cached(&format!("{SELECT} WHERE name = ?1"))?.query_row([name], read).optional()
        })
    }

    /// Adds an account. Refused where the name is taken.
    pub fn add_account(&self, name: &str, settings: &str, now: Timestamp) -> Result<AccountId, StoreError> {
        let added = self.write_durably(|tx| {
            let n = tx.execute(
                "INSERT INTO accounts (name, settings, created) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                params![name, settings, now.as_second()],
            )?;
            Ok((n == 1).then(|| tx.last_insert_rowid()))
        })?;
        added.ok_or_else(|| StoreError::Refused(format!("an account named {name} exists already")))
    }

    /// Replaces an account's settings, and its name with them where that changed.
    pub fn set_settings(&self, id: AccountId, name: &str, settings: &str) -> Result<(), StoreError> {
        let changed = self.write_durably(|tx| {
            tx.execute(
                "UPDATE OR IGNORE accounts SET name = ?2, settings = ?3 WHERE id = ?1",
                params![id, name, settings],
            )
        })?;
        if changed == 1 {
            Ok(())
        } else {
            Err(StoreError::Refused(format!("an account named {name} exists already, or this one is gone")))
        }
    }

    /// How many messages of an account there are by class, disposition and place; without those that are none.
    pub fn tallies(&self, id: AccountId) -> Result<Vec<(Class, Disposition, Holding, u64)>, StoreError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT class, disposition, holding, n FROM tallies WHERE account = ?1 AND n > 0",
            )?
            .query_map([id], |row| {
                Ok((
                    row::word(row, 0, Class::from_word)?,
                    row::word(row, 1, Disposition::from_word)?,
                    row::word(row, 2, Holding::from_word)?,
                    row::count(row, 3)?,
                ))
            })?
            .collect()
        })
    }

    /// Brings what is still in place in line with another strictness: what only a strict account quarantines is
    /// due for the quarantine, or only flagged. What a block entry of the person's holds stays so.
    pub fn set_strict(&self, id: AccountId, strict: bool) -> Result<(), StoreError> {
        let (old, new) = match strict {
            true => (Disposition::Flag, Disposition::Quarantine),
            false => (Disposition::Quarantine, Disposition::Flag),
        };
        self.write(|tx| {
            for class in policy::STRICT_ONLY {
                tx.prepare_cached(SET_STRICT)?.execute(params![
                    id,
                    class.word(),
                    old.word(),
                    new.word(),
                    policy::BLOCKED_ID
                ])?;
            }
            Ok(())
        })
    }

    /// Notes that a sync came to its end.
    pub fn set_last_sync(&self, id: AccountId, when: Timestamp) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE accounts SET last_sync = ?2 WHERE id = ?1", params![id, when.as_second()])
        })?;
        Ok(())
    }

    /// Forgets an account with everything that was learned from it: messages, verdicts, kept sources,
    /// sent ledger, journal. Allow and block entries stay.
    pub fn remove_account(&self, id: AccountId) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            tx.execute("DELETE FROM accounts WHERE id = ?1", [id])?;
            tx.execute("DELETE FROM tallies WHERE account = ?1", [id])
        })?;
        Ok(())
    }
}

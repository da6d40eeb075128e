//! Accounts: a name and settings whose meaning the store does not know.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError, row};

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

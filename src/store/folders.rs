//! Folders: how far each was read.

use rusqlite::{OptionalExtension, params};

use super::{AccountId, Store, StoreError};

/// How far a folder was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderMark {
    /// UIDVALIDITY when it was read.
    pub uid_validity: u32,
    /// The highest UID up to which everything was read.
    pub last_uid: u32,
}

impl Store {
    /// How far a folder was read; `None` where it was not, or was reset.
    pub fn folder(&self, account: AccountId, name: &str) -> Result<Option<FolderMark>, StoreError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT uid_validity, last_uid FROM folders
                 WHERE account = ?1 AND name = ?2 AND uid_validity IS NOT NULL",
            )?
            .query_row(params![account, name], |row| {
                Ok(FolderMark { uid_validity: row.get(0)?, last_uid: row.get(1)? })
            })
            .optional()
        })
    }

    /// Notes how far a folder was read.
    pub fn mark_folder(&self, account: AccountId, name: &str, mark: FolderMark) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO folders (account, name, uid_validity, last_uid) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid",
            )?
            .execute(params![account, name, mark.uid_validity, mark.last_uid])
        })?;
        Ok(())
    }

    /// Forgets the UIDs of a folder whose UIDVALIDITY changed. Verdicts, sources and decisions stay; a
    /// message is taken up again when [`Store::save_verdict`] sees its bytes in that folder. What the
    /// folder taught the sent ledger is forgotten together with that account's coverage, as it is read anew.
    pub fn reset_folder(&self, account: AccountId, name: &str) -> Result<(), StoreError> {
        self.write(|tx| {
            let at = params![account, name];
            tx.execute(
                "UPDATE folders SET uid_validity = NULL, last_uid = 0 WHERE account = ?1 AND name = ?2",
                at,
            )?;
            tx.execute(
                "UPDATE messages SET uid_validity = NULL, uid = NULL WHERE account = ?1 AND folder = ?2",
                at,
            )?;
            if tx.execute("DELETE FROM sent WHERE account = ?1 AND folder = ?2", at)? > 0 {
                tx.execute("DELETE FROM sent_spans WHERE account = ?1", [account])?;
            }
            Ok(())
        })
    }
}

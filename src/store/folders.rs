//! Folders: how far each was read, and how it stood then.

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

/// A folder as it stood when everything in it had been taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderSnapshot {
    /// UIDVALIDITY then.
    pub uid_validity: u32,
    /// UIDNEXT then.
    pub uid_next: u32,
    /// How many messages it held.
    pub exists: u32,
    /// HIGHESTMODSEQ, where the server counts changes.
    pub modseq: Option<u64>,
}

impl Store {
    /// How a folder stood when everything in it was last taken in; `None` where that never came about.
    pub fn snapshot(&self, account: AccountId, name: &str) -> Result<Option<FolderSnapshot>, StoreError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT uid_validity, uid_next, present, modseq FROM folders
                 WHERE account = ?1 AND name = ?2 AND uid_validity IS NOT NULL AND uid_next IS NOT NULL
                 AND present IS NOT NULL",
            )?
            .query_row(params![account, name], |row| {
                let modseq: Option<i64> = row.get(3)?;
                Ok(FolderSnapshot {
                    uid_validity: row.get(0)?,
                    uid_next: row.get(1)?,
                    exists: row.get(2)?,
                    modseq: modseq.and_then(|m| u64::try_from(m).ok()),
                })
            })
            .optional()
        })
    }

    /// Notes how a folder stands now that everything in it is taken in; all below its UIDNEXT counts as read.
    pub fn set_snapshot(
        &self,
        account: AccountId,
        name: &str,
        now: FolderSnapshot,
    ) -> Result<(), StoreError> {
        // A MODSEQ has 63 bits (RFC 7162 §7); a larger one is none.
        let modseq = now.modseq.and_then(|m| i64::try_from(m).ok());
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO folders (account, name, uid_validity, last_uid, uid_next, present, modseq)
                 VALUES (?1, ?2, ?3, ?4 - 1, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET uid_validity = excluded.uid_validity,
                 last_uid = excluded.last_uid, uid_next = excluded.uid_next, present = excluded.present,
                 modseq = excluded.modseq",
            )?
            .execute(params![
                account,
                name,
                now.uid_validity,
                now.uid_next.max(1),
                now.exists,
                modseq
            ])
        })?;
        Ok(())
    }

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
                "UPDATE folders SET uid_validity = NULL, last_uid = 0, uid_next = NULL, present = NULL,
                 modseq = NULL WHERE account = ?1 AND name = ?2",
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

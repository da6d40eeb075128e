//! Lists of SHA-256 sums that the person imported: files known as harmful, files known as harmless.
//!
//! A sum stands on one list; the list imported last takes it over. Removing a list removes its sums.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError, row};
use crate::engine::knowledge::{HashKind, HashList, KnownHash, Sum};

/// Sums written in one transaction: an import must not keep other writers waiting.
const BATCH: usize = 20_000;
/// Longest note kept, in bytes.
const MAX_NOTE: usize = 120;

/// One imported list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHashList {
    /// Its key.
    pub id: i64,
    /// The file it came from.
    pub name: String,
    /// What it says of its sums.
    pub kind: HashKind,
    /// When it was last imported.
    pub added: Timestamp,
    /// How many sums stand on it.
    pub count: u64,
}

/// What looks one sum up; the plan test asks for it.
pub(super) const FIND: &str =
    "SELECT l.kind, h.note, l.name FROM hashes h JOIN hash_lists l ON l.id = h.list WHERE h.sha256 = ?1";

impl Store {
    /// Adds sums to the list named `name`, made anew where it is missing, and returns how many were written.
    ///
    /// A sum on another list moves to this one. Written in several transactions: an import that breaks off
    /// keeps what came before and is finished by importing again.
    pub fn import_hashes(
        &self,
        name: &str,
        kind: HashKind,
        sums: &mut dyn Iterator<Item = (Sum, String)>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let list: i64 = self.write(|tx| {
            tx.query_row(
                "INSERT INTO hash_lists (name, kind, added) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name, kind) DO UPDATE SET added = excluded.added RETURNING id",
                params![name, kind.word(), now.as_second()],
                |row| row.get(0),
            )
        })?;
        let mut written = 0;
        loop {
            let batch: Vec<(Sum, String)> = sums.take(BATCH).collect();
            if batch.is_empty() {
                return Ok(written);
            }
            self.write(|tx| {
                let mut insert = tx.prepare_cached(
                    "INSERT INTO hashes (sha256, list, note) VALUES (?1, ?2, ?3)
                     ON CONFLICT (sha256) DO UPDATE SET list = excluded.list, note = excluded.note",
                )?;
                for (sum, note) in &batch {
                    let end = note.floor_char_boundary(MAX_NOTE);
                    insert.execute(params![sum, list, note.get(..end).unwrap_or_default()])?;
                }
                Ok(())
            })?;
            written += batch.len() as u64;
        }
    }

    /// Every list, newest first.
    pub fn hash_lists(&self) -> Result<Vec<StoredHashList>, StoreError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT id, name, kind, added, (SELECT count(*) FROM hashes WHERE list = hash_lists.id)
                 FROM hash_lists ORDER BY added DESC, id DESC",
            )?
            .query_map([], |row| {
                Ok(StoredHashList {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    kind: row::word(row, 2, HashKind::from_word)?,
                    added: row::time(row, 3)?,
                    count: row::count(row, 4)?,
                })
            })?
            .collect()
        })
    }

    /// Removes a list with its sums; `false` where there is none with that key.
    pub fn remove_hash_list(&self, id: i64) -> Result<bool, StoreError> {
        self.write_durably(|tx| Ok(tx.execute("DELETE FROM hash_lists WHERE id = ?1", [id])? > 0))
    }

    /// The entry of a sum.
    pub fn known_hash(&self, sum: &Sum) -> Result<Option<KnownHash>, StoreError> {
        self.read(|c| {
            c.prepare_cached(FIND)?
                .query_row([sum], |row| {
                    Ok(KnownHash {
                        kind: row::word(row, 0, HashKind::from_word)?,
                        note: row.get(1)?,
                        source: row.get(2)?,
                    })
                })
                .optional()
        })
    }

    /// A choice of the person's that belongs to no account, as JSON.
    pub fn option(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.read(|c| {
            c.query_row("SELECT value FROM options WHERE name = ?1", [name], |row| row.get(0)).optional()
        })
    }

    /// Keeps such a choice.
    pub fn set_option(&self, name: &str, json: &str) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            tx.execute("INSERT OR REPLACE INTO options (name, value) VALUES (?1, ?2)", [name, json])?;
            Ok(())
        })
    }
}

/// A database that can't be read knows no hash: the sync that asks stops at its next write and says why.
impl HashList for Store {
    fn find(&self, sum: &Sum) -> Option<KnownHash> {
        self.known_hash(sum).ok().flatten()
    }
}

//! What the person was told that is no action, kept for the activity list.

use jiff::Timestamp;
use rusqlite::params;

use super::{Actor, Store, StoreError, row};

/// One such line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNote {
    /// Its key.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub says: String,
    /// Who brought it about.
    pub actor: Actor,
}

impl Store {
    /// Writes a line down; it is on the disk when this returns.
    pub fn note(&self, actor: Actor, says: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            let line = params![now.as_second(), says, actor.word()];
            tx.execute("INSERT INTO notes (at, says, actor) VALUES (?1, ?2, ?3)", line)?;
            Ok(())
        })
    }

    /// The newest lines, newest first.
    pub fn notes(&self, limit: usize) -> Result<Vec<StoredNote>, StoreError> {
        self.read(|c| {
            c.prepare_cached("SELECT id, at, says, actor FROM notes ORDER BY id DESC LIMIT ?1")?
                .query_map([row::to_count(limit as u64)], |row| {
                    Ok(StoredNote {
                        id: row.get(0)?,
                        at: row::time(row, 1)?,
                        says: row.get(2)?,
                        actor: row::word(row, 3, Actor::from_word)?,
                    })
                })?
                .collect()
        })
    }
}

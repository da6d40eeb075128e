//! Allow and block entries. One entry per scope and value: the newer decision replaces the older.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};

use super::{MessageId, Store, StoreError, row};
use crate::engine::Class;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};

/// One entry with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSender {
    /// Its key.
    pub id: i64,
    /// The entry.
    pub entry: SenderEntry,
    /// When it was added.
    pub added: Timestamp,
    /// Where it came from, in words.
    pub origin: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredSender> {
    Ok(StoredSender {
        id: row.get(0)?,
        entry: SenderEntry {
            rule: row::word(row, 1, SenderRule::from_word)?,
            scope: row::word(row, 2, SenderScope::from_word)?,
            value: row.get(3)?,
            expires: row::time_or_none(row, 4)?,
        },
        added: row::time(row, 5)?,
        origin: row.get(6)?,
    })
}

pub(super) fn put(
    tx: &Transaction<'_>,
    entry: &SenderEntry,
    origin: &str,
    now: Timestamp,
) -> rusqlite::Result<i64> {
    tx.execute(
        "DELETE FROM senders WHERE scope = ?1 AND value = ?2",
        params![entry.scope.word(), entry.value],
    )?;
    tx.execute(
        "INSERT INTO senders (rule, scope, value, expires, added, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            entry.rule.word(),
            entry.scope.word(),
            entry.value,
            entry.expires.map(Timestamp::as_second),
            now.as_second(),
            origin
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

/// The condition on a message that an entry matches; `None` where the database does not hold what it is about.
pub(super) fn condition(scope: SenderScope) -> Option<&'static str> {
    match scope {
        SenderScope::Address => Some("from_address = ?1"),
        SenderScope::Domain => Some("substr(from_address, -length(?1) - 1) IN ('@' || ?1, '.' || ?1)"),
        SenderScope::ReportingMta => Some("reporting_mta = ?1"),
        SenderScope::Ip => None,
    }
}

pub(super) fn touched_sql(test: &str) -> String {
    format!("SELECT class, COUNT(*) FROM messages WHERE shelved = 1 AND {test} GROUP BY class")
}

pub(super) fn released_sql(test: &str) -> String {
    format!(
        "SELECT id FROM messages WHERE shelved = 1 AND class <> 'malicious' AND {test}
         ORDER BY received DESC LIMIT ?2"
    )
}

pub(super) const SHELVED: &str =
    "SELECT id, class FROM messages WHERE shelved = 1 ORDER BY received DESC LIMIT ?1";

impl Store {
    /// Every entry, newest first, expired ones too.
    pub fn senders(&self) -> Result<Vec<StoredSender>, StoreError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT id, rule, scope, value, expires, added, origin FROM senders ORDER BY id DESC",
            )?
            .query_map([], read)?
            .collect()
        })
    }

    /// The entries that count at `now`: the snapshot that the engine judges with.
    pub fn sender_entries(&self, now: Timestamp) -> Result<Vec<SenderEntry>, StoreError> {
        let mut all = self.senders()?;
        all.retain(|s| s.entry.expires.is_none_or(|at| at > now));
        Ok(all.into_iter().map(|s| s.entry).collect())
    }

    /// Adds an entry, its value normalised; replaces an entry of either rule on the same scope and value.
    /// Refused where the value does not fit the scope.
    pub fn add_sender(&self, entry: &SenderEntry, origin: &str, now: Timestamp) -> Result<i64, StoreError> {
        let value = SenderEntry::normal(entry.scope, &entry.value).ok_or_else(|| {
            let what = match entry.scope {
                SenderScope::Address => "an email address",
                SenderScope::Domain => "a domain",
                SenderScope::ReportingMta => "the name of a server",
                SenderScope::Ip => "a single IP address",
            };
            StoreError::Refused(format!("“{}” is not {what}", entry.value.trim()))
        })?;
        self.write_durably(|tx| put(tx, &SenderEntry { value, ..entry.clone() }, origin, now))
    }

    /// Adds entries whose values are in normal form, all of them or none; the later one of two on the same
    /// scope and value counts.
    pub fn add_senders(
        &self,
        entries: &[SenderEntry],
        origin: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            for entry in entries {
                put(tx, entry, origin, now)?;
            }
            Ok(())
        })
    }

    /// What an entry on `scope` and `value` (in normal form) would touch of the quarantine: how many messages
    /// are held or would be, by class. Which host handed a message in stands in its source alone: an IP
    /// address touches none that is known here, see [`Store::shelved`].
    pub fn touched(&self, scope: SenderScope, value: &str) -> Result<Vec<(Class, u64)>, StoreError> {
        let Some(test) = condition(scope) else { return Ok(Vec::new()) };
        self.read(|c| {
            c.prepare_cached(&touched_sql(test))?
                .query_map([value], |row| Ok((row::word(row, 0, Class::from_word)?, row::count(row, 1)?)))?
                .collect()
        })
    }

    /// What an allow entry on `scope` and `value` (in normal form) would release: what is held or would be, without
    /// what is malicious, newest first, at most `limit`.
    pub fn released(
        &self,
        scope: SenderScope,
        value: &str,
        limit: usize,
    ) -> Result<Vec<MessageId>, StoreError> {
        let Some(test) = condition(scope) else { return Ok(Vec::new()) };
        let limit = row::to_count(limit as u64);
        self.read(|c| {
            c.prepare_cached(&released_sql(test))?
                .query_map(params![value, limit], |row| row.get(0))?
                .collect()
        })
    }

    /// The newest that are held or would be, with their class, at most `limit`.
    pub fn shelved(&self, limit: usize) -> Result<Vec<(MessageId, Class)>, StoreError> {
        self.read(|c| {
            c.prepare_cached(SHELVED)?
                .query_map([row::to_count(limit as u64)], |row| {
                    Ok((row.get(0)?, row::word(row, 1, Class::from_word)?))
                })?
                .collect()
        })
    }

    /// Removes an entry and returns it, so that the removal can be undone; `None` where it was gone.
    pub fn remove_sender(&self, id: i64) -> Result<Option<StoredSender>, StoreError> {
        let found = self.senders()?.into_iter().find(|s| s.id == id);
        self.write_durably(|tx| tx.execute("DELETE FROM senders WHERE id = ?1", [id]))?;
        Ok(found)
    }
}

//! Held mail that may go for ever: what the person was shown of it, and what was said.

use jiff::Timestamp;
use rusqlite::params;

use super::{AccountId, MessageId, Store, StoreError, row};

pub(super) const UNSAID: &str = "SELECT id, shown FROM messages WHERE account = ?1 AND holding = 'held'
    AND shown IS NOT NULL AND shown <= ?2 AND warned IS NULL AND uid IS NOT NULL ORDER BY shown, id";
pub(super) const EXPIRED: &str = "SELECT id FROM messages WHERE account = ?1 AND holding = 'held'
    AND shown IS NOT NULL AND shown <= ?2 AND warned <= ?3 AND uid IS NOT NULL
    AND (SELECT count(*) FROM actions WHERE message = messages.id AND kind = 'delete' AND actor = 'rule'
    AND state = 'failed') < 3 ORDER BY shown, id LIMIT ?4";

impl Store {
    /// Notes that the person was shown messages. Only what is held counts, and only the first time of each
    /// stay in the quarantine.
    pub fn set_shown(&self, messages: &[MessageId], now: Timestamp) -> Result<(), StoreError> {
        let new: Vec<MessageId> = self.read(|c| {
            let mut unseen = c.prepare_cached(
                "SELECT 1 FROM messages WHERE id = ?1 AND holding = 'held' AND shown IS NULL",
            )?;
            let mut new = Vec::new();
            for id in messages {
                if unseen.exists([id])? {
                    new.push(*id);
                }
            }
            Ok(new)
        })?;
        if new.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            let mut update = tx.prepare_cached(
                "UPDATE messages SET shown = ?2 WHERE id = ?1 AND holding = 'held' AND shown IS NULL",
            )?;
            for id in &new {
                update.execute(params![id, now.as_second()])?;
            }
            Ok(())
        })
    }

    /// Held messages that were shown at `until` or before and of whose deletion nothing was said yet, each with
    /// when it was shown.
    pub fn unsaid(
        &self,
        account: AccountId,
        until: Timestamp,
    ) -> Result<Vec<(MessageId, Timestamp)>, StoreError> {
        self.read(|c| {
            c.prepare_cached(UNSAID)?
                .query_map(params![account, until.as_second()], |row| Ok((row.get(0)?, row::time(row, 1)?)))?
                .collect()
        })
    }

    /// Writes down that it was said, in these words, that messages will be deleted for ever.
    pub fn say_expiry(&self, messages: &[MessageId], says: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            let mut update =
                tx.prepare_cached("UPDATE messages SET warned = ?2 WHERE id = ?1 AND holding = 'held'")?;
            for id in messages {
                update.execute(params![id, now.as_second()])?;
            }
            tx.execute("INSERT INTO notes (at, says) VALUES (?1, ?2)", params![now.as_second(), says])?;
            Ok(())
        })
    }

    /// Held messages that were shown at `shown` or before, and of which it was said at `said` or before that
    /// they will go; oldest first. One that could not be deleted three times is left to the person.
    pub fn expired(
        &self,
        account: AccountId,
        shown: Timestamp,
        said: Timestamp,
        limit: usize,
    ) -> Result<Vec<MessageId>, StoreError> {
        self.read(|c| {
            c.prepare_cached(EXPIRED)?
                .query_map(
                    params![account, shown.as_second(), said.as_second(), row::to_count(limit as u64)],
                    |row| row.get(0),
                )?
                .collect()
        })
    }

    /// Takes back what was said of an account: with another time it must be said again.
    pub fn unsay_expiry(&self, account: AccountId) -> Result<(), StoreError> {
        self.write_durably(|tx| {
            tx.execute(
                "UPDATE messages SET warned = NULL WHERE account = ?1 AND warned IS NOT NULL",
                [account],
            )?;
            Ok(())
        })
    }
}

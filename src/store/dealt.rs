//! Delivery problems that the person is done with: per bounce and recipient.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{MessageId, Store, StoreError};
use crate::engine::notice::Notice;

/// The recipients of one bounce that are dealt with.
pub(super) const OF: &str = "SELECT recipient FROM dealt WHERE message = ?1 ORDER BY recipient";
const NOTICE: &str = "SELECT notice FROM details WHERE message = ?1";

impl Store {
    /// Marks recipients of bounces as dealt with, or takes the mark away; all of them or none. A recipient
    /// is empty where the bounce names none. A message that is gone is passed over.
    pub fn set_dealt(
        &self,
        marks: &[(MessageId, String)],
        dealt: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            for (message, recipient) in marks {
                if dealt {
                    tx.prepare_cached(
                        "INSERT INTO dealt SELECT id, ?2, ?3 FROM messages WHERE id = ?1 ON CONFLICT DO NOTHING",
                    )?
                    .execute(params![message, recipient, now.as_second()])?;
                } else {
                    tx.prepare_cached("DELETE FROM dealt WHERE message = ?1 AND recipient = ?2")?
                        .execute(params![message, recipient])?;
                }
                settle(tx, *message)?;
            }
            Ok(())
        })
    }

    /// The recipients of a bounce that are dealt with.
    pub fn dealt_of(&self, message: MessageId) -> Result<Vec<String>, StoreError> {
        self.read(|c| c.prepare_cached(OF)?.query_map([message], |row| row.get(0))?.collect())
    }
}

/// Writes whether every recipient of a bounce is dealt with.
///
/// A notice that can't be read counts as open: a bounce must not be missed.
pub(super) fn settle(tx: &Transaction<'_>, message: MessageId) -> rusqlite::Result<()> {
    let done: Vec<String> =
        tx.prepare_cached(OF)?.query_map([message], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let notice: Option<String> =
        tx.prepare_cached(NOTICE)?.query_row([message], |row| row.get(0)).optional()?.flatten();
    let notice: Option<Notice> = notice.and_then(|text| serde_json::from_str(&text).ok());
    let all = !done.is_empty()
        && notice.is_some_and(|notice| {
            notice.undelivered().all(|report| {
                let recipient = report.recipient.as_deref().unwrap_or_default();
                done.iter().any(|d| d == recipient)
            })
        });
    tx.prepare_cached("UPDATE messages SET dealt = ?2 WHERE id = ?1 AND dealt <> ?2")?
        .execute(params![message, all])?;
    Ok(())
}

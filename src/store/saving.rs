//! Saving messages with their verdicts, many in one transaction.
//!
//! The order within a transaction is for speed, and worth three quarters of the time: whatever sets a savepoint (a
//! statement with a trigger does) has the full-text index write all it holds in memory, so rows come first and the
//! index last; and new rows are counted here once, not by a trigger three times each.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{OptionalExtension, Transaction, params};

use super::sources::{self, Packed};
use super::{MessageId, NewMessage, Store, StoreError, dealt, decisions, row, search};
use crate::engine::{Class, Verdict};

impl Store {
    /// Saves one message and its verdict; see [`Store::save_verdicts`].
    pub fn save_verdict(&self, message: &NewMessage<'_>, verdict: &Verdict) -> Result<MessageId, StoreError> {
        let ids = self.save_verdicts(&[(message.clone(), verdict)])?;
        Ok(ids.into_iter().next().unwrap_or_default())
    }

    /// Saves many in one transaction: each message with its verdict, findings and kept source, or
    /// none of them. Returns their keys in order.
    ///
    /// A message whose place is known already gets the new verdict and keeps its key. So does one whose
    /// place was lost (UIDVALIDITY changed, no UIDPLUS) when its bytes turn up in the same folder.
    pub fn save_verdicts<V: Borrow<Verdict>>(
        &self,
        many: &[(NewMessage<'_>, V)],
    ) -> Result<Vec<MessageId>, StoreError> {
        let packed = pack(many)?;
        self.write(|tx| {
            let saved = save_rows(tx, many, &packed)?;
            save_words(tx, many, &saved)?;
            Ok(saved.into_iter().map(|s| s.id).collect())
        })
    }

    /// [`Store::save_verdicts`] for messages that were found in the quarantine folder and are known nowhere
    /// else (another computer's Lazaret holds them, or the database is new): they are held, and where they
    /// arrived is not known.
    pub fn save_held<V: Borrow<Verdict>>(
        &self,
        many: &[(NewMessage<'_>, V)],
    ) -> Result<Vec<MessageId>, StoreError> {
        let packed = pack(many)?;
        self.write(|tx| {
            let saved = save_rows(tx, many, &packed)?;
            for Saved { id, .. } in &saved {
                tx.prepare_cached("UPDATE messages SET holding = 'held' WHERE id = ?1")?.execute([id])?;
                decisions::recall_home(tx, *id)?;
            }
            save_words(tx, many, &saved)?;
            Ok(saved.into_iter().map(|s| s.id).collect())
        })
    }
}

/// A message that has its row.
#[derive(Debug, Clone, Copy)]
struct Saved {
    id: MessageId,
    /// Whether it was there before.
    known: bool,
}

/// Compresses what is kept, before the transaction begins.
fn pack<V>(many: &[(NewMessage<'_>, V)]) -> Result<Vec<Option<Packed>>, StoreError> {
    many.iter().map(|(message, _)| message.source.map(sources::pack).transpose()).collect()
}

/// Everything but the words of the search.
fn save_rows<V: Borrow<Verdict>>(
    tx: &Transaction<'_>,
    many: &[(NewMessage<'_>, V)],
    packed: &[Option<Packed>],
) -> rusqlite::Result<Vec<Saved>> {
    let mut saved: Vec<Option<Saved>> = Vec::with_capacity(many.len());
    let mut places = HashSet::new();
    for (message, verdict) in many {
        let known = existing(tx, message)?;
        if let Some(id) = known {
            rewrite(tx, id, message, verdict.borrow())?;
        }
        saved.push(known.map(|id| Saved { id, known: true }));
    }
    let mut tally = Tally::default();
    let mut insert = || {
        for ((message, verdict), saved) in many.iter().zip(&mut saved) {
            // One that is told twice has its row by now.
            let twice = message.spot.uid.is_some() && !places.insert(&message.spot);
            if saved.is_none() && !twice {
                write_row(tx, INSERT, None, message, verdict.borrow())?;
                tally.add(message, verdict.borrow());
                *saved = Some(Saved { id: tx.last_insert_rowid(), known: false });
            }
        }
        Ok(())
    };
    without_triggers(tx, &mut insert)?;
    tally.write(tx)?;
    let mut all = Vec::with_capacity(many.len());
    for (((message, verdict), packed), saved) in many.iter().zip(packed).zip(saved) {
        let verdict = verdict.borrow();
        let saved = match saved {
            Some(saved) => saved,
            None => {
                let id = existing(tx, message)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
                rewrite(tx, id, message, verdict)?;
                Saved { id, known: true }
            }
        };
        save_verdict_of(tx, saved, message, verdict)?;
        if let Some(packed) = packed {
            sources::save(tx, saved.id, packed)?;
        }
        all.push(saved);
    }
    Ok(all)
}

/// The words of the search.
fn save_words<V: Borrow<Verdict>>(
    tx: &Transaction<'_>,
    many: &[(NewMessage<'_>, V)],
    saved: &[Saved],
) -> rusqlite::Result<()> {
    for ((message, verdict), saved) in many.iter().zip(saved) {
        search::index(tx, saved.id, verdict.borrow(), message.source, saved.known)?;
    }
    Ok(())
}

/// A new verdict takes the place of an old one.
fn rewrite(
    tx: &Transaction<'_>,
    id: MessageId,
    message: &NewMessage<'_>,
    verdict: &Verdict,
) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM findings WHERE message = ?1")?.execute([id])?;
    tx.prepare_cached("DELETE FROM details WHERE message = ?1")?.execute([id])?;
    write_row(tx, UPDATE, Some(id), message, verdict)
}

/// What belongs to a verdict besides its row.
fn save_verdict_of(
    tx: &Transaction<'_>,
    Saved { id, known }: Saved,
    message: &NewMessage<'_>,
    verdict: &Verdict,
) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached("INSERT INTO findings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for (ordinal, finding) in verdict.findings.iter().enumerate() {
        insert.execute(params![
            id,
            row::to_count(ordinal as u64),
            finding.id,
            finding.severity.word(),
            finding.toward.word(),
            finding.weight,
            finding.says,
            row::to_json(&finding.evidence)?,
        ])?;
    }
    if verdict.notice.is_some() || !verdict.attachments.is_empty() {
        let notice = verdict.notice.as_ref().map(row::to_json).transpose()?;
        tx.prepare_cached("INSERT INTO details (message, notice, attachments) VALUES (?1, ?2, ?3)")?
            .execute(params![id, notice, row::to_json(&verdict.attachments)?])?;
    }
    // Judged anew it may name other recipients than those that were dealt with.
    if known && verdict.class == Class::GenuineBounce {
        dealt::settle(tx, id)?;
    }
    decisions::recall_dealt(tx, id, message)
}

/// Runs `work` with the triggers of this connection off; whatever they would do is the caller's to do.
fn without_triggers(
    tx: &Transaction<'_>,
    work: &mut dyn FnMut() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    tx.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    let done = work();
    tx.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)?;
    done
}

/// What the trigger `messages_added` counts, for many new rows at once.
#[derive(Debug, Default)]
struct Tally<'a> {
    tallies: BTreeMap<(i64, &'static str, &'static str), i64>,
    days: BTreeMap<(i64, &'static str), i64>,
    storms: BTreeMap<&'a str, i64>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, message: &NewMessage<'_>, verdict: &'a Verdict) {
        let class = verdict.class.word();
        *self.tallies.entry((message.account, class, verdict.disposition.word())).or_default() += 1;
        *self.days.entry((message.received.as_second() / 86_400, class)).or_default() += 1;
        if let Some(storm) = &verdict.storm {
            *self.storms.entry(storm).or_default() += 1;
        }
    }

    fn write(&self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        for ((account, class, disposition), n) in &self.tallies {
            tx.prepare_cached(
                "INSERT INTO tallies VALUES (?1, ?2, ?3, 'in_place', ?4)
                 ON CONFLICT DO UPDATE SET n = n + excluded.n",
            )?
            .execute(params![account, class, disposition, n])?;
        }
        for ((day, class), n) in &self.days {
            tx.prepare_cached(
                "INSERT INTO days VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET n = n + excluded.n",
            )?
            .execute(params![day, class, n])?;
        }
        for (storm, n) in &self.storms {
            tx.prepare_cached(
                "INSERT INTO storms VALUES (?1, ?2) ON CONFLICT DO UPDATE SET n = n + excluded.n",
            )?
            .execute(params![storm, n])?;
        }
        Ok(())
    }
}

/// The row that this message has already: by its place, else by its bytes where the place was lost.
fn existing(tx: &Transaction<'_>, message: &NewMessage<'_>) -> rusqlite::Result<Option<MessageId>> {
    if let Some((validity, uid)) = message.spot.uid {
        let found = tx
            .prepare_cached(
                "SELECT id FROM messages WHERE account = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid = ?4",
            )?
            .query_row(params![message.account, message.spot.folder, validity, uid], |row| row.get(0))
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(sum) = message.sha256 else { return Ok(None) };
    tx.prepare_cached(
        "SELECT id FROM messages WHERE sha256 = ?1 AND +account = ?2 AND +folder = ?3 AND uid IS NULL
         ORDER BY id LIMIT 1",
    )?
    .query_row(params![sum, message.account, message.spot.folder], |row| row.get(0))
    .optional()
}

/// One statement for all that is known of a message: indexes and tallies are touched once.
const INSERT: &str = "INSERT INTO messages (id, folder, uid_validity, uid, received, judged, size, sha256, class,
     disposition, score, message_id, from_name, from_address, subject, date, flags, reason, attachment,
     reporting_mta, storm, relay, account, from_folder, from_uid_validity, from_uid)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
     ?23, ?2, ?3, ?4)";

/// The same for a message that is there already; where it arrived stays, and its account is the same.
const UPDATE: &str =
    "UPDATE messages SET folder = ?2, uid_validity = ?3, uid = ?4, received = ?5, judged = ?6,
     size = ?7, sha256 = ?8, class = ?9, disposition = ?10, score = ?11, message_id = ?12, from_name = ?13,
     from_address = ?14, subject = ?15, date = ?16, flags = ?17, reason = ?18, attachment = ?19,
     reporting_mta = ?20, storm = ?21, relay = ?22,
     holding = CASE holding WHEN 'gone' THEN 'in_place' ELSE holding END WHERE id = ?1 AND account = ?23";

fn write_row(
    tx: &Transaction<'_>,
    sql: &str,
    id: Option<MessageId>,
    message: &NewMessage<'_>,
    verdict: &Verdict,
) -> rusqlite::Result<()> {
    let headline = &verdict.headline;
    let attachment = verdict
        .attachments
        .iter()
        .filter(|a| !a.findings.is_empty())
        .chain(&verdict.attachments)
        .find_map(|a| a.name.as_deref());
    tx.prepare_cached(sql)?.execute(params![
        id,
        message.spot.folder,
        message.spot.validity(),
        message.spot.number(),
        message.received.as_second(),
        message.now.as_second(),
        row::to_count(message.size),
        message.sha256,
        verdict.class.word(),
        verdict.disposition.word(),
        verdict.score,
        headline.message_id,
        headline.from,
        headline.from_address,
        headline.subject,
        headline.date.map(Timestamp::as_second),
        row::to_json(message.flags)?,
        verdict.reason().map(|f| f.says.as_str()).unwrap_or_default(),
        attachment,
        verdict.notice.as_ref().and_then(|n| n.reporting_mta.as_deref()),
        verdict.storm,
        verdict.relay,
        message.account,
    ])?;
    Ok(())
}

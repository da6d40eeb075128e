//! Messages and their verdicts: saving, reading one, and where each stands.

use std::borrow::Borrow;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::sources::{self, Packed};
use super::{AccountId, Sha256, Store, StoreError, dealt, decisions, row, search};
use crate::engine::{Class, Disposition, Finding, Headline, Severity, Toward, Verdict};

/// A message's key. Never reused.
pub type MessageId = i64;

/// Where a judged message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holding {
    /// Where it arrived.
    InPlace,
    /// In the quarantine folder.
    Held,
    /// It was held and is back.
    Restored,
    /// No longer on the server.
    Gone,
}

impl Holding {
    /// The word of the database.
    pub fn word(self) -> &'static str {
        match self {
            Holding::InPlace => "in_place",
            Holding::Held => "held",
            Holding::Restored => "restored",
            Holding::Gone => "gone",
        }
    }

    /// The holding of a [`word`](Self::word), or `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Holding> {
        [Holding::InPlace, Holding::Held, Holding::Restored, Holding::Gone]
            .into_iter()
            .find(|h| h.word() == word)
    }
}

/// A message's place on the server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spot {
    /// The folder as the server spells it.
    pub folder: String,
    /// UIDVALIDITY and UID there; `None` where the server did not say.
    pub uid: Option<(u32, u32)>,
}

impl Spot {
    pub(super) fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Spot> {
        let validity: Option<u32> = row.get(column + 1)?;
        let uid: Option<u32> = row.get(column + 2)?;
        Ok(Spot { folder: row.get(column)?, uid: validity.zip(uid) })
    }

    pub(super) fn validity(&self) -> Option<u32> {
        self.uid.map(|(validity, _)| validity)
    }

    pub(super) fn number(&self) -> Option<u32> {
        self.uid.map(|(_, uid)| uid)
    }
}

/// A message to be saved with its verdict.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    /// Its account.
    pub account: AccountId,
    /// Where it stands.
    pub spot: Spot,
    /// Its flags as the server spells them.
    pub flags: &'a [String],
    /// When the person's server took it; the service's best guess where the server does not say.
    pub received: Timestamp,
    /// Its size in bytes.
    pub size: u64,
    /// The sum of the whole message; `None` where only its header was fetched.
    pub sha256: Option<Sha256>,
    /// The whole message where it is to be kept.
    pub source: Option<&'a [u8]>,
    /// When it was judged.
    pub now: Timestamp,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    /// Its key.
    pub id: MessageId,
    /// Its account.
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Where it stands now.
    pub spot: Spot,
    /// Where it arrived.
    pub arrived: Spot,
    /// What a list shows of its header.
    pub headline: Headline,
    /// When the person's server took it, in whole seconds.
    pub received: Timestamp,
    /// Its size in bytes.
    pub size: u64,
    /// The sum of the whole message, where it was fetched.
    pub sha256: Option<Sha256>,
    /// Its class.
    pub class: Class,
    /// What the policy wants.
    pub disposition: Disposition,
    /// Confidence in the class.
    pub score: f32,
    /// The finding that decided, as a sentence; may be empty.
    pub reason: String,
    /// The name of the first attachment with a finding, else of the first attachment.
    pub attachment: Option<String>,
    /// The storm's key.
    pub storm: Option<String>,
    /// How many messages share its storm, itself included; 0 where it is in none.
    pub storm_size: u64,
    /// How many messages of the list this row stands for: 1 but in a folded list.
    pub members: u64,
    /// Where it is.
    pub holding: Holding,
}

/// One message with its whole verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    /// The row in the list.
    pub row: StoredRow,
    /// Its flags when it was judged.
    pub flags: Vec<String>,
    /// When it was judged.
    pub judged: Timestamp,
    /// The verdict as the engine gave it.
    pub verdict: Verdict,
}

/// The columns of [`read_row`], from `messages m` joined with `accounts a`.
pub(super) const COLUMNS: &str = "m.id, m.account, a.name, m.folder, m.uid_validity, m.uid,
    m.from_folder, m.from_uid_validity, m.from_uid, m.message_id, m.from_name, m.from_address, m.subject,
    m.date, m.received, m.size, m.sha256, m.class, m.disposition, m.score, m.reason, m.attachment, m.storm,
    (SELECT n FROM storms WHERE storms.storm = m.storm), m.holding";

pub(super) fn read_row(row: &Row<'_>) -> rusqlite::Result<StoredRow> {
    Ok(StoredRow {
        id: row.get(0)?,
        account: row.get(1)?,
        account_name: row.get(2)?,
        spot: Spot::read(row, 3)?,
        arrived: Spot::read(row, 6)?,
        headline: Headline {
            message_id: row.get(9)?,
            from: row.get(10)?,
            from_address: row.get(11)?,
            subject: row.get(12)?,
            date: row::time_or_none(row, 13)?,
        },
        received: row::time(row, 14)?,
        size: row::count(row, 15)?,
        sha256: row.get(16)?,
        class: row::word(row, 17, Class::from_word)?,
        disposition: row::word(row, 18, Disposition::from_word)?,
        score: row.get(19)?,
        reason: row.get(20)?,
        attachment: row.get(21)?,
        storm: row.get(22)?,
        storm_size: u64::try_from(row.get::<_, Option<i64>>(23)?.unwrap_or(0)).unwrap_or(0),
        members: 1,
        holding: row::word(row, 24, Holding::from_word)?,
    })
}

impl Store {
    /// Saves one message and its verdict; see [`Store::save_verdicts`].
    pub fn save_verdict(&self, message: &NewMessage<'_>, verdict: &Verdict) -> Result<MessageId, StoreError> {
        let packed = message.source.map(sources::pack).transpose()?;
        self.write(|tx| save(tx, message, verdict, packed.as_ref()))
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
        let packed = many
            .iter()
            .map(|(message, _)| message.source.map(sources::pack).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        self.write(|tx| {
            many.iter()
                .zip(&packed)
                .map(|((m, verdict), source)| save(tx, m, verdict.borrow(), source.as_ref()))
                .collect()
        })
    }

    /// [`Store::save_verdicts`] for messages that were found in the quarantine folder and are known nowhere
    /// else (another computer's Lazaret holds them, or the database is new): they are held, and where they
    /// arrived is not known.
    pub fn save_held<V: Borrow<Verdict>>(
        &self,
        many: &[(NewMessage<'_>, V)],
    ) -> Result<Vec<MessageId>, StoreError> {
        let packed = many
            .iter()
            .map(|(message, _)| message.source.map(sources::pack).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        self.write(|tx| {
            let mut ids = Vec::with_capacity(many.len());
            for ((message, verdict), source) in many.iter().zip(&packed) {
                let id = save(tx, message, verdict.borrow(), source.as_ref())?;
                tx.prepare_cached("UPDATE messages SET holding = 'held' WHERE id = ?1")?.execute([id])?;
                decisions::recall_home(tx, id)?;
                ids.push(id);
            }
            Ok(ids)
        })
    }

    /// One message with its whole verdict.
    pub fn message(&self, id: MessageId) -> Result<Option<StoredMessage>, StoreError> {
        self.read(|c| {
            let found = c.prepare_cached(&one_sql())?.query_row([id], read_message).optional()?;
            let Some(mut message) = found else { return Ok(None) };
            message.verdict.findings =
                c.prepare_cached(FINDINGS)?.query_map([id], read_finding)?.collect::<Result<_, _>>()?;
            Ok(Some(message))
        })
    }

    /// Every saved message of an account with exactly these bytes, oldest first.
    pub fn by_identity(
        &self,
        account: AccountId,
        message_id: Option<&str>,
        sum: &Sha256,
    ) -> Result<Vec<StoredRow>, StoreError> {
        self.read(|c| {
            c.prepare_cached(&identity_sql())?
                .query_map(params![sum, account, message_id], read_row)?
                .collect()
        })
    }
}

pub(super) const FINDINGS: &str = "SELECT id, severity, toward, weight, says, evidence FROM findings
     WHERE message = ?1 ORDER BY ordinal";

pub(super) fn one_sql() -> String {
    format!(
        "SELECT {COLUMNS}, m.flags, m.judged, d.notice, d.attachments FROM messages m
         CROSS JOIN accounts a ON a.id = m.account LEFT JOIN details d ON d.message = m.id WHERE m.id = ?1"
    )
}

pub(super) fn identity_sql() -> String {
    format!(
        "SELECT {COLUMNS} FROM messages m CROSS JOIN accounts a ON a.id = m.account
         WHERE m.sha256 = ?1 AND +m.account = ?2 AND m.message_id IS ?3 ORDER BY m.id"
    )
}

pub(super) fn read_message(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    let list = read_row(row)?;
    let notice: Option<String> = row.get(27)?;
    let notice = notice.map(|text| serde_json::from_str(&text)).transpose();
    let attachments: Option<String> = row.get(28)?;
    let attachments = attachments.map(|text| serde_json::from_str(&text)).transpose();
    let verdict = Verdict {
        headline: list.headline.clone(),
        class: list.class,
        disposition: list.disposition,
        score: list.score,
        notice: notice.map_err(|e| row::bad(27, e.to_string()))?,
        attachments: attachments.map_err(|e| row::bad(28, e.to_string()))?.unwrap_or_default(),
        findings: Vec::new(),
        storm: list.storm.clone(),
        relay: None,
    };
    Ok(StoredMessage { row: list, flags: row::json(row, 25)?, judged: row::time(row, 26)?, verdict })
}

fn read_finding(row: &Row<'_>) -> rusqlite::Result<Finding> {
    Ok(Finding {
        id: row.get::<_, String>(0)?.into(),
        severity: row::word(row, 1, Severity::from_word)?,
        toward: row::word(row, 2, Toward::from_word)?,
        weight: row.get(3)?,
        says: row.get(4)?,
        evidence: row::json(row, 5)?,
    })
}

fn save(
    tx: &Transaction<'_>,
    message: &NewMessage<'_>,
    verdict: &Verdict,
    packed: Option<&Packed>,
) -> rusqlite::Result<MessageId> {
    let known = existing(tx, message)?;
    let id = match known {
        Some(id) => {
            tx.prepare_cached("DELETE FROM findings WHERE message = ?1")?.execute([id])?;
            tx.prepare_cached("DELETE FROM details WHERE message = ?1")?.execute([id])?;
            write_row(tx, UPDATE, Some(id), message, verdict)?;
            id
        }
        None => {
            write_row(tx, INSERT, None, message, verdict)?;
            tx.last_insert_rowid()
        }
    };
    for (ordinal, finding) in verdict.findings.iter().enumerate() {
        tx.prepare_cached("INSERT INTO findings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(
            params![
                id,
                row::to_count(ordinal as u64),
                finding.id,
                finding.severity.word(),
                finding.toward.word(),
                finding.weight,
                finding.says,
                row::to_json(&finding.evidence)?,
            ],
        )?;
    }
    if verdict.notice.is_some() || !verdict.attachments.is_empty() {
        let notice = verdict.notice.as_ref().map(row::to_json).transpose()?;
        tx.prepare_cached("INSERT INTO details (message, notice, attachments) VALUES (?1, ?2, ?3)")?
            .execute(params![id, notice, row::to_json(&verdict.attachments)?])?;
    }
    // Judged anew it may name other recipients than those that were dealt with.
    if known.is_some() && verdict.class == Class::GenuineBounce {
        dealt::settle(tx, id)?;
    }
    decisions::recall_dealt(tx, id, message)?;
    if let Some(packed) = packed {
        sources::save(tx, id, packed)?;
    }
    search::index(tx, id, verdict, message.source, known.is_some())?;
    Ok(id)
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

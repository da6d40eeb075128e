//! Messages and their verdicts: reading one, and where each stands. They are written in [`super::saving`].

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{AccountId, Sha256, Store, StoreError, row};
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

    /// Whether a message of an account with exactly these bytes is saved or was once restored: the question that is
    /// asked of each new message, most of which are known nowhere.
    pub fn has_bytes(&self, account: AccountId, sum: &Sha256) -> Result<bool, StoreError> {
        self.read(|c| c.prepare_cached(HAS_BYTES)?.exists(params![account, sum]))
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

pub(super) const HAS_BYTES: &str = "SELECT 1 FROM messages WHERE sha256 = ?2 AND +account = ?1
    UNION ALL SELECT 1 FROM restored WHERE account = ?1 AND sha256 = ?2";

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

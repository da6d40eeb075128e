//! Full-text search: what goes into the index, and a search as SQL.
//!
//! The index (FTS5) holds words, not texts: the messages stay where they are. Every row is written here, by
//! [`index`], whenever a verdict is saved. Scripts that put no spaces between words go in one character a
//! word, and are searched as phrases of such words. A new kind of condition is a variant of [`StoreTest`]
//! and its SQL in [`StoreSearch::conditions`].

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params};

use super::messages::{self, Holding, MessageId};
use super::{AccountId, Store, StoreError, sources};
use crate::engine::{Class, Verdict, reading};

/// Bytes of a message's text that are indexed: what a person writes, not what a program attaches.
const TEXT_MOST: usize = 64 << 10;
/// Messages of an older database that are indexed in one transaction.
const CHUNK: usize = 500;
/// The messages that hold the words.
pub(super) const KEYS: &str = "SELECT rowid FROM search WHERE search MATCH ?1";

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreField {
    /// Name and address of From.
    Sender,
    /// To, Cc, and the addresses that a notice is about.
    Recipient,
    /// The subject, and that of a returned mail.
    Subject,
    /// Names of attachments and of files inside them.
    File,
    /// The server that reports.
    Server,
    /// The text.
    Body,
}

impl StoreField {
    fn column(self) -> &'static str {
        match self {
            StoreField::Sender => "sender",
            StoreField::Recipient => "recipient",
            StoreField::Subject => "subject",
            StoreField::File => "file",
            StoreField::Server => "server",
            StoreField::Body => "body",
        }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StoreTest {
    /// These words stand beside each other, in any field or in one.
    Words {
        /// The field; `None` for any.
        field: Option<StoreField>,
        /// The words.
        text: String,
        /// Whether the last word must be whole; else it may go on.
        whole: bool,
    },
    /// One of these classes.
    Class(Vec<Class>),
    /// One of these accounts.
    Account(Vec<AccountId>),
    /// It stands there.
    Holding(Vec<Holding>),
    /// It has an attachment.
    Attachment,
    /// It has a finding whose identifier begins so.
    Finding(String),
    /// It is of this storm.
    Storm(String),
    /// Received at this second or later.
    Since(i64),
    /// Received before this second.
    Before(i64),
}

impl StoreTest {
    /// The condition on `messages m`, with `plus` before what is not to be answered by an index; `None` where the
    /// test says nothing.
    pub(super) fn condition(&self, plus: &str, values: &mut Values) -> Option<String> {
        Some(match self {
            StoreTest::Words { .. } => {
                let matching = values.add(words(self)?);
                format!("{plus}m.id IN (SELECT rowid FROM search WHERE search MATCH {matching})")
            }
            StoreTest::Class(classes) => {
                format!("{plus}m.class IN {}", values.list(classes.iter().map(|c| c.word().to_owned())))
            }
            StoreTest::Account(accounts) => {
                format!("{plus}m.account IN {}", values.list(accounts.iter().copied()))
            }
            StoreTest::Holding(places) => {
                format!("m.holding IN {}", values.list(places.iter().map(|h| h.word().to_owned())))
            }
            StoreTest::Attachment => "m.attachment IS NOT NULL".to_owned(),
            StoreTest::Finding(prefix) => {
                let (from, to) = (values.add(prefix.clone()), values.add(beyond(prefix)));
                format!("{plus}m.id IN (SELECT message FROM findings WHERE id >= {from} AND id < {to})")
            }
            StoreTest::Storm(key) => format!("m.storm = {}", values.add(key.clone())),
            StoreTest::Since(second) => format!("m.received >= {}", values.add(*second)),
            StoreTest::Before(second) => format!("m.received < {}", values.add(*second)),
        })
    }
}

/// What stands behind every text that begins with `prefix`.
pub(super) fn beyond(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// A search: every term holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct StoreSearch {
    /// The terms; `true` where the test must not hold.
    pub terms: Vec<(bool, StoreTest)>,
}

/// Values of a statement, numbered as they come.
pub(super) struct Values(pub(super) Vec<Value>);

impl Values {
    /// Adds a value and returns its placeholder.
    pub(super) fn add(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("?{}", self.0.len())
    }

    fn list<T: Into<Value>>(&mut self, values: impl IntoIterator<Item = T>) -> String {
        let names: Vec<String> = values.into_iter().map(|v| self.add(v)).collect();
        format!("({})", names.join(", "))
    }
}

impl StoreSearch {
    /// Whether there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The words that must be there, as one FTS5 expression; `None` where none must.
    pub(super) fn expression(&self) -> Option<String> {
        let all: Vec<String> =
            self.terms.iter().filter(|(not, _)| !not).filter_map(|(_, test)| words(test)).collect();
        (!all.is_empty()).then(|| all.join(" AND "))
    }

    /// The conditions on `messages m`, each with its ` AND `; words that must be there aside.
    pub(super) fn conditions(&self, values: &mut Values) -> String {
        let mut sql = String::new();
        for (not, test) in &self.terms {
            if matches!(test, StoreTest::Words { .. }) && !not {
                continue;
            }
            // Class, account and finding say little: the order's own index is the better way.
            let Some(condition) = test.condition("+", values) else { continue };
            sql += if *not { " AND NOT coalesce(" } else { " AND (" };
            sql += &condition;
            sql += if *not { ", 0)" } else { ")" };
        }
        sql
    }
}

/// A test of words in the language of FTS5; `None` for other tests and where there is no word.
///
/// Everything typed stands inside a quoted string, so that nothing of it is an operator.
pub(super) fn words(test: &StoreTest) -> Option<String> {
    let StoreTest::Words { field, text, whole } = test else { return None };
    let text = apart(text);
    let text: String = text.chars().map(|c| if c == '"' || c.is_control() { ' ' } else { c }).collect();
    let last = text.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty())?;
    // One letter begins half of all words: it only counts as a word of its own.
    let prefix = !whole && (last.chars().count() > 1) && text.ends_with(last);
    let star = if prefix { " *" } else { "" };
    let column = field.map(|f| format!("{} : ", f.column())).unwrap_or_default();
    Some(format!("{column}\"{}\"{star}", text.trim()))
}

/// Whether a character is of a script that puts no spaces between words.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A text with spaces around each character that stands alone.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let alone = stands_alone(c);
        if alone {
            out.push(' ');
        }
        out.push(c);
        if alone {
            out.push(' ');
        }
    }
    out
}

/// Writes what can be found of a message. `source` where it is at hand; else the kept one is read, if the
/// message was `known` before: it may have a row of the index too, which this one replaces.
pub(super) fn index(
    tx: &Transaction<'_>,
    id: MessageId,
    verdict: &Verdict,
    source: Option<&[u8]>,
    known: bool,
) -> rusqlite::Result<()> {
    let kept = match source {
        None if known => sources::read(tx, id)?,
        _ => None,
    };
    let reading = source.or(kept.as_deref()).map(reading::read).unwrap_or_default();
    let headline = &verdict.headline;
    let join = |parts: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for part in parts {
            text.push_str(part);
            text.push('\n');
        }
        apart(&text)
    };
    let notice = verdict.notice.as_ref();
    let returned = notice.and_then(|n| n.returned.as_ref());
    let to = reading.headers.iter().filter(|(name, _)| {
        ["to", "cc", "delivered-to", "x-original-to"].iter().any(|n| name.eq_ignore_ascii_case(n))
    });
    let recipients = notice
        .iter()
        .flat_map(|n| &n.reports)
        .flat_map(|r| r.recipient.iter().chain(&r.original_recipient))
        .chain(returned.iter().flat_map(|r| &r.to))
        .chain(to.map(|(_, value)| value));
    let subjects = headline.subject.iter().chain(returned.and_then(|r| r.subject.as_ref()));
    let mut files = verdict.attachments.iter().filter_map(|a| a.name.as_deref());
    let servers = notice
        .iter()
        .flat_map(|n| n.reporting_mta.iter().chain(n.reports.iter().filter_map(|r| r.remote_mta.as_ref())));
    if known {
        tx.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([id])?;
    }
    tx.prepare_cached(
        "INSERT INTO search (rowid, sender, recipient, subject, file, server, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        id,
        join(&mut headline.from.iter().chain(&headline.from_address).map(String::as_str)),
        join(&mut recipients.map(String::as_str)),
        join(&mut subjects.map(String::as_str)),
        join(&mut files),
        join(&mut servers.map(String::as_str)),
        apart(cut(&reading.text)),
    ])?;
    Ok(())
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

impl Store {
    /// Indexes what an older version of this program saved. Interrupted, it goes on at the next start.
    pub(super) fn index_due(&self) -> Result<(), StoreError> {
        loop {
            let due: Vec<MessageId> = self.read(|c| {
                c.prepare_cached("SELECT message FROM search_due LIMIT ?1")?
                    .query_map([CHUNK as i64], |row| row.get(0))?
                    .collect()
            })?;
            if due.is_empty() {
                return Ok(());
            }
            self.write(|tx| {
                for id in &due {
                    let found = tx
                        .prepare_cached(&messages::one_sql())?
                        .query_row([id], messages::read_message)
                        .optional()?;
                    if let Some(message) = found {
                        index(tx, *id, &message.verdict, None, true)?;
                    }
                    tx.prepare_cached("DELETE FROM search_due WHERE message = ?1")?.execute([id])?;
                }
                Ok(())
            })?;
        }
    }
}

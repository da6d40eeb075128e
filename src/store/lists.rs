//! The window's lists: one page of rows, how many match, how many there are per class.
//!
//! Every order walks an index, and all columns of an order point one way, so that pages by key can follow
//! without another index. `+column` keeps SQLite from answering by that column's index where the
//! column says little and the order's own index is the better way.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::messages::{COLUMNS, read_row};
use super::{AccountId, Store, StoreError, StoredRow, row};
use crate::engine::Class;

/// Which messages a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StoreShelf {
    /// Held, or would be if the account acted.
    #[default]
    Quarantine,
    /// Genuine bounces.
    Bounces,
    /// Everything judged.
    All,
}

impl StoreShelf {
    /// The condition on `messages` and on `tallies` alike.
    fn condition(self) -> &'static str {
        match self {
            StoreShelf::Quarantine => {
                "(holding = 'held' OR (holding = 'in_place' AND disposition = 'quarantine'))"
            }
            StoreShelf::Bounces => "class = 'genuine_bounce'",
            StoreShelf::All => "TRUE",
        }
    }
}

/// By what a list is ordered; equal keys by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StoreSort {
    /// When the person's server took it.
    #[default]
    Received,
    /// Class, in the order of [`Class::ALL`].
    Class,
    /// From.
    From,
    /// Subject.
    Subject,
    /// The account's name.
    Account,
    /// Score.
    Score,
}

/// A question for one page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoreQuery {
    /// Which messages.
    pub shelf: StoreShelf,
    /// Only this class.
    pub class: Option<Class>,
    /// Only this account.
    pub account: Option<AccountId>,
    /// Only messages whose From, subject or attachment name holds this text, in any case.
    pub text: String,
    /// The order.
    pub sort: StoreSort,
    /// Descending where true.
    pub descending: bool,
    /// At most this many rows.
    pub limit: usize,
}

/// One page of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<StoredRow>,
    /// How many messages match in all.
    pub total: u64,
    /// How many messages of the shelf there are per class, in the order of [`Class::ALL`], filters aside.
    pub per_class: Vec<(Class, u64)>,
}

impl StoreQuery {
    /// The rest of a SELECT from `messages m`, and its values.
    fn matching(&self) -> (String, Vec<Value>) {
        let mut sql = match self.shelf {
            StoreShelf::Quarantine => "m.shelved = 1".to_owned(),
            StoreShelf::Bounces => "m.class = 'genuine_bounce'".to_owned(),
            StoreShelf::All => "TRUE".to_owned(),
        };
        let mut values = Vec::new();
        if let Some(class) = self.class {
            // Only a rare class is found faster by its own index than by the order's.
            let own = self.sort == StoreSort::Received
                || (self.shelf == StoreShelf::All && class != Class::Ordinary);
            values.push(Value::Text(class.word().to_owned()));
            let plus = if own && self.shelf == StoreShelf::All { "" } else { "+" };
            sql += &format!(" AND {plus}m.class = ?{}", values.len());
        }
        if let Some(account) = self.account {
            let own =
                self.sort == StoreSort::Received && self.shelf == StoreShelf::All && self.class.is_none();
            values.push(Value::Integer(account));
            sql += &format!(" AND {}m.account = ?{}", if own { "" } else { "+" }, values.len());
        }
        let text = self.text.trim().to_lowercase();
        if !text.is_empty() {
            values.push(Value::Text(text));
            sql += &format!(" AND instr(m.haystack, ?{}) > 0", values.len());
        }
        (sql, values)
    }

    /// The query for the rows.
    pub(super) fn rows_sql(&self) -> (String, Vec<Value>) {
        let (matching, mut values) = self.matching();
        let way = if self.descending { "DESC" } else { "ASC" };
        let key = match self.sort {
            StoreSort::Received => String::new(),
            StoreSort::Class => format!("m.class_rank {way}, "),
            StoreSort::From => format!("m.from_name {way}, "),
            StoreSort::Subject => format!("m.subject {way}, "),
            StoreSort::Account => format!("a.name {way}, "),
            StoreSort::Score => format!("m.score {way}, "),
        };
        // The order by name needs the accounts outside; every other walks `messages`.
        let from = if self.sort == StoreSort::Account {
            "accounts a CROSS JOIN messages m ON m.account = a.id"
        } else {
            "messages m CROSS JOIN accounts a ON a.id = m.account"
        };
        values.push(Value::Integer(row::to_count(self.limit as u64)));
        let sql = format!(
            "SELECT {COLUMNS} FROM {from} WHERE {matching} ORDER BY {key}m.received {way}, m.id {way} LIMIT ?{}",
            values.len()
        );
        (sql, values)
    }

    /// The query for the total where the tallies can't say it.
    pub(super) fn total_sql(&self) -> (String, Vec<Value>) {
        let (matching, values) = self.matching();
        (format!("SELECT count(*) FROM messages m WHERE {matching}"), values)
    }
}

impl Store {
    /// One page of a list.
    ///
    /// Without a text it costs one walk along an index and a look at the tallies; with one, a look at every
    /// message of the shelf.
    pub fn list(&self, query: &StoreQuery) -> Result<Page, StoreError> {
        self.read(|c| {
            let (sql, values) = query.rows_sql();
            let rows = c
                .prepare_cached(&sql)?
                .query_map(params_from_iter(values), read_row)?
                .collect::<Result<Vec<_>, _>>()?;
            let tally = |account: Option<AccountId>| -> rusqlite::Result<Vec<(Class, u64)>> {
                let sql = format!(
                    "SELECT class, sum(n) FROM tallies WHERE {} AND (?1 IS NULL OR account = ?1) GROUP BY class",
                    query.shelf.condition()
                );
                c.prepare_cached(&sql)?
                    .query_map([account], |row| {
                        Ok((row::word(row, 0, Class::from_word)?, row::count(row, 1)?))
                    })?
                    .collect()
            };
            let total = if query.text.trim().is_empty() {
                let wanted = |class| query.class.is_none_or(|c| c == class);
                tally(query.account)?.iter().filter(|(class, _)| wanted(*class)).map(|(_, n)| n).sum()
            } else {
                let (sql, values) = query.total_sql();
                c.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row::count(row, 0))?
            };
            Ok(Page { rows, total, per_class: ordered(&tally(None)?) })
        })
    }
}

/// Figures per class in the order of [`Class::ALL`], none left out.
pub(super) fn ordered(found: &[(Class, u64)]) -> Vec<(Class, u64)> {
    Class::ALL
        .into_iter()
        .map(|class| (class, found.iter().filter(|(c, _)| *c == class).map(|(_, n)| n).sum()))
        .collect()
}

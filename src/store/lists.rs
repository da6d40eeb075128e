//! The window's lists: one page of rows, how many match, how many there are per class.
//!
//! Every order walks an index, and all columns of an order point one way, so that a list can be walked from
//! either end; a page is a walk over keys and a look at its rows alone. `+column` keeps SQLite from answering by that column's index where the
//! column says little and the order's own index is the better way.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::found::{self, Found};
use super::messages::{COLUMNS, read_row};
use super::search::Values;
use super::{AccountId, MessageId, Store, StoreError, StoreSearch, StoredRow, row};
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

/// What one row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StoreGroup {
    /// One message.
    #[default]
    None,
    /// A message, or all of a storm by its newest one.
    Storm,
    /// All of a From address by its newest one.
    Sender,
}

/// One group alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StoreWithin {
    /// The members of this storm.
    Storm(String),
    /// The messages with this From address.
    Sender(String),
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
    /// Only bounces with a recipient that is dealt with, or with one that is not.
    pub dealt: Option<bool>,
    /// Only one group.
    pub within: Option<StoreWithin>,
    /// Only messages that this search finds.
    pub search: StoreSearch,
    /// What one row stands for.
    pub group: StoreGroup,
    /// The order.
    pub sort: StoreSort,
    /// Descending where true.
    pub descending: bool,
    /// How many rows of the list to leave out at its beginning.
    pub first: u64,
    /// At most this many rows.
    pub limit: usize,
}

/// One page of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<StoredRow>,
    /// How many rows the whole list has.
    pub total: u64,
    /// How many messages match; more than `total` where rows stand for several.
    pub matching: u64,
    /// How many messages of the shelf there are per class, in the order of [`Class::ALL`], filters aside.
    pub per_class: Vec<(Class, u64)>,
}

/// How many messages the words of a search find, and so by which way the rest is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hits {
    /// No words, or so many that the list is walked and each row looked up among them.
    Many,
    /// So few that the list is made from them.
    Few,
}

impl StoreSort {
    /// The key of the order, and the tables that are walked for it.
    pub(super) fn order(self) -> (&'static str, &'static str) {
        match self {
            StoreSort::Received => ("m.received", "messages m"),
            StoreSort::Class => ("m.class_rank", "messages m"),
            StoreSort::From => ("m.from_name", "messages m"),
            StoreSort::Subject => ("m.subject", "messages m"),
            // The order by name needs the accounts outside.
            StoreSort::Account => ("a.name", "accounts a CROSS JOIN messages m ON m.account = a.id"),
            StoreSort::Score => ("m.score", "messages m"),
        }
    }
}

impl StoreGroup {
    /// The column that all of a group share.
    pub(super) fn column(self) -> &'static str {
        match self {
            StoreGroup::None => "NULL",
            StoreGroup::Storm => "m.storm",
            StoreGroup::Sender => "m.from_address",
        }
    }
}

impl StoreQuery {
    /// The conditions on `messages m`, and their values.
    pub(super) fn matching(&self, hits: Hits) -> (String, Values) {
        let mut sql = match self.shelf {
            StoreShelf::Quarantine => "m.shelved = 1".to_owned(),
            StoreShelf::Bounces => "m.class = 'genuine_bounce'".to_owned(),
            StoreShelf::All => "TRUE".to_owned(),
        };
        let mut values = Values(Vec::new());
        let plain = self.group == StoreGroup::None && self.within.is_none();
        if let Some(class) = self.class {
            // Only a rare class is found faster by its own index than by the order's.
            let own = self.sort == StoreSort::Received
                || (self.shelf == StoreShelf::All && class != Class::Ordinary);
            let plus = if own && plain && self.shelf == StoreShelf::All { "" } else { "+" };
            sql += &format!(" AND {plus}m.class = {}", values.add(class.word().to_owned()));
        }
        if let Some(account) = self.account {
            let own = self.sort == StoreSort::Received
                && self.shelf == StoreShelf::All
                && self.class.is_none()
                && plain;
            sql += &format!(" AND {}m.account = {}", if own { "" } else { "+" }, values.add(account));
        }
        match self.dealt {
            Some(false) => sql += " AND m.dealt = 0",
            Some(true) => sql += " AND m.id IN (SELECT message FROM dealt)",
            None => {}
        }
        match &self.within {
            Some(StoreWithin::Storm(key)) => sql += &format!(" AND m.storm = {}", values.add(key.clone())),
            Some(StoreWithin::Sender(address)) => {
                sql += &format!(" AND m.from_address = {}", values.add(address.clone()));
            }
            None => {}
        }
        sql += &self.search.conditions(&mut values);
        if let Some(words) = self.search.expression() {
            let words = values.add(words);
            let plus = if hits == Hits::Many { "+" } else { "" };
            sql += &format!(" AND {plus}m.id IN (SELECT rowid FROM search WHERE search MATCH {words})");
        }
        (sql, values)
    }

    /// The query for the rows: key and how many messages each stands for. `turned` walks the list backwards.
    pub(super) fn rows_sql(&self, hits: Hits, turned: bool, first: u64, limit: u64) -> (String, Vec<Value>) {
        let (matching, mut values) = self.matching(hits);
        let way = if self.descending != turned { "DESC" } else { "ASC" };
        let (key, from) = self.sort.order();
        let one = |and: &str| {
            format!("SELECT m.id, {key} AS k, m.received AS r, 1 FROM {from} WHERE {matching}{and}")
        };
        // With max() alone, SQLite takes the other columns from the row that has it.
        let many = |and: &str, by: &str| {
            format!(
                "SELECT m.id, {key} AS k, max(m.received) AS r, count(*) FROM {from}
                 WHERE {matching}{and} GROUP BY {by}"
            )
        };
        let rows = match self.group {
            StoreGroup::None => one(""),
            StoreGroup::Storm => format!(
                "{} UNION ALL {}",
                one(" AND m.storm IS NULL"),
                many(" AND m.storm IS NOT NULL", "m.storm")
            ),
            StoreGroup::Sender => many("", "m.from_address"),
        };
        let order = match (self.group, self.sort) {
            (StoreGroup::None, StoreSort::Received) => format!("m.received {way}, m.id {way}"),
            (StoreGroup::None, _) => format!("{key} {way}, m.received {way}, m.id {way}"),
            _ => format!("2 {way}, 3 {way}, 1 {way}"),
        };
        let (limit, first) = (values.add(row::to_count(limit)), values.add(row::to_count(first)));
        (format!("{rows} ORDER BY {order} LIMIT {limit} OFFSET {first}"), values.0)
    }

    /// The query for how many messages match.
    pub(super) fn count_sql(&self, hits: Hits) -> (String, Vec<Value>) {
        let (matching, values) = self.matching(hits);
        (format!("SELECT count(*) FROM messages m WHERE {matching}"), values.0)
    }

    /// The query for how many rows the list has, where one may stand for several messages.
    pub(super) fn folded_sql(&self, hits: Hits) -> Option<(String, Vec<Value>)> {
        let (matching, values) = self.matching(hits);
        let sql = match self.group {
            StoreGroup::None => return None,
            StoreGroup::Storm => format!(
                "SELECT (SELECT count(*) FROM messages m WHERE {matching} AND m.storm IS NULL)
                 + (SELECT count(DISTINCT m.storm) FROM messages m WHERE {matching} AND m.storm IS NOT NULL)"
            ),
            StoreGroup::Sender => format!(
                "SELECT count(*) FROM (SELECT 1 FROM messages m WHERE {matching} GROUP BY m.from_address)"
            ),
        };
        Some((sql, values.0))
    }

    /// Whether nothing but shelf, class and account narrows the list, so that the tallies count it.
    fn is_tallied(&self) -> bool {
        self.search.is_empty() && self.within.is_none() && self.dealt.is_none()
    }
}

impl Store {
    /// One page of a list.
    ///
    /// Without a search it costs one walk along an index from the nearer end of the list and a look at the
    /// tallies; with one, what `found` says.
    pub fn list(&self, query: &StoreQuery) -> Result<Page, StoreError> {
        self.read(|c| {
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
            let found = match found::page(c, &mut self.walks.borrow_mut(), query, found::FEW)? {
                Some(found) => found,
                None => general(c, query, tally)?,
            };
            let mut one = c.prepare_cached(&row_sql())?;
            let rows = found
                .keys
                .into_iter()
                .map(|(id, members)| Ok(StoredRow { members, ..one.query_row([id], read_row)? }))
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Page { rows, total: found.total, matching: found.matching, per_class: ordered(&tally(None)?) })
        })
    }
}

/// The page by one statement each for the count, the rows that are folded, and the rows.
pub(super) fn general(
    c: &Connection,
    query: &StoreQuery,
    tally: impl Fn(Option<AccountId>) -> rusqlite::Result<Vec<(Class, u64)>>,
) -> rusqlite::Result<Found> {
    let count = |(sql, values): (String, Vec<Value>)| -> rusqlite::Result<u64> {
        c.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row::count(row, 0))
    };
    let words = query.search.expression().is_some();
    let hits = if words && query.shelf == StoreShelf::All { Hits::Few } else { Hits::Many };
    let matching = if query.is_tallied() {
        let wanted = |class| query.class.is_none_or(|c| c == class);
        tally(query.account)?.iter().filter(|(class, _)| wanted(*class)).map(|(_, n)| n).sum()
    } else {
        count(query.count_sql(hits))?
    };
    let total = match query.folded_sql(hits) {
        Some(sql) => count(sql)?,
        None => matching,
    };
    let left = total.saturating_sub(query.first);
    let limit = left.min(query.limit as u64);
    // Beyond the middle the way from the other end is shorter.
    let turned = query.first > total / 2;
    let first = if turned { left - limit } else { query.first };
    let (sql, values) = query.rows_sql(hits, turned, first, limit);
    let mut keys = c
        .prepare_cached(&sql)?
        .query_map(params_from_iter(values), |row| Ok((row.get(0)?, row::count(row, 3)?)))?
        .collect::<Result<Vec<(MessageId, u64)>, _>>()?;
    if turned {
        keys.reverse();
    }
    Ok(Found { keys, total, matching })
}

/// The query for one row by its key.
pub(super) fn row_sql() -> String {
    format!("SELECT {COLUMNS} FROM messages m CROSS JOIN accounts a ON a.id = m.account WHERE m.id = ?1")
}

/// Figures per class in the order of [`Class::ALL`], none left out.
pub(super) fn ordered(found: &[(Class, u64)]) -> Vec<(Class, u64)> {
    Class::ALL
        .into_iter()
        .map(|class| (class, found.iter().filter(|(c, _)| *c == class).map(|(_, n)| n).sum()))
        .collect()
}

//! The overview's figures.

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use super::lists::ordered;
use super::messages::{COLUMNS, read_row};
use super::{MessageId, Store, StoreError, StoredRow, row};
use crate::engine::Class;

/// What the overview shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// Messages per class, in the order of [`Class::ALL`].
    pub per_class: Vec<(Class, u64)>,
    /// Messages per day (UTC midnight) and class, the last 30 days with today, oldest first; a day
    /// without mail stands there with zeros.
    pub per_day: Vec<(Timestamp, Vec<(Class, u64)>)>,
    /// Servers that sent backscatter, most first, at most ten.
    pub sources: Vec<(String, u64)>,
    /// Genuine bounces of the last 14 days that are not dealt with, newest first, at most ten.
    pub bounces: Vec<StoredRow>,
    /// All genuine bounces that are not dealt with.
    pub open_bounces: u64,
    /// Held now.
    pub held: u64,
    /// Not held, and would be if the account acted.
    pub would_hold: u64,
}

const DAY: i64 = 86_400;
const DAYS: i64 = 30;

pub(super) const PER_DAY: &str = "SELECT day, class, n FROM days WHERE day BETWEEN ?1 AND ?2";
pub(super) const SOURCES: &str = "SELECT reporting_mta, count(*) AS n FROM messages
    WHERE class = 'backscatter' AND reporting_mta IS NOT NULL
    GROUP BY reporting_mta ORDER BY n DESC, reporting_mta LIMIT 10";
pub(super) const OPEN_BOUNCES: &str =
    "SELECT count(*) FROM messages WHERE class = 'genuine_bounce' AND dealt = 0";
pub(super) fn bounces_sql() -> String {
    format!(
        "SELECT {COLUMNS} FROM messages m CROSS JOIN accounts a ON a.id = m.account
         WHERE m.class = 'genuine_bounce' AND m.dealt = 0 AND m.received >= ?1 ORDER BY m.received DESC LIMIT 10"
    )
}

/// A server that took part in a storm.
#[derive(Debug, Clone, PartialEq)]
pub struct StormServer {
    /// Its name; `None` where the notices do not say.
    pub name: Option<String>,
    /// How many of the storm's notices it sent.
    pub count: u64,
    /// When the first came.
    pub since: Timestamp,
    /// When the last came.
    pub until: Timestamp,
    /// The last of them.
    pub example: MessageId,
}

pub(super) const STORM_SERVERS: &str = "SELECT reporting_mta, count(*) AS n, min(received), max(received)
    FROM messages WHERE storm = ?1 GROUP BY reporting_mta ORDER BY n DESC, reporting_mta LIMIT 50";
pub(super) const STORM_EXAMPLE: &str = "SELECT id FROM messages WHERE storm = ?1 AND +reporting_mta IS ?2
    ORDER BY received DESC, id DESC LIMIT 1";

impl Store {
    /// The servers that sent the notices of a storm, most first, at most fifty.
    pub fn storm_servers(&self, storm: &str) -> Result<Vec<StormServer>, StoreError> {
        self.read(|c| {
            let mut example = c.prepare_cached(STORM_EXAMPLE)?;
            c.prepare_cached(STORM_SERVERS)?
                .query_map([storm], |row| {
                    let name: Option<String> = row.get(0)?;
                    Ok(StormServer {
                        count: row::count(row, 1)?,
                        since: row::time(row, 2)?,
                        until: row::time(row, 3)?,
                        example: example.query_row(params![storm, name], |row| row.get(0))?,
                        name,
                    })
                })?
                .collect()
        })
    }

    /// The overview's figures at `now`.
    pub fn overview(&self, now: Timestamp) -> Result<Overview, StoreError> {
        self.read(|c| {
            let per_class: Vec<(Class, u64)> = c
                .prepare_cached("SELECT class, sum(n) FROM tallies GROUP BY class")?
                .query_map([], |row| Ok((row::word(row, 0, Class::from_word)?, row::count(row, 1)?)))?
                .collect::<Result<_, _>>()?;
            let today = now.as_second().div_euclid(DAY);
            let days: Vec<(i64, Class, u64)> = c
                .prepare_cached(PER_DAY)?
                .query_map(params![today - DAYS + 1, today], |row| {
                    Ok((row.get(0)?, row::word(row, 1, Class::from_word)?, row::count(row, 2)?))
                })?
                .collect::<Result<_, _>>()?;
            let per_day = (today - DAYS + 1..=today)
                .filter_map(|day| {
                    let of_day: Vec<(Class, u64)> =
                        days.iter().filter(|(d, ..)| *d == day).map(|&(_, class, n)| (class, n)).collect();
                    Some((Timestamp::from_second(day.checked_mul(DAY)?).ok()?, ordered(&of_day)))
                })
                .collect();
            let sources = c
                .prepare_cached(SOURCES)?
                .query_map([], |row| Ok((row.get(0)?, row::count(row, 1)?)))?
                .collect::<Result<_, _>>()?;
            let since = now.checked_sub(SignedDuration::from_hours(14 * 24)).unwrap_or(Timestamp::MIN);
            let bounces = c
                .prepare_cached(&bounces_sql())?
                .query_map([since.as_second()], read_row)?
                .collect::<Result<_, _>>()?;
            let sum = |condition: &str| {
                let sql = format!("SELECT coalesce(sum(n), 0) FROM tallies WHERE {condition}");
                c.prepare_cached(&sql)?.query_row([], |row| row::count(row, 0))
            };
            Ok(Overview {
                per_class: ordered(&per_class),
                per_day,
                sources,
                bounces,
                open_bounces: c.prepare_cached(OPEN_BOUNCES)?.query_row([], |row| row::count(row, 0))?,
                held: sum("holding = 'held'")?,
                would_hold: sum("holding = 'in_place' AND disposition = 'quarantine'")?,
            })
        })
    }
}

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
    /// What was found most in harmful mail of the last 90 days, by the finding's identifier: how many messages
    /// have it, most first, at most six.
    pub attacks: Vec<(String, u64)>,
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

// By key alone: what is new is at the end of the table.
pub(super) const NEW: &str = "SELECT count(*) FROM messages WHERE +shelved = 1 AND id > ?1";

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Seconds of an hour.
const HOUR: i64 = 3_600;

pub(super) const PER_DAY: &str =
    "SELECT day * 86400, class, n FROM days WHERE day >= ?1 AND day < ?2 AND n > 0";
// Word for word one class each: the index of class and time then holds the whole answer.
pub(super) const PER_HOUR: &str = "SELECT received / 3600 * 3600, class, count(*) FROM messages
    WHERE class = ?3 AND received >= ?1 AND received < ?2 GROUP BY 1";
// Of a file in an archive and of the archive the same is found: the message counts once.
pub(super) const ATTACKS: &str = "SELECT f.id, count(DISTINCT m.id) AS n FROM messages m
    CROSS JOIN findings f ON f.message = m.id
    WHERE m.class = ?1 AND m.received >= ?2 AND f.toward = 'quarantine' AND f.severity IN ('critical', 'high')
    GROUP BY f.id";
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

    /// How many messages of each class came between two seconds (the first included), by the start of the hour or
    /// of the day (UTC) in which they came; what has none is left out. In no order.
    pub fn counts_over_time(
        &self,
        from: i64,
        until: i64,
        hourly: bool,
    ) -> Result<Vec<(i64, Class, u64)>, StoreError> {
        self.read(|c| {
            let read = |row: &rusqlite::Row<'_>| {
                Ok((row.get(0)?, row::word(row, 1, Class::from_word)?, row::count(row, 2)?))
            };
            if !hourly {
                let days = params![from.div_euclid(DAY), until.div_euclid(DAY)];
                return c.prepare_cached(PER_DAY)?.query_map(days, read)?.collect();
            }
            let (from, until) = (from.div_euclid(HOUR) * HOUR, until.div_euclid(HOUR) * HOUR);
            let mut found = Vec::new();
            let mut per_hour = c.prepare_cached(PER_HOUR)?;
            for class in Class::ALL {
                for row in per_hour.query_map(params![from, until, class.word()], read)? {
                    found.push(row?);
                }
            }
            Ok(found)
        })
    }

    /// The newest message's key; 0 where there is none.
    pub fn newest(&self) -> Result<MessageId, StoreError> {
        self.read(|c| {
            c.prepare_cached("SELECT coalesce(max(id), 0) FROM messages")?.query_row([], |row| row.get(0))
        })
    }

    /// How many messages with a key above `seen` are held or would be.
    pub fn new_since(&self, seen: MessageId) -> Result<u64, StoreError> {
        self.read(|c| c.prepare_cached(NEW)?.query_row([seen], |row| row::count(row, 0)))
    }

    /// The overview's figures at `now`.
    pub fn overview(&self, now: Timestamp) -> Result<Overview, StoreError> {
        self.read(|c| {
            let per_class: Vec<(Class, u64)> = c
                .prepare_cached("SELECT class, sum(n) FROM tallies GROUP BY class")?
                .query_map([], |row| Ok((row::word(row, 0, Class::from_word)?, row::count(row, 1)?)))?
                .collect::<Result<_, _>>()?;
            let sources = c
                .prepare_cached(SOURCES)?
                .query_map([], |row| Ok((row.get(0)?, row::count(row, 1)?)))?
                .collect::<Result<_, _>>()?;
            let ago = |days: i64| {
                now.checked_sub(SignedDuration::from_hours(days * 24)).unwrap_or(Timestamp::MIN).as_second()
            };
            let mut attacks: Vec<(String, u64)> = Vec::new();
            for class in [Class::Malicious, Class::Suspicious] {
                let mut found = c.prepare_cached(ATTACKS)?;
                let rows = found.query_map(params![class.word(), ago(90)], |row| {
                    Ok((row.get::<_, String>(0)?, row::count(row, 1)?))
                })?;
                for row in rows {
                    let (id, n) = row?;
                    match attacks.iter_mut().find(|(known, _)| *known == id) {
                        Some((_, sum)) => *sum += n,
                        None => attacks.push((id, n)),
                    }
                }
            }
            attacks.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            attacks.truncate(6);
            let bounces = c
                .prepare_cached(&bounces_sql())?
                .query_map([ago(14)], read_row)?
                .collect::<Result<_, _>>()?;
            let sum = |condition: &str| {
                let sql = format!("SELECT coalesce(sum(n), 0) FROM tallies WHERE {condition}");
                c.prepare_cached(&sql)?.query_row([], |row| row::count(row, 0))
            };
            Ok(Overview {
                per_class: ordered(&per_class),
                attacks,
                sources,
                bounces,
                open_bounces: c.prepare_cached(OPEN_BOUNCES)?.query_row([], |row| row::count(row, 0))?,
                held: sum("holding = 'held'")?,
                would_hold: sum("holding = 'in_place' AND disposition = 'quarantine'")?,
            })
        })
    }
}

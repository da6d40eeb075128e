//! Between columns and types: words, times, JSON. What can't be read is an error, never a panic.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A column that holds what this program can't have written.
pub(super) fn bad(column: usize, says: impl Into<String>) -> rusqlite::Error {
    let says: Box<dyn std::error::Error + Send + Sync> = says.into().into();
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, says)
}

/// A word of the engine.
pub(super) fn word<T>(row: &Row<'_>, column: usize, read: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    read(text).ok_or_else(|| bad(column, format!("unknown word {text}")))
}

/// A time in Unix seconds.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    to_time(column, row.get(column)?)
}

/// A time that may be missing.
pub(super) fn time_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)?.map(|s| to_time(column, s)).transpose()
}

fn to_time(column: usize, seconds: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_second(seconds).map_err(|e| bad(column, e.to_string()))
}

/// A count; a negative one is read as 0.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// A column of JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|e| bad(column, e.to_string()))
}

/// JSON for a column.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

/// A count for a column; what no disk can hold is cut.
pub(super) fn to_count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

//! Allow and block entries as CSV: to look at, to keep, to take to another machine.
//!
//! One line per entry: `rule,scope,value,expires`, words as [`SenderRule::word`] and [`SenderScope::word`] have
//! them, `expires` a time of RFC 3339 or empty. An import is whole or nothing: a line that can't be read is
//! named, and nothing was changed.

use std::io::{Read, Write};

use jiff::Timestamp;

use super::problem::ServiceError;
use super::senders::IMPORTED;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::store::Store;

/// The columns.
const COLUMNS: [&str; 4] = ["rule", "scope", "value", "expires"];
/// Entries that one file may hold.
const MOST: usize = 100_000;

/// Writes every entry, oldest first, and returns how many there are.
pub fn export_senders(store: &Store, out: &mut dyn Write) -> Result<usize, ServiceError> {
    let failed = |e: csv::Error| ServiceError::Csv(format!("the entries can't be written ({e})"));
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(failed)?;
    let mut senders = store.senders()?;
    senders.reverse();
    for sender in &senders {
        let entry = &sender.entry;
        let expires = entry.expires.map(|at| at.to_string()).unwrap_or_default();
        writer
            .write_record([entry.rule.word(), entry.scope.word(), &entry.value, &expires])
            .map_err(failed)?;
    }
    writer.flush().map_err(|e| failed(e.into()))?;
    Ok(senders.len())
}

/// Adds every entry of a file, in its order; one on the same scope and value is replaced. Returns how many
/// were read.
pub fn import_senders(
    store: &Store,
    name: &str,
    input: &mut dyn Read,
    now: Timestamp,
) -> Result<usize, ServiceError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
    let heads = reader.headers().map_err(|e| ServiceError::Csv(format!("{name} can't be read ({e})")))?;
    let place = |column: &str| heads.iter().position(|head| head.eq_ignore_ascii_case(column));
    let places: Vec<usize> = COLUMNS.iter().take(3).filter_map(|column| place(column)).collect();
    let (&[rule, scope, value], expires) = (places.as_slice(), place("expires")) else {
        let says = format!("{name} does not begin with the columns {}", COLUMNS.join(", "));
        return Err(ServiceError::Csv(says));
    };
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| ServiceError::Csv(format!("{name} can't be read ({e})")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let strange = |what: &str| ServiceError::Csv(format!("line {line} of {name} names no {what}"));
        let field = |at: usize| record.get(at).unwrap_or_default();
        let rule = SenderRule::from_word(&field(rule).to_lowercase())
            .ok_or_else(|| strange("rule: allow or block"))?;
        let scope = SenderScope::from_word(&field(scope).to_lowercase())
            .ok_or_else(|| strange("scope: address, domain, reporting_mta or ip"))?;
        let value = SenderEntry::normal(scope, field(value))
            .ok_or_else(|| strange(&format!("value that fits the scope {}", scope.word())))?;
        let expires = match expires.map(field).unwrap_or_default() {
            "" => None,
            text => Some(text.parse().map_err(|_| strange("time such as 2026-12-31T00:00:00Z"))?),
        };
        entries.push(SenderEntry { rule, scope, value, expires });
        if entries.len() > MOST {
            return Err(ServiceError::Csv(format!("{name} holds more than {MOST} entries")));
        }
    }
    store.add_senders(&entries, &format!("{IMPORTED} {name}"), now)?;
    Ok(entries.len())
}

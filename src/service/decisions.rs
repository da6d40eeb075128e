//! Everything that the person decided, as JSON: to keep, to take to another machine, to give to a new database.
//!
//! One object: `format`, `version`, `senders` (allow and block entries) and `messages` (decisions about mail,
//! each known by account, Message-ID, size and SHA-256). Export writes one entry on each line; import reads any
//! JSON of that shape, is whole or nothing, and names line and field of what it can't use.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::problem::ServiceError;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::store::{Choice, Decision, Sha256, Store, StoredSender, Taken};

/// What the file calls itself.
const FORMAT: &str = "lazaret decisions";
/// The version that is written, and the newest that is read.
const VERSION: u64 = 1;
/// Bytes that a file may have.
const MOST_BYTES: u64 = 256 << 20;

/// Writes every decision and returns how many there are.
pub fn export(store: &Store, out: &mut dyn Write) -> Result<usize, ServiceError> {
    let mut senders = store.senders()?;
    senders.reverse();
    let decisions = store.decisions()?;
    write(&senders, &decisions, out)
        .map_err(|e| ServiceError::Decisions(format!("the decisions can't be written ({e})")))?;
    Ok(senders.len() + decisions.len())
}

fn write(senders: &[StoredSender], decisions: &[Decision], out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{{\n\"format\": {},\n\"version\": {VERSION},\n\"senders\": [", json!(FORMAT))?;
    lines(out, senders.iter().map(sender_json))?;
    writeln!(out, "],\n\"messages\": [")?;
    lines(out, decisions.iter().map(decision_json))?;
    writeln!(out, "]\n}}")?;
    out.flush()
}

fn lines(out: &mut dyn Write, entries: impl Iterator<Item = Value>) -> std::io::Result<()> {
    let mut comma = "";
    for entry in entries {
        write!(out, "{comma}{entry}")?;
        comma = ",\n";
    }
    if !comma.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

fn sender_json(sender: &StoredSender) -> Value {
    let entry = &sender.entry;
    json!({
        "rule": entry.rule.word(),
        "scope": entry.scope.word(),
        "value": entry.value,
        "expires": entry.expires.map(|at| at.to_string()),
        "added": sender.added.to_string(),
        "origin": sender.origin,
    })
}

fn decision_json(decision: &Decision) -> Value {
    let mut object = json!({
        "account": decision.account,
        "decision": decision.choice.word(),
        "message_id": decision.message_id,
        "size": decision.size,
        "sha256": hex(&decision.sha256),
        "at": decision.at.to_string(),
    });
    match &decision.choice {
        Choice::Keep => {}
        Choice::Quarantine(folder) => object["from"] = json!(folder),
        Choice::Dealt(recipient) => object["recipient"] = json!(recipient),
    }
    object
}

/// Takes in the decisions of a file, all of them or none. An entry replaces one on the same scope and value; a
/// message that is held here now stays held whatever the file says.
pub fn import(store: &Store, name: &str, input: &mut dyn Read) -> Result<Taken, ServiceError> {
    let unreadable = |why: String| ServiceError::Decisions(format!("{name} can't be read ({why})"));
    let mut text = String::new();
    input.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(|e| unreadable(e.to_string()))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(unreadable(format!("it has more than {} MiB", MOST_BYTES >> 20)));
    }
    let accounts: BTreeSet<String> = store.accounts()?.into_iter().map(|a| a.name).collect();
    let (senders, decisions) = Reader { name, text: &text, at: 0 }.document(&accounts)?;
    Ok(store.take_decisions(&senders, &decisions)?)
}

/// Reads JSON from the front to the end and knows at which line it is.
struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    at: usize,
}

type Document = (Vec<StoredSender>, Vec<Decision>);

impl Reader<'_> {
    /// A failure, as it is said of a place in the file.
    fn fault(&self, at: usize, says: &str) -> ServiceError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        ServiceError::Decisions(format!("line {line} of {}: {says}", self.name))
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']).len();
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), ServiceError> {
        if self.eat(byte) {
            return Ok(());
        }
        Err(self.fault(self.at, &format!("“{}” is missing", char::from(byte))))
    }

    /// One value of any kind, with the place where it begins.
    fn value(&mut self) -> Result<(usize, Value), ServiceError> {
        self.peek();
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                self.at += stream.byte_offset();
                Ok((start, value))
            }
            Some(Err(error)) => {
                let lines: usize = rest.split_inclusive('\n').take(error.line() - 1).map(str::len).sum();
                Err(self.fault(start + lines, &format!("this is no JSON ({})", without_place(&error))))
            }
            None => Err(self.fault(start, "the file ends too early")),
        }
    }

    /// The members of an object, in order.
    fn members(
        &mut self,
        mut each: impl FnMut(&mut Self, usize, String) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        self.expect(b'{')?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let (start, key) = self.value()?;
            let Value::String(key) = key else {
                return Err(self.fault(start, "a field's name is not in quotation marks"));
            };
            self.expect(b':')?;
            each(self, start, key)?;
            if !self.eat(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// The objects of an array, in order.
    fn entries(
        &mut self,
        mut each: impl FnMut(&mut Self, &Fields) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        self.expect(b'[')?;
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            self.peek();
            let mut fields = Fields { at: self.at, known: BTreeMap::new() };
            self.members(|reader, _, key| {
                let value = reader.value()?;
                fields.known.insert(key, value);
                Ok(())
            })?;
            each(self, &fields)?;
            if !self.eat(b',') {
                return self.expect(b']');
            }
        }
    }

    fn document(mut self, accounts: &BTreeSet<String>) -> Result<Document, ServiceError> {
        let (mut senders, mut decisions) = (Vec::new(), Vec::new());
        let mut format = false;
        self.members(|reader, start, key| {
            match key.as_str() {
                "format" => {
                    let (at, value) = reader.value()?;
                    format = value == FORMAT;
                    if !format {
                        return Err(reader.fault(at, &format!("field format: it is not “{FORMAT}”")));
                    }
                }
                "version" => {
                    let (at, value) = reader.value()?;
                    if value.as_u64().is_none_or(|v| v == 0 || v > VERSION) {
                        let says = format!("field version: {value} is not known, only {VERSION} is");
                        return Err(reader.fault(at, &says));
                    }
                }
                "senders" => reader.entries(|reader, fields| {
                    senders.push(sender(reader, fields)?);
                    Ok(())
                })?,
                "messages" => reader.entries(|reader, fields| {
                    decisions.push(decision(reader, fields, accounts)?);
                    Ok(())
                })?,
                other => return Err(reader.fault(start, &format!("field {other}: it is not known"))),
            }
            Ok(())
        })?;
        if self.peek().is_some() {
            return Err(self.fault(self.at, "something follows after the end"));
        }
        if !format {
            return Err(self.fault(0, &format!("field format: “{FORMAT}” is missing")));
        }
        Ok((senders, decisions))
    }
}

/// The words of a JSON error without its own line and column, which count from elsewhere.
fn without_place(error: &serde_json::Error) -> String {
    let says = error.to_string();
    says.split_once(" at line ").map_or(says.clone(), |(words, _)| words.to_owned())
}

/// The fields of one entry, each with its place.
struct Fields {
    at: usize,
    known: BTreeMap<String, (usize, Value)>,
}

impl Fields {
    /// Reads a field with `read`; `wanted` says what it must be.
    fn get<T>(
        &self,
        reader: &Reader<'_>,
        field: &str,
        wanted: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, ServiceError> {
        let Some((at, value)) = self.known.get(field) else {
            return Err(reader.fault(self.at, &format!("field {field} is missing: {wanted}")));
        };
        read(value).ok_or_else(|| {
            let shown: String = value.to_string().chars().take(80).collect();
            reader.fault(*at, &format!("field {field}: {shown} is not {wanted}"))
        })
    }

    fn text(&self, reader: &Reader<'_>, field: &str) -> Result<String, ServiceError> {
        self.get(reader, field, "a text in quotation marks", |v| v.as_str().map(str::to_owned))
    }

    fn time(&self, reader: &Reader<'_>, field: &str) -> Result<Timestamp, ServiceError> {
        self.get(reader, field, "a time such as 2026-12-31T00:00:00Z", time)
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn sender(reader: &Reader<'_>, fields: &Fields) -> Result<StoredSender, ServiceError> {
    let rule =
        fields.get(reader, "rule", "allow or block", |v| v.as_str().and_then(SenderRule::from_word))?;
    let scope = fields.get(reader, "scope", "address, domain, reporting_mta or ip", |v| {
        v.as_str().and_then(SenderScope::from_word)
    })?;
    let wanted = format!("a value that fits the scope {}", scope.word());
    let value = fields.get(reader, "value", &wanted, |v| SenderEntry::normal(scope, v.as_str()?))?;
    let expires = match fields.known.get("expires") {
        None | Some((_, Value::Null)) => None,
        Some(_) => Some(fields.time(reader, "expires")?),
    };
    let entry = SenderEntry { rule, scope, value, expires };
    Ok(StoredSender {
        id: 0,
        entry,
        added: fields.time(reader, "added")?,
        origin: fields.text(reader, "origin")?,
    })
}

fn decision(
    reader: &Reader<'_>,
    fields: &Fields,
    accounts: &BTreeSet<String>,
) -> Result<Decision, ServiceError> {
    let account =
        fields.get(reader, "account", "the name of an account that is here; add it first", |v| {
            v.as_str().filter(|name| accounts.contains(*name)).map(str::to_owned)
        })?;
    let word = fields.get(reader, "decision", "keep, quarantine or dealt", |v| {
        v.as_str().filter(|word| Choice::from_word(word, String::new()).is_some()).map(str::to_owned)
    })?;
    let value = match word.as_str() {
        "quarantine" => fields.text(reader, "from")?,
        "dealt" => fields.text(reader, "recipient")?,
        _ => String::new(),
    };
    let choice = Choice::from_word(&word, value)
        .ok_or_else(|| reader.fault(fields.at, "field decision: it is not known"))?;
    let size = match fields.known.get("size") {
        None | Some((_, Value::Null)) => None,
        Some(_) => Some(fields.get(reader, "size", "a number of bytes", Value::as_u64)?),
    };
    Ok(Decision {
        account,
        message_id: fields.text(reader, "message_id")?,
        sha256: fields.get(reader, "sha256", "64 hexadecimal digits", |v| sum(v.as_str()?))?,
        size,
        choice,
        at: fields.time(reader, "at")?,
    })
}

fn hex(sum: &Sha256) -> String {
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sum(text: &str) -> Option<Sha256> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        digits.chunks(2).filter_map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect();
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_sixty_four_digits() {
        let bytes: Sha256 = std::array::from_fn(|i| i as u8 * 7);
        assert_eq!(sum(&hex(&bytes)), Some(bytes));
        assert_eq!(sum(&hex(&bytes).to_uppercase()), Some(bytes));
        assert_eq!(sum(&hex(&bytes)[1..]), None);
        assert_eq!(sum(&format!("{}g", &hex(&bytes)[1..])), None);
    }
}

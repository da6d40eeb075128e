//! Allow and block entries: what one would touch before it is made, making it, and what it releases.
//!
//! Which host handed a message in stands in its source alone. An entry on an IP address is therefore compared with the
//! newest of what is held, as far as [`IPS_MOST`] and [`IPS_BYTES`] reach.

use jiff::Timestamp;

use super::command::MessageId;
use super::groups::CHOSEN_MOST;
use super::problem::ServiceError;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::engine::{Class, reading};
use crate::store::{Store, StoredSender};

/// Held messages that are looked through for an IP address.
const IPS_MOST: usize = 2_000;
/// Bytes of their sources that are read for it.
const IPS_BYTES: usize = 64 << 20;

/// Adds an entry typed by hand, its value normalised; returns its key and the entry as it is kept.
pub fn add(store: &Store, entry: &SenderEntry, now: Timestamp) -> Result<(i64, SenderEntry), ServiceError> {
    let value = SenderEntry::normal(entry.scope, &entry.value)
        .ok_or_else(|| ServiceError::SenderValue(entry.value.clone()))?;
    let entry = SenderEntry { value, ..entry.clone() };
    let id = store.add_sender(&entry, "typed by hand", now)?;
    Ok((id, entry))
}

/// What an allow entry would release, newest first: what is held or would be and is not malicious. `value` in normal
/// form.
pub fn released(store: &Store, scope: SenderScope, value: &str) -> Result<Vec<MessageId>, ServiceError> {
    if scope != SenderScope::Ip {
        return Ok(store.released(scope, value, CHOSEN_MOST)?);
    }
    let harmless = handed_over_by(store, value)?.into_iter().filter(|(_, class)| *class != Class::Malicious);
    Ok(harmless.map(|(id, _)| id).collect())
}

/// The held messages that the host with this address handed in.
fn handed_over_by(store: &Store, value: &str) -> Result<Vec<(MessageId, Class)>, ServiceError> {
    let mut found = Vec::new();
    let mut bytes = 0;
    for (id, class) in store.shelved(IPS_MOST)? {
        let Some(source) = store.source(id)? else { continue };
        bytes += source.len();
        let host = reading::handed_over_by(&source).map(|ip| ip.to_canonical().to_string());
        if host.as_deref() == Some(value) {
            found.push((id, class));
        }
        if bytes > IPS_BYTES {
            break;
        }
    }
    Ok(found)
}

/// What an entry would touch of what is held now, in a sentence; `None` where `value` does not fit its scope.
pub fn touches(
    store: &Store,
    rule: SenderRule,
    scope: SenderScope,
    value: &str,
) -> Result<Option<String>, ServiceError> {
    let Some(value) = SenderEntry::normal(scope, value) else { return Ok(None) };
    let touched: Vec<(Class, u64)> = match scope {
        SenderScope::Ip => handed_over_by(store, &value)?.into_iter().map(|(_, class)| (class, 1)).collect(),
        _ => store.touched(scope, &value)?,
    };
    let sum =
        |test: fn(Class) -> bool| -> u64 { touched.iter().filter(|(c, _)| test(*c)).map(|(_, n)| n).sum() };
    let (all, harmful) = (sum(|_| true), sum(|class| class == Class::Malicious));
    let messages = if all == 1 { "1 message".to_owned() } else { format!("{all} messages") };
    Ok(Some(match (rule, all, harmful) {
        (SenderRule::Allow, 0, _) => {
            format!("Nothing that is held is from {value}. New mail is kept from now on.")
        }
        (SenderRule::Block, 0, _) => {
            format!("Nothing that is held is from {value}. New mail is held from now on.")
        }
        (SenderRule::Block, _, _) => {
            let verb = if all == 1 { "is" } else { "are" };
            format!("{messages} from {value} {verb} held already; new mail is held as well.")
        }
        (SenderRule::Allow, _, 0) => format!("Allowing {value} would release {messages}."),
        (SenderRule::Allow, 1, 1) => {
            format!("1 message from {value} is held for a malicious attachment, and stays.")
        }
        (SenderRule::Allow, _, harmful) if harmful == all => {
            format!("{messages} from {value} are held for malicious attachments, and stay.")
        }
        (SenderRule::Allow, _, 1) => {
            format!(
                "Allowing {value} would release {messages}, 1 of them with a malicious attachment, which stays."
            )
        }
        (SenderRule::Allow, _, harmful) => format!(
            "Allowing {value} would release {messages}, {harmful} of them with malicious attachments, which stay."
        ),
    }))
}

/// What the origin of an entry begins with that a file brought.
pub(super) const IMPORTED: &str = "imported from";

/// Whether both entries came with one file.
pub(super) fn is_of_one_file(one: &StoredSender, other: &StoredSender) -> bool {
    (one.added, &one.origin) == (other.added, &other.origin) && one.origin.starts_with(IMPORTED)
}

/// What an entry came to, for the activity list: `Allowed example.org, until 2026-04-01`.
pub fn sentence(entry: &SenderEntry) -> String {
    let verb = match entry.rule {
        SenderRule::Allow => "Allowed",
        SenderRule::Block => "Blocked",
    };
    match entry.expires {
        Some(at) => format!("{verb} {}, until {}", entry.value, at.strftime("%F")),
        None => format!("{verb} {}", entry.value),
    }
}

/// The word for what an entry does to its sender.
pub fn rule_verb(rule: SenderRule) -> &'static str {
    match rule {
        SenderRule::Allow => "allowed",
        SenderRule::Block => "blocked",
    }
}

//! Messages that could not be read: tried again by the next syncs, as it may have been the connection's fault, and then
//! given up, as it may be the message's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::mail::Unreadable;
use crate::store::{AccountId, Store, StoreError};

/// Syncs that try a message.
const TRIES: u8 = 3;

/// How often each message of a folder was tried in vain, by UID.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tried {
    validity: u32,
    times: BTreeMap<u32, u8>,
}

fn key(account: AccountId, folder: &str) -> String {
    format!("unreadable {account} {folder}")
}

fn tried(store: &Store, account: AccountId, folder: &str, validity: u32) -> Result<Tried, StoreError> {
    let kept = store.option(&key(account, folder))?;
    // What can't be read any more costs a few tries.
    let tried: Tried = kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    Ok(if tried.validity == validity { tried } else { Tried { validity, ..Tried::default() } })
}

/// The messages of a folder that are worth another try, ascending.
pub(super) fn again(
    store: &Store,
    account: AccountId,
    folder: &str,
    validity: Option<u32>,
) -> Result<Vec<u32>, StoreError> {
    let Some(validity) = validity else { return Ok(Vec::new()) };
    let tried = tried(store, account, folder, validity)?;
    Ok(tried.times.into_iter().filter(|(_, times)| *times < TRIES).map(|(uid, _)| uid).collect())
}

/// Notes which of the messages that a sync tried (`asked`) could not be read.
pub(super) fn note(
    store: &Store,
    account: AccountId,
    folder: &str,
    validity: Option<u32>,
    asked: &[u32],
    unreadable: &[Unreadable],
) -> Result<(), StoreError> {
    let Some(validity) = validity else { return Ok(()) };
    let before = tried(store, account, folder, validity)?;
    let mut times = before.times.clone();
    times.retain(|uid, _| asked.binary_search(uid).is_err() || unreadable.iter().any(|u| u.uid == *uid));
    for message in unreadable {
        let n = times.entry(message.uid).or_insert(0);
        *n = n.saturating_add(1);
    }
    let now = Tried { validity, times };
    if now == before {
        return Ok(());
    }
    // A map of numbers always has a spelling in JSON.
    let json = serde_json::to_string(&now).unwrap_or_default();
    store.set_option(&key(account, folder), &json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_three_times_and_forgotten_once_it_is_read() {
        let store = Store::stand_in().unwrap();
        let bad = |uids: &[u32]| -> Vec<Unreadable> {
            uids.iter().map(|uid| Unreadable { uid: *uid, why: "no".into() }).collect()
        };
        let due = |validity| again(&store, 1, "INBOX", Some(validity)).unwrap();
        let sync = |asked: &[u32], unread: &[u32]| {
            note(&store, 1, "INBOX", Some(7), asked, &bad(unread)).unwrap();
        };
        assert!(due(7).is_empty());
        sync(&[1, 2, 3], &[2, 3]);
        assert_eq!(due(7), [2, 3]);
        assert!(due(8).is_empty(), "numbered anew");
        assert!(again(&store, 2, "INBOX", Some(7)).unwrap().is_empty(), "another account's");
        sync(&[2, 3, 4], &[3]);
        assert_eq!(due(7), [3], "the other one was read");
        sync(&[3, 5], &[3]);
        assert!(due(7).is_empty(), "given up");
        sync(&[6], &[6]);
        assert_eq!(due(7), [6]);
        assert!(again(&store, 1, "INBOX", None).unwrap().is_empty());
    }
}

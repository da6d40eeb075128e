//! What every piece of work on one account has before it: the database, the mailbox, the account.

use jiff::Timestamp;

use super::problem::ServiceError;
use crate::account::Settings;
use crate::mail::Mailbox;
use crate::store::Store;

/// An account as stored, with its settings read.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its key.
    pub id: i64,
    /// Its settings.
    pub settings: Settings,
    /// When it was last synced to the end.
    pub last_sync: Option<Timestamp>,
    /// How many sent mails are known.
    pub sent: u64,
    /// How many messages were judged.
    pub judged: u64,
}

/// One account's work place. One thread works at one desk.
pub struct Desk<'a> {
    /// The database.
    pub store: &'a mut Store,
    /// The mailbox.
    pub mailbox: &'a mut dyn Mailbox,
    /// The account.
    pub account: &'a Account,
    /// The present time.
    pub now: Timestamp,
}

/// Reads one account by its name.
pub fn account(store: &Store, name: &str) -> Result<Account, ServiceError> {
    let stored = store.account(name)?.ok_or_else(|| ServiceError::NoAccount(name.to_owned()))?;
    from_stored(stored)
}

/// Reads every account, by name.
pub fn accounts(store: &Store) -> Result<Vec<Account>, ServiceError> {
    store.accounts()?.into_iter().map(from_stored).collect()
}

fn from_stored(stored: crate::store::StoredAccount) -> Result<Account, ServiceError> {
    let settings = serde_json::from_str(&stored.settings).map_err(|e| {
        ServiceError::Settings(format!(
            "the settings of {} can't be read ({e}); remove the account and add it again",
            stored.name
        ))
    })?;
    Ok(Account {
        id: stored.id,
        settings,
        last_sync: stored.last_sync,
        sent: stored.sent,
        judged: stored.judged,
    })
}

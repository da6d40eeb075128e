//! The same work as the window's, done once and to its end: for the command line.

use jiff::Timestamp;

use super::actions::{self, Naming, Outcome};
use super::command::Secret;
use super::desk::{self, Account, Desk};
use super::problem::ServiceError;
use super::sync::SyncReport;
use super::work::{Step, Work};
use super::{Place, connect, core, sync};
use crate::account::{Credentials, Kept, Mode, Settings};
use crate::engine::senders::SenderScope;
use crate::mail::{Cancel, Mailbox};
use crate::store::Store;

/// One account, opened for one piece of work.
pub struct Once {
    store: Store,
    account: Account,
    mailbox: Box<dyn Mailbox>,
}

impl Once {
    /// Opens the account named `name` with `password`, or with the keyring's where none is given.
    pub fn open(place: &Place, name: &str, password: Option<Secret>) -> Result<Once, ServiceError> {
        let store = place.open()?;
        let account = desk::account(&store, name)?;
        let mailbox = match password {
            Some(password) => connect::open_with(&account.settings, &password, &Cancel::default())?,
            None => connect::open(&account.settings, &Credentials::open(), &Cancel::default())?,
        };
        Ok(Once { store, account, mailbox })
    }

    /// Acts in this piece of work, whatever the account's mode is.
    pub fn act(&mut self) {
        self.account.settings.mode = Mode::Act;
    }

    /// Syncs to the end.
    pub fn sync(&mut self, report: &mut dyn FnMut(Step)) -> Result<SyncReport, ServiceError> {
        let mut work = Work::new(Cancel::default(), report);
        sync::sync(&mut self.desk(), &mut work)
    }

    /// Puts messages back, and allows their senders' addresses where `allow` says so.
    pub fn restore(
        &mut self,
        ids: &[i64],
        allow: bool,
        report: &mut dyn FnMut(Step),
    ) -> Result<Outcome, ServiceError> {
        let mut work = Work::new(Cancel::default(), report);
        let mut desk = self.desk();
        if allow {
            actions::restore_and_allow(
                &mut desk,
                ids,
                &[],
                Naming { scope: SenderScope::Address, expires: None },
                &mut work,
            )
        } else {
            actions::restore(&mut desk, ids, &mut work)
        }
    }

    /// The database, for questions afterwards.
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn desk(&mut self) -> Desk<'_> {
        Desk {
            store: &mut self.store,
            mailbox: &mut *self.mailbox,
            account: &self.account,
            now: Timestamp::now(),
        }
    }
}

/// Tests the connection, then saves the account and its password. Says how the password is remembered.
pub fn add_account(place: &Place, settings: &Settings, password: Secret) -> Result<Kept, ServiceError> {
    let store = place.open()?;
    if store.account(&settings.name)?.is_some() {
        return Err(ServiceError::AccountExists(settings.name.clone()));
    }
    connect::test(settings, &password, &Cancel::default())?;
    store.add_account(&settings.name, &core::to_json(settings)?, Timestamp::now())?;
    match settings.sign_in.command {
        Some(_) => Ok(Kept::Asked),
        None => Ok(Credentials::open().set(&settings.name, password.reveal())),
    }
}

/// Forgets an account and its password. Nothing on its server changes.
pub fn remove_account(place: &Place, name: &str) -> Result<(), ServiceError> {
    let store = place.open()?;
    let account = desk::account(&store, name)?;
    store.remove_account(account.id)?;
    Ok(Credentials::open().forget(name)?)
}

/// Sets an account's mode.
pub fn set_mode(place: &Place, name: &str, mode: Mode) -> Result<(), ServiceError> {
    let store = place.open()?;
    let mut account = desk::account(&store, name)?;
    account.settings.mode = mode;
    store.set_settings(account.id, name, &core::to_json(&account.settings)?)?;
    Ok(())
}

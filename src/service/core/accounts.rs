//! Accounts: tested, added, changed, removed; passwords and certificates.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Core, to_json};
use crate::account::{Kept, Origin, Settings};
use crate::mail::{Cancel, MailError};
use crate::service::command::Secret;
use crate::service::event::{AccountState, AccountView, Event, Problem};
use crate::service::problem::ServiceError;
use crate::service::worker::{Note, Task};
use crate::service::{connect, desk};

impl Core {
    /// Tells all accounts and their states.
    pub(super) fn tell_accounts(&mut self) {
        self.answer(None, |core| {
            let mut views = Vec::new();
            for account in desk::accounts(&core.store)? {
                views.push(AccountView {
                    state: core.states.get(&account.settings.name).cloned().unwrap_or(AccountState::Idle),
                    settings: account.settings,
                    last_sync: account.last_sync,
                    sent: account.sent,
                    judged: account.judged,
                });
            }
            core.tell(Event::Accounts(views));
            Ok(())
        });
    }

    /// Tests a connection on a thread of its own: it may take as long as its time-outs.
    pub(super) fn test(&mut self, settings: Settings, password: Secret) {
        let sink = Arc::clone(&self.sink);
        let spawned = std::thread::Builder::new().name("connection test".to_owned()).spawn(move || {
            let outcome = connect::test(&settings, &password, &Cancel::default());
            if let Err(ServiceError::Mail(MailError::Certificate { fingerprint, why, .. })) = &outcome {
                sink(Event::CertificateUnknown {
                    account: settings.name.clone(),
                    fingerprint: fingerprint.clone(),
                    why: why.clone(),
                });
            }
            sink(Event::Tested(outcome.map_err(|e| e.problem(Some(&settings.name)))));
        });
        if let Err(error) = spawned {
            self.tell(Event::Tested(Err(Problem {
                account: None,
                says: format!("The test could not start: {error}."),
                advice: "Close other programs and try again.".to_owned(),
            })));
        }
    }

    pub(super) fn add_account(&mut self, settings: Settings, password: Secret) -> Result<(), ServiceError> {
        if let Some(problem) = settings.problem() {
            return Err(ServiceError::Settings(problem));
        }
        let name = settings.name.clone();
        if self.store.account(&name)?.is_some() {
            return Err(ServiceError::AccountExists(name));
        }
        let json = to_json(&settings)?;
        self.store.add_account(&name, &json, Timestamp::now())?;
        self.write_down(format!("Added the account {name}"))?;
        if matches!(settings.origin, Origin::Imap { .. }) && settings.sign_in.command.is_none() {
            self.tell_accounts();
            self.remember(&name, password, false);
            return Ok(());
        }
        self.start(&name, Task::Sync)
    }

    pub(super) fn remove_account(&mut self, name: &str) -> Result<(), ServiceError> {
        if let Some(worker) = self.workers.remove(name) {
            worker.stop();
        }
        let account = desk::account(&self.store, name)?;
        self.store.remove_account(account.id)?;
        self.write_down(format!("Removed the account {name}"))?;
        self.states.remove(name);
        self.questions.remove(name);
        self.schedule.forget(name);
        let credentials = Arc::clone(&self.credentials);
        let forgotten = name.to_owned();
        let asked = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || {
            if let Err(error) = credentials.forget(&forgotten) {
                tracing::warn!(account = forgotten, %error, "the keyring kept a password");
            }
        });
        if let Err(error) = asked {
            tracing::warn!(%error, "the keyring was not asked");
        }
        self.tell(Event::Done {
            says: format!("{name} is removed from Lazaret. Its mail on the server is untouched."),
            undo: None,
        });
        self.tell_accounts();
        self.tell(Event::Changed);
        Ok(())
    }

    /// Remembers a password and syncs its account. Off this thread: a keyring may ask the person to unlock
    /// it, and wait.
    pub(super) fn remember(&mut self, account: &str, password: Secret, again: bool) {
        let credentials = Arc::clone(&self.credentials);
        let sink = Arc::clone(&self.sink);
        let notes = self.notes.clone();
        let name = account.to_owned();
        let asked = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || {
            if let Kept::Session(why) = credentials.set(&name, password.reveal())
                && !again
            {
                sink(Event::Done { says: why, undo: None });
            }
            // Nobody listens where the service has ended meanwhile.
            let _ = notes.blocking_send(Note::PasswordReady { account: name });
        });
        if let Err(error) = asked {
            self.tell(Event::Problem(Problem {
                account: Some(account.to_owned()),
                says: format!("The password could not be taken: {error}."),
                advice: "Close other programs and try again.".to_owned(),
            }));
        }
    }

    pub(super) fn trust(&mut self, name: &str, trusted: String) -> Result<(), ServiceError> {
        self.change_settings(name, |settings| {
            if let Origin::Imap { fingerprint, .. } = &mut settings.origin {
                *fingerprint = Some(trusted);
            }
        })?;
        self.start(name, Task::Sync)
    }

    pub(super) fn change_settings(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Settings),
    ) -> Result<(), ServiceError> {
        let mut account = desk::account(&self.store, name)?;
        change(&mut account.settings);
        self.store.set_settings(account.id, name, &to_json(&account.settings)?)?;
        self.tell_accounts();
        Ok(())
    }
}

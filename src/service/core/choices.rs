//! Wishes that change no mail: what is dealt with, what is saved to a file, how often new mail is looked for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::Core;
use crate::account::Login;
use crate::service::command::{DesktopChoice, Every, Mark, MessageId};
use crate::service::event::{Event, Problem};
use crate::service::problem::ServiceError;
use crate::service::worker::Worker;
use crate::service::{bounces, retention, save};
use crate::store::Actor;

/// Under which name it is kept how often new mail is looked for.
const EVERY_KEY: &str = "every";
/// Under which name it is kept what the program does on the desktop.
const DESKTOP_KEY: &str = "desktop";

impl Core {
    /// Notes that the person sees these messages. The window goes on where that can't be noted: mail that was
    /// not noted is never deleted.
    pub(super) fn shown(&self, messages: &[MessageId]) {
        if let Err(error) = self.store.set_shown(messages, Timestamp::now()) {
            tracing::warn!(%error, "it was not noted what was shown");
        }
    }

    /// A line of the activity list about a choice of the person's.
    pub(super) fn write_down(&self, says: String) -> Result<(), ServiceError> {
        Ok(self.store.note(Actor::Person, &says, Timestamp::now())?)
    }

    pub(super) fn set_retention(&mut self, account: &str, days: Option<u16>) -> Result<(), ServiceError> {
        retention::set(&self.store, account, days)?;
        self.write_down(format!("{account}: {}", retention::sentence(days)))?;
        self.tell(Event::Done { says: format!("{account}: {}", retention::sentence(days)), undo: None });
        self.tell_accounts();
        Ok(())
    }

    pub(super) fn mark(&mut self, marks: Vec<Mark>, dealt: bool) -> Result<(), ServiceError> {
        let says = bounces::mark(&self.store, &marks, dealt, Timestamp::now())?;
        self.write_down(says.clone())?;
        self.tell(Event::Dealt { says, marks, dealt });
        self.tell(Event::Changed);
        Ok(())
    }

    /// Saves an attachment on a thread of its own: it has to be unpacked, and a disk may be slow.
    pub(super) fn save(&mut self, message: MessageId, sha256: String, name: Option<String>, folder: PathBuf) {
        let sink = Arc::clone(&self.sink);
        let place = self.place.clone();
        let spawned = std::thread::Builder::new().name("saving".to_owned()).spawn(move || {
            let saved = place
                .open()
                .and_then(|store| save::attachment(&store, message, &sha256, name.as_deref(), &folder));
            sink(match saved {
                Ok(path) => Event::Done { says: format!("Saved to {}.", path.display()), undo: None },
                Err(error) => Event::Problem(error.problem(None)),
            });
        });
        if let Err(error) = spawned {
            self.tell(Event::Problem(Problem {
                account: None,
                says: format!("Nothing was saved: {error}."),
                advice: "Close other programs and try again.".to_owned(),
            }));
        }
    }

    /// Reads how often new mail is looked for, and tells it. What can't be read is what it is at first.
    pub(super) fn read_every(&mut self) {
        let kept = self.store.option(EVERY_KEY).ok().flatten();
        let every = kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        self.schedule.set_every(every, Instant::now());
        self.tell(Event::Every(every));
    }

    pub(super) fn set_every(&mut self, every: Every) -> Result<(), ServiceError> {
        let json = serde_json::to_string(&every).map_err(|e| ServiceError::Settings(e.to_string()))?;
        self.store.set_option(EVERY_KEY, &json)?;
        self.schedule.set_every(every, Instant::now());
        // A thread that listens for news, or should, is started anew with its next job.
        self.workers.retain(|_, worker: &mut Worker| worker.is_busy());
        self.tell(Event::Every(every));
        Ok(())
    }

    /// Tells what the program does on the desktop. What can't be read is what it is at first.
    pub(super) fn tell_desktop(&mut self) {
        let kept = self.store.option(DESKTOP_KEY).ok().flatten();
        let mut choice: DesktopChoice =
            kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        choice.login = self.options.login.as_ref().map(Login::is_on);
        self.tell(Event::Desktop(choice));
    }

    pub(super) fn set_desktop(&mut self, choice: DesktopChoice) -> Result<(), ServiceError> {
        let json = serde_json::to_string(&choice).map_err(|e| ServiceError::Settings(e.to_string()))?;
        self.store.set_option(DESKTOP_KEY, &json)?;
        let switched = match (&self.options.login, choice.login) {
            (Some(login), Some(on)) if on != login.is_on() => login.set(on).map_err(|error| {
                ServiceError::Login { file: login.file().display().to_string(), error: error.to_string() }
            }),
            _ => Ok(()),
        };
        self.tell_desktop();
        switched
    }
}

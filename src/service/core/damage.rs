//! A damaged database, found at any time: the threads stop, it is set aside, and all goes on with a new one.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Core;
use crate::service::event::Event;
use crate::service::mend;
use crate::service::problem::ServiceError;
use crate::service::worker::Note;
use crate::store::{Store, StoreError};

/// Under which name it is kept when the database was last read through.
const CHECKED_KEY: &str = "checked";
/// How often it is read through.
const BETWEEN_CHECKS: SignedDuration = SignedDuration::from_hours(24);

impl Core {
    /// Reads the database through in the background, once a day, so that damage is found before it spreads.
    pub(super) fn check_database(&self) {
        let now = Timestamp::now();
        let kept = self.store.option(CHECKED_KEY).ok().flatten();
        let last: Option<Timestamp> = kept.and_then(|json| serde_json::from_str(&json).ok());
        if last.is_some_and(|last| last <= now && last > now - BETWEEN_CHECKS) {
            return;
        }
        let (place, notes) = (self.place.clone(), self.notes.clone());
        let spawned = std::thread::Builder::new().name("database check".to_owned()).spawn(move || {
            let checked = place.open().and_then(|store| {
                store.check()?;
                let json = serde_json::to_string(&now).map_err(|e| ServiceError::Settings(e.to_string()))?;
                Ok(store.set_option(CHECKED_KEY, &json)?)
            });
            match checked {
                Err(error) if mend::is_damage(&error) => {
                    // Nobody listens where the service has ended meanwhile: the next start looks again.
                    let _ = notes.blocking_send(Note::Damaged(error));
                }
                Err(error) => tracing::warn!(%error, "the database was not read through"),
                Ok(()) => {}
            }
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "the database was not read through");
        }
    }

    /// Replaces the database where `error` says that it is damaged, and it is. `false` where there was
    /// nothing to mend; the error is then told like any other.
    pub(super) fn mends(&mut self, error: &ServiceError) -> bool {
        // What is merely not to be had from the stand-in is no damage of the person's.
        let ServiceError::Store(StoreError::Damaged { path, .. }) = error else { return false };
        if path.as_os_str().is_empty() {
            return false;
        }
        for worker in std::mem::take(&mut self.workers).into_values() {
            worker.stop();
        }
        self.states.clear();
        self.groups = BTreeMap::new();
        self.first_job = self.next_job;
        match self.replace() {
            Ok(mended) => mended,
            Err(error) => {
                self.tell(Event::Problem(error.problem(None)));
                true
            }
        }
    }

    fn replace(&mut self) -> Result<bool, ServiceError> {
        self.store = Store::stand_in()?;
        let mended = mend::mend(&self.place, Timestamp::now());
        // Sound or not, the stand-in must not stay longer than it has to.
        self.store = self.place.open()?;
        self.read_every();
        self.tell_desktop();
        self.tell_accounts();
        self.tell(Event::Changed);
        let Some(problem) = mended? else { return Ok(false) };
        self.tell(Event::Problem(problem));
        self.sync_idle();
        Ok(true)
    }
}

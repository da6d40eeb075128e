//! Wishes about allow and block entries.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Core;
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::service::command::MessageId;
use crate::service::event::{Event, TouchedView};
use crate::service::problem::ServiceError;
use crate::service::worker::Task;
use crate::service::{Command, actions, exchange, queries, save, senders};
use crate::store::Actor;

/// The name of a file of entries.
const FILE: &str = "lazaret-senders.csv";

impl Core {
    pub(super) fn tell_senders(&mut self) -> Result<(), ServiceError> {
        let senders = queries::senders(&self.store)?;
        self.tell(Event::Senders(senders));
        Ok(())
    }

    pub(super) fn tell_touched(
        &mut self,
        rule: SenderRule,
        scope: SenderScope,
        value: String,
    ) -> Result<(), ServiceError> {
        let says = senders::touches(&self.store, rule, scope, &value)?;
        self.tell(Event::Touched(TouchedView { rule, scope, value, says }));
        Ok(())
    }

    /// Adds an entry; what an allow entry touches comes back.
    pub(super) fn add_sender(&mut self, entry: &SenderEntry) -> Result<(), ServiceError> {
        let (id, entry) = senders::add(&self.store, entry, Timestamp::now())?;
        let says = format!("{} is now {}.", entry.value, senders::rule_verb(entry.rule));
        self.tell(Event::Did { says, undo: Box::new(Command::RemoveSender(id)) });
        self.tell_senders()?;
        self.tell(Event::Changed);
        if entry.rule == SenderRule::Allow {
            let ids = senders::released(&self.store, entry.scope, &entry.value)?;
            self.by_account(ids, Task::Restore);
        }
        Ok(())
    }

    /// Removes an entry. Mail that was judged with it stays where it is.
    pub(super) fn remove_sender(&mut self, id: i64) -> Result<(), ServiceError> {
        if let Some(sender) = self.store.remove_sender(id)? {
            let SenderEntry { rule, scope, value, expires } = sender.entry;
            let says = format!("{value} is no longer {}.", senders::rule_verb(rule));
            self.store.note(Actor::Person, &says, Timestamp::now())?;
            let undo = Box::new(Command::AddSender { rule, scope, value, expires });
            self.tell(Event::Did { says, undo });
        }
        self.tell_senders()?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Puts messages back and allows their senders, with what else the new entries release.
    pub(super) fn restore_and_allow(
        &mut self,
        messages: Vec<MessageId>,
        scope: SenderScope,
        expires: Option<Timestamp>,
    ) -> Result<(), ServiceError> {
        let mut also: BTreeMap<String, Vec<MessageId>> = BTreeMap::new();
        for value in actions::values(&self.store, &messages, scope)? {
            for id in senders::released(&self.store, scope, &value)? {
                let account = queries::account_of(&self.store, id)?;
                if let Some(account) = account.filter(|_| !messages.contains(&id)) {
                    also.entry(account).or_default().push(id);
                }
            }
        }
        for (account, named) in queries::by_account(&self.store, &messages)? {
            let also = also.remove(&account).unwrap_or_default();
            self.start(&account, Task::RestoreAndAllow { named, also, scope, expires })?;
        }
        for (account, ids) in also {
            self.start(&account, Task::Restore(ids))?;
        }
        Ok(())
    }

    /// Writes the entries to a new file. A list of entries is short: it is written at once.
    pub(super) fn export_senders(&mut self, folder: &Path) -> Result<(), ServiceError> {
        let (path, mut file) = save::new_file(folder, FILE)?;
        let count = exchange::export_senders(&self.store, &mut file)?;
        let entries = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
        self.tell(Event::Done { says: format!("{entries} saved to {}.", path.display()), undo: None });
        Ok(())
    }

    /// Adds the entries of a file.
    pub(super) fn import_senders(&mut self, file: PathBuf) -> Result<(), ServiceError> {
        let file = save::at_home(&file);
        let mut input = File::open(&file)
            .map_err(|e| ServiceError::Csv(format!("{} can't be read ({e})", file.display())))?;
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let count = exchange::import_senders(&self.store, &name, &mut input, Timestamp::now())?;
        let entries = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
        self.tell(Event::Done { says: format!("{entries} read from {name}."), undo: None });
        self.tell_senders()?;
        self.tell(Event::Changed);
        Ok(())
    }
}

//! The middle of the service: takes commands, answers lists from the database, hands work to the accounts'
//! threads, and says what came of it. `accounts` holds what is about accounts, `choices` what changes no mail, `ended`
//! what is told of a job's end, `damage` what is done about a damaged database.

mod accounts;
mod choices;
mod damage;
mod ended;
mod senders;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::command::{ActionId, Command, Every, JobId, Look};
use super::desk;
use super::event::{AccountState, Event, JobView, Problem};
use super::problem::ServiceError;
use super::schedule::Schedule;
use super::worker::{Job, Note, Task, Worker};
use super::{EventSink, Options, Place, bounces, demo, groups, preview, queries, save};
use crate::account::{Credentials, Mode, Settings};
use crate::engine::Strictness;
use crate::engine::senders::SenderEntry;
use crate::mail::Cancel;
use crate::mail::awake::Clocks;
use crate::store::Store;

/// How often it is looked whether an account is due.
const LOOK: Duration = Duration::from_secs(5);
/// Notes from account threads that may wait.
const NOTES: usize = 256;

/// The service's state. Lives on one thread.
pub(super) struct Core {
    options: Options,
    place: Place,
    store: Store,
    credentials: Arc<Credentials>,
    sink: EventSink,
    workers: BTreeMap<String, Worker>,
    states: BTreeMap<String, AccountState>,
    /// When accounts are synced without being asked.
    schedule: Schedule,
    notes: mpsc::Sender<Note>,
    note_queue: Option<mpsc::Receiver<Note>>,
    next_job: JobId,
    /// What was one decision of the person's, under the key of its first action.
    groups: BTreeMap<ActionId, Decision>,
    /// Questions that the person has not answered, by account.
    questions: BTreeMap<String, Event>,
    /// What became of a database that was found damaged at the start.
    mended: Option<Problem>,
    /// Jobs with a lower key belong to threads that were stopped with an older database.
    first_job: JobId,
}

/// What is undone together.
#[derive(Default, Clone)]
struct Decision {
    actions: Vec<ActionId>,
    /// Entries that were made, and what each replaced.
    entries: Vec<(i64, Option<SenderEntry>)>,
}

/// Whether to go on.
#[derive(PartialEq, Eq)]
enum Next {
    Go,
    Stop,
}

impl Core {
    pub(super) fn new(options: Options, store: Store, mended: Option<Problem>, sink: EventSink) -> Core {
        let (notes, note_queue) = mpsc::channel(NOTES);
        Core {
            place: options.place.clone(),
            credentials: Arc::clone(&options.credentials),
            options,
            store,
            groups: BTreeMap::new(),
            sink,
            workers: BTreeMap::new(),
            states: BTreeMap::new(),
            schedule: Schedule::default(),
            notes,
            note_queue: Some(note_queue),
            next_job: 1,
            first_job: 1,
            mended,
            questions: BTreeMap::new(),
        }
    }

    /// Runs until [`Command::Quit`] or until nobody can send commands any more.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let Some(mut notes) = self.note_queue.take() else { return };
        if self.options.demo {
            self.answer(None, |core| core.open_demo());
        }
        self.greet();
        if let Some(problem) = self.mended.take() {
            self.tell(Event::Problem(problem));
        }
        self.check_database();
        let mut timer = tokio::time::interval(LOOK);
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut clocks = Clocks::default();
        loop {
            let next = tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.handle(command),
                    None => Next::Stop,
                },
                note = notes.recv() => {
                    if let Some(note) = note {
                        self.note(note);
                    }
                    Next::Go
                }
                _ = timer.tick() => {
                    if self.options.automatic {
                        self.sync_due();
                    }
                    Next::Go
                }
            };
            if next == Next::Stop {
                break;
            }
            if clocks.slept(LOOK) {
                tracing::info!("the computer slept; every account is looked at");
                self.schedule.woke(Instant::now());
            }
        }
        // The threads' last notes must find a reader, or they would wait for ever.
        drop(notes);
        for worker in std::mem::take(&mut self.workers).into_values() {
            worker.stop();
        }
    }

    /// Tells what a window has to know before it asks for anything.
    fn greet(&mut self) {
        self.tell_look();
        self.read_every();
        self.tell_desktop();
        if let Some(folder) = save::downloads() {
            self.tell(Event::Downloads(folder.display().to_string()));
        }
        self.tell_accounts();
        for question in self.questions.values() {
            self.tell(question.clone());
        }
    }

    /// Asks the person, and every window that opens before there is an answer.
    fn ask(&mut self, account: &str, question: Event) {
        self.questions.insert(account.to_owned(), question.clone());
        self.tell(question);
    }

    fn tell(&self, event: Event) {
        (self.sink)(event);
    }

    /// Runs `what` and tells the failure, if it is one.
    fn answer(&mut self, account: Option<&str>, what: impl FnOnce(&mut Core) -> Result<(), ServiceError>) {
        let Err(error) = what(self) else { return };
        if !self.mends(&error) {
            self.tell(Event::Problem(error.problem(account)));
        }
    }

    fn handle(&mut self, command: Command) -> Next {
        match command {
            Command::Quit => return Next::Stop,
            Command::TestConnection { settings, password } => self.test(settings, password),
            Command::AddAccount { settings, password } => {
                let name = settings.name.clone();
                self.answer(Some(&name), |core| core.add_account(settings, password));
            }
            Command::RemoveAccount { account } => {
                self.answer(Some(&account), |core| core.remove_account(&account));
            }
            Command::ProvidePassword { account, password } => {
                self.remember(&account, password, true);
            }
            Command::TrustCertificate { account, fingerprint } => {
                self.answer(Some(&account), |core| core.trust(&account, fingerprint));
            }
            Command::SetMode { account, mode } => self.answer(Some(&account), |core| {
                core.change_settings(&account, |settings| settings.mode = mode)?;
                core.write_down(match mode {
                    Mode::Act => format!("{account} acts from now on"),
                    Mode::Observe => format!("{account} only observes from now on"),
                })?;
                core.start(&account, Task::Sync)
            }),
            Command::SetStrictness { account, strictness } => self.answer(Some(&account), |core| {
                core.change_settings(&account, |settings| settings.strictness = strictness)?;
                let id = desk::account(&core.store, &account)?.id;
                core.store.set_strict(id, strictness == Strictness::Strict)?;
                core.write_down(match strictness {
                    Strictness::Strict => format!("{account} is strict from now on"),
                    Strictness::Normal => format!("{account} is no longer strict"),
                })?;
                core.tell(Event::Changed);
                core.start(&account, Task::Sync)
            }),
            Command::SetRetention { account, days } => {
                self.answer(Some(&account), |core| core.set_retention(&account, days));
            }
            Command::SetSentFolder { account, folder } => self.answer(Some(&account), |core| {
                core.change_settings(&account, |settings| settings.sent_folder = folder)?;
                core.start(&account, Task::Sync)
            }),
            Command::SetEvery(every) => self.answer(None, |core| core.set_every(every)),
            Command::SetDesktop(choice) => self.answer(None, |core| core.set_desktop(choice)),
            Command::Previews => self.answer(None, |core| {
                let previews = preview::all(&core.store)?;
                core.tell(Event::Previews(previews));
                Ok(())
            }),
            Command::OpenDemo => self.answer(None, |core| core.open_demo()),
            Command::Sync { account: Some(name) } => {
                self.answer(Some(&name), |core| core.start(&name, Task::Sync))
            }
            Command::Sync { account: None } => self.sync_idle(),
            Command::CancelJob(id) => {
                if !self.workers.values().any(|w| w.cancel(id)) {
                    tracing::debug!(id, "a job to cancel had ended already");
                }
            }
            Command::List(query) => {
                self.answer(None, |core| {
                    let page = queries::list(&core.store, query)?;
                    core.tell(Event::List(page));
                    Ok(())
                });
            }
            Command::Open(id) => self.answer(None, |core| {
                match queries::open(&core.store, id)? {
                    Some(view) => {
                        core.shown(&[id]);
                        core.tell(Event::Opened(Box::new(view)));
                    }
                    None => core.tell(Event::NotFound(id)),
                }
                Ok(())
            }),
            Command::OpenGroup { query, within } => self.answer(None, |core| {
                let view = groups::open(&core.store, &query, within)?;
                core.shown(&view.rows.iter().map(|row| row.id).collect::<Vec<_>>());
                core.tell(Event::Group(Box::new(view)));
                Ok(())
            }),
            Command::Touches { rule, scope, value } => {
                self.answer(None, |core| core.tell_touched(rule, scope, value));
            }
            Command::Choose { query, ticket } => self.answer(None, |core| {
                let rows = groups::choose(&core.store, &query)?;
                core.tell(Event::Chosen { ticket, shelf: query.shelf, rows });
                Ok(())
            }),
            Command::Restore(ids) => self.by_account(ids, Task::Restore),
            Command::RestoreAndAllow { messages, scope, expires } => {
                self.answer(None, |core| core.restore_and_allow(messages, scope, expires));
            }
            Command::Block { messages, scope, expires } => {
                self.by_account(messages, |ids| Task::Block(ids, scope, expires));
            }
            Command::Quarantine(ids) => self.by_account(ids, Task::Quarantine),
            Command::Delete(ids) => self.by_account(ids, Task::Delete),
            Command::EmptyQuarantine { account } => {
                self.answer(Some(&account), |core| core.start(&account, Task::Empty));
            }
            Command::SaveAttachment { message, sha256, name, folder } => {
                self.save(message, sha256, name, folder);
            }
            Command::MarkDealt { marks, dealt } => self.answer(None, |core| core.mark(marks, dealt)),
            Command::MarkOlder { query, than } => self.answer(None, |core| {
                let marks = bounces::older(&core.store, &query, than)?;
                core.mark(marks, true)
            }),
            Command::Undo(action) => self.answer(None, |core| core.undo(action)),
            Command::Greet => self.greet(),
            Command::Left => self.answer(None, |core| queries::leave(&core.store)),
            Command::SetLook(look) => self.keep_look(look),
            Command::AddSender { rule, scope, value, expires } => {
                self.answer(None, |core| core.add_sender(&SenderEntry { rule, scope, value, expires }));
            }
            Command::RemoveSender(id) => self.answer(None, |core| core.remove_sender(id)),
            Command::ExportSenders { folder } => self.answer(None, |core| core.export_senders(&folder)),
            Command::ImportSenders { file } => self.answer(None, |core| core.import_senders(file)),
            Command::ListSenders => self.answer(None, |core| core.tell_senders()),
            Command::ListActivity => self.answer(None, |core| {
                let rows = queries::activity(&core.store)?;
                core.tell(Event::Activity(rows));
                Ok(())
            }),
            Command::Chart(query) => self.answer(None, |core| {
                let view = queries::chart(&core.store, query)?;
                core.tell(Event::Chart(view));
                Ok(())
            }),
            Command::Overview => self.answer(None, |core| {
                let view = queries::overview(&core.store, Timestamp::now())?;
                core.tell(Event::Overview(view));
                Ok(())
            }),
        }
        Next::Go
    }

    /// Undoes an action with those that were one decision with it.
    fn undo(&mut self, action: ActionId) -> Result<(), ServiceError> {
        let alone = || Decision { actions: vec![action], entries: Vec::new() };
        let decision = self.groups.get(&action).cloned().unwrap_or_else(alone);
        let stored = self.store.action(action)?;
        let Some(message) = stored.and_then(|a| a.message) else {
            return Err(ServiceError::CannotMove("that action can't be undone any more".to_owned()));
        };
        match queries::account_of(&self.store, message)? {
            Some(account) => {
                super::actions::take_back_entries(&self.store, &decision.entries, Timestamp::now())?;
                self.start(&account, Task::Undo(decision.actions))
            }
            None => Err(ServiceError::NoMessage(message)),
        }
    }

    /// Where the window's look is kept: beside the database, as it may be lost without harm.
    fn look_file(&self) -> std::path::PathBuf {
        self.options.place.folder().join("look.json")
    }

    fn keep_look(&mut self, look: Look) {
        let kept = serde_json::to_vec(&look)
            .map_err(std::io::Error::other)
            .and_then(|json| std::fs::write(self.look_file(), json));
        if let Err(error) = kept {
            tracing::warn!(%error, "the look was not kept");
        }
    }

    fn tell_look(&self) {
        let known = std::fs::read(self.look_file()).ok().and_then(|json| serde_json::from_slice(&json).ok());
        if let Some(look) = known {
            self.tell(Event::Look(look));
        }
    }

    /// Switches to the demo: its own folder with its own database, made anew.
    fn open_demo(&mut self) -> Result<(), ServiceError> {
        for worker in std::mem::take(&mut self.workers).into_values() {
            worker.stop();
        }
        self.states.clear();
        let every = self.schedule.every();
        self.schedule = Schedule::default();
        self.schedule.set_every(every, Instant::now());
        let place = demo::prepare(&self.options.place, Timestamp::now())?;
        self.store = place.open()?;
        self.place = place;
        self.tell_accounts();
        self.tell(Event::Changed);
        self.start(demo::ACCOUNT, Task::Sync)
    }

    /// Syncs every account that does nothing and is not waiting for a password.
    fn sync_idle(&mut self) {
        self.answer(None, |core| {
            for account in desk::accounts(&core.store)? {
                core.sync_if_idle(&account.settings.name)?;
            }
            Ok(())
        });
    }

    fn sync_if_idle(&mut self, name: &str) -> Result<(), ServiceError> {
        let busy = self.workers.get(name).is_some_and(Worker::is_busy);
        if busy || self.states.get(name) == Some(&AccountState::NeedsPassword) {
            return Ok(());
        }
        self.start(name, Task::Sync)
    }

    /// Syncs the accounts whose time has come: all of them at first.
    fn sync_due(&mut self) {
        let now = Instant::now();
        if self.schedule.every() != Every::Asked && self.schedule.is_first() {
            return self.sync_idle();
        }
        for name in self.schedule.due(now) {
            if let Err(error) = self.sync_if_idle(&name) {
                // Told once here; it is not tried every few seconds.
                self.schedule.failed(&name, &error, now);
                self.tell(Event::Problem(error.problem(Some(&name))));
            }
        }
    }

    /// Hands a task to an account's thread, starting it where there is none.
    fn start(&mut self, name: &str, task: Task) -> Result<(), ServiceError> {
        let account = desk::account(&self.store, name)?;
        if !self.workers.contains_key(name) {
            let worker = Worker::start(
                account.settings,
                self.place.clone(),
                self.options.automatic && self.schedule.every() == Every::News,
                Arc::clone(&self.credentials),
                Arc::clone(&self.sink),
                self.notes.clone(),
            )?;
            self.workers.insert(name.to_owned(), worker);
        }
        let id = self.next_job;
        self.next_job += 1;
        let says = match &task {
            Task::Sync => format!("Syncing {name}"),
            Task::Restore(_) | Task::RestoreAndAllow { .. } => "Restoring".to_owned(),
            Task::Block(..) | Task::Quarantine(_) => "Moving to the quarantine".to_owned(),
            Task::Undo(_) => "Undoing".to_owned(),
            Task::Delete(_) | Task::Empty => "Deleting".to_owned(),
        };
        let syncing = matches!(task, Task::Sync);
        let job = Job { id, task, cancel: Cancel::default() };
        let Some(worker) = self.workers.get_mut(name) else { return Ok(()) };
        if !worker.send(job) {
            return Err(ServiceError::CannotMove(format!("{name} has too much to do already")));
        }
        if syncing {
            self.states.insert(name.to_owned(), AccountState::Syncing);
        }
        self.tell(Event::Job(JobView { id, says, done: 0, total: None, ended: false }));
        self.tell_accounts();
        Ok(())
    }

    /// Groups messages by account and hands each group to its thread.
    fn by_account(&mut self, ids: Vec<i64>, task: impl Fn(Vec<i64>) -> Task) {
        self.answer(None, |core| {
            let mut groups: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            for id in ids {
                if let Some(account) = queries::account_of(&core.store, id)? {
                    groups.entry(account).or_default().push(id);
                }
            }
            for (account, ids) in groups {
                core.start(&account, task(ids))?;
            }
            Ok(())
        });
    }
}

/// Settings as the store keeps them.
pub(super) fn to_json(settings: &Settings) -> Result<String, ServiceError> {
    serde_json::to_string(settings).map_err(|e| ServiceError::Settings(e.to_string()))
}

//! The middle of the service: takes commands, answers lists from the database, hands work to the accounts'
//! threads, and says what came of it. `choices` holds what changes no mail, `damage` what is done about a
//! damaged database.

mod choices;
mod damage;
mod senders;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::command::{ActionId, Command, Every, JobId, Look, Secret};
use super::desk;
use super::event::{AccountState, AccountView, Event, JobView, Problem};
use super::problem::ServiceError;
use super::schedule::{Schedule, passes};
use super::worker::{Ended, Job, Note, Task, Worker};
use super::{EventSink, Options, Place, bounces, connect, demo, groups, preview, queries, save};
use crate::account::{Credentials, Kept, Mode, Origin, Settings};
use crate::engine::Strictness;
use crate::engine::senders::SenderEntry;
use crate::mail::{Cancel, MailError};
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
    /// Actions that were one decision of the person's, under the key of their first.
    groups: BTreeMap<ActionId, Vec<ActionId>>,
    /// Questions that the person has not answered, by account.
    questions: BTreeMap<String, Event>,
    /// What became of a database that was found damaged at the start.
    mended: Option<Problem>,
    /// Jobs with a lower key belong to threads that were stopped with an older database.
    first_job: JobId,
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

    /// Tells all accounts and their states.
    fn tell_accounts(&mut self) {
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
    fn test(&mut self, settings: Settings, password: Secret) {
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

    fn add_account(&mut self, settings: Settings, password: Secret) -> Result<(), ServiceError> {
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
        if matches!(settings.origin, Origin::Imap { .. }) {
            self.tell_accounts();
            self.remember(&name, password, false);
            return Ok(());
        }
        self.start(&name, Task::Sync)
    }

    fn remove_account(&mut self, name: &str) -> Result<(), ServiceError> {
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
    fn remember(&mut self, account: &str, password: Secret, again: bool) {
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

    /// Undoes an action with those that were one decision with it.
    fn undo(&mut self, action: ActionId) -> Result<(), ServiceError> {
        let group = self.groups.get(&action).cloned().unwrap_or_else(|| vec![action]);
        let stored = self.store.action(action)?;
        let Some(message) = stored.and_then(|a| a.message) else {
            return Err(ServiceError::CannotMove("that action can't be undone any more".to_owned()));
        };
        match queries::account_of(&self.store, message)? {
            Some(account) => self.start(&account, Task::Undo(group)),
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

    fn trust(&mut self, name: &str, trusted: String) -> Result<(), ServiceError> {
        self.change_settings(name, |settings| {
            if let Origin::Imap { fingerprint, .. } = &mut settings.origin {
                *fingerprint = Some(trusted);
            }
        })?;
        self.start(name, Task::Sync)
    }

    fn change_settings(
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

    /// Takes in what an account's thread says.
    fn note(&mut self, note: Note) {
        let (account, job, result) = match note {
            Note::Ended { account, job, result } => (account, job, result),
            Note::News { account } => {
                self.schedule.hurry(&account, Instant::now());
                return self.sync_due();
            }
            Note::Damaged(error) => {
                self.mends(&error);
                return;
            }
            Note::PasswordReady { account } => {
                return self.answer(Some(&account), |core| core.start(&account, Task::Sync));
            }
        };
        let ended =
            Event::Job(JobView { id: job, says: String::new(), done: 1, total: Some(1), ended: true });
        if job < self.first_job {
            return self.tell(ended);
        }
        if let Some(worker) = self.workers.get_mut(&account) {
            worker.ended(job);
        }
        if let Err(error) = &result
            && self.mends(error)
        {
            return self.tell(ended);
        }
        self.questions.remove(&account);
        let state = match result {
            Ok(Ended::Synced(report, pushes)) => {
                self.schedule.went_well(&account, pushes, Instant::now());
                for says in report.news() {
                    self.tell(Event::Done { says, undo: None });
                }
                for left in &report.left {
                    self.tell(Event::Problem(Problem {
                        account: Some(account.clone()),
                        says: left.clone(),
                        advice: "Nothing was lost; the message is where it was.".to_owned(),
                    }));
                }
                AccountState::Idle
            }
            Ok(Ended::Acted(outcome)) => {
                let undo = outcome.actions.first().copied();
                if let Some(first) = undo {
                    self.groups.insert(first, outcome.actions);
                }
                self.tell(Event::Done { says: outcome.says, undo });
                for left in outcome.left {
                    self.tell(Event::Problem(Problem {
                        account: Some(account.clone()),
                        says: left,
                        advice: "Nothing was lost; the message is where it was.".to_owned(),
                    }));
                }
                AccountState::Idle
            }
            Err(error) => self.failed(&account, &error),
        };
        self.states.insert(account, state);
        self.tell(ended);
        self.tell_accounts();
        self.tell(Event::Changed);
    }

    /// Tells a failed job in the way that leads on.
    fn failed(&mut self, account: &str, error: &ServiceError) -> AccountState {
        if error.is_cancelled() {
            self.schedule.went_well(account, false, Instant::now());
            self.tell(Event::Done {
                says: format!("Stopped. {account} goes on at the next sync."),
                undo: None,
            });
            return AccountState::Idle;
        }
        let mut problem = error.problem(Some(account));
        let (failures, wait) = self.schedule.failed(account, error, Instant::now());
        if self.options.automatic && passes(error) {
            let minutes = wait.as_secs().div_ceil(60);
            let when = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
            problem.advice = format!("{} Lazaret tries again in about {when}.", problem.advice);
        }
        match error {
            ServiceError::Mail(MailError::Certificate { fingerprint, why, .. }) => {
                let question = Event::CertificateUnknown {
                    account: account.to_owned(),
                    fingerprint: fingerprint.clone(),
                    why: why.clone(),
                };
                self.ask(account, question);
            }
            ServiceError::Credential(_) | ServiceError::PasswordMissing { .. } => {
                self.ask(account, Event::PasswordNeeded { account: account.to_owned(), why: problem.says });
                return AccountState::NeedsPassword;
            }
            ServiceError::Mail(MailError::SignIn { .. }) => {
                self.ask(account, Event::PasswordNeeded { account: account.to_owned(), why: problem.says });
                return AccountState::NeedsPassword;
            }
            // A server that stays away is told of once; the account's state goes on saying it.
            error if passes(error) && failures > 1 && self.options.automatic => {}
            _ => self.tell(Event::Problem(problem.clone())),
        }
        AccountState::Trouble(format!("{} {}", problem.says, problem.advice))
    }
}

/// Settings as the store keeps them.
pub(super) fn to_json(settings: &Settings) -> Result<String, ServiceError> {
    serde_json::to_string(settings).map_err(|e| ServiceError::Settings(e.to_string()))
}

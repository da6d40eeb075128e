//! One thread per account: owns its connection and its own handle to the database, and does one job after
//! the other. A slow server holds up its own account and no other.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::actions::{self, Naming, Outcome};
use super::command::{ActionId, JobId, MessageId};
use super::connect;
use super::desk::Desk;
use super::event::{Event, JobView};
use super::problem::ServiceError;
use super::sync;
use super::work::{Step, Work};
use super::{EventSink, Place};
use crate::account::{Credentials, Settings};
use crate::engine::senders::SenderScope;
use crate::mail::{Cancel, MailError, Mailbox, Snapshot, Waited};

/// Jobs that may wait for one account; the service says no to more.
const QUEUE: usize = 64;
/// An idle connection is dropped after this time: servers drop theirs after some minutes anyhow.
const IDLE_CONNECTION: Duration = Duration::from_secs(90);
/// Progress is reported this often at most.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// The folder in which news are listened for (RFC 3501 §5.1: it has this name on every server).
const INBOX: &str = "INBOX";
/// How long is listened in one go.
const LISTENING: Duration = Duration::from_secs(24 * 60 * 60);
/// News are passed on this often at most.
const BETWEEN_NEWS: Duration = Duration::from_secs(5);
/// A connection that was lost is made anew this often at most.
const BETWEEN_LOSSES: Duration = Duration::from_secs(60);

/// How listening ended.
enum Heard {
    /// Something changed.
    News,
    /// The connection was lost; what changed meanwhile is not known.
    Lost,
    /// The mailbox is wanted, or tells nothing.
    Nothing,
}

/// What an account's thread can be asked to do.
#[derive(Debug, Clone)]
pub(super) enum Task {
    /// Learn Sent, judge INBOX, move what is due.
    Sync,
    /// Put messages back.
    Restore(Vec<MessageId>),
    /// Put messages back and allow their senders.
    RestoreAndAllow {
        /// Those whose senders are allowed.
        named: Vec<MessageId>,
        /// Others that the entries release.
        also: Vec<MessageId>,
        scope: SenderScope,
        expires: Option<Timestamp>,
    },
    /// Block senders and hold their messages.
    Block(Vec<MessageId>, SenderScope, Option<Timestamp>),
    /// Hold messages by the person's own hand.
    Quarantine(Vec<MessageId>),
    /// Undo actions.
    Undo(Vec<ActionId>),
    /// Delete held messages for ever, by the person's own hand.
    Delete(Vec<MessageId>),
    /// Delete everything that is held.
    Empty,
}

/// A task with its key and its stop sign.
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) task: Task,
    pub(super) cancel: Cancel,
}

/// What an account's thread tells the service.
pub(super) enum Note {
    /// A job has ended.
    Ended { account: String, job: JobId, result: Result<Ended, ServiceError> },
    /// The server says that something came or went, or the connection that would have said so was lost.
    News { account: String },
    /// The database was read through and is damaged.
    Damaged(ServiceError),
    /// A password was typed and is at hand.
    PasswordReady { account: String },
}

/// How a job ended.
pub(super) enum Ended {
    /// A sync, with its report, and whether the server will say by itself when something changes.
    Synced(sync::SyncReport, bool),
    /// An action, with its sentence.
    Acted(Outcome),
}

/// The service's end of an account's thread.
pub(super) struct Worker {
    jobs: SyncSender<Job>,
    thread: Option<JoinHandle<()>>,
    /// The stop signs of the jobs that wait or run, by key.
    running: Vec<(JobId, Cancel)>,
}

impl Worker {
    /// Starts the thread of one account. Between jobs it listens for news where `listens` says so.
    pub(super) fn start(
        settings: Settings,
        place: Place,
        listens: bool,
        credentials: Arc<Credentials>,
        sink: EventSink,
        notes: mpsc::Sender<Note>,
    ) -> Result<Worker, ServiceError> {
        let (jobs, queue) = sync_channel(QUEUE);
        let name = settings.name.clone();
        let thread = std::thread::Builder::new()
            .name(format!("account {name}"))
            .spawn(move || {
                Thread { name, place, credentials, sink, notes, mailbox: None, listens, news: None }
                    .run(&queue)
            })
            .map_err(|e| ServiceError::Settings(format!("no thread for the account: {e}")))?;
        Ok(Worker { jobs, thread: Some(thread), running: Vec::new() })
    }

    /// Queues a job. `false` where too many wait already.
    pub(super) fn send(&mut self, job: Job) -> bool {
        let entry = (job.id, job.cancel.clone());
        if self.jobs.try_send(job).is_err() {
            return false;
        }
        self.running.push(entry);
        true
    }

    /// Asks a job to stop; `false` where it is not this account's.
    pub(super) fn cancel(&self, id: JobId) -> bool {
        let found = self.running.iter().find(|(job, _)| *job == id);
        if let Some((_, cancel)) = found {
            cancel.cancel();
        }
        found.is_some()
    }

    /// Notes that a job has ended.
    pub(super) fn ended(&mut self, id: JobId) {
        self.running.retain(|(job, _)| *job != id);
    }

    /// Whether a job waits or runs.
    pub(super) fn is_busy(&self) -> bool {
        !self.running.is_empty()
    }

    /// Stops all jobs at their next step and waits for the thread.
    pub(super) fn stop(mut self) {
        for (_, cancel) in &self.running {
            cancel.cancel();
        }
        let thread = self.thread.take();
        drop(self);
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("an account's thread ended in a panic");
        }
    }
}

/// The thread itself.
struct Thread {
    name: String,
    place: Place,
    credentials: Arc<Credentials>,
    sink: EventSink,
    notes: mpsc::Sender<Note>,
    mailbox: Option<(Box<dyn Mailbox>, Instant)>,
    /// Whether to listen for news between jobs.
    listens: bool,
    /// When news were passed on last.
    news: Option<Instant>,
}

impl Thread {
    fn run(mut self, queue: &Receiver<Job>) {
        while let Some(job) = self.next(queue) {
            let result = self.work(&job);
            if result.is_err() {
                // After any failure the connection's state is unknown: start anew next time.
                self.mailbox = None;
            }
            let note = Note::Ended { account: self.name.clone(), job: job.id, result };
            if self.notes.blocking_send(note).is_err() {
                return;
            }
        }
    }

    /// The next job; news are listened for until it comes. `None` when there will be none.
    fn next(&mut self, queue: &Receiver<Job>) -> Option<Job> {
        match queue.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        if !self.listens {
            return queue.recv().ok();
        }
        let (mut next, mut closed) = (None, false);
        let mut stop = || match queue.try_recv() {
            Ok(job) => {
                next = Some(job);
                true
            }
            Err(TryRecvError::Disconnected) => {
                closed = true;
                true
            }
            Err(TryRecvError::Empty) => false,
        };
        let heard = self.listen(&mut stop);
        if closed || next.is_some() {
            return next;
        }
        // A server that calls everything news costs a sync every few seconds, one that drops every connection
        // a sign-in a minute: never a storm of them.
        let least = match heard {
            Heard::News => BETWEEN_NEWS,
            Heard::Lost => BETWEEN_LOSSES,
            Heard::Nothing => return queue.recv().ok(),
        };
        if let Some(early) = self.news.and_then(|at| least.checked_sub(at.elapsed())) {
            match queue.recv_timeout(early) {
                Ok(job) => return Some(job),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        self.news = Some(Instant::now());
        // The service has ended where nobody listens; the queue is closed then, too.
        let _ = self.notes.blocking_send(Note::News { account: self.name.clone() });
        queue.recv().ok()
    }

    /// Listens for news in the INBOX until there are some, the connection breaks, or `stop` says so.
    fn listen(&mut self, stop: &mut dyn FnMut() -> bool) -> Heard {
        let Some((mut mailbox, _)) = self.mailbox.take() else { return Heard::Nothing };
        mailbox.follow(&Cancel::default());
        let then = match self.known_inbox() {
            Ok(then) => then,
            Err(error) => {
                tracing::warn!(account = self.name, %error, "the database does not say how the INBOX stood");
                None
            }
        };
        loop {
            match mailbox.wait(INBOX, then.as_ref(), LISTENING, stop) {
                Ok(Waited::Quiet) => {}
                Ok(Waited::News) => {
                    self.mailbox = Some((mailbox, Instant::now()));
                    return Heard::News;
                }
                Ok(Waited::Stopped | Waited::CanNot) => {
                    self.mailbox = Some((mailbox, Instant::now()));
                    return Heard::Nothing;
                }
                Err(error) => {
                    tracing::info!(account = self.name, %error, "the connection that waited for news was lost");
                    return Heard::Lost;
                }
            }
        }
    }

    /// How the INBOX stood when it was last taken in.
    fn known_inbox(&self) -> Result<Option<Snapshot>, ServiceError> {
        let store = self.place.open()?;
        let account = super::desk::account(&store, &self.name)?;
        Ok(super::intake::known(&store, account.id, INBOX)?)
    }

    fn work(&mut self, job: &Job) -> Result<Ended, ServiceError> {
        if job.cancel.is_cancelled() {
            return Err(MailError::Cancelled.into());
        }
        let mut store = self.place.open()?;
        let account = super::desk::account(&store, &self.name)?;
        if self.mailbox.as_ref().is_some_and(|(_, used)| used.elapsed() > IDLE_CONNECTION) {
            self.mailbox = None;
        }
        let sink = Arc::clone(&self.sink);
        let mut last = None::<Instant>;
        let mut report = |step: Step| {
            let whole = step.total.is_some_and(|total| step.done >= total);
            if !whole && last.is_some_and(|at| at.elapsed() < REPORT_EVERY) {
                return;
            }
            last = Some(Instant::now());
            sink(Event::Job(JobView {
                id: job.id,
                says: step.says,
                done: step.done,
                total: step.total,
                ended: false,
            }));
        };
        let mut news = |arrival| {
            (self.sink)(Event::Arrived(Box::new(arrival)));
        };
        let mut work = Work::new(job.cancel.clone(), &mut report).telling(&mut news);
        let mut mailbox = match self.mailbox.take() {
            Some((mut mailbox, _)) => {
                mailbox.follow(&job.cancel);
                mailbox
            }
            None => {
                work.step(format!("Connecting to {}", self.name), 0, None);
                connect::open(&account.settings, &self.credentials, &job.cancel)?
            }
        };
        let mut desk =
            Desk { store: &mut store, mailbox: &mut *mailbox, account: &account, now: Timestamp::now() };
        let ended = match &job.task {
            Task::Sync => {
                let report = sync::sync(&mut desk, &mut work);
                let pushes = self.listens && desk.mailbox.can_wait();
                report.map(|report| Ended::Synced(report, pushes))
            }
            Task::Restore(ids) => actions::restore(&mut desk, ids, &mut work).map(Ended::Acted),
            Task::RestoreAndAllow { named, also, scope, expires } => {
                let entry = Naming { scope: *scope, expires: *expires };
                actions::restore_and_allow(&mut desk, named, also, entry, &mut work).map(Ended::Acted)
            }
            Task::Block(ids, scope, expires) => {
                let entry = Naming { scope: *scope, expires: *expires };
                actions::block(&mut desk, ids, entry, &mut work).map(Ended::Acted)
            }
            Task::Quarantine(ids) => actions::quarantine_by_hand(&mut desk, ids, &mut work).map(Ended::Acted),
            Task::Undo(ids) => actions::undo(&mut desk, ids, &mut work).map(Ended::Acted),
            Task::Delete(ids) => actions::delete(&mut desk, ids, &mut work).map(Ended::Acted),
            Task::Empty => actions::empty(&mut desk, &mut work).map(Ended::Acted),
        }?;
        self.mailbox = Some((mailbox, Instant::now()));
        Ok(ended)
    }
}

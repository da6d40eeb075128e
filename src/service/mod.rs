//! The work behind the window: sync, judging, actions. Commands in, events out.
//!
//! ```text
//!  window / command line ──Command──▶ core (one thread, async) ──Job──▶ worker (one thread per account)
//!          ▲                             │  reads lists from store          │  mail + store + engine
//!          └───────────Event─────────────┴──────────────◀───────────────────┘
//! ```
//!
//! `core` never touches a mailbox and a worker never touches another account's. Lists are read by `core`
//! through its own database connection, so that they answer while a sync runs. The command line calls the
//! same functions ([`once`]) without the threads.
//!
//! Uses `mail`, `store`, `account`, `knowledge` and `engine`. A new wish is a [`Command`], a new kind of news an
//! [`Event`], new work on an account a `Task` in `worker` and a function on a [`desk::Desk`].

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::unwrap_used))]

pub mod actions;
pub mod bounces;
pub mod command;
pub mod connect;
mod core;
pub mod decisions;
pub mod demo;
pub mod desk;
pub mod event;
pub mod exchange;
pub mod groups;
mod intake;
pub mod judging;
pub mod known;
mod line;
pub mod mend;
pub mod news;
pub mod once;
mod pace;
mod plan;
pub mod preview;
pub mod problem;
pub mod queries;
mod repair;
pub mod retention;
pub mod save;
pub mod scan;
mod schedule;
pub mod search;
pub mod senders;
pub mod sync;
mod triage;
mod unread;
mod watch;
pub mod work;
mod worker;
mod writing;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use jiff::Timestamp;
use tokio::sync::mpsc;

pub use command::{Command, Secret};
pub use event::Event;
pub use problem::ServiceError;

use crate::account::{Credentials, Login, Paths};
use crate::store::Store;

/// Commands that may wait; the window keeps what does not fit and tries again.
const COMMANDS: usize = 256;

/// Takes events to whoever listens. Returns `false` when nobody does any more. May wait for a slow
/// listener: called from the service's own threads only.
pub type EventSink = Arc<dyn Fn(Event) -> bool + Send + Sync>;

/// Where the service keeps what it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// The person's own data folder, or `LAZARET_DATA` where that is set.
    pub fn own() -> Result<Place, ServiceError> {
        Ok(Place { folder: Paths::find().map_err(|e| ServiceError::Settings(e.to_string()))?.data })
    }

    /// A folder of the caller's choice, for the demo and for tests.
    pub fn at(folder: impl Into<PathBuf>) -> Place {
        Place { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Opens the database there, creating both where they are missing.
    pub fn open(&self) -> Result<Store, ServiceError> {
        Ok(Store::open(&self.database())?)
    }

    /// The file of the database.
    fn database(&self) -> PathBuf {
        self.folder.join("lazaret.db")
    }
}

/// How the service starts.
#[derive(Clone)]
pub struct Options {
    /// Where to keep what it knows.
    pub place: Place,
    /// Open the demo mailbox at once.
    pub demo: bool,
    /// Sync all accounts at the start and every few minutes.
    pub automatic: bool,
    /// Where passwords are kept.
    pub credentials: Arc<Credentials>,
    /// How the program starts with the desktop session, where the person may choose that.
    pub login: Option<Login>,
}

/// The running service. Dropping it ends it after the step at hand.
pub struct Service {
    commands: mpsc::Sender<Command>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    /// Opens the database and starts the threads. Fails before any thread starts where the database can't
    /// be used. A damaged one is set aside and replaced, which the first events say.
    pub fn start(options: Options, sink: EventSink) -> Result<Service, ServiceError> {
        let (store, mended) = match options.place.open() {
            Err(error) if mend::is_damage(&error) => {
                let mended = mend::mend(&options.place, Timestamp::now())?;
                (options.place.open()?, mended)
            }
            opened => (opened?, None),
        };
        let (commands, queue) = mpsc::channel(COMMANDS);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|e| ServiceError::Settings(format!("the service could not start: {e}")))?;
        let thread = std::thread::Builder::new()
            .name("service".to_owned())
            .spawn(move || runtime.block_on(core::Core::new(options, store, mended, sink).run(queue)))
            .map_err(|e| ServiceError::Settings(format!("the service could not start: {e}")))?;
        Ok(Service { commands, thread: Some(thread) })
    }

    /// Where commands go. Sending never waits with `try_send`.
    pub fn commands(&self) -> mpsc::Sender<Command> {
        self.commands.clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // A full queue is read to its end; the closed channel then ends the loop.
        let _ = self.commands.try_send(Command::Quit);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the service ended in a panic");
        }
    }
}

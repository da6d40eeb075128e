//! SQLite: the quarantine index, the sent ledger, senders, the journal. The only place with SQL.
//!
//! [`Store`] is one connection; each thread opens its own on the same file (WAL: readers never wait for
//! the writer). Rows come out as types of this module or of the engine; the service turns them into what
//! the window shows. Names neither `mail`, `account`, `service` nor `gui`.
//!
//! One file per family of tables. A new query goes beside its table, and into the plan test in `tests.rs`
//! where the window asks it. A change of the schema is a new file in `schema/`.

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::unwrap_used))]

mod accounts;
mod dealt;
mod decisions;
mod error;
mod folders;
mod found;
mod hashes;
mod journal;
mod lists;
mod mend;
mod messages;
mod notes;
mod overview;
mod places;
mod retention;
mod row;
mod saving;
mod schema;
mod search;
mod senders;
mod sent;
mod sources;
#[cfg(test)]
mod tests;

pub use accounts::{AccountId, StoredAccount};
pub use decisions::{Choice, Decision, Taken};
pub use error::StoreError;
pub use folders::{FolderMark, FolderSnapshot};
pub use hashes::StoredHashList;
pub use journal::{ActionId, ActionKind, ActionState, Actor, Finished, NewAction, StoredAction};
pub use lists::{Page, StoreGroup, StoreQuery, StoreShelf, StoreSort, StoreWithin};
pub use mend::Mended;
pub use messages::{Holding, MessageId, NewMessage, Spot, StoredMessage, StoredRow};
pub use notes::StoredNote;
pub use overview::{Overview, StormServer};
pub use search::{StoreField, StoreSearch, StoreTest};
pub use senders::StoredSender;
pub use sent::{AccountLedger, NewSent};
pub use sources::{Sha256, sha256};

use std::cell::RefCell;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// How long a statement waits for another connection's write.
const BUSY: Duration = Duration::from_secs(10);

/// One connection to the database. `Send`, not `Sync`: each thread opens its own.
pub struct Store {
    conn: Connection,
    path: PathBuf,
    /// For the lists alone.
    walks: RefCell<found::Walks>,
}

impl Store {
    /// Opens the database, creating file and folder where they are missing (readable by their owner
    /// only) and bringing an older schema up to date.
    ///
    /// # Errors
    /// A file that is no database, that belongs to another program, or that a newer Lazaret wrote is
    /// refused and left byte for byte as it was.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        Store::open_waiting(path, BUSY)
    }

    /// [`Store::open`] with another bound on waiting for other connections.
    pub fn open_waiting(path: &Path, wait: Duration) -> Result<Store, StoreError> {
        mend::finish_swap(path).map_err(|e| StoreError::from_io(path, &e))?;
        prepare(path)?;
        let fail = |e: &rusqlite::Error| StoreError::from_sqlite(path, e);
        let conn = Connection::open(path).map_err(|e| fail(&e))?;
        inspect(&conn, path, wait)?;
        configure(&conn).map_err(|e| fail(&e))?;
        let mut store = Store { conn, path: path.to_owned(), walks: RefCell::default() };
        store.migrate()?;
        store.index_due()?;
        Ok(store)
    }

    /// A database in memory that belongs to nobody: it stands in while the real one is replaced.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn stand_in() -> Result<Store, StoreError> {
        let path = PathBuf::new();
        let conn = Connection::open_in_memory().map_err(|e| StoreError::from_sqlite(&path, &e))?;
        let mut store = Store { conn, path, walks: RefCell::default() };
        store.migrate()?;
        Ok(store)
    }

    /// Another connection to the same file, for another thread.
    pub fn another(&self) -> Result<Store, StoreError> {
        Store::open(&self.path)
    }

    /// Reads the whole file for contradictions. Takes seconds per gigabyte: call it in the background.
    pub fn check(&self) -> Result<(), StoreError> {
        let says: String = self.read(|c| c.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        if says == "ok" { Ok(()) } else { Err(StoreError::Damaged { path: self.path.clone(), says }) }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        if version(&self.conn).map_err(|e| self.fail(&e))? == schema::VERSION {
            return Ok(());
        }
        let result = schema::MIGRATIONS.to_latest(&mut self.conn);
        if let Err(error) = result {
            // Another connection may have brought it up to date in the same moment.
            if version(&self.conn).is_ok_and(|v| v == schema::VERSION) {
                return Ok(());
            }
            return Err(match error {
                rusqlite_migration::Error::RusqliteError { err, .. } => self.fail(&err),
                other => StoreError::Other { path: self.path.clone(), says: other.to_string() },
            });
        }
        self.conn.pragma_update(None, "application_id", schema::APPLICATION_ID).map_err(|e| self.fail(&e))
    }

    fn fail(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::from_sqlite(&self.path, error)
    }

    /// Runs a query.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        work(&self.conn).map_err(|e| self.fail(&e))
    }

    /// Runs `work` in one transaction: all of it is written, or nothing.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let run = || {
            let tx = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        };
        run().map_err(|e| self.fail(&e))
    }

    /// [`Store::write`] that has reached the disk when it returns, for what must survive a power cut:
    /// synchronous NORMAL alone may lose the last transactions of a WAL, never its consistency.
    fn write_durably<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.read(|c| c.pragma_update(None, "synchronous", "FULL"))?;
        let result = self.write(work);
        self.read(|c| c.pragma_update(None, "synchronous", "NORMAL"))?;
        result
    }
}

/// Makes folder and file where they are missing and refuses a file that is no SQLite database before
/// SQLite sees it.
fn prepare(path: &Path) -> Result<(), StoreError> {
    let fail = |e: std::io::Error| StoreError::from_io(path, &e);
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(fail)?;
    }
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(fail)?;
    let mut head = Vec::new();
    file.take(16).read_to_end(&mut head).map_err(fail)?;
    if head.is_empty() || head == b"SQLite format 3\0" {
        Ok(())
    } else {
        Err(StoreError::Damaged { path: path.to_owned(), says: "it is not a database".into() })
    }
}

/// Refuses what this program must not touch; changes nothing.
fn inspect(conn: &Connection, path: &Path, wait: Duration) -> Result<(), StoreError> {
    let fail = |e: rusqlite::Error| StoreError::from_sqlite(path, &e);
    conn.busy_timeout(wait).map_err(fail)?;
    // Until the file is known to be ours, closing must not fold its WAL into it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fail)?;
    let found = version(conn).map_err(fail)?;
    if found > schema::VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: schema::VERSION });
    }
    let id: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(fail)?;
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(fail)?;
    if found < 0 || (id != schema::APPLICATION_ID && id != 0) || (found == 0 && tables > 0) {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(fail)?;
    Ok(())
}

fn configure(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -16_000)?;
    conn.pragma_update(None, "journal_size_limit", 32 << 20)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0))
}

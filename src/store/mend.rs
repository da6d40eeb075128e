//! A damaged database is set aside, and a new one takes its place with all that can still be read of what no
//! server knows: accounts, entries, decisions, choices, the journal. Everything else is read from the servers anew.
//!
//! The new database is written beside the old one first. A crash at any step leaves one of the two in place.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Row, params};

use super::{Choice, Decision, Sha256, Store, StoreError, StoredSender, Taken, row, senders};
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};

/// Length of a database's header (sqlite.org/fileformat2, 1.3).
const HEADER: usize = 100;

/// What became of a damaged database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mended {
    /// What was wrong with it.
    pub says: String,
    /// Where it is now.
    pub aside: PathBuf,
    /// Accounts that were carried over.
    pub accounts: u64,
    /// Entries and decisions that were carried over.
    pub taken: Taken,
    /// Lines of the journal that were carried over.
    pub actions: u64,
    /// What could not be read to its end, in words; some of it may be lost.
    pub torn: Vec<&'static str>,
}

/// What could be read of a damaged database.
#[derive(Default)]
struct Remains {
    accounts: Vec<(i64, String, String, i64)>,
    senders: Vec<StoredSender>,
    decisions: Vec<Decision>,
    options: Vec<(String, String)>,
    actions: Vec<OldAction>,
    torn: Vec<&'static str>,
}

/// A line of the journal, its columns as they were.
struct OldAction {
    account: i64,
    columns: Vec<rusqlite::types::Value>,
}

const ACTION_COLUMNS: &str =
    "kind, state, actor, message_id, sha256, from_folder, from_uid_validity, from_uid,
    to_folder, to_uid_validity, to_uid, at, ended, says, error";

impl Store {
    /// Looks at the database once more and, where it is damaged, sets it aside and puts a new one in its
    /// place. `None` where it is sound: another process was faster. Every connection of this process to it
    /// must be closed. Takes seconds per gigabyte.
    ///
    /// # Errors
    /// Where files can't be moved or written; the damaged database then stays where it is.
    pub fn mend(path: &Path, now: Timestamp) -> Result<Option<Mended>, StoreError> {
        let fail = |e: std::io::Error| StoreError::from_io(path, &e);
        let guard = File::create(beside(path, ".lock")).map_err(fail)?;
        guard.lock().map_err(fail)?;
        let says = match Store::open(path).and_then(|store| store.check()) {
            Ok(()) => return Ok(None),
            Err(StoreError::Damaged { says, .. }) => says,
            Err(other) => return Err(other),
        };
        let new = beside(path, ".new");
        remove(&new).map_err(fail)?;
        let mut mended = fill(&new, remains(path, &new)?)?;
        let stamp = now.strftime("%Y%m%d-%H%M%S").to_string();
        let mut aside = beside(path, &format!(".damaged-{stamp}"));
        for n in 2..1_000 {
            if !aside.exists() {
                break;
            }
            aside = beside(path, &format!(".damaged-{stamp}-{n}"));
        }
        // Its log first: beside a new database it would be taken for that one's.
        move_if_there(&beside(path, "-wal"), &beside(&aside, "-wal")).map_err(fail)?;
        remove(&beside(path, "-shm")).map_err(fail)?;
        move_if_there(path, &aside).map_err(fail)?;
        fs::rename(&new, path).map_err(fail)?;
        mended.says = says;
        mended.aside = aside;
        Ok(Some(mended))
    }
}

/// Finishes what a crash cut off between setting the damaged database aside and putting the new one in its place.
pub(super) fn finish_swap(path: &Path) -> std::io::Result<()> {
    if path.exists() { Ok(()) } else { move_if_there(&beside(path, ".new"), path) }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn move_if_there(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.exists() { fs::rename(from, to) } else { Ok(()) }
}

/// Removes a database with what belongs to it.
fn remove(path: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        match fs::remove_file(beside(path, end)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

/// Reads what can be read; a database of which nothing can is no error. A header that was written over is
/// replaced, in a copy at `scratch`.
fn remains(path: &Path, scratch: &Path) -> Result<Remains, StoreError> {
    if let Some(remains) = read_all(path) {
        return Ok(remains);
    }
    let fail = |e: std::io::Error| StoreError::from_io(path, &e);
    // A header as this program writes it: from a new database.
    drop(Store::open(scratch)?);
    let mut header = [0; HEADER];
    File::open(scratch).and_then(|mut f| f.read_exact(&mut header)).map_err(fail)?;
    remove(scratch).map_err(fail)?;
    // No list of free pages, and a count of changes that says: take the number of pages from the file's size.
    header[24..40].fill(0);
    header[92..96].copy_from_slice(&1u32.to_be_bytes());
    fs::copy(path, scratch).map_err(fail)?;
    let mut copy = File::options().write(true).open(scratch).map_err(fail)?;
    copy.seek(SeekFrom::Start(0)).and_then(|_| copy.write_all(&header)).map_err(fail)?;
    drop(copy);
    let wal = beside(path, "-wal");
    if wal.exists() {
        fs::copy(&wal, beside(scratch, "-wal")).map_err(fail)?;
    }
    let found = read_all(scratch);
    remove(scratch).map_err(fail)?;
    Ok(found.unwrap_or_else(|| Remains { torn: vec!["everything"], ..Remains::default() }))
}

/// Reads what can be read; `None` where not even the accounts' table is found.
fn read_all(path: &Path) -> Option<Remains> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).ok()?;
    // The list of tables is then used as far as it can be read, and the file's size counts, not the header's.
    conn.pragma_update(None, "writable_schema", true).ok()?;
    conn.prepare("SELECT id FROM accounts").ok()?;
    let mut remains = Remains::default();
    let mut torn = Vec::new();
    let mut note = |whole: bool, what: &'static str| {
        if !whole && !torn.contains(&what) {
            torn.push(what);
        }
    };
    let (accounts, whole) = gather(&conn, "SELECT id, name, settings, created FROM accounts", "id", |row| {
        let settings: String = row.get(2)?;
        serde_json::from_str::<serde_json::Value>(&settings).map_err(|e| row::bad(2, e.to_string()))?;
        Ok((row.get(0)?, row.get(1)?, settings, row.get(3)?))
    });
    note(whole, "accounts");
    remains.accounts = accounts;
    let (senders, whole) = gather(
        &conn,
        "SELECT id, rule, scope, value, expires, added, origin FROM senders",
        "id",
        sound_sender,
    );
    note(whole, "allow and block entries");
    remains.senders = senders;
    let (options, whole) =
        gather(&conn, "SELECT name, value FROM options", "name", |row| Ok((row.get(0)?, row.get(1)?)));
    note(whole, "settings of the program");
    remains.options = options;
    let (actions, whole) =
        gather(&conn, &format!("SELECT account, {ACTION_COLUMNS} FROM actions"), "id", |row| {
            let columns = (1..=15).map(|at| row.get(at)).collect::<Result<_, _>>()?;
            Ok(OldAction { account: row.get(0)?, columns })
        });
    note(whole, "the list of what was done");
    remains.actions = actions;
    let names: BTreeMap<i64, String> = remains.accounts.iter().map(|a| (a.0, a.1.clone())).collect();
    for whole in decisions(&conn, &names, &mut remains.decisions) {
        note(whole, "decisions about mail");
    }
    remains.torn = torn;
    Some(remains)
}

/// Reads a table from its front and, where that is cut short, from its back. A row that makes no sense is left out.
fn gather<T>(
    conn: &Connection,
    select: &str,
    key: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> (Vec<T>, bool) {
    let mut found = Vec::new();
    let mut whole = true;
    let mut run = |sql: String| -> rusqlite::Result<()> {
        let mut statement = conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            match read(row) {
                Ok(value) => found.push(value),
                Err(_) => whole = false,
            }
        }
        Ok(())
    };
    if let Err(error) = run(format!("{select} ORDER BY {key}")) {
        // A table that an older version does not have is no loss.
        let listed = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
        if listed.is_err() || !error.to_string().contains("no such table") {
            // The two ways meet nowhere: the damaged page lies between them.
            let _ = run(format!("{select} ORDER BY {key} DESC"));
            whole = false;
        }
    }
    (found, whole)
}

fn sound_sender(row: &Row<'_>) -> rusqlite::Result<StoredSender> {
    let scope = row::word(row, 2, SenderScope::from_word)?;
    let value: String = row.get(3)?;
    let value = SenderEntry::normal(scope, &value).ok_or_else(|| row::bad(3, "no value of this scope"))?;
    let rule = row::word(row, 1, SenderRule::from_word)?;
    Ok(StoredSender {
        id: row.get(0)?,
        entry: SenderEntry { rule, scope, value, expires: row::time_or_none(row, 4)? },
        added: row::time(row, 5)?,
        origin: row.get(6)?,
    })
}

/// Reads decisions about mail into `found`; says for each table whether all of it could be read.
fn decisions(conn: &Connection, names: &BTreeMap<i64, String>, found: &mut Vec<Decision>) -> [bool; 5] {
    let decision = |row: &Row<'_>, choice: Choice, at: Timestamp| -> rusqlite::Result<Decision> {
        let account: i64 = row.get(0)?;
        Ok(Decision {
            account: names.get(&account).cloned().ok_or_else(|| row::bad(0, "no such account"))?,
            message_id: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            sha256: row.get::<_, Sha256>(2)?,
            size: row.get::<_, Option<i64>>(3)?.and_then(|n| u64::try_from(n).ok()),
            choice,
            at,
        })
    };
    let mut take = |(rows, whole): (Vec<Decision>, bool)| {
        found.extend(rows);
        whole
    };
    let kept = take(gather(
        conn,
        "SELECT account, message_id, sha256, NULL, at FROM restored",
        "account, sha256, message_id",
        |row| decision(row, Choice::Keep, row::time(row, 4)?),
    ));
    // A restore that was cut off is a decision already.
    let begun = take(gather(
        conn,
        "SELECT account, message_id, sha256, NULL, at FROM actions WHERE kind = 'restore'
         AND state IN ('intended', 'begun') AND sha256 IS NOT NULL",
        "id",
        |row| decision(row, Choice::Keep, row::time(row, 4)?),
    ));
    let held = take(gather(
        conn,
        "SELECT account, message_id, sha256, size, from_folder, judged FROM messages NOT INDEXED
         WHERE holding = 'held' AND sha256 IS NOT NULL AND from_folder <> folder",
        "id",
        |row| decision(row, Choice::Quarantine(row.get(4)?), row::time(row, 5)?),
    ));
    let waiting = take(gather(
        conn,
        "SELECT account, message_id, sha256, size, kind, value, at FROM remembered",
        "account, sha256, message_id, kind, value",
        |row| {
            let choice = row::word(row, 4, |w| Choice::from_word(w, String::new()))?;
            let value = row.get(5)?;
            let choice = Choice::from_word(choice.word(), value).unwrap_or(choice);
            decision(row, choice, row::time(row, 6)?)
        },
    ));
    let (marks, mut dealt) =
        gather(conn, "SELECT message, recipient, at FROM dealt", "message, recipient", |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row::time(row, 2)?))
        });
    for (message, recipient, at) in marks {
        let read = conn.query_row(
            "SELECT account, message_id, sha256, size FROM messages WHERE id = ?1 AND sha256 IS NOT NULL",
            [message],
            |row| decision(row, Choice::Dealt(recipient), at),
        );
        match read {
            Ok(one) => found.push(one),
            // Bytes that were never seen can't be known again.
            Err(rusqlite::Error::QueryReturnedNoRows) => {}
            Err(_) => dealt = false,
        }
    }
    [kept, begun, held, waiting, dealt]
}

/// Makes the new database with what remains.
fn fill(path: &Path, remains: Remains) -> Result<Mended, StoreError> {
    let store = Store::open(path)?;
    let mut mended = Mended { torn: remains.torn, ..Mended::default() };
    store.write_durably(|tx| {
        for (id, name, settings, created) in &remains.accounts {
            mended.accounts += tx.execute(
                "INSERT OR IGNORE INTO accounts (id, name, settings, created) VALUES (?1, ?2, ?3, ?4)",
                params![id, name, settings, created],
            )? as u64;
        }
        for (name, value) in &remains.options {
            tx.execute("INSERT OR IGNORE INTO options (name, value) VALUES (?1, ?2)", [name, value])?;
        }
        for sender in &remains.senders {
            senders::put(tx, &sender.entry, &sender.origin, sender.added)?;
            mended.taken.senders += 1;
        }
        // Their messages have other keys in a new database, so that none can be undone; what is unfinished is
        // repaired all the same, by Message-ID and sum.
        let mut insert = tx.prepare(&format!(
            "INSERT OR IGNORE INTO actions (account, {ACTION_COLUMNS})
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16
             WHERE EXISTS (SELECT 1 FROM accounts WHERE id = ?1)"
        ))?;
        for action in &remains.actions {
            let mut values: Vec<&dyn rusqlite::ToSql> = vec![&action.account];
            values.extend(action.columns.iter().map(|v| v as &dyn rusqlite::ToSql));
            // A line that makes no sense any more is left out.
            mended.actions += insert.execute(values.as_slice()).unwrap_or(0) as u64;
        }
        Ok(())
    })?;
    let taken = store.take_decisions(&[], &remains.decisions)?;
    mended.taken = Taken { senders: mended.taken.senders, ..taken };
    Ok(mended)
}

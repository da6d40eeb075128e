//! A Maildir with sub-folders (Maildir++) as a mailbox: the demo's, and that of a person whose mail is
//! fetched by another program.
//!
//! INBOX is the root; `.Sent` beside its `cur` is the folder `Sent`. Flags stand in the file name
//! (`:2,FS`), INTERNALDATE is the file's modification time, and a move is a hard link and an unlink, so
//! that flags, date and bytes cannot change. What a Maildir lacks, stable UIDs, is kept per folder in
//! [`index`].

mod index;

use std::fs::{self, File, FileTimes};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use jiff::Timestamp;

use self::index::Index;
use super::{
    Depth, Fetched, Folder, FolderRole, FolderState, MAX_MESSAGE, MailError, Mailbox, MoveMeans, Moved,
    Place, Unreadable, folders, names,
};

/// Parts the unique name from the flags. Windows allows no colon in a file name.
const INFO: char = if cfg!(windows) { ';' } else { ':' };

/// Letters of the file name and the IMAP flags they stand for.
const FLAGS: &[(char, &str)] = &[
    ('D', "\\Draft"),
    ('F', "\\Flagged"),
    ('P', "$Forwarded"),
    ('R', "\\Answered"),
    ('S', "\\Seen"),
    ('T', "\\Deleted"),
];

/// A header longer than this is cut.
const MAX_HEADER: u64 = 1 << 20;

/// A Maildir++ tree.
#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
    open: Option<(String, Index)>,
}

impl Maildir {
    /// Opens a Maildir that exists.
    ///
    /// # Errors
    /// [`MailError::File`] where `path` has no `cur`.
    pub fn open(path: impl Into<PathBuf>) -> Result<Maildir, MailError> {
        let root = path.into();
        if !root.join("cur").is_dir() {
            return Err(MailError::File {
                path: root.display().to_string(),
                says: "this is no Maildir: it has no folder named cur".into(),
            });
        }
        Ok(Maildir { root, open: None })
    }

    /// Makes a Maildir at `path`, with an empty INBOX; opens it where it exists already.
    ///
    /// # Errors
    /// [`MailError::File`] where the folders can't be made.
    pub fn create(path: impl Into<PathBuf>) -> Result<Maildir, MailError> {
        let root = path.into();
        make_folder(&root)?;
        Ok(Maildir { root, open: None })
    }

    /// Its folder on the disk.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Puts a message into `folder`, which is made where it is missing. `received` becomes its
    /// INTERNALDATE; without `flags` it is new mail that no program has seen. Flags that a Maildir can't
    /// keep are left out.
    ///
    /// # Errors
    /// [`MailError::File`] where it can't be written, [`MailError::Folder`] for an impossible name.
    pub fn deliver(
        &mut self,
        folder: &str,
        bytes: &[u8],
        received: Timestamp,
        flags: &[&str],
    ) -> Result<(), MailError> {
        let dir = self.directory(folder)?;
        make_folder(&dir)?;
        let name = unique_name(received, bytes.len());
        let temporary = dir.join("tmp").join(&name);
        let write = || -> std::io::Result<()> {
            let mut file = File::options().write(true).create_new(true).open(&temporary)?;
            file.write_all(bytes)?;
            let date = SystemTime::try_from(received).map_err(std::io::Error::other)?;
            file.set_times(FileTimes::new().set_modified(date))?;
            let target = if flags.is_empty() {
                dir.join("new").join(&name)
            } else {
                dir.join("cur").join(format!("{name}{INFO}2,{}", letters_of(flags)))
            };
            fs::rename(&temporary, target)
        };
        write().map_err(|e| {
            // Only the unfinished copy goes; the caller still holds the bytes.
            let _ = fs::remove_file(&temporary);
            file_error(&temporary, &e)
        })
    }

    /// The directory of a folder.
    fn directory(&self, folder: &str) -> Result<PathBuf, MailError> {
        if folder.eq_ignore_ascii_case("INBOX") {
            return Ok(self.root.clone());
        }
        let bad = folder.is_empty()
            || folder.starts_with('.')
            || folder.ends_with('.')
            || folder.contains("..")
            || folder.contains(|c: char| matches!(c, '/' | '\\' | ':') || c.is_control());
        if bad {
            return Err(no_folder(folder, "this can't be the name of a Maildir folder"));
        }
        Ok(self.root.join(directory_name(folder)))
    }

    /// The index of a folder, brought up to date with the disk.
    fn scan(&self, folder: &str) -> Result<Index, MailError> {
        let dir = self.directory(folder)?;
        if !dir.join("cur").is_dir() {
            return Err(no_folder(folder, "it is not there"));
        }
        Index::scan(&dir)
    }

    /// The open folder's name and index.
    fn current(&self) -> Result<&(String, Index), MailError> {
        self.open.as_ref().ok_or_else(|| no_folder("", "no folder was opened"))
    }

    /// Moves one file; `Ok(None)` where it is gone. Returns the unique name that it has there.
    fn move_file(entry: &index::Entry, target: &Path) -> Result<Option<String>, MailError> {
        let place = target.join(if entry.fresh { "new" } else { "cur" });
        let mut unique = entry.unique.clone();
        for attempt in 1..=100 {
            let file_name = format!("{unique}{}", entry.info);
            let there = place.join(names_to_os(&file_name));
            // A hard link never replaces what is there, and both names show the same message meanwhile.
            match fs::hard_link(&entry.path, &there) {
                Ok(()) => {
                    fs::remove_file(&entry.path).map_err(|e| file_error(&entry.path, &e))?;
                    return Ok(Some(unique));
                }
                Err(e) if e.kind() == std::io::ErrorKind::NotFound && !entry.path.exists() => {
                    return Ok(None);
                }
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists || there.exists() => {
                    unique = format!("{}.{attempt}", entry.unique);
                }
                // A file system without hard links.
                Err(_) => {
                    fs::rename(&entry.path, &there).map_err(|e| file_error(&entry.path, &e))?;
                    return Ok(Some(unique));
                }
            }
        }
        Err(MailError::File {
            path: entry.path.display().to_string(),
            says: "no free name was found for it in the other folder".into(),
        })
    }
}

impl Mailbox for Maildir {
    fn folders(&mut self) -> Result<Vec<Folder>, MailError> {
        let mut found = vec![Folder {
            name: "INBOX".into(),
            display: "INBOX".into(),
            role: FolderRole::Inbox,
            selectable: true,
        }];
        let entries = fs::read_dir(&self.root).map_err(|e| file_error(&self.root, &e))?;
        for entry in entries {
            let entry = entry.map_err(|e| file_error(&self.root, &e))?;
            let name = os_to_names(&entry.file_name());
            let Some(name) = name.strip_prefix('.') else { continue };
            if !name.is_empty() && self.directory(name).is_ok() && entry.path().join("cur").is_dir() {
                let display = names::display_of(name);
                found.push(Folder {
                    name: name.to_owned(),
                    display,
                    role: FolderRole::Other,
                    selectable: true,
                });
            }
        }
        folders::settle(&mut found, Some('.'));
        Ok(found)
    }

    fn open(&mut self, folder: &str) -> Result<FolderState, MailError> {
        let index = self.scan(folder)?;
        let dir = self.directory(folder)?;
        let state = FolderState {
            uid_validity: Some(index.validity),
            uid_next: Some(index.next),
            exists: u32::try_from(index.entries.len()).unwrap_or(u32::MAX),
            read_only: fs::metadata(dir.join("cur")).is_ok_and(|m| m.permissions().readonly()),
            modseq: None,
        };
        self.open = Some((folder.to_owned(), index));
        Ok(state)
    }

    fn uids(&mut self, from: u32) -> Result<Vec<u32>, MailError> {
        let folder = self.current()?.0.clone();
        let index = self.scan(&folder)?;
        let uids = index.entries.range(from..).map(|(&uid, _)| uid).collect();
        self.open = Some((folder, index));
        Ok(uids)
    }

    fn fetch(
        &mut self,
        uids: &[u32],
        depth: Depth,
        each: &mut dyn FnMut(Fetched) -> bool,
    ) -> Result<Vec<Unreadable>, MailError> {
        let folder = self.current()?.0.clone();
        let mut index = self.scan(&folder)?;
        let mut unreadable = Vec::new();
        for &uid in uids {
            let mut answer = index.entries.get(&uid).map(|entry| read_message(entry, depth));
            if answer
                .as_ref()
                .is_some_and(|a| matches!(a, Err(e) if e.kind() == std::io::ErrorKind::NotFound))
            {
                // Another program renamed it to change its flags.
                index = self.scan(&folder)?;
                answer = index.entries.get(&uid).map(|entry| read_message(entry, depth));
            }
            match answer {
                None => {}
                Some(Ok((flags, received, size, bytes))) => {
                    let cut = depth == Depth::Whole && size > bytes.len() as u64;
                    let go_on = each(Fetched { uid, flags, received, size: Some(size), bytes, cut });
                    if !go_on {
                        break;
                    }
                }
                Some(Err(e)) => unreadable.push(Unreadable { uid, why: format!("it can't be read: {e}") }),
            }
        }
        self.open = Some((folder, index));
        Ok(unreadable)
    }

    fn create(&mut self, folder: &str) -> Result<(), MailError> {
        let dir = self.directory(folder)?;
        make_folder(&dir)?;
        if dir != self.root {
            let marker = dir.join("maildirfolder");
            File::options().create(true).append(true).open(&marker).map_err(|e| file_error(&marker, &e))?;
        }
        Ok(())
    }

    fn move_means(&self) -> MoveMeans {
        MoveMeans::Move
    }

    fn move_messages(&mut self, from: &str, uids: &[u32], to: &str) -> Result<Vec<(u32, Moved)>, MailError> {
        let source = self.scan(from)?;
        self.scan(to)?;
        let (from_dir, to_dir) = (self.directory(from)?, self.directory(to)?);
        if from_dir == to_dir {
            let why = "it is in that folder already";
            return Ok(uids.iter().map(|&uid| (uid, Moved::Stays(why.into()))).collect());
        }
        // Another program may have left it without `new`.
        make_folder(&to_dir)?;
        let mut moved = Vec::with_capacity(uids.len());
        for &uid in uids {
            let unique = match source.entries.get(&uid) {
                Some(entry) => Self::move_file(entry, &to_dir)?,
                None => None,
            };
            moved.push((uid, unique));
        }
        for dir in [&from_dir, &to_dir] {
            sync_folder(dir);
        }
        let target = self.scan(to)?;
        self.scan(from)?;
        let places = target.by_unique();
        Ok(moved
            .into_iter()
            .map(|(uid, unique)| match unique {
                None => (uid, Moved::Gone),
                Some(unique) => {
                    let place =
                        places.get(unique.as_str()).map(|&uid| Place { uid_validity: target.validity, uid });
                    (uid, Moved::Done(place))
                }
            })
            .collect())
    }

    fn remove(&mut self, folder: &str, uids: &[u32]) -> Result<Vec<(u32, String)>, MailError> {
        let index = self.scan(folder)?;
        let mut left = Vec::new();
        for uid in uids {
            let Some(entry) = index.entries.get(uid) else { continue };
            match fs::remove_file(&entry.path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => left.push((*uid, e.to_string())),
                _ => {}
            }
        }
        sync_folder(&self.directory(folder)?);
        Ok(left)
    }

    fn find(&mut self, folder: &str, message_id: &str) -> Result<Vec<u32>, MailError> {
        let index = self.scan(folder)?;
        let mut found = Vec::new();
        for (&uid, entry) in &index.entries {
            let Ok((.., header)) = read_message(entry, Depth::Header) else { continue };
            let parsed = mail_parser::MessageParser::default().parse_headers(header.as_slice());
            if parsed.is_some_and(|m| m.message_id() == Some(message_id)) {
                found.push(uid);
            }
        }
        Ok(found)
    }

    fn quarantine_folder(&mut self) -> Result<String, MailError> {
        Ok(folders::QUARANTINE.to_owned())
    }
}

/// Flags, date, size and bytes of one message.
type Stored = (Vec<String>, Option<Timestamp>, u64, Vec<u8>);

/// Reads one message, or its header.
fn read_message(entry: &index::Entry, depth: Depth) -> std::io::Result<Stored> {
    let file = File::open(&entry.path)?;
    let meta = file.metadata()?;
    let received = meta.modified().ok().and_then(|t| Timestamp::try_from(t).ok());
    let mut bytes = Vec::new();
    match depth {
        Depth::Header => {
            let mut reader = BufReader::new(file).take(MAX_HEADER);
            loop {
                let start = bytes.len();
                let read = reader.read_until(b'\n', &mut bytes)?;
                let line = bytes.get(start..).unwrap_or_default();
                if read == 0 || line == b"\n" || line == b"\r\n" {
                    break;
                }
            }
        }
        Depth::Whole => {
            file.take(MAX_MESSAGE as u64).read_to_end(&mut bytes)?;
        }
    }
    Ok((flags_of(&entry.info), received, meta.len(), bytes))
}

/// The IMAP flags that the letters of `info` (`:2,FS`) stand for.
fn flags_of(info: &str) -> Vec<String> {
    let letters = info.get(1..).and_then(|rest| rest.strip_prefix("2,")).unwrap_or_default();
    FLAGS.iter().filter(|(letter, _)| letters.contains(*letter)).map(|(_, f)| (*f).to_owned()).collect()
}

/// The letters of IMAP flags, in the order that the file name wants.
fn letters_of(flags: &[&str]) -> String {
    FLAGS
        .iter()
        .filter(|(_, flag)| flags.iter().any(|f| f.eq_ignore_ascii_case(flag)))
        .map(|(letter, _)| *letter)
        .collect()
}

/// A file name that no other delivery of this machine has. The date leads, so that names sort by it.
fn unique_name(received: Timestamp, size: usize) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let now = Timestamp::now();
    format!(
        "{}.M{}P{}Q{count}.lazaret,S={size}",
        received.as_second().max(0),
        now.as_microsecond(),
        std::process::id()
    )
}

/// Makes a folder with its three parts, or those that it lacks. `cur`, by which a folder is known, comes last: one that
/// was stopped halfway is none.
fn make_folder(dir: &Path) -> Result<(), MailError> {
    for part in ["tmp", "new", "cur"] {
        let path = dir.join(part);
        fs::create_dir_all(&path).map_err(|e| file_error(&path, &e))?;
    }
    Ok(())
}

/// Brings renames in a folder to the disk, where the system can.
fn sync_folder(dir: &Path) {
    for part in ["cur", "new"] {
        // A system that can't open a directory (Windows) orders renames by itself.
        if let Ok(handle) = File::open(dir.join(part)) {
            let _ = handle.sync_all();
        }
    }
}

/// The directory of a folder's key.
fn directory_name(folder: &str) -> PathBuf {
    names_to_os(&format!(".{folder}")).into()
}

/// A file name as text that keeps every byte (see [`names::key_of`]).
fn os_to_names(name: &std::ffi::OsStr) -> String {
    #[cfg(unix)]
    return names::key_of(std::os::unix::ffi::OsStrExt::as_bytes(name));
    #[cfg(not(unix))]
    name.to_string_lossy().into_owned()
}

/// The inverse of [`os_to_names`].
fn names_to_os(name: &str) -> std::ffi::OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(names::raw_of(name));
    #[cfg(not(unix))]
    name.into()
}

fn file_error(path: &Path, error: &std::io::Error) -> MailError {
    MailError::File { path: path.display().to_string(), says: error.to_string() }
}

fn no_folder(folder: &str, says: &str) -> MailError {
    MailError::Folder { folder: names::display_of(folder), says: says.into() }
}

#[cfg(test)]
mod tests;

//! Stable UIDs for a Maildir folder, in the file `lazaret-uids` beside its `cur`.
//!
//! The first line is `1 UIDVALIDITY UIDNEXT`, each further one `UID unique-name`. It is written beside
//! itself and renamed, so that a power cut leaves the old or the new one. A damaged or missing file is made
//! anew with another UIDVALIDITY, which tells everybody that older UIDs mean nothing.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{INFO, MailError, file_error, os_to_names};

/// The file's name.
const FILE: &str = "lazaret-uids";

/// One message on the disk.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its file name up to the flags.
    pub(super) unique: String,
    /// The flags as they stand in the file name, from the separator on; may be empty.
    pub(super) info: String,
    /// Where it is now.
    pub(super) path: PathBuf,
    /// Whether it stands in `new`.
    pub(super) fresh: bool,
}

/// A folder's messages by UID.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) validity: u32,
    pub(super) next: u32,
    pub(super) entries: BTreeMap<u32, Entry>,
}

impl Index {
    /// Reads the folder and its UIDs, gives UIDs to messages that have none, and writes what changed.
    pub(super) fn scan(dir: &Path) -> Result<Index, MailError> {
        let path = dir.join(FILE);
        let known = match fs::read(&path) {
            Ok(bytes) => parse(&os_text(&bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(file_error(&path, &e)),
        };
        let mut on_disk = list(dir)?;
        let missing = known.is_none();
        let (validity, next, uids) = known.unwrap_or_else(|| (new_validity(), 1, Vec::new()));
        let mut index = Index { validity, next: next.max(1), entries: BTreeMap::new() };
        let mut changed = missing;
        for (uid, unique) in uids {
            match on_disk.remove(&unique) {
                Some((entry, _)) => {
                    index.next = index.next.max(uid.saturating_add(1));
                    index.entries.insert(uid, entry);
                }
                None => changed = true,
            }
        }
        let mut arrived: Vec<(Entry, SystemTime)> = on_disk.into_values().collect();
        arrived.sort_by(|(a, at), (b, bt)| (at, &a.unique).cmp(&(bt, &b.unique)));
        for (entry, _) in arrived {
            changed = true;
            index.entries.insert(index.next, entry);
            index.next = index.next.saturating_add(1);
        }
        if changed {
            index.write(&path)?;
        }
        Ok(index)
    }

    /// UIDs by unique name.
    pub(super) fn by_unique(&self) -> HashMap<&str, u32> {
        self.entries.iter().map(|(&uid, entry)| (entry.unique.as_str(), uid)).collect()
    }

    fn write(&self, path: &Path) -> Result<(), MailError> {
        let mut text = format!("1 {} {}\n", self.validity, self.next);
        for (uid, entry) in &self.entries {
            text.push_str(&format!("{uid} {}\n", entry.unique));
        }
        let temporary = path.with_file_name(format!("{FILE}.new"));
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        };
        write().map_err(|e| file_error(path, &e))
    }
}

/// A UIDVALIDITY that no earlier index of the same folder had: the second it was made in.
fn new_validity() -> u32 {
    let seconds =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |elapsed| elapsed.as_secs());
    u32::try_from(seconds).unwrap_or(u32::MAX).max(1)
}

/// The messages in `new` and `cur` by unique name, with their dates. What is in `cur` wins: a program that
/// was stopped while it moved a message from `new` leaves both names.
fn list(dir: &Path) -> Result<HashMap<String, (Entry, SystemTime)>, MailError> {
    let mut found = HashMap::new();
    for (part, fresh) in [("new", true), ("cur", false)] {
        let place = dir.join(part);
        let entries = match fs::read_dir(&place) {
            Ok(entries) => entries,
            Err(e) if fresh && e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(file_error(&place, &e)),
        };
        for entry in entries {
            let entry = entry.map_err(|e| file_error(&place, &e))?;
            let name = os_to_names(&entry.file_name());
            // A message that goes away while the folder is read is simply not in it any more.
            let Ok(meta) = fs::metadata(entry.path()) else { continue };
            if name.starts_with('.') || name.contains('\n') || !meta.is_file() {
                continue;
            }
            let (unique, info) = match name.split_once(INFO) {
                Some((unique, info)) => (unique.to_owned(), format!("{INFO}{info}")),
                None => (name, String::new()),
            };
            let date = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let entry = Entry { unique: unique.clone(), info, path: entry.path(), fresh };
            found.insert(unique, (entry, date));
        }
    }
    Ok(found)
}

fn os_text(bytes: &[u8]) -> String {
    super::names::key_of(bytes)
}

/// What the file holds: UIDVALIDITY, UIDNEXT and the UIDs with their names.
type Written = (u32, u32, Vec<(u32, String)>);

/// Reads the file's text; `None` where it is damaged.
fn parse(text: &str) -> Option<Written> {
    // Without its last line break the file was cut.
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let mut head = lines.next()?.split(' ');
    let (version, validity, next) = (head.next()?, head.next()?.parse().ok()?, head.next()?.parse().ok()?);
    if version != "1" || validity == 0 {
        return None;
    }
    let mut uids = Vec::new();
    for line in lines {
        let (uid, unique) = line.split_once(' ')?;
        let uid: u32 = uid.parse().ok()?;
        if uid == 0 || uid >= next {
            return None;
        }
        uids.push((uid, unique.to_owned()));
    }
    Some((validity, next, uids))
}

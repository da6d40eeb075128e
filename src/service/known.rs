//! Knowledge from outside, at the person's choice: imported hash lists, and what a scan is given.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::problem::ServiceError;
use crate::engine::knowledge::HashKind;
use crate::knowledge::clamd::{Clamd, Patience};
use crate::knowledge::lists::{ListReader, MemoryHashes};
use crate::knowledge::yara::Rules;
use crate::knowledge::{Asking, Scanners, Sources};
use crate::store::{Store, StoredHashList};

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Sums that were read.
    pub read: u64,
    /// Lines that hold no sum.
    pub strange: u64,
    /// The first of them, counted from 1.
    pub first_strange: Option<u64>,
}

fn unreadable(path: &Path, says: impl ToString) -> ServiceError {
    ServiceError::List { path: path.display().to_string(), says: says.to_string() }
}

/// Imports the list at `path`. The list is named by its file's name; importing that again adds to it.
pub fn import_hashes(
    store: &Store,
    path: &Path,
    kind: HashKind,
    now: Timestamp,
) -> Result<Imported, ServiceError> {
    let file = File::open(path).map_err(|e| unreadable(path, e))?;
    let mut reader = ListReader::new(BufReader::new(file));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // The list is made with its first sum, so that a file of another kind leaves no empty list behind.
    let first = reader.next();
    let mut read = 0;
    if first.is_some() {
        read = store.import_hashes(&name, kind, &mut first.into_iter().chain(&mut reader), now)?;
    }
    if let Some(error) = reader.failed {
        return Err(unreadable(path, error));
    }
    if read == 0 {
        return Err(unreadable(path, "it holds no SHA-256 sum"));
    }
    Ok(Imported { read, strange: reader.strange, first_strange: reader.first_strange })
}

/// The imported lists, newest first.
pub fn hash_lists(store: &Store) -> Result<Vec<StoredHashList>, ServiceError> {
    Ok(store.hash_lists()?)
}

/// Removes an imported list with its sums.
pub fn remove_hash_list(store: &Store, id: i64) -> Result<(), ServiceError> {
    match store.remove_hash_list(id)? {
        true => Ok(()),
        false => Err(ServiceError::NoList(id)),
    }
}

/// The name of the option that holds the scanners.
const SCANNERS: &str = "scanners";

/// The scanners that the person turned on; none where nothing was chosen.
pub fn scanners(store: &Store) -> Result<Scanners, ServiceError> {
    let Some(json) = store.option(SCANNERS)? else { return Ok(Scanners::default()) };
    serde_json::from_str(&json)
        .map_err(|e| ServiceError::Scanner(format!("the choice of scanners can't be read ({e})")))
}

/// Keeps the choice of scanners, after each newly chosen one has answered. Returns what those say of
/// themselves, one line each. Where one does not answer nothing is kept.
pub fn set_scanners(store: &Store, chosen: &Scanners) -> Result<Vec<String>, ServiceError> {
    let before = scanners(store)?;
    let mut says = Vec::new();
    if let Some(address) = chosen.clamd.as_ref().filter(|a| before.clamd.as_ref() != Some(a)) {
        let version = Clamd::new(address.clone(), Patience::default()).version();
        says.push(version.map_err(|e| ServiceError::Scanner(e.to_string()))?);
    }
    if let Some(folder) = chosen.yara.as_ref().filter(|f| before.yara.as_ref() != Some(f)) {
        let rules = Rules::compile(folder).map_err(|e| ServiceError::Scanner(e.to_string()))?;
        says.extend(rules.problems().iter().map(|p| format!("Not used: {p}.")));
        says.push(format!("{} YARA rules are used.", rules.count()));
    }
    let json = serde_json::to_string(chosen)
        .map_err(|e| ServiceError::Scanner(format!("the choice of scanners can't be written ({e})")))?;
    store.set_option(SCANNERS, &json)?;
    Ok(says)
}

/// What `lazaret scan` and `lazaret inspect` are told to ask besides the engine.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Lists of files known as harmful.
    pub bad: Vec<PathBuf>,
    /// Lists of files known as harmless.
    pub good: Vec<PathBuf>,
    /// Scanners.
    pub scanners: Scanners,
}

/// A [`Choice`], opened.
#[derive(Debug, Default)]
pub struct Outside {
    hashes: MemoryHashes,
    sources: Sources,
}

impl Outside {
    /// Reads what was chosen.
    pub fn open(choice: &Choice) -> Result<Outside, ServiceError> {
        let mut hashes = MemoryHashes::default();
        for (paths, kind) in [(&choice.good, HashKind::Good), (&choice.bad, HashKind::Bad)] {
            for path in paths {
                hashes.add(path, kind).map_err(|e| unreadable(path, e))?;
            }
        }
        Ok(Outside { hashes, sources: Sources::open(&choice.scanners) })
    }

    /// What went wrong so far, one sentence each.
    pub fn complaints(&self) -> Vec<String> {
        self.sources.complaints()
    }

    /// What the engine asks about the files of one message.
    pub fn asking(&self) -> Asking<'_> {
        self.sources.asking(&self.hashes)
    }
}

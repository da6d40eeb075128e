//! 7-Zip, by the `sevenz-rust2` crate, with passwords from the mail's text.

use std::io::{Cursor, Read};

use sevenz_rust2::{ArchiveReader, Password};

use super::{Members, damaged};
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Memory that the unpacker may ask for, in KiB: as much as a message may unpack to.
const MEMORY_KB: usize = 64 << 10;

/// Entries to be looked at, name and bytes.
type Files = Vec<(String, Vec<u8>)>;

/// What one try to open the archive gave.
struct Try {
    files: Files,
    names_left: Vec<String>,
    whole: bool,
    locked: bool,
}

/// Looks at every entry.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    // The unpacker allocates what the header says; a header that asks for more than the budget is refused.
    let mut tried = attempt(case, bytes, None);
    if tried.as_ref().is_none_or(|t| t.locked) {
        for password in case.inspector.passwords().to_vec() {
            if !case.budget().work(20_000_000) {
                break;
            }
            if let Some(better) = attempt(case, bytes, Some(&password))
                && !better.locked
                && better.whole
                && !better.files.is_empty()
            {
                members.password = Some(password);
                case.unlock();
                tried = Some(better);
                break;
            }
        }
    }
    let Some(tried) = tried else {
        // The header itself is encrypted, or it is no archive.
        if memchr::memmem::find(tail(bytes), &[0x06, 0xf1, 0x07, 0x01]).is_some() {
            members.add_locked("");
        } else {
            damaged(case);
        }
        return;
    };
    for (name, data) in &tried.files {
        let outcome = case.child(Some(name), data, Place::Member);
        members.add(outcome);
    }
    for name in &tried.names_left {
        match tried.locked {
            true => members.add_locked(name),
            false => members.add_name(case, name),
        }
    }
    if !tried.whole && !tried.locked {
        case.find(&f::NOT_INSPECTED_UNREADABLE, "could not be unpacked in full", None);
    }
}

fn tail(bytes: &[u8]) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(1 << 10)..).unwrap_or(bytes)
}

fn attempt(case: &mut Case<'_, '_>, bytes: &[u8], password: Option<&str>) -> Option<Try> {
    let key = password.map_or_else(Password::empty, Password::from);
    let mut reader = ArchiveReader::new_with_memory_limit(Cursor::new(bytes), key, MEMORY_KB).ok()?;
    reader.set_thread_count(1);
    let names: Vec<String> =
        reader.archive().files.iter().filter(|e| !e.is_directory()).map(|e| e.name().to_owned()).collect();
    let mut files = Files::new();
    let mut cut = false;
    let budget = case.budget();
    let result = reader.for_each_entries(|entry, stream| {
        if entry.is_directory() {
            return Ok(true);
        }
        let mut data = Vec::new();
        let room = budget.bytes_left() as u64;
        let read = stream.take(room.saturating_add(1)).read_to_end(&mut data);
        let paid = budget.out(data.len(), 4);
        if let Err(error) = read {
            return Err(error.into());
        }
        cut = !paid;
        files.push((entry.name().to_owned(), data));
        Ok(paid)
    });
    let locked = match &result {
        Err(sevenz_rust2::Error::PasswordRequired | sevenz_rust2::Error::MaybeBadPassword(_)) => true,
        Err(_) => password.is_some(),
        Ok(_) => false,
    };
    let names_left = match cut {
        true => Vec::new(),
        false => names.into_iter().skip(files.len()).collect(),
    };
    Some(Try { files, names_left, whole: result.is_ok(), locked })
}

//! RAR 4 and 5. Packed and encrypted members are opened by the `rars` crate, with passwords from the mail's
//! text; the headers are also walked here, which asks for no memory, bears damage, and still gives the names
//! (and what is stored as it is) where the crate refuses an archive.
//!
//! Source: RAR 5.0 archive format (rarlab.com/technote.htm), and the unrar technote for version 4.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use rars::{ArchiveReadOptions, ArchiveReader, ErrorKind, ExtractionDecision, ExtractionErrorAction};

use super::{Members, damaged, le16, le32, member};
use crate::engine::attachment::budget::Growing;
use crate::engine::attachment::filetype::Format;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::Case;
use crate::engine::attachment::name;

/// Blocks that are read of one archive.
const MAX_BLOCKS: usize = 10_000;

/// Bytes of headers that are read of one archive.
const MAX_HEADERS: u64 = 4 << 20;
/// Memory that the unpacker may ask for, its dictionary among it.
const MEMORY: u64 = 32 << 20;
/// The largest dictionary that is given to it.
const DICTIONARY: u64 = 16 << 20;
/// Units of work for a byte that was unpacked.
const COST: u64 = 8;
/// Units of work for one round of PBKDF2 (RAR 5), and for making one key of RAR 4, whose rounds are fixed.
const ROUND: u64 = 80;
const OLD_KEY: u64 = 30_000_000;
/// The highest power of two rounds of RAR 5 that is tried; WinRAR writes 15.
const MOST_ROUNDS: u8 = 18;

/// One file in the archive.
struct File<'a> {
    name: String,
    data: &'a [u8],
    stored: bool,
    encrypted: bool,
}

/// What a walk over the blocks gave.
#[derive(Default)]
struct Walk<'a> {
    files: Vec<File<'a>>,
    headers_encrypted: bool,
    /// Rounds of making a key, as a power of two; `None` where no RAR 5 key is asked for.
    rounds: Option<u8>,
    whole: bool,
    /// Whether there are more blocks than are read.
    more: bool,
}

impl Walk<'_> {
    /// What one try with a password costs, or `None` where it would cost too much.
    fn cost_of_password(&self) -> Option<u64> {
        let keys = self.files.iter().filter(|f| f.encrypted).count() as u64 + 1;
        match self.rounds {
            Some(rounds) if rounds > MOST_ROUNDS => None,
            Some(rounds) => Some((ROUND << rounds).saturating_mul(keys)),
            None => Some(OLD_KEY.saturating_mul(keys)),
        }
    }
}

/// Looks at every member that can be had.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let walk = match case.detected.format {
        Format::Rar5 => rar5(bytes),
        _ => rar4(bytes),
    };
    if walk.more {
        case.only(&format!("the first {MAX_BLOCKS} blocks"));
    }
    let plain = !walk.headers_encrypted && walk.files.iter().all(|f| f.stored && !f.encrypted);
    if plain || !unpacked(case, members, bytes, &walk) {
        walked(case, members, &walk);
    }
}

/// Looks at what the walk over the headers gave: names, and the bytes of what is neither packed nor encrypted.
fn walked(case: &mut Case<'_, '_>, members: &mut Members, walk: &Walk<'_>) {
    if walk.headers_encrypted {
        members.add_locked("");
    }
    let mut packed = 0;
    for file in &walk.files {
        if !case.budget().entry() {
            return;
        }
        match (file.encrypted, file.stored) {
            (true, _) => locked(case, members, &file.name),
            (false, true) => member(case, members, &file.name, file.data),
            (false, false) => {
                packed += 1;
                members.add_name(case, &file.name);
            }
        }
    }
    not_unpacked(case, packed);
    if !walk.whole {
        damaged(case);
    }
}

fn locked(case: &mut Case<'_, '_>, members: &mut Members, file: &str) {
    members.add_locked(file);
    name::judge_member(case, file);
}

fn not_unpacked(case: &mut Case<'_, '_>, packed: usize) {
    if packed > 0 {
        let says = format!("holds {packed} files that could not be unpacked: they were judged by name alone");
        case.find(&f::NOT_INSPECTED_FORMAT, &says, None);
    }
}

/// What one pass over the archive gave.
#[derive(Default)]
struct Pass {
    /// Members that were come by, and how many of them were unpacked.
    visited: usize,
    files: usize,
    /// Files that were not read: name, and whether for want of a password.
    left: Vec<(String, bool)>,
    /// Whether the bounds on what comes out ended it.
    cut: bool,
    whole: bool,
}

/// Takes what comes out of one member, within the room there is.
struct Sink(Rc<RefCell<Growing>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.borrow_mut().fill(bytes) {
            true => Ok(bytes.len()),
            false => Err(std::io::ErrorKind::OutOfMemory.into()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One member that is being unpacked.
struct Member {
    name: String,
    data: Rc<RefCell<Growing>>,
    /// Whether its checksum was right.
    whole: bool,
    /// Whether it asks for a larger dictionary than is given.
    too_large: bool,
}

/// How an archive is read.
#[derive(Clone, Copy)]
struct Way<'w> {
    password: Option<&'w str>,
    /// Only the first member that it opens is unpacked, to see whether it is right.
    trial: bool,
    /// Members before this one that need no password were looked at.
    seen: usize,
}

/// Where the members of a pass go: each is looked at and dropped before the next is unpacked.
struct Unpacker<'p, 'c, 'k> {
    case: &'p mut Case<'c, 'k>,
    members: &'p mut Members,
    trial: bool,
    current: Option<Member>,
    pass: Pass,
}

impl Unpacker<'_, '_, '_> {
    /// Looks at the member that was unpacked last.
    fn hand_over(&mut self) {
        let Some(Member { name, data, whole, too_large }) = self.current.take() else { return };
        let data = data.replace(Growing::probe(0));
        self.pass.whole &= whole;
        self.pass.files += 1;
        let cut = data.is_full();
        let data = self.case.budget().grown(data, COST);
        self.case.budget().too_much_held |= too_large;
        self.pass.cut |= cut || too_large;
        if self.trial {
            return;
        }
        match whole || cut || !data.is_empty() {
            true => member(self.case, self.members, &name, &data),
            false => self.members.add_name(self.case, &name),
        }
    }
}

/// Looks at what the crate unpacks; `false` where it can't read the archive.
fn unpacked(case: &mut Case<'_, '_>, members: &mut Members, bytes: &[u8], walk: &Walk<'_>) -> bool {
    let mut done = match walk.headers_encrypted {
        true => None,
        false => pass(case, members, bytes, Way { password: None, trial: false, seen: 0 }).ok(),
    };
    let seen = done.as_ref().map_or(0, |pass| pass.visited);
    let wants_password = done.as_ref().is_none_or(|p| p.left.iter().any(|(_, locked)| *locked));
    if let Some(cost) = walk.cost_of_password().filter(|_| wants_password) {
        for password in case.inspector.passwords().to_vec() {
            if !case.budget().work(cost) {
                break;
            }
            // The first member that it opens tells whether it is the right one.
            let way = Way { password: Some(&password), trial: true, seen };
            if pass(case, members, bytes, way).is_ok_and(|p| p.whole && p.files > 0) {
                case.unlock();
                done = pass(case, members, bytes, Way { trial: false, ..way }).ok().or(done);
                members.password = Some(password);
                break;
            }
        }
    }
    let Some(pass) = done else { return false };
    for (name, wants_password) in &pass.left {
        if !case.budget().entry() {
            return true;
        }
        match wants_password {
            true => locked(case, members, name),
            false => members.add_name(case, name),
        }
    }
    if !pass.cut {
        not_unpacked(case, pass.left.iter().filter(|(_, locked)| !locked).count());
        if !pass.whole {
            damaged(case);
        }
    }
    true
}

/// Unpacks the files that can be read in this way and looks at each.
fn pass(case: &mut Case<'_, '_>, members: &mut Members, bytes: &[u8], way: Way<'_>) -> rars::Result<Pass> {
    let Way { password, trial, seen } = way;
    let room = case.budget().room(COST);
    // What the crate keeps of the archive's list, and its window.
    let _held = case.budget().hold(usize::try_from(DICTIONARY.min(room)).unwrap_or(usize::MAX));
    let options = ArchiveReadOptions::with_optional_password(password.map(str::as_bytes))
        .with_max_header_count(MAX_BLOCKS as u64)
        .with_max_header_bytes(MAX_HEADERS)
        .with_max_reader_workspace_bytes(MEMORY)
        .with_rar50_dictionary_size_limit(DICTIONARY);
    let archive = ArchiveReader::read_with_options(bytes, options)?;
    let pass = Pass { whole: true, ..Pass::default() };
    let state = RefCell::new(Unpacker { case, members, trial, current: None, pass });
    let mut visited = 0;
    let end = archive.extract_with_control_and_errors(
        options,
        |member| {
            let mut state = state.borrow_mut();
            state.hand_over();
            if member.meta.is_directory || member.meta.is_redirection {
                visited += 1;
                return Ok(ExtractionDecision::Skip);
            }
            // In a solid archive nothing behind a locked file can be read either.
            if (trial && state.pass.files > 0)
                || state.case.budget().reached.is_some()
                || (member.meta.is_encrypted && password.is_none() && member.is_solid())
            {
                return Ok(ExtractionDecision::Stop);
            }
            visited += 1;
            if !member.meta.is_encrypted && visited <= seen {
                return Ok(ExtractionDecision::Skip);
            }
            let name = name_of(&member.meta.name);
            if member.meta.is_encrypted && password.is_none() {
                state.pass.left.push((name, true));
                return Ok(ExtractionDecision::Skip);
            }
            let data = Rc::new(RefCell::new(state.case.budget().growing(COST)));
            state.current = Some(Member { name, data: Rc::clone(&data), whole: true, too_large: false });
            Ok(ExtractionDecision::Extract(Box::new(Sink(data))))
        },
        |_, error| {
            if let Some(last) = &mut state.borrow_mut().current {
                last.whole = false;
                last.too_large = error.kind() == ErrorKind::ResourceLimit;
            }
            Ok(ExtractionErrorAction::Continue)
        },
    );
    let mut state = state.into_inner();
    if end.is_err()
        && let Some(last) = &mut state.current
    {
        last.whole = false;
    }
    state.hand_over();
    let Unpacker { case, mut pass, .. } = state;
    if let Err(error) = end {
        if error.kind() == ErrorKind::ResourceLimit && !pass.cut {
            case.budget().too_much_held = true;
            pass.cut = true;
        }
        pass.whole = false;
    }
    pass.visited = visited;
    if !trial && case.budget().reached.is_none() {
        let rest = archive.members().skip(visited).filter(|m| !m.meta.is_directory);
        pass.left.extend(rest.map(|m| (name_of(&m.meta.name), m.meta.is_encrypted && password.is_none())));
    }
    Ok(pass)
}

fn name_of(raw: &[u8]) -> String {
    name::from_bytes(raw)
}

fn rar4(bytes: &[u8]) -> Walk<'_> {
    const FILE: u8 = 0x74;
    const MAIN: u8 = 0x73;
    const END: u8 = 0x7b;
    let mut walk = Walk::default();
    let mut at = 7;
    for _ in 0..MAX_BLOCKS {
        let (Some(&kind), Some(flags), Some(size)) =
            (bytes.get(at + 2), le16(bytes, at + 3), le16(bytes, at + 5))
        else {
            walk.whole = at >= bytes.len();
            return walk;
        };
        if size < 7 {
            return walk;
        }
        if kind == END {
            walk.whole = true;
            return walk;
        }
        if kind == MAIN && flags & 0x80 != 0 {
            walk.headers_encrypted = true;
            walk.whole = true;
            return walk;
        }
        let mut data_len = 0;
        if flags & 0x8000 != 0 || kind == FILE {
            data_len = le32(bytes, at + 7).unwrap_or(0) as usize;
        }
        let data_at = at + size as usize;
        if kind == FILE
            && let (Some(&method), Some(name_len)) = (bytes.get(at + 25), le16(bytes, at + 26))
        {
            let name_at = at + 32 + if flags & 0x100 != 0 { 8 } else { 0 };
            let raw = bytes.get(name_at..name_at + name_len as usize).unwrap_or_default();
            // A Unicode name follows the plain one after a NUL; the plain one says enough to judge.
            let raw = raw.split(|&b| b == 0).next().unwrap_or_default();
            let folder = flags & 0xe0 == 0xe0;
            if !folder {
                walk.files.push(File {
                    name: name::from_bytes(raw),
                    data: bytes
                        .get(data_at..data_at.saturating_add(data_len).min(bytes.len()))
                        .unwrap_or_default(),
                    stored: method == 0x30,
                    encrypted: flags & 4 != 0,
                });
            }
        }
        at = data_at.saturating_add(data_len);
    }
    walk.more = at < bytes.len();
    walk.whole = true;
    walk
}

fn rar5(bytes: &[u8]) -> Walk<'_> {
    let mut walk = Walk::default();
    let mut at = 8;
    for _ in 0..MAX_BLOCKS {
        let mut cursor = Cursor { bytes, at: at + 4 };
        let Some(size) = cursor.number() else {
            walk.whole = at >= bytes.len();
            return walk;
        };
        let header_at = cursor.at;
        let Some(end) = header_at.checked_add(size).filter(|&e| e <= bytes.len() && size > 0) else {
            return walk;
        };
        match block5(&mut cursor, end, &mut walk) {
            Some(Next::At(next)) => at = next,
            Some(Next::Stop) => {
                walk.whole = true;
                return walk;
            }
            None => return walk,
        }
    }
    walk.more = at < bytes.len();
    walk.whole = true;
    walk
}

enum Next {
    At(usize),
    Stop,
}

fn block5<'a>(cursor: &mut Cursor<'a>, end: usize, walk: &mut Walk<'a>) -> Option<Next> {
    let (kind, flags) = (cursor.number()?, cursor.number()?);
    let extra = if flags & 1 != 0 { cursor.number()? } else { 0 };
    let data_len = if flags & 2 != 0 { cursor.number()? } else { 0 };
    match kind {
        4 => {
            walk.headers_encrypted = true;
            let (_version, _flags) = (cursor.number()?, cursor.number()?);
            walk.rounds = cursor.bytes.get(cursor.at).copied();
            return Some(Next::Stop);
        }
        5 => return Some(Next::Stop),
        2 => {
            let file_flags = cursor.number()?;
            let _size = cursor.number()?;
            let _attributes = cursor.number()?;
            cursor.at += if file_flags & 2 != 0 { 4 } else { 0 };
            cursor.at += if file_flags & 4 != 0 { 4 } else { 0 };
            let compression = cursor.number()?;
            let _system = cursor.number()?;
            let name_len = cursor.number()?;
            let name = cursor.bytes.get(cursor.at..cursor.at.checked_add(name_len)?)?;
            let name = name::from_bytes(name);
            if file_flags & 1 == 0 {
                let bytes = cursor.bytes;
                let rounds = rounds(bytes, end, extra);
                walk.rounds = walk.rounds.max(rounds);
                walk.files.push(File {
                    name,
                    data: bytes.get(end..end.saturating_add(data_len).min(bytes.len())).unwrap_or_default(),
                    stored: (compression >> 7) & 7 == 0,
                    encrypted: rounds.is_some(),
                });
            }
        }
        _ => {}
    }
    Some(Next::At(end.checked_add(data_len)?))
}

/// The rounds that make the key, as a power of two, where the extra records at the end of a header have one for
/// encryption (type 1).
fn rounds(bytes: &[u8], end: usize, extra: usize) -> Option<u8> {
    let mut records = Cursor { bytes, at: end.saturating_sub(extra) };
    while records.at < end {
        let size = records.number()?;
        let next = records.at.saturating_add(size.max(1));
        if records.number() == Some(1) {
            let (_version, _flags) = (records.number(), records.number());
            return Some(bytes.get(records.at).copied().unwrap_or(u8::MAX));
        }
        records.at = next;
    }
    None
}

/// Reads the variable-length numbers of RAR 5: seven bits a byte, the low ones first.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn number(&mut self) -> Option<usize> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(value).ok();
            }
        }
        None
    }
}

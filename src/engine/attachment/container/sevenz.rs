//! 7-Zip, by the `sevenz-rust2` crate, with passwords from the mail's text.

use std::io::{self, Cursor, Read};

use sevenz_rust2::{Archive, BlockDecoder, Error, Password};

use super::{End, Members, damaged, le32, read_some};
use crate::engine::attachment::budget::Window;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};

/// Memory that reading the archive's list may take, in KiB.
const HEADER_KB: usize = 24 << 10;
/// The largest model of PPMd, which takes its memory at once.
const MODEL: u64 = 24 << 20;
/// Units of work for a byte that was unpacked.
const COST: u64 = 4;
/// Units of work for one round of making a key.
const ROUND: u64 = 40;
/// Identifiers of coders.
const LZMA: &[u8] = &[3, 1, 1];
const LZMA2: &[u8] = &[0x21];
const PPMD: &[u8] = &[3, 4, 1];
const AES: &[u8] = &[6, 0xf1, 7, 1];

/// What one pass over the archive gave.
#[derive(Default)]
struct Pass {
    /// Entries that were handed over.
    done: usize,
    cut: bool,
    whole: bool,
    locked: bool,
}

/// Looks at every entry.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    let mut archive = read(bytes, &Password::empty());
    let mut key = Password::empty();
    // Whether it opens without a password shows with the first entry.
    if archive.as_ref().is_none_or(|a| first_is_locked(case, bytes, a, &key)) {
        let cost = cost_of_key(bytes, archive.as_ref());
        for password in case.inspector.passwords().to_vec() {
            if !case.budget().work(cost) {
                break;
            }
            let tried = Password::from(password.as_str());
            if let Some(opened) = read(bytes, &tried)
                && !first_is_locked(case, bytes, &opened, &tried)
            {
                members.password = Some(password);
                case.unlock();
                (archive, key) = (Some(opened), tried);
                break;
            }
        }
    }
    let Some(archive) = archive else {
        // The header itself is encrypted, or it is no archive.
        if memchr::memmem::find(tail(bytes), AES).is_some() {
            members.add_locked("");
        } else {
            damaged(case);
        }
        return;
    };
    let pass = pass(case, members, bytes, &archive, &key);
    if !pass.cut {
        let files = archive.files.iter().filter(|e| !e.is_directory());
        for entry in files.skip(pass.done) {
            match pass.locked {
                true => members.add_locked(entry.name()),
                false => members.add_name(case, entry.name()),
            }
        }
    }
    if !pass.whole && !pass.locked && !pass.cut {
        case.find(&f::NOT_INSPECTED_UNREADABLE, "could not be unpacked in full", None);
    }
}

fn tail(bytes: &[u8]) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(1 << 10)..).unwrap_or(bytes)
}

fn read(bytes: &[u8], key: &Password) -> Option<Archive> {
    Archive::read_with_memory_limit(&mut Cursor::new(bytes), key, HEADER_KB).ok()
}

/// Whether an error says that the password is none, or the wrong one.
fn is_locked(error: &Error) -> bool {
    matches!(error, Error::PasswordRequired | Error::MaybeBadPassword(_))
}

/// Whether the first entry can't be read for being encrypted: a wrong password shows by the sum of what comes out.
fn first_is_locked(case: &mut Case<'_, '_>, bytes: &[u8], archive: &Archive, key: &Password) -> bool {
    let locked = (0..archive.files.len()).find(|&i| archive.is_file_encrypted(i));
    let block = locked.and_then(|i| archive.stream_map.file_block_index.get(i).copied().flatten());
    let Some(block) = block else { return false };
    let Some(mut window) = window(case, archive, block) else { return true };
    let mut source = Cursor::new(bytes);
    let decoder = BlockDecoder::new(1, block, archive, key, &mut source);
    let budget = case.budget();
    let mut read_any = false;
    let end = decoder.for_each_entries(&mut |_, stream| {
        let mut piece = [0; 16 << 10];
        loop {
            let n = stream.read(&mut piece)?;
            if n == 0 {
                break;
            }
            if !window.pass(n) || !budget.work(n as u64 * COST) {
                return Err(io::Error::from(io::ErrorKind::OutOfMemory).into());
            }
        }
        read_any = true;
        Ok(false)
    });
    !read_any || end.is_err()
}

/// The windows that a block needs; `None` where it is a model that takes too much.
fn window(case: &mut Case<'_, '_>, archive: &Archive, block: usize) -> Option<Window> {
    let coders = archive.blocks.get(block).map(|b| b.coders.as_slice()).unwrap_or_default();
    let (mut most, mut windows, mut model) = (0, 0, 0);
    for coder in coders {
        let properties = coder.properties();
        match coder.encoder_method_id() {
            LZMA2 => {
                let property = properties.first().map_or(40, |p| u64::from(*p).min(40));
                most = most.max((2 | property & 1) << (property / 2 + 11));
                windows += 1;
            }
            LZMA => {
                most = most.max(u64::from(le32(properties, 1).unwrap_or(u32::MAX)));
                windows += 1;
            }
            PPMD => model += u64::from(le32(properties, 1).unwrap_or(u32::MAX)),
            _ => {}
        }
    }
    if model > 0 {
        let fits = model <= MODEL && model <= case.budget().room_to_hold();
        return fits.then(|| case.budget().window_of(model));
    }
    Some(case.budget().windows(windows, most))
}

/// Units of work that making a key costs: how often it is hashed stands with the coder, or in the list's own coder at
/// the end of the file where that is encrypted too.
fn cost_of_key(bytes: &[u8], archive: Option<&Archive>) -> u64 {
    let rounds = |properties: &[u8]| properties.first().map_or(0, |p| 1_u64 << (p & 0x3f).min(30));
    let listed = archive.into_iter().flat_map(|a| &a.blocks).flat_map(|b| &b.coders);
    let listed = listed.filter(|c| c.encoder_method_id() == AES).map(|c| rounds(c.properties()));
    let hidden = memchr::memmem::rfind(tail(bytes), AES).and_then(|at| tail(bytes).get(at + AES.len() + 1..));
    listed.chain(hidden.map(rounds)).max().unwrap_or(0).saturating_mul(ROUND)
}

/// An entry's stream, as far as the window of its block may grow.
struct Entry<'r> {
    stream: &'r mut dyn Read,
    window: &'r mut Window,
}

impl Read for Entry<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.window.read(self.stream, out)
    }
}

/// Looks at each entry that can be unpacked, and drops it before the next.
fn pass(
    case: &mut Case<'_, '_>,
    members: &mut Members,
    bytes: &[u8],
    archive: &Archive,
    key: &Password,
) -> Pass {
    let mut pass = Pass { whole: true, ..Pass::default() };
    for block in 0..archive.blocks.len() {
        let Some(mut window) = window(case, archive, block) else {
            case.budget().too_much_held = true;
            pass.cut = true;
            continue;
        };
        let mut source = Cursor::new(bytes);
        let decoder = BlockDecoder::new(1, block, archive, key, &mut source);
        let end = decoder.for_each_entries(&mut |entry, stream| {
            if entry.is_directory() {
                return Ok(true);
            }
            let stream = Entry { stream, window: &mut window };
            let size = usize::try_from(entry.size()).unwrap_or(usize::MAX);
            // A stream of the same byte comes out of next to nothing: what it says is believed up to here.
            let (data, end) = read_some(stream, case.budget(), COST, size.min(8 << 20));
            if end == End::Damaged {
                return Err(io::Error::from(io::ErrorKind::InvalidData).into());
            }
            pass.done += 1;
            members.add(case.child(Some(entry.name()), &data, Place::Member));
            pass.cut |= end == End::Cut;
            Ok(end == End::Whole)
        });
        if pass.cut && case.budget().reached.is_some() {
            return pass;
        }
        if let Err(error) = end {
            pass.whole = false;
            pass.locked = is_locked(&error);
            return pass;
        }
    }
    for entry in archive.files.iter().filter(|e| !e.is_directory() && !e.has_stream()) {
        pass.done += 1;
        members.add(case.child(Some(entry.name()), &[], Place::Member));
    }
    pass
}

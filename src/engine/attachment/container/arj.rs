//! ARJ: members that are stored, packed as LZH packs them (methods 1 to 3, read by the `delharc` crate), or packed in
//! the simpler way of method 4, which is read here. Encrypted ones are tried with passwords from the mail's text: each
//! byte is changed by one of the password.

use std::io::{self, Read};

use delharc::decode::{Decoder, Lh7Decoder};

use super::{End, Members, damaged, le16, le32, read_all};
use crate::engine::attachment::budget::Unpacked;
use crate::engine::attachment::findings as f;
use crate::engine::attachment::inspect::{Case, Place};
use crate::engine::attachment::name;

/// Flags of a member: encrypted; begun in the volume before; goes on in the next.
const LOCKED: u8 = 0x01;
const IN_PIECES: u8 = 0x08 | 0x04;
/// Kinds of entry that hold no file: a comment, a folder, a label, a chapter.
const NO_FILE: &[u8] = &[2, 3, 4, 5];

/// What the header of an entry says.
struct Entry<'a> {
    name: String,
    flags: u8,
    method: u8,
    kind: u8,
    /// What is added to each byte of a password.
    modifier: u8,
    packed: &'a [u8],
    size: usize,
    sum: u32,
    /// Whether all of the packed bytes are there.
    whole: bool,
    next: usize,
}

/// Looks at every member.
pub(super) fn open(case: &mut Case<'_, '_>, members: &mut Members) {
    let bytes = case.bytes();
    // The first header is the archive's own.
    let Some(first) = entry(bytes, 0, false) else {
        damaged(case);
        return;
    };
    let mut at = first.next;
    loop {
        // A header without a length is the end.
        if bytes.get(at..at + 4) == Some(b"\x60\xea\0\0") {
            return;
        }
        let Some(entry) = entry(bytes, at, true) else {
            damaged(case);
            return;
        };
        at = entry.next;
        let goes_on = NO_FILE.contains(&entry.kind) || member(case, members, &entry);
        if !goes_on || !entry.whole {
            return;
        }
    }
}

/// Looks at one member; `false` where a bound ends the walk.
fn member(case: &mut Case<'_, '_>, members: &mut Members, entry: &Entry<'_>) -> bool {
    if entry.flags & LOCKED != 0 {
        return locked(case, members, entry);
    }
    let packed = entry.packed;
    let (data, end) = match entry.method {
        0 => (Unpacked::piece(packed), End::Whole),
        1..=3 => {
            let reader = Packed { decoder: Lh7Decoder::new(packed), left: entry.size };
            read_all(reader, case.budget(), 4)
        }
        4 => read_all(Fastest::new(packed, entry.size), case.budget(), 4),
        method => {
            members.add_name(case, &entry.name);
            let says =
                format!("has files that were judged by name alone: method {method} can't be unpacked here");
            case.find(&f::NOT_INSPECTED_FORMAT, &says, None);
            return case.budget().entry();
        }
    };
    let right = |data| entry.flags & IN_PIECES != 0 || is_right(entry, data);
    if end == End::Damaged || !entry.whole || end == End::Whole && !right(&data) {
        damaged(case);
    }
    let outcome = case.child(Some(&entry.name), &data, Place::Member);
    members.add(outcome);
    outcome.is_some() && end != End::Cut
}

/// Whether bytes have the sum that the header says.
fn is_right(entry: &Entry<'_>, data: &[u8]) -> bool {
    let mut sum = flate2::Crc::new();
    sum.update(data);
    sum.sum() == entry.sum
}

/// Looks at an encrypted member, if a password of the mail's text opens it.
fn locked(case: &mut Case<'_, '_>, members: &mut Members, entry: &Entry<'_>) -> bool {
    let known = members.password.clone().into_iter();
    for password in known.chain(case.inspector.passwords().to_vec()).filter(|password| !password.is_empty()) {
        if !case.budget().work(entry.packed.len() as u64 + 100_000) {
            break;
        }
        let key = password.bytes().cycle().map(|byte| byte.wrapping_add(entry.modifier));
        let plain: Vec<u8> = entry.packed.iter().zip(key).map(|(byte, key)| byte ^ key).collect();
        let room = case.budget().room(4);
        let Some(data) = unlocked(entry, plain, room) else { continue };
        if !case.budget().out(data.len(), 4) {
            break;
        }
        case.unlock();
        members.password.get_or_insert(password);
        let outcome = case.child(Some(&entry.name), &data, Place::Member);
        members.add(outcome);
        return outcome.is_some();
    }
    members.add_locked(&entry.name);
    case.budget().entry()
}

/// What a decrypted member holds; `None` where its sum says that the password was another.
fn unlocked(entry: &Entry<'_>, plain: Vec<u8>, room: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match entry.method {
        0 => out = plain,
        1..=3 => {
            let reader = Packed { decoder: Lh7Decoder::new(plain.as_slice()), left: entry.size };
            reader.take(room).read_to_end(&mut out).ok()?;
        }
        4 => {
            Fastest::new(&plain, entry.size).take(room).read_to_end(&mut out).ok()?;
        }
        _ => return None,
    }
    is_right(entry, &out).then_some(out)
}

/// `60 EA`, the length of the basic header, the header with name and comment, a sum, extended headers, and the
/// packed data.
fn entry(bytes: &[u8], at: usize, has_data: bool) -> Option<Entry<'_>> {
    let size = usize::from(le16(bytes, at.checked_add(2)?).filter(|&n| n > 0)?);
    if bytes.get(at..at + 2) != Some(b"\x60\xea") {
        return None;
    }
    let head = bytes.get(at + 4..at + 4 + size)?;
    let fixed = usize::from(*head.first()?);
    let name = head.get(fixed..)?.split(|&b| b == 0).next()?;
    let mut start = at + 4 + size + 4;
    loop {
        let extended = usize::from(le16(bytes, start)?);
        start += 2;
        if extended == 0 {
            break;
        }
        start += extended + 4;
    }
    let length = if has_data { le32(head, 12)? as usize } else { 0 };
    let next = start.checked_add(length)?;
    Some(Entry {
        name: name::from_bytes(name),
        flags: *head.get(4)?,
        method: *head.get(5)?,
        kind: *head.get(6)?,
        modifier: *head.get(7)?,
        packed: bytes.get(start..next.min(bytes.len())).unwrap_or_default(),
        size: le32(head, 16)? as usize,
        sum: le32(head, 20)?,
        whole: next <= bytes.len(),
        next,
    })
}

/// A decoder that is told how much to fill, as a reader.
struct Packed<D> {
    decoder: D,
    left: usize,
}

impl<'a, D: Decoder<&'a [u8]>> Read for Packed<D> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        /// What comes before damage is kept but for the step that it is met in.
        const STEP: usize = 512;
        let step = self.left.min(space.len()).min(STEP);
        let Some(space) = space.get_mut(..step) else { return Ok(0) };
        self.decoder.fill_buffer(space).map_err(|_| io::ErrorKind::InvalidData)?;
        self.left -= step;
        Ok(step)
    }
}

/// Method 4: lengths and distances in codes that are the longer the greater they are, bytes as they are.
struct Fastest<'a> {
    bytes: &'a [u8],
    /// The next bit, and the bytes that are still to come.
    at: usize,
    left: usize,
    /// What came out last, and how much of a match is still to be copied from how far back.
    window: Vec<u8>,
    written: usize,
    copies: usize,
    distance: usize,
}

impl<'a> Fastest<'a> {
    /// How far back a match may lie.
    const WINDOW: usize = 1 << 15;

    fn new(bytes: &'a [u8], size: usize) -> Fastest<'a> {
        let window = vec![0; Self::WINDOW];
        Fastest { bytes, at: 0, left: size, window, written: 0, copies: 0, distance: 0 }
    }

    fn bits(&mut self, count: usize) -> Option<usize> {
        let mut out = 0;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            out = out << 1 | usize::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(out)
    }

    /// A number of `from` bits or, for each bit 1 before it, one bit more, up to `to`.
    fn number(&mut self, from: usize, to: usize) -> Option<usize> {
        let (mut width, mut base) = (from, 0);
        while width < to && self.bits(1)? == 1 {
            base += 1 << width;
            width += 1;
        }
        Some(base + self.bits(width)?)
    }

    fn next(&mut self) -> Option<u8> {
        let byte = if self.copies > 0 {
            self.copies -= 1;
            let from = self.written.checked_sub(self.distance)?;
            *self.window.get(from % Self::WINDOW)?
        } else {
            match self.number(0, 7)? {
                0 => self.bits(8)? as u8,
                length => {
                    self.distance = self.number(9, 13)? + 1;
                    self.copies = length + 2;
                    return self.next();
                }
            }
        };
        *self.window.get_mut(self.written % Self::WINDOW)? = byte;
        self.written += 1;
        self.left -= 1;
        Some(byte)
    }
}

impl Read for Fastest<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        for place in space.iter_mut().take(self.left) {
            match self.next() {
                Some(byte) => *place = byte,
                None if filled == 0 => return Err(io::ErrorKind::InvalidData.into()),
                None => break,
            }
            filled += 1;
        }
        Ok(filled)
    }
}

//! What one message, or one bare file, may cost, counted in bytes and steps: no clock is read.
//!
//! Every look at bytes that is not a table look-up pays here. The unit of work is one byte handled at
//! about 300 MB/s; slow unpackers pay a multiple per byte that comes out, so that the whole stays near
//! one second on a machine of 2020.
//!
//! Two bounds are about bytes: how many come out of containers in all, and how many of them, with the windows of
//! their unpackers, are held at one time ([`Held`]). A container in a container holds both, and so both count.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Read};
use std::ops::Deref;
use std::rc::Rc;

use super::findings as f;
use super::inspect::Case;
use crate::engine::context::Limits;

/// Work units that one message may cost.
const WORK: u64 = 300_000_000;
/// Units beyond them for a last look at what is there when they are spent: what type it is, and its sum.
const LAST_LOOK: u64 = 60_000_000;
/// Bytes out of containers that are held at one time. With the texts that are made of a file to search it, which are
/// bounded where they are made, it stays below 64 MiB.
pub(super) const MOST_HELD: u64 = 46 << 20;
/// Bytes that are held while one buffer is moved to a larger place, or to a smaller one: it takes up both for a moment.
const MOST_MOVED: u64 = 60 << 20;

/// What is left to spend.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    /// Depth of containers that may be opened.
    pub(super) depth: usize,
    entries: usize,
    bytes: u64,
    work: u64,
    last_look: u64,
    held: Rc<Cell<u64>>,
    /// The first bound that was reached, in words: nothing is left to spend.
    pub(super) reached: Option<String>,
    /// Whether something was cut short for being too much to hold, while there is more to spend.
    pub(super) too_much_held: bool,
    limits: Limits,
}

/// Bytes that count as held until this is dropped.
#[derive(Debug)]
pub(super) struct Held {
    count: u64,
    all: Rc<Cell<u64>>,
}

impl Held {
    /// Counts more, or fewer.
    pub(super) fn set(&mut self, count: usize) {
        let count = count as u64;
        self.all.set(self.all.get().saturating_sub(self.count).saturating_add(count));
        self.count = count;
    }

    /// Makes room for `more` bytes in a buffer that is counted here; `false` where there is none.
    fn grow(&mut self, out: &mut Vec<u8>, more: usize) -> bool {
        let (len, capacity) = (out.len() as u64, out.capacity() as u64);
        if capacity - len >= more as u64 {
            return true;
        }
        // It takes up its old place and the new one for a moment.
        let all = self.all.get();
        let most = (MOST_HELD + capacity).saturating_sub(all).min(MOST_MOVED.saturating_sub(all));
        let wanted = (2 * capacity).max(len + more as u64).min(most);
        let Some(added) = wanted.checked_sub(len).filter(|n| *n >= more as u64) else { return false };
        out.reserve_exact(usize::try_from(added).unwrap_or(usize::MAX));
        self.set(out.capacity());
        true
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.set(self.all.get().saturating_sub(self.count));
    }
}

/// What came out of a container: counted as held, or a piece of the container itself.
#[derive(Debug)]
pub(super) struct Unpacked<'a> {
    bytes: Cow<'a, [u8]>,
    _held: Option<Held>,
}

impl<'a> Unpacked<'a> {
    /// Bytes of the container itself.
    pub(super) fn piece(bytes: &'a [u8]) -> Unpacked<'a> {
        Unpacked { bytes: Cow::Borrowed(bytes), _held: None }
    }
}

impl Deref for Unpacked<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// What is written out byte by byte, within the room there is.
pub(super) struct Growing {
    pub(super) bytes: Vec<u8>,
    held: Held,
    most: usize,
    /// Whether more would have come.
    full: bool,
}

impl Growing {
    /// A try that goes no further than `most` bytes and counts for nothing.
    pub(super) fn probe(most: usize) -> Growing {
        Growing { bytes: Vec::new(), held: Held { count: 0, all: Rc::default() }, most, full: false }
    }

    /// Whether more would have come.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Makes room for so many bytes; `false` where there is none.
    pub(super) fn room(&mut self, count: usize) -> bool {
        let fits = self.bytes.len() + count <= self.most && self.held.grow(&mut self.bytes, count);
        self.full |= !fits;
        fits
    }

    /// Adds bytes; `false` where there is no room.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        let fits = self.room(bytes.len());
        if fits {
            self.bytes.extend_from_slice(bytes);
        }
        fits
    }

    /// Adds as much of this as there is room for; `false` where that is not all.
    pub(super) fn fill(&mut self, bytes: &[u8]) -> bool {
        bytes.chunks(1 << 20).all(|piece| self.push(piece))
    }

    /// Adds so many zeros, or as many as there is room for.
    pub(super) fn zeros(&mut self, count: usize) -> bool {
        let mut left = count;
        while left > 0 {
            let now = left.min(1 << 20);
            if !self.room(now) {
                return false;
            }
            self.bytes.resize(self.bytes.len() + now, 0);
            left -= now;
        }
        true
    }
}

/// A reader whose window grows with what comes out of it, and counts as held.
pub(super) struct Windowed<R> {
    reader: R,
    window: Window,
}

/// The window of one or more unpackers, which doubles when it is full, up to the size that its stream names.
pub(super) struct Window {
    count: u64,
    most: u64,
    read: u64,
    held: Held,
}

impl Window {
    /// Makes room for `more` bytes that come out; `false` where it would be too large.
    pub(super) fn pass(&mut self, more: usize) -> bool {
        self.read = self.read.saturating_add(more as u64);
        let one = self.read.next_power_of_two().max(64 << 10).min(self.most);
        let wanted = one.saturating_mul(self.count);
        if wanted <= self.held.count {
            return true;
        }
        // It is moved when it grows.
        if self.held.all.get().saturating_add(wanted) > MOST_MOVED {
            return false;
        }
        self.held.set(usize::try_from(wanted).unwrap_or(usize::MAX));
        true
    }

    /// Reads from an unpacker that has this window; an error of its own kind where that would be too large.
    pub(super) fn read(&mut self, reader: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
        if !self.pass(out.len()) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let read = reader.read(out)?;
        self.read = self.read.saturating_sub((out.len() - read) as u64);
        Ok(read)
    }
}

impl<R: Read> Read for Windowed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.window.read(&mut self.reader, out)
    }
}

impl Budget {
    /// A fresh budget.
    pub(super) fn new(limits: &Limits) -> Budget {
        Budget {
            depth: limits.depth,
            entries: limits.entries,
            bytes: limits.inflated_bytes,
            work: WORK,
            last_look: LAST_LOOK,
            held: Rc::default(),
            reached: None,
            too_much_held: false,
            limits: *limits,
        }
    }

    /// The bounds it was made from.
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    fn reach(&mut self, what: String) -> bool {
        self.reached.get_or_insert(what);
        false
    }

    /// Pays for one entry of a container; `false` where there are too many.
    pub(super) fn entry(&mut self) -> bool {
        match self.entries.checked_sub(1) {
            Some(left) => {
                self.entries = left;
                true
            }
            None => self.reach(format!("more than {} files inside files", self.limits.entries)),
        }
    }

    /// Whether a container at `depth` may be opened.
    pub(super) fn may_open(&mut self, depth: usize) -> bool {
        depth < self.depth || self.reach(format!("containers nested deeper than {}", self.limits.depth))
    }

    /// Bytes that may still come out of a container at `cost` units of work each, and be held.
    pub(super) fn room(&self, cost: u64) -> u64 {
        self.bytes.min(self.work / cost.max(1)).min(self.room_to_hold())
    }

    /// Bytes that may be held beside what is.
    pub(super) fn room_to_hold(&self) -> u64 {
        MOST_HELD.saturating_sub(self.held.get())
    }

    /// Counts bytes as held for as long as what it gives lives, be there room or not.
    pub(super) fn hold(&self, count: usize) -> Held {
        let mut held = Held { count: 0, all: Rc::clone(&self.held) };
        held.set(count);
        held
    }

    /// Bytes that may still come out of a container at `cost` units of work each, into a buffer that is held and has
    /// `spare` bytes left.
    pub(super) fn left(&self, spare: usize, cost: u64) -> usize {
        let room =
            self.bytes.min(self.work / cost.max(1)).min(self.room_to_hold().saturating_add(spare as u64));
        usize::try_from(room).unwrap_or(usize::MAX)
    }

    /// A window that may grow to `most` bytes.
    pub(super) fn window(&self, most: u64) -> Window {
        self.windows(1, most)
    }

    /// So many windows that each may grow to `most` bytes.
    pub(super) fn windows(&self, count: u64, most: u64) -> Window {
        Window { count, most, read: 0, held: self.hold(0) }
    }

    /// A window that is taken at once.
    pub(super) fn window_of(&self, count: u64) -> Window {
        let held = self.hold(usize::try_from(count).unwrap_or(usize::MAX));
        Window { count: 1, most: count, read: 0, held }
    }

    /// A reader that has such a window.
    pub(super) fn windowed<R: Read>(&self, reader: R, most: u64) -> Windowed<R> {
        Windowed { reader, window: self.window(most) }
    }

    /// Makes room for `more` bytes in what comes out of a container and is held; `false` where there is none.
    pub(super) fn grow(&self, out: &mut Vec<u8>, held: &mut Held, more: usize) -> bool {
        more > 0 && held.grow(out, more)
    }

    /// A place for what comes out of a container at `cost` units of work for each byte.
    pub(super) fn growing(&self, cost: u64) -> Growing {
        let held = self.hold(0);
        Growing { bytes: Vec::new(), held, most: self.left(0, cost), full: false }
    }

    /// Pays for what was written out at this cost, and keeps it.
    pub(super) fn grown(&mut self, out: Growing, cost: u64) -> Unpacked<'static> {
        self.out(out.bytes.len(), cost);
        if out.full {
            self.cut(cost);
        }
        self.keep(out.bytes, out.held)
    }

    /// Keeps what was put together of pieces that were paid for.
    pub(super) fn kept(&mut self, out: Growing) -> Unpacked<'static> {
        if out.full {
            self.cut(1);
        }
        self.keep(out.bytes, out.held)
    }

    /// Keeps what came out of a container, and gives back the room that it does not need.
    pub(super) fn keep(&self, mut bytes: Vec<u8>, mut held: Held) -> Unpacked<'static> {
        let (len, capacity) = (bytes.len(), bytes.capacity());
        if capacity - len > len / 8 + (64 << 10) && len as u64 + self.held.get() <= MOST_MOVED {
            bytes.shrink_to_fit();
        }
        held.set(bytes.capacity());
        Unpacked { bytes: Cow::Owned(bytes), _held: Some(held) }
    }

    /// Pays for `n` bytes that came out of a container, each worth `cost` units of work.
    pub(super) fn out(&mut self, n: usize, cost: u64) -> bool {
        let n = n as u64;
        let enough = n <= self.bytes;
        self.bytes = self.bytes.saturating_sub(n);
        let worked = self.work(n.saturating_mul(cost));
        if enough {
            worked
        } else {
            self.reach(format!("more than {} MiB unpacked", self.limits.inflated_bytes >> 20))
        }
    }

    /// Pays for a look at `units` bytes.
    pub(super) fn work(&mut self, units: u64) -> bool {
        match self.work.checked_sub(units) {
            Some(left) => {
                self.work = left;
                true
            }
            None => {
                self.work = 0;
                self.reach("more work than one message may cost".to_owned())
            }
        }
    }

    /// Pays for telling the type of a file of `len` bytes and its sum.
    pub(super) fn look(&mut self, len: usize) {
        let units = len as u64 / 2 + 500;
        if !self.work(units) {
            self.last_look = self.last_look.saturating_sub(units);
        }
    }

    /// Whether another file may be looked at.
    pub(super) fn may_look(&self) -> bool {
        self.last_look > 0
    }

    /// Says that the bounds on bytes or on work cut a container short whose bytes cost `cost` units of work each.
    pub(super) fn cut(&mut self, cost: u64) {
        // Less than a piece that did not fit is as good as nothing.
        const PIECE: u64 = 1 << 20;
        if self.bytes < PIECE {
            self.reach(format!("more than {} MiB unpacked", self.limits.inflated_bytes >> 20));
        } else if self.work < cost.max(1) * PIECE {
            self.reach("more work than one message may cost".to_owned());
        } else {
            self.too_much_held = true;
        }
    }

    /// The bound that was reached, in words.
    pub(super) fn says(&mut self) -> Option<String> {
        let held = || format!("more than {} MiB unpacked at one time", MOST_HELD >> 20);
        self.reached.take().or_else(|| self.too_much_held.then(held))
    }
}

impl Case<'_, '_> {
    /// Says that a bound of the format's own cut the look at this item short: `the first 100 objects` were looked at.
    ///
    /// What the message as a whole may cost is said by the walk, once.
    pub(super) fn only(&mut self, what: &str) {
        let says = format!("was not inspected in full: only {what} were looked at");
        self.find(&f::NOT_INSPECTED_LIMIT, &says, None);
    }

    /// The same where it has more than the `most` bytes that are read of its kind.
    pub(super) fn only_first(&mut self, most: usize) {
        if self.bytes().len() > most {
            self.only(&format!("the first {} of {} bytes", most, self.bytes().len()));
        }
    }
}

//! A waiting line between two threads, bounded by the bytes in it: the first fetches, the second judges and
//! writes, and neither gets far ahead of the other.
//!
//! Either end may leave at any time, by an error or a panic too: the other learns it and never waits in vain.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

/// Opens a line that holds items of `most` bytes together, and always at least one.
pub(super) fn line<T>(most: usize) -> (Entry<T>, Exit<T>) {
    let line = Arc::new(Line { state: Mutex::default(), moved: Condvar::new(), most });
    (Entry(Arc::clone(&line)), Exit(line))
}

/// Where items come in.
pub(super) struct Entry<T>(Arc<Line<T>>);

/// Where items go out, first in first out.
pub(super) struct Exit<T>(Arc<Line<T>>);

/// What was at the exit.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    /// The next item.
    Item(T),
    /// Nothing came in time.
    Nothing,
    /// The entry is closed and the line empty.
    End,
}

struct Line<T> {
    state: Mutex<State<T>>,
    moved: Condvar,
    most: usize,
}

struct State<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    entry_left: bool,
    exit_left: bool,
}

impl<T> Default for State<T> {
    fn default() -> State<T> {
        State { items: VecDeque::new(), bytes: 0, entry_left: false, exit_left: false }
    }
}

impl<T> Line<T> {
    // No code runs under the lock that could leave a state half changed.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Entry<T> {
    /// Puts an item of `bytes` bytes into the line, when there is room. `false` where nobody takes it any more.
    pub(super) fn push(&self, item: T, bytes: usize) -> bool {
        let full = |s: &mut State<T>| !s.exit_left && !s.items.is_empty() && s.bytes + bytes > self.0.most;
        let mut state = self.0.moved.wait_while(self.0.state(), full).unwrap_or_else(PoisonError::into_inner);
        if state.exit_left {
            return false;
        }
        state.bytes += bytes;
        state.items.push_back((item, bytes));
        self.0.moved.notify_all();
        true
    }
}

impl<T> Exit<T> {
    /// Takes the first item, waiting for it as long as it takes.
    pub(super) fn wait(&self) -> Next<T> {
        loop {
            match self.next(LONG) {
                Next::Nothing => {}
                next => return next,
            }
        }
    }

    /// Takes the first item, waiting for it up to `patience`.
    pub(super) fn next(&self, patience: Duration) -> Next<T> {
        let empty = |s: &mut State<T>| !s.entry_left && s.items.is_empty();
        let (mut state, _) = self
            .0
            .moved
            .wait_timeout_while(self.0.state(), patience, empty)
            .unwrap_or_else(PoisonError::into_inner);
        match state.items.pop_front() {
            Some((item, bytes)) => {
                state.bytes -= bytes;
                self.0.moved.notify_all();
                Next::Item(item)
            }
            None if state.entry_left => Next::End,
            None => Next::Nothing,
        }
    }
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        self.0.state().entry_left = true;
        self.0.moved.notify_all();
    }
}

impl<T> Drop for Exit<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.exit_left = true;
        let left = std::mem::take(&mut state.items);
        drop(state);
        drop(left);
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_goes_out_in_order_and_the_end_is_told() {
        let (entry, exit) = line(100);
        assert_eq!(exit.next(Duration::ZERO), Next::Nothing);
        assert!(entry.push(1, 40) && entry.push(2, 60));
        drop(entry);
        assert_eq!(
            [exit.next(LONG), exit.next(LONG), exit.next(LONG)],
            [Next::Item(1), Next::Item(2), Next::End]
        );
    }

    #[test]
    fn a_full_line_makes_the_entry_wait_and_one_item_always_fits() {
        let (entry, exit) = line(100);
        assert!(entry.push(0, 5_000), "larger than the line");
        std::thread::scope(|scope| {
            let pushing = scope.spawn(move || (1..200).all(|n| entry.push(n, 30)));
            for n in 0..200 {
                let waiting = exit.0.state().bytes;
                assert!(waiting <= 100 || n == 0, "{waiting}");
                assert_eq!(exit.next(LONG), Next::Item(n));
            }
            assert!(pushing.join().unwrap());
        });
    }

    #[test]
    fn an_exit_that_left_frees_who_waits_at_the_entry() {
        let (entry, exit) = line(10);
        assert!(entry.push(1, 10));
        std::thread::scope(|scope| {
            let pushing = scope.spawn(|| entry.push(2, 10));
            drop(exit);
            assert!(!pushing.join().unwrap());
        });
        assert!(!entry.push(3, 1));
    }
}

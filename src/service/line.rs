//! A waiting line between threads, bounded by the bytes in it: one fetches, some judge, one writes, and none gets far
//! ahead of the others.
//!
//! Either end may leave at any time, by an error or a panic too: the other learns it and never waits in vain. Who waits
//! is woken for a good piece of work, not for each item: a change of threads costs as much as a short message.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Opens a line that holds items of `most` bytes together, and always at least one.
pub(super) fn line<T>(most: usize) -> (Entry<T>, Exit<T>) {
    let (state, room, work) = (Mutex::default(), Condvar::new(), Condvar::new());
    let line = Arc::new(Line { state, room, work, most });
    (Entry(Arc::clone(&line)), Exit(line))
}

/// Where items come in; several threads may share it.
pub(super) struct Entry<T>(Arc<Line<T>>);

/// Where items go out, first in first out.
pub(super) struct Exit<T>(Arc<Line<T>>);

/// What was at the exit.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    /// The next item, or several.
    Item(T),
    /// Nothing came in time.
    Nothing,
    /// The entry is closed and the line empty.
    End,
}

struct Line<T> {
    state: Mutex<State<T>>,
    /// Something went out, or the exit left.
    room: Condvar,
    /// Something came in, or the entry left.
    work: Condvar,
    most: usize,
}

struct State<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    /// How many wait for room.
    entry_waits: usize,
    /// How many wait for an item.
    exit_waits: usize,
    /// For how many bytes the exit waits, where it wants many items.
    least: usize,
    entry_left: bool,
    exit_left: bool,
}

impl<T> Default for State<T> {
    fn default() -> State<T> {
        State {
            items: VecDeque::new(),
            bytes: 0,
            entry_waits: 0,
            exit_waits: 0,
            least: 0,
            entry_left: false,
            exit_left: false,
        }
    }
}

impl<T> State<T> {
    /// Whether whoever waits at the exit has a reason to look.
    fn is_worth_a_look(&self) -> bool {
        self.entry_left || (!self.items.is_empty() && (self.entry_waits > 0 || self.bytes >= self.least))
    }
}

impl<T> Line<T> {
    // No code runs under the lock that could leave a state half changed.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever waits for room, once there is much of it.
    fn went_out(&self, state: &State<T>) {
        if state.entry_waits > 0 && state.bytes <= self.most / 2 {
            self.room.notify_all();
        }
    }
}

impl<T> Entry<T> {
    /// Puts an item of `bytes` bytes into the line, when there is room. `false` where nobody takes it any more.
    pub(super) fn push(&self, item: T, bytes: usize) -> bool {
        let (line, mut state) = (&self.0, self.0.state());
        let full = |s: &State<T>| !s.exit_left && !s.items.is_empty() && s.bytes + bytes > line.most;
        if full(&state) {
            state.entry_waits += 1;
            if state.exit_waits > 0 {
                line.work.notify_one();
            }
            let wait = |s: &mut State<T>| full(s) || (!s.exit_left && s.bytes > line.most / 2);
            state = line.room.wait_while(state, wait).unwrap_or_else(PoisonError::into_inner);
            state.entry_waits -= 1;
        }
        if state.exit_left {
            return false;
        }
        state.bytes += bytes;
        state.items.push_back((item, bytes));
        if state.exit_waits > 0 && state.is_worth_a_look() {
            line.work.notify_one();
        }
        true
    }
}

impl<T> Exit<T> {
    /// Takes the first item, waiting for it as long as it takes; `None` at the end. Several may wait.
    pub(super) fn wait(&self) -> Option<T> {
        let (line, mut state) = (&self.0, self.0.state());
        state.exit_waits += 1;
        state = line
            .work
            .wait_while(state, |s| s.items.is_empty() && !s.entry_left)
            .unwrap_or_else(PoisonError::into_inner);
        state.exit_waits -= 1;
        let (item, bytes) = state.items.pop_front()?;
        state.bytes -= bytes;
        line.went_out(&state);
        Some(item)
    }

    /// Takes all items, once they are of `least` bytes together or `patience` is over.
    pub(super) fn take(&self, least: usize, patience: Duration) -> Next<Vec<T>> {
        let (line, mut state) = (&self.0, self.0.state());
        (state.least, state.exit_waits) = (least, state.exit_waits + 1);
        (state, _) = line
            .work
            .wait_timeout_while(state, patience, |s| !s.is_worth_a_look())
            .unwrap_or_else(PoisonError::into_inner);
        (state.least, state.exit_waits) = (0, state.exit_waits - 1);
        let items: Vec<T> = state.items.drain(..).map(|(item, _)| item).collect();
        state.bytes = 0;
        line.went_out(&state);
        match (items.is_empty(), state.entry_left) {
            (false, _) => Next::Item(items),
            (true, true) => Next::End,
            (true, false) => Next::Nothing,
        }
    }
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        self.0.state().entry_left = true;
        self.0.work.notify_all();
    }
}

impl<T> Drop for Exit<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.exit_left = true;
        let left = std::mem::take(&mut state.items);
        state.bytes = 0;
        drop(state);
        drop(left);
        self.0.room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn what_comes_in_goes_out_in_order_and_the_end_is_told() {
        let (entry, exit) = line(100);
        assert_eq!(exit.take(0, Duration::ZERO), Next::Nothing);
        assert!(entry.push(1, 40) && entry.push(2, 0) && entry.push(3, 50));
        assert_eq!(exit.wait(), Some(1));
        drop(entry);
        assert_eq!(exit.take(0, LONG), Next::Item(vec![2, 3]));
        assert_eq!((exit.take(0, LONG), exit.wait()), (Next::End, None));
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
                assert_eq!(exit.wait(), Some(n));
            }
            assert!(pushing.join().unwrap());
        });
    }

    #[test]
    fn many_are_taken_together_and_nobody_waits_for_more_than_can_come() {
        let (entry, exit) = line(100);
        std::thread::scope(|scope| {
            scope.spawn(move || (0..500).all(|n| entry.push(n, if n % 7 == 0 { 90 } else { 10 })));
            let (mut seen, mut takes) = (Vec::new(), 0);
            while let Next::Item(items) = exit.take(80, LONG) {
                seen.extend(items);
                takes += 1;
            }
            assert_eq!(seen, (0..500).collect::<Vec<_>>());
            assert!(takes < 300, "{takes}");
        });
        // What is too little is there once patience is over.
        let (entry, exit) = line(100);
        assert!(entry.push(1, 10));
        assert_eq!(exit.take(80, Duration::from_millis(20)), Next::Item(vec![1]));
    }

    #[test]
    fn several_may_wait_for_room() {
        let (entry, exit) = line(100);
        std::thread::scope(|scope| {
            let push = || (0..2_000).all(|n| entry.push(n, 60));
            let pushing = [scope.spawn(push), scope.spawn(push)];
            let mut seen = 0;
            while seen < 4_000 {
                if let Next::Item(items) = exit.take(80, Duration::from_millis(20)) {
                    seen += items.len();
                }
            }
            assert!(pushing.into_iter().all(|p| p.join().unwrap()));
        });
    }

    #[test]
    fn several_share_the_work() {
        let (entry, exit) = line(1_000);
        std::thread::scope(|scope| {
            let work = || std::iter::from_fn(|| exit.wait()).collect::<Vec<u32>>();
            let (one, two) = (scope.spawn(work), scope.spawn(work));
            assert!((0..10_000).all(|n| entry.push(n, 10)));
            drop(entry);
            let mut all = [one.join().unwrap(), two.join().unwrap()].concat();
            all.sort_unstable();
            assert_eq!(all, (0..10_000).collect::<Vec<_>>());
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

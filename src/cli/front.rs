//! The window while there is one, and what is wanted of it while there is none. The service tells its events here and
//! goes on whether somebody looks or not; a second start, a click on a notification and `lazaret quit` come here.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::desktop::Desktop;
use crate::gui::news::Target;
use crate::gui::{Raise, Waker};
use crate::service::Event;

/// Events that may wait for the window.
const EVENTS: usize = 1_024;
/// Troubles that are kept for the next window.
const TROUBLES: usize = 20;

/// Where window, service and desktop meet. Clones mean the same place.
#[derive(Clone, Default)]
pub(super) struct Front(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    /// The window that is open.
    raise: Option<Raise>,
    /// Its end of the events.
    events: Option<(SyncSender<Event>, Waker)>,
    /// What nobody has seen.
    troubles: VecDeque<Event>,
    /// A window is wanted, and perhaps what it is to show.
    wanted: Option<Option<Target>>,
    /// The program is to end.
    quit: bool,
    /// Whether the person wants the program to go on when the window is closed.
    stays: bool,
}

/// What is wanted while there is no window.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// One is to open.
    Window,
    /// The program is to end.
    Quit,
}

impl Front {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events for a window that opens: first what nobody has seen.
    pub(super) fn listen(&self, waker: Waker) -> Receiver<Event> {
        let (sender, events) = sync_channel(EVENTS);
        let mut state = self.state();
        for trouble in state.troubles.drain(..) {
            // There is room for more than are kept.
            let _ = sender.try_send(trouble);
        }
        state.events = Some((sender, waker));
        events
    }

    /// Takes an event of the service's to the window, and news to the desktop. Waits for a slow window.
    pub(super) fn tell(&self, event: Event, desktop: &Desktop) {
        match &event {
            Event::Arrived(arrival) => return desktop.arrived(arrival.clone(), self.is_watched()),
            Event::Desktop(choice) => {
                desktop.set_wanted(choice.notify);
                self.state().stays = choice.background;
            }
            _ => {}
        }
        let listens = self.state().events.clone();
        let missed = match listens {
            Some((sender, waker)) => {
                let missed = sender.send(event).err().map(|error| error.0);
                waker.wake();
                missed
            }
            None => Some(event),
        };
        // Everything else is asked for by the next window itself.
        if let Some(trouble @ Event::Problem(_)) = missed {
            let mut state = self.state();
            if state.troubles.len() == TROUBLES {
                state.troubles.pop_front();
            }
            state.troubles.push_back(trouble);
        }
    }

    /// The window has opened.
    pub(super) fn opened(&self, raise: Raise) {
        let mut state = self.state();
        if let Some(Some(target)) = state.wanted.take() {
            raise.show(target);
        }
        if state.quit {
            raise.quit();
        }
        state.raise = Some(raise);
    }

    /// The window is gone, or did not open.
    pub(super) fn closed(&self) {
        let mut state = self.state();
        (state.raise, state.events, state.wanted) = (None, None, None);
    }

    /// Brings the window forward, or opens one; to what a notification was about where there was one.
    pub(super) fn show(&self, target: Option<Target>) {
        let mut state = self.state();
        match (&state.raise, target) {
            (Some(raise), Some(target)) => raise.show(target),
            (Some(raise), None) => raise.raise(),
            (None, target) => {
                state.wanted = Some(target);
                self.0.1.notify_all();
            }
        }
    }

    /// Ends the program.
    pub(super) fn quit(&self) {
        let mut state = self.state();
        state.quit = true;
        if let Some(raise) = &state.raise {
            raise.quit();
        }
        self.0.1.notify_all();
    }

    /// Waits until something is wanted.
    pub(super) fn wait(&self) -> Wanted {
        let mut state = self.state();
        loop {
            if state.quit {
                return Wanted::Quit;
            }
            if state.wanted.is_some() {
                return Wanted::Window;
            }
            state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the person wants the program to go on when the window is closed.
    pub(super) fn stays(&self) -> bool {
        let state = self.state();
        state.stays && !state.quit
    }

    /// Whether the person is at work in the window.
    fn is_watched(&self) -> bool {
        self.state().raise.as_ref().is_some_and(Raise::is_watched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::command::DesktopChoice;
    use crate::service::event::Problem;

    fn trouble(number: usize) -> Event {
        Event::Problem(Problem { account: None, says: number.to_string(), advice: String::new() })
    }

    #[test]
    fn troubles_that_nobody_saw_wait_for_the_next_window_and_the_service_never_does() {
        let front = Front::default();
        let desktop = Desktop::start(|_| {});
        for number in 0..TROUBLES + 3 {
            front.tell(trouble(number), &desktop);
            front.tell(Event::Changed, &desktop);
        }
        let events = front.listen(Waker::default());
        let said: Vec<Event> = events.try_iter().collect();
        assert_eq!(said.len(), TROUBLES);
        assert!(matches!(&said[0], Event::Problem(problem) if problem.says == "3"));
        front.tell(Event::Changed, &desktop);
        assert!(matches!(events.try_recv(), Ok(Event::Changed)));
        // A window that closes without a word loses nothing either.
        drop(events);
        front.tell(trouble(99), &desktop);
        front.closed();
        let events = front.listen(Waker::default());
        assert!(matches!(events.try_recv(), Ok(Event::Problem(problem)) if problem.says == "99"));
    }

    #[test]
    fn without_a_window_a_wish_opens_one_and_quitting_comes_first() {
        let front = Front::default();
        front.show(Some(Target::Bounces));
        assert_eq!(front.wait(), Wanted::Window);
        front.closed();
        let waiting = std::thread::spawn({
            let front = front.clone();
            move || front.wait()
        });
        front.quit();
        assert_eq!(waiting.join().unwrap(), Wanted::Quit);
        front.show(None);
        assert_eq!(front.wait(), Wanted::Quit);
    }

    #[test]
    fn it_stays_where_the_person_wants_that_and_has_not_quit() {
        let front = Front::default();
        let desktop = Desktop::start(|_| {});
        assert!(!front.stays());
        let choice = DesktopChoice { background: true, ..DesktopChoice::default() };
        front.tell(Event::Desktop(choice), &desktop);
        assert!(front.stays());
        front.quit();
        assert!(!front.stays());
    }
}

//! The two channels between window and service, and the way to wake the window.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, OnceLock};

use eframe::egui;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use crate::service::{Command, Event};

/// Wakes the window so that it looks at its events. Clones wake the same window.
///
/// Give the service a closure over a clone (`move || waker.wake()`) and let it call that after each event
/// it sent. Before the window is open a call does nothing: the first frame drains the channel anyway.
#[derive(Clone, Default)]
pub struct Waker(Arc<OnceLock<egui::Context>>);

impl Waker {
    /// Asks for one more frame. Cheap, from any thread.
    pub fn wake(&self) {
        if let Some(ctx) = self.0.get() {
            ctx.request_repaint();
        }
    }

    pub(crate) fn bind(&self, ctx: &egui::Context) {
        let _ = self.0.set(ctx.clone());
    }
}

/// What the window holds of the service.
pub struct ServiceHandle {
    /// Where commands go. A full channel never blocks a frame: what does not fit waits in the window.
    pub commands: Sender<Command>,
    /// Where events come from.
    pub events: Receiver<Event>,
    /// What the service wakes the window with.
    pub waker: Waker,
}

impl ServiceHandle {
    /// A handle over two channels, with a waker of its own.
    pub fn new(commands: Sender<Command>, events: Receiver<Event>) -> ServiceHandle {
        ServiceHandle { commands, events, waker: Waker::default() }
    }
}

/// The most events that one frame takes in, so that a flood can't hold up painting.
const EVENTS_PER_FRAME: usize = 500;

/// Commands that wait, at most; beyond that the service is not answering at all.
const WAITING: usize = 1_000;

/// The channels with what waits for them.
pub(crate) struct Link {
    commands: Sender<Command>,
    events: Receiver<Event>,
    waiting: VecDeque<Command>,
    /// Whether the service has gone.
    pub(crate) closed: bool,
}

/// What [`Link::drain`] found.
pub(crate) struct Drained {
    /// The events, oldest first.
    pub(crate) events: Vec<Event>,
    /// Whether there may be more.
    pub(crate) more: bool,
}

impl Link {
    pub(crate) fn new(handle: ServiceHandle) -> Link {
        let ServiceHandle { commands, events, .. } = handle;
        Link { commands, events, waiting: VecDeque::new(), closed: false }
    }

    /// Takes the events that are there, without waiting.
    pub(crate) fn drain(&mut self) -> Drained {
        let mut events = Vec::new();
        while events.len() < EVENTS_PER_FRAME {
            match self.events.try_recv() {
                Ok(event) => events.push(event),
                Err(TryRecvError::Empty) => return Drained { events, more: false },
                Err(TryRecvError::Disconnected) => {
                    self.closed = true;
                    return Drained { events, more: false };
                }
            }
        }
        Drained { events, more: true }
    }

    /// Queues a command. A list that still waits is replaced by a newer question about the same shelf.
    pub(crate) fn push(&mut self, command: Command) {
        if let Command::List(new) = &command {
            self.waiting.retain(|old| !matches!(old, Command::List(q) if q.shelf == new.shelf));
        }
        if self.waiting.len() < WAITING {
            self.waiting.push_back(command);
        }
    }

    /// Offers what waits to the service, in order. Returns whether something still waits.
    pub(crate) fn flush(&mut self) -> bool {
        while let Some(command) = self.waiting.pop_front() {
            match self.commands.try_send(command) {
                Ok(()) => {}
                Err(TrySendError::Full(command)) => {
                    self.waiting.push_front(command);
                    return true;
                }
                Err(TrySendError::Closed(_)) => {
                    self.closed = true;
                    self.waiting.clear();
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::command::ListQuery;

    #[test]
    fn a_full_channel_keeps_commands_in_order_and_forgets_old_questions() {
        let (tx, mut rx) = tokio::sync::mpsc::channel(1);
        let (_events, receiver) = std::sync::mpsc::channel();
        let mut link = Link::new(ServiceHandle::new(tx, receiver));
        link.push(Command::Overview);
        link.push(Command::List(ListQuery { text: "a".into(), ..ListQuery::default() }));
        link.push(Command::List(ListQuery { text: "ab".into(), ..ListQuery::default() }));
        assert!(link.flush());
        assert!(matches!(rx.try_recv(), Ok(Command::Overview)));
        assert!(!link.flush());
        assert!(matches!(rx.try_recv(), Ok(Command::List(q)) if q.text == "ab"));
        assert!(rx.try_recv().is_err());
    }

    #[test]
    fn a_service_that_has_gone_is_noticed() {
        let (tx, rx) = tokio::sync::mpsc::channel(1);
        drop(rx);
        let (_events, receiver) = std::sync::mpsc::channel();
        let mut link = Link::new(ServiceHandle::new(tx, receiver));
        link.push(Command::Overview);
        assert!(!link.flush());
        assert!(link.closed);
    }
}

//! The desktop's notifications: a thread that hears what is news, asks [`Room`] what to say of it and when, and has
//! it shown.
//!
//! A desktop without a notification service, or with one that does not answer, holds up nothing: each try is on a
//! thread of its own and is waited for [`PATIENCE`] at most; the log tells of the first failure, and no second try is
//! made while one hangs. A click on a notification leads into the window.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use crate::gui::news::{Notification, Room, Target};
use crate::service::news::Arrival;

/// How long the notification service may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// News that may wait for the thread.
const WAITING: usize = 4_096;
/// Notifications whose click is waited for at a time.
const WATCHED: usize = 8;

/// What the thread hears.
enum Heard {
    /// Mail came; whether the person is at work in the window.
    Arrived(Box<Arrival>, bool),
    /// Whether the person wants notifications.
    Wanted(bool),
}

/// The way to the thread. It ends when this is dropped; a notification that is shown stays.
#[derive(Debug, Clone)]
pub(super) struct Desktop(SyncSender<Heard>);

impl Desktop {
    /// Starts the thread. `lead` is called where a notification was clicked, on a thread of its own.
    pub(super) fn start(lead: impl Fn(Target) + Send + Sync + 'static) -> Desktop {
        let (heard, queue) = sync_channel(WAITING);
        let work = move || listen(&queue, &mut Speaker::new(Arc::new(lead)));
        if let Err(error) = std::thread::Builder::new().name("notifications".to_owned()).spawn(work) {
            tracing::warn!("no notifications: {error}");
        }
        Desktop(heard)
    }

    /// Hears of mail. Never waits.
    pub(super) fn arrived(&self, arrival: Box<Arrival>, watched: bool) {
        self.send(Heard::Arrived(arrival, watched));
    }

    /// Hears whether the person wants notifications. Never waits.
    pub(super) fn set_wanted(&self, wanted: bool) {
        self.send(Heard::Wanted(wanted));
    }

    fn send(&self, heard: Heard) {
        // Without its thread nobody hears, which was said when it did not start.
        if let Err(TrySendError::Full(_)) = self.0.try_send(heard) {
            tracing::warn!("too much news at once for notifications; the window shows all of it");
        }
    }
}

fn listen(queue: &Receiver<Heard>, speaker: &mut Speaker) {
    let mut room = Room::default();
    loop {
        let heard = match room.due() {
            Some(due) => queue.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match heard {
            Ok(Heard::Arrived(arrival, watched)) => room.take(*arrival, watched, Instant::now()),
            Ok(Heard::Wanted(wanted)) => room.set_wanted(wanted),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Some(notification) = room.say(Instant::now()) {
            speaker.say(notification);
        }
    }
}

/// Has notifications shown.
struct Speaker {
    lead: Arc<dyn Fn(Target) + Send + Sync>,
    /// The try that has not answered yet.
    hangs: Option<Receiver<Result<(), String>>>,
    /// Whether the log was told of a failure already.
    complained: bool,
    /// Notifications whose click is waited for.
    watched: Arc<AtomicUsize>,
}

impl Speaker {
    fn new(lead: Arc<dyn Fn(Target) + Send + Sync>) -> Speaker {
        Speaker { lead, hangs: None, complained: false, watched: Arc::default() }
    }

    fn say(&mut self, notification: Notification) {
        if let Some(hangs) = &self.hangs {
            match hangs.try_recv() {
                Err(std::sync::mpsc::TryRecvError::Empty) => return,
                _ => self.hangs = None,
            }
        }
        let (done, shown) = sync_channel(1);
        let (lead, watched) = (Arc::clone(&self.lead), Arc::clone(&self.watched));
        let work = move || {
            let mut done = Some(done);
            let mut tell = |result| {
                if let Some(done) = done.take() {
                    // Nobody waits any more where it took too long.
                    let _ = done.send(result);
                }
            };
            show(&notification, &watched, &mut tell, &*lead);
        };
        if let Err(error) = std::thread::Builder::new().name("notification".to_owned()).spawn(work) {
            return self.complain(&error.to_string());
        }
        match shown.recv_timeout(PATIENCE) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.complain(&error),
            Err(RecvTimeoutError::Disconnected) => self.complain("it ended before it was shown"),
            Err(RecvTimeoutError::Timeout) => {
                self.hangs = Some(shown);
                self.complain(&format!("the desktop did not answer within {} seconds", PATIENCE.as_secs()));
            }
        }
    }

    fn complain(&mut self, why: &str) {
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!(
                "a notification could not be shown ({why}); the window shows all news, and this is said only once"
            );
        }
    }
}

/// What is the same on every desktop.
fn draft(notification: &Notification, text: &str) -> notify_rust::Notification {
    let mut draft = notify_rust::Notification::new();
    draft.appname("Lazaret").summary(&notification.title).body(text).icon("lazaret");
    draft
}

/// Shows one notification, tells what came of it, and waits for its click.
#[cfg(all(unix, not(target_os = "macos")))]
fn show(
    notification: &Notification,
    watched: &AtomicUsize,
    tell: &mut dyn FnMut(Result<(), String>),
    lead: &dyn Fn(Target),
) {
    let can = match notify_rust::get_capabilities() {
        Ok(can) => can,
        Err(error) => return tell(Err(error.to_string())),
    };
    let can = |what: &str| can.iter().any(|known| known == what);
    let text = if can("body-markup") { escaped(&notification.text) } else { notification.text.clone() };
    let mut draft = draft(notification, &text);
    draft.hint(notify_rust::Hint::DesktopEntry("lazaret".to_owned()));
    draft.hint(notify_rust::Hint::Category("email".to_owned()));
    if can("actions") {
        draft.action("default", "Open");
    }
    match draft.show() {
        Err(error) => tell(Err(error.to_string())),
        Ok(shown) => {
            tell(Ok(()));
            let many = watched.fetch_add(1, Ordering::Relaxed) >= WATCHED;
            if can("actions") && !many {
                shown.wait_for_action(|action| {
                    if action == "default" {
                        lead(notification.target);
                    }
                });
            }
            watched.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Shows one notification and tells what came of it. These desktops bring no click back.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn show(
    notification: &Notification,
    _watched: &AtomicUsize,
    tell: &mut dyn FnMut(Result<(), String>),
    _lead: &dyn Fn(Target),
) {
    let shown = draft(notification, &notification.text).show();
    tell(shown.map(|_| ()).map_err(|error| error.to_string()));
}

/// Text for a service that reads markup, as that markup writes it.
#[cfg(all(unix, not(target_os = "macos")))]
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            letter => out.push(letter),
        }
    }
    out
}

//! No arguments: the window.

use super::print::FAILED;

/// Runs the window on the person's own mail.
pub(super) fn run() -> u8 {
    match display_missing() {
        Some(why) => {
            eprintln!("{why}");
            eprintln!(
                "  Without a display use: lazaret scan, lazaret sync, lazaret demo (see lazaret --help)."
            );
            FAILED
        }
        None => open(false),
    }
}

/// Why no window can open here, in a sentence; `None` where one may.
pub(super) fn display_missing() -> Option<String> {
    if cfg!(not(feature = "window")) {
        return Some("This build has no window.".to_owned());
    }
    let there = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let needs_display = cfg!(all(unix, not(target_os = "macos")));
    (needs_display && !there("DISPLAY") && !there("WAYLAND_DISPLAY"))
        .then(|| "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).".to_owned())
}

/// Opens the window, on the demo mailbox where `demo` says so.
#[cfg(not(feature = "window"))]
pub(super) fn open(_demo: bool) -> u8 {
    FAILED
}

/// Opens the window, on the demo mailbox where `demo` says so.
#[cfg(feature = "window")]
pub(super) fn open(demo: bool) -> u8 {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::print::DONE;
    use super::single::{self, Start};
    use crate::account::{Credentials, Paths, kept};
    use crate::gui::{self, Keeper, Memory, ServiceHandle, Waker};
    use crate::service::{EventSink, Options, Place, Service};

    /// Events that may wait for the window.
    const EVENTS: usize = 1_024;

    let name = if demo { "demo" } else { "window" };
    let claim = match Place::own().map(|place| single::start(place.folder(), name)) {
        Ok(Start::Second) => {
            eprintln!("Lazaret is open already: its window comes forward.");
            return DONE;
        }
        Ok(Start::Silent) => {
            eprintln!("Lazaret is open already, but its window does not answer.");
            eprintln!("  Wait a moment and try again; if that does not help, end the other program first.");
            return FAILED;
        }
        Ok(Start::First(claim)) => claim,
        // The window says what is wrong with the folder.
        Err(_) => None,
    };
    let keeper = Paths::find().ok().map(|paths| {
        let file = paths.config.join(format!("{name}.json"));
        let text = kept::read(&file).unwrap_or_else(|error| {
            tracing::warn!("{} is not used: {error}", file.display());
            None
        });
        Keeper::start(text.map(|text| Memory::from_text(&text)).unwrap_or_default(), move |text| {
            if let Err(error) = kept::write(&file, text) {
                tracing::warn!("{} can't be written: {error}", file.display());
            }
        })
    });
    let running: Arc<Mutex<Option<Service>>> = Arc::default();
    let started = Arc::clone(&running);
    let opened = gui::run(
        Box::new(move || {
            let (to_window, events) = std::sync::mpsc::sync_channel(EVENTS);
            let waker = Waker::default();
            let sink: EventSink = {
                let waker = waker.clone();
                Arc::new(move |event| {
                    let taken = to_window.send(event).is_ok();
                    waker.wake();
                    taken
                })
            };
            let service = Place::own()
                .and_then(|place| {
                    let credentials = Arc::new(Credentials::open());
                    Service::start(Options { place, demo, automatic: true, credentials }, sink)
                })
                .map_err(|error| error.problem(None))?;
            let commands = service.commands();
            *started.lock().unwrap_or_else(PoisonError::into_inner) = Some(service);
            Ok(ServiceHandle { commands, events, waker })
        }),
        keeper,
        move |raise| {
            if let Some(claim) = claim {
                claim.serve(move || raise.raise());
            }
        },
    );
    // The window (and with it the receiving end) has gone before the service, whose threads then never wait
    // for a window that is not there.
    drop(running.lock().unwrap_or_else(PoisonError::into_inner).take());
    match opened {
        Ok(()) => DONE,
        Err(error) => {
            eprintln!("{error}");
            eprintln!("  {}", error.advice());
            FAILED
        }
    }
}

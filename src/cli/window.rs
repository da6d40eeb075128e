//! No arguments: the window. `--background`: the same program without one, until one is wanted.
//!
//! In the background no window exists that could be hidden: not every window system can hide one, and none of its
//! memory is needed. The main thread waits, the service goes on, and the next start opens a window over it.

use super::print::FAILED;

/// Runs the window on the person's own mail, or in the background until it is wanted.
pub(super) fn run(background: bool) -> u8 {
    match display_missing() {
        Some(why) => {
            eprintln!("{why}");
            eprintln!(
                "  Without a display use: lazaret scan, lazaret sync, lazaret demo (see lazaret --help)."
            );
            FAILED
        }
        None => open(if background { Opens::Background } else { Opens::Window }),
    }
}

/// What a start opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opens {
    /// The window.
    Window,
    /// The window on the demo mailbox.
    Demo,
    /// Nothing, until a window is wanted.
    Background,
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

/// Says that there is no window.
#[cfg(not(feature = "window"))]
pub(super) fn open(_opens: Opens) -> u8 {
    FAILED
}

/// Ends the program that has the window, or runs in the background.
#[cfg(not(feature = "window"))]
pub(super) fn quit() -> u8 {
    eprintln!("This build has no window.");
    FAILED
}

/// Ends the program that has the window, or runs in the background.
#[cfg(feature = "window")]
pub(super) fn quit() -> u8 {
    use super::print::DONE;
    use super::single::{self, Found};
    use crate::service::Place;

    let found = match Place::own() {
        Ok(place) => single::quit(place.folder(), WINDOW),
        Err(error) => {
            super::print::problem(&error.problem(None));
            return FAILED;
        }
    };
    match found {
        Found::Nobody => println!("Lazaret was not running."),
        Found::Ended => println!("Lazaret has ended."),
        Found::Silent => {
            eprintln!("Lazaret is open, but does not answer.");
            eprintln!(
                "  Wait a moment and try again; if that does not help, end the program by other means."
            );
            return FAILED;
        }
    }
    DONE
}

/// Under which name the claim on the person's own window is known.
#[cfg(feature = "window")]
const WINDOW: &str = "window";

/// Opens the window, or waits until it is wanted; ends with the program.
#[cfg(feature = "window")]
pub(super) fn open(opens: Opens) -> u8 {
    use super::desktop::Desktop;
    use super::front::{Front, Wanted};
    use super::print::DONE;
    use super::single::{self, Ask, Start};
    use crate::gui;
    use crate::service::Place;

    let name = if opens == Opens::Demo { "demo" } else { WINDOW };
    let wish = if opens == Opens::Background { Ask::Nothing } else { Ask::Raise };
    let claim = match Place::own().map(|place| single::start(place.folder(), name, wish)) {
        Ok(Start::Second) => {
            match wish {
                Ask::Nothing => eprintln!("Lazaret is running already."),
                _ => eprintln!("Lazaret is open already: its window comes forward."),
            }
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
    let front = Front::default();
    if let Some(claim) = claim {
        let asked = front.clone();
        claim.serve(move |ask| match ask {
            Ask::Raise => asked.show(None),
            Ask::Quit => asked.quit(),
            Ask::Nothing => {}
        });
    }
    let led = front.clone();
    let desktop = Desktop::start(move |target| led.show(Some(target)));
    let running = Running::new(front.clone(), desktop, opens == Opens::Demo);
    if opens == Opens::Background {
        if let Err(problem) = running.commands() {
            // A window says it again, and tries again.
            tracing::warn!("{} {}", problem.says, problem.advice);
        }
        if front.wait() == Wanted::Quit {
            return DONE;
        }
    }
    loop {
        let raised = front.clone();
        let opened = gui::run(running.opener(), keeper(name), move |raise| raised.opened(raise));
        front.closed();
        let stays = opens == Opens::Background || (opens == Opens::Window && front.stays());
        match opened {
            Ok(gui::Closed::Quit) => return DONE,
            Ok(gui::Closed::Window) if !stays => return DONE,
            Ok(gui::Closed::Window) => {}
            Err(error) => {
                eprintln!("{error}");
                eprintln!("  {}", error.advice());
                if !stays {
                    return FAILED;
                }
            }
        }
        if front.wait() == Wanted::Quit {
            return DONE;
        }
    }
}

/// What the window remembers over a restart, in a file of its own.
#[cfg(feature = "window")]
fn keeper(name: &str) -> Option<crate::gui::Keeper> {
    use crate::account::{Paths, kept};
    use crate::gui::{Keeper, Memory};

    let file = Paths::find().ok()?.config.join(format!("{name}.json"));
    let text = kept::read(&file).unwrap_or_else(|error| {
        tracing::warn!("{} is not used: {error}", file.display());
        None
    });
    Some(Keeper::start(text.map(|text| Memory::from_text(&text)).unwrap_or_default(), move |text| {
        if let Err(error) = kept::write(&file, text) {
            tracing::warn!("{} can't be written: {error}", file.display());
        }
    }))
}

/// The service, which is started once, by whoever needs it first, and outlives each window. It ends with the last
/// clone of this: no window is there then, so that its threads never wait for one.
#[cfg(feature = "window")]
#[derive(Clone)]
struct Running {
    service: std::sync::Arc<std::sync::Mutex<Option<crate::service::Service>>>,
    front: super::front::Front,
    desktop: super::desktop::Desktop,
    demo: bool,
}

#[cfg(feature = "window")]
impl Running {
    fn new(front: super::front::Front, desktop: super::desktop::Desktop, demo: bool) -> Running {
        Running { service: std::sync::Arc::default(), front, desktop, demo }
    }

    /// Where commands go, and whether the service was there already. Starts it where it was not; that may wait for
    /// a database that another program holds, and for the keyring.
    fn commands(
        &self,
    ) -> Result<(tokio::sync::mpsc::Sender<crate::service::Command>, bool), crate::service::event::Problem>
    {
        use std::sync::{Arc, PoisonError};

        use crate::account::{Credentials, Login};
        use crate::service::{EventSink, Options, Place, Service};

        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = &*service {
            return Ok((service.commands(), true));
        }
        let (front, desktop) = (self.front.clone(), self.desktop.clone());
        let sink: EventSink = Arc::new(move |event| {
            front.tell(event, &desktop);
            true
        });
        let started = Place::own()
            .and_then(|place| {
                let credentials = Arc::new(Credentials::open());
                let login = if self.demo { None } else { Login::find() };
                Service::start(Options { place, demo: self.demo, automatic: true, credentials, login }, sink)
            })
            .map_err(|error| error.problem(None))?;
        Ok((service.insert(started).commands(), false))
    }

    /// What a window opens its data with.
    fn opener(&self) -> crate::gui::Opener {
        use crate::gui::{ServiceHandle, Waker};
        use crate::service::Command;

        let running = self.clone();
        Box::new(move || {
            let waker = Waker::default();
            let events = running.front.listen(waker.clone());
            let (commands, known) = running.commands()?;
            if known {
                // Its greeting went to an earlier window. Nobody to greet means that it has ended, which the window
                // finds out and says.
                let _ = commands.blocking_send(Command::Greet);
            }
            Ok(ServiceHandle { commands, events, waker })
        })
    }
}

//! The window, driven by accessible name and by keyboard, without a display.
//!
//! Each test answers the window's questions from `fixture` as the service would and looks at the commands
//! that come out. The harness fails by itself where a control has no accessible name or a sign no glyph.

mod fixture;
mod harness;

mod actions;
mod bounces;
mod chart;
// The same server as the tests of IMAP.
#[cfg(unix)]
#[path = "../imap/dovecot.rs"]
mod dovecot;
#[cfg(unix)]
mod first_run;
mod forms;
mod lists;
// Has a desktop bus of its own.
#[cfg(all(unix, not(target_os = "macos")))]
mod notified;
mod pictures;
mod reach;
// Drives an X server.
#[cfg(unix)]
mod real;
mod shell;
#[cfg(unix)]
mod starts;
mod states;
mod wishes;

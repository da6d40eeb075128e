//! The window: egui views over snapshots. No mail, disk or network work happens here.
//!
//! [`run`] opens it; [`Shell`] starts the service behind a [`ServiceHandle`]: commands go out, events come in, and neither ever blocks a
//! frame. `App::logic` drains events into the [`model`], `App::ui` paints model and [`state`], and views
//! return the commands that the person's clicks and keys mean.
//!
//! ```text
//! service ── Event ──▶ model (what is)   ┐
//!                                        ├─▶ views ── Command ──▶ service
//! person ── click, key ─▶ state (what is shown) ┘
//! ```
//!
//! Colours and sizes live in [`theme`] alone. A new view is a file in `views`, a variant of
//! [`state::View`] and a line in `views::show`; a new key is a row in [`keys::KEYS`].

mod app;
mod fonts;
mod form;
mod grid;
mod keys;
mod link;
mod list;
mod memory;
mod model;
pub mod news;
mod preflight;
mod problems;
mod raise;
mod shell;
mod state;
mod theme;
mod views;
mod widgets;
mod words;
mod zoom;

pub use app::App;
pub use link::{ServiceHandle, Waker};
pub use memory::{Keeper, Memory};
pub use preflight::WindowError;
pub use raise::Raise;
pub use shell::{Opener, Shell};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use eframe::egui;

use theme::size;

/// How a window ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It was closed.
    Window,
    /// The program is to end.
    Quit,
}

/// Opens the window and returns when it is closed; it can be opened again after. Where `open` fails, the window says
/// why.
///
/// With a `keeper` the window opens as it was when it was closed. `raised` is given what brings the window
/// forward, for another start of the program to use.
///
/// Call it on the main thread. Fails before anything is shown where there is no display, where a library
/// that the window system needs is missing, or where OpenGL can't be started; the error says what to do.
pub fn run(
    open: Opener,
    keeper: Option<Keeper>,
    raised: impl FnOnce(Raise) + 'static,
) -> Result<Closed, WindowError> {
    preflight::check()?;
    let remembered = keeper.as_ref().map(|k| k.memory().clone()).unwrap_or_default();
    let viewport = egui::ViewportBuilder::default()
        .with_title("Lazaret")
        .with_app_id("lazaret")
        .with_icon(app::icon())
        .with_inner_size(remembered.window_size())
        .with_maximized(remembered.is_maximized())
        .with_min_inner_size([size::WINDOW_MIN_WIDTH, size::WINDOW_MIN_HEIGHT]);
    let quit = Arc::new(AtomicBool::new(false));
    let quits = Arc::clone(&quit);
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    eframe::run_native(
        "Lazaret",
        options,
        Box::new(|creation| {
            App::dress(&creation.egui_ctx);
            let (raise, ours) = Raise::pair(&creation.egui_ctx, quits);
            raised(raise);
            Ok(Box::new(Shell::new(open).remembering(keeper).heeding(ours)))
        }),
    )
    .map_err(preflight::explain)?;
    Ok(if quit.load(Ordering::Relaxed) { Closed::Quit } else { Closed::Window })
}

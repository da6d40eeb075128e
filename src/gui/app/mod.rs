//! The application: drains events in `logic`, paints in `ui`, hands the views' commands over.

mod logic;
mod ui;

use eframe::egui::{Context, IconData, ThemePreference, Ui};

use super::link::{Link, ServiceHandle};
use super::model::{Model, Opened};
use super::news::Target;
use super::state::State;
use super::theme;
use super::words::Now;
use super::{fonts, theme::Icon, views};
use crate::service::Command;
use crate::service::command::{Colours, Look};

/// The window's application. [`super::run`] makes one; tests drive one without a window by [`App::logic`]
/// and [`App::ui`].
pub struct App {
    link: Link,
    model: Model,
    pub(super) state: State,
    shown: Option<Look>,
    /// Whether the first questions were asked.
    asked: bool,
    /// Whether an answer to the questions after a change is still awaited.
    waiting: bool,
    clock: fn() -> Now,
}

impl App {
    /// An application over `handle`, in a `ctx` that was [dressed](App::dress).
    pub fn new(handle: ServiceHandle, ctx: &Context) -> App {
        handle.waker.bind(ctx);
        App::bare(handle, Now::system)
    }

    /// An application whose clock stands still at `at`, UTC, and that leaves fonts as they are; for tests.
    pub fn fixed(handle: ServiceHandle, ctx: &Context, at: jiff::Timestamp) -> App {
        handle.waker.bind(ctx);
        let mut app = App::bare(handle, Now::system);
        app.model.now = Now { at, zone: jiff::tz::TimeZone::UTC };
        app.clock = || Now { at: jiff::Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC };
        app
    }

    /// Sets up fonts and style in `ctx`, before its first pass.
    pub fn dress(ctx: &Context) {
        fonts::install(ctx);
        theme::apply(ctx);
    }

    fn bare(handle: ServiceHandle, clock: fn() -> Now) -> App {
        App {
            link: Link::new(handle),
            model: Model::new(clock()),
            state: State::new(),
            shown: None,
            asked: false,
            waiting: false,
            clock,
        }
    }

    /// Takes in what the service sent and hands over what waits. Runs before each frame, and while the
    /// window is hidden. Never blocks.
    pub fn logic(&mut self, ctx: &Context) {
        logic::run(self, ctx);
    }

    /// Paints one frame.
    pub fn ui(&mut self, ui: &mut Ui) {
        ui::run(self, ui);
    }

    /// Goes to what a notification was about.
    pub fn show(&mut self, target: Target) {
        for command in views::lead(target, &mut self.state) {
            self.send(command);
        }
        self.link.flush();
    }

    /// Whether the service has answered what the first frame asked for.
    pub(super) fn is_answered(&self) -> bool {
        self.asked && !self.waiting && self.model.overview.is_some()
    }

    /// Hands over what still waits, as the window closes.
    pub(super) fn leave(&mut self) {
        // What was never shown was not seen.
        if self.is_answered() {
            self.send(Command::Left);
        }
        self.link.flush();
    }

    /// Whether the person has chosen to end the program.
    pub(super) fn wants_to_quit(&self) -> bool {
        self.state.quit
    }

    /// Whether the person has chosen to close the window; true once.
    pub(super) fn wants_to_close(&mut self) -> bool {
        std::mem::take(&mut self.state.close)
    }

    /// Notes what a command means for the window and queues it.
    fn send(&mut self, command: Command) {
        match &command {
            Command::Open(id) if self.model.opened_id() != Some(*id) => {
                self.model.opened = Some(Opened::Loading(*id));
            }
            // Whoever syncs wants to be asked again.
            Command::Sync { .. } => self.state.aside.clear(),
            Command::TestConnection { settings, .. } => {
                self.model.tested = None;
                self.model.certificates.retain(|ask| ask.account != settings.name);
            }
            Command::AddAccount { settings, .. } => {
                self.model.certificates.retain(|ask| ask.account != settings.name);
            }
            Command::ProvidePassword { account, .. } => {
                self.model.passwords.retain(|ask| ask.account != *account);
            }
            Command::TrustCertificate { account, .. } => {
                self.model.certificates.retain(|ask| ask.account != *account);
            }
            _ => {}
        }
        self.link.push(command);
    }

    fn wear(&mut self, ctx: &Context) {
        let look = self.state.look;
        if self.shown == Some(look) {
            return;
        }
        self.shown = Some(look);
        ctx.set_theme(match look.colours {
            Colours::System => ThemePreference::System,
            Colours::Light => ThemePreference::Light,
            Colours::Dark => ThemePreference::Dark,
        });
        ctx.set_zoom_factor(f32::from(look.percent.clamp(50, 300)) / 100.0);
    }
}

/// The window's icon, drawn: the ship on a plain ground.
pub(crate) fn icon() -> IconData {
    Icon::window()
}

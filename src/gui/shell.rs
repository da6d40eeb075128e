//! The window before there is a service: it opens one, and says so where that fails.
//!
//! A database that is newer than the program, damaged, or held by another program is no reason to close a
//! window that was just opened: [`Shell`] shows what happened and what to do, and tries again on request.

use eframe::egui::{Context, Ui, ViewportCommand};

use super::link::ServiceHandle;
use super::theme::{self, Icon, palette, size};
use super::{App, widgets};
use crate::service::event::Problem;

/// Starts the service; called again where the person asks for another try.
pub type Opener = Box<dyn FnMut() -> Result<ServiceHandle, Problem>>;

/// The application, or why there is none yet.
pub struct Shell {
    open: Opener,
    app: Option<App>,
    problem: Option<Problem>,
    make: fn(ServiceHandle, &Context) -> App,
}

impl Shell {
    /// A shell that opens its service with the first frame.
    pub fn new(open: Opener) -> Shell {
        Shell { open, app: None, problem: None, make: App::new }
    }

    /// A shell whose application's clock stands still at the epoch; for tests.
    pub fn fixed(open: Opener) -> Shell {
        Shell { make: |handle, ctx| App::fixed(handle, ctx, jiff::Timestamp::UNIX_EPOCH), ..Shell::new(open) }
    }

    /// Takes in events, and opens the service where that was not tried yet.
    pub fn logic(&mut self, ctx: &Context) {
        if self.app.is_none() && self.problem.is_none() {
            match (self.open)() {
                Ok(handle) => self.app = Some((self.make)(handle, ctx)),
                Err(problem) => self.problem = Some(problem),
            }
        }
        if let Some(app) = &mut self.app {
            app.logic(ctx);
        }
    }

    /// Paints one frame.
    pub fn ui(&mut self, ui: &mut Ui) {
        match (&mut self.app, &self.problem) {
            (Some(app), _) => app.ui(ui),
            (None, Some(problem)) => {
                if trouble(ui, problem) {
                    self.problem = None;
                    ui.ctx().request_repaint();
                }
            }
            (None, None) => widgets::loading(ui, "Opening…"),
        }
    }
}

/// What happened and what to do; whether to try again.
fn trouble(ui: &mut Ui, problem: &Problem) -> bool {
    let p = palette(ui);
    let mut again = false;
    ui.painter().rect_filled(ui.max_rect(), 0.0, p.ground);
    ui.vertical_centered(|ui| {
        ui.set_max_width(size::MEASURE);
        ui.add_space((ui.available_height() * 0.5 - size::CHART).max(size::XL));
        widgets::sign(ui, Icon::Triangle, size::PICTURE, p.trouble);
        ui.add_space(size::M);
        ui.label(theme::page("Lazaret can't open its data"));
        ui.add_space(size::S);
        ui.label(theme::body(problem.says.as_str()));
        ui.add_space(size::XS);
        ui.label(theme::body(problem.advice.as_str()).color(p.muted));
        ui.add_space(size::L);
        again = widgets::primary(ui, "Try again").clicked();
        ui.add_space(size::S);
        if widgets::quiet(ui, "Quit").clicked() {
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
        ui.add_space(size::L);
        ui.label(theme::meta("Nothing was changed: neither the data nor any mailbox.").color(p.muted));
    });
    again
}

impl eframe::App for Shell {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        Shell::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        Shell::ui(self, ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(app) = &mut self.app {
            app.leave();
        }
    }
}

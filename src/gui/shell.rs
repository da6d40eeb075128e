//! The window before there is a service: it opens one, and says so where that fails.
//!
//! A database that is newer than the program, damaged, or held by another program is no reason to close a
//! window that was just opened: [`Shell`] shows what happened and what to do, and tries again on request.

use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use eframe::egui::{Context, Ui, ViewportCommand};

use super::link::ServiceHandle;
use super::memory::Keeper;
use super::raise::Raised;
use super::theme::{self, Icon, palette, size};
use super::{App, widgets};
use crate::service::event::Problem;

/// Starts the service; called again where the person asks for another try. It may wait (for a database that
/// another program holds, for the keyring): it runs on a thread of its own.
pub type Opener = Box<dyn FnMut() -> Result<ServiceHandle, Problem> + Send>;

/// The opener, back from its thread, and what came of it.
type Tried = (Opener, Result<ServiceHandle, Problem>);

/// The application, or why there is none yet.
pub struct Shell {
    stage: Stage,
    make: fn(ServiceHandle, &Context) -> App,
    /// What is remembered over a restart; `None` where nothing is.
    keeper: Option<Keeper>,
    /// What other threads wish of the window; `None` where there are none.
    raised: Option<Raised>,
    first: First,
}

/// The first frame that shows the person's mail, of which the log tells: it is what a start is measured by.
#[derive(Clone, Copy, PartialEq)]
enum First {
    Awaited,
    /// Handed to the window system, which shows it before the next frame begins.
    Painted,
    Told,
}

/// How far the window is.
enum Stage {
    /// Nothing was tried yet, or another try is wished.
    Closed(Opener),
    /// A thread is at it.
    Opening(Receiver<Tried>),
    /// It failed. Without an opener there is no other try.
    Failed(Option<Opener>, Problem),
    /// The service runs.
    Open(Box<App>),
}

impl Shell {
    /// A shell that begins to open its service with the first frame.
    pub fn new(open: Opener) -> Shell {
        Shell {
            stage: Stage::Closed(open),
            make: App::new,
            keeper: None,
            raised: None,
            first: First::Awaited,
        }
    }

    /// The same, with a memory over restarts.
    pub fn remembering(self, keeper: Option<Keeper>) -> Shell {
        Shell { keeper, ..self }
    }

    /// The same, heeding what other threads wish.
    pub(super) fn heeding(self, raised: Raised) -> Shell {
        Shell { raised: Some(raised), ..self }
    }

    /// A shell whose application's clock stands still at the epoch; for tests.
    pub fn fixed(open: Opener) -> Shell {
        Shell { make: |handle, ctx| App::fixed(handle, ctx, jiff::Timestamp::UNIX_EPOCH), ..Shell::new(open) }
    }

    /// Takes in events, and opens the service where that was not tried yet. Never blocks.
    pub fn logic(&mut self, ctx: &Context) {
        let now = std::mem::replace(&mut self.stage, Stage::Failed(None, stopped()));
        self.stage = match now {
            Stage::Closed(open) => begin(open, ctx),
            Stage::Opening(tried) => match tried.try_recv() {
                Ok((_, Ok(handle))) => {
                    let mut app = (self.make)(handle, ctx);
                    if let Some(keeper) = &self.keeper {
                        keeper.recall(&mut app);
                    }
                    Stage::Open(Box::new(app))
                }
                Ok((open, Err(problem))) => Stage::Failed(Some(open), problem),
                Err(TryRecvError::Empty) => Stage::Opening(tried),
                Err(TryRecvError::Disconnected) => Stage::Failed(None, stopped()),
            },
            other => other,
        };
        if let Some(raised) = &self.raised {
            raised.note(ctx);
        }
        if self.first == First::Painted {
            self.first = First::Told;
            tracing::debug!("the first useful frame is shown");
        }
        if let Stage::Open(app) = &mut self.stage {
            app.logic(ctx);
            while let Some(target) = self.raised.as_ref().and_then(Raised::wish) {
                app.show(target);
            }
            if app.wants_to_close() {
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            if let Some(raised) = self.raised.as_ref().filter(|_| app.wants_to_quit()) {
                raised.quit(ctx);
            }
            if let Some(keeper) = &mut self.keeper {
                keeper.note(app, ctx);
            }
        }
    }

    /// Paints one frame.
    pub fn ui(&mut self, ui: &mut Ui) {
        let again = match &mut self.stage {
            Stage::Open(app) => {
                app.ui(ui);
                if self.first == First::Awaited && app.is_answered() {
                    self.first = First::Painted;
                    ui.ctx().request_repaint();
                }
                return;
            }
            Stage::Closed(_) | Stage::Opening(_) => return opening(ui),
            Stage::Failed(open, problem) => match trouble(ui, problem, open.is_some()) {
                Choice::Nothing => None,
                Choice::Again => open.take(),
                Choice::Quit => {
                    match &self.raised {
                        Some(raised) => raised.quit(ui.ctx()),
                        None => ui.ctx().send_viewport_cmd(ViewportCommand::Close),
                    }
                    None
                }
            },
        };
        if let Some(open) = again {
            self.stage = Stage::Closed(open);
            ui.ctx().request_repaint();
        }
    }
}

/// Runs the opener on a thread that wakes the window when it is done.
fn begin(mut open: Opener, ctx: &Context) -> Stage {
    let (done, tried) = sync_channel::<Tried>(1);
    let ctx = ctx.clone();
    let started = std::thread::Builder::new().name("opening".to_owned()).spawn(move || {
        let result = open();
        // The window may be closed by now.
        let _ = done.send((open, result));
        ctx.request_repaint();
    });
    match started {
        Ok(_) => Stage::Opening(tried),
        Err(error) => {
            let says = format!("The system gave no thread to open the data with: {error}.");
            Stage::Failed(None, Problem { says, ..stopped() })
        }
    }
}

/// What is said where the thread that opens the data is gone.
fn stopped() -> Problem {
    Problem {
        account: None,
        says: "Opening the data stopped before it was done.".to_owned(),
        advice: "Quit and start Lazaret again.".to_owned(),
    }
}

fn opening(ui: &mut Ui) {
    let p = palette(ui);
    ui.painter().rect_filled(ui.max_rect(), 0.0, p.ground);
    widgets::loading(ui, "Opening…");
}

/// What the person chose of what there is to do.
enum Choice {
    Nothing,
    Again,
    Quit,
}

/// What happened and what to do.
fn trouble(ui: &mut Ui, problem: &Problem, may_try: bool) -> Choice {
    let p = palette(ui);
    let (mut again, mut quit) = (false, false);
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
        if may_try {
            again = widgets::primary(ui, "Try again").clicked();
            ui.add_space(size::S);
        }
        quit = widgets::quiet(ui, "Quit").clicked();
        ui.add_space(size::L);
        ui.label(theme::meta("Nothing was changed: neither the data nor any mailbox.").color(p.muted));
    });
    match (again, quit) {
        (true, _) => Choice::Again,
        (_, true) => Choice::Quit,
        _ => Choice::Nothing,
    }
}

impl eframe::App for Shell {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        Shell::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        Shell::ui(self, ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Stage::Open(app) = &mut self.stage {
            app.leave();
        }
        // The last change is on the disk when the window is gone.
        drop(self.keeper.take());
    }
}

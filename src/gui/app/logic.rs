//! Before a frame: events in, questions and commands out.

use std::collections::HashSet;

use eframe::egui::Context;

use super::App;
use crate::gui::model::News;
use crate::gui::state::{Toast, View};
use crate::gui::theme::size;
use crate::gui::words::Now;
use crate::service::command::{MessageId, Shelf};
use crate::service::event::ListPage;
use crate::service::{Command, Event};

pub(super) fn run(app: &mut App, ctx: &Context) {
    let now = (app.clock)();
    if now.at > app.model.now.at {
        app.model.now = Now { ..now };
    }
    let drained = app.link.drain();
    if drained.more {
        ctx.request_repaint();
    }
    for event in drained.events {
        take(app, event);
    }
    if !app.asked {
        app.asked = true;
        ask(app);
    } else if app.model.stale && !app.waiting {
        ask(app);
    }
    if app.link.flush() {
        ctx.request_repaint_after(size::RETRY);
    }
    app.wear(ctx);
}

/// Asks for all that is shown.
fn ask(app: &mut App) {
    app.model.stale = false;
    app.waiting = true;
    app.send(Command::List(app.state.messages.query.clone()));
    app.send(Command::List(app.state.bounces.query.clone()));
    app.send(Command::ListSenders);
    app.send(Command::ListActivity);
    if let Some(id) = app.model.opened_id() {
        app.send(Command::Open(id));
    }
    // Last: its answer says that the round is over.
    app.send(Command::Overview);
}

fn take(app: &mut App, event: Event) {
    match &event {
        Event::Overview(_) => app.waiting = false,
        Event::Look(look) => app.state.look = *look,
        Event::List(page) => {
            let asked = match page.query.shelf {
                Shelf::Bounces => &app.state.bounces.query,
                _ => &app.state.messages.query,
            };
            // An answer to a question that the person has changed since.
            if page.query != *asked {
                return;
            }
        }
        Event::Tested(_) => app.state.setup.testing = false,
        Event::Accounts(accounts) => {
            let known = |name: &str| accounts.iter().any(|a| a.settings.name == name);
            if app.state.setup.adding && known(app.state.setup.name.trim()) {
                app.state.setup = crate::gui::state::SetupForm::new();
                app.model.tested = None;
                app.state.view = View::Overview;
            } else if app.model.no_account() && !accounts.is_empty() && app.state.view == View::Setup {
                app.state.view = View::Overview;
            }
        }
        Event::CertificateUnknown { .. } => {
            app.state.setup.testing = false;
            app.state.setup.adding = false;
        }
        Event::Problem(_) => {
            app.waiting = false;
            app.state.setup.adding = false;
        }
        _ => {}
    }
    let stood = match &event {
        Event::List(page) => Some(stood(app, page)),
        _ => None,
    };
    match app.model.take(event) {
        Some(News::Done { says, undo }) => {
            app.state.toast(Toast { says, advice: None, undo, until: None });
        }
        Some(News::Problem(problem)) => {
            let says = match &problem.account {
                Some(account) => format!("{account}: {}", problem.says),
                None => problem.says,
            };
            let until = Some(f64::INFINITY);
            app.state.toast(Toast { says, advice: Some(problem.advice), undo: None, until });
        }
        None => {}
    }
    if let Some(stood) = stood {
        go_on(app, stood);
    }
}

/// Where the cursor of a list stood in the page that an event is about to replace.
struct Stood {
    shelf: Shelf,
    /// The row's place, and whether the question stays the same.
    at: Option<(usize, bool)>,
}

fn stood(app: &App, page: &ListPage) -> Stood {
    let shelf = page.query.shelf;
    let (list, old) = match shelf {
        Shelf::Bounces => (&app.state.bounces, &app.model.bounces),
        Shelf::Quarantine | Shelf::All => (&app.state.messages, &app.model.messages),
    };
    let at = old.as_ref().and_then(|old| {
        let at = old.rows.iter().position(|row| Some(row.id) == list.cursor)?;
        Some((at, old.query == page.query))
    });
    Stood { shelf, at }
}

/// Drops from the selection what the new page does not hold. Where the message that is open has left the
/// list (it was restored, say) the next one takes its place, so that going through a list needs no clicks.
fn go_on(app: &mut App, stood: Stood) {
    let (list, page) = match stood.shelf {
        Shelf::Bounces => (&mut app.state.bounces, &app.model.bounces),
        Shelf::Quarantine | Shelf::All => (&mut app.state.messages, &app.model.messages),
    };
    let Some(page) = page else { return };
    let there: HashSet<MessageId> = page.rows.iter().map(|row| row.id).collect();
    list.selected.retain(|id| there.contains(id));
    if list.cursor.is_none_or(|id| there.contains(&id)) {
        return;
    }
    let next = match stood.at {
        Some((at, true)) => page.rows.get(at.min(page.rows.len().saturating_sub(1))),
        _ => None,
    };
    match next {
        Some(row) => {
            let id = row.id;
            list.choose(id);
            list.follow = true;
            app.send(Command::Open(id));
        }
        None => list.cursor = None,
    }
}

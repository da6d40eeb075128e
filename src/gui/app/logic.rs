//! Before a frame: events in, questions and commands out.

use eframe::egui::Context;

use super::App;
use crate::gui::model::News;
use crate::gui::state::{Toast, View};
use crate::gui::theme::size;
use crate::gui::words::Now;
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
                crate::service::command::Shelf::Bounces => &app.state.bounces.query,
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
        Event::Problem(_) => {
            app.waiting = false;
            app.state.setup.adding = false;
        }
        _ => {}
    }
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
    prune(app);
}

/// Drops from the selection what the list does not hold any more.
fn prune(app: &mut App) {
    for (list, page) in
        [(&mut app.state.messages, &app.model.messages), (&mut app.state.bounces, &app.model.bounces)]
    {
        let Some(page) = page else { continue };
        if page.query != list.query || list.selected.is_empty() {
            continue;
        }
        let there: std::collections::HashSet<_> = page.rows.iter().map(|r| r.id).collect();
        list.selected.retain(|id| there.contains(id));
        if list.cursor.is_some_and(|id| !there.contains(&id)) {
            list.cursor = None;
        }
    }
}

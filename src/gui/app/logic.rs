//! Before a frame: events in, questions and commands out.

use std::collections::HashSet;

use eframe::egui::Context;

use super::App;
use crate::gui::model::News;
use crate::gui::problems;
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
    app.send(Command::Chart(app.state.zoom.query(app.model.now.at)));
    app.send(Command::Previews);
    app.send(Command::ListSenders);
    app.send(Command::ListActivity);
    if let Some(id) = app.model.opened_id() {
        app.send(Command::Open(id));
    }
    // Last: its answer says that the round is over.
    app.send(Command::Overview);
}

fn take(app: &mut App, mut event: Event) {
    if let Event::List(page) = &mut event
        && page.query.shelf == Shelf::Bounces
    {
        problems::arrange(&mut page.rows, app.state.bounces_by, page.query.dealt);
    }
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
        Event::Chosen { ticket, shelf, rows } => {
            let list =
                if *shelf == Shelf::Bounces { &mut app.state.bounces } else { &mut app.state.messages };
            list.take_chosen(*ticket, rows.clone());
        }
        Event::Tested(_) => app.state.setup.testing = false,
        Event::Accounts(accounts) => {
            let known = |name: &str| accounts.iter().any(|a| a.settings.name == name);
            if app.state.setup.adding && known(app.state.setup.name.trim()) {
                app.state.guide = app.state.setup.name.trim().to_owned();
                app.state.setup = crate::gui::form::SetupForm::new();
                app.model.tested = None;
                app.state.view = View::Guide;
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

/// What a page replaces.
struct Stood {
    shelf: Shelf,
    /// Whether it is the same part of the same list.
    same: bool,
    /// The messages that were there.
    old: HashSet<MessageId>,
}

fn stood(app: &App, page: &ListPage) -> Stood {
    let shelf = page.query.shelf;
    let old = match shelf {
        Shelf::Bounces => &app.model.bounces,
        Shelf::Quarantine | Shelf::All => &app.model.messages,
    };
    let same = old.as_ref().is_some_and(|old| old.query == page.query);
    let old = old.iter().flat_map(|old| &old.rows).map(|row| row.id).collect();
    Stood { shelf, same, old }
}

/// Drops from the selection what has left the list, and brings up to date what has not. Where the message
/// that is open has left (it was restored, say) the next one takes its place, so that going through a list
/// needs no clicks.
fn go_on(app: &mut App, stood: Stood) {
    let (list, page) = match stood.shelf {
        Shelf::Bounces => (&mut app.state.bounces, &app.model.bounces),
        Shelf::Quarantine | Shelf::All => (&mut app.state.messages, &app.model.messages),
    };
    let Some(page) = page else { return };
    let mut commands = Vec::new();
    if stood.same {
        let gone = |id: &MessageId| stood.old.contains(id) && page.place(*id).is_none();
        list.selected.retain(|id, _| !gone(id));
        for row in &page.rows {
            if let Some(known) = list.selected.get_mut(&row.id) {
                *known = row.clone();
            }
        }
        // Members of a folded row are not listed themselves: they are asked for again when needed.
        if let Some(id) = list.cursor.filter(gone) {
            let at = list.at.min(page.total.saturating_sub(1));
            match page.row(at).filter(|_| stood.old.contains(&id)) {
                Some(row) => {
                    commands.push(list.choose(row, at));
                    list.follow = true;
                }
                None => {
                    list.cursor = None;
                    list.fold = None;
                }
            }
        } else if let (Some(within), true) = (list.fold.clone(), list.cursor.is_some()) {
            commands.push(Command::OpenGroup { query: list.query.clone(), within });
        }
    }
    if stood.shelf != Shelf::Bounces
        && let Some(at) =
            app.state.recall.take().filter(|_| list.cursor.is_none()).and_then(|id| page.place(id))
        && let Some(row) = page.row(at)
    {
        commands.push(list.choose(row, at));
        list.follow = true;
    }
    if let Some(at) = list.cursor.and_then(|id| page.place(id)) {
        list.at = at;
    }
    if let Some((at, extend)) = list.seek
        && (page.row(at).is_some() || at >= page.total)
    {
        list.seek = None;
        commands.extend(list.go_to(page, at, extend));
    }
    for command in commands {
        app.send(command);
    }
}

//! The views: functions of model and state that paint and return commands.
//!
//! `frame` holds what is always there; one file per view beside it. What a verb means for messages is
//! decided once, in `verbs`, for buttons and keys alike.

mod activity;
mod attachments;
mod bounces;
mod chart;
mod dialogs;
mod frame;
mod group;
mod guide;
mod help;
mod overview;
mod preview;
mod quarantine;
mod reading;
mod senders;
mod settings;
mod setup;
mod source;
mod table;
mod toasts;
mod verbs;
mod way;
mod welcome;
mod why;

use eframe::egui::{CentralPanel, Frame, Margin, ScrollArea, Ui};

use super::model::Model;
use super::news::Target;
use super::state::{State, View};
use super::theme::{palette, size};
use crate::service::Command;
use crate::service::command::ListQuery;

pub(crate) use verbs::act;

/// Paints one frame of the window.
pub(crate) fn show(ui: &mut Ui, model: &Model, state: &mut State, service_gone: bool) -> Vec<Command> {
    let mut out = Vec::new();
    let p = palette(ui);
    frame::top(ui, model, state, &mut out);
    frame::jobs(ui, model, &mut out);
    let welcome = model.no_account() && !matches!(state.view, View::Setup | View::Settings);
    if !model.no_account() {
        frame::side(ui, model, state);
    }
    CentralPanel::default().frame(Frame::new().fill(p.ground)).show(ui, |ui| {
        frame::banner(ui, model, state, service_gone);
        if welcome {
            welcome::show(ui, state, &mut out);
            return;
        }
        match state.view {
            View::Quarantine => quarantine::show(ui, model, state, &mut out),
            View::Bounces => bounces::show(ui, model, state, &mut out),
            View::Overview => page(ui, |ui| overview::show(ui, model, state, &mut out)),
            View::Senders => page(ui, |ui| senders::show(ui, model, state, &mut out)),
            View::Activity => page(ui, |ui| activity::show(ui, model, &mut out)),
            View::Settings => page(ui, |ui| settings::show(ui, model, state, &mut out)),
            View::Guide => page(ui, |ui| guide::show(ui, model, state, &mut out)),
            View::Setup => page(ui, |ui| setup::show(ui, model, state, &mut out)),
        }
    });
    dialogs::show(ui.ctx(), model, state, &mut out);
    help::show(ui.ctx(), state);
    toasts::show(ui.ctx(), state, &mut out);
    out
}

/// Goes to what a notification was about. What was open before gives way: a dialog, the help, filters that might
/// hide it.
pub(crate) fn lead(target: Target, state: &mut State) -> Vec<Command> {
    state.dialog = None;
    state.help = false;
    let mut out = Vec::new();
    match target {
        Target::Overview => state.view = View::Overview,
        Target::Bounces => {
            state.view = View::Bounces;
            state.bounces.clear_filters();
            out.push(state.bounces.ask());
        }
        Target::Quarantine => overview::to_quarantine(state, ListQuery::default(), &mut out),
        Target::Bounce(id) => {
            state.bounces.clear_filters();
            out.push(state.bounces.ask());
            out.push(verbs::go_to(state, View::Bounces, id));
        }
        Target::Malicious(id) => {
            overview::to_quarantine(state, ListQuery::default(), &mut out);
            out.push(verbs::go_to(state, View::Quarantine, id));
        }
    }
    out
}

/// A page that scrolls as a whole.
fn page(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::same(size::L as i8)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui);
        });
    });
}

//! The pane of a row that stands for several messages: a storm, or all mail of one sender, as one decision.

use eframe::egui::{Align, CentralPanel, Frame, Grid, Label, Layout, Margin, Panel, ScrollArea, Ui};

use super::reading;
use super::verbs::{self, Can};
use crate::engine::senders::SenderRule;
use crate::gui::model::Model;
use crate::gui::state::{Dialog, State};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::Within;
use crate::service::event::{GroupView, ReporterView, Row};

/// Shows the group that the cursor's row stands for.
pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, within: &Within, out: &mut Vec<Command>) {
    let Some(group) = model.group(within) else {
        widgets::loading(ui, "Opening…");
        return;
    };
    let margin =
        Margin { left: size::L as i8, right: size::M as i8, top: size::S as i8, bottom: size::S as i8 };
    Panel::top("group head").frame(Frame::new().inner_margin(margin)).show_separator_line(true).show(
        ui,
        |ui| {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    reading::close_button(ui, state);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        widgets::sign(ui, Icon::Layers, size::ICON, palette(ui).muted);
                        widgets::cut(ui, theme::title(title(group)));
                    });
                });
            });
            widgets::cut(ui, theme::meta(facts(model, group)).color(palette(ui).muted));
            ui.add_space(size::XS);
            ui.horizontal_wrapped(|ui| {
                let rows: Vec<&Row> = group.rows.iter().collect();
                if let Some(dialog) = decisions(ui, model, &rows, out) {
                    state.dialog = Some(dialog);
                }
                if widgets::quiet(ui, "List them one by one").clicked()
                    && let Some(list) = state.list()
                {
                    out.push(verbs::enter(list, within.clone()));
                }
            });
        },
    );
    CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let margin = Margin::symmetric(size::L as i8, size::M as i8);
            Frame::new().inner_margin(margin).show(ui, |ui| reporters(ui, model, group));
        });
    });
}

/// The buttons that decide about `rows`, and the dialog that one of them opens.
pub(super) fn decisions(ui: &mut Ui, model: &Model, rows: &[&Row], out: &mut Vec<Command>) -> Option<Dialog> {
    let mut dialog = None;
    let concerned = words::counted(verbs::concerned(rows), "message");
    match verbs::can(rows) {
        Can::Restore => {
            if widgets::button(ui, &format!("Restore {concerned}")).clicked() {
                out.extend(verbs::restore(rows));
            }
        }
        Can::Hold => {
            if widgets::button(ui, &format!("Hold {concerned}")).clicked() {
                out.extend(verbs::hold(rows));
            }
        }
        Can::Nothing => {}
    }
    let allow =
        if verbs::can(rows) == Can::Restore { "Restore and allow senders…" } else { "Allow senders…" };
    if widgets::button(ui, allow).clicked() {
        dialog = verbs::sender_dialog(model, SenderRule::Allow, rows);
    }
    if widgets::button(ui, "Block senders…").clicked() {
        dialog = verbs::sender_dialog(model, SenderRule::Block, rows);
    }
    if verbs::can(rows) == Can::Restore && widgets::quiet(ui, &format!("Delete {concerned}…")).clicked() {
        dialog = verbs::delete_dialog(rows);
    }
    dialog
}

/// What the group is, in one sentence.
fn title(group: &GroupView) -> String {
    let messages = words::counted(group.rows.len() as u64, "message");
    match &group.within {
        Within::Storm(_) => {
            format!("A storm: {} with one cause", words::counted(group.rows.len() as u64, "bounce"))
        }
        Within::Sender(address) if address.is_empty() => format!("{messages} without a sender’s address"),
        Within::Sender(address) => format!("{messages} from {}", words::tame_line(address)),
    }
}

/// When it came, and to which accounts.
fn facts(model: &Model, group: &GroupView) -> String {
    let mut facts = Vec::new();
    if let (Some(since), Some(until)) = (group.since, group.until) {
        facts.push(if since == until {
            model.now.exact(since)
        } else {
            format!("{} to {}", model.now.exact(since), model.now.exact(until))
        });
    }
    facts.extend(group.accounts.iter().map(|(name, n)| format!("{} of {name}", words::count(*n))));
    facts.join(" · ")
}

/// The servers of a storm, with a text for each postmaster.
fn reporters(ui: &mut Ui, model: &Model, group: &GroupView) {
    if group.reporters.is_empty() {
        return;
    }
    let p = palette(ui);
    let what = "Somebody sent mail in your name, and these servers returned it to you. One decision above is about all \
                of it; left alone, it stays held.";
    ui.add(Label::new(theme::body(what)).wrap());
    ui.add_space(size::S);
    widgets::group(ui, "Servers that sent it");
    let why = "They take forged mail first and bounce it afterwards. Each text explains to the server’s postmaster \
               how to refuse such mail at once (at RCPT time); Lazaret itself sends nothing.";
    ui.add(Label::new(theme::meta(why).color(p.muted)).wrap());
    ui.add_space(size::S);
    Grid::new("reporters").num_columns(4).spacing([size::L, size::XS]).show(ui, |ui| {
        for reporter in &group.reporters {
            line(ui, model, reporter);
            ui.end_row();
        }
    });
}

fn line(ui: &mut Ui, model: &Model, reporter: &ReporterView) {
    let p = palette(ui);
    let name = words::tame_line(reporter.server.as_deref().unwrap_or("a server that gives no name"));
    if widgets::button(ui, "Copy text for postmaster")
        .on_hover_text(format!("Copies a text for the postmaster of {name}"))
        .clicked()
    {
        ui.ctx().copy_text(reporter.letter.clone());
    }
    ui.label(theme::body(name));
    ui.label(theme::meta(words::counted(reporter.count, "notice")).color(p.muted));
    ui.label(theme::meta(model.now.exact(reporter.until)).color(p.muted));
}

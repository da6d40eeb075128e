//! The quarantine: filters, verbs for several messages, the table, the reading pane.

use std::collections::BTreeSet;

use eframe::egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Ui};
use jiff::Timestamp;

use super::{group, reading, table, verbs};
use crate::engine::Class;
use crate::gui::list::ListState;
use crate::gui::model::Model;
use crate::gui::state::State;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::{Group, Shelf};
use crate::service::event::{Holding, ListPage};

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    bar(ui, model, state, out);
    if state.messages.cursor.is_some() {
        reading::panel(ui, model, state, out);
    }
    let p = palette(ui);
    CentralPanel::default().frame(Frame::new().fill(p.raised)).show(ui, |ui| {
        match model.page(&state.messages.query) {
            Some(page) if page.fault.is_some() => {
                let fault = page.fault.as_deref().unwrap_or_default();
                widgets::empty(ui, Icon::Search, "This search can’t be read", fault);
            }
            Some(page) if page.rows.is_empty() => nothing(ui, model, &mut state.messages, page, out),
            Some(page) => {
                let State { messages, widths, hidden, .. } = state;
                table::show(ui, model, (messages, widths, hidden), page, out);
            }
            None => match &model.trouble {
                Some(problem) => widgets::empty(ui, Icon::Triangle, &problem.says, &problem.advice),
                None => widgets::loading(ui, "Reading the list…"),
            },
        }
    });
}

/// What an empty list means.
fn nothing(ui: &mut Ui, model: &Model, list: &mut ListState, page: &ListPage, out: &mut Vec<Command>) {
    if list.query.is_narrowed() {
        widgets::empty(
            ui,
            Icon::Search,
            "Nothing matches",
            "No message of this list fits the filters above.",
        );
        ui.vertical_centered(|ui| {
            ui.add_space(size::S);
            if widgets::button(ui, "Clear filters").clicked() {
                list.clear_filters();
                out.push(list.ask());
            }
        });
    } else if model.syncing() {
        widgets::empty(
            ui,
            Icon::Cycle,
            "Reading your mail",
            "What should be held appears here as it is found.",
        );
    } else if page.query.shelf == Shelf::All {
        widgets::empty(ui, Icon::Ship, "No mail judged yet", "Sync an account to have its mail judged.");
    } else {
        widgets::empty(
            ui,
            Icon::Ship,
            "Nothing is held",
            "Malicious attachments and bounces of mail you did not send come here.",
        );
    }
}

/// The line over the table: counts and filters, or verbs while several are chosen.
fn bar(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    let frame = Frame::new().fill(p.ground).inner_margin(Margin::symmetric(size::M as i8, size::S as i8));
    Panel::top("quarantine bar").frame(frame).show_separator_line(true).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(size::CONTROL);
            if state.messages.selected.len() > 1 {
                several(ui, model, state, out);
            } else {
                let State { messages, hidden, .. } = state;
                filters(ui, model, messages, hidden, out);
            }
        });
    });
}

fn several(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let rows = verbs::targets(model, &state.messages);
    let messages = words::counted(rows.len() as u64, "message");
    ui.label(theme::strong(format!("{messages} chosen")));
    ui.add_space(size::S);
    let dialog = group::decisions(ui, &rows, out);
    if widgets::quiet(ui, "Choose none").clicked() {
        state.messages.choose_none();
    }
    if dialog.is_some() {
        state.dialog = dialog;
    }
}

fn filters(
    ui: &mut Ui,
    model: &Model,
    list: &mut ListState,
    hidden: &mut BTreeSet<String>,
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    let before = list.query.clone();
    let narrow = ui.available_width() < size::FOLD - size::SIDE;
    ui.label(theme::strong(head(model, list)));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let filtered = list.query.is_narrowed();
        if !narrow {
            table::columns(ui, hidden);
        }
        let accounts = model.accounts.as_deref().unwrap_or_default();
        if accounts.len() > 1 && !narrow {
            let text = list.query.account.clone().unwrap_or_else(|| "All accounts".into());
            widgets::choice(ui, "Account", &text, |ui| {
                ui.selectable_value(&mut list.query.account, None, "All accounts");
                for account in accounts {
                    let name = account.settings.name.clone();
                    ui.selectable_value(&mut list.query.account, Some(name.clone()), name);
                }
            });
        }
        let text = list.query.class.map_or("All classes", |c| theme::class(c).word);
        widgets::choice(ui, "Class", text, |ui| {
            ui.selectable_value(&mut list.query.class, None, "All classes");
            let known = model.page(&list.query);
            for class in Class::ALL {
                let count =
                    known.and_then(|k| k.per_class.iter().find(|(c, _)| *c == class)).map_or(0, |(_, n)| *n);
                if count > 0 || list.query.class == Some(class) {
                    let word = format!("{} ({})", theme::class(class).word, words::count(count));
                    ui.selectable_value(&mut list.query.class, Some(class), word);
                }
            }
        });
        let text = model.now.between(list.query.since, list.query.until);
        widgets::choice(ui, "Received", &text, |ui| {
            let now = model.now.at.as_second();
            for (word, days) in
                [("Any time", 0), ("Last 24 hours", 1), ("Last 7 days", 7), ("Last 30 days", 30)]
            {
                // To the minute, so that the same choice is the same question for a while.
                let since = Timestamp::from_second((now / 60) * 60 - days * 86_400).ok().filter(|_| days > 0);
                let chosen = list.query.since == since && list.query.until.is_none();
                if ui.selectable_label(chosen, word).clicked() {
                    (list.query.since, list.query.until) = (since, None);
                }
            }
        });
        let text = if list.query.shelf == Shelf::All { "All judged mail" } else { "Held" };
        widgets::choice(ui, "Which mail", text, |ui| {
            ui.selectable_value(&mut list.query.shelf, Shelf::Quarantine, "Held, or would be");
            ui.selectable_value(&mut list.query.shelf, Shelf::All, "All judged mail");
        });
        widgets::choice(ui, "Rows", grouping(list.query.group), |ui| {
            for group in [Group::Storm, Group::Sender, Group::None] {
                ui.selectable_value(&mut list.query.group, group, grouping(group));
            }
        });
        if filtered && widgets::quiet(ui, "Clear filters").clicked() {
            list.clear_filters();
        }
        if !list.query.text.is_empty() && !narrow {
            widgets::cut(ui, theme::meta(format!("with “{}”", list.query.text)).color(p.muted));
        }
    });
    if list.query != before {
        out.push(list.ask());
    }
}

/// What one row stands for, in words.
fn grouping(group: Group) -> &'static str {
    match group {
        Group::Storm => "Storms folded",
        Group::Sender => "By sender",
        Group::None => "One by one",
    }
}

/// The counts over the table, in words.
fn head(model: &Model, list: &ListState) -> String {
    let Some(page) = model.page(&list.query) else { return "Quarantine".into() };
    if page.query.shelf == Shelf::All {
        return words::counted(page.total, "message");
    }
    let plain = !page.query.is_narrowed();
    let (held, would) = match (&model.overview, plain) {
        (Some(overview), true) => (overview.held, overview.would_hold),
        _ => {
            let held = page.rows.iter().filter(|r| r.holding == Holding::Held).count() as u64;
            let would = page.rows.iter().filter(|r| verbs::would_hold(r)).count() as u64;
            if page.total > page.rows.len() as u64 {
                return words::counted(page.total, "message");
            }
            (held, would)
        }
    };
    match (held, would) {
        (0, 0) => "Nothing held".into(),
        (held, 0) => format!("{} held", words::count(held)),
        (0, would) => format!("{} would be held", words::count(would)),
        (held, would) => format!("{} held, {} would be", words::count(held), words::count(would)),
    }
}

//! Genuine bounces as delivery problems: to whom, why, which mail, whether to try again. Grouped by the
//! person written to.

use std::collections::BTreeMap;

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, CentralPanel, Frame, Label, Layout, Margin, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo,
};

use super::reading;
use crate::gui::list::{ListState, PAGE_ROWS};
use crate::gui::model::Model;
use crate::gui::state::State;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::event::{ListPage, Row};

/// The problems with one recipient, newest first.
struct Problem<'a> {
    recipient: String,
    rows: Vec<&'a Row>,
}

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    if state.bounces.cursor.is_some() {
        reading::panel(ui, model, state, out);
    }
    let p = palette(ui);
    CentralPanel::default().frame(Frame::new().fill(p.ground)).show(ui, |ui| match &model.bounces {
        None => widgets::loading(ui, "Reading the list…"),
        Some(page) if page.fault.is_some() => {
            let fault = page.fault.as_deref().unwrap_or_default();
            widgets::empty(ui, Icon::Search, "This search can’t be read", fault);
        }
        Some(page) if page.rows.is_empty() && !state.bounces.query.text.is_empty() => {
            widgets::empty(ui, Icon::Search, "Nothing matches", "No bounce of mail you sent fits the search.");
        }
        Some(page) if page.rows.is_empty() => widgets::empty(
            ui,
            Icon::Bounce,
            "All your mail arrived",
            "No bounce of mail you sent has come back. Bounces of mail you did not send are in the quarantine.",
        ),
        Some(page) => {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(Margin::same(size::L as i8)).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    list(ui, model, &mut state.bounces, page, out);
                });
            });
        }
    });
}

/// The rows in groups by recipient, the one with the newest bounce first.
fn problems(page: &ListPage) -> Vec<Problem<'_>> {
    let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in &page.rows {
        let recipient = row.notice.as_ref().and_then(|n| n.recipients.first()).cloned().unwrap_or_default();
        groups.entry(recipient).or_default().push(row);
    }
    let mut problems: Vec<Problem<'_>> = groups
        .into_iter()
        .map(|(recipient, mut rows)| {
            rows.sort_by_key(|row| std::cmp::Reverse(row.received));
            Problem { recipient, rows }
        })
        .collect();
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.rows.first().map(|row| row.received)));
    problems
}

fn list(ui: &mut Ui, model: &Model, list: &mut ListState, page: &ListPage, out: &mut Vec<Command>) {
    let problems = problems(page);
    let people = match problems.len() {
        1 => "1 person".to_owned(),
        n => format!("{} people", words::count(n as u64)),
    };
    let about = format!("{} to {people} could not be delivered.", words::counted(page.total, "mail"));
    widgets::page_head(ui, "Bounces", &about);
    for problem in problems {
        card(ui, model, list, &problem, out);
        ui.add_space(size::S);
    }
    // All of them are shown at once: bounces of one person's own mail are few.
    if page.query == list.query && page.total > page.rows.len() as u64 {
        list.query.limit += PAGE_ROWS;
        out.push(Command::List(list.query.clone()));
    }
}

fn card(ui: &mut Ui, model: &Model, list: &mut ListState, problem: &Problem<'_>, out: &mut Vec<Command>) {
    let p = palette(ui);
    let Some(newest) = problem.rows.first() else { return };
    let look = theme::class(newest.class);
    widgets::card(ui, |ui| {
        ui.horizontal(|ui| {
            widgets::sign(ui, look.icon, size::ICON, look.color(p));
            let who = if problem.recipient.is_empty() {
                "Recipient not named".to_owned()
            } else {
                words::tame_line(&problem.recipient)
            };
            ui.label(theme::strong(who));
            let why = newest.notice.as_ref().map(|n| words::reason(n.reason)).unwrap_or_default();
            if !why.is_empty() {
                ui.label(theme::body(why));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if !problem.recipient.is_empty() {
                    let name = format!("Copy address {}", problem.recipient);
                    if widgets::quiet(ui, "Copy address").accessible_name(name).clicked() {
                        ui.ctx().copy_text(problem.recipient.clone());
                    }
                }
                ui.label(theme::meta(model.now.short(newest.received)).color(p.muted))
                    .on_hover_text(model.now.exact(newest.received));
            });
        });
        let advice = newest.notice.as_ref().map_or("", words::try_again);
        let span = match problem.rows.last() {
            Some(oldest) if problem.rows.len() > 1 => {
                format!("{} bounces since {}. ", problem.rows.len(), model.now.short(oldest.received))
            }
            _ => String::new(),
        };
        ui.horizontal(|ui| {
            ui.add_space(size::ICON + size::S);
            ui.label(theme::body(format!("{span}{advice}")).color(p.muted));
        });
        for row in &problem.rows {
            mail(ui, model, list, row, out);
        }
    });
}

/// One mail that came back; a click opens its bounce.
fn mail(ui: &mut Ui, model: &Model, list: &mut ListState, row: &Row, out: &mut Vec<Command>) {
    let p = palette(ui);
    let brief = row.notice.as_ref();
    let subject = brief.and_then(|n| n.subject.as_deref()).unwrap_or(&row.subject);
    let chosen = list.cursor == Some(row.id);
    let builder = UiBuilder::new().id_salt(("bounce", row.id)).sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            let response = ui.response();
            let fill = match (chosen, response.hovered()) {
                (true, _) => Some(p.selected),
                (false, true) => Some(p.hover),
                _ => None,
            };
            let frame = Frame::new().corner_radius(size::RADIUS).inner_margin(Margin {
                left: (size::ICON + size::S) as i8,
                right: size::S as i8,
                ..Margin::ZERO
            });
            let frame = match fill {
                Some(fill) => frame.fill(fill),
                None => frame,
            };
            frame.show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.set_min_height(size::ROW_COMPACT + size::XS);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if let Some(status) = brief.and_then(|n| n.status.as_deref()) {
                            ui.label(theme::meta(words::tame_line(status)).color(p.muted));
                        }
                        if let Some(sent) = brief.and_then(|n| n.sent) {
                            ui.label(theme::meta(format!("sent {}", model.now.short(sent))).color(p.muted));
                        }
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            ui.add(Label::new(theme::body(words::subject(subject))).truncate());
                        });
                    });
                });
            });
        })
        .response;
    widgets::focus_ring(ui, &response, response.rect);
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::Button,
            true,
            chosen,
            format!("Open the bounce of {}", words::subject(subject)),
        )
    });
    if response.clicked() {
        out.push(list.choose_message(row.id));
    }
}

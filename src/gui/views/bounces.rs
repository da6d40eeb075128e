//! Genuine bounces as delivery problems: to whom, why, which mail, whether to try again. In groups by the
//! person written to or by the mail, with a mark for what is dealt with.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, CentralPanel, Frame, Label, Layout, Margin, Panel, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo,
};
use jiff::ToSpan;

use super::{reading, verbs};
use crate::engine::Class;
use crate::gui::list::ListState;
use crate::gui::model::Model;
use crate::gui::problems::{self, BOUNCES_AT_ONCE, Group, GroupBy, Problem};
use crate::gui::state::State;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::Dealt;
use crate::service::event::ListPage;

/// Bounces older than this many days can be dealt with in one go.
const OLD_DAYS: i64 = 30;

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    bar(ui, model, state, out);
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
        Some(page) if page.rows.is_empty() => nothing(ui, state),
        Some(page) => {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(Margin::same(size::L as i8)).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    list(ui, model, state, page, out);
                });
            });
        }
    });
}

/// What an empty list means.
fn nothing(ui: &mut Ui, state: &State) {
    let (icon, title, says) = match state.bounces.query.dealt {
        _ if !state.bounces.query.text.is_empty() => {
            (Icon::Search, "Nothing matches", "No bounce of mail you sent fits the search.")
        }
        Dealt::Done => {
            (Icon::Check, "Nothing is dealt with yet", "What you mark as dealt with is kept here.")
        }
        Dealt::Open | Dealt::All => (
            Icon::Bounce,
            "All your mail arrived",
            "No bounce of mail you sent is open. Bounces of mail you did not send are in the quarantine.",
        ),
    };
    widgets::empty(ui, icon, title, says);
}

/// The line over the list: how much there is, which part of it, in which groups.
fn bar(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    let frame = Frame::new().fill(p.ground).inner_margin(Margin::symmetric(size::M as i8, size::S as i8));
    Panel::top("bounces bar").frame(frame).show_separator_line(true).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(size::CONTROL);
            ui.label(theme::strong(head(model, state)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let before = (state.bounces.query.dealt, state.bounces_by);
                widgets::choice(ui, "Groups", groups_word(state.bounces_by), |ui| {
                    for by in [GroupBy::Person, GroupBy::Mail] {
                        ui.selectable_value(&mut state.bounces_by, by, groups_word(by));
                    }
                });
                let dealt = &mut state.bounces.query.dealt;
                widgets::choice(ui, "Which bounces", dealt_word(*dealt), |ui| {
                    for which in [Dealt::Open, Dealt::Done, Dealt::All] {
                        ui.selectable_value(dealt, which, dealt_word(which));
                    }
                });
                if before != (state.bounces.query.dealt, state.bounces_by) {
                    out.push(state.bounces.ask());
                }
            });
        });
    });
}

fn groups_word(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Person => "By person",
        GroupBy::Mail => "By mail",
    }
}

fn dealt_word(dealt: Dealt) -> &'static str {
    match dealt {
        Dealt::Open => "Open",
        Dealt::Done => "Dealt with",
        Dealt::All => "All bounces",
    }
}

/// What the list holds, in words.
fn head(model: &Model, state: &State) -> String {
    let Some(page) = &model.bounces else { return "Bounces".into() };
    let groups = problems::groups(&page.rows, state.bounces_by, page.query.dealt);
    let count = groups.len() as u64;
    let all = if page.total > page.rows.len() as u64 { "more than " } else { "" };
    let whom = match (state.bounces_by, count) {
        (_, 0) => return "No bounces".into(),
        (GroupBy::Person, 1) => "1 person".to_owned(),
        (GroupBy::Person, n) => format!("{all}{} people", words::count(n)),
        (GroupBy::Mail, n) => format!("{all}{}", words::counted(n, "mail")),
    };
    match (page.query.dealt, state.bounces_by) {
        (Dealt::Done, _) => format!("{whom} dealt with"),
        (_, GroupBy::Person) => format!("Mail to {whom} could not be delivered"),
        (_, GroupBy::Mail) => format!("{whom} could not be delivered"),
    }
}

fn list(ui: &mut Ui, model: &Model, state: &mut State, page: &ListPage, out: &mut Vec<Command>) {
    let by = state.bounces_by;
    let list = &mut state.bounces;
    for group in problems::groups(&page.rows, by, page.query.dealt) {
        card(ui, model, (list, by), &group, out);
        ui.add_space(size::S);
    }
    if page.query != list.query {
        return;
    }
    ui.horizontal(|ui| {
        let left = page.total.saturating_sub(page.rows.len() as u64);
        if left > 0 && widgets::button(ui, "Show older bounces").clicked() {
            list.query.limit += BOUNCES_AT_ONCE;
            out.push(Command::List(list.query.clone()));
        }
        let than = model.now.at - (OLD_DAYS * 24).hours();
        let old = page.rows.iter().any(|row| row.received < than) || left > 0;
        if old && page.query.dealt == Dealt::Open {
            let says = format!("Deal with all older than {OLD_DAYS} days");
            let hover = "Marks them as dealt with. They stay here under “Dealt with”, and it can be undone.";
            if widgets::button(ui, &says).on_hover_text(hover).clicked() {
                out.push(Command::MarkOlder { query: list.query.clone(), than });
            }
        }
    });
}

/// One group: what its problems share, then the problems.
fn card(
    ui: &mut Ui,
    model: &Model,
    (list, by): (&mut ListState, GroupBy),
    group: &Group<'_>,
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    let Some(newest) = group.problems.first() else { return };
    let look = theme::class(Class::GenuineBounce);
    let title = match by {
        GroupBy::Person => who(newest),
        GroupBy::Mail => words::subject(newest.subject()),
    };
    let all_dealt = group.problems.iter().all(|problem| problem.failed.dealt);
    widgets::card(ui, |ui| {
        ui.horizontal(|ui| {
            widgets::sign(ui, look.icon, size::ICON, look.color(p));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let (verb, name) = match all_dealt {
                    false => ("Dealt with", format!("Dealt with: {title}")),
                    true => ("Open again", format!("Open again: {title}")),
                };
                let hover = "Takes it out of the list. It stays under “Dealt with”. Key: d";
                if widgets::button(ui, verb).accessible_name(name).on_hover_text(hover).clicked() {
                    out.push(verbs::deal(&group.problems, !all_dealt));
                }
                let open =
                    widgets::quiet(ui, "Open the mail").accessible_name(format!("Open the mail: {title}"));
                if open.on_hover_text("The bounce, with what came back of your mail. Key: Enter").clicked() {
                    out.push(list.choose_message(newest.row.id));
                }
                if let (GroupBy::Person, Some(address)) = (by, &newest.failed.recipient) {
                    let name = format!("Copy address {address}");
                    if widgets::quiet(ui, "Copy address").accessible_name(name).clicked() {
                        ui.ctx().copy_text(address.clone());
                    }
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(theme::strong(title.as_str())).truncate());
                    if by == GroupBy::Person {
                        ui.add(Label::new(theme::body(words::reason(newest.failed.reason))).truncate());
                    }
                    widgets::cut(ui, theme::body(summary(model, group, by)).color(p.muted));
                });
            });
        });
        let alone = group.problems.len() == 1;
        for problem in &group.problems {
            one(ui, model, (list, by, alone), problem, out);
        }
    });
}

/// What follows a group's title: how often, since when, and whether to try again.
fn summary(model: &Model, group: &Group<'_>, by: GroupBy) -> String {
    let (Some(newest), Some(oldest)) = (group.problems.first(), group.problems.last()) else {
        return String::new();
    };
    match by {
        GroupBy::Person => {
            let advice = words::try_again(newest.brief.kind, newest.failed.reason);
            match group.problems.len() {
                1 => advice.to_owned(),
                n => format!("{advice} {n} bounces since {}.", model.now.short(oldest.row.received)),
            }
        }
        GroupBy::Mail => {
            let sent = match newest.brief.sent {
                Some(at) => format!("Sent {}. ", model.now.short(at)),
                None => String::new(),
            };
            match group.problems.len() {
                1 => format!("{sent}It did not reach 1 person."),
                n => format!("{sent}It did not reach {n} people."),
            }
        }
    }
}

/// Whom a problem is about.
fn who(problem: &Problem<'_>) -> String {
    match problem.failed.recipient.as_deref() {
        Some(address) => words::tame_line(address),
        None => "Recipient not named".to_owned(),
    }
}

/// One problem in its group; a click opens its bounce.
fn one(
    ui: &mut Ui,
    model: &Model,
    (list, by, alone): (&mut ListState, GroupBy, bool),
    problem: &Problem<'_>,
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    let chosen = list.cursor == Some(problem.row.id);
    let subject = words::subject(problem.subject());
    let name = match by {
        GroupBy::Person => format!("Open the bounce of {subject}"),
        GroupBy::Mail => format!("Open the bounce from {}", who(problem)),
    };
    let mark = problem.mark();
    let builder = UiBuilder::new().id_salt(("bounce", mark.message, &mark.recipient)).sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            let fill = match (chosen, ui.response().hovered()) {
                (true, _) => Some(p.selected),
                (false, true) => Some(p.hover),
                _ => None,
            };
            let margin = Margin { left: (size::ICON + size::S) as i8, ..Margin::ZERO };
            let frame = Frame::new().corner_radius(size::RADIUS).inner_margin(margin);
            frame.fill(fill.unwrap_or(p.raised)).show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.set_min_height(size::ROW_COMPACT + size::XS);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if !alone {
                            mark_button(ui, model, by, problem, out);
                        }
                        line(ui, model, by, problem);
                    });
                });
            });
        })
        .response;
    widgets::focus_ring(ui, &response, response.rect);
    if chosen && list.follow {
        response.scroll_to_me(None);
        list.follow = false;
    }
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
    if response.clicked() {
        out.push(list.choose_message(problem.row.id));
    }
}

/// Marks one problem of several.
fn mark_button(ui: &mut Ui, model: &Model, by: GroupBy, problem: &Problem<'_>, out: &mut Vec<Command>) {
    let (icon, verb) =
        if problem.failed.dealt { (Icon::Bounce, "Open again") } else { (Icon::Check, "Dealt with") };
    let about = about(by, problem);
    let name = format!("{verb}: {about}, {}", model.now.short(problem.row.received));
    if widgets::icon_button(ui, icon, &name).clicked() {
        out.push(verbs::deal(std::slice::from_ref(problem), !problem.failed.dealt));
    }
}

/// What tells a problem from the others of its group.
fn about(by: GroupBy, problem: &Problem<'_>) -> String {
    match by {
        GroupBy::Person => words::subject(problem.subject()),
        GroupBy::Mail => who(problem),
    }
}

/// What a problem's line says, from the right.
fn line(ui: &mut Ui, model: &Model, by: GroupBy, problem: &Problem<'_>) {
    let p = palette(ui);
    let failed = problem.failed;
    let about = about(by, problem);
    let mut facts = Vec::new();
    if let (GroupBy::Person, Some(sent)) = (by, problem.brief.sent) {
        facts.push(format!("sent {}", model.now.short(sent)));
    }
    facts.push(format!("came back {}", model.now.short(problem.row.received)));
    facts.extend(failed.status.as_deref().map(words::tame_line));
    if failed.dealt {
        facts.push("dealt with".to_owned());
    }
    let says = failed.says.as_deref().map(words::tame).unwrap_or_default();
    let facts = ui.label(theme::meta(facts.join(" · ")).color(p.muted));
    if !says.is_empty() {
        facts.on_hover_text(format!("The server’s words: {says}"));
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let ink = if failed.dealt { p.muted } else { p.text };
        ui.add(Label::new(theme::body(about).color(ink)).truncate());
        if by == GroupBy::Mail {
            let advice = words::try_again(problem.brief.kind, failed.reason);
            let why = format!("{}. {advice}", words::reason(failed.reason));
            widgets::cut(ui, theme::body(why).color(p.muted));
        }
    });
}

//! The quarantine: filters, verbs for several messages, the table, the reading pane.

use std::collections::BTreeSet;

use eframe::egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Popup, PopupCloseBehavior, Ui};
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
    let dialog = group::decisions(ui, model, &rows, out);
    if widgets::quiet(ui, "Choose none").clicked() {
        state.messages.choose_none();
    }
    if dialog.is_some() {
        state.dialog = dialog;
    }
}

/// What the table can be narrowed by, and what its rows stand for; the most used first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    Class,
    Account,
    Time,
    Finding,
    Shelf,
    Rows,
}

impl Filter {
    const ALL: [Filter; 6] =
        [Filter::Class, Filter::Account, Filter::Time, Filter::Finding, Filter::Shelf, Filter::Rows];

    fn name(self) -> &'static str {
        match self {
            Filter::Class => "Class",
            Filter::Account => "Account",
            Filter::Time => "Received",
            Filter::Finding => "Finding",
            Filter::Shelf => "Which mail",
            Filter::Rows => "Rows",
        }
    }

    /// What is chosen now, in words.
    fn text(self, model: &Model, list: &ListState) -> String {
        let query = &list.query;
        match self {
            Filter::Class => query.class.map_or("All classes", |c| theme::class(c).word).to_owned(),
            Filter::Account => query.account.clone().unwrap_or_else(|| "All accounts".to_owned()),
            Filter::Time => model.now.between(query.since, query.until),
            Filter::Finding => match finding_of(&query.text) {
                Some(id) => finding_words(model, id),
                None => "Any finding".to_owned(),
            },
            Filter::Shelf if query.shelf == Shelf::All => "All judged mail".to_owned(),
            Filter::Shelf => "Held".to_owned(),
            Filter::Rows => grouping(query.group).to_owned(),
        }
    }

    /// What there is to choose.
    fn choices(self, ui: &mut Ui, model: &Model, list: &mut ListState) {
        match self {
            Filter::Class => classes(ui, model, list),
            Filter::Account => {
                let chosen = &mut list.query.account;
                ui.selectable_value(chosen, None, "All accounts");
                for account in model.accounts.iter().flatten() {
                    let name = account.settings.name.clone();
                    ui.selectable_value(chosen, Some(name.clone()), name);
                }
            }
            Filter::Time => times(ui, model, list),
            Filter::Finding => findings(ui, model, list),
            Filter::Shelf => {
                ui.selectable_value(&mut list.query.shelf, Shelf::Quarantine, "Held, or would be");
                ui.selectable_value(&mut list.query.shelf, Shelf::All, "All judged mail");
            }
            Filter::Rows => {
                for group in [Group::Storm, Group::Sender, Group::None] {
                    ui.selectable_value(&mut list.query.group, group, grouping(group));
                }
            }
        }
    }
}

fn filters(
    ui: &mut Ui,
    model: &Model,
    list: &mut ListState,
    hidden: &mut BTreeSet<String>,
    out: &mut Vec<Command>,
) {
    let before = list.query.clone();
    let few = ui.ctx().content_rect().width() < size::FOLD;
    let head = ui.label(theme::strong(head(model, list)));
    let several = model.accounts.as_ref().is_some_and(|accounts| accounts.len() > 1);
    let offered: Vec<Filter> =
        Filter::ALL.into_iter().filter(|filter| several || *filter != Filter::Account).collect();
    // What does not fit beside the counts goes into one menu.
    let gap = ui.spacing().item_spacing.x;
    let icons = (size::CONTROL + gap) * 2.0 + if list.query.is_narrowed() { size::FILTER } else { 0.0 };
    let room = ui.max_rect().right() - head.rect.right() - icons;
    let each = size::FILTER + gap;
    let fit = ((room / each).max(0.0) as usize).min(offered.len());
    let (shown, folded) = offered.split_at(fit);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if !few {
            table::columns(ui, hidden);
        }
        if !folded.is_empty() {
            let button = widgets::icon_button(ui, Icon::Funnel, "More filters");
            Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
                for filter in folded {
                    let word = format!("{}: {}", filter.name(), filter.text(model, list));
                    ui.menu_button(word, |ui| filter.choices(ui, model, list));
                }
            });
        }
        for filter in shown.iter().rev() {
            let text = filter.text(model, list);
            widgets::choice(ui, filter.name(), &text, |ui| filter.choices(ui, model, list));
        }
        if list.query.is_narrowed() && widgets::quiet(ui, "Clear filters").clicked() {
            list.clear_filters();
        }
    });
    if list.query != before {
        out.push(list.ask());
    }
}

fn classes(ui: &mut Ui, model: &Model, list: &mut ListState) {
    let known = model.page(&list.query);
    let count =
        |class| known.and_then(|k| k.per_class.iter().find(|(c, _)| *c == class)).map_or(0, |(_, n)| *n);
    let counts: Vec<(Class, u64)> = Class::ALL.into_iter().map(|class| (class, count(class))).collect();
    ui.selectable_value(&mut list.query.class, None, "All classes");
    for (class, count) in counts {
        if count > 0 || list.query.class == Some(class) {
            let look = theme::class(class);
            let word = format!("{} ({})", look.word, words::count(count));
            ui.selectable_value(&mut list.query.class, Some(class), word).on_hover_text(look.means);
        }
    }
}

fn times(ui: &mut Ui, model: &Model, list: &mut ListState) {
    let now = model.now.at.as_second();
    for (word, days) in [("Any time", 0), ("Last 24 hours", 1), ("Last 7 days", 7), ("Last 30 days", 30)] {
        // To the minute, so that the same choice is the same question for a while.
        let since = Timestamp::from_second((now / 60) * 60 - days * 86_400).ok().filter(|_| days > 0);
        let chosen = list.query.since == since && list.query.until.is_none();
        if ui.selectable_label(chosen, word).clicked() {
            (list.query.since, list.query.until) = (since, None);
        }
    }
}

/// The findings that harmful mail has most; any other by a click in the reading pane or typed.
fn findings(ui: &mut Ui, model: &Model, list: &mut ListState) {
    let chosen = finding_of(&list.query.text).map(str::to_owned);
    let mut wanted = None;
    if ui.selectable_label(chosen.is_none(), "Any finding").clicked() {
        wanted = Some(None);
    }
    let known = model.overview.iter().flat_map(|overview| &overview.attacks).map(|attack| attack.id.as_str());
    let extra = chosen.as_deref().filter(|id| known.clone().all(|k| k != *id));
    for id in extra.into_iter().chain(known.clone()) {
        if ui.selectable_label(chosen.as_deref() == Some(id), finding_words(model, id)).clicked() {
            wanted = Some(Some(id.to_owned()));
        }
    }
    if let Some(wanted) = wanted {
        list.query.text = with_finding(&list.query.text, wanted.as_deref());
    }
}

/// What the word in the search before a finding is.
const FINDING: &str = "finding:";

/// The finding that a search asks for.
fn finding_of(text: &str) -> Option<&str> {
    text.split_whitespace().find_map(|word| word.strip_prefix(FINDING)).filter(|id| !id.is_empty())
}

/// A search that asks for this finding alone, whatever else it asks for.
pub(super) fn with_finding(text: &str, id: Option<&str>) -> String {
    let others = text.split_whitespace().filter(|word| !word.starts_with(FINDING)).map(str::to_owned);
    others.chain(id.map(|id| format!("{FINDING}{id}"))).collect::<Vec<_>>().join(" ")
}

/// What a finding proves, where that is known, else its name.
fn finding_words(model: &Model, id: &str) -> String {
    let attacks = model.overview.iter().flat_map(|overview| &overview.attacks);
    attacks
        .into_iter()
        .find(|attack| attack.id == id)
        .map_or_else(|| id.to_owned(), |attack| attack.means.clone())
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
    if page.query.is_narrowed() && page.total == 0 {
        return "Nothing matches".into();
    }
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
    let new = match &model.overview {
        Some(overview) if plain && overview.new > 0 => format!(" · {} new", words::count(overview.new)),
        _ => String::new(),
    };
    match (held, would) {
        (0, 0) => "Nothing held".into(),
        (held, 0) => format!("{} held{new}", words::count(held)),
        (0, would) => format!("{} would be held{new}", words::count(would)),
        (held, would) => format!("{} held, {} would be{new}", words::count(held), words::count(would)),
    }
}

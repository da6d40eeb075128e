//! What is always there: the bar at the top, the list at the side, running jobs, the banner.

use eframe::egui::{
    Align, Color32, Frame, Key, Layout, Margin, Panel, Rect, ScrollArea, Sense, Stroke, Ui, Vec2, pos2, vec2,
};

use super::help;
use crate::account::Mode;
use crate::gui::model::Model;
use crate::gui::state::{State, View};
use crate::gui::theme::{self, Icon, Palette, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::event::{AccountState, AccountView};

/// The bar at the top: name, search, sync, help, settings.
pub(super) fn top(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    let frame = Frame::new().fill(p.raised).inner_margin(Margin::symmetric(size::M as i8, 0));
    Panel::top("top").exact_size(size::BAR).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            widgets::sign(ui, Icon::Ship, size::PAGE, p.accent);
            let name = ui.label(theme::title("Lazaret"));
            let folded = ui.ctx().content_rect().width() < size::FOLD;
            if !model.no_account() {
                let used = name.rect.right() - ui.max_rect().left();
                let from = if folded { used } else { size::SIDE };
                ui.add_space((from - used).max(size::S));
                let width = size::SEARCH.min(ui.available_width() * 0.5);
                search(ui, state, width, out);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::icon_button(ui, Icon::Gear, "Settings").clicked() {
                    state.view = View::Settings;
                }
                if widgets::icon_button(ui, Icon::Keyboard, "Keyboard").clicked() {
                    state.help = true;
                }
                if !model.no_account() && model.accounts.is_some() {
                    if widgets::icon_button(ui, Icon::Cycle, "Sync now").clicked() {
                        out.push(Command::Sync { account: None });
                    }
                    sync_words(ui, model, folded);
                }
            });
        });
    });
}

fn search(ui: &mut Ui, state: &mut State, width: f32, out: &mut Vec<Command>) {
    let in_bounces = state.view == View::Bounces;
    let list = if in_bounces { &mut state.bounces } else { &mut state.messages };
    let hint = if in_bounces { "Search bounces" } else { "Search mail: words, from: class: after:" };
    let mut text = list.query.text.clone();
    let response = widgets::text_field(ui, &mut text, hint, width, false).accessible_name("Search");
    if state.focus_search {
        response.request_focus();
        state.focus_search = false;
    }
    let response = response.on_hover_ui(help::filters);
    // Escape takes the search back and leaves the field.
    if response.lost_focus() && ui.input(|i| i.key_pressed(Key::Escape)) {
        text.clear();
    }
    if text != list.query.text {
        list.query.text = text;
        out.push(list.search());
        if !matches!(state.view, View::Quarantine | View::Bounces) {
            state.view = View::Quarantine;
        }
    }
}

fn sync_words(ui: &mut Ui, model: &Model, folded: bool) {
    let p = palette(ui);
    let accounts = model.accounts.as_deref().unwrap_or_default();
    let trouble = accounts.iter().find(|a| matches!(a.state, AccountState::Trouble(_)));
    let (says, color) = if model.syncing() {
        ("Syncing…".to_owned(), p.muted)
    } else if let Some(account) = trouble {
        (format!("Trouble with {}", account.settings.name), p.trouble)
    } else {
        match accounts.iter().filter_map(|a| a.last_sync).min() {
            Some(at) => (format!("Synced {}", model.now.short(at)), p.muted),
            None => ("Not synced yet".to_owned(), p.muted),
        }
    };
    if !folded || trouble.is_some() {
        let label = ui.label(theme::meta(says).color(color));
        if let Some(at) = accounts.iter().filter_map(|a| a.last_sync).min() {
            label.on_hover_text(model.now.exact(at));
        }
    }
}

/// Running jobs: a line that fills, words, Cancel.
pub(super) fn jobs(ui: &mut Ui, model: &Model, out: &mut Vec<Command>) {
    let Some(job) = model.jobs.first() else { return };
    let p = palette(ui);
    let frame = Frame::new().fill(p.raised).inner_margin(Margin::symmetric(size::M as i8, 0));
    let panel = Panel::top("jobs").exact_size(size::JOB + size::XS).frame(frame).show_separator_line(true);
    panel.show(ui, |ui| {
        let whole = ui.max_rect().expand2(vec2(size::M, 0.0));
        let line = Rect::from_min_size(whole.min, vec2(whole.width(), size::JOB_LINE));
        ui.painter().rect_filled(line, 0.0, p.line);
        // Without a known end a fixed part is filled: a moving one would repaint for nothing.
        let share = match job.total {
            Some(total) if total > 0 => (job.done as f32 / total as f32).clamp(0.0, 1.0),
            _ => 0.5,
        };
        let done = Rect::from_min_size(line.min, vec2(line.width() * share, line.height()));
        ui.painter().rect_filled(done, 0.0, p.accent);
        ui.horizontal_centered(|ui| {
            let progress = match job.total {
                Some(total) => format!("{} of {}", words::count(job.done), words::count(total)),
                None if job.done > 0 => words::count(job.done),
                None => String::new(),
            };
            ui.label(theme::meta(&job.says));
            ui.label(theme::meta(progress).color(p.muted));
            let others = model.jobs.len() - 1;
            if others > 0 {
                ui.label(
                    theme::meta(format!("and {} more", words::counted(others as u64, "job"))).color(p.muted),
                );
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().interact_size.y = size::ROW_COMPACT;
                ui.spacing_mut().button_padding.y = 0.0;
                if widgets::quiet(ui, "Cancel")
                    .on_hover_text("Stops at the next step. Nothing is lost.")
                    .clicked()
                {
                    out.push(Command::CancelJob(job.id));
                }
            });
        });
    });
}

/// The list at the side: views with counts, accounts with their state.
pub(super) fn side(ui: &mut Ui, model: &Model, state: &mut State) {
    let p = palette(ui);
    let folded = ui.ctx().content_rect().width() < size::FOLD;
    let width = if folded { size::SIDE_FOLDED } else { size::SIDE };
    let frame = Frame::new().fill(p.ground).inner_margin(Margin::same(size::S as i8));
    Panel::left(if folded { "side folded" } else { "side" })
        .exact_size(width)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = size::JOB_LINE;
            for view in View::LISTED {
                let count = count_of(model, view);
                let row = widgets::NavRow {
                    icon: icon(view),
                    word: view.word(),
                    count: &count,
                    chosen: state.view == view,
                    folded,
                };
                if row.show(ui).clicked() {
                    state.view = view;
                }
            }
            ui.add_space(size::M);
            widgets::rule(ui, p);
            ui.add_space(size::S);
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                for account in model.accounts.iter().flatten() {
                    self::account(ui, model, account, folded);
                }
                let add = widgets::NavRow {
                    icon: Icon::Plus,
                    word: "Add account",
                    count: "",
                    chosen: state.view == View::Setup,
                    folded,
                };
                if add.show(ui).clicked() {
                    state.view = View::Setup;
                }
            });
        });
}

fn icon(view: View) -> Icon {
    match view {
        View::Overview => Icon::Columns,
        View::Quarantine => Icon::Ship,
        View::Bounces => Icon::Bounce,
        View::Senders => Icon::Person,
        View::Activity => Icon::Clock,
        View::Settings => Icon::Gear,
        View::Setup | View::Guide => Icon::Plus,
    }
}

fn count_of(model: &Model, view: View) -> String {
    let Some(overview) = &model.overview else { return String::new() };
    match view {
        View::Quarantine if overview.held + overview.would_hold > 0 => {
            words::count(overview.held + overview.would_hold)
        }
        View::Bounces if overview.open_bounces > 0 => words::count(overview.open_bounces),
        _ => String::new(),
    }
}

/// How an account is, in words and a colour role.
pub(super) fn account_words(model: &Model, account: &AccountView) -> (String, bool) {
    match &account.state {
        AccountState::Syncing => ("syncing".into(), false),
        AccountState::NeedsPassword => ("needs its password".into(), true),
        AccountState::Trouble(_) => match account.last_sync {
            Some(at) => (format!("no sync since {}", model.now.short(at)), true),
            None => ("not synced yet".into(), true),
        },
        AccountState::Idle => match account.mode() {
            Mode::Observe => ("observes".into(), false),
            Mode::Act => ("acts".into(), false),
        },
    }
}

/// The sign of an account's state.
pub(super) fn account_sign(account: &AccountView, trouble: bool, p: &Palette) -> (Icon, Color32) {
    match (trouble, account.mode()) {
        (true, _) => (Icon::Triangle, p.trouble),
        (false, Mode::Act) => (Icon::Dot, p.fine),
        (false, Mode::Observe) => (Icon::OpenDot, p.fine),
    }
}

fn account(ui: &mut Ui, model: &Model, account: &AccountView, folded: bool) {
    let p = palette(ui);
    let (says, trouble) = account_words(model, account);
    let (icon, color) = account_sign(account, trouble, p);
    let name = words::tame_line(&account.settings.name);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW + size::M), Sense::hover());
    let x = if folded { rect.center().x } else { rect.left() + size::S + size::ICON * 0.5 };
    let line = if folded { rect.center().y } else { rect.top() + size::M };
    icon.paint(
        ui.painter(),
        Rect::from_center_size(pos2(x, line), Vec2::splat(size::DOT + size::JOB_LINE)),
        color,
    );
    let hover = match &account.state {
        AccountState::Trouble(why) => format!("{name}: {why}"),
        _ => format!("{name} {says}"),
    };
    if !folded {
        let inner = Rect::from_min_max(pos2(x + size::ICON * 0.5 + size::M, rect.top()), rect.max);
        ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(inner), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(size::JOB_LINE);
            widgets::cut(ui, theme::body(name));
            widgets::cut(ui, theme::meta(says).color(if trouble { p.trouble } else { p.muted }));
        });
    }
    response.on_hover_text(hover);
}

/// A line over the view where something is wrong that concerns everything.
pub(super) fn banner(ui: &mut Ui, model: &Model, state: &mut State, service_gone: bool) {
    let p = palette(ui);
    let waiting: Vec<String> =
        model.passwords.iter().map(|a| a.account.clone()).filter(|a| state.aside.contains(a)).collect();
    if !service_gone && waiting.is_empty() {
        return;
    }
    let frame = Frame::new()
        .fill(p.raised)
        .stroke(Stroke::new(size::STROKE, p.line))
        .inner_margin(Margin::symmetric(size::L as i8, size::S as i8));
    Panel::top("banner").frame(frame).show_separator_line(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            widgets::sign(ui, Icon::Triangle, size::ICON, p.trouble);
            if service_gone {
                ui.label(theme::body(
                    "Lazaret's background work has stopped. Close the window and start it again; nothing is lost.",
                ));
            } else if let Some(account) = waiting.first() {
                ui.label(theme::body(format!("{account} is not synced: its password is needed.")));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if widgets::button(ui, "Enter password").clicked() {
                        state.aside.remove(account);
                    }
                });
            }
        });
    });
}

//! Settings: accounts with their mode, and how the window looks. Each says what it does.

use eframe::egui::{Align, Layout, Ui};

use super::frame;
use crate::account::{Mode, Origin};
use crate::gui::model::Model;
use crate::gui::state::{Dialog, State, View};
use crate::gui::theme::{self, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::Colours;
use crate::service::event::{AccountState, AccountView};

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    widgets::column(ui, size::MEASURE + size::FORM_LABEL, |ui| page(ui, model, state, out));
}

fn page(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    widgets::page_head(ui, "Settings", "");
    widgets::group(ui, "Accounts");
    match &model.accounts {
        None => widgets::loading(ui, "Reading the accounts…"),
        Some(accounts) => {
            for account in accounts {
                widgets::card(ui, |ui| self::account(ui, model, state, account, out));
                ui.add_space(size::XS);
            }
            if accounts.is_empty() {
                ui.label(theme::body("There is no account yet.").color(palette(ui).muted));
            }
        }
    }
    if widgets::button(ui, "Add an account").clicked() {
        state.view = View::Setup;
    }
    ui.add_space(size::L);
    widgets::group(ui, "Look");
    widgets::card(ui, |ui| look(ui, state, out));
}

fn account(ui: &mut Ui, model: &Model, state: &mut State, account: &AccountView, out: &mut Vec<Command>) {
    let p = palette(ui);
    let name = words::tame_line(&account.settings.name);
    ui.horizontal(|ui| {
        ui.label(theme::title(&name));
        let (says, trouble) = frame::account_words(model, account);
        ui.label(theme::meta(says).color(if trouble { p.trouble } else { p.muted }));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::quiet(ui, "Remove…").accessible_name(format!("Remove {name}")).clicked() {
                state.dialog = Some(Dialog::RemoveAccount(account.settings.name.clone()));
            }
            if widgets::quiet(ui, "Sync").accessible_name(format!("Sync {name}")).clicked() {
                out.push(Command::Sync { account: Some(account.settings.name.clone()) });
            }
        });
    });
    let place = match &account.settings.origin {
        Origin::Imap { host, login, .. } => format!("{login} on {host}"),
        Origin::Maildir { path } => path.display().to_string(),
    };
    let figures = format!(
        "{} judged, {} known as sent",
        words::counted(account.judged, "message"),
        words::counted(account.sent, "mail")
    );
    widgets::cut(ui, theme::meta(words::tame_line(&place)).color(p.muted));
    widgets::cut(
        ui,
        theme::meta(format!("{} · {figures}", account.settings.addresses.join(", "))).color(p.muted),
    );
    if let AccountState::Trouble(why) = &account.state {
        ui.label(theme::body(words::tame_line(why)).color(p.trouble));
    }
    ui.add_space(size::S);
    let mode = account.mode();
    let observe = ui.radio(mode == Mode::Observe, "Observe").on_hover_text("The way each account begins.");
    let observe = observe.accessible_name(format!("Observe {name}"));
    hint(ui, "Judges mail and shows what it would hold. Nothing on the server changes.");
    let act = ui.radio(mode == Mode::Act, "Act").accessible_name(format!("Act on {name}"));
    hint(
        ui,
        "Moves malicious mail and backscatter to the folder Lazaret on the server. Each move can be undone.",
    );
    if observe.clicked() && mode != Mode::Observe {
        out.push(Command::SetMode { account: account.settings.name.clone(), mode: Mode::Observe });
    }
    if act.clicked() && mode != Mode::Act {
        state.dialog = Some(Dialog::Act(account.settings.name.clone()));
    }
}

/// What an option does, under it.
fn hint(ui: &mut Ui, text: &str) {
    let indent = ui.spacing().icon_width + size::S * 2.0;
    widgets::hint(ui, indent - ui.spacing().item_spacing.x, text);
    ui.add_space(size::XS);
}

fn look(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let before = state.look;
    ui.horizontal(|ui| {
        widgets::form_label(ui, "Colours");
        for (colours, word) in
            [(Colours::System, "As the desktop"), (Colours::Light, "Light"), (Colours::Dark, "Dark")]
        {
            ui.radio_value(&mut state.look.colours, colours, word);
        }
    });
    ui.horizontal(|ui| {
        widgets::form_label(ui, "Text size");
        for percent in size::TEXT_PERCENT {
            ui.radio_value(&mut state.look.percent, percent, format!("{percent} %"));
        }
    });
    if state.look != before {
        out.push(Command::SetLook(state.look));
    }
}

//! Settings: accounts with mode, strictness and folders, how often mail is looked for, how the window looks. Each
//! says what it does, and what it would come to.

use eframe::egui::{Align, Layout, Ui};

use super::{frame, overview, preview};
use crate::account::{Mode, Origin};
use crate::engine::Strictness;
use crate::gui::model::Model;
use crate::gui::state::{Dialog, State, View};
use crate::gui::theme::{self, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::{Colours, Every};
use crate::service::event::{AccountState, AccountView};

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    widgets::column(ui, size::PAGE_WIDTH, |ui| page(ui, model, state, out));
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
    ui.add_space(size::M);
    let sections = |ui: &mut Ui, first: bool| {
        widgets::group(ui, if first { "New mail" } else { "Look" });
        widgets::card(ui, |ui| if first { every(ui, model, out) } else { look(ui, state, out) });
        if !first {
            ui.add_space(size::M);
            widgets::group(ui, "Desktop");
            widgets::card(ui, |ui| desktop(ui, model, state, out));
        }
    };
    widgets::beside(ui, sections);
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
    choices(ui, model, state, account, out);
}

/// What the person can choose for an account.
fn choices(ui: &mut Ui, model: &Model, state: &mut State, account: &AccountView, out: &mut Vec<Command>) {
    widgets::beside(ui, |ui, first| match first {
        true => mode(ui, model, state, account, out),
        false => strictness(ui, model, account, out),
    });
    widgets::group(ui, "Folders");
    sent_folder(ui, state, account, out);
    let says = "Mail in INBOX is judged. What is held goes to the folder Lazaret. Only what stands in the folder for \
                sent mail counts as sent by you.";
    widgets::hint(ui, 0.0, says);
    widgets::group(ui, "Held mail");
    retention(ui, model, state, account, out);
}

/// Observe or act, and what acting comes to.
fn mode(ui: &mut Ui, model: &Model, state: &mut State, account: &AccountView, out: &mut Vec<Command>) {
    let key = &account.settings.name;
    let name = words::tame_line(key);
    let preview = model.preview(key);
    let mode = account.mode();
    widgets::group(ui, "What Lazaret may do");
    let observe =
        widgets::radio(ui, mode == Mode::Observe, "Observe").on_hover_text("The way each account begins.");
    let observe = observe.accessible_name(format!("Observe {name}"));
    hint(ui, "Judges mail and shows what it would hold. Nothing on the server changes.");
    let act = widgets::radio(ui, mode == Mode::Act, "Act").accessible_name(format!("Act on {name}"));
    hint(
        ui,
        "Moves malicious mail and backscatter to the folder Lazaret on the server. Each move can be undone.",
    );
    if let Some(preview) = preview {
        widgets::hint(ui, indent(ui), &preview::sentence(preview, mode));
        if !preview.groups.is_empty() {
            ui.horizontal(|ui| {
                ui.add_space(indent(ui) - ui.spacing().button_padding.x);
                let see = widgets::quiet(ui, "See them").accessible_name(format!("See what {name} holds"));
                if see.clicked() {
                    overview::to_quarantine(state, preview::query(key, None), out);
                }
            });
        }
    }
    if observe.clicked() && mode != Mode::Observe {
        out.push(Command::SetMode { account: key.clone(), mode: Mode::Observe });
    }
    if act.clicked() && mode != Mode::Act {
        state.dialog = Some(Dialog::Act(key.clone()));
    }
}

/// Normal or strict, and what strict comes to.
fn strictness(ui: &mut Ui, model: &Model, account: &AccountView, out: &mut Vec<Command>) {
    let key = &account.settings.name;
    let name = words::tame_line(key);
    widgets::group(ui, "How strict it is");
    for (strictness, word, says) in [
        (
            Strictness::Normal,
            "Normal",
            "Holds malicious mail and backscatter. Fake bounces and suspicious mail are flagged here and stay.",
        ),
        (Strictness::Strict, "Strict", "Holds fake bounces and suspicious mail as well."),
    ] {
        let chosen = account.settings.strictness == strictness;
        let radio = widgets::radio(ui, chosen, word).accessible_name(format!("{word} for {name}"));
        hint(ui, says);
        if radio.clicked() && !chosen {
            out.push(Command::SetStrictness { account: key.clone(), strictness });
        }
    }
    if let (Some(preview), Strictness::Normal) = (model.preview(key), account.settings.strictness) {
        widgets::hint(ui, indent(ui), &preview::stricter(preview));
    }
}

/// The folder whose mail counts as sent.
fn sent_folder(ui: &mut Ui, state: &mut State, account: &AccountView, out: &mut Vec<Command>) {
    let key = &account.settings.name;
    let known = account.settings.sent_folder.clone().unwrap_or_default();
    let typed = state.sent_folders.entry(key.clone()).or_insert_with(|| known.clone());
    ui.horizontal(|ui| {
        let label = widgets::form_label(ui, "Sent mail");
        widgets::text_field(ui, typed, "Found by itself", size::FORM_FIELD, false).labelled_by(label);
        let changed = typed.trim() != known;
        let name = format!("Keep the folder of {}", words::tame_line(key));
        ui.add_enabled_ui(changed, |ui| {
            if widgets::button(ui, "Keep").accessible_name(name).clicked() {
                let folder = Some(typed.trim().to_owned()).filter(|f| !f.is_empty());
                out.push(Command::SetSentFolder { account: key.clone(), folder });
            }
        });
    });
}

/// How long held mail is kept.
fn retention(ui: &mut Ui, model: &Model, state: &mut State, account: &AccountView, out: &mut Vec<Command>) {
    let key = &account.settings.name;
    let name = words::tame_line(key);
    let chosen = account.settings.keep_days;
    let keep = widgets::radio(ui, chosen.is_none(), "Keep it until I decide");
    if keep.accessible_name(format!("Keep held mail of {name}")).clicked() && chosen.is_some() {
        out.push(Command::SetRetention { account: key.clone(), days: None });
    }
    hint(ui, "It stays in the folder Lazaret.");
    let mut offered = vec![30, 90, 365];
    // A number of the person's own, from the command line.
    offered.extend(chosen.filter(|days| !offered.contains(days)));
    ui.horizontal_wrapped(|ui| {
        ui.label("Delete for ever, counted from when I opened it:");
        for days in offered {
            let says = words::counted(u64::from(days), "day");
            let radio = widgets::radio(ui, chosen == Some(days), &says);
            let radio = radio.accessible_name(format!("Delete held mail of {name} after {says}"));
            if radio.clicked() && chosen != Some(days) {
                state.dialog = Some(Dialog::Retention { account: key.clone(), days });
            }
        }
    });
    hint(
        ui,
        "Only what you opened here, only after Activity has said so at least a day before, and only while Lazaret \
         acts.",
    );
    let held = model.preview(key).map_or(0, |preview| preview.held);
    if held > 0 && account.settings.mode == Mode::Act {
        let empty = widgets::button(ui, "Empty the quarantine…");
        if empty.accessible_name(format!("Empty the quarantine of {name}")).clicked() {
            state.dialog = Some(Dialog::Empty { account: key.clone(), held });
        }
    }
}

/// How far what belongs to an option is set in.
fn indent(ui: &Ui) -> f32 {
    ui.spacing().icon_width + size::S * 2.0 - ui.spacing().item_spacing.x
}

/// What an option does, under it.
fn hint(ui: &mut Ui, text: &str) {
    let indent = indent(ui);
    widgets::hint(ui, indent, text);
    ui.add_space(size::XS);
}

/// How often new mail is looked for.
fn every(ui: &mut Ui, model: &Model, out: &mut Vec<Command>) {
    for (every, word, says) in [
        (
            Every::News,
            "As it comes",
            "A connection to each server stays open and tells of news; other servers are asked every five minutes.",
        ),
        (Every::Minutes(15), "Every 15 minutes", "A short connection each time."),
        (Every::Minutes(60), "Every hour", "What comes in between stays in the INBOX until then."),
        (Every::Asked, "When I ask", "Only with “Sync now” or F5. Nothing is held by itself."),
    ] {
        let chosen = model.every == every;
        if widgets::radio(ui, chosen, word).clicked() && !chosen {
            out.push(Command::SetEvery(every));
        }
        hint(ui, says);
    }
}

fn look(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let before = state.look;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::S;
        widgets::form_label(ui, "Colours");
        for (colours, word) in
            [(Colours::System, "As the desktop"), (Colours::Light, "Light"), (Colours::Dark, "Dark")]
        {
            widgets::radio_value(ui, &mut state.look.colours, colours, word);
        }
    });
    let says = "As the desktop: light or dark with the rest of the desktop, at once when it changes.";
    widgets::hint(ui, size::FORM_LABEL, says);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::S;
        widgets::form_label(ui, "Text size");
        for percent in size::TEXT_PERCENT {
            widgets::radio_value(ui, &mut state.look.percent, percent, format!("{percent} %"));
        }
    });
    let says = "Text, signs and rows grow together. Ctrl with + and − does the same until the next start.";
    widgets::hint(ui, size::FORM_LABEL, says);
    if state.look != before {
        out.push(Command::SetLook(state.look));
    }
}

/// What the program does besides its window.
fn desktop(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let mut choice = model.desktop;
    widgets::checkbox(ui, &mut choice.notify, "Tell me of news");
    hint(
        ui,
        "A notification of the desktop where a mail of yours could not be delivered, or a malicious attachment came. \
         At most one a minute, none while you work in this window.",
    );
    widgets::checkbox(ui, &mut choice.background, "Go on when I close the window");
    hint(
        ui,
        "Mail is watched in the background. The next start opens the window again; “Quit”, Ctrl+Q or “lazaret quit” \
         ends the program.",
    );
    if let Some(login) = &mut choice.login {
        widgets::checkbox(ui, login, "Start when I log in");
        hint(ui, "In the background: the window opens when you start the program.");
    }
    if widgets::button(ui, "Quit").accessible_name("Quit Lazaret").clicked() {
        state.quit = true;
    }
    if choice != model.desktop {
        out.push(Command::SetDesktop(choice));
    }
}

//! The guide after the first account was added: its mail is read, what would have been held is shown, and the
//! person chooses whether Lazaret may act.

use eframe::egui::{Label, Ui};

use super::preview;
use crate::account::Mode;
use crate::gui::model::Model;
use crate::gui::state::{State, View};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::event::{AccountState, AccountView, PreviewView};

/// The steps; the person is at the third when the guide begins.
const STEPS: [&str; 5] = ["Account", "Sign-in", "First reading", "What would be held", "Your choice"];

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let account = model.accounts.iter().flatten().find(|a| a.settings.name == state.guide);
    let Some(account) = account.filter(|a| a.mode() == Mode::Observe) else {
        state.view = View::Overview;
        return;
    };
    widgets::column(ui, size::MEASURE + size::COLUMN_NAME, |ui| {
        let name = words::tame_line(&account.settings.name);
        let about = "Nothing on the server has been changed.";
        widgets::page_head(ui, &format!("First look at {name}"), about);
        let read = account.last_sync.is_some();
        steps(ui, if read { STEPS.len() - 2 } else { 2 });
        ui.add_space(size::M);
        match (read, model.preview(&account.settings.name)) {
            (true, Some(preview)) => found(ui, model, state, preview, out),
            _ => reading(ui, model, account, out),
        }
    });
}

/// How far it is.
fn steps(ui: &mut Ui, now: usize) {
    let p = palette(ui);
    ui.horizontal_wrapped(|ui| {
        for (place, word) in STEPS.into_iter().enumerate() {
            let (icon, color, ink) = match place.cmp(&now) {
                std::cmp::Ordering::Less => (Icon::Check, p.fine, p.muted),
                std::cmp::Ordering::Equal => (Icon::Dot, p.accent, p.text),
                std::cmp::Ordering::Greater => (Icon::OpenDot, p.edge, p.muted),
            };
            widgets::sign(ui, icon, size::SIGN, color);
            ui.label(theme::body(word).color(ink));
            ui.add_space(size::S);
        }
    });
}

/// While the mail is read for the first time, or could not be.
fn reading(ui: &mut Ui, model: &Model, account: &AccountView, out: &mut Vec<Command>) {
    let p = palette(ui);
    widgets::card(ui, |ui| match &account.state {
        AccountState::Trouble(why) => {
            ui.horizontal_top(|ui| {
                widgets::sign(ui, Icon::Triangle, size::ICON, p.trouble);
                ui.add(Label::new(theme::body(words::tame_line(why))).wrap());
            });
            ui.add_space(size::S);
            if widgets::button(ui, "Try again").clicked() {
                out.push(Command::Sync { account: Some(account.settings.name.clone()) });
            }
        }
        AccountState::NeedsPassword => {
            ui.label(theme::body("The password is needed before the mail can be read."));
        }
        AccountState::Idle | AccountState::Syncing => {
            ui.label(theme::strong("Reading your mail for the first time"));
            let says = match model.jobs.first().map(|job| (job, job.total)) {
                Some((job, Some(total))) => {
                    format!("{}: {} of {}", job.says, words::count(job.done), words::count(total))
                }
                Some((job, None)) => job.says.clone(),
                None => "Connecting…".to_owned(),
            };
            ui.label(theme::body(words::tame_line(&says)));
            ui.add_space(size::XS);
            let says = "First your sent mail, to know what is yours; then the INBOX. You may leave this page: it goes \
                        on, and the Overview shows what was found.";
            ui.add(Label::new(theme::body(says).color(p.muted)).wrap());
        }
    });
}

/// What would have been held, and the choice.
fn found(ui: &mut Ui, model: &Model, state: &mut State, preview: &PreviewView, out: &mut Vec<Command>) {
    let p = palette(ui);
    ui.label(theme::title("Here is what Lazaret would have done"));
    ui.add_space(size::XS);
    let bounces = match preview.genuine {
        0 => "No bounce of your own mail was found.".to_owned(),
        1 => "1 bounce of your own mail stays where it is and is shown under Bounces.".to_owned(),
        n => format!(
            "{} of your own mail stay where they are and are shown under Bounces.",
            words::counted(n, "bounce")
        ),
    };
    let judged = match preview.judged {
        1 => "1 message was judged.".to_owned(),
        n => format!("{} were judged.", words::counted(n, "message")),
    };
    let says = format!("{judged} {} {bounces}", preview::sentence(preview, Mode::Observe));
    ui.add(Label::new(theme::body(says)).wrap());
    ui.add_space(size::S);
    preview::groups(ui, &model.now, preview, state, out);
    ui.add_space(size::M);
    ui.label(theme::title("May it act?"));
    ui.add_space(size::XS);
    let says = "Acting moves such mail to the folder Lazaret on the server, with flags and date kept. Nothing is \
                deleted, each move can be undone here, and you can change your mind in Settings at any time.";
    ui.add(Label::new(theme::body(says).color(p.muted)).wrap());
    ui.add_space(size::S);
    ui.horizontal(|ui| {
        if widgets::primary(ui, "Let it act").clicked() {
            out.push(Command::SetMode { account: preview.account.clone(), mode: Mode::Act });
            state.view = View::Overview;
        }
        if widgets::button(ui, "Keep observing").clicked() {
            state.view = View::Overview;
        }
    });
}

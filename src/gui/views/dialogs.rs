//! Questions over everything else: allow or block, certificate, password, remove, act, save.

use eframe::egui::{Align, Context, Frame, Id, Key, Label, Layout, Margin, Modal, Ui};

use super::{attachments, setup};
use crate::account::Mode;
use crate::engine::attachment::FileVerdict;
use crate::engine::senders::{SenderRule, SenderScope};
use crate::gui::model::Model;
use crate::gui::state::{Dialog, State, Term};
use crate::gui::theme::{self, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::Secret;

/// What a dialog leads to.
enum End {
    Stay,
    Close,
    Send(Command),
    /// The dialog stays, and something is to be asked.
    Ask(Command),
}

pub(super) fn show(ctx: &Context, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    if let Some(mut dialog) = state.dialog.take() {
        match modal(ctx, "question", |ui| question(ui, model, &mut dialog)) {
            End::Stay => state.dialog = Some(dialog),
            End::Close => {}
            End::Send(command) => out.push(command),
            End::Ask(command) => {
                state.dialog = Some(dialog);
                out.push(command);
            }
        }
        return;
    }
    // A form shows the question about its account, which is not saved yet, in place.
    let saved = |account: &str| model.mode(account).is_some();
    if let Some(ask) =
        model.certificates.iter().find(|ask| !state.aside.contains(&ask.account) && saved(&ask.account))
    {
        let end = modal(ctx, "certificate", |ui| {
            ui.label(theme::title(format!("Certificate of {}", words::tame_line(&ask.account))));
            ui.add_space(size::S);
            setup::certificate(ui, ask);
            let trust = Command::TrustCertificate {
                account: ask.account.clone(),
                fingerprint: ask.fingerprint.clone(),
            };
            decide(ui, "Trust this certificate", "Don’t connect", Some(trust), false)
        });
        finish(end, &ask.account, state, out);
        return;
    }
    if let Some(ask) = model.passwords.iter().find(|ask| !state.aside.contains(&ask.account)) {
        let end = modal(ctx, "password", |ui| {
            ui.label(theme::title(format!("Password of {}", words::tame_line(&ask.account))));
            ui.add_space(size::XS);
            ui.add(Label::new(theme::body(&ask.why).color(palette(ui).muted)).wrap());
            ui.add_space(size::S);
            let width = ui.available_width();
            let field = widgets::text_field(ui, &mut state.password, "Password", width, true)
                .accessible_name("Password");
            if ui.memory(|m| m.focused().is_none()) {
                field.request_focus();
            }
            let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            let ready = (!state.password.is_empty()).then(|| Command::ProvidePassword {
                account: ask.account.clone(),
                password: Secret::new(state.password.clone()),
            });
            match ready {
                Some(command) if enter => End::Send(command),
                ready => decide(ui, "Sign in", "Later", ready, true),
            }
        });
        if !matches!(end, End::Stay) {
            state.password.clear();
        }
        finish(end, &ask.account, state, out);
    }
}

fn finish(end: End, account: &str, state: &mut State, out: &mut Vec<Command>) {
    match end {
        End::Stay => {}
        End::Close => {
            state.aside.insert(account.to_owned());
        }
        End::Send(command) | End::Ask(command) => out.push(command),
    }
}

fn modal(ctx: &Context, name: &str, content: impl FnOnce(&mut Ui) -> End) -> End {
    let p = if ctx.theme() == eframe::egui::Theme::Dark { &theme::DARK } else { &theme::LIGHT };
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(size::L as i8));
    let response = Modal::new(Id::unique(name)).backdrop_color(p.veil).frame(frame).show(ctx, |ui| {
        ui.set_width(size::DIALOG.min(ui.ctx().content_rect().width() - size::XL * 2.0));
        content(ui)
    });
    match response.inner {
        End::Stay if response.should_close() => End::Close,
        end => end,
    }
}

/// The two buttons of a dialog, the deed at the right.
fn decide(ui: &mut Ui, deed: &str, leave: &str, command: Option<Command>, first: bool) -> End {
    ui.add_space(size::L);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let ready = command.is_some();
        let clicked = ui
            .add_enabled_ui(ready, |ui| {
                if first { widgets::primary(ui, deed).clicked() } else { widgets::button(ui, deed).clicked() }
            })
            .inner;
        let left = widgets::button(ui, leave).clicked();
        match command {
            Some(command) if clicked => End::Send(command),
            _ if left => End::Close,
            _ => End::Stay,
        }
    })
    .inner
}

fn question(ui: &mut Ui, model: &Model, dialog: &mut Dialog) -> End {
    match dialog {
        Dialog::Sender { rule, messages, offers, scope, term, asked } => {
            let end = sender(ui, model, *rule, messages, offers, (scope, term));
            match touches(*rule, messages, offers, *scope) {
                Some(ask) if matches!(end, End::Stay) && *asked != Some(*scope) => {
                    *asked = Some(*scope);
                    End::Ask(ask)
                }
                _ => end,
            }
        }
        Dialog::ExportSenders(folder) => {
            ui.label(theme::title("Export allowed and blocked senders"));
            ui.add_space(size::S);
            let says = "Writes one line per entry to a CSV file that spreadsheets and “Import” read.";
            path(ui, says, "Folder", folder);
            let folder = folder.trim();
            let command = (!folder.is_empty()).then(|| Command::ExportSenders { folder: folder.into() });
            decide(ui, "Export", "Cancel", command, true)
        }
        Dialog::ImportSenders(file) => {
            ui.label(theme::title("Import allowed and blocked senders"));
            ui.add_space(size::S);
            let says = "Reads a CSV file with the columns rule, scope, value and expires, as “Export” writes it. An \
                        entry for the same sender is replaced. All lines are taken or none.";
            path(ui, says, "File", file);
            let file = file.trim();
            let command = (!file.is_empty()).then(|| Command::ImportSenders { file: file.into() });
            decide(ui, "Import", "Cancel", command, true)
        }
        Dialog::RemoveAccount(account) => {
            ui.label(theme::title(format!("Remove {} from Lazaret?", words::tame_line(account))));
            ui.add_space(size::S);
            let says = "Its verdicts, its history and its password are forgotten on this computer. Nothing on the \
                        server changes: mail in the folder Lazaret stays there, and you can move it back with any \
                        mail program.";
            ui.add(Label::new(theme::body(says)).wrap());
            let command = Command::RemoveAccount { account: account.clone() };
            decide(ui, "Remove account", "Keep it", Some(command), false)
        }
        Dialog::Save(ask) => {
            let command = attachments::question(ui, ask);
            let harmless = ask.verdict == FileVerdict::Clean;
            decide(
                ui,
                attachments::deed(ask),
                if harmless { "Cancel" } else { "Don’t save" },
                command,
                harmless,
            )
        }
        Dialog::Retention { account, days } => {
            let days = *days;
            let after = words::counted(u64::from(days), "day");
            ui.label(theme::title(format!("Delete held mail of {} for ever?", words::tame_line(account))));
            ui.add_space(size::S);
            let says = format!(
                "What is held and was opened here goes for ever {after} later, from the server too. There is no way \
                 back from that. Activity says what will go at least a day before, and what went. What you never \
                 opened stays."
            );
            ui.add(Label::new(theme::body(says)).wrap());
            let command = Command::SetRetention { account: account.clone(), days: Some(days) };
            decide(ui, &format!("Delete after {after}"), "Keep it", Some(command), false)
        }
        Dialog::Delete { messages, subject } => {
            let one = messages.len() == 1;
            let what = if one {
                format!("“{}”", words::subject(subject))
            } else {
                words::counted(messages.len() as u64, "message")
            };
            ui.label(theme::title(format!("Delete {what} for ever?")));
            ui.add_space(size::S);
            let command = Command::Delete(messages.clone());
            gone(ui, if one { "It goes" } else { "They go" });
            decide(ui, "Delete for ever", if one { "Keep it" } else { "Keep them" }, Some(command), false)
        }
        Dialog::Empty { account, held } => {
            let name = words::tame_line(account);
            ui.label(theme::title(format!("Delete everything that {name} holds for ever?")));
            ui.add_space(size::S);
            gone(
                ui,
                &format!(
                    "All of it ({}), also what you have not looked at, goes",
                    words::counted(*held, "message")
                ),
            );
            let command = Command::EmptyQuarantine { account: account.clone() };
            decide(ui, "Delete for ever", "Keep it", Some(command), false)
        }
        Dialog::Act(account) => {
            ui.label(theme::title(format!("Let Lazaret act on {}?", words::tame_line(account))));
            ui.add_space(size::S);
            let would = model.preview(account).map_or(0, |preview| preview.would_hold);
            let says = format!(
                "From now on malicious mail and backscatter (bounces of mail you did not send) move to the folder \
                 Lazaret on the server. {} would be held now. Nothing is deleted, and each move can be undone here.",
                words::counted(would, "message")
            );
            ui.add(Label::new(theme::body(says)).wrap());
            let command = Command::SetMode { account: account.clone(), mode: Mode::Act };
            decide(ui, "Let it act", "Only observe", Some(command), true)
        }
    }
}

/// What deleting means.
fn gone(ui: &mut Ui, goes: &str) {
    let says = format!(
        "{goes} from the server too. There is no way back from that: nothing but the line in Activity stays."
    );
    ui.add(Label::new(theme::body(says)).wrap());
}

/// What is done with a path, and a field for it.
fn path(ui: &mut Ui, says: &str, label: &str, value: &mut String) {
    ui.add(Label::new(theme::body(says).color(palette(ui).muted)).wrap());
    ui.add_space(size::M);
    let name = ui.label(theme::meta(label).color(palette(ui).muted)).id;
    let width = ui.available_width();
    let field = widgets::text_field(ui, value, "The whole path", width, false).labelled_by(name);
    if ui.memory(|m| m.focused().is_none()) {
        field.request_focus();
    }
}

/// What asks how much an entry on one sender would touch.
fn touches(
    rule: SenderRule,
    messages: &[i64],
    offers: &[(SenderScope, String)],
    scope: SenderScope,
) -> Option<Command> {
    let (_, value) = offers.iter().find(|(offered, _)| *offered == scope)?;
    (messages.len() == 1).then(|| Command::Touches { rule, scope, value: value.clone() })
}

/// What an entry of a scope names, in words.
fn offer(scope: SenderScope, value: &str, many: bool) -> String {
    let value = words::tame_line(value);
    match (scope, many) {
        (SenderScope::Address, false) => format!("Only {value}"),
        (SenderScope::Address, true) => "These addresses only".to_owned(),
        (SenderScope::Domain, false) => format!("Everybody at {value}"),
        (SenderScope::Domain, true) => "Everybody at their domains".to_owned(),
        (SenderScope::ReportingMta, false) => format!("Every notice that the server {value} sends"),
        (SenderScope::ReportingMta, true) => "Every notice of the servers that sent these".to_owned(),
        (SenderScope::Ip, false) => format!("Everything that comes in from {value}"),
        (SenderScope::Ip, true) => "Everything from the computers that sent these".to_owned(),
    }
}

fn sender(
    ui: &mut Ui,
    model: &Model,
    rule: SenderRule,
    messages: &[i64],
    offers: &[(SenderScope, String)],
    (scope, term): (&mut SenderScope, &mut Term),
) -> End {
    let p = palette(ui);
    let many = messages.len() > 1;
    let rows = model.messages.iter().chain(&model.bounces).flat_map(|page| &page.rows);
    let held = rows
        .filter(|row| messages.contains(&row.id))
        .any(|row| row.holding == crate::service::event::Holding::Held);
    let count = words::counted(messages.len() as u64, "message");
    let (title, deed) = match (rule, held, many) {
        (SenderRule::Allow, true, false) => ("Restore and allow the sender".to_owned(), "Restore and allow"),
        (SenderRule::Allow, true, true) => {
            (format!("Restore {count} and allow their senders"), "Restore and allow")
        }
        (SenderRule::Allow, false, false) => ("Allow the sender".to_owned(), "Allow"),
        (SenderRule::Allow, false, true) => (format!("Allow the senders of {count}"), "Allow"),
        (SenderRule::Block, _, false) => ("Block the sender".to_owned(), "Block"),
        (SenderRule::Block, _, true) => (format!("Block the senders of {count}"), "Block"),
    };
    ui.label(theme::title(title));
    ui.add_space(size::S);
    for (offered, value) in offers {
        widgets::radio_value(ui, scope, *offered, offer(*offered, value, many));
    }
    ui.add_space(size::S);
    ui.horizontal(|ui| {
        ui.label(theme::body("How long").color(p.muted));
        super::senders::terms(ui, term);
    });
    ui.add_space(size::S);
    let says = match rule {
        SenderRule::Allow => "Their mail is kept from now on. Malicious attachments are still held.",
        SenderRule::Block => {
            "Their mail is held from now on. Genuine bounces of your own mail are still kept."
        }
    };
    ui.add(Label::new(theme::body(says).color(p.muted)).wrap());
    if let Some(Command::Touches { scope, value, .. }) = touches(rule, messages, offers, *scope) {
        super::senders::touched(ui, model, rule, scope, &value);
    }
    let (messages, scope) = (messages.to_vec(), *scope);
    let expires = term.end(model.now.at);
    let command = match rule {
        SenderRule::Allow => Command::RestoreAndAllow { messages, scope, expires },
        SenderRule::Block => Command::Block { messages, scope, expires },
    };
    if ui.input(|i| i.key_pressed(Key::Enter)) && ui.memory(|m| m.focused().is_none()) {
        return End::Send(command);
    }
    decide(ui, deed, "Cancel", Some(command), true)
}

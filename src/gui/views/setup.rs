//! The form for an account, with *Test connection* and the certificate question in place.

use eframe::egui::{Align, Frame, Label, Layout, Margin, Rect, Stroke, Ui};

use crate::account::Security;
use crate::engine::Strictness;
use crate::gui::form::{Field, News, Proof, SetupForm};
use crate::gui::model::{CertificateAsk, Model};
use crate::gui::state::{State, View};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    widgets::column(ui, size::MEASURE, |ui| page(ui, model, state, out));
}

fn page(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    widgets::page_head(
        ui,
        "Add an account",
        "Lazaret signs in over IMAP. At first it only observes: nothing on the server changes.",
    );
    let taken: Vec<&str> = model.accounts.iter().flatten().map(|a| a.settings.name.as_str()).collect();
    let faults = state.setup.faults(&taken);
    let before = (state.setup.host.clone(), state.setup.port.clone());
    widgets::card(ui, |ui| fields(ui, &mut state.setup, &faults));
    if before != (state.setup.host.clone(), state.setup.port.clone()) {
        // Trust was given to one server's certificate.
        state.setup.fingerprint = None;
    }
    ui.add_space(size::M);
    let top = ui.next_widget_position();
    let news = result(ui, model, state, out);
    if news != state.setup.news {
        state.setup.news = news;
        if news != News::None {
            // What is new may lie below what the window shows.
            ui.scroll_to_rect(Rect::from_two_pos(top, ui.next_widget_position()), None);
        }
    }
    buttons(ui, model, state, faults.is_empty(), out);
}

fn fields(ui: &mut Ui, form: &mut SetupForm, faults: &[(Field, String)]) {
    let tried = form.tried;
    let fault =
        |field: Field| faults.iter().find(|(f, _)| tried && *f == field).map(|(_, says)| says.as_str());
    widgets::field(ui, "Account name", &mut form.name, "Work", fault(Field::Name));
    let addresses = widgets::field(
        ui,
        "Your addresses",
        &mut form.addresses,
        "you@example.org, other@example.org",
        fault(Field::Addresses),
    );
    if addresses.lost_focus() {
        form.fill_in();
    }
    // In a part of its own, said or not: the fields below keep their identity, and so the focus.
    ui.scope(|ui| {
        if let Some(advice) = form.advice {
            widgets::hint(ui, size::FORM_LABEL + size::S, advice);
        }
    });
    widgets::rule(ui, palette(ui));
    ui.add_space(size::M);
    widgets::field(ui, "IMAP server", &mut form.host, "imap.example.org", fault(Field::Host));
    let says = fault(Field::Security).or(fault(Field::Port));
    widgets::form_row(ui, "Encryption", says, |ui, id| {
        let before = form.security;
        let response = widgets::combo(ui, "security", size::FILTER, security(form.security), |ui| {
            for kind in [Security::Tls, Security::StartTls, Security::Plain] {
                ui.selectable_value(&mut form.security, kind, security(kind));
            }
        })
        .labelled_by(id);
        if form.security != before && form.port == SetupForm::usual_port(before) {
            form.port = SetupForm::usual_port(form.security).into();
        }
        ui.add_space(size::M);
        let port = ui.label(theme::body("Port").color(palette(ui).muted)).id;
        widgets::text_field(ui, &mut form.port, "993", size::FIELD_SHORT, false).labelled_by(port);
        response
    });
    widgets::field(ui, "Sign-in name", &mut form.login, "you@example.org", fault(Field::Login));
    widgets::form_row(ui, "Sign in with", None, |ui, id| {
        widgets::combo(ui, "proof", size::FILTER, form.proof.word(), |ui| {
            for proof in Proof::ALL {
                ui.selectable_value(&mut form.proof, proof, proof.word());
            }
        })
        .labelled_by(id)
    });
    if form.proof == Proof::Typed {
        widgets::form_row(ui, "Password", fault(Field::Password), |ui, id| {
            let width = ui.available_width();
            widgets::text_field(ui, &mut form.password, "", width, true).labelled_by(id)
        });
    } else {
        let example =
            if form.proof == Proof::TokenCommand { "oauth-token work" } else { "pass show mail/work" };
        widgets::field(ui, "Command", &mut form.command, example, fault(Field::Command));
    }
    widgets::hint(ui, size::FORM_LABEL + size::S, form.proof.means());
    ui.add_space(size::S);
    widgets::rule(ui, palette(ui));
    ui.add_space(size::M);
    widgets::field(ui, "Sent folder", &mut form.sent_folder, "Found by itself", None);
    widgets::form_row(ui, "Strictness", None, |ui, id| {
        widgets::combo(ui, "strictness", size::FILTER, strictness(form.strictness), |ui| {
            for choice in [Strictness::Normal, Strictness::Strict] {
                ui.selectable_value(&mut form.strictness, choice, strictness(choice));
            }
        })
        .labelled_by(id)
    });
    let says = match form.strictness {
        Strictness::Normal => "Holds malicious mail and backscatter; marks what is in doubt.",
        Strictness::Strict => "Holds fake bounces and suspicious mail as well.",
    };
    widgets::hint(ui, size::FORM_LABEL + size::S, says);
}

fn strictness(choice: Strictness) -> &'static str {
    match choice {
        Strictness::Normal => "Normal",
        Strictness::Strict => "Strict",
    }
}

fn security(kind: Security) -> &'static str {
    match kind {
        Security::Tls => "TLS",
        Security::StartTls => "STARTTLS",
        Security::Plain => "None (this computer)",
    }
}

/// What the test found, in place.
fn result(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) -> News {
    let p = palette(ui);
    let name = state.setup.name.trim().to_owned();
    if let Some(ask) = model.certificates.iter().find(|ask| ask.account == name)
        && state.setup.fingerprint.as_deref() != Some(ask.fingerprint.as_str())
    {
        note(ui, p.trouble, Icon::Lock, |ui| {
            certificate(ui, ask);
            ui.add_space(size::S);
            if widgets::button(ui, "Trust this certificate").clicked() {
                state.setup.fingerprint = Some(ask.fingerprint.clone());
                test(&mut state.setup, out);
            }
        });
        return News::Certificate;
    }
    if state.setup.testing {
        note(ui, p.line, Icon::Cycle, |ui| {
            ui.label(theme::body(format!("Connecting to {}…", state.setup.host.trim())));
        });
        return News::Testing;
    }
    match &model.tested {
        Some(Ok(tested)) => {
            note(ui, p.fine, Icon::Check, |ui| {
                ui.label(theme::strong("The connection works."));
                let inbox = words::counted(u64::from(tested.inbox), "message");
                let sent = match &tested.sent {
                    Some(folder) => format!("Sent mail is read from {}.", words::tame_line(folder)),
                    None => {
                        "No folder with sent mail was found, so no bounce can be shown to be yours.".into()
                    }
                };
                ui.add(Label::new(theme::body(format!("INBOX holds {inbox}. {sent}"))).wrap());
                if let Some(moving) = &tested.moving {
                    ui.add(Label::new(theme::body(words::tame_line(moving)).color(p.muted)).wrap());
                }
            });
            News::Works
        }
        Some(Err(problem)) => {
            note(ui, p.trouble, Icon::Triangle, |ui| {
                ui.add(Label::new(theme::strong(words::tame_line(&problem.says))).wrap());
                ui.add(Label::new(theme::body(&problem.advice)).wrap());
            });
            News::Fails
        }
        None => News::None,
    }
}

/// A frame for news in the flow of a page.
fn note(ui: &mut Ui, edge: eframe::egui::Color32, icon: Icon, content: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    Frame::new()
        .fill(p.raised)
        .stroke(Stroke::new(size::STROKE, edge))
        .corner_radius(size::RADIUS)
        .inner_margin(Margin::same(size::M as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                widgets::sign(ui, icon, size::ICON, if edge == p.line { p.muted } else { edge });
                ui.vertical(content);
            });
        });
    ui.add_space(size::M);
}

/// The certificate question: what, why, and what to compare.
pub(super) fn certificate(ui: &mut Ui, ask: &CertificateAsk) {
    let p = palette(ui);
    ui.label(theme::strong("This server's certificate is not trusted."));
    ui.add(Label::new(theme::body(words::tame_line(&ask.why))).wrap());
    ui.add_space(size::S);
    ui.label(theme::meta("SHA-256 fingerprint").color(p.muted));
    Frame::new()
        .fill(p.bytes)
        .corner_radius(size::RADIUS)
        .inner_margin(Margin::symmetric(size::S as i8, size::XS as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(theme::mono(grouped(&ask.fingerprint))).selectable(true).wrap());
        });
    ui.add_space(size::XS);
    let says = "Compare it with the one your provider or administrator names. If both are equal, trust it: then \
                this one certificate is accepted for this account, and no other. If not, somebody may be reading \
                the connection.";
    ui.add(Label::new(theme::body(says).color(p.muted)).wrap());
}

/// The fingerprint in two lines that can be compared.
fn grouped(fingerprint: &str) -> String {
    let parts: Vec<&str> = fingerprint.split(':').collect();
    let lines: Vec<String> = parts.chunks(16).map(|line| line.join(":")).collect();
    lines.join("\n")
}

fn test(form: &mut SetupForm, out: &mut Vec<Command>) {
    form.testing = true;
    out.push(Command::TestConnection { settings: form.settings(), password: form.secret() });
}

fn buttons(ui: &mut Ui, model: &Model, state: &mut State, complete: bool, out: &mut Vec<Command>) {
    let p = palette(ui);
    ui.horizontal(|ui| {
        if widgets::primary(ui, "Add account").clicked() {
            state.setup.tried = true;
            if complete && !state.setup.adding {
                state.setup.adding = true;
                out.push(Command::AddAccount {
                    settings: state.setup.settings(),
                    password: state.setup.secret(),
                });
            }
        }
        let busy = state.setup.testing;
        let clicked = ui.add_enabled_ui(!busy, |ui| widgets::button(ui, "Test connection").clicked()).inner;
        if clicked {
            state.setup.tried = true;
            if complete {
                test(&mut state.setup, out);
            }
        }
        if widgets::quiet(ui, "Cancel").clicked() {
            state.view = if model.no_account() { View::Overview } else { View::Settings };
            state.setup = SetupForm::new();
        }
        if state.setup.tried && !complete {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(theme::meta("Something is missing above.").color(p.trouble));
            });
        }
    });
}

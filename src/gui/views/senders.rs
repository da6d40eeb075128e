//! Allow and block entries: list, add, remove, import, export.

use eframe::egui::{Align, Key, Label, Layout, Ui};

use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::gui::model::Model;
use crate::gui::state::{Dialog, SENDERS_AT_ONCE, State, Term};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::event::SenderView;

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let about = "Whom you allow is kept, whom you block is held. Malicious attachments are held in any case.";
    let dialog = widgets::page_head_with(ui, "Senders", about, |ui| {
        let export = widgets::quiet(ui, "Export…").on_hover_text("Write all entries to a CSV file.");
        let import = widgets::quiet(ui, "Import…").on_hover_text("Read entries from a CSV file.");
        match (export.clicked(), import.clicked()) {
            (true, _) => Some(Dialog::ExportSenders(model.downloads.clone())),
            (_, true) => {
                let folder = model.downloads.trim_end_matches('/');
                Some(Dialog::ImportSenders(format!("{folder}/lazaret-senders.csv")))
            }
            _ => None,
        }
    });
    if dialog.is_some() {
        state.dialog = dialog;
    }
    widgets::card(ui, |ui| add(ui, model, state, out));
    ui.add_space(size::M);
    let Some(senders) = &model.senders else {
        widgets::loading(ui, "Reading the list…");
        return;
    };
    if senders.is_empty() {
        widgets::empty(
            ui,
            Icon::Person,
            "Nobody is allowed or blocked",
            "Add somebody above, or choose “Allow” or “Block” at a message.",
        );
        return;
    }
    for (rule, title) in [(SenderRule::Allow, "Allowed"), (SenderRule::Block, "Blocked")] {
        let entries: Vec<&SenderView> = senders.iter().filter(|s| s.entry.rule == rule).collect();
        let count = entries.len();
        if count == 0 {
            continue;
        }
        widgets::group(ui, &format!("{title} ({})", words::count(count as u64)));
        widgets::list_card(ui, |ui| {
            for (place, sender) in entries.into_iter().take(state.sender.shown).enumerate() {
                entry(ui, model, sender, place > 0, out);
            }
        });
        ui.add_space(size::S);
        let left = count.saturating_sub(state.sender.shown);
        let more = format!("Show {} more", words::count(left.min(SENDERS_AT_ONCE) as u64));
        if left > 0 && widgets::button(ui, &more).accessible_name(format!("{more}: {title}")).clicked() {
            state.sender.shown += SENDERS_AT_ONCE;
        }
    }
}

fn scope_word(scope: SenderScope) -> &'static str {
    match scope {
        SenderScope::Address => "Address",
        SenderScope::Domain => "Domain",
        SenderScope::ReportingMta => "Reporting server",
        SenderScope::Ip => "IP address",
    }
}

fn hint(scope: SenderScope) -> &'static str {
    match scope {
        SenderScope::Address => "somebody@example.org",
        SenderScope::Domain => "example.org, with all below it",
        SenderScope::ReportingMta => "mx.example.org",
        SenderScope::Ip => "192.0.2.7, one address",
    }
}

/// What an entry of a scope means.
fn means(scope: SenderScope) -> &'static str {
    match scope {
        SenderScope::Address => "Mail whose From is this address.",
        SenderScope::Domain => "Mail whose From is at this domain or one below it.",
        SenderScope::ReportingMta => "Notices that this mail server sends.",
        SenderScope::Ip => "Mail that the computer with exactly this address handed to your server.",
    }
}

/// How long an entry counts, as a choice.
pub(super) fn terms(ui: &mut Ui, term: &mut Term) {
    widgets::choice(ui, "How long", &term.word(), |ui| {
        for each in Term::ALL {
            ui.selectable_value(term, each, each.word());
        }
    });
}

/// What an entry would touch, as soon as it is known; keeps its place until then.
pub(super) fn touched(ui: &mut Ui, model: &Model, rule: SenderRule, scope: SenderScope, value: &str) {
    let known =
        model.touched.as_ref().filter(|t| (t.rule, t.scope, t.value.as_str()) == (rule, scope, value));
    ui.add_space(size::S);
    match known.and_then(|touched| touched.says.as_deref()) {
        Some(says) => ui.add(Label::new(theme::body(words::tame_line(says))).wrap()),
        None => ui.label(theme::body("Counting what is held…").color(palette(ui).muted)),
    };
}

fn add(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    let form = &mut state.sender;
    let valid = SenderEntry::normal(form.scope, &form.value).is_some();
    ui.horizontal_wrapped(|ui| {
        let rule = |rule| if rule == SenderRule::Allow { "Allow" } else { "Block" };
        widgets::combo(ui, "rule", size::CARD * 0.5, rule(form.rule), |ui| {
            for each in [SenderRule::Allow, SenderRule::Block] {
                ui.selectable_value(&mut form.rule, each, rule(each));
            }
        })
        .accessible_name(format!("Rule: {}", rule(form.rule)));
        widgets::combo(ui, "scope", size::FILTER, scope_word(form.scope), |ui| {
            for scope in
                [SenderScope::Address, SenderScope::Domain, SenderScope::ReportingMta, SenderScope::Ip]
            {
                ui.selectable_value(&mut form.scope, scope, scope_word(scope)).on_hover_text(means(scope));
            }
        })
        .accessible_name(format!("What it names: {}", scope_word(form.scope)));
        let field = widgets::text_field(ui, &mut form.value, hint(form.scope), size::COLUMN_NAME, false)
            .accessible_name("Sender");
        let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        terms(ui, &mut form.term);
        let verb = if form.rule == SenderRule::Allow { "Allow sender" } else { "Block sender" };
        if widgets::primary(ui, verb).clicked() || enter {
            form.tried = true;
            if valid {
                out.push(Command::AddSender {
                    rule: form.rule,
                    scope: form.scope,
                    value: form.value.trim().to_owned(),
                    expires: form.term.end(model.now.at),
                });
                form.value.clear();
                form.tried = false;
            }
        }
    });
    let valid = SenderEntry::normal(form.scope, &form.value).is_some();
    if valid {
        let value = form.value.trim().to_owned();
        let wanted = (form.rule, form.scope, value.clone());
        if form.asked.as_ref() != Some(&wanted) {
            form.asked = Some(wanted);
            out.push(Command::Touches { rule: form.rule, scope: form.scope, value: value.clone() });
        }
        touched(ui, model, form.rule, form.scope, &value);
    } else if form.tried {
        let what = scope_word(form.scope).to_lowercase().replace("ip", "IP");
        ui.add_space(size::XS);
        ui.label(theme::meta(format!("This is not one whole {what}.")).color(p.trouble));
    }
}

fn entry(ui: &mut Ui, model: &Model, sender: &SenderView, line: bool, out: &mut Vec<Command>) {
    let p = palette(ui);
    if line {
        widgets::hairline(ui);
    }
    ui.horizontal(|ui| {
        ui.set_min_height(size::ROW + size::S);
        let value = words::tame_line(&sender.entry.value);
        let over = sender.entry.expires.is_some_and(|at| at <= model.now.at);
        let ink = if over { p.muted } else { p.text };
        widgets::cell(ui, size::COLUMN_NAME.min(ui.available_width() * 0.5), theme::body(&value).color(ink));
        let scope = theme::body(scope_word(sender.entry.scope)).color(p.muted);
        widgets::cell(ui, size::FILTER, scope).on_hover_text(means(sender.entry.scope));
        let until = match sender.entry.expires {
            Some(at) if over => format!("ended {}", model.now.short(at)),
            Some(at) => format!("until {}", model.now.short(at)),
            None => "until removed".to_owned(),
        };
        let until = widgets::cell(ui, size::COLUMN_DATE, theme::body(until).color(p.muted));
        if let Some(at) = sender.entry.expires {
            until.on_hover_text(model.now.exact(at));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::quiet(ui, "Remove").accessible_name(format!("Remove {value}")).clicked() {
                out.push(Command::RemoveSender(sender.id));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let says = format!("{}, {}", model.now.short(sender.added), words::tame_line(&sender.origin));
                widgets::cut(ui, theme::meta(says).color(p.muted))
                    .on_hover_text(model.now.exact(sender.added));
            });
        });
    });
}

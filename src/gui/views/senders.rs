//! Allow and block entries: list, add, remove.

use eframe::egui::{Align, Layout, Stroke, Ui, vec2};

use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::gui::model::Model;
use crate::gui::state::State;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::event::SenderView;

pub(super) fn show(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let about = "Whom you allow is kept, whom you block is held. Malicious attachments are held in any case.";
    widgets::page_head(ui, "Senders", about);
    widgets::card(ui, |ui| add(ui, state, out));
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
            "Add somebody above, or choose “Restore and allow sender” or “Block sender” at a message.",
        );
        return;
    }
    for (rule, title) in [(SenderRule::Allow, "Allowed"), (SenderRule::Block, "Blocked")] {
        let entries: Vec<&SenderView> = senders.iter().filter(|s| s.entry.rule == rule).collect();
        if entries.is_empty() {
            continue;
        }
        widgets::group(ui, &format!("{title} ({})", entries.len()));
        widgets::card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (place, sender) in entries.into_iter().enumerate() {
                entry(ui, model, sender, place > 0, out);
            }
        });
        ui.add_space(size::S);
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

fn add(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    let form = &mut state.sender;
    let valid = SenderEntry::normal(form.scope, &form.value).is_some();
    ui.horizontal(|ui| {
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
                ui.selectable_value(&mut form.scope, scope, scope_word(scope));
            }
        })
        .accessible_name(format!("What it names: {}", scope_word(form.scope)));
        let width = (ui.available_width() - size::CARD).clamp(size::FIELD_SHORT, size::COLUMN_NAME);
        let field = widgets::text_field(ui, &mut form.value, hint(form.scope), width, false)
            .accessible_name("Sender");
        let enter = field.lost_focus() && ui.input(|i| i.key_pressed(eframe::egui::Key::Enter));
        if widgets::primary(ui, "Add sender").clicked() || enter {
            form.tried = true;
            if valid {
                out.push(Command::AddSender {
                    rule: form.rule,
                    scope: form.scope,
                    value: form.value.trim().to_owned(),
                });
                form.value.clear();
                form.tried = false;
            }
        }
    });
    if form.tried && !valid {
        let says =
            format!("This is not one whole {}.", scope_word(form.scope).to_lowercase().replace("ip", "IP"));
        ui.label(theme::meta(says).color(p.trouble));
    }
}

fn entry(ui: &mut Ui, model: &Model, sender: &SenderView, line: bool, out: &mut Vec<Command>) {
    let p = palette(ui);
    if line {
        let top = ui.cursor().top();
        ui.painter().hline(ui.max_rect().x_range(), top, Stroke::new(size::STROKE, p.hairline));
    }
    ui.horizontal(|ui| {
        ui.set_min_height(size::ROW + size::S);
        let column = |ui: &mut Ui, width: f32, text: eframe::egui::RichText| {
            ui.allocate_ui_with_layout(vec2(width, size::ROW), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(width);
                widgets::cut(ui, text);
            });
        };
        let value = words::tame_line(&sender.entry.value);
        column(ui, size::COLUMN_NAME.min(ui.available_width() * 0.5), theme::body(&value));
        column(ui, size::COLUMN_DATE, theme::body(scope_word(sender.entry.scope)).color(p.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::quiet(ui, "Remove").accessible_name(format!("Remove {value}")).clicked() {
                out.push(Command::RemoveSender(sender.id));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let mut says =
                    format!("{}, {}", model.now.short(sender.added), words::tame_line(&sender.origin));
                if let Some(at) = sender.entry.expires {
                    says.push_str(&format!(", until {}", model.now.short(at)));
                }
                widgets::cut(ui, theme::meta(says).color(p.muted));
            });
        });
    });
}

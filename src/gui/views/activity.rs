//! Everything that was done, day by day: when, what, by whom, and the way back.

use eframe::egui::{Align, Layout, Ui};

use crate::gui::model::Model;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::event::{ActivityRow, By, WayBack};

pub(super) fn show(ui: &mut Ui, model: &Model, out: &mut Vec<Command>) {
    let Some(activity) = &model.activity else {
        widgets::loading(ui, "Reading the journal…");
        return;
    };
    if activity.is_empty() {
        widgets::empty(
            ui,
            Icon::Clock,
            "Nothing was done yet",
            "Each message that is moved, restored, allowed or blocked is written down here, with a way back.",
        );
        return;
    }
    widgets::page_head(ui, "Activity", "Everything that was done, by you or by a rule, newest first.");
    for day in activity.chunk_by(|a, b| model.now.day_word(a.at) == model.now.day_word(b.at)) {
        let Some(first) = day.first() else { continue };
        widgets::group(ui, &model.now.day_word(first.at));
        widgets::list_card(ui, |ui| {
            for (place, row) in day.iter().enumerate() {
                line(ui, model, row, place > 0, out);
            }
        });
    }
}

fn line(ui: &mut Ui, model: &Model, row: &ActivityRow, rule: bool, out: &mut Vec<Command>) {
    let p = palette(ui);
    if rule {
        widgets::hairline(ui);
    }
    ui.horizontal(|ui| {
        ui.set_min_height(size::ROW + size::S);
        widgets::cell(ui, size::COLUMN_TIME, theme::body(model.now.time(row.at)).color(p.muted))
            .on_hover_text(model.now.exact(row.at));
        let (who, means) = match row.by {
            By::Person => ("You", "You chose this."),
            By::Rule => ("Rule", "Lazaret did this by its rules, as you set them."),
        };
        widgets::cell(ui, size::COLUMN_TIME, theme::body(who).color(p.muted)).on_hover_text(means);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let says = words::tame_line(&row.says);
            if let Some(back) = row.undo {
                let hover = match back {
                    WayBack::Action(_) => "Moves the message back.",
                    WayBack::Sender(_) => "Removes the entry.",
                };
                let undo = widgets::quiet(ui, "Undo").accessible_name(format!("Undo: {says}"));
                if undo.on_hover_text(hover).clicked() {
                    out.push(back.command());
                }
            }
            if !row.finished {
                ui.label(theme::meta("unfinished; repaired at the next sync").color(p.trouble));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                widgets::cut(ui, theme::body(says));
            });
        });
    });
}

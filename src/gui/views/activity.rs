//! The journal: everything that was done, with a way back.

use eframe::egui::{Align, Layout, Ui, vec2};

use crate::gui::model::Model;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;

pub(super) fn show(ui: &mut Ui, model: &Model, out: &mut Vec<Command>) {
    let p = palette(ui);
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
    widgets::page_head(ui, "Activity", "Everything that was done, newest first.");
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, row) in activity.iter().enumerate() {
            if place > 0 {
                let line = ui.cursor().top();
                let stroke = eframe::egui::Stroke::new(size::STROKE, p.hairline);
                ui.painter().hline(ui.max_rect().x_range(), line, stroke);
            }
            ui.horizontal(|ui| {
                ui.set_min_height(size::ROW + size::S);
                ui.allocate_ui_with_layout(
                    vec2(size::COLUMN_DATE, size::ROW),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.set_min_width(size::COLUMN_DATE);
                        ui.label(theme::body(model.now.short(row.at)).color(p.muted))
                            .on_hover_text(model.now.exact(row.at));
                    },
                );
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if row.can_undo {
                        let says = words::tame_line(&row.says);
                        if widgets::quiet(ui, "Undo").accessible_name(format!("Undo: {says}")).clicked() {
                            out.push(Command::Undo(row.id));
                        }
                    }
                    if !row.finished {
                        ui.label(theme::meta("unfinished; repaired at the next sync").color(p.trouble));
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        widgets::cut(ui, theme::body(words::tame_line(&row.says)));
                    });
                });
            });
        }
    });
}

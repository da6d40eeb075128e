//! The first page where there is no account: two ways to begin.

use eframe::egui::Ui;

use crate::gui::state::{State, View};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::widgets;
use crate::service::Command;

pub(super) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    ui.vertical_centered(|ui| {
        ui.set_max_width(size::MEASURE);
        ui.add_space((ui.available_height() * 0.5 - size::CHART - size::PICTURE).max(size::XL));
        widgets::sign(ui, Icon::Ship, size::PICTURE + size::L, p.accent);
        ui.add_space(size::M);
        ui.label(theme::page("A quarantine for your mail"));
        ui.add_space(size::XS);
        ui.label(
            theme::body(
                "Lazaret reads your mail over IMAP and holds what does harm: attachments that would run \
                 something, and bounces of mail you never sent. It shows why, and everything can be undone.",
            )
            .color(p.muted),
        );
        ui.add_space(size::XL);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = size::M;
            let each = (ui.available_width() - size::M) * 0.5;
            for (text, about, first) in [
                ("Add an account", "At first it only observes: nothing on the server changes.", true),
                ("Try the demo mailbox", "Made-up mail on this computer. Nothing goes out.", false),
            ] {
                ui.allocate_ui(eframe::egui::vec2(each, size::CARD), |ui| {
                    ui.vertical_centered_justified(|ui| {
                        let clicked = if first {
                            widgets::primary(ui, text).clicked()
                        } else {
                            widgets::button(ui, text).clicked()
                        };
                        ui.add_space(size::XS);
                        ui.vertical_centered(|ui| ui.label(theme::meta(about).color(p.muted)));
                        match (clicked, first) {
                            (true, true) => state.view = View::Setup,
                            (true, false) => out.push(Command::OpenDemo),
                            _ => {}
                        }
                    });
                });
            }
        });
        ui.add_space(size::XL);
        ui.label(theme::meta("Everything stays on this computer. Lazaret never sends mail.").color(p.muted));
    });
}

//! The keys, from the same table that the window reads.

use eframe::egui::{Context, Frame, Grid, Id, Margin, Modal};

use crate::gui::keys::KEYS;
use crate::gui::state::State;
use crate::gui::theme::{self, palette, size};
use crate::gui::widgets;

pub(super) fn show(ctx: &Context, state: &mut State) {
    if !state.help {
        return;
    }
    let p = if ctx.theme() == eframe::egui::Theme::Dark { &theme::DARK } else { &theme::LIGHT };
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(size::L as i8));
    let response = Modal::new(Id::unique("help")).backdrop_color(p.veil).frame(frame).show(ctx, |ui| {
        ui.set_width(size::DIALOG);
        ui.label(theme::title("Keyboard"));
        ui.add_space(size::S);
        ui.spacing_mut().interact_size.y = size::ROW_COMPACT;
        Grid::new("keys").num_columns(2).spacing([size::XL, 0.0]).show(ui, |ui| {
            for binding in KEYS.iter().filter(|b| !b.name.is_empty()) {
                ui.label(theme::strong(binding.name));
                ui.label(theme::body(binding.says).color(palette(ui).muted));
                ui.end_row();
            }
        });
        ui.add_space(size::M);
        ui.spacing_mut().interact_size.y = size::CONTROL;
        widgets::button(ui, "Close").clicked()
    });
    if response.inner || response.should_close() {
        state.help = false;
    }
}

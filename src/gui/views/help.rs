//! The keys and the search language, from the same tables that the window and the service read.

use eframe::egui::{Context, Frame, Grid, Id, Margin, Modal, ScrollArea, Ui};

use crate::gui::keys::KEYS;
use crate::gui::state::State;
use crate::gui::theme::{self, palette, size};
use crate::gui::widgets;
use crate::service::search::FILTERS;

pub(super) fn show(ctx: &Context, state: &mut State) {
    if !state.help {
        return;
    }
    let p = if ctx.theme() == eframe::egui::Theme::Dark { &theme::DARK } else { &theme::LIGHT };
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(size::L as i8));
    let wide = ctx.content_rect().width() >= size::FOLD;
    let response = Modal::new(Id::unique("help")).backdrop_color(p.veil).frame(frame).show(ctx, |ui| {
        ui.set_width(if wide { size::DIALOG * 2.0 } else { size::DIALOG });
        ScrollArea::vertical().max_height(ctx.content_rect().height() - size::AROUND_HELP).show(ui, |ui| {
            if wide {
                ui.horizontal_top(|ui| {
                    ui.vertical(keys);
                    ui.add_space(size::XL);
                    ui.vertical(filters);
                });
            } else {
                keys(ui);
                ui.add_space(size::L);
                filters(ui);
            }
        });
        ui.add_space(size::M);
        widgets::button(ui, "Close").clicked()
    });
    if response.inner || response.should_close() {
        state.help = false;
    }
}

fn keys(ui: &mut Ui) {
    ui.label(theme::title("Keyboard"));
    ui.add_space(size::S);
    let rows = KEYS.iter().filter(|b| !b.name.is_empty()).map(|b| (b.name, b.says));
    table(ui, "keys", rows);
}

/// What can be written into the search field.
pub(super) fn filters(ui: &mut Ui) {
    ui.label(theme::title("Search"));
    ui.add_space(size::S);
    let words = [
        ("invoice refund", "both words, from their beginning"),
        ("\"last reminder\"", "these words beside each other"),
        ("-newsletter", "not this; a - goes before filters too"),
    ];
    table(ui, "filters", words.into_iter().chain(FILTERS.iter().map(|(_, example, says)| (*example, *says))));
}

fn table<'a>(ui: &mut Ui, name: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    ui.spacing_mut().interact_size.y = size::ROW_COMPACT;
    Grid::new(name).num_columns(2).spacing([size::L, 0.0]).show(ui, |ui| {
        for (left, right) in rows {
            ui.label(theme::strong(left));
            ui.label(theme::body(right).color(palette(ui).muted));
            ui.end_row();
        }
    });
}

//! The table of messages: virtual rows, sorting, selection.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Align2, FontId, Layout, Modifiers, Rangef, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetInfo,
    vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};

use super::verbs;
use crate::gui::model::Model;
use crate::gui::state::ListState;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::SortBy;
use crate::service::event::{Holding, ListPage, Row};

/// A column.
#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Box,
    Class,
    From,
    Subject,
    Attachment,
    Account,
    Received,
    Score,
}

impl Cell {
    const ALL: [Cell; 8] = [
        Cell::Box,
        Cell::Class,
        Cell::From,
        Cell::Subject,
        Cell::Attachment,
        Cell::Account,
        Cell::Received,
        Cell::Score,
    ];

    /// The columns of a folded window.
    const FEW: [Cell; 5] = [Cell::Box, Cell::Class, Cell::From, Cell::Subject, Cell::Received];

    fn head(self) -> (&'static str, Option<SortBy>) {
        match self {
            Cell::Box => ("", None),
            Cell::Class => ("Class", Some(SortBy::Class)),
            Cell::From => ("From", Some(SortBy::From)),
            Cell::Subject => ("Subject", Some(SortBy::Subject)),
            Cell::Attachment => ("Attachment", None),
            Cell::Account => ("Account", Some(SortBy::Account)),
            Cell::Received => ("Received", Some(SortBy::Received)),
            Cell::Score => ("Score", Some(SortBy::Score)),
        }
    }

    fn right(self) -> bool {
        matches!(self, Cell::Received | Cell::Score)
    }

    fn column(self) -> Column {
        let [check, class, from, attachment, account, received, score] = size::COLUMNS;
        let wide = |width: f32| Column::initial(width).at_least(width * 0.5).resizable(true).clip(true);
        match self {
            Cell::Box => Column::exact(check),
            Cell::Class => Column::exact(class),
            Cell::From => wide(from),
            Cell::Subject => Column::remainder().at_least(size::COLUMN_SUBJECT).clip(true),
            Cell::Attachment => wide(attachment),
            Cell::Account => wide(account),
            Cell::Received => Column::exact(received),
            Cell::Score => Column::exact(score),
        }
    }
}

/// What all cells of one table share.
struct Sheet<'a> {
    model: &'a Model,
    page: &'a ListPage,
    cells: &'static [Cell],
    /// From the left to the right edge.
    whole: Rangef,
}

/// Paints the table of `page` and returns what clicks mean.
pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    list: &mut ListState,
    page: &ListPage,
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    let few = ui.ctx().content_rect().width() < size::FOLD;
    let cells: &'static [Cell] = if few { &Cell::FEW } else { &Cell::ALL };
    ui.spacing_mut().item_spacing = vec2(size::S, 0.0);
    let visuals = ui.visuals_mut();
    // Rows draw their own lines, and columns show theirs under the pointer only.
    visuals.widgets.noninteractive.bg_stroke = Stroke::NONE;
    visuals.widgets.hovered.bg_fill = p.hover;
    let whole = ui.available_rect_before_wrap().x_range();
    let sheet = Sheet { model, page, cells, whole };

    let mut table = TableBuilder::new(ui)
        .id_salt(("messages", few))
        .sense(Sense::click())
        .striped(false)
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center));
    for cell in cells {
        table = table.column(cell.column());
    }
    if std::mem::take(&mut list.follow)
        && let Some(at) = list.cursor.and_then(|id| page.rows.iter().position(|r| r.id == id))
    {
        table = table.scroll_to_row(at, None);
    }
    let mut last_seen = 0;
    table
        .header(size::ROW, |mut row| {
            for cell in cells {
                let last = cells.last() == Some(cell);
                row.col(|ui| head(ui, *cell, last, &sheet, list, out));
            }
        })
        .body(|body| {
            body.rows(size::ROW, page.rows.len(), |mut row| {
                let index = row.index();
                last_seen = last_seen.max(index);
                if let Some(message) = page.rows.get(index) {
                    self::row(&mut row, &sheet, list, message, out);
                }
            });
        });
    if last_seen + 1 >= page.rows.len() {
        out.extend(verbs::more(list, page));
    }
}

fn head(
    ui: &mut Ui,
    cell: Cell,
    last: bool,
    sheet: &Sheet<'_>,
    list: &mut ListState,
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    let Sheet { page, whole, .. } = *sheet;
    if cell == Cell::Box {
        under(ui, whole, p.line);
        let all = !page.rows.is_empty() && list.selected.len() == page.rows.len();
        let mut checked = all;
        ui.add_space(size::S);
        let name = if all { "Choose none" } else { "Choose all" };
        let response = check(ui, &mut checked, name);
        if response.changed() {
            list.selected =
                if checked { page.rows.iter().map(|r| r.id).collect() } else { Default::default() };
        }
        return;
    }
    let (word, sort) = cell.head();
    let (rect, response) = ui.allocate_exact_size(
        ui.available_size(),
        if sort.is_some() { Sense::click() } else { Sense::hover() },
    );
    let sorted = sort.is_some() && sort == Some(list.query.sort);
    let color = if sorted || response.hovered() && sort.is_some() { p.text } else { p.muted };
    let font = if sorted { FontId::new(size::META, theme::bold()) } else { FontId::proportional(size::META) };
    let galley = ui.painter().layout_no_wrap(word.to_owned(), font, color);
    let side = size::SIGN;
    let width = galley.size().x;
    let pad = if last { size::M } else { 0.0 };
    let left = if cell.right() { rect.right() - width - pad } else { rect.left() };
    let at = Rect::from_center_size(rect.center(), galley.size());
    ui.painter().galley(eframe::egui::pos2(left, at.top()), galley, color);
    if sorted {
        let icon = if list.query.descending { Icon::Down } else { Icon::Up };
        let x = if cell.right() {
            left - side * 0.5 - size::JOB_LINE
        } else {
            left + width + side * 0.5 + size::JOB_LINE
        };
        let at = Rect::from_center_size(eframe::egui::pos2(x, rect.center().y), Vec2::splat(side));
        icon.paint(ui.painter(), at, color);
    }
    if let Some(sort) = sort {
        widgets::focus_ring(ui, &response, rect);
        response.widget_info(|| {
            WidgetInfo::labeled(Role::ColumnHeader, true, format!("Sort by {}", word.to_lowercase()))
        });
        if response.clicked() {
            list.sort(sort);
            out.push(Command::List(list.query.clone()));
        }
    }
}

/// A line under the row of this cell, over the `whole` width.
fn under(ui: &Ui, whole: Rangef, color: eframe::egui::Color32) {
    let y = ui.max_rect().bottom() - size::STROKE * 0.5;
    let mut painter = ui.painter().clone();
    painter.set_clip_rect(Rect::from_x_y_ranges(whole, ui.clip_rect().y_range()));
    painter.hline(whole, y, Stroke::new(size::STROKE, color));
}

/// A box that is drawn like everything else here, named for those who can't see it.
fn check(ui: &mut Ui, checked: &mut bool, name: &str) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::click());
    if response.clicked() {
        *checked = !*checked;
        response.mark_changed();
    }
    let p = palette(ui);
    let square = rect.shrink(size::STROKE);
    if *checked {
        ui.painter().rect_filled(square, size::RADIUS / 2, p.accent);
        Icon::Check.paint(ui.painter(), square.shrink(size::JOB_LINE), p.on_accent);
    } else {
        let edge = if response.hovered() || response.has_focus() { p.accent } else { p.edge };
        ui.painter().rect_stroke(
            square,
            size::RADIUS / 2,
            Stroke::new(size::STROKE, edge),
            eframe::egui::StrokeKind::Inside,
        );
    }
    widgets::focus_ring(ui, &response, rect);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *checked, name));
    response
}

fn row(
    row: &mut TableRow<'_, '_>,
    sheet: &Sheet<'_>,
    list: &mut ListState,
    message: &Row,
    out: &mut Vec<Command>,
) {
    let Sheet { model, page, cells, whole } = *sheet;
    let selected = list.selected.contains(&message.id);
    let mut boxed = false;
    row.set_selected(selected);
    let mut named = None;
    let mut modifiers = Modifiers::NONE;
    for cell in cells {
        let (_, response) = row.col(|ui| {
            modifiers = ui.input(|i| i.modifiers);
            if *cell == Cell::Box {
                under(ui, whole, palette(ui).hairline);
                ui.add_space(size::S);
                let mut checked = selected;
                let name = format!("Choose {}", words::subject(&message.subject));
                boxed = check(ui, &mut checked, &name).changed();
            } else {
                self::cell(ui, *cell, model, message, cells.len() == Cell::FEW.len());
            }
        });
        if *cell == Cell::Subject {
            named = Some(response);
        }
    }
    if let Some(response) = named {
        response.widget_info(|| {
            let class = theme::class(message.class).word;
            let name = format!(
                "{class}: {}, from {}, {}",
                words::subject(&message.subject),
                words::tame_line(&message.from),
                words::holding(message, model.mode(&message.account))
            );
            WidgetInfo::selected(Role::Row, true, selected, name)
        });
    }
    let clicked = row.response().clicked();
    if boxed {
        list.toggle(message.id);
    } else if clicked {
        if modifiers.command {
            list.toggle(message.id);
        } else if modifiers.shift {
            let ids: Vec<_> = page.rows.iter().map(|r| r.id).collect();
            list.extend(&ids, message.id);
        } else {
            list.choose(message.id);
        }
        out.push(Command::Open(message.id));
    }
}

fn cell(ui: &mut Ui, cell: Cell, model: &Model, row: &Row, few: bool) {
    let p = palette(ui);
    let done = matches!(row.holding, Holding::Restored | Holding::Gone);
    let ink = if done { p.muted } else { p.text };
    match cell {
        Cell::Box => {}
        Cell::Class => {
            let look = theme::class(row.class);
            widgets::sign(ui, look.icon, size::SIGN, look.color(p));
            ui.label(theme::body(look.word).color(ink)).on_hover_ui(|ui| {
                ui.label(theme::strong(words::holding(row, model.mode(&row.account))));
                ui.label(theme::body(words::tame_line(&row.reason)));
            });
        }
        Cell::From => {
            widgets::cut(ui, theme::body(words::tame_line(&row.from)).color(ink))
                .on_hover_text(words::tame_line(&row.from_address));
        }
        Cell::Subject => {
            if row.storm_size > 1 {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    storm(ui, row.storm_size);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        widgets::cut(ui, theme::body(words::subject(&row.subject)).color(ink));
                    });
                });
            } else {
                widgets::cut(ui, theme::body(words::subject(&row.subject)).color(ink));
            }
        }
        Cell::Attachment => {
            if let Some(name) = &row.attachment {
                widgets::sign(ui, Icon::Clip, size::SIGN, p.muted);
                widgets::cut(ui, theme::body(words::tame_line(name)).color(p.muted));
            }
        }
        Cell::Account => {
            widgets::cut(ui, theme::body(words::tame_line(&row.account)).color(p.muted));
        }
        Cell::Received => {
            let pad = if few { size::M } else { 0.0 };
            right(ui, &model.now.short(row.received), Some(model.now.exact(row.received)), pad);
        }
        Cell::Score => right(ui, &format!("{:.2}", row.score), None, size::M),
    }
}

/// A figure at the right of its cell, `pad` from the edge.
fn right(ui: &mut Ui, text: &str, hover: Option<String>, pad: f32) {
    let p = palette(ui);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.add_space(pad);
        let label = ui.label(theme::body(text).color(p.muted));
        if let Some(hover) = hover {
            label.on_hover_text(hover);
        }
    });
}

/// The mark of a message that is one of many with one cause.
pub(super) fn storm(ui: &mut Ui, members: u64) {
    let p = palette(ui);
    let text = format!("{} alike", words::count(members));
    let galley = ui.painter().layout_no_wrap(text, FontId::proportional(size::META), p.muted);
    let wanted = vec2(galley.size().x + size::SIGN + size::M + size::XS, size::ROW_COMPACT - size::XS);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    ui.painter().rect_filled(rect, size::RADIUS, p.bytes);
    let icon = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(size::SIGN), rect.shrink(size::XS));
    Icon::Layers.paint(ui.painter(), icon, p.muted);
    let at = Align2::RIGHT_CENTER
        .align_size_within_rect(galley.size(), rect.shrink2(vec2(size::XS + size::JOB_LINE, 0.0)));
    ui.painter().galley(at.min, galley, p.muted);
    response.on_hover_text("One of many notices with the same cause: a storm.");
}

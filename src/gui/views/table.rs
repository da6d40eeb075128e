//! The table of messages: virtual rows, sorting, selection.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Align2, FontId, Layout, Popup, PopupCloseBehavior, Rect, Response, Sense, Stroke, Ui, Vec2,
    WidgetInfo, vec2,
};

use super::verbs;
use crate::gui::grid::{self, Column, Grid, Width};
use crate::gui::list::ListState;
use crate::gui::model::Model;
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
    Reason,
    Attachment,
    Account,
    Received,
    Score,
}

impl Cell {
    const ALL: [Cell; 9] = [
        Cell::Box,
        Cell::Class,
        Cell::From,
        Cell::Subject,
        Cell::Reason,
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
            Cell::Reason => ("Reason", None),
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
        let [check, class, from, reason, attachment, account, received, score] = size::COLUMNS;
        let width = match self {
            Cell::Box => Width::Exact(check),
            Cell::Class => Width::Exact(class),
            Cell::From => Width::Wide(from),
            Cell::Subject => Width::Rest(size::COLUMN_SUBJECT),
            Cell::Reason => Width::Wide(reason),
            Cell::Attachment => Width::Wide(attachment),
            Cell::Account => Width::Wide(account),
            Cell::Received => Width::Exact(received),
            Cell::Score => Width::Exact(score),
        };
        Column { name: self.head().0, width }
    }

    /// Whether the person may do without it.
    fn is_optional(self) -> bool {
        !matches!(self, Cell::Box | Cell::Class | Cell::Subject)
    }
}

/// What all cells of one table share.
struct Sheet<'a> {
    model: &'a Model,
    page: &'a ListPage,
    cells: &'a [Cell],
}

/// A menu of the columns that the person may do without.
pub(super) fn columns(ui: &mut Ui, hidden: &mut BTreeSet<String>) {
    let button = widgets::icon_button(ui, Icon::Table, "Choose columns");
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        for cell in Cell::ALL.into_iter().filter(|cell| cell.is_optional()) {
            let name = cell.head().0;
            let mut shown = !hidden.contains(name);
            if widgets::checkbox(ui, &mut shown, name).changed() {
                if shown {
                    hidden.remove(name)
                } else {
                    hidden.insert(name.to_owned())
                };
            }
        }
    });
}

/// Paints the table of `page` and returns what clicks mean.
pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    (list, widths, hidden): (&mut ListState, &mut BTreeMap<String, f32>, &BTreeSet<String>),
    page: &ListPage,
    out: &mut Vec<Command>,
) {
    let few = ui.ctx().content_rect().width() < size::FOLD;
    let all: &[Cell] = if few { &Cell::FEW } else { &Cell::ALL };
    let cells: Vec<Cell> = all.iter().copied().filter(|c| few || !hidden.contains(c.head().0)).collect();
    let columns: Vec<Column> = cells.iter().map(|cell| cell.column()).collect();
    let sheet = Sheet { model, page, cells: &cells };
    let follow = std::mem::take(&mut list.follow).then_some(list.at);
    let mut scroll = list.scroll;
    let grid =
        Grid { name: "messages", columns: &columns, rows: page.total, widths, scroll: &mut scroll, follow };
    // Head and rows both change the list, never at once.
    let list = RefCell::new(list);
    let found = RefCell::new(Vec::new());
    let painted = grid.show(
        ui,
        |ui, index, _| head(ui, sheet.cells[index], &sheet, &mut list.borrow_mut(), &mut found.borrow_mut()),
        |ui, at, line, slots| match page.row(at) {
            Some(message) => {
                let spot = Spot { at, line, slots };
                row(ui, &sheet, &mut list.borrow_mut(), message, &spot, &mut found.borrow_mut());
            }
            None => waiting(ui, line, slots),
        },
    );
    let list = list.into_inner();
    out.append(&mut found.into_inner());
    // A click on a head goes back to the top.
    if out.iter().all(|command| !matches!(command, Command::List(_))) {
        list.scroll = scroll;
        out.extend(list.keep_up(page, painted.first, painted.end));
    }
}

/// A row that is not here yet.
fn waiting(ui: &mut Ui, line: Rect, slots: &[Rect]) {
    let p = palette(ui);
    ui.painter().hline(line.x_range(), line.bottom() - size::STROKE * 0.5, (size::STROKE, p.hairline));
    for slot in slots.iter().skip(1) {
        let bar = Rect::from_min_size(
            slot.left_center() - vec2(0.0, size::XS),
            vec2(slot.width() * size::WAITING_SHARE, size::S),
        );
        ui.painter().rect_filled(bar, size::RADIUS, p.hover);
    }
}

fn head(ui: &mut Ui, cell: Cell, sheet: &Sheet<'_>, list: &mut ListState, out: &mut Vec<Command>) {
    let p = palette(ui);
    let page = sheet.page;
    let last = sheet.cells.last() == Some(&cell);
    if cell == Cell::Box {
        let all = page.matching > 0 && list.selected.len() as u64 >= page.matching;
        let mut checked = all;
        ui.add_space(size::S);
        let name = if all { "Choose none" } else { "Choose all" };
        if check(ui, &mut checked, name).changed() {
            list.choose_none();
            if checked {
                out.extend(list.choose_all(page));
            }
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
            out.push(list.sort(sort));
        }
    }
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

/// Where a row stands.
struct Spot<'a> {
    at: u64,
    line: Rect,
    slots: &'a [Rect],
}

fn row(
    ui: &mut Ui,
    sheet: &Sheet<'_>,
    list: &mut ListState,
    message: &Row,
    spot: &Spot<'_>,
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    let Spot { at, line, slots } = *spot;
    let selected = list.selected.contains_key(&message.id);
    let current = list.cursor == Some(message.id);
    let response = ui.interact(line, ui.scope_id().with(message.id), Sense::click());
    let fill = match (selected || current, response.hovered()) {
        (true, _) => Some(p.selected),
        (false, true) => Some(p.hover),
        (false, false) => None,
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(line, 0.0, fill);
    }
    ui.painter().hline(line.x_range(), line.bottom() - size::STROKE * 0.5, (size::STROKE, p.hairline));
    if current {
        let mark = Rect::from_min_size(line.min, vec2(size::JOB_LINE, line.height()));
        ui.painter().rect_filled(mark, 0.0, p.accent);
    }
    widgets::focus_ring(ui, &response, line.shrink(size::STROKE));
    response.widget_info(|| {
        let class = theme::class(message.class).word;
        let mut name = format!(
            "{class}: {}, from {}, {}",
            words::subject(&message.subject),
            words::tame_line(&message.from),
            words::holding(message, sheet.model.mode(&message.account))
        );
        if message.members > 1 {
            name += &format!(", {} alike", words::count(message.members));
        }
        if is_new(sheet.model, message) {
            name += ", new";
        }
        WidgetInfo::selected(Role::Row, true, selected || current, name)
    });
    let mut boxed = false;
    for (cell, slot) in sheet.cells.iter().zip(slots) {
        grid::cell(ui, *slot, (message.id, cell.head().0), |ui| {
            if *cell == Cell::Box {
                ui.add_space(size::S);
                let mut checked = selected;
                let name = format!("Choose {}", words::subject(&message.subject));
                boxed = check(ui, &mut checked, &name).changed();
            } else {
                self::cell(ui, *cell, sheet, message);
            }
        });
    }
    let modifiers = ui.input(|i| i.modifiers);
    let folded = list.fold_of(message);
    let opens = match &folded {
        Some(within) => Command::OpenGroup { query: list.query.clone(), within: within.clone() },
        None => Command::Open(message.id),
    };
    if boxed || response.clicked() && modifiers.command {
        out.extend(list.toggle(message, at));
        out.push(opens);
    } else if response.clicked() && modifiers.shift {
        out.extend(list.extend(sheet.page, at));
        out.push(opens);
    } else if response.double_clicked()
        && let Some(within) = folded
    {
        out.push(verbs::enter(list, within));
    } else if response.clicked() {
        out.push(list.choose(message, at));
    }
}

/// Whether a message came since the last visit and still waits.
fn is_new(model: &Model, row: &Row) -> bool {
    let waits = !matches!(row.holding, Holding::Restored | Holding::Gone);
    waits && model.overview.as_ref().and_then(|overview| overview.seen).is_some_and(|seen| row.id > seen)
}

fn cell(ui: &mut Ui, cell: Cell, sheet: &Sheet<'_>, row: &Row) {
    let p = palette(ui);
    let model = sheet.model;
    let pad = if sheet.cells.last() == Some(&cell) { size::M } else { 0.0 };
    let done = matches!(row.holding, Holding::Restored | Holding::Gone);
    let ink = if done { p.muted } else { p.text };
    // What came since the last visit stands out, as unread mail does.
    let new = is_new(model, row);
    let text =
        |words: String| if new { theme::strong(words).color(ink) } else { theme::body(words).color(ink) };
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
            widgets::cut(ui, text(words::tame_line(&row.from)))
                .on_hover_text(words::tame_line(&row.from_address));
        }
        Cell::Subject => {
            // A folded row says how many it stands for; a message of a storm, how many there are.
            let alike = if row.members > 1 { row.members } else { row.storm_size };
            if alike > 1 {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    storm(ui, alike, row.members > 1);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        widgets::cut(ui, text(words::subject(&row.subject)));
                    });
                });
            } else {
                widgets::cut(ui, text(words::subject(&row.subject)));
            }
        }
        Cell::Reason => {
            widgets::cut(ui, theme::body(words::tame_line(&row.reason)).color(p.muted));
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
            right(ui, &model.now.short(row.received), Some(model.now.exact(row.received)), pad);
        }
        Cell::Score => right(ui, &format!("{:.2}", row.score), None, pad),
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
pub(super) fn storm(ui: &mut Ui, members: u64, folded: bool) {
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
    response.on_hover_text(if folded {
        "This row stands for all of them. Enter or a double click lists each."
    } else {
        "One of many notices with the same cause: a storm."
    });
}

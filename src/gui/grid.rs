//! A table of any length: a head, columns that can be made wider, rows that are painted only where they are
//! seen.
//!
//! The place is kept as a row and a part of it, never as a distance from the top: a 32-bit distance can't
//! tell single points apart any more beyond half a million rows.

use std::collections::BTreeMap;

use eframe::egui::accesskit::Role;
use eframe::egui::{Align, CursorIcon, Layout, Rangef, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::theme::{palette, size};

/// Where a table is scrolled to: the first row that is seen, and how many points of it are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Scroll {
    pub(crate) row: u64,
    pub(crate) part: f32,
}

/// How far the rows of a table reach.
#[derive(Debug, Clone, Copy)]
struct Extent {
    rows: u64,
    view: f32,
}

impl Extent {
    /// The place from which the last row is seen whole.
    fn end(self) -> Scroll {
        let fit = (self.view / size::ROW).max(0.0);
        let whole = fit.ceil() as u64;
        if self.rows as f64 <= f64::from(fit) {
            return Scroll::default();
        }
        Scroll { row: self.rows - whole, part: (whole as f32 - fit) * size::ROW }
    }
}

impl Scroll {
    /// Moves by `points`, down where they are positive, within `extent`.
    fn by(&mut self, points: f32, extent: Extent) {
        let mut part = self.part + points;
        let rows = (part / size::ROW).floor();
        part -= rows * size::ROW;
        let row = if rows < 0.0 {
            match self.row.checked_sub(-rows as u64) {
                Some(row) => row,
                None => {
                    part = 0.0;
                    0
                }
            }
        } else {
            self.row.saturating_add(rows as u64)
        };
        *self = Scroll { row, part };
        self.within(extent);
    }

    fn within(&mut self, extent: Extent) {
        let end = extent.end();
        if (self.row, self.part) > (end.row, end.part) {
            *self = end;
        }
    }

    /// Moves as little as shows the row at `at` whole.
    fn show(&mut self, at: u64, extent: Extent) {
        let above = at < self.row || (at == self.row && self.part > 0.0);
        if above {
            *self = Scroll { row: at, part: 0.0 };
        } else {
            let last = Extent { rows: at + 1, ..extent }.end();
            if (last.row, last.part) > (self.row, self.part) {
                *self = last;
            }
        }
        self.within(extent);
    }

    /// How far down this is, 0 to 1.
    fn share(self, extent: Extent) -> f64 {
        let whole = |s: Scroll| s.row as f64 + f64::from(s.part / size::ROW);
        let end = whole(extent.end());
        if end > 0.0 { (whole(self) / end).clamp(0.0, 1.0) } else { 0.0 }
    }

    fn set_share(&mut self, share: f64, extent: Extent) {
        let end = extent.end();
        let at = (end.row as f64 + f64::from(end.part / size::ROW)) * share.clamp(0.0, 1.0);
        *self = Scroll { row: at as u64, part: (at.fract() * f64::from(size::ROW)) as f32 };
        self.within(extent);
    }
}

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Width {
    /// Just so.
    Exact(f32),
    /// So at first; the person may change it.
    Wide(f32),
    /// What the others leave, but not less than this.
    Rest(f32),
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Column {
    /// Its name; the key to its width.
    pub(crate) name: &'static str,
    pub(crate) width: Width,
}

/// What a table shows and where it stands.
pub(crate) struct Grid<'a> {
    pub(crate) name: &'a str,
    pub(crate) columns: &'a [Column],
    pub(crate) rows: u64,
    /// Widths that the person has chosen, by name.
    pub(crate) widths: &'a mut BTreeMap<String, f32>,
    pub(crate) scroll: &'a mut Scroll,
    /// A row that is to be seen.
    pub(crate) follow: Option<u64>,
}

/// What was painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Painted {
    /// The first row that is seen.
    pub(crate) first: u64,
    /// The row behind the last one that is seen.
    pub(crate) end: u64,
}

impl Grid<'_> {
    /// Paints the table over all that is left of `ui`: `head` once a column, `row` once a row that is seen,
    /// with the row's rectangle and those of its cells.
    pub(crate) fn show(
        self,
        ui: &mut Ui,
        mut head: impl FnMut(&mut Ui, usize, Rect),
        mut row: impl FnMut(&mut Ui, u64, Rect, &[Rect]),
    ) -> Painted {
        let whole = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(whole);
        let lanes = lanes(self.columns, self.widths, whole.width() - size::SCROLL);
        let top = Rect::from_min_size(whole.min, vec2(whole.width(), size::ROW));
        let p = palette(ui);
        ui.painter().hline(top.x_range(), top.bottom() - size::STROKE * 0.5, (size::STROKE, p.line));
        let cells = |row: Rect| -> Vec<Rect> {
            let at = |lane: &Rangef| Rangef::new(row.left() + lane.min, row.left() + lane.max);
            lanes.iter().map(|lane| Rect::from_x_y_ranges(at(lane), row.y_range())).collect()
        };
        for (index, (column, cell_rect)) in self.columns.iter().zip(cells(top)).enumerate() {
            cell(ui, cell_rect, (self.name, "head", index), |ui| head(ui, index, cell_rect));
            if let Width::Wide(usual) = column.width {
                edge(ui, self.name, column.name, usual, cell_rect, self.widths);
            }
        }

        let body = Rect::from_min_max(pos2(whole.left(), top.bottom()), whole.max);
        let extent = Extent { rows: self.rows, view: body.height() };
        if ui.rect_contains_pointer(body) {
            let points = ui.input_mut(|i| std::mem::take(&mut i.smooth_scroll_delta.y));
            self.scroll.by(-points, extent);
        }
        match self.follow {
            Some(at) => self.scroll.show(at, extent),
            None => self.scroll.within(extent),
        }
        bar(ui, self.name, body, self.scroll, extent);

        let inner = Rect::from_min_max(body.min, pos2(body.right() - size::SCROLL, body.bottom()));
        let mut at = self.scroll.row;
        let mut y = body.top() - self.scroll.part;
        let builder = UiBuilder::new().id_salt((self.name, "rows")).max_rect(inner);
        ui.scope_builder(builder, |ui| {
            ui.set_clip_rect(inner.intersect(ui.clip_rect()));
            while y < body.bottom() && at < self.rows {
                let line = Rect::from_min_size(pos2(body.left(), y), vec2(inner.width(), size::ROW));
                row(ui, at, line, &cells(line));
                at += 1;
                y += size::ROW;
            }
        });
        Painted { first: self.scroll.row, end: at }
    }
}

/// Paints into a part of a row, from the left, clipped at its edges.
pub(crate) fn cell<R>(
    ui: &mut Ui,
    rect: Rect,
    salt: impl eframe::egui::AsIdSalt,
    content: impl FnOnce(&mut Ui) -> R,
) -> R {
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(UiBuilder::new().id_salt(salt).max_rect(rect).layout(layout), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        content(ui)
    })
    .inner
}

/// Where each column begins and ends, from the left edge.
fn lanes(columns: &[Column], widths: &BTreeMap<String, f32>, whole: f32) -> Vec<Rangef> {
    let wanted = |column: &Column| match column.width {
        Width::Exact(width) => width,
        Width::Wide(usual) => widths.get(column.name).copied().unwrap_or(usual).max(usual * 0.5),
        Width::Rest(_) => 0.0,
    };
    let gaps = size::S * columns.len().saturating_sub(1) as f32;
    let (mut exact, mut wide, mut least) = (gaps, 0.0, 0.0);
    for column in columns {
        match column.width {
            Width::Exact(width) => exact += width,
            Width::Wide(_) => wide += wanted(column),
            Width::Rest(width) => least = width,
        }
    }
    // Where not all fits, the wide columns give way together.
    let room = (whole - exact - least).max(0.0);
    let share = if wide > room && wide > 0.0 { room / wide } else { 1.0 };
    let rest = (whole - exact - wide * share).max(least);
    let mut x = 0.0;
    columns
        .iter()
        .map(|column| {
            let width = match column.width {
                Width::Exact(width) => width,
                Width::Wide(_) => wanted(column) * share,
                Width::Rest(_) => rest,
            };
            let lane = Rangef::new(x, x + width);
            x += width + size::S;
            lane
        })
        .collect()
}

/// The right edge of a column's head: drag it to change the width, double-click it for the usual one.
fn edge(ui: &mut Ui, grid: &str, name: &str, usual: f32, head: Rect, widths: &mut BTreeMap<String, f32>) {
    let x = head.right() + size::S * 0.5;
    let grip = Rect::from_center_size(pos2(x, head.center().y), vec2(size::S, head.height()));
    // No click, so no focus: the keyboard has no use for it.
    let response = ui.interact(grip, ui.scope_id().with((grid, name, "edge")), Sense::CLICK | Sense::DRAG);
    if response.double_clicked() {
        widths.remove(name);
    } else if response.dragged() {
        let width = widths.get(name).copied().unwrap_or(usual) + response.drag_delta().x;
        widths.insert(name.to_owned(), width.max(usual * 0.5));
    }
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
        ui.painter().vline(x, head.y_range(), (size::STROKE_STRONG, palette(ui).accent));
    }
    let says = format!("Width of the column {}", name.to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, &says));
}

/// The bar at the right.
fn bar(ui: &mut Ui, grid: &str, body: Rect, scroll: &mut Scroll, extent: Extent) {
    let all = extent.rows as f64 * f64::from(size::ROW);
    if all <= f64::from(extent.view) || extent.view <= 0.0 {
        return;
    }
    let p = palette(ui);
    let track = Rect::from_min_max(pos2(body.right() - size::SCROLL, body.top()), body.max);
    let seen = (f64::from(extent.view) / all) as f32;
    let thumb = (track.height() * seen).max(size::ROW).min(track.height());
    let room = track.height() - thumb;
    let id = ui.scope_id().with((grid, "bar"));
    let response = ui.interact(track, id, Sense::CLICK | Sense::DRAG);
    let top = |scroll: &Scroll| track.top() + room * scroll.share(extent) as f32;
    if let Some(pointer) = response.interact_pointer_pos() {
        // Where the thumb was taken hold of stays under the pointer; a press beside it brings its middle there.
        let grip = if response.drag_started() || response.clicked() {
            let offset = pointer.y - top(scroll);
            let grip = if (0.0..=thumb).contains(&offset) { offset } else { thumb * 0.5 };
            ui.data_mut(|d| d.insert_temp(id, grip));
            grip
        } else {
            ui.data(|d| d.get_temp(id)).unwrap_or(thumb * 0.5)
        };
        if room > 0.0 {
            scroll.set_share(f64::from((pointer.y - grip - track.top()) / room), extent);
        }
    }
    let at = Rect::from_min_size(pos2(track.left(), top(scroll)), vec2(track.width(), thumb));
    let color = if response.hovered() || response.dragged() { p.muted } else { p.edge };
    ui.painter().rect_filled(at.shrink(size::JOB_LINE), size::RADIUS, color);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ScrollBar, true, "Scroll the list");
        info.value = Some(scroll.share(extent) * 100.0);
        info
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLION: Extent = Extent { rows: 1_000_000, view: 600.0 };

    #[test]
    fn one_point_is_one_point_at_any_depth() {
        for row in [0, 10, 599_999, 999_000] {
            let mut scroll = Scroll { row, part: 0.0 };
            for step in 1..=28 {
                scroll.by(1.0, MILLION);
                let points = (scroll.row - row) as f32 * size::ROW + scroll.part;
                assert!((points - step as f32).abs() < 0.001, "at {row}: {points} after {step}");
            }
            for _ in 0..28 {
                scroll.by(-1.0, MILLION);
            }
            assert!(scroll.row == row && scroll.part < 0.001);
        }
    }

    #[test]
    fn it_stops_at_both_ends() {
        let mut scroll = Scroll::default();
        scroll.by(-50.0, MILLION);
        assert_eq!(scroll, Scroll::default());
        scroll.by(1e12, MILLION);
        assert_eq!(scroll, MILLION.end());
        let seen = (MILLION.rows - scroll.row) as f32 * size::ROW - scroll.part;
        assert!((seen - MILLION.view).abs() < 0.01, "the last row ends where the view ends: {seen}");
        let few = Extent { rows: 3, view: 600.0 };
        scroll.by(10.0, few);
        assert_eq!(scroll, Scroll::default(), "what fits does not scroll");
        scroll.by(10.0, Extent { rows: 0, view: 600.0 });
        assert_eq!(scroll, Scroll::default());
    }

    #[test]
    fn following_a_row_moves_as_little_as_it_can() {
        let mut scroll = Scroll { row: 100, part: 5.0 };
        scroll.show(110, MILLION);
        assert_eq!(scroll, Scroll { row: 100, part: 5.0 });
        scroll.show(100, MILLION);
        assert_eq!(scroll, Scroll { row: 100, part: 0.0 });
        scroll.show(999_999, MILLION);
        assert_eq!(scroll, MILLION.end());
        scroll.show(0, MILLION);
        assert_eq!(scroll, Scroll::default());
    }

    #[test]
    fn the_bar_reaches_every_part() {
        let mut scroll = Scroll::default();
        for share in [0.0, 0.25, 0.5, 1.0] {
            scroll.set_share(share, MILLION);
            assert!((scroll.share(MILLION) - share).abs() < 1e-6);
        }
        assert_eq!(scroll, MILLION.end());
    }

    #[test]
    fn columns_share_the_room_there_is() {
        let columns = [
            Column { name: "a", width: Width::Exact(30.0) },
            Column { name: "b", width: Width::Wide(100.0) },
            Column { name: "c", width: Width::Rest(50.0) },
        ];
        let mut widths = BTreeMap::new();
        let span = |widths: &_, whole| -> Vec<f32> {
            lanes(&columns, widths, whole).iter().map(|l| l.span()).collect()
        };
        let gaps = size::S * 2.0;
        assert_eq!(span(&widths, 400.0), [30.0, 100.0, 270.0 - gaps]);
        widths.insert("b".into(), 200.0);
        assert_eq!(span(&widths, 400.0), [30.0, 200.0, 170.0 - gaps]);
        assert_eq!(span(&widths, 150.0 + gaps), [30.0, 70.0, 50.0], "the wide one gives way");
        assert_eq!(span(&widths, 10.0), [30.0, 0.0, 50.0]);
    }
}

//! The overview's chart: columns of classes over time. Dragged over it shows that part closer; a click on a
//! part of a column lists those messages.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Align2, CursorIcon, FontId, Layout, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use jiff::{SignedDuration, Timestamp};

use crate::engine::Class;
use crate::gui::model::Model;
use crate::gui::theme::{self, Icon, Palette, palette, size};
use crate::gui::words::Now;
use crate::gui::zoom::{self, Zoom};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::ChartStep;
use crate::service::event::{ChartBin, ChartView};

/// Backscatter in one column that counts as a storm, where it also stands out from the others.
const STORM_LEAST: u64 = 20;
/// How many times what is usual.
const STORM_TIMES: u64 = 4;

/// What is to be listed: a class, or all of them, in a part of time.
pub(super) struct Pick {
    pub(super) class: Option<Class>,
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
}

/// Paints the chart with its controls. Returns what was clicked.
pub(super) fn show(ui: &mut Ui, model: &Model, zoom: &mut Zoom, out: &mut Vec<Command>) -> Option<Pick> {
    let before = *zoom;
    ui.horizontal(|ui| {
        ui.label(theme::heading("Over time, ordinary mail aside").color(palette(ui).muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| controls(ui, &model.now, zoom));
    });
    let picked = widgets::card(ui, |ui| match &model.chart {
        Some(chart) if chart.bins.iter().any(|bin| sum(bin) > 0) => plot(ui, &model.now, chart, zoom),
        Some(_) => {
            ui.set_min_height(size::CHART + size::XL);
            ui.label(theme::body("Nothing but ordinary mail in this time.").color(palette(ui).muted));
            None
        }
        None => {
            ui.set_min_height(size::CHART + size::XL);
            ui.label(theme::body("Adding up…").color(palette(ui).muted));
            None
        }
    });
    if *zoom != before {
        out.push(Command::Chart(zoom.query(model.now.at)));
    }
    picked
}

/// How much time, which part of it; from the right.
fn controls(ui: &mut Ui, now: &Now, zoom: &mut Zoom) {
    let text = zoom.word(now);
    widgets::choice(ui, "Time", &text, |ui| {
        for (days, word) in zoom::LENGTHS {
            ui.selectable_value(zoom, Zoom::Last(days), word);
        }
    });
    for (icon, name, to) in [
        (Icon::Right, "Later in time", zoom.moved(now.at, true)),
        (Icon::Left, "Earlier in time", zoom.moved(now.at, false)),
        (Icon::Minus, "Zoom out", zoom.wider(now.at)),
    ] {
        ui.add_enabled_ui(to.is_some(), |ui| {
            if widgets::icon_button(ui, icon, name).clicked()
                && let Some(to) = to
            {
                *zoom = to;
            }
        });
    }
}

fn sum(bin: &ChartBin) -> u64 {
    bin.counts.iter().filter(|(class, _)| *class != Class::Ordinary).map(|(_, n)| n).sum()
}

fn count_of(bin: &ChartBin, class: Class) -> u64 {
    bin.counts.iter().filter(|(c, _)| *c == class).map(|(_, n)| n).sum()
}

/// Which columns stand out by their backscatter.
fn storms(bins: &[ChartBin]) -> Vec<bool> {
    let mut all: Vec<u64> = bins.iter().map(|bin| count_of(bin, Class::Backscatter)).collect();
    let each = all.clone();
    all.sort_unstable();
    let usual = all.get(all.len() / 2).copied().unwrap_or(0);
    each.iter().map(|n| *n >= STORM_LEAST && *n >= usual * STORM_TIMES).collect()
}

/// Where things stand.
struct Frame {
    plot: Rect,
    /// The width of one column with the gap beside it.
    step: f32,
    most: u64,
}

impl Frame {
    fn column(&self, place: usize) -> Rect {
        let left = self.plot.left() + self.step * place as f32;
        Rect::from_min_max(pos2(left, self.plot.top()), pos2(left + self.step, self.plot.bottom()))
    }

    fn place(&self, x: f32, count: usize) -> usize {
        (((x - self.plot.left()) / self.step).max(0.0) as usize).min(count.saturating_sub(1))
    }
}

fn plot(ui: &mut Ui, now: &Now, chart: &ChartView, zoom: &mut Zoom) -> Option<Pick> {
    let p = palette(ui);
    let bins = &chart.bins;
    let wanted = vec2(ui.available_width(), size::CHART + size::XL);
    let (whole, drag) = ui.allocate_exact_size(wanted, Sense::drag());
    let plot = Rect::from_min_max(
        whole.min + vec2(size::CONTROL + size::XS, size::META + size::XS),
        pos2(whole.right(), whole.bottom() - size::L - size::XS),
    );
    let most = bins.iter().map(sum).max().unwrap_or(0).max(1);
    let frame = Frame { plot, step: plot.width() / bins.len().max(1) as f32, most };
    grid(ui, p, &frame);
    brush(ui, p, &drag, &frame, chart, zoom);
    let storms = storms(bins);
    let mut picked = None;
    for (place, bin) in bins.iter().enumerate() {
        let storm = storms.get(place).copied().unwrap_or(false);
        picked = picked.or(column(ui, now, &frame, (chart, place), bin, storm));
    }
    dates(ui, now, &frame, chart);
    legend(ui, bins);
    picked
}

fn grid(ui: &Ui, p: &Palette, frame: &Frame) {
    let font = FontId::proportional(size::META);
    for share in [0.0, 0.5, 1.0] {
        let y = frame.plot.bottom() - frame.plot.height() * share;
        let stroke = Stroke::new(size::STROKE, if share == 0.0 { p.line } else { p.hairline });
        ui.painter().hline(frame.plot.x_range(), y, stroke);
        if share != 0.5 || frame.most.is_multiple_of(2) {
            let value = (frame.most as f32 * share).round() as u64;
            let at = pos2(frame.plot.left() - size::S, y);
            ui.painter().text(at, Align2::RIGHT_CENTER, words::count(value), font.clone(), p.muted);
        }
    }
}

/// Dragging chooses columns; letting go shows them closer.
fn brush(ui: &Ui, p: &Palette, drag: &Response, frame: &Frame, chart: &ChartView, zoom: &mut Zoom) {
    if drag.hovered() || drag.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let slot = drag.id.with("begun");
    if let (true, Some(begun)) = (drag.drag_started(), ui.input(|i| i.pointer.press_origin())) {
        ui.data_mut(|d| d.insert_temp(slot, begun));
    }
    let start: Option<Pos2> = ui.data(|d| d.get_temp(slot));
    let (Some(start), Some(end)) = (start, drag.interact_pointer_pos()) else { return };
    let (a, b) = (frame.place(start.x, chart.bins.len()), frame.place(end.x, chart.bins.len()));
    let (first, last) = (a.min(b), a.max(b));
    if drag.dragged() {
        let chosen = frame.column(first).union(frame.column(last));
        ui.painter().rect_filled(chosen, 0.0, p.selected);
    }
    if drag.drag_stopped()
        && let (Some(from), Some(until)) = (chart.bins.get(first), chart.bins.get(last))
    {
        let closer = Zoom::closer(&chart.query, from.at, end_of(until.at, chart.query.step));
        *zoom = closer.unwrap_or(*zoom);
    }
}

fn end_of(at: Timestamp, step: ChartStep) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(step.seconds())).unwrap_or(Timestamp::MAX)
}

/// One column with its parts, each to be clicked.
fn column(
    ui: &mut Ui,
    now: &Now,
    frame: &Frame,
    (chart, place): (&ChartView, usize),
    bin: &ChartBin,
    storm: bool,
) -> Option<Pick> {
    let p = palette(ui);
    let total = sum(bin);
    if total == 0 {
        return None;
    }
    let until = end_of(bin.at, chart.query.step);
    let pick = |class| Pick { class, since: bin.at, until };
    let when = now.between(Some(bin.at), Some(until));
    let area = frame.column(place);
    let whole = ui.interact(area, ui.scope_id().with(("column", place)), Sense::click());
    let storm_word = if storm { ", a storm" } else { "" };
    let name = format!("{when}: {}{storm_word}", words::counted(total, "message"));
    whole.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let mut picked = whole.clicked().then(|| pick(None));
    let gap = size::JOB_LINE.min(frame.step * size::CHART_GAP);
    let width = (frame.step - gap).min(size::CHART_BAR);
    let mut top = area.bottom();
    let mut hovered = whole.hovered();
    for (class, count) in bin.counts.iter().filter(|(class, n)| *class != Class::Ordinary && *n > 0) {
        let height = (frame.plot.height() * *count as f32 / frame.most as f32).max(size::CHART_LEAST);
        let part = Rect::from_min_max(
            pos2(area.center().x - width * 0.5, top - height),
            pos2(area.center().x + width * 0.5, top),
        );
        let response = ui.interact(part, ui.scope_id().with(("part", place, class.word())), Sense::click());
        ui.painter().rect_filled(part, 0.0, theme::class(*class).color(p));
        if response.hovered() || response.has_focus() {
            let edge = Stroke::new(size::STROKE_STRONG, p.text);
            ui.painter().rect_stroke(part, 0.0, edge, eframe::egui::StrokeKind::Inside);
        }
        let name = format!("{when}: {}, {}", theme::class(*class).word, words::count(*count));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.clicked() {
            picked = Some(pick(Some(*class)));
        }
        hovered |= response.hovered();
        tip(response, &when, bin, storm);
        top -= height;
    }
    if storm {
        let side = Vec2::splat(size::SIGN);
        let at = pos2(area.center().x, (top - size::SIGN * 0.5 - size::JOB_LINE).max(area.top() - size::S));
        Icon::Layers.paint(ui.painter(), Rect::from_center_size(at, side), p.text);
    }
    if hovered {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
    }
    widgets::focus_ring(ui, &whole, area);
    tip(whole, &when, bin, storm);
    picked
}

/// What a column holds, beside the pointer.
fn tip(response: Response, when: &str, bin: &ChartBin, storm: bool) {
    response.on_hover_ui(|ui| {
        ui.label(theme::strong(when));
        for (class, count) in bin.counts.iter().filter(|(c, n)| *n > 0 && *c != Class::Ordinary) {
            ui.horizontal(|ui| {
                widgets::class_tag(ui, *class);
                ui.label(theme::body(words::count(*count)).color(palette(ui).muted));
            });
        }
        if storm {
            ui.label(theme::meta("A storm: far more backscatter than usual."));
        }
        let says = "Click to list them; drag over columns to look closer.";
        ui.label(theme::meta(says).color(palette(ui).muted));
    });
}

/// Dates under the columns, as many as there is room for.
fn dates(ui: &Ui, now: &Now, frame: &Frame, chart: &ChartView) {
    let p = palette(ui);
    let room = (frame.plot.width() / size::FIELD_SHORT).max(1.0) as usize;
    let every = chart.bins.len().div_ceil(room).max(1);
    for (place, bin) in chart.bins.iter().enumerate().filter(|(place, _)| place % every == every / 2) {
        let text = match chart.query.step {
            ChartStep::Hour => now.hour(bin.at),
            ChartStep::Day | ChartStep::Week => now.day(bin.at),
        };
        let at = pos2(frame.column(place).center().x, frame.plot.bottom() + size::XS);
        ui.painter().text(at, Align2::CENTER_TOP, text, FontId::proportional(size::META), p.muted);
    }
}

/// The classes that the columns hold: sign, colour, word.
fn legend(ui: &mut Ui, bins: &[ChartBin]) {
    let p = palette(ui);
    ui.spacing_mut().interact_size.y = size::ROW_BYTES;
    ui.spacing_mut().item_spacing.x = size::XS;
    ui.horizontal_wrapped(|ui| {
        for class in Class::ALL.into_iter().filter(|class| *class != Class::Ordinary) {
            if bins.iter().any(|bin| count_of(bin, class) > 0) {
                legend_entry(ui, p, class);
            }
        }
    });
}

/// Sign and word as one thing, so that they stay on one line.
fn legend_entry(ui: &mut Ui, p: &Palette, class: Class) {
    let look = theme::class(class);
    let font = FontId::proportional(size::META);
    let word = ui.painter().layout_no_wrap(look.word.to_owned(), font, p.muted);
    let gap = size::SIGN + size::XS;
    let (rect, response) =
        ui.allocate_exact_size(vec2(gap + word.size().x + size::M, size::ROW_BYTES), Sense::hover());
    let sign = Rect::from_center_size(
        pos2(rect.left() + size::SIGN * 0.5, rect.center().y),
        Vec2::splat(size::SIGN),
    );
    look.icon.paint(ui.painter(), sign, look.color(p));
    let at = pos2(rect.left() + gap, rect.center().y - word.size().y * 0.5);
    ui.painter().galley(at, word, p.muted);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, look.word));
    response.on_hover_text(look.means);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_stands_out_from_what_is_usual() {
        let bins = |counts: &[u64]| -> Vec<ChartBin> {
            let bin =
                |n: &u64| ChartBin { at: Timestamp::UNIX_EPOCH, counts: vec![(Class::Backscatter, *n)] };
            counts.iter().map(bin).collect()
        };
        assert_eq!(storms(&bins(&[0, 1, 60, 2, 0])), [false, false, true, false, false]);
        assert_eq!(storms(&bins(&[60, 50, 55])), [false; 3], "every day like that is usual");
        assert_eq!(storms(&bins(&[0, 3, 0])), [false; 3]);
        assert!(storms(&[]).is_empty());
    }
}

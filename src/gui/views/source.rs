//! The source of a mail, line by line, with the bytes of a finding lit up. Only visible lines are laid out.

use std::ops::Range;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{Align2, FontId, Frame, Margin, Rect, ScrollArea, Sense, Ui, Vec2, pos2, vec2};

use crate::gui::state::Reading;
use crate::gui::theme::{self, Palette, palette, size};
use crate::gui::{widgets, words};
use crate::service::event::MessageView;

/// The longest part of a line that is shown, in bytes.
const MAX_LINE: usize = 1_000;

/// Where each line of `source` begins.
pub(super) fn line_starts(source: &str) -> Vec<usize> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', source.as_bytes()).map(|lf| lf + 1)).collect()
}

/// The line that holds the byte at `offset`.
fn line_of(lines: &[usize], offset: usize) -> usize {
    lines.partition_point(|start| *start <= offset).saturating_sub(1)
}

/// The bytes of line `index`, without its line end, cut to [`MAX_LINE`] at a character boundary.
fn line_range(source: &str, lines: &[usize], index: usize) -> Range<usize> {
    let start = lines.get(index).copied().unwrap_or(source.len()).min(source.len());
    let end = lines.get(index + 1).map_or(source.len(), |next| next.saturating_sub(1)).max(start);
    let mut end = end.min(start + MAX_LINE).min(source.len());
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    start..end.max(start)
}

/// Splits `line` into the pieces before, in and after `lit`, at character boundaries.
fn pieces(source: &str, line: Range<usize>, lit: Option<[usize; 2]>) -> [&str; 3] {
    let text = source.get(line.clone()).unwrap_or_default();
    let Some([from, to]) = lit else { return [text, "", ""] };
    let inside = |offset: usize| {
        let mut at = offset.clamp(line.start, line.end) - line.start;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (from, to) = (inside(from), inside(to.max(from)));
    [
        text.get(..from).unwrap_or_default(),
        text.get(from..to).unwrap_or_default(),
        text.get(to..).unwrap_or_default(),
    ]
}

/// Paints the source.
pub(super) fn show(ui: &mut Ui, reading: &mut Reading, message: &MessageView) {
    let p = palette(ui);
    let Some(source) = &message.source else {
        Frame::new().inner_margin(Margin::same(size::L as i8)).show(ui, |ui| {
            let says = "The source was not kept: Lazaret copies only mail that it flags or holds.";
            ui.label(theme::body(says).color(p.muted));
        });
        return;
    };
    let lines = &reading.lines;
    let rows = lines.len();
    let digits = rows.to_string().len().max(3);
    let height = size::ROW_BYTES;
    let mut area = ScrollArea::both().id_salt(("source", message.row.id)).auto_shrink(false);
    if std::mem::take(&mut reading.seek)
        && let Some([from, _]) = reading.lit
    {
        let middle = ui.available_height() * 0.5;
        area = area.vertical_scroll_offset((line_of(lines, from) as f32 * height - middle).max(0.0));
    }
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    area.show_rows(ui, height, rows, |ui, visible| {
        for index in visible {
            let line = line_range(source, lines, index);
            let pieces = pieces(source, line, reading.lit);
            self::line(ui, p, index + 1, digits, pieces, height);
        }
    });
    if source.len() >= 256 << 10 {
        let says = format!("Cut after {}.", words::bytes(source.len() as u64));
        widgets::cut(ui, theme::meta(says).color(p.muted));
    }
}

fn line(ui: &mut Ui, p: &Palette, number: usize, digits: usize, pieces: [&str; 3], height: f32) {
    let font = FontId::monospace(size::META);
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    for (piece, lit) in pieces.into_iter().zip([false, true, false]) {
        let plain = TextFormat { font_id: font.clone(), color: p.text, ..TextFormat::default() };
        let format = if lit { TextFormat { background: p.mark, ..plain } } else { plain };
        job.append(&words::tame_line(piece), 0.0, format);
    }
    let galley = ui.painter().layout_job(job);
    let number = ui.painter().layout_no_wrap(format!("{number:>digits$}"), font, p.muted);
    let gutter = number.size().x + size::L + size::M;
    let wanted = vec2(gutter + galley.size().x + size::L, height);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    let at = Rect::from_min_size(pos2(rect.left() + size::L, rect.top()), vec2(number.size().x, height));
    ui.painter().galley(Align2::RIGHT_CENTER.align_size_within_rect(number.size(), at).min, number, p.muted);
    let left = pos2(rect.left() + gutter, rect.center().y - galley.size().y * 0.5);
    ui.painter().galley(left, galley, p.text);
    let text = pieces.concat();
    response.widget_info(|| {
        eframe::egui::WidgetInfo::labeled(eframe::egui::accesskit::Role::Label, true, words::tame_line(&text))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lit_bytes_are_found_over_several_lines() {
        let source = "Subject: a\r\nX: bcd\r\n\r\nText é";
        let lines = line_starts(source);
        assert_eq!(lines, [0, 12, 20, 22]);
        assert_eq!(line_of(&lines, 15), 1);
        let lit = Some([15, 24]);
        assert_eq!(pieces(source, line_range(source, &lines, 0), lit), ["Subject: a\r", "", ""]);
        assert_eq!(pieces(source, line_range(source, &lines, 1), lit), ["X: ", "bcd\r", ""]);
        assert_eq!(pieces(source, line_range(source, &lines, 3), lit), ["", "Te", "xt é"]);
    }

    #[test]
    fn a_range_inside_a_character_or_beyond_the_end_is_harmless() {
        let source = "é";
        let lines = line_starts(source);
        assert_eq!(pieces(source, line_range(source, &lines, 0), Some([1, 900])), ["", "é", ""]);
        assert_eq!(pieces(source, line_range(source, &lines, 7), Some([9, 3])), ["", "", ""]);
    }

    #[test]
    fn a_long_line_is_cut_at_a_character() {
        let source = "é".repeat(MAX_LINE);
        let lines = line_starts(&source);
        assert_eq!(line_range(&source, &lines, 0), 0..MAX_LINE);
    }
}

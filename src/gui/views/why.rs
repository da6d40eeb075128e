//! Why: every finding, for (+) and against (−), strongest first, each opening to the bytes it rests on.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align2, Button, Color32, FontId, Frame, Label, Margin, Rect, Response, Sense, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use crate::engine::verdict::{Evidence, Finding, Toward};
use crate::gui::state::{Reading, Tab};
use crate::gui::theme::{self, Icon, Palette, palette, size};
use crate::gui::{widgets, words};
use crate::service::event::MessageView;

/// The sign, colour and word of a direction.
pub(super) fn direction(toward: Toward, p: &Palette) -> (Icon, Color32, &'static str) {
    match toward {
        Toward::Quarantine => (Icon::Plus, p.trouble, "For holding it"),
        Toward::Keep => (Icon::Minus, p.fine, "Against holding it"),
        Toward::Neither => (Icon::Tilde, p.muted, "Seen as well"),
    }
}

/// The findings in groups.
/// Returns the finding whose other messages are to be listed.
pub(super) fn show(ui: &mut Ui, reading: &mut Reading, message: &MessageView) -> Option<String> {
    let p = palette(ui);
    ui.set_width(ui.available_width());
    if message.findings.is_empty() {
        ui.label(theme::body("Nothing spoke for or against this mail.").color(p.muted));
        return None;
    }
    let mut wanted = None;
    let order = if message.row.class.is_harm() {
        [Toward::Quarantine, Toward::Keep, Toward::Neither]
    } else {
        [Toward::Keep, Toward::Quarantine, Toward::Neither]
    };
    ui.spacing_mut().item_spacing.y = size::JOB_LINE;
    for toward in order {
        let mut group: Vec<(usize, &Finding)> =
            message.findings.iter().enumerate().filter(|(_, f)| f.toward == toward).collect();
        if group.is_empty() {
            continue;
        }
        group.sort_by(|(_, a), (_, b)| b.weight.total_cmp(&a.weight));
        widgets::group(ui, direction(toward, p).2);
        for (place, finding) in group {
            let before = reading.open.len();
            let listed = self::finding(ui, reading, place, finding, message.source.is_some());
            if reading.open.len() > before {
                light(reading, message, place);
            }
            if listed {
                wanted = Some(finding.id.to_string());
            }
        }
    }
    ui.add_space(size::L);
    wanted
}

/// Opens a finding, and lights up the first bytes that it rests on in the source. Where the findings have a tab of
/// their own, that stays in front.
pub(super) fn light(reading: &mut Reading, message: &MessageView, place: usize) {
    reading.open.insert(place);
    let ranges = message.findings.get(place).into_iter().flat_map(|finding| &finding.evidence);
    let first = ranges.map(|evidence| evidence.range).find(|[start, end]| end > start);
    if let (Some(range), Some(_)) = (first, &message.source) {
        reading.lit = Some(range);
        reading.seek = true;
        if reading.tab != Tab::Why {
            reading.tab = Tab::Source;
        }
    }
}

/// One finding. Returns whether all mail with it is to be listed.
fn finding(ui: &mut Ui, reading: &mut Reading, place: usize, finding: &Finding, source: bool) -> bool {
    let p = palette(ui);
    let (icon, color, word) = direction(finding.toward, p);
    let open = reading.open.contains(&place);
    let weight = match finding.toward {
        Toward::Neither => String::new(),
        Toward::Quarantine => format!("+{:.1}", finding.weight),
        Toward::Keep => format!("−{:.1}", finding.weight),
    };
    let width = ui.available_width();
    let says = words::tame_line(&finding.says);
    let text_width = width - size::SIGN * 2.0 - size::XL - size::CONTROL;
    let galley = ui.painter().layout(says.clone(), FontId::proportional(size::BODY), p.text, text_width);
    let (rect, response) = ui.allocate_exact_size(vec2(width, galley.size().y + size::S), Sense::click());
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(size::XS, 0.0)), size::RADIUS, p.hover);
    }
    widgets::focus_ring(ui, &response, rect.expand2(vec2(size::XS, 0.0)));
    let line = rect.top() + size::XS + size::BODY * 0.5 + size::JOB_LINE;
    let at = |x: f32| Rect::from_center_size(pos2(x, line), Vec2::splat(size::SIGN));
    icon.paint(ui.painter(), at(rect.left() + size::SIGN * 0.5), color);
    ui.painter().galley(pos2(rect.left() + size::SIGN + size::S, rect.top() + size::XS), galley, p.text);
    let chevron = if open { Icon::Down } else { Icon::Right };
    chevron.paint(ui.painter(), at(rect.right() - size::SIGN * 0.5), p.muted);
    let right = pos2(rect.right() - size::SIGN - size::XS, line);
    ui.painter().text(right, Align2::RIGHT_CENTER, weight, FontId::proportional(size::META), p.muted);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, format!("{word}: {says}")));
    let response = response.on_hover_text(format!(
        "{}: {} (weight {:.1})",
        finding.id,
        words::severity(finding.severity),
        finding.weight
    ));
    if response.clicked() {
        if open {
            reading.open.remove(&place);
        } else {
            reading.open.insert(place);
        }
    }
    if !open {
        return false;
    }
    let mut wanted = false;
    Frame::new()
        .inner_margin(Margin { left: (size::SIGN + size::S) as i8, bottom: size::S as i8, ..Margin::ZERO })
        .show(ui, |ui| {
            if finding.evidence.is_empty() {
                let says = "There is nothing to point at: this is about something that is absent.";
                ui.label(theme::meta(says).color(p.muted));
            }
            for evidence in &finding.evidence {
                self::evidence(ui, reading, evidence, source);
            }
            wanted = link(ui, "List all mail with this finding")
                .accessible_name(format!("List all mail with this finding: {}", finding.id))
                .clicked();
        });
    wanted
}

/// A small verb in the flow of small text.
fn link(ui: &mut Ui, text: &str) -> Response {
    let p = palette(ui);
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = size::ROW_BYTES;
        ui.spacing_mut().button_padding = vec2(size::XS, 0.0);
        ui.add(Button::new(theme::meta(text).color(p.accent)).frame_when_inactive(false))
    })
    .inner
}

fn evidence(ui: &mut Ui, reading: &mut Reading, evidence: &Evidence, source: bool) {
    let p = palette(ui);
    let [start, end] = evidence.range;
    let part = match &*evidence.part {
        "header" => "Header".to_owned(),
        part => match part.strip_suffix(".header") {
            Some(outer) => format!("Header inside part {outer}"),
            None => format!("Part {part}"),
        },
    };
    let place = format!("{part}, bytes {} to {}", words::count(start as u64), words::count(end as u64));
    let lit = reading.lit == Some(evidence.range);
    ui.horizontal(|ui| {
        ui.label(theme::meta(&place).color(p.muted));
        if source
            && end > start
            && link(ui, "Show in source").accessible_name(format!("Show in source: {place}")).clicked()
        {
            reading.lit = Some(evidence.range);
            reading.seek = true;
            reading.tab = Tab::Source;
        }
    });
    if !evidence.text.is_empty() {
        Frame::new()
            .fill(if lit { p.mark } else { p.bytes })
            .corner_radius(size::RADIUS)
            .inner_margin(Margin::symmetric(size::S as i8, size::XS as i8))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.add(
                    Label::new(theme::mono(words::tame(&evidence.text)).color(p.text))
                        .selectable(true)
                        .wrap(),
                );
            });
    }
    ui.add_space(size::XS);
}

//! The headers of a message: its way as a drawn chain of hops, each also in words, and the fields as a table.
//!
//! The chain goes from where the mail began down to the person. A full dot is one of the person's own servers,
//! the ringed one where their side took the mail, an empty one what only the mail itself claims; the line
//! above a dot is dashed where nothing speaks of encryption.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Frame, Label, Layout, Margin, Rect, Sense, Shape, Stroke, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};

use crate::engine::trace::{self, Hop, Trust};
use crate::gui::state::{Reading, Tab};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::words::Now;
use crate::gui::{widgets, words};
use crate::service::event::MessageView;

/// The tab: ways first, then the fields.
pub(super) fn show(ui: &mut Ui, now: &Now, reading: &mut Reading, message: &MessageView) {
    let p = palette(ui);
    if message.source.is_none() {
        let says = "The header was not kept: Lazaret copies only mail that it flags or holds.";
        ui.label(theme::body(says).color(p.muted));
        return;
    }
    if !message.way.is_empty() {
        widgets::group(ui, "The way it came");
        chain(ui, now, reading, &message.way);
    }
    if !message.returned_way.is_empty() {
        widgets::group(ui, "The way of the returned mail, as the notice has it");
        chain(ui, now, reading, &message.returned_way);
    }
    if message.headers.is_empty() {
        ui.label(theme::body("This mail has no header.").color(p.muted));
        return;
    }
    widgets::group(ui, "All fields");
    for (name, value) in &message.headers {
        ui.horizontal_top(|ui| {
            let label = vec2(size::FORM_LABEL, size::ROW_BYTES);
            ui.allocate_ui_with_layout(label, Layout::right_to_left(Align::Min), |ui| {
                ui.set_min_size(label);
                widgets::cut(ui, theme::meta(words::tame_line(name)).color(p.muted));
            });
            ui.add(Label::new(theme::meta(words::tame_line(value))).selectable(true).wrap());
        });
    }
}

/// One chain: a sentence about all of it, where it began, then each hop.
fn chain(ui: &mut Ui, now: &Now, reading: &mut Reading, hops: &[Hop]) {
    let p = palette(ui);
    ui.add(Label::new(theme::body(summary(hops))).wrap());
    ui.add_space(size::XS);
    let Some(first) = hops.first() else { return };
    let began = begin(ui, first);
    let mut above = began;
    let mut last = None;
    for hop in hops {
        let dot = one(ui, now, reading, hop, last);
        last = hop.at.or(last);
        let ends = [above + vec2(0.0, size::DOT), dot - vec2(0.0, size::DOT)];
        let stroke =
            Stroke::new(size::STROKE_STRONG, if hop.trust == Trust::Claimed { p.edge } else { p.accent });
        if hop.encrypted == Some(false) {
            ui.painter().extend(Shape::dashed_line(&ends, stroke, size::XS, size::XS));
        } else {
            ui.painter().line_segment(ends, stroke);
        }
        above = dot;
    }
    ui.add_space(size::S);
}

/// The whole way in a sentence.
pub(super) fn summary(hops: &[Hop]) -> String {
    let count = words::counted(hops.len() as u64, "hop");
    let times: Vec<_> = hops.iter().filter_map(|hop| hop.at).collect();
    let took = match (times.first(), times.last()) {
        (Some(first), Some(last)) if last >= first && times.len() > 1 => {
            format!(" in {}", trace::span(last.as_second() - first.as_second()))
        }
        _ => String::new(),
    };
    let odd = hops.iter().filter(|hop| !hop.oddities.is_empty()).count();
    let odd = match odd {
        0 => "nothing odd.".to_owned(),
        1 => "something odd at 1 of them.".to_owned(),
        n => format!("something odd at {n} of them."),
    };
    let border = match hops.iter().find(|hop| hop.trust == Trust::Handover) {
        Some(hop) => {
            let whom = sender(hop);
            format!(" Your side took it from {whom}; what stands before that is only claimed.")
        }
        None if hops.iter().all(|hop| hop.trust == Trust::Own) => {
            " It never left your own servers.".to_owned()
        }
        None => " Nothing vouches for it: anybody can write such lines.".to_owned(),
    };
    format!("{count}{took}, {odd}{border}")
}

/// Who handed the mail over, by name and address.
fn sender(hop: &Hop) -> String {
    let name = hop.known_as.as_deref().or(hop.from.as_deref()).map(words::tame_line);
    match (name, hop.from_ip) {
        (Some(name), Some(ip)) if name != ip.to_string() => format!("{name} ({ip})"),
        (Some(name), _) => name,
        (None, Some(ip)) => ip.to_string(),
        (None, None) => "a host without a name".to_owned(),
    }
}

/// Where the mail began. Returns the middle of its dot.
fn begin(ui: &mut Ui, first: &Hop) -> eframe::egui::Pos2 {
    let p = palette(ui);
    let trusted = first.trust != Trust::Claimed;
    let mut dot = eframe::egui::Pos2::ZERO;
    ui.horizontal(|ui| {
        dot = node(ui, if trusted { Icon::Dot } else { Icon::OpenDot }, p.muted);
        ui.label(theme::body(sender(first)));
        let word = if first.signed_in { "where it began, signed in" } else { "where it began" };
        ui.label(theme::meta(word).color(p.muted));
    });
    dot
}

/// The place of a dot, and the dot. Returns its middle.
fn node(ui: &mut Ui, icon: Icon, color: eframe::egui::Color32) -> eframe::egui::Pos2 {
    let (rect, _) = ui.allocate_exact_size(vec2(size::XL, size::ROW_COMPACT), Sense::hover());
    icon.paint(ui.painter(), Rect::from_center_size(rect.center(), Vec2::splat(size::SIGN)), color);
    rect.center()
}

/// One hop; a click shows its line in the source. Returns the middle of its dot.
fn one(
    ui: &mut Ui,
    now: &Now,
    reading: &mut Reading,
    hop: &Hop,
    last: Option<jiff::Timestamp>,
) -> eframe::egui::Pos2 {
    let p = palette(ui);
    let host = hop.by.as_deref().map_or_else(|| "a host that is not named".to_owned(), words::tame_line);
    let (icon, color, word) = match hop.trust {
        Trust::Own => (Icon::Dot, p.accent, "your own side"),
        Trust::Handover => (Icon::Target, p.accent, "your side took it here"),
        Trust::Claimed => (Icon::OpenDot, p.muted, "claimed"),
    };
    let range = [hop.range.start, hop.range.end];
    let mut dot = eframe::egui::Pos2::ZERO;
    let builder = UiBuilder::new().id_salt(("hop", range)).sense(Sense::click());
    let response = ui.scope_builder(builder, |ui| {
        let fill = match (reading.lit == Some(range), ui.response().hovered()) {
            (true, _) => Some(p.mark),
            (false, true) => Some(p.hover),
            (false, false) => None,
        };
        let frame = fill.map_or(Frame::new(), |fill| Frame::new().fill(fill));
        frame.corner_radius(size::RADIUS).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().interact_size.y = size::ROW_BYTES;
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.horizontal(|ui| {
                dot = node(ui, icon, color);
                ui.label(theme::body(host.as_str()));
                ui.label(theme::meta(word).color(if hop.trust == Trust::Claimed {
                    p.muted
                } else {
                    p.accent
                }));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add_space(size::XS);
                    if let Some(at) = hop.at {
                        ui.label(theme::meta(now.clock(at, last)).color(p.muted))
                            .on_hover_text(now.exact(at));
                    }
                    if let Some(delay) = hop.delay {
                        ui.label(theme::meta(delay_word(delay)));
                    }
                });
            });
            let inset = Margin { left: size::XL as i8, bottom: size::XS as i8, ..Margin::ZERO };
            Frame::new().inner_margin(inset).show(ui, |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.add_space(size::S);
                    widgets::cut(ui, theme::meta(connection(hop)).color(p.muted));
                });
                for odd in &hop.oddities {
                    ui.horizontal_top(|ui| {
                        ui.add_space(size::S);
                        widgets::sign(ui, Icon::Triangle, size::SIGN, p.trouble);
                        ui.add(Label::new(theme::meta(words::tame_line(odd))).wrap());
                    });
                }
            });
        });
    });
    let response = response.response;
    widgets::focus_ring(ui, &response, response.rect);
    let name = format!("Show in source: taken by {host}, {word}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.clicked() {
        reading.lit = Some(range);
        reading.seek = true;
        reading.tab = Tab::Source;
    }
    dot
}

/// From whom and over what kind of connection.
fn connection(hop: &Hop) -> String {
    let mut parts = vec![format!("from {}", sender(hop))];
    parts.extend(hop.with.map(str::to_owned));
    if hop.encrypted == Some(true) {
        parts.push("encrypted".to_owned());
    }
    if hop.signed_in {
        parts.push("signed in".to_owned());
    }
    parts.join(" · ")
}

/// How long after the hop before.
fn delay_word(seconds: i64) -> String {
    match seconds {
        0 => "at once".to_owned(),
        s if s < 0 => format!("−{}", trace::span(-s)),
        s => format!("+{}", trace::span(s)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(trust: Trust, at: i64) -> Hop {
        Hop {
            from: Some("out.example.net".into()),
            known_as: None,
            from_ip: Some("203.0.113.7".parse().unwrap()),
            by: Some("mx.example.org".into()),
            with: None,
            encrypted: None,
            signed_in: false,
            at: jiff::Timestamp::from_second(at).ok(),
            delay: None,
            trust,
            range: 0..1,
            oddities: Vec::new(),
        }
    }

    #[test]
    fn the_way_is_a_sentence_too() {
        let whole = [hop(Trust::Claimed, 0), hop(Trust::Handover, 90), hop(Trust::Own, 95)];
        assert_eq!(
            summary(&whole),
            "3 hops in 1 min, nothing odd. Your side took it from out.example.net (203.0.113.7); what stands \
             before that is only claimed."
        );
        let odd = Hop { oddities: vec!["Odd.".into()], ..hop(Trust::Claimed, 9) };
        assert_eq!(
            summary(&[odd]),
            "1 hop, something odd at 1 of them. Nothing vouches for it: anybody can write such lines."
        );
        assert!(summary(&[hop(Trust::Own, 1)]).ends_with("It never left your own servers."));
    }

    #[test]
    fn delays_have_a_sign() {
        assert_eq!([delay_word(0), delay_word(61), delay_word(-7_200)], ["at once", "+1 min", "−2 h"]);
    }
}

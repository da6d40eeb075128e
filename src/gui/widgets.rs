//! The few controls that every view uses, in one look. Each has an accessible name.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Align2, Button, FontId, Frame, Layout, Margin, Rect, Response, RichText, Sense, Stroke, TextEdit,
    Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::theme::{self, Icon, Palette, palette, size};
use crate::engine::Class;

/// A button for the one thing that the person most likely wants.
pub(crate) fn primary(ui: &mut Ui, text: &str) -> Response {
    let p = palette(ui);
    let enabled = ui.is_enabled();
    let visuals = &mut ui.visuals_mut().widgets;
    let saved = (visuals.inactive, visuals.hovered, visuals.active);
    for (look, fill) in [
        (&mut visuals.inactive, p.accent),
        (&mut visuals.hovered, p.accent_hover),
        (&mut visuals.active, p.accent_hover),
    ] {
        look.weak_bg_fill = fill;
        look.bg_stroke = Stroke::new(size::STROKE, fill);
        look.fg_stroke.color = p.on_accent;
    }
    if enabled {
        visuals.active.bg_stroke = Stroke::new(size::STROKE_STRONG, p.text);
    }
    let response = ui.add(Button::new(text));
    let visuals = &mut ui.visuals_mut().widgets;
    (visuals.inactive, visuals.hovered, visuals.active) = saved;
    response
}

/// A button.
pub(crate) fn button(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text))
}

/// A button that stays quiet until the pointer comes.
pub(crate) fn quiet(ui: &mut Ui, text: &str) -> Response {
    let p = palette(ui);
    ui.add(Button::new(theme::body(text).color(p.accent)).frame_when_inactive(false))
}

/// [`quiet`] in the flow of small text, in the colour of text until the pointer comes.
pub(crate) fn quiet_meta(ui: &mut Ui, text: &str) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = size::ROW_BYTES;
        ui.spacing_mut().button_padding = vec2(0.0, 0.0);
        ui.add(Button::new(theme::meta(text)).frame(false))
    })
    .inner
}

/// A button that is an icon; `name` is its tooltip and accessible name.
pub(crate) fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size::CONTROL), Sense::click());
    let p = palette(ui);
    if response.hovered() || response.has_focus() {
        let fill = if response.is_pointer_button_down_on() { p.pressed } else { p.hover };
        ui.painter().rect_filled(rect, size::RADIUS, fill);
    }
    focus_ring(ui, &response, rect);
    let color = if ui.is_enabled() && response.hovered() { p.text } else { p.muted };
    icon.paint(ui.painter(), Rect::from_center_size(rect.center(), Vec2::splat(size::ICON)), color);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name)
}

/// The ring that shows where the keys go.
pub(crate) fn focus_ring(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        let stroke = Stroke::new(size::STROKE_STRONG, palette(ui).accent);
        ui.painter().rect_stroke(
            rect.shrink(size::STROKE),
            size::RADIUS,
            stroke,
            eframe::egui::StrokeKind::Inside,
        );
    }
}

/// An icon in the flow of text.
pub(crate) fn sign(ui: &mut Ui, icon: Icon, side: f32, color: eframe::egui::Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    icon.paint(ui.painter(), rect, color);
}

/// A class: sign, word, colour; its meaning on hover.
pub(crate) fn class_tag(ui: &mut Ui, class: Class) {
    let look = theme::class(class);
    let p = palette(ui);
    sign(ui, look.icon, size::SIGN, look.color(p));
    ui.label(theme::body(look.word)).on_hover_text(look.means);
}

/// A one-line field with its label in front and, under it, what is wrong.
pub(crate) fn field(
    ui: &mut Ui,
    label: &str,
    value: &mut String,
    hint: &str,
    fault: Option<&str>,
) -> Response {
    form_row(ui, label, fault, |ui, id| {
        let width = ui.available_width();
        text_field(ui, value, hint, width, false).labelled_by(id)
    })
}

/// One row of a form: the label, the control, what is wrong.
pub(crate) fn form_row(
    ui: &mut Ui,
    label: &str,
    fault: Option<&str>,
    control: impl FnOnce(&mut Ui, eframe::egui::Id) -> Response,
) -> Response {
    let p = palette(ui);
    let response = ui
        .horizontal(|ui| {
            let id = form_label(ui, label);
            control(ui, id)
        })
        .inner;
    // A part of its own, said or not: the fields below keep their identity, and so the focus.
    ui.scope(|ui| {
        if let Some(fault) = fault {
            ui.spacing_mut().interact_size.y = size::ROW_BYTES;
            ui.horizontal_top(|ui| {
                ui.add_space(size::FORM_LABEL + size::S);
                ui.add(eframe::egui::Label::new(theme::meta(fault).color(p.trouble)).wrap());
            });
        }
    });
    ui.add_space(size::S);
    response
}

/// The label of a form's row, in its own column.
pub(crate) fn form_label(ui: &mut Ui, label: &str) -> eframe::egui::Id {
    let p = palette(ui);
    let size = vec2(size::FORM_LABEL, size::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.label(theme::body(label).color(p.muted)).id
    })
    .inner
}

/// A bare one-line field. Name it with `labelled_by` or `accessible_name`.
pub(crate) fn text_field(
    ui: &mut Ui,
    value: &mut String,
    hint: &str,
    width: f32,
    password: bool,
) -> Response {
    let margin = Margin::symmetric(size::S as i8, size::XS as i8);
    let hint = theme::body(hint).color(palette(ui).muted);
    edged(ui, |ui| {
        ui.add(
            TextEdit::singleline(value)
                .hint_text(hint)
                .password(password)
                .align(Align2::LEFT_CENTER)
                .min_size(vec2(0.0, size::CONTROL))
                .margin(margin)
                .desired_width(width),
        )
    })
}

/// One of several choices that exclude each other.
pub(crate) fn radio(ui: &mut Ui, chosen: bool, text: impl Into<String>) -> Response {
    edged(ui, |ui| ui.radio(chosen, text.into()))
}

/// [`radio`] for a value: a click makes it `mine`.
pub(crate) fn radio_value<T: PartialEq>(
    ui: &mut Ui,
    value: &mut T,
    mine: T,
    text: impl Into<String>,
) -> Response {
    edged(ui, |ui| ui.radio_value(value, mine, text.into()))
}

/// A choice that is on or off.
pub(crate) fn checkbox(ui: &mut Ui, on: &mut bool, text: &str) -> Response {
    edged(ui, |ui| ui.checkbox(on, text))
}

/// A control that only its edge shows: the edge is one that can be seen.
fn edged<R>(ui: &mut Ui, control: impl FnOnce(&mut Ui) -> R) -> R {
    let edge = Stroke::new(size::STROKE, palette(ui).edge);
    let saved = std::mem::replace(&mut ui.visuals_mut().widgets.inactive.bg_stroke, edge);
    let done = control(ui);
    ui.visuals_mut().widgets.inactive.bg_stroke = saved;
    done
}

/// A choice of one out of several, as a button that opens downwards.
pub(crate) fn combo(
    ui: &mut Ui,
    id: &str,
    width: f32,
    text: &str,
    content: impl FnOnce(&mut Ui),
) -> Response {
    eframe::egui::ComboBox::from_id_salt(id)
        .width(width)
        .selected_text(text)
        .icon(|ui, rect, visuals, _open| {
            Icon::Down.paint(ui.painter(), rect.expand(size::STROKE), visuals.fg_stroke.color);
        })
        .show_ui(ui, content)
        .response
}

/// [`combo`] over a list; it is called by its name and what is chosen.
pub(crate) fn choice(ui: &mut Ui, name: &str, text: &str, content: impl FnOnce(&mut Ui)) {
    combo(ui, name, size::FILTER, text, content).accessible_name(format!("{name}: {text}"));
}

/// A surface that stands out from the ground.
pub(crate) fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    surface(ui, Margin::same(size::M as i8), content)
}

/// A [`card`] around rows, which bring their own height.
pub(crate) fn list_card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    surface(ui, Margin::symmetric(size::M as i8, size::XS as i8), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        content(ui)
    })
}

/// One cell of a row in a [`list_card`]: `width` wide whatever it says, so that the rows' cells stand under each other.
pub(crate) fn cell(ui: &mut Ui, width: f32, text: RichText) -> Response {
    ui.allocate_ui_with_layout(vec2(width, size::ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(width);
        cut(ui, text)
    })
    .inner
}

/// The line between two rows of a [`list_card`], at the place where the second begins.
pub(crate) fn hairline(ui: &Ui) {
    let stroke = Stroke::new(size::STROKE, palette(ui).hairline);
    ui.painter().hline(ui.max_rect().x_range(), ui.cursor().top(), stroke);
}

fn surface<R>(ui: &mut Ui, margin: Margin, content: impl FnOnce(&mut Ui) -> R) -> R {
    let p = palette(ui);
    Frame::new()
        .fill(p.raised)
        .stroke(Stroke::new(size::STROKE, p.line))
        .corner_radius(size::RADIUS)
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

/// The head of a page: its title and one line about it.
pub(crate) fn page_head(ui: &mut Ui, title: &str, about: &str) {
    page_head_with(ui, title, about, |_| {});
}

/// [`page_head`] with verbs at the right, from the right.
pub(crate) fn page_head_with<R>(
    ui: &mut Ui,
    title: &str,
    about: &str,
    verbs: impl FnOnce(&mut Ui) -> R,
) -> R {
    let done = ui
        .horizontal(|ui| {
            ui.label(theme::page(title));
            ui.with_layout(Layout::right_to_left(Align::Center), verbs).inner
        })
        .inner;
    if !about.is_empty() {
        ui.label(theme::body(about).color(palette(ui).muted));
    }
    ui.add_space(size::M);
    done
}

/// A column of at most `width`, for what would be hard to read or to fill in across a wide window.
pub(crate) fn column<R>(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> R) -> R {
    let width = width.min(ui.available_width());
    let layout = Layout::top_down(Align::Min);
    ui.allocate_ui_with_layout(vec2(width, 0.0), layout, |ui| {
        ui.set_width(width);
        content(ui)
    })
    .inner
}

/// Two parts side by side; one under the other where there is no room. `true` asks for the first.
pub(crate) fn beside(ui: &mut Ui, mut part: impl FnMut(&mut Ui, bool)) {
    let gap = size::L;
    let half = (ui.available_width() - gap) * 0.5;
    if half < size::MEASURE * 0.5 {
        part(ui, true);
        part(ui, false);
        return;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for first in [true, false] {
            ui.allocate_ui_with_layout(vec2(half, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(half);
                ui.spacing_mut().item_spacing.x = size::S;
                part(ui, first);
            });
        }
    });
}

/// A line that says what the control above it does, set in by `indent`.
pub(crate) fn hint(ui: &mut Ui, indent: f32, text: &str) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = size::ROW_BYTES;
        ui.horizontal_top(|ui| {
            ui.add_space(indent);
            let text = theme::meta(text).color(palette(ui).muted);
            ui.add(eframe::egui::Label::new(text).wrap());
        });
    });
}

/// The small heading over a group.
pub(crate) fn group(ui: &mut Ui, text: &str) {
    ui.add_space(size::S);
    ui.label(theme::heading(text).color(palette(ui).muted));
    ui.add_space(size::XS);
}

/// A page with nothing on it: a picture, what that means, what to do.
pub(crate) fn empty(ui: &mut Ui, icon: Icon, title: &str, text: &str) {
    let p = palette(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.5 - size::PICTURE * 2.0).max(size::XL));
        sign(ui, icon, size::PICTURE, p.edge);
        ui.add_space(size::M);
        ui.label(theme::title(title));
        ui.scope(|ui| {
            ui.set_max_width(size::MEASURE);
            ui.label(theme::body(text).color(p.muted));
        });
    });
}

/// A page that waits for its answer. Stands still: nothing is repainted meanwhile.
pub(crate) fn loading(ui: &mut Ui, what: &str) {
    let p = palette(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.5 - size::XL).max(size::XL));
        ui.label(theme::body(what).color(p.muted));
    });
}

/// A clickable line across the width with an icon, a word and a count.
pub(crate) struct NavRow<'a> {
    /// Its icon.
    pub(crate) icon: Icon,
    /// Its word.
    pub(crate) word: &'a str,
    /// What stands at the right; empty for nothing.
    pub(crate) count: &'a str,
    /// Whether it is the one that is shown.
    pub(crate) chosen: bool,
    /// Whether only the icon fits.
    pub(crate) folded: bool,
}

impl NavRow<'_> {
    /// Paints it.
    pub(crate) fn show(self, ui: &mut Ui) -> Response {
        let p = palette(ui);
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::ROW + size::XS), Sense::click());
        let fill = match (self.chosen, response.hovered()) {
            (true, _) => Some(p.selected),
            (false, true) => Some(p.hover),
            (false, false) => None,
        };
        if let Some(fill) = fill {
            ui.painter().rect_filled(rect, size::RADIUS, fill);
        }
        focus_ring(ui, &response, rect);
        let ink = if self.chosen { p.accent } else { p.muted };
        let at = if self.folded { rect.center().x } else { rect.left() + size::S + size::ICON * 0.5 };
        let icon = Rect::from_center_size(pos2(at, rect.center().y), Vec2::splat(size::ICON));
        self.icon.paint(ui.painter(), icon, ink);
        if !self.folded {
            let font = if self.chosen {
                FontId::new(size::BODY, theme::bold())
            } else {
                FontId::proportional(size::BODY)
            };
            let at = pos2(icon.right() + size::S + size::XS, rect.center().y);
            ui.painter().text(at, Align2::LEFT_CENTER, self.word, font, p.text);
            let at = pos2(rect.right() - size::S, rect.center().y);
            let font = FontId::proportional(size::META);
            ui.painter().text(at, Align2::RIGHT_CENTER, self.count, font, p.muted);
        }
        let name = if self.count.is_empty() {
            self.word.to_owned()
        } else {
            format!("{}, {}", self.word, self.count)
        };
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, self.chosen, &name));
        if self.folded { response.on_hover_text(name) } else { response }
    }
}

/// Tabs: words with a line under the chosen one. Returns the one that was clicked.
pub(crate) fn tabs<T: Copy + PartialEq>(ui: &mut Ui, all: &[(T, String)], chosen: T) -> Option<T> {
    let p = palette(ui);
    let mut clicked = None;
    ui.spacing_mut().item_spacing.x = size::L;
    for (tab, word) in all {
        let font = if *tab == chosen {
            FontId::new(size::BODY, theme::bold())
        } else {
            FontId::proportional(size::BODY)
        };
        let color = if *tab == chosen { p.text } else { p.muted };
        let galley = ui.painter().layout_no_wrap(word.clone(), font, color);
        let wanted = vec2(galley.size().x, size::CONTROL + size::XS);
        let (rect, response) = ui.allocate_exact_size(wanted, Sense::click());
        let at = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect).min;
        let ink = if response.hovered() { p.text } else { color };
        ui.painter().galley_with_override_text_color(at, galley, ink);
        if *tab == chosen {
            let line = Rect::from_min_max(pos2(rect.left(), rect.bottom() - size::JOB_LINE), rect.max);
            ui.painter().rect_filled(line, 0.0, p.accent);
        }
        focus_ring(ui, &response, rect.expand2(vec2(size::XS, 0.0)));
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, *tab == chosen, word));
        if response.clicked() {
            clicked = Some(*tab);
        }
    }
    clicked
}

/// A line across the width.
pub(crate) fn rule(ui: &mut Ui, p: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::STROKE), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, p.line);
}

/// Text that ends in an ellipsis where it does not fit, with the whole of it on hover.
pub(crate) fn cut(ui: &mut Ui, text: RichText) -> Response {
    ui.add(eframe::egui::Label::new(text).truncate())
}

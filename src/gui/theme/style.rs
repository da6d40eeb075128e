//! The toolkit's style, made from the tokens.

use eframe::egui::style::{ScrollStyle, WidgetVisuals};
use eframe::egui::{
    Context, CornerRadius, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Visuals, vec2,
};

use super::{DARK, LIGHT, Palette, size};

/// Sets style and fonts of `ctx`, light and dark.
pub(crate) fn apply(ctx: &Context) {
    for (theme, palette) in [(Theme::Light, &LIGHT), (Theme::Dark, &DARK)] {
        ctx.set_style_of(theme, style(palette, theme));
    }
}

fn style(p: &Palette, theme: Theme) -> Style {
    let mut style = Style { visuals: visuals(p, theme), ..Style::default() };
    style.text_styles = [
        (TextStyle::Small, FontId::proportional(size::META)),
        (TextStyle::Body, FontId::proportional(size::BODY)),
        (TextStyle::Button, FontId::proportional(size::BODY)),
        (TextStyle::Heading, FontId::new(size::TITLE, super::bold())),
        (TextStyle::Monospace, FontId::monospace(size::META)),
    ]
    .into();
    style.animation_time = size::MOTION;
    style.spacing.item_spacing = vec2(size::S, size::XS);
    style.spacing.button_padding = vec2(size::M, size::XS);
    style.spacing.interact_size = vec2(size::CONTROL, size::CONTROL);
    style.spacing.window_margin = Margin::same(size::L as i8);
    style.spacing.menu_margin = Margin::same(size::XS as i8);
    style.spacing.icon_width = 15.0;
    style.spacing.icon_width_inner = 9.0;
    style.spacing.icon_spacing = size::S;
    style.spacing.combo_height = 320.0;
    style.spacing.tooltip_width = 360.0;
    style.spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        dormant_handle_opacity: 0.25,
        active_handle_opacity: 0.35,
        interact_handle_opacity: 0.6,
        ..ScrollStyle::floating()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.url_in_tooltip = false;
    style
}

fn visuals(p: &Palette, theme: Theme) -> Visuals {
    let mut v = if theme == Theme::Dark { Visuals::dark() } else { Visuals::light() };
    let radius = CornerRadius::same(size::RADIUS);
    let line = |color| Stroke::new(size::STROKE, color);
    let look = |fill, edge, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: line(edge),
        corner_radius: radius,
        fg_stroke: line(text),
        expansion: 0.0,
    };
    v.widgets.noninteractive = look(p.raised, p.line, p.text);
    v.widgets.inactive = look(p.raised, p.soft, p.text);
    v.widgets.hovered = look(p.hover, p.edge, p.text);
    v.widgets.active = look(p.pressed, p.accent, p.text);
    v.widgets.open = look(p.hover, p.edge, p.text);
    v.weak_text_color = Some(p.muted);
    v.hyperlink_color = p.accent;
    v.selection.bg_fill = p.selected;
    v.selection.stroke = Stroke::new(size::STROKE_STRONG, p.accent);
    v.faint_bg_color = p.hover;
    v.extreme_bg_color = p.raised;
    v.code_bg_color = p.bytes;
    v.warn_fg_color = p.trouble;
    v.error_fg_color = p.trouble;
    v.window_corner_radius = radius;
    v.menu_corner_radius = radius;
    v.window_fill = p.raised;
    v.window_stroke = line(p.line);
    v.panel_fill = p.ground;
    let shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: p.shadow };
    v.window_shadow = shadow;
    v.popup_shadow = shadow;
    v.text_cursor.stroke = Stroke::new(size::STROKE_STRONG, p.accent);
    v.text_cursor.blink = false;
    v.indent_has_left_vline = false;
    v
}

//! Notes at the bottom right: what was done, with Undo; what failed, with what to do.

use std::time::Duration;

use eframe::egui::{Align, Align2, Area, Context, Frame, Id, Label, Layout, Margin, Order, vec2};

use crate::gui::state::State;
use crate::gui::theme::{self, Icon, size};
use crate::gui::{widgets, words};
use crate::service::Command;

pub(super) fn show(ctx: &Context, state: &mut State, out: &mut Vec<Command>) {
    if state.toasts.is_empty() {
        return;
    }
    let now = ctx.input(|i| i.time);
    for toast in &mut state.toasts {
        toast.until.get_or_insert(now + size::TOAST_TIME);
    }
    state.toasts.retain(|t| t.until.is_none_or(|until| until > now));
    let next =
        state.toasts.iter().filter_map(|t| t.until).filter(|u| u.is_finite()).fold(f64::INFINITY, f64::min);
    if next.is_finite() {
        ctx.request_repaint_after(Duration::from_secs_f64((next - now).max(0.0)));
    }
    let mut gone = None;
    let p = if ctx.theme() == eframe::egui::Theme::Dark { &theme::DARK } else { &theme::LIGHT };
    Area::new(Id::unique("toasts"))
        .anchor(Align2::RIGHT_BOTTOM, vec2(-size::L, -size::L))
        .order(Order::Foreground)
        .show(ctx, |ui| {
            for (place, toast) in state.toasts.iter().enumerate() {
                let frame = Frame::popup(ui.style()).inner_margin(Margin::same(size::M as i8));
                frame.show(ui, |ui| {
                    ui.set_width(size::TOAST);
                    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                        if widgets::icon_button(ui, Icon::Cross, "Dismiss").clicked() {
                            gone = Some(place);
                        }
                        if let Some(undo) = &toast.undo
                            && widgets::button(ui, "Undo").clicked()
                        {
                            out.push(undo.clone());
                            gone = Some(place);
                        }
                        ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                            let (icon, color) = match toast.advice {
                                Some(_) => (Icon::Triangle, p.trouble),
                                None => (Icon::Check, p.fine),
                            };
                            ui.vertical(|ui| {
                                ui.add_space(size::XS);
                                widgets::sign(ui, icon, size::ICON, color);
                            });
                            ui.vertical(|ui| {
                                ui.add_space(size::XS);
                                ui.add(Label::new(theme::body(words::tame_line(&toast.says))).wrap());
                                if let Some(advice) = &toast.advice {
                                    ui.add(Label::new(theme::meta(advice).color(p.muted)).wrap());
                                }
                            });
                        });
                    });
                });
                ui.add_space(size::S);
            }
        });
    if let Some(place) = gone {
        state.toasts.remove(place);
    }
}

//! What an account holds or would, in words and with examples: for the guide, Settings and the question whether
//! to act.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align, Label, Layout, Sense, Ui, UiBuilder, WidgetInfo};

use super::{overview, verbs};
use crate::account::Mode;
use crate::engine::Class;
use crate::gui::state::{State, View};
use crate::gui::theme::{self, palette, size};
use crate::gui::words::Now;
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::ListQuery;
use crate::service::event::{PreviewView, Row};

/// What acting comes to, in a sentence: `So far it would hold 14 messages: 5 malicious, 9 backscatter.`
pub(super) fn sentence(preview: &PreviewView, mode: Mode) -> String {
    let all: u64 = preview.groups.iter().map(|group| group.count).sum();
    let verb = match mode {
        Mode::Observe => "So far it would hold",
        Mode::Act => "Now it holds",
    };
    if all == 0 {
        return format!("{verb} nothing.");
    }
    let parts: Vec<String> = preview
        .groups
        .iter()
        .map(|group| {
            format!("{} {}", words::count(group.count), theme::class(group.class).word.to_lowercase())
        })
        .collect();
    format!("{verb} {}: {}.", words::counted(all, "message"), parts.join(", "))
}

/// What strict would add, in a sentence.
pub(super) fn stricter(preview: &PreviewView) -> String {
    match preview.in_doubt {
        0 => "Strict would hold nothing more now.".to_owned(),
        n => format!("Strict would hold {} more now.", words::counted(n, "message")),
    }
}

/// The messages of an account that are held or would be.
pub(super) fn query(account: &str, class: Option<Class>) -> ListQuery {
    ListQuery { account: Some(account.to_owned()), class, ..ListQuery::default() }
}

/// The classes with their newest messages; each leads to the list.
pub(super) fn groups(
    ui: &mut Ui,
    now: &Now,
    preview: &PreviewView,
    state: &mut State,
    out: &mut Vec<Command>,
) {
    let p = palette(ui);
    for group in &preview.groups {
        let look = theme::class(group.class);
        let wanted = query(&preview.account, Some(group.class));
        widgets::card(ui, |ui| {
            ui.horizontal(|ui| {
                widgets::sign(ui, look.icon, size::ICON, look.color(p));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let verb = format!("See all {}", words::count(group.count));
                    let name = format!("{verb}: {}", look.word);
                    if widgets::button(ui, &verb).accessible_name(name).clicked() {
                        overview::to_quarantine(state, wanted.clone(), out);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let title = format!("{} {}", words::count(group.count), look.word.to_lowercase());
                        ui.label(theme::strong(title));
                        widgets::cut(ui, theme::body(look.means).color(p.muted));
                    });
                });
            });
            for row in &group.examples {
                if example(ui, now, row) {
                    overview::to_quarantine(state, wanted.clone(), out);
                    out.push(verbs::go_to(state, View::Quarantine, row.id));
                }
            }
        });
        ui.add_space(size::XS);
    }
}

/// One message as an example. Returns whether it was clicked.
fn example(ui: &mut Ui, now: &Now, row: &Row) -> bool {
    let p = palette(ui);
    let subject = words::subject(&row.subject);
    let builder = UiBuilder::new().id_salt(("example", row.id)).sense(Sense::click());
    let response = ui.scope_builder(builder, |ui| {
        ui.spacing_mut().interact_size.y = size::ROW_COMPACT;
        ui.horizontal(|ui| {
            ui.add_space(size::ICON + size::S);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(theme::meta(now.short(row.received)).color(p.muted));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(theme::body(subject.as_str())).truncate());
                    let reason = theme::body(words::tame_line(&row.reason)).color(p.muted);
                    widgets::cut(ui, reason);
                });
            });
        });
    });
    let response = response.response;
    widgets::focus_ring(ui, &response, response.rect);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Open “{subject}”")));
    response.clicked()
}

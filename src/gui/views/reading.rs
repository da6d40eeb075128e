//! The reading pane: the verdict in one sentence, why, and the mail itself as plain text.
//!
//! Nothing here opens a link, loads a picture or runs anything.

use eframe::egui::{Align, CentralPanel, Frame, Label, Layout, Margin, Panel, ScrollArea, Ui};

use super::verbs::{self, Can};
use super::{attachments, group, overview, quarantine, source, way, why};
use crate::engine::Class;
use crate::engine::senders::SenderRule;
use crate::gui::model::{Model, Opened};
use crate::gui::problems::{self, GroupBy, Problem};
use crate::gui::state::{Dialog, Reading, State, Tab};
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::Command;
use crate::service::command::{Dealt, ListQuery};
use crate::service::event::MessageView;

/// The longest text that is laid out, in bytes; the rest is counted and not shown.
const MAX_TEXT: usize = 64 << 10;

/// Recipients of a bounce that the pane tells of; the source has all.
const REPORTS: usize = 10;

/// The pane at the bottom of a list.
pub(super) fn panel(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    let p = palette(ui);
    let height = ui.available_height();
    Panel::bottom("reading")
        .resizable(true)
        .default_size((height * size::READING_SHARE).max(size::READING_MIN))
        .size_range(size::READING_MIN..=(height - size::ROW * 2.0).max(size::READING_MIN))
        .frame(Frame::new().fill(p.raised))
        .show(ui, |ui| {
            ui.set_min_height(ui.available_height());
            inside(ui, model, state, out);
        });
}

/// What the pane shows, wherever it stands.
pub(super) fn inside(ui: &mut Ui, model: &Model, state: &mut State, out: &mut Vec<Command>) {
    if let Some(within) = state.list().and_then(|list| list.fold.clone()) {
        return group::show(ui, model, state, &within, out);
    }
    let wanted = state.list().and_then(|list| list.cursor);
    match &model.opened {
        Some(Opened::Here(message)) if wanted == Some(message.row.id) => {
            if state.reading.of != wanted {
                let tab = if state.reading.tab == Tab::Source { Tab::Message } else { state.reading.tab };
                state.reading = Reading { of: wanted, tab, ..Reading::default() };
                state.reading.lines = source::line_starts(message.source.as_deref().unwrap_or_default());
            }
            head(ui, model, state, message, out);
            body(ui, model, state, message, out);
        }
        Some(Opened::Missing(_)) => widgets::empty(
            ui,
            Icon::OpenDot,
            "This message is gone",
            "Somebody deleted it on the server, or its account was removed here.",
        ),
        _ => widgets::loading(ui, "Opening…"),
    }
}

/// The cross at the end of the pane's head.
pub(super) fn close_button(ui: &mut Ui, state: &mut State) {
    if widgets::icon_button(ui, Icon::Cross, "Close the message").clicked()
        && let Some(list) = state.list()
    {
        list.cursor = None;
        list.fold = None;
        list.choose_none();
    }
}

fn head(ui: &mut Ui, model: &Model, state: &mut State, message: &MessageView, out: &mut Vec<Command>) {
    let p = palette(ui);
    let margin =
        Margin { left: size::L as i8, right: size::M as i8, top: size::S as i8, bottom: size::S as i8 };
    Panel::top("reading head").frame(Frame::new().inner_margin(margin)).show_separator_line(true).show(
        ui,
        |ui| {
            let look = theme::class(message.row.class);
            let narrow = ui.available_width() < size::FOLD - size::SIDE_FOLDED;
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    close_button(ui, state);
                    if !narrow {
                        verbs_of(ui, model, state, message, out);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        widgets::sign(ui, look.icon, size::ICON, look.color(p));
                        let sentence = theme::title(words::tame_line(&message.sentence));
                        ui.add(Label::new(sentence).wrap());
                    });
                });
            });
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = size::XS;
                let from = widgets::quiet_meta(ui, &words::tame_line(&message.row.from));
                let from = from.on_hover_text("List all mail from this sender.");
                if from.accessible_name("List all mail from this sender").clicked() {
                    let text = format!("from:{}", message.row.from_address);
                    overview::to_quarantine(state, ListQuery { text, ..overview::all_of(None) }, out);
                }
                if message.row.from_address != message.row.from && !message.row.from_address.is_empty() {
                    ui.label(
                        theme::meta(format!("‹{}›", words::tame_line(&message.row.from_address)))
                            .color(p.muted),
                    );
                }
                ui.label(theme::meta("·").color(p.muted));
                let place = words::holding(&message.row, model.mode(&message.row.account));
                let rest = format!(
                    "{} · {} · {} of {} · score {:.2}",
                    model.now.exact(message.row.received),
                    place,
                    words::tame_line(&message.row.folder),
                    words::tame_line(&message.row.account),
                    message.row.score
                );
                widgets::cut(ui, theme::meta(rest).color(p.muted));
            });
            if narrow {
                ui.horizontal(|ui| {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        verbs_of(ui, model, state, message, out)
                    })
                });
            }
        },
    );
}

/// The verbs, from the right.
fn verbs_of(ui: &mut Ui, model: &Model, state: &mut State, message: &MessageView, out: &mut Vec<Command>) {
    if message.row.class == Class::GenuineBounce {
        return verbs_of_bounce(ui, message, out);
    }
    let rows = [&message.row];
    if verbs::can(&rows) == Can::Restore
        && widgets::quiet(ui, "Delete…")
            .on_hover_text("Delete it for ever; asks first. Key: Delete")
            .clicked()
    {
        state.dialog = verbs::delete_dialog(&rows);
    }
    if widgets::button(ui, "Block…").on_hover_text("Hold mail of this sender from now on. Key: b").clicked()
    {
        state.dialog = verbs::sender_dialog(model, SenderRule::Block, &rows);
    }
    let allow = verbs::allow_words(&rows);
    if widgets::button(ui, allow).on_hover_text("Keep mail of this sender from now on. Key: a").clicked() {
        state.dialog = verbs::sender_dialog(model, SenderRule::Allow, &rows);
    }
    match verbs::can(&rows) {
        Can::Restore => {
            let hover = format!("Put it back into {}. Key: r", message.row.folder);
            if widgets::button(ui, "Restore").on_hover_text(hover).clicked() {
                out.extend(verbs::restore(&rows));
            }
        }
        Can::Hold if verbs::would_hold(&message.row) => {
            let hover = "Move this one to the quarantine now, though the account only observes.";
            if widgets::button(ui, "Hold it now").on_hover_text(hover).clicked() {
                out.extend(verbs::hold(&rows));
            }
        }
        Can::Hold => {
            if widgets::button(ui, "Hold it").on_hover_text("Move it to the quarantine.").clicked() {
                out.extend(verbs::hold(&rows));
            }
        }
        Can::Nothing => {}
    }
}

/// The verbs of a bounce of the person's own mail, from the right. It is news, so it is neither held nor blocked here.
fn verbs_of_bounce(ui: &mut Ui, message: &MessageView, out: &mut Vec<Command>) {
    let rows = [message.row.clone()];
    let groups = problems::groups(&rows, GroupBy::Mail, Dealt::All);
    let all: Vec<Problem<'_>> = groups.into_iter().flat_map(|group| group.problems).collect();
    if all.is_empty() {
        return;
    }
    let dealt = all.iter().all(|problem| problem.failed.dealt);
    let hover = "Takes it out of the list. It stays under “Dealt with”. Key: d";
    if widgets::button(ui, if dealt { "Open again" } else { "Dealt with" }).on_hover_text(hover).clicked() {
        out.push(verbs::deal(&all, !dealt));
    }
    let addresses: Vec<&str> = all.iter().filter_map(|problem| problem.failed.recipient.as_deref()).collect();
    let words = if addresses.len() > 1 { "Copy addresses" } else { "Copy address" };
    if !addresses.is_empty() && widgets::button(ui, words).clicked() {
        ui.ctx().copy_text(addresses.join(", "));
    }
}

fn body(ui: &mut Ui, model: &Model, state: &mut State, message: &MessageView, out: &mut Vec<Command>) {
    let mut alike = None;
    let narrow = ui.available_width() < size::WHY * 2.0;
    let pad = Margin::symmetric(size::L as i8, size::S as i8);
    if !narrow {
        Panel::left("why")
            .resizable(true)
            .default_size(size::WHY)
            .size_range(size::WHY * 0.5..=ui.available_width() * 0.5)
            .frame(Frame::new())
            .show(ui, |ui| {
                ScrollArea::vertical().id_salt("why").auto_shrink(false).show(ui, |ui| {
                    Frame::new().inner_margin(pad).show(ui, |ui| {
                        alike = why::show(ui, &mut state.reading, message);
                    });
                });
            });
        if state.reading.tab == Tab::Why {
            state.reading.tab = Tab::Message;
        }
    }
    CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        tab_strip(ui, &mut state.reading, message, narrow);
        let frame = Frame::new().inner_margin(pad);
        if state.reading.tab == Tab::Source {
            source::show(ui, &mut state.reading, message);
            return;
        }
        let id = (state.reading.tab as u8, message.row.id);
        ScrollArea::vertical().id_salt(id).auto_shrink(false).show(ui, |ui| {
            frame.show(ui, |ui| match state.reading.tab {
                Tab::Why => alike = why::show(ui, &mut state.reading, message),
                Tab::Message => {
                    came_back(ui, model, message);
                    text(ui, message);
                }
                Tab::Html => html(ui, message),
                Tab::Attachments => {
                    if let Some(ask) = attachments::show(ui, message, &model.downloads) {
                        state.dialog = Some(Dialog::Save(ask));
                    }
                }
                Tab::Headers => way::show(ui, &model.now, &mut state.reading, message),
                Tab::Source => {}
            });
        });
    });
    if let Some(id) = alike {
        let query = ListQuery { text: quarantine::with_finding("", Some(&id)), ..overview::all_of(None) };
        overview::to_quarantine(state, query, out);
    }
}

fn tab_strip(ui: &mut Ui, reading: &mut Reading, message: &MessageView, narrow: bool) {
    let p = palette(ui);
    let mut all = Vec::new();
    if narrow {
        all.push((Tab::Why, "Why".to_owned()));
    }
    all.push((Tab::Message, "Message".to_owned()));
    if !message.html.trim().is_empty() {
        all.push((Tab::Html, "HTML as text".to_owned()));
    }
    if !message.attachments.is_empty() {
        all.push((Tab::Attachments, format!("Attachments {}", message.attachments.len())));
    }
    all.push((Tab::Headers, "Headers".to_owned()));
    all.push((Tab::Source, "Source".to_owned()));
    if !all.iter().any(|(tab, _)| *tab == reading.tab) {
        reading.tab = Tab::Message;
    }
    ui.horizontal(|ui| {
        ui.add_space(size::L);
        if let Some(tab) = widgets::tabs(ui, &all, reading.tab) {
            reading.tab = tab;
        }
    });
    ui.spacing_mut().item_spacing.y = 0.0;
    widgets::rule(ui, p);
    ui.spacing_mut().item_spacing.y = size::XS;
}

/// Of a bounce of the person's own mail: which mail it was, and what each server said.
fn came_back(ui: &mut Ui, model: &Model, message: &MessageView) {
    let (Class::GenuineBounce, Some(notice)) = (message.row.class, &message.notice) else { return };
    let mut facts: Vec<(&str, String, bool)> = Vec::new();
    if let Some(mail) = &notice.returned {
        facts.extend(mail.subject.as_ref().map(|subject| ("Your mail", words::subject(subject), false)));
        facts.extend(mail.date.map(|at| ("Sent", model.now.exact(at), false)));
        facts.extend((!mail.to.is_empty()).then(|| ("To", mail.to.join(", "), false)));
    }
    for report in notice.reports.iter().take(REPORTS) {
        facts.extend(report.recipient.clone().map(|address| ("Not delivered to", address, false)));
        facts.push(("Why", words::reason_sentence(report.reason), false));
        facts.extend(report.diagnostic.clone().map(|says| ("The server’s words", says, false)));
    }
    if facts.is_empty() {
        return;
    }
    attachments::facts(ui, ("came back", message.row.id), &facts);
    ui.add_space(size::M);
    widgets::rule(ui, palette(ui));
    ui.add_space(size::M);
}

fn text(ui: &mut Ui, message: &MessageView) {
    let p = palette(ui);
    ui.label(theme::strong(words::subject(&message.row.subject)));
    ui.add_space(size::S);
    let Some(text) = &message.text else {
        ui.label(
            theme::body("The text was not kept: Lazaret copies only mail that it flags or holds.")
                .color(p.muted),
        );
        return;
    };
    if text.trim().is_empty() {
        ui.label(theme::body("This mail has no text.").color(p.muted));
        return;
    }
    long(ui, text);
}

/// The words of the HTML, without anything that it would load, run or lead to.
fn html(ui: &mut Ui, message: &MessageView) {
    let says =
        "The words of the HTML part. Pictures, links and scripts are left out; the source tab has them.";
    ui.label(theme::meta(says).color(palette(ui).muted));
    ui.add_space(size::S);
    long(ui, &message.html);
}

/// Text of any length, cut at [`MAX_TEXT`].
fn long(ui: &mut Ui, text: &str) {
    let p = palette(ui);
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (shown, rest) = text.split_at(end);
    ui.scope(|ui| {
        ui.set_max_width((size::MEASURE + size::FORM_LABEL).min(ui.available_width()));
        ui.add(Label::new(theme::body(words::tame(shown))).selectable(true).wrap());
    });
    if !rest.is_empty() {
        ui.add_space(size::S);
        let says =
            format!("{} more are not shown here; the source tab has them.", words::bytes(rest.len() as u64));
        ui.label(theme::meta(says).color(p.muted));
    }
}

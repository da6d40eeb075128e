//! The attachments of the message in the reading pane: what each claims, what it is, what was found; and the
//! question before one is saved.

use eframe::egui::{Align, Frame, Grid, Label, Layout, Margin, Stroke, TextWrapMode, Ui};

use super::why;
use crate::engine::attachment::FileVerdict;
use crate::engine::verdict::{Attachment, Toward};
use crate::gui::state::SaveAsk;
use crate::gui::theme::{self, Icon, palette, size};
use crate::gui::{widgets, words};
use crate::service::command::Command;
use crate::service::event::MessageView;
use crate::service::save;

/// Findings that the question names; more are counted.
const NAMED_MOST: usize = 4;

/// Every attachment as a card. Returns the question about the one that is to be saved.
pub(super) fn show(ui: &mut Ui, message: &MessageView, downloads: &str) -> Option<SaveAsk> {
    let mut asked = None;
    for attachment in &message.attachments {
        let frame = Frame::new()
            .stroke(Stroke::new(size::STROKE, palette(ui).line))
            .corner_radius(size::RADIUS)
            .inner_margin(Margin::same(size::M as i8));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            if card(ui, message, attachment) {
                asked = Some(ask(message, attachment, downloads));
            }
        });
        ui.add_space(size::XS);
    }
    asked
}

/// The name of an attachment behind those of the containers around it.
fn title(attachment: &Attachment) -> String {
    let mut way = attachment.container.clone();
    way.push(attachment.name.clone().unwrap_or_else(|| "without a name".into()));
    words::tame_line(&way.join(" › "))
}

/// One attachment. Returns whether it is to be saved.
fn card(ui: &mut Ui, message: &MessageView, attachment: &Attachment) -> bool {
    let p = palette(ui);
    let mut wanted = false;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let is_here = message.source.is_some() && !attachment.sha256.is_empty();
            ui.add_enabled_ui(is_here, |ui| {
                let button = widgets::button(ui, "Save…").accessible_name(format!("Save {}…", title(attachment)));
                wanted = button
                    .on_disabled_hover_text(
                        "It is not kept here: Lazaret copies only mail that it flags or holds. Open the mail in \
                         your mail program to get at it.",
                    )
                    .clicked();
            });
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                widgets::sign(ui, Icon::Clip, size::ICON, p.muted);
                let bytes = theme::meta(words::bytes(attachment.size)).color(p.muted);
                ui.add(Label::new(theme::strong(title(attachment))).truncate());
                ui.label(bytes);
            });
        });
    });
    facts(
        ui,
        ("attachment", &attachment.part, &attachment.container, &attachment.name),
        &[
            ("Claims to be", attachment.declared.clone().unwrap_or_else(|| "nothing".into()), false),
            ("Is", words::detected(attachment), false),
            ("Part", attachment.part.clone(), false),
            ("SHA-256", attachment.sha256.clone(), true),
        ],
    );
    ui.add_space(size::XS);
    for finding in save::findings(attachment, &message.findings) {
        found(ui, finding.toward, &finding.says);
    }
    wanted
}

/// One finding: its direction and its sentence.
fn found(ui: &mut Ui, toward: Toward, says: &str) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = size::ROW_COMPACT;
        ui.horizontal_wrapped(|ui| {
            let (icon, color, _) = why::direction(toward, palette(ui));
            widgets::sign(ui, icon, size::SIGN, color);
            ui.label(theme::body(words::tame_line(says)));
        });
    });
}

/// A small table of facts: what, which, whether it is bytes.
pub(super) fn facts(ui: &mut Ui, id: impl std::hash::Hash, facts: &[(&str, String, bool)]) {
    let p = palette(ui);
    let id = eframe::egui::Id::unique(("facts", eframe::egui::util::hash(id)));
    let grid = Grid::new(id).min_row_height(size::ROW_BYTES);
    grid.num_columns(2).spacing([size::M, size::JOB_LINE]).show(ui, |ui| {
        for (what, which, bytes) in facts {
            ui.label(theme::meta(*what).color(p.muted));
            let text = words::tame_line(which);
            let text = if *bytes { theme::mono(text) } else { theme::meta(text) };
            ui.add(Label::new(text).wrap_mode(TextWrapMode::Wrap).selectable(true));
            ui.end_row();
        }
    });
}

fn ask(message: &MessageView, attachment: &Attachment, downloads: &str) -> SaveAsk {
    let found = save::findings(attachment, &message.findings);
    SaveAsk {
        message: message.row.id,
        sha256: attachment.sha256.clone(),
        name: attachment.name.clone(),
        verdict: save::verdict(&found),
        found: found.iter().map(|f| (f.toward, f.says.clone())).collect(),
        folder: downloads.to_owned(),
    }
}

/// The question before an attachment is saved: what was found in it, and where it is to go. Returns the
/// command where there is a folder.
pub(super) fn question(ui: &mut Ui, ask: &mut SaveAsk) -> Option<Command> {
    let p = palette(ui);
    let name = save::file_name(ask.name.as_deref());
    let against = ask.verdict != FileVerdict::Clean;
    let title = match ask.verdict {
        FileVerdict::Malicious => "Save something harmful?",
        FileVerdict::Suspicious => "Save something that could do harm?",
        FileVerdict::Clean => "Save the attachment",
    };
    ui.horizontal(|ui| {
        if against {
            widgets::sign(ui, Icon::Triangle, size::ICON, p.trouble);
        }
        ui.label(theme::title(title));
    });
    ui.add_space(size::S);
    ui.add(Label::new(theme::strong(words::tame_line(&name))).wrap());
    for (toward, says) in ask.found.iter().take(NAMED_MOST) {
        found(ui, *toward, says);
    }
    let more = ask.found.len().saturating_sub(NAMED_MOST);
    if more > 0 {
        ui.label(theme::meta(format!("and {} more", words::counted(more as u64, "finding"))).color(p.muted));
    }
    if ask.found.is_empty() {
        ui.label(theme::body("Nothing was found in it.").color(p.muted));
    }
    if against {
        ui.add_space(size::S);
        let says = match ask.verdict {
            FileVerdict::Malicious => {
                "Opening it would harm this computer. Save it only to hand it to somebody who examines such files."
            }
            _ => "Opened, it could harm this computer. Ask its sender by another way first.",
        };
        ui.add(Label::new(theme::body(says)).wrap());
    }
    ui.add_space(size::M);
    let label = ui.label(theme::meta("Folder").color(p.muted)).id;
    let width = ui.available_width();
    widgets::text_field(ui, &mut ask.folder, "The whole path of a folder", width, false).labelled_by(label);
    let says = "Lazaret writes over no file, opens nothing, and lets nobody else on this computer read it.";
    widgets::hint(ui, 0.0, says);
    (!ask.folder.trim().is_empty()).then(|| Command::SaveAttachment {
        message: ask.message,
        sha256: ask.sha256.clone(),
        name: ask.name.clone(),
        folder: ask.folder.trim().into(),
    })
}

/// What the button of the question says.
pub(super) fn deed(ask: &SaveAsk) -> &'static str {
    if ask.verdict == FileVerdict::Clean { "Save" } else { "Save it all the same" }
}

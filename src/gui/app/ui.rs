//! One frame: keys first, then the views over the snapshot, then their commands.

use eframe::egui::Ui;

use super::App;
use crate::gui::{keys, views};

pub(super) fn run(app: &mut App, ui: &mut Ui) {
    let mut commands = Vec::new();
    for deed in keys::pressed(ui.ctx()) {
        commands.extend(views::act(deed, &app.model, &mut app.state));
    }
    commands.extend(views::show(ui, &app.model, &mut app.state, app.link.closed));
    for command in commands {
        app.send(command);
    }
    if app.link.flush() {
        ui.ctx().request_repaint_after(crate::gui::theme::size::RETRY);
    }
    app.wear(ui.ctx());
}

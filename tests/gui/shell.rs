//! The window where the data can't be opened.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use eframe::egui::{self};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use lazaret::gui::{App, ServiceHandle, Shell};
use lazaret::service::Place;

/// Takes the folder of the first try, then that of the second, and so on.
fn window(place: Place) -> (Harness<'static, Shell>, Arc<Mutex<u32>>) {
    let tries = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&tries);
    let shell = Shell::fixed(Box::new(move || {
        *counted.lock().unwrap() += 1;
        place.open().map_err(|error| error.problem(None))?;
        let (commands, _) = tokio::sync::mpsc::channel(16);
        let (_, events) = mpsc::channel();
        Ok(ServiceHandle::new(commands, events))
    }));
    let harness = Harness::builder()
        .with_size(egui::vec2(1280.0, 800.0))
        .with_max_steps(12)
        .with_context_setup(App::dress)
        .build_ui_state(
            |ui, shell: &mut Shell| {
                shell.logic(ui.ctx());
                shell.ui(ui);
            },
            shell,
        );
    (harness, tries)
}

#[test]
fn a_damaged_database_is_told_in_the_window_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lazaret.db");
    let damaged = b"this is no database, however long it may be".repeat(100);
    std::fs::write(&file, &damaged).unwrap();
    let (mut harness, tries) = window(Place::at(folder.path()));
    harness.run();
    assert_eq!(harness.query_all_by_label("Lazaret can't open its data").count(), 1);
    let says = harness.query_all_by_label_contains("database").count();
    assert!(says > 0, "the sentence names the database");
    assert!(harness.query_by_label("Quit").is_some());
    assert_eq!(*tries.lock().unwrap(), 1, "no try per frame");
    assert_eq!(std::fs::read(&file).unwrap(), damaged, "the damaged file is left as it is");

    harness.get_by_label("Try again").click();
    harness.run();
    assert_eq!(*tries.lock().unwrap(), 2);
    assert_eq!(harness.query_all_by_label("Lazaret can't open its data").count(), 1);

    // The person puts the file away; the next try opens the window.
    std::fs::remove_file(&file).unwrap();
    harness.get_by_label("Try again").click();
    harness.run_ok();
    assert_eq!(*tries.lock().unwrap(), 3);
    assert!(harness.query_by_label("Lazaret can't open its data").is_none());
}

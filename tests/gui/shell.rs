//! The window where the data can't be opened.

use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eframe::egui::{self, ViewportCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use lazaret::gui::{App, Keeper, Memory, Opener, ServiceHandle, Shell};
use lazaret::service::{Event, ServiceError};
use lazaret::store::Store;

const TROUBLE: &str = "Lazaret can't open its data";

/// A window over what `open` opens.
fn window(open: Opener) -> Harness<'static, Shell> {
    Harness::builder()
        .with_size(egui::vec2(1280.0, 800.0))
        .with_max_steps(12)
        .with_context_setup(App::dress)
        .build_ui_state(
            |ui, shell: &mut Shell| {
                shell.logic(ui.ctx());
                shell.ui(ui);
            },
            Shell::fixed(open),
        )
}

/// Opens the database in `folder` as the service does, and counts the tries.
fn opener(folder: &Path) -> (Opener, Arc<Mutex<u32>>) {
    let tries = Arc::new(Mutex::new(0));
    let (counted, file) = (Arc::clone(&tries), folder.join("lazaret.db"));
    let open = move || {
        *counted.lock().unwrap() += 1;
        Store::open_waiting(&file, Duration::from_millis(50))
            .map_err(|error| ServiceError::from(error).problem(None))?;
        let (commands, _) = tokio::sync::mpsc::channel(16);
        let (_, events) = mpsc::channel();
        Ok(ServiceHandle::new(commands, events))
    };
    (Box::new(open), tries)
}

/// Paints frames until the thread that opens the data is done.
fn opened(harness: &mut Harness<'static, Shell>) {
    let end = Instant::now() + Duration::from_secs(30);
    // A click is pressed, released and followed up in frames of their own.
    harness.run_steps(4);
    while harness.query_by_label("Opening…").is_some() {
        assert!(Instant::now() < end, "the data is never opened");
        std::thread::sleep(Duration::from_millis(10));
        harness.step();
    }
    harness.run_ok();
}

/// Whether the window tells the trouble, in these words among others.
fn tells(harness: &Harness<'static, Shell>, words: &[&str]) -> bool {
    harness.query_by_label(TROUBLE).is_some()
        && words.iter().all(|text| harness.query_all_by_label_contains(text).next().is_some())
}

#[test]
fn a_damaged_database_is_told_in_the_window_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lazaret.db");
    let damaged = b"this is no database, however long it may be".repeat(100);
    std::fs::write(&file, &damaged).unwrap();
    let (open, tries) = opener(folder.path());
    let mut harness = window(open);
    opened(&mut harness);
    let path = file.display().to_string();
    assert!(tells(&harness, &[&path, "is damaged: it is not a database.", "No mail is lost"]));
    harness.run();
    assert_eq!(*tries.lock().unwrap(), 1, "no try per frame");
    assert_eq!(std::fs::read(&file).unwrap(), damaged, "the damaged file is left as it is");

    harness.get_by_label("Try again").click();
    opened(&mut harness);
    assert_eq!(*tries.lock().unwrap(), 2);
    assert!(tells(&harness, &["is damaged"]));

    // The person puts the file away; the next try opens the window.
    std::fs::remove_file(&file).unwrap();
    harness.get_by_label("Try again").click();
    opened(&mut harness);
    assert_eq!(*tries.lock().unwrap(), 3);
    assert!(harness.query_by_label(TROUBLE).is_none());
    assert!(harness.query_by_label("Try again").is_none());
}

#[test]
fn a_newer_database_is_told_in_the_window_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lazaret.db");
    drop(Store::open(&file).unwrap());
    let mut bytes = std::fs::read(&file).unwrap();
    // user_version stands in bytes 60..64 of the header, big-endian (sqlite.org/fileformat2, 1.3).
    bytes[60..64].copy_from_slice(&9_999u32.to_be_bytes());
    std::fs::write(&file, &bytes).unwrap();
    let mut harness = window(opener(folder.path()).0);
    opened(&mut harness);
    assert!(tells(&harness, &["a newer version of Lazaret (version 9999", "Install the newer version"]));
    assert_eq!(std::fs::read(&file).unwrap(), bytes);

    harness.get_by_label("Quit").click();
    harness.step();
    let output = &harness.output().viewport_output[&egui::ViewportId::ROOT];
    assert!(output.commands.contains(&ViewportCommand::Close), "{:?}", output.commands);
}

#[test]
fn a_database_that_another_program_holds_opens_once_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lazaret.db");
    drop(Store::open(&file).unwrap());
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let mut harness = window(opener(folder.path()).0);
    opened(&mut harness);
    assert!(tells(&harness, &["is in use by another program.", "Close the other Lazaret window or program"]));

    drop(other);
    harness.get_by_label("Try again").click();
    opened(&mut harness);
    assert!(harness.query_by_label(TROUBLE).is_none());
}

#[test]
fn the_window_paints_while_its_data_is_being_opened() {
    let (go, wait) = mpsc::channel::<()>();
    let folder = tempfile::tempdir().unwrap();
    let (mut open, _) = opener(folder.path());
    let mut harness = window(Box::new(move || {
        wait.recv().unwrap();
        open()
    }));
    for _ in 0..3 {
        harness.step();
        assert!(harness.query_by_label("Opening…").is_some());
    }
    go.send(()).unwrap();
    opened(&mut harness);
    assert!(harness.query_by_label(TROUBLE).is_none());
}

/// A window that remembers in `file`, over a service that knows the fixture's accounts and answers nothing.
fn remembering(file: &Path) -> Harness<'static, Shell> {
    let (events, received) = mpsc::channel();
    events.send(Event::Accounts(crate::fixture::accounts())).unwrap();
    let mut received = Some(received);
    let open: Opener = Box::new(move || {
        // The sender must live as long as the window, or the service counts as gone.
        std::mem::forget(events.clone());
        let (commands, kept) = tokio::sync::mpsc::channel(256);
        std::mem::forget(kept);
        Ok(ServiceHandle::new(commands, received.take().unwrap()))
    });
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let written = file.to_owned();
    let keeper = Keeper::start(Memory::from_text(&text), move |text| std::fs::write(&written, text).unwrap());
    let mut harness = Harness::builder()
        .with_size(egui::vec2(1280.0, 800.0))
        .with_max_steps(12)
        .with_context_setup(App::dress)
        .build_ui_state(
            |ui, shell: &mut Shell| {
                shell.logic(ui.ctx());
                shell.ui(ui);
            },
            Shell::fixed(open).remembering(Some(keeper)),
        );
    opened(&mut harness);
    harness
}

#[test]
fn the_view_is_back_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("window.json");
    let mut first = remembering(&file);
    assert!(!file.exists());
    let shows_senders = |window: &Harness<'static, Shell>| window.query_by_label("Allow sender").is_some();
    assert!(!shows_senders(&first));
    first.get_by_role_and_label(egui::accesskit::Role::Tab, "Senders").click();
    first.run_steps(6);
    assert!(shows_senders(&first), "the view of the senders is there");
    drop(first);
    assert!(std::fs::read_to_string(&file).unwrap().contains("Senders"));
    assert!(shows_senders(&remembering(&file)), "the second window begins where the first ended");

    std::fs::write(&file, "{ no file of ours").unwrap();
    assert!(!shows_senders(&remembering(&file)), "a broken file is a first start");
}

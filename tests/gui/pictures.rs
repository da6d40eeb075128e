//! Pictures of each view, light and dark, plain and at twice the pixels: what a change does to the look is seen
//! before it is shipped.
//!
//! Fonts, clock and mail are the same everywhere; the rasteriser (Mesa's, on the processor) may differ in a few
//! pixels. After a wanted change: `UPDATE_SNAPSHOTS=1 cargo nextest run --test gui pictures`, look at each new
//! picture in `snapshots`, and commit them.

use egui_kittest::SnapshotOptions;
use egui_kittest::kittest::Queryable;
use lazaret::service::command::{Colours, Look};
use lazaret::service::event::Event;

use crate::fixture;
use crate::harness::Window;

/// How much a pixel may differ before it counts.
const THRESHOLD: f32 = 1.0;
/// Pixels of a plain picture that may differ: a line of text that another rasteriser smooths otherwise.
const PIXELS: usize = 400;

/// Paints one view in every way; `prepare` brings it onto the window.
fn pictures(name: &str, prepare: impl Fn(&mut Window)) {
    let mut trouble = Vec::new();
    for (colours, shade) in [(Colours::Light, "light"), (Colours::Dark, "dark")] {
        for (pixels, scale) in [(1.0, "1x"), (2.0, "2x")] {
            let accounts = (name != "welcome").then(fixture::accounts);
            let mut window = Window::painted(pixels, Some(accounts.unwrap_or_default()));
            window.tell(Event::Look(Look { colours, percent: 100 }));
            prepare(&mut window);
            window.settle();
            let options = SnapshotOptions::new()
                .threshold(THRESHOLD)
                .max_failed_pixels(PIXELS * (pixels * pixels) as usize)
                .output_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gui/snapshots"));
            if let Err(error) =
                window.harness.try_snapshot_options(format!("{name}-{shade}-{scale}"), &options)
            {
                trouble.push(error.to_string());
            }
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[test]
fn pictures_of_the_welcome() {
    pictures("welcome", |_| {});
}

#[test]
fn pictures_of_the_overview() {
    pictures("overview", |window| drop(window.go("Overview")));
}

#[test]
fn pictures_of_the_quarantine() {
    pictures("quarantine", |window| {
        window.go("Quarantine");
        window.key(eframe::egui::Key::J);
        window.key(eframe::egui::Key::J);
    });
}

#[test]
fn pictures_of_the_bounces() {
    pictures("bounces", |window| drop(window.go("Bounces")));
}

#[test]
fn pictures_of_the_senders() {
    pictures("senders", |window| drop(window.go("Senders")));
}

#[test]
fn pictures_of_the_activity() {
    pictures("activity", |window| drop(window.go("Activity")));
}

#[test]
fn pictures_of_the_settings() {
    pictures("settings", |window| window.harness.get_by_label("Settings").click());
}

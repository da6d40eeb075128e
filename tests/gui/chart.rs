//! The overview's chart: zoom, and the way from a column to its messages.

use eframe::egui::{Event as Input, Modifiers, PointerButton, Pos2};
use egui_kittest::kittest::Queryable;
use lazaret::engine::verdict::Class;
use lazaret::service::command::{ChartQuery, ChartStep, Command, ListQuery, Shelf};

use crate::harness::Window;

/// The last question about the chart.
fn charted(window: &Window) -> ChartQuery {
    let last = window.questions.iter().rev().find_map(|c| match c {
        Command::Chart(query) => Some(*query),
        _ => None,
    });
    last.expect("the chart was asked for")
}

/// The last question about the table.
fn listed(window: &Window) -> ListQuery {
    let last = window.questions.iter().rev().find_map(|c| match c {
        Command::List(query) if query.shelf != Shelf::Bounces => Some(query.clone()),
        _ => None,
    });
    last.expect("a list was asked for")
}

fn span(query: &ListQuery) -> (String, String) {
    (query.since.unwrap().to_string(), query.until.unwrap().to_string())
}

fn middle(window: &Window, name: &str) -> Pos2 {
    window.harness.get_by_label(name).rect().center()
}

fn press(pos: Pos2, pressed: bool) -> Input {
    Input::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE }
}

fn drag(window: &mut Window, from: Pos2, to: Pos2) {
    window.harness.event(Input::PointerMoved(from));
    window.harness.event(press(from, true));
    window.harness.run();
    for share in [0.3, 0.7, 1.0] {
        window.harness.event(Input::PointerMoved(from + (to - from) * share));
        window.harness.run();
    }
    window.harness.event(press(to, false));
    window.settle();
}

#[test]
fn a_part_of_a_column_lists_its_class_in_its_time() {
    let mut window = Window::open();
    assert_eq!(charted(&window).step, ChartStep::Day);
    window.click("10 Mar: Backscatter, 31");
    let query = listed(&window);
    assert_eq!((query.class, query.shelf), (Some(Class::Backscatter), Shelf::All));
    assert_eq!(span(&query), ("2026-03-10T00:00:00Z".into(), "2026-03-11T00:00:00Z".into()));
    assert!(window.shows("Received: 10 Mar"), "the filter says so");
    window.click("Clear filters");
    assert_eq!(listed(&window).since, None);
}

#[test]
fn above_its_parts_a_column_lists_all_of_them_and_a_storm_is_named() {
    let mut window = Window::open();
    assert!(window.shows("10 Mar: 32 messages, a storm"));
    assert!(!window.shows_part("9 Mar: 9 messages, a storm"));
    let name = "9 Mar: 9 messages";
    let rect = window.harness.get_by_label(name).rect();
    let pos = rect.center_top() + eframe::egui::vec2(0.0, 4.0);
    window.harness.hover_at(pos);
    window.harness.run();
    window.harness.event(press(pos, true));
    window.harness.event(press(pos, false));
    window.settle();
    let query = listed(&window);
    assert_eq!((query.class, query.shelf), (None, Shelf::All));
    assert_eq!(span(&query), ("2026-03-09T00:00:00Z".into(), "2026-03-10T00:00:00Z".into()));
}

#[test]
fn dragging_looks_closer_by_the_hour_and_zooming_out_leads_back() {
    let mut window = Window::open();
    let (from, to) = (middle(&window, "9 Mar: Backscatter, 9"), middle(&window, "11 Mar: Backscatter, 18"));
    drag(&mut window, from, to);
    let query = charted(&window);
    assert_eq!(query.step, ChartStep::Hour);
    assert_eq!(
        (query.from.to_string(), query.until.to_string()),
        ("2026-03-09T00:00:00Z".into(), "2026-03-12T00:00:00Z".into())
    );
    assert!(window.shows("Time: 9 Mar to 11 Mar"));
    window.click("10 Mar 09:00 to 10:00: Backscatter, 31");
    assert_eq!(span(&listed(&window)), ("2026-03-10T09:00:00Z".into(), "2026-03-10T10:00:00Z".into()));
    assert!(window.shows("Received: 10 Mar 09:00 to 10:00"));
    window.go("Overview");
    window.click("Earlier in time");
    assert_eq!(charted(&window).from.to_string(), "2026-03-07T12:00:00Z");
    window.click("Later in time");
    window.click("Zoom out");
    assert!(window.shows("Time: Last 7 days"));
    window.click("Zoom out");
    assert_eq!(charted(&window).from.to_string(), "2026-02-11T00:00:00Z");
}

#[test]
fn a_length_of_time_is_chosen() {
    let mut window = Window::open();
    for (name, next, step) in [
        ("Time: Last 30 days", "Last 24 hours", ChartStep::Hour),
        ("Time: Last 24 hours", "Last year", ChartStep::Week),
    ] {
        window.click(name);
        window.click(next);
        assert_eq!(charted(&window).step, step, "{next}");
    }
}

#[test]
fn servers_and_kinds_of_attack_lead_to_their_messages() {
    let mut window = Window::open();
    window.click("mx.example.net: 61");
    let query = listed(&window);
    assert_eq!((query.class, query.text.as_str()), (Some(Class::Backscatter), "server:mx.example.net"));
    window.go("Overview");
    window.click("A program whose name or declared type says that it is something harmless.: 3");
    let query = listed(&window);
    assert_eq!((query.class, query.text.as_str()), (None, "finding:attachment.executable_disguised"));
}

#[test]
fn the_table_is_narrowed_to_the_last_days() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click("Received: Any time");
    window.click("Last 7 days");
    assert_eq!(listed(&window).since.unwrap().to_string(), "2026-03-05T10:00:00Z");
}

//! Filter, sort, selection, search and moving about.

use eframe::egui::{Key, Modifiers, OutputCommand};
use egui_kittest::kittest::{NodeT, Queryable};
use lazaret::engine::verdict::Class;
use lazaret::service::command::{Command, Group, ListQuery, Shelf, SortBy, Within};
use lazaret::service::event::{Event, GroupView, ReporterView};

use crate::harness::{Answers, Window};

/// The last question about a list that clicking or typing leads to.
fn asked(window: &mut Window, act: impl FnOnce(&mut Window)) -> ListQuery {
    window.questions.clear();
    act(window);
    let last = window.questions.iter().rev().find_map(|c| match c {
        Command::List(query) => Some(query.clone()),
        _ => None,
    });
    last.expect("a list was asked for")
}

#[test]
fn a_click_on_a_head_sorts_and_a_second_turns_round() {
    let mut window = Window::open();
    window.go("Quarantine");
    let query = asked(&mut window, |w| {
        w.click("Sort by from");
    });
    assert_eq!((query.sort, query.descending), (SortBy::From, false));
    let query = asked(&mut window, |w| {
        w.click("Sort by from");
    });
    assert_eq!((query.sort, query.descending), (SortBy::From, true));
    let query = asked(&mut window, |w| {
        w.click("Sort by score");
    });
    assert_eq!((query.sort, query.descending), (SortBy::Score, true));
}

#[test]
fn the_class_filter_asks_for_that_class() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click("Class: All classes");
    let query = asked(&mut window, |w| {
        w.click("Malicious (3)");
    });
    assert_eq!(query.class, Some(Class::Malicious));
    assert!(window.shows("Class: Malicious"));
    let query = asked(&mut window, |w| {
        w.click("Clear filters");
    });
    assert_eq!(query.class, None);
}

#[test]
fn the_account_filter_and_the_shelf() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click("Account: All accounts");
    let query = asked(&mut window, |w| {
        let by = egui_kittest::kittest::by().role(eframe::egui::accesskit::Role::Button).label("Home");
        w.harness.get(by).click();
        w.settle();
    });
    assert_eq!(query.account.as_deref(), Some("Home"));
    window.click("Which mail: Held");
    let query = asked(&mut window, |w| {
        w.click("All judged mail");
    });
    assert_eq!(query.shelf, Shelf::All);
}

#[test]
fn slash_searches_and_typed_letters_are_no_verbs() {
    let mut window = Window::open();
    window.key(Key::Slash);
    let query = asked(&mut window, |w| {
        w.fill("Search", "rab");
    });
    assert_eq!(query.text, "rab");
    assert!(window.shows("Nothing matches"));
    assert!(window.settle().is_empty());
}

#[test]
fn shift_and_control_choose_several() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    window.click_row("failure notice", Modifiers::SHIFT);
    assert!(window.shows("6 messages chosen"));
    window.click_row("Ваша посылка", Modifiers::COMMAND);
    assert!(window.shows("5 messages chosen"));
    window.click("Choose none");
    assert!(window.shows("6 held, 2 would be"));
}

#[test]
fn boxes_choose_one_and_all() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click("Choose Invoice 4471 overdue");
    window.click("Choose failure notice");
    assert!(window.shows("2 messages chosen"));
    window.click("Choose all");
    assert!(window.shows("8 messages chosen"));
}

#[test]
fn the_keys_walk_the_list() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.key(Key::J);
    window.key(Key::ArrowDown);
    assert!(window.shows_part("mx.example.net returned a mail in your name"));
    window.key(Key::K);
    assert!(window.shows_part("a program that calls itself a document"));
    window.key(Key::J);
    window.harness.key_press_modifiers(Modifiers::SHIFT, Key::J);
    window.settle();
    window.harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    window.settle();
    assert!(window.shows("3 messages chosen"));
    window.key(Key::Escape);
    assert!(!window.shows("Close the message"));
}

#[test]
fn escape_in_the_search_clears_it_and_leaves_the_message_open() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    assert!(window.shows("Close the message"));
    let said = asked(&mut window, |w| drop(w.fill("Search", "invoice")));
    assert_eq!(said.text, "invoice");
    let said = asked(&mut window, |w| drop(w.key(Key::Escape)));
    assert_eq!(said.text, "");
    assert!(window.shows("Close the message"));
    window.key(Key::Escape);
    assert!(!window.shows("Close the message"));
}

#[test]
fn a_chord_that_falls_into_one_frame_counts() {
    let mut window = Window::open();
    let key = |pressed, modifiers| eframe::egui::Event::Key {
        key: Key::Num2,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers,
    };
    let input = window.harness.input_mut();
    input.events.extend([key(true, Modifiers::COMMAND), key(false, Modifiers::NONE)]);
    window.settle();
    assert!(window.shows("Choose all"));
}

#[test]
fn when_the_open_message_leaves_the_list_the_next_one_opens() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    let query = ListQuery { descending: true, limit: 400, group: Group::Storm, ..ListQuery::default() };
    let mut page = crate::fixture::page(&query);
    page.rows.remove(0);
    window.tell(Event::List(page));
    window.settle();
    assert!(window.shows_part("mx.example.net returned a mail in your name"));
}

#[test]
fn a_change_at_the_service_is_asked_for_once() {
    let mut window = Window::open();
    window.questions.clear();
    for _ in 0..5 {
        window.tell(Event::Changed);
    }
    window.settle();
    let overviews = window.questions.iter().filter(|c| matches!(c, Command::Overview)).count();
    assert!((1..=2).contains(&overviews), "{overviews}");
}

#[test]
fn figures_lead_to_their_messages() {
    let mut window = Window::open();
    let query = asked(&mut window, |w| {
        w.click("Suspicious: 1");
    });
    assert_eq!((query.class, query.shelf), (Some(Class::Suspicious), Shelf::All));
    // A table measures its columns in its first pass.
    window.harness.run();
    let rect = window.row("Order form").rect();
    assert!(rect.is_positive(), "{rect:?}");
}

#[test]
fn the_keyboard_changes_views_and_shows_its_keys() {
    let mut window = Window::open();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num4);
    window.settle();
    assert!(window.shows("Allowed (2)"));
    window.key(Key::F1);
    assert!(window.shows("Undo what was done last"));
    window.key(Key::Escape);
    assert!(!window.shows("Undo what was done last"));
}

#[test]
fn a_narrow_window_folds_and_keeps_its_verbs() {
    let mut window = Window::sized(720.0, Answers::Fixture, Some(crate::fixture::accounts()));
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    assert!(!window.shows("Sort by account"));
    window.click("Why");
    assert!(window.shows_part("is a Windows program"));
    assert!(matches!(&window.click("Restore")[..], [Command::Restore(ids)] if ids == &[1]));
}

#[test]
fn rows_can_be_folded_by_storm_or_sender_and_columns_left_out() {
    let mut window = Window::open();
    window.go("Quarantine");
    let query = asked(&mut window, |w| {
        w.click("Rows: Storms folded");
        w.click("By sender");
    });
    assert_eq!(query.group, Group::Sender);
    window.key(Key::Escape);
    assert!(window.shows("Sort by received"));
    window.click("Choose columns");
    window.click("Received");
    window.key(Key::Escape);
    window.settle();
    assert!(!window.shows("Sort by received"), "the column is gone");
}

#[test]
fn a_storm_is_one_row_one_decision_and_a_text_for_each_postmaster() {
    let mut window = Window::open();
    window.go("Quarantine");
    let query = ListQuery { descending: true, limit: 400, group: Group::Storm, ..ListQuery::default() };
    let mut page = crate::fixture::page(&query);
    let place = page.rows.iter().position(|row| row.class == Class::Backscatter).unwrap();
    (page.rows[place].members, page.rows[place].storm) = (61, "key".into());
    let members = page.rows.clone();
    window.tell(Event::List(page));
    let wishes = window.click_row("Undelivered Mail", Modifiers::NONE);
    let within = Within::Storm("key".into());
    let opens = |c: &Command| matches!(c, Command::OpenGroup { within: w, .. } if *w == within);
    assert!(wishes.iter().any(opens), "{wishes:?}");
    let reporter = ReporterView {
        server: Some("mx.example.net".into()),
        count: 40,
        since: crate::fixture::now(),
        until: crate::fixture::now(),
        letter: "Dear postmaster".into(),
    };
    window.tell(Event::Group(Box::new(GroupView {
        within: within.clone(),
        rows: members.clone(),
        since: Some(crate::fixture::now()),
        until: Some(crate::fixture::now()),
        accounts: vec![("Work".into(), 61)],
        reporters: vec![reporter],
    })));
    assert!(window.shows_part("A storm: ") && window.shows("mx.example.net"));
    window.harness.get_by_label("Copy text for postmaster").click();
    let copied = |c: &OutputCommand| matches!(c, OutputCommand::CopyText(t) if t == "Dear postmaster");
    // A click is pressed and released in frames of their own; a command stands in the output of one.
    let done = (0..4).any(|_| {
        window.harness.step();
        window.harness.output().platform_output.commands.iter().any(copied)
    });
    assert!(done, "nothing was copied");
    let asked = asked(&mut window, |w| drop(w.click("List them one by one")));
    assert_eq!(asked.within, Some(within));
    assert!(window.shows("Clear filters"));
}

#[test]
fn filters_that_do_not_fit_are_in_one_menu() {
    let mut window = Window::sized(820.0, Answers::Fixture, Some(crate::fixture::accounts()));
    window.go("Quarantine");
    assert!(!window.shows("Rows: Storms folded"));
    window.click("More filters");
    window.click("Rows: Storms folded");
    let query = asked(&mut window, |w| drop(w.click("One by one")));
    assert_eq!(query.group, Group::None);
}

#[test]
fn a_finding_and_a_sender_narrow_the_list() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.fill("Search", "invoice");
    window.click("Finding: Any finding");
    let means = "A program whose name or declared type says that it is something harmless.";
    let query = asked(&mut window, |w| drop(w.click(means)));
    assert_eq!(query.text, "invoice finding:attachment.executable_disguised");
    window.click(&format!("Finding: {means}"));
    let query = asked(&mut window, |w| drop(w.click("Any finding")));
    assert_eq!(query.text, "invoice");

    window.click_row("Invoice 4471", Modifiers::NONE);
    let query = asked(&mut window, |w| drop(w.click("List all mail from this sender")));
    assert_eq!((query.text.as_str(), query.shelf), ("from:billing@invoices.example", Shelf::All));
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    window.click("For holding it: invoice.pdf.exe is a Windows program and claims to be a PDF document.");
    let name = "List all mail with this finding: attachment.executable_disguised";
    let query = asked(&mut window, |w| drop(w.click(name)));
    assert_eq!(query.text, "finding:attachment.executable_disguised");
}

#[test]
fn what_came_since_the_last_visit_is_counted_and_stands_out() {
    let mut window = Window::open();
    let overview =
        lazaret::service::event::OverviewView { seen: Some(3), new: 5, ..crate::fixture::overview() };
    window.tell(Event::Overview(overview));
    assert!(window.shows("5 new since your last visit"));
    window.go("Quarantine");
    assert!(window.shows("6 held, 2 would be · 5 new"));
    assert!(window.row("failure notice").accesskit_node().label().unwrap().ends_with(", new"));
    assert!(!window.row("Invoice 4471").accesskit_node().label().unwrap().ends_with(", new"));
}

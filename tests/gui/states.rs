//! Empty, loading and error states; no repaint while nothing changes.

use eframe::egui::{Key, Modifiers};
use lazaret::service::command::{Dealt, Group, ListQuery, Shelf};
use lazaret::service::event::{AccountState, Event, ListPage, OverviewView, Problem};

use crate::fixture;
use crate::harness::{Answers, Window};

fn silent() -> Window {
    Window::sized(1280.0, Answers::Nobody, Some(fixture::accounts()))
}

fn nothing(shelf: Shelf) -> Event {
    let (group, limit, dealt) = match shelf {
        Shelf::Bounces => (Group::None, 200, Dealt::Open),
        _ => (Group::Storm, 400, Dealt::All),
    };
    let query = ListQuery { shelf, group, dealt, descending: true, limit, ..ListQuery::default() };
    Event::List(ListPage {
        query,
        rows: Vec::new(),
        total: 0,
        matching: 0,
        fault: None,
        per_class: Vec::new(),
    })
}

#[test]
fn each_view_waits_in_words() {
    let mut window = silent();
    for (view, words) in [
        ("Overview", "Adding up…"),
        ("Quarantine", "Reading the list…"),
        ("Bounces", "Reading the list…"),
        ("Senders", "Reading the list…"),
        ("Activity", "Reading the journal…"),
    ] {
        window.go(view);
        assert!(window.shows(words), "{view}");
    }
}

#[test]
fn each_view_is_empty_in_words() {
    let mut window = silent();
    for event in [
        nothing(Shelf::Quarantine),
        nothing(Shelf::Bounces),
        Event::Senders(Vec::new()),
        Event::Activity(Vec::new()),
        Event::Overview(OverviewView::default()),
    ] {
        window.tell(event);
    }
    for (view, words) in [
        ("Overview", "All quiet"),
        ("Quarantine", "Nothing is held"),
        ("Bounces", "All your mail arrived"),
        ("Senders", "Nobody is allowed or blocked"),
        ("Activity", "Nothing was done yet"),
    ] {
        window.go(view);
        assert!(window.shows(words), "{view}");
    }
}

#[test]
fn a_list_that_cannot_be_read_says_why_and_what_to_do() {
    let mut window = silent();
    window.go("Quarantine");
    window.tell(Event::Problem(Problem {
        account: None,
        says: "The database is damaged.".into(),
        advice: "Restore it from a copy.".into(),
    }));
    assert!(window.shows("The database is damaged."));
    assert!(window.shows("Restore it from a copy."));
}

#[test]
fn trouble_with_an_account_is_shown_where_it_is_looked_for() {
    let mut window = Window::open();
    let mut accounts = fixture::accounts();
    accounts[0].state = AccountState::Trouble("imap.example.org refused the connection on port 993".into());
    window.tell(Event::Accounts(accounts));
    assert!(window.shows("Trouble with Work"));
    assert!(window.shows("Work could not be synced"));
    assert!(window.shows("imap.example.org refused the connection on port 993"));
}

#[test]
fn a_message_that_is_gone_says_so() {
    let mut window = silent();
    let query = ListQuery { descending: true, limit: 400, group: Group::Storm, ..ListQuery::default() };
    window.tell(Event::List(fixture::page(&query)));
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    assert!(window.shows("Opening…"));
    window.tell(Event::NotFound(1));
    assert!(window.shows("This message is gone"));
}

#[test]
fn a_service_that_has_ended_is_said_to_have() {
    let mut window = Window::open();
    window.part();
    window.harness.run();
    assert!(window.shows_part("background work has stopped"));
}

#[test]
fn nothing_is_repainted_while_nothing_changes() {
    let mut window = Window::open();
    for view in ["Overview", "Quarantine", "Bounces", "Senders", "Activity"] {
        window.go(view);
        window.harness.run();
        let delay = window.harness.output().viewport_output.values().map(|v| v.repaint_delay).min().unwrap();
        assert_eq!(delay, std::time::Duration::MAX, "{view}");
    }
}

#[test]
fn a_search_that_cannot_be_read_is_said_in_words_and_help_knows_the_language() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.fill("Search", "class:virus");
    assert!(window.shows("This search can’t be read"));
    assert!(window.shows_part("“class:virus” is not known"));
    window.key(Key::Escape);
    assert!(!window.shows("This search can’t be read"));
    window.key(Key::F1);
    for (_, example, _) in lazaret::service::search::FILTERS {
        assert!(window.shows(example), "{example} is not explained");
    }
}

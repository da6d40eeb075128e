//! Delivery problems: groups, marks, undo, keys.

use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use lazaret::service::command::{Command, Dealt, ListQuery, Mark, Shelf};
use lazaret::service::event::Event;

use crate::harness::Window;

/// Chooses `what` in the list that is called `name`.
fn choose(window: &mut Window, name: &str, what: &str) {
    window.click(name);
    window.click(what);
}

#[test]
fn bounces_are_delivery_problems_by_person() {
    let mut window = Window::open();
    window.go("Bounces");
    assert!(window.shows("Mail to 3 people could not be delivered"));
    assert!(window.shows_part("2 bounces since"));
    assert!(window.shows("Trying again won't help; check the address."));
    let both = "Open the bounce of Greetings";
    assert_eq!(window.harness.get_all_by_label(both).count(), 2, "in the card of each of its recipients");
    window.click("Open the bounce of Minutes of Tuesday");
    assert!(window.shows_part("You sent the returned mail on 11 March."));
    assert!(
        window.shows("The mailbox is full.") && window.shows("452 4.2.2 mailbox full"),
        "why, and in whose words"
    );
    assert!(!window.shows("Hold it") && !window.shows("Block…"), "a bounce of one’s own mail is news");
    let wishes = window.click("Dealt with");
    assert_eq!(marks(&wishes), (vec![(101, "b.miller@firm.example")], true));
    window.key(Key::Escape);
    window.click("Open the mail: old.name@example.net");
    assert!(window.shows("Copy addresses"), "of both whom it did not reach");
}

/// What a wish marks: messages with recipients, and whether as dealt with.
fn marks(wishes: &[Command]) -> (Vec<(i64, &str)>, bool) {
    let [Command::MarkDealt { marks, dealt }] = wishes else { panic!("{wishes:?}") };
    (marks.iter().map(|m| (m.message, m.recipient.as_str())).collect(), *dealt)
}

#[test]
fn bounces_are_dealt_with_by_person_by_mail_and_one_by_one() {
    let mut window = Window::open();
    window.go("Bounces");
    let wishes = window.click("Dealt with: b.miller@firm.example");
    let miller = "b.miller@firm.example";
    assert_eq!(marks(&wishes), (vec![(101, miller), (102, miller)], true));
    let wishes = window.click("Dealt with: Agenda for Tuesday, Tue 08:00");
    assert_eq!(marks(&wishes), (vec![(102, miller)], true));
    // One of the two whom the mail did not reach, not the other.
    let wishes = window.click("Dealt with: c.jones@example.net");
    assert_eq!(marks(&wishes), (vec![(103, "c.jones@example.net")], true));

    choose(&mut window, "Groups: By person", "By mail");
    assert!(window.shows("3 mails could not be delivered"));
    assert!(window.shows_part("It did not reach 2 people."));
    assert!(window.shows_part("the address does not exist. Trying again won't help; check the address."));
    let wishes = window.click("Dealt with: Greetings");
    assert_eq!(marks(&wishes), (vec![(103, "old.name@example.net"), (103, "c.jones@example.net")], true));

    window.tell(Event::Dealt {
        says: "2 delivery problems are dealt with.".into(),
        marks: vec![Mark { message: 103, recipient: String::new() }],
        dealt: true,
    });
    assert!(window.shows("2 delivery problems are dealt with."));
    assert_eq!(marks(&window.key(Key::U)), (vec![(103, "")], false));
}

#[test]
fn dealt_with_by_key_goes_down_what_is_seen() {
    let mut window = Window::open();
    window.go("Bounces");
    window.key(Key::J);
    window.key(Key::J);
    let wishes = window.key(Key::D);
    assert_eq!(marks(&wishes), (vec![(102, "b.miller@firm.example")], true), "the next in the same card");
}

#[test]
fn what_is_dealt_with_is_kept_and_can_be_looked_at() {
    let mut window = Window::open();
    window.go("Bounces");
    choose(&mut window, "Which bounces: Open", "Dealt with");
    assert!(window.shows("Nothing is dealt with yet"));
    let asked = window.questions.iter().filter_map(|c| match c {
        Command::List(query) if query.shelf == Shelf::Bounces => Some(query.dealt),
        _ => None,
    });
    assert_eq!(asked.collect::<Vec<_>>(), [Dealt::Open, Dealt::Done]);
    let mut page = crate::fixture::page(&ListQuery { shelf: Shelf::Bounces, ..ListQuery::default() });
    for failed in page.rows.iter_mut().flat_map(|r| r.notice.iter_mut()).flat_map(|n| &mut n.failed) {
        failed.dealt = true;
    }
    page.query = window
        .questions
        .iter()
        .rev()
        .find_map(|c| match c {
            Command::List(query) if query.shelf == Shelf::Bounces => Some(query.clone()),
            _ => None,
        })
        .unwrap();
    window.tell(Event::List(page));
    assert!(window.shows("3 people dealt with"));
    let wishes = window.click("Open again: old.name@example.net");
    assert_eq!(marks(&wishes), (vec![(103, "old.name@example.net")], false));
}

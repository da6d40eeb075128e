//! The keyboard reaches every control of every view, and each says what it is.

use std::collections::BTreeSet;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable, by};

use crate::harness::Window;

/// What a person may act upon.
const CONTROLS: [Role; 11] = [
    Role::Button,
    Role::CheckBox,
    Role::ColumnHeader,
    Role::ComboBox,
    Role::Link,
    Role::PasswordInput,
    Role::RadioButton,
    Role::Slider,
    Role::Switch,
    Role::Tab,
    Role::TextInput,
];

/// The controls that are there, or the one of them that has the focus, by what they are and are called.
fn controls(window: &Window, focused: bool) -> BTreeSet<String> {
    let wanted = by().predicate(move |node| {
        CONTROLS.contains(&node.role()) && !node.is_disabled() && (!focused || node.is_focused())
    });
    let all = window.harness.query_all(wanted);
    all.map(|node| {
        let node = node.accesskit_node();
        let name = node.label().or_else(|| node.labelled_by().find_map(|label| label.value()));
        let name = name.filter(|name| !name.trim().is_empty());
        format!("{:?} {}", node.role(), name.unwrap_or_else(|| panic!("{:?} without a name", node.role())))
    })
    .collect()
}

fn assert_reached(window: &mut Window, view: &str) {
    let there = controls(window, false);
    assert!(there.len() > 8, "{view}: {there:?}");
    let mut reached = BTreeSet::new();
    let mut first = None;
    for _ in 0..400 {
        window.key(Key::Tab);
        let now = controls(window, true);
        if !now.is_empty() && first.as_ref() == Some(&now) && reached.len() > 3 {
            break;
        }
        if first.is_none() && !now.is_empty() {
            first = Some(now.clone());
        }
        reached.extend(now);
    }
    let missed: Vec<&String> = there.difference(&reached).collect();
    assert!(missed.is_empty(), "{view}: Tab does not reach {missed:#?}");
}

#[test]
fn tab_reaches_every_control_of_every_view() {
    for view in ["Overview", "Quarantine", "Bounces", "Senders", "Activity"] {
        let mut window = Window::open();
        window.go(view);
        assert_reached(&mut window, view);
    }
    for (button, view) in [("Settings", "Settings"), ("Add account", "Add an account")] {
        let mut window = Window::open();
        window.click(button);
        assert_reached(&mut window, view);
    }
}

#[test]
fn tab_reaches_what_is_said_and_done_about_one_message() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    assert_reached(&mut window, "a message");
    for tab in ["Headers", "Source"] {
        let mut window = Window::open();
        window.go("Quarantine");
        window.click_row("Invoice 4471", Modifiers::NONE);
        window.click(tab);
        assert_reached(&mut window, tab);
    }
}

#[test]
fn a_question_keeps_the_keys_and_every_answer_is_reached() {
    let mut window = Window::open();
    window.go("Quarantine");
    window.click_row("Invoice 4471", Modifiers::NONE);
    window.key(Key::Delete);
    let mut reached = BTreeSet::new();
    for _ in 0..12 {
        window.key(Key::Tab);
        reached.extend(controls(&window, true));
    }
    let answers: BTreeSet<String> = ["Button Delete for ever", "Button Keep it"].map(String::from).into();
    assert_eq!(reached, answers);
}

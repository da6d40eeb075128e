//! The keyboard as data: one table, read by the window and by the help overlay.

use eframe::egui::{Context, Event, Id, Key, Modifiers};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Deed {
    Next,
    Previous,
    ExtendNext,
    ExtendPrevious,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    SelectAll,
    Restore,
    Allow,
    Block,
    Dealt,
    Delete,
    Undo,
    Search,
    Help,
    Back,
    Sync,
    Close,
    Quit,
    /// A view of the list at the side, by place.
    View(usize),
    Settings,
}

/// One row of the table.
pub(crate) struct Binding {
    pub(crate) modifiers: Modifiers,
    pub(crate) key: Key,
    pub(crate) deed: Deed,
    /// The key as the help names it; empty for a second key of a deed that is named already.
    pub(crate) name: &'static str,
    /// What it does, in words.
    pub(crate) says: &'static str,
}

const fn bind(modifiers: Modifiers, key: Key, deed: Deed, name: &'static str, says: &'static str) -> Binding {
    Binding { modifiers, key, deed, name, says }
}

const NONE: Modifiers = Modifiers::NONE;

/// Every key. Those with modifiers stand first, so that a plain key does not take theirs.
pub(crate) const KEYS: &[Binding] = &[
    bind(Modifiers::SHIFT, Key::J, Deed::ExtendNext, "", ""),
    bind(Modifiers::SHIFT, Key::K, Deed::ExtendPrevious, "", ""),
    bind(Modifiers::SHIFT, Key::ArrowDown, Deed::ExtendNext, "", ""),
    bind(Modifiers::SHIFT, Key::ArrowUp, Deed::ExtendPrevious, "", ""),
    bind(NONE, Key::J, Deed::Next, "j or ↓", "Next message (with Shift: choose it too)"),
    bind(NONE, Key::ArrowDown, Deed::Next, "", ""),
    bind(NONE, Key::K, Deed::Previous, "k or ↑", "Message before (with Shift: choose it too)"),
    bind(NONE, Key::ArrowUp, Deed::Previous, "", ""),
    bind(NONE, Key::PageUp, Deed::PageUp, "Page up, down", "One screen of messages"),
    bind(NONE, Key::PageDown, Deed::PageDown, "", ""),
    bind(NONE, Key::Home, Deed::First, "Home, End", "First or last message"),
    bind(NONE, Key::End, Deed::Last, "", ""),
    bind(NONE, Key::Enter, Deed::Open, "Enter", "Open the message, or its strongest finding in the source"),
    bind(Modifiers::COMMAND, Key::A, Deed::SelectAll, "Ctrl+A", "Choose all that is listed"),
    bind(NONE, Key::R, Deed::Restore, "r", "Restore"),
    bind(NONE, Key::A, Deed::Allow, "a", "Restore and allow the sender"),
    bind(NONE, Key::B, Deed::Block, "b", "Block the sender"),
    bind(NONE, Key::D, Deed::Dealt, "d", "Mark the bounce as dealt with"),
    bind(NONE, Key::Delete, Deed::Delete, "Delete", "Delete held mail for ever; asks first"),
    bind(Modifiers::COMMAND, Key::Z, Deed::Undo, "", ""),
    bind(NONE, Key::U, Deed::Undo, "u or Ctrl+Z", "Undo what was done last"),
    bind(Modifiers::COMMAND, Key::F, Deed::Search, "", ""),
    bind(NONE, Key::Slash, Deed::Search, "/ or Ctrl+F", "Search"),
    bind(NONE, Key::F5, Deed::Sync, "F5", "Sync all accounts"),
    bind(
        Modifiers::COMMAND,
        Key::Num1,
        Deed::View(0),
        "Ctrl+1 to 5",
        "Overview, Quarantine, Bounces, Senders, Activity",
    ),
    bind(Modifiers::COMMAND, Key::Num2, Deed::View(1), "", ""),
    bind(Modifiers::COMMAND, Key::Num3, Deed::View(2), "", ""),
    bind(Modifiers::COMMAND, Key::Num4, Deed::View(3), "", ""),
    bind(Modifiers::COMMAND, Key::Num5, Deed::View(4), "", ""),
    bind(Modifiers::COMMAND, Key::Comma, Deed::Settings, "Ctrl+,", "Settings"),
    bind(Modifiers::COMMAND, Key::W, Deed::Close, "Ctrl+W", "Close the window"),
    bind(Modifiers::COMMAND, Key::Q, Deed::Quit, "Ctrl+Q", "Quit, also from the background"),
    // Where "/" needs Shift, as on German keyboards.
    bind(Modifiers::SHIFT, Key::Slash, Deed::Search, "", ""),
    bind(Modifiers::SHIFT, Key::Questionmark, Deed::Help, "", ""),
    bind(NONE, Key::Questionmark, Deed::Help, "? or F1", "These keys"),
    bind(NONE, Key::F1, Deed::Help, "", ""),
    bind(NONE, Key::Escape, Deed::Back, "Esc", "Close what is open: dialog, message, search"),
];

/// The deeds of this frame's keys. None while a text field has the keys; Escape then leaves the field.
///
/// Each press counts with the modifiers that it came with: a whole chord can fall into one frame.
pub(crate) fn pressed(ctx: &Context) -> Vec<Deed> {
    // Escape takes the focus from a field before anybody is asked: what counts is who had it before.
    let slot = Id::unique("a text field had the keys");
    let typed = ctx.data(|d| d.get_temp::<bool>(slot)).unwrap_or(false);
    let typing = ctx.text_edit_focused();
    ctx.data_mut(|d| d.insert_temp(slot, typing));
    if typing || typed {
        return Vec::new();
    }
    let focused = ctx.memory(|m| m.focused().is_some());
    let deed = |event: &Event| match event {
        Event::Key { key, pressed: true, modifiers, .. } => {
            KEYS.iter().find(|b| b.key == *key && modifiers.matches_exact(b.modifiers)).map(|b| b.deed)
        }
        _ => None,
    };
    // A focused button takes Enter itself.
    ctx.input(|input| {
        input.events.iter().filter_map(deed).filter(|d| !(focused && *d == Deed::Open)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        for (i, a) in KEYS.iter().enumerate() {
            for b in &KEYS[i + 1..] {
                assert!(a.key != b.key || a.modifiers != b.modifiers, "{:?} is bound twice", a.key);
            }
            assert_eq!(a.name.is_empty(), a.says.is_empty());
        }
    }
}

//! What the window remembers over a restart: where the person was, and how the tables were arranged.
//!
//! It goes out as a small text, by a thread of its own: no frame waits for a disk. Whatever is wrong with the text
//! that comes back, the window opens as it does at the first start. Look and text size are
//! settings and live with those. A new thing to remember is a field of [`Memory`] and its two lines in
//! `recall` and `note`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use eframe::egui::{Context, Vec2};
use serde::{Deserialize, Serialize};

use super::App;
use super::problems::GroupBy;
use super::state::{State, View};
use super::theme::size;
use crate::service::command::{Group, MessageId};

/// How long changes are gathered before they are written.
const GATHER: Duration = Duration::from_secs(1);
/// What is remembered. Fields that an older version did not write are as at the first start.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The view, by its name.
    view: String,
    /// The message that was open in the quarantine.
    open: Option<MessageId>,
    /// How the quarantine is folded.
    group: Option<Group>,
    /// Whether bounces are in groups by mail and not by person.
    by_mail: bool,
    /// Widths of columns, by name.
    widths: BTreeMap<String, f32>,
    /// Columns that are left out, by name.
    hidden: Option<BTreeSet<String>>,
    /// The window's inner size in points at a text size of 100 %.
    window: Option<[f32; 2]>,
    /// Whether it filled the screen.
    maximized: bool,
}

impl Memory {
    /// Reads what [`Keeper`] wrote. What can't be read is as nothing, and the log tells.
    pub fn from_text(text: &str) -> Memory {
        serde_json::from_str(text).unwrap_or_else(|error| {
            tracing::warn!("what the window remembered is not used: {error}");
            Memory::default()
        })
    }

    /// As text, for [`Memory::from_text`].
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The size that the window opens with.
    pub(super) fn window_size(&self) -> [f32; 2] {
        let usual = [size::WINDOW_WIDTH, size::WINDOW_HEIGHT];
        let least = [size::WINDOW_MIN_WIDTH, size::WINDOW_MIN_HEIGHT];
        let Some([width, height]) = self.window.filter(|s| s.iter().all(|x| x.is_finite())) else {
            return usual;
        };
        [width.clamp(least[0], size::WINDOW_MOST), height.clamp(least[1], size::WINDOW_MOST)]
    }

    /// Whether the window opens filling the screen.
    pub(super) fn is_maximized(&self) -> bool {
        self.maximized
    }

    /// Brings the state to where it was.
    fn recall(&self, state: &mut State) {
        let views = View::LISTED.into_iter().chain([View::Settings]);
        state.view = views.into_iter().find(|v| v.word() == self.view).unwrap_or_default();
        state.messages.query.group = self.group.unwrap_or(state.messages.query.group);
        state.bounces_by = if self.by_mail { GroupBy::Mail } else { GroupBy::Person };
        let sound = |width: &f32| width.is_finite() && (0.0..=size::WINDOW_MOST).contains(width);
        state.widths = self.widths.iter().filter(|(_, w)| sound(w)).map(|(n, w)| (n.clone(), *w)).collect();
        if let Some(hidden) = &self.hidden {
            state.hidden = hidden.clone();
        }
        state.recall = self.open;
    }

    /// What there is to remember now; `before` is what was, where the window can't be measured.
    fn note(state: &State, ctx: &Context, before: &Memory) -> Memory {
        let zoom = ctx.zoom_factor();
        let (inner, maximized) = ctx.input(|i| {
            let viewport = i.viewport();
            let filled = viewport.maximized.unwrap_or(false) || viewport.fullscreen.unwrap_or(false);
            (viewport.inner_rect.map(|r| r.size() * zoom), filled)
        });
        // The size to go back to is that of before it filled the screen.
        let window =
            inner.filter(|s| !maximized && s.min_elem() > 0.0).map(|s: Vec2| [s.x.round(), s.y.round()]);
        let view = match state.view {
            View::Setup | View::Guide => View::Overview,
            view => view,
        };
        Memory {
            view: view.word().to_owned(),
            open: state.recall.or(state.messages.cursor),
            group: Some(state.messages.query.group),
            by_mail: state.bounces_by == GroupBy::Mail,
            widths: state.widths.clone(),
            hidden: Some(state.hidden.clone()),
            window: window.or(before.window),
            maximized,
        }
    }
}

/// Keeps what is to be remembered, on a thread that ends with it, after the last change is written.
pub struct Keeper {
    last: Memory,
    changes: Option<SyncSender<Memory>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// A keeper that was left with `memory`, and that hands each new text to `write`, on its thread.
    pub fn start(memory: Memory, mut write: impl FnMut(&str) + Send + 'static) -> Keeper {
        let (changes, received) = sync_channel::<Memory>(1);
        let work = move || {
            while let Ok(mut memory) = received.recv() {
                while let Ok(newer) = received.recv_timeout(GATHER) {
                    memory = newer;
                }
                write(&memory.to_text());
            }
        };
        let thread = std::thread::Builder::new().name("remembering".to_owned()).spawn(work).ok();
        Keeper { last: memory, changes: Some(changes), thread }
    }

    /// What is remembered.
    pub(super) fn memory(&self) -> &Memory {
        &self.last
    }

    /// Brings the application to where it was.
    pub(super) fn recall(&self, app: &mut App) {
        self.last.recall(&mut app.state);
    }

    /// Hands over what has changed. Never blocks: where the thread is behind, the next frame tries again.
    pub(super) fn note(&mut self, app: &App, ctx: &Context) {
        let now = Memory::note(&app.state, ctx, &self.last);
        if now == self.last {
            return;
        }
        if let Some(changes) = &self.changes
            && !matches!(changes.try_send(now.clone()), Err(TrySendError::Full(_)))
        {
            self.last = now;
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.changes.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remembered() -> Memory {
        Memory {
            view: "Bounces".into(),
            open: Some(7),
            group: Some(Group::Sender),
            by_mail: true,
            widths: BTreeMap::from([("From".to_owned(), 222.0)]),
            hidden: Some(BTreeSet::from(["Score".to_owned()])),
            window: Some([1_000.0, 700.0]),
            maximized: false,
        }
    }

    #[test]
    fn what_is_written_comes_back_into_the_state() {
        let memory = Memory::from_text(&remembered().to_text());
        assert_eq!(memory, remembered());
        let mut state = State::new();
        memory.recall(&mut state);
        assert_eq!((state.view, state.bounces_by, state.recall), (View::Bounces, GroupBy::Mail, Some(7)));
        assert_eq!(state.messages.query.group, Group::Sender);
        assert_eq!(Memory { maximized: false, ..Memory::note(&state, &Context::default(), &memory) }, memory);
        assert_eq!(memory.window_size(), [1_000.0, 700.0]);
    }

    #[test]
    fn a_broken_or_foreign_text_is_a_first_start() {
        for text in ["", "{", "[1, 2]", "{\"view\": 7}", "null"] {
            assert_eq!(Memory::from_text(text), Memory::default(), "{text:?}");
        }
        let text = r#"{"view": "Nowhere", "window": [1e9, 3], "widths": {"From": -1e30}, "new": 1}"#;
        let memory = Memory::from_text(text);
        let mut state = State::new();
        memory.recall(&mut state);
        assert_eq!((state.view, state.widths.len()), (View::Overview, 0));
        assert_eq!(memory.window_size(), [size::WINDOW_MOST, size::WINDOW_MIN_HEIGHT]);
    }

    #[test]
    fn the_keeper_writes_the_last_change_before_it_ends() {
        let (written, texts) = std::sync::mpsc::channel();
        let keeper = Keeper::start(Memory::default(), move |text| drop(written.send(text.to_owned())));
        keeper.changes.as_ref().unwrap().send(Memory::default()).unwrap();
        keeper.changes.as_ref().unwrap().send(remembered()).unwrap();
        drop(keeper);
        assert_eq!(texts.into_iter().last(), Some(remembered().to_text()));
    }
}

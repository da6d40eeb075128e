//! A window without a display, and a service that answers from the fixture.

use std::sync::mpsc::{self, Sender};

use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use lazaret::gui::{App, ServiceHandle};
use lazaret::service::command::Command;
use lazaret::service::event::{Event, TouchedView};
use tokio::sync::mpsc::Receiver;

use crate::fixture;

/// What answers: the fixture, or nobody.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Answers {
    Fixture,
    Nobody,
}

/// The window under test.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, Option<App>>,
    events: Sender<Event>,
    commands: Receiver<Command>,
    answers: Answers,
    /// The questions that were asked.
    pub(crate) questions: Vec<Command>,
}

impl Window {
    /// A window over the fixture's mailbox.
    pub(crate) fn open() -> Window {
        Window::sized(1280.0, Answers::Fixture, Some(fixture::accounts()))
    }

    /// A window of some width, answered by somebody or nobody, with these accounts.
    pub(crate) fn sized(
        width: f32,
        answers: Answers,
        accounts: Option<Vec<lazaret::service::event::AccountView>>,
    ) -> Window {
        let builder = Harness::builder().with_size([width, 800.0]).with_context_setup(App::dress);
        Window::built(builder, answers, accounts)
    }

    /// A window that is painted, with so many pixels per point, and that has not heard of any account yet.
    pub(crate) fn painted(pixels: f32, width: f32, answers: Answers) -> Window {
        let builder = Harness::builder()
            .with_size([width, 800.0])
            .with_pixels_per_point(pixels)
            .with_context_setup(App::dress)
            .with_render_cursor(false)
            .wgpu();
        Window::built(builder, answers, None)
    }

    fn built(
        builder: egui_kittest::HarnessBuilder<Option<App>>,
        answers: Answers,
        accounts: Option<Vec<lazaret::service::event::AccountView>>,
    ) -> Window {
        let (to_service, commands) = tokio::sync::mpsc::channel(256);
        let (events, from_service) = mpsc::channel();
        let mut handle = Some(ServiceHandle::new(to_service, from_service));
        let harness = builder.with_max_steps(12).build_ui_state(
            move |ui, app: &mut Option<App>| {
                let app =
                    app.get_or_insert_with(|| App::fixed(handle.take().unwrap(), ui.ctx(), fixture::now()));
                app.logic(ui.ctx());
                // The harness keeps a margin; the window has none.
                let whole = ui.ctx().content_rect();
                ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(whole), |ui| {
                    ui.set_clip_rect(whole);
                    app.ui(ui);
                });
            },
            None,
        );
        let mut window = Window { harness, events, commands, answers, questions: Vec::new() };
        if let Some(accounts) = accounts {
            window.tell(Event::Accounts(accounts));
        }
        window.settle();
        window
    }

    /// Sends an event and lets the window take it in.
    pub(crate) fn tell(&mut self, event: Event) {
        self.events.send(event).unwrap();
        self.harness.run();
    }

    /// Runs until the window is quiet, answering questions; returns the other commands.
    pub(crate) fn settle(&mut self) -> Vec<Command> {
        let mut wishes = Vec::new();
        for _ in 0..6 {
            self.harness.run();
            let mut asked = false;
            while let Ok(command) = self.commands.try_recv() {
                let answer = self.answer(&command);
                if answer.is_some() {
                    self.questions.push(command.clone());
                }
                match answer {
                    Some(event) if self.answers == Answers::Fixture => {
                        asked = true;
                        self.events.send(event).unwrap();
                    }
                    Some(_) => {}
                    None => wishes.push(command),
                }
            }
            if !asked {
                break;
            }
        }
        wishes
    }

    fn answer(&self, command: &Command) -> Option<Event> {
        Some(match command {
            Command::List(query) => Event::List(fixture::page(query)),
            Command::Open(id) => match fixture::message(*id) {
                Some(message) => Event::Opened(Box::new(message)),
                None => Event::NotFound(*id),
            },
            Command::ListSenders => Event::Senders(fixture::senders()),
            Command::ListActivity => Event::Activity(fixture::activity()),
            Command::Touches { rule, scope, value } => Event::Touched(TouchedView {
                rule: *rule,
                scope: *scope,
                value: value.clone(),
                says: Some(format!("Allowing {value} would release 3 messages.")),
            }),
            Command::Chart(query) => Event::Chart(fixture::chart(query)),
            Command::Previews => Event::Previews(fixture::previews()),
            Command::Overview => Event::Overview(fixture::overview()),
            _ => return None,
        })
    }

    /// Ends the service's side of both channels.
    pub(crate) fn part(&mut self) {
        self.events = mpsc::channel().0;
        self.commands = tokio::sync::mpsc::channel(1).1;
    }

    /// Clicks what has this accessible name and returns the commands.
    pub(crate) fn click(&mut self, name: &str) -> Vec<Command> {
        self.harness.get_by_label(name).click();
        self.settle()
    }

    /// Scrolls to what has this accessible name and clicks it.
    pub(crate) fn reach(&mut self, name: &str) -> Vec<Command> {
        self.harness.get_by_label(name).scroll_to_me();
        self.harness.run();
        self.click(name)
    }

    /// Clicks the row whose name holds `text`, with modifiers.
    pub(crate) fn click_row(&mut self, text: &str, modifiers: Modifiers) -> Vec<Command> {
        let row = self.row(text);
        let pos = row.rect().center();
        self.harness.hover_at(pos);
        self.harness.run();
        for pressed in [true, false] {
            self.harness.event_modifiers(
                eframe::egui::Event::PointerButton {
                    pos,
                    button: eframe::egui::PointerButton::Primary,
                    pressed,
                    modifiers,
                },
                modifiers,
            );
        }
        self.settle()
    }

    /// The row whose name holds `text`.
    pub(crate) fn row<'a>(&'a self, text: &'a str) -> egui_kittest::Node<'a> {
        let by = egui_kittest::kittest::by().role(eframe::egui::accesskit::Role::Row).label_contains(text);
        self.harness.get_all(by).next().unwrap()
    }

    /// Presses a key and returns the commands.
    pub(crate) fn key(&mut self, key: Key) -> Vec<Command> {
        self.harness.key_press(key);
        self.settle()
    }

    /// Goes to a view by the list at the side; its name may carry a count.
    pub(crate) fn go(&mut self, view: &str) -> Vec<Command> {
        let by = egui_kittest::kittest::by().role(eframe::egui::accesskit::Role::Tab).label_contains(view);
        self.harness.get(by).click();
        self.settle()
    }

    /// Types into the field with this name.
    pub(crate) fn fill(&mut self, name: &str, text: &str) -> Vec<Command> {
        self.field(name).focus();
        self.harness.run();
        self.field(name).type_text(text);
        self.settle()
    }

    fn field<'a>(&'a self, name: &'a str) -> egui_kittest::Node<'a> {
        let by = egui_kittest::kittest::by().label(name).predicate(|node| {
            matches!(
                node.role(),
                eframe::egui::accesskit::Role::TextInput
                    | eframe::egui::accesskit::Role::PasswordInput
                    | eframe::egui::accesskit::Role::MultilineTextInput
            )
        });
        self.harness.get(by)
    }

    /// Whether something with exactly this name is shown.
    pub(crate) fn shows(&self, name: &str) -> bool {
        self.harness.query_all_by_label(name).next().is_some()
    }

    /// Whether something whose name holds this text is shown.
    pub(crate) fn shows_part(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }
}

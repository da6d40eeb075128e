//! What is shown: the view, filters, selection, forms and dialogs. Changed by clicks and keys only.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Toward;
use crate::engine::attachment::FileVerdict;
use crate::engine::senders::{SenderRule, SenderScope};
use crate::service::Command;
use crate::service::command::{Dealt, Group, Look, MessageId, Shelf};

use jiff::{SignedDuration, Timestamp};

use super::form::SetupForm;
use super::list::ListState;
use super::problems::{BOUNCES_AT_ONCE, GroupBy};
use super::zoom::Zoom;

/// Entries of the senders' view that are shown at first, and more at each wish.
pub(crate) const SENDERS_AT_ONCE: usize = 100;

/// The views of the list at the side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum View {
    #[default]
    Overview,
    Quarantine,
    Bounces,
    Senders,
    Activity,
    Settings,
    /// The form for a new account.
    Setup,
    /// What a new account would have had held, and the choice.
    Guide,
}

impl View {
    /// Those that the list at the side shows, in order.
    pub(crate) const LISTED: [View; 5] =
        [View::Overview, View::Quarantine, View::Bounces, View::Senders, View::Activity];

    /// Its name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            View::Overview => "Overview",
            View::Quarantine => "Quarantine",
            View::Bounces => "Bounces",
            View::Senders => "Senders",
            View::Activity => "Activity",
            View::Settings => "Settings",
            View::Setup => "Add an account",
            View::Guide => "First look",
        }
    }
}

/// The pages of the reading pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tab {
    /// Only where the pane is too narrow for the findings beside the mail.
    Why,
    #[default]
    Message,
    /// Only where there is HTML beside the text.
    Html,
    Attachments,
    Headers,
    Source,
}

/// The reading pane.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    /// Which message the rest is about.
    pub(crate) of: Option<MessageId>,
    pub(crate) tab: Tab,
    /// Findings that are open, by place.
    pub(crate) open: BTreeSet<usize>,
    /// The bytes that are lit up.
    pub(crate) lit: Option<[usize; 2]>,
    /// Whether the lit bytes are to be scrolled into view.
    pub(crate) seek: bool,
    /// Where each line of the source begins.
    pub(crate) lines: Vec<usize>,
}

/// A question over everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// Allow or block the senders of messages.
    Sender {
        rule: SenderRule,
        messages: Vec<MessageId>,
        /// What an entry can name of them, with the value where it is one message.
        offers: Vec<(SenderScope, String)>,
        scope: SenderScope,
        term: Term,
        /// The scope for which was asked what it would touch.
        asked: Option<SenderScope>,
    },
    /// Write the allow and block entries to a file in this folder.
    ExportSenders(String),
    /// Read allow and block entries from this file.
    ImportSenders(String),
    /// Remove an account.
    RemoveAccount(String),
    /// Delete held messages for ever?
    Delete {
        messages: Vec<MessageId>,
        /// The subject of the first.
        subject: String,
    },
    /// Delete for ever what an account holds?
    Empty {
        /// The account's name.
        account: String,
        /// How much that is.
        held: u64,
    },
    /// Let an account act.
    Act(String),
    /// Let held mail go for ever after some days?
    Retention {
        /// The account's name.
        account: String,
        /// The days.
        days: u16,
    },
    /// Save an attachment.
    Save(SaveAsk),
}

/// The question before an attachment is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SaveAsk {
    pub(crate) message: MessageId,
    /// Which attachment, by its sum.
    pub(crate) sha256: String,
    /// The name that it claims.
    pub(crate) name: Option<String>,
    /// What the findings come to.
    pub(crate) verdict: FileVerdict,
    /// What was found in it, gravest first.
    pub(crate) found: Vec<(Toward, String)>,
    /// The folder as typed.
    pub(crate) folder: String,
}

/// A note at the bottom right.
#[derive(Debug, Clone)]
pub(crate) struct Toast {
    pub(crate) says: String,
    /// What to do, where something failed.
    pub(crate) advice: Option<String>,
    /// What takes it back.
    pub(crate) undo: Option<Command>,
    /// When it goes, in the window's seconds; `None` until it is first painted, or for good with troubles.
    pub(crate) until: Option<f64>,
}

/// How long an allow or block entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Term {
    /// Until it is removed.
    #[default]
    Always,
    /// So many days.
    Days(i64),
}

impl Term {
    /// Those that are offered.
    pub(crate) const ALL: [Term; 4] = [Term::Always, Term::Days(7), Term::Days(30), Term::Days(365)];

    /// In words.
    pub(crate) fn word(self) -> String {
        match self {
            Term::Always => "Until removed".to_owned(),
            Term::Days(365) => "For a year".to_owned(),
            Term::Days(days) => format!("For {days} days"),
        }
    }

    /// When an entry that is made `now` stops to count.
    pub(crate) fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Term::Always => None,
            Term::Days(days) => now.checked_add(SignedDuration::from_hours(days * 24)).ok(),
        }
    }
}

/// The form of the senders' view.
#[derive(Debug, Clone, Default)]
pub(crate) struct SenderForm {
    pub(crate) rule: SenderRule,
    pub(crate) scope: SenderScope,
    pub(crate) value: String,
    pub(crate) term: Term,
    pub(crate) tried: bool,
    /// The entry for which was asked what it would touch.
    pub(crate) asked: Option<(SenderRule, SenderScope, String)>,
    /// How many entries of a list are shown.
    pub(crate) shown: usize,
}

/// Everything that is shown.
pub(crate) struct State {
    pub(crate) view: View,
    pub(crate) messages: ListState,
    /// Widths of columns that the person has chosen, by name.
    pub(crate) widths: BTreeMap<String, f32>,
    /// Columns that the person does without, by name.
    pub(crate) hidden: BTreeSet<String>,
    pub(crate) bounces: ListState,
    /// What belongs together among the bounces.
    pub(crate) bounces_by: GroupBy,
    pub(crate) reading: Reading,
    /// Which part of time the chart shows.
    pub(crate) zoom: Zoom,
    pub(crate) setup: SetupForm,
    /// The account that the guide is about.
    pub(crate) guide: String,
    /// Folders for sent mail as typed in Settings, by account.
    pub(crate) sent_folders: BTreeMap<String, String>,
    pub(crate) sender: SenderForm,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) help: bool,
    /// Whether the program is to end.
    pub(crate) quit: bool,
    /// The person has chosen to close the window.
    pub(crate) close: bool,
    pub(crate) toasts: Vec<Toast>,
    pub(crate) look: Look,
    /// The password as typed into the prompt.
    pub(crate) password: String,
    /// Whether the prompt was put aside, by account.
    pub(crate) aside: BTreeSet<String>,
    /// Whether the search field is to get the keys.
    pub(crate) focus_search: bool,
    /// The message that was open in the quarantine when the window was last closed, until its list is there.
    pub(crate) recall: Option<MessageId>,
}

impl State {
    pub(crate) fn new() -> State {
        let mut messages = ListState::new(Shelf::Quarantine);
        messages.query.group = Group::Storm;
        let mut bounces = ListState::new(Shelf::Bounces);
        bounces.query.dealt = Dealt::Open;
        bounces.query.limit = BOUNCES_AT_ONCE;
        State {
            view: View::Overview,
            messages,
            widths: BTreeMap::new(),
            hidden: BTreeSet::from(["Reason".to_owned()]),
            bounces,
            bounces_by: GroupBy::default(),
            reading: Reading::default(),
            zoom: Zoom::default(),
            setup: SetupForm::new(),
            guide: String::new(),
            sent_folders: BTreeMap::new(),
            sender: SenderForm { shown: SENDERS_AT_ONCE, ..SenderForm::default() },
            dialog: None,
            help: false,
            quit: false,
            close: false,
            toasts: Vec::new(),
            look: Look::default(),
            password: String::new(),
            aside: BTreeSet::new(),
            focus_search: false,
            recall: None,
        }
    }

    /// The list of the view, where it has one.
    pub(crate) fn list(&mut self) -> Option<&mut ListState> {
        match self.view {
            View::Quarantine => Some(&mut self.messages),
            View::Bounces => Some(&mut self.bounces),
            _ => None,
        }
    }

    /// Adds a note; the oldest of more than four goes.
    pub(crate) fn toast(&mut self, toast: Toast) {
        self.toasts.retain(|t| t.says != toast.says);
        self.toasts.push(toast);
        if self.toasts.len() > 4 {
            self.toasts.remove(0);
        }
    }
}

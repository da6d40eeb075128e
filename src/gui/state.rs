//! What is shown: the view, filters, selection, forms and dialogs. Changed by clicks and keys only.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::{Mode, Origin, Security, Settings, discovery};
use crate::engine::attachment::FileVerdict;
use crate::engine::senders::{SenderRule, SenderScope};
use crate::engine::{Strictness, Toward};
use crate::service::Command;
use crate::service::command::{Dealt, Group, Look, MessageId, Secret, Shelf};

use jiff::{SignedDuration, Timestamp};

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

/// The form for an account.
#[derive(Debug, Clone, Default)]
pub(crate) struct SetupForm {
    pub(crate) name: String,
    pub(crate) addresses: String,
    pub(crate) host: String,
    pub(crate) port: String,
    pub(crate) security: Security,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) fingerprint: Option<String>,
    /// The folder with sent mail; empty where it is to be found.
    pub(crate) sent_folder: String,
    pub(crate) strictness: Strictness,
    /// What the provider of the address wants the person to know.
    pub(crate) advice: Option<&'static str>,
    /// Whether the person has tried to go on, so that what is missing is said.
    pub(crate) tried: bool,
    /// Whether a test is under way.
    pub(crate) testing: bool,
    /// Whether the account was handed over.
    pub(crate) adding: bool,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Name,
    Addresses,
    Host,
    Port,
    Security,
    Login,
    Password,
}

/// Whether `host` is this very machine.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl SetupForm {
    pub(crate) fn new() -> SetupForm {
        SetupForm { port: "993".into(), ..SetupForm::default() }
    }

    /// The port that goes with a kind of protection.
    pub(crate) fn usual_port(security: Security) -> &'static str {
        match security {
            Security::Tls => "993",
            Security::StartTls | Security::Plain => "143",
        }
    }

    /// Fills in server and sign-in name where the provider of the first address is known and no server was
    /// typed.
    pub(crate) fn fill_in(&mut self) {
        let first = self.address_list().into_iter().next().unwrap_or_default();
        let known = discovery::candidates(&first).into_iter().find(|candidate| candidate.sure);
        self.advice = known.as_ref().and_then(|candidate| candidate.advice);
        let Some(candidate) = known.filter(|_| self.host.trim().is_empty()) else { return };
        self.host = candidate.host;
        self.port = candidate.port.to_string();
        self.security = candidate.security;
        if self.login.trim().is_empty() {
            self.login = candidate.login;
        }
    }

    fn address_list(&self) -> Vec<String> {
        let apart = |c: char| c == ',' || c == ';' || c.is_whitespace();
        self.addresses.split(apart).map(str::trim).filter(|a| !a.is_empty()).map(str::to_lowercase).collect()
    }

    /// What keeps the form from being used, per field, in words that say what to do.
    pub(crate) fn faults(&self, taken: &[&str]) -> Vec<(Field, String)> {
        let mut faults = Vec::new();
        let mut fault = |field, says: &str| faults.push((field, says.to_owned()));
        let name = self.name.trim();
        if name.is_empty() {
            fault(Field::Name, "Give the account a name, such as Work.");
        } else if taken.iter().any(|t| t.eq_ignore_ascii_case(name)) {
            fault(Field::Name, "There is an account of this name. Choose another.");
        }
        let addresses = self.address_list();
        let whole =
            |a: &String| a.split_once('@').is_some_and(|(l, d)| !l.is_empty() && d.contains(|c| c != '@'));
        if addresses.is_empty() {
            fault(Field::Addresses, "Type your own address, such as you@example.org.");
        } else if let Some(odd) = addresses.iter().find(|a| !whole(a)) {
            fault(Field::Addresses, &format!("“{odd}” is not a whole address."));
        }
        let host = self.host.trim();
        if host.is_empty() {
            fault(Field::Host, "Type the name of the IMAP server, such as imap.example.org.");
        } else if host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@') {
            fault(Field::Host, "Type the server's name alone, without spaces, “/” or “@”.");
        }
        if self.port.trim().parse::<u16>().map_or(true, |p| p == 0) {
            fault(Field::Port, "A port is a number from 1 to 65535.");
        }
        if self.security == Security::Plain && !host.is_empty() && !is_loopback(host) {
            fault(
                Field::Security,
                "Without encryption only a server on this computer is allowed. Choose TLS.",
            );
        }
        if self.login.trim().is_empty() {
            fault(Field::Login, "Type the name you sign in with, often your address.");
        }
        if self.password.is_empty() {
            fault(Field::Password, "Type the password. Many providers want an app password here.");
        }
        faults
    }

    /// The settings that the form stands for.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            name: self.name.trim().to_owned(),
            addresses: self.address_list(),
            origin: Origin::Imap {
                host: self.host.trim().to_owned(),
                port: self.port.trim().parse().unwrap_or_default(),
                security: self.security,
                login: self.login.trim().to_owned(),
                fingerprint: self.fingerprint.clone(),
            },
            mode: Mode::Observe,
            strictness: self.strictness,
            sent_folder: Some(self.sent_folder.trim()).filter(|f| !f.is_empty()).map(str::to_owned),
            sign_in: Default::default(),
            keep_days: None,
        }
    }

    /// The password as typed.
    pub(crate) fn secret(&self) -> Secret {
        Secret::new(self.password.clone())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> SetupForm {
        SetupForm {
            name: "Work".into(),
            addresses: "Me@Example.org, me@example.net".into(),
            host: "imap.example.org".into(),
            login: "me".into(),
            password: "secret".into(),
            ..SetupForm::new()
        }
    }

    #[test]
    fn a_filled_form_becomes_settings_that_observe() {
        let form = filled();
        assert_eq!(form.faults(&[]), []);
        let settings = form.settings();
        assert_eq!(settings.addresses, ["me@example.org", "me@example.net"]);
        assert_eq!(settings.mode, Mode::Observe);
        assert!(matches!(settings.origin, Origin::Imap { port: 993, .. }));
    }

    #[test]
    fn each_fault_is_said_at_its_field() {
        let fields = |form: SetupForm| form.faults(&["Home"]).into_iter().map(|(f, _)| f).collect::<Vec<_>>();
        assert_eq!(
            fields(SetupForm::new()),
            [Field::Name, Field::Addresses, Field::Host, Field::Login, Field::Password]
        );
        assert_eq!(fields(SetupForm { name: "home".into(), ..filled() }), [Field::Name]);
        assert_eq!(fields(SetupForm { addresses: "me".into(), ..filled() }), [Field::Addresses]);
        assert_eq!(fields(SetupForm { port: "0".into(), ..filled() }), [Field::Port]);
        assert_eq!(fields(SetupForm { port: "70000".into(), ..filled() }), [Field::Port]);
        assert_eq!(fields(SetupForm { security: Security::Plain, ..filled() }), [Field::Security]);
        let here = SetupForm { security: Security::Plain, host: "127.0.0.1".into(), ..filled() };
        assert_eq!(fields(here), []);
    }
}

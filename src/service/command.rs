//! What the window (and the command line) can ask of the service. Data only.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{Mode, Settings};
use crate::engine::Strictness;
use crate::engine::senders::{SenderRule, SenderScope};
use crate::engine::verdict::Class;

/// A job that runs in the background.
pub type JobId = u64;

/// A stored message's key.
pub type MessageId = i64;

/// A journalled action's key.
pub type ActionId = i64;

/// One wish. The service answers with events; nothing here waits.
#[derive(Debug, Clone)]
pub enum Command {
    /// Connects with these settings, lists folders, saves nothing.
    TestConnection {
        /// What the form holds.
        settings: Settings,
        /// The password as typed; never logged.
        password: Secret,
    },
    /// Saves an account and its password, then syncs it.
    AddAccount {
        /// What the form holds.
        settings: Settings,
        /// The password as typed.
        password: Secret,
    },
    /// Forgets an account here. Nothing on the server changes.
    RemoveAccount {
        /// Its name.
        account: String,
    },
    /// Answers [`super::Event::PasswordNeeded`].
    ProvidePassword {
        /// The account's name.
        account: String,
        /// The password as typed.
        password: Secret,
    },
    /// Answers [`super::Event::CertificateUnknown`] for a saved account: trust exactly this certificate.
    TrustCertificate {
        /// The account's name.
        account: String,
        /// SHA-256 of the certificate, as shown.
        fingerprint: String,
    },
    /// Switches between observing and acting.
    SetMode {
        /// The account's name.
        account: String,
        /// The new mode.
        mode: Mode,
    },
    /// Changes how much an account quarantines, also of what is still in place.
    SetStrictness {
        /// The account's name.
        account: String,
        /// The new strictness.
        strictness: Strictness,
    },
    /// Sets after how many days held mail that was opened is deleted for ever. The window asks first.
    SetRetention {
        /// The account's name.
        account: String,
        /// The days, 1 to 3650; `None` to keep it until the person decides.
        days: Option<u16>,
    },
    /// Chooses the folder whose mail counts as sent.
    SetSentFolder {
        /// The account's name.
        account: String,
        /// The folder as people or the server spell it; `None` to find it.
        folder: Option<String>,
    },
    /// Changes how often new mail is looked for.
    SetEvery(Every),
    /// Changes what the program does on the desktop besides its window.
    SetDesktop(DesktopChoice),
    /// Opens the demo mailbox.
    OpenDemo,
    /// Syncs one account, or all.
    Sync {
        /// The account's name; `None` for all.
        account: Option<String>,
    },
    /// Stops a job at its next step.
    CancelJob(JobId),
    /// Asks for one page of a list.
    List(ListQuery),
    /// Asks for one message with its verdict and text.
    Open(MessageId),
    /// Asks for a storm, or for all mail of one sender, as far as a list holds it.
    OpenGroup {
        /// The list.
        query: ListQuery,
        /// Which group.
        within: Within,
    },
    /// Asks for the messages of a part of a list, each by itself, to choose them.
    Choose {
        /// The list and the part of it.
        query: ListQuery,
        /// Comes back with the answer.
        ticket: u64,
    },
    /// Asks what an allow or block entry would touch.
    Touches {
        /// What it would do.
        rule: SenderRule,
        /// What it would match on.
        scope: SenderScope,
        /// Its value, as the person has it.
        value: String,
    },
    /// Puts messages back where they came from.
    Restore(Vec<MessageId>),
    /// Puts messages back and allows their senders; what else an entry touches comes back too, without what is
    /// malicious.
    RestoreAndAllow {
        /// Which.
        messages: Vec<MessageId>,
        /// What the allow entry names.
        scope: SenderScope,
        /// When it stops to count; `None` for never.
        expires: Option<Timestamp>,
    },
    /// Blocks the senders of messages; what is not held yet moves to the quarantine.
    Block {
        /// Which.
        messages: Vec<MessageId>,
        /// What the block entry names.
        scope: SenderScope,
        /// When it stops to count; `None` for never.
        expires: Option<Timestamp>,
    },
    /// Moves messages to the quarantine by the person's own hand.
    Quarantine(Vec<MessageId>),
    /// Deletes held messages for ever. The window asks first; there is no way back.
    Delete(Vec<MessageId>),
    /// Deletes everything that an account holds, for ever. The window asks first.
    EmptyQuarantine {
        /// The account's name.
        account: String,
    },
    /// Saves an attachment, or a file inside one. The window asks first, and names what was found.
    SaveAttachment {
        /// The message.
        message: MessageId,
        /// Which of its attachments, by the sum in its entry.
        sha256: String,
        /// The name that it claims.
        name: Option<String>,
        /// The folder, which must be there.
        folder: PathBuf,
    },
    /// Marks delivery problems as dealt with, or as open again.
    MarkDealt {
        /// Which.
        marks: Vec<Mark>,
        /// Dealt with, not open again.
        dealt: bool,
    },
    /// Marks as dealt with what is open of a list of bounces and came before a time.
    MarkOlder {
        /// The list.
        query: ListQuery,
        /// The time.
        than: Timestamp,
    },
    /// Undoes a finished action.
    Undo(ActionId),
    /// Adds an allow or block entry. What an allow entry touches comes back, without what is malicious.
    AddSender {
        /// Allow or block.
        rule: SenderRule,
        /// What it names.
        scope: SenderScope,
        /// The value as typed.
        value: String,
        /// When it stops to count; `None` for never.
        expires: Option<Timestamp>,
    },
    /// Removes an entry.
    RemoveSender(i64),
    /// Writes the allow and block entries to a new CSV file.
    ExportSenders {
        /// The folder, which must be there.
        folder: PathBuf,
    },
    /// Adds the allow and block entries of a CSV file.
    ImportSenders {
        /// The file.
        file: PathBuf,
    },
    /// Asks for the allow and block entries.
    ListSenders,
    /// Asks for the journal, newest first.
    ListActivity,
    /// Asks for the overview's figures.
    Overview,
    /// Asks what each account holds, or would.
    Previews,
    /// Asks for messages over time.
    Chart(ChartQuery),
    /// Asks for what was told at the start, and for open questions: another window listens now.
    Greet,
    /// The window closes: what is there now counts as seen at the next visit. Answered by nothing.
    Left,
    /// Keeps how the window looks for the next start; answered by nothing.
    SetLook(Look),
    /// Ends the service after the step at hand.
    Quit,
}

/// How often new mail is looked for, of all accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// As the server tells of it, else every five minutes.
    #[default]
    News,
    /// After so many minutes, 1 to 1440; what lies outside counts as the nearest bound.
    Minutes(u16),
    /// When the person asks.
    Asked,
}

/// What the program does on the desktop besides its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DesktopChoice {
    /// Whether the desktop tells of news.
    pub notify: bool,
    /// Whether the program goes on when the window is closed.
    pub background: bool,
    /// Whether it starts with the desktop session; `None` where that is not for this program to choose. The session
    /// keeps it.
    #[serde(skip)]
    pub login: Option<bool>,
}

impl Default for DesktopChoice {
    fn default() -> DesktopChoice {
        DesktopChoice { notify: true, background: false, login: None }
    }
}

/// Which colours the window uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colours {
    /// As the desktop says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Colours.
    #[serde(default)]
    pub colours: Colours,
    /// Size of text and controls in percent, 50 to 300; what lies outside counts as the nearest bound.
    pub percent: u16,
}

impl Default for Look {
    fn default() -> Look {
        Look { colours: Colours::System, percent: 100 }
    }
}

/// Text that never shows in logs.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The secret itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Which messages a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Shelf {
    /// Held in quarantine, or (while observing) what would be.
    #[default]
    Quarantine,
    /// Genuine bounces.
    Bounces,
    /// Everything judged.
    All,
}

/// By what a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortBy {
    /// When the person's server took it.
    #[default]
    Received,
    /// Class, in the order of [`Class::ALL`].
    Class,
    /// From.
    From,
    /// Subject.
    Subject,
    /// Account.
    Account,
    /// Score.
    Score,
}

/// What one row of a list stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// One message.
    #[default]
    None,
    /// A message, or all of a storm by its newest one.
    Storm,
    /// All of a From address by its newest one.
    Sender,
}

/// How long one column of the chart lasts. Days and weeks begin at midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChartStep {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// Seven days.
    Week,
}

impl ChartStep {
    /// Its length.
    pub fn seconds(self) -> i64 {
        match self {
            ChartStep::Hour => 3_600,
            ChartStep::Day => 86_400,
            ChartStep::Week => 7 * 86_400,
        }
    }
}

/// A question for messages over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChartQuery {
    /// Where it begins; the column around this moment is the first.
    pub from: Timestamp,
    /// Where it ends.
    pub until: Timestamp,
    /// How long one column lasts.
    pub step: ChartStep,
}

/// Which delivery problems a list of bounces shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Dealt {
    /// All of them.
    #[default]
    All,
    /// Bounces with a recipient that the person has not dealt with.
    Open,
    /// Bounces with a recipient that the person has dealt with.
    Done,
}

/// One delivery problem: a bounce and one of the recipients that it names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The bounce.
    pub message: MessageId,
    /// The address as the bounce has it; empty where it names none.
    pub recipient: String,
}

/// One group alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Within {
    /// The members of the storm with this key.
    Storm(String),
    /// The messages with this From address.
    Sender(String),
}

/// A question for one page of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListQuery {
    /// Which messages.
    pub shelf: Shelf,
    /// Only this class.
    pub class: Option<Class>,
    /// Only this account, by name.
    pub account: Option<String>,
    /// Only what was received at this moment or later.
    pub since: Option<Timestamp>,
    /// Only what was received before this moment.
    pub until: Option<Timestamp>,
    /// Of bounces, which.
    pub dealt: Dealt,
    /// Only one group.
    pub within: Option<Within>,
    /// Only messages that this search finds; see [`super::search`].
    pub text: String,
    /// What one row stands for.
    pub group: Group,
    /// The order.
    pub sort: SortBy,
    /// Descending where true.
    pub descending: bool,
    /// How many rows to leave out at the beginning of the list.
    pub first: u64,
    /// At most this many rows.
    pub limit: usize,
}

impl ListQuery {
    /// Whether both ask about the same list, whatever part of it they want.
    pub fn same_list(&self, other: &ListQuery) -> bool {
        let whole = |query: &ListQuery| ListQuery { first: 0, limit: 0, ..query.clone() };
        whole(self) == whole(other)
    }

    /// Whether anything narrows the shelf.
    pub fn is_narrowed(&self) -> bool {
        self.class.is_some()
            || self.account.is_some()
            || self.within.is_some()
            || self.since.is_some()
            || self.until.is_some()
            || !self.text.trim().is_empty()
    }
}

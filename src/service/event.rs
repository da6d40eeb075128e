//! What the service tells the window (and the command line). Data only: snapshots, never handles.

use std::net::IpAddr;

use jiff::Timestamp;

use super::command::{
    ActionId, ChartQuery, Command, DesktopChoice, Every, JobId, ListQuery, Look, Mark, MessageId, Shelf,
    Within,
};
use super::news::Arrival;
use crate::account::{Mode, Settings};
use crate::engine::notice::{Notice, NoticeKind, Reason};
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::engine::trace::Hop;
use crate::engine::verdict::{Attachment, Class, Disposition, Finding};

/// One piece of news.
#[derive(Debug, Clone)]
pub enum Event {
    /// All accounts and their state; sent at the start and after each change.
    Accounts(Vec<AccountView>),
    /// One page of a list, with the question it answers.
    List(ListPage),
    /// One message.
    Opened(Box<MessageView>),
    /// A message that was asked for is not in the database any more.
    NotFound(MessageId),
    /// A storm, or all mail of one sender.
    Group(Box<GroupView>),
    /// The messages that were chosen.
    Chosen {
        /// As it was asked.
        ticket: u64,
        /// The list.
        shelf: Shelf,
        /// The messages, each by itself.
        rows: Vec<Row>,
    },
    /// The allow and block entries.
    Senders(Vec<SenderView>),
    /// What an allow or block entry would touch.
    Touched(TouchedView),
    /// The journal, newest first.
    Activity(Vec<ActivityRow>),
    /// The overview's figures.
    Overview(OverviewView),
    /// Messages over time.
    Chart(ChartView),
    /// What each account holds, or would.
    Previews(Vec<PreviewView>),
    /// How often new mail is looked for; sent at the start and after a change.
    Every(Every),
    /// What the program does on the desktop besides its window; sent at the start and after a change.
    Desktop(DesktopChoice),
    /// Mail came that is news by itself.
    Arrived(Box<Arrival>),
    /// A long job began, went on or ended.
    Job(JobView),
    /// An action is done, in one sentence, with a way back where there is one.
    Done {
        /// What happened, as in "Restored to INBOX".
        says: String,
        /// What [`super::Command::Undo`] takes.
        undo: Option<ActionId>,
    },
    /// Delivery problems were marked.
    Dealt {
        /// What happened, in a sentence.
        says: String,
        /// Which.
        marks: Vec<Mark>,
        /// Dealt with, not open again.
        dealt: bool,
    },
    /// Something that moves no mail is done, in one sentence, and what takes it back.
    Did {
        /// What happened.
        says: String,
        /// What takes it back.
        undo: Box<Command>,
    },
    /// Something failed: what, to what, what to do.
    Problem(Problem),
    /// The answer to a connection test.
    Tested(Result<TestedView, Problem>),
    /// The server shows a certificate that nothing on this machine vouches for.
    ///
    /// Where a connection test or a new account met it, the name is that of the form: the form then shows
    /// the question in place and, trusted, tests again with the fingerprint in its settings.
    CertificateUnknown {
        /// The account's name.
        account: String,
        /// SHA-256, in colon-separated hexadecimal.
        fingerprint: String,
        /// Why it is not trusted.
        why: String,
    },
    /// A password is needed, and why it was not remembered.
    PasswordNeeded {
        /// The account's name.
        account: String,
        /// One sentence.
        why: String,
    },
    /// Where this user's downloads go; sent at the start where the system says.
    Downloads(String),
    /// How the window looked last time; sent at the start where it is known.
    Look(Look),
    /// Lists that are shown may be out of date: ask again.
    Changed,
}

/// A failure as the person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The account it is about, by name.
    pub account: Option<String>,
    /// What happened, to what.
    pub says: String,
    /// What to do.
    pub advice: String,
}

/// How an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountState {
    /// Nothing to do.
    Idle,
    /// At work.
    Syncing,
    /// Waits for a password.
    NeedsPassword,
    /// The last sync failed.
    Trouble(String),
}

/// One account as the window shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountView {
    /// Its settings, without any secret.
    pub settings: Settings,
    /// How it is.
    pub state: AccountState,
    /// When it was last synced to the end.
    pub last_sync: Option<Timestamp>,
    /// How many sent mails are known.
    pub sent: u64,
    /// How many messages were judged.
    pub judged: u64,
}

impl AccountView {
    /// Observe or act.
    pub fn mode(&self) -> Mode {
        self.settings.mode
    }
}

/// Where a judged message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holding {
    /// Where it arrived.
    InPlace,
    /// In the quarantine folder.
    Held,
    /// It was held and is back.
    Restored,
    /// No longer on the server.
    Gone,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its key.
    pub id: MessageId,
    /// The account's name.
    pub account: String,
    /// The folder it arrived in, for people.
    pub folder: String,
    /// Display name or address of From.
    pub from: String,
    /// Address of From.
    pub from_address: String,
    /// Subject.
    pub subject: String,
    /// When the person's server took it.
    pub received: Timestamp,
    /// Its class.
    pub class: Class,
    /// What the policy wants.
    pub disposition: Disposition,
    /// Confidence in the class.
    pub score: f32,
    /// The finding that decided, as a sentence.
    pub reason: String,
    /// The name of the first attachment with a finding, else of the first attachment.
    pub attachment: Option<String>,
    /// How many messages share its storm, itself included; 0 where it is in none.
    pub storm_size: u64,
    /// The storm's key; empty where it is in none.
    pub storm: String,
    /// How many messages of the list this row stands for: 1 but in a folded list.
    pub members: u64,
    /// Where it is.
    pub holding: Holding,
    /// What the notice says in short, where the message is one.
    pub notice: Option<NoticeBrief>,
}

/// As much of a notice as a list of delivery problems shows.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeBrief {
    /// What it is about.
    pub kind: NoticeKind,
    /// Whom it did not reach, in the notice's order; never empty.
    pub failed: Vec<Failed>,
    /// Subject of the mail that came back.
    pub subject: Option<String>,
    /// When that mail was sent.
    pub sent: Option<Timestamp>,
    /// Its Message-ID, which bounces of the same mail share.
    pub mail: Option<String>,
}

impl NoticeBrief {
    /// What is said of the first recipient.
    pub fn first(&self) -> Option<&Failed> {
        self.failed.first()
    }
}

/// What a notice says of one recipient whom the mail did not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The address; `None` where the notice names none.
    pub recipient: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Enhanced status code (RFC 3463).
    pub status: Option<String>,
    /// The server's own words.
    pub says: Option<String>,
    /// Whether the person has dealt with it.
    pub dealt: bool,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// The question it answers.
    pub query: ListQuery,
    /// The rows, from the one at `query.first` on.
    pub rows: Vec<Row>,
    /// How many rows the whole list has.
    pub total: u64,
    /// How many messages match: more than `total` where rows stand for several.
    pub matching: u64,
    /// Why the search can't be read, in a sentence; there are no rows then.
    pub fault: Option<String>,
    /// How many messages of the shelf there are per class, filters aside.
    pub per_class: Vec<(Class, u64)>,
}

impl ListPage {
    /// The row at a place in the whole list, where this page holds it.
    pub fn row(&self, at: u64) -> Option<&Row> {
        self.rows.get(usize::try_from(at.checked_sub(self.query.first)?).ok()?)
    }

    /// The place of a message in the whole list, where this page holds it.
    pub fn place(&self, id: MessageId) -> Option<u64> {
        Some(self.query.first + self.rows.iter().position(|row| row.id == id)? as u64)
    }
}

/// A storm, or all mail of one sender, with what the list holds of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupView {
    /// Which.
    pub within: Within,
    /// Its messages, at most [`super::groups::CHOSEN_MOST`].
    pub rows: Vec<Row>,
    /// When the first came.
    pub since: Option<Timestamp>,
    /// When the last came.
    pub until: Option<Timestamp>,
    /// The accounts it came to, with counts.
    pub accounts: Vec<(String, u64)>,
    /// The servers that sent a storm's notices, most first, at most fifty; of all its notices, whatever the
    /// list holds of them.
    pub reporters: Vec<ReporterView>,
}

/// What an allow or block entry would touch of what is held now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedView {
    /// What the entry would do.
    pub rule: SenderRule,
    /// What it would match on.
    pub scope: SenderScope,
    /// Its value.
    pub value: String,
    /// How much, in a sentence; `None` where the value does not fit the scope.
    pub says: Option<String>,
}

/// A server that took part in a storm.
#[derive(Debug, Clone, PartialEq)]
pub struct ReporterView {
    /// Its name; `None` where its notices do not say.
    pub server: Option<String>,
    /// How many of the storm's notices it sent.
    pub count: u64,
    /// When the first came.
    pub since: Timestamp,
    /// When the last came.
    pub until: Timestamp,
    /// A text for its postmaster, to be copied: the program sends nothing.
    pub letter: String,
}

/// One message with all that the reading pane shows.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageView {
    /// The row in the list.
    pub row: Row,
    /// The verdict in one sentence.
    pub sentence: String,
    /// The findings, strongest first.
    pub findings: Vec<Finding>,
    /// The notice, where it is one.
    pub notice: Option<Notice>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// Its header fields, decoded, in order.
    pub headers: Vec<(String, String)>,
    /// The way that it came, the first hop first.
    pub way: Vec<Hop>,
    /// The way of the mail that it carries back, where it is a notice that does.
    pub returned_way: Vec<Hop>,
    /// The host that handed it to the person's own server, where its source was kept and names one.
    pub handed_over_by: Option<IpAddr>,
    /// Its text, HTML reduced to plain text; `None` where the source was not kept (ordinary mail).
    pub text: Option<String>,
    /// The HTML beside that text, reduced to plain text; empty where there is none.
    pub html: String,
    /// Its source with invalid UTF-8 replaced, cut to 256 KiB.
    pub source: Option<String>,
}

/// One allow or block entry as the window shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct SenderView {
    /// Its key.
    pub id: i64,
    /// The entry.
    pub entry: SenderEntry,
    /// When it was added.
    pub added: Timestamp,
    /// Where it came from, in words: "from *Undelivered: cheap tablets*" or "typed by hand".
    pub origin: String,
}

/// Who wanted what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The person.
    Person,
    /// A rule: the policy, a schedule, a repair.
    Rule,
}

/// What takes something back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// Undoing this action.
    Action(ActionId),
    /// Removing this allow or block entry.
    Sender(i64),
}

impl WayBack {
    /// The command that does it.
    pub fn command(self) -> Command {
        match self {
            WayBack::Action(id) => Command::Undo(id),
            WayBack::Sender(id) => Command::RemoveSender(id),
        }
    }
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityRow {
    /// When.
    pub at: Timestamp,
    /// What happened, in one sentence.
    pub says: String,
    /// Who wanted it.
    pub by: By,
    /// What takes it back, where anything does.
    pub undo: Option<WayBack>,
    /// Whether it is finished; an unfinished one is repaired at the next sync.
    pub finished: bool,
}

/// The overview's figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OverviewView {
    /// Messages per class, in the order of [`Class::ALL`].
    pub per_class: Vec<(Class, u64)>,
    /// What was found most in harmful mail of the last 90 days, most first, at most six.
    pub attacks: Vec<AttackView>,
    /// Servers that sent backscatter, most first, at most ten.
    pub sources: Vec<(String, u64)>,
    /// Genuine bounces of the last 14 days that are not dealt with, newest first, at most ten.
    pub bounces: Vec<Row>,
    /// All genuine bounces that are not dealt with.
    pub open_bounces: u64,
    /// Held now.
    pub held: u64,
    /// Would be held if the account acted.
    pub would_hold: u64,
    /// The newest message of the last visit; `None` at the first one.
    pub seen: Option<MessageId>,
    /// How many that are held, or would be, came since.
    pub new: u64,
}

/// What an account holds, or would if it acted.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewView {
    /// The account's name.
    pub account: String,
    /// What is held or would be, by class, in the order of [`Class::ALL`].
    pub groups: Vec<PreviewGroup>,
    /// How many messages are held.
    pub held: u64,
    /// How many more would be, if the account acted.
    pub would_hold: u64,
    /// How many more a strict account would hold.
    pub in_doubt: u64,
    /// How many genuine bounces there are; they are never held.
    pub genuine: u64,
    /// How many messages were judged.
    pub judged: u64,
}

/// What an account holds of one class, or would.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewGroup {
    /// The class.
    pub class: Class,
    /// How many messages.
    pub count: u64,
    /// The newest few of them.
    pub examples: Vec<Row>,
}

/// A kind of attack with how many messages have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttackView {
    /// The finding's identifier.
    pub id: String,
    /// What it proves, in one line.
    pub means: String,
    /// How many messages have it.
    pub count: u64,
}

/// Messages over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartView {
    /// The question it answers.
    pub query: ChartQuery,
    /// The columns, oldest first and without gaps.
    pub bins: Vec<ChartBin>,
}

/// One column of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartBin {
    /// When it begins; it lasts one step.
    pub at: Timestamp,
    /// How many messages of each class came in it, in the order of [`Class::ALL`]; those with none left out.
    pub counts: Vec<(Class, u64)>,
}

/// A long job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobView {
    /// Its key, for [`super::Command::CancelJob`].
    pub id: JobId,
    /// What it does, as in "Reading Sent of Work".
    pub says: String,
    /// Steps done.
    pub done: u64,
    /// Steps in all, where known.
    pub total: Option<u64>,
    /// Whether it has ended.
    pub ended: bool,
}

/// What a connection test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedView {
    /// The Sent folder that would be used, for people; `None` where none was found.
    pub sent: Option<String>,
    /// How many messages INBOX holds.
    pub inbox: u32,
    /// Whether mail can be moved safely on this server, in words where it can't.
    pub moving: Option<String>,
}

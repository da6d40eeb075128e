//! What the header says. It decides whether the text is worth reading: most mail leaves here.

use std::cell::OnceCell;
use std::sync::LazyLock;

use mail_parser::HeaderName;

use super::super::super::anyof::AnyOf;
use super::super::super::message::Message;
use super::super::address;
use super::fold::fold;
use super::people::{Addressed, Sender};
use super::report;
use super::words::{self, Hits, Topic};

/// What the header says, before any text is read.
pub(super) struct Head<'c, 'm> {
    pub(super) person: Addressed<'c, 'm>,
    pub(super) sender: Sender,
    /// The subject, folded.
    pub(super) subject: String,
    in_subject: OnceCell<Hits>,
    /// The sender's name and the local part of the address, folded.
    names: String,
    in_name: OnceCell<Hits>,
    daemon: bool,
}

impl<'c, 'm> Head<'c, 'm> {
    /// Reads the header; `None` where nothing there is worth a look at the text.
    ///
    /// What goes to many, and what answers another mail, must speak of what fakes speak of right there; of
    /// other mail a word is enough, or a text so short that it costs nothing.
    pub(super) fn of(message: &'c Message<'m>) -> Option<Head<'c, 'm>> {
        let root = message.root()?;
        let mut subject = String::new();
        let mut from = None;
        let mut apart = false;
        for header in &root.inner().headers {
            match &header.name {
                HeaderName::Subject => subject = fold(&root.header_text(header)),
                HeaderName::From => from = header.value.as_address(),
                HeaderName::ListId
                | HeaderName::ListUnsubscribe
                | HeaderName::ListPost
                | HeaderName::InReplyTo
                | HeaderName::References => {
                    apart = true;
                }
                HeaderName::Other(name) if name.eq_ignore_ascii_case("precedence") => apart = true,
                _ => {}
            }
        }
        let sender = Sender::by(from);
        let names = [sender.name.as_str(), " | ", &sender.local()].concat();
        let daemon = address::is_daemon(&sender.address) || DAEMONS.is_in(&names);
        let (in_subject, in_name) = (OnceCell::new(), OnceCell::new());
        let person = Addressed::by(message);
        let head = Head { person, sender, subject, in_subject, names, in_name, daemon };
        // A daemon's name and a report's shape are told without looking any word up.
        let worth = daemon || report::is_report(message) || head.topics().next().is_some();
        (worth || !apart && head.worded() || head.names_person()).then_some(head)
    }

    /// Whether a word makes the text worth reading, or the text is so short that it costs nothing.
    fn worded(&self) -> bool {
        self.in_subject().any
            || self.in_name().any
            || self.subject.is_empty()
            || WORTH.is_in(&self.subject)
            || WORTH.is_in(&self.sender.name)
            || is_short(self.person.message())
    }

    /// Whether subject or sender name the person.
    fn names_person(&self) -> bool {
        let texts = [&self.subject, &self.sender.name];
        // Both forms of the person's name in which they are looked for have a point or an at sign.
        let may_name = |text: &&String| memchr::memchr2(b'@', b'.', text.as_bytes()).is_some();
        texts.iter().any(may_name) && texts.iter().any(|text| self.person.is_named_in(text).is_some())
    }

    /// What the tables find in the subject, looked up when somebody asks.
    pub(super) fn in_subject(&self) -> &Hits {
        self.in_subject.get_or_init(|| words::search(&self.subject))
    }

    /// What they find in the sender's names.
    pub(super) fn in_name(&self) -> &Hits {
        self.in_name.get_or_init(|| words::search(&self.names))
    }

    /// Whether the sender has a mail daemon's name.
    pub(super) fn poses_as_daemon(&self) -> bool {
        self.daemon
    }

    /// What subject and sender speak of.
    pub(super) fn topics(&self) -> impl Iterator<Item = Topic> {
        self.in_subject().topics.iter().chain(&self.in_name().topics).map(|(t, _)| *t)
    }
}

/// Whether its text is so short that it costs nothing to read: worms come under any subject.
fn is_short(message: &Message<'_>) -> bool {
    const SHORT: usize = 1_000;
    let own = message.parts().iter().filter(|p| p.depth == 0);
    own.filter_map(|p| p.text()).map(str::len).sum::<usize>() < SHORT
}

static DAEMONS: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(DAEMON_NAMES));
static WORTH: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(WORTH_WORDS));

/// Names of mail daemons, folded.
const DAEMON_NAMES: &[&str] = &[
    "mailerdaemon", "mailer daemon", "mail delivery", "delivery subsystem", "delivery system", "postmaster",
    "post master", "mail system", "mail daemon", "post office", "bounced mail", "returned mail",
    "automatic email delivery", "mail administrator", "delivery status notif",
];

/// Words of a header that say little, under which such mail comes as well; folded.
const WORTH_WORDS: &[&str] = &[
    "notif", "alert", "warning", "important", "action", "attention", "notice", "account", "security",
    "verif", "support", "service", "urgent", "reminder", "required", "expire", "report", "inbox", "sync",
    "error",
];

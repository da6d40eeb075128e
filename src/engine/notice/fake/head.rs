//! What the header says. It decides whether the text is worth reading: most mail leaves here.

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
    pub(super) in_subject: Hits,
    pub(super) in_name: Hits,
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
        let in_subject = words::search(&subject);
        let in_name = words::search(&names);
        let daemon = address::is_daemon(&sender.address) || DAEMONS.is_in(&names);
        let topical = !in_subject.topics.is_empty() || !in_name.topics.is_empty();
        let worded = || {
            in_subject.any
                || in_name.any
                || subject.is_empty()
                || WORTH.is_in(&subject)
                || WORTH.is_in(&sender.name)
                || is_short(message)
        };
        let worth = daemon || topical || report::is_report(message) || (!apart && worded());
        // Both forms of the person's name in which they are looked for have a point or an at sign.
        let may_name = |text: &str| memchr::memchr2(b'@', b'.', text.as_bytes()).is_some();
        if !worth && !may_name(&subject) && !may_name(&sender.name) {
            return None;
        }
        let person = Addressed::by(message);
        let named = || person.is_named_in(&subject).or_else(|| person.is_named_in(&sender.name)).is_some();
        (worth || named()).then_some(Head { person, sender, subject, in_subject, in_name, daemon })
    }

    /// Whether the sender has a mail daemon's name.
    pub(super) fn poses_as_daemon(&self) -> bool {
        self.daemon
    }

    /// What subject and sender speak of.
    pub(super) fn topics(&self) -> impl Iterator<Item = Topic> {
        self.in_subject.topics.iter().chain(&self.in_name.topics).map(|(t, _)| *t)
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

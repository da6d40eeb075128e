//! What speaks for honest mail.

use std::sync::LazyLock;

use super::super::super::anyof::AnyOf;
use super::calls::{Call, Kin};
use super::links::shows_another;
use super::signs as s;
use super::weigh::{Case, Scale, has_code};
use super::words::{Topic, greetings};

/// Text beyond which a mail is long, and very long, in folded bytes (of [`super::read`] no more is known).
const LONG: usize = 3_500;
const VERY_LONG: usize = 5_500;

impl Case<'_, '_> {
    /// What speaks for honest mail.
    pub(super) fn against(&self, scale: &mut Scale, calls: &[Call<'_>], worst: Option<&Call<'_>>) {
        let message = self.message;
        let field = |name: &str| message.top_evidence(name);
        let kin = worst.map(|call| call.kin);
        if kin == Some(Kin::Other)
            && !scale.poses()
            && !scale.has(&[s::LINK_DECEIT])
            && self.head.sender.is_signed(message)
        {
            let says = format!(
                "It carries a signature of {}, and poses as no other.",
                self.head.sender.organisation()
            );
            scale.put(s::PLAIN, says, field("dkim-signature"));
        }
        let awaited = self.texts.iter().find_map(|t| {
            let (_, place) = t.hits().topics.iter().find(|(topic, _)| *topic == Topic::Held)?;
            Some((t, greetings::answer(&t.folded.text, place)?))
        });
        if let Some((text, place)) = awaited {
            let says = "What it speaks of waits for an answer of yours, as messages on a site do.";
            scale.put(s::AWAITS, says, text.evidence(message, place));
        }
        if let Some(call) = worst.filter(|c| c.kin == Kin::Provider) {
            scale.put(s::KNOWN, "Sender and links belong to one known provider.", self.place(call.link));
        }
        if kin == Some(Kin::Own) {
            let call = calls.iter().find(|c| c.kin == Kin::Own);
            scale.put(
                s::OWN_LINKS,
                "Its links lead to your own domain or provider.",
                call.and_then(|c| self.place(c.link)),
            );
        }
        let listed = message.header("list-id").is_some();
        let answered = ["in-reply-to", "references"].into_iter().find(|name| message.header(name).is_some());
        // Members speak of mailboxes and passwords to each other. Who has the list's own address in links, or poses
        // as its domain, takes it for one person.
        let marks =
            [s::YOURS, s::LINK_YOU, s::NAMES_YOU].into_iter().filter(|kind| scale.has(&[*kind])).count();
        let as_one = listed && answered.is_none() && marks > 1;
        let sender = &self.head.sender;
        let own_sender = self.head.person.owns(sender.domain());
        // A list that puts its own address into From signs for everybody.
        let own_word = !(as_one && own_sender);
        if (kin == Some(Kin::Sender) || own_sender) && own_word && sender.is_signed(message) {
            scale.put(
                s::SIGNED,
                format!("It carries a signature of {}.", sender.organisation()),
                field("dkim-signature"),
            );
        }
        let poses = scale.poses();
        // Who poses as those who run the person's mail has links of its own as well: a page put there by stealth.
        if let Some(call) = worst.filter(|c| c.kin == Kin::Sender && !poses) {
            scale.put(
                s::SAME_HOUSE,
                "Its links lead to the organisation that it is from.",
                self.place(call.link),
            );
        }
        if as_one {
            let says = "It came through a mailing list, and speaks to it as if it were one person.";
            scale.put(s::LISTED_AS_ONE, says, field("list-id"));
        } else if listed {
            scale.put(s::LISTED, "It came through a mailing list.", field("list-id"));
        } else if message.header("list-unsubscribe").is_some() {
            scale.put(s::MAILING, "It says how to unsubscribe.", field("list-unsubscribe"));
        }
        if let Some(name) = answered {
            scale.put(s::ANSWER, "It answers another mail.", field(name));
        }
        // Such words are easily borrowed: beside a lure they count only with somebody's address or a code.
        let wish = self.texts.iter().any(|t| t.hits().wish.is_some());
        let lures = calls.iter().any(|call| {
            (call.kin == Kin::Other || shows_another(call.link))
                && (call.wants || wish && call.link.text.is_empty())
        });
        let borrowed = lures && !self.names_others() && !self.texts.iter().any(|t| has_code(&t.folded.text));
        static SERVER: LazyLock<AnyOf> = LazyLock::new(|| AnyOf::new(SERVER_PHRASES));
        let server = self.texts.iter().filter(|t| !borrowed && SERVER.is_in(&t.folded.text)).find_map(|t| {
            let word = SERVER_PHRASES.iter().find(|w| t.folded.text.contains(**w))?;
            Some((t, t.folded.text.find(word)?))
        });
        if let Some((text, place)) = server {
            let says = "It speaks as mail servers do among themselves.";
            scale.put(s::SERVER, says, text.evidence(message, place));
        }
        let longest = self.texts.iter().map(|t| t.folded.text.len()).max().unwrap_or(0);
        if longest > VERY_LONG {
            scale.put(s::VERY_LONG, "It says very much; such mail is short.", None);
        } else if longest > LONG {
            scale.put(s::LONG, "It says much; such mail is short.", None);
        }
    }
}

/// What mail servers write about a delivery and nobody else does, folded.
const SERVER_PHRASES: &[&str] = &[
    "retry timeout", "retry time not reached", "rcpt to", "mail from:<", "smtp error", "smtp session",
    "smtp transaction", "queue id", "queueid", "connection timed out", "connection refused",
    "while talking to", "remote mail server", "remote mta", "reporting mta", "mail delivery software",
    "unrouteable", "unroutable", "host not found", "no such user", "user unknown", "unknown user",
    "all hosts have been failing", "lowest numbered mx", "transcript of session", "message identifier is",
    "local delivery", "qmailsend", "end of data", "delivery attempt", "exceeded storage allocation",
];

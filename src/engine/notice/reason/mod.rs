//! Why delivery failed: the one published list of words, and how a server's answer leads to one.
//!
//! [`Reason`] is the list. [`derive`] reads an enhanced status code (RFC 3463 and the IANA registry, table in
//! `status`), an SMTP reply code (RFC 5321 §4.2, table in `reply`) and the server's own words (tables in
//! `words`, provider codes in `provider`). Words are asked first where a code says little: `5.7.1` and
//! `550` are used for everything. A new phrase or code is one line in one of these tables.

mod provider;
mod reply;
mod status;
mod words;

#[cfg(test)]
mod tests;

use crate::engine::words::clip;
use serde::{Deserialize, Serialize};

pub use reply::ReplyCode;
pub use status::EnhancedStatus;

/// Why delivery failed: the one published list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no such mailbox.
    MailboxUnknown,
    /// The mailbox moved and left no forwarding address.
    Moved,
    /// The mailbox exists and is switched off.
    Suspended,
    /// The mailbox has no room.
    MailboxFull,
    /// The domain or its mail server can't be found.
    HostUnknown,
    /// The host or domain takes no mail at all (RFC 7504, RFC 7505).
    NoMailAccepted,
    /// The recipient's server could not be reached, or the connection broke.
    Network,
    /// No encrypted connection could be made where one is required.
    Tls,
    /// The server tried for as long as it does and gave up.
    Expired,
    /// The mail went in a circle.
    Loop,
    /// Something inside the mail is not accepted.
    RejectedContent,
    /// The mail is larger than the other side takes.
    TooLarge,
    /// The mail was taken for spam.
    Spam,
    /// The mail was taken for a virus or an attack.
    Virus,
    /// A rule of the other side forbids it.
    Policy,
    /// This sender may not write to this address, group or list.
    NotAllowed,
    /// SPF, DKIM or DMARC did not pass.
    AuthFailure,
    /// The sending address, domain or server is on a block list or has a bad reputation.
    BlockedSender,
    /// The sending server has no matching reverse DNS name.
    ReverseDns,
    /// Too much in too short a time, or too many recipients or connections.
    RateLimited,
    /// The server does not pass mail on to that domain for this sender.
    RelayingDenied,
    /// An address, a header field or an SMTP command is written wrongly.
    Syntax,
    /// The sending service itself refuses to write to this address after earlier bounces.
    Suppressed,
    /// Something at the other side is broken or misconfigured.
    System,
    /// Nothing failed: the report is of success.
    Delivered,
    /// Nothing in the report says why.
    Undefined,
}

/// Whether writing again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// The same mail will fail again until something changes at the other side.
    Pointless,
    /// The same mail can go through later.
    Later,
    /// It can go through once the person changes something: the address, the size, the content.
    AfterChange,
    /// There is no need to.
    NotNeeded,
}

impl Reason {
    /// Every reason, in the order of the published list.
    pub const ALL: [Reason; 26] = [
        Reason::MailboxUnknown,
        Reason::Moved,
        Reason::Suspended,
        Reason::MailboxFull,
        Reason::HostUnknown,
        Reason::NoMailAccepted,
        Reason::Network,
        Reason::Tls,
        Reason::Expired,
        Reason::Loop,
        Reason::RejectedContent,
        Reason::TooLarge,
        Reason::Spam,
        Reason::Virus,
        Reason::Policy,
        Reason::NotAllowed,
        Reason::AuthFailure,
        Reason::BlockedSender,
        Reason::ReverseDns,
        Reason::RateLimited,
        Reason::RelayingDenied,
        Reason::Syntax,
        Reason::Suppressed,
        Reason::System,
        Reason::Delivered,
        Reason::Undefined,
    ];

    /// The word of the `scan --json` contract and of the database.
    pub fn word(self) -> &'static str {
        match self {
            Reason::MailboxUnknown => "mailbox_unknown",
            Reason::Moved => "moved",
            Reason::Suspended => "suspended",
            Reason::MailboxFull => "mailbox_full",
            Reason::HostUnknown => "host_unknown",
            Reason::NoMailAccepted => "no_mail_accepted",
            Reason::Network => "network",
            Reason::Tls => "tls",
            Reason::Expired => "expired",
            Reason::Loop => "loop",
            Reason::RejectedContent => "rejected_content",
            Reason::TooLarge => "too_large",
            Reason::Spam => "spam",
            Reason::Virus => "virus",
            Reason::Policy => "policy",
            Reason::NotAllowed => "not_allowed",
            Reason::AuthFailure => "auth_failure",
            Reason::BlockedSender => "blocked_sender",
            Reason::ReverseDns => "reverse_dns",
            Reason::RateLimited => "rate_limited",
            Reason::RelayingDenied => "relaying_denied",
            Reason::Syntax => "syntax",
            Reason::Suppressed => "suppressed",
            Reason::System => "system",
            Reason::Delivered => "delivered",
            Reason::Undefined => "undefined",
        }
    }

    /// The reason of a [`word`](Self::word), or `None` for a word of a newer program.
    pub fn from_word(word: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// One plain sentence for the person.
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::MailboxUnknown => "There is no such address there. Check the spelling.",
            Reason::Moved => "The person moved to another address and left no forwarding.",
            Reason::Suspended => "The mailbox exists but is switched off.",
            Reason::MailboxFull => "The mailbox is full.",
            Reason::HostUnknown => "The part after the @ leads to no mail server. Check the spelling.",
            Reason::NoMailAccepted => "That domain takes no mail.",
            Reason::Network => "The recipient's server could not be reached.",
            Reason::Tls => "No encrypted connection to the recipient's server could be made.",
            Reason::Expired => "The recipient's server did not take the mail in time.",
            Reason::Loop => "The mail went in a circle between servers.",
            Reason::RejectedContent => "Something in the mail is not accepted there.",
            Reason::TooLarge => "The mail is too large for the recipient's server.",
            Reason::Spam => "The recipient's server took the mail for spam.",
            Reason::Virus => "The recipient's server took the mail for a virus.",
            Reason::Policy => "A rule of the recipient's server forbids the mail.",
            Reason::NotAllowed => "You are not among those who may write to this address.",
            Reason::AuthFailure => "The mail did not pass the check of the sender (SPF, DKIM or DMARC).",
            Reason::BlockedSender => "Your address or your mail server is blocked there.",
            Reason::ReverseDns => "Your mail server has no proper name in DNS.",
            Reason::RateLimited => "Too much mail came at once.",
            Reason::RelayingDenied => "The server does not pass on mail to that domain.",
            Reason::Syntax => "An address or a command was written wrongly.",
            Reason::Suppressed => "Your mail service no longer writes to this address after earlier bounces.",
            Reason::System => "The recipient's server has a fault.",
            Reason::Delivered => "The mail was delivered.",
            Reason::Undefined => "The server does not say why.",
        }
    }

    /// Whether writing again makes sense.
    pub fn retry(self) -> Retry {
        match self {
            Reason::MailboxUnknown
            | Reason::HostUnknown
            | Reason::Moved
            | Reason::TooLarge
            | Reason::RejectedContent
            | Reason::Spam
            | Reason::Virus
            | Reason::Syntax
            | Reason::RelayingDenied => Retry::AfterChange,
            Reason::MailboxFull
            | Reason::Network
            | Reason::Tls
            | Reason::Expired
            | Reason::RateLimited
            | Reason::System
            | Reason::Undefined => Retry::Later,
            Reason::Suspended
            | Reason::NoMailAccepted
            | Reason::Loop
            | Reason::Policy
            | Reason::NotAllowed
            | Reason::AuthFailure
            | Reason::BlockedSender
            | Reason::ReverseDns
            | Reason::Suppressed => Retry::Pointless,
            Reason::Delivered => Retry::NotNeeded,
        }
    }
}

/// What a server's answer is made of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answer<'a> {
    /// The Status field of the report (RFC 3464 §2.3.4), if there is one.
    pub status: Option<EnhancedStatus>,
    /// The server's words: the diagnostic, or the text around the address.
    pub text: &'a str,
}

/// The longest answer that is read for words, in bytes.
const MAX_TEXT: usize = 4096;

/// What a server's words say, read once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    text: &'a str,
    said: words::Said,
    /// The enhanced status among the words.
    inner: Option<EnhancedStatus>,
}

impl<'a> Told<'a> {
    /// Reads the first [`MAX_TEXT`] bytes.
    pub(super) fn of(text: &'a str) -> Told<'a> {
        let text = clip(text, MAX_TEXT);
        Told { text, said: words::hear(text), inner: EnhancedStatus::find(text) }
    }

    /// Reads them where the enhanced status of the whole text is known.
    pub(super) fn knowing(text: &'a str, inner: Option<EnhancedStatus>) -> Told<'a> {
        match text.len() > MAX_TEXT {
            true => Told::of(text),
            false => Told { text, said: words::hear(text), inner },
        }
    }

    /// Whether these are codes alone, and only such as are used for many causes: what a notice says around them says
    /// more.
    pub(super) fn says_little(&self) -> bool {
        self.said.heard.is_none()
            && self.said.code.is_none()
            && self.inner.is_none_or(|status| status.reason(status::Trust::Specific).is_none())
    }

    /// Leads to a reason, beside `status`, that of the report; [`Reason::Undefined`] where nothing says why.
    ///
    /// In order: a code that its provider documents; words that leave no doubt; a status whose detail is
    /// specific; weaker words; the general status; the reply code.
    pub(super) fn reason(&self, status: Option<EnhancedStatus>) -> Reason {
        if let Some(reason) = self.said.code {
            return reason;
        }
        let heard = self.said.heard;
        let statuses = || [self.inner, status].into_iter().flatten();
        let specific = statuses().find_map(|s| s.reason(status::Trust::Specific));
        let general =
            || statuses().find_map(|s| s.reason(status::Trust::General).filter(|r| *r != Reason::Undefined));
        let reason = match (heard, specific) {
            // Time ran out: the code says over what.
            (Some(word), _) if word.reason == Reason::Expired => {
                let over = self.inner.filter(|s| !s.is_weak()).and_then(|_| general());
                over.filter(|r| *r != Reason::Delivered).unwrap_or(Reason::Expired)
            }
            (Some(word), _) if word.sure => word.reason,
            _ if self.said.spam && words::names_spam(self.text) => Reason::Spam,
            (_, Some(reason)) => reason,
            (Some(word), None) => word.reason,
            (None, None) => general()
                .or_else(|| ReplyCode::find(self.text).and_then(ReplyCode::reason))
                .unwrap_or(Reason::Undefined),
        };
        match reason {
            // A mailer calls the recipient unknown when its peer does not know the sender.
            Reason::MailboxUnknown | Reason::HostUnknown if self.said.at_sender => Reason::BlockedSender,
            _ => reason,
        }
    }
}

/// Leads from a server's answer to a reason; [`Reason::Undefined`] where nothing says why.
pub fn derive(answer: Answer<'_>) -> Reason {
    Told::of(answer.text).reason(answer.status)
}

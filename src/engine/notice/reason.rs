//! Why delivery failed: the one published list of words, and how a report's codes and words lead to it.
//!
//! Three tables, asked in this order: words of the server (they say more than a code), the enhanced status
//! code (RFC 3463 and its IANA registry), the SMTP reply code (RFC 5321 §4.2). A new phrase is a row.

use serde::{Deserialize, Serialize};

/// Why delivery failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no such mailbox.
    MailboxUnknown,
    /// The mailbox has no room.
    MailboxFull,
    /// The mailbox or account is switched off.
    Suspended,
    /// The domain or its mail server does not exist.
    HostUnknown,
    /// The mail server could not be reached, or the connection broke.
    Network,
    /// The server tried for as long as it does and gave up.
    Expired,
    /// The content is not wanted there.
    RejectedContent,
    /// It was taken for spam.
    Spam,
    /// It was taken for a virus.
    Virus,
    /// It is larger than the server takes.
    TooLarge,
    /// A rule of the receiving side forbids it.
    Policy,
    /// SPF, DKIM or DMARC did not hold.
    AuthFailure,
    /// The sender, or the sending host, is on a list.
    BlockedSender,
    /// Too many mails or connections in a short time.
    RateLimited,
    /// The server does not pass mail on for this sender.
    RelayingDenied,
    /// A fault of the receiving system itself.
    System,
    /// Nothing in the report says why.
    Undefined,
}

impl Reason {
    /// Every reason, in the order of the published list.
    pub const ALL: &[Reason] = &[
        Reason::MailboxUnknown,
        Reason::MailboxFull,
        Reason::Suspended,
        Reason::HostUnknown,
        Reason::Network,
        Reason::Expired,
        Reason::RejectedContent,
        Reason::Spam,
        Reason::Virus,
        Reason::TooLarge,
        Reason::Policy,
        Reason::AuthFailure,
        Reason::BlockedSender,
        Reason::RateLimited,
        Reason::RelayingDenied,
        Reason::System,
        Reason::Undefined,
    ];

    /// The word of the `scan --json` contract and of the database.
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// One plain sentence for the person.
    pub fn sentence(self) -> &'static str {
        self.row().1
    }

    /// Whether sending the same mail again later can help without changing anything.
    pub fn worth_retrying(self) -> bool {
        self.row().2
    }

    fn row(self) -> (&'static str, &'static str, bool) {
        match self {
            Reason::MailboxUnknown => ("mailbox_unknown", "There is no mailbox of that name.", false),
            Reason::MailboxFull => ("mailbox_full", "The mailbox is full.", true),
            Reason::Suspended => ("suspended", "The mailbox is switched off.", false),
            Reason::HostUnknown => ("host_unknown", "The domain takes no mail or does not exist.", false),
            Reason::Network => ("network", "The mail server could not be reached.", true),
            Reason::Expired => ("expired", "The server tried for days and gave up.", true),
            Reason::RejectedContent => ("rejected_content", "The content was refused.", false),
            Reason::Spam => ("spam", "It was taken for spam.", false),
            Reason::Virus => ("virus", "It was taken for a virus.", false),
            Reason::TooLarge => ("too_large", "It is larger than the server takes.", false),
            Reason::Policy => ("policy", "A rule of the receiving side forbids it.", false),
            Reason::AuthFailure => {
                ("auth_failure", "Your domain's proof of sending (SPF, DKIM, DMARC) did not hold.", false)
            }
            Reason::BlockedSender => {
                ("blocked_sender", "The sender or the sending server is on a block list.", false)
            }
            Reason::RateLimited => ("rate_limited", "Too many mails in a short time.", true),
            Reason::RelayingDenied => {
                ("relaying_denied", "The server does not pass mail on for this sender.", false)
            }
            Reason::System => ("system", "The receiving system had a fault.", true),
            Reason::Undefined => ("undefined", "The report does not say why.", false),
        }
    }

    /// The reason that a status code and the server's words give.
    pub fn derive(status: Option<&str>, diagnostic: Option<&str>) -> Reason {
        let words = diagnostic.unwrap_or_default().to_lowercase();
        let by_words = PHRASES.iter().find(|(_, phrases)| phrases.iter().any(|p| words.contains(p)));
        if let Some((reason, _)) = by_words {
            return *reason;
        }
        let by_status = status.and_then(|s| {
            let detail = s.split_once('.').map(|(_, rest)| rest)?;
            STATUS.iter().find(|(code, _)| *code == detail).map(|(_, reason)| *reason)
        });
        by_status.or_else(|| by_reply(&words)).unwrap_or(Reason::Undefined)
    }
}

/// The reason of the first SMTP reply code in a text.
fn by_reply(words: &str) -> Option<Reason> {
    words
        .split(|c: char| !c.is_ascii_digit())
        .filter(|w| w.len() == 3)
        .find_map(|w| REPLY.iter().find(|(code, _)| *code == w).map(|(_, reason)| *reason))
}

/// Enhanced status codes without their class (RFC 3463; RFC 7372, RFC 7505, RFC 4954, RFC 6710 and others
/// of the IANA registry).
const STATUS: &[(&str, Reason)] = &[
    ("1.0", Reason::MailboxUnknown),
    ("1.1", Reason::MailboxUnknown),
    ("1.2", Reason::HostUnknown),
    ("1.3", Reason::MailboxUnknown),
    ("1.4", Reason::MailboxUnknown),
    ("1.6", Reason::MailboxUnknown),
    ("1.7", Reason::BlockedSender),
    ("1.8", Reason::BlockedSender),
    ("1.10", Reason::HostUnknown),
    ("2.0", Reason::MailboxUnknown),
    ("2.1", Reason::Suspended),
    ("2.2", Reason::MailboxFull),
    ("2.3", Reason::TooLarge),
    ("3.0", Reason::System),
    ("3.1", Reason::MailboxFull),
    ("3.2", Reason::System),
    ("3.3", Reason::System),
    ("3.4", Reason::TooLarge),
    ("3.5", Reason::System),
    ("4.0", Reason::Network),
    ("4.1", Reason::Network),
    ("4.2", Reason::Network),
    ("4.3", Reason::System),
    ("4.4", Reason::HostUnknown),
    ("4.5", Reason::RateLimited),
    ("4.6", Reason::System),
    ("4.7", Reason::Expired),
    ("5.3", Reason::RateLimited),
    ("6.0", Reason::RejectedContent),
    ("6.1", Reason::RejectedContent),
    ("6.2", Reason::RejectedContent),
    ("6.3", Reason::RejectedContent),
    ("7.0", Reason::Policy),
    ("7.1", Reason::Policy),
    ("7.2", Reason::Policy),
    ("7.8", Reason::RelayingDenied),
    ("7.13", Reason::Suspended),
    ("7.20", Reason::AuthFailure),
    ("7.21", Reason::AuthFailure),
    ("7.22", Reason::AuthFailure),
    ("7.23", Reason::AuthFailure),
    ("7.25", Reason::AuthFailure),
    ("7.26", Reason::AuthFailure),
    ("7.27", Reason::BlockedSender),
];

/// SMTP reply codes that mean one thing (RFC 5321 §4.2.3).
const REPLY: &[(&str, Reason)] = &[
    ("421", Reason::Network),
    ("451", Reason::System),
    ("452", Reason::MailboxFull),
    ("550", Reason::MailboxUnknown),
    ("551", Reason::MailboxUnknown),
    ("552", Reason::MailboxFull),
    ("553", Reason::MailboxUnknown),
];

/// Words of servers in lower case, the more telling rows first.
const PHRASES: &[(Reason, &[&str])] = &[
    (
        Reason::AuthFailure,
        &[
            "dmarc",
            "spf check",
            "spf fail",
            "spf validation",
            "dkim",
            "sender policy framework",
            "unauthenticated email",
        ],
    ),
    (Reason::Virus, &["virus", "malware", "infected"]),
    (
        Reason::MailboxFull,
        &[
            "mailbox full",
            "mailbox is full",
            "over quota",
            "overquota",
            "quota exceeded",
            "exceeded storage",
            "quota full",
            "out of storage",
            "exceeds allowed quota",
            "not enough storage",
            "insufficient system storage",
            "user is over",
        ],
    ),
    (
        Reason::TooLarge,
        &[
            "message too large",
            "message size exceeds",
            "too big",
            "exceeds size limit",
            "size limit exceeded",
            "maximum message size",
            "message file too big",
        ],
    ),
    (
        Reason::RateLimited,
        &[
            "too many",
            "rate limit",
            "throttl",
            "try again later, closing",
            "exceeded the rate",
            "receiving mail at a rate",
            "greylist",
            "graylist",
        ],
    ),
    (
        Reason::RelayingDenied,
        &[
            "relay access denied",
            "relaying denied",
            "relay not permitted",
            "unable to relay",
            "not permitted to relay",
            "relay denied",
            "we do not relay",
            "relaying is not allowed",
        ],
    ),
    (
        Reason::BlockedSender,
        &[
            "blacklist",
            "blocklist",
            "block list",
            "listed at",
            "listed by",
            "spamhaus",
            "spamcop",
            "dnsbl",
            "rbl",
            "poor reputation",
            "blocked using",
            "has been blocked",
            "sender is blocked",
            "bad reputation",
        ],
    ),
    (Reason::Spam, &["spam", "unsolicited", "bulk mail", "junk mail"]),
    (
        Reason::Suspended,
        &[
            "account disabled",
            "account is disabled",
            "mailbox disabled",
            "user disabled",
            "account suspended",
            "inactive user",
            "mailbox is inactive",
            "account inactive",
            "deactivated",
            "account has been disabled",
            "mailbox unavailable or access denied",
            "not active",
        ],
    ),
    (
        Reason::HostUnknown,
        &[
            "host unknown",
            "host not found",
            "domain not found",
            "no such domain",
            "unknown host",
            "name or service not known",
            "nxdomain",
            "unrouteable mail domain",
            "no mx",
            "domain does not exist",
            "host or domain name not found",
            "couldn't find any host",
            "unrouteable address",
        ],
    ),
    (
        Reason::MailboxUnknown,
        &[
            "user unknown",
            "unknown user",
            "no such user",
            "no such mailbox",
            "does not exist",
            "unknown recipient",
            "recipient unknown",
            "mailbox not found",
            "user not found",
            "no mailbox here",
            "invalid recipient",
            "recipient rejected",
            "address rejected",
            "unknown address",
            "no such recipient",
            "recipientnotfound",
            "recipnotfound",
            "not a valid mailbox",
            "mailbox unavailable",
            "doesn't have a",
            "no such address",
            "invalid mailbox",
            "unknown local",
            "not our customer",
            "no account by that name",
            "recipient address rejected",
            "addressee unknown",
        ],
    ),
    (
        Reason::Expired,
        &[
            "retry timeout exceeded",
            "message expired",
            "delivery time expired",
            "too long in queue",
            "queue too long",
            "could not be delivered for",
            "giving up",
            "retry time not reached",
            "delivery expired",
            "expired after",
        ],
    ),
    (
        Reason::Network,
        &[
            "connection timed out",
            "connection refused",
            "network is unreachable",
            "no route to host",
            "lost connection",
            "connection reset",
            "timed out",
            "couldn't connect",
            "could not connect",
            "unable to connect",
            "server disconnected",
        ],
    ),
    (
        Reason::RejectedContent,
        &[
            "content rejected",
            "message content",
            "rejected for content",
            "attachment type",
            "prohibited attachment",
            "banned",
            "content filter",
        ],
    ),
    (
        Reason::Policy,
        &[
            "policy",
            "not authorized",
            "not permitted",
            "access denied",
            "administrative prohibition",
            "refused by",
            "denied by",
        ],
    ),
    (
        Reason::System,
        &[
            "system error",
            "internal error",
            "local error",
            "configuration error",
            "mail loop",
            "loops back",
            "too many hops",
            "can't create output",
            "temporary failure",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_more_than_codes_and_codes_more_than_nothing() {
        assert_eq!(
            Reason::derive(Some("5.1.1"), Some("550 5.1.1 no such user here")),
            Reason::MailboxUnknown
        );
        assert_eq!(Reason::derive(Some("5.0.0"), Some("552 mailbox full")), Reason::MailboxFull);
        assert_eq!(Reason::derive(Some("5.7.26"), None), Reason::AuthFailure);
        assert_eq!(Reason::derive(Some("4.4.1"), None), Reason::Network);
        assert_eq!(Reason::derive(None, Some("451 odd")), Reason::System);
        assert_eq!(Reason::derive(None, None), Reason::Undefined);
    }

    #[test]
    fn the_published_words_are_those_of_the_contract() {
        for reason in Reason::ALL {
            let json = serde_json::to_string(reason).unwrap();
            assert_eq!(json, format!("\"{}\"", reason.word()));
            assert!(reason.sentence().ends_with('.'));
        }
    }
}

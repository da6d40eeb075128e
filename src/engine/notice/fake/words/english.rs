//! English.

use super::Topic::{Closed, Failed, Full, Held, Password, Upgrade};
use super::{Language, row};

/// What mail servers call their notices: thing and state in one.
const NOTICES: &[&str] = &[
    "delivery status notif", "delivery notification", "delivery failure", "delivery has failed",
    "failure notice", "returned mail", "undeliverable", "undelivered mail", "undelivered message",
    "non-delivery report", "non delivery report", "non-delivery notif", "mail delivery failed",
    "delayed mail", "message delivery failure", "mail system error", "returned to sender",
    "returning message to sender",
];

/// What holds mail and can be closed or confirmed.
const BOXES: &[&str] = &[
    "mailbox", "mail box", "inbox", "webmail", "email account", "mail account", "email box", "email service",
    "email services", "email access", "mail access", "email id$", "outlook account", "office account",
    "office 365", "roundcube", "zimbra", "cpanel", "owa account", "outlook web", "email profile",
    "email settings", "mail settings", "mail server", "mailserver", "email server", "mail service", "imap",
    "smtp", "mail routing", "email routing", "your email$", "your mail$", "domain email",
];

#[rustfmt::skip]
pub(super) const TABLE: &[Language] = &[Language {
    topics: &[
        row(
            Held,
            &["message", "mail$", "mails$", "email$", "emails$", "incoming", "inbound"],
            &[
                "pending", "on hold", "held$", "being held", "withheld", "quarantin", "blocked", "stuck", "queued",
                "in queue", "in the queue", "unreleased", "awaiting", "waiting for release", "to be released", "release$",
                "suspended", "retained", "trapped", "unreceived", "not received", "not been received", "prevented",
                "clustered", "delayed", "placed on hold", "restricted", "on the server", "on our server", "cloud server",
                "on your cloud", "failed to sync", "sync error", "synchron", "not synced", "unsynced", "intercepted",
            ],
        ),
        row(
            Failed,
            &["message", "mail$", "mails$", "email$", "emails$", "incoming", "mailbox", "smtp"],
            &[
                "undeliver", "not delivered", "not been delivered", "non delivery", "nondelivery", "failed", "failure",
                "delivery fail", "delivery error", "delivery problem", "delivery issue", "delivery status", "delivery report",
                "delivery suspended", "delivery delay", "delivery notif", "delivery has", "unable to deliver",
                "could not be delivered", "couldn't be delivered", "could not be sent", "was not sent", "can't be delivered",
                "cannot be delivered", "returned", "returning", "rejected", "bounced", "bouncing", "not deliver", "unsent$",
                "transaction failed", "missing",
            ],
        ),
        row(Failed, NOTICES, NOTICES),
        row(
            Full,
            &["mailbox", "mail box", "inbox", "email account", "mail account", "email box", "email storage", "mail quota", "email quota", "webmail", "storage", "quota", "disk space", "email server", "mail server"],
            &[
                "full$", "almost full", "nearly full", "exceeded", "exceeding", "exceeds", "over quota", "over limit",
                "over its limit", "quota limit", "storage limit", "size limit", "quota warning", "quota alert", "quota notif", "limit reached", "reached the limit",
                "reached its limit", "reached its", "reached it's", "out of space", "out of storage", "low on", "running low", "is low$", "running out",
                "used up", "90%", "91%", "92%", "93%", "94%", "95%", "96%", "97%", "98%", "99%", "100%", "insufficient", "low disk", "space left",
                "storage capacity", "requires capacity", "capacity increase", "storage is", "storage quota", "clear cache",
            ],
        ),
        row(Full, &["mailbox quota", "mail quota", "email quota", "mailbox size", "mailbox storage", "mailbox capacity", "email storage"], &["raise", "increase", "extend", "expand"]),
        row(
            Password,
            &["password", "passcode", "passwd"],
            &[
                "expire", "expiring", "expiry", "expiration", "expires", "about to expire", "due to be changed", "keep",
                "retain", "same password", "current password", "outdated", "renew", "revalid", "reconfirm", 
            ],
        ),
        row(
            Closed,
            BOXES,
            &[
                "deactivat", "de-activat", "disabled", "disable$", "suspend", "closed", "closure", "shut down", "deleting",
                "shutting down", "shutdown", "terminat", "deleted", "deletion", "delete$", "remove your", "removal of", "closing",
                "blocked", "locked", "restrict", "blacklist", "black list", "lose access", "loss of", "cancel",
                "interrupt", "discontinu", "expire", "expiring", "blocked from", "limited", "violat", "unusual",
                "unauthorized", "suspicious", "login attempt", "sign in attempt", "on hold", "compromised",
            ],
        ),
        row(
            Closed,
            &["email address", "email id$", "mail id$"],
            &["deactivat", "suspend", "terminat", "blocked", "locked", "restrict", "blacklist", "disabled", "on hold"],
        ),
        row(
            Upgrade,
            BOXES,
            &[
                "upgrad", "updat", "validat", "revalidat", "verif", "re-confirm", "confirm", "migrat", "maintenance",
                "outdated", "out of date", "out-of-date", "old version", "older version", "new version", "latest version", "version was released", "version is available",
                "authenticat", "reactivat", "re-activat", "activat", "ownership", "error", "sync", "configur", "ssl$",
                "port error", "not up to date", "renew", "misconfigur",
            ],
        ),
    ],
    wish: &[
        "click", "follow the link", "follow this link", "follow the below", "use the link", "use the button", "tap here", "tap below",
        "sign in", "signin", "log in", "login", "log on", "re-login", "release message", "release messages", "release pending",
        "release all", "release your", "release the", "release email", "release mail", "release to inbox", "move to inbox", "retrieve", "recover", "restore", "re-validate", "revalidate",
        "validate", "verify", "re-confirm", "reconfirm", "confirm your", "confirm account", "confirm ownership",
        "keep same password", "keep my password", "keep current password", "keep your password", "keep the same", "keep using", "increase your", "increase mailbox", "upgrade your",
        "upgrade now", "upgrade mailbox", "update your", "update account", "update mailbox", "reactivate",
        "re-activate", "unblock", "unlock", "fix error", "fix now", "fix the", "resolve", "review message", "review messages", "review and",
        "review your", "view message", "view messages", "view pending", "view your", "deliver message", "deliver messages", "deliver now", "allow message",
        "allow messages", "allow delivery", "cancel deactivation", "cancel request", "stop deactivation", "open attach", "attached file",
        "open the attach", "see attach", "view attach", "download the attach", "attached form", "attached html", "scan the",
        "get more storage", "add storage", "add more storage", "free up", "clean up", "clear cache", "manage storage", "retain access", "redeliver", "re-deliver", "resend",
        "send again", "accept message", "renew", "apply settings",
    ],
    button: &[
        "here$", "add$", "free$", "error$", "reduce", "activity", "delist", "whitelist", "re-enable", "lift$", "deliver", "rectify", "release", "review", "view", "open$", "continue", "proceed", "access", "go to", "deliver", "allow",
        "confirm", "update", "upgrade", "fix$", "keep", "increase", "get messages", "receive", "read message", "download",
        "cancel", "stop$", "manage", "portal", "now$", "accept", "preview", "show", "renew", "extend", "activate",
        "authenticate", "enable", "settings", "play$", "listen", "hear$", "appeal", "get$", "retry", "clear", "try again", "learn more", "link$", "mailbox", "inbox", "webmail", "password",
    ],
    press: &[
        "within 24", "within 48", "within 12", "within 72", "24 hours", "48 hours", "72 hours", "24hrs", "48hrs", "24hours", "hours from now", "immediately", "urgent",
        "action required", "action needed", "attention", "final warning", "last warning", "final notice", "last notice", "final reminder", "will be deleted", "will be lost", "permanently",
        "will be closed", "will be blocked", "will be suspended", "will be terminated", "will be deactivated", "will be disabled",
        "to avoid", "avoid losing", "avoid being", "avoid losses", "failure to", "or else", "unable to send", "cannot receive", "can't receive", "cannot be received", "unable to receive", "be returned to sender", "not be able to", "send or receive", "send and receive",
        "sending or receiving", "as soon as possible", "important notice", "expires today", "expire today", "expires in", "deleted automatically", "automatically deleted",
    ],
    roles: &[
        "mailer-daemon", "mail delivery", "postmaster", "post master", "mail server", "mailserver", "mail system",
        "mail admin", "mail administrator", "email admin", "email administrator", "mailbox", "mail box", "webmail", "web mail", "mail archive", "mail gateway", "email gateway", "mail cloud", "server help", "mail client",
        "it desk", "it department", "it support", "it help", "it team", "it service", "helpdesk", "help desk", "help-desk", "service desk", "support desk",
        "system admin", "systems admin", "sysadmin", "server admin", "network admin", "administrator", "admin$", "domain admin", "quarantine", "cpanel", "outlook",
        "office 365", "office365", "microsoft", "exchange", "zimbra", "roundcube", "mail team", "email team", "account team", "security team",
        "account service", "mail support", "email support", "mail service", "email service", "email server", "email security", "mail security", "mail storage", "mail quota",
        "message center", "mail center", "mail-center", "mail desk", "delivery desk", "notification center", "server notif", "server report", "server support", "email notif", "mail notif", "mail alert", "email alert", "email delivery", "no-reply mail",
        "spam filter", "cloud mail", "account admin", "user support", "technical support", "tech support", "server$", "password",
    ],
    secrets: &[
        "user name:", "username:", "user id:", "login name:", "email id:", "email address:", "e-mail:", "email:", "password:", "your password:", "pass word:", "confirm password", "current password",
        "date of birth", "domain name:", "login id:", "email password", "old password", "password (", "account name:", "username (", "alternate email",
    ],
}];

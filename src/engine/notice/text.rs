//! Bounces that are no DSN: the plain text that Postfix, Exim, qmail, Sendmail, Exchange and Gmail write.
//!
//! Two things must meet: a sender that is a robot (or none), and the opening words of a family. A new
//! family, or a new language of one, is a row of [`FAMILIES`].

use super::dsn::{kind_of, status_in};
use super::reason::Reason;
use super::{Action, Notice, NoticeKind, Provenance, Recognised, Report, TEXT};
use crate::engine::message::{Message, Part};
use crate::engine::returned;

/// What is known of one server's way of writing.
struct Family {
    /// Its name in the report's `format`.
    name: &'static str,
    /// Words that open its text, in lower case. One is enough.
    opening: &'static [&'static str],
    /// Lines that begin the returned mail, in lower case: what follows names no recipients.
    returned: &'static [&'static str],
    /// Words that say that the server still tries, in lower case.
    delayed: &'static [&'static str],
}

const FAMILIES: &[Family] = &[
    Family {
        name: "postfix",
        opening: &[
            "this is the postfix program at host",
            "this is the mail system at host",
            "could not be delivered to one or more recipients",
            "could not be delivered for more than",
        ],
        returned: &["--- below this line is a copy of the message", "------ this is a copy of"],
        delayed: &["you do not need to resend", "this is a warning only", "will keep trying until"],
    },
    Family {
        name: "exim",
        opening: &[
            "this message was created automatically by mail delivery software",
            "a message that you sent could not be delivered to one or more of its",
            "a message that you sent has not yet been delivered",
            "could not be delivered to one or more of its recipients",
            "this message was created automatically by the smtp relay",
        ],
        returned: &[
            "------ this is a copy of the message",
            "------ this is a copy of your message",
            "------ the body of the message",
        ],
        delayed: &[
            "has not yet been delivered",
            "has not been delivered to one or more",
            "no action is required on your part",
        ],
    },
    Family {
        name: "qmail",
        opening: &[
            "i'm afraid i wasn't able to deliver your message",
            "hi. this is the qmail-send program",
            "hi. this is the deliver program",
            "this is the qmail-send program",
            "i wasn't able to deliver your message to the following addresses",
        ],
        returned: &[
            "--- below this line is a copy of the message",
            "--- below the next line is a copy",
            "--- enclosed is a copy of the message",
        ],
        delayed: &[],
    },
    Family {
        name: "sendmail",
        opening: &[
            "----- the following addresses had permanent fatal errors -----",
            "----- the following addresses had transient non-fatal errors -----",
            "----- the following addresses had delivery problems -----",
            "----- transcript of session follows -----",
            "the original message was received at",
            "message could not be delivered for",
        ],
        returned: &[
            "----- original message follows -----",
            "----- message header follows -----",
            "----- unsent message follows -----",
            "----- original message -----",
        ],
        delayed: &[
            "this is a warning message only",
            "you do not need to resend",
            "transient non-fatal errors",
            "will keep trying",
        ],
    },
    Family {
        name: "exchange",
        opening: &[
            "your message did not reach some or all of the intended recipients",
            "delivery has failed to these recipients or",
            "delivery has failed to these recipients or distribution lists",
            "the following recipient(s) could not be reached",
            "the following recipients could not be reached",
            "your message couldn't be delivered",
            "your message wasn't delivered",
            "ihre nachricht hat einige oder alle empf\u{e4}nger nicht erreicht",
            "fehler bei der nachrichtenzustellung an folgende empf\u{e4}nger oder verteilerlisten",
            "echec de la remise pour ces destinataires",
            "\u{e9}chec de la remise pour ces destinataires",
            "no se pudo entregar el mensaje a los siguientes destinatarios",
        ],
        returned: &["original message headers"],
        delayed: &["delivery is delayed to these recipients", "this message hasn't been delivered yet"],
    },
    Family {
        name: "gmail",
        opening: &[
            "delivery to the following recipient failed permanently",
            "delivery to the following recipients failed permanently",
            "delivery to the following recipient has been delayed",
            "your message wasn't delivered to",
            "this is an automatically generated delivery status notification",
        ],
        returned: &["----- original message -----", "----- message header follows -----"],
        delayed: &["has been delayed", "you do not need to resend your message", "gmail will retry for"],
    },
];

/// Local parts and names of robots that write notices, in lower case.
const ROBOTS: &[&str] = &[
    "mailer-daemon",
    "postmaster",
    "mail delivery",
    "mailerdaemon",
    "mail-daemon",
    "microsoftexchange",
    "maildaemon",
    "mdaemon",
    "delivery subsystem",
    "mail administrator",
    "system administrator",
];

/// Bytes of a text that are searched for opening words: they stand at the beginning.
const OPENING_WITHIN: usize = 4_096;
/// Bytes of a text that are read for recipients.
const READ: usize = 64 << 10;
/// Recipients that are read of one notice.
const RECIPIENTS: usize = 100;

/// Recognises a plain-text bounce.
pub(super) fn recognise(message: &Message<'_>) -> Option<Recognised> {
    if !from_robot(message) {
        return None;
    }
    let part = message.parts().iter().find(|p| p.depth == 0 && !p.is_html() && p.text().is_some())?;
    let text = part.text()?;
    let (family, opening) = family_of(text)?;
    let (body, lower) = own_words(family, text);
    let delayed = family.delayed.iter().any(|words| lower.contains(words));
    let reports = reports(body, if delayed { Action::Delayed } else { Action::Failed });
    let returned = returned::read(message);
    // Words alone, with neither a recipient nor anything of the mail, are what a story about a bounce has.
    if reports.is_empty() && returned.is_none() {
        return None;
    }
    let kind = if reports.is_empty() && delayed { NoticeKind::Delay } else { kind_of(&reports) };
    let kind = if reports.is_empty() && !delayed { NoticeKind::Bounce } else { kind };
    let evidence = evidence(message, part, opening);
    Some(Recognised {
        notice: Notice {
            kind,
            format: family.name.to_owned(),
            provenance: Provenance::Unverified,
            reporting_mta: reporting_mta(message),
            reports,
            returned: returned.as_ref().map(|r| r.mail.clone()),
        },
        returned,
        findings: vec![
            TEXT.says(format!("The text is one that {} writes.", title(family.name))).with(evidence),
        ],
    })
}

fn title(name: &str) -> &str {
    match name {
        "postfix" => "Postfix",
        "exim" => "Exim",
        "sendmail" => "Sendmail",
        "exchange" => "Exchange",
        "gmail" => "Gmail",
        other => other,
    }
}

/// Whether the message comes from a robot: a null return path, or a robot's name or address in From.
fn from_robot(message: &Message<'_>) -> bool {
    let null_path = message.header("return-path").is_some_and(|p| p.trim() == "<>");
    let from = message.header("from").map(|f| f.to_lowercase()).unwrap_or_default();
    null_path || ROBOTS.iter().any(|robot| from.contains(robot))
}

/// The family whose opening words stand near the beginning, and the words.
fn family_of(text: &str) -> Option<(&'static Family, &'static str)> {
    let mut end = text.len().min(OPENING_WITHIN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // Line breaks fall anywhere in these sentences.
    let head = text.get(..end)?.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    FAMILIES.iter().find_map(|family| {
        family.opening.iter().find(|words| head.contains(**words)).map(|words| (family, *words))
    })
}

/// What the server itself says, as written and in lower case: the text up to the returned mail.
fn own_words<'t>(family: &Family, text: &'t str) -> (&'t str, String) {
    let mut end = text.len().min(READ);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim().to_lowercase();
        if at > 0 && family.returned.iter().any(|mark| bare.starts_with(mark)) {
            break;
        }
        at += line.len();
    }
    let own = text.get(..at).unwrap_or(text);
    (own, own.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
}

/// One report per address that begins a line, with the lines that follow it up to the next blank one.
fn reports(text: &str, action: Action) -> Vec<Report> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let bare = line.trim();
        if let Some((address, rest)) = leading_address(bare) {
            if found.len() >= RECIPIENTS {
                break;
            }
            // The same address again, as in a transcript: its words belong to the first.
            match found.iter_mut().find(|(known, _)| *known == address) {
                Some((_, words)) => words.push(rest.to_owned()),
                None => found.push((address, vec![rest.to_owned()])),
            }
            open = true;
        } else if bare.is_empty() {
            // Gmail and Exim leave a blank line between the address and the words about it.
            open &= found.last().is_some_and(|(_, words)| words.iter().all(|w| w.trim().is_empty()));
        } else if open && let Some((_, words)) = found.last_mut() {
            words.push(bare.to_owned());
        }
    }
    let whole = text.split_whitespace().collect::<Vec<_>>().join(" ");
    found
        .into_iter()
        .map(|(address, words)| {
            let words = words.join(" ").trim().trim_start_matches([':', '>', ')']).trim().to_owned();
            let diagnostic = (!words.is_empty()).then_some(words);
            let status = diagnostic.as_deref().and_then(status_in);
            let said = diagnostic.as_deref().unwrap_or(&whole);
            Report {
                recipient: Some(address),
                action,
                reason: Reason::derive(status.as_deref(), Some(said)),
                status,
                diagnostic,
                remote_mta: None,
            }
        })
        .collect()
}

/// The address at the beginning of a line, in lower case, and what follows it.
fn leading_address(line: &str) -> Option<(String, &str)> {
    let inner = line.strip_prefix('<').unwrap_or(line);
    let end =
        inner.find(|c: char| c.is_whitespace() || matches!(c, '>' | ':' | '(' | ',')).unwrap_or(inner.len());
    let (address, rest) = (inner.get(..end)?, inner.get(end..)?);
    let (local, domain) = address.rsplit_once('@')?;
    let fits = !local.is_empty()
        && domain.contains('.')
        && domain.chars().all(|c| c.is_alphanumeric() || ".-".contains(c));
    fits.then(|| (address.to_lowercase(), rest.trim_start_matches('>').trim_start()))
}

/// The server that wrote it: the domain of its From address.
fn reporting_mta(message: &Message<'_>) -> Option<String> {
    let headline = message.headline();
    headline.from_address?.rsplit_once('@').map(|(_, domain)| domain.to_owned())
}

/// Evidence at the opening words; at the text's beginning where a line break stands within them.
fn evidence(message: &Message<'_>, part: &Part<'_>, opening: &str) -> crate::engine::Evidence {
    let bytes = part.bytes();
    let lower = bytes.get(..bytes.len().min(OPENING_WITHIN)).unwrap_or(bytes).to_ascii_lowercase();
    let first: &str = opening.split(' ').next().unwrap_or(opening);
    let place = memchr::memmem::find(&lower, opening.as_bytes())
        .map(|at| at..at + opening.len())
        .or_else(|| {
            memchr::memmem::find(&lower, first.as_bytes()).map(|at| at..(at + opening.len()).min(bytes.len()))
        })
        .unwrap_or(0..0);
    message.body_evidence(part, place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use crate::engine::message::parse;

    fn notice(raw: &str) -> Option<Notice> {
        let parsed = parse(raw.as_bytes(), &Limits::default());
        recognise(&parsed.view()).map(|r| r.notice)
    }

    const RETURNED: &str =
        "Message-ID: <m@harbour.example>\nFrom: me@harbour.example\nTo: x@example.com\nSubject: Offer\n";

    #[test]
    fn each_family_is_recognised_with_recipient_and_reason() {
        let cases = [
            (
                "postfix",
                format!(
                    "This is the Postfix program at host mx.example.com.\n\n<x@example.com>: host mail.example.com said: 550 5.1.1\n    <x@example.com>: User unknown\n\n{RETURNED}"
                ),
            ),
            (
                "exim",
                format!(
                    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients.\n\n  x@example.com\n    SMTP error from remote mail server: 550 User unknown\n\n------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}"
                ),
            ),
            (
                "qmail",
                format!(
                    "Hi. This is the qmail-send program at example.com.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<x@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{RETURNED}"
                ),
            ),
            (
                "sendmail",
                format!(
                    "The original message was received at Mon, 2 Mar 2026\n\n   ----- The following addresses had permanent fatal errors -----\n<x@example.com>\n\n   ----- Transcript of session follows -----\n550 <x@example.com>... User unknown\n\n   ----- Original message follows -----\n\n{RETURNED}"
                ),
            ),
            (
                "exchange",
                format!(
                    "Your message did not reach some or all of the intended recipients.\n\nThe following recipient(s) could not be reached:\n\n      x@example.com on 02/03/2026 10:00\n            The e-mail account does not exist\n            <mx.example.com #5.1.1>\n\n{RETURNED}"
                ),
            ),
            (
                "gmail",
                format!(
                    "Delivery to the following recipient failed permanently:\n\n     x@example.com\n\nTechnical details: 550 5.1.1 no such user\n\n----- Original message -----\n\n{RETURNED}"
                ),
            ),
        ];
        for (name, text) in cases {
            let raw = format!(
                "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.com>\nSubject: failure notice\n\n{text}"
            );
            let notice = notice(&raw).unwrap_or_else(|| panic!("{name} is not recognised"));
            assert_eq!((notice.kind, notice.format.as_str()), (NoticeKind::Bounce, name));
            assert_eq!(
                notice.reports.first().and_then(|r| r.recipient.as_deref()),
                Some("x@example.com"),
                "{name}"
            );
            assert_eq!(notice.reports[0].reason, Reason::MailboxUnknown, "{name}: {:?}", notice.reports);
            assert_eq!(
                notice.returned.and_then(|r| r.message_id).as_deref(),
                Some("m@harbour.example"),
                "{name}"
            );
        }
    }

    #[test]
    fn a_person_who_quotes_a_bounce_writes_ordinary_mail() {
        let raw = format!(
            "From: Ada <ada@example.net>\nSubject: what is this\n\nI got this:\nHi. This is the qmail-send program at example.com.\n<x@example.com>:\nno mailbox\n\n{RETURNED}"
        );
        assert_eq!(notice(&raw), None);
    }

    #[test]
    fn a_warning_that_mail_is_late_is_a_delay() {
        let raw = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\n\nThis message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours.\n\n  x@example.com\n\nNo action is required on your part.\n";
        assert_eq!(notice(raw).map(|n| n.kind), Some(NoticeKind::Delay));
    }
}

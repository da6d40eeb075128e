//! Every family's phrases, and notices in the layouts that mailers use.

use super::*;
use crate::engine::Limits;
use crate::engine::message::parse;

fn recognised(raw: &str) -> Option<Notice> {
    let parsed = parse(raw.as_bytes(), &Limits::default());
    super::super::recognise(&parsed.view()).map(|r| r.conclude(Provenance::Unverified).0)
}

/// A notice of a daemon: subject and text as given, the returned header after it.
fn notice(from: &str, subject: &str, text: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: {from}\nTo: me@harbour.example\nSubject: {subject}\n\
         Message-ID: <n1@mx.example.com>\nDate: Tue, 03 Mar 2026 10:00:00 +0000\n\
         Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
}

const RETURNED: &str = "----- Original message -----\n\n\
    Received: from desk by mx.harbour.example; Tue, 3 Mar 2026 09:59:00 +0000\n\
    Message-ID: <offer.1@harbour.example>\nFrom: me@harbour.example\nTo: gone@example.org\n\
    Subject: The offer\nDate: Tue, 3 Mar 2026 09:59:00 +0000\n\nHello\n";

#[test]
fn every_opening_of_every_family_is_recognised() {
    let mut wrong = Vec::new();
    for family in TABLES.iter().flat_map(|t| t.iter()) {
        for opening in family.openings {
            let said = opening.phrase.replace('*', "somebody");
            let text =
                format!("{said}\n\n<gone@example.org>:\n    550 5.1.1 no such user here\n\n{RETURNED}");
            let raw = notice("Mail System <MAILER-DAEMON@mx.example.com>", "Notice", &text);
            let wanted = match opening.says {
                Says::Failed | Says::Opens => NoticeKind::Bounce,
                Says::Delayed => NoticeKind::Delay,
                Says::Delivered | Says::Relayed => NoticeKind::Success,
            };
            let Some(found) = recognised(&raw) else {
                wrong.push(format!("{}: {said:?} is not recognised", family.name));
                continue;
            };
            let named = found.reports.iter().any(|r| r.recipient.as_deref() == Some("gone@example.org"));
            if found.kind != wanted || !named {
                let who: Vec<_> = found.reports.iter().map(|r| r.recipient.clone()).collect();
                wrong.push(format!(
                    "{}: {said:?} is {:?} by {} of {who:?}",
                    family.name, found.kind, found.format
                ));
            }
            let id = found.returned.and_then(|r| r.message_id);
            if id.as_deref() != Some("offer.1@harbour.example") {
                wrong.push(format!("{}: {said:?} returned {id:?}", family.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_phrase_stands_in_two_families_as_a_strong_one() {
    let mut seen = std::collections::BTreeMap::new();
    let mut twice = Vec::new();
    for family in TABLES.iter().flat_map(|t| t.iter()) {
        for opening in family.openings.iter().filter(|o| o.strong) {
            if let Some(before) = seen.insert(opening.phrase, family.name) {
                twice.push(format!("{:?} in {before} and {}", opening.phrase, family.name));
            }
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
    assert!(seen.len() > 200, "{}", seen.len());
}

/// From, subject, text; who failed; status; reason.
type Layout =
    (&'static str, &'static str, &'static str, &'static [&'static str], Option<&'static str>, Reason);

const LAYOUTS: &[Layout] = &[
    (
        "MAILER-DAEMON@mx.example.com (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.com.\n\nI'm sorry to have to inform you that your message could not\n\
         be delivered to one or more recipients. It's attached below.\n\n<gone@example.org>: host mail.example.org[192.0.2.9] said: 550 5.1.1\n\
         <gone@example.org>: Recipient address rejected: User unknown (in reply to RCPT\n    TO command)\n\n\
         <full@example.net>: host mail.example.net[192.0.2.8] said: 452 4.2.2 Over\n    quota (in reply to RCPT TO command)\n",
        &["gone@example.org", "full@example.net"],
        Some("5.1.1"),
        Reason::MailboxUnknown,
    ),
    (
        "Mail Delivery System <Mailer-Daemon@relay.example.com>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n\
         recipients. This is a permanent error. The following address(es) failed:\n\n  gone@example.org\n\
         \x20   SMTP error from remote mail server after RCPT TO:<gone@example.org>:\n    host mx.example.org [192.0.2.7]: 552 mailbox is full\n",
        &["gone@example.org"],
        None,
        Reason::MailboxFull,
    ),
    (
        "MAILER-DAEMON@list.example.com",
        "failure notice",
        "Hi. This is the qmail-send program at list.example.com.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\
         This is a permanent error; I've given up. Sorry it didn't work out.\n\n<gone@nowhere.example>:\n\
         Sorry, I couldn't find any host named nowhere.example. (#5.1.2)\n",
        &["gone@nowhere.example"],
        Some("5.1.2"),
        Reason::HostUnknown,
    ),
    (
        "Mail Delivery Subsystem <MAILER-DAEMON@old.example.com>",
        "Returned mail: see transcript for details",
        "The original message was received at Tue, 3 Mar 2026 10:00:00 +0100\nfrom desk [192.0.2.1]\n\n\
         \x20  ----- The following addresses had permanent fatal errors -----\n<team@example.org>\n    (reason: 550 5.1.1 <team@example.org>... User unknown)\n\
         \x20   (expanded from: <alias@example.org>)\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.org.:\n\
         >>> DATA\n<<< 550 5.1.1 <team@example.org>... User unknown\n550 5.1.1 <team@example.org>... User unknown\n",
        &["team@example.org"],
        Some("5.1.1"),
        Reason::MailboxUnknown,
    ),
    (
        "System Administrator <postmaster@office.example.com>",
        "Undeliverable: The offer",
        "Your message\n\n  To:      gone@example.org\n  Subject: The offer\n  Sent:    Tue, 3 Mar 2026 09:59:00 +0000\n\n\
         did not reach the following recipient(s):\n\ngone@example.org on Tue, 3 Mar 2026 10:00:00 +0000\n\
         \x20   The recipient name is not recognized\n    The MTS-ID of the original message is: c=us;a= ;p=office;l=OFFICE-1\n",
        &["gone@example.org"],
        None,
        Reason::MailboxUnknown,
    ),
    (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "Delivery to the following recipient failed permanently:\n\n     gone@example.org\n\nTechnical details of permanent failure:\n\
         Google tried to deliver your message, but it was rejected by the server for the recipient domain example.org by mx.example.org. [192.0.2.5].\n\n\
         The error that the other server returned was:\n550 5.7.1 Message rejected as spam\n",
        &["gone@example.org"],
        Some("5.7.1"),
        Reason::Spam,
    ),
    (
        "MAILER-DAEMON@amazonses.com",
        "Delivery Status Notification (Failure)",
        "An error occurred while trying to deliver the mail to the following recipients:\ngone@example.org\n",
        &["gone@example.org"],
        None,
        Reason::Undefined,
    ),
    (
        "Postmaster <postmaster@gate.example.com>",
        "Undeliverable Mail",
        "Unknown user: gone@example.org\n\nRCPT TO generated following response:\n553 5.3.0 <gone@example.org>... Addressee unknown\n\n\
         Unknown user: other@example.org\n\nRCPT TO generated following response:\n553 5.3.0 <other@example.org>... Addressee unknown\n",
        &["gone@example.org", "other@example.org"],
        Some("5.3.0"),
        Reason::MailboxUnknown,
    ),
    (
        "MAILER-DAEMON@proxy.example.com",
        "Returned mail: User unknown",
        "\x20  ----- Transcript of session follows -----\nWhile talking to mx.example.org:\n>>> RCPT To:<gone@example.org>\n\
         <<< 550 <gone@example.org>... User unknown\n550 <gone@example.org>... User unknown\n554 <lost@example.net>... Host unknown\n",
        &["gone@example.org", "lost@example.net"],
        None,
        Reason::MailboxUnknown,
    ),
];

#[test]
fn layouts_name_who_failed_and_why() {
    for (from, subject, text, who, status, reason) in LAYOUTS {
        let found = recognised(&notice(from, subject, &format!("{text}\n{RETURNED}")));
        let found = found.unwrap_or_else(|| panic!("{subject} of {from} is not recognised"));
        assert_eq!(found.kind, NoticeKind::Bounce, "{from}");
        let named: Vec<_> = found.reports.iter().filter_map(|r| r.recipient.as_deref()).collect();
        assert_eq!(&named, who, "{from}");
        let first = &found.reports[0];
        assert_eq!(first.reason, *reason, "{from}: {first:?}");
        assert_eq!(first.status.as_deref(), *status, "{from}: {first:?}");
        assert_eq!(found.returned.unwrap().subject.as_deref(), Some("The offer"), "{from}");
    }
}

#[test]
fn a_list_s_address_is_the_one_written_to() {
    let (from, subject, text, ..) = LAYOUTS[3];
    let found = recognised(&notice(from, subject, text)).unwrap();
    assert_eq!(found.reports[0].original_recipient.as_deref(), Some("alias@example.org"));
}

#[test]
fn what_nobody_has_a_table_for_is_told_by_its_build() {
    let text = "Oops, that did not go well.\n\n  gone@example.org\n\n  550 no such user here\n";
    let daemon = "MAILER-DAEMON@odd.example.com";
    let found = recognised(&notice(daemon, "Regrets", &format!("{text}\n{RETURNED}"))).unwrap();
    assert_eq!((found.kind, found.format.as_str()), (NoticeKind::Bounce, "generic"));
    assert_eq!(found.reports[0].recipient.as_deref(), Some("gone@example.org"));
    assert_eq!(found.reports[0].reason, Reason::MailboxUnknown);
    // The same words from a person are a letter.
    let person = notice("Ada <ada@example.org>", "Regrets", &format!("{text}\n{RETURNED}"));
    assert!(recognised(&person.replace("Return-Path: <>", "Return-Path: <ada@example.org>")).is_none());
}

/// Ordinary mail that talks about bounces, forwards one, or quotes one.
const ORDINARY: &[(&str, &str, &str)] = &[
    (
        "Ada <ada@example.org>",
        "Re: Undelivered Mail Returned to Sender",
        "Have you seen this one?\n\n> This is the mail system at host mx.example.com.\n> I'm sorry to have to inform you that your message could not\n\
         > be delivered to one or more recipients.\n> <gone@example.org>: 550 5.1.1 user unknown\n",
    ),
    (
        "Ada <ada@example.org>",
        "Fwd: failure notice",
        "It came back. What now?\n\nBegin forwarded message:\n\nHi. This is the qmail-send program at list.example.com.\n\
         I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<gone@example.org>:\nno mailbox here (#5.1.1)\n",
    ),
    (
        "Grace <grace@lists.example.org>",
        "Exim and its wording",
        "Dear all,\n\nI collect what mailers write. Exim for example says:\n\nA message that you sent could not be delivered to one or more of its\n\
         recipients. This is a permanent error. The following address(es) failed:\n\n  gone@example.org\n\nWhat does yours say?\n",
    ),
    (
        "Parcel service <news@shop.example.net>",
        "Your parcel could not be delivered",
        "We could not deliver your parcel to 5 Harbour Street. Please pick it up at the shop.\n",
    ),
    ("root@server.example.com", "Cron <root@server> backup", "error: host db.example.com not found\n"),
];

#[test]
fn mail_about_bounces_is_ordinary() {
    for (from, subject, text) in ORDINARY {
        let raw = notice(from, subject, text).replace("Return-Path: <>", "Return-Path: <x@example.org>");
        assert!(recognised(&raw).is_none(), "{subject}: {:?}", recognised(&raw));
    }
}

//! What most tests need.

use std::time::Duration;

use lazaret::mail::imap::{Endpoint, ImapMailbox, Protection, connect};
use lazaret::mail::{Cancel, Depth, Fetched, MailError, Mailbox};

use crate::dovecot::{Dovecot, USERS};

/// A small mail with this Message-ID.
pub(crate) fn mail(id: &str) -> Vec<u8> {
    format!(
        "From: Office <office@example.org>\r\nTo: anna@example.com\r\nMessage-ID: <{id}>\r\n\
         Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 1 Jun 2026 10:00:00 +0200\r\n\r\n\
         A line.\r\n.\r\nAnother \u{1F4EC}\r\n"
    )
    .into_bytes()
}

/// How to reach a server over TLS with its certificate pinned.
pub(crate) fn endpoint(server: &Dovecot, user: &str) -> Endpoint {
    let mut endpoint =
        Endpoint::new("localhost", server.imaps, Protection::Tls, user, Some(&server.fingerprint));
    endpoint.bounds.silence = Duration::from_secs(20);
    endpoint
}

/// Signs in over TLS.
pub(crate) fn sign_in(server: &Dovecot, user: &str) -> ImapMailbox {
    let password = USERS.iter().find(|(name, _)| *name == user).unwrap().1;
    connect(&endpoint(server, user), password, &Cancel::default()).unwrap()
}

/// Everything in a folder.
pub(crate) fn all(mailbox: &mut dyn Mailbox, folder: &str) -> Vec<Fetched> {
    mailbox.open(folder).unwrap();
    let uids = mailbox.uids(1).unwrap();
    fetch(mailbox, &uids).unwrap()
}

/// Whole messages by UID; fails where one can't be read.
pub(crate) fn fetch(mailbox: &mut dyn Mailbox, uids: &[u32]) -> Result<Vec<Fetched>, MailError> {
    let mut found = Vec::new();
    let bad = mailbox.fetch(uids, Depth::Whole, &mut |m| {
        found.push(m);
        true
    })?;
    assert_eq!(bad, []);
    Ok(found)
}

//! Connecting, encrypting and signing in.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use lazaret::mail::imap::{Endpoint, Protection, connect};
use lazaret::mail::{Cancel, MailError, Mailbox};

use crate::dovecot::{Dovecot, Options, USERS};
use crate::help::{endpoint, mail, sign_in};

fn fails(endpoint: &Endpoint, password: &str) -> MailError {
    connect(endpoint, password, &Cancel::default()).map(|_| ()).unwrap_err()
}

#[test]
fn tls_with_a_pinned_certificate_for_every_kind_of_password() {
    let server = Dovecot::start();
    for (user, _) in USERS {
        server.deliver(user, "INBOX", &mail("one@example.org"), 1_700_000_000, "");
        assert_eq!(sign_in(&server, user).open("INBOX").unwrap().exists, 1, "{user}");
    }
}

#[test]
fn starttls_and_plain_text_on_this_machine() {
    let server = Dovecot::start_with(&Options { tls_only: true, ..Options::default() });
    let mut starttls = Endpoint::new("127.0.0.1", server.imap, Protection::StartTls, "anna", None);
    starttls.fingerprint = Some(server.fingerprint.to_lowercase().replace(':', ""));
    let mut mailbox = connect(&starttls, "secret", &Cancel::default()).unwrap();
    assert_eq!(mailbox.open("INBOX").unwrap().exists, 0);
    // Dovecot takes a password in plain text from the same address whatever it is told.
    let plain = Endpoint::new("127.0.0.1", server.imap, Protection::Plain, "anna", None);
    let mut mailbox = connect(&plain, "secret", &Cancel::default()).unwrap();
    assert_eq!(mailbox.open("INBOX").unwrap().exists, 0);
}

#[test]
fn plain_text_never_leaves_this_machine() {
    // TEST-NET-1 is nobody's; were anything sent there, the answer would be a timeout.
    let began = Instant::now();
    let error = fails(&Endpoint::new("192.0.2.1", 143, Protection::Plain, "anna", None), "secret");
    assert_eq!(error, MailError::Unprotected { host: "192.0.2.1".into() });
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_wrong_password_is_said_in_the_servers_words() {
    let server = Dovecot::start();
    for wrong in ["nonsense", "пароль"] {
        match fails(&endpoint(&server, "anna"), wrong) {
            MailError::SignIn { login, says, .. } => {
                assert_eq!((login.as_str(), says.as_str()), ("anna", "Authentication failed."));
            }
            other => panic!("{other:?}"),
        }
    }
    let error = fails(&endpoint(&server, "anna"), "secret\r\nL9 LOGOUT");
    assert!(matches!(error, MailError::SignIn { .. }));
}

#[test]
fn an_unknown_certificate_is_shown_and_nothing_is_sent() {
    let server = Dovecot::start();
    let mut unknown = endpoint(&server, "anna");
    for pin in [None, Some("00:".repeat(31) + "00")] {
        unknown.fingerprint = pin.clone();
        match fails(&unknown, "secret") {
            MailError::Certificate { host, fingerprint, why } => {
                assert_eq!((host.as_str(), &fingerprint), ("localhost", &server.fingerprint));
                assert_eq!(why.contains("trusted before"), pin.is_some(), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
    unknown.fingerprint = Some("not a fingerprint".into());
    assert!(matches!(fails(&unknown, "secret"), MailError::Tls { .. }));
    unknown.protection = Protection::StartTls;
    unknown.port = server.imap;
    unknown.fingerprint = None;
    assert!(matches!(fails(&unknown, "secret"), MailError::Certificate { .. }));
    assert!(!server.log().contains("anna"), "no name went out: {}", server.log());
}

#[test]
fn the_wrong_port_and_nobody_there() {
    let server = Dovecot::start();
    let mut odd = endpoint(&server, "anna");
    odd.port = server.imap;
    assert!(matches!(fails(&odd, "secret"), MailError::Tls { .. }));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let refused = Endpoint::new("127.0.0.1", closed, Protection::Tls, "anna", None);
    assert_eq!(fails(&refused, "x"), MailError::Refused { host: "127.0.0.1".into(), port: closed });
    for host in ["no-such-host.invalid", "", "two words", "a\0b"] {
        let error = fails(&Endpoint::new(host, 993, Protection::Tls, "anna", None), "x");
        assert_eq!(error, MailError::UnknownHost { host: host.into() });
    }
}

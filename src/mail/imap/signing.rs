//! Signing in, by the `imap` crate: with a password (LOGIN, AUTHENTICATE PLAIN) or an OAuth2 access token.
//!
//! A further mechanism for tokens is a row in [`MECHANISMS`].

use std::cell::{Cell, RefCell};
use std::io::ErrorKind;

use super::answers::words;
use super::endpoint::Endpoint;
use super::stream::Stream;
use super::wire::{Wire, is_throttling, shown};
use crate::mail::MailError;

/// What is said in AUTHENTICATE: the credentials once, and an answer to whatever comes then. That answer matters: a
/// server that refuses a token says why in a second challenge, and waits (RFC 7628 §3.2.3).
struct Said {
    credentials: Cell<Option<String>>,
    then: &'static str,
    challenge: RefCell<Vec<u8>>,
}

impl Said {
    fn new(credentials: String, then: &'static str) -> Said {
        Said { credentials: Cell::new(Some(credentials)), then, challenge: RefCell::default() }
    }
}

impl imap::Authenticator for Said {
    type Response = String;

    fn process(&self, challenge: &[u8]) -> String {
        self.credentials.take().unwrap_or_else(|| {
            *self.challenge.borrow_mut() = challenge.to_vec();
            self.then.to_owned()
        })
    }
}

/// What a server says of a token that it does not take.
#[derive(serde::Deserialize)]
struct Refusal {
    status: Option<String>,
    /// Google's and Microsoft's words, where they have any.
    error_description: Option<String>,
}

/// A mechanism for tokens: its name, the credentials that it wants, and what it wants after a refusal.
struct Mechanism {
    name: &'static str,
    credentials: fn(&Endpoint, &str) -> String,
    then: &'static str,
}

const MECHANISMS: &[Mechanism] = &[
    // Google's and Microsoft's own; their servers, and Dovecot, wait for an empty line after a refusal.
    Mechanism {
        name: "XOAUTH2",
        credentials: |endpoint, token| format!("user={}\u{1}auth=Bearer {token}\u{1}\u{1}", endpoint.login),
        then: "",
    },
    // RFC 7628 §3.1; the name stands in a GS2 header, where `=` and `,` are written otherwise (RFC 5801 §4).
    Mechanism {
        name: "OAUTHBEARER",
        credentials: |endpoint, token| {
            let name = endpoint.login.replace('=', "=3D").replace(',', "=2C");
            let (host, port) = (&endpoint.host, endpoint.port);
            format!("n,a={name},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}")
        },
        then: "\u{1}",
    },
];

/// Signs in with an OAuth2 access token.
pub(super) fn sign_in_by_token(
    wire: &Wire,
    stream: Stream,
    endpoint: &Endpoint,
    token: &str,
    offered: &[String],
) -> Result<imap::Session<Stream>, MailError> {
    let refused =
        |says: String| MailError::Token { host: endpoint.host.clone(), login: endpoint.login.clone(), says };
    if [endpoint.login.as_str(), token].iter().any(|text| text.contains(char::is_control)) {
        return Err(refused("a name or token can't hold control characters".into()));
    }
    let offers = |m: &&Mechanism| offered.iter().any(|c| c.strip_prefix("AUTH=") == Some(m.name));
    let Some(mechanism) = MECHANISMS.iter().find(offers) else {
        return Err(refused("it takes no tokens, only passwords".into()));
    };
    let said = Said::new((mechanism.credentials)(endpoint, token), mechanism.then);
    stream.begin();
    let mut client = imap::Client::new(stream.clone());
    client.greeting_read = true;
    let error = match client.authenticate(mechanism.name, &said) {
        Ok(session) => return Ok(session),
        Err((error, _)) => error,
    };
    let says = refusal(wire, &stream, error)?;
    let refusal: Option<Refusal> = serde_json::from_slice(&said.challenge.borrow()).ok();
    let reason = refusal.and_then(|r| r.error_description.or(r.status.map(|s| format!("status {s}"))));
    Err(refused(match (says.is_empty(), reason) {
        (true, None) => "it gave no reason".to_owned(),
        (false, None) => says,
        (true, Some(reason)) => shown(&reason),
        (false, Some(reason)) => format!("{says} ({})", shown(&reason)),
    }))
}

/// Signs in with a password.
pub(super) fn sign_in(
    wire: &Wire,
    stream: Stream,
    endpoint: &Endpoint,
    password: &str,
    offered: &[String],
) -> Result<imap::Session<Stream>, MailError> {
    let login = endpoint.login.as_str();
    let refused = |says: &str| MailError::SignIn {
        host: endpoint.host.clone(),
        login: login.to_owned(),
        says: says.to_owned(),
    };
    if [login, password].iter().any(|text| text.contains(['\r', '\n', '\0'])) {
        return Err(refused("a name or password can't hold a line break"));
    }
    let offers = |name: &str| offered.iter().any(|c| c == name);
    let plain = offers("AUTH=PLAIN");
    if offers("LOGINDISABLED") && !plain {
        return Err(refused("it takes no password on this connection"));
    }
    stream.begin();
    let mut client = imap::Client::new(stream.clone());
    client.greeting_read = true;
    // A quoted string holds ASCII only (RFC 3501 §9), and LOGIN is what every server has.
    let by_login = login.is_ascii() && password.is_ascii() && !offers("LOGINDISABLED");
    let answer = if by_login || !plain {
        client.login(login, password)
    } else {
        let credentials = format!("\0{login}\0{password}");
        // RFC 4616.
        client.authenticate("PLAIN", &Said::new(credentials, ""))
    };
    let error = match answer {
        Ok(session) => return Ok(session),
        Err((error, _)) => error,
    };
    let says = refusal(wire, &stream, error)?;
    Err(refused(if says.is_empty() { "it gave no reason" } else { &says }))
}

/// The server's words to a sign-in that it refused; everything else that can go wrong is an error.
fn refusal(wire: &Wire, stream: &Stream, error: imap::Error) -> Result<String, MailError> {
    let doing = "signing in";
    let last = stream.last_line();
    let said = match error {
        imap::Error::No(no) => no.information,
        imap::Error::Bad(bad) => bad.information,
        imap::Error::Io(e) => return Err(wire.error(doing, &e)),
        imap::Error::ConnectionLost => return Err(wire.error(doing, &ErrorKind::UnexpectedEof.into())),
        // The crate's word for a line that it can't parse.
        _ => match last.split_once(' ') {
            Some((_, rest)) if rest.starts_with("NO") || rest.starts_with("BAD") => {
                rest.split_once(' ').map(|(_, said)| said.to_owned()).unwrap_or_default()
            }
            _ => return Err(wire.protocol(doing, &shown(&last))),
        },
    };
    let says = shown(words(&said));
    if is_throttling(&last) && !last.to_uppercase().contains("[AUTHENTICATIONFAILED]") {
        return Err(MailError::Throttled { host: wire.host.clone(), says });
    }
    Ok(says)
}

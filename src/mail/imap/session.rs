//! From a host name to a signed-in session: resolve, connect, encrypt, greet, sign in.
//!
//! The `imap` crate signs in and out (and will hold IDLE); everything else goes over [`super::wire`].

use std::cell::Cell;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Instant;

use super::answers::words;
use super::endpoint::{Endpoint, Protection};
use super::gate;
use super::stream::{Stream, Timed};
use super::tls;
use super::wire::{Wire, is_throttling, shown};
use crate::mail::cancel::Attached;
use crate::mail::{Cancel, MailError};

/// What some servers want or can't do, by a part of their greeting or host name in lower case.
struct Quirk {
    sign: &'static str,
    /// Wants to know the program before it opens a folder ("Unsafe Login", RFC 2971).
    wants_id: bool,
    /// Its MOVE loses messages or answers nonsense; COPY is safe.
    faulty_move: bool,
    /// Its answers to QRESYNC are malformed; UIDs are compared instead.
    faulty_resync: bool,
    /// Numbers messages in EXAMINE and forgets the numbers: only SELECT writes them down.
    forgets_numbers: bool,
}

impl Quirk {
    /// Nothing odd; the base of every line below.
    const NONE: Quirk =
        Quirk { sign: "", wants_id: false, faulty_move: false, faulty_resync: false, forgets_numbers: false };
}

/// The usual next thing is a line here.
const QUIRKS: &[Quirk] = &[
    // NetEase: 163.com, 126.com, yeah.net and their business mail.
    Quirk { sign: "coremail", wants_id: true, ..Quirk::NONE },
    Quirk { sign: ".163.com", wants_id: true, ..Quirk::NONE },
    Quirk { sign: ".126.com", wants_id: true, ..Quirk::NONE },
    Quirk { sign: ".yeah.net", wants_id: true, ..Quirk::NONE },
    Quirk { sign: ".netease.com", wants_id: true, ..Quirk::NONE },
    // Exchange 2013 and later greet alike; their COPY with UIDPLUS is right.
    Quirk { sign: "microsoft exchange", faulty_move: true, ..Quirk::NONE },
    // iCloud sends VANISHED without the list that belongs to it.
    Quirk { sign: ".mail.me.com", faulty_resync: true, ..Quirk::NONE },
    Quirk { sign: "iscream", faulty_resync: true, ..Quirk::NONE },
    // Courier 5.0: a folder that no program has selected yet has another UIDVALIDITY at every EXAMINE.
    Quirk { sign: "courier-imap", forgets_numbers: true, ..Quirk::NONE },
];

/// A signed-in connection.
pub(super) struct Session {
    pub(super) wire: Wire,
    pub(super) capabilities: Vec<String>,
    pub(super) faulty_move: bool,
    /// Whether a folder must be selected once for its numbers to hold.
    pub(super) forgets_numbers: bool,
    /// Whether QRESYNC (RFC 7162) is switched on.
    pub(super) qresync: bool,
    /// Whether changes are counted where a folder is opened so (CONDSTORE).
    pub(super) condstore: bool,
    /// When a command last ended well.
    pub(super) used: Instant,
    /// The crate's half; it signs out.
    crate_session: imap::Session<Stream>,
    socket: TcpStream,
    attached: Attached,
    /// Its place among the connections to this server.
    _place: gate::Entered,
}

impl Session {
    /// Whether the server offers `capability` (upper case).
    pub(super) fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|c| c == capability)
    }

    /// Whether the server is on this very machine.
    pub(super) fn is_local(&self) -> bool {
        self.wire.stream.is_local()
    }

    /// Connects and signs in.
    pub(super) fn open(endpoint: &Endpoint, password: &str, cancel: &Cancel) -> Result<Session, MailError> {
        let place = gate::enter(endpoint, cancel)?;
        let tcp = connect(endpoint, cancel)?;
        let clone = |tcp: &TcpStream| tcp.try_clone().map_err(|e| unreachable(endpoint, &e));
        let (attached, socket) = (cancel.attach(clone(&tcp)?), clone(&tcp)?);
        let timed = Timed::new(tcp, &endpoint.bounds).map_err(|e| unreachable(endpoint, &e))?;
        let stream = Stream::plain(timed, endpoint.bounds);
        let mut wire = Wire::new(stream.clone(), &endpoint.host, endpoint.bounds, cancel.clone());
        if endpoint.protection == Protection::Tls {
            encrypt(&wire, endpoint)?;
        }
        let greeting = greet(&mut wire)?;
        if endpoint.protection == Protection::StartTls {
            start_tls(&mut wire, endpoint)?;
        }
        let before = capabilities(&mut wire)?;
        let crate_session = sign_in(&wire, stream, endpoint, password, &before)?;
        let signs = format!("{} {}", greeting.to_lowercase(), endpoint.host.to_lowercase());
        let quirk = |wanted: fn(&Quirk) -> bool| QUIRKS.iter().any(|q| wanted(q) && signs.contains(q.sign));
        let capabilities = capabilities(&mut wire)?;
        if quirk(|q| q.wants_id) && capabilities.iter().any(|c| c == "ID") {
            let command = format!(r#"ID ("name" "lazaret" "version" "{}")"#, env!("CARGO_PKG_VERSION"));
            wire.run("hearing the program's name", command.as_bytes(), &mut |_| {})?;
        }
        wire.literals = capabilities.iter().any(|c| c == "LITERAL+");
        compress(&mut wire, endpoint, &capabilities)?;
        if capabilities.iter().any(|c| c == "UTF8=ONLY") {
            // Such a server speaks with nobody who does not say this (RFC 6855 §3); names are raw then.
            wire.run("agreeing on UTF-8", b"ENABLE UTF8=ACCEPT", &mut |_| {})?;
        }
        let mut qresync = false;
        let offers = |name: &str| capabilities.iter().any(|c| c == name);
        if offers("QRESYNC") && offers("ENABLE") && !quirk(|q| q.faulty_resync) {
            let doing = "switching on short syncs";
            wire.run(doing, b"ENABLE QRESYNC", &mut |answer| qresync |= answer.enabled("QRESYNC"))?;
        }
        let condstore = !qresync && offers("CONDSTORE");
        let (faulty_move, forgets_numbers) = (quirk(|q| q.faulty_move), quirk(|q| q.forgets_numbers));
        let used = Instant::now();
        Ok(Session {
            wire,
            capabilities,
            faulty_move,
            forgets_numbers,
            qresync,
            condstore,
            used,
            crate_session,
            socket,
            attached,
            _place: place,
        })
    }

    /// Has `cancel` close the connection from now on.
    pub(super) fn follow(&mut self, cancel: &Cancel) -> Result<(), MailError> {
        let socket = self.socket.try_clone().map_err(|e| self.wire.error("starting a job", &e))?;
        self.attached = cancel.attach(socket);
        self.wire.cancel = cancel.clone();
        Ok(())
    }

    /// Says goodbye, waiting for nothing.
    pub(super) fn close(mut self) {
        if !self.wire.cancel.is_cancelled() {
            let _ = self.crate_session.run_command("LOGOUT");
        }
        self.wire.stream.shutdown();
    }
}

/// A connection to the first address that answers.
fn connect(endpoint: &Endpoint, cancel: &Cancel) -> Result<TcpStream, MailError> {
    let host = endpoint.host.clone();
    let unknown = || MailError::UnknownHost { host: host.clone() };
    if host.is_empty() {
        return Err(unknown());
    }
    let mut addresses: Vec<SocketAddr> =
        (host.as_str(), endpoint.port).to_socket_addrs().map_err(|_| unknown())?.collect();
    if addresses.is_empty() {
        return Err(unknown());
    }
    if endpoint.protection == Protection::Plain {
        addresses.retain(|a| a.ip().to_canonical().is_loopback());
        if addresses.is_empty() {
            return Err(MailError::Unprotected { host });
        }
    }
    let mut failure = None;
    for address in addresses {
        if cancel.is_cancelled() {
            return Err(MailError::Cancelled);
        }
        match TcpStream::connect_timeout(&address, endpoint.bounds.connect) {
            Ok(tcp) => return Ok(tcp),
            Err(e) => {
                // "Refused" says more than an address family that this network lacks.
                let error = unreachable(endpoint, &e);
                if failure.is_none() || matches!(error, MailError::Refused { .. }) {
                    failure = Some(error);
                }
            }
        }
    }
    Err(failure.unwrap_or_else(unknown))
}

/// The error of a connection that did not come about.
fn unreachable(endpoint: &Endpoint, error: &std::io::Error) -> MailError {
    let host = endpoint.host.clone();
    let doing = "connecting".to_owned();
    match error.kind() {
        ErrorKind::ConnectionRefused => MailError::Refused { host, port: endpoint.port },
        ErrorKind::TimedOut | ErrorKind::WouldBlock => {
            MailError::Timeout { host, seconds: endpoint.bounds.connect.as_secs().max(1), doing }
        }
        _ => MailError::Ended { host, doing, says: error.to_string() },
    }
}

fn encrypt(wire: &Wire, endpoint: &Endpoint) -> Result<(), MailError> {
    let (connection, witness) = tls::client(&endpoint.host, endpoint.fingerprint.as_deref())?;
    wire.stream.upgrade(connection).map_err(|e| {
        witness
            .error(&endpoint.host, &e)
            .filter(|_| !wire.cancel.is_cancelled())
            .unwrap_or_else(|| wire.error("starting the encryption", &e))
    })
}

/// Reads the greeting; returns its words.
fn greet(wire: &mut Wire) -> Result<String, MailError> {
    let greeting = wire.greeting()?;
    let text = |rest: &[u8]| String::from_utf8_lossy(rest).into_owned();
    if let Some(rest) = greeting.untagged("OK") {
        return Ok(text(rest));
    }
    let doing = "greeting";
    if let Some(rest) = greeting.untagged("BYE") {
        let (host, says) = (wire.host.clone(), shown(words(&text(rest))));
        if is_throttling(&text(rest)) {
            return Err(MailError::Throttled { host, says });
        }
        return Err(MailError::Ended { host, doing: doing.into(), says });
    }
    // PREAUTH lands here too: before STARTTLS it is an attack (CVE-2020-12398), else nobody's sign-in.
    Err(wire.protocol(doing, &shown(&text(&greeting.text))))
}

fn start_tls(wire: &mut Wire, endpoint: &Endpoint) -> Result<(), MailError> {
    let unprotected = || MailError::Unprotected { host: endpoint.host.clone() };
    if !capabilities(wire)?.iter().any(|c| c == "STARTTLS") {
        return Err(unprotected());
    }
    if !wire.run("starting the encryption", b"STARTTLS", &mut |_| {})?.is_ok() {
        return Err(unprotected());
    }
    encrypt(wire, endpoint)
}

/// Packs the connection where the server can and it pays.
fn compress(wire: &mut Wire, endpoint: &Endpoint, offered: &[String]) -> Result<(), MailError> {
    let wanted = endpoint.compress.unwrap_or_else(|| !wire.stream.is_local());
    if wanted && offered.iter().any(|c| c == "COMPRESS=DEFLATE") {
        let done = wire.run("packing the connection", b"COMPRESS DEFLATE", &mut |_| {})?;
        if done.is_ok() {
            wire.stream.pack();
        }
    }
    Ok(())
}

fn capabilities(wire: &mut Wire) -> Result<Vec<String>, MailError> {
    let mut found = Vec::new();
    wire.must("saying what it can do", b"CAPABILITY", &mut |answer| {
        found.extend(answer.capabilities().unwrap_or_default());
    })?;
    Ok(found)
}

/// AUTHENTICATE PLAIN (RFC 4616): the credentials once, then nothing.
struct Plain(Cell<Option<String>>);

impl imap::Authenticator for Plain {
    type Response = String;

    fn process(&self, _: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

fn sign_in(
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
        client.authenticate("PLAIN", &Plain(Cell::new(Some(credentials))))
    };
    let error = match answer {
        Ok(session) => return Ok(session),
        Err((error, _)) => error,
    };
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
        return Err(MailError::Throttled { host: endpoint.host.clone(), says });
    }
    Err(refused(if says.is_empty() { "it gave no reason" } else { &says }))
}

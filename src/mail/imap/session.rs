//! From a host name to a signed-in session: resolve, connect, encrypt, greet, sign in.
//!
//! The `imap` crate signs in (see [`super::signing`]) and out; everything else goes over [`super::wire`].

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Instant;

use super::answers::words;
use super::endpoint::{Endpoint, Protection};
use super::gate;
use super::signing::{sign_in, sign_in_by_token};
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

    /// Connects and signs in.
    pub(super) fn open(endpoint: &Endpoint, password: &str, cancel: &Cancel) -> Result<Session, MailError> {
        let place = gate::enter(endpoint, cancel)?;
        let addresses = resolve(endpoint)?;
        let is_local = addresses.iter().all(|address| address.ip().to_canonical().is_loopback());
        let leave = gate::pace(endpoint, is_local, cancel)?;
        let tcp = connect(endpoint, addresses, cancel)?;
        leave.used();
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
        let crate_session = match endpoint.token {
            false => sign_in(&wire, stream, endpoint, password, &before)?,
            true => sign_in_by_token(&wire, stream, endpoint, password, &before)?,
        };
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

/// The addresses of a host that may be spoken to.
fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, MailError> {
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
    Ok(addresses)
}

/// A connection to the first address that answers.
fn connect(endpoint: &Endpoint, addresses: Vec<SocketAddr>, cancel: &Cancel) -> Result<TcpStream, MailError> {
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
    Err(failure.unwrap_or_else(|| MailError::UnknownHost { host: endpoint.host.clone() }))
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

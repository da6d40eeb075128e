//! Where an IMAP server is and how to talk to it.

use std::time::Duration;

use crate::mail::MAX_MESSAGE;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte (RFC 8314), usually port 993.
    Tls,
    /// TLS after STARTTLS, usually port 143. Without STARTTLS nothing is sent.
    StartTls,
    /// None; only to this very machine.
    Plain,
}

/// One server and one sign-in name. The password is passed beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address, as typed.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub protection: Protection,
    /// The sign-in name.
    pub login: String,
    /// Whether what is given as the password is an OAuth2 access token (RFC 6750), for SASL XOAUTH2 or OAUTHBEARER.
    pub token: bool,
    /// SHA-256 of the one certificate to trust besides those the machine vouches for, in hexadecimal with
    /// or without colons.
    pub fingerprint: Option<String>,
    /// Whether to pack what goes over the wire (COMPRESS=DEFLATE, RFC 4978) where the server can; `None` for
    /// where it pays: not to a server on this very machine.
    pub compress: Option<bool>,
    /// Bounds on time and memory.
    pub bounds: Bounds,
}

impl Endpoint {
    /// An endpoint with the usual bounds. For `fingerprint` see [`Endpoint::fingerprint`].
    pub fn new(
        host: &str,
        port: u16,
        protection: Protection,
        login: &str,
        fingerprint: Option<&str>,
    ) -> Endpoint {
        Endpoint {
            host: host.trim().to_owned(),
            port,
            protection,
            login: login.to_owned(),
            token: false,
            fingerprint: fingerprint.map(str::to_owned),
            compress: None,
            bounds: Bounds::default(),
        }
    }
}

/// What a server may cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The longest wait for a connection, per address.
    pub connect: Duration,
    /// The longest silence while an answer is awaited.
    pub silence: Duration,
    /// The longest time for one whole answer, however often bytes trickle in; large messages add to it
    /// (see [`Bounds::SLOWEST`]).
    pub answer: Duration,
    /// How long a connection may lie unused before it is tried out.
    pub idle: Duration,
    /// The time between sign-ins to one account, once there were two in a row: providers count them. `None` for a
    /// minute, and for no wait at all to a server on this very machine.
    pub pause: Option<Duration>,
    /// How long one IDLE lasts before it is begun anew: less than the ten minutes after which Gmail and many
    /// routers forget a silent connection (RFC 2177 allows 29).
    pub renew: Duration,
    /// Bytes of one answer outside of its literals. The UIDs of 1,000,000 messages take 8 MB.
    pub line: usize,
    /// Bytes of one message that are read; of a larger one only the beginning is fetched.
    pub message: usize,
    /// Bytes that are asked for in one command; a single message may be larger.
    pub batch: u64,
}

impl Bounds {
    /// Bytes per second that a message must keep up on average once [`Bounds::answer`] has passed.
    pub const SLOWEST: u64 = 2_048;
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            connect: Duration::from_secs(20),
            silence: Duration::from_secs(60),
            answer: Duration::from_secs(600),
            idle: Duration::from_secs(60),
            pause: None,
            renew: Duration::from_secs(9 * 60),
            line: 16 << 20,
            message: MAX_MESSAGE,
            batch: 16 << 20,
        }
    }
}

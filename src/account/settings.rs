//! What is known of one account. Holds no secret.

use serde::{Deserialize, Serialize};

use crate::engine::Strictness;

/// What Lazaret may do on the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Changes nothing on the server.
    #[default]
    Observe,
    /// Moves what the policy quarantines.
    Act,
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte (RFC 8314), port 993.
    #[default]
    Tls,
    /// TLS after STARTTLS, port 143. The sign-in is refused where the server offers no STARTTLS.
    StartTls,
    /// None; allowed to this very machine only.
    Plain,
}

/// Where an account's mail is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// An IMAP server.
    Imap {
        /// Host name or address.
        host: String,
        /// Port.
        port: u16,
        /// Protection.
        security: Security,
        /// The sign-in name.
        login: String,
        /// SHA-256 of the one certificate to trust besides those the machine vouches for, in
        /// colon-separated hexadecimal.
        #[serde(default)]
        fingerprint: Option<String>,
    },
    /// A Maildir on this machine.
    Maildir {
        /// Its folder.
        path: std::path::PathBuf,
    },
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The name the person gave it; unique.
    pub name: String,
    /// The person's own addresses there, the main one first.
    pub addresses: Vec<String>,
    /// Where the mail is.
    pub origin: Origin,
    /// What Lazaret may do there.
    #[serde(default)]
    pub mode: Mode,
    /// How much it quarantines.
    #[serde(default)]
    pub strictness: Strictness,
    /// The Sent folder the person chose, as the server spells it; `None` to find it.
    #[serde(default)]
    pub sent_folder: Option<String>,
}

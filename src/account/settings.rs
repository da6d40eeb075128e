//! What is known of one account. Holds no secret.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::discovery::is_host;
use crate::engine::Strictness;

/// The longest time for which held mail can be kept before it is deleted for ever, in days.
pub const MOST_DAYS: u16 = 3_650;

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
    /// How it signs in, where not with a password from the keyring.
    #[serde(default, skip_serializing_if = "SignIn::is_usual")]
    pub sign_in: SignIn,
    /// After how many days held mail that the person has opened is deleted for ever, 1 to 3650; `None` never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u16>,
}

/// How an account proves whose it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// A command whose first line of output is the password or token; `None` for the keyring.
    #[serde(default)]
    pub command: Option<String>,
    /// Whether that is an OAuth2 access token rather than a password.
    #[serde(default)]
    pub token: bool,
}

impl SignIn {
    fn is_usual(&self) -> bool {
        *self == SignIn::default()
    }

    /// What keeps it from being used, in one sentence; `None` where nothing does.
    pub fn problem(&self) -> Option<String> {
        match &self.command {
            None if self.token => Some(
                "Name a command that prints the access token: tokens last an hour, so a fresh one is needed each time."
                    .into(),
            ),
            Some(command) if command.trim().is_empty() || command.contains('\0') => {
                Some("Fill in the command that prints the password or token.".into())
            }
            _ => None,
        }
    }
}

impl Settings {
    /// What keeps these settings from being used, in one sentence; `None` where nothing does.
    ///
    /// Looks at the form only: no file and no server is asked.
    pub fn problem(&self) -> Option<String> {
        if self.name.trim().is_empty() {
            return Some("Give the account a name.".into());
        }
        if self.name.chars().count() > 100 || self.name.chars().any(char::is_control) {
            return Some("Give the account a name of at most 100 characters on one line.".into());
        }
        if self.addresses.iter().all(|a| a.trim().is_empty()) {
            return Some("Add at least one email address of your own.".into());
        }
        if let Some(bad) = self.addresses.iter().map(|a| a.trim()).find(|a| !is_address(a)) {
            return Some(format!("“{bad}” is not an email address."));
        }
        if self.keep_days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
            return Some(format!("Held mail can be kept for 1 to {MOST_DAYS} days, or until you decide."));
        }
        if let Some(problem) = self.sign_in.problem() {
            return Some(problem);
        }
        match &self.origin {
            Origin::Imap { host, port, security, login, fingerprint } => {
                imap_problem(host, *port, *security, login, fingerprint.as_deref())
            }
            Origin::Maildir { path } if path.as_os_str().is_empty() => Some("Choose the mail folder.".into()),
            Origin::Maildir { .. } => None,
        }
    }
}

fn imap_problem(
    host: &str,
    port: u16,
    security: Security,
    login: &str,
    fingerprint: Option<&str>,
) -> Option<String> {
    if host.trim().is_empty() {
        return Some("Fill in the name of the IMAP server.".into());
    }
    if host.trim().parse::<IpAddr>().is_err() && !is_host(host.trim()) {
        return Some(format!("“{}” is not the name of a server.", host.trim()));
    }
    if port == 0 {
        return Some("Fill in the port: 993 for TLS, 143 for STARTTLS.".into());
    }
    if login.trim().is_empty() {
        return Some("Fill in the name to sign in with; most servers want the whole address.".into());
    }
    if login.chars().any(char::is_control) {
        return Some("The name to sign in with can't hold line breaks.".into());
    }
    if security == Security::Plain && !is_loopback(host.trim()) {
        return Some("Choose TLS or STARTTLS: no encryption is allowed to this computer only.".into());
    }
    let bytes = fingerprint?.split(':');
    let sound = bytes.clone().count() == 32
        && bytes.clone().all(|b| b.len() == 2 && b.chars().all(|c| c.is_ascii_hexdigit()));
    (!sound)
        .then(|| "The certificate's fingerprint must be a SHA-256 of 32 pairs of hexadecimal digits.".into())
}

/// Whether a host is this very computer: `localhost` (RFC 6761 §6.3) or a loopback address.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && is_host(domain) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imap(host: &str, port: u16, security: Security, login: &str) -> Settings {
        let origin =
            Origin::Imap { host: host.into(), port, security, login: login.into(), fingerprint: None };
        Settings {
            name: "Work".into(),
            addresses: vec!["ada@example.org".into()],
            origin,
            mode: Mode::Observe,
            strictness: Strictness::Normal,
            sent_folder: None,
            sign_in: Default::default(),
            keep_days: None,
        }
    }

    #[test]
    fn sound_settings_have_no_problem() {
        for settings in [
            imap("imap.example.org", 993, Security::Tls, "ada"),
            imap("127.0.0.1", 1143, Security::Plain, "ada"),
            imap("::1", 143, Security::Plain, "ada"),
            imap("LocalHost", 143, Security::Plain, "ada"),
            imap("192.0.2.7", 143, Security::StartTls, "ada"),
        ] {
            assert_eq!(settings.problem(), None, "{settings:?}");
        }
    }

    #[test]
    fn each_gap_is_named() {
        let good = imap("imap.example.org", 993, Security::Tls, "ada");
        for (settings, word) in [
            (Settings { name: " ".into(), ..good.clone() }, "name"),
            (Settings { keep_days: Some(0), ..good.clone() }, "1 to 3650 days"),
            (Settings { keep_days: Some(3_651), ..good.clone() }, "1 to 3650 days"),
            (Settings { sign_in: SignIn { token: true, command: None }, ..good.clone() }, "access token"),
            (
                Settings { sign_in: SignIn { token: false, command: Some(" ".into()) }, ..good.clone() },
                "command",
            ),
            (Settings { addresses: vec![], ..good.clone() }, "address"),
            (Settings { addresses: vec!["ada".into()], ..good.clone() }, "“ada”"),
            (Settings { origin: Origin::Maildir { path: "".into() }, ..good }, "folder"),
            (imap("", 993, Security::Tls, "ada"), "server"),
            (imap("imap example", 993, Security::Tls, "ada"), "server"),
            (imap("imap.example.org:993", 993, Security::Tls, "ada"), "server"),
            (imap("imap.example.org", 0, Security::Tls, "ada"), "port"),
            (imap("imap.example.org", 993, Security::Tls, ""), "sign in"),
            (imap("imap.example.org", 993, Security::Tls, "a\r\nb"), "line breaks"),
            (imap("imap.example.org", 143, Security::Plain, "ada"), "encryption"),
            (imap("192.0.2.1", 143, Security::Plain, "ada"), "encryption"),
            (imap("localhost.example.org", 143, Security::Plain, "ada"), "encryption"),
        ] {
            let problem = settings.problem().unwrap_or_default();
            assert!(problem.contains(word), "{settings:?}: {problem}");
        }
    }

    #[test]
    fn a_fingerprint_is_a_sha_256() {
        let mut settings = imap("imap.example.org", 993, Security::Tls, "ada");
        let mut with = |text: String| {
            if let Origin::Imap { fingerprint, .. } = &mut settings.origin {
                *fingerprint = Some(text);
            }
            settings.problem()
        };
        assert_eq!(with(["aB"; 32].join(":")), None);
        assert!(with(["aB"; 31].join(":")).is_some());
        assert!(with("not a fingerprint".into()).is_some());
    }
}

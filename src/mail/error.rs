//! What can go wrong with a mailbox, each with what to do about it.

/// A failure of a mailbox. `Display` says what happened and to what; [`MailError::advice`] what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The host name has no address.
    #[error("no server named {host} was found")]
    UnknownHost {
        /// As typed.
        host: String,
    },
    /// Nothing listens there, or a firewall says no.
    #[error("{host} refused the connection on port {port}")]
    Refused {
        /// As typed.
        host: String,
        /// The port.
        port: u16,
    },
    /// No answer in time.
    #[error("{host} did not answer for {seconds} seconds while {doing}")]
    Timeout {
        /// The host.
        host: String,
        /// How long it was waited.
        seconds: u64,
        /// What was under way.
        doing: String,
    },
    /// The certificate is not one that this machine or the person trusts.
    #[error("the certificate of {host} is not trusted: {why}")]
    Certificate {
        /// The host.
        host: String,
        /// SHA-256 of the certificate, in colon-separated hexadecimal.
        fingerprint: String,
        /// Why.
        why: String,
    },
    /// The TLS handshake failed for another reason.
    #[error("no secure connection to {host}: {why}")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        why: String,
    },
    /// STARTTLS is asked for and not offered, or plain text is asked for beyond this machine.
    #[error("{host} offers no encryption, so nothing was sent to it")]
    Unprotected {
        /// The host.
        host: String,
    },
    /// The server does not take name or password.
    #[error("{host} did not accept the sign-in of {login}: {says}")]
    SignIn {
        /// The host.
        host: String,
        /// The sign-in name.
        login: String,
        /// The server's words.
        says: String,
    },
    /// The server does not take an access token.
    #[error("{host} did not accept the access token of {login}: {says}")]
    Token {
        /// The host.
        host: String,
        /// The sign-in name.
        login: String,
        /// The server's words.
        says: String,
    },
    /// The server said BYE, or closed the connection.
    #[error("{host} ended the connection while {doing}: {says}")]
    Ended {
        /// The host.
        host: String,
        /// What was under way.
        doing: String,
        /// The server's words, where it had any.
        says: String,
    },
    /// The server asks to come back later.
    #[error("{host} asks to wait: {says}")]
    Throttled {
        /// The host.
        host: String,
        /// The server's words.
        says: String,
    },
    /// The folder is gone or can't be opened.
    #[error("the folder {folder} can't be opened: {says}")]
    Folder {
        /// Its name.
        folder: String,
        /// The server's words.
        says: String,
    },
    /// The server answered a command with NO or BAD.
    #[error("{host} refused while {doing}: {says}")]
    No {
        /// The host.
        host: String,
        /// What was under way.
        doing: String,
        /// The server's words.
        says: String,
    },
    /// The server's answer makes no sense.
    #[error("{host} answered something that is not IMAP while {doing}: {says}")]
    Protocol {
        /// The host.
        host: String,
        /// What was under way.
        doing: String,
        /// What can be said of it.
        says: String,
    },
    /// The disk, or a file of a Maildir.
    #[error("{path}: {says}")]
    File {
        /// The file or folder.
        path: String,
        /// The system's words.
        says: String,
    },
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
}

impl MailError {
    /// What the person can do about it, in one sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            MailError::UnknownHost { .. } => {
                "Check the spelling of the server's name, and that this computer is online."
            }
            MailError::Refused { .. } => {
                "Check the port and the kind of encryption: 993 for TLS, 143 for STARTTLS."
            }
            MailError::Timeout { .. } => "Nothing was changed. Try again later; it goes on where it stopped.",
            MailError::Certificate { .. } => {
                "Compare the fingerprint with your provider's or administrator's; trust it only if they are equal."
            }
            MailError::Tls { .. } => {
                "Check the port and the kind of encryption: 993 for TLS, 143 for STARTTLS."
            }
            MailError::Unprotected { .. } => {
                "Choose TLS with port 993, or ask your provider how to connect securely."
            }
            MailError::SignIn { .. } => {
                "Check name and password. Many providers want an app password: make one in your account's security settings."
            }
            MailError::Token { .. } => {
                "Run the command that prints the token by hand; it may want you to sign in at your provider again."
            }
            MailError::Ended { .. } => "Nothing was lost. Sync again; it goes on where it stopped.",
            MailError::Throttled { .. } => "Nothing was lost. Lazaret waits and tries again.",
            MailError::Folder { .. } => {
                "If it was renamed or removed on purpose, sync again; the next look finds the new folders."
            }
            MailError::No { .. } => {
                "Nothing was lost. If it stays so, ask your provider with the words above."
            }
            MailError::Protocol { .. } => {
                "Nothing was lost. Sync again; if it stays so, check that the port is an IMAP port."
            }
            MailError::File { .. } => {
                "Check that the file can be read and written and that the disk is not full."
            }
            MailError::Cancelled => "Sync again to go on where it stopped.",
        }
    }
}

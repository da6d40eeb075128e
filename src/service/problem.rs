//! What can go wrong in the service, as one error type, and as the person reads it.

use super::event::Problem;
use crate::account::CredentialError;
use crate::mail::MailError;
use crate::store::StoreError;

/// A failure of the service. It never says more than its cause: each layer's error has its own words.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The mailbox.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keyring.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// No password was remembered, and why.
    #[error("the password of {account} is needed{}", why.as_ref().map(|w| format!(": {w}")).unwrap_or_default())]
    PasswordMissing {
        /// The account's name.
        account: String,
        /// Why it was not remembered, where that is known.
        why: Option<String>,
    },
    /// A name that no account has.
    #[error("there is no account named {0}")]
    NoAccount(String),
    /// A name that an account has already.
    #[error("an account named {0} is there already")]
    AccountExists(String),
    /// Settings that can't work.
    #[error("{0}")]
    Settings(String),
    /// Starting with the desktop session could not be switched.
    #[error("starting with the session could not be switched: {file}: {error}")]
    Login {
        /// The file that says it.
        file: String,
        /// What the system says.
        error: String,
    },
    /// A message that is not in the database.
    #[error("message {0} is not in the database any more")]
    NoMessage(i64),
    /// A message that can't be moved as it stands.
    #[error("{0}")]
    CannotMove(String),
    /// A value that is no address, domain, server or IP address.
    #[error("{0:?} is not a value that an entry of this kind can name")]
    SenderValue(String),
    /// A search that can't be read, and why.
    #[error("{0}")]
    Search(String),
    /// A file of entries that can't be read or written.
    #[error("{0}")]
    Csv(String),
    /// A file of decisions that can't be read or written.
    #[error("{0}")]
    Decisions(String),
    /// A list of hashes that can't be read.
    #[error("the list of hashes {path} can't be read: {says}")]
    List {
        /// The file.
        path: String,
        /// The system's words.
        says: String,
    },
    /// A scanner that does not answer or can't be used.
    #[error("{0}")]
    Scanner(String),
    /// A list of hashes that is not there.
    #[error("there is no list of hashes with the number {0}")]
    NoList(i64),
    /// A file whose mail was not kept, so that its bytes are not here.
    #[error("{0} is not kept here: Lazaret copies only mail that it flags or holds")]
    NotKept(String),
    /// An attachment that a message does not have.
    #[error("message {message} has no attachment {number}, it has {of}")]
    NoAttachment {
        /// The message.
        message: i64,
        /// The attachment's number, from 1.
        number: usize,
        /// How many there are.
        of: usize,
    },
    /// A folder that nothing can be saved to.
    #[error("{0}")]
    NoFolder(String),
    /// A file that can't be written.
    #[error("{path} can't be written: {says}")]
    Save {
        /// The file.
        path: String,
        /// The system's words.
        says: String,
    },
    /// An attachment that is saved only when the person insists: what was found in it.
    #[error("{0}")]
    Dangerous(String),
    /// The private copy of the demo mailbox.
    #[error("the demo mailbox could not be written to {path}: {says}")]
    Demo {
        /// Where.
        path: String,
        /// The system's words.
        says: String,
    },
}

impl ServiceError {
    /// What the person can do about it.
    pub fn advice(&self) -> String {
        match self {
            ServiceError::Mail(error) => error.advice().to_owned(),
            ServiceError::Store(error) => error.advice().to_owned(),
            ServiceError::Credential(error) => error.advice().to_owned(),
            ServiceError::PasswordMissing { .. } => {
                "Type it in the window, or give it on standard input with --password-stdin.".to_owned()
            }
            ServiceError::NoAccount(_) => "Look at the list of accounts for its exact name.".to_owned(),
            ServiceError::AccountExists(_) => "Choose another name.".to_owned(),
            ServiceError::Settings(_) => "Correct the form and try again.".to_owned(),
            ServiceError::Login { .. } => "Make its folder writable and try again.".to_owned(),
            ServiceError::NoMessage(_) => {
                "Look at the list again: it may have been removed with its account.".to_owned()
            }
            ServiceError::CannotMove(_) => "Sync the account and try again.".to_owned(),
            ServiceError::SenderValue(_) => {
                "Name one address (a@example.org), one domain (example.org), one server or one IP address."
                    .to_owned()
            }
            ServiceError::Search(_) => {
                "See lazaret quarantine list --help for what can be searched.".to_owned()
            }
            ServiceError::Csv(_) => {
                "No entry was changed. `lazaret senders export` shows how such a file looks.".to_owned()
            }
            ServiceError::Decisions(_) => {
                "No decision was changed. `lazaret decisions export -` shows how such a file looks.".to_owned()
            }
            ServiceError::List { .. } => {
                "Give a text file with one SHA-256 sum on each line, as sha256sum writes it.".to_owned()
            }
            ServiceError::Scanner(_) => {
                "Nothing was changed. Start the scanner or correct its address, or turn it off with `lazaret scanners`."
                    .to_owned()
            }
            ServiceError::NoList(_) => "Look at the lists with `lazaret hashes list`.".to_owned(),
            ServiceError::NotKept(_) => "Open the mail in your mail program to get at it.".to_owned(),
            ServiceError::NoAttachment { .. } => {
                "Look at them with `lazaret quarantine show`, which numbers them.".to_owned()
            }
            ServiceError::NoFolder(_) => {
                "Nothing was saved. Name a folder that is there, by its whole path.".to_owned()
            }
            ServiceError::Save { .. } => {
                "Nothing was saved. Choose a folder that you may write to, on a disk that is not full.".to_owned()
            }
            ServiceError::Dangerous(_) => {
                "Nothing was saved. Only to hand it to somebody who examines such files, give --despite-findings."
                    .to_owned()
            }
            ServiceError::Demo { .. } => {
                "Check that the folder can be written and that the disk is not full.".to_owned()
            }
        }
    }

    /// The failure as the window and the command line show it.
    pub fn problem(&self, account: Option<&str>) -> Problem {
        Problem {
            account: account.map(str::to_owned),
            says: sentence(&self.to_string()),
            advice: self.advice(),
        }
    }

    /// Whether the person asked for it: no failure to shout about.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, ServiceError::Mail(MailError::Cancelled))
    }
}

/// An error's words as a sentence: a capital at the start, a full stop at the end. A host name or path at
/// the start keeps its spelling.
fn sentence(words: &str) -> String {
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_name = first.contains(['.', '/', ':']);
    let mut text = String::with_capacity(words.len() + 1);
    let mut chars = words.trim().chars();
    if let Some(c) = chars.next() {
        if is_name {
            text.push(c);
        } else {
            text.extend(c.to_uppercase());
        }
    }
    text.push_str(chars.as_str());
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_a_sentence_with_a_next_step() {
        let error = ServiceError::Mail(MailError::UnknownHost { host: "imap.example.test".into() });
        let problem = error.problem(Some("Work"));
        assert_eq!(problem.says, "No server named imap.example.test was found.");
        assert!(!problem.advice.is_empty());
        assert_eq!(sentence("imap.example.test said no"), "imap.example.test said no.");
    }
}

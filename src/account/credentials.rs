//! Passwords: in the system's keyring, or in memory until the program ends. Never on disk in the clear.
//!
//! The keyring may ask the person to unlock it and may take seconds to answer; and it runs an event loop
//! of its own. So call this off the window's thread and outside the tokio runtime.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyring::{Entry, Error};
pub use zeroize::Zeroizing;

use super::paths::Paths;

/// `off` keeps passwords in memory only, for tests and for machines whose keyring is not to be used.
pub const KEYRING_VARIABLE: &str = "LAZARET_KEYRING";

/// A failure of the keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// It is there and does not open.
    #[error("the system's keyring is locked or refuses access: {0}")]
    Locked(String),
    /// What it holds for this account is no password.
    #[error("the keyring's entry for {0} can't be read as a password")]
    Unreadable(String),
    /// Anything else.
    #[error("the system's keyring failed: {0}")]
    Failed(String),
    /// The command that prints the password or token, see [`super::command`].
    #[error("the command for the password gave none: {0}")]
    Command(String),
}

impl CredentialError {
    /// What the person can do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            CredentialError::Locked(_) => {
                "Unlock your keyring and try again, or type the password for this session."
            }
            CredentialError::Unreadable(_) => "Type the password again; the entry is then replaced.",
            CredentialError::Failed(_) => "Type the password; it is kept until Lazaret ends.",
            CredentialError::Command(_) => {
                "Run the command by hand: its first line must be the password or token. Lazaret tries it again."
            }
        }
    }
}

/// Where a password was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// In the system's keyring.
    Keyring,
    /// Nowhere: a command of the person's is asked each time.
    Asked,
    /// In memory until the program ends, and why, in one sentence.
    Session(String),
}

/// The passwords of all accounts. Shared between threads by reference.
pub struct Credentials {
    /// The name under which the keyring files entries, or why there is no keyring.
    service: Result<String, String>,
    session: Mutex<HashMap<String, Zeroizing<String>>>,
}

impl Credentials {
    /// Finds the system's keyring. Without one, passwords are kept in memory and
    /// [`Credentials::why_not_remembered`] says why.
    pub fn open() -> Credentials {
        if std::env::var_os(KEYRING_VARIABLE).is_some_and(|v| v == "off") {
            return Credentials::session_only(format!("The keyring is switched off by {KEYRING_VARIABLE}."));
        }
        match Entry::store_status() {
            // Another set of data must not replace the passwords of accounts with the same name.
            Ok(()) => Credentials::with(Ok(match Paths::find() {
                Ok(paths) if paths.portable => format!("lazaret {}", paths.data.display()),
                _ => "lazaret".to_owned(),
            })),
            Err(error) => Credentials::session_only(format!(
                "This session has no keyring ({}), so Lazaret asks for passwords at each start.",
                plain(error)
            )),
        }
    }

    /// Passwords in memory only, and why.
    pub fn session_only(why: impl Into<String>) -> Credentials {
        Credentials::with(Err(why.into()))
    }

    fn with(service: Result<String, String>) -> Credentials {
        Credentials { service, session: Mutex::new(HashMap::new()) }
    }

    /// Why passwords are asked for at each start; `None` where the keyring keeps them.
    pub fn why_not_remembered(&self) -> Option<&str> {
        self.service.as_ref().err().map(String::as_str)
    }

    /// The password of an account; `None` where none is known.
    pub fn get(&self, account: &str) -> Result<Option<Zeroizing<String>>, CredentialError> {
        if let Some(secret) = self.session().get(account) {
            return Ok(Some(secret.clone()));
        }
        let Ok(service) = &self.service else { return Ok(None) };
        match Entry::new(service, account).and_then(|entry| entry.get_password()) {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(meaning(account, &error)),
        }
    }

    /// Keeps a password: in the keyring, or in memory where the keyring does not take it. So the
    /// account works in any case; the answer says whether it is remembered.
    pub fn set(&self, account: &str, secret: &str) -> Kept {
        let why = match &self.service {
            Ok(service) => match Entry::new(service, account).and_then(|entry| entry.set_password(secret)) {
                Ok(()) => {
                    self.session().remove(account);
                    return Kept::Keyring;
                }
                Err(error) => {
                    format!("The password is kept until Lazaret ends, because {}.", meaning(account, &error))
                }
            },
            Err(why) => why.clone(),
        };
        self.session().insert(account.to_owned(), Zeroizing::new(secret.to_owned()));
        Kept::Session(why)
    }

    /// Forgets the password of an account, also where none was known.
    pub fn forget(&self, account: &str) -> Result<(), CredentialError> {
        self.session().remove(account);
        let Ok(service) = &self.service else { return Ok(()) };
        match Entry::new(service, account).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(meaning(account, &error)),
        }
    }

    fn session(&self) -> MutexGuard<'_, HashMap<String, Zeroizing<String>>> {
        // A thread that panicked while it held the lock leaves a whole map behind.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn meaning(account: &str, error: &Error) -> CredentialError {
    match error {
        Error::NoStorageAccess(_) => CredentialError::Locked(plain(error)),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => {
            CredentialError::Unreadable(account.to_owned())
        }
        other => CredentialError::Failed(plain(other)),
    }
}

/// The keyring's words without its bytes: an error that carries a secret must not print it.
fn plain(error: &Error) -> String {
    match error {
        Error::PlatformFailure(inner) | Error::NoStorageAccess(inner) => inner.to_string(),
        Error::NoDefaultStore => "no keyring service answers".to_owned(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "its entry is damaged".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_keyring_a_password_lasts_for_the_session_and_it_says_why() {
        let credentials = Credentials::session_only("No keyring here.");
        assert_eq!(credentials.why_not_remembered(), Some("No keyring here."));
        assert_eq!(credentials.get("Work").unwrap(), None);
        assert_eq!(credentials.set("Work", "pässword"), Kept::Session("No keyring here.".into()));
        assert_eq!(credentials.get("Work").unwrap().unwrap().as_str(), "pässword");
        assert_eq!(credentials.get("Home").unwrap(), None);
        credentials.forget("Work").unwrap();
        assert_eq!(credentials.get("Work").unwrap(), None);
    }

    #[test]
    fn an_error_never_shows_what_the_keyring_holds() {
        let error = meaning("Work", &Error::BadEncoding(b"hunter2\xff".to_vec()));
        assert_eq!(error, CredentialError::Unreadable("Work".into()));
        let error = Error::BadDataFormat(b"hunter2".to_vec(), "broken".into());
        assert!(!format!("{} {}", meaning("Work", &error), plain(&error)).contains("hunter2"));
    }

    #[test]
    fn a_locked_keyring_is_told_from_a_missing_one() {
        let locked = Error::NoStorageAccess("the collection is locked".into());
        assert!(matches!(meaning("Work", &locked), CredentialError::Locked(why) if why.contains("locked")));
        assert!(matches!(meaning("Work", &Error::NoDefaultStore), CredentialError::Failed(_)));
    }
}

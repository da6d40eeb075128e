//! From settings and a password to a mailbox. Where the settings name a command for the password or token, that is
//! asked each time, whatever password is at hand.

use super::command::Secret;
use super::event::TestedView;
use super::problem::ServiceError;
use crate::account::{Credentials, Origin, Security, Settings, command};
use crate::mail::imap::{self, Endpoint, Protection};
use crate::mail::maildir::Maildir;
use crate::mail::{Cancel, FolderRole, Mailbox, MoveMeans};

/// Opens an account's mailbox with its remembered password.
pub fn open(
    settings: &Settings,
    credentials: &Credentials,
    cancel: &Cancel,
) -> Result<Box<dyn Mailbox>, ServiceError> {
    let password = match settings.origin {
        Origin::Imap { .. } if settings.sign_in.command.is_some() => Secret::default(),
        Origin::Imap { .. } => match credentials.get(&settings.name)? {
            Some(password) => Secret::new(password.as_str()),
            None => {
                return Err(ServiceError::PasswordMissing {
                    account: settings.name.clone(),
                    why: credentials.why_not_remembered().map(str::to_owned),
                });
            }
        },
        Origin::Maildir { .. } => Secret::default(),
    };
    open_with(settings, &password, cancel)
}

/// Opens a mailbox with a password at hand.
pub fn open_with(
    settings: &Settings,
    password: &Secret,
    cancel: &Cancel,
) -> Result<Box<dyn Mailbox>, ServiceError> {
    if let Some(problem) = settings.problem() {
        return Err(ServiceError::Settings(problem));
    }
    match &settings.origin {
        Origin::Imap { host, port, security, login, fingerprint } => {
            let protection = match security {
                Security::Tls => Protection::Tls,
                Security::StartTls => Protection::StartTls,
                Security::Plain => Protection::Plain,
            };
            let mut endpoint = Endpoint::new(host, *port, protection, login, fingerprint.as_deref());
            endpoint.token = settings.sign_in.token;
            let mailbox = match &settings.sign_in.command {
                Some(command) => imap::connect(&endpoint, &command::secret(command)?, cancel)?,
                None => imap::connect(&endpoint, password.reveal(), cancel)?,
            };
            Ok(Box::new(mailbox))
        }
        Origin::Maildir { path } => Ok(Box::new(Maildir::open(path)?)),
    }
}

/// Signs in, looks at the folders, changes and saves nothing.
pub fn test(settings: &Settings, password: &Secret, cancel: &Cancel) -> Result<TestedView, ServiceError> {
    let mut mailbox = open_with(settings, password, cancel)?;
    let folders = mailbox.folders()?;
    let inbox = folders.iter().find(|f| f.role == FolderRole::Inbox).map_or("INBOX", |f| f.name.as_str());
    let state = mailbox.open(inbox)?;
    let sent = super::sync::sent_folder(&folders, settings).map(|f| f.display.clone());
    let moving = (mailbox.move_means() == MoveMeans::Unsafe).then(|| {
        "This server has no safe way to move mail (neither MOVE nor UIDPLUS). Lazaret will judge and show, and leave \
         every message where it is."
            .to_owned()
    });
    Ok(TestedView { sent, inbox: state.exists, moving })
}

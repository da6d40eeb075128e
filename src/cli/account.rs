//! `lazaret account`: list, add, remove, observe or act, how long held mail is kept.

use std::io;

use super::args::{AccountArgs, AccountWhat, AddArgs, ModeArg, SecurityArg};
use super::print::{DONE, FAILED, problem, table};
use super::sync::read_password;
use crate::account::{Kept, Mode, Origin, Security, Settings, SignIn};
use crate::engine::Strictness;
use crate::mail::MailError;
use crate::service::{Place, Secret, ServiceError, desk, once, retention};

/// Runs `lazaret account`.
pub(super) fn run(args: AccountArgs) -> u8 {
    let done = Place::own().and_then(|place| match args.what {
        AccountWhat::List => list(&place),
        AccountWhat::Add(add_args) => add(&place, add_args),
        AccountWhat::Remove { name } => once::remove_account(&place, &name)
            .map(|()| println!("{name} is removed from Lazaret. Its mail on the server is untouched.")),
        AccountWhat::Retention { name, days } => retention::set(&place.open()?, &name, days.0)
            .map(|_| println!("{name}: {}", retention::sentence(days.0))),
        AccountWhat::Mode { name, mode } => {
            let (mode, says) = match mode {
                ModeArg::Observe => (Mode::Observe, "Lazaret changes nothing there."),
                ModeArg::Act => (Mode::Act, "Lazaret moves what is quarantined to the folder Lazaret."),
            };
            once::set_mode(&place, &name, mode).map(|()| println!("{name}: {says}"))
        }
    });
    match done {
        Ok(()) => DONE,
        Err(error) => {
            problem(&error.problem(None));
            FAILED
        }
    }
}

fn list(place: &Place) -> Result<(), ServiceError> {
    let store = place.open()?;
    let mut rows = Vec::new();
    for account in desk::accounts(&store)? {
        let settings = account.settings;
        let place = match &settings.origin {
            Origin::Imap { host, port, login, .. } => format!("{login} at {host}:{port}"),
            Origin::Maildir { path } => path.display().to_string(),
        };
        let mode = match settings.mode {
            Mode::Observe => "observe",
            Mode::Act => "act",
        };
        let last = account
            .last_sync
            .map_or_else(|| "never".to_owned(), |at| at.strftime("%F %H:%M UTC").to_string());
        rows.push(vec![settings.name, mode.to_owned(), last, place]);
    }
    // A closed pipe is the reader's choice.
    let _ = table(&mut io::stdout().lock(), &["NAME", "MODE", "LAST SYNC", "WHERE"], &rows);
    Ok(())
}

fn add(place: &Place, args: AddArgs) -> Result<(), ServiceError> {
    let security = match args.security {
        SecurityArg::Tls => Security::Tls,
        SecurityArg::Starttls => Security::StartTls,
        SecurityArg::Plain => Security::Plain,
    };
    let port = args.port.unwrap_or(if security == Security::Tls { 993 } else { 143 });
    let login = args.login.or_else(|| args.address.first().cloned()).unwrap_or_default();
    let settings = Settings {
        name: args.name,
        addresses: args.address,
        origin: Origin::Imap { host: args.host, port, security, login, fingerprint: args.fingerprint },
        mode: Mode::Observe,
        strictness: Strictness::Normal,
        sent_folder: None,
        sign_in: SignIn { command: args.password_command, token: args.oauth2 },
        keep_days: None,
    };
    let password = match settings.sign_in.command {
        Some(_) => Secret::default(),
        None => read_password(&settings.name, args.password_stdin)?,
    };
    match once::add_account(place, &settings, password) {
        Ok(Kept::Keyring) => println!("{} is added; its password is in the system's keyring.", settings.name),
        Ok(Kept::Asked) => println!("{} is added; your command is asked at each sign-in.", settings.name),
        Ok(Kept::Session(why)) => {
            println!("{} is added. Its password is not remembered. {why}", settings.name);
            println!("  Give it with --password-stdin at each sync.");
        }
        Err(error) => {
            if let ServiceError::Mail(MailError::Certificate { fingerprint, .. }) = &error {
                eprintln!("The certificate's fingerprint is {fingerprint}");
                eprintln!("  If it is the one your provider names, add --fingerprint {fingerprint}");
            }
            return Err(error);
        }
    }
    Ok(())
}

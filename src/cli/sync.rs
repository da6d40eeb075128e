//! `lazaret sync`: fetch and judge an account's mail once.

use std::io::{self, BufRead, IsTerminal, Write};

use jiff::Timestamp;

use super::args::SyncArgs;
use super::print::{DONE, FAILED, problem};
use crate::engine::Class;
use crate::service::once::Once;
use crate::service::sync::SyncReport;
use crate::service::work::Step;
use crate::service::{Place, Secret, ServiceError, mend};

/// Runs `lazaret sync`.
pub(super) fn run(args: SyncArgs) -> u8 {
    match sync(&args) {
        Ok(report) => {
            print(&args.account, &report);
            if report.left.is_empty() { DONE } else { FAILED }
        }
        Err(error) => {
            clear_line();
            problem(&error.problem(Some(&args.account)));
            FAILED
        }
    }
}

fn sync(args: &SyncArgs) -> Result<SyncReport, ServiceError> {
    let place = Place::own()?;
    let password = args.password_stdin.then(|| read_password(&args.account, true)).transpose()?;
    let attempt = || {
        let mut once = Once::open(&place, &args.account, password.clone())?;
        if args.act {
            once.act();
        }
        once.sync(&mut progress)
    };
    let report = match attempt() {
        Err(error) if mend::is_damage(&error) => {
            clear_line();
            let Some(mended) = mend::mend(&place, Timestamp::now())? else { return Err(error) };
            problem(&mended);
            attempt()?
        }
        done => done?,
    };
    clear_line();
    Ok(report)
}

/// Shows progress on one line of standard error, where that is a terminal.
pub(super) fn progress(step: Step) {
    if !io::stderr().is_terminal() {
        return;
    }
    let counts = match step.total {
        Some(total) => format!(" {} of {total}", step.done),
        None => String::new(),
    };
    eprint!("\r\u{1b}[K{}{counts}", step.says);
    let _ = io::stderr().flush();
}

/// Ends the progress line.
pub(super) fn clear_line() {
    if io::stderr().is_terminal() {
        eprint!("\r\u{1b}[K");
    }
}

fn print(account: &str, report: &SyncReport) {
    println!("{account}: {} sent mails learned, {} messages judged.", report.learned, report.total());
    for class in Class::ALL {
        if let Some(count) = report.judged.get(class.word()) {
            println!("  {:<18} {count}", class.word());
        }
    }
    if report.quarantined > 0 {
        println!("  moved to the quarantine: {}", report.quarantined);
    }
    if report.would_quarantine > 0 {
        println!("  would be quarantined (this account only observes): {}", report.would_quarantine);
    }
    for news in report.news() {
        println!("  {news}");
    }
    for left in &report.left {
        eprintln!("  {left}");
    }
}

/// Reads a password: one line of standard input, or (where `from_input` is not set) after a silent prompt
/// on the terminal.
pub(super) fn read_password(account: &str, from_input: bool) -> Result<Secret, ServiceError> {
    let unread = |e: io::Error| ServiceError::Settings(format!("no password could be read: {e}"));
    if from_input {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(unread)?;
        return Ok(Secret::new(line.trim_end_matches(['\r', '\n'])));
    }
    if !io::stdin().is_terminal() {
        return Err(ServiceError::Settings(
            "a password is needed; give it on standard input with --password-stdin".to_owned(),
        ));
    }
    rpassword::prompt_password(format!("Password of {account}: ")).map(Secret::new).map_err(unread)
}

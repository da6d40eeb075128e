//! The command line: scan, inspect, sync, accounts, quarantine, senders, decisions,
//! hashes, scanners, demo, quit. No arguments: the window.
//!
//! Each subcommand is one file: it turns arguments into a call of `service` and prints the answer. Results
//! go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 some input or step
//! failed, 2 usage (clap's own).

mod account;
mod args;
mod decisions;
mod demo;
#[cfg(feature = "window")]
mod desktop;
#[cfg(feature = "window")]
mod front;
mod hashes;
mod inspect;
mod print;
mod quarantine;
mod scan;
mod scanners;
mod senders;
#[cfg(feature = "window")]
mod single;
mod sync;
mod window;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use args::{Arguments, What};

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.background && arguments.what.is_some() {
        let says = "--background starts the window's program: it goes with no subcommand";
        Arguments::command().error(ErrorKind::ArgumentConflict, says).exit();
    }
    init_log(arguments.verbose);
    let code = match arguments.what {
        None => window::run(arguments.background),
        Some(What::Scan(scan)) => scan::run(scan),
        Some(What::Inspect(inspect)) => inspect::run(inspect),
        Some(What::Sync(sync)) => sync::run(sync),
        Some(What::Account(account)) => account::run(account),
        Some(What::Quarantine(quarantine)) => quarantine::run(quarantine),
        Some(What::Senders(senders)) => senders::run(senders),
        Some(What::Decisions(decisions)) => decisions::run(decisions),
        Some(What::Hashes(hashes)) => hashes::run(hashes),
        Some(What::Scanners(scanners)) => scanners::run(scanners),
        Some(What::Demo(demo)) => demo::run(demo),
        Some(What::Quit) => window::quit(),
    };
    ExitCode::from(code)
}

/// Sends the log to standard error: warnings, or more with `-v`. `LAZARET_LOG` overrides both.
fn init_log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "lazaret=info,warn",
        _ => "lazaret=debug,info",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("LAZARET_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

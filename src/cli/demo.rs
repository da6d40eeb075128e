//! `lazaret demo`: the demo mailbox in the window, or in the terminal where there is no display.

use super::args::DemoArgs;
use super::print::{DONE, FAILED, problem};
use super::quarantine::print_rows;
use super::sync::{clear_line, progress};
use super::window;
use crate::engine::Class;
use crate::service::command::{ListQuery, Shelf};
use crate::service::demo::{ACCOUNT, prepare};
use crate::service::once::Once;
use crate::service::{Place, ServiceError, queries};

/// Rows that the terminal shows.
const MOST: usize = 1_000;

/// Runs `lazaret demo`.
pub(super) fn run(args: DemoArgs) -> u8 {
    if !args.terminal {
        match window::display_missing() {
            None => return window::open(window::Opens::Demo),
            Some(why) => eprintln!("{why} The demo runs here in the terminal instead."),
        }
    }
    match Place::own().and_then(|own| in_terminal(&own)) {
        Ok(()) => DONE,
        Err(error) => {
            clear_line();
            problem(&error.problem(None));
            FAILED
        }
    }
}

/// Judges the demo mailbox by the same path as any account and prints what came of it.
fn in_terminal(own: &Place) -> Result<(), ServiceError> {
    let place = prepare(own, jiff::Timestamp::now())?;
    let mut once = Once::open(&place, ACCOUNT, None)?;
    let report = once.sync(&mut progress)?;
    clear_line();
    let query = ListQuery { shelf: Shelf::All, descending: true, limit: MOST, ..ListQuery::default() };
    let page = queries::list(once.store(), query)?;
    let shown: Vec<_> = page.rows.into_iter().filter(|row| row.class != Class::Ordinary).collect();
    // A closed pipe is the reader's choice.
    let _ = print_rows(&shown);
    println!();
    println!(
        "{} messages judged against {} sent mails; {} moved to the quarantine.",
        report.total(),
        report.learned,
        report.quarantined
    );
    for class in Class::ALL {
        println!("  {:<18} {}", class.word(), report.judged.get(class.word()).copied().unwrap_or(0));
    }
    println!(
        "Ordinary mail is counted and not listed. The mailbox is a private copy in {}.",
        place.folder().display()
    );
    Ok(())
}

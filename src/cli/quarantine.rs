//! `lazaret quarantine`: what is held, or would be; show one; save an attachment; restore.

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use super::args::{QuarantineArgs, QuarantineWhat};
use super::print::{DONE, FAILED, plain, problem, table};
use super::sync::{clear_line, progress, read_password};
use crate::engine::attachment::FileVerdict;
use crate::engine::{Attachment, Finding, Toward};
use crate::service::command::{ListQuery, Shelf};
use crate::service::event::{Holding, MessageView, Row};
use crate::service::once::Once;
use crate::service::{Place, ServiceError, queries, save};

/// Rows that `list` prints.
const MOST: usize = 1_000;

/// Runs `lazaret quarantine`.
pub(super) fn run(args: QuarantineArgs) -> u8 {
    let done = Place::own().and_then(|place| match args.what {
        QuarantineWhat::List { all, query } => list(&place, all, &query),
        QuarantineWhat::Show { id } => show(&place, id),
        QuarantineWhat::Save { id, attachment, to, despite_findings } => {
            save(&place, id, attachment, to, despite_findings)
        }
        QuarantineWhat::Restore { allow, password_stdin, ids } => {
            restore(&place, &ids, allow, password_stdin)
        }
    });
    match done {
        Ok(()) => DONE,
        Err(error) => {
            clear_line();
            problem(&error.problem(None));
            FAILED
        }
    }
}

fn list(place: &Place, all: bool, words: &[String]) -> Result<(), ServiceError> {
    let store = place.open()?;
    let shelf = if all { Shelf::All } else { Shelf::Quarantine };
    let text = words.join(" ");
    let query = ListQuery { shelf, text, descending: true, limit: MOST, ..ListQuery::default() };
    let narrowed = query.is_narrowed();
    let page = queries::list(&store, query)?;
    if let Some(fault) = page.fault {
        return Err(ServiceError::Search(fault));
    }
    if page.rows.is_empty() {
        println!("{}", if narrowed { "Nothing matches." } else { "Nothing is held." });
        return Ok(());
    }
    // A closed pipe is the reader's choice.
    let _ = print_rows(&page.rows);
    if page.matching > page.rows.len() as u64 {
        println!("and {} more", page.matching - page.rows.len() as u64);
    }
    Ok(())
}

/// Prints rows of a list as a table.
pub(super) fn print_rows(rows: &[Row]) -> io::Result<()> {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let holding = match row.holding {
                Holding::InPlace => "in place",
                Holding::Held => "held",
                Holding::Restored => "restored",
                Holding::Gone => "gone",
            };
            vec![
                row.id.to_string(),
                row.class.word().to_owned(),
                holding.to_owned(),
                format!("{:.2}", row.score),
                row.received.strftime("%F %H:%M").to_string(),
                plain(&row.from, 28),
                plain(&row.subject, 60),
            ]
        })
        .collect();
    table(&mut io::stdout().lock(), &["ID", "CLASS", "STATE", "SCORE", "RECEIVED", "FROM", "SUBJECT"], &cells)
}

fn show(place: &Place, id: i64) -> Result<(), ServiceError> {
    let store = place.open()?;
    let view = queries::open(&store, id)?.ok_or(ServiceError::NoMessage(id))?;
    print_message(&view);
    Ok(store.set_shown(&[id], Timestamp::now())?)
}

fn print_message(view: &MessageView) {
    let row = &view.row;
    println!("From:     {}", plain(&row.from, 200));
    println!("Subject:  {}", plain(&row.subject, 200));
    println!("Received: {}", row.received.strftime("%F %H:%M UTC"));
    println!("Account:  {}, {}", row.account, row.folder);
    println!();
    println!("{} ({}, {:.2})", view.sentence, row.class.word(), row.score);
    for finding in &view.findings {
        print_finding(finding);
    }
    for (number, attachment) in (1..).zip(&view.attachments) {
        println!();
        println!("Attachment {number}: {} ({} bytes)", plain(&title(attachment), 200), attachment.size);
        let claims = attachment.declared.as_deref().unwrap_or("nothing");
        println!("  claims to be {}, is {}", plain(claims, 80), plain(&attachment.detected, 80));
    }
    if let Some(text) = &view.text {
        println!();
        for line in text.lines().take(60) {
            println!("  {}", plain(line, 200));
        }
    }
}

/// The way to an attachment through the containers around it.
fn title(attachment: &Attachment) -> String {
    let mut way = attachment.container.clone();
    way.push(attachment.name.clone().unwrap_or_else(|| "without a name".to_owned()));
    way.join(" › ")
}

fn save(
    place: &Place,
    id: i64,
    number: usize,
    folder: Option<PathBuf>,
    insists: bool,
) -> Result<(), ServiceError> {
    let store = place.open()?;
    let view = queries::open(&store, id)?.ok_or(ServiceError::NoMessage(id))?;
    let place_of = number.checked_sub(1);
    let Some(attachment) = place_of.and_then(|at| view.attachments.get(at)) else {
        return Err(ServiceError::NoAttachment { message: id, number, of: view.attachments.len() });
    };
    let found = save::findings(attachment, &view.findings);
    for finding in &found {
        print_finding(finding);
    }
    if save::verdict(&found) != FileVerdict::Clean && !insists {
        return Err(ServiceError::Dangerous(format!(
            "something speaks against {}",
            plain(&title(attachment), 200)
        )));
    }
    let folder = folder.or_else(save::downloads).unwrap_or_default();
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let path = save::attachment(&store, id, &attachment.sha256, attachment.name.as_deref(), &folder)?;
    println!("Saved to {}.", path.display());
    Ok(())
}

fn print_finding(finding: &Finding) {
    let sign = match finding.toward {
        Toward::Quarantine => "+",
        Toward::Keep => "-",
        Toward::Neither => " ",
    };
    println!("  {sign} {} [{}, {:.1}]", plain(&finding.says, 300), finding.id, finding.weight);
    for evidence in &finding.evidence {
        let [start, end] = evidence.range;
        println!("      {} bytes {start}-{end}: {}", evidence.part, plain(&evidence.text, 160));
    }
}

fn restore(place: &Place, ids: &[i64], allow: bool, password_stdin: bool) -> Result<(), ServiceError> {
    let store = place.open()?;
    let mut typed = None;
    for (account, ids) in queries::by_account(&store, ids)? {
        if password_stdin && typed.is_none() {
            typed = Some(read_password(&account, true)?);
        }
        let mut once = Once::open(place, &account, typed.clone())?;
        let outcome = once.restore(&ids, allow, &mut progress)?;
        clear_line();
        println!("{}", outcome.says);
        for left in outcome.left {
            eprintln!("  {left}");
        }
    }
    Ok(())
}

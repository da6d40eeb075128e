//! `lazaret hashes`: lists of files known as harmful or harmless.

use std::io;
use std::path::Path;

use jiff::Timestamp;

use super::args::{HashesArgs, HashesWhat};
use super::print::{DONE, FAILED, plain, problem, table};
use crate::engine::knowledge::HashKind;
use crate::service::{Place, ServiceError, known};

/// Runs `lazaret hashes`.
pub(super) fn run(args: HashesArgs) -> u8 {
    let done = Place::own().and_then(|place| match args.what {
        HashesWhat::Import { good, file } => {
            import(&place, if good { HashKind::Good } else { HashKind::Bad }, &file)
        }
        HashesWhat::List => list(&place),
        HashesWhat::Remove { id } => {
            known::remove_hash_list(&place.open()?, id)?;
            println!("The list is gone.");
            Ok(())
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

fn import(place: &Place, kind: HashKind, file: &Path) -> Result<(), ServiceError> {
    let imported = known::import_hashes(&place.open()?, file, kind, Timestamp::now())?;
    let what = match kind {
        HashKind::Bad => "harmful",
        HashKind::Good => "harmless",
    };
    println!("{} sums are known as {what}.", imported.read);
    if let Some(line) = imported.first_strange {
        eprintln!(
            "{} lines hold no SHA-256 sum and were passed over; the first is line {line}.",
            imported.strange
        );
    }
    Ok(())
}

fn list(place: &Place) -> Result<(), ServiceError> {
    let rows: Vec<Vec<String>> = known::hash_lists(&place.open()?)?
        .into_iter()
        .map(|list| {
            vec![
                list.id.to_string(),
                list.kind.word().to_owned(),
                list.count.to_string(),
                list.added.strftime("%F").to_string(),
                plain(&list.name, 80),
            ]
        })
        .collect();
    if rows.is_empty() {
        println!("No list of hashes was imported.");
        return Ok(());
    }
    // A closed pipe is the reader's choice.
    let _ = table(&mut io::stdout().lock(), &["ID", "KIND", "SUMS", "IMPORTED", "LIST"], &rows);
    Ok(())
}

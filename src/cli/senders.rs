//! `lazaret senders`: allow and block entries.

use std::fs::File;
use std::io;
use std::path::Path;

use jiff::Timestamp;

use super::args::{ScopeArg, SendersArgs, SendersWhat};
use super::print::{DONE, FAILED, plain, problem, table};
use crate::engine::senders::{SenderEntry, SenderRule, SenderScope};
use crate::service::{Place, ServiceError, exchange, queries, senders};

/// Runs `lazaret senders`.
pub(super) fn run(args: SendersArgs) -> u8 {
    let done = Place::own().and_then(|place| match args.what {
        SendersWhat::List => list(&place),
        SendersWhat::Allow { scope, value } => add(&place, SenderRule::Allow, scope, &value),
        SendersWhat::Block { scope, value } => add(&place, SenderRule::Block, scope, &value),
        SendersWhat::Remove { id } => place
            .open()
            .and_then(|store| Ok(store.remove_sender(id)?))
            .map(|_| println!("The entry is gone.")),
        SendersWhat::Export { file } => export(&place, file.as_deref()),
        SendersWhat::Import { file } => import(&place, &file),
    });
    match done {
        Ok(()) => DONE,
        Err(error) => {
            problem(&error.problem(None));
            FAILED
        }
    }
}

fn add(place: &Place, rule: SenderRule, scope: ScopeArg, value: &str) -> Result<(), ServiceError> {
    let scope = match scope {
        ScopeArg::Address => SenderScope::Address,
        ScopeArg::Domain => SenderScope::Domain,
        ScopeArg::ReportingMta => SenderScope::ReportingMta,
        ScopeArg::Ip => SenderScope::Ip,
    };
    let store = place.open()?;
    let entry = SenderEntry { rule, scope, value: value.to_owned(), expires: None };
    let (_, entry) = senders::add(&store, &entry, Timestamp::now())?;
    println!("{} is now {}.", entry.value, senders::rule_verb(rule));
    // Nothing is moved from here: that takes a connection.
    let released = senders::released(&store, scope, &entry.value)?.len();
    match (rule, senders::touches(&store, rule, scope, &entry.value)?) {
        (SenderRule::Allow, _) if released > 0 => {
            let held = if released == 1 {
                "1 held message is".to_owned()
            } else {
                format!("{released} held messages are")
            };
            println!("{held} from there. “lazaret quarantine restore” brings them back.");
        }
        (_, Some(says)) => println!("{says}"),
        _ => {}
    }
    Ok(())
}

fn export(place: &Place, file: Option<&Path>) -> Result<(), ServiceError> {
    let store = place.open()?;
    let Some(path) = file else {
        return exchange::export_senders(&store, &mut io::stdout().lock()).map(drop);
    };
    let failed = |e: io::Error| ServiceError::Csv(format!("{} can't be written ({e})", path.display()));
    let mut out = File::create_new(path).map_err(failed)?;
    let count = exchange::export_senders(&store, &mut out)?;
    println!("{count} entries were written to {}.", path.display());
    Ok(())
}

fn import(place: &Place, path: &Path) -> Result<(), ServiceError> {
    let failed = |e: io::Error| ServiceError::Csv(format!("{} can't be read ({e})", path.display()));
    let mut input = File::open(path).map_err(failed)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let count = exchange::import_senders(&place.open()?, &name, &mut input, Timestamp::now())?;
    println!("{count} entries were read from {name}.");
    Ok(())
}

fn list(place: &Place) -> Result<(), ServiceError> {
    let rows: Vec<Vec<String>> = queries::senders(&place.open()?)?
        .into_iter()
        .map(|sender| {
            vec![
                sender.id.to_string(),
                sender.entry.rule.word().to_owned(),
                sender.entry.scope.word().to_owned(),
                plain(&sender.entry.value, 80),
                sender.added.strftime("%F").to_string(),
                plain(&sender.origin, 60),
            ]
        })
        .collect();
    if rows.is_empty() {
        println!("No sender is allowed or blocked.");
        return Ok(());
    }
    // A closed pipe is the reader's choice.
    let _ = table(&mut io::stdout().lock(), &["ID", "RULE", "SCOPE", "VALUE", "ADDED", "FROM WHERE"], &rows);
    Ok(())
}

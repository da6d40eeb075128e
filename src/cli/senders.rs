//! `lazaret senders`: allow and block entries.

use std::io;

use jiff::Timestamp;

use super::args::{ScopeArg, SendersArgs, SendersWhat};
use super::print::{DONE, FAILED, plain, problem, table};
use crate::engine::senders::{SenderRule, SenderScope};
use crate::service::{Place, ServiceError, queries};

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
    let normal = queries::add_sender(&place.open()?, rule, scope, value, Timestamp::now())?;
    println!("{normal} is now {}.", queries::rule_verb(rule));
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

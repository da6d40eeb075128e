//! What an account's mode and strictness come to: what is held or would be, with examples. For the choice
//! between observing and acting.

use super::command::{ListQuery, Shelf};
use super::desk;
use super::event::{PreviewGroup, PreviewView};
use super::problem::ServiceError;
use super::queries;
use crate::engine::{Class, Disposition, policy};
use crate::store::{Holding, Store};

/// Messages of a class that are shown as examples.
const EXAMPLES: usize = 3;

/// What each account holds, or would.
pub fn all(store: &Store) -> Result<Vec<PreviewView>, ServiceError> {
    desk::accounts(store)?.into_iter().map(|account| of(store, account.id, &account.settings.name)).collect()
}

fn of(store: &Store, id: i64, name: &str) -> Result<PreviewView, ServiceError> {
    let tallies = store.tallies(id)?;
    let sum = |wanted: &dyn Fn(Class, Disposition, Holding) -> bool| -> u64 {
        tallies.iter().filter(|(c, d, h, _)| wanted(*c, *d, *h)).map(|(.., n)| n).sum()
    };
    let shelved = |d, h| h == Holding::Held || (h == Holding::InPlace && d == Disposition::Quarantine);
    let mut groups = Vec::new();
    for class in Class::ALL {
        let count = sum(&|c, d, h| c == class && shelved(d, h));
        if count == 0 {
            continue;
        }
        let query = ListQuery {
            shelf: Shelf::Quarantine,
            class: Some(class),
            account: Some(name.to_owned()),
            descending: true,
            limit: EXAMPLES,
            ..ListQuery::default()
        };
        groups.push(PreviewGroup { class, count, examples: queries::list(store, query)?.rows });
    }
    Ok(PreviewView {
        account: name.to_owned(),
        held: sum(&|_, _, h| h == Holding::Held),
        would_hold: sum(&|_, d, h| h == Holding::InPlace && d == Disposition::Quarantine),
        in_doubt: sum(&|c, d, h| {
            policy::STRICT_ONLY.contains(&c) && d == Disposition::Flag && h == Holding::InPlace
        }),
        genuine: sum(&|c, _, _| c == Class::GenuineBounce),
        judged: sum(&|_, _, _| true),
        groups,
    })
}

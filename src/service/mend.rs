//! A damaged database: set aside, replaced, and said so in words that a person can act on.

use jiff::Timestamp;

use super::Place;
use super::event::Problem;
use super::problem::ServiceError;
use crate::store::{Actor, Mended, Store, StoreError};

/// Whether an error says that the database is damaged, so that [`mend`] may help.
pub fn is_damage(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Store(StoreError::Damaged { .. }))
}

/// Sets a damaged database aside and puts a new one in its place, with the accounts and decisions that could
/// still be read. Says what happened; `None` where the database is sound. No connection of this process to it
/// may be open.
pub fn mend(place: &Place, now: Timestamp) -> Result<Option<Problem>, ServiceError> {
    let Some(mended) = Store::mend(&place.database(), now)? else { return Ok(None) };
    let problem = problem(&mended);
    place.open()?.note(Actor::Rule, &format!("{} {}", problem.says, problem.advice), now)?;
    Ok(Some(problem))
}

fn problem(mended: &Mended) -> Problem {
    let mut advice = String::from(
        "No mail is lost: it is on your server. Verdicts, bounces and the list of what you sent come back by \
         themselves with the next sync.",
    );
    let decisions = mended.taken.senders + mended.taken.messages - mended.taken.overruled;
    if mended.accounts > 0 {
        advice.push_str(&format!(
            " Carried over: {} and {}.",
            counted(mended.accounts, "account"),
            counted(decisions, "decision")
        ));
    } else {
        advice.push_str(" Your accounts could not be read: add them again.");
    }
    if !mended.torn.is_empty() {
        advice.push_str(&format!(
            " Not read to the end, so that some may be lost: {}.",
            mended.torn.join(", ")
        ));
    }
    advice.push_str(
        " Lost: imported lists of files, and the way back of older actions (restoring what is held still works).",
    );
    let says = format!(
        "The database was damaged ({}). It was set aside as {}, and a new one takes its place.",
        mended.says,
        mended.aside.display()
    );
    Problem { account: None, says, advice }
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

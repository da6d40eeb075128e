//! Retention: held mail that the person has opened goes for ever after a time, where the person wants that.
//!
//! Off until it is chosen. Only while the account acts, only what was opened here during this stay in the
//! quarantine (by itself, or with the storm or sender that it belongs to), and never before it was said: once,
//! at least [`GRACE`] before, in the activity list and where the sync is watched. It goes as by *Delete for ever*,
//! through the journal, each message with a line of its own.

use jiff::{SignedDuration, Timestamp};

use super::actions;
use super::command::MessageId;
use super::desk::{self, Desk};
use super::problem::ServiceError;
use super::sync::SyncReport;
use super::work::Work;
use crate::account::{Mode, Settings};
use crate::store::Store;

/// How long before it goes it is said, where there is so much time.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long there is between saying and deleting, at least.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// Messages that one sync deletes at most; the next one goes on.
const MOST: usize = 5_000;

/// Sets after how many days held mail that was opened goes for ever; `None` to keep it until the person decides.
/// What was said before no longer counts.
pub fn set(store: &Store, account: &str, days: Option<u16>) -> Result<Settings, ServiceError> {
    let mut account = desk::account(store, account)?;
    account.settings.keep_days = days;
    if let Some(problem) = account.settings.problem() {
        return Err(ServiceError::Settings(problem));
    }
    store.unsay_expiry(account.id)?;
    store.set_settings(account.id, &account.settings.name, &super::core::to_json(&account.settings)?)?;
    Ok(account.settings)
}

/// What the choice does, in a sentence.
pub fn sentence(days: Option<u16>) -> String {
    match days {
        None => "Held mail stays until you decide.".to_owned(),
        Some(days) => format!(
            "Held mail that you have opened is deleted for ever {} later, after it was said once.",
            counted(u64::from(days), "day")
        ),
    }
}

/// Says what will go, and deletes what was said.
pub(super) fn look_after(
    desk: &mut Desk<'_>,
    work: &mut Work<'_>,
    report: &mut SyncReport,
) -> Result<(), ServiceError> {
    let settings = &desk.account.settings;
    let (Mode::Act, Some(days)) = (settings.mode, settings.keep_days) else { return Ok(()) };
    let keep = SignedDuration::from_hours(24 * i64::from(days));
    let expired = desk.store.expired(desk.account.id, desk.now - keep, desk.now - GRACE, MOST)?;
    if !expired.is_empty() {
        let outcome = actions::expire(desk, &expired, days, work)?;
        report.expired = outcome.moved;
        report.left.extend(outcome.left);
    }
    let unsaid = desk.store.unsaid(desk.account.id, desk.now - keep + AHEAD.min(keep))?;
    let Some(first) = unsaid.iter().map(|(_, shown)| *shown + keep).min() else { return Ok(()) };
    let ids: Vec<MessageId> = unsaid.into_iter().map(|(id, _)| id).collect();
    let says = announcement(&desk.account.settings.name, ids.len() as u64, days, first.max(desk.now + GRACE));
    desk.store.say_expiry(&ids, &says, desk.now)?;
    report.announced = Some(says);
    Ok(())
}

fn announcement(account: &str, count: u64, days: u16, first: Timestamp) -> String {
    format!(
        "{} in the quarantine of {account} will be deleted for ever from {} on: {} after you opened {}, as you \
         chose in Settings. Restore what you want to keep.",
        counted(count, "message"),
        first.strftime("%F"),
        counted(u64::from(days), "day"),
        if count == 1 { "it" } else { "them" },
    )
}

/// A number and a word in its number.
pub(super) fn counted(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

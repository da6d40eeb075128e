//! Mail that is news by itself: the person hears of it without looking. What is said of it, and when, is decided
//! where it is shown; here it is only noticed.
//!
//! A genuine bounce is news as soon as it is judged, a malicious attachment as soon as it is in the quarantine
//! (or judged, where the account only observes). A new kind of news is a variant of [`What`] and a function here.

use super::bounces;
use super::command::MessageId;
use super::desk::Desk;
use super::event::NoticeBrief;
use super::problem::ServiceError;
use super::work::Work;
use crate::account::Mode;
use crate::engine::{Class, Disposition, Verdict};
use crate::store::Holding;

/// One message that is news.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The account's name.
    pub account: String,
    /// The message.
    pub message: MessageId,
    /// What is new.
    pub what: What,
    /// Whether it was there before the account was first read to its end: the person chose to have it all judged,
    /// and is shown what came of it.
    pub backlog: bool,
}

/// What is new.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A mail of the person's was not delivered.
    Bounce(NoticeBrief),
    /// A malicious attachment came.
    Malicious {
        /// Whether it is in the quarantine; else it is where it arrived, as the account only observes.
        held: bool,
    },
}

/// What is new about a message that was just judged and stays where it is.
pub(super) fn judged(verdict: &Verdict, mode: Mode) -> Option<What> {
    match (verdict.class, &verdict.notice) {
        (Class::GenuineBounce, Some(notice)) => Some(What::Bounce(bounces::brief(notice, &[]))),
        // Where the account acts it is told when it has moved.
        (Class::Malicious, _) if verdict.disposition == Disposition::Quarantine && mode == Mode::Observe => {
            Some(What::Malicious { held: false })
        }
        _ => None,
    }
}

/// Tells of one message.
pub(super) fn tell(desk: &Desk<'_>, message: MessageId, what: What, work: &mut Work<'_>) {
    let backlog = desk.account.last_sync.is_none();
    work.tell(Arrival { account: desk.account.settings.name.clone(), message, what, backlog });
}

/// Tells which of `moved`, that a rule wanted to hold, are malicious and in the quarantine now.
pub(super) fn tell_held(
    desk: &Desk<'_>,
    moved: &[MessageId],
    work: &mut Work<'_>,
) -> Result<(), ServiceError> {
    for id in moved {
        let row = desk.store.message(*id)?.map(|message| message.row);
        if row.is_some_and(|row| row.class == Class::Malicious && row.holding == Holding::Held) {
            tell(desk, *id, What::Malicious { held: true }, work);
        }
    }
    Ok(())
}

//! Delivery problems: what a genuine bounce says of each recipient, and marking it as dealt with.

use jiff::Timestamp;

use super::command::{Dealt, ListQuery, Mark, Shelf};
use super::event::{Failed, NoticeBrief};
use super::groups::CHOSEN_MOST;
use super::problem::ServiceError;
use super::queries;
use crate::engine::notice::{Notice, Reason};
use crate::store::Store;

/// What a list shows of a notice. `done` are the recipients that are dealt with.
pub(super) fn brief(notice: &Notice, done: &[String]) -> NoticeBrief {
    let is_done = |recipient: &Option<String>| {
        let recipient = recipient.as_deref().unwrap_or_default();
        done.iter().any(|d| d == recipient)
    };
    let mut failed: Vec<Failed> = Vec::new();
    for report in notice.undelivered() {
        // Some servers report on a recipient once for each try.
        if failed.iter().any(|f| f.recipient == report.recipient) {
            continue;
        }
        failed.push(Failed {
            recipient: report.recipient.clone(),
            reason: report.reason,
            status: report.status.clone(),
            says: report.diagnostic.clone(),
            dealt: is_done(&report.recipient),
        });
    }
    if failed.is_empty() {
        let dealt = is_done(&None);
        failed.push(Failed { recipient: None, reason: Reason::Undefined, status: None, says: None, dealt });
    }
    let returned = notice.returned.as_ref();
    NoticeBrief {
        kind: notice.kind,
        failed,
        subject: returned.and_then(|r| r.subject.clone()),
        sent: returned.and_then(|r| r.date),
        mail: returned.and_then(|r| r.message_id.clone()),
    }
}

/// Marks delivery problems as dealt with, or as open again, and says so in a sentence.
pub fn mark(store: &Store, marks: &[Mark], dealt: bool, now: Timestamp) -> Result<String, ServiceError> {
    let pairs: Vec<_> = marks.iter().map(|m| (m.message, m.recipient.clone())).collect();
    store.set_dealt(&pairs, dealt, now)?;
    let first = marks.first().map(|m| m.recipient.as_str()).unwrap_or_default();
    let one_person = !first.is_empty() && marks.iter().all(|m| m.recipient == first);
    let what = match marks.len() {
        _ if one_person => format!("Mail to {first}"),
        1 => "1 delivery problem".to_owned(),
        n => format!("{n} delivery problems"),
    };
    Ok(match (dealt, marks.len() == 1 || one_person) {
        (true, true) => format!("{what} is dealt with."),
        (true, false) => format!("{what} are dealt with."),
        (false, true) => format!("{what} is open again."),
        (false, false) => format!("{what} are open again."),
    })
}

/// What is still open of the bounces that `query` lists and that came before `than`.
pub fn older(store: &Store, query: &ListQuery, than: Timestamp) -> Result<Vec<Mark>, ServiceError> {
    let query = ListQuery {
        shelf: Shelf::Bounces,
        dealt: Dealt::Open,
        first: 0,
        limit: CHOSEN_MOST,
        ..query.clone()
    };
    let mut marks = Vec::new();
    for row in queries::list(store, query)?.rows.into_iter().filter(|row| row.received < than) {
        let open = row.notice.into_iter().flat_map(|notice| notice.failed).filter(|failed| !failed.dealt);
        marks.extend(open.map(|f| Mark { message: row.id, recipient: f.recipient.unwrap_or_default() }));
    }
    Ok(marks)
}

//! What long work is given besides its task: a way to say how far it is and what is news, and a way to be
//! stopped.

use std::time::Instant;

use super::news::Arrival;
use super::pace::{self, Pace};
use super::problem::ServiceError;
use crate::mail::{Cancel, MailError};

/// How far long work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is being done, as in "Reading Sent", and how long it will still take where that can be said.
    pub says: String,
    /// Steps done.
    pub done: u64,
    /// Steps in all, where known.
    pub total: Option<u64>,
}

/// Progress and news out, cancellation in.
pub struct Work<'a> {
    cancel: Cancel,
    report: &'a mut dyn FnMut(Step),
    pace: Option<Pace>,
    news: Option<&'a mut dyn FnMut(Arrival)>,
}

impl<'a> Work<'a> {
    /// Work that reports to `report` and stops when `cancel` says so.
    pub fn new(cancel: Cancel, report: &'a mut dyn FnMut(Step)) -> Work<'a> {
        Work { cancel, report, pace: None, news: None }
    }

    /// The same, with somebody to tell news to.
    pub fn telling(self, news: &'a mut dyn FnMut(Arrival)) -> Work<'a> {
        Work { news: Some(news), ..self }
    }

    /// Tells of a message that is news by itself.
    pub fn tell(&mut self, arrival: Arrival) {
        if let Some(news) = &mut self.news {
            news(arrival);
        }
    }

    /// Says how far the work is.
    pub fn step(&mut self, says: impl Into<String>, done: u64, total: Option<u64>) {
        let mut says = says.into();
        let left = total.and_then(|total| Pace::left(&mut self.pace, &says, done, total, Instant::now()));
        if let Some(left) = left {
            says = format!("{says}, {}", pace::words(left));
        }
        (self.report)(Step { says, done, total });
    }

    /// Fails with [`MailError::Cancelled`] where the person has stopped the work. Called between steps
    /// that are whole in themselves, so that what is done stays done.
    pub fn check(&self) -> Result<(), ServiceError> {
        if self.cancel.is_cancelled() { Err(MailError::Cancelled.into()) } else { Ok(()) }
    }

    /// Whether the person has stopped the work.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

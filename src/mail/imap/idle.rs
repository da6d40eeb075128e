//! Waiting for news without asking (IDLE, RFC 2177).
//!
//! Each IDLE is ended and begun anew well before servers and routers lose patience. Between two looks at the
//! wire the caller is asked a few times a second whether it wants the connection back; so no second thread
//! and no broken connection is needed for a person's click. A clock that jumped says that the computer
//! slept: the connection is then given up at once rather than after the next time-out.

use std::time::{Duration, Instant, SystemTime};

use super::mailbox::ImapMailbox;
use super::wire::Heard;
use crate::mail::changes::continues;
use crate::mail::{MailError, Snapshot, Waited};

/// How long one look at the wire takes at most: the longest that a person's click waits.
const LOOK: Duration = Duration::from_millis(250);

/// A wall clock that runs this much faster than the other one: the computer slept.
const SLEPT: Duration = Duration::from_secs(20);

impl ImapMailbox {
    /// [`crate::mail::Mailbox::wait`].
    pub(super) fn wait_for_news(
        &mut self,
        folder: &str,
        then: Option<&Snapshot>,
        longest: Duration,
        stop: &mut dyn FnMut() -> bool,
    ) -> Result<Waited, MailError> {
        self.freshen()?;
        if !self.with(|session| Ok(session.can("IDLE")))? {
            return Ok(Waited::CanNot);
        }
        let state = self.examined(folder)?;
        // What came while other work was done is no news to the server any more.
        if let Some(then) = then
            && (!continues(&state, then)
                || state.exists != then.exists
                || state.uid_next.is_some_and(|next| next != then.uid_next))
        {
            return Ok(Waited::News);
        }
        let renew = self.bounds().renew;
        let end = Instant::now() + longest;
        while Instant::now() < end {
            let until = end.min(Instant::now() + renew);
            match self.idle_once(until, stop) {
                Ok(Waited::Quiet) => {}
                // It offers IDLE and refuses it: it is not asked again.
                Err(MailError::No { .. }) => {
                    self.with(|session| {
                        session.capabilities.retain(|c| c != "IDLE");
                        Ok(())
                    })?;
                    return Ok(Waited::CanNot);
                }
                other => return other,
            }
        }
        Ok(Waited::Quiet)
    }

    /// One IDLE command.
    fn idle_once(&mut self, until: Instant, stop: &mut dyn FnMut() -> bool) -> Result<Waited, MailError> {
        self.with(|session| {
            let mut waited = Waited::Quiet;
            let mut clocks = (Instant::now(), SystemTime::now());
            let mut slept = false;
            session.wire.idle(LOOK, &mut |heard| {
                let (steady, wall) = (clocks.0.elapsed(), clocks.1.elapsed().unwrap_or_default());
                clocks = (Instant::now(), SystemTime::now());
                slept |= wall > steady + SLEPT || steady > SLEPT;
                if let Heard::Answer(answer) = &heard
                    && (answer.exists().is_some() || answer.expunged() || answer.vanished().is_some())
                {
                    waited = Waited::News;
                    return false;
                }
                if stop() {
                    waited = Waited::Stopped;
                    return false;
                }
                !slept && Instant::now() < until
            })?;
            if slept {
                return Err(session.wire.slept());
            }
            Ok(waited)
        })
    }
}

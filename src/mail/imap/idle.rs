//! Waiting for news without asking (IDLE, RFC 2177).
//!
//! Each IDLE is ended and begun anew well before servers and routers lose patience. Between two looks at the
//! wire the caller is asked a few times a second whether it wants the connection back; so no second thread
//! and no broken connection is needed for a person's click. Where the computer slept or went to another network
//! the connection is given up at once rather than after the next time-out.

use std::time::{Duration, Instant};

use super::mailbox::ImapMailbox;
use super::wire::{Heard, Wish};
use crate::mail::awake::{Clocks, has_address};
use crate::mail::changes::continues;
use crate::mail::{MailError, Snapshot, Waited};

/// How long one look at the wire takes at most: the longest that a person's click waits.
const LOOK: Duration = Duration::from_millis(250);

/// Looks between two at whether the network is still the same: ten seconds or so.
const STEPS: u32 = 40;

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
            let (mut clocks, mut looks) = (Clocks::default(), 0u32);
            let address = session.wire.stream.own_address();
            session.wire.idle(LOOK, &mut |heard| {
                looks = looks.wrapping_add(1);
                if clocks.slept(LOOK) {
                    return Wish::Lost("this computer slept meanwhile");
                }
                if looks.is_multiple_of(STEPS) && !address.is_none_or(has_address) {
                    return Wish::Lost("this computer is in another network now");
                }
                if let Heard::Answer(answer) = &heard
                    && (answer.exists().is_some() || answer.expunged() || answer.vanished().is_some())
                {
                    waited = Waited::News;
                    return Wish::Done;
                }
                if stop() {
                    waited = Waited::Stopped;
                    return Wish::Done;
                }
                if Instant::now() < until { Wish::On } else { Wish::Done }
            })?;
            Ok(waited)
        })
    }
}

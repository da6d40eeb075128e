//! How many connections this program has to one account of a server at once, and how often it signs in.
//!
//! Providers count both and lock out who takes more. Connections: Yahoo bears five, Dovecot ten by default; an
//! account's thread needs one, a connection test another, and the person's other programs want the rest. Sign-ins:
//! one a minute, two in a burst, whoever in this program wants them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::endpoint::Endpoint;
use crate::mail::{Cancel, MailError};

/// Connections to one account at once.
const MOST: usize = 3;

/// Between sign-ins, once there were [`BURST`] of them.
const PAUSE: Duration = Duration::from_secs(60);
/// Sign-ins that may follow each other at once.
const BURST: u32 = 2;

/// Host, port and sign-in name.
type Key = (String, u16, String);

static INSIDE: Mutex<BTreeMap<Key, usize>> = Mutex::new(BTreeMap::new());

/// When the sign-ins so far would be over, had each taken a whole pause.
static SIGN_INS: Mutex<BTreeMap<Key, Instant>> = Mutex::new(BTreeMap::new());

fn key(endpoint: &Endpoint) -> Key {
    (endpoint.host.to_lowercase(), endpoint.port, endpoint.login.clone())
}

fn inside() -> MutexGuard<'static, BTreeMap<Key, usize>> {
    INSIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection's place; dropping it lets the next one in.
#[derive(Debug)]
pub(super) struct Entered(Key);

impl Drop for Entered {
    fn drop(&mut self) {
        let mut inside = inside();
        if let Some(count) = inside.get_mut(&self.0) {
            *count -= 1;
            if *count == 0 {
                inside.remove(&self.0);
            }
        }
    }
}

/// Waits for a place, for as long as a connection may take.
pub(super) fn enter(endpoint: &Endpoint, cancel: &Cancel) -> Result<Entered, MailError> {
    let key = key(endpoint);
    let end = Instant::now() + endpoint.bounds.connect;
    loop {
        {
            let mut inside = inside();
            let count = inside.entry(key.clone()).or_insert(0);
            if *count < MOST {
                *count += 1;
                return Ok(Entered(key));
            }
        }
        if cancel.is_cancelled() {
            return Err(MailError::Cancelled);
        }
        if Instant::now() >= end {
            let says = format!("this program has {MOST} connections to {} already", endpoint.login);
            return Err(MailError::Throttled { host: endpoint.host.clone(), says });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Leave to sign in once; dropping it before [`Leave::used`] gives it back.
#[derive(Debug)]
pub(super) struct Leave {
    key: Key,
    pause: Duration,
}

impl Leave {
    /// The server was reached: it may count this one.
    pub(super) fn used(mut self) {
        self.pause = Duration::ZERO;
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some(over) = sign_ins().get_mut(&self.key) {
            *over -= self.pause;
        }
    }
}

fn sign_ins() -> MutexGuard<'static, BTreeMap<Key, Instant>> {
    SIGN_INS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until one more sign-in is borne. A server on this very machine bears any number.
pub(super) fn pace(endpoint: &Endpoint, is_local: bool, cancel: &Cancel) -> Result<Leave, MailError> {
    let usual = if is_local { Duration::ZERO } else { PAUSE };
    let (key, pause) = (key(endpoint), endpoint.bounds.pause.unwrap_or(usual));
    loop {
        let now = Instant::now();
        {
            let mut all = sign_ins();
            all.retain(|_, over| *over > now);
            let over = all.get(&key).copied().unwrap_or(now);
            if over <= now + pause * (BURST - 1) {
                all.insert(key.clone(), over + pause);
                return Ok(Leave { key, pause });
            }
        }
        if cancel.is_cancelled() {
            return Err(MailError::Cancelled);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

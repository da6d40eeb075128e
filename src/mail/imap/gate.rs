//! How many connections this program has to one account of a server at once.
//!
//! Providers count them (Yahoo five, Dovecot ten by default) and lock out who takes more; an account's thread
//! needs one, a connection test another, and the person's other programs want the rest.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::endpoint::Endpoint;
use crate::mail::{Cancel, MailError};

/// Connections to one account at once.
const MOST: usize = 3;

/// Host, port and sign-in name.
type Key = (String, u16, String);

static INSIDE: Mutex<BTreeMap<Key, usize>> = Mutex::new(BTreeMap::new());

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
    let key = (endpoint.host.to_lowercase(), endpoint.port, endpoint.login.clone());
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

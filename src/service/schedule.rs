//! When each account is synced again without being asked: from time to time, and after a failure sooner,
//! then ever later.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use super::command::Every;
use super::problem::ServiceError;
use crate::mail::MailError;

/// How often an account is synced whose server tells nothing by itself.
const EVERY: Duration = Duration::from_secs(5 * 60);
/// How often one is synced whose server does: in case that it forgets to.
const EVERY_WITH_PUSH: Duration = Duration::from_secs(20 * 60);
/// The first wait after a failure. Providers count sign-ins: one a minute is well received.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait after many.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// A computer that woke up needs some seconds until it has a network; so long it is tried often, and a failure says
/// nothing.
const WAKING: Duration = Duration::from_secs(120);
/// The wait between tries meanwhile.
const WAKING_WAIT: Duration = Duration::from_secs(15);

/// When what is due.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    accounts: BTreeMap<String, Turn>,
    started: bool,
    /// Until when the computer counts as waking up.
    waking: Option<Instant>,
    /// How often the person wants it.
    every: Every,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    next: Instant,
    /// Failures in a row.
    failures: u32,
}

impl Schedule {
    /// How often the person wants it; what is due already stays so.
    pub(super) fn set_every(&mut self, every: Every, now: Instant) {
        self.every = every;
        let wait = self.usual(false);
        for turn in self.accounts.values_mut().filter(|turn| turn.failures == 0) {
            turn.next = turn.next.min(now + wait);
        }
    }

    /// How often the person wants it.
    pub(super) fn every(&self) -> Every {
        self.every
    }

    /// The wait after a sync that went well.
    fn usual(&self, pushes: bool) -> Duration {
        match self.every {
            Every::News if pushes => EVERY_WITH_PUSH,
            Every::News | Every::Asked => EVERY,
            Every::Minutes(minutes) => Duration::from_secs(u64::from(minutes.clamp(1, 1_440)) * 60),
        }
    }

    /// After a sync that went well.
    pub(super) fn went_well(&mut self, account: &str, pushes: bool, now: Instant) {
        let wait = self.usual(pushes);
        self.accounts.insert(account.to_owned(), Turn { next: now + wait, failures: 0 });
    }

    /// After a failure. Returns how many there were in a row that count, and how long it will be waited.
    pub(super) fn failed(&mut self, account: &str, error: &ServiceError, now: Instant) -> (u32, Duration) {
        let before = self.accounts.get(account).map_or(0, |turn| turn.failures);
        if self.waking.is_some_and(|until| now < until) && is_network(error) {
            self.accounts.insert(account.to_owned(), Turn { next: now + WAKING_WAIT, failures: before });
            return (before, WAKING_WAIT);
        }
        let failures = before.saturating_add(1);
        let wait = if passes(error) { back_off(failures, random()).max(asked_for(error)) } else { EVERY };
        self.accounts.insert(account.to_owned(), Turn { next: now + wait, failures });
        (failures, wait)
    }

    /// The computer slept: nobody knows what came meanwhile, and who did not answer before may do so from here. All
    /// accounts are due, each in its own moment.
    pub(super) fn woke(&mut self, now: Instant) {
        self.waking = Some(now + WAKING);
        for turn in self.accounts.values_mut() {
            let soon = Duration::from_secs(2) + Duration::from_millis(random() % 3_000);
            turn.next = turn.next.min(now + soon);
        }
    }

    /// Something happened at an account's server, or its connection was lost: it is due now.
    pub(super) fn hurry(&mut self, account: &str, now: Instant) {
        let failures = self.accounts.get(account).map_or(0, |turn| turn.failures);
        // After failures the back-off holds: a server that drops every connection is not stormed.
        if failures == 0 && self.every == Every::News {
            self.accounts.insert(account.to_owned(), Turn { next: now, failures });
        }
    }

    /// Forgets an account.
    pub(super) fn forget(&mut self, account: &str) {
        self.accounts.remove(account);
    }

    /// The accounts that are due.
    pub(super) fn due(&self, now: Instant) -> Vec<String> {
        if self.every == Every::Asked {
            return Vec::new();
        }
        let due = self.accounts.iter().filter(|(_, turn)| turn.next <= now);
        due.map(|(name, _)| name.clone()).collect()
    }

    /// Whether this is asked for the first time.
    pub(super) fn is_first(&mut self) -> bool {
        !std::mem::replace(&mut self.started, true)
    }
}

/// Whether a failure passes by itself: the network, a server that is down or busy. A wrong password or a
/// strange certificate does not.
pub(super) fn passes(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::Mail(
            MailError::UnknownHost { .. }
                | MailError::Refused { .. }
                | MailError::Timeout { .. }
                | MailError::Ended { .. }
                | MailError::Throttled { .. }
        )
    )
}

/// Whether the server could not be reached at all.
fn is_network(error: &ServiceError) -> bool {
    passes(error) && !matches!(error, ServiceError::Mail(MailError::Throttled { .. }))
}

/// The wait after this many failures in a row: doubled each time, and shortened by up to half at random, so
/// that many programs that lost the same server do not come back in one moment.
fn back_off(failures: u32, random: u64) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST_WAIT);
    let half = doubled / 2;
    let part = Duration::from_millis(random % (half.as_millis() as u64).max(1));
    half + part
}

/// How long the server itself asks to be left alone: "Suggested Backoff Time: 30000 milliseconds" (Outlook).
fn asked_for(error: &ServiceError) -> Duration {
    let ServiceError::Mail(MailError::Throttled { says, .. }) = error else { return Duration::ZERO };
    let lower = says.to_lowercase();
    let Some((_, after)) = lower.split_once("backoff time:") else { return Duration::ZERO };
    let digits: String = after.trim_start().chars().take_while(char::is_ascii_digit).take(9).collect();
    Duration::from_millis(digits.parse().unwrap_or(0)).min(LONGEST_WAIT * 4)
}

/// A number that nobody foresees; it protects no secret.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended() -> ServiceError {
        ServiceError::Mail(MailError::Ended { host: "h".into(), doing: "d".into(), says: "s".into() })
    }

    #[test]
    fn waits_grow_to_a_bound_and_differ() {
        let range = |failures| (back_off(failures, 0), back_off(failures, u64::MAX / 3));
        assert_eq!(range(1).0, Duration::from_secs(15));
        assert!(range(1).1 > Duration::from_secs(15) && range(1).1 <= Duration::from_secs(30));
        for failures in 1..100 {
            assert!(range(failures).1 <= LONGEST_WAIT, "{failures}");
            assert!(range(failures + 1).0 >= range(failures).0);
        }
        let drawn: std::collections::BTreeSet<Duration> = (0..20).map(|_| back_off(3, random())).collect();
        assert!(drawn.len() > 10, "{drawn:?}");
    }

    #[test]
    fn a_failure_waits_and_success_forgets_it() {
        let (mut schedule, now) = (Schedule::default(), Instant::now());
        assert!(schedule.is_first() && !schedule.is_first());
        let is_due = |schedule: &Schedule, at: Instant| schedule.due(at) == ["Work"];
        let (failures, first) = schedule.failed("Work", &ended(), now);
        assert_eq!(failures, 1);
        assert!(!is_due(&schedule, now + first / 2) && is_due(&schedule, now + first));
        // News do not break the wait.
        schedule.hurry("Work", now);
        assert!(!is_due(&schedule, now));
        let (failures, second) = schedule.failed("Work", &ended(), now);
        assert!(failures == 2 && second >= Duration::from_secs(30));
        schedule.went_well("Work", false, now);
        assert!(!is_due(&schedule, now) && is_due(&schedule, now + EVERY));
        schedule.went_well("Work", true, now);
        assert!(!is_due(&schedule, now + EVERY));
        schedule.hurry("Work", now);
        assert!(is_due(&schedule, now));
    }

    #[test]
    fn a_computer_that_woke_up_looks_soon_and_bears_with_its_network() {
        let (mut schedule, now) = (Schedule::default(), Instant::now());
        schedule.went_well("Work", true, now);
        for _ in 0..8 {
            schedule.failed("Far", &ended(), now);
        }
        let later = now + Duration::from_secs(1);
        assert!(schedule.due(later + Duration::from_secs(6)).is_empty());
        schedule.woke(later);
        assert!(schedule.due(later).is_empty(), "the network needs a moment");
        assert_eq!(schedule.due(later + Duration::from_secs(6)), ["Far", "Work"]);
        for second in [6, 30, 100] {
            let at = later + Duration::from_secs(second);
            assert_eq!(schedule.failed("Work", &ended(), at), (0, WAKING_WAIT), "no failure yet");
            assert_eq!(schedule.due(at + WAKING_WAIT).len(), 2);
        }
        let awake = later + WAKING;
        assert_eq!(schedule.failed("Work", &ended(), awake).0, 1);
        assert_eq!(schedule.failed("Far", &ended(), awake).0, 9, "who was away before still is");
        let busy = ServiceError::Mail(MailError::Throttled { host: "h".into(), says: "s".into() });
        schedule.woke(awake);
        assert_eq!(schedule.failed("Work", &busy, awake).0, 2, "who asks for patience is heard at once");
    }

    #[test]
    fn the_person_says_how_often() {
        let (mut schedule, now) = (Schedule::default(), Instant::now());
        schedule.went_well("Work", true, now);
        schedule.set_every(Every::Minutes(15), now);
        let minutes = |n: u64| now + Duration::from_secs(n * 60);
        assert!(schedule.due(minutes(14)).is_empty() && schedule.due(minutes(15)) == ["Work"]);
        schedule.hurry("Work", now);
        assert!(schedule.due(minutes(14)).is_empty(), "news wait for the time that was chosen");
        schedule.set_every(Every::Asked, now);
        assert!(schedule.due(minutes(10_000)).is_empty());
        schedule.set_every(Every::News, now);
        schedule.hurry("Work", now);
        assert_eq!(schedule.due(now), ["Work"]);
        schedule.went_well("Work", true, now);
        schedule.set_every(Every::Minutes(0), now);
        assert_eq!(schedule.due(minutes(1)), ["Work"], "never more often than once a minute");
    }

    #[test]
    fn what_the_server_asks_for_is_obeyed() {
        let throttled =
            |says: &str| ServiceError::Mail(MailError::Throttled { host: "h".into(), says: says.into() });
        let mut schedule = Schedule::default();
        let long = throttled("Request is throttled. Suggested Backoff Time: 299961 milliseconds");
        assert!(schedule.failed("Work", &long, Instant::now()).1 >= Duration::from_millis(299_961));
        assert_eq!(asked_for(&throttled("Backoff Time: 99999999999 ms")), LONGEST_WAIT * 4);
        assert_eq!(asked_for(&throttled("too many connections")), Duration::ZERO);
        assert!(passes(&long) && !passes(&ServiceError::NoAccount("x".into())));
    }
}

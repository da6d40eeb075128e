//! How long work will still take, from how it went so far.

use std::time::{Duration, Instant};

/// So long is watched before anything is said.
const WATCH: Duration = Duration::from_secs(3);
/// The rate is that of about this time: a sync begins with short mail and may go on with long.
const MEMORY: Duration = Duration::from_secs(60);

/// The pace of one piece of work.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    what: String,
    /// Where the rate is reckoned from.
    since: Instant,
    from: u64,
    /// Where it will be reckoned from next.
    next: (Instant, u64),
}

impl Pace {
    /// Takes in that `done` of `total` steps of `what` are done at `now`. Returns how long the rest takes, once
    /// that can be said.
    pub(super) fn left(
        pace: &mut Option<Pace>,
        what: &str,
        done: u64,
        total: u64,
        now: Instant,
    ) -> Option<Duration> {
        let known = pace.take().filter(|p| p.what == what && p.from <= done);
        let pace = pace.insert(known.unwrap_or_else(|| Pace {
            what: what.to_owned(),
            since: now,
            from: done,
            next: (now, done),
        }));
        if now.saturating_duration_since(pace.next.0) >= MEMORY {
            (pace.since, pace.from) = pace.next;
            pace.next = (now, done);
        }
        let (time, steps) = (now.saturating_duration_since(pace.since), done - pace.from);
        if time < WATCH || steps == 0 || done >= total {
            return None;
        }
        Duration::try_from_secs_f64(time.as_secs_f64() * (total - done) as f64 / steps as f64).ok()
    }
}

/// A time that is left, in words: rather too long than too short.
pub(super) fn words(left: Duration) -> String {
    let minutes = left.as_secs().div_ceil(60);
    match minutes {
        0 | 1 => "about a minute left".to_owned(),
        2..=90 => format!("about {minutes} minutes left"),
        _ => format!("about {} hours left", minutes.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_pace_is_foreseen_and_a_new_one_learned() {
        let (start, mut pace) = (Instant::now(), None);
        let mut at = |seconds: u64, done: u64| {
            Pace::left(&mut pace, "Judging INBOX", done, 10_000, start + Duration::from_secs(seconds))
        };
        assert_eq!((at(0, 500), at(2, 520)), (None, None), "too early to say");
        assert_eq!(at(10, 600), Some(Duration::from_secs(940)), "ten a second");
        // From here on a hundred a second.
        let mut last = Duration::MAX;
        for second in 11..=94 {
            last = at(second, 600 + (second - 10) * 100).unwrap_or(last);
        }
        assert!(last < Duration::from_secs(60), "{last:?}");
        assert_eq!(at(104, 10_000), None, "done");
    }

    #[test]
    fn other_work_begins_anew() {
        let (start, mut pace) = (Instant::now(), None);
        let second = Duration::from_secs(1);
        Pace::left(&mut pace, "Reading Sent", 0, 100, start);
        assert!(Pace::left(&mut pace, "Reading Sent", 50, 100, start + second * 5).is_some());
        assert_eq!(Pace::left(&mut pace, "Judging INBOX", 50, 100, start + second * 9), None);
        assert_eq!(
            Pace::left(&mut pace, "Judging INBOX", 0, 100, start + second * 19),
            None,
            "from the start"
        );
    }

    #[test]
    fn a_time_in_words() {
        let says = |seconds| words(Duration::from_secs(seconds));
        assert_eq!(says(5), "about a minute left");
        assert_eq!(says(61), "about 2 minutes left");
        assert_eq!(says(90 * 60), "about 90 minutes left");
        assert_eq!(says(91 * 60), "about 2 hours left");
    }
}

//! Which part of time the overview's chart shows, and the steps from one to another. Pure.

use jiff::{SignedDuration, Timestamp};

use super::words::Now;
use crate::service::command::{ChartQuery, ChartStep};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Lengths of time that the chart offers, in days, with their words.
pub(crate) const LENGTHS: [(i64, &str); 5] = [
    (1, "Last 24 hours"),
    (7, "Last 7 days"),
    (30, "Last 30 days"),
    (90, "Last 90 days"),
    (365, "Last year"),
];
/// Up to this many seconds columns are hours, then days.
const HOURLY: i64 = 4 * DAY;
/// Up to this many seconds columns are days, then weeks.
const DAILY: i64 = 120 * DAY;
/// The shortest part of time that can be zoomed to, in seconds.
const LEAST: i64 = 3 * HOUR;

/// A part of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zoom {
    /// So many days up to now.
    Last(i64),
    /// From one moment to another.
    Between(Timestamp, Timestamp),
}

impl Default for Zoom {
    fn default() -> Zoom {
        Zoom::Last(30)
    }
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

/// The end of the hour or the day that `now` is in.
fn end_of(step: i64, now: Timestamp) -> i64 {
    (now.as_second().div_euclid(step) + 1) * step
}

impl Zoom {
    /// First and last second, the last one left out.
    fn seconds(self, now: Timestamp) -> (i64, i64) {
        match self {
            Zoom::Last(days) => {
                let step = if days <= HOURLY / DAY { HOUR } else { DAY };
                let until = end_of(step, now);
                (until - days * DAY, until)
            }
            Zoom::Between(from, until) => (from.as_second(), until.as_second()),
        }
    }

    /// The question for its columns.
    pub(crate) fn query(self, now: Timestamp) -> ChartQuery {
        let (from, until) = self.seconds(now);
        let step = if until - from <= HOURLY {
            ChartStep::Hour
        } else if until - from <= DAILY {
            ChartStep::Day
        } else {
            ChartStep::Week
        };
        ChartQuery { from: second(from), until: second(until), step }
    }

    /// A part of what `shown` shows; `None` where that would be no closer look.
    pub(crate) fn closer(shown: &ChartQuery, from: Timestamp, until: Timestamp) -> Option<Zoom> {
        let length = until.as_second() - from.as_second();
        let whole = shown.until.as_second() - shown.from.as_second();
        (length >= LEAST && length < whole).then_some(Zoom::Between(from, until))
    }

    /// The next longer time around it; `None` at the longest.
    pub(crate) fn wider(self, now: Timestamp) -> Option<Zoom> {
        let (from, until) = self.seconds(now);
        let days = LENGTHS.into_iter().map(|(days, _)| days).find(|days| days * DAY > until - from)?;
        let middle = from + (until - from) / 2;
        let end = middle + days * DAY / 2;
        if end >= end_of(DAY, now) {
            return Some(Zoom::Last(days));
        }
        Some(Zoom::Between(second(end - days * DAY), second(end)))
    }

    /// The same length of time, half of it earlier or later; `None` where that would be the future.
    pub(crate) fn moved(self, now: Timestamp, later: bool) -> Option<Zoom> {
        let (from, until) = self.seconds(now);
        let half = SignedDuration::from_secs((until - from) / 2 * if later { 1 } else { -1 });
        if later && until > now.as_second() {
            return None;
        }
        Some(Zoom::Between(second(from).checked_add(half).ok()?, second(until).checked_add(half).ok()?))
    }

    /// What it shows, in words.
    pub(crate) fn word(self, now: &Now) -> String {
        match self {
            Zoom::Last(days) => {
                let known = LENGTHS.iter().find(|(known, _)| *known == days);
                known.map_or_else(|| format!("Last {days} days"), |(_, word)| (*word).to_owned())
            }
            Zoom::Between(from, until) => now.between(Some(from), Some(until)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-12T10:30:00Z".parse().unwrap()
    }

    fn days(query: ChartQuery) -> (String, String, ChartStep) {
        (query.from.to_string(), query.until.to_string(), query.step)
    }

    #[test]
    fn columns_are_hours_days_or_weeks_by_length() {
        let query = |zoom: Zoom| days(zoom.query(now()));
        let text = |from: &str, until: &str, step| (from.to_owned(), until.to_owned(), step);
        assert_eq!(
            query(Zoom::Last(1)),
            text("2026-03-11T11:00:00Z", "2026-03-12T11:00:00Z", ChartStep::Hour)
        );
        assert_eq!(
            query(Zoom::Last(30)),
            text("2026-02-11T00:00:00Z", "2026-03-13T00:00:00Z", ChartStep::Day)
        );
        assert_eq!(query(Zoom::Last(365)).2, ChartStep::Week);
    }

    #[test]
    fn a_part_is_looked_at_closer_and_the_way_back_leads_to_now() {
        let shown = Zoom::Last(30).query(now());
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (from, until) = (at("2026-03-10T00:00:00Z"), at("2026-03-12T00:00:00Z"));
        let closer = Zoom::closer(&shown, from, until).unwrap();
        assert_eq!(closer.query(now()).step, ChartStep::Hour);
        assert_eq!(Zoom::closer(&shown, shown.from, shown.until), None, "all of it is no closer look");
        assert_eq!(Zoom::closer(&shown, from, from), None);
        assert_eq!(closer.wider(now()), Some(Zoom::Last(7)));
        assert_eq!(Zoom::Last(7).wider(now()), Some(Zoom::Last(30)));
        assert_eq!(Zoom::Last(365).wider(now()), None);
        let old = Zoom::Between(at("2025-06-01T00:00:00Z"), at("2025-06-03T00:00:00Z"));
        let Some(Zoom::Between(from, until)) = old.wider(now()) else { panic!() };
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2025-05-29T12:00:00Z".into(), "2025-06-05T12:00:00Z".into())
        );
    }

    #[test]
    fn it_moves_by_half_and_never_into_the_future() {
        assert_eq!(Zoom::Last(30).moved(now(), true), None);
        let earlier = Zoom::Last(30).moved(now(), false).unwrap();
        let query = earlier.query(now());
        assert_eq!(
            (query.from.to_string(), query.until.to_string()),
            ("2026-01-27T00:00:00Z".into(), "2026-02-26T00:00:00Z".into())
        );
        assert!(earlier.moved(now(), true).is_some());
    }
}

//! When two dates are those of one mail.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::engine::ledger::Span;

/// Clocks of two programs that wrote the same Date differ by less.
pub(super) const SAME_DATE: SignedDuration = SignedDuration::from_mins(10);
/// A Date is copied from header to ledger as it stands.
pub(super) const SAME_SECOND: SignedDuration = SignedDuration::from_secs(2);
/// Zones lie between -12 and +14 hours: a Date whose zone was lost is off by no more.
pub(super) const ZONES: SignedDuration = SignedDuration::from_hours(26);
/// Zones are whole quarters of an hour.
const QUARTER: i64 = 15 * 60;

/// Whether two dates are the same but for clocks, or but for a zone that was lost.
pub(super) fn same_date(a: Timestamp, b: Timestamp) -> bool {
    a.duration_since(b).abs() <= SAME_DATE || same_written(a, b)
}

/// Whether two dates are the same to the second, or but for a zone that was lost.
pub(super) fn same_written(a: Timestamp, b: Timestamp) -> bool {
    let apart = a.duration_since(b).abs();
    let beside_quarter = apart.as_secs() % QUARTER;
    let second = SAME_SECOND.as_secs();
    apart <= ZONES && (beside_quarter <= second || beside_quarter >= QUARTER - second)
}

/// Whether the end of a Date is there: a cut one reads as another day.
pub(super) fn has_zone(date: &str) -> bool {
    let date = date.split('(').next().unwrap_or_default().trim_end();
    let last = date.rsplit(' ').next().unwrap_or_default();
    let digits = last.trim_start_matches(['+', '-']);
    digits.len() + 1 == last.len() && digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
        || !last.is_empty() && last.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The day of a time, in UTC, as `2026-03-02`: most notices name one, and jiff's own formats cost more than all else
/// that is said of them.
pub(in super::super) fn day(when: Timestamp) -> String {
    let date = Offset::UTC.to_datetime(when).date();
    let Ok(year) = u32::try_from(date.year()) else { return when.strftime("%F").to_string() };
    let two = |n: i8| u32::from(n.unsigned_abs());
    let mut day = String::with_capacity("2026-03-02".len());
    for (number, least) in [(year, 1_000), (two(date.month()), 10), (two(date.day()), 10)] {
        if !day.is_empty() {
            day.push('-');
        }
        let mut place = least;
        while place > 0 {
            day.extend(char::from_digit(number / place % 10, 10));
            place /= 10;
        }
    }
    day
}

/// The time within `by` of `date`.
pub(super) fn around(date: Timestamp, by: SignedDuration) -> Span {
    Span { from: date.checked_sub(by).unwrap_or(date), to: date.checked_add(by).unwrap_or(date) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_but_for_clock_and_zone() {
        let at = |s: &str| s.parse::<Timestamp>().unwrap();
        let noon = at("2026-03-02T12:00:00Z");
        assert!(same_date(noon, at("2026-03-02T12:09:00Z")) && same_date(noon, at("2026-03-02T21:00:01Z")));
        assert!(!same_date(noon, at("2026-03-02T12:20:00Z")) && !same_date(noon, at("2026-03-05T12:00:00Z")));
    }

    #[test]
    fn days_are_written_as_jiff_writes_them() {
        for time in ["2026-03-02T23:59:59Z", "0099-12-31T00:00:00Z", "-000001-01-01T00:00:00Z"] {
            let time: Timestamp = time.parse().unwrap();
            assert_eq!(day(time), time.strftime("%F").to_string());
        }
    }

    #[test]
    fn a_cut_date_is_told_from_a_whole_one() {
        for (date, whole) in [
            ("Mon, 02 Mar 2026 10:00:00 +0000", true),
            ("Mon, 02 Mar 2026 10:00:00 +0000 (UTC)", true),
            ("Mon, 02 Mar 2026 10:00:00 GMT", true),
            ("Mon, 02 Mar 2026 10:00:00 +00", false),
            ("Mon, 02 Mar 20", false),
            ("", false),
        ] {
            assert_eq!(has_zone(date), whole, "{date}");
        }
    }
}

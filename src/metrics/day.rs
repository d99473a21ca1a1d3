//! What was counted in each hour of the last day, for the pictures of the overview. In memory: it begins anew with the
//! process, and says since when it counts.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use prometheus::IntCounterVec;
use prometheus::core::Collector;
use prometheus::proto::Metric;
use prometheus::proto::MetricFamily;

use crate::clock::Timestamp;

/// Seconds of an hour.
const HOUR: u64 = 60 * 60;

/// How many hours are shown, the present one last.
pub const HOURS: usize = 24;

/// How many of them came before the present one.
const BEFORE: u64 = 23;

/// What was counted of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Proofs that were accepted: passwords, codes, passkeys.
    pub accepted: u64,
    /// Proofs that were not: wrong, spent before, one too many.
    pub failed: u64,
    /// Requests that were refused.
    pub refused: u64,
}

impl Tally {
    const fn since(self, earlier: Self) -> Self {
        Self {
            accepted: self.accepted.saturating_sub(earlier.accepted),
            failed: self.failed.saturating_sub(earlier.failed),
            refused: self.refused.saturating_sub(earlier.refused),
        }
    }
}

/// What was counted in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// When it began.
    pub began: Timestamp,
    /// What was counted in it.
    pub tally: Tally,
}

/// The hours, and what the counters said when each began.
#[derive(Clone, Debug, Default)]
pub struct Day(Arc<Mutex<VecDeque<(u64, Tally)>>>);

impl Day {
    /// Takes note of what the counters say. The first time in an hour counts; a clock that was set back adds none.
    pub(super) fn note(&self, now: Timestamp, total: Tally) {
        let hour = now.secs().div_euclid(HOUR);
        let mut marks = self.0.lock();
        if marks.back().is_none_or(|(last, _)| *last < hour) {
            marks.push_back((hour, total));
        }
        while marks.len() > HOURS.saturating_add(1) {
            marks.pop_front();
        }
    }

    /// The hours of the last day for which there is a count, in order; the last one ends with `total`, which the counters
    /// say at this moment. Hours before the process started are left out.
    pub(super) fn hours(&self, now: Timestamp, total: Tally) -> Vec<Hour> {
        let marks: Vec<_> = self.0.lock().iter().copied().collect();
        let ends = marks.iter().skip(1).map(|(_, tally)| *tally).chain([total]);
        let first = now.secs().div_euclid(HOUR).saturating_sub(BEFORE);
        let of_the_day = marks.iter().zip(ends).filter(|((hour, _), _)| *hour >= first);
        let hour = |((hour, begin), end): (&(u64, Tally), Tally)| Hour {
            began: Timestamp::from_secs(hour.saturating_mul(HOUR)),
            tally: end.since(*begin),
        };
        of_the_day.map(hour).collect()
    }
}

/// What counters say together: all, or those with this value of a label.
pub(super) fn sum(counters: &IntCounterVec, label: Option<(&str, &str)>) -> u64 {
    let families = counters.collect();
    let series = families.iter().flat_map(MetricFamily::get_metric);
    let has = |metric: &&Metric| {
        label.is_none_or(|(name, value)| {
            metric.get_label().iter().any(|it| it.name() == name && it.value() == value)
        })
    };
    // Counters of whole numbers: none is lost below 2^53.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and not below nothing"
    )]
    series.filter(has).map(|metric| metric.get_counter().get_value() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u64, minute: u64) -> Timestamp {
        Timestamp::from_secs(hour * HOUR + minute * 60)
    }

    fn failed(failed: u64) -> Tally {
        Tally { failed, ..Tally::default() }
    }

    #[test]
    fn an_hour_has_what_was_counted_from_its_begin_to_the_next_ones() {
        let day = Day::default();
        for (now, total) in [(at(100, 5), 0), (at(100, 40), 3), (at(101, 0), 7), (at(103, 0), 9)] {
            day.note(now, failed(total));
        }
        let hours = day.hours(at(103, 30), failed(20));
        let told: Vec<_> = hours.iter().map(|it| (it.began, it.tally.failed)).collect();
        assert_eq!(told, [(at(100, 0), 7), (at(101, 0), 2), (at(103, 0), 11)]);
    }

    #[test]
    fn a_day_has_24_hours_and_older_ones_are_forgotten() {
        let day = Day::default();
        for hour in 0..100 {
            day.note(at(hour, 1), failed(hour));
        }
        let hours = day.hours(at(99, 59), failed(99));
        assert_eq!(hours.len(), HOURS);
        assert_eq!(hours.first().map(|it| it.began), Some(at(76, 0)));
        assert_eq!(day.0.lock().len(), HOURS + 1, "bounded");
        day.note(at(3, 0), failed(500));
        assert_eq!(day.hours(at(99, 59), failed(99)), hours, "a clock that was set back");
        assert_eq!(day.hours(at(200, 0), failed(99)), [], "long ago");
    }
}

//! What the overview draws: how far people have come day by day, and what went wrong hour by hour.

use crate::clock::Timestamp;
use crate::metrics::day::Hour;
use crate::portal::page::admin::Bars;
use crate::portal::page::admin::Curve;
use crate::portal::page::admin::Point;
use crate::portal::turn::Turn;
use crate::store::AdoptionPoint;

/// Days that the curve goes back.
pub(super) const DAYS: u32 = 90;

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// The day it is, counted from 1970-01-01, as the points of the curve are.
pub(super) fn today(turn: &Turn) -> u32 {
    u32::try_from(turn.core.clock.wall().secs().div_euclid(DAY)).unwrap_or(u32::MAX)
}

/// How many of a hundred had a second factor, day by day; none: nobody has counted yet.
pub(super) fn curve(turn: &Turn, points: &[(u32, AdoptionPoint)]) -> Option<Curve> {
    let point = |(day, point): &(u32, AdoptionPoint)| Point {
        day: *day,
        percent: point.enrolled.saturating_mul(100).checked_div(point.all).unwrap_or(0),
        written: turn.language.day(Timestamp::from_secs(u64::from(*day).saturating_mul(DAY))),
        of: turn.language.with_all(
            "admin-coverage-of",
            &[("enrolled", point.enrolled.into()), ("all", point.all.into())],
        ),
    };
    Curve::through(&points.iter().map(point).collect::<Vec<_>>())
}

/// What went wrong in the hours of the last day.
pub(super) fn bars(turn: &Turn, hours: &[Hour]) -> Vec<Bars> {
    let of = |count: fn(&Hour) -> u64| -> Vec<(String, u64)> {
        hours.iter().map(|hour| (turn.language.moment(hour.began), count(hour))).collect()
    };
    let say = |key| turn.language.say(key);
    let failed = of(|hour| hour.tally.failed);
    let refused = of(|hour| hour.tally.refused);
    [
        Bars::of(("failed", say("overview-failed")), &failed),
        Bars::of(("refused", say("overview-refused")), &refused),
    ]
    .into_iter()
    .flatten()
    .collect()
}

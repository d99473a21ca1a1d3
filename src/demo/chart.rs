//! The dashboard's chart: moves per hour as bars, the tide as a line, drawn on the server.

use std::f64::consts::TAU;
use std::fmt::Write;

use crate::clock::Timestamp;

/// The drawing's inner left edge, top, width and height, in its own units.
const LEFT: u32 = 44;
const TOP: u32 = 14;
const STEP: u32 = 45;
const HEIGHT: u32 = 130;
/// Hours shown.
const HOURS: u32 = 24;
/// Moves per hour at the upper edge.
const MOST: u32 = 100;
/// Hours between two high waters.
const TIDE: f64 = 12.42;

/// One hour's bar.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) height: u32,
    pub(super) moves: u32,
    pub(super) hour: u32,
    pub(super) middle: u32,
}

/// A line across, with what it stands for on either side.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) y: u32,
    pub(super) moves: u32,
    pub(super) metres: u32,
}

/// Everything the template draws.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    pub(super) rules: Vec<Rule>,
    pub(super) tide: String,
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) bottom: u32,
}

impl Chart {
    /// The last 24 hours before `at`.
    pub(super) fn at(at: Timestamp) -> Self {
        let last = at.secs() / 3600;
        let first = last.saturating_sub(u64::from(HOURS) - 1);
        let bars: Vec<Bar> = (0..HOURS)
            .zip(first..)
            .map(|(n, hour)| {
                let done = if hour == last { moves_so_far(at.secs()) } else { moves(hour) };
                bar(n, hour, done)
            })
            .collect();
        let rules = (0..=4).map(|n| Rule {
            y: TOP + HEIGHT - n * HEIGHT / 4,
            moves: n * MOST / 4,
            metres: n,
        });
        Self {
            rules: rules.collect(),
            tide: tide_line(first),
            left: LEFT,
            right: LEFT + STEP * HOURS,
            bottom: TOP + HEIGHT,
            bars,
        }
    }
}

fn bar(n: u32, hour: u64, moves: u32) -> Bar {
    let height = moves * HEIGHT / MOST;
    let x = LEFT + n * STEP + 7;
    Bar {
        x,
        y: TOP + HEIGHT - height,
        height,
        moves,
        hour: u32::try_from(hour % 24).unwrap_or(0),
        middle: x + (STEP - 14) / 2,
    }
}

/// Moves in an hour since 1970: busy by day, quiet at the change of shifts, a little different every hour.
pub(super) fn moves(hour: u64) -> u32 {
    let base = match hour % 24 {
        6 | 14 | 22 => 26,
        7..=13 => 72,
        15..=21 => 61,
        _ => 38,
    };
    let noise = hour.wrapping_mul(2_654_435_761) >> 7;
    base + u32::try_from(noise % 23).unwrap_or(0)
}

/// Moves since the last full hour, at seconds since 1970.
pub(super) fn moves_so_far(secs: u64) -> u32 {
    let done = u64::from(moves(secs / 3600)) * (secs % 3600) / 3600;
    u32::try_from(done).unwrap_or(0)
}

/// What hangs on the crane, in tonnes, at seconds since 1970: a lift every 36 seconds, each of another weight.
pub(super) fn load(secs: u64) -> u64 {
    let weight = 12 + (secs / 36).wrapping_mul(2_654_435_761) % 31;
    match secs % 36 {
        0..=2 => (weight * (secs % 36) / 3).max(2),
        3..=21 => weight + secs % 2,
        22..=24 => weight * (25 - secs % 36) / 4,
        _ => 2,
    }
}

/// The tide above chart datum in centimetres, at seconds since 1970.
pub(super) fn tide(secs: u64) -> f64 {
    // A week is enough: the difference of the same hour is taken from the remainder.
    let hours = f64::from(u32::try_from(secs % 604_800).unwrap_or(0)) / 3600.0;
    (hours * TAU / TIDE).sin().mul_add(142.0, 208.0)
}

fn tide_line(first: u64) -> String {
    let mut path = String::new();
    for quarter in 0..=HOURS * 4 {
        let x = f64::from(LEFT) + f64::from(quarter * STEP) / 4.0;
        let level = tide(first * 3600 + u64::from(quarter) * 900) / 400.0;
        let y = level.mul_add(-f64::from(HEIGHT), f64::from(TOP + HEIGHT));
        let pen = if quarter == 0 { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        _ = write!(path, "{pen}{x:.1} {y:.1}");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hour_of_the_year_stays_inside_the_drawing() {
        for hour in 490_000..498_760_u64 {
            assert!(moves(hour) <= MOST);
            assert!((0.0..=400.0).contains(&tide(hour * 3600)));
        }
        let chart = Chart::at(Timestamp::from_secs(1_800_000_000));
        assert_eq!(chart.bars.len(), 24);
        assert!(chart.bars.iter().all(|b| b.y >= TOP && b.y + b.height == TOP + HEIGHT));
    }
}

//! Pictures of figures: drawn here, in whole units of a view box, and each with its figures as a table beside it.

/// How wide a picture is drawn.
const WIDTH: usize = 720;

/// How high.
const HEIGHT: usize = 120;

/// What one of a hundred is high.
const PERCENT: usize = 100;

/// A share in per cent, day by day.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    /// The line, as points of a polyline.
    pub(crate) line: String,
    /// Where it ends.
    pub(crate) end: (usize, usize),
    /// The first day and the last, in words.
    pub(crate) days: (String, String),
    /// The share of the last day.
    pub(crate) now: usize,
    /// Each day in words, newest first: its share, and of how many how many.
    pub(crate) rows: Vec<(String, usize, String)>,
}

/// One day of a curve.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// Days since some day.
    pub(crate) day: u32,
    /// The share, in per cent.
    pub(crate) percent: usize,
    /// The day in words.
    pub(crate) written: String,
    /// Of how many how many, in words.
    pub(crate) of: String,
}

impl Curve {
    /// Through these points, which are in order; none: there is no line to draw.
    pub(crate) fn through(points: &[Point]) -> Option<Self> {
        let (first, last) = (points.first()?, points.last().filter(|_| points.len() > 1)?);
        let span = usize::try_from(last.day.saturating_sub(first.day)).unwrap_or(1).max(1);
        let place = |point: &Point| {
            let days = usize::try_from(point.day.saturating_sub(first.day)).unwrap_or_default();
            let x = days.saturating_mul(WIDTH).checked_div(span).unwrap_or_default();
            (x, HEIGHT.saturating_sub(part(point.percent.min(PERCENT), PERCENT)))
        };
        let corners = points.iter().map(place).map(|(x, y)| format!("{x},{y}"));
        let line = corners.collect::<Vec<_>>().join(" ");
        let rows = points.iter().rev();
        let row = |point: &Point| (point.written.clone(), point.percent, point.of.clone());
        Some(Self {
            line,
            end: place(last),
            days: (first.written.clone(), last.written.clone()),
            now: last.percent,
            rows: rows.map(row).collect(),
        })
    }
}

/// How high `count` of `most` is drawn: something is never drawn as nothing.
fn part(count: usize, most: usize) -> usize {
    let high = count.saturating_mul(HEIGHT).checked_div(most).unwrap_or_default();
    high.max(usize::from(count > 0).saturating_mul(2))
}

/// A count for each hour.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    /// Stands for it in the page.
    pub(crate) id: &'static str,
    /// What is counted.
    pub(crate) label: &'static str,
    /// All of it together.
    pub(crate) total: u64,
    /// Where each bar begins from the left and from above, and how high it is.
    pub(crate) places: Vec<(usize, usize, usize)>,
    /// The first hour and the last, in words.
    pub(crate) hours: (String, String),
    /// Each hour in words, newest first, and its count.
    pub(crate) rows: Vec<(String, u64)>,
}

impl Bars {
    /// Between two bars begin.
    const STEP: usize = WIDTH / 24;

    /// How wide a bar is.
    pub(crate) const WIDE: usize = Self::STEP - 6;

    /// Of the last hours, in order; the last bar stands at the right.
    pub(crate) fn of(
        (id, label): (&'static str, &'static str),
        hours: &[(String, u64)],
    ) -> Option<Self> {
        let (first, last) = (hours.first()?, hours.last()?);
        let most = hours.iter().map(|(_, count)| *count).max().unwrap_or_default();
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let bar = |(back, (_, count)): (usize, &(String, u64))| {
            let high = part(size(*count), size(most));
            let right = WIDTH.saturating_sub(back.saturating_mul(Self::STEP));
            (right.saturating_sub(Self::STEP), HEIGHT.saturating_sub(high), high)
        };
        Some(Self {
            id,
            label,
            total: hours.iter().map(|(_, count)| *count).sum(),
            places: hours.iter().rev().enumerate().map(bar).collect(),
            hours: (first.0.clone(), last.0.clone()),
            rows: hours.iter().rev().cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(day: u32, percent: usize) -> Point {
        Point { day, percent, written: format!("day {day}"), of: String::new() }
    }

    #[test]
    fn a_curve_goes_from_the_first_day_to_the_last_and_stays_in_its_frame() {
        let curve = Curve::through(&[point(10, 0), point(11, 50), point(20, 101)]).unwrap();
        assert_eq!(curve.line, "0,120 72,60 720,0");
        assert_eq!((curve.end, curve.now), ((720, 0), 101));
        assert_eq!(curve.rows.first().map(|row| row.0.as_str()), Some("day 20"));
        assert!(Curve::through(&[point(10, 30)]).is_none(), "one day alone is no curve");
    }

    #[test]
    fn bars_stand_at_the_right_and_the_highest_fills_the_frame() {
        let hours: Vec<_> = [0, 1, 400].map(|count| (format!("{count}"), count)).to_vec();
        let bars = Bars::of(("failed", "Failed"), &hours).unwrap();
        assert_eq!(bars.places, [(690, 0, 120), (660, 118, 2), (630, 120, 0)]);
        assert_eq!(bars.total, 401);
        let none = Bars::of(("failed", "Failed"), &[("0".to_owned(), 0)]).unwrap();
        assert_eq!(none.places, [(690, 120, 0)], "nothing is drawn as nothing");
    }
}

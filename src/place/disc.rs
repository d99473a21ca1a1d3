//! Points on earth, and discs around them.

use std::fmt;

use super::whether::Whether;

/// Mean radius of the earth in kilometres (IUGG).
const EARTH: f64 = 6371.0088;

/// The earth is no sphere: a distance on the mean sphere may be wrong by this share of itself.
const FLATTENING: f64 = 0.006;

/// A point on earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// A point; none when the latitude is not within ±90 or the longitude not within ±180 degrees.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        is_on_earth.then_some(Self { latitude, longitude })
    }

    /// Kilometres to another point over the surface of a sphere (haversine formula); at most half of the
    /// earth's circumference, wrong by less than 0.6 percent.
    #[must_use]
    pub fn kilometres_to(&self, other: &Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let across = ((to - from) / 2.0).sin();
        let along = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let chord = along.powi(2).mul_add(from.cos() * to.cos(), across.powi(2));
        2.0 * EARTH * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} {:.3}", self.latitude, self.longitude)
    }
}

/// A disc on the surface of the earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disc {
    /// Its middle.
    pub centre: Point,
    /// Its radius.
    pub kilometres: f64,
}

impl Disc {
    /// Whether something is inside that is somewhere within `accuracy` kilometres of a point. Inside is
    /// only what is inside wherever it is, outside only what is outside wherever it is.
    #[must_use]
    pub fn holds(&self, point: Point, accuracy: f64) -> Whether {
        let distance = self.centre.kilometres_to(&point);
        let doubt = distance.mul_add(FLATTENING, accuracy);
        if !(accuracy >= 0.0 && self.kilometres >= 0.0) {
            Whether::Unknown
        } else if distance + doubt <= self.kilometres {
            Whether::Yes
        } else if distance - doubt > self.kilometres {
            Whether::No
        } else {
            Whether::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(latitude: f64, longitude: f64) -> Point {
        Point::new(latitude, longitude).unwrap()
    }

    fn is_near(found: f64, known: f64) -> bool {
        (found - known).abs() <= known * FLATTENING
    }

    #[test]
    fn distances_are_those_of_the_atlas() {
        // Known distances on the ellipsoid, in kilometres.
        let munich = point(48.137, 11.575);
        assert!(is_near(munich.kilometres_to(&point(52.520, 13.405)), 504.4));
        assert!(is_near(munich.kilometres_to(&point(-33.868, 151.209)), 16_293.0));
        let degree = point(0.0, 0.0).kilometres_to(&point(0.0, 1.0));
        assert!(is_near(degree, 111.32));
    }

    #[test]
    fn the_antimeridian_and_the_poles_are_no_edges() {
        let across = point(0.0, 179.5).kilometres_to(&point(0.0, -179.5));
        assert!(is_near(across, 111.32), "{across}");
        assert!(point(10.0, 180.0).kilometres_to(&point(10.0, -180.0)) < 1e-6);
        let over = point(89.5, 0.0).kilometres_to(&point(89.5, 180.0));
        assert!(is_near(over, 111.7), "{over}");
        assert!(point(90.0, 0.0).kilometres_to(&point(90.0, 123.0)) < 1e-6);
        let half = point(0.0, 0.0).kilometres_to(&point(0.0, 180.0));
        assert!((half - EARTH * std::f64::consts::PI).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_on_earth_is_no_point() {
        for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::NAN)]
        {
            assert_eq!(Point::new(latitude, longitude), None);
        }
        assert_eq!(Point::new(f64::INFINITY, 0.0), None);
    }

    #[test]
    fn a_disc_decides_only_what_the_accuracy_allows_s0_28() {
        let disc = Disc { centre: point(48.137, 11.575), kilometres: 50.0 };
        let (centre, augsburg, berlin) =
            (disc.centre, point(48.371, 10.898), point(52.520, 13.405));
        assert_eq!(disc.holds(centre, 50.0), Whether::Yes);
        assert_eq!(disc.holds(centre, 51.0), Whether::Unknown);
        // 56 kilometres away: the town is outside, but only who knows it exactly knows that.
        assert_eq!(disc.holds(augsburg, 1.0), Whether::No);
        assert_eq!(disc.holds(augsburg, 20.0), Whether::Unknown);
        assert_eq!(disc.holds(berlin, 200.0), Whether::No);
        assert_eq!(disc.holds(berlin, 500.0), Whether::Unknown);
        for accuracy in [f64::NAN, -1.0, f64::INFINITY] {
            assert_eq!(disc.holds(centre, accuracy), Whether::Unknown);
        }
    }

    fn points() -> impl Strategy<Value = Point> {
        (-90.0..=90.0, -180.0..=180.0).prop_map(|(a, b)| point(a, b))
    }

    proptest! {
        #[test]
        fn distance_is_symmetric_and_bounded(a in points(), b in points()) {
            let (there, back) = (a.kilometres_to(&b), b.kilometres_to(&a));
            prop_assert!((there - back).abs() < 1e-6);
            prop_assert!((0.0..=20_016.0).contains(&there));
        }

        #[test]
        fn a_larger_accuracy_radius_never_decides_what_a_smaller_left_open(
            (centre, at) in (points(), points()),
            kilometres in 0.0..20_000.0,
            accuracy in 0.0..5000.0,
            more in 0.0..5000.0,
        ) {
            let disc = Disc { centre, kilometres };
            let (less_known, known) =
                (disc.holds(at, accuracy + more), disc.holds(at, accuracy));
            prop_assert!(less_known == known || less_known == Whether::Unknown);
        }

        #[test]
        fn a_bigger_disc_never_loses_what_is_inside(
            (centre, at) in (points(), points()),
            kilometres in 0.0..20_000.0,
            more in 0.0..5000.0,
            accuracy in 0.0..1000.0,
        ) {
            let small = Disc { centre, kilometres }.holds(at, accuracy);
            let big = Disc { centre, kilometres: kilometres + more }.holds(at, accuracy);
            prop_assert!(!small.is_yes() || big.is_yes());
            prop_assert!(small.is_no() || !big.is_no());
        }

        #[test]
        fn inside_is_inside_wherever_it_is(
            (centre, at, truly) in (points(), points(), points()),
            kilometres in 0.0..20_000.0,
        ) {
            // Whoever is truly within the accuracy radius is where the verdict says.
            let disc = Disc { centre, kilometres };
            let accuracy = at.kilometres_to(&truly);
            let distance = centre.kilometres_to(&truly);
            match disc.holds(at, accuracy) {
                Whether::Yes => prop_assert!(distance <= kilometres + 1e-6),
                Whether::No => prop_assert!(distance > kilometres - 1e-6),
                Whether::Unknown => {}
            }
        }
    }
}

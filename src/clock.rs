//! Time, as an argument. Nothing else in the crate reads a clock.
//!
//! Two readings, because they answer different questions: [`Clock::now`] never goes backwards and
//! decides every lifetime; [`Clock::wall`] is what the world agrees on and goes into one-time codes,
//! signed tokens and anything a person reads.

use std::fmt;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde::Serialize;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// From seconds since the Unix epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the Unix epoch.
    #[must_use]
    pub const fn secs(self) -> u64 {
        self.0 / 1000
    }

    /// This moment plus a span; saturates at the end of time.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }

    /// How long ago `earlier` was; zero when it lies in the future.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Whether it is time for what is done every so often and was last done then. If that is still to come, a clock was ahead.
    #[must_use]
    pub fn is_time(self, last: Option<Self>, every: Duration) -> bool {
        last.is_none_or(|last| last > self || self.since(last) >= every)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, to the millisecond. Written digit by digit: it is in every access log line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = i64::try_from(self.secs()).unwrap_or(i64::MAX);
        let Ok(time) = time::OffsetDateTime::from_unix_timestamp(secs) else {
            return write!(f, "{}ms", self.0);
        };
        let digit = |value: u64, unit: u64| b'0' + u8::try_from(value / unit % 10).unwrap_or(0);
        let tens = |value: u8| digit(value.into(), 10);
        let ones = |value: u8| digit(value.into(), 1);
        let year = u64::try_from(time.year()).unwrap_or_default();
        let (month, day) = (u8::from(time.month()), time.day());
        let (hour, minute, second) = time.to_hms();
        #[rustfmt::skip]
        let text = [
            digit(year, 1000), digit(year, 100), digit(year, 10), digit(year, 1), b'-',
            tens(month), ones(month), b'-', tens(day), ones(day), b'T',
            tens(hour), ones(hour), b':', tens(minute), ones(minute), b':', tens(second), ones(second), b'.',
            digit(self.0, 100), digit(self.0, 10), digit(self.0, 1), b'Z',
        ];
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Where time comes from.
pub trait Clock: fmt::Debug + Send + Sync {
    /// For lifetimes, waits and order: never smaller than any earlier answer.
    fn now(&self) -> Timestamp;
    /// For one-time codes, signed tokens and people: what the system believes the time to be.
    fn wall(&self) -> Timestamp;
    /// Monotonic time since some start, finely grained: for measuring how long something took.
    fn elapsed(&self) -> Duration;
    /// Promises that [`Clock::now`] will not be smaller than `floor`, the latest moment found in
    /// stored data: a machine that starts with a clock set back revives nothing.
    fn raise_to(&self, floor: Timestamp);
}

/// The machine's clock.
///
/// `now` = monotonic time + the greatest offset seen between wall and monotonic time: steps of the
/// wall clock forward are followed, steps back are not, and it always ticks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    offset: AtomicI64,
}

impl SystemClock {
    /// A clock that starts at the present wall time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn new() -> Self {
        let clock = Self { start: Instant::now(), offset: AtomicI64::new(0) };
        clock.raise_to(wall());
        clock
    }

    fn elapsed_millis(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.raise_to(wall());
        let millis = self.elapsed_millis().saturating_add(self.offset.load(Ordering::Relaxed));
        Timestamp(u64::try_from(millis).unwrap_or(0))
    }

    fn wall(&self) -> Timestamp {
        wall()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn raise_to(&self, floor: Timestamp) {
        let floor = i64::try_from(floor.0).unwrap_or(i64::MAX);
        let offset = floor.saturating_sub(self.elapsed_millis());
        if offset > self.offset.load(Ordering::Relaxed) {
            self.offset.fetch_max(offset, Ordering::Relaxed);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A clock that moves only when told; both readings agree unless the wall is set back.
#[derive(Debug)]
pub struct ManualClock {
    now: AtomicI64,
    wall: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn at(at: Timestamp) -> Self {
        let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
        Self { now: AtomicI64::new(millis), wall: AtomicI64::new(millis) }
    }

    /// Lets `span` pass.
    pub fn advance(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        self.now.fetch_add(millis, Ordering::Relaxed);
        self.wall.fetch_add(millis, Ordering::Relaxed);
    }

    /// Sets the wall back, as an operator or a broken time server might; `now` stays.
    pub fn set_wall_back(&self, span: Duration) {
        self.wall.fetch_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(u64::try_from(self.now.load(Ordering::Relaxed)).unwrap_or(0))
    }

    fn wall(&self) -> Timestamp {
        Timestamp(u64::try_from(self.wall.load(Ordering::Relaxed)).unwrap_or(0))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.now().millis())
    }

    fn raise_to(&self, floor: Timestamp) {
        self.now.fetch_max(i64::try_from(floor.0).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_from_stored_data_is_kept_and_time_still_ticks_a289() {
        let clock = SystemClock::new();
        let future = clock.wall().plus(Duration::from_hours(24));
        clock.raise_to(future);
        assert!(clock.now() >= future, "stored time must never be in the future of now()");
        assert!(clock.wall() < future, "the wall reading must stay honest");
    }

    #[test]
    fn timestamps_print_as_rfc_3339() {
        assert_eq!(
            Timestamp::from_millis(1_700_000_000_123).to_string(),
            "2023-11-14T22:13:20.123Z"
        );
    }
}

//! Limits on sending: how often a message may go to one destination, for one account, and at all
//! . Charged, durably, before anything is sent; nothing refills them but time.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

const HOUR: Duration = Duration::from_hours(1);

/// Between two messages to one destination.
pub const PAUSE: Duration = Duration::from_secs(30);

/// Messages to one destination in any ten minutes, and in any day.
const LATELY: (usize, Duration) = (3, Duration::from_mins(10));
const DAILY: (usize, Duration) = (10, Duration::from_hours(24));

/// What was sent to one destination in the last day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// When, oldest first; never more than the most of a day.
    recent: Vec<Timestamp>,
}

impl Destination {
    /// When the next message may be sent; not after `now`: at once.
    pub fn free_at(&mut self, now: Timestamp) -> Timestamp {
        self.recent.retain(|&at| now.since(at) < DAILY.1);
        let after_pause = self.recent.last().map(|last| last.plus(PAUSE));
        let leaves = |(most, window): (usize, Duration)| {
            let position = self.recent.len().checked_sub(most)?;
            self.recent.get(position).map(|at| at.plus(window))
        };
        [after_pause, leaves(LATELY), leaves(DAILY)].into_iter().flatten().max().unwrap_or(now)
    }

    /// Whether nothing of it matters any more.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.recent.iter().all(|&at| now.since(at) >= DAILY.1)
    }

    /// Counts one message.
    pub fn count(&mut self, now: Timestamp) {
        self.recent.push(now);
    }
}

/// Why no code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The destination got enough.
    Destination,
    /// The account did.
    Account,
    /// All of them together did.
    Everybody,
    /// All numbers with that beginning together did.
    Prefix,
    /// Nothing is sent to such a number.
    Unreachable,
}

impl Unsent {
    /// The name used in records and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Destination => "destination",
            Self::Account => "account",
            Self::Everybody => "everybody",
            Self::Prefix => "prefix",
            Self::Unreachable => "unreachable",
        }
    }
}

/// How many messages went out in the last day, counted by the hour: for an account, for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Hours since the epoch, and the messages of each, oldest first.
    hours: Vec<(u64, u32)>,
    /// Whether it was told already that there is no room.
    #[serde(default)]
    told: bool,
}

/// No room for another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// From when on there is.
    pub until: Timestamp,
    /// Whether it is full for the first time since there was room: worth telling.
    pub first: bool,
}

impl Tally {
    /// Whether one more of `most` a day has room.
    ///
    /// # Errors
    /// When it has none.
    pub fn room(&mut self, most: u32, now: Timestamp) -> Result<(), Full> {
        let hour = now.secs() / HOUR.as_secs();
        // The hour that began a day ago still counts whole: rather too few than too many.
        self.hours.retain(|(then, _)| then.saturating_add(24) >= hour);
        let sent = self.hours.iter().map(|(_, count)| u64::from(*count)).sum::<u64>();
        if sent < u64::from(most) {
            self.told = false;
            return Ok(());
        }
        let first = !self.told;
        self.told = true;
        let oldest = self.hours.first().map_or(hour, |(then, _)| *then);
        let until = Timestamp::from_secs(oldest.saturating_add(25).saturating_mul(HOUR.as_secs()));
        Err(Full { until, first })
    }

    /// Whether nothing of it matters any more.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        let hour = now.secs() / HOUR.as_secs();
        self.hours.iter().all(|(then, _)| then.saturating_add(24) < hour)
    }

    /// Counts one message.
    pub fn count(&mut self, now: Timestamp) {
        let hour = now.secs() / HOUR.as_secs();
        match self.hours.last_mut() {
            Some((last, count)) if *last >= hour => *count = count.saturating_add(1),
            _ => self.hours.push((hour, 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(1_000_000 + secs)
    }

    fn charge(sends: &mut Destination, now: Timestamp) -> Result<(), Timestamp> {
        let free = sends.free_at(now);
        if free > now {
            return Err(free);
        }
        sends.count(now);
        Ok(())
    }

    #[test]
    fn three_in_ten_minutes_half_a_minute_apart_and_ten_a_day_a157() {
        let mut sends = Destination::default();
        assert_eq!(charge(&mut sends, at(0)), Ok(()));
        assert_eq!(charge(&mut sends, at(29)), Err(at(30)), "not twice in half a minute");
        assert_eq!(charge(&mut sends, at(30)), Ok(()));
        assert_eq!(charge(&mut sends, at(60)), Ok(()));
        assert_eq!(charge(&mut sends, at(90)), Err(at(600)));
        for n in 1..=7 {
            assert_eq!(charge(&mut sends, at(n * 1000)), Ok(()), "{n}");
        }
        assert_eq!(charge(&mut sends, at(20_000)), Err(at(86_400)), "ten a day");
        assert_eq!(charge(&mut sends, at(86_400)), Ok(()));
        assert_eq!(charge(&mut sends, at(86_429)), Err(at(86_430)));
    }

    #[test]
    fn a_refused_message_postpones_nothing_and_a_step_back_revives_nothing_a289() {
        let mut sends = Destination::default();
        assert_eq!(charge(&mut sends, at(0)), Ok(()));
        for _ in 0..100 {
            assert_eq!(charge(&mut sends, at(10)), Err(at(30)));
        }
        assert!(charge(&mut sends, Timestamp::from_secs(5)).is_err(), "the clock was set back");
        assert_eq!(charge(&mut sends, at(30)), Ok(()));
    }

    #[test]
    fn a_day_has_room_for_so_many_whenever_it_begins_and_that_it_is_full_is_told_once_a157() {
        let mut tally = Tally::default();
        for n in 0..50 {
            assert_eq!(tally.room(50, at(n * 600)), Ok(()));
            tally.count(at(n * 600));
        }
        let full = tally.room(50, at(30_000)).unwrap_err();
        assert!(full.first && full.until > at(86_400 - 3600));
        assert!(!tally.room(50, at(30_001)).unwrap_err().first);
        assert!(tally.room(50, full.until).is_ok());
        assert!(tally.hours.len() <= 25);
        assert!(tally.room(0, full.until).is_err());
    }
}

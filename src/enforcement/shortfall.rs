//! Who has a second factor, and fewer than are asked of them.

use super::Asked;
use super::Duty;
use crate::clock::Timestamp;

/// That somebody has fewer second factors than they are asked to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// How many they should have.
    pub asked: usize,
    /// How many of those that count they have.
    pub held: usize,
    /// Until when the others may be put off; none: they may not.
    pub until: Option<Timestamp>,
}

impl Asked {
    /// What is lacking of somebody who has so many. Where nothing is required of them nothing is; the first one is
    /// asked for at sign-in.
    #[must_use]
    pub fn shortfall(&self, held: usize, now: Timestamp) -> Option<Shortfall> {
        if self.minimum < 2 || held >= self.minimum {
            return None;
        }
        let until = match self.duty(now) {
            Duty::Optional => return None,
            Duty::Grace { until } => Some(until),
            Duty::Enforced { .. } => None,
        };
        Some(Shortfall { asked: self.minimum, held, until })
    }
}

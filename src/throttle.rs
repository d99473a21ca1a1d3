//! Limits on guessing: how often a proof may be tried, charged before it is verified (rule 6).
//!
//! Pure arithmetic on a [`Budget`]. Budgets of accounts are stored (they survive restarts and are
//! shared by every session, address and spelling); budgets of networks live in memory.

pub mod sends;

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

/// How many attempts a budget allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Attempts in any one window, wherever it begins; `u32::MAX`: they are only counted.
    pub burst: u32,
    /// Length of the window.
    pub window: Duration,
    /// From this many consecutive failures on, each further one doubles the wait.
    pub slow_after: u32,
    /// The longest wait.
    pub longest_wait: Duration,
    /// After this many consecutive failures the authenticator is out of use (NIST SP 800-63B-4
    /// §3.2.2: at most 100); none: it only waits.
    pub disable_after: Option<u32>,
}

/// One-time codes: 5 in 30 s, growing waits from the tenth failure, out of use at 100 (A-145).
pub const CODE: Rule = Rule {
    burst: 5,
    window: Duration::from_secs(30),
    slow_after: 10,
    longest_wait: Duration::from_hours(1),
    disable_after: Some(100),
};

/// Passwords: like codes, but never out of use, or an outsider could lock anybody out (A-126).
pub const PASSWORD: Rule = Rule { disable_after: None, ..CODE };

/// Sign-in attempts from one address (IPv4) or /56 (IPv6), whoever they are for (A-123).
pub const NETWORK: Rule = Rule {
    burst: 30,
    window: Duration::from_mins(1),
    slow_after: u32::MAX,
    longest_wait: Duration::from_mins(1),
    disable_after: None,
};

/// Attempts so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Attempts that have not been followed by a success.
    pub failures: u32,
    /// When the latest attempts were made, oldest first; never more than [`Rule::burst`].
    #[serde(default)]
    pub recent: Vec<Timestamp>,
    /// No attempt is verified before this moment.
    pub not_before: Timestamp,
    /// Whether it was told already that people have to wait.
    #[serde(default)]
    pub told: bool,
}

/// What a charge changed that is worth telling once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turning {
    /// From now on people have to wait.
    Waiting,
    /// This attempt was the last one: unless it succeeds, the authenticator is out of use.
    Disabled,
}

/// What a budget says to one more attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// Verify it; it is already counted as a failure until [`Budget::settle`].
    Granted,
    /// Do not verify; try again at that moment.
    Wait(Timestamp),
    /// Do not verify; the authenticator must be bound anew.
    Disabled,
}

impl Budget {
    /// Counts one attempt, or says why it may not be made.
    pub fn charge(&mut self, rule: &Rule, now: Timestamp) -> Charge {
        if rule.disable_after.is_some_and(|limit| self.failures >= limit) {
            return Charge::Disabled;
        }
        if now < self.not_before {
            return Charge::Wait(self.not_before);
        }
        if rule.burst != u32::MAX {
            self.recent.retain(|&at| now.since(at) < rule.window);
            let over = self.recent.len().checked_sub(usize::try_from(rule.burst).unwrap_or(0));
            if let Some(over) = over {
                // The wait ends when so many have left the window that one more fits.
                let leaves = self.recent.get(over).copied().unwrap_or(now);
                return Charge::Wait(leaves.plus(rule.window));
            }
            self.recent.push(now);
        }
        self.failures = self.failures.saturating_add(1);
        if let Some(beyond) = self.failures.checked_sub(rule.slow_after) {
            let doubled =
                rule.window.saturating_mul(1_u32.checked_shl(beyond.min(16)).unwrap_or(1));
            self.not_before = now.plus(doubled.min(rule.longest_wait));
        }
        Charge::Granted
    }

    /// [`charge`](Self::charge), and whether something worth telling began with it. Under a lasting
    /// attack that people wait is told again after [`Rule::longest_wait`] without a granted attempt.
    pub fn charge_telling(&mut self, rule: &Rule, now: Timestamp) -> (Charge, Option<Turning>) {
        if self.recent.last().is_none_or(|&last| now.since(last) > rule.longest_wait) {
            self.told = false;
        }
        let charge = self.charge(rule, now);
        let turning = match charge {
            Charge::Granted if self.is_disabled(rule) => Some(Turning::Disabled),
            Charge::Wait(_) if !self.told => Some(Turning::Waiting),
            Charge::Granted | Charge::Wait(_) | Charge::Disabled => None,
        };
        self.told |= turning == Some(Turning::Waiting);
        (charge, turning)
    }

    /// A success: forgets the failures, but not the latest attempts.
    pub const fn settle(&mut self) {
        self.failures = 0;
        self.told = false;
        self.not_before = Timestamp::from_millis(0);
    }

    /// Gives an attempt back that was granted, and was none: all is as before it.
    pub fn refund(&mut self) {
        self.recent.pop();
        self.failures = self.failures.saturating_sub(1);
        // It was granted, so nothing had to be waited for.
        self.not_before = Timestamp::from_millis(0);
    }

    /// Whether the authenticator is out of use under `rule`.
    #[must_use]
    pub fn is_disabled(&self, rule: &Rule) -> bool {
        rule.disable_after.is_some_and(|limit| self.failures >= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(1_000_000 + secs)
    }

    #[test]
    fn five_codes_in_thirty_seconds_are_verified_and_no_more_a145() {
        let mut budget = Budget::default();
        for _ in 0..5 {
            assert_eq!(budget.charge(&CODE, at(0)), Charge::Granted);
        }
        assert_eq!(budget.charge(&CODE, at(29)), Charge::Wait(at(30)));
        assert_eq!(budget.charge(&CODE, at(30)), Charge::Granted);
    }

    #[test]
    fn what_is_given_back_counts_no_more_and_no_failure_is_forgotten_by_it() {
        let mut budget = Budget::default();
        for n in 0..PASSWORD.slow_after.saturating_sub(1) {
            assert_eq!(budget.charge(&PASSWORD, at(100 * u64::from(n))), Charge::Granted);
        }
        let before = budget.clone();
        for _ in 0..100 {
            assert_eq!(budget.charge(&PASSWORD, at(5000)), Charge::Granted);
            budget.refund();
        }
        assert_eq!(budget.failures, before.failures);
        assert_eq!(budget.charge(&PASSWORD, at(5000)), Charge::Granted);
        assert!(matches!(budget.charge(&PASSWORD, at(5000)), Charge::Wait(_)));
    }

    #[test]
    fn no_window_wherever_it_begins_holds_more_than_the_rule_allows_a145() {
        let mut budget = Budget::default();
        assert_eq!(budget.charge(&CODE, at(0)), Charge::Granted);
        for _ in 0..4 {
            assert_eq!(budget.charge(&CODE, at(29)), Charge::Granted);
        }
        // Only the first attempt is thirty seconds old: one more, not five.
        assert_eq!(budget.charge(&CODE, at(30)), Charge::Granted);
        assert_eq!(budget.charge(&CODE, at(30)), Charge::Wait(at(59)));
        assert_eq!(budget.charge(&CODE, at(58)), Charge::Wait(at(59)));
        assert_eq!(budget.recent.len(), 5);
    }

    #[test]
    fn that_people_wait_is_told_once_until_a_success_or_a_long_pause() {
        let mut budget = Budget::default();
        let told = |budget: &mut Budget, secs| budget.charge_telling(&PASSWORD, at(secs)).1;
        for _ in 0..5 {
            assert_eq!(told(&mut budget, 0), None);
        }
        assert_eq!(told(&mut budget, 1), Some(Turning::Waiting));
        assert_eq!(told(&mut budget, 2), None);
        for _ in 0..5 {
            told(&mut budget, 30);
        }
        assert_eq!(told(&mut budget, 31), None);
        budget.settle();
        assert_eq!(told(&mut budget, 32), Some(Turning::Waiting));
        for _ in 0..5 {
            told(&mut budget, 7300);
        }
        assert_eq!(told(&mut budget, 7301), Some(Turning::Waiting));
    }

    #[test]
    fn the_attempt_that_reaches_the_limit_is_told_and_no_other() {
        let mut budget = Budget { failures: 98, ..Budget::default() };
        assert_eq!(budget.charge_telling(&CODE, at(0)).1, None);
        let hour = 3600;
        let last = budget.charge_telling(&CODE, at(hour));
        assert_eq!(last, (Charge::Granted, Some(Turning::Disabled)));
        assert_eq!(budget.charge_telling(&CODE, at(2 * hour)), (Charge::Disabled, None));
    }

    #[test]
    fn what_is_only_counted_takes_no_room() {
        let counted = Rule { burst: u32::MAX, slow_after: u32::MAX, ..PASSWORD };
        let mut budget = Budget::default();
        for n in 0..1000 {
            assert_eq!(budget.charge(&counted, at(n)), Charge::Granted);
        }
        assert_eq!((budget.failures, budget.recent.len()), (1000, 0));
    }

    #[test]
    fn a_budget_of_the_older_form_is_read() {
        let older = r#"{"failures":7,"window_start":1000,"window_count":3,"not_before":5}"#;
        let budget: Budget = serde_json::from_str(older).unwrap();
        assert_eq!((budget.failures, budget.recent.len()), (7, 0));
    }

    #[test]
    fn a_hundred_failures_disable_a_code_but_only_slow_a_password_a145_a126() {
        for (rule, ends) in [(CODE, Charge::Disabled), (PASSWORD, Charge::Granted)] {
            let (mut budget, mut now, mut granted) = (Budget::default(), at(0), 0);
            let last = loop {
                match budget.charge(&rule, now) {
                    Charge::Granted if granted == 100 => break Charge::Granted,
                    Charge::Granted => granted += 1,
                    Charge::Wait(until) => now = until,
                    Charge::Disabled => break Charge::Disabled,
                }
            };
            assert_eq!((granted, last), (100, ends));
        }
    }

    #[test]
    fn waits_grow_from_the_tenth_failure_and_stop_at_an_hour() {
        let (mut budget, mut now) = (Budget { failures: 9, ..Budget::default() }, at(0));
        assert_eq!(budget.charge(&PASSWORD, now), Charge::Granted);
        assert_eq!(budget.charge(&PASSWORD, now), Charge::Wait(at(30)));
        for _ in 0..20 {
            now = budget.not_before;
            assert_eq!(budget.charge(&PASSWORD, now), Charge::Granted);
        }
        assert_eq!(budget.not_before.since(now), Duration::from_hours(1));
    }

    #[test]
    fn a_success_forgets_failures_but_refills_no_window_a146() {
        let mut budget = Budget::default();
        for _ in 0..5 {
            budget.charge(&CODE, at(0));
        }
        budget.settle();
        assert_eq!(budget.failures, 0);
        assert_eq!(budget.charge(&CODE, at(1)), Charge::Wait(at(30)));
    }
}

//! A person with a password, a phone that shows codes, and a sheet of backup codes.

use std::time::Duration;

use portcullis::authenticator::totp::STEP_SECONDS;
use portcullis::authenticator::totp::code_at;
use portcullis::authenticator::totp::key_text;
use portcullis::clock::Clock;
use portcullis::clock::SystemClock;
use portcullis::clock::Timestamp;
use portcullis::secret::Secret;

use super::waiting::let_clock_go_on;

/// Seconds that a code of the step before must still be good for, or it is not used.
const MARGIN: u64 = 10;

/// A person.
#[derive(Debug)]
pub(crate) struct Person {
    /// Login name.
    pub(crate) login: String,
    /// Password; unmistakable, so that it can be searched for in every output.
    pub(crate) password: String,
    /// Role given to `user add`.
    pub(crate) role: &'static str,
    /// Backup codes that are not spent.
    pub(crate) backup_codes: Vec<String>,
    key: Option<Secret<Vec<u8>>>,
    last_step: u64,
    /// Every code shown so far.
    pub(crate) shown: Vec<String>,
}

impl Person {
    /// A person with a password of their own.
    pub(crate) fn named(login: &str) -> Self {
        let letters = data_encoding::HEXLOWER.encode(login.as_bytes());
        Self {
            login: login.to_owned(),
            password: format!("quarry-Lantern-{letters}-canary"),
            role: "owner",
            backup_codes: Vec::new(),
            key: None,
            last_step: 0,
            shown: Vec::new(),
        }
    }

    /// The same with that role.
    pub(crate) fn of_role(login: &str, role: &'static str) -> Self {
        Self { role, ..Self::named(login) }
    }

    /// Types the key of the enrolment page into the phone.
    pub(crate) fn scan(&mut self, key_text: &str) {
        let plain: String = key_text.split_whitespace().collect();
        let key = data_encoding::BASE32_NOPAD
            .decode(plain.to_ascii_uppercase().as_bytes())
            .unwrap_or_else(|error| panic!("not a key: {key_text:?}: {error}"));
        self.key = Some(Secret::new(key));
        self.last_step = 0;
    }

    /// A code later than every one shown before, as early as the gateway accepts it. The step before
    /// the present one, the present and the next are accepted, so two are to be had at once at any time;
    /// for a further one the next step may have to begin.
    pub(crate) fn next_code(&mut self) -> String {
        let clock = SystemClock::new();
        loop {
            let now = clock.wall().secs();
            let present = now / STEP_SECONDS;
            let left = STEP_SECONDS - now % STEP_SECONDS;
            let earliest = if left > MARGIN { present - 1 } else { present };
            let step = earliest.max(self.last_step + 1);
            if step <= present + 1 {
                self.last_step = step;
                let code = self.code_of(step);
                self.shown.push(code.clone());
                return code;
            }
            let_clock_go_on(Duration::from_secs(left));
        }
    }

    /// The code of a time step.
    pub(crate) fn code_of(&self, step: u64) -> String {
        let key = self.key.as_ref().expect("an enrolled person");
        code_at(key, Timestamp::from_secs(step * STEP_SECONDS)).unwrap()
    }

    /// The key as the enrolment page shows it.
    pub(crate) fn key_text(&self) -> String {
        key_text(self.key.as_ref().expect("an enrolled person"))
    }

    /// The step of the last code shown.
    pub(crate) const fn last_step(&self) -> u64 {
        self.last_step
    }

    /// A code that is right for no step near the present.
    pub(crate) fn wrong_code(&self) -> String {
        let present = SystemClock::new().wall().secs() / STEP_SECONDS;
        let right: Vec<_> = (present - 3..present + 6).map(|s| self.code_of(s)).collect();
        (0..1_000_000)
            .map(|n| format!("{n:06}"))
            .find(|code| !right.contains(code))
            .expect("a wrong code")
    }
}

//! A person with a password, a phone that shows codes, and a sheet of backup codes.

use portcullis::authenticator::totp::STEP_SECONDS;
use portcullis::authenticator::totp::code_at;
use portcullis::authenticator::totp::key_text;
use portcullis::clock::Clock;
use portcullis::clock::SystemClock;
use portcullis::clock::Timestamp;
use portcullis::secret::Secret;

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

    /// A code later than every one shown before. The gateway takes those of the present step and of the next, so two
    /// are to be had at once at any time.
    ///
    /// # Panics
    /// For a third within half a minute: no test waits for the clock.
    pub(crate) fn next_code(&mut self) -> String {
        let present = SystemClock::new().wall().secs() / STEP_SECONDS;
        let step = present.max(self.last_step + 1);
        assert!(
            step <= present + 1,
            "a third code of {} within {STEP_SECONDS} s, and the app shows none yet: sign in with a backup code, or \
             with a second app",
            self.login
        );
        self.last_step = step;
        let code = self.code_of(step);
        self.shown.push(code.clone());
        code
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

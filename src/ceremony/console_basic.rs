//! How often a console that asks for HTTP Basic is asked about passwords: less often than its own lock-outs take
//! whoever asks, and under whatever name.

use std::time::Duration;

use super::Ceremonies;
use super::CeremonyError;
use super::ConsoleAttempt;
use super::ConsoleTry;
use super::Visit;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::console_login::ConsoleBasic;
use crate::metrics::SignInOutcome;
use crate::store::BudgetKey;
use crate::subject::SubjectId;
use crate::throttle::Charge;
use crate::throttle::Rule;

/// From so many failures in a row on, one attempt an hour.
const fn rule(attempts: u32) -> Rule {
    let hour = Duration::from_hours(1);
    Rule {
        burst: u32::MAX,
        window: hour,
        slow_after: attempts,
        longest_wait: hour,
        disable_after: None,
    }
}

impl Ceremonies {
    /// Charges an attempt that names nobody who could have an account, or cannot be sent: the console is not asked.
    #[must_use]
    pub fn console_not_asked(&self, visit: &Visit<'_>) -> Option<Timestamp> {
        match self.guard.charge_network(visit.client, self.parts.clock.now()) {
            Charge::Wait(until) => {
                self.parts.metrics.proof(AuthenticatorKind::Password, SignInOutcome::Throttled);
                Some(until)
            }
            Charge::Granted | Charge::Disabled => {
                self.parts.metrics.proof(AuthenticatorKind::Password, SignInOutcome::Wrong);
                None
            }
        }
    }

    /// Charges a question to the console with an attempt that was charged as every password is.
    ///
    /// # Errors
    /// When the store does not answer: it is not asked.
    pub async fn may_ask_console(
        &self,
        visit: &Visit<'_>,
        attempt: Box<ConsoleAttempt>,
        basic: &ConsoleBasic,
    ) -> Result<ConsoleTry, CeremonyError> {
        let (now, store) = (self.parts.clock.now(), &self.parts.store);
        let each = rule(basic.attempts.each);
        let mut charge = match &attempt.account {
            Some(account) => {
                let audit = self
                    .event(AuditKind::ProofRefused, visit, &account.id)
                    .with("method", AuthenticatorKind::Password.name());
                let key = BudgetKey::Console(account.id.clone());
                store.charge(&key, &each, now, Some(audit)).await?
            }
            // Names without an account fill no store.
            None => self.guard.charge_stranger(attempt.login.as_str(), &each, now),
        };
        if let (Charge::Granted, Some(all)) = (charge, basic.attempts.all) {
            let key = BudgetKey::ConsoleOf(basic.source.clone());
            charge = store.charge(&key, &rule(all), now, None).await?;
        }
        Ok(match charge {
            Charge::Granted => ConsoleTry::Granted(attempt),
            Charge::Disabled => ConsoleTry::Closed,
            Charge::Wait(until) => {
                self.parts.metrics.proof(AuthenticatorKind::Password, SignInOutcome::Throttled);
                ConsoleTry::Wait { until }
            }
        })
    }

    /// A console's lock-outs forget the failures of whom it lets in, and so does this.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn console_was_right(
        &self,
        subject: &SubjectId,
        basic: &ConsoleBasic,
    ) -> Result<(), CeremonyError> {
        self.parts.store.settle(&BudgetKey::Console(subject.clone())).await?;
        self.parts.store.settle(&BudgetKey::ConsoleOf(basic.source.clone())).await?;
        Ok(())
    }
}

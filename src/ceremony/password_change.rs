//! Changing one's own password: the old one, and a proof for this very act.

use super::Ceremonies;
use super::CeremonyError;
use super::KnownBrowser;
use super::Visit;
use super::chosen_password::Another;
use super::guard::Hashed;
use super::sign_in;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::metrics::SignInOutcome;
use crate::password;
use crate::password::Unacceptable;
use crate::secret::Secret;
use crate::session::SessionToken;
use crate::store::Acceptance;
use crate::store::PasswordChange;
use crate::throttle;
use crate::throttle::Charge;

/// How changing one's password ended.
#[derive(Debug)]
pub enum PasswordOutcome {
    /// Changed; every other session of the person has ended.
    Changed {
        /// The new cookie's value.
        token: SessionToken,
    },
    /// A proof must be given for it first.
    NeedProof,
    /// The new one may not be used, for this reason.
    Unacceptable(Unacceptable),
    /// It is the old one.
    Same,
    /// The old one is wrong.
    Wrong,
    /// Not verified: too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// Not verified: too many people at once.
    Busy,
    /// The session ended meanwhile.
    SessionOver,
}

/// Passwords as they were typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The present one.
    pub old: Secret<String>,
    /// The one that is to be.
    pub new: Secret<String>,
}

impl Ceremonies {
    /// Changes the person's password. An attempt at the old one is charged as one at sign-in is.
    ///
    /// # Errors
    /// When something needed fails: the old password stays.
    pub async fn change_password(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        typed: &Typed,
        known: Option<&KnownBrowser>,
    ) -> Result<PasswordOutcome, CeremonyError> {
        if self.is_stale(session).await? {
            return Ok(PasswordOutcome::NeedProof);
        }
        let login = session.profile.login.name();
        if let Err(reason) = password::check_new(typed.new.expose(), login) {
            return Ok(PasswordOutcome::Unacceptable(reason));
        }
        let outcome = self.try_change(visit, session, typed, known).await?;
        let told = match outcome {
            PasswordOutcome::Changed { .. } | PasswordOutcome::Same => SignInOutcome::Accepted,
            PasswordOutcome::Wait { .. } => SignInOutcome::Throttled,
            PasswordOutcome::Busy => SignInOutcome::Busy,
            PasswordOutcome::Wrong
            | PasswordOutcome::NeedProof
            | PasswordOutcome::Unacceptable(_)
            | PasswordOutcome::SessionOver => SignInOutcome::Wrong,
        };
        self.parts.metrics.proof(AuthenticatorKind::Password, told);
        Ok(outcome)
    }

    async fn try_change(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        typed: &Typed,
        known: Option<&KnownBrowser>,
    ) -> Result<PasswordOutcome, CeremonyError> {
        let (subject, now) = (&session.record.subject, self.parts.clock.now());
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(PasswordOutcome::Wait { until });
        }
        let key = sign_in::budget_of(subject, known);
        let refused = self
            .event(AuditKind::ProofRefused, visit, subject)
            .with("method", AuthenticatorKind::Password.name())
            .with("reason", "password_change");
        let charged =
            self.parts.store.charge(&key, &throttle::PASSWORD, now, Some(refused.clone()));
        match charged.await? {
            Charge::Granted => {}
            Charge::Wait(until) => return Ok(PasswordOutcome::Wait { until }),
            Charge::Disabled => return Ok(PasswordOutcome::Wrong),
        }
        let account = self.parts.store.account(subject).await?;
        let stored = account.and_then(|account| account.password.expose().clone());
        let verified = match self.verify_stored(stored.clone(), &typed.old).await? {
            Hashed::Busy => return Ok(PasswordOutcome::Busy),
            Hashed::Done(right) => stored.filter(|_| right),
        };
        let Some(verified) = verified else {
            self.parts.store.record(refused).await?;
            return Ok(PasswordOutcome::Wrong);
        };
        self.guard.settle_network(visit.client);
        let hash = match self.hash_another(Some(verified.clone()), &typed.new).await? {
            Another::Busy => return Ok(PasswordOutcome::Busy),
            Another::Same => return Ok(PasswordOutcome::Same),
            Another::Hash(hash) => hash,
        };
        let change = PasswordChange { verified, hash };
        let audit = self.event(AuditKind::PasswordSet, visit, subject);
        Ok(match self.parts.store.change_password(&session.key, change, audit).await? {
            Acceptance::Accepted => {
                self.parts.directory.drop_others_of(subject, &session.key);
                match self.go_on(visit, session, "password").await? {
                    Some(token) => PasswordOutcome::Changed { token },
                    None => PasswordOutcome::SessionOver,
                }
            }
            // It was changed since: what was typed is the old one no more.
            Acceptance::Spent => PasswordOutcome::Wrong,
            Acceptance::Gone | Acceptance::Taken(_) => PasswordOutcome::SessionOver,
        })
    }
}

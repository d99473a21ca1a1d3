//! The second step, and every later proof: one verifier for all surfaces.

use std::sync::Arc;

use super::Ceremonies;
use super::CeremonyError;
use super::RightPassword;
use super::Visit;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Channel;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::metrics::SignInOutcome;
use crate::secret::Secret;
use crate::session::Aal;
use crate::session::AuthnEvent;
use crate::session::SessionRecord;
use crate::session::SessionToken;
use crate::store::Acceptance;
use crate::store::BudgetKey;
use crate::subject::SubjectId;
use crate::throttle;
use crate::throttle::Charge;

/// What a person typed to prove something.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A code from the app.
    Totp(Secret<String>),
    /// One of the ten.
    BackupCode(Secret<String>),
    /// A code that was sent.
    Sent(Channel, Secret<String>),
    /// What a browser answered to the question for a passkey, as JSON.
    Passkey(String),
    /// What an owner issued.
    RecoveryCode(Secret<String>),
}

impl Proof {
    /// The kind of authenticator it is about.
    #[must_use]
    pub const fn kind(&self) -> AuthenticatorKind {
        match self {
            Self::Totp(_) => AuthenticatorKind::Totp,
            Self::BackupCode(_) => AuthenticatorKind::BackupCode,
            Self::Sent(channel, _) => channel.kind(),
            Self::Passkey(_) => AuthenticatorKind::Passkey,
            Self::RecoveryCode(_) => AuthenticatorKind::RecoveryCode,
        }
    }
}

/// How a proof for a session ended.
#[derive(Debug)]
pub enum ProofOutcome {
    /// The session rose; its cookie is new.
    Accepted {
        /// The new cookie's value.
        token: SessionToken,
        /// Backup codes left, when one was spent.
        codes_left: Option<usize>,
    },
    /// Wrong.
    Wrong,
    /// Right, but used before.
    Spent,
    /// Not verified: too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// Not verified: this authenticator is out of use after too many failures.
    Disabled,
    /// The person has no such authenticator.
    NotOffered,
    /// Not verified: too many people at once.
    Busy,
    /// The session ended meanwhile.
    SessionOver,
    /// Right, and nobody is signed in before another password is chosen.
    MustChange(RightPassword),
}

/// Whether a session is one for which a proof of that kind may be given. Before a password is changed, that is a second
/// factor, and nothing that opens a way past it.
pub(super) fn may_prove(record: &SessionRecord, kind: AuthenticatorKind) -> bool {
    if record.awaits_password() {
        return AuthenticatorKind::SECOND_FACTORS.contains(&kind)
            || kind == AuthenticatorKind::BackupCode;
    }
    record.aal() >= Aal::Aal1
}

/// How verifying a proof ended, before anything is done with it.
#[derive(Debug)]
pub(super) enum Verified {
    /// Accepted and spent, durably.
    Accepted {
        event: AuthnEvent,
        codes_left: Option<usize>,
    },
    Wrong,
    /// Wrong, and the audit log says why.
    Refused(&'static str),
    Spent,
    Wait(Timestamp),
    Disabled,
    NotOffered,
    Busy,
}

impl Ceremonies {
    /// Verifies a proof and raises the session.
    ///
    /// # Errors
    /// When something needed fails: the session stays as it is.
    pub async fn prove(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        proof: &Proof,
    ) -> Result<ProofOutcome, CeremonyError> {
        if !may_prove(&session.record, proof.kind()) {
            return Ok(ProofOutcome::NotOffered);
        }
        Ok(match self.verify(visit, session, proof).await? {
            Verified::Accepted { event, .. } if session.record.awaits_password() => {
                match self.right_password_with(session, event).await? {
                    Some(right) => ProofOutcome::MustChange(right),
                    None => ProofOutcome::SessionOver,
                }
            }
            Verified::Accepted { event, codes_left } => {
                match self.raise(visit, session, event).await? {
                    Some(token) => ProofOutcome::Accepted { token, codes_left },
                    None => ProofOutcome::SessionOver,
                }
            }
            Verified::Wrong | Verified::Refused(_) => ProofOutcome::Wrong,
            Verified::Spent => ProofOutcome::Spent,
            Verified::Wait(until) => ProofOutcome::Wait { until },
            Verified::Disabled => ProofOutcome::Disabled,
            Verified::NotOffered => ProofOutcome::NotOffered,
            Verified::Busy => ProofOutcome::Busy,
        })
    }

    /// Replaces a session by one that holds one more event; none when it ended meanwhile.
    pub(super) async fn raise(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        event: AuthnEvent,
    ) -> Result<Option<SessionToken>, CeremonyError> {
        let token = SessionToken::generate(self.parts.entropy.as_ref())?;
        let mut record = (*session.record).clone();
        let audit = self
            .event(AuditKind::SessionRaised, visit, &record.subject)
            .with("sid", &record.handle)
            .with("method", event.kind.name());
        // A proof that is given again and again, for routes with a `max_age`, counts once: the latest.
        record.events.retain(|earlier| {
            (earlier.kind, &earlier.authenticator) != (event.kind, &event.authenticator)
        });
        record.enrolled |= AuthenticatorKind::SECOND_FACTORS.contains(&event.kind);
        record.events.push(event);
        record.pending_totp = None;
        record.lost = None;
        record.last_active = self.parts.clock.now();
        let raised = self.parts.directory.raise(session, &token, record, audit).await?;
        Ok(raised.map(|_| token))
    }

    /// Charges, verifies and spends a proof.
    pub(super) async fn verify(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        proof: &Proof,
    ) -> Result<Verified, CeremonyError> {
        let subject = &session.record.subject;
        if !self.allowed(visit, session).contains(proof.kind()) {
            self.note(visit, subject, proof.kind(), &Verified::NotOffered).await?;
            return Ok(Verified::NotOffered);
        }
        let bound = self.parts.store.authenticators(subject).await?;
        let verified = match proof {
            Proof::Totp(typed) => self.verify_totp(visit, subject, &bound, typed).await?,
            Proof::BackupCode(typed) => self.verify_backup(visit, subject, &bound, typed).await?,
            Proof::Sent(channel, typed) => {
                self.verify_sent(visit, session, &bound, (*channel, typed)).await?
            }
            Proof::Passkey(answer) => self.verify_passkey(visit, session, &bound, answer).await?,
            Proof::RecoveryCode(typed) => {
                self.verify_recovery(visit, subject, &bound, typed).await?
            }
        };
        self.note(visit, subject, proof.kind(), &verified).await?;
        Ok(verified)
    }

    pub(super) async fn note(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        kind: AuthenticatorKind,
        verified: &Verified,
    ) -> Result<(), CeremonyError> {
        let (outcome, reason) = match verified {
            Verified::Accepted { .. } => (SignInOutcome::Accepted, None),
            Verified::Wrong => (SignInOutcome::Wrong, Some("wrong")),
            Verified::Refused(reason) => (SignInOutcome::Wrong, Some(*reason)),
            Verified::Spent => (SignInOutcome::Replayed, Some("replayed")),
            Verified::Wait(_) => (SignInOutcome::Throttled, None),
            Verified::Disabled => (SignInOutcome::Throttled, Some("disabled")),
            Verified::NotOffered => (SignInOutcome::Wrong, Some("not_bound")),
            Verified::Busy => (SignInOutcome::Busy, None),
        };
        self.parts.metrics.proof(kind, outcome);
        if let Some(reason) = reason {
            let event = self.event(AuditKind::ProofRefused, visit, subject);
            let event = event.with("method", kind.name()).with("reason", reason);
            self.parts.store.record(event).await?;
        }
        Ok(())
    }

    /// What follows from how spending a proof ended.
    pub(super) fn accepted(
        &self,
        acceptance: &Acceptance,
        kind: AuthenticatorKind,
        authenticator: &str,
        codes_left: Option<usize>,
    ) -> Verified {
        match acceptance {
            Acceptance::Accepted => {
                let (id, at) = (authenticator.to_owned(), self.parts.clock.now());
                Verified::Accepted { event: AuthnEvent::of(kind, Some(id), at), codes_left }
            }
            Acceptance::Spent => Verified::Spent,
            Acceptance::Gone | Acceptance::Taken(_) => Verified::NotOffered,
        }
    }

    /// Charges one attempt to an authenticator; none when it may be verified.
    pub(super) async fn charge(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        (kind, authenticator): (AuthenticatorKind, &str),
    ) -> Result<Option<Verified>, CeremonyError> {
        let key = BudgetKey::Authenticator(subject.clone(), authenticator.to_owned());
        let now = self.parts.clock.now();
        let audit = self
            .event(AuditKind::ProofRefused, visit, subject)
            .with("method", kind.name())
            .with("authenticator", authenticator);
        Ok(match self.parts.store.charge(&key, &throttle::CODE, now, Some(audit)).await? {
            Charge::Granted => None,
            Charge::Wait(until) => Some(Verified::Wait(until)),
            Charge::Disabled => Some(Verified::Disabled),
        })
    }
}

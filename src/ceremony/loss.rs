//! Replacing what is lost: the one change that a password and a backup code are enough for (S0.8).
//!
//! Whoever lost a phone or a key cannot prove themselves with it. What they may do is narrow: the lost one goes in
//! the same instant as the new one comes, or goes alone where others stay. Every other session of theirs ends, and
//! setting up the new one is no proof: it opens nothing that asks for a fresh one.

use std::sync::Arc;
use std::time::Duration;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::change::Bound;
use super::self_service::Change;
use super::summary::Standing;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::directory::LiveSession;
use crate::metrics::SignInOutcome;
use crate::session::SessionRecord;
use crate::session::SessionToken;
use crate::session::authn_event;
use crate::store::Acceptance;
use crate::store::Replacement;

/// How long after a sign-in with a backup code what is lost may be replaced.
const LOSS_WITHIN: Duration = Duration::from_mins(10);

/// How saying that something is lost ended.
#[derive(Debug)]
pub enum Loss {
    /// What is set up next takes its place; the session's cookie is new.
    Noted {
        /// The new cookie's value.
        token: SessionToken,
    },
    /// It was not, for this reason.
    Refused(Change),
}

impl Ceremonies {
    /// Whether a session was opened with a password and a backup code a moment ago.
    #[must_use]
    pub fn is_recovering(&self, session: &LiveSession) -> bool {
        let (now, events) = (self.parts.clock.now(), &session.record.events);
        let recent = |kind| {
            let proved = authn_event::kind_time(events, kind);
            proved.is_some_and(|at| now.since(at) < LOSS_WITHIN)
        };
        recent(AuthenticatorKind::Password) && recent(AuthenticatorKind::BackupCode)
    }

    /// Notes that an authenticator is lost, so that what is set up next takes its place.
    ///
    /// # Errors
    /// When something needed fails: nothing is noted.
    pub async fn note_loss(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        authenticator: &str,
    ) -> Result<Loss, CeremonyError> {
        let subject = &session.record.subject;
        let bound = self.parts.store.authenticators(subject).await?;
        if self.standing(session, &bound) == Standing::Stale {
            return Ok(Loss::Refused(Change::NeedProof));
        }
        if !bound.iter().any(|one| one.id == authenticator && one.is_second_factor()) {
            return Ok(Loss::Refused(Change::Gone));
        }
        let audit = self
            .event(AuditKind::AuthenticatorLost, visit, subject)
            .with("authenticator", authenticator);
        let lost = Some(authenticator.to_owned());
        let note = |record: &mut SessionRecord| record.lost = lost;
        Ok(match self.renew(session, note, audit).await? {
            Some(token) => Loss::Noted { token },
            None => Loss::Refused(Change::SessionOver),
        })
    }

    /// What the next authenticator takes the place of: what was said to be lost, while that may still be replaced.
    pub(super) fn replaced(
        &self,
        session: &LiveSession,
        bound: &[Authenticator],
    ) -> Option<Authenticator> {
        let lost = session.record.lost.as_deref()?;
        if self.standing(session, bound) == Standing::Stale {
            return None;
        }
        bound.iter().find(|one| one.id == lost && one.is_second_factor()).cloned()
    }

    /// Binds an authenticator that has just proved itself in the place of a lost one.
    pub(super) async fn replace(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        lost: &Authenticator,
        new: Authenticator,
    ) -> Result<Bound, CeremonyError> {
        let subject = &session.record.subject;
        let kind = new.credential.kind();
        let about = |what, one: &Authenticator| {
            self.event(what, visit, subject)
                .with("method", one.credential.kind().name())
                .with("authenticator", &one.id)
                .with("reason", "lost")
        };
        let replacement = Replacement {
            lost: lost.id.clone(),
            removed: about(AuditKind::AuthenticatorRemoved, lost),
            bound: about(AuditKind::AuthenticatorBound, &new),
            new,
        };
        match self.parts.store.replace_authenticator(&session.key, replacement).await? {
            Acceptance::Accepted => {}
            Acceptance::Spent => return Ok(Bound::Already),
            Acceptance::Gone => return Ok(Bound::SessionOver),
            Acceptance::Taken(other) => return self.taken(visit, subject, kind, &other).await,
        }
        self.parts.metrics.proof(kind, SignInOutcome::Accepted);
        *session.pending_totp.lock() = None;
        self.parts.directory.drop_others_of(subject, &session.key);
        Ok(match self.go_on(visit, session, "lost").await? {
            Some(token) => Bound::Done { token, codes: None },
            None => Bound::SessionOver,
        })
    }

    /// The session in which its owner changed their account, under a new key: nothing is lost any more, and
    /// it is on no device, since the change has removed them all.
    pub(super) async fn go_on(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        reason: &str,
    ) -> Result<Option<SessionToken>, CeremonyError> {
        let audit = self
            .event(AuditKind::SessionRaised, visit, &session.record.subject)
            .with("sid", &session.record.handle)
            .with("reason", reason);
        let change = |record: &mut SessionRecord| {
            record.lost = None;
            record.forget_devices();
        };
        self.renew(session, change, audit).await
    }

    /// The same session under a new key: what was proved stays as it is.
    async fn renew(
        &self,
        session: &LiveSession,
        change: impl FnOnce(&mut SessionRecord),
        audit: AuditEvent,
    ) -> Result<Option<SessionToken>, CeremonyError> {
        let token = SessionToken::generate(self.parts.entropy.as_ref())?;
        let mut record = (*session.record).clone();
        change(&mut record);
        record.pending_totp = None;
        record.last_active = self.parts.clock.now();
        let renewed = self.parts.directory.raise(session, &token, record, audit).await?;
        Ok(renewed.map(|_| token))
    }
}

//! What a person changes on their own account: names, factors, sessions, and looking at codes again.
//!
//! Everything here takes a proof that is minutes old and as strong as the strongest the account has; a person
//! reaches nothing but what is their own, whatever they name.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::acknowledged_codes;
use super::summary::FactorSummary;
use super::summary::Standing;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::backup_code::Reveal;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Duty;
use crate::session::SessionToken;
use crate::store::Acceptance;
use crate::store::Keep;
use crate::store::Removal;

/// Characters of a name for an authenticator.
pub const LONGEST_LABEL: usize = 40;

/// How often a session that rises while it is being ended is looked for again.
const RIVALS: usize = 3;

/// How a change to one's own account ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Done.
    Done,
    /// A proof must be given for it first.
    NeedProof,
    /// There is no such thing (any more), or it is somebody else's.
    Gone,
    /// It must stay: a second factor is required, and this is the last that can be used.
    Required,
    /// No name: empty, too long, or not text.
    Unnameable,
    /// The session ended meanwhile.
    SessionOver,
}

/// Whether a second factor may be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastFactor {
    /// It stays: what is left would not be enough of what is required.
    Stays,
    /// It may go.
    MayGo,
}

/// A second factor, and what may become of it.
#[derive(Clone, Debug)]
pub struct Factor {
    /// What it is.
    pub summary: FactorSummary,
    /// Whether it must stay.
    pub last: LastFactor,
    /// What the person may do about it now.
    pub standing: Standing,
}

/// What looking at one's codes again came to.
#[derive(Debug)]
pub enum ShownCodes {
    /// These are unspent.
    Kept {
        /// Names the set.
        set: String,
        /// When it was made.
        made: Timestamp,
        /// The codes.
        codes: Vec<Zeroizing<String>>,
    },
    /// They were shown when they were made, and are not kept.
    NotKept,
    /// A proof must be given for it first.
    NeedProof,
}

impl Ceremonies {
    /// One of the person's second factors; none: it is not theirs.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn factor(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        authenticator: &str,
    ) -> Result<Option<Factor>, CeremonyError> {
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        let named = |one: &&Authenticator| one.id == authenticator && one.is_second_factor();
        Ok(bound.iter().find(named).map(|one| Factor {
            summary: one.into(),
            last: self.may_go(visit, session, &bound, authenticator),
            standing: self.standing(session, &bound),
        }))
    }

    /// Whether all second factors but one are enough.
    fn may_go(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        bound: &[Authenticator],
        authenticator: &str,
    ) -> LastFactor {
        let left = bound.iter().filter(|one| one.id != authenticator);
        if self.kept(visit, session).is_met(left) { LastFactor::MayGo } else { LastFactor::Stays }
    }

    /// What must be left of somebody's second factors: nothing while none is required of them.
    fn kept(&self, visit: &Visit<'_>, session: &LiveSession) -> Keep {
        let asked = self.asked(visit, session);
        match asked.duty(self.parts.clock.now()) {
            Duty::Optional | Duty::Grace { .. } => Keep::NOTHING,
            Duty::Enforced { .. } => {
                Keep { least: asked.minimum.max(1), of: self.allowed(visit, session) }
            }
        }
    }

    /// Gives one of the person's second factors another name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn rename_factor(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        authenticator: &str,
        name: &str,
    ) -> Result<Change, CeremonyError> {
        let Some(factor) = self.factor(visit, session, authenticator).await? else {
            return Ok(Change::Gone);
        };
        if factor.standing != Standing::Fresh {
            return Ok(Change::NeedProof);
        }
        let Some(label) = label(name) else {
            return Ok(Change::Unnameable);
        };
        let subject = &session.record.subject;
        let audit = self
            .event(AuditKind::AuthenticatorRenamed, visit, subject)
            .with("method", factor.summary.kind.name())
            .with("authenticator", authenticator);
        let store = &self.parts.store;
        Ok(match store.rename_authenticator(subject, authenticator, label, audit).await? {
            Acceptance::Accepted => Change::Done,
            Acceptance::Spent | Acceptance::Gone | Acceptance::Taken(_) => Change::Gone,
        })
    }

    /// Removes one of the person's second factors, and ends their other sessions. Whoever has just signed in
    /// with a backup code may remove what is lost (S0.8).
    ///
    /// # Errors
    /// When the store does not answer: it stays.
    pub async fn remove_factor(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        authenticator: &str,
    ) -> Result<Result<SessionToken, Change>, CeremonyError> {
        let Some(factor) = self.factor(visit, session, authenticator).await? else {
            return Ok(Err(Change::Gone));
        };
        let reason = match factor.standing {
            Standing::Fresh => "removed",
            Standing::Recovering => "lost",
            Standing::Stale => return Ok(Err(Change::NeedProof)),
        };
        if factor.last == LastFactor::Stays {
            return Ok(Err(Change::Required));
        }
        let subject = &session.record.subject;
        let audit = self
            .event(AuditKind::AuthenticatorRemoved, visit, subject)
            .with("method", factor.summary.kind.name())
            .with("authenticator", authenticator)
            .with("reason", reason);
        let removal = Removal {
            authenticator: authenticator.to_owned(),
            keep: self.kept(visit, session),
            spare: Some(session.key),
        };
        match self.parts.store.remove_authenticator(subject, removal, audit).await? {
            Acceptance::Accepted => {}
            // Another one went in the same moment.
            Acceptance::Spent => return Ok(Err(Change::Required)),
            Acceptance::Gone | Acceptance::Taken(_) => return Ok(Err(Change::Gone)),
        }
        self.parts.directory.drop_others_of(subject, &session.key);
        Ok(self.go_on(visit, session, reason).await?.ok_or(Change::SessionOver))
    }

    /// Ends one of the person's other sessions, by its public handle.
    ///
    /// # Errors
    /// When the store does not answer: it still lives.
    pub async fn end_session(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        handle: &str,
    ) -> Result<Change, CeremonyError> {
        let subject = &session.record.subject;
        if self.is_stale(session).await? {
            return Ok(Change::NeedProof);
        }
        let audit = self
            .event(AuditKind::SessionEnded, visit, subject)
            .with("sid", handle)
            .with("reason", "ended_by_owner");
        // One that rises in the same moment goes on under the same handle.
        for _ in 0..RIVALS {
            let own = self.parts.directory.sessions_of(subject);
            let named = own.iter().find(|one| one.record.handle == handle);
            let Some(named) = named.filter(|named| named.key != session.key) else {
                break;
            };
            if self.parts.directory.end(named, audit.clone()).await? {
                return Ok(Change::Done);
            }
        }
        Ok(Change::Gone)
    }

    /// Ends every session of the person but this one.
    ///
    /// # Errors
    /// When the store does not answer: they still live.
    pub async fn end_other_sessions(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<Change, CeremonyError> {
        if self.is_stale(session).await? {
            return Ok(Change::NeedProof);
        }
        let audit = self
            .event(AuditKind::SessionEnded, visit, &session.record.subject)
            .with("reason", "all_others");
        self.parts.directory.end_others(session, audit).await?;
        Ok(Change::Done)
    }

    /// Shows the unspent codes once more, where they are kept (S1.7).
    ///
    /// # Errors
    /// When something needed fails: nothing is shown.
    pub async fn show_codes(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
    ) -> Result<ShownCodes, CeremonyError> {
        let subject = &session.record.subject;
        let bound = self.parts.store.authenticators(subject).await?;
        if self.standing(session, &bound) != Standing::Fresh {
            return Ok(ShownCodes::NeedProof);
        }
        let Some((made, codes)) = self.kept_codes(&bound) else {
            return Ok(ShownCodes::NotKept);
        };
        let (set, made) = (made.id.clone(), made.created);
        let audit = self.event(AuditKind::BackupCodesShown, visit, subject);
        self.parts.store.record(audit.with("codes_left", codes.len())).await?;
        Ok(ShownCodes::Kept { set, made, codes })
    }

    /// Whether there are backup codes where the person is.
    #[must_use]
    pub fn has_codes(&self, visit: &Visit<'_>, session: &LiveSession) -> bool {
        self.allowed(visit, session).contains(AuthenticatorKind::BackupCode)
    }

    /// Whether the person's codes can be looked at again.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn keeps_codes(&self, session: &LiveSession) -> Result<bool, CeremonyError> {
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        Ok(self.kept_codes(&bound).is_some())
    }

    fn kept_codes<'b>(
        &self,
        bound: &'b [Authenticator],
    ) -> Option<(&'b Authenticator, Vec<Zeroizing<String>>)> {
        let (authenticator, set) = acknowledged_codes(bound)?;
        let kept = self.settings.reveal == Reveal::StepUp && set.reveal == Reveal::StepUp;
        let codes = set.unspent().filter(|codes| kept && !codes.is_empty())?;
        Some((authenticator, codes))
    }

    /// Whether the person must give a proof before anything is changed.
    pub(super) async fn is_stale(&self, session: &LiveSession) -> Result<bool, CeremonyError> {
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        Ok(self.standing(session, &bound) != Standing::Fresh)
    }
}

/// A name for an authenticator, as it is kept.
fn label(typed: &str) -> Option<String> {
    let label = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_text = !label.is_empty() && !label.chars().any(char::is_control);
    (is_text && label.chars().count() <= LONGEST_LABEL).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_text() {
        assert_eq!(label("  my   phone ").as_deref(), Some("my phone"));
        assert_eq!(label("電話").as_deref(), Some("電話"));
        for bad in ["", "  ", "a\0b", &"x".repeat(LONGEST_LABEL + 1)] {
            assert_eq!(label(bad), None, "{bad:?}");
        }
    }
}

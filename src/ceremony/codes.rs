//! Backup codes after enrolment: a new set, and saying that it is stored.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::acknowledged_codes;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::directory::LiveSession;
use crate::store::Acceptance;

/// How long after a proof a person without any stored codes may have a set made without another.
const FIRST_SET_WITHIN: Duration = Duration::from_mins(10);

/// How asking for new codes ended.
#[derive(Debug)]
pub enum CodesOutcome {
    /// Made; they count, and the old ones are void, once the person says that they are stored.
    Made {
        /// Names the set, to say later that it is stored.
        set: String,
        /// Ten codes, shown once.
        codes: Vec<Zeroizing<String>>,
    },
    /// A proof must be given for this first.
    NeedProof,
    /// There are none where the person is.
    Off,
    /// Too many people at once.
    Busy,
}

impl Ceremonies {
    /// Makes a new set. It takes a fresh proof, unless the person proved a second factor a moment ago and never
    /// stored any codes.
    ///
    /// # Errors
    /// When something needed fails: the old set stays.
    pub async fn new_codes(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
    ) -> Result<CodesOutcome, CeremonyError> {
        let subject = &session.record.subject;
        if !self.allowed(visit, session).contains(AuthenticatorKind::BackupCode) {
            return Ok(CodesOutcome::Off);
        }
        let bound = self.parts.store.authenticators(subject).await?;
        if !self.is_fresh(session, &bound) && !self.may_finish_first_set(session, &bound) {
            return Ok(CodesOutcome::NeedProof);
        }
        let Some((codes, shown)) = self.make_codes().await? else {
            return Ok(CodesOutcome::Busy);
        };
        let set = codes.id.clone();
        let audit = self.event(AuditKind::BackupCodesReplaced, visit, subject);
        match self.parts.store.offer_backup_codes(subject, codes, audit).await? {
            Acceptance::Accepted => Ok(CodesOutcome::Made { set, codes: shown }),
            Acceptance::Spent | Acceptance::Gone | Acceptance::Taken(_) => {
                Ok(CodesOutcome::NeedProof)
            }
        }
    }

    /// The person says that the codes of this set are stored: from now on they count, and no others.
    /// False, and nothing is void, when a newer set has taken its place: those codes were not seen on
    /// the page that says so.
    ///
    /// # Errors
    /// When the store does not answer: the old set stays.
    pub async fn acknowledge_codes(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        set: &str,
    ) -> Result<bool, CeremonyError> {
        let subject = &session.record.subject;
        if session.record.second_factor_time().is_none() {
            return Ok(false);
        }
        let audit = self.event(AuditKind::BackupCodesAcknowledged, visit, subject);
        Ok(match self.parts.store.acknowledge_backup_codes(subject, set, audit).await? {
            // Said twice, of the same set: it counts.
            Acceptance::Accepted | Acceptance::Spent => true,
            Acceptance::Gone | Acceptance::Taken(_) => false,
        })
    }

    fn may_finish_first_set(&self, session: &LiveSession, bound: &[Authenticator]) -> bool {
        // With a proof as strong as the strongest there is: codes are worth as much.
        let recent = self.is_fresh_within(session, bound, FIRST_SET_WITHIN);
        recent && acknowledged_codes(bound).is_none()
    }
}

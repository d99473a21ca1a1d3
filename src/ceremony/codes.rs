//! Backup codes after enrolment: a new set, and saying that it is stored.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::acknowledged_codes;
use super::verify::Proof;
use super::verify::Verified;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::session::Aal;
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
    /// A code from the app must be given for this very act.
    NeedProof,
    /// Wrong code.
    Wrong,
    /// Right, but used before.
    Spent,
    /// Not verified: too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// The app is out of use after too many failures.
    Disabled,
    /// Too many people at once.
    Busy,
}

impl Ceremonies {
    /// Makes a new set. A code from the app must be given for it, unless the person has just proved
    /// one and never stored any codes.
    ///
    /// # Errors
    /// When something needed fails: the old set stays.
    pub async fn new_codes(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        proof: Option<&Proof>,
    ) -> Result<CodesOutcome, CeremonyError> {
        let subject = &session.record.subject;
        match proof {
            None if !self.may_finish_first_set(session).await? => {
                return Ok(CodesOutcome::NeedProof);
            }
            None => {}
            Some(proof) => {
                if session.record.aal() < Aal::Aal2 || !proof.kind().steps_up() {
                    return Ok(CodesOutcome::NeedProof);
                }
                match self.verify(visit, session, proof).await? {
                    Verified::Accepted { .. } => {}
                    Verified::Wrong | Verified::Refused(_) | Verified::NotOffered => {
                        return Ok(CodesOutcome::Wrong);
                    }
                    Verified::Spent => return Ok(CodesOutcome::Spent),
                    Verified::Wait(until) => return Ok(CodesOutcome::Wait { until }),
                    Verified::Disabled => return Ok(CodesOutcome::Disabled),
                    Verified::Busy => return Ok(CodesOutcome::Busy),
                }
            }
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

    async fn may_finish_first_set(&self, session: &LiveSession) -> Result<bool, CeremonyError> {
        let now = self.parts.clock.now();
        let proved = session.record.second_factor_time();
        if proved.is_none_or(|at| now.since(at) >= FIRST_SET_WITHIN) {
            return Ok(false);
        }
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        Ok(acknowledged_codes(&bound).is_none())
    }
}

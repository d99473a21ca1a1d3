//! The app that an administrator handed over: it counts from the person's own first code on, at their own sign-in
//! (S3.7). Until then it is worth nothing, and opens no way that is closed: where no first second factor may be set up,
//! it cannot be taken up either.

use std::sync::Arc;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::change::Adding;
use super::enrol::ENROLMENT_BUDGET;
use super::enrol::EnrolmentOutcome;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::handed::HandedApp;
use crate::authenticator::totp::TotpCredential;
use crate::directory::LiveSession;

impl Ceremonies {
    /// The app that waits for the first code of the person behind a session; none where there is none, or where they may
    /// set up no first one now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn handed_app(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<Option<HandedApp>, CeremonyError> {
        if self.adding(visit, session, AuthenticatorKind::Totp).await? != Adding::First {
            return Ok(None);
        }
        let now = self.parts.clock.now();
        let kept = self.parts.store.handed_app(&session.record.subject).await?;
        Ok(kept.filter(|app| app.is_good(now)))
    }

    /// Takes it up by its first code, together with ten backup codes. Attempts are charged like those to confirm an app
    /// of one's own.
    ///
    /// # Errors
    /// When something needed fails: nothing is bound.
    pub async fn finish_handed(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        typed: &str,
    ) -> Result<EnrolmentOutcome, CeremonyError> {
        let adding = self.adding(visit, session, AuthenticatorKind::Totp).await?;
        if let Some(ended) = EnrolmentOutcome::before(adding) {
            return Ok(ended);
        }
        let Some(waiting) = self.handed_app(visit, session).await? else {
            return Ok(EnrolmentOutcome::Expired);
        };
        let charged = (AuthenticatorKind::Totp, ENROLMENT_BUDGET);
        let subject = &session.record.subject;
        if let Some(ended) = self.charge_enrolment(visit, subject, charged).await? {
            return Ok(ended);
        }
        let Some(step) = self.first_step(visit, subject, (&waiting.key, typed)).await? else {
            return Ok(EnrolmentOutcome::Wrong);
        };
        let credential = Credential::Totp(TotpCredential { key: waiting.key, last_step: step });
        let app = self.authenticator("", credential)?;
        let event = self.proof_by(&app);
        let order = Some(waiting.id.as_str());
        Ok(self.bind_as(visit, session, (app, order), event).await?.into())
    }
}

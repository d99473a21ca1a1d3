//! Setting up an authenticator app: confirmed by its first code.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::change::Adding;
use super::change::Bound;
use super::change::NewCodes;
use super::guard::Hashed;
use super::verify::Verified;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::backup_code;
use crate::authenticator::totp;
use crate::authenticator::totp::PENDING_LIFETIME;
use crate::authenticator::totp::PendingTotp;
use crate::authenticator::totp::TotpCredential;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::metrics::SignInOutcome;
use crate::secret::Secret;
use crate::session::SessionToken;
use crate::subject::SubjectId;

/// Where attempts to confirm a new app are charged: the account, whichever key is being confirmed.
pub(super) const ENROLMENT_BUDGET: &str = "enrolment";

/// What the page of a new app shows.
#[derive(Debug)]
pub enum EnrolmentPage {
    /// The key, to be scanned or typed.
    Show {
        /// In groups of four.
        key_text: Zeroizing<String>,
        /// For the QR code and for a link on the phone itself.
        uri: Zeroizing<String>,
        /// The name the app will show.
        account: String,
        /// The service the app will show.
        issuer: String,
    },
    /// Another one needs a fresh proof first.
    NeedProof,
    /// The window for binding on the password alone is over, or there are enough of them.
    Closed,
    /// The session ended meanwhile.
    SessionOver,
}

/// How confirming a new app ended.
#[derive(Debug)]
pub enum EnrolmentOutcome {
    /// Bound; the session rose.
    Enrolled {
        /// The new cookie's value.
        token: SessionToken,
        /// The backup codes that come with a first authenticator, shown once.
        codes: Option<NewCodes>,
    },
    /// Wrong code; the same key may be confirmed with the next one.
    Wrong,
    /// Not verified: too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// The key was shown too long ago, or never; or the app that was handed over is void.
    Expired,
    /// The account has an app already.
    Already,
    /// The window is over, or too many attempts failed.
    Closed,
    /// Too many people at once.
    Busy,
    /// The session ended meanwhile.
    SessionOver,
}

impl From<Bound> for EnrolmentOutcome {
    fn from(bound: Bound) -> Self {
        match bound {
            Bound::Done { token, codes } => Self::Enrolled { token, codes },
            Bound::Already => Self::Already,
            Bound::Taken | Bound::Closed => Self::Closed,
            Bound::Busy => Self::Busy,
            Bound::Void => Self::Expired,
            Bound::SessionOver => Self::SessionOver,
        }
    }
}

impl EnrolmentOutcome {
    /// How it ended before anything was tried, where none may be set up now.
    pub(super) const fn before(adding: Adding) -> Option<Self> {
        match adding {
            Adding::First | Adding::Further => None,
            Adding::NeedProof => Some(Self::Already),
            Adding::Closed => Some(Self::Closed),
        }
    }
}

impl Ceremonies {
    /// The key of a new app: made once, and shown until it is confirmed or too old.
    ///
    /// # Errors
    /// When something needed fails.
    pub async fn begin_enrolment(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
    ) -> Result<EnrolmentPage, CeremonyError> {
        match self.adding(visit, session, AuthenticatorKind::Totp).await? {
            Adding::First | Adding::Further => {}
            Adding::NeedProof => return Ok(EnrolmentPage::NeedProof),
            Adding::Closed => return Ok(EnrolmentPage::Closed),
        }
        let pending = match self.fresh_pending(session) {
            Some(pending) => pending,
            None => match self.new_pending(session).await? {
                Some(pending) => pending,
                None => return Ok(EnrolmentPage::SessionOver),
            },
        };
        let issuer = self.settings.totp_issuer.clone();
        let account = session.profile.login.name().to_owned();
        Ok(EnrolmentPage::Show {
            key_text: Zeroizing::new(totp::key_text(&pending.key)),
            uri: Zeroizing::new(totp::uri(&pending.key, &issuer, &account)?),
            account,
            issuer,
        })
    }

    /// Confirms a new app by its first code and binds it together with ten backup codes.
    ///
    /// # Errors
    /// When something needed fails: nothing is bound.
    pub async fn finish_enrolment(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        typed: &str,
    ) -> Result<EnrolmentOutcome, CeremonyError> {
        let subject = &session.record.subject;
        let adding = self.adding(visit, session, AuthenticatorKind::Totp).await?;
        if let Some(ended) = EnrolmentOutcome::before(adding) {
            return Ok(ended);
        }
        let Some(pending) = self.fresh_pending(session) else {
            return Ok(EnrolmentOutcome::Expired);
        };
        let charged = (AuthenticatorKind::Totp, ENROLMENT_BUDGET);
        if let Some(ended) = self.charge_enrolment(visit, subject, charged).await? {
            return Ok(ended);
        }
        let Some(step) = self.first_step(visit, subject, (&pending.key, typed)).await? else {
            return Ok(EnrolmentOutcome::Wrong);
        };
        self.bind_app(visit, session, pending, step).await
    }

    /// The time step of the first code of a key; none when it is wrong, which is recorded.
    pub(super) async fn first_step(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        (key, typed): (&Secret<Vec<u8>>, &str),
    ) -> Result<Option<u64>, CeremonyError> {
        let wall = self.parts.clock.wall();
        let step = match totp::canonical_code(typed) {
            Some(code) => totp::matching_step(key, &code, wall)?,
            None => None,
        };
        if step.is_none() {
            self.parts.metrics.proof(AuthenticatorKind::Totp, SignInOutcome::Wrong);
            let event = self.event(AuditKind::ProofRefused, visit, subject);
            self.parts.store.record(event.with("reason", "enrolment_code")).await?;
        }
        Ok(step)
    }

    async fn bind_app(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        pending: PendingTotp,
        step: u64,
    ) -> Result<EnrolmentOutcome, CeremonyError> {
        let credential = Credential::Totp(TotpCredential { key: pending.key, last_step: step });
        let app = self.authenticator("", credential)?;
        let event = self.proof_by(&app);
        Ok(self.bind(visit, session, app, event).await?.into())
    }

    /// Charges an attempt to set something up; none when it may be verified.
    pub(super) async fn charge_enrolment(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        charged: (AuthenticatorKind, &str),
    ) -> Result<Option<EnrolmentOutcome>, CeremonyError> {
        Ok(match self.charge(visit, subject, charged).await? {
            None => None,
            Some(Verified::Wait(until)) => Some(EnrolmentOutcome::Wait { until }),
            Some(_) => Some(EnrolmentOutcome::Closed),
        })
    }

    /// A new set of codes, not yet stored, and its print form; none: too busy.
    pub(super) async fn make_codes(
        &self,
    ) -> Result<Option<(Authenticator, Vec<Zeroizing<String>>)>, CeremonyError> {
        let (entropy, reveal) = (Arc::clone(&self.parts.entropy), self.settings.reveal);
        let made = self.guard.hash(move || backup_code::generate(entropy.as_ref(), reveal)).await?;
        let Hashed::Done(made) = made else {
            return Ok(None);
        };
        let (set, shown) = made?;
        Ok(Some((self.authenticator("", Credential::BackupCodes(set))?, shown)))
    }

    fn fresh_pending(&self, session: &LiveSession) -> Option<PendingTotp> {
        let now = self.parts.clock.now();
        let pending = session.pending_totp.lock().clone();
        pending.filter(|pending| now.since(pending.created) < PENDING_LIFETIME)
    }

    async fn new_pending(
        &self,
        session: &LiveSession,
    ) -> Result<Option<PendingTotp>, CeremonyError> {
        let pending = PendingTotp {
            key: totp::generate_key(self.parts.entropy.as_ref())?,
            created: self.parts.clock.now(),
        };
        let kept = self.parts.directory.keep_pending(session, pending.clone()).await?;
        Ok(kept.then_some(pending))
    }
}

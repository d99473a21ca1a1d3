//! Passkeys and security keys: proving oneself with one, and registering one.
//!
//! Whatever is wrong with an answer, its sender hears the same; the audit log has the reason.

use std::sync::Arc;

use super::Ceremonies;
use super::CeremonyError;
use super::EnrolmentOutcome;
use super::Visit;
use super::change::Adding;
use super::change::Bound;
use super::self_service::LONGEST_LABEL;
use super::verify::Verified;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::passkey::Backup;
use crate::authenticator::passkey::PasskeyCredential;
use crate::authenticator::passkey::PasskeyUse;
use crate::authenticator::passkey::Recognition;
use crate::canonical::Host;
use crate::directory::LiveSession;
use crate::metrics::SignInOutcome;
use crate::session::AuthnEvent;
use crate::session::Strength;
use crate::site::Site;
use crate::store::Acceptance;
use crate::subject::SubjectId;
use crate::webauthn;
use crate::webauthn::Asked;
use crate::webauthn::Assertion;
use crate::webauthn::Bearer;
use crate::webauthn::Party;
use crate::webauthn::Refused;
use crate::webauthn::Registrant;
use crate::webauthn::RelyingParty;
use crate::webauthn::Taken;
use crate::webauthn::UserHandle;

/// Passkeys of one account at most: enough for every device, and few enough to list.
const MOST: usize = 20;

/// Where registering is charged: the account, whichever key it is.
pub(super) const REGISTRATION_BUDGET: &str = "registration";

/// What the page that registers a passkey shows.
#[derive(Debug)]
pub enum PasskeyPage {
    /// The question to the browser.
    Show {
        /// For `navigator.credentials.create`, as JSON.
        options: String,
    },
    /// A fresh proof is needed first.
    NeedProof,
    /// None may be registered (any more).
    Closed,
}

/// What a passkey that answered was asked for: the party, the question, and where its challenge stood.
pub(super) struct Question {
    pub(super) party: Party,
    pub(super) bearer: Bearer,
}

impl Ceremonies {
    /// Whom passkeys are made for on this site; none: it has no passkeys.
    #[must_use]
    pub fn relying_party(&self, site: &Site) -> Option<&RelyingParty> {
        self.settings.relying_parties.get(site.name.as_str())
    }

    /// The relying party at the page that is open. The origin is the site's, at the host that was asked for.
    pub(super) fn party(&self, visit: &Visit<'_>) -> Option<Party> {
        let origin = origin_at(visit.site, visit.host)?;
        let party = self.relying_party(visit.site)?.at(&origin);
        party.inspect_err(|error| tracing::warn!(%error, "no passkeys at this page")).ok()
    }

    /// The question to a browser for a passkey of the person's, as JSON for `navigator.credentials.get`; none:
    /// there is none that works here.
    ///
    /// # Errors
    /// When the store does not answer, or a passkey cannot be read.
    pub async fn ask_for_passkey(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<Option<String>, CeremonyError> {
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        let Some(party) = self.party(visit) else {
            return Ok(None);
        };
        let held: Vec<&PasskeyCredential> =
            bound.iter().filter_map(|one| one.credential.passkey()).collect();
        let here: Vec<&PasskeyCredential> =
            held.into_iter().filter(|key| key.relying_party == party.settings().id).collect();
        if here.is_empty() {
            return Ok(None);
        }
        let (options, challenge, asked) = party.ask_for(&here)?;
        let now = self.parts.clock.now();
        self.challenges.put(challenge, bearer_of(session), Taken::Asked(Box::new(asked)), now);
        Ok(Some(options))
    }

    /// The question to the browser for a new passkey.
    ///
    /// # Errors
    /// When something needed fails.
    pub async fn begin_passkey(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<PasskeyPage, CeremonyError> {
        match self.adding(visit, session, AuthenticatorKind::Passkey).await? {
            Adding::First | Adding::Further => {}
            Adding::NeedProof => return Ok(PasskeyPage::NeedProof),
            Adding::Closed => return Ok(PasskeyPage::Closed),
        }
        let subject = &session.record.subject;
        let bound = self.parts.store.authenticators(subject).await?;
        let held: Vec<&PasskeyCredential> =
            bound.iter().filter_map(|one| one.credential.passkey()).collect();
        let Some(party) = self.party(visit).filter(|_| held.len() < MOST) else {
            return Ok(PasskeyPage::Closed);
        };
        let profile = &session.profile;
        let who = Registrant {
            handle: UserHandle::of(subject),
            login: profile.login.name(),
            name: &profile.name,
        };
        let (options, challenge, registration) = party.begin_registration(&who, &held)?;
        let (now, purpose) = (self.parts.clock.now(), Taken::Registration(Box::new(registration)));
        self.challenges.put(challenge, bearer_of(session), purpose, now);
        Ok(PasskeyPage::Show { options })
    }

    /// Binds the passkey that a browser made, under the person's name for it.
    ///
    /// # Errors
    /// When something needed fails: nothing is bound.
    pub async fn finish_passkey(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        answer: &str,
        label: &str,
    ) -> Result<EnrolmentOutcome, CeremonyError> {
        let subject = &session.record.subject;
        let adding = self.adding(visit, session, AuthenticatorKind::Passkey).await?;
        if let Some(ended) = EnrolmentOutcome::before(adding) {
            return Ok(ended);
        }
        let charged = (AuthenticatorKind::Passkey, REGISTRATION_BUDGET);
        if let Some(ended) = self.charge_enrolment(visit, subject, charged).await? {
            return Ok(ended);
        }
        let (key, strength) = match self.registered(visit, session, answer) {
            Ok(registered) => registered,
            Err(refused) => {
                self.parts.metrics.proof(AuthenticatorKind::Passkey, SignInOutcome::Wrong);
                let event = self
                    .event(AuditKind::ProofRefused, visit, subject)
                    .with("method", AuthenticatorKind::Passkey.name())
                    .with("reason", refused.name())
                    .with("act", "registration");
                self.parts.store.record(event).await?;
                return Ok(EnrolmentOutcome::Wrong);
            }
        };
        let new = self.authenticator(&tidy(label), Credential::Passkey(Box::new(key)))?;
        let event = AuthnEvent { strength, ..self.proof_by(&new) };
        let bound = self.bind(visit, session, new, event).await?;
        // Somebody has this very key: who tries to register it learns nothing about whom.
        let is_taken = matches!(bound, Bound::Taken);
        Ok(if is_taken { EnrolmentOutcome::Wrong } else { bound.into() })
    }

    fn registered(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        answer: &str,
    ) -> Result<(PasskeyCredential, Strength), Refused> {
        let party = self.party(visit).ok_or(Refused::RelyingParty)?;
        let challenge = webauthn::registration_challenge(answer)?;
        let now = self.parts.clock.now();
        let taken = self.challenges.take(&challenge, &bearer_of(session), now);
        let Some(Taken::Registration(registration)) = taken else {
            return Err(Refused::Challenge);
        };
        let key = party.finish_registration(&registration, answer)?;
        let used =
            PasskeyUse { counter: key.counter, backup: key.backup, recognition: key.recognition };
        let strength = strength(party.settings(), &key, used);
        Ok((key, strength))
    }

    /// Against the passkeys of the person's. All of them share one budget.
    pub(super) async fn verify_passkey(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        bound: &[Authenticator],
        answer: &str,
    ) -> Result<Verified, CeremonyError> {
        let subject = &session.record.subject;
        let mut held = bound.iter().filter(|one| one.credential.passkey().is_some());
        let Some(first) = held.next() else {
            return Ok(Verified::NotOffered);
        };
        let charged = (AuthenticatorKind::Passkey, first.budget());
        if let Some(refused) = self.charge(visit, subject, charged).await? {
            return Ok(refused);
        }
        let Some(party) = self.party(visit) else {
            return Ok(Verified::NotOffered);
        };
        let question = Question { party, bearer: bearer_of(session) };
        let assertion = match Assertion::read(answer) {
            Ok(assertion) => assertion,
            Err(refused) => return Ok(Verified::Refused(refused.name())),
        };
        let now = self.parts.clock.now();
        let Some(taken) = self.challenges.take(assertion.challenge(), &question.bearer, now) else {
            return Ok(Verified::Refused(Refused::Challenge.name()));
        };
        match checked((&question, taken), &assertion, subject, bound) {
            Ok((authenticator, key, used)) => {
                let strength = strength(question.party.settings(), key, used);
                self.accept_passkey(visit, (subject, authenticator), used, strength).await
            }
            Err(refused) => Ok(Verified::Refused(refused.name())),
        }
    }

    /// Takes note of the use, durably.
    pub(super) async fn accept_passkey(
        &self,
        visit: &Visit<'_>,
        (subject, authenticator): (&SubjectId, &Authenticator),
        used: PasskeyUse,
        strength: Strength,
    ) -> Result<Verified, CeremonyError> {
        let audit = self
            .event(AuditKind::ProofAccepted, visit, subject)
            .with("method", AuthenticatorKind::Passkey.name())
            .with("authenticator", &authenticator.id)
            .with("user_verified", used.recognition == Recognition::Verified);
        let accepted =
            self.parts.store.accept_passkey(subject, &authenticator.id, used, audit).await?;
        Ok(match accepted {
            Acceptance::Accepted => Verified::Accepted {
                event: AuthnEvent { strength, ..self.proof_by(authenticator) },
                codes_left: None,
            },
            // A rival with the same counter was faster: one of the two may be a copy.
            Acceptance::Spent => Verified::Refused(Refused::Counter.name()),
            Acceptance::Gone | Acceptance::Taken(_) => Verified::NotOffered,
        })
    }
}

/// Finds the passkey among these, and verifies the answer to a question that was taken.
pub(super) fn checked<'b>(
    (question, taken): (&Question, Taken),
    assertion: &Assertion,
    subject: &SubjectId,
    bound: &'b [Authenticator],
) -> Result<(&'b Authenticator, &'b PasskeyCredential, PasskeyUse), Refused> {
    let Taken::Asked(asked) = taken else {
        return Err(Refused::Challenge);
    };
    let asked: Asked = *asked;
    let (authenticator, key) = bound
        .iter()
        .filter_map(|one| Some((one, one.credential.passkey()?)))
        .find(|(_, key)| key.id == assertion.credential_id())
        .ok_or(Refused::UnknownCredential)?;
    let handle = UserHandle::of(subject);
    let used = question.party.verify(asked, assertion, key, &handle)?;
    Ok((authenticator, key, used))
}

/// How much a use of a passkey proves.
pub(super) fn strength(
    party: &RelyingParty,
    key: &PasskeyCredential,
    used: PasskeyUse,
) -> Strength {
    let vouched = || party.roots.as_ref().is_some_and(|roots| roots.vouch_for(key));
    match (used.recognition, used.backup) {
        (Recognition::Present, _) => Strength::UserPresent,
        (Recognition::Verified, Backup::Eligible | Backup::BackedUp) => Strength::UserVerified,
        (Recognition::Verified, Backup::DeviceBound) if vouched() => Strength::AttestedVerified,
        (Recognition::Verified, Backup::DeviceBound) => Strength::DeviceBoundVerified,
    }
}

fn bearer_of(session: &LiveSession) -> Bearer {
    Bearer::Session(session.key.bytes().to_vec())
}

/// The origin that a browser shows for a site at one of its hosts: scheme and port are the site's.
fn origin_at(site: &Site, host: &str) -> Option<String> {
    let host = Host::parse(host)?;
    let (scheme, authority) = site.origin.split_once("://")?;
    let port = authority.strip_prefix(site.host())?;
    Some(format!("{scheme}://{host}{port}"))
}

/// A name that fits on one line.
fn tidy(label: &str) -> String {
    let label: String = label.chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect();
    label.trim().to_owned()
}

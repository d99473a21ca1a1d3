//! Signing in with a passkey alone: it says whose it is, and has to have recognised them.
//!
//! Nothing tells an answer by nobody's key from a wrong one by somebody's, but for the time of a write; and
//! nobody can name a key without holding it, or the gateway's records.

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::passkey;
use super::passkey::Question;
use super::passkey::checked;
use super::verify::Verified;
use crate::audit::Actor;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::passkey::Recognition;
use crate::clock::Timestamp;
use crate::enforcement::Person;
use crate::metrics::SignInOutcome;
use crate::session::AuthnEvent;
use crate::session::SessionToken;
use crate::site::FirstFactor;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::SubjectId;
use crate::throttle::Charge;
use crate::webauthn::Assertion;
use crate::webauthn::Bearer;
use crate::webauthn::Passwordless;
use crate::webauthn::Refused;
use crate::webauthn::Taken;

/// How signing in with a passkey alone ended.
#[derive(Debug)]
pub enum PasskeySignIn {
    /// Right: a session at the second level is open.
    Opened {
        /// The new cookie's value.
        token: SessionToken,
    },
    /// Refused, whatever was wrong.
    Wrong,
    /// Not verified: too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
}

/// A passkey that was not accepted: whose it claims to be, if it is somebody's, and why.
struct Rejected {
    subject: Option<SubjectId>,
    reason: &'static str,
}

impl Rejected {
    const fn of(subject: SubjectId, reason: &'static str) -> Self {
        Self { subject: Some(subject), reason }
    }

    const fn nobody(refused: Refused) -> Self {
        Self { subject: None, reason: refused.name() }
    }
}

/// What an answer came to, when nothing failed.
enum Checked {
    Accepted(SubjectId, AuthnEvent),
    Rejected(Rejected),
    Wait(Timestamp),
}

impl Ceremonies {
    /// The question to a browser whose person has not said who they are, as JSON for
    /// `navigator.credentials.get`; none: here a passkey does not stand for a password.
    ///
    /// # Errors
    /// When no question can be made.
    pub fn ask_anybody(
        &self,
        visit: &Visit<'_>,
        visitor: &str,
    ) -> Result<Option<String>, CeremonyError> {
        let Some(question) = self.anybody(visit, visitor) else {
            return Ok(None);
        };
        let (options, challenge, asked) = question.party.ask_anybody()?;
        let now = self.parts.clock.now();
        self.challenges.put(challenge, question.bearer, Taken::Asked(Box::new(asked)), now);
        Ok(Some(options))
    }

    fn anybody(&self, visit: &Visit<'_>, visitor: &str) -> Option<Question> {
        // Elsewhere the console must be told a password, or has the page for it.
        if !matches!(visit.site.first_factor, FirstFactor::Accounts) {
            return None;
        }
        let is_on = self.settings.enabled.contains(AuthenticatorKind::Passkey)
            && self.relying_party(visit.site)?.passwordless == Passwordless::On;
        let bearer = Bearer::Visitor { id: visitor.to_owned(), network: visit.client };
        is_on.then_some(Question { party: self.party(visit)?, bearer })
    }

    /// Verifies a passkey and opens a session with it alone.
    ///
    /// # Errors
    /// When something needed fails: nobody is signed in.
    pub async fn sign_in_by_passkey(
        &self,
        visit: &Visit<'_>,
        visitor: &str,
        answer: &str,
    ) -> Result<PasskeySignIn, CeremonyError> {
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            self.parts.metrics.proof(AuthenticatorKind::Passkey, SignInOutcome::Throttled);
            return Ok(PasskeySignIn::Wait { until });
        }
        let checked = match (Assertion::read(answer), self.anybody(visit, visitor)) {
            (Err(refused), _) => Checked::Rejected(Rejected::nobody(refused)),
            (Ok(_), None) => Checked::Rejected(Rejected::nobody(Refused::RelyingParty)),
            (Ok(assertion), Some(question)) => {
                self.check_anybody(visit, &question, &assertion).await?
            }
        };
        let (outcome, ended) = match checked {
            Checked::Accepted(subject, event) => {
                if let Some(token) = self.open(visit, &subject, event).await? {
                    (SignInOutcome::Accepted, PasskeySignIn::Opened { token })
                } else {
                    self.reject(visit, Rejected::of(subject, "account")).await?;
                    (SignInOutcome::Wrong, PasskeySignIn::Wrong)
                }
            }
            Checked::Rejected(rejected) => {
                self.reject(visit, rejected).await?;
                (SignInOutcome::Wrong, PasskeySignIn::Wrong)
            }
            Checked::Wait(until) => (SignInOutcome::Throttled, PasskeySignIn::Wait { until }),
        };
        self.parts.metrics.proof(AuthenticatorKind::Passkey, outcome);
        Ok(ended)
    }

    async fn check_anybody(
        &self,
        visit: &Visit<'_>,
        question: &Question,
        assertion: &Assertion,
    ) -> Result<Checked, CeremonyError> {
        let holder = self.parts.store.passkey_holder(assertion.credential_id()).await?;
        let Some(subject) = holder else {
            // Its challenge is used up like that of any other answer.
            let now = self.parts.clock.now();
            let taken = self.challenges.take(assertion.challenge(), &question.bearer, now);
            let refused =
                if taken.is_some() { Refused::UnknownCredential } else { Refused::Challenge };
            return Ok(Checked::Rejected(Rejected::nobody(refused)));
        };
        // Whoever asked no question spends nobody's budget.
        let now = self.parts.clock.now();
        let Some(taken) = self.challenges.take(assertion.challenge(), &question.bearer, now) else {
            return Ok(Checked::Rejected(Rejected::of(subject, Refused::Challenge.name())));
        };
        let charged = (AuthenticatorKind::Passkey, AuthenticatorKind::Passkey.name());
        match self.charge(visit, &subject, charged).await? {
            None => {}
            Some(Verified::Wait(until)) => return Ok(Checked::Wait(until)),
            Some(_) => return Ok(Checked::Rejected(Rejected::of(subject, "disabled"))),
        }
        let account = self.parts.store.account(&subject).await?;
        if !account.is_some_and(|account| self.may_use_passkeys(visit, &account)) {
            return Ok(Checked::Rejected(Rejected::of(subject, "not_allowed")));
        }
        let bound = self.parts.store.authenticators(&subject).await?;
        let (authenticator, used, strength) =
            match checked((question, taken), assertion, &subject, &bound) {
                Ok((_, _, used)) if used.recognition != Recognition::Verified => {
                    let refused = Refused::NoVerification.name();
                    return Ok(Checked::Rejected(Rejected::of(subject, refused)));
                }
                Ok((authenticator, key, used)) => {
                    let strength = passkey::strength(question.party.settings(), key, used);
                    (authenticator, used, strength)
                }
                Err(refused) => {
                    return Ok(Checked::Rejected(Rejected::of(subject, refused.name())));
                }
            };
        let accepted =
            self.accept_passkey(visit, (&subject, authenticator), used, strength).await?;
        Ok(match accepted {
            Verified::Accepted { event, .. } => Checked::Accepted(subject, event),
            Verified::Refused(reason) => Checked::Rejected(Rejected::of(subject, reason)),
            Verified::Wrong
            | Verified::Spent
            | Verified::Wait(_)
            | Verified::Disabled
            | Verified::NotOffered
            | Verified::Busy => Checked::Rejected(Rejected::of(subject, "not_bound")),
        })
    }

    /// Whether the account may use this kind here.
    fn may_use_passkeys(&self, visit: &Visit<'_>, account: &Account) -> bool {
        let person = Person {
            site: visit.site.name.as_str(),
            profile: &account.profile,
            terms: &account.terms,
            client: Some(visit.client),
        };
        self.rulebook.asked(&person).allowed.contains(AuthenticatorKind::Passkey)
    }

    /// Opens a session of an account that may have one.
    async fn open(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        event: AuthnEvent,
    ) -> Result<Option<SessionToken>, CeremonyError> {
        let account = self.parts.store.account(subject).await?;
        let Some(account) = account.filter(|account| account.state == AccountState::Active) else {
            return Ok(None);
        };
        self.guard.settle_network(visit.client);
        let token = SessionToken::generate(self.parts.entropy.as_ref())?;
        let mut record = self.first_record(visit, &account, vec![event])?;
        self.stamp_device(visit, &account, &mut record).await?;
        let audit = self
            .event(AuditKind::SessionOpened, visit, subject)
            .with("sid", &record.handle)
            .with("method", AuthenticatorKind::Passkey.name());
        let opened = self.parts.directory.open(&token, record, &account, audit).await?;
        Ok(opened.map(|_| token))
    }

    async fn reject(&self, visit: &Visit<'_>, rejected: Rejected) -> Result<(), CeremonyError> {
        let actor = rejected.subject.map_or(Actor::Unknown, |id| Actor::Subject { id });
        let event = self
            .event_by(AuditKind::ProofRefused, visit, actor)
            .with("method", AuthenticatorKind::Passkey.name())
            .with("reason", rejected.reason);
        self.tell_refusal(event).await
    }
}

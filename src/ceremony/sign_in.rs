//! The first step: login name and password.
//!
//! Every cause of failure looks alike in words, status and cost: an unknown name is
//! charged, hashed and written like a known one.

use std::sync::Arc;

use ring::digest;

use super::Ceremonies;
use super::CeremonyError;
use super::RightPassword;
use super::Visit;
use super::guard::Hashed;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::console_login::Further;
use crate::enforcement::Entry;
use crate::entropy;
use crate::metrics::SignInOutcome;
use crate::password;
use crate::password::Cost;
use crate::secret::Secret;
use crate::session::AuthnEvent;
use crate::session::OpenedFrom;
use crate::session::SessionRecord;
use crate::session::SessionToken;
use crate::store::BudgetKey;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::SubjectId;
use crate::throttle;
use crate::throttle::Charge;

/// How giving a password ended.
#[derive(Debug)]
pub enum SignIn {
    /// Right: a session at the first level is open.
    Opened {
        /// The new cookie's value.
        token: SessionToken,
        /// What comes next.
        next: NextStep,
    },
    /// Right, but no session is opened before another password is chosen.
    MustChange(RightPassword),
    /// Wrong, whatever was wrong.
    Wrong,
    /// Not verified: too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// Not verified: too many people at once.
    Busy,
    /// Right, but nothing is bound and nothing may be bound (any more).
    EnrolmentClosed,
}

/// A browser in which an account signed in before. Whoever makes one has verified that its two parts
/// belong together: nobody may pick an id for an account, or they would have as many budgets as ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBrowser {
    /// Who signed in.
    pub subject: SubjectId,
    /// The browser's id.
    pub browser: String,
}

/// What follows the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// A second factor.
    SecondFactor,
    /// Binding the first authenticator.
    Enrol,
    /// Binding it, or putting that off.
    Offer,
    /// Nothing: the password was all.
    Free,
    /// A recovery code, to bind the first authenticator with.
    RecoveryCode,
}

impl NextStep {
    /// What follows for an account without a second factor. One that is denied got no session; should it have one,
    /// nothing can be proved with it.
    pub(super) const fn of(entry: Entry) -> Self {
        match entry {
            Entry::Free | Entry::Dormant => Self::Free,
            Entry::Offered { .. } => Self::Offer,
            Entry::Enrol => Self::Enrol,
            Entry::RecoveryCode | Entry::Denied => Self::RecoveryCode,
        }
    }
}

impl Ceremonies {
    /// Verifies login name and password, and opens a session at the first level. In a browser that is
    /// `known` to the account the attempt is charged to a budget of that browser's own.
    ///
    /// # Errors
    /// When something needed fails: nobody is signed in.
    pub async fn sign_in(
        &self,
        visit: &Visit<'_>,
        typed: &str,
        password: &Secret<String>,
        known: Option<&KnownBrowser>,
    ) -> Result<SignIn, CeremonyError> {
        let outcome = self.try_sign_in(visit, typed, password, known).await?;
        self.parts.metrics.proof(
            AuthenticatorKind::Password,
            match &outcome {
                SignIn::Opened { .. } | SignIn::MustChange(_) | SignIn::EnrolmentClosed => {
                    SignInOutcome::Accepted
                }
                SignIn::Wrong => SignInOutcome::Wrong,
                SignIn::Wait { .. } => SignInOutcome::Throttled,
                SignIn::Busy => SignInOutcome::Busy,
            },
        );
        Ok(outcome)
    }

    async fn try_sign_in(
        &self,
        visit: &Visit<'_>,
        typed: &str,
        password: &Secret<String>,
        known: Option<&KnownBrowser>,
    ) -> Result<SignIn, CeremonyError> {
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(SignIn::Wait { until });
        }
        if password.expose().is_empty() || password.expose().len() > password::MAX_BYTES {
            return Ok(SignIn::Wrong);
        }
        let account = match LoginName::parse(typed) {
            Ok(login) => self.parts.store.account_by_login(&login).await?,
            Err(_) => None,
        };
        let key = account.as_ref().map(|account| budget_of(&account.id, known));
        let charge = match (&account, &key) {
            (Some(account), Some(key)) => {
                let audit = self
                    .event(AuditKind::ProofRefused, visit, &account.id)
                    .with("method", AuthenticatorKind::Password.name());
                self.parts.store.charge(key, &throttle::PASSWORD, now, Some(audit)).await?
            }
            _ => self.charge_nobody(typed, now).await?,
        };
        match charge {
            Charge::Granted => {}
            Charge::Wait(until) => return Ok(SignIn::Wait { until }),
            Charge::Disabled => return Ok(SignIn::Wrong),
        }
        let wrong = (AuthenticatorKind::Password, None);
        match self.verify_password(account.as_ref(), password).await? {
            Hashed::Busy => Ok(SignIn::Busy),
            Hashed::Done(false) => self.first_factor_refused(visit, account.as_ref(), wrong).await,
            Hashed::Done(true) => match (account, key) {
                (Some(account), Some(key)) if account.state == AccountState::Active => {
                    self.own_password_accepted(visit, &account, &key).await
                }
                (other, _) => self.first_factor_refused(visit, other.as_ref(), wrong).await,
            },
        }
    }

    pub(super) async fn charge_nobody(
        &self,
        typed: &str,
        now: Timestamp,
    ) -> Result<Charge, CeremonyError> {
        let name = LoginName::parse(typed).map_or_else(|_| typed.to_owned(), String::from);
        let (charge, number) = self.guard.charge_nobody(&name, now);
        let rule = throttle::Rule { burst: u32::MAX, slow_after: u32::MAX, ..throttle::PASSWORD };
        self.parts.store.charge(&BudgetKey::Nobody(number), &rule, now, None).await?;
        Ok(charge)
    }

    async fn verify_password(
        &self,
        account: Option<&Account>,
        password: &Secret<String>,
    ) -> Result<Hashed<bool>, CeremonyError> {
        let stored = account.and_then(|account| account.password.expose().clone());
        self.verify_stored(stored, password).await
    }

    /// Whether a password is the one that was hashed; as much work where there is none.
    pub(super) async fn verify_stored(
        &self,
        stored: Option<String>,
        password: &Secret<String>,
    ) -> Result<Hashed<bool>, CeremonyError> {
        let password = password.clone();
        let work = move || match stored {
            Some(stored) => password::verify(password.expose(), &stored),
            None => password::verify_nothing(password.expose(), Cost::Password).map(|()| false),
        };
        Ok(self.guard.hash(work).await?.transpose()?)
    }

    pub(super) async fn first_factor_refused(
        &self,
        visit: &Visit<'_>,
        account: Option<&Account>,
        (kind, reason): (AuthenticatorKind, Option<&str>),
    ) -> Result<SignIn, CeremonyError> {
        let actor = account.map_or(Actor::Unknown, |a| Actor::Subject { id: a.id.clone() });
        let event = self.event_by(AuditKind::ProofRefused, visit, actor);
        let mut event = event.with("method", kind.name());
        if let Some(reason) = reason {
            event = event.with("reason", reason);
        }
        self.tell_refusal(event).await?;
        Ok(SignIn::Wrong)
    }

    /// Writes down that a proof was refused. What nobody can be called to account for is counted, not written each time
    /// but takes as long: whether a name has an account must not be told by the clock.
    pub(super) async fn tell_refusal(&self, event: AuditEvent) -> Result<(), CeremonyError> {
        if event.actor == Actor::Unknown {
            self.parts.refusals.note_stranger(event);
            self.parts.store.probe().await?;
        } else {
            self.parts.store.record(event).await?;
        }
        Ok(())
    }

    /// The gateway's own password was right: with it a session, or another password first.
    async fn own_password_accepted(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        charged: &BudgetKey,
    ) -> Result<SignIn, CeremonyError> {
        let right = account.must_change.and_then(|_| RightPassword::of(account));
        let Some(right) = right else {
            return self.password_accepted(visit, account, charged).await;
        };
        self.parts.store.settle(charged).await?;
        self.guard.settle_network(visit.client);
        let event = self.event(AuditKind::ProofAccepted, visit, &account.id);
        let event = event.with("method", AuthenticatorKind::Password.name());
        self.parts.store.record(event.with("reason", "must_change")).await?;
        if !self.has_second_factor(account).await? {
            return Ok(SignIn::MustChange(right));
        }
        // Whoever knows the password alone must not put another in its place.
        self.begin_change(visit, account).await
    }

    pub(super) async fn password_accepted(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        charged: &BudgetKey,
    ) -> Result<SignIn, CeremonyError> {
        self.parts.store.settle(charged).await?;
        self.guard.settle_network(visit.client);
        self.first_factor_given(visit, account, (&[AuthenticatorKind::Password], Further::Asked))
            .await
    }

    /// Opens a session for somebody who has given their first factor: with one proof, or with several elsewhere.
    pub(super) async fn first_factor_given(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        (kinds, further): (&[AuthenticatorKind], Further),
    ) -> Result<SignIn, CeremonyError> {
        let now = self.parts.clock.now();
        let events = kinds.iter().map(|kind| AuthnEvent::of(*kind, None, now)).collect();
        self.proofs_given(visit, account, (events, further)).await
    }

    /// The same with proofs that were given already.
    pub(super) async fn proofs_given(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        (events, further): (Vec<AuthnEvent>, Further),
    ) -> Result<SignIn, CeremonyError> {
        let now = self.parts.clock.now();
        let method = events.last().map_or("", |event| event.kind.name());
        let place = (visit.site.name.as_str(), visit.client);
        let entry = self.entry_after(&events, account, place);
        if further == Further::Asked && self.is_closed(account, entry).await? {
            let event = self.event(AuditKind::ProofRefused, visit, &account.id);
            self.parts.store.record(event.with("reason", "enrolment_closed")).await?;
            return Ok(SignIn::EnrolmentClosed);
        }
        let token = SessionToken::generate(self.parts.entropy.as_ref())?;
        let mut record = self.first_record(visit, account, events)?;
        self.stamp_device(visit, account, &mut record).await?;
        let audit = self
            .event(AuditKind::SessionOpened, visit, &account.id)
            .with("sid", &record.handle)
            .with("method", method);
        let Some(live) = self.parts.directory.open(&token, record, account, audit).await? else {
            return Ok(SignIn::Wrong);
        };
        let next = match further {
            Further::NotAsked => NextStep::Free,
            Further::Asked if live.record.enrolled => NextStep::SecondFactor,
            Further::Asked => NextStep::of(entry),
        };
        // A password that was forgotten for long does not become a fresh one by being used.
        if matches!(next, NextStep::Free | NextStep::Offer) && entry != Entry::Dormant {
            self.parts.store.note_sign_in(&account.id, now).await?;
        }
        Ok(SignIn::Opened { token, next })
    }

    /// The record of a session that begins with these proofs.
    pub(super) fn first_record(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        events: Vec<AuthnEvent>,
    ) -> Result<SessionRecord, CeremonyError> {
        let (now, entropy) = (self.parts.clock.now(), Arc::clone(&self.parts.entropy));
        let known = visit.known.is_some_and(|known| known.subject == account.id);
        let opened_from = OpenedFrom { known, ..OpenedFrom::of(visit.user_agent, visit.location) };
        Ok(SessionRecord {
            handle: entropy::identifier(entropy.as_ref())?,
            site: visit.site.name.to_string(),
            subject: account.id.clone(),
            events,
            binding: entropy::identifier(entropy.as_ref())?,
            created: now,
            last_active: now,
            client: visit.client,
            opened_from,
            lost: None,
            pending_totp: None,
            enrolled: false, // The store decides.
            device: None,
        })
    }
}

/// What an attempt on this account is charged to. The browser's id is a secret of that browser, so only
/// its hash is kept.
pub(super) fn budget_of(subject: &SubjectId, known: Option<&KnownBrowser>) -> BudgetKey {
    match known.filter(|known| known.subject == *subject) {
        Some(known) => {
            let hash = digest::digest(&digest::SHA256, known.browser.as_bytes());
            BudgetKey::PasswordFrom(subject.clone(), entropy::lower_base32(hash.as_ref()))
        }
        None => BudgetKey::Password(subject.clone()),
    }
}

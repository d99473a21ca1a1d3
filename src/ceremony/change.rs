//! Changing what one proves oneself with: who may, and how a new authenticator is bound.
//!
//! A change needs a proof that is minutes old, as strong as the strongest that the account has: a stolen code
//! neither adds a key nor removes one.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::enrol::ENROLMENT_BUDGET;
use super::passkey::REGISTRATION_BUDGET;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::KindSet;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::entropy;
use crate::metrics::SignInOutcome;
use crate::session::AuthnEvent;
use crate::session::SessionToken;
use crate::session::Strength;
use crate::store::Acceptance;
use crate::store::BindOrder;
use crate::store::BudgetKey;
use crate::store::HandedOrder;
use crate::subject::SubjectId;

/// How old the proof may be that a change to one's account needs.
pub const CHANGE_WITHIN: Duration = Duration::from_mins(5);

/// What attempts to set something up are charged to; forgotten once it is.
const SET_UP_BUDGETS: [&str; 2] = [ENROLMENT_BUDGET, REGISTRATION_BUDGET];

/// Whether the person behind a session may set up an authenticator now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adding {
    /// Their first.
    First,
    /// Another one.
    Further,
    /// Another one, once they have given a proof for it.
    NeedProof,
    /// None: the window is over, or the kind is not allowed, or there are enough of it.
    Closed,
}

/// How binding an authenticator that proved itself ended.
#[derive(Debug)]
pub enum Bound {
    /// Bound, and the session rose.
    Done {
        /// The new cookie's value.
        token: SessionToken,
        /// Backup codes that came with it.
        codes: Option<NewCodes>,
    },
    /// It was somebody's first, but they have one by now.
    Already,
    /// It is, or its address is, somebody else's (S4.8). The audit log says whose.
    Taken,
    /// It may not be bound (any more).
    Closed,
    /// It was handed over, and is void by now.
    Void,
    /// Too many people at once.
    Busy,
    /// The session ended meanwhile.
    SessionOver,
}

/// A new set of backup codes.
#[derive(Debug)]
pub struct NewCodes {
    /// Names the set, to say later that it is stored.
    pub set: String,
    /// Ten codes, shown once.
    pub codes: Vec<Zeroizing<String>>,
}

impl Ceremonies {
    /// Whether the person behind a session may set up an authenticator of this kind now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn adding(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        kind: AuthenticatorKind,
    ) -> Result<Adding, CeremonyError> {
        let subject = &session.record.subject;
        let is_setup = AuthenticatorKind::SECOND_FACTORS.contains(&kind);
        if !is_setup || !self.allowed(visit, session).contains(kind) {
            return Ok(Adding::Closed);
        }
        let bound = self.parts.store.authenticators(subject).await?;
        if !bound.iter().any(Authenticator::is_second_factor) {
            let open = self.may_enrol(visit, session).await?;
            return Ok(if open { Adding::First } else { Adding::Closed });
        }
        if self.replaced(session, &bound).is_some() {
            return Ok(Adding::Further);
        }
        let alike = bound.iter().filter(|one| one.credential.kind() == kind).count();
        if kind == AuthenticatorKind::Totp && alike >= self.settings.apps_per_account {
            return Ok(Adding::Closed);
        }
        // A recovery code is for those who lost what they had.
        let fresh = session.record.is_for_enrolment() || self.is_fresh(session, &bound);
        Ok(if fresh { Adding::Further } else { Adding::NeedProof })
    }

    /// Whether the session has a proof that is recent and strong enough to change the account that holds these.
    #[must_use]
    pub fn is_fresh(&self, session: &LiveSession, bound: &[Authenticator]) -> bool {
        self.is_fresh_within(session, bound, CHANGE_WITHIN)
    }

    /// The same with a proof of this age at most.
    pub(super) fn is_fresh_within(
        &self,
        session: &LiveSession,
        bound: &[Authenticator],
        within: Duration,
    ) -> bool {
        let (now, events) = (self.parts.clock.now(), &session.record.events);
        if session.record.second_factor_time().is_none() {
            return false;
        }
        let needed = bound.iter().map(rank_held).max().unwrap_or(0);
        let recent = events.iter().filter(|event| now.since(event.at) < within);
        needed > 0 && recent.map(rank_given).max().unwrap_or(0) >= needed
    }

    /// Binds an authenticator that has just proved itself, with backup codes if it is the first, and raises the
    /// session by that proof.
    pub(super) async fn bind(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        new: Authenticator,
        event: AuthnEvent,
    ) -> Result<Bound, CeremonyError> {
        self.bind_as(visit, session, (new, None), event).await
    }

    /// The same; where it is an app that was handed over, that by its id, which must be somebody's first.
    pub(super) async fn bind_as(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        (new, handed): (Authenticator, Option<&str>),
        event: AuthnEvent,
    ) -> Result<Bound, CeremonyError> {
        let kind = new.credential.kind();
        let subject = &session.record.subject;
        let held = self.parts.store.authenticators(subject).await?;
        let lost = self.replaced(session, &held);
        let (order, codes) = match self.adding(visit, session, kind).await? {
            Adding::Closed | Adding::NeedProof => return Ok(Bound::Closed),
            Adding::Further if handed.is_some() => return Ok(Bound::Already),
            Adding::Further => match lost {
                Some(lost) => return self.replace(visit, session, &lost, new).await,
                None => (BindOrder::Further, None),
            },
            Adding::First => match self.first_order(visit, session, handed).await? {
                Some(first) => first,
                None => return Ok(Bound::Busy),
            },
        };
        let mut audit = self
            .event(AuditKind::AuthenticatorBound, visit, subject)
            .with("method", kind.name())
            .with("authenticator", &new.id);
        if let Some(app) = handed {
            audit = audit.with("handed", app);
        }
        match self.parts.store.bind(&session.key, new, order, audit).await? {
            Acceptance::Accepted => self.parts.directory.note_enrolled(subject).await?,
            Acceptance::Spent => return Ok(Bound::Already),
            Acceptance::Gone if handed.is_some() => return Ok(Bound::Void),
            Acceptance::Gone => return Ok(Bound::SessionOver),
            Acceptance::Taken(other) => return self.taken(visit, subject, kind, &other).await,
        }
        for name in SET_UP_BUDGETS {
            let key = BudgetKey::Authenticator(subject.clone(), name.to_owned());
            self.parts.store.settle(&key).await?;
        }
        if session.record.is_for_enrolment() {
            self.parts.directory.drop_others_of(subject, &session.key);
        }
        self.parts.metrics.proof(kind, SignInOutcome::Accepted);
        *session.pending_totp.lock() = None;
        Ok(match self.raise(visit, session, event).await? {
            Some(token) => Bound::Done { token, codes },
            None => Bound::SessionOver,
        })
    }

    /// How a first authenticator is bound, with its backup codes unless policy has none; none: too many people at once.
    async fn first_order(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        handed: Option<&str>,
    ) -> Result<Option<(BindOrder, Option<NewCodes>)>, CeremonyError> {
        let (set, shown) = if self.allowed(visit, session).contains(AuthenticatorKind::BackupCode) {
            let Some((set, codes)) = self.make_codes().await? else {
                return Ok(None);
            };
            let shown = NewCodes { set: set.id.clone(), codes };
            (Some(set), Some(shown))
        } else {
            (None, None)
        };
        let now = self.parts.clock.now();
        let order = match handed {
            Some(app) => BindOrder::Handed(HandedOrder { app: app.to_owned(), now, codes: set }),
            None => BindOrder::First(set),
        };
        Ok(Some((order, shown)))
    }

    /// What nobody else may have as well is somebody else's: whose, the audit log says (S4.8).
    pub(super) async fn taken(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        kind: AuthenticatorKind,
        other: &SubjectId,
    ) -> Result<Bound, CeremonyError> {
        let event = self.event(AuditKind::ProofRefused, visit, subject);
        let event = event.with("method", kind.name()).with("reason", "taken");
        self.parts.store.record(event.with("held_by", other.as_str())).await?;
        Ok(Bound::Taken)
    }

    /// A new authenticator, not yet stored.
    pub(super) fn authenticator(
        &self,
        label: &str,
        credential: Credential,
    ) -> Result<Authenticator, CeremonyError> {
        Ok(Authenticator {
            id: entropy::identifier(self.parts.entropy.as_ref())?,
            label: label.to_owned(),
            created: self.parts.clock.now(),
            last_used: None,
            credential,
        })
    }

    /// That an authenticator proved itself now.
    pub(super) fn proof_by(&self, authenticator: &Authenticator) -> AuthnEvent {
        let at: Timestamp = self.parts.clock.now();
        AuthnEvent::of(authenticator.credential.kind(), Some(authenticator.id.clone()), at)
    }
}

/// The kinds of proof that are strong enough to change an account that holds these.
pub(super) fn strong_enough(bound: &[Authenticator]) -> KindSet {
    let needed = bound.iter().map(rank_held).max().unwrap_or(0);
    let enough = |kind: &AuthenticatorKind| rank_of(*kind) >= needed;
    AuthenticatorKind::SECOND_FACTORS.into_iter().filter(enough).collect()
}

/// How strong a proof an account can give: what a relaying page gets nothing from, what reaches AAL2, what
/// does not.
const fn rank_of(kind: AuthenticatorKind) -> u8 {
    if kind.resists_phishing() {
        3
    } else if kind.steps_up() {
        2
    } else {
        1
    }
}

fn rank_held(authenticator: &Authenticator) -> u8 {
    if authenticator.is_second_factor() { rank_of(authenticator.credential.kind()) } else { 0 }
}

fn rank_given(event: &AuthnEvent) -> u8 {
    match event.kind {
        AuthenticatorKind::Passkey if event.strength == Strength::None => 0,
        AuthenticatorKind::Passkey
        | AuthenticatorKind::Totp
        | AuthenticatorKind::Sms
        | AuthenticatorKind::Email => rank_of(event.kind),
        AuthenticatorKind::Password
        | AuthenticatorKind::BackupCode
        | AuthenticatorKind::RecoveryCode
        | AuthenticatorKind::RememberedDevice
        | AuthenticatorKind::Federated
        | AuthenticatorKind::FederatedMfa => 0,
    }
}

//! The first owner: made with a token that only whoever runs the gateway can read, where there is no owner.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::guard::Hashed;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::password;
use crate::password::Cost;
use crate::password::Unacceptable;
use crate::secret::Secret;
use crate::store::FirstOwnerClaim;
use crate::subject;
use crate::subject::Account;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::SubjectId;
use crate::subject::first_owner::FirstOwnerOffer;
use crate::subject::first_owner::FirstOwnerToken;
use crate::throttle::Charge;

/// How long a token is good.
pub const FIRST_OWNER_WITHIN: Duration = Duration::from_hours(1);

/// What the log calls the token where others are called by their kind.
const METHOD: &str = "first_owner";

/// The first owner, as typed.
#[derive(Clone, Debug)]
pub struct TypedOwner {
    /// The token.
    pub token: FirstOwnerToken,
    /// Login name.
    pub login: String,
    /// Display name; empty: the login name.
    pub name: String,
    /// First password.
    pub password: Secret<String>,
    /// The same once more.
    pub again: Secret<String>,
}

/// How making the first owner ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstOwner {
    /// There is an owner, who signs in like anybody.
    Made,
    /// There is an owner already: nothing is offered any more.
    Gone,
    /// The token is not right, or its time is over.
    Wrong,
    /// The login name cannot be one.
    BadLogin,
    /// The login name is somebody's.
    LoginTaken,
    /// The display name cannot be shown.
    BadName,
    /// The two passwords are not the same.
    Unequal,
    /// The password may not be used, for this reason.
    Unacceptable(Unacceptable),
    /// Too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// Too many people at once.
    Busy,
}

impl Ceremonies {
    /// Keeps a token, where there is no owner, instead of any before; until when it is good. None: there is an owner.
    ///
    /// # Errors
    /// When the store does not answer: nobody can be made the owner.
    pub async fn offer_first_owner(
        &self,
        token: &FirstOwnerToken,
    ) -> Result<Option<Timestamp>, CeremonyError> {
        let expires = self.parts.clock.now().plus(FIRST_OWNER_WITHIN);
        let wall = self.parts.clock.wall();
        let audit = AuditEvent::new(wall, AuditKind::FirstOwnerOffered, Actor::Gateway);
        let offer = FirstOwnerOffer { hash: token.hash(), expires };
        let audit = audit.with("expires", expires);
        let offered = self.parts.store.offer_first_owner(offer, audit).await?;
        self.offers_owner.store(offered, Ordering::Release);
        Ok(offered.then_some(expires))
    }

    /// Whether a first owner can be made. Once there is one, however they came about, or the token's time is over, the
    /// store is not asked again.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn awaits_first_owner(&self) -> Result<bool, CeremonyError> {
        if !self.offers_owner.load(Ordering::Acquire) {
            return Ok(false);
        }
        let (offer, now) = (self.parts.store.first_owner_offer().await?, self.parts.clock.now());
        let awaits = offer.is_some_and(|offer| now < offer.expires);
        if !awaits {
            self.offers_owner.store(false, Ordering::Release);
        }
        Ok(awaits)
    }

    /// Makes the first owner. An attempt is charged as a wrong password is, whatever is wrong with it.
    ///
    /// # Errors
    /// When something needed fails: nobody is made anything.
    pub async fn make_first_owner(
        &self,
        visit: &Visit<'_>,
        typed: &TypedOwner,
    ) -> Result<FirstOwner, CeremonyError> {
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(FirstOwner::Wait { until });
        }
        let Some(offer) = self.parts.store.first_owner_offer().await? else {
            return Ok(FirstOwner::Gone);
        };
        if !offer.is_met_by(&typed.token.hash(), now) {
            return self.token_refused(visit).await;
        }
        let profile = match profile(typed) {
            Ok(profile) => profile,
            Err(wrong) => return Ok(wrong),
        };
        let (entropy, password) = (Arc::clone(&self.parts.entropy), typed.password.clone());
        let hash = move || password::hash(password.expose(), Cost::Password, entropy.as_ref());
        let hash = match self.guard.hash(hash).await?.transpose()? {
            Hashed::Busy => return Ok(FirstOwner::Busy),
            Hashed::Done(hash) => hash,
        };
        self.claim(visit, typed, (profile, hash)).await
    }

    async fn claim(
        &self,
        visit: &Visit<'_>,
        typed: &TypedOwner,
        (profile, hash): (Profile, String),
    ) -> Result<FirstOwner, CeremonyError> {
        let now = self.parts.clock.now();
        let id = SubjectId::generate(self.parts.entropy.as_ref())?;
        let audit = self
            .event_by(AuditKind::AccountCreated, visit, Actor::Unknown)
            .on(&id)
            .with("login", &profile.login)
            .with("role", subject::Role::Owner.name())
            .with("method", METHOD);
        let account = Account {
            password: Secret::new(Some(hash)),
            ..Account::new(id, profile, now, self.settings.enrolment_window)
        };
        let token = (typed.token.hash(), now);
        match self.parts.store.claim_first_owner(token, account, audit).await? {
            FirstOwnerClaim::Made => {
                self.offers_owner.store(false, Ordering::Release);
                self.guard.settle_network(visit.client);
                Ok(FirstOwner::Made)
            }
            FirstOwnerClaim::LoginTaken => Ok(FirstOwner::LoginTaken),
            FirstOwnerClaim::Refused if self.awaits_first_owner().await? => {
                self.token_refused(visit).await
            }
            FirstOwnerClaim::Refused => Ok(FirstOwner::Gone),
        }
    }

    async fn token_refused(&self, visit: &Visit<'_>) -> Result<FirstOwner, CeremonyError> {
        let event = self.event_by(AuditKind::ProofRefused, visit, Actor::Unknown);
        self.tell_refusal(event.with("method", METHOD)).await?;
        Ok(FirstOwner::Wrong)
    }
}

/// Who they will be, or what is wrong with that.
fn profile(typed: &TypedOwner) -> Result<Profile, FirstOwner> {
    let login = LoginName::parse(&typed.login).map_err(|_| FirstOwner::BadLogin)?;
    if typed.again.expose() != typed.password.expose() {
        return Err(FirstOwner::Unequal);
    }
    password::check_new(typed.password.expose(), login.name()).map_err(FirstOwner::Unacceptable)?;
    let mut profile = Profile::named(&login);
    let name = typed.name.trim();
    if !subject::is_plain_text(name) {
        return Err(FirstOwner::BadName);
    }
    if !name.is_empty() {
        name.clone_into(&mut profile.name);
    }
    Ok(profile)
}

//! The decision: forward, challenge or refuse. Pure, total, without I/O.
//!
//! [`evaluate`] alone makes a [`Permit`], and an upstream can be had only with one. Whoever wants to know why
//! calls [`examine`] with an observer: it is the same code.

mod examine;
pub mod permit;
pub mod refusal;

use std::sync::Arc;
use std::time::Duration;

use crate::area::Whereabouts;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::enforcement::Duty;
use crate::enforcement::Shortfall;
use crate::route::Demanded;
use crate::session::AuthnEvent;
use crate::session::SessionRecord;
use crate::site::Site;
use crate::subject::Profile;

pub use self::examine::Condition;
pub use self::examine::Seen;
pub use self::examine::Standing;
pub use self::examine::examine;
pub use self::permit::Machine;
pub use self::permit::MachineKind;
pub use self::permit::Permit;
pub use self::permit::Principal;
pub use self::refusal::Fault;
pub use self::refusal::Refusal;

/// Who a request comes from, as far as a live session proves it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The session.
    pub session: Arc<SessionRecord>,
    /// The account's profile as it is now.
    pub profile: Arc<Profile>,
    /// Why they may lack a second factor.
    pub excuse: Excuse,
    /// Whether they have as many as they must.
    pub factors: Factors,
}

/// Whether somebody has as many second factors as they must.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Factors {
    /// They have, or need not yet.
    #[default]
    Enough,
    /// They must set up another one first.
    TooFew,
}

impl From<Option<Shortfall>> for Factors {
    /// What may be put off is not held against anybody yet.
    fn from(shortfall: Option<Shortfall>) -> Self {
        match shortfall {
            Some(Shortfall { until: None, .. }) => Self::TooFew,
            Some(Shortfall { until: Some(_), .. }) | None => Self::Enough,
        }
    }
}

/// Why somebody may pass with a password alone where a second factor is asked for. No excuse reaches an assurance
/// level, a kind of authenticator or the age of a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Excuse {
    /// They may not.
    #[default]
    None,
    /// They have set none up, and need not, or not yet.
    NotEnrolled,
    /// They gave a recovery code besides, and the operator lets it open everything that asks for no more.
    RecoveryCode,
    /// A sign-on vouches for them whose people the operator asks for no more.
    Federated,
}

impl Excuse {
    /// This one; where there is none, that of a site which asks nobody of a sign-on's for a second factor.
    #[must_use]
    pub fn or_of_site(self, site: Option<&Site>, session: &SessionRecord) -> Self {
        let spares = site.is_some_and(Site::asks_no_more);
        let signed_in = |event: &AuthnEvent| event.kind == AuthenticatorKind::Federated;
        let excused = spares
            && self == Self::None
            && session.events.iter().any(signed_in)
            && session.second_factor_time().is_none()
            && !session.is_for_enrolment();
        if excused { Self::Federated } else { self }
    }

    /// That of somebody who has set no second factor up.
    #[must_use]
    pub const fn unenrolled(duty: Duty) -> Self {
        if duty.is_put_off() { Self::NotEnrolled } else { Self::None }
    }
}

/// Which page made a browser ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initiator {
    /// No browser, a page of this site, or the person.
    Here,
    /// A page of another site, or one that hides which.
    Elsewhere,
}

/// What a machine proves besides its address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Credentials<'a> {
    /// A live service token that covers the request.
    pub token: Option<&'a Machine>,
    /// A client certificate that the configuration names.
    pub certificate: Option<&'a Machine>,
}

/// What the decision is made from.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The site of the request.
    pub site: &'a Arc<Site>,
    /// What its route asks for.
    pub demanded: Demanded<'a>,
    /// Where it comes from.
    pub client: &'a Whereabouts,
    /// The live session on this site, if any.
    pub identity: Option<Identity>,
    /// What a machine proves.
    pub credentials: Credentials<'a>,
    /// Whose page asks.
    pub initiator: Initiator,
    /// Whether it is part of signing in at the console itself.
    pub threshold: Threshold,
    /// When.
    pub now: Timestamp,
}

/// Whether a request is part of signing in at the console itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threshold {
    /// It is not.
    #[default]
    Inside,
    /// It is: where nobody is signed in, it is forwarded in nobody's name.
    Before,
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It may be forwarded.
    Forward(Permit),
    /// More must be proved first.
    Challenge(Demand),
    /// It is refused.
    Refuse(Refusal),
}

impl Decision {
    /// The name of forwarding.
    pub const FORWARD: &'static str = "forward";

    /// Its name in logs, metrics and explanations, with the reason or what is asked for.
    #[must_use]
    pub const fn name(&self) -> (&'static str, &'static str) {
        match self {
            Self::Forward(_) => (Self::FORWARD, ""),
            Self::Challenge(demand) => ("challenge", demand.name()),
            Self::Refuse(refusal) => ("refuse", refusal.name()),
        }
    }
}

/// What must be proved next; a later one takes more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Demand {
    /// A second factor once more: it was proved longer ago than this (step-up, RFC 9470).
    Fresh(Duration),
    /// A particular proof, beside what was proved (step-up).
    Particular(Particular),
    /// A second factor.
    SecondFactor,
    /// Another second factor that is set up besides: there must be more than the person has.
    FurtherFactor,
    /// The console's own login, after the second factor.
    ConsoleLogin,
    /// Everything: nobody is signed in.
    SignIn,
    /// A service token.
    ServiceToken,
    /// A client certificate.
    ClientCertificate,
}

/// A particular proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Particular {
    /// Which.
    pub what: Which,
    /// How old it may be.
    pub max_age: Option<Duration>,
}

/// Which proof is asked for, where not any will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// One of this kind.
    Kind(AuthenticatorKind),
    /// One that reaches AAL2.
    Aal2,
    /// One that reaches AAL3.
    Aal3,
}

impl Which {
    /// The name used in logs, metrics, addresses and explanations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.name(),
            Self::Aal2 => "aal2",
            Self::Aal3 => "aal3",
        }
    }
}

impl Demand {
    /// The name used in logs, metrics and explanations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fresh(_) => "fresh_proof",
            Self::Particular(particular) => particular.what.name(),
            Self::SecondFactor => "second_factor",
            Self::FurtherFactor => "further_factor",
            Self::ConsoleLogin => "console_login",
            Self::SignIn => "sign_in",
            Self::ServiceToken => "service_token",
            Self::ClientCertificate => "client_certificate",
        }
    }

    /// How old a proof may be.
    #[must_use]
    pub const fn max_age(self) -> Option<Duration> {
        match self {
            Self::Fresh(most) => Some(most),
            Self::Particular(particular) => particular.max_age,
            Self::SecondFactor
            | Self::FurtherFactor
            | Self::ConsoleLogin
            | Self::SignIn
            | Self::ServiceToken
            | Self::ClientCertificate => None,
        }
    }
}

/// Decides.
#[must_use]
pub fn evaluate(facts: &Facts<'_>) -> Decision {
    let mut principal = Principal::Anonymous;
    let mut needed = None;
    for requirement in facts.demanded.iter() {
        match examine(requirement, facts, &mut |_| {}) {
            Standing::Holds(found) => principal = principal.or_stronger(found),
            Standing::Needs(demand) => needed = needed.max(Some(demand)),
            Standing::Fails(refusal) => return Decision::Refuse(refusal),
        }
    }
    match needed {
        None => Decision::Forward(Permit::new(facts.site, principal)),
        // Whoever has yet to sign in at the console is a stranger there.
        Some(Demand::SignIn | Demand::ConsoleLogin) if facts.threshold == Threshold::Before => {
            Decision::Forward(Permit::before_sign_in(facts.site))
        }
        Some(demand) => Decision::Challenge(demand),
    }
}

#[cfg(test)]
mod tests;

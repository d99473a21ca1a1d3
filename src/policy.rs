//! The decision: forward, challenge or refuse. Pure, total, without I/O.
//!
//! [`evaluate`] alone makes a [`Permit`], and an upstream can be had only with one.

pub mod permit;
pub mod refusal;

use std::sync::Arc;

use crate::route::Requirement;
use crate::session::Aal;
use crate::session::SessionRecord;
use crate::site::Site;
use crate::subject::Profile;

pub use self::permit::Permit;
pub use self::refusal::Fault;
pub use self::refusal::Refusal;

/// Who a request comes from, as far as a live session proves it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The session.
    pub session: Arc<SessionRecord>,
    /// The account's profile as it is now.
    pub profile: Arc<Profile>,
}

/// What the decision is made from.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The site of the request.
    pub site: &'a Arc<Site>,
    /// What its route asks for.
    pub requirement: Requirement,
    /// The live session on this site, if any.
    pub identity: Option<Identity>,
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

/// What must be proved next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Everything: nobody is signed in.
    SignIn,
    /// A second factor.
    SecondFactor,
}

/// Decides.
#[must_use]
pub fn evaluate(facts: Facts<'_>) -> Decision {
    let needed = match facts.requirement {
        Requirement::Open => return Decision::Forward(Permit::anonymous(facts.site)),
        Requirement::SecondFactor | Requirement::Aal2 => Aal::Aal2,
    };
    match facts.identity {
        None => Decision::Challenge(Demand::SignIn),
        Some(identity) if identity.session.site != facts.site.name.as_str() => {
            Decision::Refuse(Refusal::ForeignSession)
        }
        Some(identity) if identity.session.aal() >= needed => {
            Decision::Forward(Permit::identified(facts.site, identity))
        }
        Some(_) => Decision::Challenge(Demand::SecondFactor),
    }
}

#[cfg(test)]
mod tests;

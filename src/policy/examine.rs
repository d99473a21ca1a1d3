//! One requirement against the facts: every alternative, every condition of it.

use std::sync::Arc;

use super::Demand;
use super::Excuse;
use super::Factors;
use super::Facts;
use super::Identity;
use super::Initiator;
use super::Machine;
use super::Particular;
use super::Principal;
use super::Refusal;
use super::Which;
use crate::area::Areas;
use crate::authenticator::KindSet;
use crate::clock::Timestamp;
use crate::place::Whether;
use crate::route::Alternative;
use crate::route::DeviceCondition;
use crate::route::MachineIdentity;
use crate::route::Proof;
use crate::route::Requirement;
use crate::session::Aal;
use crate::session::SessionRecord;

/// One thing that an alternative asks for.
#[derive(Clone, Copy, Debug)]
pub enum Condition<'a> {
    /// In one of these networks.
    Networks(&'a Areas),
    /// In one of these places.
    Places(&'a Areas),
    /// By one of the people that the alternative names.
    People,
    /// On a verified device.
    Device,
    /// Not by way of another site's page.
    Initiator,
    /// With this proof.
    Proof(Proof),
    /// With every one of these kinds.
    Factors(KindSet),
    /// With a proof that is recent enough.
    MaxAge,
}

/// What an observer of [`examine`] sees.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The number of the alternative, from 0.
    pub alternative: usize,
    /// What it asks for.
    pub condition: Condition<'a>,
    /// Whether that is so.
    pub holds: Whether,
}

/// How a request stands towards a requirement.
#[derive(Clone, Debug)]
pub enum Standing {
    /// It satisfies it, as this principal.
    Holds(Principal),
    /// It would with this proof.
    Needs(Demand),
    /// It does not.
    Fails(Refusal),
}

/// How a request stands towards a requirement; the observer sees each condition that was looked at.
pub fn examine<'a>(
    requirement: &'a Requirement,
    facts: &Facts<'_>,
    observer: &mut dyn FnMut(Seen<'a>),
) -> Standing {
    let mut best = Standing::Fails(Refusal::PersonNotAllowed);
    for (index, alternative) in requirement.alternatives().iter().enumerate() {
        let mut see = |condition, holds| {
            observer(Seen { alternative: index, condition, holds });
            holds.is_yes()
        };
        best = better(best, stands(alternative, facts, &mut see));
    }
    best
}

/// The one that gets further.
fn better(a: Standing, b: Standing) -> Standing {
    match (a, b) {
        (Standing::Holds(a), Standing::Holds(b)) => Standing::Holds(a.or_stronger(b)),
        (holds @ Standing::Holds(_), _) | (_, holds @ Standing::Holds(_)) => holds,
        (Standing::Needs(a), Standing::Needs(b)) => Standing::Needs(a.min(b)),
        (needs @ Standing::Needs(_), _) | (_, needs @ Standing::Needs(_)) => needs,
        (Standing::Fails(a), Standing::Fails(b)) => {
            Standing::Fails(if nearness(b) > nearness(a) { b } else { a })
        }
    }
}

/// Of several alternatives that fail, the one that is about the person says most about it.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other refusal comes from a condition")]
const fn nearness(refusal: Refusal) -> u8 {
    match refusal {
        Refusal::PersonNotAllowed => 0,
        Refusal::MachineOnly => 1,
        Refusal::DeviceNotVerified => 5,
        Refusal::NetworkNotAllowed => 2,
        Refusal::PlaceNotAllowed => 3,
        Refusal::PlaceUnknown => 4,
        _ => 6,
    }
}

type See<'s, 'a> = &'s mut dyn FnMut(Condition<'a>, Whether) -> bool;

fn stands<'a>(alternative: &'a Alternative, facts: &Facts<'_>, see: See<'_, 'a>) -> Standing {
    // Who it cannot be about is told so, whatever else there is.
    if let (Some(people), Some(identity)) = (&alternative.people, &facts.identity)
        && !see(Condition::People, Whether::from(people.include(&identity.profile)))
    {
        return Standing::Fails(Refusal::PersonNotAllowed);
    }
    if let Some(networks) = &alternative.networks {
        let holds = networks.holds(facts.client);
        if !see(Condition::Networks(networks), holds) {
            return Standing::Fails(of_area(holds, Refusal::NetworkNotAllowed));
        }
    }
    if let Some(places) = &alternative.places {
        let holds = places.holds(facts.client);
        if !see(Condition::Places(places), holds) {
            return Standing::Fails(of_area(holds, Refusal::PlaceNotAllowed));
        }
    }
    if alternative.device == DeviceCondition::Verified && is_known(facts) {
        let holds = Whether::from(is_verified(facts));
        if !see(Condition::Device, holds) {
            return Standing::Fails(Refusal::DeviceNotVerified);
        }
    }
    let here = facts.initiator == Initiator::Here;
    if alternative.is_ambient() && !see(Condition::Initiator, Whether::from(here)) {
        return Standing::Fails(Refusal::MachineOnly);
    }
    let standing = proved(alternative, facts);
    let unverified = alternative.device == DeviceCondition::Verified && !is_verified(facts);
    if unverified && matches!(standing, Standing::Holds(_)) {
        see(Condition::Device, Whether::from(false));
        return Standing::Fails(Refusal::DeviceNotVerified);
    }
    let stood = matches!(standing, Standing::Holds(_));
    let aged = matches!(standing, Standing::Needs(Demand::Fresh(_)));
    let more = matches!(standing, Standing::Needs(Demand::Particular(_)));
    see(Condition::Proof(alternative.proof), Whether::from(stood || aged || more));
    if !alternative.kinds().is_empty() && (stood || more) {
        see(Condition::Factors(alternative.kinds()), Whether::from(stood));
    }
    if alternative.max_age.is_some() && (stood || aged) {
        see(Condition::MaxAge, Whether::from(stood));
    }
    standing
}

const fn of_area(holds: Whether, refusal: Refusal) -> Refusal {
    match holds {
        Whether::Unknown => Refusal::PlaceUnknown,
        Whether::Yes | Whether::No => refusal,
    }
}

fn proved(alternative: &Alternative, facts: &Facts<'_>) -> Standing {
    match alternative.proof {
        Proof::Open => Standing::Holds(Principal::Anonymous),
        Proof::Network => Standing::Holds(of_network(alternative, facts)),
        Proof::ServiceToken => machine(facts.credentials.token, Demand::ServiceToken),
        Proof::ClientCertificate => {
            let named = |machine: &&Machine| {
                let names = alternative.clients.as_ref();
                names.is_none_or(|names| names.iter().any(|name| **name == *machine.name))
            };
            let shown = facts.credentials.certificate.filter(named);
            machine(shown, Demand::ClientCertificate)
        }
        Proof::Password
        | Proof::SecondFactor
        | Proof::Aal2
        | Proof::PhishingResistant
        | Proof::Passkey
        | Proof::Aal3 => person(alternative, facts),
    }
}

fn of_network(alternative: &Alternative, facts: &Facts<'_>) -> Principal {
    let areas = alternative.networks.as_ref();
    let Some(area) = areas.and_then(|areas| areas.holding(facts.client)) else {
        return Principal::Anonymous;
    };
    let machine = Machine::network(Arc::clone(&area.name));
    match alternative.identity {
        MachineIdentity::Network => Principal::Machine(machine),
        MachineIdentity::None => Principal::Unnamed(machine),
    }
}

fn machine(shown: Option<&Machine>, demand: Demand) -> Standing {
    shown.map_or(Standing::Needs(demand), |machine| {
        Standing::Holds(Principal::Machine(machine.clone()))
    })
}

fn person(alternative: &Alternative, facts: &Facts<'_>) -> Standing {
    let Some(identity) = &facts.identity else {
        return Standing::Needs(Demand::SignIn);
    };
    if identity.session.site != facts.site.name.as_str() {
        return Standing::Fails(Refusal::ForeignSession);
    }
    let session = &identity.session;
    if session.has_second_factor()
        && !session.has_password()
        && facts.site.asks_second_factor_first()
    {
        return Standing::Needs(Demand::ConsoleLogin);
    }
    let limited = session.is_for_enrolment() && identity.excuse != Excuse::RecoveryCode;
    if limited || !is_signed_in(alternative.proof, session) {
        if is_excused(alternative, identity) {
            return Standing::Holds(Principal::Person(identity.clone()));
        }
        return Standing::Needs(Demand::SecondFactor);
    }
    if identity.factors == Factors::TooFew {
        return Standing::Needs(Demand::FurtherFactor);
    }
    match lacking(alternative, session, facts.now) {
        Some(demand) => Standing::Needs(demand),
        None => Standing::Holds(Principal::Person(identity.clone())),
    }
}

/// Whether anybody is there whose device could be verified: before that, they are asked who they are.
fn is_known(facts: &Facts<'_>) -> bool {
    let signed_in = |identity: &Identity| identity.session.second_factor_time().is_some();
    facts.identity.as_ref().is_some_and(signed_in)
        || facts.credentials.token.is_some()
        || facts.credentials.certificate.is_some()
}

/// Whether the session was opened on a verified device that still is one, or a certificate speaks for the device.
fn is_verified(facts: &Facts<'_>) -> bool {
    let session = facts.identity.as_ref().map(|identity| &identity.session);
    let device = session.and_then(|session| session.device.as_ref());
    device.is_some_and(|device| facts.now < device.until) || facts.credentials.certificate.is_some()
}

/// Whether a password does, of somebody who has an excuse: where any second factor would, of whatever age.
fn is_excused(alternative: &Alternative, identity: &Identity) -> bool {
    let mild = matches!(alternative.proof, Proof::Password | Proof::SecondFactor)
        && alternative.kinds().is_empty()
        && alternative.max_age.is_none();
    identity.excuse != Excuse::None && mild && identity.session.aal() >= Aal::Aal1
}

/// Whether a session has signed in as far as a proof asks, its age and kind aside.
fn is_signed_in(proof: Proof, session: &SessionRecord) -> bool {
    match proof {
        Proof::SecondFactor
        | Proof::Aal2
        | Proof::PhishingResistant
        | Proof::Passkey
        | Proof::Aal3 => session.second_factor_time().is_some(),
        // Whoever has nothing to be asked for is to enrol, wherever the prompt is waived.
        Proof::Password => {
            session.second_factor_time().is_some()
                || session.aal() >= Aal::Aal2
                || (session.aal() >= Aal::Aal1 && session.enrolled)
        }
        Proof::Open | Proof::Network | Proof::ServiceToken | Proof::ClientCertificate => false,
    }
}

/// What a session that has signed in still lacks: particular kinds one after the other, or a fresh proof.
fn lacking(alternative: &Alternative, session: &SessionRecord, now: Timestamp) -> Option<Demand> {
    let max_age = alternative.max_age;
    let good = |at: Option<Timestamp>| {
        at.is_some_and(|at| max_age.is_none_or(|most| now.since(at) <= most))
    };
    let ask = |what| Some(Demand::Particular(Particular { what, max_age }));
    if alternative.proof >= Proof::Aal2 && session.mfa_time().is_none() {
        return ask(Which::Aal2);
    }
    if alternative.proof == Proof::Aal3 && !good(session.aal3_time()) {
        return ask(Which::Aal3);
    }
    let kinds = alternative.kinds();
    if let Some(kind) = kinds.iter().find(|kind| !good(session.kind_time(*kind))) {
        return ask(Which::Kind(kind));
    }
    let most = max_age.filter(|_| kinds.is_empty() && alternative.proof != Proof::Aal3)?;
    let proved = match alternative.proof {
        Proof::Password => Some(session.last_proof()),
        Proof::SecondFactor
        | Proof::Aal2
        | Proof::PhishingResistant
        | Proof::Passkey
        | Proof::Aal3
        | Proof::Open
        | Proof::Network
        | Proof::ServiceToken
        | Proof::ClientCertificate => session.fresh_time(),
    };
    (!good(proved)).then_some(Demand::Fresh(most))
}

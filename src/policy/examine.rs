//! One requirement against the facts: every alternative, every condition of it.

use std::sync::Arc;

use super::Demand;
use super::Facts;
use super::Identity;
use super::Initiator;
use super::Machine;
use super::Principal;
use super::Refusal;
use crate::area::Areas;
use crate::clock::Timestamp;
use crate::place::Whether;
use crate::route::Alternative;
use crate::route::MachineIdentity;
use crate::route::Proof;
use crate::route::Requirement;
use crate::session::Aal;

/// One thing that an alternative asks for.
#[derive(Clone, Copy, Debug)]
pub enum Condition<'a> {
    /// In one of these networks.
    Networks(&'a Areas),
    /// In one of these places.
    Places(&'a Areas),
    /// By one of the people that the alternative names.
    People,
    /// Not by way of another site's page.
    Initiator,
    /// With this proof.
    Proof(Proof),
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
        Refusal::NetworkNotAllowed => 2,
        Refusal::PlaceNotAllowed => 3,
        Refusal::PlaceUnknown => 4,
        _ => 5,
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
    let here = facts.initiator == Initiator::Here;
    if alternative.is_ambient() && !see(Condition::Initiator, Whether::from(here)) {
        return Standing::Fails(Refusal::MachineOnly);
    }
    let standing = proved(alternative, facts);
    let holds = matches!(standing, Standing::Holds(_) | Standing::Needs(Demand::Fresh(_)));
    see(Condition::Proof(alternative.proof), Whether::from(holds));
    if alternative.max_age.is_some() && holds {
        see(Condition::MaxAge, Whether::from(matches!(standing, Standing::Holds(_))));
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
        Proof::Password | Proof::SecondFactor | Proof::Aal2 => person(alternative, facts),
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
    let Some(proved_at) = proved_at(alternative.proof, identity) else {
        return Standing::Needs(Demand::SecondFactor);
    };
    match alternative.max_age {
        Some(most) if facts.now.since(proved_at) > most => Standing::Needs(Demand::Fresh(most)),
        Some(_) | None => Standing::Holds(Principal::Person(identity.clone())),
    }
}

/// When a session proved what is asked for; none: it has not.
fn proved_at(proof: Proof, identity: &Identity) -> Option<Timestamp> {
    let session = &identity.session;
    let latest = || session.events.iter().map(|event| event.at).max();
    match proof {
        Proof::SecondFactor => session.second_factor_time(),
        Proof::Aal2 => session.mfa_time(),
        // Whoever has nothing to be asked for is to enrol, wherever the prompt is waived.
        Proof::Password if session.aal() >= Aal::Aal2 => latest(),
        Proof::Password if session.aal() >= Aal::Aal1 && session.enrolled => latest(),
        Proof::Password
        | Proof::Open
        | Proof::Network
        | Proof::ServiceToken
        | Proof::ClientCertificate => None,
    }
}

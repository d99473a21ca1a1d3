//! Rules that change nothing, because others decide before them or decide the same.

use crate::area::Areas;
use crate::area::Fence;
use crate::route::Alternative;
use crate::route::People;
use crate::route::Requirement;

/// What is said of a rehearsal that rehearses nothing.
pub(super) const SAME: &str = "this is what is in force already: nothing is rehearsed";

/// Whether one alternative holds wherever another one does, for whoever it does, so that the other is idle.
fn covers(wide: &Alternative, narrow: &Alternative) -> bool {
    let personal = wide.proof.is_personal() && narrow.proof.is_personal();
    let by_proof = if personal { wide.proof <= narrow.proof } else { wide.proof == narrow.proof };
    by_proof
        && wide.kinds().and(narrow.kinds()) == wide.kinds()
        && wide.device <= narrow.device
        && wide.identity == narrow.identity
        && reaches(wide.networks.as_ref(), narrow.networks.as_ref(), has_areas)
        && reaches(wide.places.as_ref(), narrow.places.as_ref(), has_areas)
        && reaches(wide.max_age.as_ref(), narrow.max_age.as_ref(), |wide, narrow| wide >= narrow)
        && reaches(wide.people.as_ref(), narrow.people.as_ref(), has_people)
        && reaches(wide.clients.as_ref(), narrow.clients.as_ref(), |wide, narrow| {
            narrow.iter().all(|name| wide.contains(name))
        })
}

/// Of each alternative, whether another one covers it; of two that mean the same, the later one is idle.
pub(super) fn idle(all: &[Alternative]) -> Vec<bool> {
    let is_idle = |(index, one): (usize, &Alternative)| {
        all.iter().enumerate().any(|(other, wide)| {
            other != index && covers(wide, one) && (other < index || !covers(one, wide))
        })
    };
    all.iter().enumerate().map(is_idle).collect()
}

/// A condition that is not there holds for everybody.
fn reaches<T>(wide: Option<&T>, narrow: Option<&T>, has: impl Fn(&T, &T) -> bool) -> bool {
    wide.is_none_or(|wide| narrow.is_some_and(|narrow| has(wide, narrow)))
}

fn has_areas(wide: &Areas, narrow: &Areas) -> bool {
    narrow.iter().all(|area| wide.iter().any(|known| known.name == area.name))
}

fn has_people(wide: &People, narrow: &People) -> bool {
    narrow.users.iter().all(|user| wide.users.contains(user))
        && narrow.groups.iter().all(|group| wide.groups.contains(group))
        && narrow.roles.iter().all(|role| wide.roles.contains(role))
}

/// Whether two requirements ask for the same.
pub(super) fn is_same(a: &Requirement, b: &Requirement) -> bool {
    let within = |narrow: &Requirement, wide: &Requirement| {
        let has = |one: &Alternative| wide.alternatives().iter().any(|wide| covers(wide, one));
        narrow.alternatives().iter().all(has)
    };
    within(a, b) && within(b, a)
}

/// Whether two fences keep the same clients out, by their names.
pub(super) fn is_same_fence(a: &Fence, b: &Fence) -> bool {
    let same = |a: &Areas, b: &Areas| has_areas(a, b) && has_areas(b, a);
    let allow = match (&a.allow, &b.allow) {
        (None, None) => true,
        (Some(a), Some(b)) => same(a, b),
        (None, Some(_)) | (Some(_), None) => false,
    };
    allow && same(&a.deny, &b.deny)
}

/// Whether every one of these areas is denied by one of these fences.
pub(super) fn are_denied<'f>(areas: &Areas, fences: impl Iterator<Item = &'f Fence>) -> bool {
    let denied: Vec<_> = fences.flat_map(|fence| fence.deny.iter()).collect();
    !areas.is_empty()
        && areas.iter().all(|area| denied.iter().any(|denied| denied.name == area.name))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::area::Area;
    use crate::area::Ground;
    use crate::network::NetworkSet;
    use crate::route::Proof;

    fn areas(names: &[&str]) -> Areas {
        let set = Arc::new(NetworkSet::new(Vec::new()));
        let area =
            |name: &&str| Area { name: (*name).into(), ground: Ground::Network(Arc::clone(&set)) };
        Areas::new(names.iter().map(area).collect())
    }

    #[test]
    fn an_alternative_covers_those_that_ask_for_more_and_no_others() {
        let of = Alternative::of;
        let near = |proof| Alternative { networks: Some(areas(&["office"])), ..of(proof) };
        let aged = |minutes| Alternative {
            max_age: Some(Duration::from_mins(minutes)),
            ..of(Proof::SecondFactor)
        };
        assert!(covers(&of(Proof::SecondFactor), &near(Proof::SecondFactor)));
        assert!(covers(&near(Proof::Password), &near(Proof::Aal2)));
        assert!(!covers(&near(Proof::Password), &of(Proof::SecondFactor)));
        assert!(!covers(&near(Proof::Aal2), &near(Proof::Password)));
        assert!(!covers(&near(Proof::Open), &near(Proof::SecondFactor)), "it sends no identity");
        assert!(covers(&aged(20), &aged(10)) && !covers(&aged(10), &aged(20)));
        assert!(covers(&of(Proof::SecondFactor), &aged(10)));
        assert!(!covers(&of(Proof::ServiceToken), &of(Proof::ClientCertificate)));
        let all = [near(Proof::SecondFactor), of(Proof::SecondFactor), of(Proof::SecondFactor)];
        assert_eq!(idle(&all), [true, false, true]);
    }

    #[test]
    fn an_area_is_denied_where_any_fence_names_it() {
        let fence = |deny| Fence { deny: areas(deny), ..Fence::default() };
        let (a, b) = (fence(&["x"]), fence(&["y"]));
        assert!(are_denied(&areas(&["x", "y"]), [&a, &b].into_iter()));
        assert!(!are_denied(&areas(&["x", "z"]), [&a, &b].into_iter()));
        assert!(!are_denied(&areas(&[]), [&a].into_iter()));
        assert!(is_same_fence(&a, &fence(&["x"])) && !is_same_fence(&a, &b));
    }
}

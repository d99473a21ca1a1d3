//! The door of the administration. A handler of such a page needs a [`Principal`], and nothing else makes one: whoever
//! forgets to ask has nothing to act with.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::authority::Act;
use crate::authority::Weight;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Shortfall;
use crate::network::NetworkSet;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::guard;
use crate::portal::need::Need;
use crate::portal::response;
use crate::portal::turn::End;
use crate::portal::turn::Turn;
use crate::session::authn_event::Aal;
use crate::subject::Profile;
use crate::subject::Role;
use crate::subject::SubjectId;

/// How old the proof may be that these pages are shown on.
pub(crate) const PROVED_WITHIN: Duration = Duration::from_mins(15);

/// Where the administration is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admin {
    /// The networks it can be reached from; none: wherever the site can be.
    pub networks: Option<NetworkSet>,
    /// The sites, by name, that it can be reached at; none: each.
    pub sites: Option<BTreeSet<String>>,
}

impl Admin {
    /// Whether it is there for somebody at this site and this address.
    fn is_at(&self, site: &str, client: IpAddr) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.contains(site))
            && self.networks.as_ref().is_none_or(|networks| networks.contains(client))
    }
}

/// Somebody who came through the door for an act.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    session: Arc<LiveSession>,
    proved: Timestamp,
}

impl Principal {
    /// Their role.
    pub(crate) fn role(&self) -> Role {
        self.session.profile.role
    }

    /// Their account.
    pub(crate) fn id(&self) -> &SubjectId {
        &self.session.record.subject
    }

    /// Their session.
    pub(crate) const fn session(&self) -> &Arc<LiveSession> {
        &self.session
    }

    /// Who they are.
    pub(crate) fn profile(&self) -> &Profile {
        &self.session.profile
    }

    /// Until when these pages are open without another proof.
    pub(crate) fn until(&self) -> Timestamp {
        self.proved.plus(PROVED_WITHIN)
    }
}

/// What keeps somebody out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bar {
    /// The administration is not where they are, or not for them: nothing is there.
    NotThere,
    /// Nobody is signed in.
    Nobody,
    /// They must prove something first.
    Unproved(Need),
    /// They have fewer second factors than they must have.
    TooFew,
    /// Their role does not give the act.
    Role,
    /// Nobody can tell.
    Failed(Refusal),
}

/// Lets somebody through for an act, in this order: the administration must be there where they are; they must be
/// signed in, with a role that has anything to do here; they must have proved AAL2 a short while ago, and for what is
/// grave, have just proved what a change to an account needs; and their role must give the act. Without an act it is
/// the same for whoever has anything to do here.
///
/// # Errors
/// What keeps them out.
pub(crate) async fn judge(turn: &Turn, act: Option<Act>) -> Result<Principal, Bar> {
    if !is_there(turn) {
        return Err(Bar::NotThere);
    }
    let session = turn.asking.session.as_ref().ok_or(Bar::Nobody)?;
    let role = session.profile.role;
    if role == Role::User {
        return Err(Bar::NotThere);
    }
    let recently = Need { max_age: Some(PROVED_WITHIN), what: None };
    let proved = proved(turn).ok_or(Bar::Unproved(recently))?;
    if matches!(turn.shortfall(session), Some(Shortfall { until: None, .. })) {
        return Err(Bar::TooFew);
    }
    if act.is_some_and(|act| act.weight() == Weight::Grave) {
        let offer = challenge::offers(turn, session).await.map_err(Bar::Failed)?;
        if offer.before_change.is_some() {
            return Err(Bar::Unproved(Need::CHANGE));
        }
    }
    if act.is_some_and(|act| !act.roles().has(role)) {
        return Err(Bar::Role);
    }
    Ok(Principal { session: Arc::clone(session), proved })
}

/// Lets somebody through to a page.
///
/// # Errors
/// What they are answered instead. Where the administration is not, or is not for them, there is no such page.
pub(crate) async fn enter(turn: &Turn, act: Act) -> Result<Principal, End> {
    let to = |page| response::see_other(&turn.address(page, &guard::own(turn)));
    judge(turn, Some(act)).await.map_err(|bar| match bar {
        Bar::NotThere => turn.not_found().into(),
        Bar::Nobody => to("/sign-in").into(),
        Bar::Unproved(need) => prove(turn, need),
        Bar::TooFew => to("/enrol").into(),
        Bar::Role => Refusal::PersonNotAllowed.into(),
        Bar::Failed(refusal) => refusal.into(),
    })
}

/// Whether the administration can be reached where somebody is.
pub(crate) fn is_there(turn: &Turn) -> bool {
    let asking = &turn.asking;
    turn.core.settings.admin.is_at(asking.site.name.as_str(), asking.client.address)
}

/// When AAL2 was proved by whoever is signed in, if that is short enough ago. The page that asks for it reckons alike.
fn proved(turn: &Turn) -> Option<Timestamp> {
    let (record, now) = (&turn.signed_in()?.record, turn.core.clock.now());
    let proved = record.fresh_time().filter(|_| record.aal() >= Aal::Aal2);
    proved.filter(|at| now.since(*at) <= PROVED_WITHIN)
}

/// To where the proof is given, and from there to the page. What was sent is not sent again.
fn prove(turn: &Turn, need: Need) -> End {
    response::see_other(&challenge::address(turn, None, need, &guard::own(turn))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_administration_is_where_it_is_said_to_be_and_nowhere_else_a262() {
        let office: NetworkSet = NetworkSet::new(vec!["10.1.0.0/16".parse().unwrap()]);
        let inside: IpAddr = "10.1.2.3".parse().unwrap();
        let outside: IpAddr = "10.2.2.3".parse().unwrap();
        let everywhere = Admin::default();
        assert!(everywhere.is_at("a", inside) && everywhere.is_at("b", outside));
        let networks = Admin { networks: Some(office), sites: None };
        assert!(networks.is_at("a", inside) && !networks.is_at("a", outside));
        let sites = Some(BTreeSet::from(["a".to_owned()]));
        let both = Admin { sites, ..networks };
        assert!(both.is_at("a", inside));
        assert!(!both.is_at("b", inside) && !both.is_at("a", outside));
    }
}

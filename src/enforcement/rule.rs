//! A source of demands, and whom it is about.

use super::Person;
use super::kinds_of;
use crate::area::Areas;
use crate::area::Whereabouts;
use crate::authenticator::KindSet;
use crate::clock::Timestamp;
use crate::place::Whether;
use crate::subject::LoginName;
use crate::subject::terms::Mode;
use crate::subject::terms::Obligation;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

/// What a source asks for; what it does not say, it leaves to the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Whether a second factor.
    pub mode: Option<Mode>,
    /// Until when its set-up may be put off.
    pub grace_until: Option<Timestamp>,
    /// What happens to whoever has none.
    pub unenrolled: Option<Unenrolled>,
    /// The kinds that may be used.
    pub allowed: Option<KindSet>,
    /// How many second factors there should be at least.
    pub minimum: Option<usize>,
}

impl Demands {
    /// Whether a second factor is asked for, and from when on.
    #[must_use]
    pub fn obligation(&self) -> Obligation {
        self.mode.map_or(Obligation::Optional, |mode| Obligation::of(mode, self.grace_until))
    }
}

impl Demands {
    /// Whether anybody of whom the other asks is asked for more by this.
    #[must_use]
    pub fn asks_for_more_than(&self, other: &Self) -> bool {
        let narrower = self.allowed.is_some_and(|allowed| {
            let others = other.allowed.unwrap_or(KindSet::ALL);
            others.and(allowed) != others
        });
        narrower
            || self.obligation() > other.obligation()
            || self.unenrolled > other.unenrolled.or(Some(Unenrolled::Enrol))
            || self.minimum.unwrap_or(0) > other.minimum.unwrap_or(1)
    }
}

impl From<&Terms> for Demands {
    fn from(terms: &Terms) -> Self {
        let allowed = terms.allowed.as_ref();
        Self {
            mode: terms.mode,
            grace_until: terms.grace_until,
            unenrolled: terms.unenrolled,
            allowed: allowed.map(|names| kinds_of(names.iter().map(String::as_str))),
            minimum: None,
        }
    }
}

/// Whom a rule is about: everything that is written must hold, one of each list.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Sites, by name.
    pub sites: Option<Vec<String>>,
    /// Login names.
    pub users: Option<Vec<LoginName>>,
    /// Groups.
    pub groups: Option<Vec<String>>,
    /// Networks they come from.
    pub networks: Option<Areas>,
}

impl Scope {
    /// Whether somebody is meant, or might be: rules only ever ask for more.
    pub(super) fn may_mean(&self, person: &Person<'_>) -> bool {
        let profile = person.profile;
        let on_site =
            self.sites.as_ref().is_none_or(|sites| sites.iter().any(|site| site == person.site));
        let named = self.users.as_ref().is_none_or(|users| profile.login.is_among(users));
        let grouped = self
            .groups
            .as_ref()
            .is_none_or(|groups| groups.iter().any(|group| profile.groups.contains(group)));
        on_site && named && grouped && self.may_be_there(person)
    }

    fn may_be_there(&self, person: &Person<'_>) -> bool {
        let (Some(networks), Some(client)) = (&self.networks, person.client) else {
            return true;
        };
        let there = networks.met(&Whereabouts::of(client)).map(|(_, whether)| whether);
        !matches!(there, None | Some(Whether::No))
    }
}

/// What is asked of some.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Of whom.
    pub scope: Scope,
    /// What.
    pub demands: Demands,
}

//! The switches: what is asked besides the configuration, until somebody says otherwise. Owners have one of their own,
//! which only owners turn: whoever administers everybody else neither loosens nor tightens what is asked of them (S0.24).

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::SitePolicies;
use crate::subject::Role;
use crate::subject::terms::Terms;

/// Whom a switch is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everybody but owners.
    Everybody,
    /// Owners.
    Owners,
}

impl Whom {
    /// Whose switch somebody of that role is under.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owners,
            Role::User | Role::Auditor | Role::HelpDesk | Role::Admin => Self::Everybody,
        }
    }

    /// The name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Owners => "owners",
        }
    }
}

/// What the switches say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Of everybody but owners.
    pub everybody: Terms,
    /// Of owners.
    pub owners: Terms,
    /// At each site, of everybody.
    pub sites: SitePolicies,
}

impl Switches {
    /// What one of them says.
    #[must_use]
    pub const fn of(&self, whom: Whom) -> &Terms {
        match whom {
            Whom::Everybody => &self.everybody,
            Whom::Owners => &self.owners,
        }
    }

    /// The same, to be changed.
    pub const fn of_mut(&mut self, whom: Whom) -> &mut Terms {
        match whom {
            Whom::Everybody => &mut self.everybody,
            Whom::Owners => &mut self.owners,
        }
    }
}

/// The switches, as they are now: shared by everything that asks.
pub type Switch = Arc<ArcSwap<Switches>>;

//! Who must have a second factor, from when on, of which kinds, and what happens to those who have none.
//!
//! Four sources speak: the configuration for everybody, its rules for some, the switch of whoever it is, and the
//! account's own terms. The strictest wins, in whatever order they are asked. Nothing here writes: a date
//! moves only by an operator's act or by another file, and time is an argument that never goes back.

pub mod date;
mod entry;
mod rule;
mod shortfall;
mod site_policy;
mod switch;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Held;
use crate::authenticator::KindSet;
use crate::clock::Timestamp;
use crate::subject::Profile;
use crate::subject::terms::Mode;
use crate::subject::terms::Obligation;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

pub use self::entry::Entry;
pub use self::entry::Past;
pub use self::rule::Demands;
pub use self::rule::Rule;
pub use self::rule::Scope;
pub use self::shortfall::Shortfall;
pub use self::site_policy::LeastProof;
pub use self::site_policy::SitePolicies;
pub use self::site_policy::SitePolicy;
pub use self::switch::Switch;
pub use self::switch::Switches;
pub use self::switch::Whom;

/// What the configuration says about enforcement.
#[derive(Clone, Debug)]
pub struct Settings {
    /// For everybody.
    pub everybody: Demands,
    /// For some.
    pub rules: Vec<Rule>,
    /// The kinds that can be used here at all.
    pub enabled: KindSet,
    /// Sites, by name, at which there are no passkeys.
    pub without_passkeys: Vec<String>,
    /// How long before the end of grace people are reminded.
    pub remind_before: Duration,
    /// An account without a second factor that nobody signed in to for so long sets none up on its password
    /// alone.
    pub dormant_after: Duration,
    /// How long a recovery code is good.
    pub recovery_lifetime: Duration,
    /// What a session from a recovery code is good for.
    pub recovery_opens: RecoveryOpens,
}

/// What a session from a recovery code is good for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryOpens {
    /// Setting up a second factor, and nothing else.
    #[default]
    Enrolment,
    /// What asks for a second factor, besides. It is below AAL2, and no fresh proof of anything.
    Full,
}

impl Default for Settings {
    /// Enforced for everybody, from the first (ruling 14).
    fn default() -> Self {
        Self {
            everybody: Demands { mode: Some(Mode::Enforced), ..Demands::default() },
            rules: Vec::new(),
            enabled: KindSet::ALL,
            without_passkeys: Vec::new(),
            remind_before: Duration::from_hours(14 * 24),
            dormant_after: Duration::from_hours(90 * 24),
            recovery_lifetime: Duration::from_hours(1),
            recovery_opens: RecoveryOpens::default(),
        }
    }
}

/// Everything that says what is asked of whom.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    /// What the configuration says.
    pub settings: Arc<Settings>,
    /// What is asked besides, of everybody and of owners.
    pub switch: Switch,
}

/// Of whom something is asked, and where.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The site, by name.
    pub site: &'a str,
    /// Whose account it is.
    pub profile: &'a Profile,
    /// The account's own terms.
    pub terms: &'a Terms,
    /// Where they are; none: not known, so that every network of a rule might be meant.
    pub client: Option<IpAddr>,
}

/// What is asked of somebody, all sources together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whether a second factor is, and from when on.
    pub obligation: Obligation,
    /// What happens without one.
    pub unenrolled: Unenrolled,
    /// The kinds that may be used.
    pub allowed: KindSet,
    /// How many second factors there should be at least.
    pub minimum: usize,
}

/// Whether somebody must have a second factor now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// They need none.
    Optional,
    /// Its set-up may be put off for a while.
    Grace {
        /// Until when.
        until: Timestamp,
    },
    /// They must.
    Enforced {
        /// Since when, where there was a grace; none: from the first.
        since: Option<Timestamp>,
    },
}

impl Duty {
    /// Whether the password alone lets somebody in who has no second factor.
    #[must_use]
    pub const fn is_put_off(self) -> bool {
        matches!(self, Self::Optional | Self::Grace { .. })
    }
}

impl Asked {
    /// What that means at a moment. The moment of the date itself is after the grace.
    #[must_use]
    pub fn duty(&self, now: Timestamp) -> Duty {
        match self.obligation {
            Obligation::Optional => Duty::Optional,
            Obligation::From(date) if now < date.0 => Duty::Grace { until: date.0 },
            Obligation::From(date) => Duty::Enforced { since: Some(date.0) },
            Obligation::Always => Duty::Enforced { since: None },
        }
    }
}

impl Rulebook {
    /// With this configuration, under those switches.
    #[must_use]
    pub fn new(settings: Settings, switch: Switch) -> Self {
        Self { settings: Arc::new(settings), switch }
    }

    /// What is asked of somebody.
    #[must_use]
    pub fn asked(&self, person: &Person<'_>) -> Asked {
        let settings = &self.settings;
        let rules = settings.rules.iter().filter(|rule| rule.scope.may_mean(person));
        let switch = self.switch.load();
        let switch = switch.of(Whom::of(person.profile.role));
        let besides = [Demands::from(switch), Demands::from(person.terms)];
        std::iter::once(&settings.everybody)
            .chain(rules.map(|rule| &rule.demands))
            .chain(&besides)
            .fold(NOTHING, Asked::and)
    }

    /// What is asked of everybody who is no owner, whoever else they are.
    #[must_use]
    pub fn of_everybody(&self) -> Asked {
        let switch = Demands::from(&self.switch.load().everybody);
        NOTHING.and(&self.settings.everybody).and(&switch)
    }

    /// Whether somebody who has these has fewer than they are asked to have.
    #[must_use]
    pub fn shortfall(&self, person: &Person<'_>, held: Held, now: Timestamp) -> Option<Shortfall> {
        let asked = self.asked(person);
        asked.shortfall(held.among(self.counted(person, asked.allowed)), now)
    }

    /// Which of the kinds that somebody is allowed count at their site.
    #[must_use]
    pub fn counted(&self, person: &Person<'_>, allowed: KindSet) -> KindSet {
        let counted = allowed.and(self.settings.enabled);
        if self.settings.without_passkeys.iter().any(|site| site == person.site) {
            return counted.without(AuthenticatorKind::Passkey);
        }
        counted
    }
}

/// What nobody asks for anything.
const NOTHING: Asked = Asked {
    obligation: Obligation::Optional,
    unenrolled: Unenrolled::Enrol,
    allowed: KindSet::ALL,
    minimum: 1,
};

impl Asked {
    /// With what another source asks for besides: the stricter of both, in every part.
    fn and(self, demands: &Demands) -> Self {
        Self {
            obligation: self.obligation.max(demands.obligation()),
            unenrolled: self.unenrolled.max(demands.unenrolled.unwrap_or_default()),
            allowed: self.allowed.and(demands.allowed.unwrap_or(KindSet::ALL)),
            minimum: self.minimum.max(demands.minimum.unwrap_or(0)),
        }
    }
}

/// The kinds that a list of names leaves: what signs in first, what an operator issues and what is
/// proved elsewhere always are. A name that is
/// not known allows nothing.
#[must_use]
pub fn kinds_of<'n>(names: impl IntoIterator<Item = &'n str>) -> KindSet {
    let kinds: KindSet = names.into_iter().filter_map(AuthenticatorKind::from_name).collect();
    kinds
        .or(KindSet::ELSEWHERE)
        .with(AuthenticatorKind::Password)
        .with(AuthenticatorKind::RecoveryCode)
}

#[cfg(test)]
mod tests;

//! What must be true before a request is forwarded: proof, place, age and person, freely combined.
//!
//! A [`Requirement`] is a list of [`Alternative`]s, of which one must hold; of an alternative everything must
//! hold. That is enough to say "location and address", "agents from the office, admins from the VPN as well",
//! or "no second factor in the office" (S0.32, S1.28).

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::area::Areas;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::Role;

/// What proves that a request may pass, apart from where it comes from.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Nothing: anybody, and no identity is sent upstream.
    Open,
    /// The network it comes from, for machines: no browser is led there from another site.
    Network,
    /// A service token that covers the request.
    ServiceToken,
    /// A client certificate (mutual TLS).
    ClientCertificate,
    /// A password of somebody who has a second factor, which is not asked for: the prompt is waived, never
    /// the enrolment.
    Password,
    /// Password and a second factor.
    #[default]
    SecondFactor,
    /// Authenticator assurance level 2 (NIST SP 800-63B-4 §2.2): stricter than `second_factor` once
    /// factors exist that do not reach it.
    Aal2,
    /// That, and a proof of which a relaying page gets nothing (NIST SP 800-63B-4 §3.2.5): a passkey or a
    /// security key. No one-time code is one (S2.9).
    PhishingResistant,
    /// That, with a passkey or a security key: today the same as `phishing_resistant`.
    Passkey,
    /// Authenticator assurance level 3 (NIST SP 800-63B-4 §2.3): a key that cannot leave its device, that
    /// recognised its owner, and that its maker vouches for.
    Aal3,
}

impl Proof {
    /// The name used in configuration, logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Network => "network",
            Self::ServiceToken => "service_token",
            Self::ClientCertificate => "client_certificate",
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::Aal2 => "aal2",
            Self::PhishingResistant => "phishing_resistant",
            Self::Passkey => "passkey",
            Self::Aal3 => "aal3",
        }
    }

    /// Whether a browser brings it along by itself, whoever's page made it ask: where it is, or its
    /// certificate.
    #[must_use]
    pub const fn is_ambient(self) -> bool {
        matches!(self, Self::Open | Self::Network | Self::ClientCertificate)
    }

    /// Whether it is given by a person who signs in.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        match self {
            Self::Password
            | Self::SecondFactor
            | Self::Aal2
            | Self::PhishingResistant
            | Self::Passkey
            | Self::Aal3 => true,
            Self::Open | Self::Network | Self::ServiceToken | Self::ClientCertificate => false,
        }
    }

    /// The kinds of authenticators that it names.
    #[must_use]
    pub const fn kinds(self) -> KindSet {
        match self {
            Self::PhishingResistant | Self::Passkey => KindSet::of(&[AuthenticatorKind::Passkey]),
            Self::Open
            | Self::Network
            | Self::ServiceToken
            | Self::ClientCertificate
            | Self::Password
            | Self::SecondFactor
            | Self::Aal2
            | Self::Aal3 => KindSet::NONE,
        }
    }
}

/// Whether a machine that is let in for its network has a name upstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MachineIdentity {
    /// The console learns of nobody.
    #[default]
    None,
    /// It is `network:<name>`.
    Network,
}

/// Whether the browser must be a device that its owner registered, or the program one that the configuration
/// names: a condition more, never a factor less (S2.11).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DeviceCondition {
    /// Any will do.
    #[default]
    Any,
    /// A verified device, or a client certificate that the configuration names.
    Verified,
}

/// Whom an alternative is about: anyone named in one of these lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Login names.
    pub users: Vec<LoginName>,
    /// Groups.
    pub groups: Vec<String>,
    /// Roles in the gateway.
    pub roles: Vec<Role>,
}

impl People {
    /// Whether somebody is named.
    #[must_use]
    pub fn include(&self, profile: &Profile) -> bool {
        profile.login.is_among(&self.users)
            || self.roles.contains(&profile.role)
            || self.groups.iter().any(|group| profile.groups.contains(group))
    }
}

/// One way to satisfy a requirement: all of it must hold.
#[derive(Clone, Debug, Default)]
pub struct Alternative {
    /// What is proved.
    pub proof: Proof,
    /// With every one of these kinds, beside what the proof says: several factors together.
    pub factors: KindSet,
    /// On which device.
    pub device: DeviceCondition,
    /// In one of these networks; none: from anywhere.
    pub networks: Option<Areas>,
    /// In one of these places.
    pub places: Option<Areas>,
    /// The proof is at most this old (step-up).
    pub max_age: Option<Duration>,
    /// By one of these people.
    pub people: Option<People>,
    /// With one of these client certificates, by name; none: any that is configured.
    pub clients: Option<Vec<Arc<str>>>,
    /// What the console learns of a machine.
    pub identity: MachineIdentity,
}

impl Alternative {
    /// A proof from anywhere, by anyone.
    #[must_use]
    pub fn of(proof: Proof) -> Self {
        Self { proof, ..Self::default() }
    }

    /// The same, for no less than a floor asks of people. What machines prove stays as it is.
    fn at_least(&self, floor: Floor) -> Self {
        if !self.proof.is_personal() {
            return self.clone();
        }
        let ages = self.max_age.into_iter().chain(floor.max_age);
        Self {
            proof: floor.proof.map_or(self.proof, |least| self.proof.max(least)),
            max_age: ages.min(),
            ..self.clone()
        }
    }

    /// Every kind of authenticator that it names.
    #[must_use]
    pub const fn kinds(&self) -> KindSet {
        self.proof.kinds().or(self.factors)
    }

    /// Whether it is nothing but an open door.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.proof, Proof::Open) && self.networks.is_none() && self.places.is_none()
    }

    /// Whether it is fulfilled by where a request comes from, so that a browser could be led there.
    #[must_use]
    pub const fn is_ambient(&self) -> bool {
        self.proof.is_ambient() && !self.is_open()
    }
}

/// What people prove at least, wherever they have to prove anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Floor {
    /// With what; none: with what is asked for there.
    pub proof: Option<Proof>,
    /// How old it may be.
    pub max_age: Option<Duration>,
}

/// What must be true before a request is forwarded: one of the alternatives. Without any, nothing passes.
#[derive(Clone, Debug)]
pub struct Requirement {
    alternatives: Vec<Alternative>,
}

impl Default for Requirement {
    /// Password and a second factor (ruling 6).
    fn default() -> Self {
        Self::of(Proof::default())
    }
}

impl Requirement {
    /// One proof, from anywhere, by anyone.
    #[must_use]
    pub fn of(proof: Proof) -> Self {
        Self { alternatives: vec![Alternative::of(proof)] }
    }

    /// One of these.
    #[must_use]
    pub const fn any_of(alternatives: Vec<Alternative>) -> Self {
        Self { alternatives }
    }

    /// The same, for no less than a floor asks of people.
    #[must_use]
    pub fn at_least(&self, floor: Floor) -> Self {
        Self { alternatives: self.alternatives.iter().map(|one| one.at_least(floor)).collect() }
    }

    /// The ways to satisfy it.
    #[must_use]
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Whether it asks for nothing at all.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.alternatives.iter().any(Alternative::is_open)
    }

    /// Whether the databases have to be asked.
    #[must_use]
    pub fn has_place(&self) -> bool {
        let asks = |areas: &Option<Areas>| areas.as_ref().is_some_and(Areas::has_place);
        self.alternatives.iter().any(|one| asks(&one.networks) || asks(&one.places))
    }

    /// Whether time alone can end it.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        let ends =
            |one: &Alternative| one.max_age.is_some() || one.proof == Proof::ClientCertificate;
        let ends = |one: &Alternative| ends(one) || one.device == DeviceCondition::Verified;
        self.alternatives.iter().any(ends)
    }
}

/// What a request must satisfy: a requirement, and in rare cases further ones besides. All must hold.
#[derive(Clone, Debug)]
pub struct Demanded<'a> {
    first: &'a Requirement,
    more: Vec<&'a Requirement>,
}

impl<'a> Demanded<'a> {
    /// One requirement.
    #[must_use]
    pub const fn of(first: &'a Requirement) -> Self {
        Self { first, more: Vec::new() }
    }

    /// Asks for this besides.
    pub fn and(&mut self, requirement: &'a Requirement) {
        if !self.iter().any(|known| std::ptr::eq(known, requirement)) {
            self.more.push(requirement);
        }
    }

    /// Asks for all that another one asks for besides.
    pub fn and_all(&mut self, other: &Self) {
        other.iter().for_each(|requirement| self.and(requirement));
    }

    /// Every requirement.
    pub fn iter(&self) -> impl Iterator<Item = &'a Requirement> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    /// Whether both ask for the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let within =
            |one: &Self, all: &Self| one.iter().all(|a| all.iter().any(|b| std::ptr::eq(a, b)));
        within(self, other) && within(other, self)
    }
}

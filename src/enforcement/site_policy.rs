//! What is asked at one site besides the configuration: from where people and programs may come near it at all, and which
//! proof, how lately given, people need there at least. The stricter of both holds (S1.29).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

/// Which proof people need at least; a later one is stricter. Named as in the configuration's `require`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LeastProof {
    /// A second factor: the prompt is waived nowhere.
    SecondFactor,
    /// Authenticator assurance level 2 (NIST SP 800-63B-4 §2.2).
    Aal2,
    /// That, with a passkey or a security key (NIST SP 800-63B-4 §3.2.5).
    PhishingResistant,
    /// Authenticator assurance level 3 (NIST SP 800-63B-4 §2.3).
    Aal3,
}

impl LeastProof {
    /// Each, the mildest first.
    pub const ALL: [Self; 4] =
        [Self::SecondFactor, Self::Aal2, Self::PhishingResistant, Self::Aal3];

    /// The name used in configuration, records and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::Aal2 => "aal2",
            Self::PhishingResistant => "phishing_resistant",
            Self::Aal3 => "aal3",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What is asked at one site besides the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitePolicy {
    /// Nobody and nothing comes near it but from one of these networks and places, by name; empty: from where the
    /// configuration lets them. A name that the configuration does not have lets nobody in.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub only_from: BTreeSet<String>,
    /// What people prove there at least; none: what the configuration asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<LeastProof>,
    /// How old that proof may be, in seconds; none: as old as the configuration lets it be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
}

impl SitePolicy {
    /// The most networks and places that one names.
    pub const MOST_AREAS: usize = 32;

    /// How old a proof may be at least, in seconds: whoever is asked more often than that proves nothing by it.
    pub const LEAST_AGE: u64 = 60;

    /// How old a proof may be at most, in seconds: no session lasts longer.
    pub const MOST_AGE: u64 = 30 * 24 * 60 * 60;

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is asked at each site besides the configuration, by its name.
pub type SitePolicies = BTreeMap<String, SitePolicy>;

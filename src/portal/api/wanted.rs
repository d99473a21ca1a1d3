//! What programs write: forms of their own, read strictly.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;

use crate::clock::Timestamp;
use crate::enforcement::date;
use crate::operate::Change;
use crate::operate::FirstPassword;
use crate::operate::NewToken;
use crate::operate::NewUser;
use crate::operate::ProfileChange;
use crate::operate::RotateMode;
use crate::operate::TermsChange;
use crate::secret::Secret;
use crate::subject::Role;
use crate::subject::terms::Mode;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

/// An account that is to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    #[schemars(length(min = 1, max = 128))]
    login: String,
    /// The login name, unless given.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
    /// `user`, unless given.
    #[serde(default)]
    role: Option<Role>,
    /// The first password; without one, nobody signs in with a password until one is chosen by a link.
    #[serde(default = "no_password", with = "crate::secret::at_rest")]
    #[schemars(with = "Option<String>", length(min = 8, max = 256))]
    password: Secret<Option<String>>,
}

fn no_password() -> Secret<Option<String>> {
    Secret::new(None)
}

impl From<NewPerson> for NewUser {
    fn from(it: NewPerson) -> Self {
        Self {
            login: it.login,
            name: it.name,
            email: it.email,
            groups: it.groups,
            role: it.role.unwrap_or(Role::User),
            terms: Terms::default(),
            password: match it.password.expose() {
                Some(password) => FirstPassword::Set(Secret::new(password.clone())),
                None => FirstPassword::None,
            },
        }
    }
}

/// What becomes of a profile: what is missing stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub(super) struct NewProfile {
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "String", length(min = 1, max = 256))]
    name: Option<String>,
    /// Null: none any more. The address before is told of it.
    #[serde(default, deserialize_with = "changed")]
    #[schemars(with = "Option<String>", length(max = 256))]
    email: Change<String>,
    /// All of them; those that are not named are taken away.
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Vec<String>")]
    groups: Option<Vec<String>>,
}

/// Something that may be missing, but is not null.
fn said<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl From<NewProfile> for ProfileChange {
    fn from(it: NewProfile) -> Self {
        Self { name: it.name, email: it.email, groups: it.groups }
    }
}

/// A password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    #[serde(with = "crate::secret::at_rest")]
    #[schemars(with = "String", length(min = 8, max = 256))]
    pub(super) password: Secret<String>,
    /// Whether another one is asked for at the next sign-in.
    #[serde(default)]
    pub(super) must_change: bool,
}

/// A role.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    pub(super) role: Role,
}

/// Where codes are to go.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAddress {
    /// An e-mail address, or a telephone number with its country code.
    #[schemars(length(min = 1, max = 254))]
    pub(super) address: String,
}

/// What becomes of terms: what is missing stays, what is null is not said any more.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub(super) struct NewTerms {
    #[serde(default, deserialize_with = "changed")]
    #[schemars(with = "Option<Mode>")]
    mode: Change<Mode>,
    /// Until when the set-up may be put off: a day, which is still within it, or a moment.
    #[serde(default, deserialize_with = "changed")]
    #[schemars(with = "Option<String>")]
    grace_until: Change<Until>,
    #[serde(default, deserialize_with = "changed")]
    #[schemars(with = "Option<Unenrolled>")]
    unenrolled: Change<Unenrolled>,
    /// The kinds of second factors that may be used.
    #[serde(default, deserialize_with = "changed")]
    #[schemars(with = "Option<Vec<String>>")]
    allowed: Change<BTreeSet<String>>,
}

/// The end of a grace.
pub(super) struct Until(Timestamp);

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        date::parse(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("write {}", date::FORM)))
    }
}

fn changed<'de, T, D>(deserializer: D) -> Result<Change<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(|it| it.map_or(Change::Clear, Change::Set))
}

impl From<NewTerms> for TermsChange {
    fn from(it: NewTerms) -> Self {
        let grace_until = match it.grace_until {
            Change::Keep => Change::Keep,
            Change::Clear => Change::Clear,
            Change::Set(until) => Change::Set(until.0),
        };
        Self { mode: it.mode, grace_until, unenrolled: it.unenrolled, allowed: it.allowed }
    }
}

/// A service token that is to be issued.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueToken {
    #[schemars(regex(pattern = "^[a-z0-9-]{1,63}$"))]
    name: String,
    /// The site that is asked, unless given.
    #[serde(default)]
    site: Option<String>,
    /// None: all.
    #[serde(default)]
    #[schemars(length(max = 20))]
    paths: Vec<String>,
    /// None: all.
    #[serde(default)]
    #[schemars(length(max = 20))]
    methods: Vec<String>,
    /// None: all.
    #[serde(default)]
    #[schemars(length(max = 20))]
    networks: Vec<String>,
    /// For how many seconds; as usual, unless given.
    #[serde(default)]
    lifetime: Option<u64>,
    /// For this API, with the rights of this role; for the console, unless given.
    #[serde(default)]
    role: Option<Role>,
}

impl IssueToken {
    /// The same for whoever asks at that site.
    pub(super) fn at(self, site: &str) -> NewToken {
        NewToken {
            name: self.name,
            site: self.site.unwrap_or_else(|| site.to_owned()),
            paths: self.paths,
            methods: self.methods,
            networks: self.networks,
            lifetime: self.lifetime,
            role: self.role,
        }
    }
}

/// How a token gets another secret.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateToken {
    /// For how many seconds the old secret is still good; a day, unless given.
    #[serde(default)]
    pub(super) overlap: Option<u64>,
    /// For how many seconds the token is good from now on; as usual, unless given.
    #[serde(default)]
    pub(super) lifetime: Option<u64>,
}

/// How a signing key is made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateKeys {
    /// `ahead`: it is published first, and signs once every console can know it. `now`: it signs at once, and every other
    /// key is void.
    pub(super) mode: RotateMode,
}

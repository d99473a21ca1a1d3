//! The file's rules: who may connect, and what a route asks for.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::IntoDeserializer;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;

use super::scalar::Span;
use crate::route::DeviceCondition;
use crate::route::MachineIdentity;
use crate::route::Proof;
use crate::subject::Role;

/// Who may connect at all, judged before TLS and HTTP. Names are those of `networks` and `places`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `deny`, `allow`, `answer`")]
pub(in crate::config) struct ConnectionsSection {
    /// Whoever is in one of these is kept out, and whoever might be. Denying wins.
    pub(in crate::config) deny: Option<Vec<Option<String>>>,
    /// Whoever is in none of these is kept out; without the key, only `deny` counts.
    pub(in crate::config) allow: Option<Vec<Option<String>>>,
    /// What those who are kept out see: the end of the connection, or a reset.
    #[schemars(extend("default" = "drop"))]
    pub(in crate::config) answer: Option<FarewellWord>,
    /// Rules that are only rehearsed: decided, logged and counted, held against nobody.
    pub(in crate::config) report_only: Option<FenceSection>,
}

/// Who may come near a site at all, sign-in pages included; judged for every request.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `deny`, `allow`")]
pub(in crate::config) struct SiteConnectionsSection {
    /// Whoever is in one of these is kept out, and whoever might be. Denying wins.
    pub(in crate::config) deny: Option<Vec<Option<String>>>,
    /// Whoever is in none of these is kept out; without the key, only `deny` counts.
    pub(in crate::config) allow: Option<Vec<Option<String>>>,
    /// Rules that are only rehearsed: decided, logged and counted, held against nobody.
    pub(in crate::config) report_only: Option<FenceSection>,
}

/// Rules that are only rehearsed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `deny`, `allow`")]
pub(in crate::config) struct FenceSection {
    /// Whoever is in one of these would be kept out, and whoever might be.
    pub(in crate::config) deny: Option<Vec<Option<String>>>,
    /// Whoever is in none of these would be kept out.
    pub(in crate::config) allow: Option<Vec<Option<String>>>,
}

/// What those who are kept out see.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum FarewellWord {
    /// The end of the connection.
    #[default]
    Drop,
    /// A reset.
    Reset,
}

/// What a route asks for: a word, or a mapping.
#[derive(Debug)]
pub(in crate::config) enum Requires {
    /// One proof, from anywhere, by anyone.
    Word(Proof),
    /// More than that.
    Map(Box<RequireSection>),
}

/// What a route asks for. All that is written must hold; or, with `any_of`, all of one of its entries.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a word such as `second_factor`, or a mapping")]
pub(in crate::config) struct RequireSection {
    /// Mappings like this one, of which one must hold; no other key beside it.
    pub(in crate::config) any_of: Option<Vec<Option<Self>>>,
    /// What is proved.
    #[schemars(extend("default" = "second_factor"))]
    pub(in crate::config) proof: Option<Proof>,
    /// With every one of these kinds besides: `passkey`, `totp`, `sms`, `email`.
    pub(in crate::config) factors: Option<Vec<Option<String>>>,
    /// On which device: any, or one that its owner registered (or with a client certificate).
    #[schemars(extend("default" = "any"))]
    pub(in crate::config) device: Option<DeviceCondition>,
    /// In one of these, by names of `networks`.
    pub(in crate::config) networks: Option<Vec<Option<String>>>,
    /// In one of these, by names of `places`.
    pub(in crate::config) places: Option<Vec<Option<String>>>,
    /// Proved at most so long ago; else the person proves it again. 1m to 24h.
    pub(in crate::config) max_age: Option<Span>,
    /// By one of these, by login name; or by somebody in `groups` or `roles`.
    pub(in crate::config) users: Option<Vec<Option<String>>>,
    /// By somebody in one of these groups.
    pub(in crate::config) groups: Option<Vec<Option<String>>>,
    /// By somebody with one of these roles in the gateway.
    pub(in crate::config) roles: Option<Vec<Option<RoleWord>>>,
    /// With `proof: client_certificate`: one of these, by names of `client_certificates`.
    pub(in crate::config) clients: Option<Vec<Option<String>>>,
    /// With `proof: network`: what the console learns of the machine: nothing, or `network:<name>`.
    #[schemars(extend("default" = "none"))]
    pub(in crate::config) identity: Option<MachineIdentity>,
}

/// A role in the gateway.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum RoleWord {
    /// Signs in; changes only itself.
    User,
    /// Reads the audit log and the overview.
    Auditor,
    /// Helps users who lost a factor.
    HelpDesk,
    /// Manages users and policy.
    Admin,
    /// Manages admins.
    Owner,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::User => Self::User,
            RoleWord::Auditor => Self::Auditor,
            RoleWord::HelpDesk => Self::HelpDesk,
            RoleWord::Admin => Self::Admin,
            RoleWord::Owner => Self::Owner,
        }
    }
}

impl<'de> Deserialize<'de> for Requires {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Requires;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word such as `second_factor`, or a mapping")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Requires, E> {
                Proof::deserialize(text.into_deserializer()).map(Requires::Word)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Requires, A::Error> {
                RequireSection::deserialize(MapAccessDeserializer::new(map))
                    .map(|section| Requires::Map(Box::new(section)))
            }
        }
        deserializer.deserialize_any(Words)
    }
}

impl JsonSchema for Requires {
    fn schema_name() -> Cow<'static, str> {
        "Requires".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<Proof>();
        json_schema!({ "anyOf": [word, generator.subschema_for::<RequireSection>()] })
    }
}

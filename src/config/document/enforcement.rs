//! The file's words on who must have a second factor, and of which kinds.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::SeqAccess;
use serde::de::Unexpected;
use serde::de::Visitor;
use serde::de::value::SeqAccessDeserializer;

use super::scalar::Span;
use crate::authenticator::AuthenticatorKind;
use crate::enforcement::RecoveryOpens;
use crate::subject::terms::Mode;
use crate::subject::terms::Unenrolled;

/// Who must have a second factor, and what happens to accounts that have none. The operator's switch and the terms
/// of accounts can ask for more, never for less.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `mode`, `unenrolled`")]
pub(in crate::config) struct EnforcementSection {
    /// Whether everybody must have a second factor, or may.
    #[schemars(extend("default" = "enforced"))]
    pub(in crate::config) mode: Option<Mode>,
    /// With `mode: enforced`: until when people may put its set-up off; a day, which is still within it, or a
    /// moment (RFC 3339). Default: not at all.
    pub(in crate::config) grace_until: Option<String>,
    /// At sign-in: set one up, show a recovery code first, or be refused.
    #[schemars(extend("default" = "enrol"))]
    pub(in crate::config) unenrolled: Option<Unenrolled>,
    /// Without `grace_until`: how long after its creation an account may set one up on its password alone; 1m to
    /// 365d.
    #[schemars(extend("default" = "14d"))]
    pub(in crate::config) enrolment_window: Option<Span>,
    /// The same after an operator has reset its second factor; 1m to 365d.
    #[schemars(extend("default" = "24h"))]
    pub(in crate::config) reset_window: Option<Span>,
    /// An account without a second factor that nobody signed in to for so long needs a recovery code; 1d to 365d.
    #[schemars(extend("default" = "90d"))]
    pub(in crate::config) dormant_after: Option<Span>,
    /// How long before the end of `grace_until` people are reminded; 0s to 365d.
    #[schemars(extend("default" = "14d"))]
    pub(in crate::config) remind_before: Option<Span>,
    /// How many second factors people are asked to have; 1 to 5.
    #[schemars(range(min = 1, max = 5), extend("default" = 1))]
    pub(in crate::config) minimum_authenticators: Option<u64>,
    /// What is asked of some besides.
    pub(in crate::config) rules: Option<Vec<Option<EnforcementRule>>>,
}

/// What is asked of some besides. All of `sites`, `groups`, `users` and `networks` that is written must hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `groups`, `mode`")]
pub(in crate::config) struct EnforcementRule {
    /// On one of these sites, by name.
    pub(in crate::config) sites: Option<Vec<Option<String>>>,
    /// Of people in one of these groups.
    pub(in crate::config) groups: Option<Vec<Option<String>>>,
    /// Of these people, by login name.
    pub(in crate::config) users: Option<Vec<Option<String>>>,
    /// From one of these, by names of `networks`.
    pub(in crate::config) networks: Option<Vec<Option<String>>>,
    /// Whether they must have a second factor. Default: what the others say; `enforced` beside `grace_until`.
    pub(in crate::config) mode: Option<Mode>,
    /// Until when they may put its set-up off.
    pub(in crate::config) grace_until: Option<String>,
    /// What happens to those who have none.
    pub(in crate::config) unenrolled: Option<Unenrolled>,
    /// The kinds they may use, of those that everybody may.
    pub(in crate::config) allowed: Option<Allowed>,
    /// How many second factors they are asked to have; 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub(in crate::config) minimum_authenticators: Option<u64>,
}

/// Codes that are issued to people who have lost everything else.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `lifetime`, `session`")]
pub(in crate::config) struct RecoveryCodesSection {
    /// How long one is good; 1m to 1h.
    #[schemars(extend("default" = "1h"))]
    pub(in crate::config) lifetime: Option<Span>,
    /// What a session from one is good for: setting up a second factor, or all that asks for no more than a second
    /// factor. It is below AAL2 in any case.
    #[schemars(extend("default" = "enrolment"))]
    pub(in crate::config) session: Option<RecoveryOpens>,
}

/// Kinds of second factors: a list, or a word for one.
#[derive(Debug)]
pub(in crate::config) enum Allowed {
    /// `phishing_resistant`.
    PhishingResistant,
    /// These.
    Kinds(Vec<Option<Kind>>),
}

/// A kind of second factor.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum Kind {
    /// Passkeys and security keys.
    Passkey,
    /// Codes from an authenticator app.
    Totp,
    /// Codes by SMS.
    Sms,
    /// Codes by e-mail.
    Email,
    /// The ten codes a person keeps.
    BackupCode,
    /// Browsers that people asked us to remember.
    RememberedDevice,
}

impl From<Kind> for AuthenticatorKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Passkey => Self::Passkey,
            Kind::Totp => Self::Totp,
            Kind::Sms => Self::Sms,
            Kind::Email => Self::Email,
            Kind::BackupCode => Self::BackupCode,
            Kind::RememberedDevice => Self::RememberedDevice,
        }
    }
}

const PHISHING_RESISTANT: &str = "phishing_resistant";

impl<'de> Deserialize<'de> for Allowed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Allowed;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`phishing_resistant`, or a list of kinds such as [passkey, totp]")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Allowed, E> {
                if text == PHISHING_RESISTANT {
                    return Ok(Allowed::PhishingResistant);
                }
                Err(E::invalid_value(Unexpected::Str(text), &self))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Allowed, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(list)).map(Allowed::Kinds)
            }
        }
        deserializer.deserialize_any(Words)
    }
}

impl JsonSchema for Allowed {
    fn schema_name() -> Cow<'static, str> {
        "Allowed".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kinds = ["passkey", "totp", "sms", "email", "backup_code", "remembered_device"];
        let list = json_schema!({ "type": "array", "items": { "enum": kinds }, "minItems": 1 });
        json_schema!({ "anyOf": [{ "const": PHISHING_RESISTANT }, list] })
    }
}

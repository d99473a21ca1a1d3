//! The file's settings about passkeys and security keys.

use schemars::JsonSchema;
use serde::Deserialize;

/// Passkeys and security keys (WebAuthn). Without this section they are on at every site where browsers can
/// use them: over HTTPS, and at localhost.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `relying_party`")]
pub(in crate::config) struct PasskeysSection {
    /// Whether people may use them.
    #[schemars(extend("default" = true))]
    pub(in crate::config) enabled: Option<bool>,
    /// Whom the keys are made for.
    pub(in crate::config) relying_party: Option<RelyingPartySection>,
    /// Whether a key must recognise its owner, by PIN, finger or face. Without a password it always must.
    #[schemars(extend("default" = "preferred"))]
    pub(in crate::config) user_verification: Option<UserVerificationWord>,
    /// Whether the maker of a key must vouch for it: `direct` refuses every key whose statement does not lead to
    /// one of `roots`. Only such keys reach AAL3.
    #[schemars(extend("default" = "none"))]
    pub(in crate::config) attestation: Option<AttestationWord>,
    /// PEM file with the root certificates of makers that are trusted; for `attestation: direct`.
    pub(in crate::config) roots: Option<String>,
    /// Models (AAGUID) that are allowed, of those that the roots vouch for; default: all of them.
    pub(in crate::config) models: Option<Vec<Option<String>>>,
    /// Whether a passkey may stand for user name and password.
    #[schemars(extend("default" = true))]
    pub(in crate::config) passwordless: Option<bool>,
}

/// Whom keys are made for. A key works for its relying party alone: whoever changes the id has to have every
/// key registered again.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `id`, `name`")]
pub(in crate::config) struct RelyingPartySection {
    /// A host name, which every host of every site is equal to or below. Default: the first host of each site.
    pub(in crate::config) id: Option<String>,
    /// What browsers show for it; at most 60 characters. Default: `branding.name`.
    pub(in crate::config) name: Option<String>,
}

/// Whether a key must recognise its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum UserVerificationWord {
    /// It must.
    Required,
    /// It should, if it can.
    #[default]
    Preferred,
    /// A touch is enough.
    Discouraged,
}

/// Whether the maker of a key must vouch for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum AttestationWord {
    /// Nobody is asked.
    #[default]
    None,
    /// It must.
    Direct,
}

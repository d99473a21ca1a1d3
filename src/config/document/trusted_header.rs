//! The file's `first_factor.trusted_header`: a sign-on in front of the gateway.

use schemars::JsonSchema;
use serde::Deserialize;

use super::console::UnknownUsersWord;

/// A sign-on in front of the gateway, which says who a request comes from.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `from`, and `user_header` or `jwt`")]
pub(in crate::config) struct TrustedHeaderSection {
    /// Whose users sign in there: 1 to 63 of a-z, 0-9 and `-`. Sites of one source have the same people.
    #[schemars(regex(pattern = r"^[a-z0-9-]{1,63}$"))]
    pub(in crate::config) source: Option<String>,
    /// Where its connections come from: names of `networks`. What anybody else sends in its headers means nothing.
    #[schemars(required, length(min = 1))]
    pub(in crate::config) from: Option<Vec<Option<String>>>,
    /// The header that names the user, as it is.
    pub(in crate::config) user_header: Option<String>,
    /// With `user_header`: the header with their display name.
    pub(in crate::config) name_header: Option<String>,
    /// With `user_header`: the header with their address.
    pub(in crate::config) email_header: Option<String>,
    /// With `user_header`: the header with their groups, with commas between them.
    pub(in crate::config) groups_header: Option<String>,
    /// A signed token that names the user, instead of `user_header`.
    pub(in crate::config) jwt: Option<JwtSection>,
    /// What becomes of the second factor.
    #[schemars(extend("default" = "ask"))]
    pub(in crate::config) second_factor: Option<SecondFactorWord>,
    /// With `trust_amr`: values of `amr` or `acr` of which each says that a second factor was given; default: `mfa`.
    #[schemars(length(min = 1))]
    pub(in crate::config) mfa_values: Option<Vec<Option<String>>>,
    /// What becomes of people who have no account yet.
    #[schemars(extend("default" = "create"))]
    pub(in crate::config) unknown_users: Option<UnknownUsersWord>,
    /// Where people go on to when they sign out here, to sign out there.
    pub(in crate::config) sign_out_url: Option<String>,
}

/// A signed token in a header.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a mapping with `header`, `jwks`, `issuer`, `audience` and `user_claim`"
)]
pub(in crate::config) struct JwtSection {
    /// The header that it comes in.
    #[schemars(required)]
    pub(in crate::config) header: Option<String>,
    /// Its public keys, as a JWK set: a file, or an https URL.
    #[schemars(required)]
    pub(in crate::config) jwks: Option<String>,
    /// Authorities that may have signed the certificate of the URL, in PEM; default: those that browsers know.
    pub(in crate::config) ca_file: Option<String>,
    /// What `iss` is, exactly.
    #[schemars(required)]
    pub(in crate::config) issuer: Option<String>,
    /// What `aud` names: one of these.
    #[schemars(required, length(min = 1))]
    pub(in crate::config) audience: Option<Vec<Option<String>>>,
    /// How it may be signed; default: RS256, ES256 and `EdDSA`.
    #[schemars(length(min = 1))]
    pub(in crate::config) algorithms: Option<Vec<Option<String>>>,
    /// The claim that names the user, such as `preferred_username` or `sub`.
    #[schemars(required)]
    pub(in crate::config) user_claim: Option<String>,
    /// The claim with their display name.
    pub(in crate::config) name_claim: Option<String>,
    /// The claim with their address.
    pub(in crate::config) email_claim: Option<String>,
    /// The claim with their groups: a list, or text with commas.
    pub(in crate::config) groups_claim: Option<String>,
}

/// What becomes of the second factor of people who are signed in elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum SecondFactorWord {
    /// The gateway asks for its own.
    #[default]
    Ask,
    /// Not where the token says that one was given.
    TrustAmr,
    /// Nobody is asked.
    NotAsked,
}

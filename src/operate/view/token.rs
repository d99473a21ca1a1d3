//! What is told of service tokens: nothing of their secrets, but once.

use serde::Deserialize;
use serde::Serialize;

use super::IssuedSecret;
use crate::clock::Timestamp;
use crate::service_token::ServiceToken;
use crate::service_token::TokenState;
use crate::subject::Role;

/// The answer to a command about service tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenReply {
    /// A token, as it is now.
    One(Box<TokenView>),
    /// All of them.
    All {
        /// In order of name.
        tokens: Vec<TokenView>,
    },
    /// A token has a new secret; this is the only time it is told.
    Issued {
        /// The token, as it is now.
        token: Box<TokenView>,
        /// What its user shows.
        secret: IssuedSecret,
        /// Scheme, host and port of its site.
        origin: String,
        /// Whether any route of its site accepts service tokens.
        accepted: bool,
    },
    /// A token is no more.
    Revoked {
        /// As it was.
        token: Box<TokenView>,
    },
}

/// How a service token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenStanding {
    /// It may be used.
    Active,
    /// It may be used, but not for long any more.
    ExpiresSoon,
    /// Its time is over.
    Expired,
    /// An operator has disabled it.
    Disabled,
}

/// A service token; nothing of its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// Names it in the log, and in the token itself.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: TokenStanding,
    /// What it may do in the gateway itself; none: nothing, it is for the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The site it is good for.
    pub site: String,
    /// Paths; none: all.
    pub paths: Vec<String>,
    /// Methods; none: all.
    pub methods: Vec<String>,
    /// Networks; none: all.
    pub networks: Vec<String>,
    /// When it was issued.
    pub created: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it ends.
    pub expires: Timestamp,
    /// Until when the secret before this one is good; none: it is not.
    pub previous_until: Option<Timestamp>,
    /// When it was last used; none: never.
    pub last_used: Option<Timestamp>,
}

impl TokenView {
    pub(in crate::operate) fn new(token: ServiceToken, now: Timestamp) -> Self {
        let standing = if token.state == TokenState::Disabled {
            TokenStanding::Disabled
        } else if now >= token.expires {
            TokenStanding::Expired
        } else if token.expires.since(now) <= ServiceToken::WARNED_AHEAD {
            TokenStanding::ExpiresSoon
        } else {
            TokenStanding::Active
        };
        let scope = token.scope;
        let previous = token.previous.map(|previous| previous.until);
        Self {
            id: token.id.to_string(),
            name: token.name.to_string(),
            standing,
            role: token.role,
            site: scope.site,
            paths: scope.paths.into_iter().map(String::from).collect(),
            methods: scope.methods.into_iter().map(String::from).collect(),
            networks: scope.networks.iter().map(ToString::to_string).collect(),
            created: token.created,
            created_by: token.created_by,
            expires: token.expires,
            previous_until: previous.filter(|&until| now < until),
            last_used: token.last_used,
        }
    }
}

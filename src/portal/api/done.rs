//! What programs are told of what was done. A secret that was made is told here, and never again.

use schemars::JsonSchema;
use serde::Serialize;

use crate::operate::view::KeyView;
use crate::portal::api::moment::Moment;
use crate::portal::api::view::Token;
use crate::portal::api::view::User;

/// An account that was changed.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Changed {
    /// As it is now.
    pub(super) user: User,
    /// How many sessions ended by it.
    pub(super) sessions_ended: usize,
}

/// A recovery code; this is the only time it is told.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct IssuedCode {
    pub(super) user: User,
    /// What they enter.
    pub(super) code: String,
    pub(super) expires: Moment,
}

/// A link by which a password is chosen; this is the only time it is told.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct IssuedLink {
    pub(super) user: User,
    /// The whole address, to be handed over.
    pub(super) link: String,
    pub(super) expires: Moment,
}

/// An account that is no more.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Removed {
    /// The id, by which the audit log knows it.
    pub(super) id: String,
    /// The login name, which is free again.
    pub(super) login: String,
}

/// Sessions that were ended.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Ended {
    pub(super) sessions_ended: u64,
}

/// A service token with a new secret; this is the only time it is told.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct IssuedToken {
    pub(super) token: Token,
    /// What its user shows.
    pub(super) secret: String,
    /// Scheme, host and port of its site.
    pub(super) origin: String,
    /// Whether anything accepts it.
    pub(super) accepted: bool,
}

/// The signing keys.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct KeyList {
    /// Oldest first.
    pub(super) keys: Vec<Key>,
}

/// A signing key.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Key {
    /// RFC 7638 thumbprint.
    kid: String,
    /// `next`, `current`, `previous` or `retired`.
    state: String,
    created: Moment,
    /// From when on it signs.
    activates: Moment,
}

impl From<KeyView> for Key {
    fn from(it: KeyView) -> Self {
        Self {
            kid: it.kid,
            state: it.state,
            created: it.created.into(),
            activates: it.activates.into(),
        }
    }
}

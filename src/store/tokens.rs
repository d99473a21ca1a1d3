//! What is kept of service tokens: the part of the store that machines need.

use async_trait::async_trait;

use super::StoreError;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::service_token::Rotation;
use crate::service_token::ServiceToken;
use crate::service_token::TokenId;
use crate::service_token::TokenState;

/// How an act on a service token ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenChange {
    /// Done.
    Done,
    /// No such token (any more).
    NoSuchToken,
    /// Another token has the name, or the id.
    NameTaken,
    /// There are as many as there may be.
    TooMany,
}

/// The tokens that are kept. As with everything a store does, a writing operation is atomic, writes its
/// audit record in the same transaction, and is durable before it answers.
#[async_trait]
pub trait TokenStore {
    /// Adds a token; refuses a name that is taken, and more than `most` tokens in all.
    async fn add_service_token(
        &self,
        token: ServiceToken,
        most: usize,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError>;

    /// Gives a token another secret; the present one is good for a while longer, or not at all.
    async fn rotate_service_token(
        &self,
        id: &TokenId,
        rotation: Rotation,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError>;

    /// Disables or enables a token.
    async fn set_service_token_state(
        &self,
        id: &TokenId,
        state: TokenState,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError>;

    /// Forgets a token for ever; its name is free again.
    async fn revoke_service_token(
        &self,
        id: &TokenId,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError>;

    /// The token of that id.
    async fn service_token(&self, id: &TokenId) -> Result<Option<ServiceToken>, StoreError>;

    /// Every token, in order of name.
    async fn service_tokens(&self) -> Result<Vec<ServiceToken>, StoreError>;

    /// Saves when tokens that still exist were last used; never an earlier moment than is known.
    async fn touch_service_tokens(&self, seen: Vec<(TokenId, Timestamp)>)
    -> Result<(), StoreError>;
}

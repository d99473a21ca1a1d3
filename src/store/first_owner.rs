//! What is kept while there is no owner: the token by which one is made.

use async_trait::async_trait;

use super::StoreError;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::subject::Account;
use crate::subject::first_owner::FirstOwnerOffer;
use crate::subject::one_time::OneTimeHash;

/// How making the first owner ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstOwnerClaim {
    /// Made: there is an owner, and no token any more.
    Made,
    /// There is an owner, or the token is another one, or its time is over.
    Refused,
    /// The login name is taken; the token is still good.
    LoginTaken,
}

/// The token of the first owner. See the words of [`Store`](super::Store) for what every operation promises.
#[async_trait]
pub trait FirstOwnerStore: Sync {
    /// Keeps a token instead of any before; false, and nothing is kept, where there is an active owner.
    async fn offer_first_owner(
        &self,
        offer: FirstOwnerOffer,
        audit: AuditEvent,
    ) -> Result<bool, StoreError>;

    /// What is kept of the token; none once there is an owner, whoever made them.
    async fn first_owner_offer(&self) -> Result<Option<FirstOwnerOffer>, StoreError>;

    /// Adds an account as the owner, whatever role it says, if the token is good at that moment and there is no active
    /// owner. Of two at once, one is made.
    async fn claim_first_owner(
        &self,
        token: (OneTimeHash, Timestamp),
        account: Account,
        audit: AuditEvent,
    ) -> Result<FirstOwnerClaim, StoreError>;
}

//! Acts on the first owner's token.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::store::AccountChange;
use crate::store::FirstOwnerClaim;
use crate::store::FirstOwnerStore;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::Role;
use crate::subject::first_owner::FirstOwnerOffer;
use crate::subject::one_time::OneTimeHash;

#[async_trait]
impl FirstOwnerStore for SledStore {
    async fn offer_first_owner(
        &self,
        offer: FirstOwnerOffer,
        audit: AuditEvent,
    ) -> Result<bool, StoreError> {
        self.act(move |txn| {
            if accounts::has_owner(txn)? {
                return Ok(false);
            }
            txn.put(Key::first_owner(), &offer)?;
            txn.audit(audit);
            Ok(true)
        })
        .await
    }

    async fn first_owner_offer(&self) -> Result<Option<FirstOwnerOffer>, StoreError> {
        self.shared.read(offered)
    }

    async fn claim_first_owner(
        &self,
        (token, now): (OneTimeHash, Timestamp),
        account: Account,
        audit: AuditEvent,
    ) -> Result<FirstOwnerClaim, StoreError> {
        self.act(move |txn| claim(txn, (&token, now), account, audit)).await
    }
}

/// What is kept of the token, while there is no owner.
fn offered(txn: &Txn<'_>) -> Result<Option<FirstOwnerOffer>, StoreError> {
    if accounts::has_owner(txn)? { Ok(None) } else { txn.get(&Key::first_owner()) }
}

fn claim(
    txn: &mut Txn<'_>,
    (token, now): (&OneTimeHash, Timestamp),
    mut account: Account,
    audit: AuditEvent,
) -> Result<FirstOwnerClaim, StoreError> {
    if !offered(txn)?.is_some_and(|offer| offer.is_met_by(token, now)) {
        return Ok(FirstOwnerClaim::Refused);
    }
    account.profile.role = Role::Owner;
    txn.note(now);
    // With the owner's mark the token goes.
    match accounts::create(txn, &account, audit)? {
        AccountChange::Done => Ok(FirstOwnerClaim::Made),
        AccountChange::LoginTaken => Ok(FirstOwnerClaim::LoginTaken),
        AccountChange::NoSuchAccount | AccountChange::LastOwner | AccountChange::WrongState => {
            Ok(FirstOwnerClaim::Refused)
        }
    }
}

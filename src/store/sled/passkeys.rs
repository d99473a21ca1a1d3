//! Acts on passkeys.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::authenticators;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::authenticator::Credential;
use crate::authenticator::passkey;
use crate::authenticator::passkey::Advance;
use crate::authenticator::passkey::PasskeyUse;
use crate::store::Acceptance;
use crate::store::Held;
use crate::store::PasskeyStore;
use crate::store::StoreError;
use crate::subject::SubjectId;

/// Accounts that are read at once.
const PAGE: usize = 100;

#[async_trait]
impl PasskeyStore for SledStore {
    async fn passkey_holder(&self, credential: &str) -> Result<Option<SubjectId>, StoreError> {
        let unique = passkey::unique(credential);
        self.shared.read(|txn| txn.get(&Key::unique(&unique)))
    }

    async fn passkeys_held(&self) -> Result<BTreeMap<String, Held>, StoreError> {
        self.shared.read(|txn| {
            let mut held = BTreeMap::new();
            let mut page = accounts::list(txn, None, PAGE)?;
            while let Some(last) = page.last() {
                for account in &page {
                    count(txn, &account.id, &mut held)?;
                }
                page = accounts::list(txn, Some(&last.profile.login), PAGE)?;
            }
            Ok(held)
        })
    }

    async fn accept_passkey(
        &self,
        id: &SubjectId,
        authenticator: &str,
        used: PasskeyUse,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, authenticator) = (id.clone(), authenticator.to_owned());
        self.act(move |txn| {
            authenticators::prove(txn, &id, &authenticator, audit, |credential, _| {
                let Credential::Passkey(key) = credential else {
                    return Acceptance::Gone;
                };
                match key.advance(&used) {
                    Advance::Accepted => Acceptance::Accepted,
                    Advance::CounterBack | Advance::EligibilityChanged => Acceptance::Spent,
                }
            })
        })
        .await
    }
}

/// Adds the passkeys of a subject.
fn count(
    txn: &Txn<'_>,
    id: &SubjectId,
    held: &mut BTreeMap<String, Held>,
) -> Result<(), StoreError> {
    let mut own: BTreeMap<String, usize> = BTreeMap::new();
    for authenticator in authenticators::list(txn, id)? {
        if let Credential::Passkey(key) = authenticator.credential {
            let count = own.entry(key.relying_party).or_default();
            *count = count.saturating_add(1);
        }
    }
    for (party, count) in own {
        let all = held.entry(party).or_default();
        all.passkeys = all.passkeys.saturating_add(count);
        all.accounts = all.accounts.saturating_add(1);
    }
    Ok(())
}

//! Acts on passkeys.

use async_trait::async_trait;

use super::SledStore;
use super::authenticators;
use super::keys::Key;
use crate::audit::AuditEvent;
use crate::authenticator::Credential;
use crate::authenticator::passkey;
use crate::authenticator::passkey::Advance;
use crate::authenticator::passkey::PasskeyUse;
use crate::store::Acceptance;
use crate::store::PasskeyStore;
use crate::store::StoreError;
use crate::subject::SubjectId;

#[async_trait]
impl PasskeyStore for SledStore {
    async fn passkey_holder(&self, credential: &str) -> Result<Option<SubjectId>, StoreError> {
        let unique = passkey::unique(credential);
        self.shared.read(|txn| txn.get(&Key::unique(&unique)))
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

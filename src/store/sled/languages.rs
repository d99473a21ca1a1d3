//! The language of an account.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use crate::audit::AuditEvent;
use crate::store::AccountChange;
use crate::store::LanguageStore;
use crate::store::StoreError;
use crate::subject::SubjectId;
use crate::words::Language;

#[async_trait]
impl LanguageStore for SledStore {
    async fn set_language(
        &self,
        id: &SubjectId,
        language: Language,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        let chosen = Some(language);
        self.act(move |txn| {
            let known = accounts::get(txn, &id)?.map(|account| account.profile.language);
            if known == Some(chosen) {
                return Ok(AccountChange::Done);
            }
            accounts::change(txn, &id, audit, |_, account, _| {
                account.profile.language = chosen;
                Ok(())
            })
        })
        .await
    }
}

//! The profile of an account.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::sessions;
use crate::audit::AuditEvent;
use crate::store::AccountChange;
use crate::store::ProfileStore;
use crate::store::StoreError;
use crate::store::profiles::SessionsEnd;
use crate::subject::Profile;
use crate::subject::SubjectId;
use crate::trusted_header::Said;

#[async_trait]
impl ProfileStore for SledStore {
    async fn set_profile(
        &self,
        id: &SubjectId,
        said: Said,
        audit: AuditEvent,
    ) -> Result<(AccountChange, SessionsEnd), StoreError> {
        let id = id.clone();
        self.act(move |txn| {
            let Some(account) = accounts::get(txn, &id)? else {
                return Ok((AccountChange::NoSuchAccount, SessionsEnd::No));
            };
            let new = said.about(&account.profile);
            if new == account.profile {
                return Ok((AccountChange::Done, SessionsEnd::No));
            }
            let known = &account.profile;
            let ends = new.groups != known.groups || new.email != known.email;
            let changed = accounts::change(txn, &id, audit, |txn, account, _| {
                account.profile = Profile { role: account.profile.role, ..new };
                if ends { sessions::end_all(txn, &id).map(drop) } else { Ok(()) }
            })?;
            let end = if ends { SessionsEnd::Yes } else { SessionsEnd::No };
            Ok((changed, end))
        })
        .await
    }
}

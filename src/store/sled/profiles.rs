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

/// Bytes of a list of groups in a record. Those that are given here are together no longer; elsewhere they may be.
const LONGEST_LIST: usize = 2048;

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
            let audit = telling(audit, known, &new);
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

/// A record with which parts of a profile change: groups by name, since consoles go by them; addresses stand in no log.
fn telling(mut audit: AuditEvent, known: &Profile, new: &Profile) -> AuditEvent {
    if new.name != known.name {
        audit = audit.with("name", "changed");
    }
    if new.email != known.email {
        let change = if new.email.is_none() { "removed" } else { "changed" };
        audit = audit.with(AuditEvent::EMAIL, change);
    }
    if new.groups != known.groups {
        audit = audit
            .with("groups_added", list(&new.groups, &known.groups))
            .with("groups_removed", list(&known.groups, &new.groups));
    }
    audit
}

/// The groups that are among these and not among the others; how many where the list is too long.
fn list(these: &[String], others: &[String]) -> String {
    let groups: Vec<_> =
        these.iter().filter(|group| !others.contains(group)).map(String::as_str).collect();
    let list = groups.join(",");
    if list.len() > LONGEST_LIST { groups.len().to_string() } else { list }
}

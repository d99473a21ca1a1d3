//! Acts on links by which people choose a password, and on passwords that must be changed.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::authenticators;
use super::keys::Key;
use super::sessions;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::store::Acceptance;
use crate::store::AccountChange;
use crate::store::AwaitedChange;
use crate::store::PasswordChange;
use crate::store::PasswordStore;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::SubjectId;
use crate::subject::one_time::OneTimeHash;
use crate::subject::password_link::PasswordLink;

#[async_trait]
impl PasswordStore for SledStore {
    async fn offer_password_link(
        &self,
        id: &SubjectId,
        link: PasswordLink,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| offer(txn, &id, &link, audit)).await
    }

    async fn password_link(
        &self,
        id: &SubjectId,
        (link, now): (OneTimeHash, Timestamp),
    ) -> Result<Option<Account>, StoreError> {
        self.shared.read(|txn| met(txn, id, (&link, now)))
    }

    async fn password_link_until(
        &self,
        id: &SubjectId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.shared.read(|txn| {
            let link: Option<PasswordLink> = txn.get(&Key::password_link(id))?;
            Ok(link.filter(|link| link.is_good(now)).map(|link| link.expires))
        })
    }

    async fn use_password_link(
        &self,
        id: &SubjectId,
        (link, now): (OneTimeHash, Timestamp),
        hash: String,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let id = id.clone();
        self.act(move |txn| {
            if met(txn, &id, (&link, now))?.is_none() {
                return Ok(Acceptance::Gone);
            }
            txn.note(now);
            // It was used, so it is not told that it is void.
            txn.remove(Key::password_link(&id));
            accounts::set_password(txn, &id, hash.into(), audit)?;
            Ok(Acceptance::Accepted)
        })
        .await
    }

    async fn require_password_change(
        &self,
        id: &SubjectId,
        since: Timestamp,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| {
            accounts::change(txn, &id, audit, |txn, account, _| {
                account.must_change = Some(since);
                txn.note(since);
                sessions::end_all(txn, &id).map(drop)
            })
        })
        .await
    }

    async fn meet_password_change(
        &self,
        id: &SubjectId,
        change: AwaitedChange,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let id = id.clone();
        self.act(move |txn| meet(txn, &id, change, audit)).await
    }
}

fn offer(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    link: &PasswordLink,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    let Some(account) = accounts::get(txn, id)? else {
        return Ok(AccountChange::NoSuchAccount);
    };
    if account.state != AccountState::Active {
        return Ok(AccountChange::WrongState);
    }
    revoke_link(txn, id, &audit, "replaced")?;
    txn.put(Key::password_link(id), link)?;
    txn.audit(audit);
    Ok(AccountChange::Done)
}

/// The account of a link that is good.
fn met(
    txn: &Txn<'_>,
    id: &SubjectId,
    (link, now): (&OneTimeHash, Timestamp),
) -> Result<Option<Account>, StoreError> {
    let kept: Option<PasswordLink> = txn.get(&Key::password_link(id))?;
    if !kept.is_some_and(|kept| kept.is_met_by(link, now)) {
        return Ok(None);
    }
    let account = accounts::get(txn, id)?;
    Ok(account.filter(|account| account.state == AccountState::Active))
}

fn meet(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    AwaitedChange { change, session }: AwaitedChange,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let PasswordChange { verified, hash } = change;
    let account = accounts::get(txn, id)?;
    let Some(account) = account.filter(|account| account.state == AccountState::Active) else {
        return Ok(Acceptance::Gone);
    };
    if account.must_change.is_none() || account.password.expose().as_ref() != Some(&verified) {
        return Ok(Acceptance::Spent);
    }
    // Whoever has a second factor gave it in a session that nobody has ended since.
    let is_due = match session {
        Some(session) => sessions::awaits_password_of(txn, &session, id)?,
        None => !authenticators::is_enrolled(txn, id)?,
    };
    if !is_due {
        return Ok(Acceptance::Spent);
    }
    accounts::put_password(txn, id, hash.into(), audit)?;
    sessions::end_all(txn, id)?;
    Ok(Acceptance::Accepted)
}

/// Makes the link of an account void, if there is one, by an act that has this record.
pub(super) fn revoke_link(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    act: &AuditEvent,
    reason: &str,
) -> Result<(), StoreError> {
    let key = Key::password_link(id);
    if txn.has(&key)? {
        txn.remove(key);
        let audit = act.about_the_same(AuditKind::PasswordLinkRevoked, id);
        txn.audit(audit.with("reason", reason));
    }
    Ok(())
}

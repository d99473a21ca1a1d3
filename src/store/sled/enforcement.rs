//! Acts on enforcement: the switches, the terms of accounts, recovery codes.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::authenticators;
use super::devices;
use super::keys::Key;
use super::notices;
use super::sessions;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Channel;
use crate::authenticator::recovery_code::RecoveryCode;
use crate::clock::Timestamp;
use crate::enforcement::SitePolicies;
use crate::enforcement::SitePolicy;
use crate::enforcement::Switches;
use crate::enforcement::Whom;
use crate::store::Acceptance;
use crate::store::AccountChange;
use crate::store::BudgetKey;
use crate::store::EnforcementStore;
use crate::store::Reminder;
use crate::store::StoreError;
use crate::subject::AccountState;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;

#[async_trait]
impl EnforcementStore for SledStore {
    async fn switches(&self) -> Result<Switches, StoreError> {
        self.shared.read(switches)
    }

    async fn replace_switch(
        &self,
        whom: Whom,
        [before, terms]: [Terms; 2],
        audit: AuditEvent,
    ) -> Result<(), StoreError> {
        self.act(move |txn| {
            let found = switches(txn)?;
            if *found.of(whom) != before {
                return Err(StoreError::Conflict);
            }
            match whom {
                Whom::Everybody => {
                    // What was asked of owners by the switch that was theirs too, goes on.
                    txn.put(Key::owners_switch(), &found.owners)?;
                    txn.put(Key::switch(), &terms)?;
                }
                Whom::Owners => txn.put(Key::owners_switch(), &terms)?,
            }
            txn.audit(audit);
            Ok(())
        })
        .await
    }

    async fn replace_site_policy(
        &self,
        site: &str,
        [before, policy]: [SitePolicy; 2],
        audit: AuditEvent,
    ) -> Result<(), StoreError> {
        let key = Key::site_policy(site);
        self.act(move |txn| {
            if txn.get::<SitePolicy>(&key)?.unwrap_or_default() != before {
                return Err(StoreError::Conflict);
            }
            if policy.is_empty() {
                txn.remove(key);
            } else {
                txn.put(key, &policy)?;
            }
            txn.audit(audit);
            Ok(())
        })
        .await
    }

    async fn set_terms(
        &self,
        id: &SubjectId,
        terms: Terms,
        audit: AuditEvent,
    ) -> Result<Option<u64>, StoreError> {
        let id = id.clone();
        self.act(move |txn| set_terms(txn, &id, (None, terms), audit)).await
    }

    async fn replace_terms(
        &self,
        id: &SubjectId,
        [before, terms]: [Terms; 2],
        audit: AuditEvent,
    ) -> Result<Option<u64>, StoreError> {
        let id = id.clone();
        self.act(move |txn| set_terms(txn, &id, (Some(before), terms), audit)).await
    }

    async fn note_sign_in(&self, id: &SubjectId, at: Timestamp) -> Result<(), StoreError> {
        let id = id.clone();
        self.act(move |txn| signed_in(txn, &id, at)).await
    }

    async fn decline_set_up(&self, id: &SubjectId, audit: AuditEvent) -> Result<(), StoreError> {
        let id = id.clone();
        self.act(move |txn| decline(txn, &id, audit)).await
    }

    async fn reminder(&self, id: &SubjectId) -> Result<Option<Reminder>, StoreError> {
        self.shared.read(|txn| txn.get(&Key::reminded(id)))
    }

    async fn remind(
        &self,
        id: &SubjectId,
        reminder: Reminder,
        audit: AuditEvent,
    ) -> Result<bool, StoreError> {
        if !self.shared.tells(Channel::Email) {
            return Ok(false);
        }
        let id = id.clone();
        self.act(move |txn| remind(txn, &id, reminder, audit)).await
    }

    async fn issue_recovery_code(
        &self,
        id: &SubjectId,
        code: RecoveryCode,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| issue(txn, &id, &code, audit)).await
    }

    async fn recovery_code(&self, id: &SubjectId) -> Result<Option<RecoveryCode>, StoreError> {
        self.shared.read(|txn| txn.get(&Key::recovery_code(id)))
    }

    async fn spend_recovery_code(
        &self,
        id: &SubjectId,
        code: &str,
        now: Timestamp,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, code) = (id.clone(), code.to_owned());
        self.act(move |txn| spend(txn, &id, (&code, now), audit)).await
    }

    async fn revoke_recovery_code(
        &self,
        id: &SubjectId,
        audit: AuditEvent,
    ) -> Result<bool, StoreError> {
        let id = id.clone();
        self.act(move |txn| {
            let Some(code) = take_code(txn, &id)? else {
                return Ok(false);
            };
            txn.audit(audit.with("code", code.id));
            Ok(true)
        })
        .await
    }
}

/// What the switches say.
pub(super) fn switches(txn: &Txn<'_>) -> Result<Switches, StoreError> {
    let everybody: Terms = txn.get(&Key::switch())?.unwrap_or_default();
    let owners = txn.get(&Key::owners_switch())?.unwrap_or_else(|| everybody.clone());
    Ok(Switches { everybody, owners, sites: site_policies(txn)? })
}

/// What is asked at each site, as it stood before this act.
fn site_policies(txn: &Txn<'_>) -> Result<SitePolicies, StoreError> {
    let prefix = Key::site_policies();
    let named = |(key, policy): (Key, SitePolicy)| {
        let name = String::from_utf8(key.after(&prefix)?.to_vec()).ok()?;
        Some((name, policy))
    };
    Ok(txn.records(&prefix)?.into_iter().filter_map(named).collect())
}

fn set_terms(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    (before, terms): (Option<Terms>, Terms),
    audit: AuditEvent,
) -> Result<Option<u64>, StoreError> {
    let Some(mut account) = accounts::get(txn, id)? else {
        return Ok(None);
    };
    if before.is_some_and(|before| before != account.terms) {
        return Err(StoreError::Conflict);
    }
    let ended = if terms.tightens(&account.terms) {
        devices::remove_all(txn, id)?;
        sessions::end_all(txn, id)?
    } else {
        0
    };
    account.terms = terms;
    accounts::save(txn, &account)?;
    txn.audit(audit);
    Ok(Some(ended))
}

/// Somebody signed in with all that was asked for.
pub(super) fn signed_in(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut account) = accounts::get(txn, id)? else {
        return Ok(());
    };
    account.last_sign_in = account.last_sign_in.max(Some(at));
    txn.note(at);
    accounts::save(txn, &account)
}

/// A sign-on in front said that somebody gave a second factor there.
pub(super) fn proved_elsewhere(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut account) = accounts::get(txn, id)? else {
        return Ok(());
    };
    account.proved_elsewhere = account.proved_elsewhere.max(Some(at));
    accounts::save(txn, &account)
}

fn decline(txn: &mut Txn<'_>, id: &SubjectId, audit: AuditEvent) -> Result<(), StoreError> {
    let Some(mut account) = accounts::get(txn, id)? else {
        return Ok(());
    };
    account.set_up_declined = Some(audit.at);
    accounts::save(txn, &account)?;
    txn.audit(audit);
    Ok(())
}

fn issue(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    code: &RecoveryCode,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    let active = |account: &crate::subject::Account| account.state == AccountState::Active;
    if !accounts::get(txn, id)?.as_ref().is_some_and(active) {
        return Ok(AccountChange::NoSuchAccount);
    }
    revoke_code(txn, id, &audit, "replaced")?;
    txn.remove(Key::budget(&budget(id)));
    txn.note(code.issued);
    txn.put(Key::recovery_code(id), code)?;
    txn.audit(audit);
    Ok(AccountChange::Done)
}

fn spend(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    (code, now): (&str, Timestamp),
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let Some(kept) = txn.get::<RecoveryCode>(&Key::recovery_code(id))? else {
        return Ok(Acceptance::Gone);
    };
    let account = accounts::get(txn, id)?;
    let active = account.is_some_and(|account| account.state == AccountState::Active);
    if kept.id != code || !kept.is_good(now) || !active {
        return Ok(Acceptance::Gone);
    }
    take_code(txn, id)?;
    txn.note(now);
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// Makes the recovery code of an account void, if there is one, by an act that has this record.
pub(super) fn revoke_code(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    act: &AuditEvent,
    reason: &str,
) -> Result<(), StoreError> {
    if let Some(code) = take_code(txn, id)? {
        let audit = act.about_the_same(AuditKind::RecoveryCodeRevoked, id);
        txn.audit(audit.with("code", code.id).with("reason", reason));
    }
    Ok(())
}

/// Takes the recovery code of an account away, with what was charged to it.
fn take_code(txn: &mut Txn<'_>, id: &SubjectId) -> Result<Option<RecoveryCode>, StoreError> {
    let key = Key::recovery_code(id);
    let code = txn.get::<RecoveryCode>(&key)?;
    if code.is_some() {
        txn.remove(key);
        txn.remove(Key::budget(&budget(id)));
    }
    Ok(code)
}

fn budget(id: &SubjectId) -> BudgetKey {
    BudgetKey::Authenticator(id.clone(), AuthenticatorKind::RecoveryCode.name().to_owned())
}

/// Leaves a reminder, unless it was left before.
fn remind(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    reminder: Reminder,
    audit: AuditEvent,
) -> Result<bool, StoreError> {
    let Some(account) = accounts::get(txn, id)? else { return Ok(false) };
    let earlier: Option<Reminder> = txn.get(&Key::reminded(id))?;
    let is_due = account.state == AccountState::Active
        && reminder.is_due_after(earlier.as_ref())
        && !authenticators::is_enrolled(txn, id)?
        && !notices::addresses(txn, &account)?.is_empty();
    if is_due {
        txn.put(Key::reminded(id), &reminder)?;
        txn.audit(audit);
    }
    Ok(is_due)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::audit::Actor;
    use crate::entropy::Entropy;
    use crate::entropy::SeededEntropy;
    use crate::store::sled::DataKey;
    use crate::store::sled::StorePaths;
    use crate::subject::terms::Mode;

    fn changed() -> AuditEvent {
        AuditEvent::new(Timestamp::from_secs(1), AuditKind::EnforcementChanged, Actor::Gateway)
    }

    #[tokio::test]
    async fn a_switch_from_before_owners_had_their_own_is_theirs_until_they_set_it_s0_24() {
        let dir = tempfile::tempdir().unwrap();
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(1));
        let paths = StorePaths { dir: dir.path().join("store"), head: dir.path().join("head") };
        let key = DataKey::from_bytes(&[7; 32]).unwrap();
        let store = SledStore::create(&paths, &key, &entropy, changed()).unwrap();
        let enforced = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
        let terms = enforced.clone();
        let earlier = move |txn: &mut Txn<'_>| {
            txn.put(Key::switch(), &terms)?;
            txn.audit(changed());
            Ok(())
        };
        store.act(earlier).await.unwrap();
        let (everybody, owners) = (enforced.clone(), enforced.clone());
        let both = Switches { everybody, owners, ..Switches::default() };
        assert_eq!(store.switches().await.unwrap(), both);
        // Whoever loosens it for everybody else loosens nothing for owners.
        store.set_switch(Whom::Everybody, Terms::default(), changed()).await.unwrap();
        let owners = Switches { owners: enforced, ..Switches::default() };
        assert_eq!(store.switches().await.unwrap(), owners);
        store.set_switch(Whom::Owners, Terms::default(), changed()).await.unwrap();
        assert_eq!(store.switches().await.unwrap(), Switches::default());
    }
}

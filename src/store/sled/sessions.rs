//! Acts on sessions: the record under its key, and an index from the subject to its sessions.

use super::accounts;
use super::authenticators;
use super::devices;
use super::enforcement;
use super::keys::Key;
use super::places;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::totp::PendingTotp;
use crate::clock::Timestamp;
use crate::session::AuthnEvent;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::store::OpenedSession;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::SubjectId;

/// Opens a session. An account that was disabled, or got another password, while its owner signed in
/// gets none; its role and what is bound are those of this moment.
pub(super) fn open(
    txn: &mut Txn<'_>,
    key: &SessionKey,
    mut session: SessionRecord,
    verified: Option<&str>,
    audit: AuditEvent,
) -> Result<Option<OpenedSession>, StoreError> {
    let Some(account) = accounts::get(txn, &session.subject)? else { return Ok(None) };
    if account.state != AccountState::Active || account.password.expose().as_deref() != verified {
        return Ok(None);
    }
    let enrolled = authenticators::is_enrolled(txn, &session.subject)?;
    // Whoever must choose another password gets nothing for the old one, but to be asked for a second factor.
    let due = account.must_change.is_some();
    if (due && session.has_password()) || (session.awaits_password() && !(due && enrolled)) {
        return Ok(None);
    }
    for event in &session.events {
        // What was removed while its owner signed in with it opens nothing.
        if !is_held(txn, &session.subject, event)? {
            return Ok(None);
        }
    }
    session.enrolled = enrolled;
    if let Some(binding) = &session.device
        && !devices::has(txn, &session.subject, &binding.id)?
    {
        session.device = None;
    }
    save(txn, key, &session)?;
    // Whoever has nothing else to give has signed in with this.
    let completes = session.second_factor_time().is_some() || !enrolled;
    let audit = if completes { places::note(txn, (&account, &session), audit)? } else { audit };
    if let Some(at) = session.kind_time(AuthenticatorKind::FederatedMfa) {
        enforcement::proved_elsewhere(txn, &session.subject, at)?;
    }
    if session.second_factor_time().is_some() {
        enforcement::signed_in(txn, &session.subject, session.last_active)?;
        enforcement::revoke_code(txn, &session.subject, &audit, "signed_in")?;
    }
    txn.audit(audit);
    Ok(Some(OpenedSession { session, profile: account.profile, terms: account.terms }))
}

/// Whether the subject still has what gave this proof.
fn is_held(txn: &Txn<'_>, id: &SubjectId, event: &AuthnEvent) -> Result<bool, StoreError> {
    match &event.authenticator {
        Some(device) if event.kind == AuthenticatorKind::RememberedDevice => {
            devices::has(txn, id, device)
        }
        Some(authenticator) => txn.has(&Key::authenticator(id, authenticator)),
        None => Ok(true),
    }
}

/// Replaces a session by one with a new key, if the old one is still there and the same subject's.
pub(super) fn raise(
    txn: &mut Txn<'_>,
    [old, new]: [&SessionKey; 2],
    session: &SessionRecord,
    audit: AuditEvent,
) -> Result<bool, StoreError> {
    let replaced: Option<SessionRecord> = txn.get(&Key::session(old))?;
    // One that waits for another password is replaced by no other: it ends when that is chosen.
    let same = |old: &SessionRecord| old.subject == session.subject && !old.awaits_password();
    let account = accounts::get(txn, &session.subject)?.filter(|it| may_rise(it, session));
    let (Some(replaced), Some(account)) = (replaced.filter(same), account) else {
        return Ok(false);
    };
    let completes =
        session.second_factor_time().is_some() && replaced.second_factor_time().is_none();
    let audit = if completes { places::note(txn, (&account, session), audit)? } else { audit };
    remove(txn, old, &session.subject);
    save(txn, new, session)?;
    if session.second_factor_time().is_some() {
        enforcement::signed_in(txn, &session.subject, session.last_active)?;
        enforcement::revoke_code(txn, &session.subject, &audit, "signed_in")?;
    }
    txn.audit(audit);
    Ok(true)
}

/// Keeps or forgets the key of an app being set up.
pub(super) fn save_pending(
    txn: &mut Txn<'_>,
    key: &SessionKey,
    pending: Option<PendingTotp>,
) -> Result<bool, StoreError> {
    let name = Key::session(key);
    let Some(mut session) = txn.get::<SessionRecord>(&name)? else {
        return Ok(false);
    };
    session.pending_totp = pending;
    txn.put(name, &session)?;
    Ok(true)
}

/// Ends one session.
pub(super) fn end(
    txn: &mut Txn<'_>,
    key: &SessionKey,
    audit: AuditEvent,
) -> Result<bool, StoreError> {
    if !forget(txn, key)? {
        return Ok(false);
    }
    txn.audit(audit);
    Ok(true)
}

/// Ends every session of a subject; how many there were.
pub(super) fn end_all(txn: &mut Txn<'_>, id: &SubjectId) -> Result<u64, StoreError> {
    end_others(txn, id, None)
}

/// Ends every session of a subject but one; how many there were.
pub(super) fn end_others(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    spare: Option<&SessionKey>,
) -> Result<u64, StoreError> {
    let prefix = Key::sessions_of(id);
    let names = txn.names(&prefix, None, usize::MAX)?;
    let mut ended = 0;
    for name in names {
        let key = name.session_after(&prefix).ok_or_else(|| odd(&name))?;
        if spare == Some(&key) {
            continue;
        }
        remove(txn, &key, id);
        ended += 1;
    }
    Ok(ended)
}

/// Ends everybody's sessions but one; how many there were.
pub(super) fn end_everybodys(
    txn: &mut Txn<'_>,
    spare: Option<&SessionKey>,
) -> Result<u64, StoreError> {
    let spared = |name: &Key| spare.is_some_and(|spare| name.bytes().ends_with(spare.bytes()));
    let mut ended = 0;
    for name in txn.names(&Key::sessions(), None, usize::MAX)? {
        if !spared(&name) {
            txn.remove(name);
            ended += 1;
        }
    }
    for name in txn.names(&Key::all("sx"), None, usize::MAX)? {
        if !spared(&name) {
            txn.remove(name);
        }
    }
    Ok(ended)
}

/// Ends the sessions of a subject that were opened on a device.
pub(super) fn end_on(txn: &mut Txn<'_>, id: &SubjectId, device: &str) -> Result<(), StoreError> {
    let prefix = Key::sessions_of(id);
    for name in txn.names(&prefix, None, usize::MAX)? {
        let key = name.session_after(&prefix).ok_or_else(|| odd(&name))?;
        let session: Option<SessionRecord> = txn.get(&Key::session(&key))?;
        if session.is_some_and(|session| session.is_on(device)) {
            remove(txn, &key, id);
        }
    }
    Ok(())
}

/// Saves when sessions that still exist were last active; never an earlier moment than is known.
pub(super) fn touch(txn: &mut Txn<'_>, seen: &[(SessionKey, Timestamp)]) -> Result<(), StoreError> {
    for (key, at) in seen {
        let name = Key::session(key);
        let Some(mut session) = txn.get::<SessionRecord>(&name)? else {
            continue;
        };
        if *at > session.last_active {
            session.last_active = *at;
            txn.note(*at);
            txn.put(name, &session)?;
        }
    }
    Ok(())
}

/// Forgets a session; false: it was gone.
pub(super) fn forget(txn: &mut Txn<'_>, key: &SessionKey) -> Result<bool, StoreError> {
    let Some(session) = txn.get::<SessionRecord>(&Key::session(key))? else {
        return Ok(false);
    };
    remove(txn, key, &session.subject);
    Ok(true)
}

/// Whether there is such a session.
pub(super) fn exists(txn: &Txn<'_>, key: &SessionKey) -> Result<bool, StoreError> {
    txn.has(&Key::session(key))
}

/// Whether there is such a session, in which somebody gives a second factor before they choose another password.
pub(super) fn awaits_password_of(
    txn: &Txn<'_>,
    key: &SessionKey,
    id: &SubjectId,
) -> Result<bool, StoreError> {
    let session: Option<SessionRecord> = txn.get(&Key::session(key))?;
    Ok(session.is_some_and(|session| session.subject == *id && session.awaits_password()))
}

/// Every session.
pub(super) fn all(txn: &Txn<'_>) -> Result<Vec<(SessionKey, SessionRecord)>, StoreError> {
    let prefix = Key::sessions();
    txn.records(&prefix)?
        .into_iter()
        .map(|(name, session)| {
            let key = name.session_after(&prefix).ok_or_else(|| odd(&name))?;
            Ok((key, session))
        })
        .collect()
}

fn save(txn: &mut Txn<'_>, key: &SessionKey, session: &SessionRecord) -> Result<(), StoreError> {
    txn.note(session.last_active);
    txn.put(Key::session_of(&session.subject, key), &())?;
    txn.put(Key::session(key), session)
}

fn remove(txn: &mut Txn<'_>, key: &SessionKey, subject: &SubjectId) {
    txn.remove(Key::session(key));
    txn.remove(Key::session_of(subject, key));
}

/// Whether its owner may sign in still, and with the password that they gave.
fn may_rise(account: &Account, session: &SessionRecord) -> bool {
    account.state == AccountState::Active
        && (account.must_change.is_none() || !session.has_password())
}

fn odd(name: &Key) -> StoreError {
    StoreError::Sealed { record: name.to_string() }
}

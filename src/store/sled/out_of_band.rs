//! Acts on codes that are sent: one record for each account and purpose, and the budgets of sending.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::authenticators;
use super::keys::Key;
use super::stale;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Credential;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::authenticator::out_of_band::Purpose;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::session::sent_code::SentCode;
use crate::store::Acceptance;
use crate::store::Charged;
use crate::store::OutOfBandStore;
use crate::store::Sending;
use crate::store::StoreError;
use crate::subject::AccountState;
use crate::subject::SubjectId;
use crate::throttle::sends::Destination;
use crate::throttle::sends::Full;
use crate::throttle::sends::Tally;
use crate::throttle::sends::Unsent;

#[async_trait]
impl OutOfBandStore for SledStore {
    async fn charge_sending(
        &self,
        id: &SubjectId,
        sending: Sending,
        audit: AuditEvent,
    ) -> Result<Charged, StoreError> {
        let id = id.clone();
        self.act(move |txn| charge(txn, &id, &sending, audit)).await
    }

    async fn try_sent_code(
        &self,
        id: &SubjectId,
        session: &SessionKey,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<SentCode>, StoreError> {
        let (id, session) = (id.clone(), *session);
        self.act(move |txn| try_one(txn, &id, &session, (purpose, now))).await
    }

    async fn sent_code(
        &self,
        id: &SubjectId,
        session: &SessionKey,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<SentCode>, StoreError> {
        self.shared.read(|txn| {
            let code: Option<SentCode> = txn.get(&Key::sent_code(id, purpose))?;
            Ok(code.filter(|code| code.is_good(session, now)))
        })
    }

    async fn forget_sent(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut over = self.shared.read(|txn| stale::all(txn, now))?;
        over.truncate(stale::MOST);
        if over.is_empty() {
            return Ok(0);
        }
        self.act(move |txn| stale::forget(txn, over, now)).await
    }

    async fn holder_of(&self, address: &Address) -> Result<Option<SubjectId>, StoreError> {
        self.shared.read(|txn| txn.get(&Key::unique(&address.unique_hash())))
    }

    async fn spend_sent_code(
        &self,
        id: &SubjectId,
        code: &SentCode,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, code) = (id.clone(), code.clone());
        self.act(move |txn| spend(txn, &id, &code, audit)).await
    }
}

fn charge(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    sending: &Sending,
    audit: AuditEvent,
) -> Result<Charged, StoreError> {
    let (code, now) = (&sending.code, sending.code.made);
    let session: Option<SessionRecord> = txn.get(&Key::session(&code.session))?;
    if session.is_none_or(|session| session.subject != *id) || !is_active(txn, id)? {
        return Ok(Charged::Gone);
    }
    let to = Key::sent_to(&sending.destination);
    let mut destination: Destination = txn.get(&to)?.unwrap_or_default();
    let free = destination.free_at(now);
    if free > now {
        return Ok(Charged::Wait { until: free, why: Unsent::Destination });
    }
    let mut counted = Vec::new();
    for (key, most, why) in tallies(id, sending) {
        let mut tally: Tally = txn.get(&key)?.unwrap_or_default();
        if let Err(Full { until, first }) = tally.room(most, now) {
            if first {
                txn.put(key, &tally)?;
                let mut audit = audit;
                audit.kind = AuditKind::CodesWithheld;
                txn.audit(audit.with("budget", why.name()));
            }
            return Ok(Charged::Wait { until, why });
        }
        tally.count(now);
        counted.push((key, tally));
    }
    for (key, tally) in counted {
        txn.put(key, &tally)?;
    }
    destination.count(now);
    txn.put(to, &destination)?;
    txn.put(Key::sent_code(id, code.purpose), code)?;
    txn.note(now);
    txn.audit(audit);
    Ok(Charged::Granted)
}

/// The budgets of a message besides that of its destination, the narrowest first.
fn tallies(id: &SubjectId, sending: &Sending) -> Vec<(Key, u32, Unsent)> {
    let (channel, limits) = (sending.code.channel, &sending.limits);
    let mut tallies = vec![(Key::sent_for(channel, id.as_str()), limits.account, Unsent::Account)];
    if let Some(prefix) = &sending.prefix {
        tallies.push((Key::sent_for(channel, prefix), limits.prefix, Unsent::Prefix));
    }
    tallies.push((Key::sent_for(channel, ""), limits.everybody, Unsent::Everybody));
    tallies
}

fn try_one(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    session: &SessionKey,
    (purpose, now): (Purpose, Timestamp),
) -> Result<Option<SentCode>, StoreError> {
    let key = Key::sent_code(id, purpose);
    let Some(mut code) = txn.get::<SentCode>(&key)? else {
        return Ok(None);
    };
    if !code.is_good(session, now) {
        return Ok(None);
    }
    code.tries = code.tries.saturating_add(1);
    txn.note(now);
    txn.put(key, &code)?;
    Ok(Some(code))
}

fn spend(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    code: &SentCode,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let key = Key::sent_code(id, code.purpose);
    let kept: Option<SentCode> = txn.get(&key)?;
    if kept.is_none_or(|kept| kept.id != code.id) {
        return Ok(Acceptance::Spent);
    }
    if !is_active(txn, id)? {
        return Ok(Acceptance::Gone);
    }
    let Some(authenticator) = &code.authenticator else {
        txn.remove(key);
        return Ok(Acceptance::Accepted);
    };
    let address = code.address.clone();
    let outcome = authenticators::prove(txn, id, authenticator, audit, |credential, audit| {
        let (Credential::Email(contact) | Credential::Sms(contact)) = credential else {
            return Acceptance::Gone;
        };
        if contact.address != address {
            return Acceptance::Gone;
        }
        contact.verified.get_or_insert(audit.at);
        Acceptance::Accepted
    })?;
    if outcome == Acceptance::Accepted {
        txn.remove(key);
    }
    Ok(outcome)
}

/// The same, and how much was sent for them.
pub(super) fn forget_all(txn: &mut Txn<'_>, id: &SubjectId) {
    forget(txn, id);
    for channel in Channel::ALL {
        txn.remove(Key::sent_for(channel, id.as_str()));
    }
}

/// Forgets the codes under way of a subject whose authenticators are removed.
pub(super) fn forget(txn: &mut Txn<'_>, id: &SubjectId) {
    for purpose in Purpose::ALL {
        txn.remove(Key::sent_code(id, purpose));
    }
}

fn is_active(txn: &Txn<'_>, id: &SubjectId) -> Result<bool, StoreError> {
    let account = accounts::get(txn, id)?;
    Ok(account.is_some_and(|account| account.state == AccountState::Active))
}

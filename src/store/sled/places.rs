//! From where somebody has signed in, and that a sign-in is from elsewhere: in its own transaction.

use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::session::SessionRecord;
use crate::session::places::Novelty;
use crate::session::places::Places;
use crate::store::StoreError;
use crate::subject::Account;

/// Notes from where a sign-in was completed; its record, which says so when the place is a new one. A browser that is
/// known to the account is nothing new, wherever it is.
pub(super) fn note(
    txn: &mut Txn<'_>,
    (account, session): (&Account, &SessionRecord),
    audit: AuditEvent,
) -> Result<AuditEvent, StoreError> {
    let key = Key::places(&account.id);
    let mut places: Places = txn.get(&key)?.unwrap_or_default();
    let from = &session.opened_from;
    let mark = Places::mark(&account.id, from, audit.client.unwrap_or(session.client));
    let now = session.last_active;
    let novelty = if from.known {
        places.note_known(&mark, now);
        Novelty::None
    } else {
        places.note(&mark, now, account.last_sign_in)
    };
    txn.put(key, &places)?;
    let Some(name) = novelty.name() else { return Ok(audit) };
    let mut audit = audit.with(AuditEvent::NEW_PLACE, name);
    for (name, fact) in [("place", &from.place), ("browser", &from.browser)] {
        if let Some(fact) = fact {
            audit = audit.with(name, fact);
        }
    }
    Ok(audit)
}

//! Refusals of people who are known, on their way to the audit log.
//!
//! A refused request that came with a live session can be put down to somebody, so it belongs in the audit
//! log. It must not be a way to fill the disk: of one person, reason and site a minute gives one record,
//! which counts what it stands for. Refusals of strangers are in metrics and access log only.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::policy::Refusal;
use crate::store::Store;
use crate::store::StoreError;
use crate::subject::SubjectId;

/// How long one record of a person, a reason and a site must do.
const WINDOW: Duration = Duration::from_mins(1);

/// How many of them are told apart at once; what comes beyond is counted in one record without a name.
const ROOM: usize = 4096;

/// How many records are written at once: what else goes on beside serving has to wait for it.
const BATCH: usize = 64;

/// A refusal that can be put down to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whose session it came with.
    pub subject: SubjectId,
    /// Why it was refused.
    pub refusal: Refusal,
    /// On which site; none when it could not be told.
    pub site: Option<String>,
    /// In which request.
    pub request_id: String,
    /// From which address.
    pub client: Option<IpAddr>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    /// None: of those that found no room.
    subject: Option<SubjectId>,
    reason: &'static str,
    site: Option<String>,
}

/// What waits to be written of one key.
#[derive(Debug)]
struct Tally {
    /// The first refusal that no record tells of yet; none: everything is written.
    first: Option<First>,
    /// How many wait.
    count: u64,
    /// Not before then is the next record written.
    due: Timestamp,
}

#[derive(Debug)]
struct First {
    at: Timestamp,
    request_id: String,
    client: Option<IpAddr>,
}

/// Collects refusals, and writes them when it is time.
#[derive(Debug)]
pub struct RefusalLog {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    open: Mutex<HashMap<Key, Tally>>,
}

impl RefusalLog {
    /// An empty one that writes to this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, open: Mutex::default() }
    }

    /// Notes a refusal; costs no I/O.
    pub fn note(&self, refused: Refused) {
        let Refused { subject, refusal, site, request_id, client } = refused;
        let mut key = Key { subject: Some(subject), reason: reason(refusal), site };
        let mut open = self.open.lock();
        if open.len() >= ROOM && !open.contains_key(&key) {
            // Reasons and sites are few: these always find room.
            key.subject = None;
        }
        let due = self.clock.now();
        let tally = open.entry(key).or_insert(Tally { first: None, count: 0, due });
        tally.count = tally.count.saturating_add(1);
        let at = self.clock.wall();
        tally.first.get_or_insert(First { at, request_id, client });
    }

    /// Writes what is due; what cannot be written now is tried again next time.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn write_due(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut outcome = Ok(());
        for (key, event, count) in self.take(BATCH, |tally| tally.due <= now, now) {
            if outcome.is_ok() {
                outcome = self.store.record(event.clone()).await;
            }
            if outcome.is_err() {
                self.put_back(key, event, count);
            }
        }
        outcome
    }

    /// Writes everything, due or not: the end of the process.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn write_all(&self) -> Result<(), StoreError> {
        let mut outcome = Ok(());
        for (_, event, _) in self.take(usize::MAX, |_| true, self.clock.now()) {
            let written = self.store.record(event).await;
            outcome = outcome.and(written);
        }
        outcome
    }

    /// Takes so many that wait and may go, and forgets keys that had nothing for a whole window.
    fn take(
        &self,
        most: usize,
        may_go: impl Fn(&Tally) -> bool,
        now: Timestamp,
    ) -> Vec<(Key, AuditEvent, u64)> {
        let mut taken = Vec::new();
        self.open.lock().retain(|key, tally| {
            if taken.len() >= most || !may_go(tally) {
                return true;
            }
            let Some(first) = tally.first.take() else {
                return false;
            };
            let count = std::mem::take(&mut tally.count);
            tally.due = now.plus(WINDOW);
            taken.push((key.clone(), event(key, first, count), count));
            true
        });
        taken
    }

    fn put_back(&self, key: Key, event: AuditEvent, count: u64) {
        let due = self.clock.now();
        let mut open = self.open.lock();
        let tally = open.entry(key).or_insert(Tally { first: None, count: 0, due });
        tally.count = tally.count.saturating_add(count);
        tally.due = due;
        tally.first = Some(First {
            at: event.at,
            request_id: event.request_id.unwrap_or_default(),
            client: event.client,
        });
    }
}

/// The name in the audit log, which calls an unknown address what its readers look for.
fn reason(refusal: Refusal) -> &'static str {
    if refusal == Refusal::ClientAddressUnknown { "client_ip_unknown" } else { refusal.name() }
}

fn event(key: &Key, first: First, count: u64) -> AuditEvent {
    let actor = match &key.subject {
        Some(id) => Actor::Subject { id: id.clone() },
        None => Actor::Unknown,
    };
    let mut event = AuditEvent::new(first.at, AuditKind::RequestRefused, actor)
        .with("reason", key.reason)
        .with("count", count);
    event.site.clone_from(&key.site);
    event.request_id = Some(first.request_id);
    event.client = first.client;
    event
}

#[cfg(test)]
mod tests;

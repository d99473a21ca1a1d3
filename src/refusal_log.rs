//! Refusals on their way to the audit log, many in one record.
//!
//! A refused request that came with a live session, or with a good service token, can be put down to somebody, so it
//! belongs in the audit log. It must not be a way to fill the disk: of one of them, reason and site a minute gives one
//! record, which counts what it stands for. Refused requests of strangers are in metrics and access log only.
//!
//! A failed sign-in under a name that no account has can be put down to nobody, and anybody can make millions of them
//! of one network, method, reason and site a minute gives one record, at most 64 of them, and those beyond share
//! one: 65 records a minute, and one more for each further method, reason and site, which are few.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use parking_lot::Mutex;

use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::policy::Refusal;
use crate::service_token::TokenId;
use crate::store::Store;
use crate::store::StoreError;
use crate::subject::SubjectId;

/// How long one record of a person, a reason and a site must do.
const WINDOW: Duration = Duration::from_mins(1);

/// How many of them are told apart at once; what comes beyond is counted in one record, `of` others, without a name.
const ROOM: usize = 4096;

/// How many of strangers' networks are told apart at once, with what they tried: this bounds what strangers write.
const ROOM_OF_STRANGERS: usize = 64;

/// How many records are written at once: what else goes on beside serving has to wait for it.
const BATCH: usize = 64;

/// Somebody to whom a refusal can be put down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Known {
    /// A person, by their session.
    Subject(SubjectId),
    /// A program, by its token.
    Token(TokenId),
}

/// A refusal that can be put down to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whose session or token it came with.
    pub whose: Known,
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
    whose: Whose,
    kind: AuditKind,
    /// What was tried, where that was a proof.
    method: Option<String>,
    reason: String,
    site: Option<String>,
}

/// Whose refusals are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    /// A person's, or a program's.
    Known(Known),
    /// Those of strangers from there.
    From(IpNet),
    /// Those that found no room of their own.
    Others,
}

impl Key {
    const fn is_of_strangers(&self) -> bool {
        self.network().is_some()
    }

    /// The network that is counted.
    const fn network(&self) -> Option<&IpNet> {
        match &self.whose {
            Whose::From(network) => Some(network),
            Whose::Known(_) | Whose::Others => None,
        }
    }
}

/// What waits, and what was written a short while ago.
#[derive(Debug, Default)]
struct Open {
    tallies: HashMap<Key, Tally>,
    /// How many of them are of strangers' networks.
    strangers: usize,
}

impl Open {
    /// The tally of a key; one without room of its own is counted with others like it. Kinds, reasons and sites are
    /// few: those always find room.
    fn tally(&mut self, mut key: Key, due: Timestamp) -> &mut Tally {
        if !self.tallies.contains_key(&key) {
            let is_of_strangers = key.is_of_strangers();
            if self.tallies.len() >= ROOM
                || (is_of_strangers && self.strangers >= ROOM_OF_STRANGERS)
            {
                key.whose = Whose::Others;
            } else {
                self.strangers = self.strangers.saturating_add(usize::from(is_of_strangers));
            }
        }
        self.tallies.entry(key).or_insert(Tally { first: None, count: 0, due })
    }

    /// Keeps what is to be kept.
    fn retain(&mut self, mut keeps: impl FnMut(&Key, &mut Tally) -> bool) {
        let strangers = &mut self.strangers;
        self.tallies.retain(|key, tally| {
            let kept = keeps(key, tally);
            if !kept && key.is_of_strangers() {
                *strangers = strangers.saturating_sub(1);
            }
            kept
        });
    }
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
    open: Mutex<Open>,
}

impl RefusalLog {
    /// An empty one that writes to this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, open: Mutex::default() }
    }

    /// Notes a refusal; costs no I/O.
    pub fn note(&self, refused: Refused) {
        let Refused { whose, refusal, site, request_id, client } = refused;
        let key = Key {
            whose: Whose::Known(whose),
            kind: AuditKind::RequestRefused,
            method: None,
            reason: reason(refusal).to_owned(),
            site,
        };
        self.count(key, First { at: self.clock.wall(), request_id, client });
    }

    /// Notes that a proof of nobody in particular failed; costs no I/O.
    pub fn note_stranger(&self, event: AuditEvent) {
        let AuditEvent { at, kind, site, request_id, client, mut detail, .. } = event;
        let key = Key {
            whose: client.map_or(Whose::Others, |client| Whose::From(surroundings(client))),
            kind,
            method: detail.remove("method"),
            reason: detail.remove("reason").unwrap_or_default(),
            site,
        };
        self.count(key, First { at, request_id: request_id.unwrap_or_default(), client });
    }

    fn count(&self, key: Key, first: First) {
        let due = self.clock.now();
        let mut open = self.open.lock();
        let tally = open.tally(key, due);
        tally.count = tally.count.saturating_add(1);
        tally.first.get_or_insert(first);
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
        let tally = open.tally(key, due);
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
    let actor = match &key.whose {
        Whose::Known(Known::Subject(id)) => Actor::Subject { id: id.clone() },
        Whose::Known(Known::Token(id)) => Actor::Token { id: id.clone() },
        Whose::From(_) | Whose::Others => Actor::Unknown,
    };
    let mut event = AuditEvent::new(first.at, key.kind, actor).with("count", count);
    let network = key.network().map(ToString::to_string);
    let others = (key.whose == Whose::Others).then(|| "others".to_owned());
    let facts = [
        ("reason", Some(&key.reason)),
        ("method", key.method.as_ref()),
        ("network", network.as_ref()),
        ("of", others.as_ref()),
    ];
    for (name, value) in facts {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            event = event.with(name, value);
        }
    }
    event.site.clone_from(&key.site);
    if others.is_some() {
        // The first one's would be taken for that of all.
        return event;
    }
    event.request_id = Some(first.request_id).filter(|id| !id.is_empty());
    event.client = first.client;
    event
}

/// What is counted together of strangers: whoever has one address there can have others.
fn surroundings(client: IpAddr) -> IpNet {
    let client = client.to_canonical();
    let bits = if client.is_ipv4() { 24 } else { 48 };
    IpNet::new(client, bits).map_or_else(|_| IpNet::from(client), |net| net.trunc())
}

#[cfg(test)]
mod tests;

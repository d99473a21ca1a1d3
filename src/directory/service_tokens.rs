//! The service tokens of this process, in memory above the store: found by id on every request that
//! shows one, without a disk or a lock that all share.
//!
//! As with sessions the store decides and this follows: after an act [`ServiceTokens::follow`] reads what
//! is kept now. What a token has open ends with it.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dashmap::DashMap;
use ipnet::IpNet;
use lru::LruCache;
use parking_lot::Mutex;
use tokio::sync;
use tokio_util::sync::CancellationToken;

use super::SAVE_EVERY;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::network;
use crate::policy::Machine;
use crate::service_token::SecretHash;
use crate::service_token::ServiceToken;
use crate::service_token::TokenId;
use crate::service_token::TokenName;
use crate::service_token::TokenState;
use crate::service_token::TokenText;
use crate::service_token::Unusable;
use crate::store::Store;
use crate::store::StoreError;
use crate::throttle;
use crate::throttle::Budget;
use crate::throttle::Charge;

/// Networks whose wrong tokens are remembered; the least recently seen is forgotten first.
const REMEMBERED: usize = 65_536;

/// How often a token that ends soon is warned of.
const WARN_EVERY: Duration = Duration::from_hours(24);

/// Every token, and who tries wrong ones.
#[derive(Debug)]
pub struct ServiceTokens {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    tokens: DashMap<TokenId, Arc<LiveToken>>,
    /// One reading of the store after the other: the last one to read shows what is kept last.
    following: sync::Mutex<()>,
    wrong: Mutex<LruCache<IpNet, Budget>>,
}

/// A token as it is now.
#[derive(Debug)]
pub struct LiveToken {
    /// What is kept of it.
    pub record: ServiceToken,
    /// As consoles and logs know who has it.
    pub machine: Machine,
    /// Cancelled when the present secret is good no more.
    current: CancellationToken,
    /// Cancelled when the one before it is.
    previous: CancellationToken,
    uses: Arc<Uses>,
}

#[derive(Debug, Default)]
struct Uses {
    last: AtomicU64,
    saved: AtomicU64,
    warned: AtomicU64,
}

/// A token that was shown and is good: for what, its scope says.
#[derive(Clone, Debug)]
pub struct TokenUse {
    /// The token.
    pub token: Arc<LiveToken>,
    /// Cancelled when what it opened has to end: long-lived streams listen to it.
    pub ended: CancellationToken,
}

/// A token that ends soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiring {
    /// Its name.
    pub name: TokenName,
    /// Its id.
    pub id: TokenId,
    /// When.
    pub expires: Timestamp,
}

impl LiveToken {
    /// When it was last used; none: never.
    #[must_use]
    pub fn last_used(&self) -> Option<Timestamp> {
        let last = self.uses.last.load(Ordering::Relaxed);
        (last > 0).then(|| Timestamp::from_millis(last))
    }

    /// What ends with the secret of this hash; none: it is none of the token's, or has ended.
    fn ended_with(&self, hash: &SecretHash) -> Option<CancellationToken> {
        let previous = self.record.previous.as_ref().is_some_and(|it| it.hash == *hash);
        let ended = if self.record.current == *hash {
            &self.current
        } else if previous {
            &self.previous
        } else {
            return None;
        };
        (!ended.is_cancelled()).then(|| ended.clone())
    }

    /// Ends what the token has open where its secrets are good no more.
    fn end_what_is_over(&self, now: Timestamp) {
        let is_over = self.record.state == TokenState::Disabled || now >= self.record.expires;
        if is_over {
            self.current.cancel();
        }
        if is_over || self.record.previous.as_ref().is_none_or(|it| now >= it.until) {
            self.previous.cancel();
        }
    }
}

impl ServiceTokens {
    /// Loads what the store has.
    ///
    /// # Errors
    /// When the store does not answer: do not start.
    pub async fn load(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let stored = store.service_tokens().await?;
        let size = NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN);
        let table = Self {
            store,
            clock,
            tokens: DashMap::with_capacity(stored.len()),
            following: sync::Mutex::new(()),
            wrong: Mutex::new(LruCache::new(size)),
        };
        for record in stored {
            table.show(record);
        }
        Ok(table)
    }

    /// The token that is shown, if it may be used now.
    ///
    /// # Errors
    /// Why it may not.
    pub fn find(&self, shown: &TokenText) -> Result<TokenUse, Unusable> {
        let found = self.tokens.get(shown.id()).ok_or(Unusable::Unknown)?;
        let token = Arc::clone(found.value());
        drop(found);
        let hash = shown.hash();
        token.record.usable(&hash, self.clock.now())?;
        // Ended a moment ago, and its record is about to follow.
        let ended = token.ended_with(&hash).ok_or(Unusable::Secret)?;
        Ok(TokenUse { token, ended })
    }

    /// Notes that a token was used.
    pub fn touch(&self, used: &TokenUse) {
        used.token.uses.last.fetch_max(self.clock.now().millis(), Ordering::Relaxed);
    }

    /// Charges the client's neighbourhood for a wrong token. A right one is never charged: its secret
    /// cannot be guessed, and one client that is set up wrongly keeps no other out.
    pub fn charge_wrong(&self, client: IpAddr) -> Charge {
        let mut wrong = self.wrong.lock();
        wrong
            .get_or_insert_mut(network::neighbourhood(client), Budget::default)
            .charge(&throttle::NETWORK, self.clock.now())
    }

    /// Shows a token as the store has it, after an act on it. When the store does not answer, the token is
    /// good no more in this process.
    pub async fn follow(&self, id: &TokenId) {
        let _one_at_a_time = self.following.lock().await;
        match self.store.service_token(id).await {
            Ok(Some(record)) => self.show(record),
            Ok(None) => self.drop_one(id),
            Err(error) => {
                tracing::error!(%error, token = %id, "what became of a token is not known: it is refused");
                self.drop_one(id);
            }
        }
    }

    /// The token of that id as it is now.
    #[must_use]
    pub fn get(&self, id: &TokenId) -> Option<Arc<LiveToken>> {
        self.tokens.get(id).map(|found| Arc::clone(found.value()))
    }

    /// Ends what is over by time, in memory: nothing that fails can keep it open.
    pub fn end_what_is_over(&self) {
        let now = self.clock.now();
        self.tokens.iter().for_each(|entry| entry.end_what_is_over(now));
    }

    /// Housekeeping: ends what is over by time, saves last uses at most once a minute each.
    ///
    /// # Errors
    /// When the store does not answer; nothing is lost, the next round tries again.
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut seen = Vec::new();
        for entry in &self.tokens {
            entry.end_what_is_over(now);
            let saved = Timestamp::from_millis(entry.uses.saved.load(Ordering::Relaxed));
            if let Some(last) = entry.last_used().filter(|last| last.since(saved) >= SAVE_EVERY) {
                seen.push((entry.key().clone(), last));
            }
        }
        self.save(seen).await
    }

    /// Saves the last use of every token: before a stop.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn save_all(&self) -> Result<(), StoreError> {
        let unsaved = |token: &LiveToken| {
            token
                .last_used()
                .filter(|last| last.millis() > token.uses.saved.load(Ordering::Relaxed))
        };
        let each = self.tokens.iter();
        let seen = each.filter_map(|entry| Some((entry.key().clone(), unsaved(&entry)?))).collect();
        self.save(seen).await
    }

    /// When the next token expires that has not yet.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Timestamp> {
        let now = self.clock.now();
        self.tokens.iter().map(|entry| entry.record.expires).filter(|&end| end > now).min()
    }

    /// Tokens that end soon and were not warned of today.
    #[must_use]
    pub fn to_warn_of(&self) -> Vec<Expiring> {
        let now = self.clock.now();
        let is_due = |token: &LiveToken| {
            let record = &token.record;
            let warned = Timestamp::from_millis(token.uses.warned.load(Ordering::Relaxed));
            record.state == TokenState::Active
                && now < record.expires
                && record.expires.since(now) <= ServiceToken::WARNED_AHEAD
                && now.since(warned) >= WARN_EVERY
        };
        let due: Vec<Arc<LiveToken>> =
            self.tokens.iter().filter(|it| is_due(it)).map(|it| Arc::clone(it.value())).collect();
        due.into_iter()
            .map(|token| {
                token.uses.warned.store(now.millis(), Ordering::Relaxed);
                let record = &token.record;
                let (name, id) = (record.name.clone(), record.id.clone());
                Expiring { name, id, expires: record.expires }
            })
            .collect()
    }

    async fn save(&self, seen: Vec<(TokenId, Timestamp)>) -> Result<(), StoreError> {
        if seen.is_empty() {
            return Ok(());
        }
        self.store.touch_service_tokens(seen.clone()).await?;
        for (id, last) in seen {
            if let Some(token) = self.tokens.get(&id) {
                token.uses.saved.fetch_max(last.millis(), Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// Takes a record up. What its secrets have open goes on; what others had ends.
    fn show(&self, record: ServiceToken) {
        let before = self.get(&record.id);
        let carried = |hash: &SecretHash| before.as_ref().and_then(|it| it.ended_with(hash));
        let current = carried(&record.current).unwrap_or_default();
        let previous =
            record.previous.as_ref().and_then(|it| carried(&it.hash)).unwrap_or_default();
        let uses = before.as_ref().map(|it| Arc::clone(&it.uses)).unwrap_or_default();
        let last = record.last_used.unwrap_or_default().millis();
        uses.last.fetch_max(last, Ordering::Relaxed);
        uses.saved.fetch_max(last, Ordering::Relaxed);
        let machine = Machine::token(record.id.as_str(), record.name.as_str());
        let live = Arc::new(LiveToken { record, machine, current, previous, uses });
        live.end_what_is_over(self.clock.now());
        self.tokens.insert(live.record.id.clone(), Arc::clone(&live));
        if let Some(before) = before {
            before.end_what_is_not_in(&live);
        }
    }

    fn drop_one(&self, id: &TokenId) {
        if let Some((_, token)) = self.tokens.remove(id) {
            token.current.cancel();
            token.previous.cancel();
        }
    }
}

impl LiveToken {
    /// Ends what was opened with secrets that `now` does not have.
    fn end_what_is_not_in(&self, now: &Self) {
        let previous = self.record.previous.as_ref().map(|it| (it.hash, &self.previous));
        for (hash, ended) in [(self.record.current, &self.current)].into_iter().chain(previous) {
            if now.ended_with(&hash).is_none() {
                ended.cancel();
            }
        }
    }
}

//! The live sessions and service tokens of this process, in memory above the store: found on every
//! request without a disk or a lock that all share.
//!
//! The store decides; the directory follows. An act is written first and shown here afterwards, so a
//! session may end early, never late (ruling 3).

mod drops;
mod enforcement;
mod listing;
mod live_session;
mod service_tokens;

use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arc_swap::ArcSwap;
use dashmap::DashMap;
use tokio::sync;
use tokio_util::sync::CancellationToken;

use crate::audit::AuditEvent;
use crate::authenticator::Authenticator;
use crate::authenticator::Held;
use crate::authenticator::totp::PendingTotp;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::enforcement::Switch;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::session::SessionToken;
use crate::session::Settings;
use crate::store::Store;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;

pub use self::live_session::LiveSession;
pub use self::live_session::StreamPlace;
pub use self::service_tokens::Expiring;
pub use self::service_tokens::LiveToken;
pub use self::service_tokens::ServiceTokens;
pub use self::service_tokens::TokenUse;

/// How often last activity is saved, per session and token.
const SAVE_EVERY: Duration = Duration::from_mins(1);

/// Every live session, and every service token.
#[derive(Debug)]
pub struct Directory {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    settings: ArcSwap<Settings>,
    sessions: DashMap<SessionKey, Arc<LiveSession>>,
    tokens: ServiceTokens,
    switch: Switch,
    /// What most accounts have.
    no_terms: Arc<Terms>,
    /// Counts acts that dropped sessions, so that one that is just being opened learns of them.
    drops: AtomicU64,
    /// Held while what the store has is read and shown here, so that the last to do so shows the last change.
    following: sync::Mutex<()>,
    /// Whether a switch was turned that could not be read.
    behind: AtomicBool,
}

impl Directory {
    /// Loads what the store has.
    ///
    /// # Errors
    /// When the store does not answer: do not start.
    pub async fn load(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        let stored = store.sessions().await?;
        let tokens = ServiceTokens::load(Arc::clone(&store), Arc::clone(&clock)).await?;
        let switch = store.switches().await?;
        let directory = Self {
            store,
            clock,
            tokens,
            switch: Arc::new(ArcSwap::from_pointee(switch)),
            no_terms: Arc::default(),
            settings: ArcSwap::from_pointee(settings),
            sessions: DashMap::with_capacity(stored.len()),
            drops: AtomicU64::new(0),
            following: sync::Mutex::new(()),
            behind: AtomicBool::new(false),
        };
        for (key, record) in stored {
            if let Some(account) = directory.store.account(&record.subject).await?
                && account.state == AccountState::Active
            {
                // Who set up a second factor in one session has it in all of them.
                let bound = directory.store.authenticators(&record.subject).await?;
                let enrolled = bound.iter().any(Authenticator::is_second_factor);
                let owner = directory.owner(account.profile, account.terms);
                let live = LiveSession::new(key, record, owner, CancellationToken::new());
                live.enrolled.fetch_or(enrolled, Ordering::AcqRel);
                live.note_held(Held::of(&bound));
                directory.sessions.insert(key, Arc::new(live));
            }
        }
        Ok(directory)
    }

    /// The service tokens.
    #[must_use]
    pub const fn tokens(&self) -> &ServiceTokens {
        &self.tokens
    }

    /// The limits in force.
    #[must_use]
    pub fn settings(&self) -> Settings {
        **self.settings.load()
    }

    /// Puts other limits in force; they hold for open sessions too.
    pub fn configure(&self, settings: Settings) {
        self.settings.store(Arc::new(settings));
    }

    /// How many sessions are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether no session is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// The session of a cookie; none when there is none, or it is over.
    #[must_use]
    pub fn find(&self, key: &SessionKey) -> Option<Arc<LiveSession>> {
        self.find_within(key, &self.settings.load())
    }

    /// The same by the limits of one configuration, which a request is judged by as a whole.
    #[must_use]
    pub fn find_within(&self, key: &SessionKey, limits: &Settings) -> Option<Arc<LiveSession>> {
        let session = Arc::clone(self.sessions.get(key)?.value());
        let now = self.clock.now();
        (!session.record.is_over(limits, session.last_active(), now)).then_some(session)
    }

    /// How many sessions a subject has open.
    #[must_use]
    pub fn count_of(&self, subject: &SubjectId) -> usize {
        self.sessions.iter().filter(|entry| entry.record.subject == *subject).count()
    }

    /// The sessions that a subject has open, the one that was active last first.
    #[must_use]
    pub fn sessions_of(&self, subject: &SubjectId) -> Vec<Arc<LiveSession>> {
        let (limits, now) = (self.settings.load(), self.clock.now());
        let lives = |session: &LiveSession| {
            session.record.subject == *subject
                && !session.record.is_over(&limits, session.last_active(), now)
        };
        let all = self.sessions.iter().map(|entry| Arc::clone(entry.value()));
        let mut own: Vec<_> = all.filter(|session| lives(session)).collect();
        own.sort_by_key(|session| Reverse((session.last_active(), session.record.created)));
        own
    }

    /// Ends every session of a person but this one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_others(
        &self,
        session: &LiveSession,
        audit: AuditEvent,
    ) -> Result<u64, StoreError> {
        let ended = self.store.end_other_sessions(&session.key, audit).await?;
        self.drop_others_of(&session.record.subject, &session.key);
        Ok(ended)
    }

    /// Opens a session of an account whose password was just verified; none when the account may not have
    /// one any more, or its password is another one by now. Its role, and whether anything is bound, are what
    /// the store had when it took the session: both may have changed while the password was verified.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open(
        &self,
        token: &SessionToken,
        record: SessionRecord,
        account: &Account,
        audit: AuditEvent,
    ) -> Result<Option<Arc<LiveSession>>, StoreError> {
        let key = token.key();
        let verified = account.password.expose().clone();
        let drops = self.drops.load(Ordering::SeqCst);
        let Some(opened) = self.store.open_session(&key, record, verified, audit).await? else {
            return Ok(None);
        };
        let owner = self.owner(opened.profile, opened.terms);
        let live = LiveSession::new(key, opened.session, owner, CancellationToken::new());
        live.note_held(self.held_by(&live.record.subject).await?);
        self.admit(live, drops).await
    }

    /// Replaces a session by a stronger one with a new key; none when the old one is gone. Streams of
    /// the old one go on under the new one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn raise(
        &self,
        old: &LiveSession,
        token: &SessionToken,
        record: SessionRecord,
        audit: AuditEvent,
    ) -> Result<Option<Arc<LiveSession>>, StoreError> {
        let key = token.key();
        let mut replaced = old.replaced.lock().await;
        if *replaced {
            // A rival was faster. Its session goes on, and with it the streams they share.
            return Ok(None);
        }
        let drops = self.drops.load(Ordering::SeqCst);
        if !self.store.raise_session(&old.key, &key, record.clone(), audit).await? {
            self.drop_one(&old.key);
            return Ok(None);
        }
        *replaced = true;
        self.sessions.remove(&old.key);
        let live = old.raised(key, record);
        live.note_held(self.held_by(&live.record.subject).await?);
        self.admit(live, drops).await
    }

    /// Keeps the key of an app being set up.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn keep_pending(
        &self,
        session: &LiveSession,
        pending: PendingTotp,
    ) -> Result<bool, StoreError> {
        let kept = self.store.save_pending_totp(&session.key, Some(pending.clone())).await?;
        if kept {
            *session.pending_totp.lock() = Some(pending);
        }
        Ok(kept)
    }

    /// Ends a session and its streams.
    ///
    /// # Errors
    /// When the store does not answer: the session then still lives.
    pub async fn end(&self, session: &LiveSession, audit: AuditEvent) -> Result<bool, StoreError> {
        let replaced = session.replaced.lock().await;
        if *replaced {
            return Ok(false);
        }
        let existed = self.store.end_session(&session.key, audit).await?;
        self.drop_one(&session.key);
        Ok(existed)
    }

    /// Ends every session of a subject, on every site.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_all_of(
        &self,
        subject: &SubjectId,
        audit: AuditEvent,
    ) -> Result<u64, StoreError> {
        let ended = self.store.end_sessions_of(subject, audit).await?;
        self.drop_all_of(subject);
        Ok(ended)
    }

    /// Housekeeping: ends what is over by time, saves last activity at most once a minute each.
    ///
    /// # Errors
    /// When the store does not answer; nothing is lost, the next round tries again.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let (settings, now) = (self.settings(), self.clock.now());
        let (mut over, mut seen) = (Vec::new(), Vec::new());
        for entry in &self.sessions {
            let (key, last) = (*entry.key(), entry.last_active());
            if entry.record.is_over(&settings, last, now) {
                over.push(key);
            } else {
                let saved = Timestamp::from_millis(entry.saved.load(Ordering::Relaxed));
                if last.since(saved) >= SAVE_EVERY {
                    seen.push((key, last));
                }
            }
        }
        for key in &over {
            self.drop_one(key);
        }
        if !over.is_empty() {
            self.store.forget_sessions(over).await?;
        }
        if !seen.is_empty() {
            self.save(seen).await?;
        }
        self.tokens.sweep().await?;
        self.catch_up().await
    }

    /// Saves the last activity of every session and token: before a stop.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn save_all(&self) -> Result<(), StoreError> {
        let seen = self.sessions.iter().map(|e| (*e.key(), e.last_active())).collect();
        self.save(seen).await?;
        self.tokens.save_all().await
    }

    async fn save(&self, seen: Vec<(SessionKey, Timestamp)>) -> Result<(), StoreError> {
        self.store.touch_sessions(seen.clone()).await?;
        for (key, last) in seen {
            if let Some(session) = self.sessions.get(&key) {
                session.saved.fetch_max(last.millis(), Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// Shows a session that the store has just taken. Where sessions were dropped since `drops` was
    /// read, the store is asked again: an act that ended this one may have looked for it here too early.
    async fn admit(
        &self,
        live: LiveSession,
        mut drops: u64,
    ) -> Result<Option<Arc<LiveSession>>, StoreError> {
        let mut live = Arc::new(live);
        loop {
            self.sessions.insert(live.key, Arc::clone(&live));
            let now = self.drops.load(Ordering::SeqCst);
            if now == drops {
                return Ok(Some(live));
            }
            drops = now;
            self.sessions.remove(&live.key);
            let subject = &live.record.subject;
            let bound = self.store.authenticators(subject).await;
            let bound = bound.inspect_err(|_| live.over())?;
            let enrolled = bound.iter().any(Authenticator::is_second_factor);
            live.enrolled.fetch_or(enrolled, Ordering::AcqRel);
            live.note_held(Held::of(&bound));
            // Whatever the answer, the streams of a session that may be over end here.
            let lives = self.store.has_session(&live.key).await;
            if !matches!(lives, Ok(true)) {
                live.over();
                return lives.map(|_| None);
            }
            if live.ended.is_cancelled() {
                let (record, ended) = ((*live.record).clone(), CancellationToken::new());
                live = Arc::new(LiveSession::new(live.key, record, live.owner(), ended));
                live.enrolled.fetch_or(enrolled, Ordering::AcqRel);
                live.note_held(Held::of(&bound));
            }
        }
    }

    fn drop_one(&self, key: &SessionKey) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        if let Some((_, session)) = self.sessions.remove(key) {
            session.over();
        }
    }
}

#[cfg(test)]
mod tests;

//! The embedded store: sled, with the durability and the suspicion that it lacks.
//!
//! Acts run on one thread (`commit`) and are answered when durable; reads go to the tree. `open` refuses one that lost any.

mod accounts;
mod adoption;
mod authenticators;
mod binding;
mod budgets;
mod commit;
mod devices;
mod enforcement;
mod files;
mod first_owner;
mod followers;
mod handed;
mod head;
mod keys;
mod languages;
mod log;
mod loud;
mod mandate;
mod meta;
mod notices;
mod open;
mod out_of_band;
mod passkeys;
mod passwords;
mod places;
mod profiles;
mod pruning;
mod quiet;
mod refusal;
mod removal;
mod self_service;
mod sessions;
mod stale;
mod tokens;
mod txn;

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::thread::JoinHandle;

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use self::commit::Act;
use self::commit::Committer;
use self::commit::Shared;
use self::txn::Txn;
use super::AccountChange;
use super::BudgetKey;
use super::NewPassword;
use super::OpenedSession;
use super::Store;
use super::StoreError;
use super::sealing::DataKey;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::audit::AuditRecord;
use crate::audit::signed::SignedHead;
use crate::authenticator::totp::PendingTotp;
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::SubjectId;
use crate::throttle::Charge;
use crate::throttle::Rule;

pub use self::meta::SCHEMA;
pub use self::open::StorePaths;
pub use self::refusal::OpenError;

/// A store in a directory of this machine, open in this process alone.
#[derive(Debug)]
pub struct SledStore {
    shared: Arc<Shared>,
    queue: Mutex<Option<mpsc::Sender<Box<dyn Act>>>>,
    closed: Mutex<Option<oneshot::Receiver<Result<(), StoreError>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// An opened store.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: SledStore,
    /// The latest moment found in it, for [`Clock::raise_to`](crate::clock::Clock::raise_to).
    pub latest: Timestamp,
}

impl SledStore {
    /// Makes a store where there is none; `created` is its first audit record.
    ///
    /// # Errors
    /// When there is anything already, or the system refuses.
    pub fn create(
        paths: &StorePaths,
        key: &DataKey,
        entropy: &Arc<dyn Entropy>,
        created: AuditEvent,
    ) -> Result<Self, OpenError> {
        start(paths, open::create(paths, key, entropy, created)?)
    }

    /// Opens a store that is there, whole, and as far as it had come.
    ///
    /// # Errors
    /// When it is not, or is open elsewhere, or the key is another.
    pub fn open(
        paths: &StorePaths,
        key: &DataKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Opened, OpenError> {
        let committer = open::open(paths, key, entropy)?;
        let latest = committer.meta.latest;
        let store = start(paths, committer)?;
        Ok(Opened { store, latest })
    }

    /// From the next act on nothing can be read.
    #[cfg(test)]
    pub(crate) fn go_blind_after_an_act(&self) {
        self.shared.fault.arm();
    }

    /// Everything can be read again.
    #[cfg(test)]
    pub(crate) fn see_again(&self) {
        self.shared.fault.mend();
    }

    async fn act<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (act, answer) = commit::act(work);
        self.queue
            .lock()
            .as_ref()
            .ok_or(StoreError::Closed)?
            .send(act)
            .map_err(|_| StoreError::Closed)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for SledStore {
    /// Finishes what was begun; whoever drops a store without closing it waits here.
    fn drop(&mut self) {
        drop(self.queue.lock().take());
        if let Some(thread) = self.thread.lock().take() {
            drop(thread.join());
        }
    }
}

fn start(paths: &StorePaths, committer: Committer) -> Result<SledStore, OpenError> {
    let shared = Arc::clone(&committer.shared);
    let (queue, acts) = mpsc::channel();
    let (done, closed) = oneshot::channel();
    let thread = thread::Builder::new()
        .name("store".to_owned())
        .spawn(move || drop(done.send(committer.run(&acts))))
        .map_err(|e| OpenError::System {
            doing: "start the commit thread",
            path: paths.dir.clone(),
            cause: e.to_string(),
        })?;
    Ok(SledStore {
        shared,
        queue: Mutex::new(Some(queue)),
        closed: Mutex::new(Some(closed)),
        thread: Mutex::new(Some(thread)),
    })
}

#[async_trait]
impl Store for SledStore {
    async fn create_account(
        &self,
        account: Account,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        self.act(move |txn| accounts::create(txn, &account, audit)).await
    }

    async fn account(&self, id: &SubjectId) -> Result<Option<Account>, StoreError> {
        self.shared.read(|txn| accounts::get(txn, id))
    }

    async fn account_by_login(&self, login: &LoginName) -> Result<Option<Account>, StoreError> {
        self.shared.read(|txn| accounts::by_login(txn, login))
    }

    async fn accounts(
        &self,
        after: Option<&LoginName>,
        limit: usize,
    ) -> Result<Vec<Account>, StoreError> {
        self.shared.read(|txn| accounts::list(txn, after, limit))
    }

    async fn set_password(
        &self,
        id: &SubjectId,
        password: NewPassword,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| accounts::set_password(txn, &id, password, audit)).await
    }

    async fn set_role(
        &self,
        id: &SubjectId,
        role: Role,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| accounts::set_role(txn, &id, role, audit)).await
    }

    async fn set_state(
        &self,
        id: &SubjectId,
        state: AccountState,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| accounts::set_state(txn, &id, state, audit)).await
    }

    async fn remove_account(
        &self,
        id: &SubjectId,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| removal::remove(txn, &id, audit)).await
    }

    async fn reset_authenticators(
        &self,
        id: &SubjectId,
        enrolment_open_until: Timestamp,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError> {
        let (id, until) = (id.clone(), enrolment_open_until);
        self.act(move |txn| accounts::reset_authenticators(txn, &id, until, audit)).await
    }

    async fn charge(
        &self,
        key: &BudgetKey,
        rule: &Rule,
        now: Timestamp,
        audit: Option<AuditEvent>,
    ) -> Result<Charge, StoreError> {
        let (key, rule, followers) = (key.clone(), *rule, self.shared.followers());
        self.act(move |txn| {
            followers::wait(txn, log::head(txn)?.seq, &followers)?;
            budgets::charge(txn, &key, (&rule, now), audit)
        })
        .await
    }

    async fn settle(&self, key: &BudgetKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.act(move |txn| budgets::settle(txn, &key)).await
    }

    async fn open_session(
        &self,
        key: &SessionKey,
        session: SessionRecord,
        verified: Option<String>,
        audit: AuditEvent,
    ) -> Result<Option<OpenedSession>, StoreError> {
        let key = *key;
        self.act(move |txn| sessions::open(txn, &key, session, verified.as_deref(), audit)).await
    }

    async fn raise_session(
        &self,
        old: &SessionKey,
        new: &SessionKey,
        session: SessionRecord,
        audit: AuditEvent,
    ) -> Result<bool, StoreError> {
        let (old, new) = (*old, *new);
        self.act(move |txn| sessions::raise(txn, [&old, &new], &session, audit)).await
    }

    async fn save_pending_totp(
        &self,
        key: &SessionKey,
        pending: Option<PendingTotp>,
    ) -> Result<bool, StoreError> {
        let key = *key;
        self.act(move |txn| sessions::save_pending(txn, &key, pending)).await
    }

    async fn end_session(&self, key: &SessionKey, audit: AuditEvent) -> Result<bool, StoreError> {
        let key = *key;
        self.act(move |txn| sessions::end(txn, &key, audit)).await
    }

    async fn end_sessions_of(&self, id: &SubjectId, audit: AuditEvent) -> Result<u64, StoreError> {
        let id = id.clone();
        self.act(move |txn| {
            let ended = sessions::end_all(txn, &id)?;
            devices::forget(txn, &id)?;
            txn.audit(audit);
            Ok(ended)
        })
        .await
    }

    async fn end_everybodys_sessions(
        &self,
        spare: Option<SessionKey>,
        audit: AuditEvent,
    ) -> Result<u64, StoreError> {
        self.act(move |txn| {
            let ended = sessions::end_everybodys(txn, spare.as_ref())?;
            devices::forget_all(txn)?;
            txn.audit(audit);
            Ok(ended)
        })
        .await
    }

    async fn touch_sessions(&self, seen: Vec<(SessionKey, Timestamp)>) -> Result<(), StoreError> {
        self.act(move |txn| sessions::touch(txn, &seen)).await
    }

    async fn forget_sessions(&self, over: Vec<SessionKey>) -> Result<(), StoreError> {
        self.act(move |txn| over.iter().try_for_each(|key| sessions::forget(txn, key).map(drop)))
            .await
    }

    async fn has_session(&self, key: &SessionKey) -> Result<bool, StoreError> {
        self.shared.read(|txn| sessions::exists(txn, key))
    }

    async fn sessions(&self) -> Result<Vec<(SessionKey, SessionRecord)>, StoreError> {
        self.shared.read(sessions::all)
    }

    async fn record(&self, event: AuditEvent) -> Result<(), StoreError> {
        self.act(move |txn| {
            txn.audit(event);
            Ok(())
        })
        .await
    }

    async fn audit_records(&self, from: u64, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
        self.shared.read(|txn| log::records(txn, from, limit))
    }

    async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        self.shared.read(log::head)
    }

    async fn signed_audit_head(
        &self,
        export: Option<(u64, u64)>,
        at: Timestamp,
    ) -> Result<Option<SignedHead>, StoreError> {
        self.shared.read(|txn| log::signed_head(txn, export, at))
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.act(|txn| {
            txn.force();
            Ok(())
        })
        .await
    }

    async fn close(&self) -> Result<(), StoreError> {
        drop(self.queue.lock().take());
        let closed = self.closed.lock().take();
        match closed {
            Some(closed) => closed.await.unwrap_or(Err(StoreError::Closed)),
            None => Ok(()),
        }
    }
}

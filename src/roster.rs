//! Every account, compactly, in memory: what pages list, search and count people by. No page waits for a walk through the
//! store, and the store waits for no page.
//!
//! It is read when it is first asked for, in small pieces, and follows the audit log from then on: every act that changes an
//! account names it there. Only the moment of the last sign-in is as old as the last act that names the account.

mod census;
mod query;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::audit::Actor;
use crate::audit::AuditRecord;
use crate::authenticator::Held;
use crate::clock::Timestamp;
use crate::enforcement::Past;
use crate::store::Store;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;

pub use self::census::Census;
pub use self::census::Counts;
pub use self::census::Standing;
pub use self::census::Yardstick;
pub use self::query::Found;
pub use self::query::Query;
pub use self::query::Sort;

/// Accounts, and records of the log, that are read at once.
const PAGE: usize = 200;

/// How many look everybody through at once; others wait.
const AT_ONCE: usize = 2;

/// Records behind which all accounts are read again instead.
const FAR_BEHIND: u64 = 20_000;

/// One account, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: SubjectId,
    /// Whose it is.
    pub profile: Profile,
    /// Whether it may sign in.
    pub state: AccountState,
    /// When it was made.
    pub created: Timestamp,
    /// When somebody last signed in to it; none: never.
    pub last_sign_in: Option<Timestamp>,
    /// What an operator asks of it.
    pub terms: Terms,
    /// What it has behind it, where it has no second factor.
    pub past: Past,
    /// Its second factors.
    pub held: Held,
}

impl Row {
    fn of(account: Account, held: Held) -> Self {
        let past = Past::from(&account);
        let Account { id, profile, state, created, last_sign_in, terms, .. } = account;
        Self { id, profile, state, created, last_sign_in, terms, past, held }
    }
}

/// The rows, by login name, and where each is.
#[derive(Debug, Default)]
struct Rows {
    by_login: BTreeMap<LoginName, Arc<Row>>,
    logins: HashMap<SubjectId, LoginName>,
}

impl Rows {
    fn put(&mut self, row: Row) {
        self.remove(&row.id);
        let login = row.profile.login.clone();
        self.logins.insert(row.id.clone(), login.clone());
        self.by_login.insert(login, Arc::new(row));
    }

    fn row(&self, id: &SubjectId) -> Option<&Arc<Row>> {
        let row = self.by_login.get(self.logins.get(id)?)?;
        // The name may be somebody else's by now.
        (row.id == *id).then_some(row)
    }

    fn remove(&mut self, id: &SubjectId) {
        let Some(login) = self.logins.remove(id) else { return };
        // The name may be somebody else's by now.
        if self.by_login.get(&login).is_some_and(|row| row.id == *id) {
            self.by_login.remove(&login);
        }
    }
}

/// Every account.
#[derive(Debug)]
pub struct Roster {
    store: Arc<dyn Store>,
    /// Up to which record of the log it has followed; none: nothing was read yet.
    followed: tokio::sync::Mutex<Option<u64>>,
    rows: RwLock<Rows>,
    /// Who looks everybody through.
    places: Arc<Semaphore>,
}

impl Roster {
    /// Of the accounts of a store. Nothing is read yet.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            followed: tokio::sync::Mutex::default(),
            rows: RwLock::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Makes it what the store has at this moment: whoever asks afterwards sees their own acts.
    async fn catch_up(&self) -> Result<(), StoreError> {
        let mut followed = self.followed.lock().await;
        let head = self.store.audit_head().await?.seq;
        // What was pruned since tells nobody any more.
        let begins = self.store.audit_anchor().await?.seq;
        let mut at = match *followed {
            Some(at) if head.saturating_sub(at) <= FAR_BEHIND && begins <= at => at,
            _ => {
                self.read_all().await?;
                head
            }
        };
        loop {
            let records = self.store.audit_records(at.saturating_add(1), PAGE).await?;
            let Some(last) = records.last() else { break };
            at = last.seq;
            for id in records.iter().flat_map(concerned).collect::<BTreeSet<_>>() {
                self.read_one(id).await?;
            }
        }
        *followed = Some(at);
        Ok(())
    }

    /// Reads every account. Acts that come meanwhile are read again from the log.
    async fn read_all(&self) -> Result<(), StoreError> {
        let mut rows = Rows::default();
        let mut last: Option<LoginName> = None;
        loop {
            let page = self.store.accounts(last.as_ref(), PAGE).await?;
            let Some(account) = page.last() else { break };
            last = Some(account.profile.login.clone());
            for account in page {
                let held = Held::of(&self.store.authenticators(&account.id).await?);
                rows.put(Row::of(account, held));
            }
            tokio::task::yield_now().await;
        }
        *self.rows.write() = rows;
        Ok(())
    }

    async fn read_one(&self, id: &SubjectId) -> Result<(), StoreError> {
        let row = match self.store.account(id).await? {
            Some(account) => {
                let held = Held::of(&self.store.authenticators(id).await?);
                Some(Row::of(account, held))
            }
            None => None,
        };
        let mut rows = self.rows.write();
        match row {
            Some(row) => rows.put(row),
            None => rows.remove(id),
        }
        Ok(())
    }

    /// What is asked for, and how many there are of it in all, as it is at this moment.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(
        self: &Arc<Self>,
        query: Query,
        yardstick: Yardstick,
    ) -> Result<Found, StoreError> {
        self.look(move |rows| query.find(rows.iter(), &yardstick)).await
    }

    /// One account, as it is at this moment; none: there is no such account.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn row(self: &Arc<Self>, id: &SubjectId) -> Result<Option<Arc<Row>>, StoreError> {
        let id = id.clone();
        self.caught_up(move |roster| roster.rows.read().row(&id).cloned()).await
    }

    /// The account of that login name, at this moment; none: there is no such account.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn id(self: &Arc<Self>, login: LoginName) -> Result<Option<SubjectId>, StoreError> {
        self.caught_up(move |roster| {
            roster.rows.read().by_login.get(&login).map(|row| row.id.clone())
        })
        .await
    }

    /// What these accounts are called, at this moment; those that are no more are left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn logins(
        self: &Arc<Self>,
        ids: BTreeSet<SubjectId>,
    ) -> Result<HashMap<SubjectId, LoginName>, StoreError> {
        self.caught_up(move |roster| {
            let rows = roster.rows.read();
            let named = ids.into_iter().filter_map(|id| {
                let login = rows.row(&id)?.profile.login.clone();
                Some((id, login))
            });
            named.collect()
        })
        .await
    }

    /// What would be if people were measured otherwise: how they stand by each yardstick, of the same people.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn compare(
        self: &Arc<Self>,
        yardsticks: [Yardstick; 2],
    ) -> Result<[Census; 2], StoreError> {
        self.look(move |rows| yardsticks.map(|yardstick| Census::of(rows.iter(), &yardstick))).await
    }

    /// How far people have come with their second factors, at this moment.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn census(self: &Arc<Self>, yardstick: Yardstick) -> Result<Census, StoreError> {
        self.look(move |rows| Census::of(rows.iter(), &yardstick)).await
    }

    /// Looks everybody through. Nobody waits meanwhile who writes.
    async fn look<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&[Arc<Row>]) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        self.caught_up(|roster| {
            let rows: Vec<Arc<Row>> = roster.rows.read().by_login.values().cloned().collect();
            work(&rows)
        })
        .await
    }

    /// Does something with it as it is at this moment: few at a time, and on no thread that serves.
    async fn caught_up<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| StoreError::Closed)?;
        let (roster, runtime) = (Arc::clone(self), Handle::current());
        let done = tokio::task::spawn_blocking(move || {
            // It is taken until the end, also when nobody waits for it any more.
            let _place = place;
            runtime.block_on(roster.catch_up())?;
            Ok(work(&roster))
        });
        done.await.map_err(|_| StoreError::Closed)?
    }
}

/// Whom an act concerns.
fn concerned(record: &AuditRecord) -> impl Iterator<Item = &SubjectId> {
    let actor = if let Actor::Subject { id } = &record.event.actor { Some(id) } else { None };
    actor.into_iter().chain(&record.event.target)
}

#[cfg(test)]
mod tests;

//! What is kept of who must have a second factor, and of the codes that owners issue.

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use super::Acceptance;
use super::AccountChange;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::recovery_code::RecoveryCode;
use crate::clock::Timestamp;
use crate::enforcement::SitePolicy;
use crate::enforcement::Switches;
use crate::enforcement::Whom;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;

/// That somebody is reminded of a date: once when it comes near, once when it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// The date.
    pub until: Timestamp,
    /// Which one it is.
    pub stage: Stage,
}

/// How near a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Near enough to speak of it.
    Near,
    /// A day away at most.
    LastDay,
}

impl Reminder {
    /// Whether it says more than an earlier one.
    #[must_use]
    pub fn is_due_after(&self, earlier: Option<&Self>) -> bool {
        earlier.is_none_or(|old| old.until != self.until || old.stage < self.stage)
    }
}

/// What is kept of enforcement. See the words of [`Store`](super::Store) for what every operation promises.
#[async_trait]
pub trait EnforcementStore: Sync {
    /// What is asked besides the configuration. Until the owners' switch is first set, it says what the other one said
    /// before that was first set: a store from before there were two asks as much of owners as it did.
    async fn switches(&self) -> Result<Switches, StoreError>;

    /// Sets one of them to the second, if it is the first; otherwise [`StoreError::Conflict`].
    async fn replace_switch(
        &self,
        whom: Whom,
        change: [Terms; 2],
        audit: AuditEvent,
    ) -> Result<(), StoreError>;

    /// Sets it, whatever it is now; [`StoreError::Conflict`] when it is changed in the same moment.
    async fn set_switch(
        &self,
        whom: Whom,
        terms: Terms,
        audit: AuditEvent,
    ) -> Result<(), StoreError> {
        let before = self.switches().await?.of(whom).clone();
        self.replace_switch(whom, [before, terms], audit).await
    }

    /// Sets what is asked at a site to the second, if it is the first; otherwise [`StoreError::Conflict`].
    async fn replace_site_policy(
        &self,
        site: &str,
        change: [SitePolicy; 2],
        audit: AuditEvent,
    ) -> Result<(), StoreError>;

    /// Sets the terms of one account, whatever they are; where they tighten, its sessions end, of which the answer is
    /// the number. None: no such account.
    async fn set_terms(
        &self,
        id: &SubjectId,
        terms: Terms,
        audit: AuditEvent,
    ) -> Result<Option<u64>, StoreError>;

    /// The same from the first to the second, if they are the first; otherwise [`StoreError::Conflict`].
    async fn replace_terms(
        &self,
        id: &SubjectId,
        change: [Terms; 2],
        audit: AuditEvent,
    ) -> Result<Option<u64>, StoreError>;

    /// Somebody signed in with the password alone, which was all that was asked for: notes when.
    async fn note_sign_in(&self, id: &SubjectId, at: Timestamp) -> Result<(), StoreError>;

    /// The owner of an account wants no second factor now.
    async fn decline_set_up(&self, id: &SubjectId, audit: AuditEvent) -> Result<(), StoreError>;

    /// The reminder that the owner of an account was last left.
    async fn reminder(&self, id: &SubjectId) -> Result<Option<Reminder>, StoreError>;

    /// Leaves a reminder to the owner of an active account that has an address and no second factor, unless that
    /// was done before; whether it was left now.
    async fn remind(
        &self,
        id: &SubjectId,
        reminder: Reminder,
        audit: AuditEvent,
    ) -> Result<bool, StoreError>;

    /// Keeps a recovery code of an active account, with a fresh budget; one that was there is void.
    /// `NoSuchAccount` also when the account is disabled.
    async fn issue_recovery_code(
        &self,
        id: &SubjectId,
        code: RecoveryCode,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// The recovery code of an account, whether its time is over or not.
    async fn recovery_code(&self, id: &SubjectId) -> Result<Option<RecoveryCode>, StoreError>;

    /// Spends a recovery code: there is none afterwards. `Gone` when it is not there (any more), when its time is
    /// over, or when the account is not active.
    async fn spend_recovery_code(
        &self,
        id: &SubjectId,
        code: &str,
        now: Timestamp,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Makes a recovery code void; false: there was none.
    async fn revoke_recovery_code(
        &self,
        id: &SubjectId,
        audit: AuditEvent,
    ) -> Result<bool, StoreError>;
}

//! What is kept so that people choose their passwords themselves: links that are handed to them, and that another password
//! is asked for.

use async_trait::async_trait;

use super::Acceptance;
use super::AccountChange;
use super::PasswordChange;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::subject::Account;
use crate::subject::SubjectId;
use crate::subject::one_time::OneTimeHash;
use crate::subject::password_link::PasswordLink;

/// A password that somebody else has set.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// Its hash.
    pub hash: String,
    /// Since when another one is asked for; none: it may stay.
    pub must_change: Option<Timestamp>,
}

/// A password that is chosen because another one is asked for.
#[derive(Clone, Debug)]
pub struct AwaitedChange {
    /// The password that was given, and the one that is to be.
    pub change: PasswordChange,
    /// The session in which a second factor was given; none: there is none to give.
    pub session: Option<SessionKey>,
}

impl From<String> for NewPassword {
    /// One that may stay.
    fn from(hash: String) -> Self {
        Self { hash, must_change: None }
    }
}

/// Passwords that people choose because somebody else began it. See the words of [`Store`](super::Store) for what every
/// operation promises. A link is void as soon as password, role or state of its account are changed.
#[async_trait]
pub trait PasswordStore: Sync {
    /// Keeps a link instead of any before; not for an account that is not active.
    async fn offer_password_link(
        &self,
        id: &SubjectId,
        link: PasswordLink,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// Whose link it is, if it is good at that moment; nothing is spent.
    async fn password_link(
        &self,
        id: &SubjectId,
        link: (OneTimeHash, Timestamp),
    ) -> Result<Option<Account>, StoreError>;

    /// Until when the link of an account is good; none: it has none that is.
    async fn password_link_until(
        &self,
        id: &SubjectId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError>;

    /// Sets the password by a link, which is spent, with fresh budgets for it; ends all sessions of the account. `Gone`,
    /// and nothing is written, when the link is not good (any more).
    async fn use_password_link(
        &self,
        id: &SubjectId,
        link: (OneTimeHash, Timestamp),
        hash: String,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// From now on another password is asked for, once the present one was given; ends all sessions of the account.
    async fn require_password_change(
        &self,
        id: &SubjectId,
        since: Timestamp,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// Another password in place of the one that was just given, where that is asked for; ends all sessions of the
    /// account. `Spent` when the password is another by now, or none is asked for; and, for an account that has a second
    /// factor, when the session that awaits the password is over.
    async fn meet_password_change(
        &self,
        id: &SubjectId,
        change: AwaitedChange,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;
}

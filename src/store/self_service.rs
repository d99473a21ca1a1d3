//! What a person does to their own account: the part of the store that the account page needs.

use async_trait::async_trait;

use super::Acceptance;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::Authenticator;
use crate::session::SessionKey;

/// Another password.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// The hash that the old password was verified against: another by now, and nothing is changed.
    pub verified: String,
    /// The hash of the new one.
    pub hash: String,
}

/// A second factor that takes the place of one that is lost.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The one that is lost.
    pub lost: String,
    /// That it is removed.
    pub removed: AuditEvent,
    /// The new one.
    pub new: Authenticator,
    /// That it is bound.
    pub bound: AuditEvent,
}

/// What people do to their own accounts, each in one of their sessions: `Gone` when that is over, or the account
/// is not active. Every one of these ends the others of that person, and as with everything a store does is atomic,
/// writes its audit records in the same transaction, and is durable before it answers.
#[async_trait]
pub trait SelfServiceStore {
    /// Ends every session of the person but this one; how many there were.
    async fn end_other_sessions(
        &self,
        session: &SessionKey,
        audit: AuditEvent,
    ) -> Result<u64, StoreError>;

    /// Changes the password, with fresh budgets for it. `Spent` when it was changed since it was verified.
    async fn change_password(
        &self,
        session: &SessionKey,
        change: PasswordChange,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Binds a second factor in the place of one that is lost; `Spent` when that one is gone already.
    async fn replace_authenticator(
        &self,
        session: &SessionKey,
        replacement: Replacement,
    ) -> Result<Acceptance, StoreError>;
}

//! What an operator is told: accounts, records, keys; never a secret.

use serde::Deserialize;
use serde::Serialize;

use crate::audit::AuditRecord;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::clock::Timestamp;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::Role;

/// The answer to a command that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// An account, as it is now.
    Account(Box<AccountView>),
    /// Accounts.
    Accounts {
        /// In order of login name.
        accounts: Vec<AccountView>,
        /// The login name to go on after; none: that was all.
        next: Option<String>,
    },
    /// An account was changed.
    Changed {
        /// The account, as it is now.
        account: Box<AccountView>,
        /// How many sessions ended by it.
        sessions_ended: usize,
    },
    /// Audit records.
    AuditRecords {
        /// In order.
        records: Vec<AuditRecord>,
        /// The position after the last of them.
        next: u64,
    },
    /// The audit chain is whole.
    AuditVerified {
        /// How many records it has.
        records: u64,
        /// The hash of the last.
        hash: String,
    },
    /// The signing keys.
    Keys {
        /// Oldest first.
        keys: Vec<KeyView>,
    },
    /// A signing key was made.
    Rotated {
        /// The keys, as they are now.
        keys: Vec<KeyView>,
        /// The new one.
        added: String,
        /// Those that are void.
        removed: Vec<String>,
    },
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// Opaque id: `sub` of the assertion.
    pub id: String,
    /// Login name.
    pub login: String,
    /// Display name.
    pub name: String,
    /// Profile address.
    pub email: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Role.
    pub role: Role,
    /// Whether it may sign in.
    pub state: AccountState,
    /// When it was created.
    pub created: Timestamp,
    /// Its second factors.
    pub factors: Vec<FactorView>,
    /// Backup codes that still work.
    pub codes_left: usize,
    /// Until when a first second factor may be bound on the password alone; none: one is bound, or the
    /// window is over.
    pub enrolment_open_until: Option<Timestamp>,
    /// Open sessions.
    pub sessions: usize,
}

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorView {
    /// What it is.
    pub kind: AuthenticatorKind,
    /// The person's name for it.
    pub label: String,
    /// When it was bound.
    pub created: Timestamp,
    /// When it last proved something.
    pub last_used: Option<Timestamp>,
}

/// A signing key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// `next`, `current`, `previous` or `retired`.
    pub state: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it signs.
    pub activates: Timestamp,
}

impl AccountView {
    pub(super) fn new(
        account: Account,
        bound: &[Authenticator],
        sessions: usize,
        now: Timestamp,
    ) -> Self {
        let open = bound.is_empty() && now < account.enrolment_open_until;
        Self {
            id: account.id.to_string(),
            login: account.profile.login.to_string(),
            name: account.profile.name,
            email: account.profile.email,
            groups: account.profile.groups,
            role: account.profile.role,
            state: account.state,
            created: account.created,
            factors: bound.iter().map(FactorView::new).collect(),
            codes_left: bound.iter().map(codes_left).sum(),
            enrolment_open_until: open.then_some(account.enrolment_open_until),
            sessions,
        }
    }
}

impl FactorView {
    fn new(authenticator: &Authenticator) -> Self {
        Self {
            kind: authenticator.credential.kind(),
            label: authenticator.label.clone(),
            created: authenticator.created,
            last_used: authenticator.last_used,
        }
    }
}

/// Only a set that was acknowledged counts.
fn codes_left(authenticator: &Authenticator) -> usize {
    match &authenticator.credential {
        Credential::BackupCodes(set) if set.acknowledged.is_some() => set.left(),
        Credential::BackupCodes(_) | Credential::Totp(_) => 0,
    }
}

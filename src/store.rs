//! What must outlive the process, as one trait whose operations are meanings.
//!
//! Every writing operation is atomic, writes its audit record in the same transaction, and is durable
//! before it answers. Nothing above this trait may assume that it is the only process. Any error means
//! that nothing is known: the caller refuses.

pub mod adoption;
pub mod authenticators;
pub mod devices;
pub mod enforcement;
pub mod first_owner;
pub mod handed;
pub mod languages;
pub mod log;
pub mod loud;
pub mod notices;
pub mod out_of_band;
pub mod passkeys;
pub mod passwords;
pub mod profiles;
pub mod sealing;
pub mod self_service;
pub mod sled;
pub mod tokens;

use async_trait::async_trait;

use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::audit::AuditRecord;
use crate::audit::signed::SignedHead;
use crate::authenticator::totp::PendingTotp;
use crate::authority::Denied;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::Role;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;
use crate::throttle::Charge;
use crate::throttle::Rule;

pub use self::adoption::AdoptionPoint;
pub use self::adoption::AdoptionStore;
pub use self::authenticators::AuthenticatorStore;
pub use self::authenticators::BindOrder;
pub use self::authenticators::ContactChange;
pub use self::authenticators::HandedOrder;
pub use self::authenticators::Keep;
pub use self::authenticators::Removal;
pub use self::devices::DeviceStore;
pub use self::enforcement::EnforcementStore;
pub use self::enforcement::Reminder;
pub use self::enforcement::Stage;
pub use self::first_owner::FirstOwnerClaim;
pub use self::first_owner::FirstOwnerStore;
pub use self::handed::HandedStore;
pub use self::languages::LanguageStore;
pub use self::log::Evidence;
pub use self::log::Follower;
pub use self::log::LogStore;
pub use self::log::Pruning;
pub use self::log::SinkCursor;
pub use self::loud::LoudStore;
pub use self::loud::OperatorAct;
pub use self::loud::UnseenActs;
pub use self::notices::Notice;
pub use self::notices::NoticeReader;
pub use self::notices::NoticeStore;
pub use self::out_of_band::Charged;
pub use self::out_of_band::OutOfBandStore;
pub use self::out_of_band::SendLimits;
pub use self::out_of_band::Sending;
pub use self::passkeys::Held;
pub use self::passkeys::PasskeyStore;
pub use self::passwords::AwaitedChange;
pub use self::passwords::NewPassword;
pub use self::passwords::PasswordStore;
pub use self::profiles::ProfileStore;
pub use self::self_service::PasswordChange;
pub use self::self_service::Replacement;
pub use self::self_service::SelfServiceStore;
pub use self::tokens::TokenChange;
pub use self::tokens::TokenStore;

/// Why the store did not answer. Whatever was asked is refused; nothing is guessed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The medium failed: full, read-only, gone. Nothing was acknowledged.
    #[error("the store cannot {doing}: {cause}")]
    Medium {
        /// What was being done.
        doing: &'static str,
        /// What the medium said.
        cause: String,
    },
    /// A record is damaged, or sealed with another key.
    #[error("the record {record} cannot be opened: it is damaged or sealed with another key")]
    Sealed {
        /// Which record.
        record: String,
    },
    /// Whoever gave the act may not, as roles are now. Nothing was written.
    #[error("it is not allowed: {0}")]
    NotAllowed(Denied),
    /// What the act expected to find has changed meanwhile. Nothing was written.
    #[error("somebody else has changed it meanwhile")]
    Conflict,
    /// A sink of the audit log that acts wait for is too far behind. Nothing was written.
    #[error("the audit log's sink `{sink}` is {behind} records behind, and acts wait for it")]
    HeldUp {
        /// Which sink.
        sink: String,
        /// How many records it is late with.
        behind: u64,
    },
    /// The store is closing or has failed before; it takes nothing more.
    #[error("the store is closed")]
    Closed,
}

/// How a conditional act ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// Done, durably, and never again.
    Accepted,
    /// It was spent before (a replay), or a later step was accepted already.
    Spent,
    /// There is no such authenticator any more.
    Gone,
    /// Somebody else has what nobody may have as well: their address, their key (S4.8).
    Taken(SubjectId),
}

impl Acceptance {
    /// Whether it was done.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted)
    }
}

/// A session that was opened, as everything was at that moment: what its opener read before may be out of date.
#[derive(Clone, Debug)]
pub struct OpenedSession {
    /// What was written.
    pub session: SessionRecord,
    /// Whose it is.
    pub profile: Profile,
    /// What an operator asks of that account.
    pub terms: Terms,
}

/// How an act on an account ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// Done.
    Done,
    /// No such account.
    NoSuchAccount,
    /// The login name is taken.
    LoginTaken,
    /// Refused: it would leave no active owner.
    LastOwner,
    /// Refused: it is not done to an account in this state.
    WrongState,
}

/// Which budget an attempt is charged to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BudgetKey {
    /// The account's password.
    Password(SubjectId),
    /// The account's password, given in one browser in which it signed in before, by the hash of that
    /// browser's id: what others try elsewhere does not keep its owner out.
    PasswordFrom(SubjectId, String),
    /// One authenticator of the account, by its id.
    Authenticator(SubjectId, String),
    /// What a console is asked about the account's passwords, wherever they are typed.
    Console(SubjectId),
    /// What the consoles of a source are asked about everybody's passwords.
    ConsoleOf(String),
    /// Nobody's: one of a fixed number of records that names without an account share, so that they
    /// cost what a name with an account costs and fill nothing.
    Nobody(u16),
}

/// What is kept. See the module's words for what every operation promises.
#[async_trait]
pub trait Store:
    AdoptionStore
    + AuthenticatorStore
    + DeviceStore
    + EnforcementStore
    + FirstOwnerStore
    + HandedStore
    + LanguageStore
    + LogStore
    + LoudStore
    + NoticeStore
    + OutOfBandStore
    + PasskeyStore
    + PasswordStore
    + ProfileStore
    + SelfServiceStore
    + TokenStore
    + std::fmt::Debug
    + Send
    + Sync
{
    /// Adds an account; refuses a login name that is taken.
    async fn create_account(
        &self,
        account: Account,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// The account of that id.
    async fn account(&self, id: &SubjectId) -> Result<Option<Account>, StoreError>;

    /// The account of that login name.
    async fn account_by_login(&self, login: &LoginName) -> Result<Option<Account>, StoreError>;

    /// Up to `limit` accounts in order of login name, after that name.
    async fn accounts(
        &self,
        after: Option<&LoginName>,
        limit: usize,
    ) -> Result<Vec<Account>, StoreError>;

    /// Replaces the password hash, resets its budgets and ends all sessions of the account.
    async fn set_password(
        &self,
        id: &SubjectId,
        password: NewPassword,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// Changes the role and ends all sessions of the account; the last active owner
    /// keeps the role.
    async fn set_role(
        &self,
        id: &SubjectId,
        role: Role,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// Disables or enables; disabling ends all sessions; the last active owner stays active.
    async fn set_state(
        &self,
        id: &SubjectId,
        state: AccountState,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// Removes an account that is disabled, with everything that is kept of it but the audit log; the login name is free
    /// again, the id never.
    async fn remove_account(
        &self,
        id: &SubjectId,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// Removes every second factor with its budget, ends all sessions, and opens enrolment until then.
    async fn reset_authenticators(
        &self,
        id: &SubjectId,
        enrolment_open_until: Timestamp,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;

    /// Counts one attempt before it is verified. `audit` tells who tried; it is written, completed, when
    /// people have to wait from now on (as it is, with that reason) and when this attempt reaches the
    /// limit (as [`AuditKind::AuthenticatorDisabled`](crate::audit::AuditKind::AuthenticatorDisabled)).
    async fn charge(
        &self,
        key: &BudgetKey,
        rule: &Rule,
        now: Timestamp,
        audit: Option<AuditEvent>,
    ) -> Result<Charge, StoreError>;

    /// After a success: forgets the failures.
    async fn settle(&self, key: &BudgetKey) -> Result<(), StoreError>;

    /// Opens a session; none, and nothing is written, when the account is not active (any more), or its
    /// password hash is not `verified` (any more). Whether it is `enrolled` is decided by what is bound in the
    /// same transaction, whatever the record says. While another password is asked for, none is opened by the present
    /// one, and one that proves nothing if there is a second factor to give; such a one is opened in no other case.
    async fn open_session(
        &self,
        key: &SessionKey,
        session: SessionRecord,
        verified: Option<String>,
        audit: AuditEvent,
    ) -> Result<Option<OpenedSession>, StoreError>;

    /// Replaces a session by one with a new key; false, and nothing is written, when the old one is gone or
    /// proves nothing, or another password is asked for than it was opened by.
    async fn raise_session(
        &self,
        old: &SessionKey,
        new: &SessionKey,
        session: SessionRecord,
        audit: AuditEvent,
    ) -> Result<bool, StoreError>;

    /// Keeps the key of an app being set up; false when the session is gone.
    async fn save_pending_totp(
        &self,
        key: &SessionKey,
        pending: Option<PendingTotp>,
    ) -> Result<bool, StoreError>;

    /// Ends a session; false when it was gone already.
    async fn end_session(&self, key: &SessionKey, audit: AuditEvent) -> Result<bool, StoreError>;

    /// Ends every session of a subject, on every site; how many there were.
    async fn end_sessions_of(&self, id: &SubjectId, audit: AuditEvent) -> Result<u64, StoreError>;

    /// Ends everybody's sessions but this one, and no browser stands for anybody's second factor any more; how many
    /// sessions there were.
    async fn end_everybodys_sessions(
        &self,
        spare: Option<SessionKey>,
        audit: AuditEvent,
    ) -> Result<u64, StoreError>;

    /// Saves last activity of sessions that still exist.
    async fn touch_sessions(&self, seen: Vec<(SessionKey, Timestamp)>) -> Result<(), StoreError>;

    /// Forgets sessions that are over by time. No audit record: nobody acted.
    async fn forget_sessions(&self, over: Vec<SessionKey>) -> Result<(), StoreError>;

    /// Whether there is a session of that key.
    async fn has_session(&self, key: &SessionKey) -> Result<bool, StoreError>;

    /// Every session, for a start.
    async fn sessions(&self) -> Result<Vec<(SessionKey, SessionRecord)>, StoreError>;

    /// Writes an audit record that belongs to no other act.
    async fn record(&self, event: AuditEvent) -> Result<(), StoreError>;

    /// Up to `limit` audit records from position `from` on.
    async fn audit_records(&self, from: u64, limit: usize) -> Result<Vec<AuditRecord>, StoreError>;

    /// Where the audit log stands.
    async fn audit_head(&self) -> Result<AuditHead, StoreError>;

    /// The same at this moment, signed. For an export: of the first and the last of its records, as far as they are
    /// there; none when the last is not.
    async fn signed_audit_head(
        &self,
        export: Option<(u64, u64)>,
        at: Timestamp,
    ) -> Result<Option<SignedHead>, StoreError>;

    /// Whether writes are possible, by making one.
    async fn probe(&self) -> Result<(), StoreError>;

    /// Finishes what was begun and closes; everything after answers [`StoreError::Closed`].
    async fn close(&self) -> Result<(), StoreError>;
}

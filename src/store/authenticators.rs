//! What is kept about authenticators, as meanings.

use async_trait::async_trait;

use super::Acceptance;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::Authenticator;
use crate::authenticator::KindSet;
use crate::authenticator::contact::Channel;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::subject::SubjectId;

/// Whether an authenticator is somebody's first.
#[derive(Clone, Debug)]
pub enum BindOrder {
    /// It is, and these are the backup codes that come with it; none where policy has none.
    First(Option<Authenticator>),
    /// It is, and it is this app that was handed over, which must be there still and good at this moment; with its backup
    /// codes.
    Handed(HandedOrder),
    /// There is one already.
    Further,
}

/// An app that was handed over becomes an authenticator.
#[derive(Clone, Debug)]
pub struct HandedOrder {
    /// Its id.
    pub app: String,
    /// Now.
    pub now: Timestamp,
    /// The backup codes that come with it; none where policy has none.
    pub codes: Option<Authenticator>,
}

impl BindOrder {
    /// The backup codes that come with it.
    #[must_use]
    pub const fn codes(&self) -> Option<&Authenticator> {
        match self {
            Self::First(codes) => codes.as_ref(),
            Self::Handed(order) => order.codes.as_ref(),
            Self::Further => None,
        }
    }
}

/// What must be left of somebody's second factors when one is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// So many at least,
    pub least: usize,
    /// of these kinds.
    pub of: KindSet,
}

impl Keep {
    /// None need be left.
    pub const NOTHING: Self = Self { least: 0, of: KindSet::NONE };

    /// Whether these are enough.
    pub fn is_met<'a>(&self, left: impl Iterator<Item = &'a Authenticator>) -> bool {
        let counts = |one: &&Authenticator| {
            one.is_second_factor() && self.of.contains(one.credential.kind())
        };
        left.filter(counts).count() >= self.least
    }
}

/// What is removed.
#[derive(Clone, Debug)]
pub struct Removal {
    /// The authenticator.
    pub authenticator: String,
    /// What must be left; if it is not, the answer is `Spent`.
    pub keep: Keep,
    /// The session that goes on, where one of its owner's asks: without it nothing is removed.
    pub spare: Option<SessionKey>,
}

/// What becomes of the addresses that an account's codes go to, on one channel: all that are there are removed.
#[derive(Clone, Debug)]
pub struct ContactChange {
    /// On which channel.
    pub channel: Channel,
    /// What comes in their place, and that it is bound; none: nothing.
    pub new: Option<(Authenticator, AuditEvent)>,
    /// That one is removed: written for each, with its id.
    pub removed: AuditEvent,
}

/// What is kept about authenticators. See the words of [`Store`](super::Store) for what every operation promises.
#[async_trait]
pub trait AuthenticatorStore {
    /// The authenticators of a subject, oldest first.
    async fn authenticators(&self, id: &SubjectId) -> Result<Vec<Authenticator>, StoreError>;

    /// Binds an authenticator to the subject of a session, and forgets the session's pending key. A first one
    /// comes with its backup codes, unless policy has none: `Spent` when the subject has one already. A
    /// further one leaves the codes alone: `Gone` when there is no first. `Gone` also when the session is,
    /// when the account is not active, or when an app that was handed over is void. With a first one whatever was
    /// handed over is used up.
    async fn bind(
        &self,
        session: &SessionKey,
        new: Authenticator,
        order: BindOrder,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Binds what an operator set up for a subject: a contact that its first code verifies, say. It comes
    /// without backup codes. `Gone` when the account is.
    async fn bind_for(
        &self,
        id: &SubjectId,
        new: Authenticator,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Changes an account's addresses on a channel, all in one act, and says how many it removed: with any, every
    /// session of the account ends, and with the last second factor its backup codes go. `Gone` when the account is,
    /// or when there is nothing to remove and nothing new.
    async fn replace_contacts(
        &self,
        id: &SubjectId,
        change: ContactChange,
    ) -> Result<(Acceptance, usize), StoreError>;

    /// Removes an authenticator with its budget, and ends every session of the subject but `spare`. With
    /// the last one its backup codes go as well.
    async fn remove_authenticator(
        &self,
        id: &SubjectId,
        removal: Removal,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Gives an authenticator another name.
    async fn rename_authenticator(
        &self,
        id: &SubjectId,
        authenticator: &str,
        label: String,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Adds a set of backup codes that counts only once it is acknowledged. A set that was
    /// offered before and not acknowledged is void. `Gone` when the subject is.
    async fn offer_backup_codes(
        &self,
        id: &SubjectId,
        codes: Authenticator,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// The person stored the codes: the set counts, and in the same instant every other set is void
    /// . `Gone` when there is no such set.
    async fn acknowledge_backup_codes(
        &self,
        id: &SubjectId,
        authenticator: &str,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Accepts a time step if it is later than the last accepted one, and settles the budget.
    async fn accept_totp_step(
        &self,
        id: &SubjectId,
        authenticator: &str,
        step: u64,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Spends one backup code if it is unspent, and settles the budget.
    async fn spend_backup_code(
        &self,
        id: &SubjectId,
        authenticator: &str,
        index: usize,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;
}

//! What is kept of codes that are sent, and of how much was sent: the part of the store that out-of-band
//! authenticators need.

use async_trait::async_trait;

use super::Acceptance;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::contact::Address;
use crate::authenticator::out_of_band::Purpose;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::session::sent_code::SentCode;
use crate::subject::SubjectId;
use crate::throttle::sends::Unsent;

/// How many messages may go out in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendLimits {
    /// For one account.
    pub account: u32,
    /// To all numbers with one listed beginning.
    pub prefix: u32,
    /// For all accounts together.
    pub everybody: u32,
}

/// A code that is about to be sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// The code, as it is kept.
    pub code: SentCode,
    /// What its destination has in common with others that may be the same.
    pub destination: String,
    /// The listed beginning of its number.
    pub prefix: Option<String>,
    /// How many may be sent.
    pub limits: SendLimits,
}

/// Whether a code may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charged {
    /// It is kept and counted: send it.
    Granted,
    /// Send nothing; the code before it, if any, is still good.
    Wait {
        /// Ask again at that moment.
        until: Timestamp,
        /// Why.
        why: Unsent,
    },
    /// The session or the account's right to sign in is gone.
    Gone,
}

/// Codes under way. As with everything a store does, a writing operation is atomic, writes its audit record
/// in the same transaction, and is durable before it answers.
#[async_trait]
pub trait OutOfBandStore {
    /// Counts one message against every budget and keeps its code in place of the one before:
    /// all of it, or nothing. `audit` is written when it may be sent, and once when a budget is used up, with
    /// the reason.
    async fn charge_sending(
        &self,
        id: &SubjectId,
        sending: Sending,
        audit: AuditEvent,
    ) -> Result<Charged, StoreError>;

    /// The code under way for this purpose in this session, with one more try counted; none when there is
    /// none that is good.
    async fn try_sent_code(
        &self,
        id: &SubjectId,
        session: &SessionKey,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<SentCode>, StoreError>;

    /// The code under way for this purpose in this session, if it is good; no try is counted.
    async fn sent_code(
        &self,
        id: &SubjectId,
        session: &SessionKey,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<SentCode>, StoreError>;

    /// Forgets what cannot matter any more: codes that are too old, what was sent a day ago, whom somebody was told
    /// of a refusal long ago. How many records that were; some may be left for the next time.
    async fn forget_sent(&self, now: Timestamp) -> Result<usize, StoreError>;

    /// Whose an address is, whichever way it is written (S4.8).
    async fn holder_of(&self, address: &Address) -> Result<Option<SubjectId>, StoreError>;

    /// Spends a code that was found right. Where it proves an authenticator, that is verified from now on,
    /// and its budget is settled. `Spent` when it was spent or replaced, `Gone` when the authenticator is.
    async fn spend_sent_code(
        &self,
        id: &SubjectId,
        code: &SentCode,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;
}

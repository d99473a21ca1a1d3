//! What is kept of notices: letters to people about what happened to their accounts, from the act until
//! they are delivered.
//!
//! A notice is written in the transaction of the act it tells of, with the addresses as they were when it
//! began: neither a crash nor a change of address loses one.

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::contact::Channel;
use crate::clock::Timestamp;
use crate::words::Language;

/// Who is told of an act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeReader {
    /// Whose account it is.
    #[default]
    Holder,
    /// An owner of the gateway, who watches over what is done to others and to all.
    Owner,
}

/// A notice to one address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Names it.
    pub id: String,
    /// The act.
    pub event: AuditEvent,
    /// Login name of the account it is about; empty: it is about none.
    pub login: String,
    /// Who reads it.
    #[serde(default)]
    pub reader: NoticeReader,
    /// What its reader reads.
    pub language: Language,
    /// How it is sent.
    pub channel: Channel,
    /// Where to.
    pub address: String,
    /// How often it was offered in vain.
    #[serde(default)]
    pub attempts: u32,
    /// Not offered before this moment.
    #[serde(default)]
    pub due: Timestamp,
}

/// The outbox. Delivery is at least once: a notice goes when it is known to be delivered, or given up.
#[async_trait]
pub trait NoticeStore {
    /// From now on notices are kept for these channels, and for no others.
    fn keep_notices(&self, channels: &[Channel]);

    /// Notices that are due, oldest first, at most so many; and how many there are in all.
    async fn notices(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<Notice>, usize), StoreError>;

    /// Forgets a notice; `audit` says so when it was given up.
    async fn end_notice(&self, id: &str, audit: Option<AuditEvent>) -> Result<(), StoreError>;

    /// Offers a notice again, not before `due`.
    async fn postpone_notice(&self, id: &str, due: Timestamp) -> Result<(), StoreError>;
}

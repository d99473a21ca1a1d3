//! Acts on the addresses that an account's codes go to.

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::authenticator::contact::Contact;
use crate::authority::Act;
use crate::entropy;
use crate::store::Acceptance;
use crate::store::ContactChange;
use crate::subject::Account;
use crate::subject::SubjectId;

/// What an operator asks for about an account's addresses for codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ContactCommand {
    /// Puts an address in place of the one the account has.
    Set {
        /// Login name.
        login: String,
        /// What kind of address.
        channel: Channel,
        /// The address.
        address: String,
    },
    /// Removes an account's addresses of that kind; ends its sessions.
    Remove {
        /// Login name.
        login: String,
        /// What kind of address.
        channel: Channel,
    },
}

impl ContactCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Set { .. } => Act::SetContact,
            Self::Remove { .. } => Act::RemoveContact,
        }
    }
}

impl Operator {
    pub(super) async fn contact(
        &self,
        by: &By,
        command: ContactCommand,
    ) -> Result<Reply, OperateError> {
        match command {
            ContactCommand::Set { login, channel, address } => {
                self.set_contact(by, &login, (channel, &address)).await
            }
            ContactCommand::Remove { login, channel } => {
                self.remove_contact(by, &login, channel).await
            }
        }
    }

    /// Puts an address in place of the one an account has; its first code verifies it.
    async fn set_contact(
        &self,
        by: &By,
        login: &str,
        (channel, given): (Channel, &str),
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let bound = self.about(AuditKind::AuthenticatorBound, by, &account)?;
        let address = Address::parse(channel, given).map_err(|why| OperateError::BadText {
            what: channel.field().to_owned(),
            why: why.to_string(),
        })?;
        let contact = Contact { address: address.as_str().to_owned(), verified: None };
        let new = Authenticator {
            id: entropy::identifier(self.parts.entropy.as_ref())
                .map_err(|e| OperateError::failed(&e))?,
            label: address.masked(),
            created: self.parts.clock.now(),
            last_used: None,
            credential: contact.credential(channel),
        };
        let bound = bound.with("method", channel.name()).with("authenticator", &new.id);
        let gone = OperateError::NoSuchAccount { login: login.to_owned() };
        self.replace_contacts(by, &account, (channel, Some((new, bound)), gone)).await
    }

    /// Removes every address that an account has on a channel; ends its sessions.
    async fn remove_contact(
        &self,
        by: &By,
        login: &str,
        channel: Channel,
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let field = channel.field().to_owned();
        let none = OperateError::NoContact { login: login.to_owned(), field };
        self.replace_contacts(by, &account, (channel, None, none)).await
    }

    /// Puts an address, or nothing, in place of those on a channel: in one act, so that an account is never left between
    /// two.
    async fn replace_contacts(
        &self,
        by: &By,
        account: &Account,
        (channel, new, gone): (Channel, Option<(Authenticator, AuditEvent)>, OperateError),
    ) -> Result<Reply, OperateError> {
        let removed = self
            .about(AuditKind::AuthenticatorRemoved, by, account)?
            .with("method", channel.name());
        let (open, is_new) = (self.count_sessions(&account.id).await?, new.is_some());
        let change = ContactChange { channel, new, removed };
        let (outcome, removed) = self.parts.store.replace_contacts(&account.id, change).await?;
        match outcome {
            Acceptance::Accepted => {}
            Acceptance::Taken(other) => return Err(self.taken(channel, &other).await?),
            Acceptance::Spent | Acceptance::Gone => return Err(gone),
        }
        if let Some(directory) = &self.parts.directory {
            if removed > 0 {
                directory.drop_all_of(&account.id);
            }
            if is_new {
                let noted = directory.note_enrolled(&account.id).await;
                noted.map_err(|error| OperateError::from(error).after_the_act())?;
            }
        }
        self.shown(account, if removed > 0 { open } else { 0 }).await
    }

    /// Another account has the address: the operator is told which, the person never is (S4.8).
    async fn taken(
        &self,
        channel: Channel,
        other: &SubjectId,
    ) -> Result<OperateError, OperateError> {
        let holder = self.parts.store.account(other).await?;
        let by = holder.map_or_else(String::new, |account| account.profile.login.to_string());
        Ok(OperateError::AddressTaken { field: channel.field().to_owned(), by })
    }
}

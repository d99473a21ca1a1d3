//! Acts on the addresses that an account's codes go to.

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::authenticator::contact::Contact;
use crate::authority::Act;
use crate::entropy;
use crate::store::Acceptance;
use crate::store::Keep;
use crate::store::Removal;
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
        let address = Address::parse(channel, given).map_err(|why| OperateError::BadText {
            what: channel.field().to_owned(),
            why: why.to_string(),
        })?;
        let held = self.contacts(&account.id, channel).await?;
        let contact = Contact { address: address.as_str().to_owned(), verified: None };
        let new = Authenticator {
            id: entropy::identifier(self.parts.entropy.as_ref())
                .map_err(|e| OperateError::failed(&e))?,
            label: address.masked(),
            created: self.parts.clock.now(),
            last_used: None,
            credential: contact.credential(channel),
        };
        let audit = self
            .about(AuditKind::AuthenticatorBound, by, &account)?
            .with("method", channel.name())
            .with("authenticator", &new.id);
        match self.parts.store.bind_for(&account.id, new, audit).await? {
            Acceptance::Accepted => {
                if let Some(directory) = &self.parts.directory {
                    directory.note_enrolled(&account.id).await?;
                }
            }
            Acceptance::Taken(other) => return Err(self.taken(channel, &other).await?),
            Acceptance::Spent | Acceptance::Gone => {
                return Err(OperateError::NoSuchAccount { login: login.to_owned() });
            }
        }
        let (mut ended, by) = (0, by.going_on());
        for old in held {
            ended += self.remove_one(&by, &account, &old).await?;
        }
        self.changed_contacts(&account, ended).await
    }

    /// Removes every address that an account has on a channel; ends its sessions.
    async fn remove_contact(
        &self,
        by: &By,
        login: &str,
        channel: Channel,
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let held = self.contacts(&account.id, channel).await?;
        if held.is_empty() {
            return Err(OperateError::NoContact {
                login: login.to_owned(),
                field: channel.field().to_owned(),
            });
        }
        let (mut ended, mut by) = (0, by.clone());
        for old in held {
            ended += self.remove_one(&by, &account, &old).await?;
            by = by.going_on();
        }
        self.changed_contacts(&account, ended).await
    }

    async fn contacts(
        &self,
        id: &SubjectId,
        channel: Channel,
    ) -> Result<Vec<Authenticator>, OperateError> {
        let held = self.parts.store.authenticators(id).await?;
        let on = |one: &Authenticator| {
            one.credential.address().is_some_and(|address| address.channel() == channel)
        };
        Ok(held.into_iter().filter(on).collect())
    }

    async fn remove_one(
        &self,
        by: &By,
        account: &Account,
        old: &Authenticator,
    ) -> Result<usize, OperateError> {
        let ended = self.count_sessions(&account.id).await?;
        let audit = self
            .about(AuditKind::AuthenticatorRemoved, by, account)?
            .with("method", old.credential.kind().name())
            .with("authenticator", &old.id);
        let removal = Removal { authenticator: old.id.clone(), keep: Keep::NOTHING, spare: None };
        self.parts.store.remove_authenticator(&account.id, removal, audit).await?;
        if let Some(directory) = &self.parts.directory {
            directory.drop_all_of(&account.id);
        }
        Ok(ended)
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

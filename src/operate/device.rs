//! Acts on the devices of an account.

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use crate::audit::AuditKind;
use crate::authority::Act;
use crate::store::Acceptance;

/// What an operator asks for about an account's devices.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DeviceCommand {
    /// Agrees to a verified device; it counts from the next sign-in on.
    Approve {
        /// Login name.
        login: String,
        /// The device's id.
        device: String,
    },
    /// Removes a device; ends the sessions that were opened on it.
    Remove {
        /// Login name.
        login: String,
        /// The device's id.
        device: String,
    },
}

impl DeviceCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Approve { .. } => Act::ApproveDevice,
            Self::Remove { .. } => Act::RemoveDevice,
        }
    }
}

impl Operator {
    pub(super) async fn device(
        &self,
        by: &By,
        command: DeviceCommand,
    ) -> Result<Reply, OperateError> {
        match command {
            DeviceCommand::Approve { login, device } => {
                self.approve_device(by, &login, device).await
            }
            DeviceCommand::Remove { login, device } => self.remove_device(by, &login, device).await,
        }
    }

    async fn approve_device(
        &self,
        by: &By,
        login: &str,
        device: String,
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let audit = self.about(AuditKind::DeviceApproved, by, &account)?.with("device", &device);
        match self.parts.store.approve_device(&account.id, &device, audit).await? {
            Acceptance::Accepted | Acceptance::Spent => {}
            Acceptance::Gone | Acceptance::Taken(_) => {
                return Err(OperateError::NoSuchDevice { login: login.to_owned(), device });
            }
        }
        self.shown(&account, 0).await
    }

    async fn remove_device(
        &self,
        by: &By,
        login: &str,
        device: String,
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let before = self.count_sessions(&account.id).await?;
        let audit = self.about(AuditKind::DeviceRemoved, by, &account)?.with("device", &device);
        match self.parts.store.remove_device(&account.id, &device, audit).await? {
            Acceptance::Accepted | Acceptance::Spent => {}
            Acceptance::Gone | Acceptance::Taken(_) => {
                return Err(OperateError::NoSuchDevice { login: login.to_owned(), device });
            }
        }
        if let Some(directory) = &self.parts.directory {
            directory.drop_on_device(&account.id, &device);
        }
        let after = self.count_sessions(&account.id).await;
        let after = after.map_err(OperateError::after_the_act)?;
        self.shown(&account, before.saturating_sub(after)).await
    }
}

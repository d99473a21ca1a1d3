//! What is done in the administration, as data: command line, page or API makes a [`Command`], an [`Operator`]
//! executes it, in the running gateway or in the command's own process, by the same code and with the
//! same audit records.
//!
//! An operator's right on the command line is the system's: whoever may read the key directory may do all of this.
//! Persons and programs act by their role ([`crate::authority`]). Every act is recorded with [`By`] whom it was done.

mod account;
mod by;
mod contact;
mod device;
mod enforcement;
mod extract;
mod hashing;
pub mod import;
pub mod in_force;
mod keys;
mod log;
mod loud;
mod parts;
mod password;
mod profile;
mod readers;
pub mod refusal;
mod session;
mod set_up;
mod sinks;
pub mod site_policy;
mod site_rehearsal;
mod site_view;
mod terms;
mod token;
pub mod view;
pub mod wire;

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::Deserialize;
use serde::Serialize;

use self::log::GoingThrough;
use self::readers::Readers;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::audit::signed::SignedHead;
use crate::authority::Act;
use crate::authority::Object;
use crate::authority::Target;
use crate::authority::Weight;
use crate::secret::Secret;
use crate::subject::Role;

use self::hashing::Hashing;
use self::import::PeopleCommand;

pub use self::account::NewUser;
pub use self::by::By;
pub use self::by::NotAReason;
pub use self::by::Origin;
pub use self::by::Reason;
pub use self::by::Way;
pub use self::contact::ContactCommand;
pub use self::device::DeviceCommand;
pub use self::enforcement::EnforcementCommand;
pub use self::extract::Extract;
pub use self::parts::Parts;
pub use self::parts::Settings;
pub use self::password::FirstPassword;
pub use self::password::LINK_FIELD;
pub use self::password::PasswordCommand;
pub use self::password::WELCOME;
pub use self::profile::ProfileChange;
pub use self::profile::ProfileCommand;
pub use self::refusal::OperateError;
pub use self::session::SessionCommand;
pub use self::sinks::SinkCommand;
pub use self::sinks::SinkView;
pub use self::site_policy::SiteCommand;
pub use self::site_policy::SitePolicyChange;
pub use self::site_policy::SiteReply;
pub use self::terms::Change;
pub use self::terms::TermsChange;
pub use self::token::NewToken;
pub use self::token::TokenCommand;
pub use self::view::Reply;

/// The most accounts or audit records that one answer holds.
pub const MAX_LIMIT: usize = 500;

/// What an operator asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Adds an account.
    UserAdd(NewUser),
    /// Accounts in order of login name.
    UserList {
        /// The last login name of the page before.
        after: Option<String>,
        /// At most so many, and at most [`MAX_LIMIT`].
        limit: usize,
    },
    /// One account.
    UserShow {
        /// Login name.
        login: String,
    },
    /// Sets a password; ends the account's sessions.
    UserSetPassword {
        /// Login name.
        login: String,
        /// The new password.
        #[serde(with = "crate::secret::at_rest")]
        password: Secret<String>,
        /// Whether another one is asked for at the next sign-in.
        #[serde(default)]
        must_change: bool,
    },
    /// Something about passwords that people choose themselves.
    UserPassword(PasswordCommand),
    /// Something about who somebody is.
    UserProfile(ProfileCommand),
    /// Something about many people at once.
    People(PeopleCommand),
    /// Changes a role; ends the account's sessions.
    UserSetRole {
        /// Login name.
        login: String,
        /// The new role.
        role: Role,
    },
    /// Disables an account; ends its sessions.
    UserDisable {
        /// Login name.
        login: String,
    },
    /// Enables an account again.
    UserEnable {
        /// Login name.
        login: String,
    },
    /// Removes every second factor, ends the sessions, and opens enrolment for a while.
    UserResetMfa {
        /// Login name.
        login: String,
    },
    /// Prepares an authenticator app for handing over: it counts from the person's own first code on. One that was handed
    /// over before is void.
    UserSetUp {
        /// Login name.
        login: String,
    },
    /// Something about where an account's codes go.
    UserContact(ContactCommand),
    /// Something about an account's devices.
    UserDevice(DeviceCommand),
    /// Audit records.
    AuditTail {
        /// From this position on; none: the last ones.
        from: Option<u64>,
        /// At most so many, and at most [`MAX_LIMIT`].
        limit: usize,
    },
    /// Follows the whole audit chain.
    AuditVerify,
    /// Where the audit log stands, signed.
    AuditHead,
    /// Before an export: records it, and signs its last record. The records are then read by [`Command::AuditTail`], and when
    /// they are where they were to go, [`Command::AuditTaken`] says so.
    AuditExport {
        /// The first record; none: the first of all.
        from: Option<u64>,
        /// The last one; none: the last there is.
        to: Option<u64>,
    },
    /// After an export: its records are elsewhere from now on, down to its last line, which is this head.
    AuditTaken {
        /// As it was signed.
        head: Box<SignedHead>,
    },
    /// Something about those who follow the audit log.
    AuditSink(SinkCommand),
    /// The signing keys.
    KeysList,
    /// Makes a new signing key.
    KeysRotate {
        /// How.
        mode: RotateMode,
    },
    /// For which relying parties passkeys are kept.
    PasskeysHeld,
    /// Something about service tokens.
    Token(TokenCommand),
    /// Something about sessions.
    Session(SessionCommand),
    /// Something about who must have a second factor.
    Enforcement(EnforcementCommand),
    /// Something about what one site asks for.
    Site(SiteCommand),
}

impl Command {
    /// Which act it is: whoever gives it must be allowed that.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::UserAdd(_) => Act::AddUser,
            Self::UserList { .. } | Self::UserShow { .. } => Act::SeeUsers,
            Self::UserSetPassword { .. } => Act::SetPassword,
            Self::UserPassword(command) => command.act(),
            Self::UserProfile(command) => command.act(),
            Self::People(command) => command.act(),
            Self::UserSetRole { .. } => Act::SetRole,
            Self::UserDisable { .. } => Act::Disable,
            Self::UserEnable { .. } => Act::Enable,
            Self::UserResetMfa { .. } => Act::ResetMfa,
            Self::UserSetUp { .. } => Act::SetUpFor,
            Self::UserContact(command) => command.act(),
            Self::UserDevice(command) => command.act(),
            Self::AuditTail { .. } | Self::AuditVerify | Self::AuditHead => Act::SeeAudit,
            Self::AuditExport { .. } | Self::AuditTaken { .. } => Act::ExportAudit,
            Self::AuditSink(command) => command.act(),
            Self::KeysList => Act::SeeKeys,
            Self::KeysRotate { .. } => Act::RotateKeys,
            Self::PasskeysHeld => Act::SeePolicy,
            Self::Token(command) => command.act(),
            Self::Session(command) => command.act(),
            Self::Enforcement(command) => command.act(),
            Self::Site(command) => command.act(),
        }
    }
}

/// How signing keys are rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RotateMode {
    /// The new key is published first and signs once every console can know it.
    Ahead,
    /// A key is known to others: the new one signs at once and every other is void.
    Now,
}

/// Executes commands.
#[derive(Debug)]
pub struct Operator {
    parts: Parts,
    settings: ArcSwap<Settings>,
    /// Who reads the audit log.
    readers: Readers,
    /// Who goes through the whole of it.
    going_through: GoingThrough,
    hashing: Hashing,
}

impl Operator {
    /// With these handles and settings.
    #[must_use]
    pub fn new(parts: Parts, settings: Settings) -> Self {
        Self {
            parts,
            settings: ArcSwap::from_pointee(settings),
            readers: Readers::default(),
            going_through: GoingThrough::default(),
            hashing: Hashing::default(),
        }
    }

    /// Puts other settings in force.
    pub fn configure(&self, settings: Settings) {
        self.settings.store(Arc::new(settings));
    }

    /// Does what was asked, to its end: whoever asked may go away, and store and directory still agree.
    ///
    /// # Errors
    /// When it is refused or something needed fails: nothing was done then, except where the error says
    /// otherwise.
    pub async fn execute(
        self: &Arc<Self>,
        by: By,
        command: Command,
    ) -> Result<Reply, OperateError> {
        let (operator, act) = (Arc::clone(self), command.act());
        // The second half of an export is no other one.
        let counted = (!matches!(command, Command::AuditTaken { .. })).then_some(act);
        let by = by.doing(act);
        let errand = tokio::spawn(async move {
            let outcome = operator.perform(&by, command).await;
            if let Some(act) = counted {
                operator.count(act, &by, &outcome);
            }
            outcome
        });
        errand.await.unwrap_or(Err(OperateError::Interrupted))
    }

    /// Counts what was done; looks are none.
    fn count(&self, act: Act, by: &By, outcome: &Result<Reply, OperateError>) {
        let is_done = matches!(outcome, Ok(_) | Err(OperateError::Unfinished { .. }));
        if let (Some(acts), Some(way)) = (&self.parts.acts, by.way())
            && is_done
            && act.weight() != Weight::Look
        {
            acts.done(act, way);
        }
    }

    #[expect(clippy::cognitive_complexity, reason = "an arm for each command")]
    async fn perform(&self, by: &By, command: Command) -> Result<Reply, OperateError> {
        if command.act().object() == Object::Everything {
            by.may(Target::Nothing)?;
        }
        match command {
            Command::UserAdd(user) => self.add_user(by, user).await,
            Command::UserList { after, limit } => self.list_users(after.as_deref(), limit).await,
            Command::UserShow { login } => self.show_user(&login).await,
            Command::UserSetPassword { login, password, must_change } => {
                let since = must_change.then(|| self.parts.clock.now());
                self.set_password(by, &login, (password, since)).await
            }
            Command::UserPassword(command) => self.password(by, command).await,
            Command::UserProfile(command) => self.profile(by, command).await,
            Command::People(command) => self.people(by, command).await,
            Command::UserSetRole { login, role } => self.set_role(by, &login, role).await,
            Command::UserDisable { login } => self.disable(by, &login).await,
            Command::UserEnable { login } => self.enable(by, &login).await,
            Command::UserResetMfa { login } => self.reset_mfa(by, &login).await,
            Command::UserSetUp { login } => self.set_up_for(by, &login).await,
            Command::UserContact(command) => self.contact(by, command).await,
            Command::UserDevice(command) => self.device(by, command).await,
            Command::AuditTail { from, limit } => self.audit_tail(by, from, limit).await,
            Command::AuditVerify => self.audit_verify(by).await,
            Command::AuditHead => self.audit_head().await,
            Command::AuditExport { from, to } => self.audit_export(by, from, to).await,
            Command::AuditTaken { head } => self.audit_taken(*head).await,
            Command::AuditSink(command) => self.sink(by, command).await,
            Command::KeysList => Ok(self.list_keys()),
            Command::KeysRotate { mode } => self.rotate_keys(by, mode).await,
            Command::PasskeysHeld => {
                Ok(Reply::PasskeysHeld(self.parts.store.passkeys_held().await?))
            }
            Command::Token(command) => self.token(by, command).await,
            Command::Session(command) => self.session(by, command).await,
            Command::Enforcement(command) => self.enforcement(by, command).await,
            Command::Site(command) => self.site_policy(by, command).await,
        }
    }

    fn event(&self, kind: AuditKind, by: &By) -> AuditEvent {
        let mut event = AuditEvent::new(self.parts.clock.wall(), kind, by.actor());
        by.sign(&mut event);
        event
    }
}

#[cfg(test)]
mod tests;

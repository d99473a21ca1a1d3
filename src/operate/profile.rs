//! Who somebody is: name, address, groups; and the end of an account.

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::Change;
use super::NewUser;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::account::done;
use crate::audit::AuditKind;
use crate::authority::Act;
use crate::store::profiles::SessionsEnd;
use crate::subject;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::trusted_header::Said;

/// Bytes of all groups of an account together: a record has room for more, and headers for no more.
const MOST_IN_GROUPS: usize = 2048;

/// What is asked for about who somebody is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ProfileCommand {
    /// Changes name, address or groups; another address or other groups end the account's sessions.
    Edit {
        /// Login name.
        login: String,
        /// What changes.
        change: ProfileChange,
    },
    /// Removes an account that is disabled, with everything but what the audit log tells of it.
    Remove {
        /// Login name.
        login: String,
    },
}

impl ProfileCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Edit { .. } => Act::EditProfile,
            Self::Remove { .. } => Act::RemoveUser,
        }
    }
}

/// What becomes of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// Display name; none: it stays.
    #[serde(default)]
    pub name: Option<String>,
    /// Profile address.
    #[serde(default)]
    pub email: Change<String>,
    /// Groups; none: they stay.
    #[serde(default)]
    pub groups: Option<Vec<String>>,
}

impl Operator {
    pub(super) async fn profile(
        &self,
        by: &By,
        command: ProfileCommand,
    ) -> Result<Reply, OperateError> {
        match command {
            ProfileCommand::Edit { login, change } => self.edit_profile(by, &login, change).await,
            ProfileCommand::Remove { login } => self.remove_user(by, &login).await,
        }
    }

    async fn edit_profile(
        &self,
        by: &By,
        login: &str,
        change: ProfileChange,
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let audit = self.about(AuditKind::ProfileChanged, by, &account)?;
        let said = said(change)?;
        let open = self.count_sessions(&account.id).await?;
        let (change, ended) = self.parts.store.set_profile(&account.id, said, audit).await?;
        if ended == SessionsEnd::Yes {
            return self.changed(change, account, open).await;
        }
        done(change, &account.profile.login)?;
        self.shown(&account, 0).await
    }

    async fn remove_user(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        by.may_to_end(&account.id, account.profile.role)?;
        let login = account.profile.login.to_string();
        if account.state != AccountState::Disabled {
            return Err(OperateError::WrongState { login });
        }
        let audit = self.event(AuditKind::AccountRemoved, by).on(&account.id);
        let audit = audit.with("login", &login).with("role", account.profile.role.name());
        let change = self.parts.store.remove_account(&account.id, audit).await?;
        done(change, &account.profile.login)?;
        if let Some(directory) = &self.parts.directory {
            directory.drop_all_of(&account.id);
        }
        Ok(Reply::Removed { id: account.id.to_string(), login })
    }
}

/// What is said of somebody.
fn said(change: ProfileChange) -> Result<Said, OperateError> {
    let email = match &change.email {
        Change::Keep => None,
        Change::Clear => Some(String::new()),
        Change::Set(given) => Some(email(given)?),
    };
    Ok(Said {
        name: change.name.as_deref().map(display_name).transpose()?,
        email,
        groups: change.groups.map(groups).transpose()?,
    })
}

/// The profile of an account that is to be added.
pub(super) fn profile_of(login: &LoginName, user: &NewUser) -> Result<Profile, OperateError> {
    let name = user.name.as_deref().unwrap_or(login.name());
    Ok(Profile {
        login: login.clone(),
        name: display_name(name)?,
        email: user.email.as_deref().map(email).transpose()?,
        groups: groups(user.groups.clone())?,
        role: user.role,
        language: None,
    })
}

pub(super) fn display_name(given: &str) -> Result<String, OperateError> {
    let name = given.trim();
    plain("display name", name, &[])?;
    Ok(name.to_owned())
}

pub(super) fn email(given: &str) -> Result<String, OperateError> {
    plain("e-mail address", given, &[' ', ','])?;
    if !given.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty()) {
        return Err(bad_text("e-mail address", "it has the form NAME@HOST"));
    }
    Ok(given.to_owned())
}

pub(super) fn groups(mut given: Vec<String>) -> Result<Vec<String>, OperateError> {
    given.sort();
    given.dedup();
    for group in &given {
        plain("group", group, &[','])?;
    }
    if given.iter().map(String::len).sum::<usize>() > MOST_IN_GROUPS {
        return Err(bad_text("list of groups", "together they have more than 2048 bytes"));
    }
    Ok(given)
}

/// These texts reach headers and pages.
fn plain(what: &'static str, text: &str, without: &[char]) -> Result<(), OperateError> {
    if text.trim().is_empty() {
        return Err(bad_text(what, "it is empty"));
    }
    if text.contains(without) {
        return Err(bad_text(what, "it has a blank or a comma, which separate several"));
    }
    if subject::is_plain_text(text) {
        return Ok(());
    }
    Err(bad_text(what, "it has control characters or more than 256 bytes"))
}

fn bad_text(what: &'static str, why: &str) -> OperateError {
    OperateError::BadText { what: what.to_owned(), why: why.to_owned() }
}

//! Acts on accounts.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::FirstPassword;
use super::MAX_LIMIT;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::password::is_kept_here;
use super::profile::profile_of;
use super::view::AccountView;
use super::view::DeviceView;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::audit::Tag;
use crate::authority::Target;
use crate::clock::Timestamp;
use crate::password;
use crate::password::Cost;
use crate::secret::Secret;
use crate::store::AccountChange;
use crate::store::NewPassword;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;

/// An account to be added.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Login name.
    pub login: String,
    /// Display name; none: the login name.
    pub name: Option<String>,
    /// Profile address.
    pub email: Option<String>,
    /// Groups, told to the consoles.
    pub groups: Vec<String>,
    /// Role in the gateway.
    pub role: Role,
    /// What is asked of it besides the configuration.
    #[serde(default)]
    pub terms: Terms,
    /// First password.
    pub password: FirstPassword,
}

/// Characters of the longest id.
const LONGEST_ID: usize = 64;

impl Operator {
    pub(super) async fn add_user(&self, by: &By, user: NewUser) -> Result<Reply, OperateError> {
        let login = parse_login(&user.login)?;
        let profile = profile_of(&login, &user)?;
        by.may(Target::Account { before: None, after: Some(user.role) })?;
        if self.parts.store.account_by_login(&login).await?.is_some() {
            return Err(OperateError::LoginTaken { login: login.to_string() });
        }
        let hash = match &user.password {
            FirstPassword::Set(password) => Some(self.hash(&login, password.clone()).await?),
            FirstPassword::Link { .. } | FirstPassword::None => None,
        };
        let site = self.site_of_link(by, &login, &user.password)?;
        let id = SubjectId::generate(self.parts.entropy.as_ref());
        let account = Account {
            password: Secret::new(hash),
            terms: user.terms.clone(),
            ..Account::new(
                id.map_err(|e| OperateError::failed(&e))?,
                profile,
                self.parts.clock.now(),
                self.settings.load().enrolment_window,
            )
        };
        let audit = self
            .event(AuditKind::AccountCreated, by)
            .on(&account.id)
            .with("login", &login)
            .with("role", user.role.name());
        let change = self.parts.store.create_account(account.clone(), audit).await?;
        done(change, &login)?;
        if let Some(site) = site {
            // Without a link the account is there all the same: another one can be made for it.
            match self.first_link(by, &account, &site).await {
                Ok(link) => return Ok(link),
                Err(error) => tracing::error!(%error, "an account was added without its link"),
            }
        }
        let view = self.view(account, 0).await.map_err(OperateError::after_the_act)?;
        Ok(Reply::Account(Box::new(view)))
    }

    pub(super) async fn list_users(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Reply, OperateError> {
        let after = after.map(parse_login).transpose()?;
        let limit = limit.clamp(1, MAX_LIMIT);
        let mut found = self.parts.store.accounts(after.as_ref(), limit.saturating_add(1)).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|account| account.profile.login.to_string());
        let sessions = self.sessions_by_subject().await?;
        let mut accounts = Vec::with_capacity(found.len());
        for account in found {
            let open = sessions.get(&account.id).copied().unwrap_or_default();
            accounts.push(self.view(account, open).await?);
        }
        Ok(Reply::Accounts { accounts, next })
    }

    pub(super) async fn show_user(&self, login: &str) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let sessions = self.count_sessions(&account.id).await?;
        Ok(Reply::Account(Box::new(self.view(account, sessions).await?)))
    }

    pub(super) async fn set_password(
        &self,
        by: &By,
        login: &str,
        (password, must_change): (Secret<String>, Option<Timestamp>),
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let mut audit = self.about(AuditKind::PasswordSet, by, &account)?;
        is_kept_here(&account)?;
        if must_change.is_some() {
            audit = audit.with("must_change", "next_sign_in");
        }
        let hash = self.hash(&account.profile.login, password).await?;
        let ended = self.count_sessions(&account.id).await?;
        let new = NewPassword { hash, must_change };
        let change = self.parts.store.set_password(&account.id, new, audit).await?;
        self.changed(change, account, ended).await
    }

    pub(super) async fn set_role(
        &self,
        by: &By,
        login: &str,
        role: Role,
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let (before, after) = (Some(account.profile.role), Some(role));
        let ended = self.count_sessions(&account.id).await?;
        let audit = self
            .about(AuditKind::RoleChanged, by, &account)?
            .with("from", account.profile.role.name())
            .with("to", role.name());
        by.may(Target::Account { before, after })?;
        let change = self.parts.store.set_role(&account.id, role, audit).await?;
        self.changed(change, account, ended).await
    }

    pub(super) async fn disable(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let ended = self.count_sessions(&account.id).await?;
        let audit = self.about(AuditKind::AccountDisabled, by, &account)?;
        let change = self.parts.store.set_state(&account.id, AccountState::Disabled, audit).await?;
        self.changed(change, account, ended).await
    }

    pub(super) async fn enable(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let audit = self.about(AuditKind::AccountEnabled, by, &account)?;
        let change = self.parts.store.set_state(&account.id, AccountState::Active, audit).await?;
        done(change, &account.profile.login)?;
        self.shown(&account, 0).await
    }

    pub(super) async fn reset_mfa(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let ended = self.count_sessions(&account.id).await?;
        let until = self.parts.clock.now().plus(self.settings.load().reset_window);
        let audit =
            self.about(AuditKind::MfaReset, by, &account)?.with("enrolment_open_until", until);
        let change = self.parts.store.reset_authenticators(&account.id, until, audit).await?;
        self.changed(change, account, ended).await
    }

    /// After an act by which the store ended all sessions of an account: the directory follows.
    pub(super) async fn changed(
        &self,
        change: AccountChange,
        account: Account,
        ended: usize,
    ) -> Result<Reply, OperateError> {
        done(change, &account.profile.login)?;
        if let Some(directory) = &self.parts.directory {
            directory.drop_all_of(&account.id);
        }
        self.shown(&account, ended).await
    }

    /// The record of an act on an account, if it may be done.
    pub(super) fn about(
        &self,
        kind: AuditKind,
        by: &By,
        account: &Account,
    ) -> Result<AuditEvent, OperateError> {
        by.may_on(&account.id, account.profile.role)?;
        Ok(self.event(kind, by).on(&account.id).with("login", &account.profile.login))
    }

    /// The account of that login name, or, after `=`, of that id.
    pub(super) async fn account_named(&self, given: &str) -> Result<Account, OperateError> {
        let Some(id) = given.strip_prefix('=') else {
            return self.find(&parse_login(given)?).await;
        };
        let nobody = || OperateError::NoSuchAccount { login: given.escape_debug().to_string() };
        if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(nobody());
        }
        let found = self.parts.store.account(&SubjectId::from_stored(id.to_owned())).await?;
        found.ok_or_else(nobody)
    }

    /// The account after an act on it: whatever goes wrong here, the act is done.
    pub(super) async fn shown(
        &self,
        account: &Account,
        sessions_ended: usize,
    ) -> Result<Reply, OperateError> {
        let shown = self.fresh_view(&account.profile.login).await;
        let account = Box::new(shown.map_err(OperateError::after_the_act)?);
        Ok(Reply::Changed { account, sessions_ended })
    }

    async fn find(&self, login: &LoginName) -> Result<Account, OperateError> {
        let found = self.parts.store.account_by_login(login).await?;
        found.ok_or_else(|| OperateError::NoSuchAccount { login: login.to_string() })
    }

    pub(super) async fn fresh_view(&self, login: &LoginName) -> Result<AccountView, OperateError> {
        let account = self.find(login).await?;
        let sessions = self.count_sessions(&account.id).await?;
        self.view(account, sessions).await
    }

    async fn view(&self, account: Account, sessions: usize) -> Result<AccountView, OperateError> {
        let bound = self.parts.store.authenticators(&account.id).await?;
        let view = AccountView::new(&account, &bound, sessions, self.parts.clock.now());
        let (mut view, (code, app)) = self.complete(view, &account).await?;
        let (devices, now) = (self.parts.store.devices(&account.id).await?, self.parts.clock.now());
        let tag = Tag::of(&account, &bound, (&devices, code.as_ref(), app.as_ref()));
        tag.as_str().clone_into(&mut view.tag);
        view.devices =
            devices.iter().filter(|one| !one.is_over(now)).map(DeviceView::new).collect();
        Ok(view)
    }

    pub(super) async fn count_sessions(&self, subject: &SubjectId) -> Result<usize, OperateError> {
        match &self.parts.directory {
            Some(directory) => Ok(directory.count_of(subject)),
            None => Ok(self.sessions_by_subject().await?.remove(subject).unwrap_or_default()),
        }
    }

    async fn sessions_by_subject(&self) -> Result<HashMap<SubjectId, usize>, OperateError> {
        let (limits, now) = (self.settings.load().sessions, self.parts.clock.now());
        let mut counts: HashMap<SubjectId, usize> = HashMap::new();
        for (_, session) in self.parts.store.sessions().await? {
            let open = match &self.parts.directory {
                // The directory knows the last activity; the store learns it once a minute.
                Some(_) => now < session.absolute_end(&limits),
                None => !session.is_over(&limits, session.last_active, now),
            };
            if open {
                let count = counts.entry(session.subject).or_default();
                *count = count.saturating_add(1);
            }
        }
        Ok(counts)
    }

    pub(super) async fn hash(
        &self,
        login: &LoginName,
        password: Secret<String>,
    ) -> Result<String, OperateError> {
        password::check_new(password.expose(), login.name())
            .map_err(|why| OperateError::BadPassword { why: why.to_string() })?;
        let entropy = Arc::clone(&self.parts.entropy);
        let work = move || password::hash(password.expose(), Cost::Password, entropy.as_ref());
        self.hashing.run(work).await?.map_err(|e| OperateError::failed(&e))
    }
}

fn parse_login(given: &str) -> Result<LoginName, OperateError> {
    LoginName::parse_any(given).map_err(|why| OperateError::BadLogin {
        given: given.escape_debug().to_string(),
        why: why.to_string(),
    })
}

pub(super) fn done(change: AccountChange, login: &LoginName) -> Result<(), OperateError> {
    let login = login.to_string();
    match change {
        AccountChange::Done => Ok(()),
        AccountChange::NoSuchAccount => Err(OperateError::NoSuchAccount { login }),
        AccountChange::LoginTaken => Err(OperateError::LoginTaken { login }),
        AccountChange::LastOwner => Err(OperateError::LastOwner { login }),
        AccountChange::WrongState => Err(OperateError::WrongState { login }),
    }
}

//! Passwords that people choose themselves: by a link that is handed to them, or at the next sign-in.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::account::done;
use super::view::AccountView;
use super::view::IssuedSecret;
use crate::audit::AuditKind;
use crate::authority::Act;
use crate::secret::Secret;
use crate::site::Site;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::PasswordStanding;
use crate::subject::one_time::OneTimeToken;
use crate::subject::password_link;
use crate::subject::password_link::LinkText;
use crate::subject::password_link::PasswordLink;

/// The page that a link leads to, below the prefix of the built-in pages.
pub const WELCOME: &str = "/welcome";

/// The field of its address that has the token.
pub const LINK_FIELD: &str = "t";

/// How somebody gets their first password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstPassword {
    /// It is this.
    Set(#[serde(with = "crate::secret::at_rest")] Secret<String>),
    /// By a link, which is made at once and told in the answer.
    Link {
        /// The site that it leads to; none: the one where it is asked for, or the first of them.
        site: Option<String>,
    },
    /// Not yet.
    None,
}

/// What is asked for about passwords that people choose themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PasswordCommand {
    /// Makes a link by which a password is chosen, once; one that was there is void.
    Link {
        /// Login name.
        login: String,
        /// The site that it leads to; none: the one where it is asked for, or the first of them.
        site: Option<String>,
    },
    /// Another password is to be chosen at the next sign-in.
    RequireChange {
        /// Login name.
        login: String,
    },
}

impl PasswordCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Link { .. } => Act::IssuePasswordLink,
            Self::RequireChange { .. } => Act::ForceChange,
        }
    }
}

impl Operator {
    pub(super) async fn password(
        &self,
        by: &By,
        command: PasswordCommand,
    ) -> Result<Reply, OperateError> {
        match command {
            PasswordCommand::Link { login, site } => {
                self.issue_link(by, &login, site.as_deref()).await
            }
            PasswordCommand::RequireChange { login } => self.require_change(by, &login).await,
        }
    }

    async fn issue_link(
        &self,
        by: &By,
        login: &str,
        site: Option<&str>,
    ) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        by.may_on(&account.id, account.profile.role)?;
        is_kept_here(&account)?;
        if account.state != AccountState::Active {
            let login = account.profile.login.to_string();
            return Err(OperateError::AccountDisabled { login });
        }
        let site = self.site_for_people(by, site)?;
        self.make_link(by, &account, &site).await
    }

    /// Where the link for an account that is to be added leads; none: it gets none.
    pub(super) fn site_of_link(
        &self,
        by: &By,
        login: &LoginName,
        password: &FirstPassword,
    ) -> Result<Option<Arc<Site>>, OperateError> {
        match password {
            FirstPassword::Link { .. } if login.source().is_some() => {
                Err(OperateError::PasswordElsewhere { login: login.to_string() })
            }
            FirstPassword::Link { site } => self.site_for_people(by, site.as_deref()).map(Some),
            FirstPassword::Set(_) | FirstPassword::None => Ok(None),
        }
    }

    /// A link for an account that was just added: an act of its own.
    pub(super) async fn first_link(
        &self,
        by: &By,
        account: &Account,
        site: &Site,
    ) -> Result<Reply, OperateError> {
        let by = by.clone().doing(Act::IssuePasswordLink);
        let made = self.make_link(&by, account, site).await;
        self.count(Act::IssuePasswordLink, &by, &made);
        made
    }

    async fn make_link(
        &self,
        by: &By,
        account: &Account,
        site: &Site,
    ) -> Result<Reply, OperateError> {
        let audit = self.about(AuditKind::PasswordLinkIssued, by, account)?;
        // The link is told even if nothing can be looked up any more once it is made.
        let before = self.fresh_view(&account.profile.login).await?;
        let token = OneTimeToken::generate(self.parts.entropy.as_ref());
        let token = token.map_err(|e| OperateError::failed(&e))?;
        let expires = self.parts.clock.now().plus(password_link::GOOD_FOR);
        let link = PasswordLink { hash: token.hash(), made_by: by.name(), expires };
        let audit = audit.with("expires", expires);
        let change = self.parts.store.offer_password_link(&account.id, link, audit).await?;
        done(change, &account.profile.login)?;
        let text = LinkText { subject: account.id.clone(), token };
        let prefix = self.settings.load().prefix.clone();
        let address = format!("{}{prefix}{WELCOME}?{LINK_FIELD}={}", site.origin, text.expose());
        let view = self.fresh_view(&account.profile.login).await;
        let view = view.unwrap_or(AccountView { password_link_until: Some(expires), ..before });
        let link = IssuedSecret(Secret::new(address));
        Ok(Reply::PasswordLink { account: Box::new(view), link, expires })
    }

    async fn require_change(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let audit = self.about(AuditKind::PasswordChangeRequired, by, &account)?;
        is_kept_here(&account)?;
        let login = account.profile.login.to_string();
        if account.password_standing() == PasswordStanding::None {
            return Err(OperateError::NoPassword { login });
        }
        let since = self.parts.clock.now();
        let ended = self.count_sessions(&account.id).await?;
        let change = self.parts.store.require_password_change(&account.id, since, audit).await?;
        self.changed(change, account, ended).await
    }

    /// A site where the gateway's own accounts sign in: the one that is named, the one where the command was given, or the
    /// first there is.
    fn site_for_people(&self, by: &By, named: Option<&str>) -> Result<Arc<Site>, OperateError> {
        let settings = self.settings.load();
        let own: Vec<&Arc<Site>> =
            settings.sites.iter().filter(|site| site.source().is_none()).collect();
        let find = |name: &str| own.iter().find(|site| site.name.as_str() == name);
        let found = match named {
            Some(name) => find(name),
            None => by.site().and_then(find).or(own.first()),
        };
        found.map(|site| Arc::clone(site)).ok_or_else(|| OperateError::NoSuchSite {
            given: named.unwrap_or_default().escape_debug().to_string(),
            known: own.iter().map(|site| site.name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }
}

/// Whether an account has its password here, or could.
pub(super) fn is_kept_here(account: &Account) -> Result<(), OperateError> {
    if account.password_standing() == PasswordStanding::Elsewhere {
        let login = account.profile.login.to_string();
        return Err(OperateError::PasswordElsewhere { login });
    }
    Ok(())
}

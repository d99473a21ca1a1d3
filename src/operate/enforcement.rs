//! Acts on who must have a second factor, and recovery codes for those who can prove nothing else.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::Settings;
use super::TermsChange;
use super::account::done;
use super::view::AccountView;
use super::view::EnforcementView;
use super::view::IssuedSecret;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::authenticator::handed::HandedApp;
use crate::authenticator::recovery_code;
use crate::authenticator::recovery_code::RecoveryCode;
use crate::authority::Act;
use crate::enforcement::Person;
use crate::enforcement::Rulebook;
use crate::enforcement::Whom;
use crate::secret::Secret;
use crate::site::Site;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::terms::Mode;
use crate::subject::terms::Obligation;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

/// How often a change is tried again when somebody else changed the same in that moment.
const RIVALS: usize = 16;

/// What an operator asks for about enforcement.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EnforcementCommand {
    /// What is asked of everybody.
    Show,
    /// Changes what is asked of everybody but owners.
    Set {
        /// What changes.
        change: TermsChange,
        /// What was asked by the switch when that was decided; none: it is changed whatever it asks.
        #[serde(default)]
        expected: Option<Terms>,
    },
    /// Changes what is asked of owners.
    SetOwners {
        /// What changes.
        change: TermsChange,
        /// As above.
        #[serde(default)]
        expected: Option<Terms>,
    },
    /// Changes what the operator asks of one account; ends its sessions where that is more than before.
    SetUser {
        /// Login name.
        login: String,
        /// What changes.
        change: TermsChange,
    },
    /// Issues a recovery code; one that was there is void.
    IssueRecoveryCode {
        /// Login name.
        login: String,
    },
    /// Makes a recovery code void.
    RevokeRecoveryCode {
        /// Login name.
        login: String,
    },
}

impl EnforcementCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Show => Act::SeePolicy,
            Self::Set { .. } => Act::SetPolicy,
            Self::SetOwners { .. } => Act::SetOwnersSwitch,
            Self::SetUser { .. } => Act::SetTerms,
            Self::IssueRecoveryCode { .. } => Act::IssueRecoveryCode,
            Self::RevokeRecoveryCode { .. } => Act::RevokeRecoveryCode,
        }
    }
}

/// What was issued for an account: a recovery code, an app that was handed over.
type Issued = (Option<RecoveryCode>, Option<HandedApp>);

impl Operator {
    pub(super) async fn enforcement(
        &self,
        by: &By,
        command: EnforcementCommand,
    ) -> Result<Reply, OperateError> {
        match command {
            EnforcementCommand::Show => {
                Ok(Reply::Enforcement(Box::new(self.enforcement_view().await?)))
            }
            EnforcementCommand::Set { change, expected } => {
                self.set_switch(by, Whom::Everybody, (change, expected)).await
            }
            EnforcementCommand::SetOwners { change, expected } => {
                self.set_switch(by, Whom::Owners, (change, expected)).await
            }
            EnforcementCommand::SetUser { login, change } => {
                self.set_terms(by, &login, change).await
            }
            EnforcementCommand::IssueRecoveryCode { login } => {
                self.issue_recovery_code(by, &login).await
            }
            EnforcementCommand::RevokeRecoveryCode { login } => {
                self.revoke_recovery_code(by, &login).await
            }
        }
    }

    async fn set_switch(
        &self,
        by: &By,
        whom: Whom,
        (change, expected): (TermsChange, Option<Terms>),
    ) -> Result<Reply, OperateError> {
        // What was decided on what was seen is not done to what nobody has seen.
        let mut tries = if expected.is_some() { 0 } else { RIVALS };
        let turned = loop {
            let before = match &expected {
                Some(seen) => seen.clone(),
                None => self.parts.store.switches().await?.of(whom).clone(),
            };
            let terms = change.clone().applied_to(before.clone())?;
            let audit = self.event(AuditKind::EnforcementChanged, by);
            let audit = told(audit.with("of", whom.name()), &before, &terms);
            let turned = [before, terms];
            match self.parts.store.replace_switch(whom, turned.clone(), audit).await {
                Err(StoreError::Conflict) if tries > 0 => tries = tries.saturating_sub(1),
                Err(error) => return Err(error.into()),
                Ok(()) => break turned,
            }
        };
        self.follow_switch(by, whom, turned).await.map_err(OperateError::after_the_act)?;
        let view = self.enforcement_view().await.map_err(OperateError::after_the_act)?;
        Ok(Reply::Enforcement(Box::new(view)))
    }

    /// After a switch was turned: the running gateway follows as far as it can, whatever fails.
    async fn follow_switch(
        &self,
        by: &By,
        whom: Whom,
        turned: [Terms; 2],
    ) -> Result<(), OperateError> {
        let Some(directory) = &self.parts.directory else { return Ok(()) };
        let followed = directory.follow_switch(whom, turned).await;
        let settings = self.settings.load().enforcement.clone();
        let rulebook = Rulebook::new(settings, Arc::clone(directory.switch()));
        let wall = self.parts.clock.wall();
        let mut ended = AuditEvent::new(wall, AuditKind::SessionEnded, Actor::Gateway);
        by.place(&mut ended);
        let ended = ended.with("by", by.name());
        let ended = directory.end_disallowed(&rulebook, KindSet::ALL, ended).await;
        followed?;
        ended?;
        Ok(())
    }

    async fn set_terms(
        &self,
        by: &By,
        login: &str,
        change: TermsChange,
    ) -> Result<Reply, OperateError> {
        let mut account = self.account_named(login).await?;
        let mut tries = RIVALS;
        let ended = loop {
            match self.change_terms(by, &account, change.clone()).await {
                Err(OperateError::Conflict) if tries > 0 => tries = tries.saturating_sub(1),
                done => break done?,
            }
            account = self.account_named(&format!("={}", account.id)).await?;
        };
        self.shown(&account, usize::try_from(ended).unwrap_or(usize::MAX)).await
    }

    /// Changes the terms of an account that is as it was read; how many sessions that ended.
    async fn change_terms(
        &self,
        by: &By,
        account: &Account,
        change: TermsChange,
    ) -> Result<u64, OperateError> {
        let before = account.terms.clone();
        let terms = change.applied_to(before.clone())?;
        let tightens = terms.tightens(&before);
        let audit = self.about(AuditKind::EnforcementChanged, by, account)?;
        let audit = told(audit, &before, &terms);
        let set = self.parts.store.replace_terms(&account.id, [before, terms], audit).await?;
        let login = account.profile.login.to_string();
        let ended = set.ok_or(OperateError::NoSuchAccount { login })?;
        if let Some(directory) = &self.parts.directory {
            if tightens {
                directory.drop_all_of(&account.id);
            }
            let followed = directory.follow_terms(&account.id).await;
            followed.map_err(|error| OperateError::from(error).after_the_act())?;
        }
        Ok(ended)
    }

    /// The account, and how it is seen, for which something is made that lets somebody in: an active one, and with a reason.
    pub(super) async fn to_be_let_in(
        &self,
        by: &By,
        login: &str,
    ) -> Result<(Account, AccountView), OperateError> {
        let account = self.account_named(login).await?;
        by.may_on(&account.id, account.profile.role)?;
        if by.reason().is_none() {
            return Err(OperateError::NoReason);
        }
        if account.state != AccountState::Active {
            let login = account.profile.login.to_string();
            return Err(OperateError::AccountDisabled { login });
        }
        let view = self.fresh_view(&account.profile.login).await?;
        Ok((account, view))
    }

    async fn issue_recovery_code(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        // Whatever cannot be read once the code is made, the code is told: now or never.
        let (account, before) = self.to_be_let_in(by, login).await?;
        let issued = self.parts.clock.now();
        let expires = issued.plus(self.settings.load().enforcement.recovery_lifetime);
        let entropy = Arc::clone(&self.parts.entropy);
        let made = move || recovery_code::generate(entropy.as_ref(), issued, expires);
        let made = self.hashing.run(made).await?;
        let (code, shown) = made.map_err(|e| OperateError::failed(&e))?;
        let audit = self
            .about(AuditKind::RecoveryCodeIssued, by, &account)?
            .with("code", &code.id)
            .with("expires", expires);
        let change = self.parts.store.issue_recovery_code(&account.id, code, audit).await?;
        done(change, &account.profile.login)?;
        let view = self.fresh_view(&account.profile.login).await;
        let view = view.unwrap_or(AccountView { recovery_code_until: Some(expires), ..before });
        let code = IssuedSecret(Secret::new(shown.to_string()));
        Ok(Reply::RecoveryCode { account: Box::new(view), code, expires })
    }

    async fn revoke_recovery_code(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        let account = self.account_named(login).await?;
        let audit = self.about(AuditKind::RecoveryCodeRevoked, by, &account)?;
        let audit = if by.reason().is_some() { audit } else { audit.with("reason", "operator") };
        if !self.parts.store.revoke_recovery_code(&account.id, audit).await? {
            let login = account.profile.login.to_string();
            return Err(OperateError::NoRecoveryCode { login });
        }
        self.shown(&account, 0).await
    }

    async fn enforcement_view(&self) -> Result<EnforcementView, OperateError> {
        let settings = &self.settings.load().enforcement;
        let switches = self.parts.store.switches().await?;
        Ok(EnforcementView::new(settings, switches, self.parts.clock.now()))
    }

    /// Whether somebody may use such a second factor at any site at all.
    pub(super) async fn may_use(
        &self,
        account: &Account,
        kind: AuthenticatorKind,
    ) -> Result<bool, OperateError> {
        let settings = self.settings.load();
        let rulebook = self.rulebook(&settings).await?;
        let mut people = settings.sites.iter().map(|site| person_at(site, account));
        Ok(people.any(|person| {
            rulebook.counted(&person, rulebook.asked(&person).allowed).contains(kind)
        }))
    }

    async fn rulebook(&self, settings: &Settings) -> Result<Rulebook, OperateError> {
        let switch = Arc::new(ArcSwap::from_pointee(self.parts.store.switches().await?));
        Ok(Rulebook::new(settings.enforcement.clone(), switch))
    }

    /// What a view says of enforcement, where nothing of it is in the account's own record; and what was issued for it.
    pub(super) async fn complete(
        &self,
        mut view: AccountView,
        account: &Account,
    ) -> Result<(AccountView, Issued), OperateError> {
        let (settings, now) = (self.settings.load(), self.parts.clock.now());
        let rulebook = self.rulebook(&settings).await?;
        let asked = settings.sites.iter().map(|site| rulebook.asked(&person_at(site, account)));
        let strictest = asked.map(|asked| asked.obligation).max();
        view.second_factor = strictest.unwrap_or(Obligation::Optional).to_string();
        let code = self.parts.store.recovery_code(&account.id).await?;
        let good = code.as_ref().filter(|code| code.is_good(now));
        view.recovery_code_until = good.map(|code| code.expires);
        view.password_link_until = self.parts.store.password_link_until(&account.id, now).await?;
        let app = self.parts.store.handed_app(&account.id).await?;
        let waits = app.as_ref().filter(|app| app.is_good(now));
        view.handed_app_until = waits.map(|app| app.expires);
        Ok((view, (code, app)))
    }
}

/// Somebody at a site, wherever they are.
fn person_at<'p>(site: &'p Site, account: &'p Account) -> Person<'p> {
    Person {
        site: site.name.as_str(),
        profile: &account.profile,
        terms: &account.terms,
        client: None,
    }
}

type Say<'s> = &'s dyn Fn(&Terms) -> String;

/// What changes, for the audit log.
fn told(mut audit: AuditEvent, before: &Terms, after: &Terms) -> AuditEvent {
    let mode = |terms: &Terms| terms.mode.map_or("-", Mode::name).to_owned();
    let grace =
        |terms: &Terms| terms.grace_until.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let unenrolled = |terms: &Terms| terms.unenrolled.map_or("-", Unenrolled::name).to_owned();
    let allowed = |terms: &Terms| match &terms.allowed {
        None => "-".to_owned(),
        Some(kinds) => kinds.iter().map(String::as_str).collect::<Vec<_>>().join(","),
    };
    let all: [(&str, Say<'_>); 4] = [
        ("mode", &mode),
        ("grace_until", &grace),
        ("unenrolled", &unenrolled),
        ("allowed", &allowed),
    ];
    for (name, say) in all {
        let (was, is) = (say(before), say(after));
        if was != is {
            audit = audit.with(name, is).with(&format!("{name}_before"), was);
        }
    }
    audit
}

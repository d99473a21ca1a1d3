//! The first step where it is the console's own: the console says whether the password is right, the gateway who may
//! try, and how often.

use super::Ceremonies;
use super::CeremonyError;
use super::KnownBrowser;
use super::SignIn;
use super::Visit;
use super::sign_in::budget_of;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::console_login::Further;
use crate::metrics::SignInOutcome;
use crate::store::AccountChange;
use crate::store::BudgetKey;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::Role;
use crate::subject::SubjectId;
use crate::subject::UnknownUsers;
use crate::throttle;
use crate::throttle::Charge;

/// An attempt to sign in at a console, charged: it may be sent there, once.
#[derive(Debug)]
pub struct ConsoleAttempt {
    pub(super) login: LoginName,
    pub(super) account: Option<Account>,
    budget: Option<BudgetKey>,
    kind: AuthenticatorKind,
}

impl ConsoleAttempt {
    /// Whose name was given.
    #[must_use]
    pub const fn login(&self) -> &LoginName {
        &self.login
    }

    pub(super) const fn budget(&self) -> Option<&BudgetKey> {
        self.budget.as_ref()
    }
}

/// Whether an attempt may be made.
#[derive(Debug)]
pub enum ConsoleTry {
    /// It may.
    Granted(Box<ConsoleAttempt>),
    /// Too many were made.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// So many failed that the account takes no passwords until an operator looks at it.
    Closed,
}

impl Ceremonies {
    /// Charges an attempt of a name before the console is asked: so the console's own lock-outs are not reached by
    /// guessing through the gateway, and no spelling of a name has a budget of its own.
    ///
    /// # Errors
    /// When the store does not answer: nothing is sent.
    pub async fn try_console_login(
        &self,
        visit: &Visit<'_>,
        login: LoginName,
        known: Option<&KnownBrowser>,
    ) -> Result<ConsoleTry, CeremonyError> {
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(ConsoleTry::Wait { until });
        }
        let account = self.parts.store.account_by_login(&login).await?;
        let budget = account.as_ref().map(|account| budget_of(&account.id, known));
        let charge = match (&account, &budget) {
            (Some(account), Some(key)) => {
                let audit = self
                    .event(AuditKind::ProofRefused, visit, &account.id)
                    .with("method", AuthenticatorKind::Password.name());
                self.parts.store.charge(key, &throttle::PASSWORD, now, Some(audit)).await?
            }
            _ => self.charge_nobody(login.as_str(), now).await?,
        };
        Ok(match charge {
            Charge::Wait(until) => {
                self.parts.metrics.proof(AuthenticatorKind::Password, SignInOutcome::Throttled);
                ConsoleTry::Wait { until }
            }
            Charge::Disabled => ConsoleTry::Closed,
            Charge::Granted => {
                let kind = AuthenticatorKind::Password;
                ConsoleTry::Granted(Box::new(ConsoleAttempt { login, account, budget, kind }))
            }
        })
    }

    /// Charges somebody's way back from a provider of the console's, before the console is asked; when to try again, if
    /// too many came.
    #[must_use]
    pub fn may_come_back(&self, visit: &Visit<'_>) -> Option<Timestamp> {
        match self.guard.charge_network(visit.client, self.parts.clock.now()) {
            Charge::Wait(until) => {
                self.parts.metrics.proof(AuthenticatorKind::Federated, SignInOutcome::Throttled);
                Some(until)
            }
            Charge::Granted | Charge::Disabled => None,
        }
    }

    /// The console let somebody in under a name that it does not call them by: no attempt under it was wrong.
    pub fn was_called(&self, attempt: &ConsoleAttempt) {
        if attempt.account.is_none() {
            self.guard.settle_nobody(attempt.login.as_str());
        }
    }

    /// The console says that this is who came back.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn came_back(
        &self,
        visit: &Visit<'_>,
        login: LoginName,
    ) -> Result<Box<ConsoleAttempt>, CeremonyError> {
        self.guard.settle_network(visit.client);
        let account = self.parts.store.account_by_login(&login).await?;
        let kind = AuthenticatorKind::Federated;
        Ok(Box::new(ConsoleAttempt { login, account, budget: None, kind }))
    }

    /// The console let somebody in. Who has no account yet gets one, if that is the rule.
    ///
    /// # Errors
    /// When something needed fails: nobody is signed in.
    pub async fn console_let_in(
        &self,
        visit: &Visit<'_>,
        attempt: ConsoleAttempt,
        (unknown, further): (UnknownUsers, Further),
    ) -> Result<SignIn, CeremonyError> {
        let account = match (&attempt.account, unknown) {
            (Some(account), _) => account.clone(),
            (None, UnknownUsers::Create) => self.first_seen(visit, &attempt.login).await?,
            (None, UnknownUsers::Refuse) => {
                return self.console_let_nobody_in(visit, Some(&attempt), "unknown_user").await;
            }
        };
        if account.state != AccountState::Active {
            return self.console_let_nobody_in(visit, Some(&attempt), "disabled").await;
        }
        let signed_in = if attempt.kind == AuthenticatorKind::Federated {
            self.first_factor_given(visit, &account, (&[attempt.kind], further)).await?
        } else {
            let budget = attempt.budget.unwrap_or_else(|| budget_of(&account.id, None));
            self.password_accepted(visit, &account, &budget).await?
        };
        self.parts.metrics.proof(attempt.kind, SignInOutcome::Accepted);
        Ok(signed_in)
    }

    /// The console did not let them in, or what it answered is no clear success.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn console_let_nobody_in(
        &self,
        visit: &Visit<'_>,
        attempt: Option<&ConsoleAttempt>,
        reason: &str,
    ) -> Result<SignIn, CeremonyError> {
        let kind = attempt.map_or(AuthenticatorKind::Federated, |attempt| attempt.kind);
        self.parts.metrics.proof(kind, SignInOutcome::Wrong);
        let account = attempt.and_then(|attempt| attempt.account.as_ref());
        self.first_factor_refused(visit, account, (kind, Some(reason))).await
    }

    /// The account of somebody whom the console, or a sign-on, knows, and the gateway has not seen yet. Of two who are first at once,
    /// one makes it.
    pub(super) async fn first_seen(
        &self,
        visit: &Visit<'_>,
        login: &LoginName,
    ) -> Result<Account, CeremonyError> {
        let account = Account::new(
            SubjectId::generate(self.parts.entropy.as_ref())?,
            Profile::named(login),
            self.parts.clock.now(),
            self.settings.enrolment_window,
        );
        let audit = self
            .event(AuditKind::AccountCreated, visit, &account.id)
            .with("login", login)
            .with("role", Role::User.name())
            .with("reason", "first_seen");
        match self.parts.store.create_account(account.clone(), audit).await? {
            AccountChange::LoginTaken => {
                let other = self.parts.store.account_by_login(login).await?;
                Ok(other.unwrap_or(account))
            }
            AccountChange::Done
            | AccountChange::NoSuchAccount
            | AccountChange::LastOwner
            | AccountChange::WrongState => Ok(account),
        }
    }
}

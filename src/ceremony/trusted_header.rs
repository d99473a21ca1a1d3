//! The first step where a sign-on in front of the gateway says who somebody is.

use super::Ceremonies;
use super::CeremonyError;
use super::SignIn;
use super::Visit;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::console_login::Further;
use crate::metrics::SignInOutcome;
use crate::store::profiles::SessionsEnd;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::UnknownUsers;
use crate::trusted_header::Given;
use crate::trusted_header::SecondFactor;
use crate::trusted_header::Statement;
use crate::trusted_header::TrustedHeader;

impl Ceremonies {
    /// Opens a session for whoever a sign-on says it is. Whom the gateway has not seen yet gets an account, if that is
    /// the rule; what is said of their profile is kept.
    ///
    /// # Errors
    /// When something needed fails: nobody is signed in.
    pub async fn enter_by_statement(
        &self,
        visit: &Visit<'_>,
        trusted: &TrustedHeader,
        statement: &Statement,
    ) -> Result<SignIn, CeremonyError> {
        let known = self.parts.store.account_by_login(&statement.login).await?;
        let account = match (known, trusted.unknown) {
            (Some(account), _) => account,
            (None, UnknownUsers::Create) => self.first_seen(visit, &statement.login).await?,
            (None, UnknownUsers::Refuse) => {
                return self.statement_refused(visit, None, "unknown_user").await;
            }
        };
        if account.state != AccountState::Active {
            return self.statement_refused(visit, Some(&account), "account_disabled").await;
        }
        let account = self.updated(visit, account, statement).await?;
        self.open_by_statement(visit, &account, (trusted, statement)).await
    }

    async fn open_by_statement(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        (trusted, statement): (&TrustedHeader, &Statement),
    ) -> Result<SignIn, CeremonyError> {
        let kinds: &[AuthenticatorKind] = match statement.second_factor {
            Given::Yes => &[AuthenticatorKind::Federated, AuthenticatorKind::FederatedMfa],
            Given::No => &[AuthenticatorKind::Federated],
        };
        let is_asked = trusted.second_factor != SecondFactor::NotAsked;
        let further = match statement.second_factor {
            Given::No if is_asked => Further::Asked,
            Given::No | Given::Yes => Further::NotAsked,
        };
        let signed_in = self.first_factor_given(visit, account, (kinds, further)).await?;
        if matches!(signed_in, SignIn::Opened { .. }) {
            self.parts.metrics.proof(AuthenticatorKind::Federated, SignInOutcome::Accepted);
        }
        Ok(signed_in)
    }

    /// The account with what is said of its profile. Who is in other groups than before is signed out elsewhere: their
    /// next request there signs them in again.
    async fn updated(
        &self,
        visit: &Visit<'_>,
        mut account: Account,
        statement: &Statement,
    ) -> Result<Account, CeremonyError> {
        let profile = statement.profile.about(&account.profile);
        if profile == account.profile {
            return Ok(account);
        }
        let audit = self
            .event(AuditKind::ProfileUpdated, visit, &account.id)
            .with("login", &account.profile.login)
            .with("groups", profile.groups.len());
        let said = statement.profile.clone();
        let (_, ended) = self.parts.store.set_profile(&account.id, said, audit).await?;
        if ended == SessionsEnd::Yes {
            self.parts.directory.drop_all_of(&account.id);
        }
        account.profile = profile;
        Ok(account)
    }

    async fn statement_refused(
        &self,
        visit: &Visit<'_>,
        account: Option<&Account>,
        reason: &str,
    ) -> Result<SignIn, CeremonyError> {
        let kind = AuthenticatorKind::Federated;
        self.parts.metrics.proof(kind, SignInOutcome::Wrong);
        self.first_factor_refused(visit, account, (kind, Some(reason))).await
    }
}

//! Name and second factor before the console's own login: where its scripts sign in, its answer cannot wait.

use super::Ceremonies;
use super::CeremonyError;
use super::ConsoleAttempt;
use super::KnownBrowser;
use super::NextStep;
use super::SignIn;
use super::Visit;
use super::sign_in::budget_of;
use super::verify::Verified;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::totp;
use crate::console_login::ConsoleForm;
use crate::directory::LiveSession;
use crate::enforcement::Person;
use crate::secret::Secret;
use crate::session::AuthnEvent;
use crate::session::SessionToken;
use crate::store::BudgetKey;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::throttle;
use crate::throttle::Charge;

impl Ceremonies {
    /// Verifies a name with a code of the app, or a backup code, and opens a session that is good for the console's
    /// login. Every failure looks alike: nobody learns who has set up what. An attempt is charged like a
    /// password, so that guessing from outside is slow before it costs the authenticator's own budget.
    ///
    /// # Errors
    /// When something needed fails: nobody is signed in.
    pub async fn second_factor_first(
        &self,
        visit: &Visit<'_>,
        form: &ConsoleForm,
        (typed, code): (&str, &Secret<String>),
        known: Option<&KnownBrowser>,
    ) -> Result<SignIn, CeremonyError> {
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(SignIn::Wait { until });
        }
        let account = match form.account_name(typed) {
            Ok(login) => self.parts.store.account_by_login(&login).await?,
            Err(_) => None,
        };
        let kind = kind_of(code);
        let Some(account) = account else {
            return Ok(match self.charge_nobody(typed, now).await? {
                Charge::Wait(until) => SignIn::Wait { until },
                Charge::Granted | Charge::Disabled => {
                    self.first_factor_refused(
                        visit,
                        None,
                        (AuthenticatorKind::Password, Some("unknown")),
                    )
                    .await?
                }
            });
        };
        let budget = budget_of(&account.id, known);
        let audit =
            self.event(AuditKind::ProofRefused, visit, &account.id).with("method", kind.name());
        match self.parts.store.charge(&budget, &throttle::PASSWORD, now, Some(audit)).await? {
            Charge::Granted => {}
            Charge::Wait(until) => return Ok(SignIn::Wait { until }),
            Charge::Disabled => return Ok(SignIn::Wrong),
        }
        let verified = self.verify_first(visit, &account, (kind, code)).await?;
        self.note(visit, &account.id, kind, &verified).await?;
        match verified {
            Verified::Accepted { event, .. } => {
                self.open_first(visit, &account, (event, &budget)).await
            }
            Verified::Wait(until) => Ok(SignIn::Wait { until }),
            Verified::Busy => Ok(SignIn::Busy),
            Verified::Wrong
            | Verified::Refused(_)
            | Verified::Spent
            | Verified::Disabled
            | Verified::NotOffered => Ok(SignIn::Wrong),
        }
    }

    async fn verify_first(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        (kind, code): (AuthenticatorKind, &Secret<String>),
    ) -> Result<Verified, CeremonyError> {
        let person = Person {
            site: visit.site.name.as_str(),
            profile: &account.profile,
            terms: &account.terms,
            client: Some(visit.client),
        };
        let allowed = self.rulebook.asked(&person).allowed.and(self.settings.enabled);
        if account.state != AccountState::Active || !allowed.contains(kind) {
            return Ok(Verified::NotOffered);
        }
        let bound = self.parts.store.authenticators(&account.id).await?;
        if kind == AuthenticatorKind::Totp {
            self.verify_totp(visit, &account.id, &bound, code).await
        } else {
            self.verify_backup(visit, &account.id, &bound, code).await
        }
    }

    async fn open_first(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        (event, budget): (AuthnEvent, &BudgetKey),
    ) -> Result<SignIn, CeremonyError> {
        self.parts.store.settle(budget).await?;
        self.guard.settle_network(visit.client);
        let token = SessionToken::generate(self.parts.entropy.as_ref())?;
        let method = event.kind.name();
        let record = self.first_record(visit, account, vec![event])?;
        let audit = self
            .event(AuditKind::SessionOpened, visit, &account.id)
            .with("sid", &record.handle)
            .with("method", method);
        let opened = self.parts.directory.open(&token, record, account, audit).await?;
        Ok(opened.map_or(SignIn::Wrong, |_| SignIn::Opened { token, next: NextStep::Free }))
    }

    /// The console let the owner of a session in who had given their second factor before: none when it ended
    /// meanwhile.
    ///
    /// # Errors
    /// When the store does not answer: the session stays as it is.
    pub async fn console_password(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        attempt: &ConsoleAttempt,
    ) -> Result<Option<SessionToken>, CeremonyError> {
        if let Some(budget) = attempt.budget() {
            self.parts.store.settle(budget).await?;
        }
        self.guard.settle_network(visit.client);
        let now = self.parts.clock.now();
        let event = AuthnEvent::of(AuthenticatorKind::Password, None, now);
        self.raise(visit, session, event).await
    }
}

/// What a person typed, by its form: six digits are a code of the app.
fn kind_of(code: &Secret<String>) -> AuthenticatorKind {
    match totp::canonical_code(code.expose()) {
        Some(_) => AuthenticatorKind::Totp,
        None => AuthenticatorKind::BackupCode,
    }
}

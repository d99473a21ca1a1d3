//! The first step where a sign-on in front of the gateway says who somebody is.

use super::Ceremonies;
use super::CeremonyError;
use super::NextStep;
use super::SignIn;
use super::Visit;
use crate::audit::Actor;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::enforcement::Entry;
use crate::metrics::SignInOutcome;
use crate::session::AuthnEvent;
use crate::session::SessionToken;
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
        let mfa = statement.second_factor == Given::Yes;
        let is_asked = trusted.second_factor != SecondFactor::NotAsked && !mfa;
        let now = self.parts.clock.now();
        let event = |kind| AuthnEvent::of(kind, None, now);
        let mut record = self.first_record(visit, account, event(AuthenticatorKind::Federated))?;
        if mfa {
            record.events.push(event(AuthenticatorKind::FederatedMfa));
        }
        let place = (visit.site.name.as_str(), visit.client);
        let entry = self.entry_after(&record.events, account, place);
        if is_asked && self.is_closed(account, entry).await? {
            let event = self.event(AuditKind::ProofRefused, visit, &account.id);
            self.parts.store.record(event.with("reason", "enrolment_closed")).await?;
            return Ok(SignIn::EnrolmentClosed);
        }
        let token = SessionToken::generate(self.parts.entropy.as_ref())?;
        self.stamp_device(visit, account, &mut record).await?;
        let method =
            if mfa { AuthenticatorKind::FederatedMfa } else { AuthenticatorKind::Federated };
        let audit = self
            .event(AuditKind::SessionOpened, visit, &account.id)
            .with("sid", &record.handle)
            .with("method", method.name());
        let Some(live) = self.parts.directory.open(&token, record, account, audit).await? else {
            return Ok(SignIn::Wrong);
        };
        self.parts.metrics.proof(AuthenticatorKind::Federated, SignInOutcome::Accepted);
        let next = if !is_asked {
            NextStep::Free
        } else if live.record.enrolled {
            NextStep::SecondFactor
        } else {
            NextStep::of(entry)
        };
        if matches!(next, NextStep::Free | NextStep::Offer) && entry != Entry::Dormant {
            self.parts.store.note_sign_in(&account.id, self.parts.clock.now()).await?;
        }
        Ok(SignIn::Opened { token, next })
    }

    /// Whether whoever is asked for a second factor has none to give, and no way to set one up.
    async fn is_closed(&self, account: &Account, entry: Entry) -> Result<bool, CeremonyError> {
        let bound = self.parts.store.authenticators(&account.id).await?;
        if bound.iter().any(Authenticator::is_second_factor) {
            return Ok(false);
        }
        Ok(match entry {
            Entry::Denied => true,
            // Who gave one there before is told to give it again, unless an operator lets them set one up.
            Entry::RecoveryCode if account.proved_elsewhere.is_some() => {
                let code = self.parts.store.recovery_code(&account.id).await?;
                !code.is_some_and(|code| code.is_good(self.parts.clock.now()))
            }
            Entry::Free
            | Entry::Offered { .. }
            | Entry::Dormant
            | Entry::Enrol
            | Entry::RecoveryCode => false,
        })
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
        self.parts.metrics.proof(AuthenticatorKind::Federated, SignInOutcome::Wrong);
        let actor = account.map_or(Actor::Unknown, |a| Actor::Subject { id: a.id.clone() });
        let event = self.event_by(AuditKind::ProofRefused, visit, actor);
        let event = event.with("method", AuthenticatorKind::Federated.name());
        self.tell_refusal(event.with("reason", reason)).await?;
        Ok(SignIn::Wrong)
    }
}

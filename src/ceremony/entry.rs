//! What is asked of people without a second factor when they sign in, and their putting it off.

use std::net::IpAddr;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::directory::LiveSession;
use crate::enforcement::Asked;
use crate::enforcement::Entry;
use crate::enforcement::Person;
use crate::session::AuthnEvent;
use crate::subject::Account;

impl Ceremonies {
    /// What is asked of an account without a second factor that signs in to a site from an address.
    pub(super) fn entry(&self, account: &Account, site: &str, client: IpAddr) -> Entry {
        let person =
            Person { site, profile: &account.profile, terms: &account.terms, client: Some(client) };
        self.rulebook.entry(&person, &account.into(), self.parts.clock.now())
    }

    /// The same after these proofs: whoever gave a second factor elsewhere before sets up none here without it. A
    /// password that was stolen there would be enough to take the account.
    pub(super) fn entry_after(
        &self,
        events: &[AuthnEvent],
        account: &Account,
        (site, client): (&str, IpAddr),
    ) -> Entry {
        let entry = self.entry(account, site, client);
        let proved = events.iter().any(|event| event.kind == AuthenticatorKind::FederatedMfa);
        if proved || account.proved_elsewhere.is_none() { entry } else { entry.without_set_up() }
    }

    /// Whether whoever is asked for a second factor has none to give, and no way to set one up.
    pub(super) async fn is_closed(
        &self,
        account: &Account,
        entry: Entry,
    ) -> Result<bool, CeremonyError> {
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

    /// Whether the person behind a session may bind their first authenticator: on the password alone, or with the
    /// recovery code that opened it.
    pub(super) async fn may_enrol(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<bool, CeremonyError> {
        if session.record.is_for_enrolment() {
            return Ok(true);
        }
        Ok(self.entry_of(visit, session).await?.may_enrol())
    }

    /// What is asked of the person behind a session, did they sign in now without a second factor.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn entry_of(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<Entry, CeremonyError> {
        let record = &session.record;
        let account = self.parts.store.account(&record.subject).await?;
        let place = (record.site.as_str(), visit.client);
        let entry = account.map(|account| self.entry_after(&record.events, &account, place));
        Ok(entry.unwrap_or(Entry::Denied))
    }

    /// What is asked of the person behind a session, for pages that tell them.
    #[must_use]
    pub fn asked(&self, visit: &Visit<'_>, session: &LiveSession) -> Asked {
        session.asked(&self.rulebook, visit.client)
    }

    /// The person wants no second factor now. Where none is needed, they are not asked again.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn put_off(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<Entry, CeremonyError> {
        let entry = self.entry_of(visit, session).await?;
        if entry == (Entry::Offered { until: None }) && !session.is_enrolled() {
            let subject = &session.record.subject;
            let audit = self.event(AuditKind::SetUpDeclined, visit, subject);
            self.parts.store.decline_set_up(subject, audit).await?;
        }
        Ok(entry)
    }
}

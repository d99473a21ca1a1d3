//! What comes after the right password for an account without a second factor: nothing, an offer, its set-up, a
//! recovery code, or a refusal.

use std::net::IpAddr;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Asked;
use crate::enforcement::Duty;
use crate::enforcement::Person;
use crate::subject::Account;
use crate::subject::terms::Unenrolled;

/// What is asked of an account without a second factor when it signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing: its owner needs no second factor, and wants none now.
    Free,
    /// They may set one up, or go on without.
    Offered {
        /// Until when they may put it off; none: they need not have one.
        until: Option<Timestamp>,
    },
    /// They go on without. Nobody has signed in for so long that the password alone sets none up (A-184, finding of
    /// AA22-074A): that takes a recovery code, here as where one is required.
    Dormant,
    /// They set one up.
    Enrol,
    /// They set one up, with a recovery code.
    RecoveryCode,
    /// They are refused.
    Denied,
}

impl Entry {
    /// Whether the person may go on without a second factor.
    #[must_use]
    pub const fn is_put_off(self) -> bool {
        matches!(self, Self::Free | Self::Offered { .. } | Self::Dormant)
    }

    /// Whether a first second factor may be set up on the password alone.
    #[must_use]
    pub const fn may_enrol(self) -> bool {
        matches!(self, Self::Free | Self::Offered { .. } | Self::Enrol)
    }
}

impl Ceremonies {
    /// What is asked of an account without a second factor that signs in to a site from an address.
    pub(super) fn entry(&self, account: &Account, site: &str, client: IpAddr) -> Entry {
        let asked = self.rulebook.asked(&Person {
            site,
            profile: &account.profile,
            terms: &account.terms,
            client: Some(client),
        });
        let now = self.parts.clock.now();
        match asked.duty(now) {
            Duty::Optional | Duty::Grace { .. } if self.is_dormant(account, now) => Entry::Dormant,
            Duty::Optional if account.set_up_declined.is_some() => Entry::Free,
            Duty::Optional => Entry::Offered { until: None },
            Duty::Grace { until } => Entry::Offered { until: Some(until) },
            Duty::Enforced { since } => match asked.unenrolled {
                Unenrolled::Deny => Entry::Denied,
                // Whoever comes after a grace sets one up at once; without any, or where a window was opened that
                // reaches past it, only while that is open.
                Unenrolled::Enrol
                    if !self.is_dormant(account, now)
                        && (since.is_some_and(|date| account.enrolment_open_until <= date)
                            || now < account.enrolment_open_until) =>
                {
                    Entry::Enrol
                }
                Unenrolled::Enrol | Unenrolled::RecoveryCode => Entry::RecoveryCode,
            },
        }
    }

    /// Whether nobody has signed in to an account for so long that its password alone says little: whoever has it
    /// may not be its owner any more. An operator who opens its window knows better.
    fn is_dormant(&self, account: &Account, now: Timestamp) -> bool {
        let seen = account.last_sign_in.unwrap_or(account.created);
        let long = self.rulebook.settings.dormant_after;
        now >= account.enrolment_open_until && now.since(seen) >= long
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
        let entry = account.map(|account| self.entry(&account, &record.site, visit.client));
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

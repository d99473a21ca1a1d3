//! What the account page shows.

use std::sync::Arc;

use super::Ceremonies;
use super::CeremonyError;
use super::acknowledged_codes;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::directory::LiveSession;

/// A second factor, for the account page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorSummary {
    /// Names it in forms.
    pub id: String,
    /// What it is.
    pub kind: AuthenticatorKind,
    /// The person's name for it; empty: they gave it none.
    pub label: String,
    /// When it was bound.
    pub created: Timestamp,
    /// When it last proved something.
    pub last_used: Option<Timestamp>,
}

impl From<&Authenticator> for FactorSummary {
    fn from(authenticator: &Authenticator) -> Self {
        Self {
            id: authenticator.id.clone(),
            kind: authenticator.credential.kind(),
            label: authenticator.label.clone(),
            created: authenticator.created,
            last_used: authenticator.last_used,
        }
    }
}

/// What the account page shows.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Second factors, oldest first.
    pub factors: Vec<FactorSummary>,
    /// Unspent backup codes.
    pub codes_left: usize,
    /// When the present set was made.
    pub codes_made: Option<Timestamp>,
    /// Open sessions of the account, on all sites, the one that was active last first.
    pub sessions: Vec<Arc<LiveSession>>,
    /// What the person may change now.
    pub standing: Standing,
}

/// What a person may change on their account now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Everything: their proof is recent, and as strong as the strongest that they have.
    Fresh,
    /// They signed in with a backup code a moment ago: what is lost may be replaced (S0.8).
    Recovering,
    /// Nothing, before they give a proof for it.
    Stale,
}

impl Ceremonies {
    /// What the account page shows.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn summary(&self, session: &LiveSession) -> Result<Summary, CeremonyError> {
        let subject = &session.record.subject;
        let bound = self.parts.store.authenticators(subject).await?;
        let factors = bound.iter().filter(|one| one.is_second_factor()).map(FactorSummary::from);
        let codes = acknowledged_codes(&bound);
        Ok(Summary {
            factors: factors.collect(),
            codes_left: codes.map_or(0, |(_, set)| set.left()),
            codes_made: codes.map(|(authenticator, _)| authenticator.created),
            sessions: self.parts.directory.sessions_of(subject),
            standing: self.standing(session, &bound),
        })
    }

    /// What the person behind a session may change on the account that holds these.
    #[must_use]
    pub fn standing(&self, session: &LiveSession, bound: &[Authenticator]) -> Standing {
        if self.is_fresh(session, bound) {
            Standing::Fresh
        } else if self.is_recovering(session) {
            Standing::Recovering
        } else {
            Standing::Stale
        }
    }
}

//! Why a page asks somebody who is signed in for a proof, and which proofs answer it: carried from page to page
//! in addresses and forms, and judged anew each time.

use std::time::Duration;

use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::ceremony::Offer;
use crate::policy::Demand;
use crate::policy::Refusal;
use crate::policy::Which;
use crate::portal::form::Fields;
use crate::portal::page::NeedFields;
use crate::portal::turn::Turn;

/// What is needed besides being signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Need {
    /// How old a proof may be where the person is going.
    pub(crate) max_age: Option<Duration>,
    /// Which proof it must be; any that a person gives at that moment, where there is only an age.
    pub(crate) what: Option<What>,
}

/// Which proof is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A particular one.
    Proof(Which),
    /// One as strong as the strongest that the account has, for a change to it.
    Change,
}

impl What {
    const CHANGE: &'static str = "change";

    fn named(name: &str) -> Option<Self> {
        if name == Self::CHANGE {
            return Some(Self::Change);
        }
        if let Some(level) = [Which::Aal2, Which::Aal3].into_iter().find(|it| it.name() == name) {
            return Some(Self::Proof(level));
        }
        AuthenticatorKind::from_name(name)
            .filter(|kind| AuthenticatorKind::SECOND_FACTORS.contains(kind))
            .map(|kind| Self::Proof(Which::Kind(kind)))
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Proof(which) => which.name(),
            Self::Change => Self::CHANGE,
        }
    }
}

impl Need {
    /// The fields that carry it.
    pub(crate) const FIELDS: [&'static str; 2] = ["max_age", "need"];

    /// What a change to one's account needs.
    pub(crate) const CHANGE: Self = Self { max_age: None, what: Some(What::Change) };

    /// What the gate asks for.
    pub(crate) fn of(demand: Demand) -> Self {
        let what = match demand {
            Demand::Particular(particular) => Some(What::Proof(particular.what)),
            Demand::Fresh(_)
            | Demand::SecondFactor
            | Demand::FurtherFactor
            | Demand::ConsoleLogin
            | Demand::SignIn
            | Demand::ServiceToken
            | Demand::ClientCertificate => None,
        };
        Self { max_age: demand.max_age(), what }
    }

    /// Reads it from a form or a query.
    ///
    /// # Errors
    /// [`Refusal::Form`].
    pub(crate) fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let text = fields.optional("max_age");
        let seconds = text.map(|text| text.parse().map_err(|_| Refusal::Form)).transpose()?;
        let what = fields.optional("need");
        let what = what.map(|name| What::named(&name).ok_or(Refusal::Form)).transpose()?;
        Ok(Self { max_age: seconds.map(Duration::from_secs), what })
    }

    /// As parts of a query.
    pub(crate) fn query(self) -> impl Iterator<Item = String> {
        let max_age = self.max_age.map(|most| format!("max_age={}", most.as_secs()));
        let what = self.what.map(|what| format!("need={}", what.name()));
        [max_age, what].into_iter().flatten()
    }

    /// As hidden fields.
    pub(crate) fn fields(self) -> NeedFields {
        NeedFields {
            max_age: self.max_age.map(|most| most.as_secs()),
            what: self.what.map(What::name),
        }
    }

    /// Whether nothing is left to prove. The gate reckons alike, so that nobody is sent to and fro.
    pub(crate) fn is_met(self, turn: &Turn, offer: &Offer) -> bool {
        let Some(session) = turn.signed_in() else {
            return false;
        };
        let (record, now) = (&session.record, turn.core.clock.now());
        let at = match (self.what, self.max_age) {
            (None, None) => return true,
            (Some(What::Change), _) => return offer.before_change.is_none(),
            (None, Some(_)) => record.fresh_time(),
            // The age is that of the proofs the route names, which it asks for next.
            (Some(What::Proof(Which::Aal2)), _) => return record.mfa_time().is_some(),
            (Some(What::Proof(Which::Aal3)), _) => record.aal3_time(),
            (Some(What::Proof(Which::Kind(kind))), _) => record.kind_time(kind),
        };
        at.is_some_and(|at| self.max_age.is_none_or(|most| now.since(at) <= most))
    }

    /// Of the methods that a person has, those that answer it; all of them while they are signing in.
    pub(crate) fn answering(self, turn: &Turn, offer: &Offer) -> Vec<AuthenticatorKind> {
        let kinds = match self.what {
            _ if turn.signed_in().is_none() => KindSet::ALL,
            Some(What::Proof(Which::Kind(kind))) => KindSet::of(&[kind]),
            Some(What::Proof(Which::Aal3)) => KindSet::of(&[AuthenticatorKind::Passkey]),
            Some(What::Proof(Which::Aal2)) => {
                AuthenticatorKind::ALL.into_iter().filter(|kind| kind.factor().is_some()).collect()
            }
            Some(What::Change) => offer.before_change.unwrap_or(KindSet::NONE),
            None if self.max_age.is_some() => {
                AuthenticatorKind::ALL.into_iter().filter(|kind| kind.steps_up()).collect()
            }
            None => KindSet::ALL,
        };
        offer.methods.iter().copied().filter(|kind| kinds.contains(*kind)).collect()
    }
}

//! Which proofs a person may give, and whether they may set one up: decided here, never by the browser
//! (rule 9).

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::acknowledged_codes;
use super::change;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Held;
use crate::authenticator::KindSet;
use crate::directory::LiveSession;
use crate::enforcement::Entry;

/// Which proofs a person may give now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Usable methods: the strong one that was last used, the others from the strongest on, and codes kept for
    /// emergencies last.
    pub methods: Vec<AuthenticatorKind>,
    /// Unspent backup codes.
    pub codes_left: usize,
    /// Whether a first authenticator can or must be bound.
    pub enrolment: Enrolment,
    /// A second factor is bound, but no backup codes were ever stored.
    pub codes_missing: bool,
    /// One of these must be proved before the account may be changed; none: a proof is recent and strong enough.
    pub before_change: Option<KindSet>,
    /// What can be set up here, strongest first.
    pub can_set_up: Vec<AuthenticatorKind>,
}

/// Whether a first authenticator can be bound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolment {
    /// One is bound already.
    Done,
    /// None is bound, and the window for it is open.
    Open,
    /// None is bound, and one may be with a recovery code.
    RecoveryCode,
    /// None is bound, and none may be (any more).
    Closed,
}

impl Ceremonies {
    /// Which proofs the person behind a session may give now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn offers(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<Offer, CeremonyError> {
        let subject = &session.record.subject;
        let bound = self.parts.store.authenticators(subject).await?;
        session.note_held(Held::of(&bound));
        let allowed = self.allowed(visit, session);
        let codes = acknowledged_codes(&bound);
        let codes_left = codes.map_or(0, |(_, set)| set.left());
        let site = session.record.site.as_str();
        let here: Vec<&Authenticator> =
            bound.iter().filter(|one| self.works_at(site, one)).collect();
        let mut methods = usable(&here, allowed, &self.settings.order);
        if codes_left > 0 && allowed.contains(AuthenticatorKind::BackupCode) {
            methods.push(AuthenticatorKind::BackupCode);
        }
        let enrolled = bound.iter().any(Authenticator::is_second_factor);
        let enrolment = if enrolled {
            Enrolment::Done
        } else if self.may_enrol(visit, session).await? {
            Enrolment::Open
        } else if matches!(
            self.entry_of(visit, session).await?,
            Entry::RecoveryCode | Entry::Dormant
        ) {
            Enrolment::RecoveryCode
        } else {
            Enrolment::Closed
        };
        let wanted = allowed.contains(AuthenticatorKind::BackupCode);
        Ok(Offer {
            methods,
            codes_left,
            enrolment,
            codes_missing: wanted && enrolled && codes.is_none(),
            before_change: (!self.is_fresh(session, &bound)).then(|| change::strong_enough(&bound)),
            can_set_up: in_order(&self.settings.order)
                .filter(|kind| allowed.contains(*kind))
                .collect(),
        })
    }

    /// The kinds that this person may use.
    pub(super) fn allowed(&self, visit: &Visit<'_>, session: &LiveSession) -> KindSet {
        let enabled = self.settings.enabled.with(AuthenticatorKind::RecoveryCode);
        let enabled = enabled.and(self.asked(visit, session).allowed);
        match self.settings.relying_parties.get(&session.record.site) {
            Some(_) => enabled,
            None => enabled.without(AuthenticatorKind::Passkey),
        }
    }

    /// Whether it can prove anything at a site: a passkey works for its relying party alone.
    fn works_at(&self, site: &str, authenticator: &Authenticator) -> bool {
        let party = self.settings.relying_parties.get(site);
        authenticator
            .credential
            .passkey()
            .is_none_or(|key| party.is_some_and(|party| party.id == key.relying_party))
    }
}

/// Every second factor, those of an operator's order first, then from the strongest on.
fn in_order(order: &[AuthenticatorKind]) -> impl Iterator<Item = AuthenticatorKind> {
    let rest = |kind: &AuthenticatorKind| !order.contains(kind);
    order.iter().copied().chain(AuthenticatorKind::SECOND_FACTORS.into_iter().filter(rest))
}

/// The kinds that are bound and allowed, in the operator's order; where there is none, the strong one that was last
/// used, then from the strongest on.
fn usable(
    bound: &[&Authenticator],
    allowed: KindSet,
    order: &[AuthenticatorKind],
) -> Vec<AuthenticatorKind> {
    let held: KindSet = bound.iter().map(|one| one.credential.kind()).collect();
    let mut kinds: Vec<AuthenticatorKind> =
        in_order(order).filter(|kind| held.and(allowed).contains(*kind)).collect();
    if !order.is_empty() {
        return kinds;
    }
    let strong = [AuthenticatorKind::Passkey, AuthenticatorKind::Totp];
    let latest = bound
        .iter()
        .filter(|one| kinds.contains(&one.credential.kind()))
        .filter(|one| strong.contains(&one.credential.kind()) && one.last_used.is_some())
        .max_by_key(|one| one.last_used)
        .map(|one| one.credential.kind());
    // A stable sort: the others stay in their order.
    kinds.sort_by_key(|kind| latest != Some(*kind));
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticator::Credential;
    use crate::authenticator::contact::Contact;
    use crate::authenticator::totp::TotpCredential;
    use crate::clock::Timestamp;
    use crate::secret::Secret;

    fn bound(credential: Credential, last_used: Option<u64>) -> Authenticator {
        Authenticator {
            id: String::new(),
            label: String::new(),
            created: Timestamp::from_secs(1),
            last_used: last_used.map(Timestamp::from_secs),
            credential,
        }
    }

    fn app(last_used: Option<u64>) -> Authenticator {
        let key = Secret::new(vec![7; 20]);
        bound(Credential::Totp(TotpCredential { key, last_step: 0 }), last_used)
    }

    fn phone(last_used: Option<u64>) -> Authenticator {
        let contact = Contact { address: "+491".to_owned(), verified: None };
        bound(Credential::Sms(contact), last_used)
    }

    #[test]
    fn the_strongest_comes_first_and_what_is_not_allowed_never_a234() {
        use AuthenticatorKind::Sms;
        use AuthenticatorKind::Totp;
        let (phone, app) = (phone(Some(9)), app(None));
        let held = [&phone, &app];
        assert_eq!(
            usable(&held, KindSet::ALL, &[]),
            [Totp, Sms],
            "SMS is never preferred for its use"
        );
        assert_eq!(usable(&held, KindSet::ALL.without(Totp), &[]), [Sms]);
        assert!(usable(&held, KindSet::PHISHING_RESISTANT, &[]).is_empty());
        assert!(usable(&[], KindSet::ALL, &[]).is_empty());
    }

    #[test]
    fn an_operators_order_decides_which_method_is_asked_for_first_s4_6() {
        use AuthenticatorKind::Passkey;
        use AuthenticatorKind::Sms;
        use AuthenticatorKind::Totp;
        let (phone, app) = (phone(None), app(Some(9)));
        let held = [&phone, &app];
        assert_eq!(usable(&held, KindSet::ALL, &[Sms]), [Sms, Totp], "and not the last used");
        assert_eq!(usable(&held, KindSet::ALL, &[Passkey]), [Totp, Sms], "what is not held is not");
        assert_eq!(
            usable(&held, KindSet::ALL.without(Sms), &[Sms]),
            [Totp],
            "nor what is not allowed"
        );
        let all: Vec<_> = in_order(&[Sms, Totp]).collect();
        assert_eq!(all, [Sms, Totp, Passkey, AuthenticatorKind::Email]);
    }
}

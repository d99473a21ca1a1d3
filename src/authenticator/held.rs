//! How many second factors an account has, of which kinds: what a request can be judged by without the store.

use super::Authenticator;
use super::AuthenticatorKind;
use super::KindSet;

/// How many second factors somebody has, of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held([u8; AuthenticatorKind::SECOND_FACTORS.len()]);

impl Held {
    /// Those among the authenticators of an account.
    #[must_use]
    pub fn of(bound: &[Authenticator]) -> Self {
        bound.iter().map(|one| one.credential.kind()).collect()
    }

    /// How many are of these kinds.
    #[must_use]
    pub fn among(self, kinds: KindSet) -> usize {
        let each = AuthenticatorKind::SECOND_FACTORS.into_iter().zip(self.0);
        each.filter(|(kind, _)| kinds.contains(*kind)).map(|(_, number)| usize::from(number)).sum()
    }
}

impl FromIterator<AuthenticatorKind> for Held {
    fn from_iter<I: IntoIterator<Item = AuthenticatorKind>>(kinds: I) -> Self {
        let mut held = Self::default();
        for kind in kinds {
            let each = AuthenticatorKind::SECOND_FACTORS.into_iter().zip(&mut held.0);
            each.filter(|(other, _)| *other == kind).for_each(|(_, n)| *n = n.saturating_add(1));
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_second_factors_count_and_only_of_the_kinds_asked_for() {
        use AuthenticatorKind::BackupCode;
        use AuthenticatorKind::Email;
        use AuthenticatorKind::Totp;
        let held: Held = [Totp, Totp, Email, BackupCode].into_iter().collect();
        assert_eq!(held.among(KindSet::ALL), 3);
        assert_eq!(held.among(KindSet::ALL.without(Totp)), 1);
        assert_eq!(held.among(KindSet::PHISHING_RESISTANT), 0);
        assert_eq!(Held::default().among(KindSet::ALL), 0);
    }
}

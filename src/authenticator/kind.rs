//! The kinds of proof a person can give, and sets of them.

use serde::Deserialize;
use serde::Serialize;

/// The kinds of proof a person can give.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AuthenticatorKind {
    /// Something known.
    Password,
    /// A passkey or a security key (WebAuthn). What it is worth depends on what it did: see
    /// [`Strength`](crate::session::Strength).
    Passkey,
    /// A code from an authenticator app (RFC 6238).
    Totp,
    /// A code sent by e-mail. Never AAL2 (NIST SP 800-63B-4 §3.1.3.1).
    Email,
    /// A code sent by SMS: a restricted authenticator (NIST SP 800-63B-4 §3.1.3.3, §3.2.9).
    Sms,
    /// One of the ten codes a user keeps.
    BackupCode,
    /// A code that an owner issued to somebody who has lost everything.
    RecoveryCode,
    /// A browser that somebody asked us to remember.
    RememberedDevice,
    /// Who it is, by the word of a sign-on in front of the gateway: in the place of a password.
    Federated,
    /// The same word, that they gave a second factor there. Never AAL2: nobody here saw which.
    FederatedMfa,
}

impl AuthenticatorKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Password,
        Self::Passkey,
        Self::Totp,
        Self::Email,
        Self::Sms,
        Self::BackupCode,
        Self::RecoveryCode,
        Self::RememberedDevice,
        Self::Federated,
        Self::FederatedMfa,
    ];

    /// What a person can set up as a second factor, strongest first.
    pub const SECOND_FACTORS: [Self; 4] = [Self::Passkey, Self::Totp, Self::Sms, Self::Email];

    /// The name used in configuration, records, metrics and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::BackupCode => "backup_code",
            Self::RecoveryCode => "recovery_code",
            Self::RememberedDevice => "remembered_device",
            Self::Federated => "federated",
            Self::FederatedMfa => "federated_mfa",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The message that names it to people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Password => "factor-password",
            Self::Passkey => "factor-passkey",
            Self::Totp => "factor-totp",
            Self::Email => "factor-email",
            Self::Sms => "factor-sms",
            Self::BackupCode => "factor-backup-code",
            Self::RecoveryCode => "factor-recovery-code",
            Self::RememberedDevice => "factor-remembered-device",
            Self::Federated => "factor-federated",
            Self::FederatedMfa => "factor-federated-mfa",
        }
    }

    /// The method's name in `amr` (RFC 8176 §2). A backup code is a look-up secret and a code by e-mail an
    /// out-of-band secret, for which the registry has no values of their own; `otp` is the nearest (a one-time
    /// secret), as it is for a recovery code. A remembered device proves nothing by itself: `rmb`, a value of
    /// ours, as are `fed` and `fed_mfa` for what a sign-on elsewhere says. A passkey's value depends on its key: see [`Strength`](crate::session::Strength).
    #[must_use]
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Passkey => "swk",
            Self::Totp | Self::Email | Self::BackupCode | Self::RecoveryCode => "otp",
            Self::Sms => "sms",
            Self::RememberedDevice => "rmb",
            Self::Federated => "fed",
            Self::FederatedMfa => "fed_mfa",
        }
    }

    /// Which factor it proves (NIST SP 800-63-4); none: it is only let pass, where it is configured to be.
    #[must_use]
    pub const fn factor(self) -> Option<Factor> {
        match self {
            Self::Password | Self::Federated => Some(Factor::Knowledge),
            Self::Passkey | Self::Totp | Self::Sms | Self::BackupCode => Some(Factor::Possession),
            Self::Email | Self::RecoveryCode | Self::RememberedDevice | Self::FederatedMfa => None,
        }
    }

    /// Whether it completes a sign-in that asks for a second factor, beside a password. What a recovery code
    /// opens is decided by the configuration.
    #[must_use]
    pub const fn completes(self) -> bool {
        !matches!(self, Self::Password | Self::RecoveryCode | Self::Federated)
    }

    /// Whether it can show that a person is there now, where a proof must be fresh (step-up, changes to an
    /// account): codes kept for emergencies and what cannot reach AAL2 cannot.
    #[must_use]
    pub const fn steps_up(self) -> bool {
        matches!(self, Self::Passkey | Self::Totp | Self::Sms)
    }

    /// Whether a relaying page gets nothing from it (NIST SP 800-63B-4 §3.2.5). No one-time code of any kind
    /// resists phishing (S2.9).
    #[must_use]
    pub const fn resists_phishing(self) -> bool {
        matches!(self, Self::Passkey)
    }
}

/// Know, have, are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Factor {
    /// Something known.
    Knowledge,
    /// Something held.
    Possession,
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindSet(u16);

impl KindSet {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Every kind.
    pub const ALL: Self = Self::of(&AuthenticatorKind::ALL);
    /// What is proved elsewhere: whether it is believed is said where its source is declared.
    pub const ELSEWHERE: Self =
        Self::of(&[AuthenticatorKind::Federated, AuthenticatorKind::FederatedMfa]);
    /// The kinds of which a relaying page gets nothing, and the password.
    pub const PHISHING_RESISTANT: Self =
        Self::of(&[AuthenticatorKind::Password, AuthenticatorKind::Passkey]);

    /// These kinds.
    #[must_use]
    pub const fn of(kinds: &[AuthenticatorKind]) -> Self {
        let (mut bits, mut rest) = (0, kinds);
        while let [kind, others @ ..] = rest {
            bits |= Self::bit(*kind);
            rest = others;
        }
        Self(bits)
    }

    const fn bit(kind: AuthenticatorKind) -> u16 {
        1 << match kind {
            AuthenticatorKind::Password => 0,
            AuthenticatorKind::Passkey => 1,
            AuthenticatorKind::Totp => 2,
            AuthenticatorKind::Email => 3,
            AuthenticatorKind::Sms => 4,
            AuthenticatorKind::BackupCode => 5,
            AuthenticatorKind::RecoveryCode => 6,
            AuthenticatorKind::RememberedDevice => 7,
            AuthenticatorKind::Federated => 8,
            AuthenticatorKind::FederatedMfa => 9,
        }
    }

    /// Whether the kind is in it.
    #[must_use]
    pub const fn contains(self, kind: AuthenticatorKind) -> bool {
        self.0 & Self::bit(kind) != 0
    }

    /// The set with this kind besides.
    #[must_use]
    pub const fn with(self, kind: AuthenticatorKind) -> Self {
        Self(self.0 | Self::bit(kind))
    }

    /// The set without this kind.
    #[must_use]
    pub const fn without(self, kind: AuthenticatorKind) -> Self {
        Self(self.0 & !Self::bit(kind))
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds in it, in the order of [`AuthenticatorKind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = AuthenticatorKind> {
        AuthenticatorKind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<AuthenticatorKind> for KindSet {
    fn from_iter<I: IntoIterator<Item = AuthenticatorKind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_has_a_place_in_sets() {
        for kind in AuthenticatorKind::ALL {
            assert_eq!(AuthenticatorKind::from_name(kind.name()), Some(kind));
            assert!(KindSet::ALL.contains(kind) && !KindSet::ALL.without(kind).contains(kind));
            assert_eq!(KindSet::NONE.with(kind).iter().collect::<Vec<_>>(), [kind]);
        }
        assert!(KindSet::NONE.is_empty() && AuthenticatorKind::from_name("").is_none());
    }

    #[test]
    fn no_code_resists_phishing_s2_9() {
        let resisting: Vec<_> =
            AuthenticatorKind::ALL.into_iter().filter(|kind| kind.resists_phishing()).collect();
        assert_eq!(resisting, [AuthenticatorKind::Passkey]);
    }
}

//! What an operator is told: accounts, records, keys; never a secret.

mod session;
mod token;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::SinkView;
use crate::audit::AuditRecord;
use crate::audit::signed::SignedHead;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::backup_code::BackupCodeSet;
use crate::clock::Timestamp;
use crate::enforcement;
use crate::enforcement::Switches;
use crate::secret;
use crate::secret::Secret;
use crate::session::device::Device;
use crate::session::device::Verified;
use crate::store::Held;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::PasswordStanding;
use crate::subject::Role;
use crate::subject::terms::Obligation;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

pub use self::session::SessionReply;
pub use self::session::SessionView;
pub use self::token::TokenReply;
pub use self::token::TokenStanding;
pub use self::token::TokenView;

/// The answer to a command that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// An account, as it is now.
    Account(Box<AccountView>),
    /// Accounts.
    Accounts {
        /// In order of login name.
        accounts: Vec<AccountView>,
        /// The login name to go on after; none: that was all.
        next: Option<String>,
    },
    /// An account is no more.
    Removed {
        /// The id that the audit log keeps.
        id: String,
        /// Its login name, which is free again.
        login: String,
    },
    /// A link was made by which a password is chosen; this is the only time it is told.
    PasswordLink {
        /// For whom.
        account: Box<AccountView>,
        /// The whole address.
        link: IssuedSecret,
        /// When it ends.
        expires: Timestamp,
    },
    /// An account was changed.
    Changed {
        /// The account, as it is now.
        account: Box<AccountView>,
        /// How many sessions ended by it.
        sessions_ended: usize,
    },
    /// Audit records.
    AuditRecords {
        /// In order.
        records: Vec<AuditRecord>,
        /// The position after the last of them.
        next: u64,
    },
    /// The audit chain is whole.
    AuditVerified {
        /// The first record there is.
        first: u64,
        /// How many records it has.
        records: u64,
        /// The hash of the last.
        hash: String,
    },
    /// How far the audit log had come, signed.
    AuditHead(Box<SignedHead>),
    /// How those get on who follow the audit log.
    AuditSinks {
        /// In the order of the configuration.
        sinks: Vec<SinkView>,
    },
    /// The signing keys.
    Keys {
        /// Oldest first.
        keys: Vec<KeyView>,
    },
    /// A signing key was made.
    Rotated {
        /// The keys, as they are now.
        keys: Vec<KeyView>,
        /// The new one.
        added: String,
        /// Those that are void.
        removed: Vec<String>,
    },
    /// By relying party.
    PasskeysHeld(BTreeMap<String, Held>),
    /// What was asked about service tokens.
    Token(TokenReply),
    /// What was asked about sessions.
    Session(SessionReply),
    /// An app was prepared for somebody; this is the only time that its key is told.
    HandedApp(Box<HandedView>),
    /// Who must have a second factor.
    Enforcement(Box<EnforcementView>),
    /// A recovery code was issued; this is the only time it is told.
    RecoveryCode {
        /// For whom.
        account: Box<AccountView>,
        /// What they enter.
        code: IssuedSecret,
        /// When it ends.
        expires: Timestamp,
    },
}

/// An app that was prepared for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedView {
    /// For whom.
    pub account: AccountView,
    /// What its QR code says.
    pub uri: IssuedSecret,
    /// Its key, to be typed, in groups of four.
    pub key: IssuedSecret,
    /// What the app calls this service.
    pub issuer: String,
    /// Until when its first code must be entered.
    pub expires: Timestamp,
}

/// Who must have a second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforcementView {
    /// What the configuration asks of everybody: `optional`, `enforced`, or since when.
    pub configuration: String,
    /// How many rules ask more of some.
    pub rules: usize,
    /// What is asked of everybody but owners besides.
    pub switch: Terms,
    /// Both together.
    pub everybody: String,
    /// What is asked of owners besides the configuration.
    pub owners_switch: Terms,
    /// Both together.
    pub owners: String,
    /// What happens to accounts without a second factor.
    pub unenrolled: Unenrolled,
    /// Until when the set-up may be put off; none: it may not.
    pub grace_until: Option<Timestamp>,
}

impl EnforcementView {
    /// What these settings and switches ask for at that moment.
    #[must_use]
    pub fn new(
        settings: &enforcement::Settings,
        Switches { everybody: switch, owners }: Switches,
        now: Timestamp,
    ) -> Self {
        let file = &settings.everybody;
        let both = file.obligation().max(switch.obligation());
        let unenrolled = file.unenrolled.max(switch.unenrolled).unwrap_or_default();
        let grace_until = match both {
            Obligation::From(date) if now < date.0 => Some(date.0),
            Obligation::From(_) | Obligation::Optional | Obligation::Always => None,
        };
        Self {
            configuration: file.obligation().to_string(),
            rules: settings.rules.len(),
            switch,
            everybody: both.to_string(),
            owners: file.obligation().max(owners.obligation()).to_string(),
            owners_switch: owners,
            unenrolled,
            grace_until,
        }
    }
}

/// The text of a token, told once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuedSecret(#[serde(with = "crate::secret::at_rest")] pub Secret<String>);

impl PartialEq for IssuedSecret {
    fn eq(&self, other: &Self) -> bool {
        secret::equal(self.0.expose().as_bytes(), other.0.expose().as_bytes())
    }
}

impl Eq for IssuedSecret {}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// Opaque id: `sub` of the assertion.
    pub id: String,
    /// Login name.
    pub login: String,
    /// Display name.
    pub name: String,
    /// Profile address.
    pub email: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Role.
    pub role: Role,
    /// Whether it may sign in.
    pub state: AccountState,
    /// When it was created.
    pub created: Timestamp,
    /// Its second factors.
    pub factors: Vec<FactorView>,
    /// Backup codes that still work.
    pub codes_left: usize,
    /// Until when a first second factor may be bound on the password alone; none: one is bound, or the
    /// window is over.
    pub enrolment_open_until: Option<Timestamp>,
    /// Until when that window is or was open, whatever is bound.
    #[serde(default)]
    pub enrolment_window_until: Timestamp,
    /// When its owner wanted no second factor.
    #[serde(default)]
    pub set_up_declined: Option<Timestamp>,
    /// Open sessions.
    pub sessions: usize,
    /// Whether a second factor is asked for, all sources and sites together: `optional`, `enforced`, or since when.
    pub second_factor: String,
    /// What an operator asks of this account besides the configuration.
    pub terms: Terms,
    /// When somebody last signed in.
    pub last_sign_in: Option<Timestamp>,
    /// How it is with its password.
    pub password: PasswordStanding,
    /// Until when the link is good by which a password is chosen; none: there is none.
    #[serde(default)]
    pub password_link_until: Option<Timestamp>,
    /// Until when its recovery code is good; none: it has none.
    pub recovery_code_until: Option<Timestamp>,
    /// Until when the app that was handed over for it waits for its first code; none: it has none.
    #[serde(default)]
    pub handed_app_until: Option<Timestamp>,
    /// Devices that are remembered, or that routes can ask for.
    pub devices: Vec<DeviceView>,
    /// What it is like, in short: another tag, and somebody has changed it (RFC 9110 §8.8.3).
    #[serde(default)]
    pub tag: String,
}

/// A registered device; nothing of its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Names it in commands and in the log.
    pub id: String,
    /// Browser and system, as the browser says.
    pub label: String,
    /// The site it was registered on.
    pub site: String,
    /// When.
    pub created: Timestamp,
    /// When somebody last signed in with it.
    pub last_used: Option<Timestamp>,
    /// Until when it stands for a second factor; none: it never does.
    pub remembered_until: Option<Timestamp>,
    /// What it is as a verified device; none: it is none.
    pub verified: Option<Verified>,
}

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorView {
    /// What it is.
    pub kind: AuthenticatorKind,
    /// The person's name for it; empty: they gave it none.
    pub label: String,
    /// When it was bound.
    pub created: Timestamp,
    /// When it last proved something.
    pub last_used: Option<Timestamp>,
}

/// A signing key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// `next`, `current`, `previous` or `retired`.
    pub state: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it signs.
    pub activates: Timestamp,
}

impl AccountView {
    pub(super) fn new(
        account: &Account,
        bound: &[Authenticator],
        sessions: usize,
        now: Timestamp,
    ) -> Self {
        let open = bound.is_empty() && now < account.enrolment_open_until;
        Self {
            id: account.id.to_string(),
            login: account.profile.login.to_string(),
            name: account.profile.name.clone(),
            email: account.profile.email.clone(),
            groups: account.profile.groups.clone(),
            role: account.profile.role,
            state: account.state,
            created: account.created,
            factors: bound.iter().map(FactorView::new).collect(),
            codes_left: bound.iter().map(codes_left).sum(),
            enrolment_open_until: open.then_some(account.enrolment_open_until),
            enrolment_window_until: account.enrolment_open_until,
            set_up_declined: account.set_up_declined,
            sessions,
            second_factor: String::new(), // The operator knows.
            terms: account.terms.clone(),
            last_sign_in: account.last_sign_in,
            password: account.password_standing(),
            password_link_until: None,
            recovery_code_until: None,
            handed_app_until: None,
            devices: Vec::new(),
            tag: String::new(), // As well.
        }
    }
}

impl DeviceView {
    pub(super) fn new(device: &Device) -> Self {
        Self {
            id: device.id.clone(),
            label: device.label.clone(),
            site: device.site.clone(),
            created: device.created,
            last_used: device.last_used,
            remembered_until: device.remembered_until,
            verified: device.verified.clone(),
        }
    }
}

impl FactorView {
    fn new(authenticator: &Authenticator) -> Self {
        Self {
            kind: authenticator.credential.kind(),
            label: authenticator.label.clone(),
            created: authenticator.created,
            last_used: authenticator.last_used,
        }
    }
}

/// Only a set that was acknowledged counts.
fn codes_left(authenticator: &Authenticator) -> usize {
    let set = authenticator.credential.backup_codes();
    set.filter(|set| set.acknowledged.is_some()).map_or(0, BackupCodeSet::left)
}

//! What programs are told: forms of their own, so that what is inside can change. Never a secret, but once.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::authenticator::AuthenticatorKind;
use crate::operate::view::AccountView;
use crate::operate::view::DeviceView;
use crate::operate::view::EnforcementView;
use crate::operate::view::FactorView;
use crate::operate::view::SessionView;
use crate::operate::view::TokenStanding;
use crate::operate::view::TokenView;
use crate::portal::api::moment::Moment;
use crate::roster::Standing;
use crate::session::device::DeviceStanding;
use crate::subject::AccountState;
use crate::subject::PasswordStanding;
use crate::subject::Role;
use crate::subject::terms::Mode;
use crate::subject::terms::Terms as Kept;
use crate::subject::terms::Unenrolled;

/// How many of a list are wanted.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it describes what is read elsewhere")]
pub(crate) struct Limit(#[schemars(range(min = 1, max = 200))] u32);

/// Where a list goes on.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it describes what is read elsewhere")]
pub(crate) struct Cursor(#[schemars(length(min = 1, max = 1024))] String);

/// Whoever asks.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Me {
    /// A person, or a program with a token.
    pub(super) kind: CallerKind,
    /// The id of the account or of the token.
    pub(super) id: String,
    /// The login name, or the name of the token.
    pub(super) name: String,
    pub(super) role: Role,
    /// The site that was asked.
    pub(super) site: String,
    /// Until when this is good: the token, or the proof of a person.
    pub(super) until: Moment,
    /// What may be done with this, to anybody at all.
    pub(super) acts: Vec<&'static str>,
}

/// What asks.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallerKind {
    Person,
    Program,
}

/// People with an account, one page of them.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct UserList {
    pub(super) users: Vec<UserLine>,
    /// How many there are on all pages.
    pub(super) total: usize,
    /// The cursor of the next page; none: that was all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// An account, in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct UserLine {
    /// Never changes, and is never used again.
    pub(super) id: String,
    pub(super) login: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    pub(super) groups: Vec<String>,
    pub(super) role: Role,
    pub(super) state: AccountState,
    pub(super) created: Moment,
    /// None: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_sign_in: Option<Moment>,
    /// How far they have come with what is asked of them.
    pub(super) standing: Standing,
    /// The kinds of second factors that they have.
    pub(super) factors: Vec<AuthenticatorKind>,
}

/// An account.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct User {
    /// Never changes, and is never used again.
    id: String,
    login: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    groups: Vec<String>,
    role: Role,
    state: AccountState,
    created: Moment,
    /// None: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_sign_in: Option<Moment>,
    factors: Vec<Factor>,
    backup_codes_left: usize,
    /// Until when a first second factor can be set up on the password alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    enrolment_open_until: Option<Moment>,
    /// When its owner wanted no second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    set_up_declined: Option<Moment>,
    /// How it is with its password.
    password: PasswordStanding,
    /// Until when the link is good by which a password is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    password_link_until: Option<Moment>,
    /// Until when its recovery code is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code_until: Option<Moment>,
    /// How many sessions are open.
    sessions: usize,
    /// Whether a second factor is asked for, all sources together: `optional`, `enforced`, or since when.
    second_factor: String,
    /// What is asked of this account besides the configuration.
    terms: Terms,
    devices: Vec<Device>,
}

/// A second factor.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Factor {
    kind: AuthenticatorKind,
    /// The person's name for it; of an address, what may be shown of it.
    label: String,
    created: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<Moment>,
}

/// A registered device.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Device {
    id: String,
    label: String,
    site: String,
    created: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<Moment>,
    /// Until when it stands for a second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    remembered_until: Option<Moment>,
    /// Until when it is a verified device.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_until: Option<Moment>,
    /// Whether it counts as a verified device.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<DeviceStanding>,
}

/// What is asked of somebody, or of all, besides the configuration. What is missing says nothing.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Terms {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
    /// Until when the set-up may be put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_until: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unenrolled: Option<Unenrolled>,
    /// The kinds of second factors that may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<BTreeSet<String>>,
}

/// Open sessions, one page of them.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct SessionList {
    /// Newest first.
    pub(super) sessions: Vec<Session>,
    /// The cursor of the next page; none: that was all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// An open session.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Session {
    /// As `sid` of the assertion and of the logs.
    id: String,
    /// The id of the account.
    user: String,
    login: String,
    site: String,
    /// How strong it is.
    aal: String,
    created: Moment,
    last_active: Moment,
    /// The address that it was opened from.
    client: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

/// Service tokens, one page of them.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TokenList {
    /// In order of name.
    pub(super) tokens: Vec<Token>,
    /// The cursor of the next page; none: that was all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// A service token; nothing of its secret.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Token {
    id: String,
    name: String,
    standing: TokenStanding,
    /// What it may do here; none: it is for the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    site: String,
    /// None: all.
    paths: Vec<String>,
    /// None: all.
    methods: Vec<String>,
    /// None: all.
    networks: Vec<String>,
    created: Moment,
    created_by: String,
    expires: Moment,
    /// Until when the secret before this one is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_until: Option<Moment>,
    /// None: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<Moment>,
}

/// Who must have a second factor.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Enforcement {
    /// What the configuration asks of everybody: `optional`, `enforced`, or since when.
    configuration: String,
    /// How many rules ask more of some.
    rules: usize,
    /// What is asked of everybody but owners besides.
    switch: Terms,
    /// Both together.
    everybody: String,
    /// What is asked of owners besides the configuration.
    owners_switch: Terms,
    /// Both together.
    owners: String,
    unenrolled: Unenrolled,
    /// Until when the set-up may be put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_until: Option<Moment>,
}

impl From<AccountView> for User {
    fn from(it: AccountView) -> Self {
        let at = |moment: Option<_>| moment.map(Moment);
        Self {
            id: it.id,
            login: it.login,
            name: it.name,
            email: it.email,
            groups: it.groups,
            role: it.role,
            state: it.state,
            created: it.created.into(),
            last_sign_in: at(it.last_sign_in),
            factors: it.factors.into_iter().map(Factor::from).collect(),
            backup_codes_left: it.codes_left,
            enrolment_open_until: at(it.enrolment_open_until),
            set_up_declined: at(it.set_up_declined),
            password: it.password,
            password_link_until: at(it.password_link_until),
            recovery_code_until: at(it.recovery_code_until),
            sessions: it.sessions,
            second_factor: it.second_factor,
            terms: it.terms.into(),
            devices: it.devices.into_iter().map(Device::from).collect(),
        }
    }
}

impl From<FactorView> for Factor {
    fn from(it: FactorView) -> Self {
        let last_used = it.last_used.map(Moment);
        Self { kind: it.kind, label: it.label, created: it.created.into(), last_used }
    }
}

impl From<DeviceView> for Device {
    fn from(it: DeviceView) -> Self {
        Self {
            id: it.id,
            label: it.label,
            site: it.site,
            created: it.created.into(),
            last_used: it.last_used.map(Moment),
            remembered_until: it.remembered_until.map(Moment),
            verified_until: it.verified.as_ref().map(|verified| verified.until.into()),
            standing: it.verified.map(|verified| verified.standing),
        }
    }
}

impl From<Kept> for Terms {
    fn from(it: Kept) -> Self {
        let grace_until = it.grace_until.map(Moment);
        Self { mode: it.mode, grace_until, unenrolled: it.unenrolled, allowed: it.allowed }
    }
}

impl From<SessionView> for Session {
    fn from(it: SessionView) -> Self {
        Self {
            id: it.handle,
            user: it.subject,
            login: it.login,
            site: it.site,
            aal: it.aal,
            created: it.created.into(),
            last_active: it.last_active.into(),
            client: it.client.to_string(),
            browser: it.browser,
            place: it.place,
        }
    }
}

impl From<TokenView> for Token {
    fn from(it: TokenView) -> Self {
        Self {
            id: it.id,
            name: it.name,
            standing: it.standing,
            role: it.role,
            site: it.site,
            paths: it.paths,
            methods: it.methods,
            networks: it.networks,
            created: it.created.into(),
            created_by: it.created_by,
            expires: it.expires.into(),
            previous_until: it.previous_until.map(Moment),
            last_used: it.last_used.map(Moment),
        }
    }
}

impl From<EnforcementView> for Enforcement {
    fn from(it: EnforcementView) -> Self {
        Self {
            configuration: it.configuration,
            rules: it.rules,
            switch: it.switch.into(),
            everybody: it.everybody,
            owners_switch: it.owners_switch.into(),
            owners: it.owners,
            unenrolled: it.unenrolled,
            grace_until: it.grace_until.map(Moment),
        }
    }
}

//! Why an operator's command was not done: what happened, why, what to do next.

mod advice;

use serde::Deserialize;
use serde::Serialize;

use crate::authority::Denied;
use crate::store::StoreError;

/// Why a command was not done. Crosses the control socket, so it holds words where causes were. Its text says what
/// happened, wherever it is read; what to do about it on the command line is [`advice`](OperateError::advice).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperateError {
    /// No account has the name.
    #[error("there is no account `{login}`")]
    NoSuchAccount {
        /// The name given.
        login: String,
    },
    /// Another account has the name.
    #[error("there is an account `{login}` already")]
    LoginTaken {
        /// The name given.
        login: String,
    },
    /// Nobody could act on owners any more.
    #[error("`{login}` is the last active owner, and somebody must remain")]
    LastOwner {
        /// The account.
        login: String,
    },
    /// The account is disabled.
    #[error("`{login}` is disabled, and nobody could sign in to it")]
    AccountDisabled {
        /// The account.
        login: String,
    },
    /// The account has a second factor already.
    #[error("`{login}` has a second factor, and an app is set up for those who have none")]
    HasFactor {
        /// The account.
        login: String,
    },
    /// An app would be of no use to them.
    #[error("`{login}` may use no authenticator app: it is no method that they are allowed")]
    KindNotAllowed {
        /// The account.
        login: String,
    },
    /// The act is not for an account in this state.
    #[error(
        "`{login}` is not in the state for this: only what is disabled is removed, and only what is active is let in"
    )]
    WrongState {
        /// The account.
        login: String,
    },
    /// The account signs in elsewhere.
    #[error("`{login}` signs in elsewhere, and its password is not kept here")]
    PasswordElsewhere {
        /// The account.
        login: String,
    },
    /// The account has no password.
    #[error("`{login}` has no password that could be changed")]
    NoPassword {
        /// The account.
        login: String,
    },
    /// The account has no recovery code.
    #[error("`{login}` has no recovery code: it was used, has ended, or was never issued")]
    NoRecoveryCode {
        /// The account.
        login: String,
    },
    /// Not a kind of second factor.
    #[error(
        "`{given}` is no kind of second factor. There are: passkey, totp, sms, email, backup_code, \
         remembered_device"
    )]
    NoSuchKind {
        /// What was given.
        given: String,
    },
    /// A date until which the set-up of what is not asked for may be put off.
    #[error(
        "a date until which the set-up may be put off goes with a second factor that is asked for: say `enforced` \
         besides, or leave the date out. Nothing was changed"
    )]
    GraceAlone,
    /// Not a login name.
    #[error("`{given}` is no login name: {why}")]
    BadLogin {
        /// What was given.
        given: String,
        /// The rule it breaks.
        why: String,
    },
    /// The password may not be used.
    #[error("the password is refused: {why}. Nothing was changed; try again with another one")]
    BadPassword {
        /// The rule it breaks.
        why: String,
    },
    /// A text that reaches headers and pages is not plain.
    #[error("the {what} is refused: {why}")]
    BadText {
        /// Which one.
        what: String,
        /// The rule it breaks.
        why: String,
    },
    /// Another account gets its codes there (S4.8).
    #[error("this {field} is that of `{by}`, and codes sent there would be read by both")]
    AddressTaken {
        /// What kind of address.
        field: String,
        /// Login name of the account that has it.
        by: String,
    },
    /// The account has no such address.
    #[error("`{login}` has no {field} for codes")]
    NoContact {
        /// The account.
        login: String,
        /// What kind of address.
        field: String,
    },
    /// The account has no such device.
    #[error("`{login}` has no device `{device}`")]
    NoSuchDevice {
        /// The account.
        login: String,
        /// The id given.
        device: String,
    },
    /// No session has the handle.
    #[error("there is no open session `{given}`")]
    NoSuchSession {
        /// The handle given.
        given: String,
    },
    /// No service token has the name or id.
    #[error("there is no service token `{given}`")]
    NoSuchToken {
        /// The name or id given.
        given: String,
    },
    /// Another service token has the name.
    #[error("there is a service token `{name}` already")]
    TokenNameTaken {
        /// The name given.
        name: String,
    },
    /// There are as many service tokens as are kept.
    #[error("there are {most} service tokens, and no more are kept")]
    TooManyTokens {
        /// How many.
        most: usize,
    },
    /// Something about a service token is not as it is written.
    #[error("`{given}` is no {what}: {why}")]
    BadToken {
        /// What was to be read.
        what: String,
        /// What was given.
        given: String,
        /// The rule it breaks.
        why: String,
    },
    /// The configuration has no such site.
    #[error("there is no site `{given}` in the configuration. There are: {known}")]
    NoSuchSite {
        /// The name given.
        given: String,
        /// The names there are.
        known: String,
    },
    /// The audit log has no such records.
    #[error(
        "there are no audit records {from} to {to}: the log has records {first} to {last}. Nothing was exported"
    )]
    NoSuchRecords {
        /// The first there is.
        first: u64,
        /// The first that was asked for.
        from: u64,
        /// The last that was asked for.
        to: u64,
        /// The last there is.
        last: u64,
    },
    /// A sink of the audit log cannot go on without these records.
    #[error("{why}. Nothing was skipped")]
    CannotSkip {
        /// Why not.
        why: String,
    },
    /// The audit log was tampered with or damaged.
    #[error("the audit log is broken: {why}. Somebody changed it, or the store is damaged")]
    BrokenChain {
        /// What is wrong.
        why: String,
    },
    /// The key files refused.
    #[error("{why}")]
    Keys {
        /// In words, with what to do.
        why: String,
    },
    /// A key was made void, but its file could not be removed.
    #[error(
        "the new key `{kid}` signs now and the running gateway uses no other, but an old key's file is \
         still there and would be published again after a restart: {why}"
    )]
    KeysLeft {
        /// The new key.
        kid: String,
        /// Why not.
        why: String,
    },
    /// Whoever gives the command may not.
    #[error("{why}")]
    NotAllowed {
        /// Why not.
        why: Denied,
    },
    /// It is not what whoever acts has seen.
    #[error("somebody else has changed it meanwhile. Look at it again, and decide anew")]
    Conflict,
    /// A sink of the audit log that acts wait for is too far behind.
    #[error(
        "the audit log's sink `{sink}` is {behind} records behind, and acts wait for it (`on_lag: refuse_acts`). Nothing \
         was done. Get its receiver to work, or change `audit.sinks` and reload"
    )]
    HeldUp {
        /// Which sink.
        sink: String,
        /// How many records it is late with.
        behind: u64,
    },
    /// Somebody else goes through the whole audit log.
    #[error(
        "somebody else goes through the whole audit log at this moment. Try again when they are done"
    )]
    LogInUse,
    /// The act needs a reason.
    #[error("this needs a reason, in one line; it is kept in the audit log")]
    NoReason,
    /// As many passwords and codes wait to be hashed as may.
    #[error(
        "too many passwords and codes are being made at this moment. Nothing was done; try again in a moment"
    )]
    Busy,
    /// It was done, and something that comes after it was not.
    #[error(
        "it is done and in the audit log, but not all that comes after it: {why}. Look at it again before it is \
         repeated; where something is meant to end by it and does not, restart the gateway"
    )]
    Unfinished {
        /// What went wrong.
        why: String,
    },
    /// It was broken off.
    #[error("it was broken off, and nobody knows how far it came")]
    Interrupted,
    /// The store did not answer.
    #[error("{why}. Nothing was done")]
    Store {
        /// What it said.
        why: String,
    },
    /// Something the gateway needs failed.
    #[error("{why}. Nothing was done")]
    Failed {
        /// What.
        why: String,
    },
}

impl From<StoreError> for OperateError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotAllowed(why) => Self::NotAllowed { why },
            StoreError::Conflict => Self::Conflict,
            StoreError::HeldUp { sink, behind } => Self::HeldUp { sink, behind },
            StoreError::Medium { .. } | StoreError::Sealed { .. } | StoreError::Closed => {
                Self::Store { why: error.to_string() }
            }
        }
    }
}

impl OperateError {
    /// The name of the case: types of problems and keys of messages are made of it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchAccount { .. } => "no_such_account",
            Self::LoginTaken { .. } => "login_taken",
            Self::LastOwner { .. } => "last_owner",
            Self::AccountDisabled { .. } => "account_disabled",
            Self::HasFactor { .. } => "has_factor",
            Self::KindNotAllowed { .. } => "kind_not_allowed",
            Self::WrongState { .. } => "wrong_state",
            Self::PasswordElsewhere { .. } => "password_elsewhere",
            Self::NoPassword { .. } => "no_password",
            Self::NoRecoveryCode { .. } => "no_recovery_code",
            Self::NoSuchKind { .. } => "no_such_kind",
            Self::GraceAlone => "grace_alone",
            Self::BadLogin { .. } => "bad_login",
            Self::BadPassword { .. } => "bad_password",
            Self::BadText { .. } => "bad_text",
            Self::AddressTaken { .. } => "address_taken",
            Self::NoContact { .. } => "no_contact",
            Self::NoSuchDevice { .. } => "no_such_device",
            Self::NoSuchSession { .. } => "no_such_session",
            Self::NoSuchToken { .. } => "no_such_token",
            Self::TokenNameTaken { .. } => "token_name_taken",
            Self::TooManyTokens { .. } => "too_many_tokens",
            Self::BadToken { .. } => "bad_token",
            Self::NoSuchSite { .. } => "no_such_site",
            Self::NoSuchRecords { .. } => "no_such_records",
            Self::CannotSkip { .. } => "cannot_skip",
            Self::BrokenChain { .. } => "broken_chain",
            Self::Keys { .. } => "keys",
            Self::KeysLeft { .. } => "keys_left",
            Self::NotAllowed { .. } => "not_allowed",
            Self::Conflict => "conflict",
            Self::HeldUp { .. } => "held_up",
            Self::LogInUse => "log_in_use",
            Self::NoReason => "no_reason",
            Self::Busy => "busy",
            Self::Unfinished { .. } => "unfinished",
            Self::Interrupted => "interrupted",
            Self::Store { .. } => "store",
            Self::Failed { .. } => "failed",
        }
    }

    /// The same of something that comes after an act that is done.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others say what they are about")]
    pub(super) fn after_the_act(self) -> Self {
        match self {
            Self::Store { why } | Self::Failed { why } | Self::Keys { why } => {
                Self::Unfinished { why }
            }
            Self::Unfinished { .. } | Self::KeysLeft { .. } => self,
            other => Self::Unfinished { why: other.to_string() },
        }
    }

    pub(super) fn failed(why: &impl ToString) -> Self {
        Self::Failed { why: why.to_string() }
    }

    pub(super) fn keys(why: &impl ToString) -> Self {
        Self::Keys { why: why.to_string() }
    }
}

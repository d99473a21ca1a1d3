//! What to do about what was not done, for whoever sits at a command line.

use super::OperateError;

impl OperateError {
    /// What to do about it on the command line; none: the text says all.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others say all by themselves")]
    pub fn advice(&self) -> Option<String> {
        Some(match self {
            Self::NoSuchAccount { .. } => "`portcullis user list` shows all of them".to_owned(),
            Self::LoginTaken { login } => format!(
                "Choose another login name, or change that account: `portcullis user show {login}`"
            ),
            Self::LastOwner { .. } => {
                "Make another owner first: `portcullis user set-role LOGIN owner`".to_owned()
            }
            Self::AccountDisabled { login } => {
                format!("Enable it first: `portcullis user enable {login}`")
            }
            Self::HasFactor { login } => {
                format!("If it is lost, remove it first: `portcullis user reset-mfa {login}`")
            }
            Self::WrongState { login } => {
                format!("Disable it before it is removed: `portcullis user disable {login}`")
            }
            Self::NoPassword { login } => {
                format!(
                    "Make a link by which one is chosen: `portcullis user password-link {login}`"
                )
            }
            Self::AddressTaken { by, .. } => format!(
                "Enter another one, or remove it there first: `portcullis user contact remove {by} email` or `sms`"
            ),
            Self::NoSuchDevice { login, .. } => {
                format!("`portcullis user show {login}` shows all of them")
            }
            Self::NoSuchSession { .. } => "`portcullis session list` shows all of them".to_owned(),
            Self::NoSuchToken { .. } => "`portcullis token list` shows all of them".to_owned(),
            Self::TokenNameTaken { name } => format!(
                "Choose another name, or give that one a new secret: `portcullis token rotate {name}`"
            ),
            Self::TooManyTokens { .. } => {
                "Revoke those that have expired or that nobody uses: `portcullis token \
                                           list` shows when each was last used"
                    .to_owned()
            }
            Self::BrokenChain { .. } => {
                "Keep a copy of the store and the key directory as they are, and compare with \
                                         the log you exported last"
                    .to_owned()
            }
            Self::CannotSkip { .. } => {
                "`portcullis audit sinks` shows how each of them gets on".to_owned()
            }
            Self::KeysLeft { .. } => {
                "Remove it and everything but the new key's file from the `signing` directory"
                    .to_owned()
            }
            Self::NoReason => "Say why: `--reason 'phone lost, seen in person'`".to_owned(),
            Self::Interrupted => "`portcullis audit tail` tells what was done".to_owned(),
            _ => return None,
        })
    }
}

//! Why an act of the administration was not done, in the words of whoever reads the page.

use http::StatusCode;

use crate::authority::Denied;
use crate::operate::OperateError;
use crate::portal::said::Said;
use crate::portal::turn::Turn;

/// What a page says of an act that was not done.
pub(crate) fn said(turn: &Turn, error: &OperateError) -> Said {
    if let OperateError::NotAllowed { why } = error {
        return denied(turn, *why);
    }
    if *error == OperateError::Busy {
        return Said::busy(turn);
    }
    let (status, key) = of(error);
    if status.is_server_error() {
        tracing::error!(request_id = turn.asking.request_id, %error, "an act failed");
    }
    let text = if let OperateError::AddressTaken { by, .. } = error {
        turn.language.with(key, "login", by.as_str())
    } else {
        turn.say(key)
    };
    Said::problem(status, text)
}

/// What it says to whoever may not.
pub(super) fn denied(turn: &Turn, why: Denied) -> Said {
    let key = match why {
        Denied::Role => "denied-role",
        Denied::NotBelow => "denied-not-below",
        Denied::Oneself => "denied-oneself",
        Denied::Never => "denied-never",
    };
    Said::problem(StatusCode::FORBIDDEN, turn.say(key))
}

/// The status and the message.
const fn of(error: &OperateError) -> (StatusCode, &'static str) {
    use OperateError as E;
    match error {
        E::NoSuchAccount { .. } => (StatusCode::NOT_FOUND, "trouble-no-account"),
        E::LoginTaken { .. } => (StatusCode::CONFLICT, "trouble-login-taken"),
        E::LastOwner { .. } => (StatusCode::CONFLICT, "trouble-last-owner"),
        E::AccountDisabled { .. } => (StatusCode::CONFLICT, "trouble-disabled"),
        E::WrongState { .. } => (StatusCode::CONFLICT, "trouble-wrong-state"),
        E::PasswordElsewhere { .. } => (StatusCode::CONFLICT, "trouble-password-elsewhere"),
        E::NoPassword { .. } => (StatusCode::CONFLICT, "trouble-no-password"),
        E::NoRecoveryCode { .. } => (StatusCode::CONFLICT, "trouble-no-recovery-code"),
        E::NoSuchKind { .. } => (StatusCode::BAD_REQUEST, "trouble-no-kind"),
        E::BadLogin { .. } => (StatusCode::BAD_REQUEST, "trouble-login"),
        E::BadPassword { .. } => (StatusCode::BAD_REQUEST, "trouble-password"),
        E::BadText { .. } | E::BadToken { .. } => (StatusCode::BAD_REQUEST, "trouble-text"),
        E::AddressTaken { .. } => (StatusCode::CONFLICT, "trouble-address-taken"),
        E::NoContact { .. } => (StatusCode::CONFLICT, "trouble-no-contact"),
        E::NoSuchDevice { .. } => (StatusCode::CONFLICT, "trouble-no-device"),
        E::NoSuchSession { .. } => (StatusCode::CONFLICT, "trouble-no-session"),
        E::HasFactor { .. } => (StatusCode::CONFLICT, "trouble-has-factor"),
        E::KindNotAllowed { .. } => (StatusCode::CONFLICT, "trouble-kind-not-allowed"),
        E::LogInUse => (StatusCode::CONFLICT, "trouble-log-in-use"),
        E::Conflict => (StatusCode::CONFLICT, "trouble-conflict"),
        E::NoReason => (StatusCode::BAD_REQUEST, "trouble-no-reason"),
        E::Interrupted => (StatusCode::SERVICE_UNAVAILABLE, "trouble-interrupted"),
        E::HeldUp { .. } => (StatusCode::SERVICE_UNAVAILABLE, "trouble-held-up"),
        E::Unfinished { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "trouble-unfinished"),
        E::GraceAlone => (StatusCode::BAD_REQUEST, "deed-grace-needs-mode"),
        E::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        E::Store { .. } => (StatusCode::SERVICE_UNAVAILABLE, "trouble-store"),
        E::NotAllowed { .. } => (StatusCode::FORBIDDEN, "denied-never"),
        E::NoSuchToken { .. } => (StatusCode::CONFLICT, "trouble-no-token"),
        E::TokenNameTaken { .. } => (StatusCode::CONFLICT, "trouble-token-taken"),
        E::TooManyTokens { .. } => (StatusCode::CONFLICT, "trouble-too-many-tokens"),
        E::NoSuchSite { .. } => (StatusCode::BAD_REQUEST, "trouble-no-site"),
        E::NoSuchRecords { .. } | E::CannotSkip { .. } => {
            (StatusCode::BAD_REQUEST, "trouble-no-records")
        }
        E::BrokenChain { .. } | E::Keys { .. } | E::KeysLeft { .. } | E::Failed { .. } => {
            (StatusCode::INTERNAL_SERVER_ERROR, "trouble-failed")
        }
    }
}

//! Which status and which words a case has.

use http::StatusCode;

use crate::operate::OperateError;
use crate::policy::Refusal;
use crate::portal::api::problem::Kind;
use crate::portal::api::problem::kind;

/// The case of an act that was not done.
pub(super) const fn of(error: &OperateError) -> Kind {
    let (status, title) = match error {
        OperateError::NoSuchAccount { .. } => (StatusCode::NOT_FOUND, "There is no such account"),
        OperateError::NoSuchDevice { .. } => (StatusCode::NOT_FOUND, "There is no such device"),
        OperateError::NoSuchSession { .. } => (StatusCode::NOT_FOUND, "There is no such session"),
        OperateError::NoSuchToken { .. } => (StatusCode::NOT_FOUND, "There is no such token"),
        OperateError::NoSuchRecords { .. } | OperateError::CannotSkip { .. } => {
            (StatusCode::NOT_FOUND, "There are no such audit records")
        }
        OperateError::NoContact { .. } => (StatusCode::NOT_FOUND, "There is no such address"),
        OperateError::NoRecoveryCode { .. } => (StatusCode::NOT_FOUND, "There is no recovery code"),
        OperateError::LoginTaken { .. }
        | OperateError::TokenNameTaken { .. }
        | OperateError::AddressTaken { .. } => (StatusCode::CONFLICT, "It is taken already"),
        OperateError::LastOwner { .. } => (StatusCode::CONFLICT, "Somebody must remain an owner"),
        OperateError::AccountDisabled { .. } => (StatusCode::CONFLICT, "The account is disabled"),
        OperateError::HasFactor { .. } => {
            (StatusCode::CONFLICT, "The account has a second factor already")
        }
        OperateError::KindNotAllowed { .. } => (StatusCode::CONFLICT, "The method is not allowed"),
        OperateError::WrongState { .. } => {
            (StatusCode::CONFLICT, "The account is in another state")
        }
        OperateError::PasswordElsewhere { .. } => {
            (StatusCode::CONFLICT, "The password is kept elsewhere")
        }
        OperateError::NoPassword { .. } => (StatusCode::CONFLICT, "There is no password"),
        OperateError::TooManyTokens { .. } => (StatusCode::CONFLICT, "There are too many tokens"),
        OperateError::Conflict => (StatusCode::CONFLICT, "Somebody else is changing it"),
        OperateError::LocksOut => (StatusCode::CONFLICT, "You would keep yourself out"),
        OperateError::NoSuchKind { .. }
        | OperateError::GraceAlone
        | OperateError::BadLogin { .. }
        | OperateError::BadPassword { .. }
        | OperateError::BadText { .. }
        | OperateError::BadToken { .. }
        | OperateError::NoSuchSite { .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, "A value cannot be taken")
        }
        OperateError::NotAllowed { .. } => return kind::NOT_ALLOWED,
        OperateError::NoReason => (StatusCode::BAD_REQUEST, "A reason is needed"),
        OperateError::LogInUse => {
            (StatusCode::TOO_MANY_REQUESTS, "Others go through the audit log")
        }
        OperateError::HeldUp { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "Acts wait until the audit log is elsewhere")
        }
        OperateError::Store { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "The store does not answer")
        }
        OperateError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Too much is asked for at once"),
        OperateError::Unfinished { .. } => {
            (StatusCode::INTERNAL_SERVER_ERROR, "It is done, and what comes after it failed")
        }
        OperateError::BrokenChain { .. }
        | OperateError::Keys { .. }
        | OperateError::KeysLeft { .. }
        | OperateError::Interrupted
        | OperateError::Failed { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "Something failed"),
    };
    Kind { code: error.code(), status, title }
}

/// The title of a refusal.
#[expect(clippy::wildcard_enum_match_arm, reason = "the API meets a few of them")]
pub(super) const fn title_of(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::CrossSite => "The request shows no page of this gateway's that it comes from",
        Refusal::TokenScope => "The token is not for this",
        Refusal::Throttled => "There were too many attempts",
        Refusal::StoreUnavailable | Refusal::Draining => "The gateway cannot answer",
        Refusal::PathNotCanonical => "The path cannot be read",
        _ => "The request is refused",
    }
}

/// What a case means, and what to do.
pub(super) fn detail(code: &str) -> &'static str {
    match code {
        "not_found" => "Look at openapi.json for what there is.",
        "method" => "`Allow` says for which methods it is.",
        "two_credentials" => {
            "Send a token without cookies, or the session of a person without a token."
        }
        "unauthenticated" => {
            "Send a service token that was made with --role, or ask from a browser that is signed in."
        }
        "token_invalid" => "It is unknown, expired, disabled or revoked, or came twice.",
        "token_scope" => {
            "Its role, site, paths, methods or networks do not include this request; a token without a role is for \
             consoles."
        }
        "cross_site" => {
            "Send the value of the page /admin/api as `Portcullis-CSRF` with every request, from this site."
        }
        "bad_reason" => {
            "One line of at most 256 bytes, once, with percent-encoding where it is not ASCII."
        }
        "no_reason" => "Say why, in `Portcullis-Reason`. It is kept in the audit log.",
        "bad_cursor" => "Take it from the answer before, and ask with the same fields.",
        "no_json" => "JSON in UTF-8 where a body is described, and no body where none is.",
        "media_type" => {
            "Send `Content-Type: application/json`, and nothing that has to be unpacked."
        }
        "body" => "Send less.",
        "if_match" => "Send the `ETag` as it was answered, or `*`.",
        "must_match" => {
            "Send the `ETag` of the account as `If-Match`, or `*` for whatever it is like."
        }
        "changed" | "conflict" => "Look at it again, and decide anew.",
        "held_up" => {
            "Nothing was done. A sink of the audit log is too far behind, and acts wait for it: get its receiver to work."
        }
        "log_in_use" => "One at a time goes through the whole of it. Try again when they are done.",
        "throttled" => "Wait before the next attempt.",
        "store" | "store_unavailable" | "draining" | "busy" => {
            "Nothing was done. Try again in a moment."
        }
        "unfinished" => {
            "It is in the audit log, and in force where it can be. Look at it again before you repeat it."
        }
        _ => "The log of the gateway has the number of this request.",
    }
}

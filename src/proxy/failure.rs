//! The only place where an error of the proxy becomes a reason.

use pingora::Error;
use pingora::ErrorSource;
use pingora::ErrorType;

use crate::canonical::HeadError;
use crate::policy::Refusal;

/// Why a request could not be forwarded to its end; none when the client is gone and nobody is there
/// to be told.
#[must_use]
pub fn refusal(error: &Error) -> Option<Refusal> {
    use ErrorType::ConnectProxyFailure;
    use ErrorType::ConnectTimedout;
    use ErrorType::InvalidHTTPHeader;
    use ErrorType::ReadTimedout;
    use ErrorType::WriteTimedout;
    match (error.esource(), error.etype()) {
        (ErrorSource::Upstream, ErrorType::Custom(_) | InvalidHTTPHeader) => {
            Some(Refusal::UpstreamInvalid)
        }
        (_, ErrorType::Custom(reason)) => Some(by_name(reason)),
        (ErrorSource::Downstream, InvalidHTTPHeader) => Some(Refusal::Form),
        (ErrorSource::Downstream, WriteTimedout) => Some(Refusal::TooSlow),
        (ErrorSource::Downstream, _) => None,
        (ErrorSource::Upstream, ReadTimedout | WriteTimedout) => Some(Refusal::UpstreamTimeout),
        (ErrorSource::Upstream, ConnectTimedout | ConnectProxyFailure) => {
            Some(Refusal::UpstreamUnreachable)
        }
        (ErrorSource::Upstream, _) => Some(Refusal::UpstreamUnreachable),
        (ErrorSource::Internal | ErrorSource::Unset, _) => Some(Refusal::Internal),
    }
}

/// Errors of our own phases carry their reason's name.
pub const UNRESOLVED: &str = "portcullis_unresolved";
/// The console switched protocols though nobody asked.
pub const UNASKED_SWITCH: &str = "portcullis_unasked_switch";
/// The console does not speak HTTP/2, and nothing else was agreed to.
pub const NOT_HTTP2: &str = "portcullis_not_http2";
/// The console sent interim answers without end.
pub const INTERIM_FLOOD: &str = "portcullis_interim_flood";
/// The head of the console's answer is larger than allowed.
pub const ANSWER_HEAD: &str = "portcullis_answer_head";
/// The client went on before its protocol was switched.
pub const EARLY_BYTES: &str = "portcullis_early_bytes";
/// The console framed its answer in a way that is not passed on.
pub const CODING: &str = "portcullis_coding";
/// The session ended while its answer was under way.
pub const SESSION_OVER: &str = "portcullis_session_over";
/// The request's body is larger than allowed.
pub const BODY_TOO_LARGE: &str = "portcullis_body_too_large";
/// A console's cookie could not be sealed.
pub const NOT_SEALED: &str = "portcullis_not_sealed";
/// The console asks somebody for a password who has signed in.
pub const CONSOLE_ASKS: &str = "portcullis_console_asks";
/// A phase ran without a permit.
pub const NO_PERMIT: &str = "portcullis_no_permit";

fn by_name(reason: &str) -> Refusal {
    match reason {
        UNRESOLVED => Refusal::UpstreamUnavailable,
        UNASKED_SWITCH | NOT_HTTP2 | INTERIM_FLOOD | ANSWER_HEAD | CODING => {
            Refusal::UpstreamInvalid
        }
        NO_PERMIT | NOT_SEALED => Refusal::Internal,
        SESSION_OVER | CONSOLE_ASKS => Refusal::SessionOver,
        BODY_TOO_LARGE => Refusal::Body,
        // pingora's own: the client's body is not what its head announced (chunks, say).
        _ => Refusal::Head(HeadError::Framing),
    }
}

//! What went wrong, for programs: problem details (RFC 9457) whose `type` names the case.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;
use schemars::JsonSchema;
use serde::Serialize;

use crate::authority::Denied;
use crate::operate::OperateError;
use crate::policy::Refusal;
use crate::portal::api::status;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::turn::Turn;
use crate::store::StoreError;

/// How every `type` begins.
const TYPE: &str = "urn:portcullis:problem:";

/// A case: its name, its status, its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
}

/// The cases that the API itself knows.
pub(crate) mod kind {
    use http::StatusCode;

    use super::Kind;

    const fn new(code: &'static str, status: StatusCode, title: &'static str) -> Kind {
        Kind { code, status, title }
    }

    pub(crate) const NOT_FOUND: Kind =
        new("not_found", StatusCode::NOT_FOUND, "There is nothing here");
    pub(crate) const METHOD: Kind =
        new("method", StatusCode::METHOD_NOT_ALLOWED, "It is not for this method");
    pub(crate) const CREDENTIALS: Kind =
        new("two_credentials", StatusCode::BAD_REQUEST, "A token and a session came together");
    pub(crate) const UNAUTHENTICATED: Kind =
        new("unauthenticated", StatusCode::UNAUTHORIZED, "Nobody is signed in, and no token came");
    pub(crate) const INSUFFICIENT: Kind = new(
        "insufficient_user_authentication",
        StatusCode::UNAUTHORIZED,
        "A second factor is needed first",
    );
    pub(crate) const WRONG_TOKEN: Kind =
        new("token_invalid", StatusCode::UNAUTHORIZED, "The token is not good");
    pub(crate) const NOT_ALLOWED: Kind =
        new("not_allowed", StatusCode::FORBIDDEN, "It is not allowed");
    pub(crate) const BAD_REASON: Kind =
        new("bad_reason", StatusCode::BAD_REQUEST, "The reason cannot be read");
    pub(crate) const BAD_QUERY: Kind =
        new("bad_query", StatusCode::BAD_REQUEST, "The query is not as it is described");
    pub(crate) const BAD_CURSOR: Kind =
        new("bad_cursor", StatusCode::BAD_REQUEST, "The cursor is of another list, or of none");
    pub(crate) const BAD_BODY: Kind =
        new("bad_body", StatusCode::UNPROCESSABLE_ENTITY, "The body is not as it is described");
    pub(crate) const NO_JSON: Kind =
        new("no_json", StatusCode::BAD_REQUEST, "The body is no JSON, or there should be none");
    pub(crate) const MEDIA_TYPE: Kind =
        new("media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is not called JSON");
    pub(crate) const TOO_LARGE: Kind =
        new("body", StatusCode::PAYLOAD_TOO_LARGE, "The body is too large");
    pub(crate) const UNMATCHED: Kind =
        new("if_match", StatusCode::BAD_REQUEST, "`If-Match` names no version");
    pub(crate) const MUST_MATCH: Kind = new(
        "must_match",
        StatusCode::PRECONDITION_REQUIRED,
        "The version that is to be changed is missing",
    );
    pub(crate) const CHANGED: Kind =
        new("changed", StatusCode::PRECONDITION_FAILED, "Somebody else has changed it meanwhile");
}

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    detail: Cow<'static, str>,
    /// The field or header that is to blame.
    field: Option<String>,
    /// How to authenticate.
    challenge: Option<String>,
    /// What goes to the logs and counters.
    refusal: Option<Refusal>,
}

/// What went wrong (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem", deny_unknown_fields)]
pub(crate) struct Details {
    /// `urn:portcullis:problem:` and the name of the case.
    #[serde(rename = "type")]
    #[schemars(regex(pattern = "^urn:portcullis:problem:[a-z_]+$"))]
    kind: String,
    title: &'static str,
    status: u16,
    /// What to do.
    detail: Cow<'static, str>,
    /// The number of the request, as in the logs.
    instance: String,
    /// The field or header that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    /// A case that says all by itself.
    pub(crate) fn of(kind: Kind) -> Self {
        let detail = Cow::Borrowed(status::detail(kind.code));
        Self(Box::new(Inner { kind, detail, field: None, challenge: None, refusal: None }))
    }

    /// …in other words.
    pub(crate) fn saying(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// …because of a field or header.
    pub(crate) fn at(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    fn counted(mut self, refusal: Refusal) -> Self {
        self.0.refusal = Some(refusal);
        self
    }

    fn challenging(mut self, turn: &Turn, parameters: &str) -> Self {
        let site = &turn.asking.site.name;
        self.0.challenge = Some(format!("Bearer realm=\"{site}\"{parameters}"));
        self
    }

    /// Nobody is signed in, and no token came.
    pub(crate) fn unauthenticated(turn: &Turn) -> Self {
        Self::of(kind::UNAUTHENTICATED).challenging(turn, "")
    }

    /// A token came that is none (RFC 6750 §3.1).
    pub(crate) fn wrong_token(turn: &Turn) -> Self {
        let problem = Self::of(kind::WRONG_TOKEN).counted(Refusal::TokenInvalid);
        problem.challenging(turn, ", error=\"invalid_token\"")
    }

    /// Somebody is to prove something on a page of ours first (RFC 9470).
    pub(crate) fn insufficient(turn: &Turn, page: &str, max_age: Option<Duration>) -> Self {
        let age = max_age.map(|most| format!(", max_age=\"{}\"", most.as_secs()));
        let parameters = format!(
            ", error=\"insufficient_user_authentication\", acr_values=\"aal2\"{}",
            age.unwrap_or_default()
        );
        Self::of(kind::INSUFFICIENT)
            .saying(format!("Open {page} in a browser window, then repeat the request."))
            .challenging(turn, &parameters)
    }

    /// The act is not theirs.
    pub(crate) fn denied(why: Denied) -> Self {
        Self::of(kind::NOT_ALLOWED).saying(why.to_string()).counted(Refusal::PersonNotAllowed)
    }

    /// As the answer to a request.
    pub(crate) fn answer(self, turn: &Turn) -> Response<Bytes> {
        self.written(&turn.asking.request_id)
    }

    /// The same by the request's number alone.
    pub(crate) fn written(self, request_id: &str) -> Response<Bytes> {
        let Inner { kind, detail, field, challenge, refusal } = *self.0;
        let details = Details {
            kind: format!("{TYPE}{}", kind.code),
            title: kind.title,
            status: kind.status.as_u16(),
            detail,
            instance: request_id.to_owned(),
            field,
        };
        let details = serde_json::to_value(&details).unwrap_or_default();
        let mut answer = refusal::problem(kind.status, &details);
        if let Some(challenge) = challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if matches!(kind.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            response::retry_after(&mut answer, refusal::RETRY_SECONDS);
        }
        if let Some(refusal) = refusal {
            answer.extensions_mut().insert(refusal);
        }
        answer
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let title = status::title_of(refusal);
        Self::of(Kind { code: refusal.name(), status: refusal.status(), title }).counted(refusal)
    }
}

impl From<OperateError> for Problem {
    fn from(error: OperateError) -> Self {
        let kind = status::of(&error);
        let problem = Self::of(kind);
        if let OperateError::NotAllowed { why } = error {
            return Self::denied(why);
        }
        // What failed inside is the log's. That much is asked for at once is no failure.
        if error == OperateError::Busy {
            return problem;
        }
        if kind.status.is_server_error() {
            tracing::error!(%error, "a command of the API failed");
            return problem;
        }
        problem.saying(error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        OperateError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: OperateError) -> (Response<Bytes>, String) {
        let answer = Problem::from(error).written("r-1");
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        (answer, text)
    }

    #[test]
    fn whoever_comes_too_late_is_told_to_come_again_and_what_is_done_is_not_called_undone_a128() {
        let (busy, text) = told(OperateError::Busy);
        assert_eq!(busy.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(busy.headers().contains_key(header::RETRY_AFTER));
        assert!(text.contains("problem:busy") && text.contains("Nothing was done"), "{text}");
        let why = "the store cannot read".to_owned();
        let (unfinished, text) = told(OperateError::Unfinished { why });
        assert_eq!(unfinished.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(text.contains("problem:unfinished") && text.contains("It is done"), "{text}");
        assert!(!text.contains("Nothing was done") && !text.contains("store"), "{text}");
    }
}

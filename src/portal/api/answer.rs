//! Answers: JSON, pages of lists, versions.

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;
use serde::Serialize;

use crate::audit::Tag;
use crate::authority::Object;
use crate::form_body::urlencoded;
use crate::operate::Command;
use crate::operate::OperateError;
use crate::operate::Reply;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Matching;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::api::query::AFTER;
use crate::portal::api::version;

/// A body, with the status that the operation's description says.
pub(super) fn of(call: &Call<'_>, body: &impl Serialize) -> Answer {
    let text = serde_json::to_vec(body).map_err(|error| {
        tracing::error!(request_id = call.turn.asking.request_id, %error, "answer not written");
        unexpected()
    })?;
    Ok(text_of(call, text))
}

/// A text of the kind, and with the status, that the operation's description says.
pub(super) fn text_of(call: &Call<'_>, text: impl Into<Bytes>) -> Response<Bytes> {
    let sketch = &call.operation.sketch;
    let mut answer = Response::new(text.into());
    *answer.status_mut() = StatusCode::from_u16(sketch.answer.0).unwrap_or(StatusCode::OK);
    let kind = HeaderValue::from_static(sketch.media);
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

/// A page of a list, with the address of the next one (RFC 8288).
pub(super) fn page(call: &Call<'_>, body: &impl Serialize, next: Option<&str>) -> Answer {
    let mut answer = of(call, body)?;
    if let Some(next) = next {
        let link = format!("<{}>; rel=\"next\"", address(call, next));
        if let Ok(link) = HeaderValue::from_str(&link) {
            answer.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(answer)
}

/// The address that was asked for, behind a cursor.
fn address(call: &Call<'_>, next: &str) -> String {
    let uri = &call.turn.head.uri;
    let is_other = |pair: &&str| pair.split('=').next() != Some(AFTER.name) && !pair.is_empty();
    let fields = uri.query().unwrap_or_default().split('&').filter(is_other);
    let next = format!("{}={}", AFTER.name, urlencoded::encode(next));
    let query: Vec<&str> = fields.chain([next.as_str()]).collect();
    format!("{}?{}", uri.path(), query.join("&"))
}

/// A body of that version; nothing for whoever has it already.
pub(super) fn version(call: &Call<'_>, body: &impl Serialize, tag: &Tag) -> Answer {
    let is_cached = call.operation.sketch.matching == Matching::Cached;
    let known = is_cached && version::is_known(&call.turn.head.headers, tag);
    let mut answer = if known { Response::new(Bytes::new()) } else { of(call, body)? };
    if known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", tag.as_str())) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

/// The answer to another command than was given: a mistake of ours.
pub(super) fn unexpected() -> Problem {
    OperateError::Failed { why: "an answer to something else".to_owned() }.into()
}

impl Call<'_> {
    /// Has a command done in the name of whoever asks: of the very act that they were let in for.
    ///
    /// # Errors
    /// Why it was not done.
    pub(super) async fn done(&self, command: Command) -> Result<Reply, Problem> {
        if self.operation.act != Some(command.act()) {
            return Err(unexpected());
        }
        let by = self.caller.by(self.turn)?;
        // Of what is no account, the command itself says what was seen.
        let is_of_account = command.act().object() == Object::Account;
        let by = match &self.expects {
            Some(tag) if is_of_account => by.expecting(tag.clone()),
            Some(_) | None => by,
        };
        let done = self.turn.core.operator.execute(by, command).await;
        done.map_err(|error| {
            if error == OperateError::Conflict && self.expects.is_some() {
                return Problem::of(kind::CHANGED);
            }
            error.into()
        })
    }

    /// The part of the path that stands at `{name}`.
    pub(super) fn part(&self, name: &str) -> &str {
        let prefix = self.turn.core.settings.prefix.as_str();
        let path = self.turn.head.uri.path().strip_prefix(prefix).unwrap_or_default();
        let parts = self.operation.path.split('/').zip(path.split('/'));
        let is_it =
            |part: &str| part.strip_prefix('{').and_then(|it| it.strip_suffix('}')) == Some(name);
        parts.filter(|(pattern, _)| is_it(pattern)).map(|(_, part)| part).next().unwrap_or_default()
    }
}

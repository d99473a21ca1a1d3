//! The HTTP API: what is done in the administration, for programs with a token of a role, and for scripts of people who
//! came through the door. Each endpoint is one act; what changes anything is a [`crate::operate::Command`].

mod acts;
mod answer;
mod audit;
mod audit_whole;
mod body;
mod caller;
mod cursor;
mod done;
mod keys;
mod moment;
mod openapi;
pub(crate) mod operation;
mod own;
mod people;
mod policy;
mod problem;
mod query;
mod sessions;
mod sites;
mod status;
mod table;
mod tokens;
mod version;
mod view;
mod wanted;

use bytes::Bytes;
use http::Response;
use http::StatusCode;

use crate::gate::ShownToken;
use crate::policy::Refusal;
use crate::portal::Core;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Operation;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::endpoint::Served;
use crate::portal::turn::Turn;

/// Where it is, below the prefix of the pages.
const PREFIX: &str = "/api/";

/// What is where, area by area.
pub(crate) const AREAS: [&[Served]; 12] = [
    own::ENDPOINTS,
    people::ENDPOINTS,
    acts::ENDPOINTS,
    table::ENDPOINTS,
    sessions::ENDPOINTS,
    tokens::ENDPOINTS,
    policy::ENDPOINTS,
    sites::ENDPOINTS,
    audit::ENDPOINTS,
    audit_whole::ENDPOINTS,
    keys::ENDPOINTS,
    openapi::ENDPOINTS,
];

/// Whether a path is the API's.
pub(crate) fn has(core: &Core, path: &str) -> bool {
    path.starts_with(&core.address(PREFIX))
}

/// Answers a request, if its sender may have an answer.
pub(crate) async fn answer(turn: &Turn, operation: &Operation) -> Response<Bytes> {
    let answered = answered(turn, operation).await;
    signed(turn, answered.unwrap_or_else(|problem| problem.answer(turn)))
}

async fn answered(turn: &Turn, operation: &Operation) -> Answer {
    let caller = caller::enter(turn, operation.act).await?;
    body::check(turn, operation)?;
    let expects = version::expected(&turn.head.headers, operation.sketch.matching)?;
    (operation.handler)(&Call { turn, caller: &caller, operation, expects }).await
}

/// Answers a request to what is not there, or not for this method: to strangers as everything else.
pub(crate) async fn missing(turn: &Turn, status: StatusCode) -> Response<Bytes> {
    let is_method = status == StatusCode::METHOD_NOT_ALLOWED;
    let kind = if is_method { kind::METHOD } else { kind::NOT_FOUND };
    let entered = caller::enter(turn, None).await;
    signed(turn, entered.err().unwrap_or_else(|| Problem::of(kind)).answer(turn))
}

/// What is refused on the way to it, in its form.
pub(crate) fn refused(refusal: Refusal, request_id: &str) -> Response<Bytes> {
    Problem::from(refusal).written(request_id)
}

/// The access log names the program that was answered.
fn signed(turn: &Turn, mut answer: Response<Bytes>) -> Response<Bytes> {
    if let ShownToken::Good(used) = &turn.asking.token {
        answer.extensions_mut().insert(used.token.machine.clone());
    }
    answer
}

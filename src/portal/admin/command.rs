//! Commands that are given from a page: by whom, why, and what a page looks up with one.

use http::StatusCode;

use super::door::Principal;
use crate::operate::By;
use crate::operate::Command;
use crate::operate::OperateError;
use crate::operate::Reason;
use crate::operate::Reply;
use crate::operate::Way;
use crate::policy::Refusal;
use crate::portal::page::Page;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// By whom something is done here, in which request, and why.
pub(crate) fn by(turn: &Turn, principal: &Principal, reason: Option<Reason>) -> By {
    let session = principal.session();
    let origin = turn.origin(Way::Page, Some(session));
    By::person((principal.id(), principal.role()), origin, reason)
}

/// Why something is done, as it was typed; none, where nothing was.
///
/// # Errors
/// What a page says of a text that is no reason.
pub(crate) fn reason(turn: &Turn, typed: &str) -> Result<Option<Reason>, Said> {
    let typed = typed.trim();
    let reason = (!typed.is_empty()).then(|| Reason::parse(typed)).transpose();
    reason.map_err(|_| Said::problem(StatusCode::BAD_REQUEST, turn.say("deed-reason-wrong")))
}

/// Looks something up. None: there is no such thing.
///
/// # Errors
/// When whoever looks may not, what the address says means nothing, or the store does not answer.
pub(super) async fn look(
    turn: &Turn,
    principal: &Principal,
    command: Command,
) -> Result<Option<Reply>, Refusal> {
    use OperateError as E;
    match turn.core.operator.execute(by(turn, principal, None), command).await {
        Ok(reply) => Ok(Some(reply)),
        Err(E::NoSuchAccount { .. } | E::NoSuchToken { .. } | E::NoSuchSession { .. }) => Ok(None),
        Err(E::NotAllowed { .. }) => Err(Refusal::PersonNotAllowed),
        Err(E::BadText { .. }) => Err(Refusal::Form),
        Err(error) => {
            tracing::error!(request_id = turn.asking.request_id, %error, "nothing is shown");
            Err(Refusal::StoreUnavailable)
        }
    }
}

/// A page of an act that was not done. Whoever may not do it is told so by the page, and the log is told as well.
pub(crate) fn told(turn: &Turn, said: &Said, page: &impl Page) -> Outcome {
    let mut answer = turn.page_saying(said, page)?;
    if said.status == StatusCode::FORBIDDEN {
        answer.extensions_mut().insert(Refusal::PersonNotAllowed);
    }
    Ok(answer)
}

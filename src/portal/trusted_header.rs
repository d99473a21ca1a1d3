//! People who are signed in at a sign-on in front of the gateway: taken into a session when they come, and out of it when
//! somebody else comes in their place.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use http::Request;
use http::Response;

use super::Asking;
use super::Portal;
use crate::ceremony::SignIn;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::form::Going;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::sign_in;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::trusted_header::Given;
use crate::trusted_header::SecondFactor;
use crate::trusted_header::TrustedHeader;

impl Portal {
    /// Somebody else came with a session, or nobody: it ends.
    ///
    /// # Errors
    /// When that could not be written down.
    pub async fn superseded(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
        session: &Arc<LiveSession>,
    ) -> Result<(), Refusal> {
        let turn = self.turn(request, asking).map_err(|_| Refusal::AmbiguousCookie)?;
        let ended = turn.core.ceremonies.sign_out(&turn.visit(), session).await;
        ended.map_err(|error| turn.failed(&error))
    }
}

/// `GET /sign-in`, where a sign-on says who it is: the session opens, and the person goes on. A browser that keeps no
/// cookies would come back for ever, so it must show one first.
pub(crate) async fn show(turn: &Turn, trusted: &TrustedHeader) -> Outcome {
    let (mut fields, going) = turn.query(&["cookie"])?;
    if turn.admitted().is_some() {
        return Ok(response::see_other(going.next.as_str()));
    }
    if turn.asking.session.is_some() {
        return Ok(response::see_other(&turn.address("/challenge", &going.next)));
    }
    match &turn.visitor {
        Some(visitor) => enter(turn, trusted, visitor, going).await,
        None if fields.optional("cookie").is_some() => Err(Refusal::AmbiguousCookie.into()),
        None => begin(turn, &going.next),
    }
}

/// To the page that opens the session, with the cookie that it wants to see.
pub(crate) fn begin(turn: &Turn, next: &ReturnTo) -> Outcome {
    if turn.asking.statement.is_none() {
        return Err(Refusal::StatementMissing.into());
    }
    let address = turn.address("/sign-in", next);
    if turn.visitor.is_some() {
        return Ok(response::see_other(&address));
    }
    let joint = if address.contains('?') { '&' } else { '?' };
    let mut answer = response::see_other(&format!("{address}{joint}cookie=sent"));
    sign_in::remember(turn, &mut answer, &sign_in::new_visitor(turn)?);
    Ok(answer)
}

/// Opens the session.
pub(crate) async fn enter(
    turn: &Turn,
    trusted: &TrustedHeader,
    visitor: &Visitor,
    going: Going,
) -> Outcome {
    let Some(statement) = &turn.asking.statement else {
        return Err(Refusal::StatementMissing.into());
    };
    let ceremonies = &turn.core.ceremonies;
    let entered = ceremonies.enter_by_statement(&turn.visit(), trusted, statement).await;
    match entered.map_err(|error| turn.failed(&error))? {
        SignIn::Opened { token, next } => {
            sign_in::opened_session(turn, visitor, &token, next, going).await
        }
        SignIn::EnrolmentClosed => Ok(refusal::enrolment_closed(turn)),
        SignIn::Wrong | SignIn::MustChange(_) | SignIn::Wait { .. } | SignIn::Busy => {
            Err(Refusal::PersonNotAllowed.into())
        }
    }
}

/// Whether the sign-on would be believed that the person gave a second factor there, and does not say so.
pub(crate) fn could_prove_more(turn: &Turn) -> bool {
    let trusted = turn.asking.site.trusted_header();
    let statement = turn.asking.statement.as_ref();
    trusted.is_some_and(|trusted| matches!(trusted.second_factor, SecondFactor::TrustAmr(_)))
        && statement.is_some_and(|statement| statement.second_factor == Given::No)
}

/// After signing out here, the browser goes on to sign out there: by itself, since a form of ours leads nowhere else.
pub(crate) fn go_on(turn: &Turn, answer: &mut Response<Bytes>) {
    let url = turn.asking.site.trusted_header().and_then(|it| it.sign_out_url.as_ref());
    let refresh = url.and_then(|url| HeaderValue::from_str(&format!("0; url={url}")).ok());
    if let Some(refresh) = refresh {
        answer.headers_mut().insert("refresh", refresh);
    }
}

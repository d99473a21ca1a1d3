//! Setting up an authenticator app.

use std::sync::Arc;

use http::Method;
use http::StatusCode;

use crate::ceremony::EnrolmentOutcome;
use crate::ceremony::EnrolmentPage;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::codes;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::known;
use crate::portal::page::APPS;
use crate::portal::page::EnrolPage;
use crate::portal::qr;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::words;
use crate::session::cookie::CookieKind;

struct EnrolForm {
    code: String,
}

impl Form for EnrolForm {
    const FIELDS: &'static [&'static str] = &["code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { code: fields.required("code")?.to_string() })
    }
}

/// `GET /enrol`. The key it shows binds nothing until its first code is confirmed.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    let (_, going) = turn.query(&[])?;
    if turn.signed_in().is_some() {
        return Ok(response::see_other(going.next.as_str()));
    }
    let Some(session) = &turn.asking.session else {
        return Ok(response::see_other(&turn.address("/sign-in", &going.next)));
    };
    if turn.head.method == Method::HEAD {
        return Ok(response::html(StatusCode::OK, String::new()));
    }
    ask(turn, session, &going, StatusCode::OK).await
}

/// The page with the key.
pub(crate) async fn ask(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    status: StatusCode,
) -> Outcome {
    page(turn, session, going, (None, status)).await
}

/// `POST /enrol`.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    let form = turn.form::<EnrolForm>()?;
    let Some(session) = &turn.asking.session else {
        return challenge::timed_out(turn, &form.going);
    };
    if turn.signed_in().is_some() {
        return Ok(response::see_other(form.going.next.as_str()));
    }
    let (form, going) = turn.open(form, session)?;
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.finish_enrolment(&turn.visit(), session, &form.code).await;
    let again = |text: String, status| (Some(text), status);
    let (say, wait) = match outcome.map_err(|error| turn.failed(&error))? {
        EnrolmentOutcome::Enrolled { token, set, codes } => {
            let session = turn.core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
            let shown = codes::Shown { renewed: false, set, codes };
            let mut answer = codes::page(turn, &session, &going, &shown, None)?;
            let cookie = turn.asking.cookies.set(CookieKind::Session, token.expose());
            response::set_cookie(&mut answer, &cookie);
            known::remember(turn, &mut answer, &session);
            return Ok(answer);
        }
        EnrolmentOutcome::SessionOver => return challenge::timed_out(turn, &going),
        EnrolmentOutcome::Closed => return Ok(refusal::enrolment_closed(turn)),
        EnrolmentOutcome::Already => {
            return challenge::ask(turn, session, &going, None, StatusCode::OK).await;
        }
        EnrolmentOutcome::Wrong => {
            (again(turn.say("code-wrong-enrol"), StatusCode::UNAUTHORIZED), None)
        }
        EnrolmentOutcome::Expired => {
            (again(turn.say("enrol-expired"), StatusCode::UNAUTHORIZED), None)
        }
        EnrolmentOutcome::Wait { until } => {
            let seconds = turn.seconds_until(until);
            let text = words::too_many_codes(turn, seconds);
            (again(text, StatusCode::TOO_MANY_REQUESTS), Some(seconds))
        }
        EnrolmentOutcome::Busy => {
            (again(words::busy(turn), StatusCode::SERVICE_UNAVAILABLE), Some(words::BUSY_SECONDS))
        }
    };
    let mut answer = page(turn, session, &going, say).await?;
    if let Some(seconds) = wait {
        response::retry_after(&mut answer, seconds);
    }
    Ok(answer)
}

async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    (problem, status): (Option<String>, StatusCode),
) -> Outcome {
    let begun = turn.core.ceremonies.begin_enrolment(session).await;
    match begun.map_err(|error| turn.failed(&error))? {
        EnrolmentPage::Show { key_text, uri, account, issuer: _ } => {
            let qr = qr::draw(&uri).map_err(|error| {
                tracing::error!(request_id = turn.asking.request_id, %error, "no QR code");
                Refusal::Internal
            })?;
            let page = EnrolPage {
                chrome: turn.chrome(),
                errand: turn.errand(session, going),
                who: session.profile.login.to_string(),
                apps: APPS,
                qr,
                key_text,
                uri,
                account,
                problem,
            };
            turn.page(status, &page)
        }
        EnrolmentPage::Already => Ok(response::see_other(&turn.address("/challenge", &going.next))),
        EnrolmentPage::Closed => Ok(refusal::enrolment_closed(turn)),
        EnrolmentPage::SessionOver => challenge::timed_out(turn, going),
    }
}

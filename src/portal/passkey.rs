//! Passkeys: the pages that ask for one, register one, and sign in with one.
//!
//! No endpoint speaks to scripts: the question stands in the page, our script puts the browser's answer into
//! the form, and the form is sent like any other. So what guards the other forms guards these.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::StatusCode;

use crate::authenticator::AuthenticatorKind;
use crate::ceremony::EnrolmentOutcome;
use crate::ceremony::PasskeyPage;
use crate::ceremony::PasskeySignIn;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::arrival;
use crate::portal::challenge;
use crate::portal::enrol;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::known;
use crate::portal::need::Need;
use crate::portal::page::passkeys::EnrolPasskeyPage;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::sign_in;
use crate::portal::sign_in::Say;
use crate::portal::token::Purpose;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::portal::words;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;

struct RegistrationForm {
    answer: String,
    label: String,
}

impl Form for RegistrationForm {
    const FIELDS: &'static [&'static str] = &["code", "label"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            answer: fields.required("code")?.to_string(),
            label: fields.required("label")?.to_string(),
        })
    }
}

struct SignInForm {
    answer: String,
}

impl Form for SignInForm {
    const FIELDS: &'static [&'static str] = &["code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { answer: fields.required("code")?.to_string() })
    }
}

/// The page that registers a passkey.
pub(crate) async fn set_up(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    (problem, status): (Option<String>, StatusCode),
) -> Outcome {
    let begun = turn.core.ceremonies.begin_passkey(&turn.visit(), session).await;
    match begun.map_err(|error| turn.failed(&error))? {
        PasskeyPage::Show { options } => {
            let page = EnrolPasskeyPage {
                chrome: turn.chrome_of("/enrol", going),
                errand: turn.errand(session, going),
                who: session.profile.login.to_string(),
                options,
                again: enrol::address(turn, AuthenticatorKind::Passkey, &going.next),
                further: session.record.enrolled,
                problem,
            };
            turn.page(status, &page)
        }
        PasskeyPage::NeedProof => Ok(enrol::need_proof(turn, AuthenticatorKind::Passkey)),
        PasskeyPage::Closed => Ok(refusal::enrolment_closed(turn)),
    }
}

/// `POST /enrol/passkey`.
pub(crate) async fn register(turn: &Turn) -> Outcome {
    let form = turn.form::<RegistrationForm>()?;
    let Some(session) = &turn.asking.session else {
        return challenge::timed_out(turn, &form.going);
    };
    let next = form.going.next.clone();
    let (form, going) = match turn.open(form, session) {
        // Sent twice: the first time raised the session, and the form belongs to the one before.
        Err(_) if turn.signed_in().is_some() => return Ok(response::see_other(next.as_str())),
        opened => opened?,
    };
    if form.answer.is_empty() {
        let said = (Some(turn.say("passkey-no-script")), StatusCode::OK);
        return set_up(turn, session, &going, said).await;
    }
    let ceremonies = &turn.core.ceremonies;
    let outcome =
        ceremonies.finish_passkey(&turn.visit(), session, &form.answer, &form.label).await;
    let (say, wait) = match outcome.map_err(|error| turn.failed(&error))? {
        EnrolmentOutcome::Enrolled { token, codes } => {
            return enrol::bound(turn, &going, &token, codes);
        }
        EnrolmentOutcome::SessionOver => return challenge::timed_out(turn, &going),
        EnrolmentOutcome::Closed => return Ok(refusal::enrolment_closed(turn)),
        EnrolmentOutcome::Already => {
            return challenge::ask(turn, session, &going, Need::default(), StatusCode::OK).await;
        }
        EnrolmentOutcome::Wrong | EnrolmentOutcome::Expired => {
            ((turn.say("passkey-enrol-wrong"), StatusCode::UNAUTHORIZED), None)
        }
        EnrolmentOutcome::Wait { until } => {
            let seconds = turn.seconds_until(until);
            let text = words::too_many_attempts(turn, seconds);
            ((text, StatusCode::TOO_MANY_REQUESTS), Some(seconds))
        }
        EnrolmentOutcome::Busy => {
            ((words::busy(turn), StatusCode::SERVICE_UNAVAILABLE), Some(words::BUSY_SECONDS))
        }
    };
    let (text, status) = say;
    let mut answer = set_up(turn, session, &going, (Some(text), status)).await?;
    if let Some(seconds) = wait {
        response::retry_after(&mut answer, seconds);
    }
    Ok(answer)
}

/// `POST /sign-in/passkey`.
pub(crate) async fn sign_in(turn: &Turn) -> Outcome {
    let form = turn.form::<SignInForm>()?;
    let going = form.going.clone();
    let Some(visitor) = &turn.visitor else {
        let say = Say::problem("", turn.say("sign-in-no-cookie"));
        return sign_in::page(turn, &going, say, StatusCode::FORBIDDEN);
    };
    let opened = form.open(&turn.core.tokens, Purpose::SignIn, visitor.id().as_bytes());
    let Ok((form, going)) = opened else {
        if turn.signed_in().is_some() {
            return Ok(response::see_other(going.next.as_str()));
        }
        let say = Say::problem("", turn.say("sign-in-stale"));
        return sign_in::page(turn, &going, say, StatusCode::FORBIDDEN);
    };
    if form.answer.is_empty() {
        let say = Say::problem("", turn.say("passkey-no-script"));
        return sign_in::page(turn, &going, say, StatusCode::OK);
    }
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.sign_in_by_passkey(&turn.visit(), visitor.id(), &form.answer).await;
    match outcome.map_err(|error| turn.failed(&error))? {
        PasskeySignIn::Opened { token } => arrived(turn, visitor, &token, going).await,
        PasskeySignIn::Wrong => {
            let say = Say::problem("", turn.say("passkey-sign-in-wrong"));
            sign_in::page(turn, &going, say, StatusCode::UNAUTHORIZED)
        }
        PasskeySignIn::Wait { until } => {
            let seconds = turn.seconds_until(until);
            let say = Say::problem("", words::too_many_attempts(turn, seconds));
            let mut answer = sign_in::page(turn, &going, say, StatusCode::TOO_MANY_REQUESTS)?;
            response::retry_after(&mut answer, seconds);
            Ok(answer)
        }
    }
}

/// A session that needs no second step replaces whatever was there.
async fn arrived(turn: &Turn, visitor: &Visitor, token: &SessionToken, going: Going) -> Outcome {
    if let Some(old) = &turn.asking.session {
        let ended = turn.core.ceremonies.sign_out(&turn.visit(), old).await;
        ended.map_err(|error| turn.failed(&error))?;
    }
    let session = turn.core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
    let (going, kept) = sign_in::claim(turn, visitor, &session, going)?;
    let mut answer: Response<Bytes> = match kept {
        Some(kept) => arrival::offer_again(turn, kept)?,
        None => arrival::arrive(turn, &session, &going, None)?,
    };
    let cookie = turn.asking.cookies.set(CookieKind::Session, token.expose());
    response::set_cookie(&mut answer, &cookie);
    known::remember(turn, &mut answer, &session);
    Ok(answer)
}

//! Setting up an address of one's own for codes: enter it, have a code sent, validate that (S1.21).

use std::sync::Arc;

use http::StatusCode;

use crate::authenticator::contact::Channel;
use crate::authenticator::out_of_band::Purpose;
use crate::ceremony::EnrolmentOutcome;
use crate::ceremony::change::Adding;
use crate::ceremony::out_of_band::SendOutcome;
use crate::ceremony::out_of_band::kind_of;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::enrol;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::need::Need;
use crate::portal::page::sent::EnrolContactPage;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::sent_code;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::words;
use crate::secret::Secret;

struct AddressForm {
    channel: Channel,
    address: String,
}

impl Form for AddressForm {
    const FIELDS: &'static [&'static str] = &["method", "address"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let channel = channel(fields)?;
        Ok(Self { channel, address: fields.required("address")?.to_string() })
    }
}

struct CodeForm {
    channel: Channel,
    code: Secret<String>,
}

impl Form for CodeForm {
    const FIELDS: &'static [&'static str] = &["method", "code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let channel = channel(fields)?;
        Ok(Self { channel, code: Secret::new(fields.required("code")?.to_string()) })
    }
}

fn channel(fields: &mut Fields) -> Result<Channel, Refusal> {
    Channel::from_name(&fields.required("method")?).ok_or(Refusal::Form)
}

/// What the page says besides.
#[derive(Default)]
struct View {
    typed: String,
    problem: Option<String>,
    /// Whether a code that is on its way is left aside: a problem with an address is shown at its field.
    at_address: bool,
}

/// `GET /enrol?method=email` and `sms`.
pub(crate) async fn show(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    (channel, status): (Channel, StatusCode),
) -> Outcome {
    page(turn, session, going, channel, (View::default(), status)).await
}

/// `POST /enrol/send`: an address was entered.
pub(crate) async fn send(turn: &Turn) -> Outcome {
    let form = turn.form::<AddressForm>()?;
    let Some(session) = &turn.asking.session else {
        return challenge::timed_out(turn, &form.going);
    };
    let (AddressForm { channel, address }, going) = turn.open(form, session)?;
    let ceremonies = &turn.core.ceremonies;
    let sent = ceremonies.send_code_to(&turn.visit(), session, channel, &address).await;
    let said = |email: &str, sms: &str| {
        Some(turn.say(if channel == Channel::Email { email } else { sms }))
    };
    let (problem, status, wait) = match sent.map_err(|error| turn.failed(&error))? {
        SendOutcome::Sent(_) => (None, StatusCode::OK, None),
        SendOutcome::SessionOver => return challenge::timed_out(turn, &going),
        SendOutcome::NeedProof => return Ok(enrol::need_proof(turn, kind_of(channel))),
        SendOutcome::NotOffered => return sent_code::missing(turn, channel, &going),
        SendOutcome::NotAnAddress(_) => {
            (said("contact-bad-email", "contact-bad-sms"), StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        SendOutcome::Unusable => {
            (said("contact-unusable-email", "contact-unusable-sms"), StatusCode::FORBIDDEN, None)
        }
        refused @ (SendOutcome::Wait { .. } | SendOutcome::Busy) => sent_code::told(turn, &refused),
    };
    let at_address = problem.is_some();
    let typed = if at_address { address } else { String::new() };
    let view = View { typed, problem, at_address };
    let mut answer = page(turn, session, &going, channel, (view, status)).await?;
    if let Some(seconds) = wait {
        response::retry_after(&mut answer, seconds);
    }
    Ok(answer)
}

/// `POST /enrol/contact`: the code that was sent came back.
pub(crate) async fn validate(turn: &Turn) -> Outcome {
    let form = turn.form::<CodeForm>()?;
    let Some(session) = &turn.asking.session else {
        return challenge::timed_out(turn, &form.going);
    };
    let next = form.going.next.clone();
    let (CodeForm { channel, code }, going) = match turn.open(form, session) {
        // Sent twice: the first time raised the session, and the form belongs to the one before.
        Err(_) if turn.signed_in().is_some() => return Ok(response::see_other(next.as_str())),
        opened => opened?,
    };
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.finish_contact(&turn.visit(), session, channel, &code).await;
    let (problem, status, wait) = match outcome.map_err(|error| turn.failed(&error))? {
        EnrolmentOutcome::Enrolled { token, codes } => {
            return enrol::bound(turn, &going, &token, codes);
        }
        EnrolmentOutcome::SessionOver => return challenge::timed_out(turn, &going),
        EnrolmentOutcome::Closed => return Ok(refusal::enrolment_closed(turn)),
        EnrolmentOutcome::Already => {
            return challenge::ask(turn, session, &going, Need::default(), StatusCode::OK).await;
        }
        EnrolmentOutcome::Wrong | EnrolmentOutcome::Expired => {
            (turn.say("sent-wrong"), StatusCode::UNAUTHORIZED, None)
        }
        EnrolmentOutcome::Wait { until } => {
            let seconds = turn.seconds_until(until);
            let text = words::too_many_codes(turn, seconds);
            (text, StatusCode::TOO_MANY_REQUESTS, Some(seconds))
        }
        EnrolmentOutcome::Busy => {
            (words::busy(turn), StatusCode::SERVICE_UNAVAILABLE, Some(words::BUSY_SECONDS))
        }
    };
    let view = View { problem: Some(problem), ..View::default() };
    let mut answer = page(turn, session, &going, channel, (view, status)).await?;
    if let Some(seconds) = wait {
        response::retry_after(&mut answer, seconds);
    }
    Ok(answer)
}

async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    channel: Channel,
    (view, status): (View, StatusCode),
) -> Outcome {
    let ceremonies = &turn.core.ceremonies;
    let kind = kind_of(channel);
    match ceremonies
        .adding(&turn.visit(), session, kind)
        .await
        .map_err(|error| turn.failed(&error))?
    {
        Adding::First | Adding::Further => {}
        Adding::NeedProof => return Ok(enrol::need_proof(turn, kind_of(channel))),
        Adding::Closed => return Ok(refusal::enrolment_closed(turn)),
    }
    if !ceremonies.takes_own_address(channel) {
        return sent_code::missing(turn, channel, going);
    }
    let underway = ceremonies.code_underway(session, Purpose::Bind).await;
    let underway = underway.map_err(|error| turn.failed(&error))?;
    let underway = underway.filter(|one| one.channel == channel && !view.at_address);
    let page = EnrolContactPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, going),
        who: session.profile.login.to_string(),
        channel,
        underway: underway.map(|underway| underway.masked),
        typed: view.typed,
        problem: view.problem,
    };
    turn.page(status, &page)
}

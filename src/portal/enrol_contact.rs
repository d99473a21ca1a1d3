//! Setting up an address of one's own for codes: enter it, have a code sent, validate that (S1.21).

use std::sync::Arc;

use http::StatusCode;

use crate::authenticator::contact::Channel;
use crate::authenticator::out_of_band::Purpose;
use crate::ceremony::change::Adding;
use crate::ceremony::out_of_band::SendOutcome;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::enrol;
use crate::portal::enrol::Sayings;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::sent::EnrolContactPage;
use crate::portal::posted;
use crate::portal::refusal;
use crate::portal::said::Said;
use crate::portal::sent_code;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::secret::Secret;

/// What the page says of a code.
const WRONG: Sayings =
    Sayings { refused: "sent-wrong", expired: "sent-wrong", wait: "too-many-codes" };

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
struct View {
    /// The address that something is wrong with: a code that is on its way is left aside.
    typed: Option<String>,
    said: Said,
}

/// `GET /enrol?method=email` and `sms`.
pub(crate) async fn show(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    (channel, said): (Channel, Said),
) -> Outcome {
    page(turn, session, going, channel, View { typed: None, said }).await
}

/// `POST /enrol/send`: an address was entered.
pub(crate) async fn send(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<AddressForm>(turn, session)?;
    let AddressForm { channel, address } = form;
    let ceremonies = &turn.core.ceremonies;
    let sent = ceremonies.send_code_to(&turn.visit(), session, channel, &address).await;
    let problem = |status, email: &str, sms: &str| {
        Said::problem(status, turn.say(if channel == Channel::Email { email } else { sms }))
    };
    let said = match sent.map_err(|error| turn.failed(&error))? {
        SendOutcome::Sent(_) => Said::default(),
        SendOutcome::SessionOver => return challenge::timed_out(turn, &going),
        SendOutcome::NeedProof => {
            return Ok(enrol::need_proof(turn, channel.kind(), &going.next));
        }
        SendOutcome::NotOffered => return sent_code::missing(turn, channel, &going),
        SendOutcome::NotAnAddress(_) => {
            problem(StatusCode::UNPROCESSABLE_ENTITY, "contact-bad-email", "contact-bad-sms")
        }
        SendOutcome::Unusable => {
            problem(StatusCode::FORBIDDEN, "contact-unusable-email", "contact-unusable-sms")
        }
        SendOutcome::Wait { until } => Said::wait(turn, "sent-wait", until),
        SendOutcome::Busy => Said::busy(turn),
    };
    let typed = said.problem.is_some().then_some(address);
    page(turn, session, &going, channel, View { typed, said }).await
}

/// `POST /enrol/contact`: the code that was sent came back.
pub(crate) async fn validate(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::raising::<CodeForm>(turn, session)?;
    let CodeForm { channel, code } = form;
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.finish_contact(&turn.visit(), session, channel, &code).await;
    let outcome = outcome.map_err(|error| turn.failed(&error))?;
    let said = enrol::not_bound(turn, session, &going, outcome, &WRONG).await?;
    page(turn, session, &going, channel, View { typed: None, said }).await
}

async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    channel: Channel,
    View { typed, said }: View,
) -> Outcome {
    let ceremonies = &turn.core.ceremonies;
    let kind = channel.kind();
    match ceremonies
        .adding(&turn.visit(), session, kind)
        .await
        .map_err(|error| turn.failed(&error))?
    {
        Adding::First | Adding::Further => {}
        Adding::NeedProof => return Ok(enrol::need_proof(turn, channel.kind(), &going.next)),
        Adding::Closed => return Ok(refusal::enrolment_closed(turn)),
    }
    if !ceremonies.takes_own_address(channel) {
        return sent_code::missing(turn, channel, going);
    }
    let underway = ceremonies.code_underway(session, Purpose::Bind).await;
    let underway = underway.map_err(|error| turn.failed(&error))?;
    let underway = underway.filter(|one| one.channel == channel && typed.is_none());
    let page = EnrolContactPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        channel,
        underway: underway.map(|underway| underway.masked),
        typed: typed.unwrap_or_default(),
        problem: said.problem.clone(),
    };
    turn.page_saying(&said, &page)
}

//! The second factor by a code that is sent: asked for, then typed.

use std::sync::Arc;

use http::StatusCode;

use crate::authenticator::contact::Channel;
use crate::authenticator::out_of_band::Purpose;
use crate::ceremony::out_of_band::SendOutcome;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::challenge::View;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::need::Need;
use crate::portal::page::OtherMethod;
use crate::portal::page::sent::NoContactPage;
use crate::portal::page::sent::SentCodePage;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

struct SendForm {
    channel: Channel,
    need: Need,
}

impl Form for SendForm {
    const FIELDS: &'static [&'static str] = &["method", Need::FIELDS[0], Need::FIELDS[1]];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let method = fields.required("method")?;
        let channel = Channel::from_name(&method).ok_or(Refusal::Form)?;
        Ok(Self { need: Need::take(fields)?, channel })
    }
}

/// `POST /challenge/send`: sends a code to the person's own contact. The form names no address.
pub(crate) async fn send(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<SendForm>(turn, session)?;
    let SendForm { channel, need } = form;
    let sent = turn.core.ceremonies.send_code(&turn.visit(), session, channel).await;
    let said = match sent.map_err(|error| turn.failed(&error))? {
        SendOutcome::Sent(_) => Said::default(),
        SendOutcome::SessionOver => return challenge::timed_out(turn, &going),
        SendOutcome::NotOffered
        | SendOutcome::NeedProof
        | SendOutcome::Unusable
        | SendOutcome::NotAnAddress(_) => return missing(turn, channel, &going),
        SendOutcome::Wait { until } => Said::wait(turn, "sent-wait", until),
        SendOutcome::Busy => Said::busy(turn),
    };
    let view = View { method: Some(channel.kind()), need, said };
    challenge::again(turn, session, &going, view).await
}

/// The account has no address for codes (S1.21, S3.6, S4.7).
pub(crate) fn missing(turn: &Turn, channel: Channel, going: &Going) -> Outcome {
    let back = turn.address("/challenge", &going.next);
    turn.page(StatusCode::FORBIDDEN, &NoContactPage { chrome: turn.chrome(), channel, back })
}

/// The page: with a field for the code, if one is on its way.
pub(crate) async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    (channel, others): (Channel, Vec<OtherMethod>),
    view: View,
) -> Outcome {
    let ceremonies = &turn.core.ceremonies;
    let underway = ceremonies.code_underway(session, Purpose::Prove).await;
    let underway = underway.map_err(|error| turn.failed(&error))?;
    let underway = underway.filter(|underway| underway.channel == channel);
    let own = if let Some(underway) = &underway {
        Some(underway.masked.clone())
    } else {
        let own = ceremonies.own_contact(session, channel).await;
        own.map_err(|error| turn.failed(&error))?
    };
    let Some(to) = own else {
        return missing(turn, channel, going);
    };
    let page = SentCodePage {
        chrome: turn.chrome(),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        channel,
        to,
        underway: underway.is_some(),
        occasion: challenge::occasion(turn, view.need),
        need: view.need.fields(),
        others,
        problem: view.said.problem.clone(),
    };
    turn.page_saying(&view.said, &page)
}

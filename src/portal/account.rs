//! The person's own account: what is set up, new backup codes, the ways out.

use std::sync::Arc;

use http::StatusCode;

use crate::ceremony::CodesOutcome;
use crate::ceremony::Proof;
use crate::directory::LiveSession;
use crate::enforcement::Duty;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::codes;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::AccountPage;
use crate::portal::page::FactorRow;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::words;
use crate::secret::Secret;

struct NewCodesForm {
    code: Secret<String>,
}

impl Form for NewCodesForm {
    const FIELDS: &'static [&'static str] = &["code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { code: Secret::new(fields.required("code")?.to_string()) })
    }
}

/// `GET /account`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    let (_, going) = turn.query(&[])?;
    if let Some(session) = turn.admitted() {
        return page(turn, session, (None, StatusCode::OK)).await;
    }
    let page = if turn.asking.session.is_some() { "/challenge" } else { "/sign-in" };
    Ok(response::see_other(&turn.address(page, &going.next)))
}

/// `POST /account`: new backup codes, for a code given for this very act (ruling 11).
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    let form = turn.form::<NewCodesForm>()?;
    let Some(session) = turn.signed_in() else {
        return challenge::timed_out(turn, &form.going);
    };
    let (form, going) = turn.open(form, session)?;
    let proof = Proof::Totp(form.code);
    let outcome = turn.core.ceremonies.new_codes(&turn.visit(), session, Some(&proof)).await;
    let mut wait = None;
    let (text, status) = match outcome.map_err(|error| turn.failed(&error))? {
        CodesOutcome::Made { set, codes } => {
            let shown = codes::Shown { renewed: true, set, codes };
            return codes::page(turn, session, &going, &shown, None);
        }
        CodesOutcome::NeedProof | CodesOutcome::Wrong => {
            (turn.say("code-wrong"), StatusCode::UNAUTHORIZED)
        }
        CodesOutcome::Spent => (turn.say("code-spent"), StatusCode::UNAUTHORIZED),
        CodesOutcome::Wait { until } => {
            let seconds = turn.seconds_until(until);
            wait = Some(seconds);
            let text = words::too_many_codes(turn, seconds);
            (text, StatusCode::TOO_MANY_REQUESTS)
        }
        CodesOutcome::Disabled => (turn.say("code-disabled"), StatusCode::FORBIDDEN),
        CodesOutcome::Busy => {
            wait = Some(words::BUSY_SECONDS);
            (words::busy(turn), StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    let mut answer = page(turn, session, (Some(text), status)).await?;
    if let Some(seconds) = wait {
        response::retry_after(&mut answer, seconds);
    }
    Ok(answer)
}

/// The codes that were said to be stored count no more: a newer set was made.
pub(crate) async fn codes_replaced(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    page(turn, session, (Some(turn.say("codes-replaced")), StatusCode::CONFLICT)).await
}

async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    (problem, status): (Option<String>, StatusCode),
) -> Outcome {
    let ceremonies = &turn.core.ceremonies;
    let summary = ceremonies.summary(session).await.map_err(|error| turn.failed(&error))?;
    let offer = ceremonies.offers(session).await.map_err(|error| turn.failed(&error))?;
    let home = Going { next: ReturnTo::home(), kept: None };
    let factors = summary.factors.into_iter().map(|factor| FactorRow {
        kind: words::factor(turn, factor.kind),
        label: factor.label,
        created: turn.language.moment(factor.created),
        last_used: factor.last_used.map(|at| turn.language.moment(at)),
    });
    let page = AccountPage {
        chrome: turn.chrome_of("/account", &home),
        errand: turn.errand(session, &home),
        site: turn.site_name(),
        login: session.profile.login.to_string(),
        name: session.profile.name.clone(),
        factors: factors.collect(),
        codes_left: summary.codes_left,
        codes_made: summary.codes_made.map(|at| turn.language.day(at)),
        required: required(turn, session),
        unconfirmed: offer.codes_missing,
        sessions: summary.sessions,
        problem,
    };
    turn.page(status, &page)
}

/// From when on a second factor is required of somebody who may still put it off.
fn required(turn: &Turn, session: &LiveSession) -> Option<String> {
    match turn.core.ceremonies.asked(session).duty(turn.core.clock.now()) {
        Duty::Grace { until } => {
            let date = turn.language.moment(until);
            Some(turn.language.with("account-required-until", "date", &date))
        }
        Duty::Optional | Duty::Enforced { .. } => None,
    }
}

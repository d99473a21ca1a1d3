//! The person's own account: what is set up, what is open, what is asked of them, and the ways to change it.
//!
//! Looking is free; every change has a page of its own, which asks for a proof first if the last one is old.

pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod factor;
pub(crate) mod lost;
pub(crate) mod owners;
pub(crate) mod password;
pub(crate) mod sessions;

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::StatusCode;

use crate::authenticator::AuthenticatorKind;
use crate::ceremony::Adding;
use crate::ceremony::Change;
use crate::ceremony::summary::FactorSummary;
use crate::ceremony::summary::Standing;
use crate::directory::LiveSession;
use crate::enforcement::Duty;
use crate::policy::Refusal;
use crate::portal::admin;
use crate::portal::challenge;
use crate::portal::done::done;
use crate::portal::done::was_done;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::enrol;
use crate::portal::form::Going;
use crate::portal::need::Need;
use crate::portal::page::AccountPage;
use crate::portal::page::FactorRow;
use crate::portal::page::Link;
use crate::portal::page::Stand;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::words;
use crate::session::SessionToken;

/// The page of the account.
const ACCOUNT: &str = "/account";

/// What was done, as an address says it, and the message that tells of it.
const DONE: [(&str, &str); 4] = [
    ("renamed", "account-done-renamed"),
    ("removed", "account-done-removed"),
    ("replaced", "account-done-replaced"),
    ("password", "account-done-password"),
];

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET ACCOUNT, Admitted => show),
    served!(GET "/account/factor", SignedIn => factor::show),
    served!(POST "/account/rename", SignedIn => factor::rename),
    served!(POST "/account/remove", SignedIn => factor::remove),
    served!(GET "/account/lost", SignedIn => lost::show),
    served!(POST "/account/lost", SignedIn => lost::submit),
    served!(GET "/account/codes", SignedIn => codes::show),
    served!(POST "/account/codes", SignedIn => codes::renew),
    served!(POST "/account/codes/show", SignedIn => codes::look),
    served!(GET "/account/sessions", SignedIn => sessions::show),
    served!(POST "/account/sessions", SignedIn => sessions::end),
    served!(POST "/account/sessions/others", SignedIn => sessions::end_others),
    served!(GET "/account/devices", SignedIn => devices::show),
    served!(POST "/account/devices", SignedIn => devices::register),
    served!(POST "/account/devices/remove", SignedIn => devices::remove),
    served!(GET "/account/password", SignedIn => password::show),
    served!(POST "/account/password", SignedIn => password::submit),
    served!(GET owners::PAGE, may SetOwnersSwitch => owners::show),
    served!(POST owners::PAGE, may SetOwnersSwitch => owners::submit),
];

/// `GET /account`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = was_done(turn, &DONE, &mut fields)?;
    page(turn, session, done, Said::default()).await
}

/// The codes that were said to be stored count no more: a newer set was made.
pub(crate) async fn codes_replaced(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let said = Said::problem(StatusCode::CONFLICT, turn.say("codes-replaced"));
    page(turn, session, None, said).await
}

/// To the page of the account, which says what was done, after a change by which the session's cookie is new.
fn done_in(turn: &Turn, what: &str, token: &SessionToken) -> Response<Bytes> {
    let mut answer = done(turn, ACCOUNT, what);
    turn.set_session(&mut answer, token);
    answer
}

/// Where a proof is given for a change, on the way to a page of the account.
fn proof_address(turn: &Turn, page: &str) -> String {
    let next = turn.return_to(&turn.core.address(page));
    challenge::address(turn, None, Need::CHANGE, &next)
}

/// A proof must be given first, for what that page is about.
fn prove_first(turn: &Turn, page: &str) -> Response<Bytes> {
    response::see_other(&proof_address(turn, page))
}

/// What is told of a change that was not made.
fn not_changed(turn: &Turn, change: Change, (page, going): (&str, &Going)) -> Outcome {
    match change {
        Change::NeedProof => Ok(prove_first(turn, page)),
        Change::SessionOver => challenge::timed_out(turn, going),
        Change::Done | Change::Gone | Change::Required | Change::Unnameable => Ok(turn.not_found()),
    }
}

fn stand(standing: Standing) -> Stand {
    match standing {
        Standing::Fresh => Stand::Fresh,
        Standing::Recovering => Stand::Recovering,
        Standing::Stale => Stand::Stale,
    }
}

fn factor_row(turn: &Turn, factor: FactorSummary) -> FactorRow {
    let kind = turn.language.say(factor.kind.message());
    let address = |page: &str| turn.core.address(&format!("/account/{page}?id={}", factor.id));
    FactorRow {
        href: address("factor"),
        lost: address("lost"),
        kind,
        created: turn.language.moment(factor.created),
        last_used: factor.last_used.map(|at| turn.language.moment(at)),
        label: if factor.label.is_empty() { kind.to_owned() } else { factor.label },
    }
}

async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    done: Option<&'static str>,
    said: Said,
) -> Outcome {
    let ceremonies = &turn.core.ceremonies;
    let summary = ceremonies.summary(session).await.map_err(|error| turn.failed(&error))?;
    let offer = challenge::offers(turn, session).await?;
    let factors = summary.factors.into_iter().map(|factor| factor_row(turn, factor));
    let page = AccountPage {
        chrome: turn.chrome_of("/account", &Going::nowhere()),
        errand: turn.errand(session, &Going::nowhere()),
        site: turn.asking.site.authority().to_owned(),
        login: session.profile.login.name().to_owned(),
        name: session.profile.name.clone(),
        done,
        factors: factors.collect(),
        additions: additions(turn, session, &offer.can_set_up).await?,
        codes_left: ceremonies.has_codes(&turn.visit(), session).then_some(summary.codes_left),
        codes_made: summary.codes_made.map(|at| turn.language.day(at)),
        required: required(turn, session),
        password: password::address(turn, session),
        admin: admin::address(turn, session),
        owners: owners::address(turn, session),
        unconfirmed: offer.codes_missing,
        sessions: summary.sessions.len(),
        stand: stand(summary.standing),
        problem: said.problem.clone(),
    };
    turn.page_saying(&said, &page)
}

/// What can be set up besides what there is.
async fn additions(
    turn: &Turn,
    session: &Arc<LiveSession>,
    kinds: &[AuthenticatorKind],
) -> Result<Vec<Link>, Refusal> {
    let mut links = Vec::new();
    for kind in kinds {
        let adding = turn.core.ceremonies.adding(&turn.visit(), session, *kind).await;
        match adding.map_err(|error| turn.failed(&error))? {
            Adding::First | Adding::Further | Adding::NeedProof => links.push(Link {
                href: enrol::address(turn, *kind, &ReturnTo::home()),
                label: words::add(turn, *kind),
            }),
            Adding::Closed => {}
        }
    }
    Ok(links)
}

/// Whether second factors are required of somebody, how many, and from when on.
fn required(turn: &Turn, session: &LiveSession) -> String {
    let asked = turn.core.ceremonies.asked(&turn.visit(), session);
    let (number, several) = (("asked", asked.minimum.into()), asked.minimum > 1);
    match asked.duty(turn.core.clock.now()) {
        Duty::Optional => turn.say("account-optional"),
        Duty::Grace { until } => {
            let date = turn.language.moment(until);
            let key = if several { "account-minimum-until" } else { "account-required-until" };
            turn.language.with_all(key, &[number, ("date", (&date).into())])
        }
        Duty::Enforced { .. } if several => turn.language.with_all("account-minimum", &[number]),
        Duty::Enforced { .. } => turn.say("account-required"),
    }
}

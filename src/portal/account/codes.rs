//! The backup codes: how many are left, looking at them again, and a new set.

use std::sync::Arc;

use http::StatusCode;

use super::home;
use super::prove_first;
use super::signed_out;
use crate::ceremony::CodesOutcome;
use crate::ceremony::ShownCodes;
use crate::ceremony::summary::Standing;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::codes;
use crate::portal::codes::Shown;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::CodesKept;
use crate::portal::page::CodesOverviewPage;
use crate::portal::response;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::words;

/// The page that this is about.
const PAGE: &str = "/account/codes";

/// No field but the token.
struct CodesForm;

impl Form for CodesForm {
    const FIELDS: &'static [&'static str] = &[];

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// `GET /account/codes`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    turn.query(&[])?;
    let Some(session) = turn.signed_in() else {
        return Ok(signed_out(turn, &turn.return_to(&turn.core.address(PAGE))));
    };
    if !turn.core.ceremonies.has_codes(&turn.visit(), session) {
        return Ok(turn.not_found());
    }
    page(turn, session, (None, StatusCode::OK)).await
}

/// `POST /account/codes`: a new set.
pub(crate) async fn renew(turn: &Turn) -> Outcome {
    let form = turn.form::<CodesForm>()?;
    let Some(session) = turn.signed_in() else {
        return challenge::timed_out(turn, &form.going);
    };
    let (_, going) = turn.open(form, session)?;
    let outcome = turn.core.ceremonies.new_codes(&turn.visit(), session).await;
    match outcome.map_err(|error| turn.failed(&error))? {
        CodesOutcome::Made { set, codes } => {
            let shown = Shown { renewed: true, set, codes, made: None };
            codes::page(turn, session, &going, &shown, None)
        }
        CodesOutcome::NeedProof => Ok(prove_first(turn, PAGE)),
        CodesOutcome::Off => Ok(turn.not_found()),
        CodesOutcome::Busy => {
            let say = (Some(words::busy(turn)), StatusCode::SERVICE_UNAVAILABLE);
            let mut answer = page(turn, session, say).await?;
            response::retry_after(&mut answer, words::BUSY_SECONDS);
            Ok(answer)
        }
    }
}

/// `POST /account/codes/show`: looks at them once more.
pub(crate) async fn look(turn: &Turn) -> Outcome {
    let form = turn.form::<CodesForm>()?;
    let Some(session) = turn.signed_in() else {
        return challenge::timed_out(turn, &form.going);
    };
    turn.open(form, session)?;
    let shown = turn.core.ceremonies.show_codes(&turn.visit(), session).await;
    match shown.map_err(|error| turn.failed(&error))? {
        ShownCodes::Kept { set, made, codes } => {
            let shown = Shown { renewed: true, set, codes, made: Some(made) };
            codes::page_again(turn, session, &shown)
        }
        ShownCodes::NotKept => page(turn, session, (None, StatusCode::CONFLICT)).await,
        ShownCodes::NeedProof => Ok(prove_first(turn, PAGE)),
    }
}

async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    (problem, status): (Option<String>, StatusCode),
) -> Outcome {
    let ceremonies = &turn.core.ceremonies;
    let summary = ceremonies.summary(session).await.map_err(|error| turn.failed(&error))?;
    if summary.standing != Standing::Fresh {
        return Ok(prove_first(turn, PAGE));
    }
    let kept = ceremonies.keeps_codes(session).await.map_err(|error| turn.failed(&error))?;
    let page = CodesOverviewPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &home()),
        left: summary.codes_left,
        made: summary.codes_made.map(|at| turn.language.day(at)),
        kept: if kept { CodesKept::Yes } else { CodesKept::No },
        problem,
    };
    turn.page(status, &page)
}

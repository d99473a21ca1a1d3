//! The backup codes: how many are left, looking at them again, and a new set.

use std::sync::Arc;

use http::StatusCode;

use super::prove_first;
use crate::ceremony::CodesOutcome;
use crate::ceremony::ShownCodes;
use crate::ceremony::summary::Standing;
use crate::directory::LiveSession;
use crate::portal::codes;
use crate::portal::codes::Shown;
use crate::portal::form::Going;
use crate::portal::form::NoFields;
use crate::portal::page::CodesKept;
use crate::portal::page::CodesOverviewPage;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// The page that this is about.
const PAGE: &str = "/account/codes";

/// `GET /account/codes`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    turn.query(&[])?;
    if !turn.core.ceremonies.has_codes(&turn.visit(), session) {
        return Ok(turn.not_found());
    }
    page(turn, session, Said::default()).await
}

/// `POST /account/codes`: a new set.
pub(crate) async fn renew(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (_, going) = posted::opened::<NoFields>(turn, session)?;
    let outcome = turn.core.ceremonies.new_codes(&turn.visit(), session).await;
    match outcome.map_err(|error| turn.failed(&error))? {
        CodesOutcome::Made { set, codes } => {
            let shown = Shown { renewed: true, set, codes, made: None };
            codes::page(turn, session, &going, &shown, None)
        }
        CodesOutcome::NeedProof => Ok(prove_first(turn, PAGE)),
        CodesOutcome::Off => Ok(turn.not_found()),
        CodesOutcome::Busy => page(turn, session, Said::busy(turn)).await,
    }
}

/// `POST /account/codes/show`: looks at them once more.
pub(crate) async fn look(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (_, _) = posted::opened::<NoFields>(turn, session)?;
    let shown = turn.core.ceremonies.show_codes(&turn.visit(), session).await;
    match shown.map_err(|error| turn.failed(&error))? {
        ShownCodes::Kept { set, made, codes } => {
            let shown = Shown { renewed: true, set, codes, made: Some(made) };
            codes::page_again(turn, session, &shown)
        }
        ShownCodes::NotKept => page(turn, session, Said::nothing(StatusCode::CONFLICT)).await,
        ShownCodes::NeedProof => Ok(prove_first(turn, PAGE)),
    }
}

async fn page(turn: &Turn, session: &Arc<LiveSession>, said: Said) -> Outcome {
    let ceremonies = &turn.core.ceremonies;
    let summary = ceremonies.summary(session).await.map_err(|error| turn.failed(&error))?;
    if summary.standing != Standing::Fresh {
        return Ok(prove_first(turn, PAGE));
    }
    let kept = ceremonies.keeps_codes(session).await.map_err(|error| turn.failed(&error))?;
    let page = CodesOverviewPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &Going::nowhere()),
        left: summary.codes_left,
        made: summary.codes_made.map(|at| turn.language.day(at)),
        kept: if kept { CodesKept::Yes } else { CodesKept::No },
        problem: said.problem.clone(),
    };
    turn.page_saying(&said, &page)
}

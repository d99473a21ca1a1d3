//! One second factor: its name, and its end.

use std::sync::Arc;

use http::StatusCode;

use super::ACCOUNT;
use super::done_in;
use super::factor_row;
use super::not_changed;
use super::prove_first;
use crate::ceremony::Change;
use crate::ceremony::self_service::LastFactor;
use crate::ceremony::summary::Standing;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::FactorPage;
use crate::portal::page::FactorStays;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

struct RenameForm {
    id: String,
    name: String,
}

impl Form for RenameForm {
    const FIELDS: &'static [&'static str] = &["id", "name"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            id: fields.required("id")?.to_string(),
            name: fields.required("name")?.to_string(),
        })
    }
}

struct RemoveForm {
    id: String,
}

impl Form for RemoveForm {
    const FIELDS: &'static [&'static str] = &["id"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { id: fields.required("id")?.to_string() })
    }
}

/// `GET /account/factor`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (mut fields, _) = turn.query(&["id"])?;
    let id = fields.required("id")?;
    page(turn, session, &id, Said::default()).await
}

/// `POST /account/rename`.
pub(crate) async fn rename(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<RenameForm>(turn, session)?;
    let ceremonies = &turn.core.ceremonies;
    let change = ceremonies.rename_factor(&turn.visit(), session, &form.id, &form.name).await;
    let change = change.map_err(|error| turn.failed(&error))?;
    if change == Change::Done {
        return Ok(done(turn, ACCOUNT, "renamed"));
    }
    if change == Change::Unnameable {
        let said = Said::problem(StatusCode::BAD_REQUEST, turn.say("factor-name-wrong"));
        return page(turn, session, &form.id, said).await;
    }
    not_changed(turn, change, (&address(&form.id), &going))
}

/// `POST /account/remove`.
pub(crate) async fn remove(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<RemoveForm>(turn, session)?;
    let ceremonies = &turn.core.ceremonies;
    let removed = ceremonies.remove_factor(&turn.visit(), session, &form.id).await;
    let change = match removed.map_err(|error| turn.failed(&error))? {
        Ok(token) => return Ok(done_in(turn, "removed", &token)),
        Err(change) => change,
    };
    if change == Change::Required {
        return page(turn, session, &form.id, Said::nothing(StatusCode::CONFLICT)).await;
    }
    not_changed(turn, change, (&address(&form.id), &going))
}

/// The page of one second factor.
fn address(id: &str) -> String {
    format!("/account/factor?id={id}")
}

pub(super) fn stays(last: LastFactor) -> FactorStays {
    match last {
        LastFactor::Stays => FactorStays::Yes,
        LastFactor::MayGo => FactorStays::No,
    }
}

async fn page(turn: &Turn, session: &Arc<LiveSession>, id: &str, said: Said) -> Outcome {
    let factor = turn.core.ceremonies.factor(&turn.visit(), session, id).await;
    let Some(factor) = factor.map_err(|error| turn.failed(&error))? else {
        return Ok(turn.not_found());
    };
    if factor.standing != Standing::Fresh {
        return Ok(prove_first(turn, &address(id)));
    }
    let page = FactorPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &Going::nowhere()),
        id: factor.summary.id.clone(),
        factor: factor_row(turn, factor.summary),
        stays: stays(factor.last),
        problem: said.problem.clone(),
    };
    turn.page_saying(&said, &page)
}

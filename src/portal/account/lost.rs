//! What is lost: replaced by something new, or removed (S0.8).

use std::sync::Arc;

use http::StatusCode;

use super::ACCOUNT;
use super::done_in;
use super::factor;
use super::factor_row;
use super::not_changed;
use crate::ceremony::loss::Loss;
use crate::ceremony::summary::Standing;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::LostPage;
use crate::portal::posted;
use crate::portal::response;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// What is to become of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Replace,
    Remove,
}

struct LostForm {
    id: String,
    then: Then,
}

impl Form for LostForm {
    const FIELDS: &'static [&'static str] = &["id", "then"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let then = match fields.required("then")?.as_str() {
            "replace" => Then::Replace,
            "remove" => Then::Remove,
            _ => return Err(Refusal::Form),
        };
        Ok(Self { id: fields.required("id")?.to_string(), then })
    }
}

/// `GET /account/lost`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (mut fields, _) = turn.query(&["id"])?;
    let id = fields.required("id")?;
    let factor = turn.core.ceremonies.factor(&turn.visit(), session, &id).await;
    let Some(factor) = factor.map_err(|error| turn.failed(&error))? else {
        return Ok(turn.not_found());
    };
    if factor.standing == Standing::Stale {
        return Ok(response::see_other(&turn.core.address(ACCOUNT)));
    }
    let page = LostPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &Going::nowhere()),
        id: factor.summary.id.clone(),
        factor: factor_row(turn, factor.summary),
        stays: factor::stays(factor.last),
    };
    turn.page(StatusCode::OK, &page)
}

/// `POST /account/lost`.
pub(crate) async fn submit(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<LostForm>(turn, session)?;
    let (ceremonies, visit) = (&turn.core.ceremonies, turn.visit());
    let change = match form.then {
        Then::Remove => {
            let removed = ceremonies.remove_factor(&visit, session, &form.id).await;
            match removed.map_err(|error| turn.failed(&error))? {
                Ok(token) => return Ok(done_in(turn, "removed", &token)),
                Err(change) => change,
            }
        }
        Then::Replace => {
            let noted = ceremonies.note_loss(&visit, session, &form.id).await;
            match noted.map_err(|error| turn.failed(&error))? {
                Loss::Noted { token } => {
                    let mut answer = response::see_other(&turn.core.address("/enrol"));
                    turn.set_session(&mut answer, &token);
                    return Ok(answer);
                }
                Loss::Refused(change) => change,
            }
        }
    };
    not_changed(turn, change, (ACCOUNT, &going))
}

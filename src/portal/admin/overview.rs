//! The first page of the administration: what is set, how much is open, and who may do what where.

use http::StatusCode;

use super::PAGE;
use super::door::Principal;
use super::shell;
use crate::enforcement::Duty;
use crate::portal::page::admin::OverviewPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// `GET /admin`.
pub(crate) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    turn.query(&[])?;
    let rulebook = turn.core.ceremonies.rulebook();
    let page = OverviewPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PAGE),
        duty: duty(turn, rulebook.of_everybody().duty(turn.core.clock.now())),
        rules: rulebook.settings.rules.len(),
        sessions: turn.core.directory.len(),
    };
    turn.page(StatusCode::OK, &page)
}

/// What is required of everybody, in words.
fn duty(turn: &Turn, duty: Duty) -> String {
    match duty {
        Duty::Optional => turn.say("admin-duty-optional"),
        Duty::Grace { until } => {
            let date = turn.language.moment(until);
            turn.language.with("admin-duty-grace", "date", &date)
        }
        Duty::Enforced { .. } => turn.say("admin-duty-enforced"),
    }
}

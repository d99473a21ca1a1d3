//! The first page of the administration: what is asked, how much is open, and how far people have come.

use http::StatusCode;

use super::PAGE;
use super::PEOPLE;
use super::address_of;
use super::door::Principal;
use super::loud;
use super::sessions::SESSIONS;
use super::shell;
use super::users::standing_key;
use super::yardstick;
use crate::authority::Act;
use crate::ceremony::CeremonyError;
use crate::enforcement::Duty;
use crate::portal::page::admin::Adoption;
use crate::portal::page::admin::OverviewPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::roster::Census;
use crate::roster::Counts;
use crate::roster::Standing;

/// `GET /admin`.
pub(crate) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    turn.query(&[])?;
    let rulebook = turn.core.ceremonies.rulebook();
    let census = turn.core.people.roster.census(yardstick(turn)).await;
    let census = census.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    let sees_sessions = Act::SeeSessions.roles().has(principal.role());
    let page = OverviewPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PAGE),
        duty: duty(turn, rulebook.of_everybody().duty(turn.core.clock.now())),
        rules: rulebook.settings.rules.len(),
        sessions: turn.core.directory.len(),
        sessions_page: sees_sessions.then(|| turn.core.address(SESSIONS)),
        adoption: adoption(turn, census),
        announced: loud::announced(turn, principal).await?,
    };
    turn.page(StatusCode::OK, &page)
}

fn adoption(turn: &Turn, census: Census) -> Adoption {
    let each = |one: Standing| {
        let who = address_of(turn, PEOPLE, [("standing", Some(one.name()))]);
        (turn.language.say(standing_key(one)), census.all.of(one), who)
    };
    Adoption {
        people: census.all.all,
        coverage: census.all.coverage(),
        standings: Standing::ALL.map(each).to_vec(),
        sent_only: census.sent_only,
        sites: census.sites.into_iter().map(|(site, it)| (site, of_all(turn, it))).collect(),
    }
}

/// How many have what is asked of them, in words.
fn of_all(turn: &Turn, counts: Counts) -> String {
    let args = [("enrolled", counts.enrolled.into()), ("all", counts.all.into())];
    turn.language.with_all("admin-coverage-of", &args)
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

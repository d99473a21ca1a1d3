//! The first page of the administration: what is asked, how much is open, and how far people have come.

use std::cmp::Reverse;

use http::StatusCode;

use super::PAGE;
use super::PEOPLE;
use super::address_of;
use super::door::Principal;
use super::health;
use super::loud;
use super::pictures;
use super::sessions::SESSIONS;
use super::shell;
use super::users::standing_key;
use super::yardstick;
use crate::authenticator::AuthenticatorKind;
use crate::authority::Act;
use crate::ceremony::CeremonyError;
use crate::enforcement::Duty;
use crate::portal::page::admin::Adoption;
use crate::portal::page::admin::AdoptionTable;
use crate::portal::page::admin::OverviewPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::roster::Census;
use crate::roster::Counts;
use crate::roster::Standing;

/// Groups that are shown, the largest: there may be thousands.
const GROUPS: usize = 12;

/// `GET /admin`.
pub(crate) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    turn.query(&[])?;
    let rulebook = turn.core.ceremonies.rulebook();
    let census = turn.core.people.roster.census(yardstick(turn)).await;
    let census = census.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    let today = pictures::today(turn);
    let days = turn.core.ceremonies.adoption(today.saturating_sub(pictures::DAYS)).await;
    let mut days = days.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    // What is kept of today is as old as the last count.
    days.retain(|(day, _)| *day < today);
    days.push((today, census.point()));
    let metrics = turn.core.ceremonies.metrics();
    let sinks = turn.core.operator.sinks().await;
    let sinks = sinks.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    let sees_sessions = Act::SeeSessions.roles().has(principal.role());
    let page = OverviewPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PAGE),
        duty: duty(turn, rulebook.of_everybody().duty(turn.core.clock.now())),
        rules: rulebook.settings.rules.len(),
        sessions: turn.core.directory.len(),
        sessions_page: sees_sessions.then(|| turn.core.address(SESSIONS)),
        adoption: adoption(turn, census),
        curve: pictures::curve(turn, &days),
        bars: pictures::bars(turn, &metrics.last_day(turn.core.clock.wall())),
        health: health::lines(turn, &metrics.health(), &sinks),
        announced: loud::announced(turn, principal).await?,
    };
    turn.page(StatusCode::OK, &page)
}

fn adoption(turn: &Turn, census: Census) -> Adoption {
    let each = |one: Standing| {
        let who = address_of(turn, PEOPLE, [("standing", Some(one.name()))]);
        (turn.language.say(standing_key(one)), census.all.of(one), who)
    };
    let standings = Standing::ALL.map(each).to_vec();
    let (people, coverage) = (census.all.all, census.all.coverage());
    let sent_only = census.sent_only;
    Adoption { people, coverage, standings, sent_only, tables: tables(turn, census) }
}

/// By site, by group and by method.
fn tables(turn: &Turn, census: Census) -> Vec<AdoptionTable> {
    let say = |key| turn.language.say(key);
    let of = |(name, counts): (String, Counts)| (name, of_all(turn, counts.enrolled, counts.all));
    let with = |(kind, count): (AuthenticatorKind, usize)| {
        (turn.say(kind.message()), of_all(turn, count, census.all.all))
    };
    let methods = census.kinds.iter().copied().filter(|(_, count)| *count > 0).map(with).collect();
    let mut groups: Vec<_> = census.groups.into_iter().collect();
    groups.sort_by_key(|(_, counts)| Reverse(counts.all));
    let more = groups.len().saturating_sub(GROUPS);
    groups.truncate(GROUPS);
    let table = |id, label, rows| AdoptionTable { id, label, rows, more: 0 };
    let by_group = table("groups", say("overview-groups"), groups.into_iter().map(of).collect());
    let tables = [
        table("sites", say("overview-sites"), census.sites.into_iter().map(of).collect()),
        table("methods", say("overview-methods"), methods),
        AdoptionTable { more, ..by_group },
    ];
    tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// How many of how many, in words.
fn of_all(turn: &Turn, some: usize, all: usize) -> String {
    let args = [("enrolled", some.into()), ("all", all.into())];
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

//! Who asks, and what they may do.

use crate::authority;
use crate::authority::Act;
use crate::portal::api::answer;
use crate::portal::api::caller::Caller;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::query::Query;
use crate::portal::api::view::CallerKind;
use crate::portal::api::view::Me;
use crate::portal::endpoint::Served;

const ME: Sketch =
    Sketch::giving::<Me>(200, "get_me", "Who asks, until when, and what they may do");

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[operation!(Get "/me", staff => me, ME)];

/// `GET /me`.
async fn me(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let (kind, id, name, until) = match call.caller {
        Caller::Person(person) => {
            let (id, login) = (&person.session().record.subject, &person.profile().login);
            (CallerKind::Person, id.to_string(), login.to_string(), person.until())
        }
        Caller::Program(program) => {
            let token = &program.used().token.record;
            (CallerKind::Program, token.id.to_string(), token.name.to_string(), token.expires)
        }
    };
    let may = |act: &Act| authority::ever(call.caller.who(), *act).is_ok();
    let body = Me {
        kind,
        id,
        name,
        role: call.caller.role(),
        site: call.turn.asking.site.name.to_string(),
        until: until.into(),
        acts: Act::ALL.into_iter().filter(may).map(Act::name).collect(),
    };
    answer::of(call, &body)
}

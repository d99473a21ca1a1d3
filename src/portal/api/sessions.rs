//! Open sessions.

use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SessionCommand;
use crate::operate::view::SessionReply;
use crate::portal::api::answer;
use crate::portal::api::cursor::List;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::people;
use crate::portal::api::query::AFTER;
use crate::portal::api::query::LIMIT;
use crate::portal::api::query::Query;
use crate::portal::api::view::Session;
use crate::portal::api::view::SessionList;
use crate::portal::endpoint::Served;

const LIST: Sketch =
    Sketch::giving::<SessionList>(200, "list_sessions", "Everybody's open sessions, newest first")
        .asked(&[LIMIT, AFTER]);

const LIST_OF: Sketch =
    Sketch::giving::<SessionList>(200, "list_sessions_of_user", "The open sessions of one account")
        .asked(&[LIMIT, AFTER]);

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/sessions", SeeSessions => list, LIST),
    operation!(Get "/users/{id}/sessions", SeeSessionsOf => list_of, LIST_OF),
];

/// `GET /sessions`.
async fn list(call: &Call<'_>) -> Answer {
    listed(call, None).await
}

/// `GET /users/{id}/sessions`.
async fn list_of(call: &Call<'_>) -> Answer {
    listed(call, Some(people::named(call))).await
}

async fn listed(call: &Call<'_>, login: Option<String>) -> Answer {
    let mut query = Query::of(call)?;
    let limit = query.limit()?;
    let list = List::of(call, &[("user", login.as_deref())]);
    let after = query.text(AFTER.name).map(|cursor| list.place(&cursor)).transpose()?;
    let command = SessionCommand::List { login, after, limit };
    let Reply::Session(SessionReply::Page { sessions, next }) =
        call.done(Command::Session(command)).await?
    else {
        return Err(answer::unexpected());
    };
    let next = next.map(|place| list.after(&place));
    let sessions = sessions.into_iter().map(Session::from).collect();
    let body = SessionList { sessions, next };
    answer::page(call, &body, body.next.as_deref())
}

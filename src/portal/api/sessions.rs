//! Open sessions.

use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SessionCommand;
use crate::operate::view::SessionReply;
use crate::portal::api::answer;
use crate::portal::api::cursor::List;
use crate::portal::api::done::Ended;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Matching;
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

const END: Sketch = Sketch::giving::<Ended>(200, "end_session", "Ends one session");

const END_OF: Sketch =
    Sketch::giving::<Ended>(200, "end_sessions_of_user", "Ends every session of one account")
        .matching(Matching::MayMatch);

const END_ALL: Sketch = Sketch::giving::<Ended>(
    200,
    "end_all_sessions",
    "Ends everybody's sessions, but for the one in which this is asked",
);

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/sessions", SeeSessions => list, LIST),
    operation!(Get "/users/{id}/sessions", SeeSessionsOf => list_of, LIST_OF),
    operation!(Delete "/sessions/{id}", EndSession => end, END),
    operation!(Delete "/users/{id}/sessions", EndSessionsOf => end_of, END_OF),
    operation!(Delete "/sessions", EndAllSessions => end_all, END_ALL),
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

/// `DELETE /sessions/{id}`.
async fn end(call: &Call<'_>) -> Answer {
    ended(call, SessionCommand::End { session: call.part("id").to_owned() }).await
}

/// `DELETE /users/{id}/sessions`.
async fn end_of(call: &Call<'_>) -> Answer {
    ended(call, SessionCommand::EndOf { login: people::named(call) }).await
}

/// `DELETE /sessions`.
async fn end_all(call: &Call<'_>) -> Answer {
    ended(call, SessionCommand::EndAll).await
}

async fn ended(call: &Call<'_>, command: SessionCommand) -> Answer {
    Query::of(call)?;
    let Reply::Session(SessionReply::Ended { sessions }) =
        call.done(Command::Session(command)).await?
    else {
        return Err(answer::unexpected());
    };
    answer::of(call, &Ended { sessions_ended: sessions })
}

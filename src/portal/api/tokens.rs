//! Service tokens.

use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::TokenCommand;
use crate::operate::view::TokenReply;
use crate::portal::api::answer;
use crate::portal::api::cursor::List;
use crate::portal::api::done::IssuedToken;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::query::AFTER;
use crate::portal::api::query::LIMIT;
use crate::portal::api::query::Query;
use crate::portal::api::view::Token;
use crate::portal::api::view::TokenList;
use crate::portal::api::wanted::IssueToken;
use crate::portal::api::wanted::RotateToken;
use crate::portal::endpoint::Served;

const LIST: Sketch =
    Sketch::giving::<TokenList>(200, "list_tokens", "Service tokens, by name; never their secrets")
        .asked(&[LIMIT, AFTER]);

const SHOW: Sketch = Sketch::giving::<Token>(200, "get_token", "One service token");

const ADD: Sketch =
    Sketch::giving::<IssuedToken>(201, "create_token", "Issues a service token, told once")
        .taking::<IssueToken>();

const ROTATE: Sketch = Sketch::giving::<IssuedToken>(
    200,
    "rotate_token",
    "Gives a service token another secret, told once, and a new end",
)
.taking::<RotateToken>();

const DISABLE: Sketch =
    Sketch::giving::<Token>(200, "disable_token", "Takes a service token out of use");

const ENABLE: Sketch =
    Sketch::giving::<Token>(200, "enable_token", "Takes a service token into use again");

const REVOKE: Sketch =
    Sketch::giving::<Token>(200, "revoke_token", "Makes a service token void for ever");

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/tokens", SeeTokens => list, LIST),
    operation!(Get "/tokens/{id}", SeeTokens => show, SHOW),
    operation!(Post "/tokens", AddToken => add, ADD),
    operation!(Post "/tokens/{id}/rotate", RotateToken => rotate, ROTATE),
    operation!(Post "/tokens/{id}/disable", DisableToken => disable, DISABLE),
    operation!(Post "/tokens/{id}/enable", EnableToken => enable, ENABLE),
    operation!(Delete "/tokens/{id}", DisableToken => revoke, REVOKE),
];

/// `GET /tokens`.
async fn list(call: &Call<'_>) -> Answer {
    let mut query = Query::of(call)?;
    let limit = query.limit()?;
    let list = List::of(call, &[]);
    let after = query.text(AFTER.name).map(|cursor| list.place(&cursor)).transpose()?;
    let Reply::Token(TokenReply::All { mut tokens }) =
        call.done(Command::Token(TokenCommand::List)).await?
    else {
        return Err(answer::unexpected());
    };
    tokens.sort_by(|one, other| one.name.cmp(&other.name));
    tokens.retain(|token| after.as_ref().is_none_or(|after| token.name > *after));
    let more = tokens.len() > limit;
    tokens.truncate(limit);
    let next = tokens.last().filter(|_| more).map(|last| list.after(&last.name));
    let body = TokenList { tokens: tokens.into_iter().map(Token::from).collect(), next };
    answer::page(call, &body, body.next.as_deref())
}

/// `GET /tokens/{id}`.
async fn show(call: &Call<'_>) -> Answer {
    one(call, TokenCommand::Show { token: named(call) }).await
}

/// `POST /tokens`.
async fn add(call: &Call<'_>) -> Answer {
    let new = call.body::<IssueToken>()?.at(call.turn.asking.site.name.as_str());
    issued(call, TokenCommand::Add(new)).await
}

/// `POST /tokens/{id}/rotate`.
async fn rotate(call: &Call<'_>) -> Answer {
    let RotateToken { overlap, lifetime } = call.body()?;
    issued(call, TokenCommand::Rotate { token: named(call), overlap, lifetime }).await
}

/// `POST /tokens/{id}/disable`.
async fn disable(call: &Call<'_>) -> Answer {
    one(call, TokenCommand::Disable { token: named(call) }).await
}

/// `POST /tokens/{id}/enable`.
async fn enable(call: &Call<'_>) -> Answer {
    one(call, TokenCommand::Enable { token: named(call) }).await
}

/// `DELETE /tokens/{id}`.
async fn revoke(call: &Call<'_>) -> Answer {
    one(call, TokenCommand::Revoke { token: named(call) }).await
}

fn named(call: &Call<'_>) -> String {
    call.part("id").to_owned()
}

async fn one(call: &Call<'_>, command: TokenCommand) -> Answer {
    Query::of(call)?;
    let reply = call.done(Command::Token(command)).await?;
    let Reply::Token(TokenReply::One(token) | TokenReply::Revoked { token }) = reply else {
        return Err(answer::unexpected());
    };
    answer::of(call, &Token::from(*token))
}

async fn issued(call: &Call<'_>, command: TokenCommand) -> Answer {
    Query::of(call)?;
    let reply = call.done(Command::Token(command)).await?;
    let Reply::Token(TokenReply::Issued { token, secret, origin, accepted }) = reply else {
        return Err(answer::unexpected());
    };
    let secret = secret.0.expose().clone();
    answer::of(call, &IssuedToken { token: (*token).into(), secret, origin, accepted })
}

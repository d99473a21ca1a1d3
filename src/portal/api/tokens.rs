//! Service tokens.

use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::TokenCommand;
use crate::operate::view::TokenReply;
use crate::portal::api::answer;
use crate::portal::api::cursor::List;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::query::AFTER;
use crate::portal::api::query::LIMIT;
use crate::portal::api::query::Query;
use crate::portal::api::view::Token;
use crate::portal::api::view::TokenList;
use crate::portal::endpoint::Served;

const LIST: Sketch =
    Sketch::giving::<TokenList>(200, "list_tokens", "Service tokens, by name; never their secrets")
        .asked(&[LIMIT, AFTER]);

const SHOW: Sketch = Sketch::giving::<Token>(200, "get_token", "One service token");

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/tokens", SeeTokens => list, LIST),
    operation!(Get "/tokens/{id}", SeeTokens => show, SHOW),
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
    Query::of(call)?;
    let token = call.part("id").to_owned();
    let reply = call.done(Command::Token(TokenCommand::Show { token })).await?;
    let Reply::Token(TokenReply::One(token)) = reply else { return Err(answer::unexpected()) };
    answer::of(call, &Token::from(*token))
}

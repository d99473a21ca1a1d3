//! Service tokens: what each is good for, when it ends and when it was last used.

mod tasks;

use http::StatusCode;

use super::by;
use super::door::Principal;
use super::named;
use super::shell;
use super::task;
use super::task::Task;
use crate::authority;
use crate::authority::Act;
use crate::authority::Target;
use crate::authority::Who;
use crate::form_body::urlencoded;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::TokenCommand;
use crate::operate::view::TokenReply;
use crate::operate::view::TokenStanding;
use crate::operate::view::TokenView;
use crate::policy::Refusal;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::page::Link;
use crate::portal::page::admin::TokenLine;
use crate::portal::page::admin::TokensPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

use self::tasks::Add;
use self::tasks::Disable;
use self::tasks::Enable;
use self::tasks::Revoke;
use self::tasks::Rotate;

/// The page.
pub(super) const TOKENS: &str = "/admin/tokens";

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET TOKENS, may SeeTokens => show),
    served!(GET Add::PAGE, may AddToken => task::show::<Add>),
    served!(POST Add::PAGE, may AddToken => task::submit::<Add>),
    served!(GET Rotate::PAGE, may RotateToken => task::show::<Rotate>),
    served!(POST Rotate::PAGE, may RotateToken => task::submit::<Rotate>),
    served!(GET Disable::PAGE, may DisableToken => task::show::<Disable>),
    served!(POST Disable::PAGE, may DisableToken => task::submit::<Disable>),
    served!(GET Enable::PAGE, may EnableToken => task::show::<Enable>),
    served!(POST Enable::PAGE, may EnableToken => task::submit::<Enable>),
    served!(GET Revoke::PAGE, may DisableToken => task::show::<Revoke>),
    served!(POST Revoke::PAGE, may DisableToken => task::submit::<Revoke>),
];

/// What was done, as an address says it, and the message that tells of it.
const DONE: [(&str, &str); 3] = [
    (Disable::DONE, "token-disabled"),
    (Enable::DONE, "token-enabled"),
    (Revoke::DONE, "token-revoked"),
];

/// `GET /admin/tokens`.
async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = fields.optional("done");
    let told = |name: &str| DONE.iter().find(|(known, _)| *known == name).map(|(_, key)| *key);
    let done = done.map(|name| told(&name).ok_or(Refusal::Form)).transpose()?;
    let list = Command::Token(TokenCommand::List);
    let tokens = match turn.core.operator.execute(by(turn, principal, None), list).await {
        Ok(Reply::Token(TokenReply::All { tokens })) => tokens,
        Ok(_) => return Err(Refusal::Internal.into()),
        Err(error) => {
            tracing::error!(request_id = turn.asking.request_id, %error, "no tokens are shown");
            return Err(Refusal::StoreUnavailable.into());
        }
    };
    let page = TokensPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, TOKENS),
        done: done.map(|key| turn.language.say(key)),
        rows: tokens.iter().map(|token| line(turn, principal, token)).collect(),
        add: may(principal, Act::AddToken, None).then(|| link::<Add>(turn, None)),
    };
    turn.page(StatusCode::OK, &page)
}

/// Whether somebody may do something to a token with such a role.
fn may(principal: &Principal, act: Act, role: Option<crate::subject::Role>) -> bool {
    authority::may(Who::Person(principal.role()), act, Target::Token { role }).is_ok()
}

fn link<T: Task>(turn: &Turn, token: Option<&str>) -> Link {
    let query = token.map(|name| format!("?token={}", urlencoded::encode(name)));
    let page = format!("{}{}", T::PAGE, query.unwrap_or_default());
    Link { href: turn.core.address(&page), label: turn.language.say(T::TITLE) }
}

fn line(turn: &Turn, principal: &Principal, token: &TokenView) -> TokenLine {
    let name = Some(token.name.as_str());
    let is_disabled = token.standing == TokenStanding::Disabled;
    let (act, change) = if is_disabled {
        (Act::EnableToken, link::<Enable>(turn, name))
    } else {
        (Act::DisableToken, link::<Disable>(turn, name))
    };
    let acts = [
        may(principal, Act::RotateToken, token.role).then(|| link::<Rotate>(turn, name)),
        may(principal, act, token.role).then_some(change),
        may(principal, Act::DisableToken, token.role).then(|| link::<Revoke>(turn, name)),
    ];
    TokenLine {
        name: token.name.clone(),
        standing: turn.language.say(standing(token.standing)),
        good: token.standing == TokenStanding::Active,
        role: token.role.map(|role| turn.language.say(named(role))),
        site: token.site.clone(),
        scope: [&token.methods, &token.paths, &token.networks]
            .into_iter()
            .filter(|them| !them.is_empty())
            .map(|them| them.join(" "))
            .collect::<Vec<_>>()
            .join(" · "),
        expires: turn.language.moment(token.expires),
        last_used: token.last_used.map(|at| turn.language.moment(at)),
        acts: acts.into_iter().flatten().collect(),
    }
}

const fn standing(standing: TokenStanding) -> &'static str {
    match standing {
        TokenStanding::Active => "token-active",
        TokenStanding::ExpiresSoon => "token-expires-soon",
        TokenStanding::Expired => "token-expired",
        TokenStanding::Disabled => "token-is-disabled",
    }
}

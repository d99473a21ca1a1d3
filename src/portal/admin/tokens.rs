//! Service tokens: what each is good for, when it ends and when it was last used.

mod tasks;

use http::StatusCode;

use super::command::look;
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
use crate::portal::done::was_done;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::page::Link;
use crate::portal::page::admin::TokenLine;
use crate::portal::page::admin::TokensPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::Role;

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
    served!(GET Add::PAGE, by Add::ACT => task::show::<Add>),
    served!(POST Add::PAGE, by Add::ACT => task::submit::<Add>),
    served!(GET Rotate::PAGE, by Rotate::ACT => task::show::<Rotate>),
    served!(POST Rotate::PAGE, by Rotate::ACT => task::submit::<Rotate>),
    served!(GET Disable::PAGE, by Disable::ACT => task::show::<Disable>),
    served!(POST Disable::PAGE, by Disable::ACT => task::submit::<Disable>),
    served!(GET Enable::PAGE, by Enable::ACT => task::show::<Enable>),
    served!(POST Enable::PAGE, by Enable::ACT => task::submit::<Enable>),
    served!(GET Revoke::PAGE, by Revoke::ACT => task::show::<Revoke>),
    served!(POST Revoke::PAGE, by Revoke::ACT => task::submit::<Revoke>),
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
    let done = was_done(turn, &DONE, &mut fields)?;
    let list = Command::Token(TokenCommand::List);
    let Some(Reply::Token(TokenReply::All { tokens })) = look(turn, principal, list).await? else {
        return Err(Refusal::Internal.into());
    };
    let page = TokensPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, TOKENS),
        done,
        rows: tokens.iter().map(|token| line(turn, principal, token)).collect(),
        add: may(principal, Act::AddToken, None).then(|| link::<Add>(turn, None)),
    };
    turn.page(StatusCode::OK, &page)
}

/// Whether somebody may do something to a token with such a role.
fn may(principal: &Principal, act: Act, role: Option<Role>) -> bool {
    authority::may(Who::Person(principal.role()), act, Target::Token { role }).is_ok()
}

/// A link to a task. A token is meant by its id: a name can be another token's id.
fn link<T: Task>(turn: &Turn, token: Option<&str>) -> Link {
    let query = token.map(|id| format!("?token={}", urlencoded::encode(id)));
    let page = format!("{}{}", T::PAGE, query.unwrap_or_default());
    Link { href: turn.core.address(&page), label: turn.language.say(T::TITLE) }
}

fn line(turn: &Turn, principal: &Principal, token: &TokenView) -> TokenLine {
    fn offered<T: Task>(turn: &Turn, principal: &Principal, token: &TokenView) -> Option<Link> {
        may(principal, T::ACT, token.role).then(|| link::<T>(turn, Some(&token.id)))
    }
    let change = match token.standing {
        TokenStanding::Disabled => offered::<Enable>,
        TokenStanding::Active | TokenStanding::ExpiresSoon | TokenStanding::Expired => {
            offered::<Disable>
        }
    };
    let acts = [
        offered::<Rotate>(turn, principal, token),
        change(turn, principal, token),
        offered::<Revoke>(turn, principal, token),
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

//! Who is signed in, where, and how strongly: everybody's sessions, newest first, or those of one account.

use http::StatusCode;

use super::address_of;
use super::command::look;
use super::deed::Deed;
use super::deeds::EndSession;
use super::door::Principal;
use super::shell;
use super::task::Task;
use super::user;
use crate::authority;
use crate::authority::Act;
use crate::authority::Target;
use crate::authority::Who;
use crate::form_body::urlencoded;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SessionCommand;
use crate::operate::view::SessionReply;
use crate::operate::view::SessionView;
use crate::policy::Refusal;
use crate::portal::done::was_done;
use crate::portal::form::Fields;
use crate::portal::page::Link;
use crate::portal::page::admin::SessionLine;
use crate::portal::page::admin::SessionsPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::session::SessionRecord;

/// The page.
pub(super) const SESSIONS: &str = "/admin/sessions";

/// Sessions on one page.
const PER_PAGE: usize = 50;

/// The fields of an address of the page.
const FIELDS: [&str; 3] = ["user", "after", "done"];

/// The sessions of one account, below the prefix.
pub(super) fn page_of(id: &str) -> String {
    format!("{SESSIONS}?user={}", urlencoded::encode(id))
}

/// A session in a few words: browser, site, address.
pub(super) fn in_short(turn: &Turn, record: &SessionRecord) -> String {
    let browser = record.opened_from.browser.as_deref();
    let browser = browser.unwrap_or_else(|| turn.language.say("sessions-browser-unknown"));
    format!("{browser} · {} · {}", record.site, record.client)
}

/// `GET /admin/sessions`. Whoever may not see everybody's sees those of the account that they name.
pub(super) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&FIELDS)?;
    let given = |field: Option<zeroize::Zeroizing<String>>| field.map(|text| text.to_string());
    let user = given(fields.optional("user")).filter(|id| !id.is_empty());
    let after = given(fields.optional("after"));
    let done = was_done(turn, &[(EndAll::DONE, "sessions-all-ended")], &mut fields)?;
    let of = match &user {
        None => None,
        Some(id) => match user::account(turn, principal, id).await? {
            None => return Ok(turn.not_found()),
            Some(account) => Some((turn.core.address(&user::page_of(&account.id)), account.login)),
        },
    };
    let login = user.as_ref().map(|id| format!("={id}"));
    let list = SessionCommand::List { login, after: after.clone(), limit: PER_PAGE };
    let (sessions, next) = match look(turn, principal, Command::Session(list)).await? {
        Some(Reply::Session(SessionReply::Page { sessions, next })) => (sessions, next),
        Some(_) => return Err(Refusal::Internal.into()),
        None => return Ok(turn.not_found()),
    };
    let address = |after: Option<&str>| {
        address_of(turn, SESSIONS, [("user", user.as_deref()), ("after", after)])
    };
    let page = SessionsPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, SESSIONS),
        done,
        of,
        rows: sessions.iter().map(|it| line(turn, principal, it)).collect(),
        end_all: end_all(turn, principal).filter(|_| user.is_none()),
        first: after.is_some().then(|| address(None)),
        next: next.map(|next| address(Some(&next))),
    };
    turn.page(StatusCode::OK, &page)
}

fn line(turn: &Turn, principal: &Principal, session: &SessionView) -> SessionLine {
    let own = principal.session().record.handle == session.handle;
    let end = format!(
        "{}?id={}&session={}",
        EndSession::PAGE,
        urlencoded::encode(&session.subject),
        urlencoded::encode(&session.handle)
    );
    let is_others = principal.id().as_str() != session.subject;
    let may_any = Act::EndSession.roles().has(principal.role());
    SessionLine {
        login: session.login.clone(),
        href: turn.core.address(&user::page_of(&session.subject)),
        here: own,
        site: session.site.clone(),
        aal: session.aal.to_uppercase(),
        browser: session.browser.clone(),
        client: session.client.to_string(),
        place: session.place.clone(),
        created: turn.language.moment(session.created),
        active: turn.language.moment(session.last_active),
        end: (is_others && may_any).then(|| turn.core.address(&end)),
    }
}

/// The way to end everybody's, for whom that is.
fn end_all(turn: &Turn, principal: &Principal) -> Option<Link> {
    let who = Who::Person(principal.role());
    authority::may(who, EndAll::ACT, Target::Nothing).ok()?;
    Some(Link { href: turn.core.address(EndAll::PAGE), label: turn.language.say(EndAll::TITLE) })
}

/// Everybody's sessions end, but that of whoever does it.
pub(crate) struct EndAll;

impl Task for EndAll {
    const PAGE: &'static str = "/admin/sessions/end-all";
    const LIST: &'static str = SESSIONS;
    const ACT: Act = Act::EndAllSessions;
    const TITLE: &'static str = "task-end-all";
    const DOES: &'static str = "task-end-all-does";
    const DONE: &'static str = "all-ended";

    async fn first(_: &Turn, _: &Principal, _: &mut Fields) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self))
    }

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn command(&self) -> Command {
        Command::Session(SessionCommand::EndAll)
    }
}

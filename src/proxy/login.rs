//! A login at the console itself (rulings 12 and 13): read, charged, sent once and unchanged, and judged. What lets
//! somebody in is withheld until they have proved the rest; what is no clear answer is none.

mod disguise;
mod leaving;
mod sent;
mod whose;

use bytes::Bytes;
use http::Request;
use http::Response;
use http::StatusCode;
use http::header;
use pingora::http::RequestHeader;
use pingora::protocols::http::ServerSession;
use zeroize::Zeroize;

use super::Gateway;
use super::answer;
use super::bridge;
use super::bridge::Body;
use super::console_cookies;
use super::context::Audience;
use super::context::Outcome;
use super::context::RequestContext;
use super::peers::ask::WholeAnswer;
use super::reading;
use super::response;
use super::response::Switching;
use crate::ceremony::ConsoleAttempt;
use crate::console_login::Answer;
use crate::console_login::ConsoleForm;
use crate::console_login::MOST_BYTES;
use crate::console_login::cookies::Before;
use crate::console_login::cookies::Holder;
use crate::directory::LiveSession;
use crate::policy::Demand;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::portal::Asking;
use crate::subject::LoginName;

pub(super) use self::disguise::hide_name;
pub(super) use self::disguise::looks_like_one;
pub(super) use self::leaving::answer_waits;
pub(super) use self::leaving::leave;
pub(super) use self::leaving::note_logout;
use self::sent::cookies_of;
use self::sent::told;

/// Bytes of a page on which a console says no.
const MOST_PAGE: usize = 1024 * 1024;

/// A login on its way.
struct Login<'p> {
    permit: &'p Permit,
    form: &'p ConsoleForm,
    asking: Asking,
    /// As the pages read it, without its body.
    request: Request<Bytes>,
    /// The name it gives; none: only the console can say it.
    typed: Option<LoginName>,
}

/// Why a login goes no further.
enum Stop {
    /// This is answered in its stead.
    Answer(Box<Response<Bytes>>),
    /// It is refused.
    Refuse(Refusal),
}

impl From<Box<Response<Bytes>>> for Stop {
    fn from(answer: Box<Response<Bytes>>) -> Self {
        Self::Answer(answer)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

/// What the console said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// They are let in.
    Yes,
    /// They are not, and its own page may be seen.
    No,
    /// Neither clearly.
    Unclear,
}

/// Answers a login.
///
/// # Errors
/// When the client is gone.
pub(super) async fn answer(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    permit: &Permit,
) -> pingora::Result<()> {
    if must_wait(context, permit) {
        return answer::challenge(gateway, downstream, context, Demand::SignIn).await;
    }
    let body = match bridge::read_body(downstream, MOST_BYTES).await {
        Body::Whole(body) => body,
        unread @ (Body::Refused | Body::Late) => {
            let late = matches!(unread, Body::Late);
            let fault = if late { Refusal::TooSlow } else { Refusal::Body };
            let refusal = context.wire_fault().unwrap_or(fault);
            return answer::refuse(gateway, downstream, context, refusal).await;
        }
    };
    settle(gateway, downstream, context, (permit, body)).await
}

/// Answers a login whose body was read.
///
/// # Errors
/// When the client is gone.
pub(super) async fn settle(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    (permit, body): (&Permit, Bytes),
) -> pingora::Result<()> {
    if must_wait(context, permit) {
        return answer::challenge(gateway, downstream, context, Demand::SignIn).await;
    }
    context.outcome = Outcome::Login;
    if let Some(entry) = &context.site {
        entry.metrics.forward.inc();
    }
    let outcome = exchange(gateway, downstream, context, (permit, body.clone())).await;
    if let Ok(mut password) = body.try_into_mut() {
        password.zeroize();
    }
    match outcome {
        Ok(answer) => bridge::write(downstream, answer, &context.id).await,
        Err(Stop::Answer(answer)) => bridge::write(downstream, *answer, &context.id).await,
        Err(Stop::Refuse(refusal)) => answer::refuse(gateway, downstream, context, refusal).await,
    }
}

/// Whether a script signs in where the console's answer would have to wait: it is told before the console is asked
/// (ruling 12).
fn must_wait(context: &RequestContext, permit: &Permit) -> bool {
    context.audience == Audience::Machine && !permit.site().asks_second_factor_first()
}

async fn exchange(
    gateway: &Gateway,
    downstream: &ServerSession,
    context: &mut RequestContext,
    (permit, body): (&Permit, Bytes),
) -> Result<Response<Bytes>, Stop> {
    let form = permit.site().console_form().ok_or(Refusal::Internal)?;
    let head = downstream.req_header();
    let typed = named(form, head, context, &body)?;
    if form.request.body.is_none() && !body.is_empty() {
        return Err(Refusal::LoginUnclear.into());
    }
    let asking = reading::asking(context).ok_or(Refusal::ClientAddressUnknown)?;
    let request = reading::plain_request(downstream, Bytes::new()).ok_or(Refusal::Form)?;
    let login = Login { permit, form, asking, request, typed };
    stays_out(context, &login)?;
    // Whom the console called otherwise before is who is charged.
    let desk = &gateway.parts().desk;
    let name = login.typed.as_ref().map(|typed| desk.called(typed));
    let attempt = charged(context, &login, name).await?;
    end_another(context, &login).await?;
    let sent = cookies_of(gateway, head, &login)?;
    let told = told(gateway, context, head, (&login, &sent), body.len())?;
    let cookies = whose::sessions_in(&told, permit.site())?;
    let asked = context.live.peers.ask(permit, told, body, MOST_PAGE).await;
    let mut answer = match asked {
        Ok(answer) => answer,
        Err(refusal) => {
            return Err(unanswered(gateway, context, &login, (attempt, &sent), refusal).await);
        }
    };
    context.status = answer.head.status.as_u16();
    let said = judge(form, &shown(gateway, &answer));
    let named = match (&said, &form.told) {
        (Said::Yes, Some(told)) => {
            Some(whose::learn(gateway, context, &login, (told, &answer, cookies)).await)
        }
        _ => None,
    };
    let upstream = context.live.snapshot.upstreams.select(permit).ok_or(Refusal::Internal)?;
    response::clean(&mut answer.head, permit.site(), upstream, Switching::No)
        .map_err(|_| Refusal::UpstreamInvalid)?;
    settled(gateway, context, (&login, &sent), (attempt, named), (said, answer)).await
}

/// What becomes of an answer.
async fn settled(
    gateway: &Gateway,
    context: &RequestContext,
    (login, sent): (&Login<'_>, &[Before]),
    (attempt, named): (Option<Box<ConsoleAttempt>>, Option<Result<LoginName, Refusal>>),
    (said, WholeAnswer { mut head, body }): (Said, WholeAnswer),
) -> Result<Response<Bytes>, Stop> {
    let (portal, desk) = (&context.live.portal, &gateway.parts().desk);
    match (said, named) {
        (Said::Yes, Some(Err(refusal))) => {
            refused(context, login, attempt.as_deref(), "console_name_unclear").await?;
            Err(refusal.into())
        }
        (Said::Yes, named) => {
            let attempt = match named {
                Some(Ok(name)) => {
                    if let Some(typed) = &login.typed {
                        desk.note_called(typed, &name);
                    }
                    portal.console_named(&login.request, &login.asking, attempt, name).await?
                }
                _ => attempt.ok_or(Refusal::Internal)?,
            };
            let sent: Vec<_> = sent.iter().map(|before| before.cookie.clone()).collect();
            let answer = (plain(&head, body), sent.as_slice());
            Ok(portal.console_let_in(&login.request, &login.asking, *attempt, answer).await)
        }
        (Said::No, _) => {
            refused(context, login, attempt.as_deref(), "console_refused").await?;
            desk.give_back(&numbers(sent));
            console_cookies::conceal(&mut head, login.permit.site(), Some(login.holder()), desk)
                .map_err(|_| Refusal::Internal)?;
            Ok(plain(&head, body))
        }
        (Said::Unclear, _) => {
            refused(context, login, attempt.as_deref(), "console_unclear").await?;
            Err(Refusal::LoginRefused.into())
        }
    }
}

/// There is no answer.
async fn unanswered(
    gateway: &Gateway,
    context: &RequestContext,
    login: &Login<'_>,
    (attempt, sent): (Option<Box<ConsoleAttempt>>, &[Before]),
    refusal: Refusal,
) -> Stop {
    if matches!(refusal, Refusal::UpstreamUnreachable | Refusal::UpstreamUnavailable) {
        // Nothing was sent.
        gateway.parts().desk.give_back(&numbers(sent));
    }
    let (portal, ends) = (&context.live.portal, login.asking.session.as_ref());
    let noted = (attempt.as_deref(), refusal.name());
    let told = portal.console_let_nobody_in(&login.request, &login.asking, noted, ends).await;
    told.map_or_else(Stop::Answer, |()| Stop::Refuse(refusal))
}

fn numbers(sent: &[Before]) -> Vec<[u8; 16]> {
    sent.iter().map(|before| before.number).collect()
}

fn shown<'a>(gateway: &Gateway, answer: &'a WholeAnswer) -> Answer<'a> {
    Answer {
        status: answer.head.status,
        headers: &answer.head.headers,
        body: &answer.body,
        wall: gateway.parts().clock.wall(),
    }
}

/// Charges it; to nobody in particular where it names nobody.
async fn charged(
    context: &RequestContext,
    login: &Login<'_>,
    name: Option<LoginName>,
) -> Result<Option<Box<ConsoleAttempt>>, Stop> {
    let portal = &context.live.portal;
    let Some(name) = name else {
        portal.may_come_back(&login.request, &login.asking)?;
        return Ok(None);
    };
    Ok(Some(portal.try_console_login(&login.request, &login.asking, name).await?))
}

/// Whose name a login gives: nobody's, where only the console can say it.
fn named(
    form: &ConsoleForm,
    head: &RequestHeader,
    context: &RequestContext,
    body: &Bytes,
) -> Result<Option<LoginName>, Refusal> {
    if form.is_vouched() {
        return Ok(None);
    }
    let query = context.request.as_ref().and_then(|request| request.query.as_deref());
    let named = form.user_named(query, &head.headers, body);
    let named = named.map_err(|_| Refusal::LoginUnclear)?;
    let name = form.account_name(&named).map_err(|_| Refusal::LoginRefused)?;
    if form.told.is_some() || form.may_be_called(&name) {
        return Ok(Some(name));
    }
    tracing::info!(request_id = context.id, "a user name that `names` does not take");
    Err(Refusal::LoginRefused)
}

/// A provider that vouches for nobody opens nothing: whoever has a session keeps it, whatever link led them there.
fn stays_out(context: &RequestContext, login: &Login<'_>) -> Result<(), Refusal> {
    let query = context.request.as_ref().and_then(|request| request.query.as_deref());
    let is_denied = login.form.is_vouched() && login.form.request.is_denied(query);
    if is_denied && login.asking.session.is_some() {
        return Err(Refusal::LoginRefused);
    }
    Ok(())
}

/// The console may raise the session it has: nobody's becomes somebody else's, and none is left behind. Where only the
/// console can say who it is, it is somebody else.
async fn end_another(
    context: &RequestContext,
    login: &Login<'_>,
) -> Result<(), Box<Response<Bytes>>> {
    let own = login.typed.as_ref().filter(|_| login.form.told.is_none());
    let is_theirs = |session: &LiveSession| Some(&session.profile.login) == own;
    let other = login.asking.session.as_ref().filter(|session| !is_theirs(session));
    let Some(session) = other else { return Ok(()) };
    context.live.portal.console_login_ends(&login.request, &login.asking, session).await
}

/// What an answer means. One that shows the signs of both means neither, and so does one that is too large to wait.
fn judge(form: &ConsoleForm, answer: &Answer<'_>) -> Said {
    let coded = answer.headers.get(header::CONTENT_ENCODING);
    let is_whole = answer.status != StatusCode::PARTIAL_CONTENT
        && !answer.headers.contains_key(header::CONTENT_RANGE)
        && coded.is_none_or(|coding| coding == "identity");
    if !is_whole {
        return Said::Unclear;
    }
    let yes = form.success.are_shown(answer);
    let no = form.failure.as_ref().is_some_and(|failure| failure.are_shown(answer));
    match (yes, no) {
        (true, false) if answer.body.len() <= MOST_BYTES => Said::Yes,
        (false, true) => Said::No,
        (true, _) | (false, false) => Said::Unclear,
    }
}

/// Writes it down. Who was signed in stays so only where the console clearly said no.
async fn refused(
    context: &RequestContext,
    login: &Login<'_>,
    attempt: Option<&ConsoleAttempt>,
    reason: &str,
) -> Result<(), Refusal> {
    let ends = login.asking.session.as_ref().filter(|_| reason != "console_refused");
    let portal = &context.live.portal;
    let noted =
        portal.console_let_nobody_in(&login.request, &login.asking, (attempt, reason), ends);
    noted.await.map_err(|_| Refusal::StoreUnavailable)
}

impl Login<'_> {
    /// For whom what the console sets is sealed, when it says no: for whoever is signed in, else for nobody.
    fn holder(&self) -> Holder<'_> {
        let session = self.asking.session.as_ref().filter(|it| !it.ended.is_cancelled());
        session.map_or(Holder::Nobody, |session| Holder::Session(&session.record.binding))
    }
}

/// The answer as the browser gets it.
fn plain(head: &pingora::http::ResponseHeader, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = head.status;
    for (name, value) in &head.headers {
        if *name != header::CONTENT_LENGTH && *name != header::TRANSFER_ENCODING {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    answer
}

//! A login at the console itself (rulings 12 and 13): read, charged, sent once and unchanged, and judged. What lets
//! somebody in is withheld until they have proved the rest; what is no clear answer is none.

mod disguise;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::Response;
use http::Version;
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
use super::context::Leaving;
use super::context::Outcome;
use super::context::RequestContext;
use super::peers::ask::WholeAnswer;
use super::reading;
use super::response;
use super::response::Switching;
use super::upstream;
use super::upstream::Telling;
use crate::ceremony::ConsoleAttempt;
use crate::console_login::Answer;
use crate::console_login::ConsoleForm;
use crate::console_login::MOST_BYTES;
use crate::console_login::cookies::Before;
use crate::console_login::cookies::Holder;

use crate::policy::Demand;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::portal::Asking;
use crate::session::cookie::CookieKind;

pub(super) use self::disguise::looks_like_one;

/// Bytes of a page on which a console says no.
const MOST_PAGE: usize = 1024 * 1024;

/// Cookies from before sign-in that one login is sent with.
const MOST_COOKIES: usize = 16;

/// Fields that are about one connection, or that the gateway writes itself.
const OF_THE_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
    header::CONTENT_LENGTH,
];

/// A login on its way.
struct Login<'p> {
    permit: &'p Permit,
    asking: Asking,
    /// As the pages read it, without its body.
    request: Request<Bytes>,
}

/// What the console said.
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
        Err(refusal) => answer::refuse(gateway, downstream, context, refusal).await,
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
) -> Result<Response<Bytes>, Refusal> {
    let form = permit.site().console_form().ok_or(Refusal::Internal)?;
    let head = downstream.req_header();
    let query = context.request.as_ref().and_then(|request| request.query.as_deref());
    let named = form.user_named(query, &head.headers, &body).await;
    let named = named.map_err(|_| Refusal::LoginUnclear)?;
    let name = form.account_name(&named).map_err(|_| Refusal::LoginRefused)?;
    let asking = reading::asking(context).ok_or(Refusal::ClientAddressUnknown)?;
    let request = reading::plain_request(downstream, Bytes::new()).ok_or(Refusal::Form)?;
    let login = Login { permit, asking, request };
    let portal = &context.live.portal;
    let attempt = match portal.try_console_login(&login.request, &login.asking, name).await {
        Ok(attempt) => attempt,
        Err(answer) => return Ok(*answer),
    };
    let desk = &gateway.parts().desk;
    let sent = cookies_of(gateway, head, &login)?;
    let numbers: Vec<_> = sent.iter().map(|before| before.number).collect();
    let told = told(gateway, context, head, (&login, &sent), body.len())?;
    let asked = context.live.peers.ask(permit, told, body, MOST_PAGE).await;
    let WholeAnswer { mut head, body } = match asked {
        Ok(answer) => answer,
        Err(refusal) => {
            let (portal, ends) = (&context.live.portal, login.asking.session.as_ref());
            let noted = (&*attempt, refusal.name());
            let told =
                portal.console_let_nobody_in(&login.request, &login.asking, noted, ends).await;
            return told.map_or_else(|answer| Ok(*answer), |()| Err(refusal));
        }
    };
    context.status = head.status.as_u16();
    let wall = gateway.parts().clock.wall();
    let shown = Answer { status: head.status, headers: &head.headers, body: &body, wall };
    let said = judge(form, &shown);
    let upstream = context.live.snapshot.upstreams.select(permit).ok_or(Refusal::Internal)?;
    response::clean(&mut head, permit.site(), upstream, Switching::No)
        .map_err(|_| Refusal::UpstreamInvalid)?;
    match said {
        Said::Yes => {
            let answer = plain(&head, body);
            let (portal, asked) = (&context.live.portal, (&login.request, &login.asking));
            let sent: Vec<_> = sent.into_iter().map(|before| before.cookie).collect();
            Ok(portal.console_let_in(asked.0, asked.1, *attempt, (answer, &sent)).await)
        }
        Said::No => {
            refused(context, &login, &attempt, "console_refused").await?;
            desk.give_back(&numbers);
            console_cookies::conceal(&mut head, permit.site(), Some(login.holder()), desk)
                .map_err(|_| Refusal::Internal)?;
            Ok(plain(&head, body))
        }
        Said::Unclear => {
            refused(context, &login, &attempt, "console_unclear").await?;
            Err(Refusal::LoginRefused)
        }
    }
}

/// What an answer means. One that shows the signs of both means neither, and so does one that is too large to wait.
fn judge(form: &ConsoleForm, answer: &Answer<'_>) -> Said {
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
    attempt: &ConsoleAttempt,
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
        let session = self.asking.session.as_ref();
        session.map_or(Holder::Nobody, |session| Holder::Session(&session.record.binding))
    }
}

/// The cookies from before sign-in that go with this login: no other was sent with them.
fn cookies_of(
    gateway: &Gateway,
    head: &RequestHeader,
    login: &Login<'_>,
) -> Result<Vec<Before>, Refusal> {
    let (site, desk) = (login.permit.site(), &gateway.parts().desk);
    let lines = head.headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let opened = site
        .session_cookies
        .named(lines)
        .filter_map(|(name, value)| desk.sealer.open_before(site.name.as_str(), name, value));
    let mut sent: Vec<Before> = opened.collect();
    if sent.len() > MOST_COOKIES {
        return Err(Refusal::LoginUnclear);
    }
    let numbers: Vec<_> = sent.iter().map(|before| before.number).collect();
    let own = desk.take(&numbers).map_err(|_| Refusal::Busy)?;
    sent.retain(|before| own.contains(&before.number));
    Ok(sent)
}

/// The head of the login as the console receives it: in nobody's name, its body as it came.
fn told(
    gateway: &Gateway,
    context: &RequestContext,
    head: &RequestHeader,
    (login, sent): (&Login<'_>, &[Before]),
    length: usize,
) -> Result<RequestHeader, Refusal> {
    let (Some(request), Some(entry), Some(client)) =
        (&context.request, &context.site, &context.client)
    else {
        return Err(Refusal::Internal);
    };
    let built = || -> pingora::Result<RequestHeader> {
        let target = request.target();
        let mut told = RequestHeader::build(head.method.clone(), target.as_bytes(), None)?;
        told.set_version(Version::HTTP_11);
        let named: Vec<HeaderName> = connection_names(head);
        for (name, value) in &head.headers {
            if !OF_THE_HOP.contains(name) && !named.contains(name) {
                told.append_header(name.clone(), value.clone())?;
            }
        }
        let telling = Telling {
            entry,
            request_id: &context.id,
            authority: &context.authority,
            client: client.address,
            cookies: context.cookies,
            identity: None,
            pseudonym: gateway.pseudonym(),
            secret: context
                .live
                .snapshot
                .upstreams
                .select(login.permit)
                .and_then(|upstream| upstream.secret_header.as_ref()),
        };
        console_cookies::strip(&mut told);
        upstream::tell(&mut told, &telling)?;
        let (site, desk) = (login.permit.site(), &gateway.parts().desk);
        let binding = login.asking.session.as_ref().map(|session| session.record.binding.as_str());
        console_cookies::reveal(&mut told, site, |name, value| {
            let fresh = sent.iter().find(|before| {
                before.cookie.name == name
                    && desk.sealer.open_before(site.name.as_str(), name, value).as_ref()
                        == Some(before)
            });
            let own = || desk.sealer.open(site.name.as_str(), binding?, name, value);
            fresh.map(|before| before.cookie.value.clone()).or_else(own)
        })?;
        told.insert_header(header::ACCEPT_ENCODING, "identity")?;
        told.insert_header(header::CONTENT_LENGTH, length)?;
        Ok(told)
    };
    built().map_err(|_| Refusal::Internal)
}

fn connection_names(head: &RequestHeader) -> Vec<HeaderName> {
    let lines = head.headers.get_all(header::CONNECTION).iter();
    lines
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| HeaderName::from_bytes(name.trim().as_bytes()).ok())
        .collect()
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

/// With the answer to a logout the session of the gateway's ends as well, unless the console failed.
///
/// # Errors
/// When the cookie cannot be removed.
pub(super) fn note_logout(
    head: &mut pingora::http::ResponseHeader,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    let (Some(permit), Some(request)) = (&context.permit, &context.request) else {
        return Ok(());
    };
    let logout = permit.site().console_form().and_then(|form| form.logout.as_ref());
    let leaves = logout.is_some_and(|logout| logout.is(request))
        && permit.identity().is_some()
        && (head.status.is_success() || head.status.is_redirection());
    if leaves {
        context.leaves = Leaving::Yes;
        let cleared = context.cookies.clear(CookieKind::Session);
        head.append_header(header::SET_COOKIE, cleared)?;
    }
    Ok(())
}

/// Ends the session of somebody who leaves the console, before they see its answer, which is the last of that
/// session and does not end with it.
pub(super) async fn leave(downstream: &ServerSession, context: &mut RequestContext) {
    if context.leaves == Leaving::No {
        return;
    }
    context.over = None;
    context.held = true;
    if let Some(lifeline) = &context.lifeline {
        lifeline.untie();
    }
    let asked = reading::plain_request(downstream, Bytes::new()).zip(reading::asking(context));
    if let Some((request, asking)) = asked {
        context.live.portal.console_left(&request, &asking, "sign_out").await;
    }
}

/// Whether somebody who has proved everything goes to the console before its answer to their login was given to
/// them, whatever led them there: without the cookies in it they would be strangers.
pub(super) fn answer_waits(
    gateway: &Gateway,
    downstream: &ServerSession,
    context: &RequestContext,
    permit: &Permit,
) -> bool {
    let binding = permit.identity().map(|identity| &identity.session.binding);
    permit.site().console_form().is_some()
        && context.audience == Audience::Person
        && downstream.req_header().method == Method::GET
        && binding.is_some_and(|binding| gateway.parts().desk.has(binding))
}

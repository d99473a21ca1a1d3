//! What follows a login: its answer, first of all; and in the end, signing out there.

use bytes::Bytes;
use http::Method;
use http::header;
use pingora::http::ResponseHeader;
use pingora::protocols::http::ServerSession;

use crate::policy::Permit;
use crate::proxy::Gateway;
use crate::proxy::context::Audience;
use crate::proxy::context::Leaving;
use crate::proxy::context::RequestContext;
use crate::proxy::reading;
use crate::session::cookie::CookieKind;

/// With the answer to a logout the session of the gateway's ends as well, unless the console failed.
///
/// # Errors
/// When the cookie cannot be removed.
pub(in crate::proxy) fn note_logout(
    head: &mut ResponseHeader,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    let (Some(permit), Some(request)) = (&context.permit, &context.request) else {
        return Ok(());
    };
    let logout = permit.site().console_form().and_then(|form| form.logout.as_ref());
    let leaves = logout.is_some_and(|logout| logout.is(request, permit.site().routes.sameness()))
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
pub(in crate::proxy) async fn leave(downstream: &ServerSession, context: &mut RequestContext) {
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
pub(in crate::proxy) fn answer_waits(
    gateway: &Gateway,
    downstream: &ServerSession,
    context: &RequestContext,
    permit: &Permit,
) -> bool {
    let binding = permit.identity().map(|identity| &identity.session.binding);
    permit.site().console_form().is_some()
        && context.audience == Audience::Person
        && downstream.req_header().method == Method::GET
        && binding.is_some_and(|binding| gateway.parts().desk.waits(binding).is_some())
}

//! A sign-on in front of the gateway: heard before a request is judged, where its site has one. Only the connection's own
//! peer is believed, never an address that somebody announces.

use bytes::Bytes;
use pingora::protocols::http::ServerSession;

use super::Gateway;
use super::context::RequestContext;
use super::reading;
use crate::area::Whereabouts;
use crate::canonical::Host;
use crate::federation::Stated;
use crate::policy::Refusal;

/// Notes what the site's sign-on says of a request.
pub(super) async fn hear(
    gateway: &Gateway,
    downstream: &ServerSession,
    context: &mut RequestContext,
) {
    if !context.live.snapshot.has_sign_ons() {
        return;
    }
    let head = downstream.req_header();
    let host = reading::authority(head).and_then(|authority| Host::parse(&authority));
    let Some(entry) = host.and_then(|host| context.live.snapshot.site_of(&host)) else { return };
    let Some(trusted) = entry.site.trusted_header() else { return };
    let seen = context.connection.as_ref().and_then(|it| it.seen());
    let peer = seen.map(Whereabouts::of);
    let site = (entry.site.name.as_str(), trusted);
    context.stated = gateway.parts().federation.hear(site, peer.as_ref(), &head.headers).await;
    if context.stated == Stated::Unclear {
        tracing::debug!(request_id = context.id, "a sign-on's word is not clear");
    }
}

/// Ends a session with which somebody else came than whose it is, before anything is answered.
///
/// # Errors
/// When that could not be written down.
pub(super) async fn end_superseded(
    downstream: &ServerSession,
    context: &mut RequestContext,
) -> Result<(), Refusal> {
    let Some(session) = context.superseded.take() else { return Ok(()) };
    let asked = reading::plain_request(downstream, Bytes::new()).zip(reading::asking(context));
    let (request, asking) = asked.ok_or(Refusal::ClientAddressUnknown)?;
    context.live.portal.superseded(&request, &asking, &session).await
}

//! Who may connect at all: judged at accept, before a task is made for the connection, before TLS and HTTP;
//! where a declared proxy speaks for others, as soon as it said for whom.

use std::net::IpAddr;
use std::net::SocketAddr;

use async_trait::async_trait;
use http::HeaderMap;
use pingora::listeners::ConnectionFilter;

use super::Gateway;
use super::Live;
use super::context::RequestContext;
use crate::area::Kept;
use crate::area::Whereabouts;
use crate::gate::Farewell;
use crate::gate::Rehearsed;
use crate::metrics::Mode;
use crate::policy::Refusal;

/// Judges the peers of new connections for pingora, which closes at once what is not let in.
#[derive(Debug)]
pub struct AtAccept(Gateway);

impl AtAccept {
    /// By the configuration that this gateway has in force.
    #[must_use]
    pub const fn new(gateway: Gateway) -> Self {
        Self(gateway)
    }
}

#[async_trait]
impl ConnectionFilter for AtAccept {
    async fn should_accept(&self, peer: Option<&SocketAddr>) -> bool {
        let live = self.0.parts().live.load();
        // Without an address it is closed a moment later. For a reset, pingora has to hand it over.
        let closes = live.snapshot.connections.farewell == Farewell::Drop;
        !closes || peer.is_none_or(|peer| self.0.lets_in_peer(&live, peer.ip().to_canonical()))
    }
}

impl Gateway {
    /// Whether a peer may connect. A declared proxy may: whom it speaks for is judged.
    pub(super) fn lets_in_peer(&self, live: &Live, peer: IpAddr) -> bool {
        live.proxies.declare(peer) || self.lets_in(live, peer)
    }

    /// Whether a client may connect; noted if it may not, and if rules that are only rehearsed say so.
    pub(super) fn lets_in(&self, live: &Live, client: IpAddr) -> bool {
        let rules = &live.snapshot.connections;
        if rules.fence.is_open() && rules.rehearsed.is_open() {
            return true;
        }
        let client = live.snapshot.locate(client);
        if let Some(kept) = rules.rehearsed.keeps_out(&client) {
            self.note_kept(&client, kept, Mode::ReportOnly);
        }
        let kept = rules.fence.keeps_out(&client);
        if let Some(kept) = kept {
            self.note_kept(&client, kept, Mode::Enforced);
        }
        kept.is_none()
    }

    fn note_kept(&self, client: &Whereabouts, kept: Kept<'_>, mode: Mode) {
        let rule = kept.rule();
        self.parts().metrics.clients.denied(rule, mode);
        // At this level only: a flood must not become one of the log.
        tracing::debug!(client = %client.address, rule, mode = mode.name(), "a connection is kept out");
    }
}

/// Where a request comes from, and why nothing is served there, if so: a declared proxy did not say, the one
/// that said is declared no more, or the rules keep the client out, which may have changed since its connection was let in. Then that
/// connection is closed as well, unless it is one of a proxy, which carries others.
pub(super) fn barred(
    gateway: &Gateway,
    headers: &HeaderMap,
    context: &mut RequestContext,
) -> Option<Refusal> {
    let Some(connection) = &context.connection else {
        return Some(Refusal::ClientAddressUnknown);
    };
    let (live, peer) = (&context.live, connection.peer);
    if connection.announced_by.is_some_and(|by| !live.proxies.declare(by)) {
        connection.expel();
        return Some(Refusal::ClientAddressUnknown);
    }
    for header in live.proxies.ignored(peer, headers) {
        gateway.parts().metrics.clients.announcement_ignored(header.name());
    }
    let Ok(client) = live.proxies.client(peer, headers) else {
        return Some(Refusal::ClientAddressUnknown);
    };
    let client = connection.locate(live, client, gateway.parts().clock.now());
    let rules = &live.snapshot.connections;
    if let Some(kept) = rules.rehearsed.keeps_out(&client) {
        let reason = Refusal::from(kept).name();
        context.rehearsed = Some(Rehearsed { decision: "refuse", reason });
    }
    let refusal = rules.fence.keeps_out(&client).map(Refusal::from);
    if refusal.is_some() && !live.proxies.speaks_for_others(peer) {
        connection.expel();
    }
    context.client = Some(client);
    refusal
}

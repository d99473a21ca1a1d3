//! A client's connection, from accept to close: our own application in front of pingora's proxy.
//!
//! It ends TLS under its own time limit, reads and judges the head of every HTTP/1 request before pingora
//! sees a byte of it, and gives every connection a context that lives as long as it does.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use pingora::apps::HttpPersistentSettings;
use pingora::apps::HttpServerApp;
use pingora::apps::ServerApp;
use pingora::listeners::tls::Acceptor;
use pingora::protocols::ALPN;
use pingora::protocols::Ssl;
use pingora::protocols::Stream;
use pingora::protocols::http::ServerSession;
use pingora::protocols::l4::stream::Stream as L4Stream;
use pingora::proxy::HttpProxy;
use pingora::server::ShutdownWatch;
use prometheus::IntGauge;
use rustls::ServerConfig;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::Gateway;
use super::Live;
use super::Settings;
use super::access_log::AccessRecord;
use super::answer;
use super::client::ConnectionContext;
use super::crowd::Place;
use super::entrance;
use super::entrance::Entrances;
use super::entrance::Opening;
use super::http2::Connection;
use super::lifeline;
use super::proxy_protocol;
use super::reset;
use super::stream::GuardedStream;
use super::stream::HeadRead;
use crate::canonical::HeadError;
use crate::canonical::head;
use crate::client_certificate::Chain;
use crate::gate::Farewell;
use crate::metrics::Broken;
use crate::policy::Refusal;
use crate::portal::Reader;
use crate::session::cookie::CookieNames;

/// How long a connection that waits for a request is listened to once the gateway stops: a request that
/// is on its way at that moment is answered, not cut.
const LINGER: Duration = Duration::from_millis(500);

/// How long a handshake may still take once the gateway stops.
const HANDSHAKE_LINGER: Duration = Duration::from_secs(2);

/// What every HTTP/2 connection begins with (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The application of one kind of listeners.
pub struct Door {
    proxy: Arc<HttpProxy<Gateway>>,
    gateway: Gateway,
    tls: Option<Arc<ArcSwap<ServerConfig>>>,
    entrances: Entrances,
}

impl Door {
    /// The application of these listeners; with `tls`, connections go on with a handshake.
    #[must_use]
    pub fn new(
        proxy: HttpProxy<Gateway>,
        gateway: Gateway,
        tls: Option<Arc<ArcSwap<ServerConfig>>>,
        entrances: Entrances,
    ) -> Self {
        Self { proxy: Arc::new(proxy), gateway, tls, entrances }
    }

    /// Whose connection it is: the peer's, or the client's whom a declared proxy announces, and then which
    /// proxy; with its place among its neighbours.
    async fn client(
        &self,
        stream: &mut Stream,
        live: &Live,
        place: &mut Place,
    ) -> Option<(IpAddr, Option<IpAddr>)> {
        let peer = entrance::peer_of(stream)?;
        let declared = live.proxies.declare(peer);
        let (client, announced_by) = match self.entrances.opening_of(stream)? {
            Opening::Direct => (peer, None),
            Opening::ProxyProtocol if !declared => {
                self.broke(peer, Broken::ProxyUndeclared);
                return None;
            }
            Opening::ProxyProtocol => {
                let announced = proxy_protocol::read(stream);
                match timeout(live.settings.handshake_timeout, announced).await {
                    Ok(Ok(client)) => (client, Some(peer)),
                    Ok(Err(fault)) => {
                        self.broke(peer, fault.broken());
                        return None;
                    }
                    Err(_) => {
                        self.broke(peer, Broken::ProxyTimeout);
                        return None;
                    }
                }
            }
        };
        // Any other peer was judged at accept; and all their requests are judged again.
        if declared
            && !live.proxies.speaks_for_others(client)
            && !self.gateway.lets_in(live, client)
        {
            return None;
        }
        if !live.proxies.declare(client)
            && let Err(reason) = place.belongs_to(client)
        {
            self.gateway.parts().metrics.connection_refused(reason);
            return None;
        }
        Some((client, announced_by))
    }

    async fn admit(
        &self,
        mut stream: Stream,
        live: &Live,
        place: &mut Place,
    ) -> Option<GuardedStream> {
        let (client, announced_by) = self.client(&mut stream, live, place).await?;
        let settings = &live.settings;
        let Some(tls) = &self.tls else {
            let context = ConnectionContext::new(client, CookieNames::Plain, None);
            let context = context.announced(announced_by);
            return GuardedStream::new(stream, Arc::new(context), settings).ok();
        };
        let l4 = *stream.into_any().downcast::<L4Stream>().ok()?;
        let acceptor = Acceptor::from_server_config(tls.load_full());
        let handshake = timeout(settings.handshake_timeout, acceptor.tls_handshake(l4)).await;
        let stream = match handshake {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                self.broke(client, Broken::of_handshake(&error.to_string()));
                return None;
            }
            Err(_) => {
                self.broke(client, Broken::TlsTimeout);
                return None;
            }
        };
        let server_name = stream.get_ssl().and_then(|tls| tls.server_name()).map(str::to_owned);
        let shown = stream.get_ssl().and_then(|tls| tls.peer_cert_chain_der()).and_then(Chain::new);
        let context = ConnectionContext::new(client, CookieNames::Secure, server_name);
        let context = context.announced(announced_by).with_chain(shown);
        GuardedStream::new(Box::new(stream), Arc::new(context), settings).ok()
    }

    /// Counts a connection that ended before or beneath its requests: no access log line has it.
    fn broke(&self, client: IpAddr, broken: Broken) {
        tracing::debug!(%client, reason = broken.name(), "a connection broke");
        self.gateway.parts().metrics.connection_broke(broken);
    }

    /// HTTP/2: after its preface, in whole and in time.
    async fn serve_http2(
        &self,
        mut stream: GuardedStream,
        settings: &Settings,
        shutdown: &ShutdownWatch,
    ) {
        let context = Arc::clone(stream.context());
        let mut stopping = shutdown.clone();
        let came = tokio::select! {
            biased;
            came = stream.await_first_bytes(PREFACE.len(), settings.head_timeout) => came,
            () = lingered(&mut stopping) => return,
        };
        if !came {
            return self.broke(context.peer, Broken::PrefaceTimeout);
        }
        if stream.head(PREFACE.len()) != PREFACE {
            return self.broke(context.peer, Broken::Preface);
        }
        context.arrived();
        let traffic = Arc::clone(&self.gateway.parts().traffic);
        let connection = Connection::new(Arc::clone(&self.proxy), traffic, settings);
        connection.serve(stream, shutdown, settings.head_timeout).await;
        if let Some(broken) = Broken::of_farewell(context.farewell()) {
            self.broke(context.peer, broken);
        }
    }

    /// HTTP/1: one head after the other, each judged before pingora reads it.
    async fn serve_http1(
        &self,
        mut stream: GuardedStream,
        settings: &Settings,
        shutdown: &ShutdownWatch,
    ) {
        let mut patience = settings.head_timeout;
        let mut carried: Option<HttpPersistentSettings> = None;
        loop {
            let mut stopping = shutdown.clone();
            let limit = settings.head.head_bytes;
            let read = tokio::select! {
                biased;
                read = stream.read_head(patience, settings.head_timeout, limit) => read,
                () = stopped(&mut stopping) => {
                    stream.context().expect(self.gateway.parts().traffic.enter());
                    stream.read_head(patience.min(LINGER), settings.head_timeout, limit).await
                }
            };
            if let Err(refused) = self.judge(&mut stream, read, settings) {
                if let Some(error) = refused {
                    self.refuse(stream, error).await;
                }
                return;
            }
            let mut session = ServerSession::new_http1(Box::new(stream));
            if let Some(persistent) = carried.take() {
                persistent.apply_to_session(&mut session);
            } else {
                session.set_keepalive(Some(settings.keepalive.as_secs()));
                let more = u32::try_from(settings.requests.saturating_sub(1)).ok();
                session.set_keepalive_reuses_remaining(more);
            }
            // The stream itself knows how long to wait for a body.
            session.set_read_timeout(None);
            if *shutdown.borrow() {
                session.set_keepalive(None);
            }
            let task = self.proxy.process_new_http(session, shutdown);
            let Some(reused) = lifeline::run(task).await else {
                return;
            };
            let (inner, persistent) = reused.consume();
            carried = persistent;
            let Ok(guarded) = inner.into_any().downcast::<GuardedStream>() else {
                return;
            };
            stream = *guarded;
            if !stream.is_reusable() {
                // A second request that came with the first is not answered.
                return stream.linger().await;
            }
            patience = stream.context().patience(settings);
        }
    }

    /// Lets the request through to pingora, or says what is wrong with it; `Err(None)`: just close.
    fn judge(
        &self,
        stream: &mut GuardedStream,
        read: HeadRead,
        settings: &Settings,
    ) -> Result<(), Option<HeadError>> {
        match read {
            HeadRead::Complete(length) => {
                let body = head::check(stream.head(length), &settings.head).map_err(Some)?.body;
                stream.accept(length, body).map_err(Some)
            }
            HeadRead::Malformed(error) => Err(Some(error)),
            HeadRead::Nothing => Err(None),
            HeadRead::TooSlow => {
                self.gateway.parts().metrics.refused(Refusal::TooSlow);
                Err(None)
            }
        }
    }

    async fn refuse(&self, mut stream: GuardedStream, error: HeadError) {
        let parts = self.gateway.parts();
        let id = self.gateway.request_id();
        let refusal = Refusal::Head(error);
        parts.metrics.refused(refusal);
        let live = parts.live.load_full();
        // Whom a proxy speaks for stands in the head, which could not be read.
        let peer = stream.context().peer;
        let client = (!live.proxies.speaks_for_others(peer)).then_some(peer);
        let answer = live.portal.refuse(refusal, &id, None, Reader::Program);
        parts.access_log.write(&AccessRecord {
            time: parts.clock.wall(),
            request_id: &id,
            site: None,
            route: None,
            client,
            network: None,
            country: None,
            method: "",
            host: "",
            path: "",
            status: answer.status().as_u16(),
            decision: "refuse",
            refusal: Some(refusal.name()),
            subject: None,
            acr: None,
            proof_age: None,
            machine: None,
            bad_token: None,
            report_only: None,
            sid: None,
            upstream: None,
            retries: None,
            upstream_ms: None,
            added_us: None,
            bytes: u64::try_from(answer.body().len()).unwrap_or(u64::MAX),
            user_agent: None,
            protocol: "HTTP/1.1",
        });
        if stream.write_all(&answer::raw(&answer, &id)).await.is_ok()
            && stream.flush().await.is_ok()
        {
            stream.linger().await;
        }
    }
}

#[async_trait]
impl ServerApp for Door {
    async fn process_new(
        self: &Arc<Self>,
        stream: Stream,
        shutdown: &ShutdownWatch,
    ) -> Option<Stream> {
        let parts = self.gateway.parts();
        let live = parts.live.load_full();
        if live.snapshot.connections.farewell == Farewell::Reset
            && !self.gateway.lets_in_peer(&live, entrance::peer_of(&stream)?)
        {
            reset::reset(stream);
            return None;
        }
        let mut place = match parts.crowd.enter() {
            Ok(place) => place,
            Err(reason) => {
                parts.metrics.connection_refused(reason);
                return None;
            }
        };
        let _open = Counted::new(&parts.metrics.connections);
        let arriving = parts.traffic.enter();
        let settings = live.settings;
        let mut stopping = shutdown.clone();
        let stream = tokio::select! {
            biased;
            stream = self.admit(stream, &live, &mut place) => stream?,
            () = lingered(&mut stopping) => return None,
        };
        drop(live);
        stream.context().expect(arriving);
        if matches!(stream.selected_alpn_proto(), Some(ALPN::H2)) {
            self.serve_http2(stream, &settings, shutdown).await;
        } else {
            self.serve_http1(stream, &settings, shutdown).await;
        }
        None
    }

    async fn cleanup(&self) {
        self.proxy.cleanup().await;
    }
}

/// Counts a connection while it is open, however it ends.
struct Counted<'a>(&'a IntGauge);

impl<'a> Counted<'a> {
    fn new(gauge: &'a IntGauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Waits until the gateway stops.
pub(super) async fn stopped(shutdown: &mut ShutdownWatch) {
    while !*shutdown.borrow_and_update() {
        if shutdown.changed().await.is_err() {
            return;
        }
    }
}

/// Waits until the gateway stops, and as long as a handshake may then still take: nobody can make a stop
/// last longer by beginning one.
async fn lingered(shutdown: &mut ShutdownWatch) {
    stopped(shutdown).await;
    tokio::time::sleep(HANDSHAKE_LINGER).await;
}

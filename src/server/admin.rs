//! The admin listener: metrics, liveness, readiness, public keys. Never on the front door.

use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::Response;
use http::StatusCode;
use http::header;
use pingora::apps::HttpServerApp;
use pingora::apps::ReusedHttpStream;
use pingora::apps::ServerApp;
use pingora::listeners::tls::Acceptor;
use pingora::protocols::Stream;
use pingora::protocols::http::ServerSession;
use pingora::protocols::l4::stream::Stream as L4Stream;
use pingora::server::ShutdownWatch;
use rustls::ServerConfig;
use tokio::time::timeout;

use crate::assertion::KeyRing;
use crate::assertion::key_ring;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::metrics::Metrics;
use crate::network::NetworkSet;
use crate::proxy::bridge;
use crate::secret;
use crate::secret::Secret;

/// How long a client of this listener may take for one request.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// Who may ask.
#[derive(Debug)]
pub struct Access {
    /// Networks, as the configuration in force has them; loopback always may.
    pub networks: Arc<ArcSwap<NetworkSet>>,
    /// A token that must be presented; none: not asked for.
    pub bearer_token: Option<Secret<String>>,
}

/// What the listener tells of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Counters.
    pub metrics: Metrics,
    /// Sessions, for their number.
    pub directory: Arc<Directory>,
    /// Public keys.
    pub keys: Arc<ArcSwap<KeyRing>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where the key set is served, as on every site.
    pub jwks_path: String,
}

/// Answers the admin listener's requests.
#[derive(Debug)]
pub struct Admin {
    parts: Parts,
    access: Access,
}

impl Admin {
    /// With these parts, for those.
    #[must_use]
    pub const fn new(parts: Parts, access: Access) -> Self {
        Self { parts, access }
    }

    fn answer(&self, session: &ServerSession) -> Response<Bytes> {
        let client = session
            .client_addr()
            .and_then(|address| address.as_inet())
            .map(|address| address.ip().to_canonical());
        if !client.is_some_and(|client| self.is_let_in(client)) {
            return plain(StatusCode::FORBIDDEN, "this address may not ask here\n");
        }
        let head = session.req_header();
        if !self.has_token(head.headers.get(header::AUTHORIZATION)) {
            let mut answer = plain(StatusCode::UNAUTHORIZED, "a bearer token is needed here\n");
            let challenge = HeaderValue::from_static("Bearer realm=\"portcullis-admin\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            return answer;
        }
        if head.method != Method::GET && head.method != Method::HEAD {
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return answer;
        }
        match head.uri.path() {
            "/metrics" => self.metrics(),
            "/healthz" => plain(StatusCode::OK, "alive\n"),
            "/readyz" => self.readiness(),
            path if path == self.parts.jwks_path => self.keys(),
            _ => plain(StatusCode::NOT_FOUND, "here are /metrics, /healthz and /readyz\n"),
        }
    }

    fn is_let_in(&self, client: IpAddr) -> bool {
        client.is_loopback() || self.access.networks.load().contains(client)
    }

    fn has_token(&self, presented: Option<&HeaderValue>) -> bool {
        let Some(wanted) = &self.access.bearer_token else {
            return true;
        };
        presented
            .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
            .is_some_and(|token| secret::equal(token, wanted.expose().as_bytes()))
    }

    fn metrics(&self) -> Response<Bytes> {
        let count = i64::try_from(self.parts.directory.len()).unwrap_or(i64::MAX);
        self.parts.metrics.sessions.set(count);
        let wall = self.parts.clock.wall();
        if let Some(key) = self.parts.keys.load().current(wall) {
            let created = i64::try_from(key.created().secs()).unwrap_or(i64::MAX);
            self.parts.metrics.signing_key_created.set(created);
        }
        match self.parts.metrics.exposition() {
            Ok(text) => typed(StatusCode::OK, "text/plain; version=0.0.4", text.into()),
            Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "a series cannot be written\n"),
        }
    }

    fn readiness(&self) -> Response<Bytes> {
        let store = self.parts.metrics.store_healthy.get() == 1;
        let key = self.parts.keys.load().current(self.parts.clock.wall()).is_some();
        match (store, key) {
            (true, true) => plain(StatusCode::OK, "ready\n"),
            (false, _) => plain(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
            (_, false) => {
                plain(StatusCode::SERVICE_UNAVAILABLE, "there is no signing key in use\n")
            }
        }
    }

    fn keys(&self) -> Response<Bytes> {
        let set = self.parts.keys.load().jwks(self.parts.clock.wall());
        let mut answer = typed(StatusCode::OK, "application/jwk-set+json", set);
        let cache = format!("public, max-age={}", key_ring::CACHE.as_secs());
        if let Ok(value) = HeaderValue::from_str(&cache) {
            answer.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        answer
    }
}

#[async_trait]
impl HttpServerApp for Admin {
    async fn process_new_http(
        self: &Arc<Self>,
        mut session: ServerSession,
        _shutdown: &ShutdownWatch,
    ) -> Option<ReusedHttpStream> {
        session.set_keepalive(None);
        match timeout(PATIENCE, session.read_request()).await {
            Ok(Ok(true)) => {}
            _ => return None,
        }
        let answer = self.answer(&session);
        bridge::write(&mut session, answer, "admin").await.ok()?;
        None
    }
}

/// The admin listener behind TLS.
pub struct SecureAdmin {
    admin: Arc<Admin>,
    tls: Arc<ArcSwap<ServerConfig>>,
}

impl SecureAdmin {
    /// With the listeners' certificates.
    #[must_use]
    pub fn new(admin: Admin, tls: Arc<ArcSwap<ServerConfig>>) -> Self {
        Self { admin: Arc::new(admin), tls }
    }
}

#[async_trait]
impl ServerApp for SecureAdmin {
    async fn process_new(
        self: &Arc<Self>,
        stream: Stream,
        shutdown: &ShutdownWatch,
    ) -> Option<Stream> {
        let l4 = *stream.into_any().downcast::<L4Stream>().ok()?;
        let acceptor = Acceptor::from_server_config(self.tls.load_full());
        let stream = timeout(PATIENCE, acceptor.tls_handshake(l4)).await.ok()?.ok()?;
        self.admin.process_new(Box::new(stream), shutdown).await
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    typed(status, "text/plain; charset=utf-8", Bytes::from_static(text.as_bytes()))
}

fn typed(status: StatusCode, media: &'static str, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

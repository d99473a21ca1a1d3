//! The proxy: pingora's phases, each one call into a file below.
//!
//! The order of the phases is never relied upon: an upstream can be had only with the permit that
//! [`request`] obtained from the gate, and a phase without one is an error.

pub mod access_log;
mod answer;
mod body;
pub mod bridge;
pub mod client;
pub mod connection;
mod console_basic;
mod console_cookies;
pub mod context;
pub mod crowd;
pub mod entrance;
pub mod exchange;
pub mod failure;
pub mod fence;
mod framing;
pub mod http2;
pub mod lifeline;
mod live;
mod login;
pub mod pace;
pub mod peers;
pub mod probe;
pub mod proxies;
pub mod proxy_protocol;
mod reading;
pub mod record;
pub mod request;
mod reset;
pub mod response;
mod retry_script;
pub mod settings;
mod sign_on;
pub mod stream;
pub mod traffic;
pub mod upstream;
mod websocket;

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use lru::LruCache;
use parking_lot::Mutex;
use pingora::Error;
use pingora::ErrorSource;
use pingora::ErrorType;
use pingora::http::RequestHeader;
use pingora::http::ResponseHeader;
use pingora::proxy::FailToProxy;
use pingora::proxy::ProxyHttp;
use pingora::proxy::Session as Downstream;
use pingora::upstreams::peer::HttpPeer;

use self::access_log::AccessSink;
use self::body::Piece;
use self::context::RequestContext;
use self::crowd::Crowd;
use self::exchange::Connection;
pub use self::live::Live;
pub use self::live::PlainHttp;
pub use self::settings::Settings;
use self::traffic::Traffic;
use self::upstream::Telling;
use crate::assertion;
use crate::assertion::AssertionError;
use crate::assertion::Bearer;
use crate::assertion::CachedAssertion;
use crate::assertion::Circumstances;
use crate::assertion::KeyRing;
use crate::clock::Clock;
use crate::console_desk::ConsoleDesk;
use crate::directory::Directory;
use crate::entropy::Entropy;
use crate::federation::Federation;
use crate::metrics::Metrics;
use crate::policy::Permit;
use crate::refusal_log::RefusalLog;
use crate::sightings::Sightings;
use crate::site::SiteName;

/// The handles a gateway is made from.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The configuration in force.
    pub live: Arc<ArcSwap<Live>>,
    /// The sessions.
    pub directory: Arc<Directory>,
    /// The signing keys.
    pub keys: Arc<ArcSwap<KeyRing>>,
    /// Logins at the consoles.
    pub desk: Arc<ConsoleDesk>,
    /// What sign-ons in front of the gateway say.
    pub federation: Arc<Federation>,
    /// Counters.
    pub metrics: Metrics,
    /// The open client connections of every listener.
    pub crowd: Arc<Crowd>,
    /// What is under way.
    pub traffic: Arc<Traffic>,
    /// The access log.
    pub access_log: Arc<dyn AccessSink>,
    /// Refusals of people who are known, for the audit log.
    pub refusals: Arc<RefusalLog>,
    /// Who asks without signing in.
    pub sightings: Arc<Sightings>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

/// The gateway, as pingora calls it; clones are the same gateway.
#[derive(Clone, Debug)]
pub struct Gateway(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    parts: Parts,
    pseudonym: String,
    id_prefix: String,
    next_id: AtomicU64,
    /// The assertions last signed for machines, by site, subject and address.
    machines: Mutex<LruCache<MachineKey, CachedAssertion>>,
}

type MachineKey = (SiteName, Arc<str>, IpAddr);

/// How many assertions for machines are kept; what does not fit is signed anew.
const MACHINES: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

impl Gateway {
    /// A gateway of these parts. `instance` names this process in `Via` and in request ids.
    #[must_use]
    pub fn new(parts: Parts, instance: &str) -> Self {
        let id_prefix = instance.get(..10).unwrap_or(instance).to_owned();
        Self(Arc::new(Shared {
            parts,
            pseudonym: format!("portcullis-{id_prefix}"),
            id_prefix,
            next_id: AtomicU64::new(1),
            machines: Mutex::new(LruCache::new(MACHINES)),
        }))
    }

    /// The handles.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// Our own name in `Via`.
    fn pseudonym(&self) -> &str {
        &self.0.pseudonym
    }

    /// A new request id: unique among all processes.
    fn request_id(&self) -> String {
        format!("{}{:x}", self.0.id_prefix, self.0.next_id.fetch_add(1, Ordering::Relaxed))
    }

    /// The assertion for a forwarded request: the last one in the same name while it is fresh, else a new one.
    fn assertion(
        &self,
        context: &RequestContext,
        permit: &Permit,
        bearer: Bearer<'_>,
    ) -> Result<HeaderValue, AssertionError> {
        let client = context.client.as_ref().ok_or(AssertionError::Sign("client"))?;
        let (wall, ring) = (self.parts().clock.wall(), self.parts().keys.load());
        let circumstances = Circumstances {
            site: permit.site(),
            issuer: &context.live.snapshot.issuer,
            lifetime: context.live.snapshot.assertion.lifetime,
            client,
        };
        let entropy = self.parts().entropy.as_ref();
        let sign = || assertion::sign(bearer, &circumstances, &ring, wall, entropy);
        let current = ring.current(wall).ok_or(AssertionError::NoKey)?;
        let is_fresh = |cached: &CachedAssertion| {
            wall < cached.stale_at
                && wall >= cached.signed_at
                && cached.client == *client
                && cached.kid == current.kid()
        };
        let Bearer::Machine(machine) = bearer else {
            let session = context.session.as_ref().ok_or(AssertionError::Sign("session"))?;
            let mut cached = session.assertion.lock();
            if let Some(fresh) = cached.as_ref().filter(|cached| is_fresh(cached)) {
                return Ok(fresh.value.clone());
            }
            return Ok(cached.insert(sign()?).value.clone());
        };
        let key = (permit.site().name.clone(), Arc::clone(&machine.subject), client.address);
        if let Some(fresh) = self.0.machines.lock().get(&key).filter(|cached| is_fresh(cached)) {
            return Ok(fresh.value.clone());
        }
        let signed = sign()?;
        let value = signed.value.clone();
        self.0.machines.lock().put(key, signed);
        Ok(value)
    }
}

fn custom<T>(reason: &'static str, explanation: &'static str) -> pingora::Result<T> {
    let mut error = Error::explain(ErrorType::Custom(reason), explanation);
    error.esource = ErrorSource::Internal;
    Err(error)
}

#[async_trait]
impl ProxyHttp for Gateway {
    type CTX = RequestContext;

    fn new_ctx(&self) -> RequestContext {
        let live = self.parts().live.load_full();
        let underway = self.parts().traffic.enter();
        RequestContext::new(self.request_id(), self.parts().clock.elapsed(), live, underway)
    }

    async fn request_filter(
        &self,
        downstream: &mut Downstream,
        context: &mut RequestContext,
    ) -> pingora::Result<bool> {
        request::filter(self, downstream.as_downstream_mut(), context).await
    }

    async fn request_body_filter(
        &self,
        downstream: &mut Downstream,
        piece: &mut Option<Bytes>,
        end_of_stream: bool,
        context: &mut RequestContext,
    ) -> pingora::Result<()> {
        let which = if end_of_stream { Piece::Last } else { Piece::More };
        body::requested(self, downstream.as_downstream(), piece, which, context)
    }

    async fn upstream_peer(
        &self,
        downstream: &mut Downstream,
        context: &mut RequestContext,
    ) -> pingora::Result<Box<HttpPeer>> {
        exchange::peer(downstream.as_downstream(), context)
    }

    fn fail_to_connect(
        &self,
        _downstream: &mut Downstream,
        _peer: &HttpPeer,
        context: &mut RequestContext,
        error: Box<Error>,
    ) -> Box<Error> {
        exchange::connect_failed(context, error)
    }

    fn error_while_proxy(
        &self,
        _peer: &HttpPeer,
        downstream: &mut Downstream,
        error: Box<Error>,
        context: &mut RequestContext,
        reused: bool,
    ) -> Box<Error> {
        let connection = if reused { Connection::Reused } else { Connection::New };
        exchange::broke(downstream.as_downstream(), context, error, connection)
    }

    async fn upstream_request_filter(
        &self,
        downstream: &mut Downstream,
        head: &mut RequestHeader,
        context: &mut RequestContext,
    ) -> pingora::Result<()> {
        // Connecting takes time, and so do further attempts.
        body::go_on(context)?;
        exchange::agreed(context, head)?;
        let (Some(permit), Some(anonymous)) =
            (&context.permit, Telling::of(context, &self.0.pseudonym))
        else {
            return custom(failure::NO_PERMIT, "no permit");
        };
        let identity = match Bearer::of(permit.principal()) {
            None => None,
            Some(bearer) => match self.assertion(context, permit, bearer) {
                Ok(assertion) => Some((bearer, assertion)),
                Err(error) => {
                    tracing::error!(request_id = context.id, %error, "no identity assertion");
                    return custom(failure::NO_PERMIT, "no assertion");
                }
            },
        };
        let telling = Telling {
            identity,
            secret: context.attempts.exchange().and_then(|e| e.upstream().secret_header.as_ref()),
            ..anonymous
        };
        if permit.is_before_sign_in() {
            console_cookies::strip(head);
        }
        upstream::tell(head, &telling)?;
        console_cookies::reveal_to(head, permit, &self.parts().desk)?;
        login::hide_name(head, context, permit)?;
        console_basic::replay(self, head, context, permit)?;
        retry_script::ask(downstream.req_header(), head, context)?;
        let added = self.parts().clock.elapsed().saturating_sub(context.started);
        self.parts().metrics.added_latency.observe(added.as_secs_f64());
        context.added = Some(added);
        Ok(())
    }

    async fn upstream_response_filter(
        &self,
        downstream: &mut Downstream,
        head: &mut ResponseHeader,
        context: &mut RequestContext,
    ) -> pingora::Result<()> {
        exchange::answer(self, downstream.as_downstream(), head, context)?;
        login::leave(downstream.as_downstream(), context).await;
        Ok(())
    }

    fn upstream_response_trailer_filter(
        &self,
        _downstream: &mut Downstream,
        trailers: &mut HeaderMap,
        context: &mut RequestContext,
    ) -> pingora::Result<()> {
        exchange::trailers(context, trailers)
    }

    fn response_body_filter(
        &self,
        downstream: &mut Downstream,
        piece: &mut Option<Bytes>,
        end_of_stream: bool,
        context: &mut RequestContext,
    ) -> pingora::Result<Option<Duration>> {
        let which = if end_of_stream { Piece::Last } else { Piece::More };
        body::answered(self, downstream.as_downstream(), piece, which, context)
    }

    async fn fail_to_proxy(
        &self,
        downstream: &mut Downstream,
        error: &Error,
        context: &mut RequestContext,
    ) -> FailToProxy {
        answer::fail(self, downstream.as_downstream_mut(), error, context).await
    }

    async fn logging(
        &self,
        downstream: &mut Downstream,
        _error: Option<&Error>,
        context: &mut RequestContext,
    ) {
        record::write(self, downstream.as_downstream(), context);
    }

    fn request_summary(&self, _downstream: &Downstream, context: &RequestContext) -> String {
        format!("request {} of {}", context.id, context.host)
    }

    fn suppress_error_log(
        &self,
        _downstream: &Downstream,
        _context: &RequestContext,
        _error: &Error,
    ) -> bool {
        true
    }
}

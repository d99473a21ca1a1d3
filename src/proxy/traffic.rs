//! What is under way at this moment: requests, and streams that may last for hours. Who stops the gateway
//! waits for the requests, and who changes the configuration ends the streams it no longer permits.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use pingora::protocols::http::ServerSession;
use tokio_util::sync::CancellationToken;

use super::Gateway;
use super::Live;
use super::client::ConnectionContext;
use super::context::RequestContext;
use super::lifeline;
use crate::canonical::CanonicalRequest;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::gate::Earlier;
use crate::policy::Machine;
use crate::policy::Permit;

/// Everything under way in this process.
#[derive(Debug, Default)]
pub struct Traffic {
    requests: AtomicUsize,
    closed: AtomicBool,
    next: AtomicU64,
    /// Everything that outlasts the moment it was judged in.
    streams: Mutex<HashMap<u64, Arc<OpenStream>>>,
}

/// Something that lasts: what it was permitted for, and what ends it.
#[derive(Debug)]
pub struct OpenStream {
    /// The request that opened it.
    pub request: CanonicalRequest,
    /// Where it came from.
    pub client: IpAddr,
    /// The session it belongs to; none on an open route.
    pub session: Option<Arc<LiveSession>>,
    /// The machine it was permitted to.
    pub machine: Option<Machine>,
    /// The connection it came on: its client's certificate, and who announced the client.
    pub connection: Arc<ConnectionContext>,
    /// Ends it; a child of the session's own.
    pub over: CancellationToken,
    /// Whether a stop waits for it.
    pub lasting: Lasting,
}

/// What lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// A request with a long body or a long answer: a stop waits for its end.
    Request,
    /// A WebSocket or an event stream, which has no end of its own: a stop ends it.
    Stream,
}

impl OpenStream {
    fn fits(&self, live: &Arc<Live>, now: Timestamp) -> bool {
        let session = self.session.as_ref().filter(|session| !session.ended.is_cancelled());
        let certificate = self.connection.machine(live, now);
        let earlier = Earlier {
            request: &self.request,
            client: self.client,
            peer: self.connection.seen(),
            session,
            machine: self.machine.as_ref(),
            certificate: certificate.as_ref(),
        };
        self.is_announced(live) && live.snapshot.still_permits(&earlier, now)
    }

    /// Whether who said where it comes from is a declared proxy still, if it was one that said so.
    fn is_announced(&self, live: &Live) -> bool {
        let peer = self.connection.peer;
        let by_header = self.client != peer;
        self.connection.announced_by.is_none_or(|by| live.proxies.declare(by))
            && (!by_header || live.proxies.speaks_for_others(peer))
    }
}

impl Traffic {
    /// Counts something that has to be finished before a stop, until it is dropped.
    #[must_use]
    pub fn enter(self: &Arc<Self>) -> Underway {
        self.requests.fetch_add(1, Ordering::SeqCst);
        Underway { traffic: Arc::clone(self), entry: None, lasting: Lasting::Request }
    }

    /// Requests that are not answered yet, and connections that may be about to send one.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// From here on nothing is permitted: the store is being closed, and what this process knows of
    /// sessions may be out of date at any moment.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Whether nothing is permitted any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Open streams.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.streams.lock().values().filter(|open| open.lasting == Lasting::Stream).count()
    }

    /// Ends every stream, for a stop.
    pub fn end_streams(&self) {
        for open in self.streams.lock().values().filter(|open| open.lasting == Lasting::Stream) {
            open.over.cancel();
        }
    }

    /// Ends what is not permitted any more, by the configuration, the databases or the time that it is now:
    /// streams, and requests that last; says how many.
    pub fn judge_streams(&self, live: &Arc<Live>, now: Timestamp) -> usize {
        self.judge(live, now, |_| true)
    }

    /// The same for what time alone can end: what belongs to a site where no proof ends is not judged.
    pub fn judge_timed_streams(&self, live: &Arc<Live>, now: Timestamp) -> usize {
        let snapshot = &live.snapshot;
        let timed = snapshot.timed_sites();
        if timed.is_empty() {
            return 0;
        }
        self.judge(live, now, |stream| snapshot.is_of(&stream.request.host, &timed))
    }

    fn judge(
        &self,
        live: &Arc<Live>,
        now: Timestamp,
        is_concerned: impl Fn(&OpenStream) -> bool,
    ) -> usize {
        // Judged outside the lock, which every request takes that begins or ends something that lasts.
        let streams: Vec<_> = self.streams.lock().values().map(Arc::clone).collect();
        let concerned = streams.iter().filter(|stream| is_concerned(stream));
        let unfit = concerned.filter(|stream| !stream.fits(live, now));
        unfit.map(|stream| stream.over.cancel()).count()
    }
}

/// One thing under way.
#[derive(Debug)]
pub struct Underway {
    traffic: Arc<Traffic>,
    entry: Option<u64>,
    lasting: Lasting,
}

impl Underway {
    /// A request that lasts, or became a stream: of those a stop waits for the first and ends the second.
    /// A configuration that came into force since it was `judged`, and does not permit it, ends either.
    pub fn becomes(
        &mut self,
        open: OpenStream,
        judged: &Arc<Live>,
        (live, now): (&ArcSwap<Live>, Timestamp),
    ) {
        let traffic = &self.traffic;
        let lasting = open.lasting;
        let id = self.entry.unwrap_or_else(|| traffic.next.fetch_add(1, Ordering::Relaxed));
        let mut streams = traffic.streams.lock();
        // Read under the lock: a change after this finds it in the table.
        let present = live.load();
        // The databases change beneath a configuration.
        let changed = !Arc::ptr_eq(&present, judged) || present.snapshot.asks_places();
        if changed && !open.fits(&present, now) {
            open.over.cancel();
        }
        if lasting == Lasting::Stream && traffic.is_closed() {
            open.over.cancel();
        }
        streams.insert(id, Arc::new(open));
        drop(streams);
        if (self.lasting, lasting) == (Lasting::Request, Lasting::Stream) {
            traffic.requests.fetch_sub(1, Ordering::SeqCst);
        }
        (self.entry, self.lasting) = (Some(id), lasting);
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some(id) = self.entry {
            drop(self.traffic.streams.lock().remove(&id));
        }
        if self.lasting == Lasting::Request {
            self.traffic.requests.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// From now on a forwarded request lasts as long as its session and a configuration that permits it.
pub(super) fn last(gateway: &Gateway, context: &mut RequestContext, lasting: Lasting) {
    let (Some(request), Some(client), Some(connection)) =
        (context.request.clone(), context.client(), context.connection.clone())
    else {
        return;
    };
    let session_over = context.over.as_ref();
    let over = session_over.map_or_else(CancellationToken::new, CancellationToken::child_token);
    let identity = context.permit.as_ref().and_then(Permit::identity);
    let session = identity.and(context.session.clone());
    context.over = Some(over.clone());
    let machine = context.permit.as_ref().and_then(Permit::machine).cloned();
    let open = OpenStream { request, client, session, machine, connection, over, lasting };
    let parts = gateway.parts();
    context.underway.becomes(open, &context.live, (&parts.live, parts.clock.now()));
}

/// A forwarded request turns out to be a stream.
pub(super) fn begin_stream(
    gateway: &Gateway,
    downstream: &ServerSession,
    context: &mut RequestContext,
) {
    last(gateway, context, Lasting::Stream);
    context.held = true;
    if context.own_stream.is_none() {
        context.own_stream = context.connection.as_ref().map(ConnectionContext::enter_stream);
    }
    lifeline::tie(gateway, downstream, context);
}

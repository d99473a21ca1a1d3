//! What is under way at this moment: requests, and streams that may last for hours. Who stops the gateway
//! waits for the requests, and who changes the configuration ends the streams it no longer permits.

use std::collections::HashMap;
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
use super::context::RequestContext;
use super::lifeline;
use crate::canonical::CanonicalRequest;
use crate::directory::LiveSession;
use crate::gate::Snapshot;

/// Everything under way in this process.
#[derive(Debug, Default)]
pub struct Traffic {
    requests: AtomicUsize,
    closed: AtomicBool,
    next: AtomicU64,
    streams: Mutex<HashMap<u64, OpenStream>>,
}

/// A WebSocket or an event stream: what it was permitted for, and what ends it.
#[derive(Debug)]
pub struct OpenStream {
    /// The request that opened it.
    pub request: CanonicalRequest,
    /// The session it belongs to; none on an open route.
    pub session: Option<Arc<LiveSession>>,
    /// Ends it; a child of the session's own.
    pub over: CancellationToken,
}

impl OpenStream {
    fn fits(&self, snapshot: &Snapshot) -> bool {
        snapshot.still_permits(&self.request, self.session.as_ref())
    }
}

impl Traffic {
    /// Counts something that has to be finished before a stop, until it is dropped.
    #[must_use]
    pub fn enter(self: &Arc<Self>) -> Underway {
        self.requests.fetch_add(1, Ordering::SeqCst);
        Underway { traffic: Arc::clone(self), stream: None }
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
        self.streams.lock().len()
    }

    /// Ends every stream, for a stop.
    pub fn end_streams(&self) {
        for stream in self.streams.lock().values() {
            stream.over.cancel();
        }
    }

    /// Ends the streams that a configuration does not permit any more; says how many.
    pub fn judge_streams(&self, snapshot: &Snapshot) -> usize {
        let streams = self.streams.lock();
        let unfit = streams.values().filter(|stream| !stream.fits(snapshot));
        unfit.map(|stream| stream.over.cancel()).count()
    }
}

/// One thing under way.
#[derive(Debug)]
pub struct Underway {
    traffic: Arc<Traffic>,
    stream: Option<u64>,
}

impl Underway {
    /// A request that became a stream: a stop does not wait for it, but ends it. So does a configuration
    /// that came into force since the request was judged, and does not permit it.
    pub fn becomes(&mut self, stream: OpenStream, live: &ArcSwap<Live>) {
        if self.stream.is_some() {
            return;
        }
        let id = self.traffic.next.fetch_add(1, Ordering::Relaxed);
        let mut streams = self.traffic.streams.lock();
        // Read under the lock: a change after this finds the stream in the table.
        if !stream.fits(&live.load().snapshot) {
            stream.over.cancel();
        }
        streams.insert(id, stream);
        drop(streams);
        self.stream = Some(id);
        self.traffic.requests.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        match self.stream {
            Some(id) => drop(self.traffic.streams.lock().remove(&id)),
            None => drop(self.traffic.requests.fetch_sub(1, Ordering::SeqCst)),
        }
    }
}

/// A forwarded request turns out to be a stream: from now on it lasts as long as its session, the
/// process, and a configuration that permits it.
pub(super) fn begin_stream(
    gateway: &Gateway,
    downstream: &ServerSession,
    context: &mut RequestContext,
) {
    let Some(request) = context.request.clone() else { return };
    let session_over = context.over.as_ref();
    let over = session_over.map_or_else(CancellationToken::new, CancellationToken::child_token);
    let session = context.over.as_ref().and(context.session.clone());
    context.over = Some(over.clone());
    let stream = OpenStream { request, session, over };
    context.underway.becomes(stream, &gateway.parts().live);
    context.held = false;
    lifeline::hold(gateway, downstream, context);
}

//! One HTTP/2 connection: its limits, taken from the configuration in force when it began, and its end.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use pingora::apps::HttpServerApp;
use pingora::apps::HttpServerOptions;
use pingora::apps::ReusedHttpStream;
use pingora::apps::ServerApp;
use pingora::protocols::http::ServerSession;
use pingora::protocols::http::v2::server::H2Options;
use pingora::proxy::HttpProxy;
use pingora::server::ShutdownWatch;
use tokio::sync::Notify;
use tokio::sync::watch;
use tokio::time::timeout;

use super::Gateway;
use super::Settings;
use super::connection::stopped;
use super::lifeline;
use super::stream::GuardedStream;
use super::traffic::Traffic;

/// How long a client that was told of a stop may leave what it still has to receive lying, before its
/// connection is given up.
const LYING: Duration = Duration::from_secs(3);

/// How often it is looked whether a connection that takes no more requests still moves.
const TICK: Duration = Duration::from_millis(250);

/// The type of the frame that says why a connection is given up (RFC 9113 §6.8).
const GOAWAY: u8 = 7;

/// What an HTTP/2 client may do on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Http2 {
    /// Streams at once.
    pub streams: u32,
    /// Bytes of a body that may be on the way, for one stream.
    pub stream_window: u32,
    /// The same for the connection.
    pub connection_window: u32,
    /// Streams that it may reset before they were served, before it counts as a flood; of streams that
    /// it breaks, five times as many.
    pub resets: usize,
}

impl Default for Http2 {
    fn default() -> Self {
        Self {
            streams: 100,
            stream_window: 1024 * 1024,
            connection_window: 4 * 1024 * 1024,
            resets: 20,
        }
    }
}

/// The application of one connection.
pub(super) struct Connection {
    proxy: Arc<HttpProxy<Gateway>>,
    traffic: Arc<Traffic>,
    h2: H2Options,
    options: HttpServerOptions,
    active: AtomicUsize,
    begun: AtomicUsize,
    most: usize,
    full: Notify,
}

impl Connection {
    pub(super) fn new(
        proxy: Arc<HttpProxy<Gateway>>,
        traffic: Arc<Traffic>,
        settings: &Settings,
    ) -> Arc<Self> {
        let mut options = HttpServerOptions::default();
        options.h2_idle_timeout = Some(settings.keepalive);
        Arc::new(Self {
            proxy,
            traffic,
            h2: h2_options(settings),
            options,
            active: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            most: settings.requests,
            full: Notify::new(),
        })
    }

    /// Serves the connection until it closes. After a stop of the gateway, as many requests as it may
    /// have, or one of a client that is kept out, it takes no more, and ends when the last answer has left: a request that was served may have
    /// much of its answer still here. A client that has nothing under way and takes nothing any more is
    /// given up: `patience` later, or soon when the gateway stops.
    pub(super) async fn serve(
        self: Arc<Self>,
        stream: GuardedStream,
        shutdown: &ShutdownWatch,
        patience: Duration,
    ) {
        let context = Arc::clone(stream.context());
        let (end, ending) = watch::channel(false);
        let mut serving = self.process_new(Box::new(stream), &ending);
        let mut stopping = shutdown.clone();
        tokio::select! {
            biased;
            _ = &mut serving => return,
            () = stopped(&mut stopping) => {}
            () = self.full.notified() => {}
            () = context.expelled() => {}
        }
        end.send_replace(true);
        // A stop waits for what is still on its way out.
        context.expect(self.traffic.enter());
        let (mut lain, mut streamed) = (Duration::ZERO, Duration::ZERO);
        let mut written = context.written();
        loop {
            let enough = if *shutdown.borrow() { LYING.min(patience) } else { patience };
            if lain >= enough || timeout(TICK, &mut serving).await.is_ok() {
                break;
            }
            let active = self.active.load(Ordering::Acquire);
            let before = std::mem::replace(&mut written, context.written());
            let moves = active > 0 || written > before;
            lain = if moves { Duration::ZERO } else { lain.saturating_add(TICK) };
            if active > 0 && active == context.streams() {
                streamed = streamed.saturating_add(TICK);
            }
            if streamed >= LYING || (!streamed.is_zero() && written == before) {
                // A stop ends streams, and does not wait for them.
                context.arrived();
            }
        }
        context.arrived();
    }
}

#[async_trait]
impl HttpServerApp for Connection {
    async fn process_new_http(
        self: &Arc<Self>,
        session: ServerSession,
        shutdown: &ShutdownWatch,
    ) -> Option<ReusedHttpStream> {
        self.active.fetch_add(1, Ordering::AcqRel);
        let _active = Active(&self.active);
        if self.begun.fetch_add(1, Ordering::Relaxed).saturating_add(1) == self.most {
            self.full.notify_one();
        }
        lifeline::run(self.proxy.process_new_http(session, shutdown)).await
    }

    fn h2_options(&self) -> Option<H2Options> {
        Some(self.h2.clone())
    }

    fn server_options(&self) -> Option<&HttpServerOptions> {
        Some(&self.options)
    }
}

/// A stream that is being served.
struct Active<'a>(&'a AtomicUsize);

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn h2_options(settings: &Settings) -> H2Options {
    let limits = &settings.http2;
    let mut options = H2Options::new();
    options
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(settings.head.head_bytes).unwrap_or(u32::MAX))
        .initial_window_size(limits.stream_window)
        .initial_connection_window_size(limits.connection_window.max(limits.stream_window))
        .max_pending_accept_reset_streams(limits.resets)
        .max_local_error_reset_streams(Some(limits.resets.saturating_mul(5)));
    options
}

/// The error code of the GOAWAY among whole HTTP/2 frames (RFC 9113 §6.8).
pub(super) fn goaway(mut frames: &[u8]) -> Option<u32> {
    while let [a, b, c, kind, _, _, _, _, _, rest @ ..] = frames {
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).ok()?;
        let (payload, after) = rest.split_at_checked(length)?;
        if let (GOAWAY, [_, _, _, _, w, x, y, z, ..]) = (*kind, payload) {
            return Some(u32::from_be_bytes([*w, *x, *y, *z]));
        }
        frames = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_farewell_is_read_off_its_frame() {
        let settings = [0, 0, 0, 4, 1, 0, 0, 0, 0];
        let farewell = [0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 11, b'n', b'o'];
        assert_eq!(goaway(&settings), None);
        assert_eq!(goaway(&[&settings[..], &farewell].concat()), Some(11));
        assert_eq!(goaway(&farewell[..15]), None);
    }
}

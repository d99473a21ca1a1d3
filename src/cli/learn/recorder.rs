//! The recorder: a proxy for one browser on this machine, in front of a console. It opens to whoever was given its
//! address, keeps what passes in memory, and sends every request once.

mod console;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio_util::io::ReaderStream;
use zeroize::Zeroize;

use super::exchange::Asked;
use super::exchange::Exchange;
use super::exchange::wiped;
use super::rewrite;
use super::rewrite::Addresses;
use super::rewrite::OUR_COOKIE;
use crate::clock::Clock;
use crate::secret;

pub(super) use self::console::Console;

/// The longest body of a request that passes.
const LONGEST_REQUEST: usize = 16 * 1024 * 1024;

/// Exchanges that are kept at most.
const MOST_EXCHANGES: usize = 1000;

/// What the recorder has to tell.
pub(super) enum Heard {
    /// An exchange is over.
    Exchange(Box<Exchange>),
    /// Something passed that is not kept, in words.
    Note(String),
}

/// The recorder.
pub(super) struct Recorder {
    pub(super) addresses: Addresses,
    /// Path and query to begin at.
    pub(super) start: String,
    /// What the address carries.
    pub(super) token: String,
    pub(super) console: Console,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) heard: UnboundedSender<Heard>,
    /// How many requests there were.
    pub(super) count: AtomicUsize,
}

impl Recorder {
    /// The address to open, once.
    pub(super) fn address(&self) -> String {
        format!("{}/{}", self.addresses.own, self.token)
    }

    /// Serves until it is told to end, and then to the end of the answers that are under way.
    pub(super) async fn serve(
        self,
        listener: TcpListener,
        end: oneshot::Receiver<()>,
    ) -> std::io::Result<()> {
        let router = Router::new().fallback(handle).with_state(Arc::new(self));
        let ended = async {
            // Whoever would tell it is gone: that is an end too.
            drop(end.await);
        };
        axum::serve(listener, router).with_graceful_shutdown(ended).await
    }

    /// Nobody may listen any more: there is nobody to tell.
    fn tell(&self, heard: Heard) {
        drop(self.heard.send(heard));
    }

    fn is_opening(&self, path: &str) -> bool {
        let token = path.strip_prefix('/').unwrap_or_default();
        secret::equal(token.as_bytes(), self.token.as_bytes())
    }

    fn opened(&self) -> Response {
        let cookie = format!("{OUR_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax", self.token);
        let fields = [(header::LOCATION, self.start.clone()), (header::SET_COOKIE, cookie)];
        (StatusCode::SEE_OTHER, fields).into_response()
    }
}

async fn handle(State(recorder): State<Arc<Recorder>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if recorder.is_opening(head.uri.path()) {
        return recorder.opened();
    }
    if !rewrite::shows_token(&head.headers, &recorder.token) {
        let text =
            "This is `portcullis learn`. Open the address that it printed on its terminal.\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    if head.headers.contains_key(header::UPGRADE) {
        let text =
            format!("a WebSocket at {} was refused: this recorder passes none", head.uri.path());
        recorder.tell(Heard::Note(text));
        let text = "`portcullis learn` passes no WebSockets.\n";
        return (StatusCode::NOT_IMPLEMENTED, text).into_response();
    }
    let Ok(body) = axum::body::to_bytes(body, LONGEST_REQUEST).await else {
        let text = "`portcullis learn` passes bodies of 16 MiB at most.\n";
        return (StatusCode::PAYLOAD_TOO_LARGE, text).into_response();
    };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let asked = Asked {
        method: head.method,
        target: target.to_owned(),
        headers: recorder.addresses.upwards(&head.headers),
        body: kept(body),
    };
    passed(recorder, asked).await
}

/// A body that is wiped when it is forgotten.
fn kept(body: Bytes) -> Bytes {
    match body.try_into_mut() {
        Ok(mut body) => {
            let copy = wiped(body.to_vec());
            body.as_mut().zeroize();
            copy
        }
        Err(body) => wiped(body.to_vec()),
    }
}

async fn passed(recorder: Arc<Recorder>, asked: Asked) -> Response {
    let (head, waits) = oneshot::channel();
    let (sink, source) = tokio::io::duplex(64 * 1024);
    let runtime = tokio::runtime::Handle::current();
    let number = recorder.count.fetch_add(1, Ordering::Relaxed);
    let shared = Arc::clone(&recorder);
    let path = asked.target.split('?').next().unwrap_or_default().to_owned();
    tokio::task::spawn_blocking(move || {
        let said = shared.console.ask(&asked, head, (&runtime, sink), || shared.clock.wall());
        let Some((said, rest)) = said else { return };
        if number < MOST_EXCHANGES {
            let exchange = runtime.block_on(Exchange::new(number, asked, said));
            shared.tell(Heard::Exchange(Box::new(exchange)));
        }
        // The browser sees the end only when the exchange was told.
        drop(rest);
    });
    match waits.await {
        Ok(Ok((status, headers))) => {
            let mut response = Response::new(Body::from_stream(ReaderStream::new(source)));
            *response.status_mut() = status;
            *response.headers_mut() = recorder.addresses.downwards(&headers);
            response
        }
        failed => {
            let why = match failed {
                Ok(Err(why)) => why,
                _ => "it went away".to_owned(),
            };
            recorder.tell(Heard::Note(format!("the console gave no answer at {path}: {why}")));
            let text = "The console gave no answer; see the terminal of `portcullis learn`.\n";
            let fields = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"))];
            (StatusCode::BAD_GATEWAY, fields, text).into_response()
        }
    }
}

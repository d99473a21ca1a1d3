//! The live view: one tick a second, over a WebSocket or as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::Message;
use axum::extract::ws::WebSocket;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::io::DuplexStream;
use tokio::time::MissedTickBehavior;
use tokio_util::io::ReaderStream;

use crate::clock::Timestamp;
use crate::demo::Here;
use crate::demo::Shared;
use crate::demo::chart;
use crate::demo::page;
use crate::demo::person::Person;
use crate::demo::port;

/// Bytes of a message that is echoed.
const LARGEST: usize = 16 * 1024;
/// Bytes of events waiting for a slow reader.
const WAITING: usize = 4096;

/// Seconds that the curve of the live view shows.
const MINUTE: u64 = 60;

/// `GET /live`
pub(super) async fn page(State(shared): Here, person: Person) -> Response {
    let now = shared.settings.clock.wall().secs();
    let loads = (0..MINUTE).rev();
    let loads = loads.map(|ago| chart::load(now.saturating_sub(ago)).to_string());
    let loads: Vec<String> = loads.collect();
    page::html(&page::Live {
        frame: page::Frame::new("Live view", "live", Some(&person)),
        loads: loads.join(","),
    })
}

/// `GET /live/ws`: ticks, and every text message back as an echo.
pub(super) async fn socket(
    State(shared): Here,
    person: Person,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.max_message_size(LARGEST).on_upgrade(move |socket| converse(socket, shared, person))
}

async fn converse(mut socket: WebSocket, shared: Arc<Shared>, person: Person) {
    let mut ticks = ticks();
    let mut number = 0_u64;
    loop {
        let answer = tokio::select! {
            () = shared.shutdown.cancelled() => Message::Close(None),
            _ = ticks.tick() => {
                number += 1;
                let tick = tick(number, shared.settings.clock.wall());
                Message::Text(tick.to_string().into())
            }
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(text))) => {
                    let echo = json!({"kind": "echo", "from": person.login, "text": text.as_str()});
                    Message::Text(echo.to_string().into())
                }
                Some(Ok(Message::Binary(bytes))) => Message::Binary(bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
        };
        let last = matches!(answer, Message::Close(_));
        if socket.send(answer).await.is_err() || last {
            return;
        }
    }
}

/// `GET /live/events`: the same ticks as server-sent events.
pub(super) async fn events(State(shared): Here, _: Person) -> Response {
    let (writer, reader) = tokio::io::duplex(WAITING);
    tokio::spawn(tell(writer, shared));
    let head = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    (head, Body::from_stream(ReaderStream::new(reader))).into_response()
}

async fn tell(mut writer: DuplexStream, shared: Arc<Shared>) {
    let mut ticks = ticks();
    for number in 1_u64.. {
        tokio::select! {
            () = shared.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let tick = tick(number, shared.settings.clock.wall());
        let event = format!("event: tick\nid: {number}\ndata: {tick}\n\n");
        if writer.write_all(event.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn ticks() -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// What the sensors of an invented port say.
fn tick(number: u64, at: Timestamp) -> Value {
    let seconds = at.secs();
    let gust = seconds.wrapping_mul(2_654_435_761) >> 9;
    let wind = 14 + (seconds / 7) % 5 + gust % 4;
    json!({
        "kind": "tick",
        "number": number,
        "at": port::stamp(at),
        "tide_cm": (chart::tide(seconds) * 10.0).round() / 10.0,
        "wind_kn": wind,
        "gust_kn": wind + 4 + gust % 6,
        "crane_moves": chart::moves_so_far(seconds),
        "crane_load_t": chart::load(seconds),
    })
}

//! A request of the gateway's own to a console, in somebody's name: sent once, its answer read whole.

use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;
use http::header;
use pingora::connectors::http::Connector;
use pingora::http::RequestHeader;
use pingora::http::ResponseHeader;
use pingora::protocols::http::client::HttpSession;
use pingora::upstreams::peer::HttpPeer;
use tokio::time::timeout;

use super::Checker;
use super::Exchange;
use super::Peers;
use super::connection::Connections;
use super::connection::Use;
use crate::policy::Permit;
use crate::policy::Refusal;

/// Interim answers before the final one that are read over.
const MOST_INTERIM: usize = 16;

/// For all of it.
const PATIENCE: Duration = Duration::from_mins(1);

/// An answer, read whole.
#[derive(Debug)]
pub struct WholeAnswer {
    /// Its head.
    pub head: ResponseHeader,
    /// Its body.
    pub body: Bytes,
}

impl Peers {
    /// Sends a request to the console that a permit opens, once, and reads the answer, of which the body has `most`
    /// bytes at most. Only where no connection comes about, nothing was sent, and another address is tried.
    ///
    /// # Errors
    /// Why there is no answer. The request may have been sent.
    pub async fn ask(
        &self,
        permit: &Permit,
        head: RequestHeader,
        body: Bytes,
        most: usize,
    ) -> Result<WholeAnswer, Refusal> {
        let connector = &self.checker.get_or_init(Checker::new).0;
        let mut tried = Vec::new();
        let (exchange, session) = loop {
            let exchange = self.of(permit, &tried).ok_or(Refusal::UpstreamUnavailable)?;
            let mut peer = exchange.peer(Use::Request, Connections::New);
            // A connection that takes no second stream is not kept.
            peer.options.max_h2_streams = 1;
            if let Some(session) = connect(connector, &peer).await {
                break (exchange, session);
            }
            exchange.failed();
            tried.push(exchange.key());
            if !exchange.has_another(&tried) {
                return Err(Refusal::UpstreamUnreachable);
            }
        };
        match timeout(PATIENCE, converse(session, head, body, most)).await {
            Ok(Ok(answer)) => {
                note(&exchange, &answer);
                Ok(answer)
            }
            Ok(Err(refusal)) => {
                exchange.failed();
                Err(refusal)
            }
            Err(_) => {
                exchange.failed();
                Err(Refusal::UpstreamTimeout)
            }
        }
    }
}

async fn connect(connector: &Connector, peer: &HttpPeer) -> Option<HttpSession> {
    match timeout(PATIENCE, connector.get_http_session(peer)).await {
        Ok(Ok((session, _new))) => Some(session),
        Ok(Err(_)) | Err(_) => None,
    }
}

/// A gateway's error of the console's own speaks against the address.
fn note(exchange: &Exchange, answer: &WholeAnswer) {
    match answer.head.status.as_u16() {
        502..=504 => exchange.failed(),
        _ => exchange.succeeded(),
    }
}

async fn converse(
    mut session: HttpSession,
    mut head: RequestHeader,
    body: Bytes,
    most: usize,
) -> Result<WholeAnswer, Refusal> {
    let broken = |_| Refusal::UpstreamInvalid;
    if let HttpSession::H1(_) = session {
        head.insert_header(header::CONNECTION, "close").map_err(broken)?;
    }
    session.write_request_header(Box::new(head)).await.map_err(broken)?;
    if !body.is_empty() {
        session.write_request_body(body, true).await.map_err(broken)?;
    }
    session.finish_request_body().await.map_err(broken)?;
    let mut interim = 0_usize;
    let head = loop {
        session.read_response_header().await.map_err(broken)?;
        let head = session.response_header().ok_or(Refusal::UpstreamInvalid)?;
        if !head.status.is_informational() {
            break head.clone();
        }
        interim = interim.saturating_add(1);
        if interim > MOST_INTERIM {
            return Err(Refusal::UpstreamInvalid);
        }
    };
    let mut read = BytesMut::new();
    while let Some(piece) = session.read_response_body().await.map_err(broken)? {
        if read.len().saturating_add(piece.len()) > most {
            session.shutdown().await;
            return Err(Refusal::UpstreamInvalid);
        }
        read.extend_from_slice(&piece);
    }
    session.shutdown().await;
    Ok(WholeAnswer { head, body: read.freeze() })
}

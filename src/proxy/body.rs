//! The bodies of forwarded requests and of their answers, piece by piece.

use std::time::Duration;

use bytes::Bytes;
use pingora::protocols::http::ServerSession;
use tokio_util::sync::CancellationToken;

use super::Gateway;
use super::context::RequestContext;
use super::custom;
use super::failure;
use super::lifeline;

/// Whether more of a body follows a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// More follows.
    More,
    /// It is the last.
    Last,
}

/// A piece of the request's body, on its way to the console.
///
/// # Errors
/// When the body is larger than allowed, or the session is over.
pub(super) fn requested(
    gateway: &Gateway,
    downstream: &ServerSession,
    piece: &mut Option<Bytes>,
    which: Piece,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    go_on(context)?;
    let length = piece.as_ref().map_or(0, Bytes::len);
    if let Some(lifeline) = &context.lifeline {
        lifeline.body_moved((which == Piece::More).then_some(length));
    }
    if which == Piece::More {
        lifeline::hold(gateway, downstream, context);
    }
    // cloudflare/pingora#935: an empty last piece would be written as a second last-chunk, whose bytes
    // the console takes for the start of the next person's request.
    if which == Piece::Last && length == 0 {
        *piece = None;
    }
    // What a WebSocket sends is no body.
    if context.connection.as_ref().is_some_and(|connection| connection.has_switched()) {
        return Ok(());
    }
    if let Some(reading) = &mut context.names_nobody {
        let goes_on = reading.goes_on(piece.as_deref().unwrap_or_default());
        if !goes_on || (which == Piece::Last && !reading.is_whole()) {
            return custom(failure::LOGIN_UNCLEAR, "a long body that could be a login");
        }
    }
    context.received = context.received.saturating_add(length as u64);
    if context.live.settings.body_bytes.is_some_and(|most| context.received > most) {
        return custom(failure::BODY_TOO_LARGE, "the body is larger than allowed");
    }
    Ok(())
}

/// Nothing goes either way once the session is over, or the permission.
///
/// # Errors
/// When one of them is.
pub(super) fn go_on(context: &RequestContext) -> pingora::Result<()> {
    if context.over.as_ref().is_some_and(CancellationToken::is_cancelled) {
        return custom(failure::SESSION_OVER, "the session ended");
    }
    Ok(())
}

/// A piece of the answer's body, on its way to the client.
///
/// # Errors
/// When the session, or the stream that it became, is over.
pub(super) fn answered(
    gateway: &Gateway,
    downstream: &ServerSession,
    piece: &mut Option<Bytes>,
    which: Piece,
    context: &mut RequestContext,
) -> pingora::Result<Option<Duration>> {
    go_on(context)?;
    if which == Piece::More {
        lifeline::hold(gateway, downstream, context);
    }
    if let Some(inserter) = &mut context.inserter {
        *piece = piece.take().map(|piece| inserter.pass(piece));
    }
    if let Some(trail) = &mut context.trail {
        trail.sent(piece.as_ref().map_or(0, Bytes::len));
    }
    Ok(None)
}

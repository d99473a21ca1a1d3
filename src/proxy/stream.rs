//! A client's connection as pingora sees it, with three additions: the head of each request is read and
//! judged before pingora reads it, no byte passes that does not belong to the request, and a client is
//! not waited for without end.

mod passed_on;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use bytes::Buf;
use bytes::BytesMut;
use pingora::http::ResponseHeader;
use pingora::protocols::Shutdown;
use pingora::protocols::Stream;
use pingora::protocols::raw_connect::ProxyDigest;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::time::Instant;
use tokio::time::timeout_at;

use super::Settings;
use super::client::ConnectionContext;
use super::framing::Framing;
use super::http2;
use super::pace::Pace;
use crate::canonical::HeadError;
use crate::canonical::head::Body;

/// Bytes after the end of a request that are read and thrown away, to learn whether the client is there.
const LEFTOVERS: usize = 64 * 1024;

/// Bytes of the few frames that an HTTP/2 connection ends with.
const FEW: usize = 128;

/// How waiting for a request's head ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadRead {
    /// It is there: this many bytes.
    Complete(usize),
    /// The client closed, or stayed silent, before it began one.
    Nothing,
    /// The client stopped in the middle of one.
    TooSlow,
    /// It is larger than allowed, or ends its lines with a bare line feed.
    Malformed(HeadError),
}

/// The connection.
pub struct GuardedStream {
    inner: Stream,
    replay: BytesMut,
    /// How many of the replayed bytes belong to the present request.
    cleared: usize,
    framing: Framing,
    /// Bytes thrown away after the end of the present request.
    dropped: usize,
    context: Arc<ConnectionContext>,
    digest: Arc<ProxyDigest>,
    incoming: Pace,
    outgoing: Pace,
}

impl GuardedStream {
    /// Guards an accepted connection.
    ///
    /// # Errors
    /// Never in practice: the digest that carries the context cannot be made.
    pub fn new(
        inner: Stream,
        context: Arc<ConnectionContext>,
        settings: &Settings,
    ) -> pingora::Result<Self> {
        // pingora offers no place of ours that lives as long as a connection and reaches HTTP/2
        // streams as well; the digest of an outgoing proxy connection is unused on this side.
        let carrier = Box::new(ResponseHeader::build(200, Some(0))?);
        let digest = Arc::new(ProxyDigest::new(carrier, Some(Box::new(Arc::clone(&context)))));
        Ok(Self {
            inner,
            replay: BytesMut::new(),
            cleared: 0,
            framing: Framing::Open,
            dropped: 0,
            context,
            digest,
            incoming: Pace::new(settings.receiving),
            outgoing: Pace::new(settings.sending),
        })
    }

    /// The connection's context.
    #[must_use]
    pub const fn context(&self) -> &Arc<ConnectionContext> {
        &self.context
    }

    /// Whether the request was read to its end and nothing came after it: only then is there a next one
    /// on this connection (A-075, H-11).
    #[must_use]
    pub fn is_reusable(&self) -> bool {
        let rest = !self.replay.is_empty() || self.context.has_leftovers();
        self.framing.is_whole() && !rest && !self.context.is_broken()
    }

    /// Lets the head and the body that it announces through. What of the body has come already is
    /// checked here, before anybody hears of the request.
    ///
    /// # Errors
    /// [`HeadError::Framing`] when that much of the body is broken.
    pub fn accept(&mut self, head: usize, body: Body) -> Result<(), HeadError> {
        self.framing = Framing::of(body);
        self.dropped = 0;
        self.incoming.restart();
        let here = self.replay.get(head..).unwrap_or_default();
        let taken = self.framing.admit(here).inspect_err(|_| self.context.note_broken())?;
        if taken < here.len() {
            self.context.note_leftovers();
        }
        self.cleared = head.saturating_add(taken);
        Ok(())
    }

    /// Reads the body of the request, never beyond its end.
    fn poll_body(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.context.is_broken() {
            return Poll::Ready(Err(broken_framing()));
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        if read.is_pending() {
            std::task::ready!(self.incoming.poll_wait(cx));
            return Poll::Ready(Err(self.too_slow()));
        }
        std::task::ready!(read)?;
        let new = buf.filled().get(before..).unwrap_or_default();
        let length = new.len();
        self.incoming.moved(length);
        let Ok(taken) = self.framing.admit(new) else {
            self.context.note_broken();
            buf.set_filled(before);
            return Poll::Ready(Err(broken_framing()));
        };
        if taken < length {
            self.context.note_leftovers();
            buf.set_filled(before.saturating_add(taken));
        }
        Poll::Ready(Ok(()))
    }

    /// After the end of the request: waits for the client to close. What it sends instead is thrown
    /// away, and the connection closes after the answer.
    fn poll_whole(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.context.has_switched() {
            self.framing = Framing::Open;
            return Pin::new(&mut self.inner).poll_read(cx, buf);
        }
        let mut scratch = [0_u8; 1024];
        while self.dropped < LEFTOVERS {
            let mut scratch = ReadBuf::new(&mut scratch);
            std::task::ready!(Pin::new(&mut self.inner).poll_read(cx, &mut scratch))?;
            if scratch.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.dropped = self.dropped.saturating_add(scratch.filled().len());
            self.context.note_leftovers();
        }
        Poll::Pending
    }

    /// The head that [`GuardedStream::read_head`] completed.
    #[must_use]
    pub fn head(&self, length: usize) -> &[u8] {
        self.replay.get(..length).unwrap_or_default()
    }

    /// Reads until a whole head is there: the first byte within `patience`, the rest within
    /// `head_timeout`, at most `limit` bytes. What was read is then read once more by pingora.
    pub async fn read_head(
        &mut self,
        patience: Duration,
        head_timeout: Duration,
        limit: usize,
    ) -> HeadRead {
        let mut deadline = Instant::now() + patience;
        let mut begun = false;
        let mut scanned = 0_usize;
        loop {
            if let Some(end) = end_of_head(&self.replay, &mut scanned) {
                return if end <= limit {
                    HeadRead::Complete(end)
                } else {
                    HeadRead::Malformed(HeadError::TooLarge)
                };
            }
            if self.replay.len() > limit {
                return HeadRead::Malformed(HeadError::TooLarge);
            }
            if !begun && !self.replay.is_empty() {
                begun = true;
                deadline = Instant::now() + head_timeout;
            }
            self.replay.reserve(4096);
            match timeout_at(deadline, self.inner.read_buf(&mut self.replay)).await {
                Ok(Ok(1..)) => {}
                Err(_) if begun => return HeadRead::TooSlow,
                _ => return HeadRead::Nothing,
            }
        }
    }

    /// Waits for the first bytes of an HTTP/2 connection, so that a silent client is not kept.
    pub async fn await_first_bytes(&mut self, wanted: usize, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while self.replay.len() < wanted {
            self.replay.reserve(4096);
            match timeout_at(deadline, self.inner.read_buf(&mut self.replay)).await {
                Ok(Ok(1..)) => {}
                _ => return false,
            }
        }
        self.cleared = self.replay.len();
        true
    }

    /// Reads and throws away what the client still sends, so that the answer before it is not lost to a
    /// reset; bounded in bytes and time.
    pub async fn linger(&mut self) {
        self.shutdown().await;
        let deadline = Instant::now() + Duration::from_secs(1);
        let mut left: usize = 256 * 1024;
        let mut scratch = [0_u8; 4096];
        while left > 0 {
            match timeout_at(deadline, self.inner.read(&mut scratch)).await {
                Ok(Ok(n @ 1..)) => left = left.saturating_sub(n),
                _ => return,
            }
        }
    }

    /// What the client has to take: when it takes nothing for too long, the connection is given up.
    fn paced<T>(
        &mut self,
        cx: &mut Context<'_>,
        taken: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        match &taken {
            Poll::Ready(Ok(value)) => {
                let bytes = bytes(value);
                self.context.note_written(bytes);
                self.outgoing.moved(bytes);
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                std::task::ready!(self.outgoing.poll_wait(cx));
                return Poll::Ready(Err(self.too_slow()));
            }
        }
        taken
    }

    fn too_slow(&self) -> io::Error {
        self.context.note_slow();
        io::Error::new(io::ErrorKind::TimedOut, "the client was waited for long enough")
    }

    /// An HTTP/2 connection that is given up says why in its last frame, which goes out with few others.
    fn watch_farewell(&self, written: &[io::IoSlice<'_>], length: usize) {
        let mut few = [0_u8; FEW];
        if !matches!(self.framing, Framing::Open) || length > FEW {
            return;
        }
        let bytes = written.iter().flat_map(|part| part.iter());
        few.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        if let Some(code) = few.get(..length).and_then(http2::goaway) {
            self.context.note_farewell(code);
        }
    }
}

/// Where the head ends: after the first empty line, however its line before ended. A line that ends
/// with a bare line feed is refused by the grammar later; here it must only not keep us waiting.
///
/// `scanned` says how far earlier calls looked, and is moved on: a head that comes byte by byte is read
/// once, not once per byte.
fn end_of_head(bytes: &[u8], scanned: &mut usize) -> Option<usize> {
    while let Some(at) = bytes.get(*scanned..)?.iter().position(|&b| b == b'\n') {
        let line_feed = scanned.saturating_add(at);
        let after = line_feed.saturating_add(1);
        match bytes.get(after..)? {
            [b'\n', ..] => return Some(after.saturating_add(1)),
            [b'\r', b'\n', ..] => return Some(after.saturating_add(2)),
            // Whether the next line is empty is not known yet: look at this one again.
            [] | [b'\r'] => {
                *scanned = line_feed;
                return None;
            }
            _ => *scanned = after,
        }
    }
    *scanned = bytes.len();
    None
}

fn broken_framing() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the body is not framed as its head announced")
}

impl AsyncRead for GuardedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.cleared == 0 {
            return match self.framing {
                Framing::Open => Pin::new(&mut self.inner).poll_read(cx, buf),
                Framing::Whole => self.poll_whole(cx, buf),
                Framing::Length(_) | Framing::Chunked(_) => self.poll_body(cx, buf),
            };
        }
        let n = self.cleared.min(buf.remaining());
        if let Some(bytes) = self.replay.get(..n) {
            buf.put_slice(bytes);
        }
        self.replay.advance(n);
        self.cleared = self.cleared.saturating_sub(n);
        if self.replay.is_empty() {
            self.replay = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for GuardedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        if let Poll::Ready(Ok(length)) = &written {
            self.watch_farewell(&[io::IoSlice::new(buf)], *length);
        }
        self.paced(cx, written, |length| *length)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.paced(cx, flushed, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(length)) = &written {
            self.watch_farewell(bufs, *length);
        }
        self.paced(cx, written, |length| *length)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_at_its_first_empty_line_however_it_is_written_a067() {
        let end = |bytes: &[u8]| end_of_head(bytes, &mut 0);
        assert_eq!(end(b"GET / HTTP/1.1\r\nA: b\r\n"), None);
        assert_eq!(end(b"GET / HTTP/1.1\r\n\r\nrest"), Some(18));
        assert_eq!(end(b"GET / HTTP/1.1\n\nrest"), Some(16));
        assert_eq!(end(b"GET / HTTP/1.1\nA: b\r\n\r\n"), Some(23));
        assert_eq!(end(b"\n\n"), Some(2));
        assert_eq!(end(b""), None);
    }

    #[test]
    fn a_head_that_comes_in_pieces_is_scanned_once_a095() {
        for head in
            [&b"GET / HTTP/1.1\r\nA: b\r\n\r\n"[..], b"GET / HTTP/1.1\nA: b\n\n", b"\r\n\r\n"]
        {
            let mut scanned = 0;
            for length in 0..head.len() {
                assert_eq!(end_of_head(head.get(..length).unwrap(), &mut scanned), None);
                assert!(length.saturating_sub(scanned) <= 2, "{scanned} of {length}");
            }
            assert_eq!(end_of_head(head, &mut scanned), Some(head.len()));
        }
    }
}

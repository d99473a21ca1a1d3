//! Where a request ends, watched on the raw bytes: what a client sends passes only as far as its head
//! announced, in the framing it announced.

use crate::canonical::HeadError;
use crate::canonical::chunks::Chunks;
use crate::canonical::head::Body;

/// What may still come.
#[derive(Debug)]
pub(super) enum Framing {
    /// Anything: HTTP/2 frames, or the frames of a WebSocket.
    Open,
    /// So many bytes of a body.
    Length(u64),
    /// A body in chunks.
    Chunked(Chunks),
    /// Nothing: the request is whole.
    Whole,
}

impl Framing {
    /// Of a request whose head was accepted.
    pub(super) fn of(body: Body) -> Self {
        match body {
            Body::None | Body::Length(0) => Self::Whole,
            Body::Length(length) => Self::Length(length),
            Body::Chunked => Self::Chunked(Chunks::default()),
        }
    }

    /// Takes the next bytes and says how many of them belong to the request.
    pub(super) fn admit(&mut self, bytes: &[u8]) -> Result<usize, HeadError> {
        match self {
            Self::Open => Ok(bytes.len()),
            Self::Whole => Ok(0),
            Self::Length(left) => {
                let here = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left = left.saturating_sub(here as u64);
                if *left == 0 {
                    *self = Self::Whole;
                }
                Ok(here)
            }
            Self::Chunked(chunks) => {
                let here = chunks.watch(bytes)?;
                if chunks.is_done() {
                    *self = Self::Whole;
                }
                Ok(here)
            }
        }
    }

    /// Whether the request is whole.
    pub(super) const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_as_long_as_its_head_said_and_no_longer_h8() {
        let mut framing = Framing::of(Body::Length(5));
        assert_eq!(framing.admit(b"abc"), Ok(3));
        assert!(!framing.is_whole());
        assert_eq!(framing.admit(b"deGET"), Ok(2));
        assert!(framing.is_whole());
        assert_eq!(framing.admit(b"GET"), Ok(0));
        assert!(Framing::of(Body::None).is_whole());
        let mut chunked = Framing::of(Body::Chunked);
        assert_eq!(chunked.admit(b"0\r\n\r\nGET"), Ok(5));
        assert!(chunked.is_whole());
    }
}

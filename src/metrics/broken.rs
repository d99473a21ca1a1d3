//! Why a connection ended before a request of it could be logged, or beneath its requests.

/// The reasons, as far as they can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The TLS handshake was not done in time.
    TlsTimeout,
    /// No certificate is made out to the host asked for.
    TlsName,
    /// The client went away in the handshake.
    TlsClosed,
    /// The handshake broke the rules of TLS, or could agree on nothing.
    TlsProtocol,
    /// The HTTP/2 preface did not come in time.
    PrefaceTimeout,
    /// HTTP/2 was agreed, and something else came.
    Preface,
    /// A frame that broke the rules of HTTP/2.
    Http2Protocol,
    /// Header compression that cannot be undone.
    Http2Compression,
    /// More of something than a client may send.
    Http2Flood,
    /// A PROXY header is due here, and whoever came is no declared proxy.
    ProxyUndeclared,
    /// A declared proxy sent no PROXY header.
    ProxyMissing,
    /// A PROXY header that breaks its rules.
    ProxyMalformed,
    /// A PROXY header with more than it may have.
    ProxyTooLong,
    /// A PROXY header that names no TCP connection.
    ProxyUnknown,
    /// A PROXY header with which a load balancer speaks for itself: a health check.
    ProxyLocal,
    /// A declared proxy closed before its header was whole.
    ProxyClosed,
    /// A PROXY header did not come in time.
    ProxyTimeout,
}

impl Broken {
    /// The reason's name in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TlsTimeout => "tls_timeout",
            Self::TlsName => "tls_name",
            Self::TlsClosed => "tls_closed",
            Self::TlsProtocol => "tls_protocol",
            Self::PrefaceTimeout => "preface_timeout",
            Self::Preface => "preface",
            Self::Http2Protocol => "http2_protocol",
            Self::Http2Compression => "http2_compression",
            Self::Http2Flood => "http2_flood",
            Self::ProxyUndeclared => "proxy_undeclared",
            Self::ProxyMissing => "proxy_missing",
            Self::ProxyMalformed => "proxy_malformed",
            Self::ProxyTooLong => "proxy_too_long",
            Self::ProxyUnknown => "proxy_unknown",
            Self::ProxyLocal => "proxy_local",
            Self::ProxyClosed => "proxy_closed",
            Self::ProxyTimeout => "proxy_timeout",
        }
    }

    /// Of a handshake that failed with this message: rustls has no other way to say it through pingora.
    #[must_use]
    pub fn of_handshake(message: &str) -> Self {
        let says = |words: &str| message.contains(words);
        if says("no server certificate chain resolved") {
            Self::TlsName
        } else if says("eof") || says("reset by peer") || says("Broken pipe") {
            Self::TlsClosed
        } else {
            Self::TlsProtocol
        }
    }

    /// Of an HTTP/2 connection that was given up with this error code (RFC 9113 §7).
    #[must_use]
    pub const fn of_farewell(code: u32) -> Option<Self> {
        match code {
            0 => None,
            9 => Some(Self::Http2Compression),
            11 => Some(Self::Http2Flood),
            _ => Some(Self::Http2Protocol),
        }
    }
}

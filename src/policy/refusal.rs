//! Why not: one list for pages, logs, metrics, audit and tests.

mod words;

use http::StatusCode;

use crate::area::Ground;
use crate::area::Kept;
use crate::canonical::HeadError;
use crate::canonical::NotCanonical;
use crate::canonical::PathError;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The head of the request is malformed.
    Head(HeadError),
    /// The method may not pass.
    Method,
    /// The host is malformed.
    Host,
    /// The path is not in canonical form, and cannot be redirected.
    PathNotCanonical,
    /// Servers disagree about what the path means.
    PathAmbiguous,
    /// The path holds what no path may hold.
    PathForbidden,
    /// A copy or move to a place that this request may not reach.
    Destination,
    /// The query holds what no query may hold.
    Query,
    /// The host belongs to no site.
    UnknownHost,
    /// The host is not the one the TLS connection was made for.
    MisdirectedHost,
    /// Plain HTTP, where the site is served over TLS.
    PlainHttp,
    /// The session belongs to another site.
    ForeignSession,
    /// Two session cookies, or one that is no cookie.
    AmbiguousCookie,
    /// A service worker's script, on a site that allows none.
    ServiceWorker,
    /// The client's address is not known.
    ClientAddressUnknown,
    /// The client is in a network that is denied.
    NetworkDenied,
    /// The client is in none of the networks that are allowed.
    NetworkNotAllowed,
    /// The client is in a place that is denied.
    PlaceDenied,
    /// The client is in none of the places that are allowed.
    PlaceNotAllowed,
    /// It cannot be told whether the client is in a place that a rule names.
    PlaceUnknown,
    /// The person is none of those who may.
    PersonNotAllowed,
    /// The browser is no verified device.
    DeviceNotVerified,
    /// A browser was led to a route for machines by another site's page.
    MachineOnly,
    /// A service token that is malformed, unknown, expired or revoked.
    TokenInvalid,
    /// A service token that does not cover the request.
    TokenScope,
    /// The body is larger than allowed.
    Body,
    /// The client sends or reads too slowly.
    TooSlow,
    /// The session has as many streams as it may.
    TooManyStreams,
    /// A WebSocket's handshake that is not complete.
    WebSocket,
    /// A WebSocket of another version than the one there is.
    WebSocketVersion,
    /// What the answer belonged to is over: the session, or the stream that it became.
    SessionOver,
    /// A form without a valid token of its own page, or from another site.
    CrossSite,
    /// A form that was filled in wrongly or twice.
    Form,
    /// A login at the console that does not say clearly who signs in.
    LoginUnclear,
    /// The console did not let somebody in, or did not say so clearly.
    LoginRefused,
    /// Nobody is signed in at the sign-on in front of the gateway, or the request did not come by way of it.
    StatementMissing,
    /// What the sign-on in front of the gateway says is not clear, or not valid.
    StatementUnclear,
    /// Too many attempts.
    Throttled,
    /// The gateway is too busy to check a password.
    Busy,
    /// The store does not answer.
    StoreUnavailable,
    /// Something inside failed.
    Internal,
    /// The gateway is shutting down.
    Draining,
    /// The console cannot be reached.
    UpstreamUnreachable,
    /// The console has no address, or none that works.
    UpstreamUnavailable,
    /// The console does not answer in time.
    UpstreamTimeout,
    /// The console's answer is malformed.
    UpstreamInvalid,
    /// The request came around in a loop.
    Loop,
}

/// Whose doing a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What was asked for, or how.
    Request,
    /// The gateway's: it is busy, stopping or cannot decide.
    Gateway,
    /// The console's.
    Console,
}

impl Refusal {
    /// Whose doing it is: what a request did wrong belongs in the audit log, an outage does not.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "most are the request's")]
    pub const fn fault(self) -> Fault {
        match self {
            Self::UpstreamUnreachable
            | Self::UpstreamUnavailable
            | Self::UpstreamTimeout
            | Self::UpstreamInvalid
            | Self::Loop => Fault::Console,
            Self::Throttled
            | Self::Busy
            | Self::StoreUnavailable
            | Self::Internal
            | Self::TooSlow
            | Self::SessionOver
            | Self::Draining => Fault::Gateway,
            _ => Fault::Request,
        }
    }

    /// The reason's name in logs, metrics and audit.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Head(error) => error.name(),
            Self::Method => "method",
            Self::Host => "host",
            Self::PathNotCanonical => "path_not_canonical",
            Self::PathAmbiguous => "path_ambiguous",
            Self::PathForbidden => "path_forbidden",
            Self::Destination => "destination",
            Self::Query => "query",
            Self::UnknownHost => "unknown_host",
            Self::MisdirectedHost => "misdirected_host",
            Self::PlainHttp => "plain_http",
            Self::ForeignSession => "foreign_session",
            Self::AmbiguousCookie => "ambiguous_cookie",
            Self::ServiceWorker => "service_worker",
            Self::ClientAddressUnknown => "client_address_unknown",
            Self::NetworkDenied => "network_denied",
            Self::NetworkNotAllowed => "network_not_allowed",
            Self::PlaceDenied => "place_denied",
            Self::PlaceNotAllowed => "place_not_allowed",
            Self::PlaceUnknown => "place_unknown",
            Self::DeviceNotVerified => "device_not_verified",
            Self::PersonNotAllowed => "person_not_allowed",
            Self::MachineOnly => "machine_only",
            Self::TokenInvalid => "token_invalid",
            Self::TokenScope => "token_scope",
            Self::Body => "body",
            Self::TooSlow => "too_slow",
            Self::TooManyStreams => "too_many_streams",
            Self::WebSocket => "websocket",
            Self::WebSocketVersion => "websocket_version",
            Self::SessionOver => "session_over",
            Self::CrossSite => "cross_site",
            Self::Form => "form",
            Self::LoginUnclear => "login_unclear",
            Self::LoginRefused => "login_refused",
            Self::StatementMissing => "statement_missing",
            Self::StatementUnclear => "statement_unclear",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
            Self::StoreUnavailable => "store_unavailable",
            Self::Internal => "internal",
            Self::Draining => "draining",
            Self::UpstreamUnreachable => "upstream_unreachable",
            Self::UpstreamUnavailable => "upstream_unavailable",
            Self::UpstreamTimeout => "upstream_timeout",
            Self::UpstreamInvalid => "upstream_invalid",
            Self::Loop => "loop",
        }
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Head(error) => error.status(),
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Host
            | Self::PathNotCanonical
            | Self::PathAmbiguous
            | Self::PathForbidden
            | Self::Query
            | Self::AmbiguousCookie
            | Self::WebSocket
            | Self::Form
            | Self::LoginUnclear => StatusCode::BAD_REQUEST,
            Self::UnknownHost | Self::MisdirectedHost => StatusCode::MISDIRECTED_REQUEST,
            Self::PlainHttp
            | Self::ForeignSession
            | Self::Destination
            | Self::ServiceWorker
            | Self::ClientAddressUnknown
            | Self::NetworkDenied
            | Self::NetworkNotAllowed
            | Self::PlaceDenied
            | Self::PlaceNotAllowed
            | Self::PlaceUnknown
            | Self::PersonNotAllowed
            | Self::DeviceNotVerified
            | Self::MachineOnly
            | Self::TokenScope
            | Self::SessionOver
            | Self::StatementMissing
            | Self::StatementUnclear
            | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::TokenInvalid | Self::LoginRefused => StatusCode::UNAUTHORIZED,
            Self::Body => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::WebSocketVersion => StatusCode::UPGRADE_REQUIRED,
            Self::TooManyStreams | Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::StoreUnavailable | Self::Draining | Self::UpstreamUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::UpstreamUnreachable | Self::UpstreamInvalid => StatusCode::BAD_GATEWAY,
            Self::UpstreamTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Loop => StatusCode::LOOP_DETECTED,
        }
    }
}

impl From<Kept<'_>> for Refusal {
    fn from(kept: Kept<'_>) -> Self {
        match kept {
            Kept::Denied(area) => match area.ground {
                Ground::Network(_) => Self::NetworkDenied,
                Ground::Place(_) => Self::PlaceDenied,
            },
            Kept::NotAllowed => Self::NetworkNotAllowed,
            Kept::Undecided(_) => Self::PlaceUnknown,
        }
    }
}

impl From<&NotCanonical> for Refusal {
    fn from(error: &NotCanonical) -> Self {
        match error {
            NotCanonical::Method => Self::Method,
            NotCanonical::Host => Self::Host,
            NotCanonical::Query => Self::Query,
            NotCanonical::Path(PathError::NotCanonical(_)) => Self::PathNotCanonical,
            NotCanonical::Path(PathError::Ambiguous) => Self::PathAmbiguous,
            NotCanonical::Path(PathError::Forbidden) => Self::PathForbidden,
        }
    }
}

//! Why not: one list for pages, logs, metrics, audit and tests.

use http::StatusCode;

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
            Self::Body => "body",
            Self::TooSlow => "too_slow",
            Self::TooManyStreams => "too_many_streams",
            Self::WebSocket => "websocket",
            Self::WebSocketVersion => "websocket_version",
            Self::SessionOver => "session_over",
            Self::CrossSite => "cross_site",
            Self::Form => "form",
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
            | Self::Form => StatusCode::BAD_REQUEST,
            Self::UnknownHost | Self::MisdirectedHost => StatusCode::MISDIRECTED_REQUEST,
            Self::PlainHttp
            | Self::ForeignSession
            | Self::Destination
            | Self::ServiceWorker
            | Self::ClientAddressUnknown
            | Self::SessionOver
            | Self::CrossSite => StatusCode::FORBIDDEN,
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

    /// What a person is told: what happened and why, then what to do next. Names nothing internal.
    #[must_use]
    pub const fn explanation(self) -> (&'static str, &'static str) {
        match self.fault() {
            Fault::Console => self.of_the_console(),
            Fault::Gateway => self.of_the_gateway(),
            Fault::Request => self.of_the_request(),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the texts of a family end in a general one"
    )]
    const fn of_the_console(self) -> (&'static str, &'static str) {
        match self {
            Self::UpstreamUnreachable => (
                "The console behind this page does not answer: no connection to it could be made, or it closed \
                 the connection.",
                "Try again in a minute. If you were changing something, check first whether it was done. If it \
                 lasts, tell the people who run the console.",
            ),
            Self::UpstreamUnavailable => (
                "The console behind this page is not running at the moment: none of its servers answers.",
                "Try again in a minute. If it lasts, tell the people who run the console.",
            ),
            Self::UpstreamTimeout => (
                "The console behind this page took too long to answer.",
                "Try again. If you were changing something, check first whether it was done.",
            ),
            _ => (
                "The console behind this page gave an answer that breaks the rules of the web, so it was not \
                 passed on.",
                "Try again. If it lasts, tell the people who run the console, with the request number below.",
            ),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the texts of a family end in a general one"
    )]
    const fn of_the_gateway(self) -> (&'static str, &'static str) {
        match self {
            Self::Throttled => (
                "There were too many attempts.",
                "Wait a moment, then try again. Nothing is lost and your account is not locked.",
            ),
            Self::Busy => {
                ("Too many people are signing in at this moment.", "Try again in a few seconds.")
            }
            Self::TooSlow => {
                ("The connection was too slow.", "Try again where the network is better.")
            }
            Self::SessionOver => ("The session is over.", "Sign in again."),
            Self::Draining => ("The sign-in service is restarting.", "Try again in a few seconds."),
            _ => (
                "The sign-in service cannot check anything at the moment, so it lets nobody through.",
                "Try again in a minute. If it lasts, give your administrator the request number below.",
            ),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the texts of a family end in a general one"
    )]
    const fn of_the_request(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownHost | Self::MisdirectedHost => (
                "No console is served under this address.",
                "Check the address for typing errors, or ask your administrator which one to use.",
            ),
            Self::CrossSite => (
                "This form was not sent from the page it belongs to, or the page was open for too long.",
                "Go back, reload the page, and send the form again.",
            ),
            Self::AmbiguousCookie | Self::ForeignSession => (
                "Your browser sent a sign-in that cannot be used here.",
                "It was removed. Reload the page and sign in again.",
            ),
            Self::Form => (
                "The form was incomplete, or sent with fields it does not have.",
                "Go back, reload the page, and fill it in again.",
            ),
            Self::PlainHttp => (
                "This site is served over HTTPS only.",
                "Use the same address with https:// in front.",
            ),
            Self::TooManyStreams => (
                "This session has as many live connections open as it may.",
                "Close other tabs of the console, then try again.",
            ),
            Self::WebSocket | Self::WebSocketVersion => (
                "The program that asked does not speak WebSocket as it should.",
                "Update the program, or the browser.",
            ),
            Self::Body => ("More was sent than this page accepts.", "Go back and send less."),
            Self::ServiceWorker => (
                "This site does not allow background scripts (service workers).",
                "Nothing needs to be done; an administrator can allow them for the site.",
            ),
            Self::ClientAddressUnknown => (
                "It could not be determined where this request comes from.",
                "Tell your administrator, with the request number below.",
            ),
            _ => (
                "The request cannot be read in exactly one way, so it was not passed on.",
                "Check the address for odd characters, or start from the console's first page.",
            ),
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

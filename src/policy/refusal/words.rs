//! What a person is told who is refused.

use super::Fault;
use super::Refusal;

impl Refusal {
    /// The message for a person: what happened and why, and as its `next` what to do. It names nothing internal.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self.fault() {
            Fault::Console => self.of_the_console(),
            Fault::Gateway => self.of_the_gateway(),
            Fault::Request => match self.of_where_and_who() {
                Some(words) => words,
                None => self.of_the_request(),
            },
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the texts of a family end in a general one"
    )]
    const fn of_the_console(self) -> &'static str {
        match self {
            Self::UpstreamUnreachable => "refusal-upstream-unreachable",
            Self::UpstreamUnavailable => "refusal-upstream-unavailable",
            Self::UpstreamTimeout => "refusal-upstream-timeout",
            _ => "refusal-upstream-invalid",
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the texts of a family end in a general one"
    )]
    const fn of_the_gateway(self) -> &'static str {
        match self {
            Self::Throttled => "refusal-throttled",
            Self::Busy => "refusal-busy",
            Self::TooSlow => "refusal-too-slow",
            Self::SessionOver => "refusal-session-over",
            Self::Draining => "refusal-draining",
            _ => "refusal-unable",
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the texts of a family end in a general one"
    )]
    const fn of_the_request(self) -> &'static str {
        match self {
            Self::UnknownHost | Self::MisdirectedHost => "refusal-unknown-host",
            Self::CrossSite => "refusal-cross-site",
            Self::AmbiguousCookie | Self::ForeignSession => "refusal-cookie",
            Self::Form => "refusal-form",
            Self::LoginUnclear => "refusal-login-unclear",
            Self::LoginRefused => "refusal-login-refused",
            Self::StatementMissing => "refusal-statement-missing",
            Self::StatementUnclear => "refusal-statement-unclear",
            Self::PlainHttp => "refusal-plain-http",
            Self::TooManyStreams => "refusal-streams",
            Self::WebSocket | Self::WebSocketVersion => "refusal-websocket",
            Self::Body => "refusal-body",
            Self::ServiceWorker => "refusal-service-worker",
            Self::ClientAddressUnknown => "refusal-client-address",
            _ => "refusal-ambiguous",
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are about the request")]
    const fn of_where_and_who(self) -> Option<&'static str> {
        match self {
            Self::NetworkDenied | Self::PlaceDenied => Some("refusal-shut-out"),
            Self::NetworkNotAllowed => Some("refusal-not-allowed"),
            Self::PlaceNotAllowed => Some("refusal-place-not-allowed"),
            Self::PlaceUnknown => Some("refusal-place-unknown"),
            Self::PersonNotAllowed => Some("refusal-person"),
            Self::DeviceNotVerified => Some("refusal-device"),
            Self::MachineOnly => Some("refusal-machine-only"),
            Self::TokenInvalid => Some("refusal-token-invalid"),
            Self::TokenScope => Some("refusal-token-scope"),
            _ => None,
        }
    }
}

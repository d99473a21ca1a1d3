//! What a person is told who is refused.

use super::Fault;
use super::Refusal;

impl Refusal {
    /// What a person is told: what happened and why, then what to do next. Names nothing internal.
    #[must_use]
    pub const fn explanation(self) -> (&'static str, &'static str) {
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

    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are about the request")]
    const fn of_where_and_who(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::NetworkDenied | Self::PlaceDenied => Some((
                "This page may not be used from where you are: the network or the region that you are in is shut \
                 out.",
                "Connect from another network, such as that of your office or its VPN, then try again. If you \
                 should have access from here, ask your administrator, and give the request number and your \
                 address, which are shown below.",
            )),
            Self::NetworkNotAllowed => Some((
                "This page may be used from certain networks or regions only, and you are in none of them.",
                "Connect from the network of your office or through its VPN, then try again. If you should have \
                 access from here, ask your administrator, and give the request number and your address, which \
                 are shown below.",
            )),
            Self::PlaceNotAllowed => Some((
                "This page may be used from certain regions only, and you seem to be somewhere else.",
                "If you are abroad, or a VPN makes it look so, connect from home or through the VPN of your \
                 office, then try again. Else ask your administrator, and give the request number and your \
                 address, which are shown below.",
            )),
            Self::PlaceUnknown => Some((
                "This page may be used from certain regions only, and it could not be determined where you are.",
                "Connect from the network of your office or through its VPN, then try again. Else ask your \
                 administrator, and give the request number and your address, which are shown below.",
            )),
            Self::PersonNotAllowed => Some((
                "You are signed in, but this page is for other people than you.",
                "Go back, or use another account. If you need the page, ask your administrator for access.",
            )),
            Self::MachineOnly => Some((
                "This address is for programs in certain networks. A page of another site sent your browser here, \
                 so the request was not passed on.",
                "Close the page that you came from. If you meant to come here, type the address in yourself.",
            )),
            Self::TokenInvalid => Some((
                "The service token is not valid: it is misspelt, has expired, or was revoked.",
                "Ask for a new one where this one was issued.",
            )),
            Self::TokenScope => Some((
                "The service token is valid, but not for this request: its site, path, method or network is \
                 another one.",
                "Ask for a token that covers the request where this one was issued.",
            )),
            _ => None,
        }
    }
}

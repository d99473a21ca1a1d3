//! Pages that say no: what happened, why, what to do next, and the request's number. For scripts the
//! same as problem details (RFC 9457).

use std::net::IpAddr;

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;
use serde_json::json;

use super::Asking;
use super::Core;
use crate::policy::Demand;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::page::Link;
use crate::portal::page::Page;
use crate::portal::page::RefusalPage;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::turn::Turn;
use crate::session::cookie::CookieKind;

/// Seconds after which to try again when the gateway itself is in the way.
const RETRY_SECONDS: u64 = 10;

/// What is known of a request that is refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// Its number.
    pub(crate) request_id: &'a str,
    /// Where it came from.
    pub(crate) client: Option<IpAddr>,
    /// Whether a person looks at the answer.
    pub(crate) person: bool,
}

impl<'a> From<&'a Asking> for About<'a> {
    fn from(asking: &'a Asking) -> Self {
        let client = Some(asking.client.address);
        Self { request_id: &asking.request_id, client, person: asking.person }
    }
}

/// The words of a page.
struct Words {
    heading: &'static str,
    what: String,
    next: String,
    link: Option<Link>,
    /// The address to show, which the person may have to tell somebody.
    client: Option<IpAddr>,
}

/// The answer to a refused request on a site; a cookie that cannot be used is cleared.
pub(crate) fn of_asking(core: &Core, asking: &Asking, refusal: Refusal) -> Response<Bytes> {
    let mut answer = answer(core, refusal, About::from(asking));
    if matches!(refusal, Refusal::AmbiguousCookie | Refusal::ForeignSession) {
        for kind in [CookieKind::Session, CookieKind::Visitor] {
            response::set_cookie(&mut answer, &asking.cookies.clear(kind));
        }
    }
    answer
}

/// The answer to a refused request.
pub(crate) fn answer(core: &Core, refusal: Refusal, about: About<'_>) -> Response<Bytes> {
    let (what, next) = refusal.explanation();
    let words = Words {
        heading: heading(refusal),
        what: what.to_owned(),
        next: next.to_owned(),
        link: link(core, refusal),
        client: about.client.filter(|_| is_about_where(refusal)),
    };
    let status = refusal.status();
    let mut answer = said(core, status, words, (about, refusal.name()));
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response::retry_after(&mut answer, RETRY_SECONDS);
    }
    answer.extensions_mut().insert(refusal);
    answer
}

/// No such page.
pub(crate) fn not_found(core: &Core, asking: &Asking) -> Response<Bytes> {
    let words = Words {
        heading: "There is no such page",
        what: "The address belongs to the sign-in service, but nothing is there.".to_owned(),
        next: "Check the address for typing errors, or start from the console's first page."
            .to_owned(),
        link: Some(Link { href: "/".to_owned(), label: "Go to the first page" }),
        client: None,
    };
    said(core, StatusCode::NOT_FOUND, words, (About::from(asking), "not_found"))
}

/// The password was right, but no second factor is set up and none may be set up (any more).
pub(crate) fn enrolment_closed(turn: &Turn) -> Response<Bytes> {
    let words = Words {
        heading: "Your second factor cannot be set up",
        what: "Your account has no authenticator app yet, and the time for setting one up yourself is over.".to_owned(),
        next: "Ask your administrator to open it again; then sign in and set up the app.".to_owned(),
        link: None,
        client: None,
    };
    let about = About::from(&turn.asking);
    said(&turn.core, StatusCode::FORBIDDEN, words, (about, "enrolment_closed"))
}

/// Nothing the person has can be used.
pub(crate) fn no_method(turn: &Turn) -> Response<Bytes> {
    let words = Words {
        heading: "There is no way to prove it is you",
        what: "Nothing that is set up for your account can be used at the moment.".to_owned(),
        next: "Ask your administrator to reset your second factor.".to_owned(),
        link: None,
        client: None,
    };
    said(&turn.core, StatusCode::FORBIDDEN, words, (About::from(&turn.asking), "no_method"))
}

/// A person came to an address where only programs are let in.
pub(crate) fn for_programs(turn: &Turn, demand: Demand) -> Response<Bytes> {
    let (what, next) = if demand == Demand::ClientCertificate {
        (
            "Only programs with a client certificate are let in here. A person cannot sign in to it.",
            "If you came by a link, go back. If it is your program that has to get in, ask your administrator for \
             a certificate.",
        )
    } else {
        (
            "Only programs with a service token are let in here. A person cannot sign in to it.",
            "If you came by a link, go back. If it is your program that has to get in, ask your administrator for \
             a token.",
        )
    };
    let words = Words {
        heading: "This address is for programs",
        what: what.to_owned(),
        next: next.to_owned(),
        link: Some(Link { href: "/".to_owned(), label: "Go to the first page" }),
        client: None,
    };
    let about = About::from(&turn.asking);
    let mut answer = said(&turn.core, StatusCode::UNAUTHORIZED, words, (about, demand.name()));
    set_realm(turn, &mut answer, "");
    answer
}

/// How to authenticate (RFC 9110 §11.6.1), with further parameters.
fn set_realm(turn: &Turn, answer: &mut Response<Bytes>, parameters: &str) {
    let realm = format!("Bearer realm=\"{}\"{parameters}", turn.asking.site.name);
    if let Ok(realm) = HeaderValue::from_str(&realm) {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    }
}

/// A script lacks proof: 401, what is missing, and where a person can give it (RFC 9470).
pub(crate) fn unauthenticated(turn: &Turn, demand: Demand) -> Response<Bytes> {
    const INSUFFICIENT: &str = ", error=\"insufficient_user_authentication\"";
    let (title, page, error) = match demand {
        Demand::SignIn => ("Nobody is signed in", Some("/sign-in"), String::new()),
        Demand::SecondFactor => {
            ("A second factor is needed", Some("/challenge"), INSUFFICIENT.to_owned())
        }
        Demand::Fresh(most) => (
            "The second factor is needed once more",
            Some("/challenge"),
            format!("{INSUFFICIENT}, max_age=\"{}\"", most.as_secs()),
        ),
        Demand::ServiceToken => ("A service token is needed", None, String::new()),
        Demand::ClientCertificate => ("A client certificate is needed", None, String::new()),
    };
    let detail = match page {
        Some(_) => "Open challenge_url in a browser window, then repeat the request.",
        None => "Ask whoever runs the gateway for one, and send it with every request.",
    };
    let mut details = json!({
        "type": "about:blank",
        "title": title,
        "status": 401,
        "detail": detail,
        "request_id": turn.asking.request_id,
    });
    if let (Some(page), Some(details)) = (page, details.as_object_mut()) {
        let address = match demand.max_age() {
            Some(_) => challenge::address(turn, None, demand.max_age(), &ReturnTo::home()),
            None => turn.core.address(page),
        };
        details.insert("challenge_url".to_owned(), address.into());
    }
    let mut answer = problem(StatusCode::UNAUTHORIZED, &details);
    set_realm(turn, &mut answer, &error);
    answer
}

fn said(
    core: &Core,
    status: StatusCode,
    words: Words,
    (about, reason): (About<'_>, &str),
) -> Response<Bytes> {
    if !about.person {
        return problem(
            status,
            &json!({
                "type": "about:blank",
                "title": words.heading,
                "status": status.as_u16(),
                "detail": format!("{} {}", words.what, words.next),
                "reason": reason,
                "request_id": about.request_id,
            }),
        );
    }
    let page = RefusalPage {
        chrome: core.chrome.clone(),
        heading: words.heading,
        what: words.what,
        next: words.next,
        link: words.link,
        client: words.client.map(|address| address.to_string()),
        request_id: about.request_id.to_owned(),
    };
    response::html(status, page.html().unwrap_or_else(|_| page.heading.to_owned()))
}

fn problem(status: StatusCode, details: &serde_json::Value) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(details.to_string()));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("application/problem+json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most refusals share one heading")]
const fn heading(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownHost | Refusal::MisdirectedHost => "Nothing is served here",
        Refusal::CrossSite | Refusal::Form => "Please send the form again",
        Refusal::AmbiguousCookie | Refusal::ForeignSession | Refusal::SessionOver => {
            "Please sign in again"
        }
        Refusal::TokenInvalid | Refusal::TokenScope => "The service token was refused",
        Refusal::Body => "That was too much",
        Refusal::TooSlow => "That took too long",
        Refusal::TooManyStreams => "Too many connections",
        Refusal::Throttled => "Too many attempts",
        Refusal::Busy | Refusal::Draining => "One moment, please",
        Refusal::StoreUnavailable | Refusal::Internal => "Signing in is not possible right now",
        Refusal::UpstreamUnreachable | Refusal::UpstreamUnavailable => {
            "The console is not available"
        }
        Refusal::UpstreamInvalid => "The console gave a wrong answer",
        Refusal::UpstreamTimeout => "The console takes too long",
        Refusal::ClientAddressUnknown => "It is not clear where you are",
        Refusal::PersonNotAllowed => "Not with this account",
        Refusal::MachineOnly => "This address is for programs",
        refusal if is_about_where(refusal) => "Not from here",
        _ => "This request was refused",
    }
}

/// Whether somebody is refused for where they are.
const fn is_about_where(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::NetworkDenied
            | Refusal::NetworkNotAllowed
            | Refusal::PlaceDenied
            | Refusal::PlaceNotAllowed
            | Refusal::PlaceUnknown
    )
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most refusals lead nowhere")]
fn link(core: &Core, refusal: Refusal) -> Option<Link> {
    match refusal {
        Refusal::CrossSite | Refusal::AmbiguousCookie | Refusal::ForeignSession => {
            Some(Link { href: core.address("/sign-in"), label: "Go to sign-in" })
        }
        Refusal::Method | Refusal::PathNotCanonical | Refusal::PathForbidden | Refusal::Query => {
            Some(Link { href: "/".to_owned(), label: "Go to the first page" })
        }
        Refusal::PersonNotAllowed => {
            Some(Link { href: core.address("/sign-out"), label: "Use another account" })
        }
        Refusal::NetworkDenied
        | Refusal::NetworkNotAllowed
        | Refusal::PlaceDenied
        | Refusal::PlaceNotAllowed
        | Refusal::PlaceUnknown
        | Refusal::Throttled
        | Refusal::Busy
        | Refusal::Draining
        | Refusal::StoreUnavailable
        | Refusal::Internal
        | Refusal::UpstreamUnreachable
        | Refusal::UpstreamUnavailable
        | Refusal::UpstreamTimeout
        | Refusal::UpstreamInvalid => {
            // The empty reference is this very address, asked for with GET.
            Some(Link { href: String::new(), label: "Try again" })
        }
        _ => None,
    }
}

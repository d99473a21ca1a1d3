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
use super::Reader;
use crate::authenticator::AuthenticatorKind;
use crate::ceremony::Offer;
use crate::policy::Demand;
use crate::policy::Particular;
use crate::policy::Refusal;
use crate::policy::Which;
use crate::portal::api;
use crate::portal::challenge;
use crate::portal::enrol;
use crate::portal::need::Need;
use crate::portal::need::What;
use crate::portal::page::Link;
use crate::portal::page::Page;
use crate::portal::page::RefusalPage;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::trusted_header;
use crate::portal::turn::Turn;
use crate::session::cookie::CookieKind;
use crate::words::Language;

/// Seconds after which to try again when the gateway itself is in the way.
pub(crate) const RETRY_SECONDS: u64 = 10;

/// What is known of a request that is refused.
#[derive(Clone, Debug)]
pub(crate) struct About<'a> {
    /// Its number.
    pub(crate) request_id: &'a str,
    /// Where it came from.
    pub(crate) client: Option<IpAddr>,
    /// Who looks at the answer.
    pub(crate) reader: Reader,
    /// Where another language leads back to.
    pub(crate) back: Option<String>,
}

impl<'a> About<'a> {
    fn of(asking: &'a Asking, language: Language) -> Self {
        let client = Some(asking.client.address);
        let reader = if asking.person { Reader::Person(language) } else { Reader::Program };
        Self { request_id: &asking.request_id, client, reader, back: None }
    }

    fn of_turn(turn: &'a Turn) -> Self {
        Self { back: turn.back(), ..Self::of(&turn.asking, turn.language) }
    }
}

/// What a page says, as keys of messages.
struct Words {
    heading: &'static str,
    /// What happened and why; its attribute `next` says what to do.
    message: &'static str,
    /// A way on, and what it is called.
    link: Option<(String, &'static str)>,
    /// The address to show, which the person may have to tell somebody.
    client: Option<IpAddr>,
}

/// The answer to a refused request on a site; a cookie that cannot be used is cleared.
pub(crate) fn of_asking(
    core: &Core,
    (asking, language): (&Asking, Language),
    refusal: Refusal,
) -> Response<Bytes> {
    let mut answer = answer(core, refusal, About::of(asking, language));
    if matches!(refusal, Refusal::AmbiguousCookie | Refusal::ForeignSession) {
        for kind in [CookieKind::Session, CookieKind::Visitor] {
            response::set_cookie(&mut answer, &asking.cookies.clear(kind));
        }
    }
    answer
}

/// The answer to a refused request.
pub(crate) fn answer(core: &Core, refusal: Refusal, about: About<'_>) -> Response<Bytes> {
    if about.reader == Reader::Api {
        return api::refused(refusal, about.request_id);
    }
    let words = Words {
        heading: heading(refusal),
        message: refusal.message(),
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
pub(crate) fn not_found(turn: &Turn) -> Response<Bytes> {
    let words = Words {
        heading: "not-found-heading",
        message: "not-found",
        link: Some(("/".to_owned(), "link-first-page")),
        client: None,
    };
    said(&turn.core, StatusCode::NOT_FOUND, words, (About::of_turn(turn), "not_found"))
}

/// The password was right, but no second factor is set up and none may be set up (any more).
pub(crate) fn enrolment_closed(turn: &Turn) -> Response<Bytes> {
    let message = if trusted_header::could_prove_more(turn) {
        "enrolment-closed-sign-on"
    } else {
        "enrolment-closed"
    };
    let words = Words { heading: "enrolment-closed-heading", message, link: None, client: None };
    said(&turn.core, StatusCode::FORBIDDEN, words, (About::of_turn(turn), "enrolment_closed"))
}

/// Too many attempts, at a console's own sign-in page.
pub(crate) fn throttled(turn: &Turn, said: &Said) -> Response<Bytes> {
    let mut answer = of_asking(&turn.core, (&turn.asking, turn.language), Refusal::Throttled);
    if let Some(seconds) = said.wait {
        response::retry_after(&mut answer, seconds);
    }
    answer
}

/// Nothing the person has can be used.
pub(crate) fn no_method(turn: &Turn) -> Response<Bytes> {
    let words =
        Words { heading: "no-method-heading", message: "no-method", link: None, client: None };
    said(&turn.core, StatusCode::FORBIDDEN, words, (About::of_turn(turn), "no_method"))
}

/// The person is asked to have more second factors than can be set up here.
pub(crate) fn too_few(turn: &Turn) -> Response<Bytes> {
    let words = Words {
        heading: "too-few-heading",
        message: "too-few",
        link: Some((turn.core.address("/account"), "account-back-to")),
        client: None,
    };
    said(&turn.core, StatusCode::FORBIDDEN, words, (About::of_turn(turn), "no_method"))
}

/// The person has nothing that gives the proof which is needed: they are told what, and where to set it up.
pub(crate) fn no_such_proof(turn: &Turn, offer: &Offer, need: Need) -> Response<Bytes> {
    let kind = match need.what {
        Some(What::Proof(Which::Kind(kind))) => Some(kind),
        Some(What::Proof(Which::Aal3)) => Some(AuthenticatorKind::Passkey),
        Some(What::Proof(Which::Aal2) | What::Change) | None => None,
    };
    let page = kind.filter(|kind| offer.can_set_up.contains(kind));
    let link = match page {
        Some(kind) => (enrol::address(turn, kind, &ReturnTo::home()), "link-set-up"),
        None => ("/".to_owned(), "link-first-page"),
    };
    let words = Words {
        heading: "no-such-proof-heading",
        message: match kind {
            Some(AuthenticatorKind::Passkey) => "no-such-proof-passkey",
            _ => "no-such-proof",
        },
        link: Some(link),
        client: None,
    };
    said(&turn.core, StatusCode::FORBIDDEN, words, (About::of_turn(turn), "no_such_proof"))
}

/// A person came to an address where only programs are let in.
pub(crate) fn for_programs(turn: &Turn, demand: Demand) -> Response<Bytes> {
    let words = Words {
        heading: "heading-programs",
        message: if demand == Demand::ClientCertificate {
            "for-programs-certificate"
        } else {
            "for-programs-token"
        },
        link: Some(("/".to_owned(), "link-first-page")),
        client: None,
    };
    let about = (About::of_turn(turn), demand.name());
    let mut answer = said(&turn.core, StatusCode::UNAUTHORIZED, words, about);
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
        Demand::ConsoleLogin => {
            ("The console's own login is missing", Some("/sign-in"), String::new())
        }
        Demand::SecondFactor => {
            ("A second factor is needed", Some("/challenge"), INSUFFICIENT.to_owned())
        }
        Demand::FurtherFactor => {
            ("Another second factor must be set up", Some("/enrol"), INSUFFICIENT.to_owned())
        }
        Demand::Fresh(most) => (
            "The second factor is needed once more",
            Some("/challenge"),
            format!("{INSUFFICIENT}, max_age=\"{}\"", most.as_secs()),
        ),
        Demand::Particular(particular) => (
            "A particular proof is needed besides",
            Some("/challenge"),
            format!("{INSUFFICIENT}{}", particularly(particular)),
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
        let address = match Need::of(demand) {
            need if need != Need::default() => {
                challenge::address(turn, None, need, &ReturnTo::home())
            }
            _ => turn.core.address(page),
        };
        details.insert("challenge_url".to_owned(), address.into());
    }
    let mut answer = problem(StatusCode::UNAUTHORIZED, &details);
    set_realm(turn, &mut answer, &error);
    answer
}

/// The parameters of RFC 9470 §3 that say which proof: `phr` is phishing-resistant (`OpenID` EAP ACR values §4).
fn particularly(particular: Particular) -> String {
    let level = match particular.what {
        Which::Aal2 => ", acr_values=\"aal2\"",
        Which::Aal3 => ", acr_values=\"aal3\"",
        Which::Kind(kind) if kind.resists_phishing() => ", acr_values=\"phr\"",
        Which::Kind(_) => "",
    };
    let age = particular.max_age.map(|most| format!(", max_age=\"{}\"", most.as_secs()));
    format!("{level}{}", age.unwrap_or_default())
}

fn said(
    core: &Core,
    status: StatusCode,
    words: Words,
    (about, reason): (About<'_>, &str),
) -> Response<Bytes> {
    let next = format!("{}.next", words.message);
    let Reader::Person(language) = about.reader else {
        let say = |key| Language::English.say(key);
        return problem(
            status,
            &json!({
                "type": "about:blank",
                "title": say(words.heading),
                "status": status.as_u16(),
                "detail": format!("{} {}", say(words.message), say(&next)),
                "reason": reason,
                "request_id": about.request_id,
            }),
        );
    };
    let page = RefusalPage {
        chrome: core.chrome(language, about.back),
        heading: language.say(words.heading),
        what: language.say(words.message),
        next: language.say(&next),
        link: words.link.map(|(href, label)| Link { href, label: language.say(label) }),
        client: words.client.map(|address| address.to_string()),
        request_id: about.request_id.to_owned(),
    };
    response::html(status, page.html().unwrap_or_else(|_| page.heading.to_owned()))
}

pub(crate) fn problem(status: StatusCode, details: &serde_json::Value) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(details.to_string()));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("application/problem+json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most refusals share one heading")]
const fn heading(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownHost | Refusal::MisdirectedHost => "heading-nothing-here",
        Refusal::CrossSite | Refusal::Form | Refusal::LoginUnclear => "heading-send-again",
        Refusal::LoginRefused => "heading-not-signed-in",
        Refusal::AmbiguousCookie | Refusal::ForeignSession | Refusal::SessionOver => {
            "heading-sign-in-again"
        }
        Refusal::TokenInvalid | Refusal::TokenScope => "heading-token",
        Refusal::Body => "heading-too-much",
        Refusal::TooSlow => "heading-too-long",
        Refusal::TooManyStreams => "heading-connections",
        Refusal::Throttled => "heading-attempts",
        Refusal::Busy | Refusal::Draining => "heading-moment",
        Refusal::StoreUnavailable | Refusal::Internal => "heading-impossible",
        Refusal::UpstreamUnreachable | Refusal::UpstreamUnavailable => {
            "heading-console-unavailable"
        }
        Refusal::UpstreamInvalid => "heading-console-wrong",
        Refusal::UpstreamTimeout => "heading-console-slow",
        Refusal::ClientAddressUnknown => "heading-where",
        Refusal::PersonNotAllowed => "heading-account",
        Refusal::DeviceNotVerified => "heading-device",
        Refusal::MachineOnly => "heading-programs",
        refusal if is_about_where(refusal) => "heading-not-from-here",
        _ => "heading-refused",
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
fn link(core: &Core, refusal: Refusal) -> Option<(String, &'static str)> {
    match refusal {
        Refusal::CrossSite
        | Refusal::AmbiguousCookie
        | Refusal::ForeignSession
        | Refusal::LoginUnclear
        | Refusal::LoginRefused => Some((core.address("/sign-in"), "link-sign-in")),
        Refusal::Method | Refusal::PathNotCanonical | Refusal::PathForbidden | Refusal::Query => {
            Some(("/".to_owned(), "link-first-page"))
        }
        Refusal::DeviceNotVerified => Some((core.address("/account/devices"), "link-devices")),
        Refusal::PersonNotAllowed => Some((core.address("/sign-out"), "refusal-other-account")),
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
            Some((String::new(), "link-try-again"))
        }
        _ => None,
    }
}

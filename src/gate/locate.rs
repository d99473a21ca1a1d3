//! Where a client is, and whose page made it ask.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use http::HeaderValue;
use http::header;

use super::Parts;
use super::Snapshot;
use crate::area::Whereabouts;
use crate::place::Whether;
use crate::policy::Initiator;
use crate::route::Requirement;
use crate::session::cookie::CookieKind;
use crate::session::cookie::CookieNames;
use crate::session::cookie::Found;

impl Snapshot {
    /// Where an address is: in which named network, and where in the world if any rule asks that, or a database could say
    /// it to people.
    #[must_use]
    pub fn locate(&self, address: IpAddr) -> Whereabouts {
        let mut found = Whereabouts::of(address);
        let inside = self.networks.iter().find(|network| network.holds(&found) == Whether::Yes);
        found.network = inside.map(|network| Arc::clone(&network.name));
        if self.asks_places || self.geography.is_configured() {
            found.location = Arc::new(self.geography.locate(address));
        }
        found
    }

    /// A number that grows whenever the databases may say something else.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.geography.generation()
    }

    /// Whether any rule asks where in the world a client is.
    #[must_use]
    pub const fn asks_places(&self) -> bool {
        self.asks_places
    }
}

/// Whether any rule asks where in the world a client is.
pub(super) fn asks_places(parts: &Parts) -> bool {
    let connections = &parts.connections;
    connections.fence.has_place()
        || connections.rehearsed.has_place()
        || parts.sites.iter().any(|site| {
            let mut rules = site.routes.requirements().chain(site.routes.rehearsals());
            site.fence.has_place()
                || site.rehearsed_fence.has_place()
                || rules.any(Requirement::has_place)
        })
}

/// Whether a person goes to a page, and did not say before that they have no second factor yet.
pub(super) fn is_to_prove_first(headers: &HeaderMap, origin: &str) -> bool {
    let navigates = headers.get("sec-fetch-mode").is_some_and(|said| said == "navigate");
    let lines = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let unproved = CookieNames::of_origin(origin).find(CookieKind::Unproved, lines);
    navigates && unproved == Found::Nothing
}

/// Whether a request that may come from other sites' pages is a person's way to a page: nothing that a page loads.
pub(super) fn led_to_a_page(headers: &HeaderMap) -> Initiator {
    let says = |name: &str, what: &[u8]| {
        headers.get_all(name).iter().map(HeaderValue::as_bytes).all(|said| said == what)
    };
    let leads = says("sec-fetch-mode", b"navigate") && says("sec-fetch-dest", b"document");
    if leads { Initiator::Here } else { Initiator::Elsewhere }
}

/// Whose page made a browser ask (Fetch Metadata, then what older browsers say): a page of another site
/// cannot pass for the person or for a program. A page that wants no referrer told has `null` for an origin:
/// it is one of here where the browser itself says so.
pub(super) fn initiator(headers: &HeaderMap, origin: &str) -> Initiator {
    let all = |name: &str, good: &dyn Fn(&[u8]) -> bool| {
        headers.get_all(name).iter().map(HeaderValue::as_bytes).all(good)
    };
    let site = all("sec-fetch-site", &|said| said == b"same-origin" || said == b"none");
    let vouched = headers.contains_key("sec-fetch-site")
        && all("sec-fetch-site", &|said| said == b"same-origin");
    let from = all(header::ORIGIN.as_str(), &|said| {
        said.eq_ignore_ascii_case(origin.as_bytes()) || (vouched && said == b"null")
    });
    let page = all(header::REFERER.as_str(), &|said| {
        said.get(..origin.len()).is_some_and(|start| start.eq_ignore_ascii_case(origin.as_bytes()))
            && matches!(said.get(origin.len()), None | Some(b'/' | b'?' | b'#'))
    });
    if site && from && page { Initiator::Here } else { Initiator::Elsewhere }
}

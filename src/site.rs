//! A site: one protected host (or several names of it), its console, and its routes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::HeaderName;
use http::Method;

use crate::area::Area;
use crate::area::Areas;
use crate::area::Fence;
use crate::canonical::CanonicalRequest;
use crate::canonical::Host;
use crate::console_login::ConsoleBasic;
use crate::console_login::ConsoleForm;
use crate::console_login::CookiePatterns;
use crate::console_login::Further;
use crate::console_login::Order;
use crate::console_login::Who;
use crate::enforcement::LeastProof;
use crate::enforcement::SitePolicies;
use crate::enforcement::SitePolicy;
use crate::route::Floor;
use crate::route::PathPattern;
use crate::route::Proof;
use crate::route::RouteTable;
use crate::trusted_header::SecondFactor;
use crate::trusted_header::TrustedHeader;

/// The name of a site: `aud` of its assertions, label of its metrics.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteName(Arc<str>);

impl SiteName {
    /// Reads a name: 1 to 63 of `a-z 0-9 -`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (!text.is_empty() && text.len() <= 63 && text.bytes().all(allowed))
            .then(|| Self(text.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SiteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name a site answers to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// Exactly this host.
    Exact(Host),
    /// Any one label in front of this host: `*.example.com`.
    OneLabelBelow(Host),
}

impl HostPattern {
    /// Reads a host name, or `*.` and a host name. No port: the listener decides that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (text, wild) = text.strip_prefix("*.").map_or((text, false), |rest| (rest, true));
        let host = Host::parse(text)?;
        if host.as_str().len() != text.len() {
            return None;
        }
        Some(if wild { Self::OneLabelBelow(host) } else { Self::Exact(host) })
    }
}

impl fmt::Display for HostPattern {
    /// As written in the configuration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => write!(f, "{host}"),
            Self::OneLabelBelow(host) => write!(f, "*.{host}"),
        }
    }
}

/// Whether a console may install service workers (ruling 11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceWorkers {
    /// Requests for a service worker's script are refused.
    #[default]
    Refuse,
    /// They pass; never with a scope over the gateway's own pages.
    Allow,
}

/// Whether the gateway's script is added to the console's pages, for consoles that send their requests by script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryScript {
    /// Pages pass as they are.
    #[default]
    Leave,
    /// It is added: where a proof is missing it opens the page that asks for it, and sends the request once more.
    Add,
}

/// Further names under which a legacy console reads the identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityHeaders {
    /// Headers that get the login name, besides `X-Forwarded-User`.
    pub user: Vec<HeaderName>,
    /// Headers that get the profile address, besides `X-Forwarded-Email`.
    pub email: Vec<HeaderName>,
    /// Headers that get the groups, besides `X-Forwarded-Groups`.
    pub groups: Vec<HeaderName>,
}

/// A protected host and its console.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name.
    pub name: SiteName,
    /// The names it answers to.
    pub hosts: Vec<HostPattern>,
    /// Scheme, host and port that a browser's address bar shows, without a trailing slash.
    pub origin: String,
    /// Who may come near it at all, sign-in pages included.
    pub fence: Fence,
    /// Who might come near it, by rules that are only rehearsed.
    pub rehearsed_fence: Fence,
    /// What its paths ask for.
    pub routes: RouteTable,
    /// What an administrator has people prove there at least, whoever vouches for them; it is in the routes as well.
    pub least: Option<LeastProof>,
    /// Further identity headers.
    pub identity_headers: IdentityHeaders,
    /// Whether its console may install service workers.
    pub service_workers: ServiceWorkers,
    /// Whether the gateway's script is added to its console's pages.
    pub retry_script: RetryScript,
    /// The path at which people are led to their account page.
    pub account_path: Option<PathPattern>,
    /// How people prove who they are first.
    pub first_factor: FirstFactor,
    /// What the console serves to people who are about to sign in: its page for that, and what belongs to it.
    pub before_sign_in: Vec<PathPattern>,
    /// Which of its cookies are the console's own sessions: they are sealed.
    pub session_cookies: CookiePatterns,
}

/// Where a policy lets people and programs come from; none: it does not say.
#[must_use]
pub fn only_from(policy: &SitePolicy, areas: &[Area]) -> Option<Areas> {
    let named = |area: &&Area| policy.only_from.contains(&*area.name);
    (!policy.only_from.is_empty())
        .then(|| Areas::new(areas.iter().filter(named).cloned().collect()))
}

/// How people prove who they are first.
#[derive(Clone, Debug, Default)]
pub enum FirstFactor {
    /// With the gateway's own accounts.
    #[default]
    Accounts,
    /// With the console's own login form.
    ConsoleForm(Arc<ConsoleForm>),
    /// With user name and password of a console that asks for HTTP Basic, on the gateway's page.
    ConsoleBasic(Arc<ConsoleBasic>),
    /// With a sign-on in front of the gateway, which says who they are.
    TrustedHeader(Arc<TrustedHeader>),
}

impl Site {
    /// The same with what is asked there besides the configuration: the stricter of both. Of areas those are taken that
    /// are named; whoever is in none of them is kept out, whatever became of the others.
    #[must_use]
    pub fn under(&self, policy: &SitePolicy, areas: &[Area]) -> Self {
        let floor = Floor {
            proof: policy.proof.map(|proof| match proof {
                LeastProof::SecondFactor => Proof::SecondFactor,
                LeastProof::Aal2 => Proof::Aal2,
                LeastProof::PhishingResistant => Proof::PhishingResistant,
                LeastProof::Aal3 => Proof::Aal3,
            }),
            max_age: policy.max_age.map(Duration::from_secs),
        };
        Self {
            fence: Fence { besides: only_from(policy, areas), ..self.fence.clone() },
            routes: self.routes.at_least(floor),
            least: policy.proof,
            ..self.clone()
        }
    }

    /// Host and port, as the address bar shows them.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.origin.split_once("://").map_or(&self.origin, |(_, authority)| authority)
    }

    /// Whose users sign in there, and how: none are the gateway's own.
    #[must_use]
    pub fn source(&self) -> Option<(&str, &'static str)> {
        match &self.first_factor {
            FirstFactor::Accounts => None,
            FirstFactor::ConsoleForm(form) => Some((&form.source, "console_form")),
            FirstFactor::ConsoleBasic(basic) => Some((&basic.source, "console_basic")),
            FirstFactor::TrustedHeader(trusted) => Some((&trusted.source, "trusted_header")),
        }
    }

    /// The console's own login form, where that is the first factor.
    #[must_use]
    pub const fn console_form(&self) -> Option<&Arc<ConsoleForm>> {
        match &self.first_factor {
            FirstFactor::ConsoleForm(form) => Some(form),
            FirstFactor::Accounts
            | FirstFactor::ConsoleBasic(_)
            | FirstFactor::TrustedHeader(_) => None,
        }
    }

    /// The sign-on in front of the gateway, where that is the first factor.
    #[must_use]
    pub const fn trusted_header(&self) -> Option<&Arc<TrustedHeader>> {
        match &self.first_factor {
            FirstFactor::TrustedHeader(trusted) => Some(trusted),
            FirstFactor::Accounts | FirstFactor::ConsoleForm(_) | FirstFactor::ConsoleBasic(_) => {
                None
            }
        }
    }

    /// The console that asks for HTTP Basic, where that is the first factor.
    #[must_use]
    pub const fn console_basic(&self) -> Option<&Arc<ConsoleBasic>> {
        match &self.first_factor {
            FirstFactor::ConsoleBasic(basic) => Some(basic),
            FirstFactor::TrustedHeader(_) | FirstFactor::Accounts | FirstFactor::ConsoleForm(_) => {
                None
            }
        }
    }

    /// Whether somebody else vouches for people there: a sign-on in front of the gateway, or a provider of the
    /// console's.
    #[must_use]
    pub fn is_vouched_for(&self) -> bool {
        self.trusted_header().is_some() || self.console_form().is_some_and(|form| form.is_vouched())
    }

    /// Whether whoever is vouched for there is asked for no more.
    #[must_use]
    pub fn asks_no_more(&self) -> bool {
        if self.least.is_some() {
            return false;
        }
        let trusted = self.trusted_header();
        trusted.is_some_and(|it| it.second_factor == SecondFactor::NotAsked)
            || self.console_form().is_some_and(|form| form.who == Who::Vouched(Further::NotAsked))
    }

    /// Whether people give their second factor first, and then sign in at the console.
    #[must_use]
    pub fn asks_second_factor_first(&self) -> bool {
        self.console_form().is_some_and(|form| form.order == Order::SecondFactorFirst)
    }

    /// Whether the console serves this to people who are about to sign in: a read, in every reading of its path.
    #[must_use]
    pub fn is_before_sign_in(&self, request: &CanonicalRequest) -> bool {
        let covered = |segments: &[String]| {
            self.before_sign_in.iter().any(|path| self.routes.is_at(path, segments))
        };
        let read = matches!(request.method, Method::GET | Method::HEAD);
        if !read
            || !covered(request.path.segments())
            || !request.path.other_readings().iter().all(|reading| covered(reading))
        {
            return false;
        }
        // No proof in the address either.
        let query = request.query.as_deref().unwrap_or_default();
        let names = |form: &Arc<ConsoleForm>| {
            let is_there = form.request.may_be(request, self.routes.sameness());
            form.is_named_in(query)
                || (form.is_vouched() && is_there && !form.is_no_way_back(request))
        };
        !self.console_form().is_some_and(names) && !self.session_cookies.are_named_in(query)
    }

    /// Whether a request is the console's login.
    #[must_use]
    pub fn is_login(&self, request: &CanonicalRequest, headers: &HeaderMap) -> bool {
        let same = self.routes.sameness();
        self.console_form().is_some_and(|form| form.request.is(request, headers, same))
    }

    /// Whether people are led from this path to their account page.
    #[must_use]
    pub fn leads_to_account(&self, segments: &[String]) -> bool {
        self.account_path.as_ref().is_some_and(|path| self.routes.is_at(path, segments))
    }

    /// The host of its origin.
    #[must_use]
    pub fn host(&self) -> &str {
        match self.authority().rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => self.authority(),
        }
    }
}

/// Every site, found by host.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    all: Vec<Arc<Site>>,
    exact: HashMap<String, usize>,
    below: HashMap<String, usize>,
}

impl Sites {
    /// A table of sites.
    ///
    /// # Errors
    /// A host that two sites claim: the index of the second site, and the host.
    pub fn new(sites: Vec<Site>) -> Result<Self, (usize, Host)> {
        let mut table = Self::default();
        for (index, site) in sites.into_iter().enumerate() {
            for pattern in &site.hosts {
                let (map, host) = match pattern {
                    HostPattern::Exact(host) => (&mut table.exact, host),
                    HostPattern::OneLabelBelow(host) => (&mut table.below, host),
                };
                if map.insert(host.as_str().to_owned(), index).is_some() {
                    return Err((index, host.clone()));
                }
            }
            table.all.push(Arc::new(site));
        }
        Ok(table)
    }

    /// The same with what is asked at each besides the configuration.
    #[must_use]
    pub fn under(&self, policies: &SitePolicies, areas: &[Area]) -> Self {
        let asked = |site: &Arc<Site>| match policies.get(site.name.as_str()) {
            Some(policy) if !policy.is_empty() => Arc::new(site.under(policy, areas)),
            Some(_) | None => Arc::clone(site),
        };
        Self { all: self.all.iter().map(asked).collect(), ..self.clone() }
    }

    /// The site of a host; none: refuse, never the first one.
    #[must_use]
    pub fn find(&self, host: &Host) -> Option<&Arc<Site>> {
        let index = self.exact.get(host.as_str()).or_else(|| {
            let (_, parent) = host.as_str().split_once('.')?;
            self.below.get(parent)
        })?;
        self.all.get(*index)
    }

    /// The site of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Arc<Site>> {
        self.all.iter().find(|site| site.name.as_str() == name)
    }

    /// Every site, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Site>> {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str, hosts: &[&str]) -> Site {
        Site {
            name: SiteName::parse(name).unwrap(),
            hosts: hosts.iter().map(|h| HostPattern::parse(h).unwrap()).collect(),
            origin: String::new(),
            fence: Fence::default(),
            rehearsed_fence: Fence::default(),
            routes: RouteTable::default(),
            identity_headers: IdentityHeaders::default(),
            service_workers: ServiceWorkers::Refuse,
            retry_script: RetryScript::Leave,
            account_path: None,
            first_factor: FirstFactor::Accounts,
            before_sign_in: Vec::new(),
            least: None,
            session_cookies: CookiePatterns::default(),
        }
    }

    #[test]
    fn a_host_finds_its_site_and_an_unknown_host_none_a043() {
        let sites = Sites::new(vec![site("a", &["a.example"]), site("b", &["*.example", "[::1]"])])
            .unwrap();
        let name = |host: &str| {
            sites.find(&Host::parse(host).unwrap()).map(|site| site.name.as_str().to_owned())
        };
        assert_eq!(name("A.example:443").as_deref(), Some("a"));
        assert_eq!(name("x.example").as_deref(), Some("b"));
        assert_eq!(name("x.y.example"), None);
        assert_eq!(name("example"), None);
        assert_eq!(name("[::1]").as_deref(), Some("b"));
    }

    #[test]
    fn a_host_has_one_site() {
        let twice = vec![site("a", &["x.example"]), site("b", &["X.example"])];
        assert_eq!(Sites::new(twice).unwrap_err().0, 1);
    }

    #[test]
    fn an_origin_has_a_host_with_and_without_its_port() {
        for (origin, authority, host) in [
            ("https://a.example", "a.example", "a.example"),
            ("https://a.example:8443", "a.example:8443", "a.example"),
            ("http://[::1]", "[::1]", "[::1]"),
            ("http://[::1]:80", "[::1]:80", "[::1]"),
        ] {
            let site = Site { origin: origin.to_owned(), ..site("a", &[]) };
            assert_eq!((site.authority(), site.host()), (authority, host));
        }
    }
}

//! `sites`: names, hosts, origins and identity headers.

use std::collections::HashMap;

use http::HeaderName;

use super::Stage;
use super::document::Document;
use super::document::site::IdentityHeadersSection;
use super::document::site::SiteEntry;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use super::listen::Listen;
use super::upstream::Around;
use super::url;
use crate::canonical::Host;
use crate::portal;
use crate::site::HostPattern;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::Site;
use crate::site::SiteName;
use crate::site::Sites;
use crate::upstream::Upstreams;

const ORIGIN: &str = "scheme, host and port, such as https://console.example.com";

/// Headers that belong to the connection, the gateway or the browser; a name that ends in `-` stands
/// for all that begin so.
const TAKEN: &[&str] = &[
    "accept",
    "accept-",
    "authorization",
    "cache-control",
    "connection",
    "content-",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "if-",
    "keep-alive",
    "origin",
    "portcullis-",
    "pragma",
    "proxy-",
    "range",
    "referer",
    "sec-",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-forwarded-",
    "x-real-ip",
];

/// What has been used by an earlier site, with its place.
#[derive(Debug, Default)]
struct Used {
    names: HashMap<String, KeyPath>,
    hosts: HashMap<String, KeyPath>,
}

impl Stage<'_> {
    /// The sites and their consoles.
    pub(super) fn sites(
        &mut self,
        document: &Document,
        listen: &Listen,
        portal: &portal::Settings,
    ) -> (Sites, Upstreams) {
        let top = KeyPath::default().key("sites");
        let list = document.sites.as_deref().unwrap_or_default();
        if list.is_empty() {
            let problem = Problem::new("no site").found("nothing");
            let problem = problem.allowed("at least one site, with name, hosts and upstream");
            self.report.refuse(&top, problem);
        }
        let mut used = Used::default();
        let mut sites = Vec::new();
        let mut upstreams = Vec::new();
        for (path, entry) in elements(list, &top) {
            let identity = self
                .identity_headers(entry.identity_headers.as_ref(), &path.key("identity_headers"));
            let around = Around { listen, identity: &identity };
            let upstream = self.upstream(entry.upstream.as_ref(), &path.key("upstream"), around);
            let site = self.site(entry, &path, &mut used, (listen, portal));
            let Some(site) = site.map(|site| Site { identity_headers: identity, ..site }) else {
                continue;
            };
            upstreams.extend(upstream.map(|upstream| (site.name.clone(), upstream)));
            self.tell_same_people(&site, &sites, &path);
            sites.push(site);
        }
        let sites = Sites::new(sites).unwrap_or_else(|(_, host)| {
            let problem = Problem::new(format!("the host {host} belongs to two sites"));
            self.report.refuse(&top, problem);
            Sites::default()
        });
        (sites, Upstreams::new(upstreams))
    }

    /// Whoever has a name of a source is one person, wherever they signed in: two ways to sign in must mean the same
    /// people.
    fn tell_same_people(&mut self, site: &Site, earlier: &[Site], path: &KeyPath) {
        let Some((source, way)) = site.source() else { return };
        let other = earlier.iter().find(|other| {
            other.source().is_some_and(|(same, another)| same == source && another != way)
        });
        if let Some(other) = other {
            let text = format!(
                "its people are those of `{source}`, like those of site {}, who sign in in another way: whoever has a name \
                 there has that person's account here; give it a `source` of its own unless they are the same",
                other.name
            );
            self.report.warn(&path.key("first_factor"), &text);
        }
    }

    fn site(
        &mut self,
        entry: &SiteEntry,
        path: &KeyPath,
        used: &mut Used,
        (listen, portal): (&Listen, &portal::Settings),
    ) -> Option<Site> {
        let name = self.site_name(entry.name.as_deref(), &path.key("name"), used);
        let hosts = self.hosts(entry.hosts.as_deref(), &path.key("hosts"), used);
        let origin = self.origin(entry.origin.as_deref(), path, &hosts, listen);
        let fences = self.site_connections(entry.connections.as_ref(), &path.key("connections"));
        let (fence, rehearsed_fence) = fences;
        self.fences.truncate(1);
        self.fences.push(fence.clone());
        let routes = self.routes(entry, path, portal);
        self.advise_retry_script(entry, path, &routes);
        let account_path =
            self.account_path(entry.account_path.as_deref(), path, (&routes, portal));
        let first = self.first_factor(entry, name.as_ref(), path, portal);
        self.console_login_is_closed(&first, path, &routes);
        Some(Site {
            name: name?,
            hosts,
            origin: origin?,
            fence,
            rehearsed_fence,
            routes,
            identity_headers: IdentityHeaders::default(),
            service_workers: match entry.allow_service_workers {
                Some(true) => ServiceWorkers::Allow,
                Some(false) | None => ServiceWorkers::Refuse,
            },
            retry_script: match entry.retry_script {
                Some(true) => RetryScript::Add,
                Some(false) | None => RetryScript::Leave,
            },
            account_path,
            first_factor: first.source,
            before_sign_in: first.before_sign_in,
            least: None,
            session_cookies: first.session_cookies,
        })
    }

    fn site_name(
        &mut self,
        name: Option<&str>,
        path: &KeyPath,
        used: &mut Used,
    ) -> Option<SiteName> {
        const FORM: &str = "1 to 63 of a-z, 0-9 and `-`";
        let Some(text) = name else {
            self.report.missing(path, FORM);
            return None;
        };
        let problem = || Problem::new("not a name for a site").allowed(FORM);
        let name = SiteName::parse(text).ok_or_else(problem);
        let name = self.report.take(path, name)?;
        if let Some(other) = used.names.insert(text.to_owned(), path.clone()) {
            let line = self.report.line(&other);
            let problem = Problem::new(format!("the same name as the site on line {line}"));
            self.report.refuse(path, problem.allowed("a name of its own"));
        }
        Some(name)
    }

    fn hosts(
        &mut self,
        hosts: Option<&[Option<String>]>,
        path: &KeyPath,
        used: &mut Used,
    ) -> Vec<HostPattern> {
        const FORM: &str = "host names such as console.example.com or *.example.com";
        let list = hosts.unwrap_or_default();
        if list.is_empty() {
            let problem = Problem::new("no host").found("nothing").allowed(FORM);
            self.report.refuse(path, problem);
        }
        let mut patterns = Vec::new();
        for (path, text) in elements(list, path) {
            let Some(pattern) = self.report.take(&path, host(text, FORM)) else {
                continue;
            };
            if let Some(other) = used.hosts.insert(text.to_ascii_lowercase(), path.clone()) {
                let line = self.report.line(&other);
                let problem = Problem::new(format!("the same host as {other} on line {line}"));
                self.report.refuse(&path, problem.allowed("a host that no site has yet"));
                continue;
            }
            patterns.push(pattern);
        }
        patterns
    }

    /// The origin that is written, or that of the first host at the first listener.
    fn origin(
        &mut self,
        written: Option<&str>,
        site: &KeyPath,
        hosts: &[HostPattern],
        listen: &Listen,
    ) -> Option<String> {
        let path = site.key("origin");
        if let Some(text) = written {
            let origin = self.report.take(&path, url::origin(text, ORIGIN))?;
            let host = Host::parse(&origin.host.to_string())?;
            if !hosts.is_empty() && !hosts.iter().any(|pattern| answers(pattern, &host)) {
                let text = "its host is none of the site's hosts: browsers will not be served";
                self.report.warn(&path, text);
            }
            return Some(origin.text);
        }
        let exact = hosts.iter().find_map(|pattern| match pattern {
            HostPattern::Exact(host) => Some(host),
            HostPattern::OneLabelBelow(_) => None,
        });
        let Some(host) = exact else {
            if !hosts.is_empty() {
                self.report.missing(&path, ORIGIN);
            }
            return None;
        };
        let (scheme, usual, address) = match (listen.https.first(), listen.http.first()) {
            (Some(https), _) => ("https", 443, https.address),
            (None, Some(http)) => ("http", 80, http.address),
            (None, None) => return None,
        };
        Some(match address.port() {
            port if port == usual => format!("{scheme}://{host}"),
            port => format!("{scheme}://{host}:{port}"),
        })
    }

    fn identity_headers(
        &mut self,
        section: Option<&IdentityHeadersSection>,
        path: &KeyPath,
    ) -> IdentityHeaders {
        let Some(section) = section else {
            return IdentityHeaders::default();
        };
        let mut used = HashMap::new();
        let mut list = |names: Option<&Vec<Option<String>>>, key: &str| {
            let path = path.key(key);
            let names = names.map(Vec::as_slice).unwrap_or_default();
            elements(names, &path)
                .filter_map(|(path, text)| {
                    let name = self.report.take(&path, header_name(text))?;
                    if let Some(other) = used.insert(name.clone(), path.clone()) {
                        let problem = Problem::new(format!("the same header as {other}"));
                        self.report.refuse(&path, problem.allowed("each header once"));
                    }
                    Some(name)
                })
                .collect()
        };
        IdentityHeaders {
            user: list(section.user.as_ref(), "user"),
            email: list(section.email.as_ref(), "email"),
            groups: list(section.groups.as_ref(), "groups"),
        }
    }
}

fn host(text: &str, form: &str) -> Result<HostPattern, Problem> {
    HostPattern::parse(text).ok_or_else(|| {
        let problem = Problem::new("not a host name").allowed(form);
        if text.contains("://") {
            problem.hint("without scheme, port and path: the listener decides those")
        } else if text.contains('*') {
            problem.hint("`*` stands for the whole first label only, as in *.example.com")
        } else if text.contains(':') {
            problem.hint("without a port: the listener decides that")
        } else {
            problem
        }
    })
}

fn answers(pattern: &HostPattern, host: &Host) -> bool {
    match pattern {
        HostPattern::Exact(own) => own == host,
        HostPattern::OneLabelBelow(parent) => {
            host.as_str().split_once('.').is_some_and(|(_, rest)| rest == parent.as_str())
        }
    }
}

/// A header that may carry an identity, or a secret.
pub(super) fn header_name(text: &str) -> Result<HeaderName, Problem> {
    const FORM: &str = "a header name of letters, digits and `-`, such as Remote-User";
    // Servers behind CGI-like interfaces cannot tell `_` from `-`.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let name = (text.len() <= 64 && text.bytes().all(plain))
        .then(|| HeaderName::from_bytes(text.as_bytes()).ok())
        .flatten()
        .ok_or_else(|| Problem::new("not a header name").allowed(FORM))?;
    let taken = |entry: &&&str| {
        name.as_str() == **entry || (entry.ends_with('-') && name.as_str().starts_with(**entry))
    };
    match TAKEN.iter().find(taken) {
        None => Ok(name),
        Some(_) => Err(Problem::new("this header has a meaning of its own").allowed(FORM)),
    }
}

//! The gate: everything a request must pass before anything is forwarded, in one call (rule 5).
//!
//! Host → site → route → session → policy, over one immutable [`Snapshot`] of the configuration, so
//! that a request is judged by exactly one configuration. No I/O: the directory answers from
//! memory.

mod standing;

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;

use crate::assertion;
use crate::assertion::header::Stripper;
use crate::canonical;
use crate::canonical::CanonicalPath;
use crate::canonical::CanonicalRequest;
use crate::canonical::NotCanonical;
use crate::canonical::PathError;
use crate::directory::Directory;
use crate::directory::LiveSession;
use crate::metrics::Metrics;
use crate::metrics::SiteMetrics;
use crate::policy;
use crate::policy::Decision;
use crate::policy::Demand;
use crate::policy::Facts;
use crate::policy::Identity;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::route::Requirement;
use crate::session;
use crate::site::Site;
use crate::site::SiteName;
use crate::site::Sites;
use crate::upstream::Upstream;
use crate::upstream::Upstreams;

/// A site with what is worked out once for it.
#[derive(Debug)]
pub struct SiteEntry {
    /// The site.
    pub site: Arc<Site>,
    /// Which request headers never reach its console.
    pub stripper: Stripper,
    /// Its counters.
    pub metrics: SiteMetrics,
}

/// Everything requests are judged by: one configuration, compiled.
#[derive(Debug)]
pub struct Snapshot {
    sites: Sites,
    entries: HashMap<SiteName, Arc<SiteEntry>>,
    /// The consoles.
    pub upstreams: Upstreams,
    /// `iss` of assertions.
    pub issuer: String,
    /// What the operator decides about assertions.
    pub assertion: assertion::Settings,
    /// How long sessions last.
    pub sessions: session::Settings,
    prefix: Vec<String>,
}

/// What a snapshot is made from.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The protected hosts.
    pub sites: Sites,
    /// Their consoles.
    pub upstreams: Upstreams,
    /// What the operator decides about assertions.
    pub assertion: assertion::Settings,
    /// How long sessions last.
    pub sessions: session::Settings,
    /// Path prefix of the built-in pages.
    pub prefix: String,
}

/// A request as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The method.
    pub method: &'a Method,
    /// `Host` or `:authority`.
    pub authority: &'a str,
    /// The target in origin form.
    pub target: &'a str,
    /// The name the TLS connection was made for.
    pub server_name: Option<&'a str>,
    /// The one `Destination` field of a `COPY` or `MOVE` (RFC 4918 §10.3).
    pub destination: Option<&'a str>,
}

/// What the gate says, and what it learnt on the way.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The site, once the host was understood.
    pub site: Option<Arc<SiteEntry>>,
    /// The canonical request, once there is one.
    pub request: Option<CanonicalRequest>,
    /// The name of the route that decided.
    pub route: String,
    /// The live session behind the cookie.
    pub session: Option<Arc<LiveSession>>,
    /// What is to be done.
    pub verdict: Verdict,
}

/// What is to be done with a request.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Ask the console.
    Forward(Permit),
    /// Ask for proof.
    Challenge(Demand),
    /// A built-in page.
    Portal,
    /// Send a browser to the canonical spelling of the same path.
    Redirect(String),
    /// Send everybody to the same target under the site's own name: an address that never changes
    /// and that no request can choose.
    Elsewhere(String),
    /// No.
    Refuse(Refusal),
}

impl Verdict {
    /// Its name in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Forward(_) => "forward",
            Self::Challenge(_) => "challenge",
            Self::Portal => "portal",
            Self::Redirect(_) => "redirect",
            Self::Elsewhere(_) => "elsewhere",
            Self::Refuse(_) => "refuse",
        }
    }
}

impl Snapshot {
    /// Compiles a configuration's parts.
    #[must_use]
    pub fn new(parts: Parts, metrics: &Metrics) -> Self {
        let first = parts.sites.iter().next().map(|site| site.origin.clone());
        let issuer = parts.assertion.issuer.clone().or(first).unwrap_or_default();
        let upstreams = parts.upstreams;
        let entry = |site: &Arc<Site>| {
            let secret = upstreams.named(&site.name).and_then(|u| u.secret_header.as_ref());
            let entry = SiteEntry {
                site: Arc::clone(site),
                stripper: Stripper::new(&site.identity_headers, secret.map(|s| &s.name)),
                metrics: metrics.site(site.name.as_str()),
            };
            (site.name.clone(), Arc::new(entry))
        };
        let entries = parts.sites.iter().map(entry).collect();
        let prefix = CanonicalPath::parse(&parts.prefix)
            .map(|path| path.segments().to_vec())
            .unwrap_or_default();
        Self {
            sites: parts.sites,
            entries,
            upstreams,
            issuer,
            assertion: parts.assertion,
            sessions: parts.sessions,
            prefix,
        }
    }

    /// The site of a host.
    #[must_use]
    pub fn site_of(&self, host: &canonical::Host) -> Option<Arc<SiteEntry>> {
        self.entries.get(&self.sites.find(host)?.name).map(Arc::clone)
    }

    /// Every site.
    pub fn sites(&self) -> impl Iterator<Item = &Arc<SiteEntry>> {
        self.entries.values()
    }

    /// Every site with the console behind it.
    pub fn consoles(&self) -> impl Iterator<Item = (&Arc<Site>, &Arc<Upstream>)> {
        self.sites.iter().filter_map(|site| Some((site, self.upstreams.named(&site.name)?)))
    }

    /// Judges a request. `cookie_lines` are the values of its `Cookie` fields.
    pub fn judge<'a>(
        &self,
        arrival: &Arrival<'_>,
        cookie_lines: impl Iterator<Item = &'a [u8]>,
        directory: &Directory,
    ) -> Judgement {
        let mut judgement = Judgement {
            site: None,
            request: None,
            route: String::new(),
            session: None,
            verdict: Verdict::Refuse(Refusal::UnknownHost),
        };
        let Some(host) = canonical::Host::parse(arrival.authority) else {
            judgement.verdict = Verdict::Refuse(Refusal::Host);
            return judgement;
        };
        let Some(site) = self.sites.find(&host) else {
            if let Some(address) = self.by_name(&host, arrival) {
                judgement.verdict = Verdict::Elsewhere(address);
            }
            return judgement;
        };
        let site = Arc::clone(site);
        judgement.site = self.entries.get(&site.name).map(Arc::clone);
        if !self.belongs(arrival.server_name, &site) {
            judgement.verdict = Verdict::Refuse(Refusal::MisdirectedHost);
            return judgement;
        }
        // Before the request is read: what is refused below can then be put down to somebody.
        let session = self.session_of(&site, cookie_lines, directory);
        judgement.session = session.as_ref().ok().and_then(Option::clone);
        let request = match canonical::parse(arrival.method, arrival.authority, arrival.target) {
            Ok(request) => request,
            Err(error) => {
                judgement.verdict = not_canonical(&error, arrival);
                return judgement;
            }
        };
        if let Err(refusal) = session {
            judgement.request = Some(request);
            judgement.verdict = Verdict::Refuse(refusal);
            return judgement;
        }
        self.decide(&site, request, arrival.destination, judgement)
    }

    fn decide(
        &self,
        site: &Arc<Site>,
        request: CanonicalRequest,
        destination: Option<&str>,
        mut judgement: Judgement,
    ) -> Judgement {
        judgement.verdict = match self.portal_claims(&request.path) {
            Claim::Ours => Verdict::Portal,
            Claim::Ambiguous => Verdict::Refuse(Refusal::PathAmbiguous),
            Claim::NotOurs => {
                let found = site.routes.find(request.path.segments(), &request.method);
                found.name().clone_into(&mut judgement.route);
                let one_reading = request.path.other_readings().iter().all(|reading| {
                    let other = site.routes.find(reading, &request.method);
                    (other.route, other.requirement) == (found.route, found.requirement)
                });
                if one_reading {
                    let identity = judgement.session.as_ref().map(|live| Identity {
                        session: Arc::clone(&live.record),
                        profile: Arc::clone(&live.profile),
                    });
                    let facts = Facts { site, requirement: found.requirement, identity };
                    self.conclude(facts, &request.method, destination)
                } else {
                    Verdict::Refuse(Refusal::PathAmbiguous)
                }
            }
        };
        judgement.request = Some(request);
        judgement
    }

    fn conclude(
        &self,
        mut facts: Facts<'_>,
        method: &Method,
        destination: Option<&str>,
    ) -> Verdict {
        match policy::evaluate(facts.clone()) {
            Decision::Forward(permit) if !matches!(method.as_str(), "COPY" | "MOVE") => {
                Verdict::Forward(permit)
            }
            Decision::Forward(_) => {
                let there = match self.destination(facts.site, method, destination) {
                    Ok(there) => there,
                    Err(refusal) => return Verdict::Refuse(refusal),
                };
                facts.requirement = facts.requirement.max(there);
                match policy::evaluate(facts) {
                    Decision::Forward(permit) => Verdict::Forward(permit),
                    Decision::Challenge(_) | Decision::Refuse(_) => {
                        Verdict::Refuse(Refusal::Destination)
                    }
                }
            }
            Decision::Challenge(demand) => Verdict::Challenge(demand),
            Decision::Refuse(refusal) => Verdict::Refuse(refusal),
        }
    }

    /// What the place asks for to which a `COPY` or `MOVE` writes: a path of this site, by itself or with
    /// scheme and host, judged as a request for it would be, by its own method and as a `PUT`.
    fn destination(
        &self,
        site: &Arc<Site>,
        method: &Method,
        destination: Option<&str>,
    ) -> Result<Requirement, Refusal> {
        let text = destination.ok_or(Refusal::PathForbidden)?;
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let path = match rest {
            None => text,
            Some(rest) => {
                let (authority, path) = rest
                    .split_at_checked(rest.find('/').ok_or(Refusal::PathForbidden)?)
                    .ok_or(Refusal::PathForbidden)?;
                let host = canonical::Host::parse(authority).ok_or(Refusal::PathForbidden)?;
                if self.sites.find(&host).is_none_or(|other| other.name != site.name) {
                    return Err(Refusal::Destination);
                }
                path
            }
        };
        let path = CanonicalPath::parse(path)
            .map_err(|error| Refusal::from(&NotCanonical::Path(error)))?;
        if !matches!(self.portal_claims(&path), Claim::NotOurs) {
            return Err(Refusal::Destination);
        }
        let readings = path.other_readings();
        let asked = |segments: &[String]| {
            let by = |method| site.routes.find(segments, method).requirement;
            by(method).max(by(&Method::PUT))
        };
        let others = readings.iter().map(|reading| asked(reading));
        Ok(others.fold(asked(path.segments()), Ord::max))
    }

    /// A loopback address is sent to `localhost`, where a site has that name: an address is no
    /// relying-party id, and cookies of the two are apart (ruling 17).
    fn by_name(&self, host: &canonical::Host, arrival: &Arrival<'_>) -> Option<String> {
        if !matches!(host.as_str(), "127.0.0.1" | "[::1]") || !arrival.method.is_safe() {
            return None;
        }
        let site = self.sites.find(&canonical::Host::parse("localhost")?)?;
        let (_, rest) = site.origin.split_once("://localhost")?;
        let is_own = rest.is_empty() || rest.starts_with(':');
        let request = canonical::parse(arrival.method, arrival.authority, arrival.target).ok()?;
        is_own.then(|| format!("{}{}", site.origin, request.target()))
    }

    /// Whether a TLS connection's name and the request's host mean the same site.
    fn belongs(&self, server_name: Option<&str>, site: &Arc<Site>) -> bool {
        server_name.is_none_or(|name| {
            canonical::Host::parse(name)
                .and_then(|host| self.sites.find(&host))
                .is_none_or(|other| other.name == site.name)
        })
    }

    /// Whether a path is one of the built-in pages', in any spelling a person or server could take for
    /// it: such a path never reaches the console.
    fn portal_claims(&self, path: &CanonicalPath) -> Claim {
        let begins = |segments: &[String]| {
            segments.len() >= self.prefix.len()
                && segments.iter().zip(&self.prefix).all(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        if begins(path.segments()) {
            Claim::Ours
        } else if path.other_readings().iter().any(|reading| begins(reading)) {
            Claim::Ambiguous
        } else {
            Claim::NotOurs
        }
    }
}

enum Claim {
    Ours,
    NotOurs,
    Ambiguous,
}

fn not_canonical(error: &NotCanonical, arrival: &Arrival<'_>) -> Verdict {
    match error {
        NotCanonical::Path(PathError::NotCanonical(spelling))
            if arrival.method == Method::GET && !spelling.starts_with("//") =>
        {
            let query = arrival.target.split_once('?').map(|(_, query)| query);
            Verdict::Redirect(query.map_or_else(|| spelling.clone(), |q| format!("{spelling}?{q}")))
        }
        NotCanonical::Method | NotCanonical::Host | NotCanonical::Query | NotCanonical::Path(_) => {
            Verdict::Refuse(Refusal::from(error))
        }
    }
}

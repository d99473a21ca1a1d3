//! The gate: everything a request must pass before anything is forwarded, in one call (rule 5).
//!
//! Host → site → route → session → policy, over one immutable [`Snapshot`] of the configuration, so
//! that a request is judged by exactly one configuration. No I/O: the directory answers from
//! memory.

mod claim;
mod destination;
mod entrance;
mod foresee;
mod locate;
mod probe;
mod rehearse;
mod standing;
mod token;
mod verdict;

use std::collections::HashMap;
use std::sync::Arc;

use http::HeaderMap;
use http::Method;
use http::header;

use crate::area::Area;
use crate::area::Fence;
use crate::area::Whereabouts;
use crate::assertion;
use crate::assertion::header::Stripper;
use crate::canonical;
use crate::canonical::CanonicalPath;
use crate::canonical::CanonicalRequest;
use crate::client_certificate::ClientCertificates;
use crate::clock::Timestamp;
use crate::directory::Directory;
use crate::enforcement::Rulebook;
use crate::enforcement::SitePolicies;
use crate::federation::Stated;
use crate::geo::Databases;
use crate::metrics::Metrics;
use crate::metrics::SiteMetrics;
use crate::policy::Credentials;
use crate::policy::Facts;
use crate::policy::Initiator;
use crate::policy::Refusal;
use crate::policy::Threshold;
use crate::route::Requirement;
use crate::session;
use crate::site::Site;
use crate::site::SiteName;
use crate::site::Sites;
use crate::upstream::Upstream;
use crate::upstream::Upstreams;

use self::claim::PathClaim;
use self::foresee::Hearing;
use self::verdict::not_canonical;

pub use self::foresee::Claim;
pub use self::foresee::Insight;
pub use self::rehearse::Rehearsed;
pub use self::standing::Earlier;
pub use self::token::BadToken;
pub use self::token::ShownToken;
pub use self::verdict::Judgement;
pub use self::verdict::Verdict;

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

/// What a client that is kept out at accept sees of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Farewell {
    /// The end of the connection.
    #[default]
    Drop,
    /// A reset.
    Reset,
}

/// Who may connect at all, judged before TLS and HTTP, and by the announced address as soon as it is known.
#[derive(Clone, Debug, Default)]
pub struct ConnectionRules {
    /// Who is kept out.
    pub fence: Fence,
    /// Who would be, by rules that are only rehearsed.
    pub rehearsed: Fence,
    /// How.
    pub farewell: Farewell,
}

/// Everything requests are judged by: one configuration, compiled.
#[derive(Debug)]
pub struct Snapshot {
    sites: Sites,
    /// Who may connect at all.
    pub connections: ConnectionRules,
    networks: Vec<Area>,
    /// The client certificates that are taken.
    pub clients: ClientCertificates,
    asks_places: bool,
    /// How many sites have a sign-on in front of the gateway.
    sign_ons: usize,
    geography: Databases,
    entries: HashMap<SiteName, Arc<SiteEntry>>,
    /// The consoles.
    pub upstreams: Upstreams,
    /// `iss` of assertions.
    pub issuer: String,
    /// What the operator decides about assertions.
    pub assertion: assertion::Settings,
    /// How long sessions last.
    pub sessions: session::Settings,
    /// Who must have a second factor.
    pub rulebook: Rulebook,
    /// What is asked at sites besides the file; it is in them.
    pub policies: SitePolicies,
    prefix: Vec<String>,
}

/// What a snapshot is made from.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The protected hosts.
    pub sites: Sites,
    /// Their consoles.
    pub upstreams: Upstreams,
    /// Who may connect at all.
    pub connections: ConnectionRules,
    /// Every named network, in the order in which they give a client its name.
    pub networks: Vec<Area>,
    /// Where addresses are.
    pub geography: Databases,
    /// The client certificates that are taken.
    pub clients: ClientCertificates,
    /// What the operator decides about assertions.
    pub assertion: assertion::Settings,
    /// How long sessions last.
    pub sessions: session::Settings,
    /// Who must have a second factor.
    pub rulebook: Rulebook,
    /// What is asked at sites besides the file; it is in them already.
    pub policies: SitePolicies,
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
    /// Its header fields.
    pub headers: &'a HeaderMap,
    /// Where it comes from.
    pub client: &'a Whereabouts,
    /// What a machine proves by its connection.
    pub credentials: Credentials<'a>,
    /// What the site's sign-on says of it.
    pub stated: &'a Stated,
    /// When.
    pub now: Timestamp,
}

impl Snapshot {
    /// Compiles a configuration's parts.
    #[must_use]
    pub fn new(parts: Parts, metrics: &Metrics) -> Self {
        let first = parts.sites.iter().next().map(|site| site.origin.clone());
        let issuer = parts.assertion.issuer.clone().or(first).unwrap_or_default();
        let asks_places = locate::asks_places(&parts);
        let sign_ons = parts.sites.iter().filter(|site| site.trusted_header().is_some()).count();
        let upstreams = parts.upstreams;
        let entry = |site: &Arc<Site>| {
            let secret = upstreams.named(&site.name).and_then(|u| u.secret_header.as_ref());
            let told = site.trusted_header().into_iter().flat_map(|trusted| trusted.headers());
            let entry = SiteEntry {
                site: Arc::clone(site),
                stripper: Stripper::new(
                    &site.identity_headers,
                    secret.map(|s| &s.name).into_iter().chain(told),
                ),
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
            connections: parts.connections,
            networks: parts.networks,
            clients: parts.clients,
            asks_places,
            sign_ons,
            geography: parts.geography,
            entries,
            upstreams,
            issuer,
            assertion: parts.assertion,
            sessions: parts.sessions,
            rulebook: parts.rulebook,
            policies: parts.policies,
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

    /// Whether any site has a sign-on in front of the gateway.
    #[must_use]
    pub const fn has_sign_ons(&self) -> bool {
        self.sign_ons > 0
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
        let (site, mut judgement) = match self.enter(arrival) {
            Ok(entered) => entered,
            Err(judgement) => return judgement,
        };
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
        if let Err(refusal) = standing::heed(&site, arrival.stated, &mut judgement) {
            judgement.request = Some(request);
            judgement.verdict = Verdict::Refuse(refusal);
            return judgement;
        }
        judgement.token = ShownToken::of(arrival.headers, directory);
        let identity = self.identity(&judgement, arrival);
        let mut hearing = Hearing { arrival, identity, watch: &mut |_| {} };
        let mut judged = self.decide(&site, request, &mut hearing, judgement);
        judged.verdict = token::throttle(judged.verdict, arrival, directory);
        judged
    }

    fn decide(
        &self,
        site: &Arc<Site>,
        request: CanonicalRequest,
        hearing: &mut Hearing<'_>,
        mut judgement: Judgement,
    ) -> Judgement {
        let client = hearing.arrival.client;
        judgement.verdict = if let Some(kept) = site.fence.keeps_out(client) {
            Verdict::Refuse(Refusal::from(kept))
        } else {
            match self.portal_claims(&request.path) {
                PathClaim::Ours => Verdict::Portal,
                PathClaim::Ambiguous => Verdict::Refuse(Refusal::PathAmbiguous),
                PathClaim::NotOurs => self.route(site, &request, hearing, &mut judgement),
            }
        };
        rehearse::fence(site, client, &mut judgement);
        judgement.request = Some(request);
        judgement
    }

    /// What the route of a request says, in each of its readings.
    fn route(
        &self,
        site: &Arc<Site>,
        request: &CanonicalRequest,
        hearing: &mut Hearing<'_>,
        judgement: &mut Judgement,
    ) -> Verdict {
        let arrival = hearing.arrival;
        let found = site.routes.find(request.path.segments(), &request.method);
        found.name().clone_into(&mut judgement.route);
        let leads = site.leads_to_account(request.path.segments());
        let same = |reading: &Vec<String>| {
            site.leads_to_account(reading) == leads
                && site.routes.find(reading, &request.method).is_same(&found)
        };
        if !request.path.other_readings().iter().all(same) {
            return Verdict::Refuse(Refusal::PathAmbiguous);
        }
        let ambient = |requirement: &Requirement| {
            requirement.alternatives().iter().any(crate::route::Alternative::is_ambient)
        };
        let is_login = site.is_login(request, arrival.headers);
        // A tunnel is no page.
        let switches = arrival.headers.contains_key(header::UPGRADE);
        let stranger = hearing.identity.is_none() && site.asks_second_factor_first();
        let first = stranger && locate::is_to_prove_first(arrival.headers, &site.origin);
        let is_before = !switches && !first && site.is_before_sign_in(request);
        // The other end of a move may ask for less than a person.
        let asks = is_login
            || destination::moves(&request.method)
            || found.demanded.iter().chain(found.rehearsal).any(ambient);
        let initiator =
            if asks { locate::initiator(arrival.headers, &site.origin) } else { Initiator::Here };
        // Where nothing is asked for a token means nothing.
        let used = if found.demanded.iter().all(Requirement::is_open) {
            None
        } else {
            match judgement.token.admit(site, request, arrival.client.address) {
                Ok(used) => used,
                Err(refusal) => return Verdict::Refuse(refusal),
            }
        };
        let mut credentials = arrival.credentials;
        credentials.token = used.as_ref().map(|used| &used.token.machine).or(credentials.token);
        let demanded = found.demanded.clone();
        let facts = Facts {
            site,
            demanded: found.demanded,
            client: arrival.client,
            // Whoever signs in at the console begins anew.
            identity: hearing.identity.take().filter(|_| !is_login),
            credentials,
            initiator,
            threshold: if is_login || is_before { Threshold::Before } else { Threshold::Inside },
            now: arrival.now,
        };
        (hearing.watch)(Insight { route: found.route, rehearsal: found.rehearsal, facts: &facts });
        if let Some(rehearsal) = found.rehearsal {
            let shown = judgement.token.covering(site, request, arrival.client.address);
            let shown = shown.map(|used| &used.token.machine);
            judgement.rehearsed = Some(rehearse::route(rehearsal, &facts, shown));
        }
        let concluded = self.conclude(facts, request, arrival, used.as_ref());
        let verdict = match site.console_form().filter(|_| is_login) {
            // It is a provider's page that sends people back.
            Some(form) if form.is_vouched() => {
                verdict::of_login(concluded, locate::led_to_a_page(arrival.headers))
            }
            Some(_) => verdict::of_login(concluded, initiator),
            None => concluded,
        };
        judgement.token.not_asked_for(&demanded, verdict)
    }
}

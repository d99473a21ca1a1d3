//! `listen`: the addresses of the gateway, and the rules of its admin listener.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;

use super::Configuration;
use super::Stage;
use super::document::AdminSection;
use super::document::AnnouncementHeader;
use super::document::Document;
use super::document::EntranceSection;
use super::document::ProxiesSection;
use super::document::scalar::OneOrMany;
use super::document::scalar::TextOr;
use super::elements;
use super::error::Problem;
use super::key_path::KeyPath;
use super::key_path::shown;
use crate::network::NetworkSet;
use crate::proxy::entrance::Entrance;
use crate::proxy::entrance::Opening;
use crate::proxy::proxies::Announcement;
use crate::proxy::proxies::Proxies;
use crate::secret::Secret;
use crate::site::Site;
use crate::site::Sites;

const FORM: &str = "address and port, such as 127.0.0.1:8080, 0.0.0.0:8443 or [::1]:8080";

/// Where the gateway listens.
#[derive(Debug, Default)]
pub struct Listen {
    /// Plain HTTP.
    pub http: Vec<Entrance>,
    /// HTTPS.
    pub https: Vec<Entrance>,
    /// Metrics and health; none: nowhere.
    pub admin: Option<AdminListen>,
}

/// The admin listener: metrics, health, readiness.
#[derive(Debug)]
pub struct AdminListen {
    /// Its address.
    pub address: SocketAddr,
    /// Who may connect; loopback unless the operator names networks.
    pub networks: NetworkSet,
    /// What a caller must send as a bearer token; none: nothing.
    pub bearer_token: Option<Secret<String>>,
    /// Whether it speaks TLS.
    pub tls: bool,
}

impl Listen {
    /// Every address, with port 0 where the system chooses.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        let admin = self.admin.iter().map(|admin| admin.address);
        let entrances = self.http.iter().chain(&self.https);
        entrances.map(|entrance| entrance.address).chain(admin)
    }
}

/// What the addresses of the file are held against.
struct Known<'n> {
    taken: Vec<(SocketAddr, KeyPath)>,
    networks: &'n BTreeMap<String, Arc<NetworkSet>>,
    proxies: Option<&'n ProxiesSection>,
}

impl Configuration {
    /// Puts the port a listener was given in place of port 0 in the origins of the sites. Origins are
    /// derived from the HTTPS listener, if there is one, else from the plain one.
    pub fn set_bound_port(&mut self, port: u16) {
        let sites = self.sites.iter().map(|site| {
            let mut site = Site::clone(site);
            if let Some(origin) = site.origin.strip_suffix(":0") {
                site.origin = format!("{origin}:{port}");
            }
            site
        });
        // The same hosts made a table before.
        if let Ok(sites) = Sites::new(sites.collect()) {
            self.sites = sites;
        }
    }
}

impl Stage<'_> {
    /// The listeners, and whether the admin listener speaks TLS.
    pub(super) fn listen(
        &mut self,
        document: &Document,
        networks: &BTreeMap<String, Arc<NetworkSet>>,
    ) -> (Listen, bool) {
        let section = document.listen.as_ref();
        let top = KeyPath::default().key("listen");
        let Some(section) = section else {
            self.report.missing(&top, "a mapping with `http` or `https`, and `admin`");
            return (Listen::default(), false);
        };
        if section.http.is_none() && section.https.is_none() {
            let plain_reported = self.report.is_reported(&top.key("http"));
            if !plain_reported && !self.report.is_reported(&top.key("https")) {
                let problem = Problem::new("no listener for the sites").found("neither");
                self.report.refuse(&top, problem.allowed("`http`, `https`, or both"));
            }
        }
        let mut known = Known { taken: Vec::new(), networks, proxies: document.proxies.as_ref() };
        let http = self.entrances(section.http.as_ref(), &top.key("http"), &mut known);
        let https = self.entrances(section.https.as_ref(), &top.key("https"), &mut known);
        if !http.is_empty() && https.is_empty() {
            self.report.warn(
                &top.key("http"),
                "plain HTTP only: cookies go without the __Host- prefix, and anybody on the way can \
                 read everything; for development",
            );
        }
        let path = top.key("admin");
        let admin = match &section.admin {
            None => None,
            Some(TextOr::Text(text)) => {
                let long = AdminSection { address: Some(text.clone()), ..AdminSection::default() };
                self.admin(&long, &path, &path, &mut known)
            }
            Some(TextOr::Map(long)) => self.admin(long, &path, &path.key("address"), &mut known),
        };
        let admin_tls = admin.as_ref().is_some_and(|admin| admin.tls);
        (Listen { http, https, admin }, admin_tls)
    }

    fn entrances(
        &mut self,
        list: Option<&OneOrMany<EntranceSection>>,
        path: &KeyPath,
        known: &mut Known<'_>,
    ) -> Vec<Entrance> {
        match list {
            None => Vec::new(),
            Some(OneOrMany::One(entry)) => self.entrance(entry, path, known).into_iter().collect(),
            Some(OneOrMany::Many(list)) => {
                if list.is_empty() {
                    let problem = Problem::new("the list is empty").found("an empty list");
                    self.report.refuse(path, problem.allowed(FORM));
                }
                elements(list, path)
                    .filter_map(|(path, entry)| self.entrance(entry, &path, known))
                    .collect()
            }
        }
    }

    fn entrance(
        &mut self,
        entry: &TextOr<EntranceSection>,
        path: &KeyPath,
        known: &mut Known<'_>,
    ) -> Option<Entrance> {
        let section = match entry {
            TextOr::Text(text) => {
                let address = self.address(text, path, known)?;
                return Some(Entrance { address, opening: Opening::Direct });
            }
            TextOr::Map(section) => section,
        };
        let proxied = section.proxy_protocol == Some(true);
        if proxied && known.proxies.is_none() {
            let problem = Problem::new("no proxies are declared that may connect here")
                .allowed("`proxies.networks` beside it")
                .hint("name the networks of the load balancers in `proxies`, at the top level");
            self.report.refuse(&path.key("proxy_protocol"), problem);
        }
        let path = path.key("address");
        let Some(text) = &section.address else {
            self.report.missing(&path, FORM);
            return None;
        };
        let address = self.address(text, &path, known)?;
        let opening = if proxied { Opening::ProxyProtocol } else { Opening::Direct };
        Some(Entrance { address, opening })
    }

    /// Who is believed about where others come from.
    pub(super) fn proxies(
        &mut self,
        section: Option<&ProxiesSection>,
        networks: &BTreeMap<String, Arc<NetworkSet>>,
    ) -> Proxies {
        let Some(section) = section else {
            return Proxies::default();
        };
        let path = KeyPath::default().key("proxies").key("networks");
        let Some(names) = &section.networks else {
            self.report.missing(&path, "names of `networks`");
            return Proxies::default();
        };
        let networks = self.named_networks(names, &path, networks);
        // No proxy has one of these addresses: a network with them is half the world, or all of it.
        let ends = [[0; 4], [255; 4]].map(IpAddr::from).into_iter();
        let ends = ends.chain([[0; 16], [255; 16]].map(IpAddr::from));
        if ends.into_iter().any(|end| networks.contains(end)) {
            let problem = Problem::new("everybody would be believed about where they come from")
                .allowed("the networks of your own proxies")
                .hint("name exactly the addresses from which your load balancers connect");
            self.report.refuse(&path, problem);
        }
        let header = section.header.map(|header| match header {
            AnnouncementHeader::Forwarded => Announcement::Forwarded,
            AnnouncementHeader::XForwardedFor => Announcement::XForwardedFor,
        });
        Proxies { networks, header }
    }

    fn address(&mut self, text: &str, path: &KeyPath, known: &mut Known<'_>) -> Option<SocketAddr> {
        let address = self.report.take(path, socket_address(text))?;
        if let Some((_, other)) = known.taken.iter().find(|(other, _)| clash(*other, address)) {
            let line = self.report.line(other);
            let problem = Problem::new(format!("the same address as {other} on line {line}"))
                .allowed("another port or address");
            self.report.refuse(path, problem);
            return None;
        }
        known.taken.push((address, path.clone()));
        Some(address)
    }

    fn admin(
        &mut self,
        section: &AdminSection,
        path: &KeyPath,
        address_path: &KeyPath,
        known: &mut Known<'_>,
    ) -> Option<AdminListen> {
        let token = section.bearer_token.as_ref().and_then(|source| {
            let path = path.key("bearer_token");
            if source.is_in(self.report.file()) {
                let text = "the secret stands in a file that others than its owner can read";
                self.report.warn(&path, text);
            }
            let secret = source.resolve(self.directory, self.environment);
            let secret = self.report.take(&path, secret)?;
            self.report.take(&path, checked_token(secret))
        });
        let allowed = section
            .networks
            .as_ref()
            .map(|names| self.named_networks(names, &path.key("networks"), known.networks));
        let Some(text) = &section.address else {
            self.report.missing(address_path, FORM);
            return None;
        };
        let address = self.address(text, address_path, known)?;
        let tls = section.tls.unwrap_or(false);
        let protected = tls || section.bearer_token.is_some();
        let guarded = protected && allowed.is_some();
        if !guarded && !address.ip().to_canonical().is_loopback() {
            let problem = Problem::new("the admin listener is open to others than this machine")
                .allowed("a loopback address, or `networks` together with `tls` or `bearer_token`")
                .hint(
                    "name who may connect in `networks`, and set `tls: true` or a `bearer_token`",
                );
            self.report.refuse(address_path, problem);
        }
        Some(AdminListen {
            address,
            networks: allowed.unwrap_or_else(loopback),
            bearer_token: token,
            tls,
        })
    }

    pub(super) fn named_networks(
        &mut self,
        names: &[Option<String>],
        path: &KeyPath,
        networks: &BTreeMap<String, Arc<NetworkSet>>,
    ) -> NetworkSet {
        let known: Vec<&str> = networks.keys().map(String::as_str).collect();
        let mut allowed = NetworkSet::default();
        if names.is_empty() {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed("names of `networks`"));
        }
        for (path, name) in elements(names, path) {
            if let Some(set) = networks.get(name) {
                allowed.extend(set);
                continue;
            }
            if self.report.is_reported(&KeyPath::default().key("networks")) {
                continue;
            }
            let names = if known.is_empty() {
                "names of `networks`, of which there are none".to_owned()
            } else {
                known.join(", ")
            };
            let problem = Problem::new("no network of this name").allowed(names);
            let problem = match super::hint::near(name, &known) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint("name the network at the top level, under `networks`"),
            };
            self.report.refuse(&path, problem);
        }
        allowed
    }
}

fn socket_address(text: &str) -> Result<SocketAddr, Problem> {
    text.parse().map_err(|_| {
        let problem = Problem::new("not an address with a port").allowed(FORM);
        let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
        let named = host.bytes().any(|b| b.is_ascii_alphabetic()) && !host.contains(':');
        if text.parse::<IpAddr>().is_ok() {
            problem.hint("add a port, after a colon")
        } else if named {
            let port = if port.is_empty() { "8080" } else { port };
            problem.hint(format!(
                "host names are not looked up; for this machine alone write 127.0.0.1:{}",
                shown(port)
            ))
        } else if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b':') {
            problem.hint("say which address: 127.0.0.1 for this machine alone, 0.0.0.0 for all")
        } else {
            problem
        }
    })
}

/// Whether two listeners cannot both be had.
fn clash(a: SocketAddr, b: SocketAddr) -> bool {
    let any = a.ip().is_unspecified() || b.ip().is_unspecified();
    let same = a.ip() == b.ip() || (any && a.is_ipv4() == b.is_ipv4());
    a.port() != 0 && a.port() == b.port() && same
}

fn loopback() -> NetworkSet {
    let networks = ["127.0.0.0/8", "::1/128"];
    NetworkSet::new(networks.iter().filter_map(|net| net.parse().ok()).collect())
}

/// A bearer token has characters that fit in a header (RFC 6750 §2.1), and enough of them.
fn checked_token(secret: Secret<String>) -> Result<Secret<String>, Problem> {
    let text = secret.expose();
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    if text.len() >= 16 && text.len() <= 4096 && text.bytes().all(fits) {
        return Ok(secret);
    }
    Err(Problem::new("not a usable bearer token")
        .allowed("16 to 4096 of A-Z, a-z, 0-9 and -._~+/=")
        .hint("make one with: openssl rand -hex 32"))
}

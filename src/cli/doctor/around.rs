//! The consoles: whether they answer, and whether others can reach them around the gateway.
//!
//! From here it is seen at which addresses this machine's own consoles listen, what kind of address others have, and what
//! a console answers to somebody who does not come through the gateway. What stands in between, it is not.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::net::ToSocketAddrs as _;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;

use super::errands::Errand;
use super::finding::Finding;
use super::sockets;
use crate::assertion::SigningKey;
use crate::assertion::header::ASSERTION;
use crate::clock::Clock;
use crate::config::Configuration;
use crate::outbound;
use crate::site::HostPattern;
use crate::site::Site;
use crate::upstream::Endpoint;
use crate::upstream::Protocol;
use crate::upstream::Upstream;
use crate::upstream::Verification;

/// How long a console may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// An errand for each place of each console.
pub(super) fn errands(configuration: &Configuration, clock: &Arc<dyn Clock>) -> Vec<Errand> {
    let mut errands = Vec::new();
    for site in configuration.sites.iter() {
        let Some(upstream) = configuration.upstreams.named(&site.name) else { continue };
        for endpoint in &upstream.endpoints {
            let about = format!("console of {}, {endpoint}", site.name);
            let console = Console {
                about: about.clone(),
                endpoint: endpoint.clone(),
                upstream: Arc::clone(upstream),
                site: Arc::clone(site),
                clock: Arc::clone(clock),
            };
            errands.push(Errand::new(about, move || console.look()));
        }
    }
    errands
}

/// One place of a console.
struct Console {
    about: String,
    endpoint: Endpoint,
    upstream: Arc<Upstream>,
    site: Arc<Site>,
    clock: Arc<dyn Clock>,
}

/// What it does with somebody who does not come through the gateway.
enum Stranger {
    /// It was not asked, or its answer says nothing: why.
    Untold(String),
    /// It refuses them.
    Refused(String),
    /// It answers them, with that status.
    Served(u16),
    /// It believes what somebody else has signed.
    Deceived,
}

impl Console {
    fn look(&self) -> Vec<Finding> {
        let places = (self.endpoint.host.as_str(), self.endpoint.port).to_socket_addrs();
        let addresses: Vec<SocketAddr> = match places {
            Ok(places) => places.collect(),
            Err(error) => {
                let what = format!("its name leads nowhere: {error}");
                return vec![Finding::fail(&self.about, what, "Look at `upstream`, and at DNS")];
            }
        };
        let reached = addresses.iter().find(|it| TcpStream::connect_timeout(it, PATIENCE).is_ok());
        let Some(reached) = reached else {
            let what = "it does not answer";
            return vec![Finding::fail(&self.about, what, "Start it, or mend `upstream`")];
        };
        let mut found = vec![Finding::ok(&self.about, format!("it answers at {reached}"))];
        let stranger = self.ask();
        if let Stranger::Deceived = stranger {
            found.push(Finding::fail(
                &self.about,
                "it lets in whoever shows an assertion that somebody else has signed",
                "Have it verify the signature with the gateway's public keys, `jwks.json` under its pages (docs/identity.md)",
            ));
        }
        let all_ours = addresses.iter().all(|it| sockets::is_ours(it.ip()));
        found.push(if all_ours {
            self.here(&stranger)
        } else {
            self.elsewhere(&addresses, &stranger)
        });
        found
    }

    /// It is on this machine: at which addresses?
    fn here(&self, stranger: &Stranger) -> Finding {
        let port = self.endpoint.port;
        let Some(listens) = sockets::listening_at(port).filter(|found| !found.is_empty()) else {
            let what = "the system does not tell at which addresses it listens";
            return Finding::warn(&self.about, what, FROM_ELSEWHERE);
        };
        let open: Vec<String> = listens
            .iter()
            .filter(|address| !address.is_loopback())
            .map(|address| SocketAddr::new(*address, port).to_string())
            .collect();
        if open.is_empty() {
            return Finding::ok(&self.about, "it listens for this machine alone");
        }
        let what = format!(
            "it listens at {}, so that others reach it around the gateway",
            open.join(", ")
        );
        let remedy = "Let it listen at 127.0.0.1 (with Docker: publish as 127.0.0.1:PORT:PORT), or close the port to others";
        match stranger {
            Stranger::Refused(how) => {
                Finding::warn(&self.about, format!("{what}; it refuses them: {how}"), remedy)
            }
            Stranger::Untold(_) | Stranger::Served(_) | Stranger::Deceived => {
                Finding::fail(&self.about, what, remedy)
            }
        }
    }

    /// It is on another machine: what does it say to others?
    fn elsewhere(&self, addresses: &[SocketAddr], stranger: &Stranger) -> Finding {
        let public = addresses.iter().find(|it| is_public(it.ip()));
        let guard = self.upstream.secret_header.as_ref().map(|header| header.name.to_string());
        match (stranger, public, guard) {
            (Stranger::Refused(how), _, _) => Finding::ok(
                &self.about,
                format!("it refuses who does not come through the gateway: {how}"),
            ),
            (Stranger::Served(status), _, Some(name)) => Finding::fail(
                &self.about,
                format!(
                    "it answers {status} to who does not send `{name}`, which the gateway alone knows"
                ),
                "Have it refuse every request without that header",
            ),
            (Stranger::Served(status), Some(address), None) => Finding::fail(
                &self.about,
                format!(
                    "it answers {status} to everybody, and {} is an address of the internet",
                    address.ip()
                ),
                GUARD,
            ),
            (Stranger::Served(status), None, None) => Finding::warn(
                &self.about,
                format!("it answers {status} to everybody who reaches it on its network"),
                GUARD,
            ),
            (Stranger::Untold(why), _, _) => Finding::warn(
                &self.about,
                format!(
                    "what it says to who does not come through the gateway is not known: {why}"
                ),
                FROM_ELSEWHERE,
            ),
            (Stranger::Deceived, _, _) => {
                Finding::warn(&self.about, "an assertion is all that guards it", GUARD)
            }
        }
    }

    /// Asks for a page as somebody who does not come through the gateway, then with an assertion that a stranger has signed.
    fn ask(&self) -> Stranger {
        let untold = |why: &str| Stranger::Untold(why.to_owned());
        let tls = self.upstream.tls.as_ref();
        if self.upstream.protocol == Protocol::Http2 {
            return untold("it speaks HTTP/2 alone");
        }
        if tls.is_some_and(|tls| tls.verification == Verification::InsecureSkipVerify) {
            return untold("its certificate is not verified");
        }
        if tls.is_some() && self.endpoint.server_name != self.endpoint.host {
            return untold("its certificate has another name than its address");
        }
        let scheme = if tls.is_some() { "https" } else { "http" };
        let path = self.upstream.health.as_ref().map_or("/", |check| check.path.as_str());
        let url = format!("{scheme}://{}{path}", self.endpoint);
        if url.parse::<Uri>().is_err() {
            return untold("its address cannot be asked");
        }
        let roots = tls.and_then(|tls| tls.roots.clone());
        let agent = outbound::agent(roots.as_deref(), PATIENCE);
        let host = self.host();
        let bare = match outbound::status(&agent, &url, &[("host", host.as_str())]) {
            Ok(status) => status,
            Err(why) if tls.is_some_and(|tls| tls.client_certificate.is_some()) => {
                return Stranger::Refused(format!("without the gateway's certificate {why}"));
            }
            Err(why) => return Stranger::Untold(why),
        };
        if (200..300).contains(&bare) {
            return Stranger::Served(bare);
        }
        let forged = self.forged().and_then(|forged| {
            let name = ASSERTION;
            let headers = [("host", host.as_str()), (name.as_str(), forged.as_str())];
            outbound::status(&agent, &url, &headers).ok()
        });
        match (forged, bare) {
            (Some(200..=299), _) => Stranger::Deceived,
            (_, 401 | 403 | 407 | 421) => Stranger::Refused(format!("it answers {bare}")),
            (_, 300..=399) => Stranger::Served(bare),
            _ => Stranger::Untold(format!("it answers {bare}")),
        }
    }

    /// The host that people ask it by.
    fn host(&self) -> String {
        let exact = self.site.hosts.iter().find_map(|pattern| match pattern {
            HostPattern::Exact(host) => Some(host.to_string()),
            HostPattern::OneLabelBelow(_) => None,
        });
        exact.unwrap_or_else(|| self.endpoint.to_string())
    }

    /// An assertion like the gateway's, of nobody, signed with a key that nobody has.
    fn forged(&self) -> Option<String> {
        let now = self.clock.wall();
        let key = SigningKey::from_stored(&SigningKey::generate(now, now).ok()?).ok()?;
        let claims = serde_json::json!({
            "iss": self.site.origin,
            "aud": self.site.name.as_str(),
            "sub": "portcullis-doctor",
            "preferred_username": "portcullis-doctor",
            "name": "portcullis doctor",
            "groups": [],
            "roles": [],
            "iat": now.secs(),
            "nbf": now.secs(),
            "exp": now.secs().saturating_add(60),
        });
        String::from_utf8(key.sign(&claims).ok()?.to_vec()).ok()
    }
}

const FROM_ELSEWHERE: &str = "Try it from another machine, without the gateway: it must be refused";
const GUARD: &str = "Close it to all but the gateway: a firewall, a `secret_header`, a client certificate, or the assertion verified \
                     (docs/identity.md)";

/// Whether an address is one of the internet.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_documentation()
                || address.is_unspecified()
                || is_shared)
        }
        IpAddr::V6(address) => {
            !(address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_unspecified())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_internet_are_told_from_those_of_a_house() {
        for house in [
            "10.1.2.3",
            "192.168.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_public(house.parse().unwrap()), "{house}");
        }
        for far in ["8.8.8.8", "100.128.0.1", "2600::1"] {
            assert!(is_public(far.parse().unwrap()), "{far}");
        }
    }
}

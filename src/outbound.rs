//! Requests that the gateway itself makes over HTTPS: who is asked answers, within bounds, and no other machine does.

pub mod signature;

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::Certificate;
use ureq::tls::RootCerts;
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::resolver::ResolvedSocketAddrs;
use ureq::unversioned::resolver::Resolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::unversioned::transport::NextTimeout;

pub use ureq::Agent;

/// The longest head of an answer that is read.
const LONGEST_HEAD: usize = 16 * 1024;

/// The longest answer that is read of whoever only takes note.
const LONGEST_WORD: u64 = 64 * 1024;

/// A client that believes these authorities, in DER; none: those that browsers know. `timeout` is for a whole exchange.
#[must_use]
pub fn agent(authorities: Option<&[Vec<u8>]>, timeout: Duration) -> Agent {
    let roots = authorities.map_or(RootCerts::WebPki, |ders| {
        let certificates: Vec<Certificate<'static>> =
            ders.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        RootCerts::new_with_certs(&certificates)
    });
    let config = Config::builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        // Whoever is asked answers; nobody is sent elsewhere.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent("Portcullis")
        .max_response_header_size(LONGEST_HEAD)
        .max_idle_connections(0)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build();
    Agent::with_parts(config, DefaultConnector::default(), NotLinkLocal::default())
}

/// What is at an address, of so many bytes at most; blocks.
///
/// # Errors
/// In words without the address: any other status than 200, a longer answer, none in time.
pub fn get(agent: &Agent, url: &str, longest: u64) -> Result<Vec<u8>, String> {
    let answer = agent.get(url).header("accept", "application/json").call();
    let mut answer = answer.map_err(|error| told(&error).to_owned())?;
    if answer.status().as_u16() != 200 {
        return Err(format!("it answers {}", answer.status().as_u16()));
    }
    let body = answer.body_mut().with_config().limit(longest).read_to_vec();
    body.map_err(|error| told(&error).to_owned())
}

/// With which status an address answers who asks for it with these headers; blocks.
///
/// # Errors
/// In words without the address: none in time.
pub fn status(agent: &Agent, url: &str, headers: &[(&str, &str)]) -> Result<u16, String> {
    let mut request = agent.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.call().map_err(|error| told(&error).to_owned())?;
    Ok(answer.status().as_u16())
}

/// Posts something, of which whoever is asked takes note; blocks.
///
/// # Errors
/// In words without the address: any status but those of success, none in time.
pub fn post(agent: &Agent, url: &str, headers: &[(&str, &str)], body: &str) -> Result<(), String> {
    let mut request = agent.post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.send(body).map_err(|error| told(&error).to_owned())?;
    if !answer.status().is_success() {
        return Err(format!("it answers {}", answer.status().as_u16()));
    }
    // What it says is of no interest, but that it has an end is.
    match answer.body_mut().with_config().limit(LONGEST_WORD).read_to_vec() {
        Ok(_) | Err(ureq::Error::BodyExceedsLimit(_)) => Ok(()),
        Err(error) => Err(told(&error).to_owned()),
    }
}

/// What went wrong; the client's own words may repeat an address.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others say nothing that helps")]
const fn told(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "it does not answer in time",
        ureq::Error::HostNotFound => "its name leads nowhere that may be asked",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => {
            "no TLS with it: its certificate or protocol is not good"
        }
        ureq::Error::LargeResponseHeader(..) | ureq::Error::BodyExceedsLimit(_) => {
            "its answer is too long"
        }
        _ => "it cannot be reached",
    }
}

/// Finds addresses, but none of those that a machine only has for its neighbours: behind one of them clouds
/// keep what a machine may know about itself.
#[derive(Debug, Default)]
struct NotLinkLocal(DefaultResolver);

impl Resolver for NotLinkLocal {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in found.iter().filter(|address| !is_link_local(address.ip())) {
            allowed.push(*address);
        }
        if allowed.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(allowed) }
    }
}

/// Addresses at which clouds tell machines about themselves, besides those of the link.
const OF_CLOUDS: [Ipv4Addr; 1] = [Ipv4Addr::new(100, 100, 100, 200)];
const OF_CLOUDS_V6: [Ipv6Addr; 1] = [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)];

/// Whether an address is one of the link alone, or one at which a cloud tells a machine about itself.
#[must_use]
pub fn is_link_local(address: IpAddr) -> bool {
    let v4 = |address: Ipv4Addr| address.is_link_local() || OF_CLOUDS.contains(&address);
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(address) => v4(address),
            None => address.is_unicast_link_local() || OF_CLOUDS_V6.contains(&address),
        },
    }
}

/// The address of version 4 that this one leads to: a mapped one, or one behind a translator (`64:ff9b::/96`, RFC 6052).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        return Some(Ipv4Addr::new(a, b, c, d));
    }
    address.to_ipv4_mapped()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_has_for_its_neighbours_is_not_asked_a310() {
        for address in [
            "169.254.169.254",
            "fe80::1",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "64:ff9b::6464:64c8",
            "100.100.100.200",
            "::ffff:100.100.100.200",
            "fd00:ec2::254",
        ] {
            assert!(is_link_local(address.parse().unwrap()), "{address}");
        }
        for address in ["10.0.0.1", "127.0.0.1", "fd00::1", "203.0.113.1", "64:ff9b::10.0.0.1"] {
            assert!(!is_link_local(address.parse().unwrap()), "{address}");
        }
    }
}

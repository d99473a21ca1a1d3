//! Requests that the gateway itself makes over HTTPS: who is asked answers, within bounds, and no other machine does.

pub mod signature;

use std::net::IpAddr;
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

/// Whether an address is one of the link alone.
#[must_use]
pub fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => address.is_link_local(),
            None => address.is_unicast_link_local(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_has_for_its_neighbours_is_not_asked_a310() {
        for address in ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"] {
            assert!(is_link_local(address.parse().unwrap()), "{address}");
        }
        for address in ["10.0.0.1", "127.0.0.1", "fd00::1", "203.0.113.1"] {
            assert!(!is_link_local(address.parse().unwrap()), "{address}");
        }
    }
}

//! Text messages through the HTTP interface of a gateway. The one place that knows the HTTP client.
//!
//! Every request is signed: whoever receives it can tell that it is ours, whole and new.

mod template;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderName;
use ring::hmac;
use ureq::Agent;
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

use super::Carrier;
use super::Message;
use super::NotDelivered;
use crate::authenticator::contact::longest_prefix;
use crate::clock::Clock;
use crate::secret::Secret;

pub use self::template::Template;
pub use self::template::UnknownPlace;

/// The moment of signing, in seconds since the epoch.
pub const TIMESTAMP_HEADER: &str = "portcullis-timestamp";

/// `v1=` and the HMAC-SHA256, in hexadecimal, of the moment, a full stop, and the body.
pub const SIGNATURE_HEADER: &str = "portcullis-signature";

/// The longest head and body of an answer that are read.
const LONGEST_HEAD: usize = 16 * 1024;
const LONGEST_BODY: u64 = 64 * 1024;

/// How text messages are sent.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are posted to.
    pub url: String,
    /// What is posted.
    pub template: Template,
    /// Who they come from, as the gateway wants it.
    pub from: String,
    /// Further headers, such as the gateway's key.
    pub headers: Vec<(HeaderName, Secret<String>)>,
    /// What requests are signed with.
    pub secret: Option<Secret<String>>,
    /// Authorities that may have signed its certificate, in DER; none: those that browsers know.
    pub authorities: Option<Vec<Vec<u8>>>,
    /// Beginnings of the numbers that anything is sent to; none: nothing is sent (A-158).
    pub prefixes: Vec<String>,
    /// For a whole exchange.
    pub timeout: Duration,
}

impl Settings {
    /// The listed beginning of a number, the longest one.
    #[must_use]
    pub fn prefix_of(&self, number: &str) -> Option<&str> {
        longest_prefix(&self.prefixes, number)
    }

    fn secrets(&self) -> Vec<(String, String)> {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.expose().clone()));
        let secret = self.secret.iter().map(|secret| (String::new(), secret.expose().clone()));
        headers.chain(secret).collect()
    }
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        (&self.url, &self.template, &self.from, &self.authorities)
            == (&other.url, &other.template, &other.from, &other.authorities)
            && (&self.prefixes, self.timeout) == (&other.prefixes, other.timeout)
            && self.secrets() == other.secrets()
    }
}

impl Eq for Settings {}

/// Sends text messages.
#[derive(Clone, Debug)]
pub struct Texter {
    settings: Settings,
    agent: Agent,
    clock: Arc<dyn Clock>,
}

impl Texter {
    /// Under these settings.
    #[must_use]
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let roots = settings.authorities.as_ref().map_or(RootCerts::WebPki, |ders| {
            let certificates: Vec<Certificate<'static>> =
                ders.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
            RootCerts::new_with_certs(&certificates)
        });
        let config = Config::builder()
            .timeout_global(Some(settings.timeout))
            .http_status_as_error(false)
            // Whoever is asked answers; nobody sends the code elsewhere (A-310).
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("Portcullis")
            .max_response_header_size(LONGEST_HEAD)
            .max_idle_connections(0)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), NotLinkLocal::default());
        Self { settings, agent, clock }
    }

    /// Posts one message; blocks.
    fn post(&self, body: &str) -> Result<(), NotDelivered> {
        let now = self.clock.wall().secs();
        let mut request = self
            .agent
            .post(&self.settings.url)
            .header("content-type", self.settings.template.content_type())
            .header("accept", "application/json")
            .header(TIMESTAMP_HEADER, now.to_string());
        for (name, value) in &self.settings.headers {
            request = request.header(name.as_str(), value.expose().as_str());
        }
        if let Some(secret) = &self.settings.secret {
            request = request.header(SIGNATURE_HEADER, signature(secret, now, body));
        }
        let mut answer = request.send(body).map_err(|error| told(&error))?;
        let status = answer.status();
        if status.is_success() {
            // What it says is of no interest, but that it has an end is.
            let read = answer.body_mut().with_config().limit(LONGEST_BODY).read_to_vec();
            return match read {
                Ok(_) | Err(ureq::Error::BodyExceedsLimit(_)) => Ok(()),
                Err(error) => Err(told(&error)),
            };
        }
        let text = format!("the SMS gateway answers {}", status.as_u16());
        let later = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
        Err(if later { NotDelivered::Later(text) } else { NotDelivered::Refused(text) })
    }
}

#[async_trait]
impl Carrier for Texter {
    async fn deliver(&self, message: &Message) -> Result<(), NotDelivered> {
        if self.settings.prefix_of(message.to.as_str()).is_none() {
            return Err(NotDelivered::NoWay);
        }
        let body = self.settings.template.fill(&template::Filling {
            to: message.to.as_str(),
            from: &self.settings.from,
            text: &message.text,
            id: &message.id,
        });
        let texter = self.clone();
        let posted = tokio::task::spawn_blocking(move || texter.post(&body)).await;
        posted.unwrap_or_else(|_| Err(NotDelivered::Later("the gateway is stopping".to_owned())))
    }
}

/// The value of the signature's header.
#[must_use]
pub fn signature(secret: &Secret<String>, timestamp: u64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let tag = hmac::sign(&key, format!("{timestamp}.{body}").as_bytes());
    format!("v1={}", data_encoding::HEXLOWER.encode(tag.as_ref()))
}

/// What went wrong; the client's own words may repeat an address.
fn told(error: &ureq::Error) -> NotDelivered {
    let text = if matches!(error, ureq::Error::Timeout(_)) {
        "the SMS gateway does not answer in time"
    } else if matches!(error, ureq::Error::HostNotFound) {
        "the SMS gateway's name leads nowhere that may be asked"
    } else if matches!(error, ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_)) {
        "no TLS with the SMS gateway: its certificate or protocol is not good"
    } else if matches!(error, ureq::Error::LargeResponseHeader(..)) {
        "the SMS gateway's answer is too long"
    } else {
        "the SMS gateway cannot be reached"
    };
    NotDelivered::Later(text.to_owned())
}

/// Finds addresses, but none of those that a machine only has for its neighbours: behind one of them clouds
/// keep what a machine may know about itself (A-310).
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
    fn a_signature_is_that_of_moment_and_body() {
        // The value of `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef`.
        let secret = Secret::new("0123456789abcdef".to_owned());
        let signed = signature(&secret, 1_700_000_000, r#"{"a":1}"#);
        assert_eq!(signed.len(), 3 + 64);
        assert_ne!(signed, signature(&secret, 1_700_000_001, r#"{"a":1}"#));
        assert_ne!(signed, signature(&secret, 1_700_000_000, r#"{"a":2}"#));
    }

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

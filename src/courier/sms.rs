//! Text messages through the HTTP interface of a gateway.
//!
//! Every request is signed: whoever receives it can tell that it is ours, whole and new.

mod template;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderName;
use ureq::Agent;

use super::Carrier;
use super::Message;
use super::NotDelivered;
use crate::authenticator::contact::longest_prefix;
use crate::clock::Clock;
use crate::outbound;
use crate::secret::Secret;

pub use self::template::Template;
pub use self::template::UnknownPlace;
pub use crate::outbound::signature::SIGNATURE_HEADER;
pub use crate::outbound::signature::TIMESTAMP_HEADER;
pub use crate::outbound::signature::signature;

/// The longest body of an answer that is read.
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
    /// Beginnings of the numbers that anything is sent to; none: nothing is sent.
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
        let agent = outbound::agent(settings.authorities.as_deref(), settings.timeout);
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

//! Records in requests: a body of lines of JSON, signed, so that the receiver knows that it is ours, whole and new.

use std::sync::Arc;
use std::time::Duration;

use super::NotTaken;
use crate::audit::AuditRecord;
use crate::clock::Clock;
use crate::outbound;
use crate::outbound::Agent;
use crate::outbound::signature;
use crate::secret::Secret;

/// What a body is.
const CONTENT_TYPE: &str = "application/x-ndjson";

/// How requests are sent.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are posted to.
    pub url: String,
    /// What they are signed with.
    pub secret: Secret<String>,
    /// Authorities that may have signed its certificate, in DER; none: those that browsers know.
    pub authorities: Option<Vec<Vec<u8>>>,
    /// For a whole exchange.
    pub timeout: Duration,
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        (&self.url, &self.authorities, self.timeout)
            == (&other.url, &other.authorities, other.timeout)
            && self.secret.expose() == other.secret.expose()
    }
}

impl Eq for Settings {}

/// A webhook.
#[derive(Debug)]
pub struct WebhookOutlet {
    settings: Settings,
    agent: Agent,
    clock: Arc<dyn Clock>,
}

impl WebhookOutlet {
    pub(super) fn new(settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let agent = outbound::agent(settings.authorities.as_deref(), settings.timeout);
        Self { settings, agent, clock }
    }

    pub(super) fn deliver(&self, records: &[AuditRecord]) -> Result<(), NotTaken> {
        let body = super::lines(records)?;
        let now = self.clock.wall().secs();
        let signed = signature::signature(&self.settings.secret, now, &body);
        let headers = [
            ("content-type", CONTENT_TYPE),
            (signature::TIMESTAMP_HEADER, &now.to_string()),
            (signature::SIGNATURE_HEADER, &signed),
        ];
        let posted = outbound::post(&self.agent, &self.settings.url, &headers, &body);
        posted.map_err(|why| NotTaken(format!("the webhook does not take it: {why}")))
    }
}

//! Which site a request is for.

use std::sync::Arc;

use super::Arrival;
use super::Judgement;
use super::Snapshot;
use super::Verdict;
use crate::canonical;
use crate::policy::Refusal;
use crate::site::Site;

impl Snapshot {
    /// The site of a request, with what is known of it then; or the end of it.
    #[expect(clippy::result_large_err, reason = "both are the judgement, made once")]
    pub(super) fn enter(&self, arrival: &Arrival<'_>) -> Result<(Arc<Site>, Judgement), Judgement> {
        let mut judgement = Judgement::of(Verdict::Refuse(Refusal::UnknownHost));
        let Some(host) = canonical::Host::parse(arrival.authority) else {
            judgement.verdict = Verdict::Refuse(Refusal::Host);
            return Err(judgement);
        };
        let Some(site) = self.sites.find(&host) else {
            if let Some(address) = self.by_name(&host, arrival) {
                judgement.verdict = Verdict::Elsewhere(address);
            }
            return Err(judgement);
        };
        let site = Arc::clone(site);
        judgement.site = self.entries.get(&site.name).map(Arc::clone);
        if !self.belongs(arrival.server_name, &site) {
            judgement.verdict = Verdict::Refuse(Refusal::MisdirectedHost);
            return Err(judgement);
        }
        Ok((site, judgement))
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
}

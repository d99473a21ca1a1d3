//! Who stands behind a request, by the limits of this configuration; and whether what was permitted
//! earlier would be permitted now, for streams that outlive a configuration.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;

use super::Arrival;
use super::Hearing;
use super::Judgement;
use super::Snapshot;
use super::Verdict;
use crate::canonical::CanonicalRequest;
use crate::canonical::Host;
use crate::clock::Timestamp;
use crate::directory::Directory;
use crate::directory::LiveSession;
use crate::policy::Credentials;
use crate::policy::Identity;
use crate::policy::Machine;
use crate::policy::MachineKind;
use crate::policy::Refusal;
use crate::route::Requirement;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;
use crate::session::cookie::CookieNames;
use crate::session::cookie::Found;
use crate::site::Site;

impl Snapshot {
    /// The live session on this site that the cookies name.
    pub(super) fn session_of<'a>(
        &self,
        site: &Site,
        cookie_lines: impl Iterator<Item = &'a [u8]>,
        directory: &Directory,
    ) -> Result<Option<Arc<LiveSession>>, Refusal> {
        let cookies = CookieNames::of_origin(&site.origin);
        let session = match cookies.find(CookieKind::Session, cookie_lines) {
            Found::Nothing => None,
            Found::One(value) => SessionToken::parse(value)
                .and_then(|token| directory.find_within(&token.key(), &self.sessions)),
            Found::Ambiguous => return Err(Refusal::AmbiguousCookie),
        };
        Ok(session.filter(|session| session.record.site == site.name.as_str()))
    }

    /// Who is behind a judgement's session.
    pub(super) fn identity(
        &self,
        judgement: &Judgement,
        arrival: &Arrival<'_>,
    ) -> Option<Identity> {
        judgement.session.as_ref().map(|live| Identity {
            session: Arc::clone(&live.record),
            profile: Arc::clone(&live.profile),
            excuse: live.excuse(&self.rulebook, arrival.client.address, arrival.now),
            factors: live.shortfall(&self.rulebook, arrival.client.address, arrival.now).into(),
        })
    }

    /// Whether what was forwarded under another configuration, or a while ago, would be forwarded now: from
    /// its address, for the same session or machine, with its site and route as they are.
    #[must_use]
    pub fn still_permits(&self, earlier: &Earlier<'_>, now: Timestamp) -> bool {
        let client = self.locate(earlier.client);
        if self.connections.fence.keeps_out(&client).is_some() {
            return false;
        }
        let Some(site) = self.sites.find(&earlier.request.host) else { return false };
        let site = Arc::clone(site);
        let mut judgement = Judgement::of(Verdict::Refuse(Refusal::UnknownHost));
        judgement.site = self.entries.get(&site.name).map(Arc::clone);
        let session = earlier.session.filter(|session| session.record.site == site.name.as_str());
        judgement.session = session.map(Arc::clone);
        let token = earlier.machine.filter(|machine| machine.kind == MachineKind::ServiceToken);
        let headers = HeaderMap::new();
        let arrival = Arrival {
            method: &earlier.request.method,
            authority: earlier.request.host.as_str(),
            target: "",
            server_name: None,
            headers: &headers,
            client: &client,
            credentials: Credentials { token, certificate: earlier.certificate },
            now,
        };
        let identity = self.identity(&judgement, &arrival);
        let mut hearing = Hearing { arrival: &arrival, identity, watch: &mut |_| {} };
        let judged = self.decide(&site, earlier.request.clone(), &mut hearing, judgement);
        matches!(judged.verdict, Verdict::Forward(_))
    }

    /// The sites on which time alone can end what was permitted.
    #[must_use]
    pub fn timed_sites(&self) -> Vec<&Arc<Site>> {
        let is_timed = |site: &&Arc<Site>| site.routes.requirements().any(Requirement::is_timed);
        self.sites.iter().filter(is_timed).collect()
    }

    /// Whether a request for this host belongs to one of these sites; one that is nobody's does too, since it
    /// is not permitted.
    #[must_use]
    pub fn is_of(&self, host: &Host, sites: &[&Arc<Site>]) -> bool {
        self.sites.find(host).is_none_or(|site| sites.iter().any(|one| Arc::ptr_eq(one, site)))
    }
}

/// Something that was forwarded earlier, and lasts.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// The request.
    pub request: &'a CanonicalRequest,
    /// Where it came from.
    pub client: IpAddr,
    /// The session it came with.
    pub session: Option<&'a Arc<LiveSession>>,
    /// The machine it was permitted to.
    pub machine: Option<&'a Machine>,
    /// The machine that its client's certificate stands for at this time.
    pub certificate: Option<&'a Machine>,
}

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
use crate::area::Whereabouts;
use crate::authenticator::AuthenticatorKind;
use crate::canonical::CanonicalRequest;
use crate::canonical::Host;
use crate::clock::Timestamp;
use crate::directory::Directory;
use crate::directory::LiveSession;
use crate::federation::Stated;
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
use crate::trusted_header::Given;
use crate::trusted_header::SecondFactor;
use crate::trusted_header::Statement;
use crate::trusted_header::TrustedHeader;

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
            excuse: live
                .excuse(&self.rulebook, arrival.client.address, arrival.now)
                .or_of_site(judgement.site.as_ref().map(|entry| &*entry.site), &live.record),
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
        let session = earlier.session.filter(|session| {
            session.record.site == site.name.as_str() && is_believed(session, &site, earlier.peer)
        });
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
            stated: &Stated::Elsewhere,
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

/// Holds a session against what the site's sign-on says of the request: it is whose name is stated, and nobody else's, and
/// of them it says what it said. Anything else ends it, and so does a sign-on that names nobody; a request that did not
/// come by way of it has none.
pub(super) fn heed(site: &Site, stated: &Stated, judgement: &mut Judgement) -> Result<(), Refusal> {
    let goes_on = |session: &LiveSession| {
        let is_stated = match (site.trusted_header(), stated) {
            (Some(_), Stated::Person(statement)) => is_as_stated(session, statement),
            (Some(_), _) => false,
            // What a sign-on said here before, nobody says any more.
            (None, _) => true,
        };
        is_stated && is_trusted(session, site)
    };
    match (site.trusted_header(), stated) {
        (Some(_), Stated::Unclear) => return Err(Refusal::StatementUnclear),
        (Some(_), Stated::Elsewhere) => judgement.session = None,
        (_, _) => judgement.superseded = judgement.session.take_if(|session| !goes_on(session)),
    }
    Ok(())
}

/// Whether what a sign-on said of a session is still believed of what came from this peer.
fn is_believed(session: &LiveSession, site: &Site, peer: Option<IpAddr>) -> bool {
    let hears = |trusted: &Arc<TrustedHeader>| {
        peer.is_some_and(|peer| trusted.believes(&Whereabouts::of(peer)))
    };
    is_trusted(session, site) && site.trusted_header().is_none_or(hears)
}

/// Whether the site still takes the word of whoever let the session in.
fn is_trusted(session: &LiveSession, site: &Site) -> bool {
    let says = |kind| session.record.kind_time(kind).is_some();
    let trusted = site.trusted_header();
    let mfa = trusted.is_some_and(|it| matches!(it.second_factor, SecondFactor::TrustAmr(_)));
    site.is_vouched_for() == says(AuthenticatorKind::Federated)
        && (mfa || !says(AuthenticatorKind::FederatedMfa))
}

/// Whether a session is that of the person who is named, as they are now. Who was let in by a second factor there gives it
/// every time; and who gives it for the first time need not give one here.
fn is_as_stated(session: &LiveSession, statement: &Statement) -> bool {
    let record = &session.record;
    let is_proved = match statement.second_factor {
        Given::No => record.kind_time(AuthenticatorKind::FederatedMfa).is_none(),
        Given::Yes => record.has_second_factor(),
    };
    let profile = &session.profile;
    is_proved && statement.login == profile.login && statement.profile.agrees_with(profile)
}

/// Something that was forwarded earlier, and lasts.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// The request.
    pub request: &'a CanonicalRequest,
    /// Where it came from.
    pub client: IpAddr,
    /// The other end of its connection; none: it was announced, and nobody saw it.
    pub peer: Option<IpAddr>,
    /// The session it came with.
    pub session: Option<&'a Arc<LiveSession>>,
    /// The machine it was permitted to.
    pub machine: Option<&'a Machine>,
    /// The machine that its client's certificate stands for at this time.
    pub certificate: Option<&'a Machine>,
}

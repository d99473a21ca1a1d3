//! What a request may do, and for a `COPY` or `MOVE` also where to (RFC 4918 §9.8, §9.9).

use http::HeaderMap;
use http::Method;

use super::Arrival;
use super::PathClaim;
use super::Snapshot;
use super::Verdict;
use super::token;
use crate::canonical;
use crate::canonical::CanonicalPath;
use crate::canonical::CanonicalRequest;
use crate::canonical::NotCanonical;
use crate::directory::TokenUse;
use crate::policy;
use crate::policy::Decision;
use crate::policy::Facts;
use crate::policy::Refusal;
use crate::site::Site;

impl Snapshot {
    /// The verdict on a request whose route and facts are known.
    pub(super) fn conclude(
        &self,
        mut facts: Facts<'_>,
        request: &CanonicalRequest,
        arrival: &Arrival<'_>,
        used: Option<&TokenUse>,
    ) -> Verdict {
        match policy::evaluate(&facts) {
            Decision::Forward(permit) if !moves(&request.method) => Verdict::Forward(permit),
            Decision::Forward(_) => {
                let destination = only_destination(arrival.headers);
                let site: &Site = facts.site;
                let there = match self.destination(site, destination) {
                    Ok(path) => path,
                    Err(refusal) => return Verdict::Refuse(refusal),
                };
                for (path, method) in acts(request, &there) {
                    let is_covered = |used| {
                        let client = arrival.client.address;
                        token::covers(used, site, (path, method), client).is_ok()
                    };
                    if !used.is_none_or(is_covered) {
                        return Verdict::Refuse(Refusal::Destination);
                    }
                    let readings = path.other_readings();
                    for segments in readings.iter().map(Vec::as_slice).chain([path.segments()]) {
                        facts.demanded.and_all(&site.routes.find(segments, method).demanded);
                        // A collection comes with all that is in it (RFC 4918 §9.8.3, §9.9.2).
                        site.routes.below(segments).for_each(|inside| facts.demanded.and(inside));
                    }
                }
                match policy::evaluate(&facts) {
                    Decision::Forward(permit) => Verdict::Forward(permit),
                    Decision::Challenge(_) | Decision::Refuse(_) => {
                        Verdict::Refuse(Refusal::Destination)
                    }
                }
            }
            Decision::Challenge(demand) => Verdict::Challenge(demand),
            Decision::Refuse(refusal) => Verdict::Refuse(refusal),
        }
    }

    /// The place to which a `COPY` or `MOVE` writes: a path of this site, by itself or with scheme and host,
    /// which is judged as a request for it would be.
    fn destination(
        &self,
        site: &Site,
        destination: Option<&str>,
    ) -> Result<CanonicalPath, Refusal> {
        let text = destination.ok_or(Refusal::PathForbidden)?;
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let path = match rest {
            None => text,
            Some(rest) => {
                let (authority, path) = rest
                    .split_at_checked(rest.find('/').ok_or(Refusal::PathForbidden)?)
                    .ok_or(Refusal::PathForbidden)?;
                let host = canonical::Host::parse(authority).ok_or(Refusal::PathForbidden)?;
                if self.sites.find(&host).is_none_or(|other| other.name != site.name) {
                    return Err(Refusal::Destination);
                }
                path
            }
        };
        let path = CanonicalPath::parse(path)
            .map_err(|error| Refusal::from(&NotCanonical::Path(error)))?;
        if !matches!(self.portal_claims(&path), PathClaim::NotOurs) {
            return Err(Refusal::Destination);
        }
        Ok(path)
    }
}

/// Whether a method acts on two places.
pub(super) fn moves(method: &Method) -> bool {
    matches!(method.as_str(), "COPY" | "MOVE")
}

/// What a `COPY` or `MOVE` does: it reads one place and writes another, and a `MOVE` deletes the first.
fn acts<'r>(
    request: &'r CanonicalRequest,
    there: &'r CanonicalPath,
) -> Vec<(&'r CanonicalPath, &'r Method)> {
    let here = &request.path;
    let mut acts = vec![(here, &Method::GET), (there, &request.method), (there, &Method::PUT)];
    if request.method.as_str() == "MOVE" {
        acts.push((here, &Method::DELETE));
    }
    acts
}

/// The one `Destination` field of a request; with several there is none.
fn only_destination(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all("destination").iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

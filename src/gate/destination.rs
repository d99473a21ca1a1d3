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
        arrival: &Arrival<'_>,
        used: Option<&TokenUse>,
    ) -> Verdict {
        match policy::evaluate(&facts) {
            Decision::Forward(permit) if !matches!(arrival.method.as_str(), "COPY" | "MOVE") => {
                Verdict::Forward(permit)
            }
            Decision::Forward(_) => {
                let destination = only_destination(arrival.headers);
                let site: &Site = facts.site;
                let path = match self.destination(site, destination) {
                    Ok(path) => path,
                    Err(refusal) => return Verdict::Refuse(refusal),
                };
                let readings = path.other_readings();
                for method in [arrival.method, &Method::PUT] {
                    let is_covered = |used| {
                        let client = arrival.client.address;
                        token::covers(used, site, (&path, method), client).is_ok()
                    };
                    if !used.is_none_or(is_covered) {
                        return Verdict::Refuse(Refusal::Destination);
                    }
                    for segments in readings.iter().map(Vec::as_slice).chain([path.segments()]) {
                        facts.demanded.and_all(&site.routes.find(segments, method).demanded);
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
    /// which is judged as a request for it would be, by its own method and as a `PUT`.
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

/// The one `Destination` field of a request; with several there is none.
fn only_destination(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all("destination").iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

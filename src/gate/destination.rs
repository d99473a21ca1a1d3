//! What a request may do, and for a `COPY` or `MOVE` also where to (RFC 4918 §9.8, §9.9).

use http::HeaderMap;
use http::Method;

use super::Arrival;
use super::Claim;
use super::Snapshot;
use super::Verdict;
use crate::canonical;
use crate::canonical::CanonicalPath;
use crate::canonical::NotCanonical;
use crate::policy;
use crate::policy::Decision;
use crate::policy::Facts;
use crate::policy::Refusal;
use crate::route::Demanded;
use crate::site::Site;

impl Snapshot {
    /// The verdict on a request whose route and facts are known.
    pub(super) fn conclude(&self, mut facts: Facts<'_>, arrival: &Arrival<'_>) -> Verdict {
        match policy::evaluate(&facts) {
            Decision::Forward(permit) if !matches!(arrival.method.as_str(), "COPY" | "MOVE") => {
                Verdict::Forward(permit)
            }
            Decision::Forward(_) => {
                let destination = only_destination(arrival.headers);
                let site: &Site = facts.site;
                match self.destination(site, arrival.method, destination) {
                    Ok(there) => there.iter().for_each(|there| facts.demanded.and_all(there)),
                    Err(refusal) => return Verdict::Refuse(refusal),
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

    /// What the place asks for to which a `COPY` or `MOVE` writes: a path of this site, by itself or with
    /// scheme and host, judged as a request for it would be, by its own method and as a `PUT`.
    fn destination<'s>(
        &self,
        site: &'s Site,
        method: &Method,
        destination: Option<&str>,
    ) -> Result<Vec<Demanded<'s>>, Refusal> {
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
        if !matches!(self.portal_claims(&path), Claim::NotOurs) {
            return Err(Refusal::Destination);
        }
        let mut asked = Vec::new();
        let readings = path.other_readings();
        for segments in readings.iter().map(Vec::as_slice).chain([path.segments()]) {
            for method in [method, &Method::PUT] {
                asked.push(site.routes.find(segments, method).demanded);
            }
        }
        Ok(asked)
    }
}

/// The one `Destination` field of a request; with several there is none.
fn only_destination(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all("destination").iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

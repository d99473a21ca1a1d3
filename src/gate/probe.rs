//! What a console is asked before somebody is signed in, to learn whether their password is right: judged like a request
//! of theirs to that path.

use std::sync::Arc;

use super::Snapshot;
use crate::area::Whereabouts;
use crate::canonical;
use crate::clock::Timestamp;
use crate::console_login::basic::ProbeRequest;
use crate::policy;
use crate::policy::Credentials;
use crate::policy::Decision;
use crate::policy::Facts;
use crate::policy::Initiator;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::policy::Threshold;
use crate::site::Site;

impl Snapshot {
    /// A permit for a probe, in nobody's name, for somebody who is there.
    ///
    /// # Errors
    /// Why there is none: they may not come to that path, or no person may.
    pub fn permit_probe(
        &self,
        site: &Arc<Site>,
        probe: &ProbeRequest,
        (client, now): (&Whereabouts, Timestamp),
    ) -> Result<Permit, Refusal> {
        if let Some(kept) = site.fence.keeps_out(client) {
            return Err(Refusal::from(kept));
        }
        let request = canonical::parse(&probe.method, site.authority(), &probe.target);
        let request = request.map_err(|error| Refusal::from(&error))?;
        let found = site.routes.find(request.path.segments(), &request.method);
        let facts = Facts {
            site,
            demanded: found.demanded,
            client,
            identity: None,
            credentials: Credentials::default(),
            initiator: Initiator::Here,
            threshold: Threshold::Before,
            now,
        };
        match policy::evaluate(&facts) {
            Decision::Forward(permit) => Ok(permit),
            Decision::Challenge(_) => Err(Refusal::MachineOnly),
            Decision::Refuse(refusal) => Err(refusal),
        }
    }
}

//! Whether the password alone leads to where a person is going: where the prompt is waived, nobody is asked for
//! a code that nothing needs (S1.28).
//!
//! It only spares people a page. Whether a request passes is the gate's to say, when it comes.

use http::Method;

use crate::canonical::CanonicalPath;
use crate::directory::LiveSession;
use crate::policy;
use crate::policy::Credentials;
use crate::policy::Facts;
use crate::policy::Identity;
use crate::policy::Initiator;
use crate::policy::Principal;
use crate::policy::Standing;
use crate::policy::Threshold;
use crate::portal::turn::Turn;

/// Whether a request of this session for a path and query of the console would be forwarded in the person's name.
pub(crate) fn suffices(turn: &Turn, session: &LiveSession, method: &Method, target: &str) -> bool {
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    let Ok(path) = CanonicalPath::parse(path) else {
        return false;
    };
    let site = &turn.asking.site;
    let facts = Facts {
        site,
        demanded: site.routes.find(path.segments(), method).demanded,
        client: &turn.asking.client,
        identity: Some(Identity {
            session: session.record.clone(),
            profile: session.profile.clone(),
            excuse: turn.excuse(session),
            factors: turn.shortfall(session).into(),
        }),
        credentials: Credentials::default(),
        initiator: Initiator::Here,
        threshold: Threshold::Inside,
        now: turn.core.clock.now(),
    };
    facts.demanded.iter().all(|requirement| {
        let standing = policy::examine(requirement, &facts, &mut |_| {});
        matches!(standing, Standing::Holds(Principal::Person(_)))
    })
}

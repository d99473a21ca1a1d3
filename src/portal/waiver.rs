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
use crate::policy::Refusal;
use crate::policy::Standing;
use crate::policy::Threshold;
use crate::portal::turn::Turn;

/// Whether a request of this session for a path and query of the console would be forwarded in the person's name.
pub(crate) fn suffices(turn: &Turn, session: &LiveSession, method: &Method, target: &str) -> bool {
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    matches!(standing(turn, session, method, path), Standing::Holds(Principal::Person(_)))
}

/// How a request of this session for a path of the console stands towards what is asked there.
pub(crate) fn standing(
    turn: &Turn,
    session: &LiveSession,
    method: &Method,
    path: &str,
) -> Standing {
    let Ok(path) = CanonicalPath::parse(path) else {
        return Standing::Fails(Refusal::PathForbidden);
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
    let mut least: Option<Standing> = None;
    for requirement in facts.demanded.iter() {
        let standing = policy::examine(requirement, &facts, &mut |_| {});
        least = Some(match (least, standing) {
            (None | Some(Standing::Holds(Principal::Person(_))), standing) => standing,
            (Some(fails @ Standing::Fails(_)), _) | (_, fails @ Standing::Fails(_)) => fails,
            (Some(Standing::Needs(a)), Standing::Needs(b)) => Standing::Needs(a.max(b)),
            (Some(needs @ Standing::Needs(_)), _) | (_, needs @ Standing::Needs(_)) => needs,
            (Some(holds @ Standing::Holds(_)), Standing::Holds(_)) => holds,
        });
    }
    least.unwrap_or(Standing::Fails(Refusal::Internal))
}

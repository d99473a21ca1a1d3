//! Rules that are only rehearsed: decided beside the ones in force, logged and counted, held against nobody.

use std::sync::Arc;

use serde::Serialize;

use super::Judgement;
use super::Verdict;
use crate::area::Whereabouts;
use crate::policy;
use crate::policy::Credentials;
use crate::policy::Decision;
use crate::policy::Facts;
use crate::policy::Machine;
use crate::policy::Refusal;
use crate::route::Demanded;
use crate::route::Requirement;
use crate::site::Site;

/// What would be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rehearsed {
    /// `forward`, `challenge` or `refuse`.
    pub decision: &'static str,
    /// What would be asked for, or why it would be refused; empty: it would pass.
    pub reason: &'static str,
}

impl Rehearsed {
    /// Whether it would pass.
    #[must_use]
    pub const fn passes(self) -> bool {
        self.reason.is_empty()
    }
}

/// What a route's rehearsal says. A token that came along counts for it, though nothing in force asks for one.
pub(super) fn route(
    rehearsal: &Requirement,
    facts: &Facts<'_>,
    token: Option<&Machine>,
) -> Rehearsed {
    let token = facts.credentials.token.or(token);
    let credentials = Credentials { token, ..facts.credentials };
    let demanded = Demanded::of(rehearsal);
    let facts = Facts { demanded, credentials, ..facts.clone() };
    let (decision, reason) = policy::evaluate(&facts).name();
    Rehearsed { decision, reason }
}

/// Lets a site's rehearsed fence have its say, and keeps of a rehearsal only what would change something.
pub(super) fn fence(site: &Arc<Site>, client: &Whereabouts, judgement: &mut Judgement) {
    if !matches!(judgement.verdict, Verdict::Forward(_) | Verdict::Portal) {
        judgement.rehearsed = None;
    } else if let Some(kept) = site.rehearsed_fence.keeps_out(client) {
        let reason = Refusal::from(kept).name();
        judgement.rehearsed = Some(Rehearsed { decision: "refuse", reason });
    } else if judgement.rehearsed.is_none() && !site.rehearsed_fence.is_open() {
        judgement.rehearsed = Some(Rehearsed { decision: Decision::FORWARD, reason: "" });
    }
}

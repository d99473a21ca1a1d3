//! What would be done with a request that nobody has sent: judged by the code that judges those that were
//! sent, for somebody who is said to be signed in.

use std::sync::Arc;

use super::Arrival;
use super::Judgement;
use super::Snapshot;
use super::Verdict;
use super::verdict::not_canonical;
use crate::authenticator::Held;
use crate::canonical;
use crate::enforcement::Person;
use crate::policy::Excuse;
use crate::policy::Factors;
use crate::policy::Facts;
use crate::policy::Identity;
use crate::policy::Principal;
use crate::policy::Refusal;
use crate::route::Proof;
use crate::route::Requirement;
use crate::route::Route;
use crate::session::SessionRecord;
use crate::site::Site;
use crate::subject::Profile;
use crate::subject::terms::Terms;

/// Whom a request is said to come from. No cookie has to prove it, so nothing is ever forwarded for it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What was proved, and when; the site is put in.
    pub session: SessionRecord,
    /// The account's profile.
    pub profile: Profile,
    /// What an operator asks of the account besides the configuration.
    pub terms: Terms,
    /// The second factors it has.
    pub held: Held,
}

/// What a decision is made from, for those who want to know why.
#[derive(Clone, Copy, Debug)]
pub struct Insight<'i> {
    /// The route; none: the site's default.
    pub route: Option<&'i Route>,
    /// What is rehearsed there.
    pub rehearsal: Option<&'i Requirement>,
    /// What the requirements are held against.
    pub facts: &'i Facts<'i>,
}

/// A request at the gate: what came, who is behind it, and who watches.
pub(super) struct Hearing<'h> {
    /// What came.
    pub(super) arrival: &'h Arrival<'h>,
    /// Who is behind it.
    pub(super) identity: Option<Identity>,
    /// Sees what the decision is made from.
    pub(super) watch: &'h mut dyn FnMut(Insight<'_>),
}

impl Snapshot {
    /// Judges a request as [`Snapshot::judge`] would, did a cookie name a session like the one claimed; a
    /// service token is given by the arrival. Nobody proved who they are, so there is no permit in the answer.
    #[must_use]
    pub fn foresee(
        &self,
        arrival: &Arrival<'_>,
        claim: Option<&Claim>,
        watch: &mut dyn FnMut(Insight<'_>),
    ) -> Judgement<Principal> {
        let (site, mut judgement) = match self.enter(arrival) {
            Ok(entered) => entered,
            Err(judgement) => return judgement.without_permit(),
        };
        let request = match canonical::parse(arrival.method, arrival.authority, arrival.target) {
            Ok(request) => request,
            Err(error) => {
                judgement.verdict = not_canonical(&error, arrival);
                return judgement.without_permit();
            }
        };
        let identity = claim.map(|claim| {
            let session =
                SessionRecord { site: site.name.as_str().to_owned(), ..claim.session.clone() };
            self.claimed(claim, (&site, session), arrival)
        });
        let mut in_vain = arrival.credentials.token.is_some();
        let mut seen = |insight: Insight<'_>| {
            in_vain &= !insight.facts.demanded.iter().any(asks_for_a_token);
            watch(insight);
        };
        let mut hearing = Hearing { arrival, identity, watch: &mut seen };
        let mut judged = self.decide(&site, request, &mut hearing, judgement);
        if in_vain && matches!(judged.verdict, Verdict::Challenge(_)) {
            judged.verdict = Verdict::Refuse(Refusal::TokenScope);
        }
        judged.without_permit()
    }
}

impl Snapshot {
    /// What the gate would know of somebody with such a session.
    fn claimed(
        &self,
        claim: &Claim,
        (site, session): (&Site, SessionRecord),
        arrival: &Arrival<'_>,
    ) -> Identity {
        let person = Person {
            site: &session.site,
            profile: &claim.profile,
            terms: &claim.terms,
            client: Some(arrival.client.address),
        };
        let (excuse, factors) = if session.enrolled {
            let short = self.rulebook.shortfall(&person, claim.held, arrival.now);
            (Excuse::None, Factors::from(short))
        } else {
            let duty = self.rulebook.asked(&person).duty(arrival.now);
            (Excuse::unenrolled(duty), Factors::Enough)
        };
        let excuse = excuse.or_of_site(Some(site), &session);
        let profile = Arc::new(claim.profile.clone());
        Identity { session: Arc::new(session), profile, excuse, factors }
    }
}

/// Whether a service token could satisfy a requirement.
pub(super) fn asks_for_a_token(requirement: &Requirement) -> bool {
    requirement.alternatives().iter().any(|one| one.proof == Proof::ServiceToken)
}

#[cfg(test)]
mod tests;

//! What the gate says about a request, and what it learnt on the way.

use std::sync::Arc;

use http::Method;

use super::Arrival;
use super::Rehearsed;
use super::ShownToken;
use super::SiteEntry;
use crate::canonical::CanonicalRequest;
use crate::canonical::NotCanonical;
use crate::canonical::PathError;
use crate::directory::LiveSession;
use crate::policy::Demand;
use crate::policy::Initiator;
use crate::policy::Permit;
use crate::policy::Principal;
use crate::policy::Refusal;

/// What the gate says, and what it learnt on the way. About a request that was sent it holds a permit, about
/// one that is only foreseen never.
#[derive(Clone, Debug)]
pub struct Judgement<P = Permit> {
    /// The site, once the host was understood.
    pub site: Option<Arc<SiteEntry>>,
    /// The canonical request, once there is one.
    pub request: Option<CanonicalRequest>,
    /// The name of the route that decided.
    pub route: String,
    /// The live session behind the cookie.
    pub session: Option<Arc<LiveSession>>,
    /// A session that is not its sender's any more, by the site's sign-on: it is to end.
    pub superseded: Option<Arc<LiveSession>>,
    /// The service token that is shown.
    pub token: ShownToken,
    /// What is to be done.
    pub verdict: Verdict<P>,
    /// What would be done by rules that are only rehearsed, where they have anything to say about it.
    pub rehearsed: Option<Rehearsed>,
}

/// What is to be done with a request.
#[derive(Clone, Debug)]
pub enum Verdict<P = Permit> {
    /// Ask the console.
    Forward(P),
    /// Ask for proof.
    Challenge(Demand),
    /// Ask the console whether it lets somebody in.
    Login(P),
    /// A built-in page.
    Portal,
    /// Send a browser to the canonical spelling of the same path.
    Redirect(String),
    /// Send everybody to the same target under the site's own name: an address that never changes
    /// and that no request can choose.
    Elsewhere(String),
    /// No.
    Refuse(Refusal),
}

impl<P> Verdict<P> {
    /// The same about something else that is forwarded.
    pub fn map<Q>(self, forwarded: impl FnOnce(P) -> Q) -> Verdict<Q> {
        match self {
            Self::Forward(permit) => Verdict::Forward(forwarded(permit)),
            Self::Challenge(demand) => Verdict::Challenge(demand),
            Self::Login(permit) => Verdict::Login(forwarded(permit)),
            Self::Portal => Verdict::Portal,
            Self::Redirect(target) => Verdict::Redirect(target),
            Self::Elsewhere(address) => Verdict::Elsewhere(address),
            Self::Refuse(refusal) => Verdict::Refuse(refusal),
        }
    }

    /// Its name in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Forward(_) => "forward",
            Self::Challenge(_) => "challenge",
            Self::Login(_) => "login",
            Self::Portal => "portal",
            Self::Redirect(_) => "redirect",
            Self::Elsewhere(_) => "elsewhere",
            Self::Refuse(_) => "refuse",
        }
    }
}

impl Judgement {
    /// The same without the permit: nothing can be forwarded for what is only foreseen.
    pub(super) fn without_permit(self) -> Judgement<Principal> {
        Judgement {
            site: self.site,
            request: self.request,
            route: self.route,
            session: self.session,
            superseded: self.superseded,
            token: self.token,
            verdict: self.verdict.map(|permit| permit.principal().clone()),
            rehearsed: self.rehearsed,
        }
    }

    /// Nothing known yet but this.
    pub(super) const fn of(verdict: Verdict) -> Self {
        Self {
            site: None,
            request: None,
            route: String::new(),
            session: None,
            superseded: None,
            token: ShownToken::Nothing,
            verdict,
            rehearsed: None,
        }
    }
}

/// What becomes of a login at the console: it is sent there, unless another site's page made the browser send it. A
/// program that may come there anyway is none.
pub(super) fn of_login(verdict: Verdict, initiator: Initiator) -> Verdict {
    match verdict {
        Verdict::Forward(permit) if permit.machine().is_none() => match initiator {
            Initiator::Here => Verdict::Login(permit),
            Initiator::Elsewhere => Verdict::Refuse(Refusal::CrossSite),
        },
        other @ (Verdict::Forward(_)
        | Verdict::Login(_)
        | Verdict::Challenge(_)
        | Verdict::Portal
        | Verdict::Redirect(_)
        | Verdict::Elsewhere(_)
        | Verdict::Refuse(_)) => other,
    }
}

/// What becomes of a request without a canonical form: only a browser's path is spelled anew, by itself.
pub(super) fn not_canonical(error: &NotCanonical, arrival: &Arrival<'_>) -> Verdict {
    match error {
        NotCanonical::Path(PathError::NotCanonical(spelling))
            if arrival.method == Method::GET && !spelling.starts_with("//") =>
        {
            let query = arrival.target.split_once('?').map(|(_, query)| query);
            Verdict::Redirect(query.map_or_else(|| spelling.clone(), |q| format!("{spelling}?{q}")))
        }
        NotCanonical::Method | NotCanonical::Host | NotCanonical::Query | NotCanonical::Path(_) => {
            Verdict::Refuse(Refusal::from(error))
        }
    }
}

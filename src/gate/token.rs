//! The service token that a request shows: found before the route is known, and judged by its scope
//! wherever anything is asked for. One that is not good is never taken for none.

use std::net::IpAddr;

use http::HeaderMap;
use http::Method;
use serde::Serialize;

use super::Arrival;
use super::Verdict;
use super::foresee;
use crate::canonical::CanonicalPath;
use crate::canonical::CanonicalRequest;
use crate::directory::Directory;
use crate::directory::TokenUse;
use crate::policy::Refusal;
use crate::route::Demanded;
use crate::service_token::Asked;
use crate::service_token::OutOfScope;
use crate::service_token::Presented;
use crate::site::Site;
use crate::throttle::Charge;

/// What a request shows.
#[derive(Clone, Debug, Default)]
pub enum ShownToken {
    /// No token.
    #[default]
    Nothing,
    /// One that is good: for what, its scope says.
    Good(TokenUse),
    /// One that is not, for this request.
    Bad(BadToken),
}

/// Why a token was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadToken {
    /// The public part of what was shown, when it has the form of a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// In a word.
    pub reason: &'static str,
}

impl ShownToken {
    /// What these headers show.
    pub(super) fn of(headers: &HeaderMap, directory: &Directory) -> Self {
        let text = match Presented::of(headers) {
            Presented::Nothing => return Self::Nothing,
            Presented::Malformed => {
                return Self::Bad(BadToken { id: None, reason: "malformed" });
            }
            Presented::One(text) => text,
        };
        match directory.tokens().find(&text) {
            Ok(used) => Self::Good(used),
            Err(why) => Self::Bad(BadToken { id: Some(text.id().to_string()), reason: why.name() }),
        }
    }

    /// The good token, for a request that asks for something.
    ///
    /// # Errors
    /// What is shown is not good, or not for this.
    pub(super) fn admit(
        &mut self,
        site: &Site,
        request: &CanonicalRequest,
        client: IpAddr,
    ) -> Result<Option<TokenUse>, Refusal> {
        let used = match self {
            Self::Nothing => return Ok(None),
            Self::Bad(_) => return Err(Refusal::TokenInvalid),
            Self::Good(used) => used.clone(),
        };
        match covers(&used, site, (&request.path, &request.method), client) {
            Ok(()) => Ok(Some(used)),
            Err(why) => Err(self.out_of_scope(why.name())),
        }
    }

    /// The good token for a request, whether it asks for one or not: for rules that are only rehearsed.
    pub(super) fn covering(
        &self,
        site: &Site,
        request: &CanonicalRequest,
        client: IpAddr,
    ) -> Option<&TokenUse> {
        let Self::Good(used) = self else { return None };
        covers(used, site, (&request.path, &request.method), client).ok().map(|()| used)
    }

    /// Nothing asks for a token there, and without one the request does not pass either.
    pub(super) fn not_asked_for(&mut self, demanded: &Demanded<'_>, verdict: Verdict) -> Verdict {
        let is_in_vain = matches!((&verdict, &self), (Verdict::Challenge(_), Self::Good(_)))
            && !demanded.iter().any(foresee::asks_for_a_token);
        if is_in_vain { Verdict::Refuse(self.out_of_scope("route")) } else { verdict }
    }

    fn out_of_scope(&mut self, reason: &'static str) -> Refusal {
        if let Self::Good(used) = self {
            let id = Some(used.token.record.id.to_string());
            *self = Self::Bad(BadToken { id, reason });
        }
        Refusal::TokenScope
    }
}

/// Whether a token is good for a path and method of a site.
pub(super) fn covers(
    used: &TokenUse,
    site: &Site,
    (path, method): (&CanonicalPath, &Method),
    client: IpAddr,
) -> Result<(), OutOfScope> {
    let site = site.name.as_str();
    used.token.record.serves_console(&Asked { site, path, method, client })
}

/// Who shows wrong tokens again and again has to wait.
pub(super) fn throttle(verdict: Verdict, arrival: &Arrival<'_>, directory: &Directory) -> Verdict {
    if !matches!(verdict, Verdict::Refuse(Refusal::TokenInvalid)) {
        return verdict;
    }
    match directory.tokens().charge_wrong(arrival.client.address) {
        Charge::Granted => verdict,
        Charge::Wait(_) | Charge::Disabled => Verdict::Refuse(Refusal::Throttled),
    }
}

//! Who stands behind a request, by the limits of this configuration; and whether what was permitted
//! earlier would be permitted now, for streams that outlive a configuration.

use std::sync::Arc;

use super::Judgement;
use super::Snapshot;
use super::Verdict;
use crate::canonical::CanonicalRequest;
use crate::directory::Directory;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;
use crate::session::cookie::CookieNames;
use crate::session::cookie::Found;
use crate::site::Site;

impl Snapshot {
    /// The live session on this site that the cookies name.
    pub(super) fn session_of<'a>(
        &self,
        site: &Site,
        cookie_lines: impl Iterator<Item = &'a [u8]>,
        directory: &Directory,
    ) -> Result<Option<Arc<LiveSession>>, Refusal> {
        let cookies = CookieNames::of_origin(&site.origin);
        let session = match cookies.find(CookieKind::Session, cookie_lines) {
            Found::Nothing => None,
            Found::One(value) => SessionToken::parse(value)
                .and_then(|token| directory.find_within(&token.key(), &self.sessions)),
            Found::Ambiguous => return Err(Refusal::AmbiguousCookie),
        };
        Ok(session.filter(|session| session.record.site == site.name.as_str()))
    }

    /// Whether a request that was forwarded under another configuration would be forwarded under this
    /// one, for the same session: its site and route are there, and ask for no more than it has proved.
    #[must_use]
    pub fn still_permits(
        &self,
        request: &CanonicalRequest,
        session: Option<&Arc<LiveSession>>,
    ) -> bool {
        let Some(site) = self.sites.find(&request.host) else { return false };
        let site = Arc::clone(site);
        let judgement = Judgement {
            site: self.entries.get(&site.name).map(Arc::clone),
            request: None,
            route: String::new(),
            session: session.filter(|s| s.record.site == site.name.as_str()).map(Arc::clone),
            verdict: Verdict::Refuse(Refusal::UnknownHost),
        };
        let judged = self.decide(&site, request.clone(), None, judgement);
        matches!(judged.verdict, Verdict::Forward(_))
    }
}

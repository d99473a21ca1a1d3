//! The proof that a request was decided upon: without it there is no upstream.

use std::sync::Arc;

use super::Identity;
use crate::site::Site;

/// Evidence that a request may be forwarded to its site. Made only by [`evaluate`](super::evaluate).
#[derive(Clone, Debug)]
pub struct Permit {
    site: Arc<Site>,
    identity: Option<Identity>,
}

impl Permit {
    pub(super) fn anonymous(site: &Arc<Site>) -> Self {
        Self { site: Arc::clone(site), identity: None }
    }

    pub(super) fn identified(site: &Arc<Site>, identity: Identity) -> Self {
        Self { site: Arc::clone(site), identity: Some(identity) }
    }

    /// The site whose console may be asked.
    #[must_use]
    pub const fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// Who is asking; none on an open route, whatever cookie was sent.
    #[must_use]
    pub const fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }
}

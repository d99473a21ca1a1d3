//! Browsers in which an account signed in before, with its second factor: there its owner is not kept
//! out by what others try elsewhere. The gateway keeps nothing for it; the browser carries it,
//! sealed together with its own id.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

use crate::ceremony::KnownBrowser;
use crate::directory::LiveSession;
use crate::portal::Asking;
use crate::portal::Core;
use crate::portal::seal::Content;
use crate::portal::sign_in;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::subject::SubjectId;

/// How long a browser stays known after a sign-in.
pub(crate) const LIFETIME: Duration = Duration::from_hours(90 * 24);

/// The account that this browser is known to. A seal that was changed, is too old, or belongs to
/// another browser or site is none.
pub(crate) fn of(core: &Core, asking: &Asking, visitor: &Visitor) -> Option<KnownBrowser> {
    let binding = [asking.site.name.as_str(), visitor.id()];
    let plain = core.sealer.open(Content::KnownBrowser, &binding, visitor.known()?)?;
    let subject = std::str::from_utf8(&plain).ok()?.to_owned();
    Some(KnownBrowser {
        subject: SubjectId::from_stored(subject),
        browser: visitor.id().to_owned(),
    })
}

/// From now on this browser is known to whoever has just proved a second factor in it. Without
/// randomness it stays unknown, which is no reason to refuse the person.
pub(crate) fn remember(turn: &Turn, answer: &mut Response<Bytes>, session: &LiveSession) {
    let Some(visitor) = &turn.visitor else {
        return;
    };
    let binding = [turn.asking.site.name.as_str(), visitor.id()];
    let subject = session.record.subject.as_str().as_bytes();
    let sealed = turn.core.sealer.seal(Content::KnownBrowser, &binding, LIFETIME, subject);
    if let Ok(sealed) = sealed {
        let visitor = visitor.signed_in(&turn.mark(session)).known_as(sealed);
        sign_in::remember(turn, answer, &visitor);
    }
}

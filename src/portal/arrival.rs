//! The two ends of the way: where a request to the console is turned aside for proof, and where the person
//! arrives with it.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::Response;
use http::StatusCode;

use crate::directory::LiveSession;
use crate::enforcement::Shortfall;
use crate::policy::Demand;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::console_login;
use crate::portal::enrol;
use crate::portal::form::Going;
use crate::portal::kept_post::KeptPost;
use crate::portal::need::Need;
use crate::portal::page::FewCodesPage;
use crate::portal::page::KeptField;
use crate::portal::page::KeptFormPage;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::sign_in;
use crate::portal::sign_in::Say;
use crate::portal::trusted_header;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// With this many backup codes or fewer, the person is told.
const FEW: usize = 3;

/// A request to the console lacks proof.
pub(crate) async fn demanded(turn: &Turn, demand: Demand) -> Outcome {
    let session = turn.asking.session.as_ref().filter(|_| demand <= Demand::FurtherFactor);
    if !turn.asking.person {
        return Ok(refusal::unauthenticated(turn, demand));
    }
    if demand > Demand::SignIn {
        return Ok(refusal::for_programs(turn, demand));
    }
    if let (Demand::ConsoleLogin, Some(form)) = (demand, turn.asking.site.console_form()) {
        return Ok(console_login::page_of(form));
    }
    let need = Need::of(demand);
    let target = turn.head.uri.path_and_query().map_or("/", |target| target.as_str());
    if matches!(turn.head.method, Method::GET | Method::HEAD) {
        let next = turn.return_to(target);
        let address = match session {
            Some(_) if demand == Demand::FurtherFactor => turn.address("/enrol", &next),
            Some(_) => challenge::address(turn, None, need, &next),
            None if turn.asking.site.trusted_header().is_some() => {
                return trusted_header::begin(turn, &next);
            }
            None => match console_login::signs_in_first(&turn.asking.site) {
                Some(form) => form.page.clone(),
                None => turn.address("/sign-in", &next),
            },
        };
        return Ok(response::see_other(&address));
    }
    let visitor = match &turn.visitor {
        Some(visitor) => visitor.clone(),
        None => sign_in::new_visitor(turn)?,
    };
    let going = kept(turn, visitor.id(), visitor.last()).await?;
    let mut answer = if let Some(session) = session.filter(|_| demand == Demand::FurtherFactor) {
        add_another(turn, session, &going, StatusCode::UNAUTHORIZED).await?
    } else if let Some(session) = session {
        challenge::ask(turn, session, &going, need, StatusCode::UNAUTHORIZED).await?
    } else if let Some(trusted) = turn.asking.site.trusted_header() {
        trusted_header::enter(turn, trusted, &visitor, going).await?
    } else {
        // A form that is not kept was too large, or no plain form of this site.
        let not_kept = going.kept.is_none().then(|| turn.say("sign-in-not-kept"));
        let unasked = || Said::nothing(StatusCode::UNAUTHORIZED).into();
        let say = not_kept.map_or_else(unasked, Say::notice);
        sign_in::page_for(turn, &visitor, &going, say)?
    };
    if turn.visitor.is_none() {
        sign_in::remember(turn, &mut answer, &visitor);
    }
    Ok(answer)
}

/// To where somebody who is signed in gives what is missing, on the way to one of our pages.
pub(crate) fn more(turn: &Turn, demand: Demand, next: &ReturnTo) -> Response<Bytes> {
    let address = match demand {
        Demand::FurtherFactor => turn.address("/enrol", next),
        Demand::Fresh(_)
        | Demand::Particular(_)
        | Demand::SecondFactor
        | Demand::ConsoleLogin
        | Demand::SignIn
        | Demand::ServiceToken
        | Demand::ClientCertificate => challenge::address(turn, None, Need::of(demand), next),
    };
    response::see_other(&address)
}

/// The end of every way through these pages.
pub(crate) async fn arrive(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    codes_left: Option<usize>,
) -> Outcome {
    let same = |before: &Arc<LiveSession>| before.record.handle == session.record.handle;
    if turn.signed_in().is_some_and(same) {
        return go_on(turn, session, going, codes_left).await;
    }
    signed_in(turn, session, going, codes_left).await
}

/// The end of a sign-in. Whoever is asked for more second factors than they have, and may still put that off, is
/// asked now.
pub(crate) async fn signed_in(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    codes_left: Option<usize>,
) -> Outcome {
    match turn.shortfall(session) {
        Some(Shortfall { until: Some(_), .. }) if going.kept.is_none() => {
            Ok(response::see_other(&turn.address("/set-up", &going.next)))
        }
        Some(_) | None => go_on(turn, session, going, codes_left).await,
    }
}

/// To where the person was going, which the gate lets nobody who has too few second factors.
async fn go_on(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    codes_left: Option<usize>,
) -> Outcome {
    if matches!(turn.shortfall(session), Some(Shortfall { until: None, .. })) {
        return add_another(turn, session, going, StatusCode::OK).await;
    }
    if let Some(kept) = opened_kept(turn, session, going) {
        return offer_again(turn, kept);
    }
    match codes_left {
        Some(left) if left <= FEW => {
            let chrome = turn.chrome();
            let page = FewCodesPage { chrome, left, next: going.next.to_string() };
            turn.page(StatusCode::OK, &page)
        }
        _ => Ok(response::see_other(going.next.as_str())),
    }
}

/// To the page that sets up another second factor. A form that is kept travels in the page.
async fn add_another(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    status: StatusCode,
) -> Outcome {
    if going.kept.is_none() {
        return Ok(response::see_other(&turn.address("/enrol", &going.next)));
    }
    match challenge::offers(turn, session).await?.before_change {
        Some(_) => challenge::ask(turn, session, going, Need::CHANGE, status).await,
        None => enrol::ask(turn, session, going, status).await,
    }
}

fn opened_kept(turn: &Turn, session: &LiveSession, going: &Going) -> Option<KeptPost> {
    let visitor = turn.visitor.as_ref()?;
    let binding = [turn.asking.site.name.as_str(), visitor.id()];
    KeptPost::open(&turn.core.sealer, &binding, going.kept.as_deref()?)?
        .claimed_by(&turn.mark(session))
}

/// A kept form, for the person to send it again.
pub(crate) fn offer_again(turn: &Turn, kept: KeptPost) -> Outcome {
    let page = KeptFormPage {
        chrome: turn.chrome(),
        names: kept.names(),
        action: kept.target,
        multipart: kept.multipart,
        fields: kept
            .fields
            .into_iter()
            .map(|(name, value)| KeptField { name, value: value.into() })
            .collect(),
        discard: ReturnTo::home().to_string(),
    };
    turn.page(StatusCode::OK, &page)
}

/// Seals the form of this request, if it can be kept.
async fn kept(turn: &Turn, visitor: &str, last: Option<&str>) -> Result<Going, Refusal> {
    let here = turn.core.here(&turn.asking);
    let mark = turn.asking.session.as_ref().map(|session| turn.mark(session));
    let owner = mark.as_deref().or(last);
    let post = KeptPost::of(&turn.head, &turn.body, &here, owner).await;
    let binding = [turn.asking.site.name.as_str(), visitor];
    let kept = match post {
        Some(post) => post.seal(&turn.core.sealer, &binding).map_err(|_| Refusal::Internal)?,
        None => None,
    };
    Ok(Going { next: ReturnTo::home(), kept })
}

//! Signing out, here or everywhere.

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;

use crate::console_desk::probe::Holding;
use crate::console_login::request::SentBy;
use crate::directory::LiveSession;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::NoFields;
use crate::portal::page::SignOutPage;
use crate::portal::page::SignedOutPage;
use crate::portal::response;
use crate::portal::sign_in;
use crate::portal::trusted_header;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::session::cookie::CookieKind;

/// How much ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Here,
    Everywhere,
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET "/sign-out", Anyone => ask),
    served!(POST "/sign-out", Anyone => here),
    served!(POST "/sign-out-everywhere", Anyone => everywhere),
    served!(GET "/signed-out", Anyone => done),
];

/// `GET /sign-out`: asks; a link or an image must not sign anybody out.
pub(crate) async fn ask(turn: &Turn) -> Outcome {
    let (_, going) = turn.query(&[])?;
    let Some(session) = &turn.asking.session else {
        return Ok(response::see_other(&turn.core.address("/signed-out")));
    };
    let page = SignOutPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &going),
        login: session.profile.login.name().to_owned(),
    };
    turn.page(StatusCode::OK, &page)
}

/// `POST /sign-out`.
pub(crate) async fn here(turn: &Turn) -> Outcome {
    sign_out(turn, Extent::Here).await
}

/// `POST /sign-out-everywhere`.
pub(crate) async fn everywhere(turn: &Turn) -> Outcome {
    sign_out(turn, Extent::Everywhere).await
}

/// `GET /signed-out`: says so, when it is so.
pub(crate) async fn done(turn: &Turn) -> Outcome {
    let (mut fields, _) = turn.query(&["everywhere"])?;
    if turn.signed_in().is_some() {
        return Ok(response::see_other(&turn.core.address("/account")));
    }
    let everywhere = fields.optional("everywhere").is_some();
    let page = SignedOutPage { chrome: turn.chrome(), everywhere };
    let mut answer = turn.page(StatusCode::OK, &page)?;
    trusted_header::go_on(turn, &mut answer);
    Ok(answer)
}

async fn sign_out(turn: &Turn, extent: Extent) -> Outcome {
    let form = turn.form::<NoFields>()?;
    let going = form.going.clone();
    let mut starts_again = false;
    if let Some(session) = &turn.asking.session {
        // By a sign-on they would be signed in again at once.
        starts_again = turn.signed_in().is_none() && turn.asking.site.trusted_header().is_none();
        turn.open(form, session)?;
        let ceremonies = &turn.core.ceremonies;
        let ended = match extent {
            Extent::Here => ceremonies.sign_out(&turn.visit(), session).await,
            Extent::Everywhere => ceremonies.sign_out_everywhere(&turn.visit(), session).await,
        };
        ended.map_err(|error| turn.failed(&error))?;
        leave_console(turn, session).await;
    }
    let target = match extent {
        Extent::Here if starts_again => turn.address("/sign-in", &going.next),
        Extent::Here => turn.core.address("/signed-out"),
        Extent::Everywhere => turn.core.address("/signed-out?everywhere=yes"),
    };
    let mut answer = response::see_other(&target);
    response::set_cookie(&mut answer, &turn.asking.cookies.clear(CookieKind::Session));
    match turn.visitor.as_ref().filter(|visitor| visitor.known().is_some()) {
        // What says that the account may come back here, says nothing to anybody else.
        Some(visitor) if extent == Extent::Here => {
            sign_in::remember(turn, &mut answer, &visitor.signed_out());
        }
        _ => {
            response::set_cookie(&mut answer, &turn.asking.cookies.clear(CookieKind::Visitor));
        }
    }
    forget_console(turn, &mut answer);
    // What the browser kept of the console's pages must not come back with the back button.
    answer.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(answer)
}

/// Ends the console's own session as well, where that is wished for. Should it not answer, what the browser holds of that
/// session opens nothing any more nevertheless.
async fn leave_console(turn: &Turn, session: &LiveSession) {
    let site = &turn.asking.site;
    let logout = site.console_form().and_then(|form| form.logout.as_ref());
    if logout.is_none_or(|logout| logout.sent_by == SentBy::People) {
        return;
    }
    let (sealer, binding) = (&turn.core.desk.sealer, &session.record.binding);
    let lines = turn.head.headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let opened = site.session_cookies.named(lines).filter_map(|(name, value)| {
        let value = sealer.open(site.name.as_str(), binding, name, value)?;
        Some((name.to_owned(), value))
    });
    let cookies: Vec<_> = opened.collect();
    if cookies.is_empty() {
        return;
    }
    let leaving =
        Holding { site, client: &turn.asking.client, request_id: &turn.asking.request_id, cookies };
    if let Err(refusal) = turn.core.probe.sign_out(leaving).await {
        tracing::warn!(
            request_id = turn.asking.request_id,
            reason = refusal.name(),
            "the console did not sign somebody out: their session there lasts until it ends it itself"
        );
    }
}

/// The console's own sessions open nothing any more; the browser forgets those that it sends here.
fn forget_console(turn: &Turn, answer: &mut Response<Bytes>) {
    let lines = turn.head.headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let mut names: Vec<&str> =
        turn.asking.site.session_cookies.named(lines).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        response::set_cookie(answer, &format!("{name}=; Path=/; Max-Age=0"));
    }
}

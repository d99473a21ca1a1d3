//! Who has signed in, where only the console can say it: from its answer, or asked with the session that it opened.

use http::Method;
use http::StatusCode;
use http::header;
use pingora::http::RequestHeader;

use super::Login;
use super::shown;
use crate::console_desk::probe::Holding;
use crate::console_login::MOST_BYTES;
use crate::console_login::Told;
use crate::console_login::cookies::SetCookie;
use crate::policy::Refusal;
use crate::proxy::Gateway;
use crate::proxy::context::RequestContext;
use crate::proxy::peers::ask::WholeAnswer;
use crate::proxy::probe;
use crate::site::Site;
use crate::subject::LoginName;

/// Names and values of the console's session cookies in a request: by no other cookie a client says who it is.
///
/// # Errors
/// When what is there cannot be read.
pub(super) fn sessions_in(
    head: &RequestHeader,
    site: &Site,
) -> Result<Vec<(String, String)>, Refusal> {
    let mut cookies = Vec::new();
    for line in head.headers.get_all(header::COOKIE) {
        for pair in line.as_bytes().split(|b| *b == b';') {
            let pair = std::str::from_utf8(pair).map_err(|_| Refusal::LoginUnclear)?;
            let Some((name, value)) = pair.split_once('=') else { continue };
            if site.session_cookies.cover(name.trim()) {
                cookies.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }
    Ok(cookies)
}

/// Who a console says it let in with an answer, to a login that was sent with these cookies.
///
/// # Errors
/// Why nobody: it cannot be asked, or says nothing clear, or a name that nobody may have.
pub(super) async fn learn(
    gateway: &Gateway,
    context: &RequestContext,
    login: &Login<'_>,
    (told, answer, cookies): (&Told, &WholeAnswer, Vec<(String, String)>),
) -> Result<LoginName, Refusal> {
    let said = match &told.target {
        None => told.name(&shown(gateway, answer)),
        Some(target) => {
            let cookies = renewed(gateway, answer, cookies);
            let answer = asked(context, login, (target, cookies)).await?;
            told.name(&shown(gateway, &answer))
        }
    };
    let said = said.map_err(|why| {
        let why = why.to_string();
        tracing::error!(request_id = context.id, why, "`user_from` finds nobody");
        Refusal::LoginRefused
    })?;
    // Another spelling may be another person to the console.
    let name = LoginName::of_statement(&login.form.source, &said).ok();
    name.filter(|name| login.form.may_be_called(name)).ok_or_else(|| {
        tracing::info!(request_id = context.id, "a user name that no account may have");
        Refusal::LoginRefused
    })
}

/// What the console answers whoever has these cookies.
async fn asked(
    context: &RequestContext,
    login: &Login<'_>,
    (target, cookies): (&str, Vec<(String, String)>),
) -> Result<WholeAnswer, Refusal> {
    let holding = Holding {
        site: login.permit.site(),
        client: &login.asking.client,
        request_id: &context.id,
        cookies,
    };
    let asked = (Method::GET, target.to_owned());
    let answer = context.live.probe.ask_holding(&holding, asked, probe::PATIENCE).await?;
    if answer.head.status != StatusCode::OK || answer.body.len() > MOST_BYTES {
        tracing::error!(
            request_id = context.id,
            status = answer.head.status.as_u16(),
            length = answer.body.len(),
            "the console does not say who has signed in where `user_from` asks it"
        );
        return Err(Refusal::LoginRefused);
    }
    Ok(answer)
}

/// The session cookies that a browser would have after an answer.
fn renewed(
    gateway: &Gateway,
    answer: &WholeAnswer,
    mut cookies: Vec<(String, String)>,
) -> Vec<(String, String)> {
    let wall = gateway.parts().clock.wall();
    for set in SetCookie::all(&answer.head.headers) {
        cookies.retain(|(name, _)| *name != set.name);
        if !set.is_deleted(wall) {
            cookies.push((set.name, set.value));
        }
    }
    cookies
}

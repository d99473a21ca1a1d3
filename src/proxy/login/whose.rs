//! Who has signed in, where only the console can say it: from its answer, or asked with the session that it opened.

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header;
use pingora::http::RequestHeader;

use super::Login;
use super::shown;
use crate::console_login::MOST_BYTES;
use crate::console_login::Told;
use crate::console_login::cookies::SetCookie;
use crate::policy::Refusal;
use crate::proxy::Gateway;
use crate::proxy::context::RequestContext;
use crate::proxy::peers::ask::WholeAnswer;
use crate::proxy::upstream;
use crate::proxy::upstream::Telling;
use crate::subject::LoginName;

/// What such requests call themselves.
const USER_AGENT: &str = concat!("Portcullis/", env!("CARGO_PKG_VERSION"), " (sign-in)");

/// Names and values of the cookies in a request.
pub(super) fn cookies_in(head: &RequestHeader) -> Vec<(String, String)> {
    let lines = head.headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
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
            let head = head(gateway, context, (login, target), &cookies);
            let head = head.map_err(|_| Refusal::Internal)?;
            let asked = context.live.peers.ask(login.permit, head, bytes::Bytes::new(), MOST_BYTES);
            let answer = asked.await?;
            if answer.head.status != StatusCode::OK {
                tracing::error!(
                    request_id = context.id,
                    status = answer.head.status.as_u16(),
                    "the console does not say who has signed in where `user_from` asks it"
                );
                return Err(Refusal::LoginRefused);
            }
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

/// The cookies that a browser would have after an answer.
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

fn head(
    gateway: &Gateway,
    context: &RequestContext,
    (login, target): (&Login<'_>, &str),
    cookies: &[(String, String)],
) -> pingora::Result<RequestHeader> {
    let Some(anonymous) = Telling::of(context, gateway.pseudonym()) else {
        return crate::proxy::custom(crate::proxy::failure::NO_PERMIT, "no site");
    };
    let mut head = RequestHeader::build(Method::GET, target.as_bytes(), None)?;
    head.set_version(Version::HTTP_11);
    head.insert_header(header::USER_AGENT, USER_AGENT)?;
    head.insert_header(header::ACCEPT, "application/json, */*;q=0.1")?;
    head.insert_header(header::ACCEPT_ENCODING, "identity")?;
    let upstream = context.live.snapshot.upstreams.select(login.permit);
    let secret = upstream.and_then(|upstream| upstream.secret_header.as_ref());
    upstream::tell(&mut head, &Telling { secret, ..anonymous })?;
    let line: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if let (false, Ok(mut line)) = (line.is_empty(), HeaderValue::from_str(&line.join("; "))) {
        line.set_sensitive(true);
        head.insert_header(header::COOKIE, line)?;
    }
    Ok(head)
}

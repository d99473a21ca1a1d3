//! From a recording to a proposal.

use super::compare;
use super::compare::Shown;
use super::cookies;
use super::exchange::Exchange;
use super::finding::Finding;
use super::finding::Sure;
use super::login::Name;
use super::mask::Mask;
use super::pages;
use super::proposal::Login;
use super::proposal::Logout;
use super::proposal::Proposal;
use super::proposal::Sender;
use super::proposal::User;
use crate::console_login::BodyKind;
use crate::console_login::CookiePatterns;
use crate::subject::LoginName;

/// What was recorded, and what is known of it.
pub(super) struct Recording<'a> {
    pub(super) exchanges: &'a [Exchange],
    pub(super) right: &'a Exchange,
    pub(super) wrong: &'a Exchange,
    pub(super) name: &'a Name,
    /// Scheme, host and port of the console.
    pub(super) origin: &'a str,
}

/// Why there is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoProposal {
    #[error(
        "the two logins went to different addresses, {0} and {1}: console_form knows one. Was one of them another form?"
    )]
    TwoAddresses(String, String),
    #[error(
        "the body of the login request is written in a way that console_form does not read: {0}. It reads HTML forms and \
         JSON. What is left is the gateway's own accounts (`first_factor: accounts`)"
    )]
    Body(String),
    #[error(
        "no field of the login carried the user name. If the console asks for it on a page before, console_form cannot \
         read it; what is left is the gateway's own accounts. If it asks for a password only, answer the question for \
         the user name with `-`"
    )]
    NoUser,
    #[error(
        "no page was loaded before the login: begin at the address that was printed, in a private window"
    )]
    NoPage,
    #[error(
        "nothing that console_form can judge by tells the right answer from the wrong one: both have the status {0}, and \
         the right one has no Location, cookie, header field or JSON value that the wrong one lacks. If a text in the page \
         tells them apart, write it as `success.body`. Or one of the passwords was not what you meant it to be"
    )]
    NoDifference(u16),
}

/// Proposes what the recording shows.
pub(super) fn propose(recording: &Recording<'_>) -> Result<Proposal, NoProposal> {
    let Recording { exchanges, right, wrong, origin, .. } = *recording;
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    let mask = Mask::new(&[right, wrong], exchanges, authority);
    let mut findings = Vec::new();
    let login = login(recording, &mask, &mut findings)?;
    let (success, failure) = signs(recording, &mask, &mut findings)?;
    let (session_cookies, mut found) = cookies::judge(exchanges, right, &mask);
    findings.append(&mut found);
    let patterns = CookiePatterns::new(&session_cookies);
    let first = if right.number < wrong.number { right } else { wrong };
    let (page, finding) = pages::page(exchanges, first, &mask).ok_or(NoProposal::NoPage)?;
    findings.push(finding);
    let needed = pages::needed(exchanges, right, &page, &patterns);
    let (public, mut found) = pages::public(needed, &[right, wrong]);
    findings.append(&mut found);
    let logout = logout(recording, &patterns, &mask, &mut findings);
    request(recording, &mut findings);
    let upstream = origin.to_owned();
    Ok(Proposal {
        upstream,
        page,
        public,
        login,
        success,
        failure,
        logout,
        session_cookies,
        findings,
    })
}

fn login(
    recording: &Recording<'_>,
    mask: &Mask,
    findings: &mut Vec<Finding>,
) -> Result<Login, NoProposal> {
    let Recording { right, wrong, .. } = *recording;
    if (right.path(), &right.asked.method) != (wrong.path(), &wrong.asked.method) {
        let (one, other) = (right.path().to_owned(), wrong.path().to_owned());
        return Err(NoProposal::TwoAddresses(one, other));
    }
    let body = BodyKind::of(&right.asked.headers).ok_or_else(|| {
        let kind = right.asked.headers.get(http::header::CONTENT_TYPE);
        NoProposal::Body(kind.and_then(|kind| kind.to_str().ok()).unwrap_or("nothing").to_owned())
    })?;
    let user = user(recording, findings)?;
    let names = names(&user, [right, wrong], findings);
    let query = pages::fixed_query(&[right, wrong], mask);
    if !query.is_empty() {
        let text = "the query tells this request from others to the same script; if it takes a password at other addresses \
                    too, give those routes that nobody needs";
        findings.push(Finding::new("login", Sure::Unsure, text));
    }
    Ok(Login {
        path: right.path().to_owned(),
        method: right.asked.method.to_string(),
        query,
        body,
        user,
        names,
        sender: if right.is_by_script() { Sender::Script } else { Sender::Form },
    })
}

fn signs(
    recording: &Recording<'_>,
    mask: &Mask,
    findings: &mut Vec<Finding>,
) -> Result<(Shown, Option<Shown>), NoProposal> {
    let Recording { right, wrong, .. } = *recording;
    let success = compare::shown(right, wrong, mask);
    if success.apart.is_empty() {
        return Err(NoProposal::NoDifference(success.status));
    }
    findings.push(told("success", &success));
    let failure = Some(compare::shown(wrong, right, mask)).filter(|shown| !shown.apart.is_empty());
    let text = "a wrong login shows nothing of its own: people see the gateway's words";
    let nothing = || Finding::new("failure", Sure::Likely, text);
    findings.push(failure.as_ref().map_or_else(nothing, |shown| told("failure", shown)));
    Ok((success, failure))
}

fn logout(
    recording: &Recording<'_>,
    cookies: &CookiePatterns,
    mask: &Mask,
    findings: &mut Vec<Finding>,
) -> Option<Logout> {
    let Recording { exchanges, right, wrong, .. } = *recording;
    let Some((one, finding)) = pages::logout(exchanges, right, &[right, wrong], cookies) else {
        let text =
            "no logout was seen: signing out at the console does not end the gateway's session";
        findings.push(Finding::new("logout", Sure::Unsure, text));
        return None;
    };
    findings.push(finding);
    Some(Logout {
        path: one.path().to_owned(),
        method: one.asked.method.to_string(),
        query: pages::fixed_query(&[one], mask),
    })
}

fn told(part: &'static str, shown: &Shown) -> Finding {
    match shown.apart.as_slice() {
        [only] => {
            let text = format!("only one thing tells it from the other answer: {only}");
            Finding::new(part, Sure::Unsure, text)
        }
        more => {
            let text = format!("told from the other answer by {}", more.join(", "));
            Finding::new(part, Sure::Certain, text)
        }
    }
}

fn user(recording: &Recording<'_>, findings: &mut Vec<Finding>) -> Result<User, NoProposal> {
    let Recording { exchanges, right, wrong, name, .. } = *recording;
    if *name == Name::Nobody {
        let text =
            "the console asks for a password only: everybody is this person; give them a name";
        findings.push(Finding::new("user_field", Sure::Unsure, text));
        return Ok(User::Fixed("operator".to_owned()));
    }
    let asked_for = super::login::password_fields(exchanges);
    let found =
        super::login::user_field([right, wrong], &asked_for, name).ok_or(NoProposal::NoUser)?;
    findings.push(if found.is_typed {
        Finding::new("user_field", Sure::Certain, "the field carried the name that you typed here")
    } else {
        Finding::new("user_field", Sure::Likely, "chosen by what the field is called")
    });
    if !found.others.is_empty() {
        let text = format!("other fields could name a user as well: {}", found.others.join(", "));
        findings.push(Finding::new("user_field", Sure::Unsure, text));
    }
    Ok(User::Field(found.name))
}

/// What user names look like, where the gateway would refuse the one that was typed: it takes an address for another name
/// of somebody's unless it is told.
fn names(user: &User, logins: [&Exchange; 2], findings: &mut Vec<Finding>) -> Vec<String> {
    let User::Field(name) = user else {
        return Vec::new();
    };
    let typed = logins.iter().flat_map(|login| &login.fields).filter(|field| field.name == *name);
    let mut read = typed.filter_map(|field| LoginName::parse(field.value.expose()).ok());
    if !read.any(|name| name.name().contains('@')) {
        return Vec::new();
    }
    let text = "people sign in with an address. Where the console takes another name for the same person as well, each would \
                have an account, one of them without a second factor: write what yours look like, such as *@example.com";
    findings.push(Finding::new("names", Sure::Unsure, text));
    vec!["*@*".to_owned()]
}

/// What is to know of the request itself, and of the answers' lengths.
fn request(recording: &Recording<'_>, findings: &mut Vec<Finding>) {
    let Recording { right, wrong, exchanges, .. } = *recording;
    if right.is_by_script() {
        let text = "a script of the page's sends the login, and what must wait cannot be given to a script: people are asked \
                    for their second factor first. If the console has a form without script, learn that instead";
        findings.push(Finding::new("order", Sure::Likely, text));
    }
    if !right.said.whole {
        let text = "the answer to a right login is longer than 64 KiB: the gateway keeps none of that size";
        findings.push(Finding::new("all", Sure::Unusable, text));
    }
    if !wrong.said.whole {
        let text = "the answer to a wrong login is longer than 64 KiB: people see the gateway's words instead";
        findings.push(Finding::new("failure", Sure::Unsure, text));
    }
    let is_answer_to_basic = |one: &&Exchange| {
        let asks = one.said.headers.get_all(http::header::WWW_AUTHENTICATE);
        asks.iter()
            .any(|ask| ask.to_str().is_ok_and(|ask| ask.to_ascii_lowercase().starts_with("basic")))
    };
    if exchanges.iter().any(|one| is_answer_to_basic(&one)) {
        let text = "the console asks for HTTP Basic as well: in this section that way stays behind the second factor";
        findings.push(Finding::new("all", Sure::Unsure, text));
    }
}

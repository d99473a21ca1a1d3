//! Who asks the API: a program with a token of a role, or somebody who came through the door of the administration and
//! shows besides the cookie what only a page of ours told them. Never both, and nobody by the cookie alone: the console's
//! scripts share our origin, and the browser sends the cookie with whatever they ask for.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

use crate::authority;
use crate::authority::Act;
use crate::authority::Denied;
use crate::authority::Object;
use crate::authority::Target;
use crate::authority::Who;
use crate::canonical::CanonicalPath;
use crate::directory::TokenUse;
use crate::gate::ShownToken;
use crate::operate::By;
use crate::operate::Origin;
use crate::operate::Reason;
use crate::operate::Way;
use crate::policy::Refusal;
use crate::portal::admin::door;
use crate::portal::admin::door::Bar;
use crate::portal::admin::door::Principal;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::challenge;
use crate::portal::need::Need;
use crate::portal::return_to::ReturnTo;
use crate::portal::token::Purpose;
use crate::portal::turn::Turn;
use crate::service_token::Asked;
use crate::session::cookie::CookieKind;
use crate::session::cookie::Found;
use crate::subject::Role;
use crate::throttle::Charge;

/// What scripts of a session show with every request.
const CSRF: HeaderName = HeaderName::from_static("portcullis-csrf");

/// Why something is done: percent-encoded where it is not ASCII.
const REASON: HeaderName = HeaderName::from_static("portcullis-reason");

/// Who asks.
pub(crate) enum Caller {
    /// A person.
    Person(Principal),
    /// A program.
    Program(Program),
}

/// A program with a token that is good for the request.
pub(crate) struct Program {
    used: TokenUse,
    role: Role,
}

impl Program {
    /// Its token.
    pub(crate) const fn used(&self) -> &TokenUse {
        &self.used
    }
}

impl Caller {
    /// Who it is, as far as rules are concerned.
    pub(crate) fn who(&self) -> Who {
        match self {
            Self::Person(person) => Who::Person(person.role()),
            Self::Program(program) => Who::Program(program.role),
        }
    }

    /// Their role.
    pub(crate) fn role(&self) -> Role {
        match self {
            Self::Person(person) => person.role(),
            Self::Program(program) => program.role,
        }
    }

    /// In whose name a command of this request is given.
    ///
    /// # Errors
    /// When the reason that is said is none.
    pub(crate) fn by(&self, turn: &Turn) -> Result<By, Problem> {
        let asking = &turn.asking;
        let mut origin = Origin {
            way: Way::Api,
            site: Some(asking.site.name.to_string()),
            request_id: Some(asking.request_id.clone()),
            client: Some(asking.client.address),
            session: None,
        };
        let reason = reason(&turn.head.headers)?;
        Ok(match self {
            Self::Person(person) => {
                let session = person.session();
                origin.session = Some(session.key);
                By::person((&session.record.subject, person.role()), origin, reason)
            }
            Self::Program(program) => {
                By::program((&program.used.token.record.id, program.role), origin, reason)
            }
        })
    }
}

/// Lets whoever asks through for an act, or for what everybody may who has anything to do in the administration.
///
/// # Errors
/// Why not. Where the administration is not, nothing is.
pub(crate) async fn enter(turn: &Turn, act: Option<Act>) -> Result<Caller, Problem> {
    if !door::is_there(turn) {
        return Err(Problem::of(kind::NOT_FOUND));
    }
    let caller = match (&turn.asking.token, shows_session(turn)) {
        (ShownToken::Nothing, _) => Caller::Person(person(turn, act).await?),
        (_, true) => return Err(Problem::of(kind::CREDENTIALS)),
        (ShownToken::Bad(_), false) => return Err(wrong(turn)),
        (ShownToken::Good(used), false) => Caller::Program(program(turn, used)?),
    };
    if let Some(act) = act {
        ever(caller.who(), act).map_err(Problem::denied)?;
    }
    Ok(caller)
}

/// Whether the request shows a session, be it one that is over.
fn shows_session(turn: &Turn) -> bool {
    let lines = turn.head.headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    turn.asking.cookies.find(CookieKind::Session, lines) != Found::Nothing
}

/// Somebody who is signed in, asks from a page of this site, and shows that a page of ours told them how.
async fn person(turn: &Turn, act: Option<Act>) -> Result<Principal, Problem> {
    let session = turn.asking.session.as_ref().filter(|session| !turn.awaits_login(session));
    let session = session.ok_or_else(|| Problem::unauthenticated(turn))?;
    turn.core.here(&turn.asking).check(&turn.head.headers)?;
    let shown = only(&turn.head.headers, &CSRF).map_err(|_| Refusal::CrossSite)?;
    let shown = shown.and_then(|shown| shown.to_str().ok()).ok_or(Refusal::CrossSite)?;
    let (tokens, binding) = (&turn.core.tokens, session.key.bytes());
    // With one that is too old it is told what is to be proved first: then there is another.
    tokens.issued(Purpose::Api, binding, shown).ok_or(Refusal::CrossSite)?;
    let entered = door::judge(turn, act).await.map_err(|bar| match bar {
        Bar::NotThere => Problem::of(kind::NOT_FOUND),
        Bar::Nobody => Problem::unauthenticated(turn),
        Bar::Unproved(need) => unproved(turn, need),
        Bar::TooFew => Problem::insufficient(turn, &turn.core.address("/enrol"), None),
        Bar::Role => Problem::denied(Denied::Role),
        Bar::Failed(refusal) => refusal.into(),
    });
    let principal = entered?;
    let is_good = tokens.verify(Purpose::Api, binding, shown);
    is_good.then_some(principal).ok_or_else(|| Refusal::CrossSite.into())
}

/// What is to be proved, and where (RFC 9470).
fn unproved(turn: &Turn, need: Need) -> Problem {
    let page = challenge::address(turn, None, need, &ReturnTo::home());
    Problem::insufficient(turn, &page, need.max_age)
}

/// A program whose token is good for the request.
fn program(turn: &Turn, used: &TokenUse) -> Result<Program, Problem> {
    let head = &turn.head;
    let path = CanonicalPath::parse(head.uri.path()).map_err(|_| Refusal::PathNotCanonical)?;
    let (site, client) = (turn.asking.site.name.as_str(), turn.asking.client.address);
    let asked = Asked { site, path: &path, method: &head.method, client };
    let role = used.token.record.serves_api(&asked).map_err(|_| Refusal::TokenScope)?;
    turn.core.directory.tokens().touch(used);
    Ok(Program { used: used.clone(), role })
}

/// Who shows wrong tokens again and again has to wait, as at consoles.
fn wrong(turn: &Turn) -> Problem {
    match turn.core.directory.tokens().charge_wrong(turn.asking.client.address) {
        Charge::Granted => Problem::wrong_token(turn),
        Charge::Wait(_) | Charge::Disabled => Refusal::Throttled.into(),
    }
}

/// Whether there is anything to which somebody may do an act: whoever may do it to nobody learns nothing of anybody.
pub(super) fn ever(who: Who, act: Act) -> Result<(), Denied> {
    let roles = || [None].into_iter().chain(Role::ALL.map(Some));
    let targets: Vec<Target> = match act.object() {
        Object::Everything => vec![Target::Nothing],
        Object::Token => roles().map(|role| Target::Token { role }).collect(),
        Object::Account => roles()
            .flat_map(|before| roles().map(move |after| Target::Account { before, after }))
            .collect(),
    };
    let mut why = Denied::Never;
    for target in targets {
        match authority::may(who, act, target) {
            Ok(()) => return Ok(()),
            Err(Denied::Never) => {}
            Err(denied) => why = denied,
        }
    }
    Err(why)
}

/// Why it is done, if that is said.
fn reason(headers: &HeaderMap) -> Result<Option<Reason>, Problem> {
    let bad = || Problem::of(kind::BAD_REASON).at(REASON.as_str());
    let Some(value) = only(headers, &REASON).map_err(|_| bad())? else { return Ok(None) };
    let text = decoded(value.as_bytes()).ok_or_else(bad)?;
    Reason::parse(&text).map(Some).map_err(|_| bad())
}

/// A header is there twice.
pub(super) struct Twice;

/// The value of a header, if it is there.
pub(super) fn only<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h HeaderValue>, Twice> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err(Twice) } else { Ok(first) }
}

/// Text whose percent-encoding is undone (RFC 3986 §2.1).
fn decoded(value: &[u8]) -> Option<String> {
    let mut pieces = value.split(|&b| b == b'%');
    let mut bytes = pieces.next()?.to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        bytes.extend(data_encoding::HEXUPPER_PERMISSIVE.decode(digits).ok()?);
        bytes.extend_from_slice(rest);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_as_it_was_meant_or_not_at_all() {
        for (sent, meant) in [
            ("phone lost, seen in person", Some("phone lost, seen in person")),
            ("T%C3%BCr 50%25", Some("Tür 50%")),
            ("t%c3%bcr", Some("tür")),
            ("a+b", Some("a+b")),
            ("50%", None),
            ("%zz", None),
            ("%c3", None),
        ] {
            assert_eq!(decoded(sent.as_bytes()).as_deref(), meant, "{sent}");
        }
    }

    #[test]
    fn who_may_do_an_act_to_nobody_never_may_and_who_may_to_somebody_may_a258() {
        assert_eq!(ever(Who::Program(Role::Admin), Act::SetRole), Err(Denied::Never));
        assert_eq!(ever(Who::Program(Role::Admin), Act::Disable), Ok(()));
        assert_eq!(ever(Who::Program(Role::Auditor), Act::Disable), Err(Denied::Role));
        assert_eq!(ever(Who::Person(Role::Admin), Act::AddUser), Ok(()));
        assert_eq!(ever(Who::Person(Role::Owner), Act::RemoveUser), Ok(()));
        assert_eq!(ever(Who::Person(Role::HelpDesk), Act::SeeAudit), Err(Denied::Role));
    }
}

//! Name and second factor, before the console's own login.

use http::StatusCode;

use crate::ceremony::SignIn;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::Errand;
use crate::portal::page::SecondFactorFirstPage;
use crate::portal::response;
use crate::portal::said::Said;
use crate::portal::sign_in;
use crate::portal::sign_in::Say;
use crate::portal::token::Purpose;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::secret::Secret;
use crate::session::cookie::CookieKind;

/// Where whoever has no second factor yet goes on to the console.
pub(crate) const NONE_YET: &str = "/sign-in/none-yet";

/// For how long the console's page is theirs, in seconds.
const UNPROVED: u32 = 600;

struct NameAndCode {
    login: String,
    code: Secret<String>,
}

impl Form for NameAndCode {
    const FIELDS: &'static [&'static str] = &["login", "code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            login: fields.required("login")?.to_string(),
            code: Secret::new(fields.required("code")?.to_string()),
        })
    }
}

/// `POST /sign-in`, where the second factor comes first.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    let (visitor, form, going) = sign_in::opened::<NameAndCode>(turn)?;
    let (visit, known) = (turn.visit(), turn.known.as_ref());
    let console = turn.asking.site.console_form().ok_or(Refusal::Internal)?;
    let typed = (form.login.as_str(), &form.code);
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.second_factor_first(&visit, console, typed, known).await;
    let said = match outcome.map_err(|error| turn.failed(&error))? {
        SignIn::Opened { token, .. } => {
            let (session, _, _) = sign_in::entered(turn, visitor, &token, going).await?;
            let mut answer = response::see_other(&console.page);
            turn.set_session(&mut answer, &token);
            let signed_in = visitor.signed_in(&turn.mark(&session));
            sign_in::remember(turn, &mut answer, &signed_in);
            return Ok(answer);
        }
        SignIn::Wrong | SignIn::MustChange(_) | SignIn::EnrolmentClosed => {
            Said::problem(StatusCode::UNAUTHORIZED, turn.say("second-first-wrong"))
        }
        SignIn::Wait { until } => Said::wait(turn, "too-many-attempts", until),
        SignIn::Busy => Said::busy(turn),
    };
    sign_in::page(turn, &going, Say { login: form.login, said, ..Say::default() })
}

/// `GET /sign-in/none-yet`: to the console's own page, without a second factor.
pub(crate) async fn none_yet(turn: &Turn) -> Outcome {
    let form =
        turn.asking.site.console_form().filter(|_| turn.asking.site.asks_second_factor_first());
    let Some(form) = form else { return Ok(turn.not_found()) };
    let mut answer = response::see_other(&form.page);
    let cookie = turn.asking.cookies.set_lasting(CookieKind::Unproved, "1", UNPROVED);
    response::set_cookie(&mut answer, &cookie);
    Ok(answer)
}

/// The page for a browser that has, or is given, this visitor cookie.
pub(crate) fn page(turn: &Turn, visitor: &Visitor, (going, say): (&Going, Say)) -> Outcome {
    let page = SecondFactorFirstPage {
        chrome: turn.chrome_of("/sign-in", going),
        errand: Errand {
            csrf: turn.core.tokens.issue(Purpose::SignIn, visitor.id().as_bytes()),
            next: going.next.to_string(),
            kept: going.kept.clone(),
        },
        site: turn.asking.site.authority().to_owned(),
        none_yet: turn.core.address(NONE_YET),
        login: say.login,
        notice: say.notice,
        problem: say.said.problem.clone(),
    };
    turn.page_saying(&say.said, &page)
}

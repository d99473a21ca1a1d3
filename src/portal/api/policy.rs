//! Who must have a second factor, and how far people have come.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Tag;
use crate::authenticator::AuthenticatorKind;
use crate::enforcement::Switches;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::Reply;
use crate::operate::view::EnforcementView;
use crate::portal::admin;
use crate::portal::api::acts;
use crate::portal::api::answer;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Matching;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::api::query::Query;
use crate::portal::api::view::Enforcement;
use crate::portal::api::wanted::NewTerms;
use crate::portal::endpoint::Served;
use crate::roster::Census;
use crate::roster::Counts;
use crate::subject::terms::Terms;

const SHOW: Sketch =
    Sketch::giving::<Enforcement>(200, "get_enforcement", "Who must have a second factor")
        .matching(Matching::Cached);

const SET: Sketch = Sketch::giving::<Enforcement>(
    200,
    "set_enforcement",
    "Changes what is asked of everybody but owners; ends the sessions that it forbids",
)
.taking::<NewTerms>()
.matching(Matching::MayMatch);

const ADOPTION: Sketch = Sketch::giving::<Adoption>(
    200,
    "get_adoption",
    "How far people have come with their second factors",
);

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/enforcement", SeePolicy => show, SHOW),
    operation!(Patch "/enforcement", SetPolicy => set, SET),
    operation!(Get "/adoption", SeeOverview => adoption, ADOPTION),
];

/// How many people stand where.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Numbers {
    /// All of them.
    all: usize,
    /// With what is asked of them, one second factor at least.
    enrolled: usize,
    /// Without, and none is asked for.
    free: usize,
    /// With too few, and they may put the others off.
    pending: usize,
    /// With too few, and they must have more.
    overdue: usize,
    /// Of a hundred, how many are enrolled; rounded down.
    coverage: usize,
}

/// The same of a site or group.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Part {
    name: String,
    people: Numbers,
}

/// How many people have a second factor of a kind.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Share {
    kind: AuthenticatorKind,
    people: usize,
}

/// How far people have come with their second factors. Accounts that may not sign in do not count.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Adoption {
    people: Numbers,
    sites: Vec<Part>,
    groups: Vec<Part>,
    factors: Vec<Share>,
    /// Who has nothing but codes by e-mail or SMS.
    sent_only: usize,
    /// Accounts that may not sign in.
    disabled: usize,
}

impl From<&Counts> for Numbers {
    fn from(it: &Counts) -> Self {
        Self {
            all: it.all,
            enrolled: it.enrolled,
            free: it.free,
            pending: it.pending,
            overdue: it.overdue,
            coverage: it.coverage(),
        }
    }
}

impl From<Census> for Adoption {
    fn from(it: Census) -> Self {
        let part = |(name, counts): (String, Counts)| Part { name, people: (&counts).into() };
        Self {
            people: (&it.all).into(),
            sites: it.sites.into_iter().map(part).collect(),
            groups: it.groups.into_iter().map(part).collect(),
            factors: it.kinds.into_iter().map(|(kind, people)| Share { kind, people }).collect(),
            sent_only: it.sent_only,
            disabled: it.disabled,
        }
    }
}

/// `GET /enforcement`.
async fn show(call: &Call<'_>) -> Answer {
    told(call, EnforcementCommand::Show).await
}

/// `PATCH /enforcement`.
async fn set(call: &Call<'_>) -> Answer {
    let change = acts::terms(call)?;
    let expected = call.expects.as_ref().map(|seen| switch(call, seen)).transpose()?;
    told(call, EnforcementCommand::Set { change, expected }).await
}

/// What the switch of everybody but owners says, if all is as it was seen; it is compared again when it is written.
fn switch(call: &Call<'_>, seen: &Tag) -> Result<Terms, Problem> {
    let rulebook = call.turn.core.ceremonies.rulebook();
    let switches = Switches::clone(&rulebook.switch.load());
    let everybody = switches.everybody.clone();
    let view = EnforcementView::new(&rulebook.settings, switches, call.turn.core.clock.now());
    let is_as_seen = Tag::of_shown(&view) == *seen;
    is_as_seen.then_some(everybody).ok_or_else(|| Problem::of(kind::CHANGED))
}

async fn told(call: &Call<'_>, command: EnforcementCommand) -> Answer {
    Query::of(call)?;
    let reply = call.done(Command::Enforcement(command)).await?;
    let Reply::Enforcement(view) = reply else { return Err(answer::unexpected()) };
    let tag = Tag::of_shown(&view);
    answer::version(call, &Enforcement::from(*view), &tag)
}

/// `GET /adoption`.
async fn adoption(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let census = call.turn.core.people.roster.census(admin::yardstick(call.turn)).await?;
    answer::of(call, &Adoption::from(census))
}

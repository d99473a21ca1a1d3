//! What sites ask for: by the configuration, besides it, and both together.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Tag;
use crate::enforcement::SitePolicy;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SiteCommand;
use crate::operate::SitePolicyChange;
use crate::operate::SiteReply;
use crate::operate::view::AddressView;
use crate::operate::view::ProgramView;
use crate::operate::view::SiteRehearsal;
use crate::operate::view::SiteView;
use crate::portal::api::answer;
use crate::portal::api::moment::Moment;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Matching;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::api::query::Query;
use crate::portal::api::wanted::NewSitePolicy;
use crate::portal::endpoint::Served;

const LIST: Sketch =
    Sketch::giving::<SiteList>(200, "list_sites", "What each site asks for, and where it is from");

const SHOW: Sketch =
    Sketch::giving::<SiteView>(200, "get_site", "What one site asks for").matching(Matching::Told);

const SET: Sketch = Sketch::giving::<SiteView>(
    200,
    "set_site_policy",
    "Changes what a site asks for besides the configuration; in force when this is answered",
)
.taking::<NewSitePolicy>()
.matching(Matching::MayMatch);

const REHEARSE: Sketch = Sketch::giving::<Rehearsal>(
    200,
    "rehearse_site_policy",
    "What such a change would do: whom it would keep out, which programs would break",
)
.taking::<NewSitePolicy>();

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/sites", SeePolicy => list, LIST),
    operation!(Get "/sites/{id}", SeePolicy => show, SHOW),
    operation!(Patch "/sites/{id}", SetSitePolicy => set, SET),
    operation!(Post "/sites/{id}/rehearsal", Rehearse => rehearse, REHEARSE),
];

/// What each site asks for.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SiteList {
    sites: Vec<SiteView>,
}

/// What a change would do at a site.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rehearsal {
    /// What it would ask for.
    site: SiteView,
    /// Whether whoever asks would keep themselves out: the change would be refused.
    locks_out: bool,
    /// How many sessions are open there.
    sessions: usize,
    /// How many of them come from where nobody would be let in.
    kept_out: usize,
    /// Whose some of those are.
    logins: Vec<String>,
    /// How many of the others would be asked for another proof.
    asked_again: usize,
    /// Programs that were let in there lately and would be kept out.
    programs: Vec<Program>,
    /// Addresses that several people share.
    addresses: Vec<AddressView>,
}

/// A program that asks without signing in.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Program {
    /// The route that lets it in.
    route: String,
    /// The named network, or the network around its address.
    network: String,
    /// One address that it came from.
    client: String,
    /// What it calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// How many of its requests were let in.
    requests: u64,
    last: Moment,
}

impl From<ProgramView> for Program {
    fn from(it: ProgramView) -> Self {
        Self {
            route: it.route,
            network: it.network,
            client: it.client.to_string(),
            user_agent: it.user_agent,
            requests: it.requests,
            last: it.last.into(),
        }
    }
}

impl From<SiteRehearsal> for Rehearsal {
    fn from(it: SiteRehearsal) -> Self {
        Self {
            site: it.site,
            locks_out: it.locks_out,
            sessions: it.sessions,
            kept_out: it.kept_out,
            logins: it.logins,
            asked_again: it.asked_again,
            programs: it.programs.into_iter().map(Program::from).collect(),
            addresses: it.addresses,
        }
    }
}

/// `GET /sites`.
async fn list(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    answer::of(call, &SiteList { sites: sites(call, SiteCommand::List).await? })
}

/// `GET /sites/{id}`.
async fn show(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let name = named(call)?;
    let all = sites(call, SiteCommand::List).await?;
    told(call, all.into_iter().find(|site| site.name == name))
}

/// `PATCH /sites/{id}`.
async fn set(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let site = named(call)?;
    let change = SitePolicyChange::from(call.body::<NewSitePolicy>()?);
    let expected = call.expects.as_ref().map(|seen| policy(call, &site, seen)).transpose()?;
    let command = SiteCommand::Set { site, change, expected };
    let changed = sites(call, command).await?;
    told(call, changed.into_iter().next())
}

/// `POST /sites/{id}/rehearsal`.
async fn rehearse(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let site = named(call)?;
    let change = SitePolicyChange::from(call.body::<NewSitePolicy>()?);
    let command = SiteCommand::Rehearse { site, change };
    let Reply::Site(SiteReply::Rehearsal(rehearsal)) = call.done(Command::Site(command)).await?
    else {
        return Err(answer::unexpected());
    };
    answer::of(call, &Rehearsal::from(*rehearsal))
}

/// What is asked besides at a site, if all is as it was seen; it is compared again when it is written.
fn policy(call: &Call<'_>, site: &str, seen: &Tag) -> Result<SitePolicy, Problem> {
    let switches = call.turn.core.ceremonies.rulebook().switch.load();
    let policy = switches.sites.get(site).cloned().unwrap_or_default();
    let is_as_seen = Tag::of_shown(&policy) == *seen;
    is_as_seen.then_some(policy).ok_or_else(|| Problem::of(kind::CHANGED))
}

async fn sites(call: &Call<'_>, command: SiteCommand) -> Result<Vec<SiteView>, Problem> {
    let Reply::Site(SiteReply::Sites(sites)) = call.done(Command::Site(command)).await? else {
        return Err(answer::unexpected());
    };
    Ok(sites)
}

/// The site that the address names.
fn named(call: &Call<'_>) -> Result<String, Problem> {
    let name = call.part("id");
    let is_there = call.turn.core.people.sites.iter().any(|(site, _)| site == name);
    is_there.then(|| name.to_owned()).ok_or_else(|| Problem::of(kind::NOT_FOUND))
}

/// One site, in the version of what is asked there besides.
fn told(call: &Call<'_>, site: Option<SiteView>) -> Answer {
    let site = site.ok_or_else(|| Problem::of(kind::NOT_FOUND))?;
    let tag = Tag::of_shown(&site.policy());
    answer::version(call, &site, &tag)
}

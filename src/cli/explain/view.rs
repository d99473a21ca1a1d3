//! An explanation, as scripts read it.

use std::net::IpAddr;

use serde::Serialize;

use super::super::render::span;
use super::standing::StandingView;
use crate::area::Areas;
use crate::area::Fence;
use crate::area::Whereabouts;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::gate::Rehearsed;
use crate::place::Whether;
use crate::policy::Condition;
use crate::policy::Facts;
use crate::policy::Refusal;
use crate::policy::Standing;
use crate::policy::examine;
use crate::route::Alternative;
use crate::route::DeviceCondition;
use crate::route::Requirement;

/// Everything about one request.
#[derive(Debug, Serialize)]
pub(super) struct Explanation {
    pub(super) request: RequestView,
    pub(super) client: ClientView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) person: Option<PersonView>,
    /// How the person stands about second factors, where there is anything to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) second_factor: Option<StandingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) machine: Option<String>,
    pub(super) site: Option<String>,
    pub(super) connections: FenceView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) site_connections: Option<FenceView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) route: Option<RouteView>,
    /// All of these must hold.
    pub(super) requirements: Vec<RequirementView>,
    pub(super) outcome: OutcomeView,
    pub(super) rehearsed: Vec<RehearsedView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) console: Option<ConsoleView>,
    pub(super) notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct RequestView {
    pub(super) method: String,
    pub(super) host: String,
    pub(super) target: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ClientView {
    pub(super) address: IpAddr,
    /// The name that logs and assertions give it.
    pub(super) network: Option<String>,
    /// Every named network and place that it is in.
    pub(super) inside: Vec<String>,
    /// Those of which it cannot be told.
    pub(super) undecided: Vec<String>,
    pub(super) country: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct PersonView {
    pub(super) login: String,
    pub(super) subject: String,
    pub(super) groups: Vec<String>,
    pub(super) role: &'static str,
    pub(super) second_factors: usize,
    /// `password` or `second_factor`.
    pub(super) proved: &'static str,
    pub(super) proved_seconds_ago: u64,
}

/// A list of areas, each with its answer.
#[derive(Debug, Serialize)]
pub(super) struct FenceView {
    pub(super) deny: Vec<AreaView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allow: Option<Vec<AreaView>>,
    /// What an administrator asks besides the file: in one of these as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_from: Option<Vec<AreaView>>,
    /// Why it keeps the client out; none: it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<&'static str>,
    /// The rule that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct AreaView {
    pub(super) name: String,
    /// `hit`, `miss` or `unknown`.
    pub(super) answer: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct RouteView {
    /// As logs name it; `default`: what the site asks for where no route matches.
    pub(super) name: String,
    /// Further routes that match, and are less specific.
    pub(super) less_specific: Vec<String>,
    /// Routes of this path whose methods do not include the request's: what they ask for must hold too, where
    /// they are more specific.
    pub(super) other_methods: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct RequirementView {
    /// `holds`, `needs` or `fails`.
    pub(super) standing: &'static str,
    /// As whom it holds, what it needs, or why it fails.
    pub(super) reason: String,
    /// One of these must hold.
    pub(super) alternatives: Vec<AlternativeView>,
}

#[derive(Debug, Serialize)]
pub(super) struct AlternativeView {
    /// In words.
    pub(super) asks: String,
    /// Those that were looked at; the first that does not hold ends it.
    pub(super) conditions: Vec<ConditionView>,
}

#[derive(Debug, Serialize)]
pub(super) struct ConditionView {
    pub(super) condition: String,
    /// `hit`, `miss` or `unknown`.
    pub(super) answer: &'static str,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct OutcomeView {
    /// `forward`, `challenge`, `portal`, `redirect` or `refuse`, as in the access log.
    pub(super) decision: &'static str,
    /// What is asked for, where to, or why it is refused.
    pub(super) reason: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RehearsedView {
    /// `connections`, or `site and route`.
    pub(super) rules: &'static str,
    #[serde(flatten)]
    pub(super) outcome: Rehearsed,
}

/// What the console would be told.
#[derive(Debug, Serialize)]
pub(super) struct ConsoleView {
    pub(super) headers: Vec<(String, String)>,
    /// The claims of the assertion; none: the console learns of nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claims: Option<serde_json::Value>,
}

pub(super) const fn answer(holds: Whether) -> &'static str {
    match holds {
        Whether::Yes => "hit",
        Whether::No => "miss",
        Whether::Unknown => "unknown",
    }
}

impl FenceView {
    /// What a fence says about a client.
    pub(super) fn of(fence: &Fence, client: &Whereabouts) -> Self {
        let view = |areas: &Areas, ask: &dyn Fn(&crate::area::Area) -> Whether| {
            areas
                .iter()
                .map(|area| AreaView { name: area.name.to_string(), answer: answer(ask(area)) })
                .collect()
        };
        let kept = fence.keeps_out(client);
        Self {
            deny: view(&fence.deny, &|area| area.meets(client)),
            allow: fence.allow.as_ref().map(|allow| view(allow, &|area| area.holds(client))),
            only_from: fence.besides.as_ref().map(|from| view(from, &|area| area.holds(client))),
            rule: kept.as_ref().map(|kept| kept.rule().to_owned()),
            refusal: kept.map(|kept| Refusal::from(kept).name()),
        }
    }
}

impl RequirementView {
    /// How a request stands towards a requirement, as the policy itself finds out.
    pub(super) fn of(requirement: &Requirement, facts: &Facts<'_>) -> Self {
        let mut alternatives: Vec<AlternativeView> = requirement
            .alternatives()
            .iter()
            .map(|one| AlternativeView { asks: in_words(one), conditions: Vec::new() })
            .collect();
        let standing = examine(requirement, facts, &mut |seen| {
            if let Some(alternative) = alternatives.get_mut(seen.alternative) {
                alternative.conditions.push(ConditionView {
                    condition: condition(seen.condition),
                    answer: answer(seen.holds),
                });
            }
        });
        let (standing, reason) = match standing {
            Standing::Holds(principal) => ("holds", super::answer::principal(&principal)),
            Standing::Needs(demand) => ("needs", demand.name().to_owned()),
            Standing::Fails(refusal) => ("fails", refusal.name().to_owned()),
        };
        Self { standing, reason, alternatives }
    }
}

fn condition(condition: Condition<'_>) -> String {
    match condition {
        Condition::Networks(areas) => format!("in networks {areas}"),
        Condition::Places(areas) => format!("in places {areas}"),
        Condition::Device => "on a verified device".to_owned(),
        Condition::People => "one of the people".to_owned(),
        Condition::Initiator => "no page of another site asks".to_owned(),
        Condition::Proof(proof) => format!("proof {}", proof.name()),
        Condition::Factors(kinds) => format!("proved with {}", names(kinds)),
        Condition::MaxAge => "proved recently enough".to_owned(),
    }
}

/// An alternative as it could be written.
fn in_words(one: &Alternative) -> String {
    let mut words = vec![format!("proof: {}", one.proof.name())];
    if !one.factors.is_empty() {
        words.push(format!("factors: [{}]", names(one.factors)));
    }
    if one.device == DeviceCondition::Verified {
        words.push("device: verified".to_owned());
    }
    if let Some(networks) = &one.networks {
        words.push(format!("networks: [{networks}]"));
    }
    if let Some(places) = &one.places {
        words.push(format!("places: [{places}]"));
    }
    if let Some(most) = one.max_age {
        words.push(format!("max_age: {}", span(most.as_secs())));
    }
    if let Some(people) = &one.people {
        let users: Vec<String> = people.users.iter().map(ToString::to_string).collect();
        let roles: Vec<String> = people.roles.iter().map(|role| role.name().to_owned()).collect();
        for (key, list) in [("users", &users), ("groups", &people.groups), ("roles", &roles)] {
            if !list.is_empty() {
                words.push(format!("{key}: [{}]", list.join(", ")));
            }
        }
    }
    if let Some(clients) = &one.clients {
        words.push(format!("clients: [{}]", clients.join(", ")));
    }
    words.join(", ")
}

fn names(kinds: KindSet) -> String {
    kinds.iter().map(AuthenticatorKind::name).collect::<Vec<_>>().join(", ")
}

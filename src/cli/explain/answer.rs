//! The answer: the gate's judgement, with everything it was made from.

use http::HeaderMap;
use http::Method;

use super::super::context::Context;
use super::super::failure::Failure;
use super::people::Proved;
use super::question::Person;
use super::question::Question;
use super::standing;
use super::view::ClientView;
use super::view::ConsoleView;
use super::view::Explanation;
use super::view::FenceView;
use super::view::OutcomeView;
use super::view::PersonView;
use super::view::RehearsedView;
use super::view::RequestView;
use super::view::RequirementView;
use super::view::RouteView;
use crate::area::Whereabouts;
use crate::assertion;
use crate::assertion::Bearer;
use crate::assertion::Circumstances;
use crate::canonical;
use crate::clock::Timestamp;
use crate::config::Configuration;
use crate::federation::Stated;
use crate::gate::Arrival;
use crate::gate::Insight;
use crate::gate::Judgement;
use crate::gate::Rehearsed;
use crate::gate::Snapshot;
use crate::gate::Verdict;
use crate::operate::view::TokenStanding;
use crate::operate::view::TokenView;
use crate::place::Whether;
use crate::policy::Credentials;
use crate::policy::Machine;
use crate::policy::Principal;
use crate::policy::Refusal;
use crate::proxy::upstream;
use crate::proxy::upstream::Foreseen;
use crate::route::Requirement;
use crate::service_token::Asked;
use crate::service_token::Scope;
use crate::service_token::ScopeMethod;
use crate::service_token::ScopePath;

/// Explains what would be done with a request.
pub(super) fn explain(
    question: &Question,
    (configuration, snapshot): (&Configuration, &Snapshot),
    context: &Context<'_>,
) -> Result<Explanation, Failure> {
    let client = snapshot.locate(question.address);
    let token = question.token.as_ref().map(|token| Machine::token(&token.id, &token.name));
    let headers = HeaderMap::new();
    let arrival = Arrival {
        method: &question.method,
        authority: &question.authority,
        target: &question.target,
        server_name: None,
        headers: &headers,
        client: &client,
        credentials: Credentials {
            token: token.as_ref(),
            certificate: question.certificate.as_ref(),
        },
        stated: &Stated::Elsewhere,
        now: question.now,
    };
    let claim = question.person.as_ref().and_then(|person| person.claim.as_ref());
    let (mut route, mut requirements, mut asks) = (None, Vec::new(), false);
    let judged = snapshot.foresee(&arrival, claim, &mut |insight| {
        asks = !insight.facts.demanded.iter().all(Requirement::is_open);
        route = Some(route_of(&arrival, insight));
        requirements =
            insight.facts.demanded.iter().map(|r| RequirementView::of(r, insight.facts)).collect();
    });
    let connections = FenceView::of(&snapshot.connections.fence, &client);
    let token_fault = question.token.as_ref().filter(|_| asks);
    let token_fault = token_fault.and_then(|token| fault_of(token, &arrival, &judged));
    let outcome = match (connections.refusal, token_fault) {
        (Some(refusal), _) => refused(refusal),
        (None, Some(refusal)) => refused(refusal.name()),
        (None, None) if leads_to_account(question, &judged) => account(configuration),
        (None, None) => verdict(&judged.verdict),
    };
    let site = judged.site.as_ref().map(|entry| &entry.site);
    let console = if let (Verdict::Forward(who), "forward") = (&judged.verdict, outcome.decision) {
        Some(console(question, snapshot, (&judged, who), &client, context.clock.wall())?)
    } else {
        None
    };
    Ok(Explanation {
        request: RequestView {
            method: question.method.to_string(),
            host: question.authority.clone(),
            target: question.target.clone(),
        },
        client: client_view(configuration, &client),
        person: question.person.as_ref().map(person_view),
        second_factor: standing::of(question, &snapshot.rulebook, site),
        machine: token.or_else(|| question.certificate.clone()).map(|m| m.subject.to_string()),
        site: site.map(|site| site.name.to_string()),
        site_connections: site.map(|site| FenceView::of(&site.fence, &client)),
        connections,
        route,
        requirements,
        rehearsed: rehearsed(snapshot, &client, &judged),
        outcome,
        console,
        notes: question.notes.clone(),
    })
}

fn refused(reason: &str) -> OutcomeView {
    OutcomeView { decision: "refuse", reason: reason.to_owned() }
}

/// Whether a browser is led to the account page, where a program would be forwarded or asked for proof.
fn leads_to_account(question: &Question, judged: &Judgement<Principal>) -> bool {
    let by_program = question.token.is_some() || question.certificate.is_some();
    let (Some(entry), Some(request)) = (&judged.site, &judged.request) else { return false };
    !by_program
        && matches!(judged.verdict, Verdict::Forward(_) | Verdict::Challenge(_))
        && matches!(question.method, Method::GET | Method::HEAD)
        && entry.site.leads_to_account(request.path.segments())
}

fn account(configuration: &Configuration) -> OutcomeView {
    let reason = format!("{}/account, for browsers", configuration.portal.prefix);
    OutcomeView { decision: "redirect", reason }
}

/// Why a token is not taken for a request that asks for something.
fn fault_of(
    token: &TokenView,
    arrival: &Arrival<'_>,
    judged: &Judgement<Principal>,
) -> Option<Refusal> {
    if matches!(token.standing, TokenStanding::Disabled | TokenStanding::Expired) {
        return Some(Refusal::TokenInvalid);
    }
    let (site, request) = (judged.site.as_ref()?, judged.request.as_ref()?);
    let asked = Asked {
        site: site.site.name.as_str(),
        path: &request.path,
        method: &request.method,
        client: arrival.client.address,
    };
    let is_within = scope(token).is_some_and(|scope| scope.admits(&asked).is_ok());
    (!is_within).then_some(Refusal::TokenScope)
}

fn scope(token: &TokenView) -> Option<Scope> {
    let paths = token.paths.iter().map(|path| ScopePath::parse(path).ok());
    let methods = token.methods.iter().map(|method| ScopeMethod::parse(method));
    let networks = token.networks.iter().map(|network| network.parse().ok());
    Some(Scope {
        site: token.site.clone(),
        paths: paths.collect::<Option<_>>()?,
        methods: methods.collect::<Option<_>>()?,
        networks: networks.collect::<Option<_>>()?,
    })
}

fn route_of(arrival: &Arrival<'_>, insight: Insight<'_>) -> RouteView {
    let name = insight.route.map_or("default", |route| &route.name);
    let (mut less_specific, mut other_methods) = (Vec::new(), Vec::new());
    let request = canonical::parse(arrival.method, arrival.authority, arrival.target);
    if let Ok(request) = request {
        for route in insight.facts.site.routes.covering(request.path.segments()) {
            if !route.has_method(arrival.method) {
                other_methods.push(route.name.clone());
            } else if route.name != name {
                less_specific.push(route.name.clone());
            }
        }
    }
    RouteView { name: name.to_owned(), less_specific, other_methods }
}

fn client_view(configuration: &Configuration, client: &Whereabouts) -> ClientView {
    let areas = configuration.named_areas();
    let named = |wanted: Whether| {
        let named = areas.iter().filter(|area| area.holds(client) == wanted);
        named.map(|area| area.name.to_string()).collect()
    };
    ClientView {
        address: client.address,
        network: client.network.as_deref().map(str::to_owned),
        inside: named(Whether::Yes),
        undecided: named(Whether::Unknown),
        country: client.country().map(str::to_owned),
    }
}

fn person_view(person: &Person) -> PersonView {
    let account = &person.account;
    PersonView {
        login: account.login.clone(),
        subject: account.id.clone(),
        groups: account.groups.clone(),
        role: account.role.name(),
        second_factors: account.factors.len(),
        proved: match person.proved {
            Proved::Password => "password",
            Proved::Both => "second_factor",
        },
        proved_seconds_ago: person.ago.as_secs(),
    }
}

/// What rehearsed rules say, where there are any.
fn rehearsed(
    snapshot: &Snapshot,
    client: &Whereabouts,
    judged: &Judgement<Principal>,
) -> Vec<RehearsedView> {
    let fence = &snapshot.connections.rehearsed;
    let connections = (!fence.is_open()).then(|| {
        let reason = fence.keeps_out(client).map_or("", |kept| Refusal::from(kept).name());
        let decision = if reason.is_empty() { "forward" } else { "refuse" };
        RehearsedView { rules: "connections", outcome: Rehearsed { decision, reason } }
    });
    let rest = judged.rehearsed;
    let rest = rest.map(|outcome| RehearsedView { rules: "site and route", outcome });
    connections.into_iter().chain(rest).collect()
}

/// What the console would be told, by the code that tells it.
fn console(
    question: &Question,
    snapshot: &Snapshot,
    (judged, who): (&Judgement<Principal>, &Principal),
    client: &Whereabouts,
    wall: Timestamp,
) -> Result<ConsoleView, Failure> {
    let entry = judged.site.as_ref().ok_or_else(|| Failure::Failed("no site".to_owned()))?;
    let bearer = Bearer::of(who);
    let upstream = snapshot.upstreams.named(&entry.site.name);
    let foreseen = Foreseen {
        entry,
        authority: &question.authority,
        client: client.address,
        bearer,
        secret: upstream.and_then(|upstream| upstream.secret_header.as_ref()),
    };
    let circumstances = Circumstances {
        site: &entry.site,
        issuer: &snapshot.issuer,
        lifetime: snapshot.assertion.lifetime,
        client,
    };
    let claims = bearer.map(|bearer| assertion::unsigned(bearer, &circumstances, wall));
    Ok(ConsoleView {
        headers: upstream::foretold(&foreseen).map_err(Failure::Failed)?,
        claims: claims.transpose().map_err(|e| Failure::Failed(e.to_string()))?,
    })
}

/// In whose name a request would be forwarded.
pub(super) fn principal(principal: &Principal) -> String {
    match principal {
        Principal::Anonymous => "nobody".to_owned(),
        Principal::Unnamed(machine) => {
            format!("{}, of whom the console is not told", machine.subject)
        }
        Principal::Machine(machine) => machine.subject.to_string(),
        Principal::Person(identity) => identity.profile.login.to_string(),
    }
}

/// A verdict as the access log names it, with what it says.
pub(super) fn verdict(verdict: &Verdict<Principal>) -> OutcomeView {
    let (decision, reason) = match verdict {
        Verdict::Forward(who) => ("forward", format!("as {}", principal(who))),
        Verdict::Challenge(demand) => ("challenge", demand.name().to_owned()),
        Verdict::Login(_) => ("login", "the console is asked whether it lets them in".to_owned()),
        Verdict::Portal => ("portal", "a page of the gateway itself".to_owned()),
        Verdict::Redirect(target) | Verdict::Elsewhere(target) => ("redirect", target.clone()),
        Verdict::Refuse(refusal) => ("refuse", refusal.name().to_owned()),
    };
    OutcomeView { decision, reason }
}

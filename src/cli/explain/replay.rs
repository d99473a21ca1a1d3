//! What other rules would have done with the requests of an access log.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;

use http::HeaderMap;
use http::Method;
use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach::Reach;
use super::super::user;
use super::answer;
use super::changes::Changes;
use super::changes::Group;
use super::changes::Kind;
use super::changes::Who;
use super::changes::pattern;
use super::line;
use super::line::Found;
use super::line::Line;
use super::people;
use super::people::Proved;
use crate::area::Whereabouts;
use crate::config::Configuration;
use crate::federation::Stated;
use crate::gate::Arrival;
use crate::gate::Snapshot;
use crate::operate::view::AccountView;
use crate::policy::Credentials;
use crate::policy::Machine;
use crate::policy::Refusal;

/// Refusals that rules alone decide, from what the log has.
const BY_RULES: &[Refusal] = &[
    Refusal::UnknownHost,
    Refusal::NetworkDenied,
    Refusal::NetworkNotAllowed,
    Refusal::PlaceDenied,
    Refusal::PlaceNotAllowed,
    Refusal::PlaceUnknown,
    Refusal::PersonNotAllowed,
];

/// Accounts by id.
type Accounts = HashMap<String, AccountView>;

/// Judges every request of a log anew, and reports.
pub(super) fn run(
    log: &Path,
    limit: usize,
    (configuration, snapshot): (&Configuration, &Snapshot),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let mut log = open(log)?;
    let accounts = accounts(context)?;
    let mut changes = Changes::default();
    let mut buffer = Vec::new();
    while let Some(found) = line::next(log.as_mut(), &mut buffer)? {
        changes.lines = changes.lines.saturating_add(1);
        match found {
            Found::Request(line) => judge(&line, snapshot, &accounts, &mut changes),
            Found::Bad => changes.bad = changes.bad.saturating_add(1),
            Found::Empty => {}
        }
    }
    let groups = changes.groups();
    let left_out = groups.len().saturating_sub(limit);
    let groups = groups.get(..limit).unwrap_or(&groups);
    if context.json {
        return context.print_json(
            &json!({ "totals": &changes, "groups": groups, "groups_left_out": left_out }),
        );
    }
    let sites = configuration.sites.iter().count();
    totals(context, &changes, sites)?;
    groups.iter().try_for_each(|found| group(context, found))?;
    if left_out > 0 {
        writeln!(context.out, "\n{left_out} more group(s): --limit")?;
    }
    Ok(())
}

fn open(log: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if log == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(log).map_err(|cause| {
        Failure::Usage(format!("the access log {} cannot be read: {cause}", log.display()))
    })?;
    Ok(Box::new(BufReader::new(file)))
}

fn accounts(context: &Context<'_>) -> Result<Accounts, Failure> {
    let mut reach = Reach::find(context)?;
    let listed = user::collect(&mut reach, None, None);
    reach.close()?;
    Ok(listed?.0.into_iter().map(|account| (account.id.clone(), account)).collect())
}

fn judge(line: &Line, snapshot: &Snapshot, accounts: &Accounts, changes: &mut Changes) {
    let Some((from, method, client)) = comparable(line, snapshot) else {
        changes.not_comparable = changes.not_comparable.saturating_add(1);
        return;
    };
    let account = match &line.subject {
        None => None,
        Some(subject) => match accounts.get(subject) {
            Some(account) => Some(account),
            None => return changes.gone(subject.clone()),
        },
    };
    let machine = line.machine.as_deref().and_then(machine);
    let headers = HeaderMap::new();
    let is = |name: &str| machine.as_ref().filter(|machine| machine.subject.starts_with(name));
    let arrival = Arrival {
        method: &method,
        authority: &line.host,
        target: &line.path,
        server_name: None,
        headers: &headers,
        client: &client,
        credentials: Credentials { token: is("token:"), certificate: is("certificate:") },
        stated: &Stated::Elsewhere,
        now: line.time,
    };
    let claim = account.and_then(|account| people::claim(account, proved(line), line.proved_at()));
    let judged = snapshot.foresee(&arrival, claim.as_ref(), &mut |_| {});
    let to = match snapshot.connections.fence.keeps_out(&client) {
        Some(kept) => format!("refuse: {}", Refusal::from(kept).name()),
        None => outcome(&answer::verdict(&judged.verdict)),
    };
    if is_same(&from, &to) {
        changes.same = changes.same.saturating_add(1);
        return;
    }
    let who = match (account, &machine) {
        (Some(account), _) => Who::User(account.login.clone()),
        (None, Some(machine)) => Who::Client(machine.subject.to_string()),
        (None, None) => Who::Client(
            client.network.as_deref().map_or_else(|| client.address.to_string(), str::to_owned),
        ),
    };
    let site = judged.site.as_ref().map_or("(none)", |entry| entry.site.name.as_str());
    let route = if judged.route.is_empty() { line.route.clone() } else { Some(judged.route) };
    let kind = Kind {
        from,
        to,
        site: site.to_owned(),
        route: route.unwrap_or_default(),
        method: line.method.clone(),
        path: pattern(&line.path),
    };
    changes.add(kind, who, (line.time, line.user_agent.as_deref()));
}

/// How a request was decided, if by rules alone and from what the log has.
fn comparable(line: &Line, snapshot: &Snapshot) -> Option<(String, Method, Whereabouts)> {
    let from = match (line.decision.as_str(), line.refusal.as_deref()) {
        ("forward" | "challenge" | "portal", None) => line.decision.clone(),
        ("refuse", Some(refusal)) if BY_RULES.iter().any(|rule| rule.name() == refusal) => {
            format!("refuse: {refusal}")
        }
        _ => return None,
    };
    let is_told = !line.host.is_empty() && line.path.starts_with('/');
    // Where to is in a header.
    let is_whole = is_told && !matches!(line.method.as_str(), "COPY" | "MOVE");
    let method = Method::from_bytes(line.method.as_bytes()).ok().filter(|_| is_whole)?;
    Some((from, method, snapshot.locate(line.client?)))
}

/// How far a session had got; older logs do not say, there the decision does.
fn proved(line: &Line) -> Proved {
    match line.acr.as_deref() {
        Some("aal2") => Proved::Both,
        Some(_) => Proved::Password,
        None if line.decision == "challenge" => Proved::Password,
        None => Proved::Both,
    }
}

fn machine(subject: &str) -> Option<Machine> {
    let (kind, name) = subject.split_once(':')?;
    match kind {
        "token" => Some(Machine::token(name, name)),
        "certificate" => Some(Machine::certificate(name)),
        "network" => Some(Machine::network(name.into())),
        _ => None,
    }
}

/// As a group says it.
fn outcome(view: &super::view::OutcomeView) -> String {
    match view.decision {
        "challenge" | "refuse" => format!("{}: {}", view.decision, view.reason),
        decision => decision.to_owned(),
    }
}

/// The log does not say what was asked for.
fn is_same(from: &str, to: &str) -> bool {
    from == to || (from == "challenge" && to.starts_with("challenge: "))
}

fn totals(context: &mut Context<'_>, changes: &Changes, sites: usize) -> Result<(), Failure> {
    let judged = changes.same.saturating_add(changes.changed);
    writeln!(
        context.out,
        "{} line(s) read, {judged} request(s) judged by the rules of {sites} site(s): {} would be decided otherwise",
        changes.lines, changes.changed
    )?;
    for (count, what) in [
        (changes.bad, "line(s) are no line of an access log"),
        (changes.not_comparable, "request(s) were not decided by rules alone, and are left out"),
        (changes.ungrouped, "request(s) would be decided otherwise and fit in no group"),
    ] {
        if count > 0 {
            writeln!(context.out, "{count} {what}")?;
        }
    }
    if changes.of_gone_accounts > 0 {
        let ids: Vec<&str> = changes.gone_accounts.keys().map(String::as_str).collect();
        writeln!(
            context.out,
            "{} request(s) are of accounts that are gone, and are left out: {}",
            changes.of_gone_accounts,
            ids.join(", ")
        )?;
    }
    Ok(())
}

fn group(context: &mut Context<'_>, group: &Group) -> Result<(), Failure> {
    let kind = &group.kind;
    writeln!(context.out, "\n{} -> {}, {} time(s)", kind.from, kind.to, group.count)?;
    let (site, route) = (&kind.site, &kind.route);
    plain(context, &format!("{} {} on {site}, route {route}", kind.method, kind.path))?;
    plain(context, &format!("first {}, last {}", group.first, group.last))?;
    for (label, names) in [("users", &group.users), ("clients", &group.clients)] {
        if !names.is_empty() {
            let names: Vec<String> =
                names.iter().map(|(name, count)| format!("{name} ({count})")).collect();
            plain(context, &format!("{label}: {}", names.join(", ")))?;
        }
    }
    if group.others > 0 {
        plain(context, &format!("and others ({})", group.others))?;
    }
    group.user_agent.as_ref().map_or(Ok(()), |agent| plain(context, &format!("such as {agent}")))
}

/// What clients wrote may hold anything; a terminal gets no control characters of it.
fn plain(context: &mut Context<'_>, text: &str) -> Result<(), Failure> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    Ok(writeln!(context.out, "  {text}")?)
}

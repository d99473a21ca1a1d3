//! What a configuration would do that its author may not expect: keep out whoever runs the check, break
//! programs that pass without signing in (S1.19).

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderMap;
use http::Method;

use super::super::context::Context;
use super::super::context::variable;
use super::super::explain;
use super::super::failure::Failure;
use crate::area::Whereabouts;
use crate::canonical;
use crate::clock::Timestamp;
use crate::config::Configuration;
use crate::enforcement::Switch;
use crate::federation::Stated;
use crate::gate::Arrival;
use crate::gate::Snapshot;
use crate::gate::Verdict;
use crate::policy::Credentials;
use crate::policy::Principal;
use crate::policy::Refusal;
use crate::sightings;
use crate::sightings::Sighting;
use crate::sightings::Sightings;
use crate::site::HostPattern;

/// How many programs are named.
const MOST: usize = 20;

/// From how many challenges on a program that was never let in is named, and how lately it must have asked.
const STUBBORN: u64 = 10;
const LATELY: Duration = Duration::from_hours(7 * 24);

/// The warnings of a configuration that is valid.
pub(super) fn warnings(
    configuration: &Configuration,
    context: &Context<'_>,
) -> Result<Vec<String>, Failure> {
    let snapshot = explain::snapshot(configuration, &context.clock, &Switch::default())?;
    let now = context.clock.wall();
    let mut warnings = Vec::new();
    if let Some(address) = own_address() {
        keeps_out(&snapshot, address, now, &mut warnings);
    }
    let file = Sightings::file_of(&configuration.store.path);
    match sightings::read(&file) {
        Ok(seen) => breaks(&snapshot, seen, now, &mut warnings),
        Err(error) => warnings.push(format!(
            "which programs ask without signing in is not known: {}: {error}",
            file.display()
        )),
    }
    Ok(warnings)
}

/// Where whoever runs the check has come from, by SSH.
fn own_address() -> Option<IpAddr> {
    let told = variable("SSH_CONNECTION").or_else(|| variable("SSH_CLIENT"))?;
    told.split_whitespace().next()?.parse().ok()
}

fn keeps_out(snapshot: &Snapshot, address: IpAddr, now: Timestamp, warnings: &mut Vec<String>) {
    let client = snapshot.locate(address);
    let you = format!("you ({address}, by SSH)");
    if let Some(kept) = snapshot.connections.fence.keeps_out(&client) {
        let (rule, why) = (kept.rule().to_owned(), Refusal::from(kept).name());
        warnings.push(format!("`connections` keeps {you} out, by `{rule}`: {why}"));
        return;
    }
    let mut sites: Vec<_> = snapshot.sites().map(|entry| &entry.site).collect();
    sites.sort_by_key(|site| site.name.as_str());
    for site in sites {
        let name = &site.name;
        if let Some(kept) = site.fence.keeps_out(&client) {
            let (rule, why) = (kept.rule().to_owned(), Refusal::from(kept).name());
            warnings
                .push(format!("`connections` of site {name} keeps {you} out, by `{rule}`: {why}"));
            continue;
        }
        let Some(host) = site.hosts.iter().find_map(exact) else { continue };
        let verdict = judge(snapshot, (&Method::GET, host, "/"), &client, now);
        if let Verdict::Refuse(
            refusal @ (Refusal::NetworkNotAllowed
            | Refusal::NetworkDenied
            | Refusal::PlaceDenied
            | Refusal::PlaceNotAllowed
            | Refusal::PlaceUnknown),
        ) = verdict
        {
            let why = refusal.name();
            warnings.push(format!("`require` of site {name} keeps {you} out of `/`: {why}"));
        }
    }
}

const fn exact(pattern: &HostPattern) -> Option<&canonical::Host> {
    match pattern {
        HostPattern::Exact(host) => Some(host),
        HostPattern::OneLabelBelow(_) => None,
    }
}

/// What the gate says about a request without any proof.
fn judge(
    snapshot: &Snapshot,
    (method, host, target): (&Method, &canonical::Host, &str),
    client: &Whereabouts,
    now: Timestamp,
) -> Verdict<Principal> {
    let headers = HeaderMap::new();
    let arrival = Arrival {
        method,
        authority: host.as_str(),
        target,
        server_name: None,
        headers: &headers,
        client,
        credentials: Credentials::default(),
        stated: &Stated::Elsewhere,
        now,
    };
    snapshot.foresee(&arrival, None, &mut |_| {}).verdict
}

fn breaks(
    snapshot: &Snapshot,
    mut seen: Vec<Sighting>,
    now: Timestamp,
    warnings: &mut Vec<String>,
) {
    seen.sort_by(|a, b| (b.asked(), &a.network, &a.route).cmp(&(a.asked(), &b.network, &b.route)));
    let mut found: Vec<String> =
        seen.iter().filter_map(|sighting| broken(snapshot, sighting, now)).collect();
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    warnings.append(&mut found);
    if more > 0 {
        warnings.push(format!("and {more} more networks ask without signing in"));
    }
}

/// What a configuration does to a program, where it does anything to it.
fn broken(snapshot: &Snapshot, sighting: &Sighting, now: Timestamp) -> Option<String> {
    let example = &sighting.example;
    let client = snapshot.locate(example.client);
    let outcome = if let Some(kept) = snapshot.connections.fence.keeps_out(&client) {
        format!("`connections` would keep it out ({})", Refusal::from(kept).name())
    } else {
        let method = Method::from_bytes(example.method.as_bytes()).ok()?;
        let host = canonical::Host::parse(&example.host)?;
        match judge(snapshot, (&method, &host, &example.path), &client, now) {
            Verdict::Challenge(demand) if sighting.forwarded > 0 => {
                format!("this configuration would break it, asking for `{}`", demand.name())
            }
            Verdict::Challenge(demand) => {
                let is_stubborn =
                    sighting.challenged >= STUBBORN && now.since(sighting.last) < LATELY;
                return is_stubborn.then(|| {
                    told(sighting, &format!("it is asked for `{}` each time", demand.name()))
                });
            }
            Verdict::Refuse(refusal) => {
                format!("this configuration would refuse it ({})", refusal.name())
            }
            Verdict::Forward(_)
            | Verdict::Login(_)
            | Verdict::Portal
            | Verdict::Redirect(_)
            | Verdict::Elsewhere(_) => return None,
        }
    };
    (sighting.forwarded > 0).then(|| told(sighting, &outcome))
}

fn told(sighting: &Sighting, outcome: &str) -> String {
    let Sighting { site, route, network, last, example, .. } = sighting;
    let agent = example.user_agent.as_deref().unwrap_or("no user agent");
    let text = format!(
        "network {network} asked {} times without signing in for route {route} of site {site} \
         (last at {last}, {} {}, {agent}): {outcome}",
        sighting.asked(),
        example.method,
        example.path,
    );
    text.chars().filter(|c| !c.is_control()).collect()
}

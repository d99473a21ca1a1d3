//! An explanation, as people read it: from the connection to the console, in the order of the decision.

use std::io::Write;

use super::super::failure::Failure;
use super::super::render::span;
use super::view::AreaView;
use super::view::ConsoleView;
use super::view::Explanation;
use super::view::FenceView;
use super::view::PersonView;
use super::view::RequirementView;
use super::view::RouteView;

/// Prints it.
pub(super) fn explanation(out: &mut dyn Write, all: &Explanation) -> Result<(), Failure> {
    let request = &all.request;
    line(out, "request", &format!("{} {}{}", request.method, request.host, request.target))?;
    client(out, all)?;
    match &all.person {
        Some(found) => line(out, "person", &person(found))?,
        None if all.machine.is_none() => line(out, "person", "nobody is signed in")?,
        None => {}
    }
    if let Some(standing) = &all.second_factor {
        line(out, "second factor", &standing.text)?;
    }
    if let Some(machine) = &all.machine {
        line(out, "machine", machine)?;
    }
    for note in &all.notes {
        line(out, "note", note)?;
    }
    writeln!(out)?;
    fence(out, "connections", &all.connections)?;
    line(out, "site", all.site.as_deref().unwrap_or("none has this host"))?;
    if let Some(found) = &all.site_connections {
        fence(out, "  connections", found)?;
    }
    if let Some(found) = &all.route {
        route(out, found)?;
    }
    for found in &all.requirements {
        requirement(out, found)?;
    }
    for rehearsed in &all.rehearsed {
        let outcome = rehearsed.outcome;
        let said = if outcome.passes() { "would pass as well" } else { outcome.decision };
        let said = format!("{}: {said} {}", rehearsed.rules, outcome.reason);
        line(out, "report_only", said.trim_end())?;
    }
    writeln!(out)?;
    line(out, "outcome", &format!("{}: {}", all.outcome.decision, all.outcome.reason))?;
    all.console.as_ref().map_or(Ok(()), |found| console(out, found))
}

fn line(out: &mut dyn Write, label: &str, text: &str) -> Result<(), Failure> {
    // Names of people may hold anything but control characters; requests are an operator's own words.
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    Ok(writeln!(out, "{label:<15} {text}")?)
}

fn client(out: &mut dyn Write, all: &Explanation) -> Result<(), Failure> {
    let client = &all.client;
    let mut text = client.address.to_string();
    match client.inside.as_slice() {
        [] => text.push_str(", in no named network or place"),
        inside => text = format!("{text}, in {}", inside.join(", ")),
    }
    if !client.undecided.is_empty() {
        text = format!("{text}; unknown whether in {}", client.undecided.join(", "));
    }
    if let Some(country) = &client.country {
        text = format!("{text}; country {country}");
    }
    line(out, "client", &text)
}

fn person(found: &PersonView) -> String {
    let ago = match found.proved_seconds_ago {
        0 => "just now".to_owned(),
        seconds => format!("{} ago", span(seconds)),
    };
    let groups = if found.groups.is_empty() { "none".to_owned() } else { found.groups.join(", ") };
    format!(
        "{}: role {}, groups {groups}, {} second factor(s); proved {} {ago}",
        found.login, found.role, found.second_factors, found.proved
    )
}

fn areas(areas: &[AreaView]) -> String {
    let each: Vec<String> =
        areas.iter().map(|area| format!("{} {}", area.name, area.answer)).collect();
    each.join(", ")
}

fn fence(out: &mut dyn Write, label: &str, found: &FenceView) -> Result<(), Failure> {
    if found.deny.is_empty() && found.allow.is_none() && found.only_from.is_none() {
        return line(out, label, "no rules");
    }
    let mut parts = Vec::new();
    if !found.deny.is_empty() {
        parts.push(format!("deny: {}", areas(&found.deny)));
    }
    if let Some(allow) = &found.allow {
        parts.push(format!("allow: {}", areas(allow)));
    }
    if let Some(from) = &found.only_from {
        let names = if from.is_empty() { "nowhere".to_owned() } else { areas(from) };
        parts.push(format!("by an administrator only from: {names}"));
    }
    let end = match (found.refusal, &found.rule) {
        (Some(refusal), Some(rule)) => format!("kept out by `{rule}`: {refusal}"),
        _ => "may come near".to_owned(),
    };
    line(out, label, &format!("{}; {end}", parts.join("; ")))
}

fn route(out: &mut dyn Write, found: &RouteView) -> Result<(), Failure> {
    let mut text = match found.name.as_str() {
        "default" => "none matches: what the site asks for holds".to_owned(),
        name if found.less_specific.is_empty() => name.to_owned(),
        name => format!(
            "{name}: more specific than {}, which match as well",
            found.less_specific.join(", ")
        ),
    };
    if !found.other_methods.is_empty() {
        text = format!("{text}; for other methods: {}", found.other_methods.join(", "));
    }
    line(out, "route", &text)
}

fn requirement(out: &mut dyn Write, found: &RequirementView) -> Result<(), Failure> {
    line(out, "requirement", &format!("{} ({})", found.standing, found.reason))?;
    for (index, alternative) in found.alternatives.iter().enumerate() {
        let lead = if found.alternatives.len() > 1 {
            format!("  {}. {}", index.saturating_add(1), alternative.asks)
        } else {
            format!("  {}", alternative.asks)
        };
        line(out, "", &lead)?;
        for condition in &alternative.conditions {
            line(out, "", &format!("       {:<8} {}", condition.answer, condition.condition))?;
        }
    }
    Ok(())
}

fn console(out: &mut dyn Write, found: &ConsoleView) -> Result<(), Failure> {
    writeln!(out, "\nThe console would be told, besides what the client sends:")?;
    for (name, value) in &found.headers {
        writeln!(out, "  {name}: {value}")?;
    }
    if let Some(claims) = &found.claims {
        let text =
            serde_json::to_string_pretty(claims).map_err(|e| Failure::Failed(e.to_string()))?;
        writeln!(out, "\nClaims of the assertion, without a signature:\n{text}")?;
    }
    Ok(())
}

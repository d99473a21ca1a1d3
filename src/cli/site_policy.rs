//! `enforcement sites` and `enforcement site`: what one site asks for besides the configuration.

use std::collections::BTreeSet;
use std::io::Write;
use std::time::Duration;

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;

use super::context::Context;
use super::failure::Failure;
use super::reach;
use super::render;
use crate::config;
use crate::enforcement::LeastProof;
use crate::operate::Change;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SiteCommand;
use crate::operate::SitePolicyChange;
use crate::operate::SiteReply;
use crate::operate::view::AskedView;
use crate::operate::view::SiteRehearsal;
use crate::operate::view::SiteView;
use crate::operate::view::WayView;

pub(super) const SITE_HELP: &str = "\
The stricter of the configuration and this holds, on every path that asks people for a proof; what programs prove stays
as it is, but they too come from the named networks and places only. `none` takes back what was set. It is in force when
the command returns. --rehearse changes nothing and tells whom it would keep out.

Examples:
  portcullis enforcement site grafana --only-from office --only-from vpn --rehearse
  portcullis enforcement site grafana --only-from office --only-from vpn
  portcullis enforcement site grafana --proof phishing_resistant --max-age 8h
  portcullis enforcement site grafana --only-from none";

/// A word that takes a setting back.
const NONE: &str = "none";

#[derive(Debug, Args)]
pub(super) struct SiteArguments {
    /// The site's name in the configuration.
    site: String,
    #[command(flatten)]
    change: ChangeArguments,
    /// Change nothing, and tell what it would do.
    #[arg(long)]
    rehearse: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ChangeArguments {
    /// A network or place that people and programs may come from, by its name; may be repeated; or none.
    #[arg(long, value_name = "NAME")]
    only_from: Vec<String>,
    /// What people prove at least.
    #[arg(long, value_parser = proof())]
    proof: Option<Change<LeastProof>>,
    /// How old that may be, as in 8h; from 1m to 30d; or none.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    max_age: Option<Change<Duration>>,
}

fn proof() -> impl TypedValueParser<Value = Change<LeastProof>> {
    let [second_factor, aal2, resistant, aal3] = LeastProof::ALL.map(LeastProof::name);
    PossibleValuesParser::new([second_factor, aal2, resistant, aal3, NONE])
        .map(|name| LeastProof::from_name(&name).map_or(Change::Clear, Change::Set))
}

fn span(text: &str) -> Result<Change<Duration>, &'static str> {
    if text == NONE {
        return Ok(Change::Clear);
    }
    config::span(text).map(Change::Set).ok_or("write a whole number and a unit, as in 8h, or none")
}

fn names(names: Vec<String>) -> Change<BTreeSet<String>> {
    if names.is_empty() {
        Change::Keep
    } else if names == [NONE] {
        Change::Clear
    } else {
        Change::Set(names.into_iter().collect())
    }
}

/// Lists what each site asks for.
pub(super) fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    ask(context, SiteCommand::List)
}

/// Changes, or rehearses, what one site asks for.
pub(super) fn set(arguments: SiteArguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let SiteArguments { site, change, rehearse } = arguments;
    let change = SitePolicyChange {
        only_from: names(change.only_from),
        proof: change.proof.unwrap_or_default(),
        max_age: match change.max_age {
            None | Some(Change::Keep) => Change::Keep,
            Some(Change::Clear) => Change::Clear,
            Some(Change::Set(span)) => Change::Set(span.as_secs()),
        },
    };
    ask(
        context,
        if rehearse {
            SiteCommand::Rehearse { site, change }
        } else {
            SiteCommand::Set { site, change, expected: None }
        },
    )
}

fn ask(context: &mut Context<'_>, command: SiteCommand) -> Result<(), Failure> {
    let Reply::Site(reply) = reach::ask(context, Command::Site(command))? else {
        return Err(reach::unexpected());
    };
    match reply {
        SiteReply::Sites(sites) if context.json => context.print_json(&sites),
        SiteReply::Rehearsal(rehearsal) if context.json => context.print_json(&*rehearsal),
        SiteReply::Sites(sites) => sites.iter().try_for_each(|site| print(context.out, site)),
        SiteReply::Rehearsal(rehearsal) => print_rehearsal(context.out, &rehearsal),
    }
}

fn print(out: &mut dyn Write, site: &SiteView) -> Result<(), Failure> {
    writeln!(out, "{}", site.name)?;
    let besides = [
        (!site.only_from.is_empty()).then(|| format!("from {}", site.only_from.join(", "))),
        site.proof.map(|proof| format!("at least {}", proof.name())),
        site.max_age.map(|age| format!("at most {} old", render::span(age))),
    ];
    let besides: Vec<String> = besides.into_iter().flatten().collect();
    let besides = if besides.is_empty() { "nothing".to_owned() } else { besides.join("; ") };
    for (label, value) in [
        ("configuration", asked(&site.configuration)),
        ("besides", besides),
        ("in force", asked(&site.in_force)),
    ] {
        writeln!(out, "  {label:<15} {value}")?;
    }
    if !site.unknown.is_empty() {
        let names = site.unknown.join(", ");
        writeln!(out, "  unknown         {names}: the configuration has no such network or place")?;
    }
    Ok(())
}

fn asked(asked: &AskedView) -> String {
    let mut said = Vec::new();
    if !asked.deny.is_empty() {
        said.push(format!("not from {}", asked.deny.join(", ")));
    }
    if let Some(allow) = &asked.allow {
        let nobody = || "nowhere".to_owned();
        let names = if allow.is_empty() { nobody() } else { allow.join(", ") };
        said.push(format!("only from {names}"));
    }
    let ways: Vec<String> = asked.ways.iter().map(way).collect();
    said.push(ways.join(" or "));
    match asked.routes {
        0 => {}
        1 => said.push("one route asks for something of its own".to_owned()),
        more => said.push(format!("{more} routes ask for something of their own")),
    }
    said.join("; ")
}

fn way(way: &WayView) -> String {
    let areas = [&way.networks, &way.places].into_iter().flatten();
    let areas = areas.map(|names| format!("in {}", names.join(", ")));
    let age = way.max_age.map(|age| format!("at most {} old", render::span(age)));
    std::iter::once(way.proof.clone()).chain(areas).chain(age).collect::<Vec<_>>().join(" ")
}

fn print_rehearsal(out: &mut dyn Write, it: &SiteRehearsal) -> Result<(), Failure> {
    writeln!(out, "Nothing was changed. It would be:")?;
    print(out, &it.site)?;
    writeln!(out, "  open sessions   {}", it.sessions)?;
    let logins = if it.logins.is_empty() {
        String::new()
    } else {
        format!(", among them {}", it.logins.join(", "))
    };
    writeln!(out, "  kept out        {}{logins}", it.kept_out)?;
    writeln!(out, "  asked again     {}", it.asked_again)?;
    for program in &it.programs {
        let agent = program.user_agent.as_deref().unwrap_or("a program");
        writeln!(
            out,
            "  would break     {agent} from {} on {}: {} requests, the last {}",
            program.network, program.route, program.requests, program.last
        )?;
    }
    for shared in &it.addresses {
        let kept = if shared.kept_out { ", kept out" } else { "" };
        writeln!(out, "  shared address  {}: {} people{kept}", shared.address, shared.people)?;
    }
    Ok(())
}

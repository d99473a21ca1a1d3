//! `init`: makes what an installation keeps, once (ruling 1).

mod certificate;

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reach;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::config::Configuration;
use crate::server::control;
use crate::server::state;
use crate::server::state::State;

/// Makes keys, store and run directory, and a development certificate where one is needed.
pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let configuration = context.configuration()?;
    let paths = &configuration.store;
    let wall = context.clock.wall();
    let created = AuditEvent::new(wall, AuditKind::StoreCreated, reach::actor());
    let state = state::create(paths, wall, &context.entropy, created)?;
    let finished = finish(context, &configuration, &state);
    // Everything is durable already; closing gives the lock back.
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime
        .block_on(state.store.close())
        .map_err(|e| Failure::Failed(format!("portcullis: {e}")))?;
    let made = finished?;
    if context.json {
        return context.print_json(&json!({
            "store": paths.path,
            "keys": paths.keys,
            "run": paths.run,
            "development_certificate": made.as_ref().map(|made| {
                json!({ "path": made.path, "sha256": made.fingerprint, "names": made.names })
            }),
        }));
    }
    tell(context, &configuration, made.as_ref())
}

fn finish(
    context: &Context<'_>,
    configuration: &Configuration,
    state: &State,
) -> Result<Option<Made>, Failure> {
    control::make_run_dir(&configuration.store.run).map_err(|e| Failure::Failed(e.to_string()))?;
    if !configuration.development_certificate {
        return Ok(None);
    }
    let hosts =
        configuration.sites.iter().flat_map(|site| site.hosts.iter().map(ToString::to_string));
    let made = certificate::make(hosts, context.clock.wall())
        .map_err(|e| Failure::Failed(e.to_string()))?;
    let path = state
        .keys
        .save_development_certificate(&made.certificate, &made.key)
        .map_err(|e| Failure::Failed(e.to_string()))?;
    Ok(Some(Made { path, fingerprint: made.fingerprint, names: made.names }))
}

/// A development certificate that was made.
struct Made {
    path: PathBuf,
    fingerprint: String,
    names: Vec<String>,
}

fn tell(
    context: &mut Context<'_>,
    configuration: &Configuration,
    made: Option<&Made>,
) -> Result<(), Failure> {
    let paths = &configuration.store;
    let file = context.path().display().to_string();
    let out = &mut context.out;
    writeln!(out, "Made:")?;
    writeln!(out, "  {}  the store: accounts, sessions, audit log", paths.path.display())?;
    writeln!(
        out,
        "  {}  the keys; keep a copy of both, apart from each other",
        paths.keys.display()
    )?;
    writeln!(out, "  {}  where commands reach the running gateway", paths.run.display())?;
    if let Some(made) = made {
        writeln!(
            out,
            "\nWARNING: gateway.yaml names no certificate, so a SELF-SIGNED one was made, for development only."
        )?;
        writeln!(
            out,
            "Browsers will warn, and nobody can tell it from an impostor's but by this fingerprint:"
        )?;
        writeln!(out, "  file     {}", made.path.display())?;
        writeln!(out, "  names    {}", made.names.join(", "))?;
        writeln!(out, "  SHA-256  {}", made.fingerprint)?;
        writeln!(out, "It ends in 90 days. For anything real, set tls.certificates.")?;
    }
    let option = if file == "gateway.yaml" { String::new() } else { format!(" --config {file}") };
    writeln!(out, "\nNext:")?;
    writeln!(out, "  portcullis{option} user add YOUR-NAME --role owner")?;
    writeln!(out, "  portcullis{option} run")?;
    Ok(())
}

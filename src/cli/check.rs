//! `check` and `schema`: the configuration before anything runs on it.

mod followers;
mod foresight;
mod passkeys;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use crate::config;
use crate::config::Configuration;
use crate::server::geography;

/// Checks the configuration; every fault is printed, with its place and its remedy.
pub(super) fn check(context: &mut Context<'_>) -> Result<(), Failure> {
    let file = context.path().display().to_string();
    match context.configuration() {
        Ok(configuration) => {
            let warnings = warnings(&configuration, context)?;
            let sinks = followers::lines(&configuration, context);
            if context.json {
                return context.print_json(
                    &json!({ "valid": true, "errors": [], "warnings": warnings, "sinks": sinks }),
                );
            }
            for warning in &warnings {
                writeln!(context.out, "warning: {warning}")?;
            }
            for sink in &sinks {
                writeln!(context.out, "{sink}")?;
            }
            let sites = configuration.sites.iter().count();
            Ok(writeln!(context.out, "{file} is valid: {sites} site(s)")?)
        }
        Err(errors) if context.json => {
            context.print_json(
                &json!({ "valid": false, "errors": errors.to_json(), "warnings": [] }),
            )?;
            Err(Failure::Reported)
        }
        Err(errors) => Err(errors.into()),
    }
}

/// What is valid and should be known.
pub(super) fn warnings(
    configuration: &Configuration,
    context: &Context<'_>,
) -> Result<Vec<String>, Failure> {
    let mut warnings = configuration.warnings.clone();
    warnings.extend(geography::inspect(configuration, &context.clock));
    warnings.append(&mut foresight::warnings(configuration, context)?);
    warnings.append(&mut passkeys::warnings(configuration, context));
    Ok(warnings)
}

/// Prints the JSON Schema of the configuration.
pub(super) fn schema(context: &mut Context<'_>) -> Result<(), Failure> {
    let schema = serde_json::to_string_pretty(&config::schema())
        .map_err(|e| Failure::Failed(e.to_string()))?;
    writeln!(context.out, "{schema}")?;
    Ok(())
}

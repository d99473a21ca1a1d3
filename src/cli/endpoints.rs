//! `portcullis endpoints`: what the built-in pages serve, for tests and reviews.

use super::context::Context;
use super::failure::Failure;
use crate::portal;

/// Prints every page and act: its method, its path below the prefix, and who is answered.
pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let endpoints = portal::endpoints();
    if context.json {
        return context.print_json(&endpoints);
    }
    for endpoint in endpoints {
        let (method, guard) = (endpoint.method.name(), endpoint.guard.name());
        writeln!(context.out, "{method} {} {guard}", endpoint.path)?;
    }
    Ok(())
}

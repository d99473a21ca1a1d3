//! Those who follow the audit log: as the running gateway has them, and what the file says besides.

use super::super::audit::sinks;
use super::super::context::Context;
use super::super::control_client;
use super::super::failure::Failure;
use crate::config::Configuration;
use crate::operate::Command;
use crate::operate::SinkCommand;
use crate::operate::SinkView;
use crate::operate::wire;

/// A line for each of the configuration.
pub(super) fn lines(configuration: &Configuration, context: &Context<'_>) -> Vec<String> {
    if configuration.audit.sinks.is_empty() {
        return Vec::new();
    }
    let now = context.clock.wall();
    let found = running(configuration);
    let line = |(name, way): (&str, &str)| match &found {
        Ok(Some(views)) => match views.iter().find(|view| view.name == name && view.way == way) {
            Some(view) => sinks::line(view, now),
            None => format!("sink {name} ({way}): the running gateway does not know it yet"),
        },
        Ok(None) => format!("sink {name} ({way}): no gateway runs, so that it gets nothing"),
        Err(_) => format!("sink {name} ({way}): how it gets on, the gateway does not tell here"),
    };
    configuration.audit.sinks.iter().map(|it| line((&it.name, it.way.name()))).collect()
}

/// As the running gateway says; none: there is none.
fn running(configuration: &Configuration) -> Result<Option<Vec<SinkView>>, Failure> {
    let socket = configuration.store.run.join(wire::SOCKET);
    let Some(stream) = control_client::connect(&socket)? else { return Ok(None) };
    let reply = control_client::ask(stream, None, Command::AuditSink(SinkCommand::List))?;
    sinks::of(reply).map(Some)
}

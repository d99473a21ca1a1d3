//! Where records of the audit log are handed on to as they are written: a file, a syslog receiver, a webhook.
//!
//! An outlet takes records in order, several at once, and answers when they are there; what it does not take is offered again.
//! So a receiver may get a record twice, and tells by its `seq`. What holds records until they are taken is the store.

mod file;
pub mod syslog;
pub mod webhook;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use self::file::FileOutlet;
use self::syslog::SyslogOutlet;
use self::webhook::WebhookOutlet;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::audit::AuditRecord;
use crate::audit::line;
use crate::audit::line::Digits;
use crate::clock::Clock;
use crate::store::Follower;

/// What becomes of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Who follows it.
    pub sinks: Vec<SinkSettings>,
    /// How long records stay; none: forever.
    pub keep: Option<Duration>,
}

impl Settings {
    /// Those who follow the log, as the store knows them.
    #[must_use]
    pub fn followers(&self) -> Vec<Follower> {
        let follower = |sink: &SinkSettings| {
            let limit = (sink.on_lag == OnLag::RefuseActs).then_some(sink.lag_limit);
            Follower { name: sink.name.clone(), limit }
        };
        self.sinks.iter().map(follower).collect()
    }

    /// Whether somebody gets every record, and says that they have it.
    #[must_use]
    pub fn is_copied(&self) -> bool {
        self.sinks.iter().any(|sink| sink.way.answers() && sink.records == Selection::All)
    }
}

/// Somebody who follows the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkSettings {
    /// Its name: how far it has got is kept under it.
    pub name: String,
    /// How records get there.
    pub way: Way,
    /// Which ones.
    pub records: Selection,
    /// How many records it may be behind.
    pub lag_limit: u64,
    /// What happens when it is further behind.
    pub on_lag: OnLag,
}

/// Which records are handed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// All.
    #[default]
    All,
    /// What owners watch over: ways in for others, what is asked of everybody, what is done on the command line, the log
    /// taken out.
    Owners,
}

impl Selection {
    /// Whether a record is one of them.
    #[must_use]
    pub fn has(self, event: &AuditEvent) -> bool {
        match self {
            Self::All => true,
            Self::Owners => {
                event.is_told_to_owners()
                    || matches!(event.actor, Actor::Operator { .. })
                    || event.kind == AuditKind::AuditExported
            }
        }
    }
}

/// What happens when a sink is too far behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnLag {
    /// The log and the metrics say so.
    #[default]
    Warn,
    /// Acts are refused as well.
    RefuseActs,
}

/// How records get somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// At the end of a file.
    File(PathBuf),
    /// As messages of syslog.
    Syslog(syslog::Settings),
    /// In requests.
    Webhook(webhook::Settings),
}

impl Way {
    /// Whether whoever is there says that it has the records: syslog has no answer.
    #[must_use]
    pub const fn answers(&self) -> bool {
        match self {
            Self::File(_) | Self::Webhook(_) => true,
            Self::Syslog(_) => false,
        }
    }

    /// What kind of way it is.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Syslog(_) => "syslog",
            Self::Webhook(_) => "webhook",
        }
    }
}

/// Why records were not taken, without the address of whoever should have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotTaken(pub String);

/// A way that is open.
#[derive(Debug)]
pub enum Outlet {
    /// A file.
    File(FileOutlet),
    /// Syslog.
    Syslog(Box<SyslogOutlet>),
    /// A webhook.
    Webhook(Box<WebhookOutlet>),
}

impl Outlet {
    /// Of these settings; nothing is opened yet.
    #[must_use]
    pub fn new(way: &Way, clock: &Arc<dyn Clock>) -> Self {
        match way {
            Way::File(path) => Self::File(FileOutlet::new(path.clone())),
            Way::Syslog(settings) => Self::Syslog(Box::new(SyslogOutlet::new(settings.clone()))),
            Way::Webhook(settings) => {
                Self::Webhook(Box::new(WebhookOutlet::new(settings.clone(), Arc::clone(clock))))
            }
        }
    }

    /// Hands records over, all of them or, for all that is known, none; blocks.
    ///
    /// # Errors
    /// Why they were not taken.
    pub fn deliver(&mut self, records: &[AuditRecord]) -> Result<(), NotTaken> {
        match self {
            Self::File(outlet) => outlet.deliver(records),
            Self::Syslog(outlet) => outlet.deliver(records),
            Self::Webhook(outlet) => outlet.deliver(records),
        }
    }
}

/// Records as lines, each with its end: as an export has them.
fn lines(records: &[AuditRecord]) -> Result<String, NotTaken> {
    let mut text = String::new();
    for record in records {
        let line = line::of(record, Digits::ForWhatActs);
        text.push_str(&line.ok_or_else(|| NotTaken("a record cannot be written".to_owned()))?);
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests;

//! Geography databases that somebody replaces while the gateway runs.
//!
//! Whoever fetches them renames a new file over the old one, or writes over it in place. So the files are
//! looked at again and again; what changed and has come to rest is read aside, checked from end to end, and
//! put on the shelf only when it is good. Until then, and whatever happens to the file, the old database
//! answers. Where there is none, or it is too old, every place is unknown and rules refuse.

mod file;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use self::file::Eagerness;
use self::file::Watched;
use super::Running;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::config::Configuration;
use crate::geo::Kind;
use crate::geo::Settings;
use crate::geo::Shelf;
use crate::metrics::geography::DatabaseState;

/// How often ages are looked at where files are not.
const AGES_EVERY: Duration = Duration::from_secs(15);

/// What happened to a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// It is new, and in use.
    Loaded {
        /// What it is for.
        kind: Kind,
        /// Where it was read from.
        file: PathBuf,
        /// What it calls itself, and when it was built.
        database: String,
    },
    /// The file that is there cannot be used.
    Refused {
        /// What it is for.
        kind: Kind,
        /// The file.
        file: PathBuf,
        /// Why not.
        why: String,
        /// Whether another one decides meanwhile.
        another: bool,
    },
    /// The one in use has become too old.
    Expired {
        /// What it is for.
        kind: Kind,
    },
}

/// The databases, and what is known of their files.
pub(crate) struct Geography {
    shelf: Arc<Shelf>,
    clock: Arc<dyn Clock>,
    books: Arc<Mutex<Books>>,
    /// How often files are looked at; zero: never.
    every: Mutex<Duration>,
    /// What was found before there was a log of acts to tell it to.
    first: Mutex<Findings>,
}

struct Books {
    settings: Settings,
    files: [Watched; 2],
}

impl Books {
    fn look(&mut self, eagerness: Eagerness, stock: &Shelf, now: Timestamp) -> Findings {
        let (settings, files) = (&self.settings, &mut self.files);
        let news = files.iter_mut().filter_map(|file| file.look(settings, eagerness, stock, now));
        let news = news.collect();
        let states = files.iter().map(|file| (file.kind(), file.state(settings, stock, now)));
        Findings { news, states: states.collect() }
    }
}

/// What a look at the files came to.
#[derive(Default)]
struct Findings {
    news: Vec<News>,
    states: Vec<(Kind, Option<DatabaseState>)>,
}

impl Geography {
    /// Reads what is there. A database that cannot be used is no reason not to start.
    pub(crate) fn open(configuration: &Configuration, clock: &Arc<dyn Clock>) -> Self {
        let shelf = Arc::new(Shelf::default());
        let files = Kind::ALL.map(Watched::new);
        let mut books = Books { settings: configuration.geo.clone(), files };
        let first = Mutex::new(books.look(Eagerness::Now, &shelf, clock.now()));
        let every = Mutex::new(configuration.watch);
        let (clock, books) = (Arc::clone(clock), Arc::new(Mutex::new(books)));
        Self { shelf, clock, books, every, first }
    }

    /// Where the databases are.
    pub(crate) const fn shelf(&self) -> &Arc<Shelf> {
        &self.shelf
    }

    async fn look(
        &self,
        eagerness: Eagerness,
        prepare: impl FnOnce(&mut Books) + Send + 'static,
    ) -> Findings {
        let (books, stock) = (Arc::clone(&self.books), Arc::clone(&self.shelf));
        let now = self.clock.now();
        let looked = tokio::task::spawn_blocking(move || {
            let mut books = books.lock();
            prepare(&mut books);
            books.look(eagerness, &stock, now)
        });
        looked.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the geography databases could not be looked at");
            Findings::default()
        })
    }
}

/// What is wrong with the databases that a configuration names, in a sentence each.
pub(crate) fn inspect(configuration: &Configuration, clock: &Arc<dyn Clock>) -> Vec<String> {
    let first = Geography::open(configuration, clock).first.into_inner();
    first.news.iter().filter_map(complaint).collect()
}

/// Says what the first look came to.
pub(crate) async fn tell_first(running: &Running) {
    let first = std::mem::take(&mut *running.geography.first.lock());
    tell(running, first).await;
}

/// Reads what another configuration names, and what changed under the same names.
pub(crate) async fn configure(running: &Running, configuration: &Configuration) {
    *running.geography.every.lock() = configuration.watch;
    let settings = configuration.geo.clone();
    let look = running.geography.look(Eagerness::Now, |books| books.settings = settings);
    tell(running, look.await).await;
}

/// Looks at files and ages again and again.
pub(crate) async fn keep_watching(running: Arc<Running>) {
    loop {
        let every = *running.geography.every.lock();
        let (pause, eagerness) = if every.is_zero() {
            (AGES_EVERY, Eagerness::Never)
        } else {
            (every, Eagerness::Settled)
        };
        tokio::time::sleep(pause).await;
        let before = running.geography.shelf.generation();
        tell(&running, running.geography.look(eagerness, |_| {}).await).await;
        if running.geography.shelf.generation() != before {
            let ended = running.traffic.judge_streams(&running.live.load(), running.clock.now());
            if ended > 0 {
                tracing::info!(ended, "streams from places that are not permitted any more ended");
            }
        }
    }
}

async fn tell(running: &Running, findings: Findings) {
    for (kind, state) in &findings.states {
        running.metrics.geography.note(*kind, state.as_ref());
    }
    for news in findings.news {
        let wall = running.clock.wall();
        let event = |kind| AuditEvent::new(wall, kind, Actor::Gateway);
        let event = match &news {
            News::Loaded { kind, file, database } => {
                running.metrics.geography.loaded(*kind, &Ok(()));
                let (kind, file) = (kind.name(), file.display().to_string());
                tracing::info!(kind, %file, %database, "a geography database is in use");
                event(AuditKind::GeographyLoaded).with("file", file).with("database", database)
            }
            News::Refused { kind, file, why, .. } => {
                running.metrics.geography.loaded(*kind, &Err(()));
                tracing::error!("{}", complaint(&news).unwrap_or_default());
                event(AuditKind::GeographyRefused).with("file", file.display()).with("reason", why)
            }
            News::Expired { kind } => {
                tracing::error!("{}", complaint(&news).unwrap_or_default());
                event(AuditKind::GeographyExpired).with("database", kind.name())
            }
        };
        if let Err(error) = running.store.record(event).await {
            tracing::error!(%error, "the change could not be recorded in the audit log");
        }
    }
}

fn complaint(news: &News) -> Option<String> {
    const REFUSING: &str = "nothing is known of";
    let subject = |kind: &Kind| match kind {
        Kind::Places => "where anybody is: rules about places refuse everybody",
        Kind::Operators => {
            "whose networks addresses are in: rules about operators refuse everybody"
        }
    };
    match news {
        News::Loaded { .. } => None,
        News::Refused { file, why, another: true, .. } => {
            Some(format!("{}: {why}; the geography database in use stays in use", file.display()))
        }
        News::Refused { kind, file, why, another: false } => {
            Some(format!("{}: {why}; {REFUSING} {}", file.display(), subject(kind)))
        }
        News::Expired { kind } => Some(format!(
            "the geography database for {} is older than `geo.max_age` by now; {REFUSING} {}",
            kind.name(),
            subject(kind)
        )),
    }
}

#[cfg(test)]
mod tests;

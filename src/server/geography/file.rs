//! One database's file: when it is read, and what comes of it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::News;
use crate::clock::Timestamp;
use crate::config::Identity;
use crate::geo::Database;
use crate::geo::Kind;
use crate::geo::LARGEST;
use crate::geo::Settings;
use crate::geo::Shelf;
use crate::metrics::geography::DatabaseState;
use crate::metrics::geography::OnDisk;

/// When a changed file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eagerness {
    /// At once: somebody asked.
    Now,
    /// When it was the same at two looks: whoever writes it has finished.
    Settled,
    /// Not at all: nobody asked, and files are not watched.
    Never,
}

/// What was read last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    /// Nothing yet.
    Nothing,
    /// This file; none: there was none.
    File(Option<Identity>),
}

/// A database's file, and the database it gave.
#[derive(Debug)]
pub(super) struct Watched {
    kind: Kind,
    /// The path it had at the last look.
    path: Option<PathBuf>,
    /// The file at the last look.
    seen: Option<Identity>,
    /// The file that was judged last, good or not.
    judged: Judged,
    /// The file that gave the database on the stock.
    in_use: Option<Identity>,
    /// Whether the database on the shelf decided at the last look.
    decided: bool,
}

impl Watched {
    pub(super) const fn new(kind: Kind) -> Self {
        Self { kind, path: None, seen: None, judged: Judged::Nothing, in_use: None, decided: false }
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    /// How the database is; none when it is not configured.
    pub(super) fn state(
        &self,
        settings: &Settings,
        stock: &Shelf,
        now: Timestamp,
    ) -> Option<DatabaseState> {
        self.path.as_ref()?;
        let file = if self.is_current() { OnDisk::InUse } else { OnDisk::Another };
        let age = stock.get(self.kind).map(|database| now.since(database.built()));
        Some(DatabaseState { decides: self.decides(settings, stock, now), file, age })
    }

    /// Whether the database on the shelf is the one that is in the file.
    fn is_current(&self) -> bool {
        self.in_use.is_some() && self.in_use == self.seen
    }

    /// Looks at the file, and reads it if it is time to.
    pub(super) fn look(
        &mut self,
        settings: &Settings,
        eagerness: Eagerness,
        stock: &Shelf,
        now: Timestamp,
    ) -> Option<News> {
        let Some(path) = settings.file(self.kind) else {
            if self.path.is_some() {
                *self = Self::new(self.kind);
                stock.put(self.kind, None);
            }
            return None;
        };
        if self.path.as_ref() != Some(path) {
            (self.path, self.judged, self.in_use) = (Some(path.clone()), Judged::Nothing, None);
        }
        let found = Identity::of(path);
        let moved = std::mem::replace(&mut self.seen, found) != found;
        let is_due = match eagerness {
            Eagerness::Now => !self.is_current() || !self.decides(settings, stock, now),
            Eagerness::Settled => !moved && self.judged != Judged::File(found),
            Eagerness::Never => false,
        };
        let news = is_due.then(|| self.read(path, settings, stock, now));
        let decides = self.decides(settings, stock, now);
        let before = std::mem::replace(&mut self.decided, decides);
        if news.is_none() && before && !decides {
            stock.changed();
            return Some(News::Expired { kind: self.kind });
        }
        news
    }

    fn decides(&self, settings: &Settings, stock: &Shelf, now: Timestamp) -> bool {
        let database = stock.get(self.kind);
        database.is_some_and(|database| database.fitness(now, settings.max_age).is_ok())
    }

    fn read(&mut self, path: &Path, settings: &Settings, stock: &Shelf, now: Timestamp) -> News {
        let (kind, file, found) = (self.kind, path.to_owned(), self.seen);
        self.judged = Judged::File(found);
        let read = read(path, kind).and_then(|database| {
            let fitness = database.fitness(now, settings.max_age);
            fitness.map(|()| database).map_err(|why| why.to_string())
        });
        let read = match read {
            Ok(_) if Identity::of(path) != found => {
                Err("the file was changed while it was read".to_owned())
            }
            outcome => outcome,
        };
        match read {
            Ok(database) => {
                self.in_use = found;
                let name = database.to_string();
                stock.put(kind, Some(Arc::new(database)));
                News::Loaded { kind, file, database: name }
            }
            Err(why) => {
                let another = self.decides(settings, stock, now);
                News::Refused { kind, file, why, another }
            }
        }
    }
}

/// Reads a file into memory and checks all of it.
fn read(path: &Path, kind: Kind) -> Result<Database, String> {
    let failed = |error: std::io::Error| format!("the file cannot be read: {error}");
    // A pipe would block before its kind is known.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err("this is not a file".to_owned());
    }
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::new();
    if length > LARGEST {
        return Err(format!("the file is larger than {} MiB", LARGEST >> 20));
    }
    let room = usize::try_from(length).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(room).map_err(|error| error.to_string())?;
    // One that grows under the reader is found out by what it is afterwards.
    file.take(length).read_to_end(&mut bytes).map_err(failed)?;
    Database::read(bytes, kind).map_err(|error| error.to_string())
}

//! Programs that ask without signing in: what somebody who tightens rules has to know beforehand (S1.19).
//!
//! Of each site, route and network there is one entry, and there are only so many. They are kept in memory and
//! written to a file now and then: losing the last minute of them loses nothing that anything decides by.

use std::fs;
use std::fs::OpenOptions;
use std::hash::BuildHasher;
use std::hash::RandomState;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dashmap::DashMap;
use dashmap::Entry;
use ipnet::IpNet;
use serde::Deserialize;
use serde::Serialize;

use crate::area::Whereabouts;
use crate::clock::Clock;
use crate::clock::Timestamp;

/// How many entries are kept.
const MOST: usize = 4096;

/// How many there may be until the next pruning; what comes beyond is not noted.
const ROOM: usize = MOST + MOST / 4;

/// How many there may be where the network has a name, which nobody can choose.
const ROOM_OF_NAMED: usize = MOST * 2;

/// How many of those that are kept are kept for how often they asked; the others for how lately.
const FREQUENT: usize = MOST / 4 * 3;

/// How often the file is written, at most; and how long an entry keeps the same example.
const SAVE_EVERY: Duration = Duration::from_mins(1);

/// How long an entry is kept after the last request.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Bytes of a path, and of what a client calls itself, that are kept.
const LONGEST: usize = 160;

/// Bytes of the file that are read.
const LONGEST_FILE: u64 = 16 * 1024 * 1024;

/// Requests without a session for one route from one network, none of them a person's navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The site.
    pub site: String,
    /// The route that decided.
    pub route: String,
    /// The named network, or the /24 or /56 of the client.
    pub network: String,
    /// How many were forwarded.
    pub forwarded: u64,
    /// How many were asked for proof.
    pub challenged: u64,
    /// When the first came.
    pub first: Timestamp,
    /// When the last came.
    pub last: Timestamp,
    /// One of them.
    pub example: Example,
}

/// One request, as an example; no older than a minute when the last one came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Where it came from.
    pub client: IpAddr,
    /// Its method.
    pub method: String,
    /// Its host.
    pub host: String,
    /// Its path, without a query.
    pub path: String,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A request without a session, as it was decided.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The site's name.
    pub site: &'a str,
    /// The route's name.
    pub route: &'a str,
    /// Where it comes from.
    pub client: &'a Whereabouts,
    /// The method.
    pub method: &'a str,
    /// The host.
    pub host: &'a str,
    /// The path.
    pub path: &'a str,
    /// What the client calls itself.
    pub user_agent: Option<&'a str>,
    /// What was decided.
    pub decision: Decided,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It was forwarded.
    Forwarded,
    /// It was asked for proof.
    Challenged,
}

#[derive(Hash)]
enum Network<'a> {
    Named(&'a str),
    Around(IpNet),
}

/// The file's content.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    sightings: Vec<Sighting>,
}

/// Collects sightings, and keeps them in a file.
#[derive(Debug)]
pub struct Sightings {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// By a hash of site, route and network: nothing is copied to find one.
    seen: DashMap<u64, Sighting>,
    hasher: RandomState,
    count: AtomicUsize,
    is_changed: AtomicBool,
    saved: AtomicU64,
}

impl Sightings {
    /// The file that belongs to a store: beside its directory.
    #[must_use]
    pub fn file_of(store: &Path) -> PathBuf {
        let mut name = store.file_name().unwrap_or_default().to_owned();
        name.push(".sightings.json");
        store.with_file_name(name)
    }

    /// With what the file has; a file that cannot be read is begun anew, since nothing is decided by it.
    #[must_use]
    pub fn open(path: PathBuf, clock: Arc<dyn Clock>) -> Self {
        let kept = read(&path).unwrap_or_else(|error| {
            tracing::warn!(path = %path.display(), %error, "what asked without signing in is counted anew");
            Vec::new()
        });
        let all = Self {
            path,
            clock,
            seen: DashMap::new(),
            hasher: RandomState::new(),
            count: AtomicUsize::new(0),
            is_changed: AtomicBool::new(false),
            saved: AtomicU64::new(0),
        };
        for sighting in kept.into_iter().take(MOST) {
            let network = sighting
                .network
                .parse()
                .map_or_else(|_| Network::Named(&sighting.network), Network::Around);
            let key = all.hasher.hash_one((&*sighting.site, &*sighting.route, network));
            if all.seen.insert(key, sighting).is_none() {
                all.count.fetch_add(1, Ordering::Relaxed);
            }
        }
        all
    }

    /// Notes a request. No lock is shared by all; nothing is copied where its kind is known.
    pub fn note(&self, seen: &Seen<'_>) {
        let network = match seen.client.network.as_deref() {
            Some(name) => Network::Named(name),
            None => Network::Around(around(seen.client.address)),
        };
        let key = self.hasher.hash_one((seen.site, seen.route, &network));
        let now = self.clock.wall();
        match self.seen.entry(key) {
            Entry::Occupied(mut entry) => entry.get_mut().add(seen, now),
            Entry::Vacant(entry) => {
                let room = match network {
                    Network::Named(_) => ROOM_OF_NAMED,
                    Network::Around(_) => ROOM,
                };
                if self.count.load(Ordering::Relaxed) >= room {
                    return;
                }
                self.count.fetch_add(1, Ordering::Relaxed);
                let network = match network {
                    Network::Named(name) => name.to_owned(),
                    Network::Around(network) => network.to_string(),
                };
                entry.insert(Sighting::first(seen, network, now));
            }
        }
        if !self.is_changed.load(Ordering::Relaxed) {
            self.is_changed.store(true, Ordering::Relaxed);
        }
    }

    /// Every one of them.
    #[must_use]
    pub fn all(&self) -> Vec<Sighting> {
        self.seen.iter().map(|seen| seen.value().clone()).collect()
    }

    /// Housekeeping: forgets what is old or too much, and writes the file when that is due.
    ///
    /// # Errors
    /// When the file cannot be written; it is tried again when it is due the next time.
    pub fn tend(&self) -> io::Result<()> {
        let now = self.clock.now();
        self.prune();
        let saved = Timestamp::from_millis(self.saved.load(Ordering::Relaxed));
        if now.since(saved) < SAVE_EVERY {
            return Ok(());
        }
        self.saved.store(now.millis(), Ordering::Relaxed);
        self.save()
    }

    /// Writes the file, if anything came.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self) -> io::Result<()> {
        if !self.is_changed.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let sightings = self.seen.iter().map(|entry| entry.value().clone()).collect();
        let written = write(&self.path, &Kept { version: 1, sightings });
        if written.is_err() {
            self.is_changed.store(true, Ordering::Relaxed);
        }
        written
    }

    fn prune(&self) {
        let now = self.clock.wall();
        if self.seen.len() > MOST {
            let mut all: Vec<(u64, u8, u64, Timestamp)> = self
                .seen
                .iter()
                .map(|entry| (*entry.key(), entry.weight(), entry.asked(), entry.last))
                .collect();
            all.sort_by_key(|&(_, weight, asked, last)| std::cmp::Reverse((weight, asked, last)));
            let mut rest = all.split_off(FREQUENT.min(all.len()));
            rest.sort_by_key(|&(_, weight, _, last)| std::cmp::Reverse((weight, last)));
            for (key, ..) in rest.iter().skip(MOST - FREQUENT) {
                self.seen.remove(key);
            }
        }
        self.seen.retain(|_, sighting| now.since(sighting.last) < KEPT);
        self.count.store(self.seen.len(), Ordering::Relaxed);
    }
}

impl Sighting {
    fn first(seen: &Seen<'_>, network: String, now: Timestamp) -> Self {
        let mut sighting = Self {
            site: seen.site.to_owned(),
            route: seen.route.to_owned(),
            network,
            forwarded: 0,
            challenged: 0,
            first: now,
            last: now,
            example: Example::of(seen, now),
        };
        sighting.add(seen, now);
        sighting
    }

    fn add(&mut self, seen: &Seen<'_>, now: Timestamp) {
        let count = match seen.decision {
            Decided::Forwarded => &mut self.forwarded,
            Decided::Challenged => &mut self.challenged,
        };
        *count = count.saturating_add(1);
        self.last = now;
        if now.since(self.example.at) >= SAVE_EVERY {
            self.example = Example::of(seen, now);
        }
    }

    /// What it is worth when there are too many: anybody can ask from many networks, but only one who is in a
    /// named network can make an entry of it, and not everybody is forwarded.
    fn weight(&self) -> u8 {
        let named = self.network.parse::<IpNet>().is_err();
        2 * u8::from(named) + u8::from(self.forwarded > 0)
    }

    /// How often it asked.
    #[must_use]
    pub const fn asked(&self) -> u64 {
        self.forwarded.saturating_add(self.challenged)
    }
}

impl Example {
    fn of(seen: &Seen<'_>, at: Timestamp) -> Self {
        let path = seen.path.split_once(['?', '#']).map_or(seen.path, |(path, _)| path);
        Self {
            client: seen.client.address,
            method: seen.method.to_owned(),
            host: seen.host.to_owned(),
            path: cut(path),
            user_agent: seen.user_agent.map(cut),
            at,
        }
    }
}

fn cut(text: &str) -> String {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned()
}

/// The network around an address that is told when it has no name.
fn around(address: IpAddr) -> IpNet {
    let bits = if address.is_ipv4() { 24 } else { 56 };
    IpNet::new(address, bits).map_or_else(|_| IpNet::from(address), |net| net.trunc())
}

/// What a file has; nothing, when there is none.
///
/// # Errors
/// When it is there and cannot be read, or is none of ours.
pub fn read(path: &Path) -> io::Result<Vec<Sighting>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut text = Vec::new();
    file.take(LONGEST_FILE).read_to_end(&mut text)?;
    let kept: Kept = serde_json::from_slice(&text)?;
    if kept.version == 1 {
        Ok(kept.sightings)
    } else {
        Err(io::Error::other("it is of another version"))
    }
}

/// Whole or not at all, and for its owner alone.
fn write(path: &Path, kept: &Kept) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(&serde_json::to_vec(kept)?)?;
    file.sync_data()?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests;

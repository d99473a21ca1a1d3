//! Challenges that wait for their answer: in memory, for five minutes, taken once.
//!
//! A restart forgets them, which costs a person one more click. They never leave the server otherwise than in
//! the options of the page they were made for, and count only for whom they were made.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use parking_lot::Mutex;

use super::authentication::Asked;
use super::registration::Registration;
use crate::clock::Timestamp;
use crate::network;

/// How long a challenge waits.
pub const LIFETIME: Duration = Duration::from_mins(5);

/// Challenges of one session at once: as many tabs.
const EACH_SESSION: usize = 8;

/// Challenges of strangers in one network at once, so that one network cannot push out another's.
const EACH_NETWORK: usize = 256;

/// Challenges of all sessions, and of all strangers, at once.
const ALL: usize = 16_384;

/// Whom a challenge is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A session, by its key.
    Session(Vec<u8>),
    /// A browser that has no session yet, by its cookie.
    Visitor {
        /// The cookie's id.
        id: String,
        /// Where it is; only for fairness.
        network: IpAddr,
    },
}

impl Bearer {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Session(one), Self::Session(other)) => one == other,
            (Self::Visitor { id: one, .. }, Self::Visitor { id: other, .. }) => one == other,
            (Self::Session(_), Self::Visitor { .. }) | (Self::Visitor { .. }, Self::Session(_)) => {
                false
            }
        }
    }

    fn group(&self) -> Group {
        match self {
            Self::Session(key) => Group::Session(key.clone()),
            Self::Visitor { network, .. } => Group::Network(network::neighbourhood(*network)),
        }
    }
}

/// What a challenge is for, with what verifying its answer needs.
#[derive(Clone, Debug)]
pub enum Taken {
    /// Registering a passkey.
    Registration(Box<Registration>),
    /// Proving oneself.
    Asked(Box<Asked>),
}

/// Who shares a limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Group {
    Session(Vec<u8>),
    Network(IpNet),
}

#[derive(Debug)]
struct Waiting {
    made: Timestamp,
    bearer: Bearer,
    purpose: Taken,
}

/// One bounded set of challenges; the oldest goes first.
#[derive(Debug, Default)]
struct Pool {
    waiting: HashMap<Vec<u8>, Waiting>,
    order: VecDeque<Vec<u8>>,
    groups: HashMap<Group, VecDeque<Vec<u8>>>,
}

impl Pool {
    fn remove(&mut self, challenge: &[u8]) -> Option<Waiting> {
        let waiting = self.waiting.remove(challenge)?;
        let group = waiting.bearer.group();
        if let Some(members) = self.groups.get_mut(&group) {
            members.retain(|member| member != challenge);
            if members.is_empty() {
                self.groups.remove(&group);
            }
        }
        Some(waiting)
    }

    fn put(&mut self, challenge: Vec<u8>, waiting: Waiting, each: usize) {
        self.forget_old(waiting.made);
        let group = waiting.bearer.group();
        let members = self.groups.entry(group.clone()).or_default();
        let oldest = (members.len() >= each).then(|| members.front().cloned()).flatten();
        if let Some(oldest) = oldest {
            self.remove(&oldest);
        }
        self.groups.entry(group).or_default().push_back(challenge.clone());
        self.order.push_back(challenge.clone());
        self.waiting.insert(challenge, waiting);
    }

    /// Forgets what is too old, and the oldest where there are too many.
    fn forget_old(&mut self, now: Timestamp) {
        while let Some(front) = self.order.front().cloned() {
            let made = self.waiting.get(&front).map(|waiting| waiting.made);
            let stays = made.is_some_and(|made| now.since(made) < LIFETIME);
            if stays && self.waiting.len() < ALL {
                break;
            }
            self.order.pop_front();
            self.remove(&front);
        }
        if self.order.len() > 2 * ALL {
            let waiting = &self.waiting;
            self.order.retain(|challenge| waiting.contains_key(challenge));
        }
    }
}

/// Every challenge that waits.
#[derive(Debug, Default)]
pub struct Challenges {
    sessions: Mutex<Pool>,
    strangers: Mutex<Pool>,
}

impl Challenges {
    /// Keeps a challenge that was put into a page.
    pub fn put(&self, challenge: Vec<u8>, bearer: Bearer, purpose: Taken, now: Timestamp) {
        let (pool, each) = match &bearer {
            Bearer::Session(_) => (&self.sessions, EACH_SESSION),
            Bearer::Visitor { .. } => (&self.strangers, EACH_NETWORK),
        };
        pool.lock().put(challenge, Waiting { made: now, bearer, purpose }, each);
    }

    /// Takes a challenge out, for whom it was made: of all who answer it one gets it. None for everybody
    /// else, and for one that is too old.
    #[must_use]
    pub fn take(&self, challenge: &[u8], bearer: &Bearer, now: Timestamp) -> Option<Taken> {
        let pool = match bearer {
            Bearer::Session(_) => &self.sessions,
            Bearer::Visitor { .. } => &self.strangers,
        };
        let mut pool = pool.lock();
        if !pool.waiting.get(challenge)?.bearer.is(bearer) {
            return None;
        }
        let waiting = pool.remove(challenge)?;
        (now.since(waiting.made) < LIFETIME).then_some(waiting.purpose)
    }

    /// How many wait.
    #[must_use]
    pub fn count(&self) -> usize {
        self.sessions.lock().waiting.len() + self.strangers.lock().waiting.len()
    }
}

//! Which of a console's addresses takes a request: arithmetic over what is known of each, with the time
//! as an argument.
//!
//! An address is out of use while its checks fail, or for a while after failures in a row. When every
//! address is out, all are used: a console that may work beats a refusal that is certain.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arc_swap::ArcSwap;
use parking_lot::Mutex;

use super::Balance;
use super::Ejection;
use super::Upstream;

/// No two members of one process have the same key: what belonged to one never serves another.
static NEXT_KEY: AtomicU64 = AtomicU64::new(1);

/// A number that was given to nobody before.
#[must_use]
pub fn fresh_key() -> u64 {
    NEXT_KEY.fetch_add(1, Ordering::Relaxed)
}

/// One address of a console.
#[derive(Debug)]
pub struct Member {
    /// Which of the console's places it belongs to.
    pub endpoint: usize,
    /// The address.
    pub address: SocketAddr,
    /// Names it among all members that ever were.
    pub key: u64,
    active: AtomicUsize,
    standing: Mutex<Standing>,
}

/// What is known of an address.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    /// Failures in a row.
    failures: u32,
    /// How often it was ejected, until it has been good for long.
    ejections: u32,
    /// Ejected up to then.
    until: Duration,
    /// The checks say that it does not work.
    sick: bool,
    /// Checks in a row that say the opposite of `sick`.
    streak: u32,
}

/// Whether an address takes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It does.
    InUse,
    /// It failed, and is left alone for a while.
    Ejected,
    /// Its checks fail.
    Unhealthy,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::InUse, Self::Ejected, Self::Unhealthy];

    /// Its name in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InUse => "in_use",
            Self::Ejected => "ejected",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// What became of an address by what was learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is left alone for so long.
    Ejected(Duration),
    /// Its checks fail.
    Unhealthy,
    /// Its checks pass again.
    Healthy,
}

impl Member {
    fn new(endpoint: usize, address: SocketAddr) -> Self {
        Self {
            endpoint,
            address,
            key: fresh_key(),
            active: AtomicUsize::new(0),
            standing: Mutex::default(),
        }
    }

    /// Requests under way.
    #[must_use]
    pub fn active(&self) -> usize {
        self.active.load(Ordering::Acquire)
    }

    /// Whether it takes requests.
    #[must_use]
    pub fn state(&self, now: Duration) -> State {
        let standing = self.standing.lock();
        if standing.sick {
            State::Unhealthy
        } else if now < standing.until {
            State::Ejected
        } else {
            State::InUse
        }
    }

    fn succeeded(&self, now: Duration, ejection: &Ejection) {
        let mut standing = self.standing.lock();
        standing.failures = 0;
        if now >= standing.until.saturating_add(ejection.longest) {
            standing.ejections = 0;
        }
    }

    /// Nobody checks it any more: what the checks said is forgotten.
    pub fn goes_unchecked(&self) {
        let mut standing = self.standing.lock();
        standing.sick = false;
        standing.streak = 0;
    }

    /// Notes a check; `passed` says how it ended.
    pub fn checked(&self, passed: Result<(), ()>, (up, down): (u32, u32)) -> Option<Change> {
        let mut standing = self.standing.lock();
        if passed.is_ok() != standing.sick {
            standing.streak = 0;
            return None;
        }
        standing.streak = standing.streak.saturating_add(1);
        let needed = if standing.sick { up } else { down };
        if standing.streak < needed {
            return None;
        }
        standing.streak = 0;
        standing.sick = !standing.sick;
        if standing.sick {
            return Some(Change::Unhealthy);
        }
        // A check that passes is as good as an answer.
        standing.failures = 0;
        standing.until = Duration::ZERO;
        Some(Change::Healthy)
    }
}

/// A request under way at an address; counted as long as it lives, however it ends.
#[derive(Debug)]
pub struct Lease {
    member: Arc<Member>,
}

impl Lease {
    fn of(member: &Arc<Member>) -> Self {
        member.active.fetch_add(1, Ordering::AcqRel);
        Self { member: Arc::clone(member) }
    }

    /// The address.
    #[must_use]
    pub const fn member(&self) -> &Arc<Member> {
        &self.member
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.member.active.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Whether the address was chosen though none is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footing {
    /// It is in use.
    Sound,
    /// None is: all are tried.
    LastResort,
}

/// The addresses of one console.
#[derive(Debug)]
pub struct Balancer {
    balance: Balance,
    ejection: Ejection,
    members: ArcSwap<Vec<Arc<Member>>>,
    next: AtomicUsize,
    /// Held while an address is put out of use: two must not both be taken for not the last.
    ejecting: Mutex<()>,
}

impl Balancer {
    /// Without addresses yet.
    #[must_use]
    pub fn new(upstream: &Upstream) -> Self {
        Self {
            balance: upstream.balance,
            ejection: upstream.ejection,
            members: ArcSwap::default(),
            next: AtomicUsize::new(0),
            ejecting: Mutex::default(),
        }
    }

    /// Every address.
    #[must_use]
    pub fn members(&self) -> Arc<Vec<Arc<Member>>> {
        self.members.load_full()
    }

    /// Makes these the addresses. Those that stay keep what is known of them; one that comes back after
    /// it was gone is a new one. True when something changed.
    pub fn adopt(&self, found: &[(usize, SocketAddr)]) -> bool {
        let old = self.members.load_full();
        let known = |place: &(usize, SocketAddr)| {
            old.iter().find(|member| (member.endpoint, member.address) == *place)
        };
        if found.len() == old.len() && found.iter().all(|place| known(place).is_some()) {
            return false;
        }
        let member = |place: &(usize, SocketAddr)| {
            known(place).map_or_else(|| Arc::new(Member::new(place.0, place.1)), Arc::clone)
        };
        self.members.store(Arc::new(found.iter().map(member).collect()));
        true
    }

    /// Takes over the members of an earlier configuration, with what is known of them. `place` gives a
    /// member's place in this one, if it has one.
    pub fn inherit(&self, earlier: &Self, place: impl Fn(&Member) -> bool) {
        let kept = earlier.members().iter().filter(|m| place(m)).map(Arc::clone).collect();
        self.members.store(Arc::new(kept));
    }

    /// The address for a request, not one of those `tried` before if there is another.
    #[must_use]
    pub fn choose(&self, now: Duration, tried: &[u64]) -> Option<(Lease, Footing)> {
        let members = self.members.load();
        let footing = footing(&members, now);
        let usable = |m: &&Arc<Member>| takes(m, now, footing);
        let untried = |m: &&Arc<Member>| takes(m, now, footing) && !tried.contains(&m.key);
        let chosen = self
            .pick(members.iter().filter(untried))
            .or_else(|| self.pick(members.iter().filter(usable)))?;
        Some((Lease::of(chosen), footing))
    }

    /// Whether there is an address to choose that is none of those `tried`.
    #[must_use]
    pub fn has_another(&self, now: Duration, tried: &[u64]) -> bool {
        let members = self.members.load();
        let footing = footing(&members, now);
        members.iter().any(|m| takes(m, now, footing) && !tried.contains(&m.key))
    }

    fn pick<'m>(
        &self,
        candidates: impl Iterator<Item = &'m Arc<Member>> + Clone,
    ) -> Option<&'m Arc<Member>> {
        let count = candidates.clone().count();
        let start = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(count)?;
        let mut turn = candidates.clone().skip(start).chain(candidates.take(start));
        match self.balance {
            Balance::RoundRobin => turn.next(),
            // Of equals the first: the rotation spreads them.
            Balance::LeastConnections => turn.min_by_key(|member| member.active()),
        }
    }

    /// Notes that an address failed. It may be ejected, though never the last one in use.
    pub fn failed(&self, member: &Member, now: Duration) -> Option<Change> {
        let _one_at_a_time = self.ejecting.lock();
        let members = self.members.load();
        let others = members.iter().any(|m| m.key != member.key && m.state(now) == State::InUse);
        let mut standing = member.standing.lock();
        standing.failures = standing.failures.saturating_add(1);
        if standing.failures < self.ejection.after || now < standing.until || !others {
            return None;
        }
        // After its time one failure is enough to send it back.
        standing.failures = self.ejection.after.saturating_sub(1);
        let doubled = 2_u32.saturating_pow(standing.ejections);
        let span = self.ejection.first.saturating_mul(doubled).min(self.ejection.longest);
        standing.ejections = standing.ejections.saturating_add(1);
        standing.until = now.saturating_add(span);
        Some(Change::Ejected(span))
    }

    /// Notes that an address answered.
    pub fn succeeded(&self, member: &Member, now: Duration) {
        member.succeeded(now, &self.ejection);
    }
}

/// Whether any address is in use.
fn footing(members: &[Arc<Member>], now: Duration) -> Footing {
    let sound = members.iter().any(|member| member.state(now) == State::InUse);
    if sound { Footing::Sound } else { Footing::LastResort }
}

/// Whether an address takes requests when they stand like this.
fn takes(member: &Member, now: Duration, footing: Footing) -> bool {
    footing == Footing::LastResort || member.state(now) == State::InUse
}

#[cfg(test)]
mod tests;

//! Records that cannot matter any more: each stood for a while, and nobody comes for it after that.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::keys::Key;
use super::txn::Txn;
use crate::authenticator::handed::HandedApp;
use crate::clock::Timestamp;
use crate::session::places::Places;
use crate::session::sent_code::SentCode;
use crate::store::StoreError;
use crate::subject::password_link::PasswordLink;
use crate::throttle::sends::Destination;
use crate::throttle::sends::Tally;

/// Records that one act forgets.
pub(super) const MOST: usize = 1000;

/// How long it is known that somebody was told of a refusal, which is told once an hour.
const TOLD: Duration = Duration::from_hours(24);

/// What is kept for a while, and no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    Code,
    Destination,
    Handed,
    Link,
    Places,
    Tally,
    Told,
}

impl Passing {
    const ALL: [Self; 7] = [
        Self::Code,
        Self::Destination,
        Self::Handed,
        Self::Link,
        Self::Places,
        Self::Tally,
        Self::Told,
    ];

    /// The kind in the names of its records.
    const fn kind(self) -> &'static str {
        match self {
            Self::Code => "sent_code",
            Self::Destination => "sent_to",
            Self::Handed => "handed",
            Self::Link => "invite",
            Self::Places => "places",
            Self::Tally => "sent_for",
            Self::Told => "told",
        }
    }

    /// The names of those that are over.
    fn over(self, txn: &Txn<'_>, now: Timestamp) -> Result<Vec<Key>, StoreError> {
        match self {
            Self::Code => chosen(txn, self, |code: &SentCode| code.is_over(now)),
            Self::Destination => chosen(txn, self, |to: &Destination| to.is_over(now)),
            Self::Handed => chosen(txn, self, |app: &HandedApp| now >= app.expires),
            Self::Link => chosen(txn, self, |link: &PasswordLink| !link.is_good(now)),
            Self::Places => chosen(txn, self, |places: &Places| places.is_over(now)),
            Self::Tally => chosen(txn, self, |tally: &Tally| tally.is_over(now)),
            Self::Told => chosen(txn, self, |at: &Timestamp| now.since(*at) >= TOLD),
        }
    }

    /// Whether one is over still.
    fn is_over(self, txn: &Txn<'_>, key: &Key, now: Timestamp) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Code => txn.get(key)?.is_some_and(|code: SentCode| code.is_over(now)),
            Self::Destination => txn.get(key)?.is_some_and(|to: Destination| to.is_over(now)),
            Self::Handed => txn.get(key)?.is_some_and(|app: HandedApp| now >= app.expires),
            Self::Link => txn.get(key)?.is_some_and(|link: PasswordLink| !link.is_good(now)),
            Self::Places => txn.get(key)?.is_some_and(|places: Places| places.is_over(now)),
            Self::Tally => txn.get(key)?.is_some_and(|tally: Tally| tally.is_over(now)),
            Self::Told => txn.get(key)?.is_some_and(|at: Timestamp| now.since(at) >= TOLD),
        })
    }
}

fn chosen<T: DeserializeOwned>(
    txn: &Txn<'_>,
    passing: Passing,
    is_over: impl Fn(&T) -> bool,
) -> Result<Vec<Key>, StoreError> {
    let all: Vec<(Key, T)> = txn.records(&Key::all(passing.kind()))?;
    Ok(all.into_iter().filter(|(_, one)| is_over(one)).map(|(key, _)| key).collect())
}

/// The name of a record that is over, and what it is.
pub(super) type Stale = (Passing, Key);

/// Everything that is over.
pub(super) fn all(txn: &Txn<'_>, now: Timestamp) -> Result<Vec<Stale>, StoreError> {
    let mut all = Vec::new();
    for passing in Passing::ALL {
        all.extend(passing.over(txn, now)?.into_iter().map(|key| (passing, key)));
    }
    Ok(all)
}

/// Forgets what is over still: something may have come to it meanwhile.
pub(super) fn forget(
    txn: &mut Txn<'_>,
    over: Vec<Stale>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut count: usize = 0;
    for (passing, key) in over {
        if passing.is_over(txn, &key, now)? {
            txn.remove(key);
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

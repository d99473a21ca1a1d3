//! What sign-ons in front of the gateway say of requests: their tokens verified with keys that are fetched and kept.
//!
//! A token is verified once and remembered for minutes. Keys are fetched again when a token names one that is not there,
//! and regularly; what cannot be fetched for long is not believed any more (unknown means refuse).

mod keys;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use http::HeaderMap;
use lru::LruCache;
use ring::digest;

use self::keys::Keys;
use self::keys::Origin;
use crate::area::Whereabouts;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::outbound;
use crate::trusted_header::Form;
use crate::trusted_header::KeySource;
use crate::trusted_header::SignedHeader;
use crate::trusted_header::Statement;
use crate::trusted_header::TrustedHeader;
use crate::trusted_header::jwt::NotTaken;
use crate::trusted_header::jwt::Taken;

/// Tokens that are remembered of each site; what does not fit is verified again.
const TOKENS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// How long a token is remembered: so long may a key be withdrawn before that is noticed.
const REMEMBERED: Duration = Duration::from_mins(5);

/// How long fetching keys may take.
const FETCHING: Duration = Duration::from_secs(5);

/// The longest key set.
const LONGEST: u64 = 1 << 20;

/// What a sign-on says of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stated {
    /// Nothing that is believed: the request did not come by way of it.
    #[default]
    Elsewhere,
    /// Nobody is signed in there.
    Nobody,
    /// It is not clear, or not valid.
    Unclear,
    /// Who it is.
    Person(Arc<Statement>),
}

impl Stated {
    /// What is said of somebody.
    #[must_use]
    pub const fn person(&self) -> Option<&Arc<Statement>> {
        match self {
            Self::Person(statement) => Some(statement),
            Self::Elsewhere | Self::Nobody | Self::Unclear => None,
        }
    }
}

type Fetch = Arc<dyn Fn(&KeySource) -> Result<Vec<u8>, String> + Send + Sync>;

/// A token that was taken.
struct Known {
    statement: Arc<Statement>,
    until: Timestamp,
    at: Timestamp,
}

/// The tokens of a site, as they were read by this declaration.
struct Tokens {
    under: Arc<TrustedHeader>,
    known: LruCache<[u8; 32], Known>,
}

/// The keys of every sign-on, and the tokens that were verified with them.
pub struct Federation {
    clock: Arc<dyn Clock>,
    fetch: Fetch,
    keys: DashMap<KeySource, Arc<Keys>>,
    tokens: DashMap<String, Tokens>,
}

impl fmt::Debug for Federation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Federation").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl Federation {
    /// Which has no keys yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::fetching(clock, Arc::new(fetch))
    }

    fn fetching(clock: Arc<dyn Clock>, fetch: Fetch) -> Self {
        Self { clock, fetch, keys: DashMap::new(), tokens: DashMap::new() }
    }

    /// What the sign-on of a site says of a request that came from this peer.
    pub async fn hear(
        &self,
        (site, trusted): (&str, &Arc<TrustedHeader>),
        peer: Option<&Whereabouts>,
        headers: &HeaderMap,
    ) -> Stated {
        if !peer.is_some_and(|peer| trusted.believes(peer)) {
            return Stated::Elsewhere;
        }
        match &trusted.form {
            Form::Plain(plain) => match plain.read(&trusted.source, headers) {
                Ok(Some(statement)) => Stated::Person(Arc::new(statement)),
                Ok(None) => Stated::Nobody,
                Err(_) => Stated::Unclear,
            },
            Form::Signed(signed) => match signed.token(headers) {
                Ok(Some(token)) => self.taken((site, trusted), signed, token).await,
                Ok(None) => Stated::Nobody,
                Err(_) => Stated::Unclear,
            },
        }
    }

    async fn taken(
        &self,
        (site, trusted): (&str, &Arc<TrustedHeader>),
        signed: &SignedHeader,
        token: &str,
    ) -> Stated {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        if let Some(statement) = self.known(site, trusted, &hash) {
            return Stated::Person(statement);
        }
        match self.verified(trusted, signed, token).await {
            Ok(Taken { statement, until }) => {
                let statement = Arc::new(statement);
                let known =
                    Known { statement: Arc::clone(&statement), until, at: self.clock.now() };
                self.remember(site, trusted, (hash, known));
                Stated::Person(statement)
            }
            Err(why) => {
                tracing::debug!(site, reason = why.name(), "a sign-on's token is not taken");
                Stated::Unclear
            }
        }
    }

    /// By the keys there are; by newer ones, where the key that it names is not among them.
    async fn verified(
        &self,
        trusted: &TrustedHeader,
        signed: &SignedHeader,
        token: &str,
    ) -> Result<Taken, NotTaken> {
        let keys = Arc::clone(self.keys.entry(signed.keys.clone()).or_default().value());
        let about = (trusted.source.as_str(), &trusted.second_factor);
        let wall = self.clock.wall();
        let origin = Origin { source: &signed.keys, clock: &self.clock, fetch: &self.fetch };
        let set = keys.current(&origin).await;
        match signed.verify((token, &*set.ok_or(NotTaken::UnknownKey)?), about, wall) {
            Err(NotTaken::UnknownKey) => {
                let newer = keys.newer(&origin).await;
                signed.verify((token, &*newer.ok_or(NotTaken::UnknownKey)?), about, wall)
            }
            verified => verified,
        }
    }

    fn known(
        &self,
        site: &str,
        trusted: &Arc<TrustedHeader>,
        hash: &[u8; 32],
    ) -> Option<Arc<Statement>> {
        let mut tokens = self.tokens.get_mut(site)?;
        if !Arc::ptr_eq(&tokens.under, trusted) {
            return None;
        }
        let known = tokens.known.get(hash)?;
        let fresh =
            self.clock.now().since(known.at) < REMEMBERED && self.clock.wall() < known.until;
        fresh.then(|| Arc::clone(&known.statement))
    }

    fn remember(&self, site: &str, trusted: &Arc<TrustedHeader>, (hash, known): ([u8; 32], Known)) {
        let nothing = || Tokens { under: Arc::clone(trusted), known: LruCache::new(TOKENS) };
        let mut tokens = self.tokens.entry(site.to_owned()).or_insert_with(nothing);
        if !Arc::ptr_eq(&tokens.under, trusted) {
            *tokens = nothing();
        }
        tokens.known.put(hash, known);
    }
}

/// The bytes of a key set; blocks.
fn fetch(source: &KeySource) -> Result<Vec<u8>, String> {
    use std::io::Read as _;

    match source {
        KeySource::File(path) => {
            let mut bytes = Vec::new();
            let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
            file.take(LONGEST).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
            Ok(bytes)
        }
        KeySource::Url(url, authorities) => {
            outbound::get(&outbound::agent(authorities.as_deref(), FETCHING), url, LONGEST)
        }
    }
}

#[cfg(test)]
mod tests;

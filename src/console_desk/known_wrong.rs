//! Passwords that a console has just called wrong: typed again, it is not asked again.

use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use lru::LruCache;
use parking_lot::Mutex;
use ring::hmac;

use crate::clock::Timestamp;
use crate::console_login::basic::BasicCredentials;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;

/// How long. A password that becomes the right one meanwhile is refused for so long.
const REMEMBERED: Duration = Duration::from_mins(2);

/// How many; the oldest is forgotten first.
const MOST: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

type Mark = [u8; 32];

/// What is known to be wrong, as marks under a key that is made when the process starts.
pub struct KnownWrong {
    key: hmac::Key,
    marks: Mutex<LruCache<Mark, Timestamp>>,
}

impl fmt::Debug for KnownWrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownWrong(…)")
    }
}

impl KnownWrong {
    /// With nothing known.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &entropy::bytes::<32>(entropy)?),
            marks: Mutex::new(LruCache::new(MOST)),
        })
    }

    /// The console of that site has just called these wrong.
    pub fn note(&self, site: &str, credentials: &BasicCredentials, now: Timestamp) {
        self.marks.lock().put(self.mark(site, credentials), now.plus(REMEMBERED));
    }

    /// Whether it has.
    #[must_use]
    pub fn has(&self, site: &str, credentials: &BasicCredentials, now: Timestamp) -> bool {
        let mark = self.mark(site, credentials);
        self.marks.lock().peek(&mark).is_some_and(|until| now < *until)
    }

    fn mark(&self, site: &str, credentials: &BasicCredentials) -> Mark {
        let mut context = hmac::Context::with_key(&self.key);
        // Neither a site nor a user name has a zero.
        for part in [site, "\0", credentials.user(), "\0", credentials.password().expose()] {
            context.update(part.as_bytes());
        }
        let mut mark = Mark::default();
        mark.copy_from_slice(context.sign().as_ref());
        mark
    }
}

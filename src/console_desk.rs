//! What is under way of people's logins at their consoles: in memory only, bounded, and short-lived.
//!
//! An answer that lets somebody in waits here until they have given their second factor; of the cookies from before
//! sign-in it is known here which a login was sent with.

pub mod known_wrong;
pub mod probe;

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::Response;
use lru::LruCache;
use parking_lot::Mutex;

use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::console_login::CookieSealer;
use crate::console_login::basic::CredentialSealer;
use crate::console_login::cookies::BEFORE_SIGN_IN;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret::Secret;
use crate::subject::LoginName;
use crate::subject::SubjectId;

use self::known_wrong::KnownWrong;

/// How long an answer waits for the second factor.
pub const PATIENCE: Duration = Duration::from_mins(10);

/// Answers that wait at most: with [`MOST_BYTES`](crate::console_login::MOST_BYTES) each, 64 MiB.
const MOST_ANSWERS: usize = 1024;

/// Numbers of cookies that are remembered at most. Beyond, no login is sent.
const MOST_NUMBERS: usize = 262_144;

/// Typed names that are remembered.
const MOST_CALLED: NonZeroUsize = NonZeroUsize::new(16_384).expect("not zero");

/// The number of a cookie from before sign-in.
type Number = [u8; 16];

/// An answer of a console's, as it goes to the browser.
#[derive(Clone, Copy, Debug)]
pub struct FromConsole;

/// An answer that waits.
#[derive(Debug)]
pub struct Waiting {
    /// Who signs in with it.
    pub owner: SubjectId,
    /// The login's method.
    pub method: Method,
    /// The login's path.
    pub path: String,
    /// The answer.
    pub answer: Response<Bytes>,
}

/// How many answers wait for one person at most: then the oldest goes.
const MOST_OF_ONE: usize = 3;

/// The logins under way.
pub struct ConsoleDesk {
    /// Seals the consoles' session cookies.
    pub sealer: CookieSealer,
    /// Seals what people told consoles that ask for HTTP Basic.
    pub credentials: CredentialSealer,
    /// What such consoles have just called wrong.
    pub known_wrong: KnownWrong,
    clock: Arc<dyn Clock>,
    waiting: Mutex<HashMap<String, (Timestamp, Waiting)>>,
    used: Mutex<HashMap<Number, Timestamp>>,
    /// Names that people typed, and what the console called them then.
    called: Mutex<LruCache<LoginName, LoginName>>,
}

impl fmt::Debug for ConsoleDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleDesk")
            .field("waiting", &self.waiting.lock().len())
            .finish_non_exhaustive()
    }
}

/// There is no room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many logins at consoles are under way")]
pub struct NoRoom;

impl ConsoleDesk {
    /// With nothing under way.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new(
        key: &Secret<[u8; 32]>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, EntropyFailed> {
        Ok(Self {
            known_wrong: KnownWrong::new(entropy.as_ref())?,
            credentials: CredentialSealer::new(Arc::clone(&entropy))?,
            sealer: CookieSealer::new(key, Arc::clone(&clock), entropy)?,
            clock,
            waiting: Mutex::default(),
            used: Mutex::default(),
            called: Mutex::new(LruCache::new(MOST_CALLED)),
        })
    }

    /// Whom a name means that somebody typed: whom the console let in under it before, or else itself.
    #[must_use]
    pub fn called(&self, typed: &LoginName) -> LoginName {
        self.called.lock().get(typed).unwrap_or(typed).clone()
    }

    /// The console let somebody in under this name, and called them that.
    pub fn note_called(&self, typed: &LoginName, named: &LoginName) {
        if typed != named {
            self.called.lock().put(typed.clone(), named.clone());
        }
    }

    /// Has an answer wait for the session with this binding.
    ///
    /// # Errors
    /// When too many wait.
    pub fn withhold(&self, binding: &str, answer: Waiting) -> Result<(), NoRoom> {
        let now = self.clock.now();
        let mut waiting = self.waiting.lock();
        waiting.retain(|_, (until, _)| now < *until);
        let own = waiting.iter().filter(|(_, (_, one))| one.owner == answer.owner);
        let mut own: Vec<_> = own.map(|(key, (until, _))| (*until, key.clone())).collect();
        own.sort();
        for (_, oldest) in own.iter().take(own.len().saturating_add(1).saturating_sub(MOST_OF_ONE))
        {
            waiting.remove(oldest);
        }
        if waiting.len() >= MOST_ANSWERS {
            return Err(NoRoom);
        }
        waiting.insert(binding.to_owned(), (now.plus(PATIENCE), answer));
        Ok(())
    }

    /// Method and path of the login whose answer waits for the session with this binding.
    #[must_use]
    pub fn waits(&self, binding: &str) -> Option<(Method, String)> {
        let waiting = self.waiting.lock();
        let (until, one) = waiting.get(binding)?;
        (self.clock.now() < *until).then(|| (one.method.clone(), one.path.clone()))
    }

    /// The answer that waits for the session with this binding: once.
    #[must_use]
    pub fn release(&self, binding: &str) -> Option<Response<Bytes>> {
        let (until, waiting) = self.waiting.lock().remove(binding)?;
        (self.clock.now() < until).then_some(waiting.answer)
    }

    /// Drops what waited for too long.
    pub fn sweep(&self) {
        let now = self.clock.now();
        self.waiting.lock().retain(|_, (until, _)| now < *until);
        self.used.lock().retain(|_, until| now < *until);
    }

    /// Takes the numbers that a login is sent with: it gets those back that none was sent with before. While a login
    /// is under way, and after it, unless it clearly failed, its cookies are of no use to anybody else.
    ///
    /// # Errors
    /// When too many are remembered.
    pub fn take(&self, numbers: &[Number]) -> Result<Vec<Number>, NoRoom> {
        let now = self.clock.now();
        let mut used = self.used.lock();
        if used.len().saturating_add(numbers.len()) > MOST_NUMBERS {
            used.retain(|_, until| now < *until);
        }
        if used.len().saturating_add(numbers.len()) > MOST_NUMBERS {
            return Err(NoRoom);
        }
        let until = now.plus(BEFORE_SIGN_IN);
        Ok(numbers.iter().copied().filter(|number| used.insert(*number, until).is_none()).collect())
    }

    /// The login with these clearly failed: they are what they were.
    pub fn give_back(&self, numbers: &[Number]) {
        let mut used = self.used.lock();
        for number in numbers {
            used.remove(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::entropy::SeededEntropy;

    fn desk() -> (ConsoleDesk, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_800_000_000)));
        let entropy = Arc::new(SeededEntropy::new(1));
        (ConsoleDesk::new(&Secret::new([1; 32]), clock.clone(), entropy).unwrap(), clock)
    }

    fn of(owner: &str, body: &'static str) -> Waiting {
        Waiting {
            owner: SubjectId::from_stored(owner.to_owned()),
            method: Method::POST,
            path: "/login".to_owned(),
            answer: Response::new(Bytes::from_static(body.as_bytes())),
        }
    }

    fn answer(body: &'static str) -> Waiting {
        of("ada", body)
    }

    #[test]
    fn an_answer_waits_for_its_session_alone_once_and_ten_minutes() {
        let (desk, clock) = desk();
        desk.withhold("one", answer("a")).unwrap();
        assert!(desk.release("two").is_none());
        assert_eq!(desk.release("one").unwrap().body(), "a");
        assert!(desk.release("one").is_none(), "twice");
        desk.withhold("one", answer("b")).unwrap();
        clock.advance(PATIENCE);
        assert!(desk.release("one").is_none(), "too late");
    }

    #[test]
    fn there_is_an_end_to_what_waits_and_time_makes_room() {
        let (desk, clock) = desk();
        for n in 0..MOST_ANSWERS {
            desk.withhold(&n.to_string(), of(&n.to_string(), "")).unwrap();
        }
        assert_eq!(desk.withhold("more", answer("")), Err(NoRoom));
        clock.advance(PATIENCE);
        assert_eq!(desk.withhold("more", answer("")), Ok(()));
    }

    #[test]
    fn few_answers_wait_for_one_person_and_the_newest_stay() {
        let (desk, clock) = desk();
        for n in 0..10_u32 {
            desk.withhold(&n.to_string(), answer("")).unwrap();
            clock.advance(Duration::from_secs(1));
        }
        let waits = |n: u32| desk.waits(&n.to_string()).is_some();
        assert_eq!((0..10).filter(|n| waits(*n)).collect::<Vec<_>>(), [7, 8, 9]);
    }

    #[test]
    fn a_number_is_used_by_one_login_until_it_clearly_failed() {
        let (desk, clock) = desk();
        assert_eq!(desk.take(&[[1; 16], [2; 16]]).unwrap(), [[1; 16], [2; 16]]);
        assert_eq!(desk.take(&[[2; 16], [3; 16]]).unwrap(), [[3; 16]]);
        desk.give_back(&[[2; 16]]);
        assert_eq!(desk.take(&[[1; 16], [2; 16]]).unwrap(), [[2; 16]]);
        clock.advance(BEFORE_SIGN_IN);
        desk.sweep();
        assert_eq!(desk.used.lock().len(), 0, "what is over opens no more anyway");
    }
}

//! The keys of one sign-on: fetched when they are needed, by one at a time, and not too often.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::Fetch;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::trusted_header::KeySet;
use crate::trusted_header::KeySource;

/// For how long keys are believed that cannot be fetched again.
const STALE: Duration = Duration::from_hours(1);

/// How often keys are asked for again, whatever tokens name.
const fn refresh(source: &KeySource) -> Duration {
    match source {
        KeySource::File(_) => Duration::from_secs(5),
        KeySource::Url(..) => Duration::from_mins(10),
    }
}

/// How long nobody is asked after an attempt.
const fn pause(source: &KeySource) -> Duration {
    match source {
        KeySource::File(_) => Duration::from_secs(5),
        KeySource::Url(..) => Duration::from_mins(1),
    }
}

/// The same where there are no keys at all.
const PAUSE_WITHOUT: Duration = Duration::from_secs(5);

/// Where the keys of a sign-on come from, and by what.
pub(super) struct Origin<'a> {
    /// What the configuration names.
    pub(super) source: &'a KeySource,
    /// Says when it is time.
    pub(super) clock: &'a Arc<dyn Clock>,
    /// Fetches them.
    pub(super) fetch: &'a Fetch,
}

#[derive(Default)]
struct State {
    set: Option<Arc<KeySet>>,
    got: Timestamp,
    tried: Option<Timestamp>,
}

/// The keys of a sign-on.
#[derive(Default)]
pub(super) struct Keys {
    state: Mutex<State>,
    /// What was got last, and when: for those who come while it is fetched again.
    got: ArcSwapOption<(Arc<KeySet>, Timestamp)>,
}

impl Keys {
    /// Those there are; fetched where there are none, or where it is time. One waits for that, and no others while
    /// there are some to believe.
    pub(super) async fn current(&self, origin: &Origin<'_>) -> Option<Arc<KeySet>> {
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(_) => match self.got_lately(origin.clock.now()) {
                Some(set) => return Some(set),
                None => self.state.lock().await,
            },
        };
        if state.set.is_none() || origin.clock.now().since(state.got) >= refresh(origin.source) {
            state.renew(origin).await;
        }
        self.believed(&mut state, origin)
    }

    /// Those there are, after they were fetched again if nobody did that a moment ago.
    pub(super) async fn newer(&self, origin: &Origin<'_>) -> Option<Arc<KeySet>> {
        let mut state = self.state.lock().await;
        state.renew(origin).await;
        self.believed(&mut state, origin)
    }

    fn believed(&self, state: &mut State, origin: &Origin<'_>) -> Option<Arc<KeySet>> {
        let set = state.believed(origin.clock.now());
        self.got.store(set.clone().map(|set| Arc::new((set, state.got))));
        set
    }

    fn got_lately(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        let got = self.got.load();
        let (set, at) = &**got.as_ref()?;
        (now.since(*at) < STALE).then(|| Arc::clone(set))
    }
}

impl State {
    async fn renew(&mut self, origin: &Origin<'_>) {
        let Origin { source, clock, fetch } = *origin;
        let now = clock.now();
        let pause = if self.set.is_none() { PAUSE_WITHOUT } else { pause(source) };
        if self.tried.is_some_and(|tried| now.since(tried) < pause) {
            return;
        }
        self.tried = Some(now);
        let (fetch, place) = (Arc::clone(fetch), source.clone());
        let fetched = tokio::task::spawn_blocking(move || fetch(&place)).await;
        let fetched = fetched.unwrap_or_else(|_| Err("it was given up".to_owned()));
        match fetched.and_then(|bytes| KeySet::parse(&bytes).map_err(|error| error.to_string())) {
            Ok(set) => {
                self.set = Some(Arc::new(set));
                self.got = clock.now();
            }
            Err(error) => {
                tracing::warn!(%source, error, "the keys of a sign-on cannot be had");
            }
        }
    }

    /// Keys that could be fetched not long ago.
    fn believed(&mut self, now: Timestamp) -> Option<Arc<KeySet>> {
        if now.since(self.got) >= STALE {
            self.set = None;
        }
        self.set.clone()
    }
}

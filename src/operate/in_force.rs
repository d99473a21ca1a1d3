//! Between what is decided and what is judged by: acts that change what the gate is compiled from are answered when it was.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::sync::oneshot;

use super::OperateError;
use crate::sightings::Sightings;

/// How many may wait for the gate at once.
const WAITING: usize = 64;

/// How long somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whoever waits for the gate to follow.
type Waiting = oneshot::Sender<Result<(), String>>;

/// What acts need of a gateway that runs, besides its sessions.
#[derive(Clone, Debug)]
pub struct RunningGate {
    /// Asks the gate to judge by what the store says now.
    pub follow: Follow,
    /// The programs that ask without signing in.
    pub sightings: Arc<Sightings>,
}

/// Asks the gate to judge by what the store says now.
#[derive(Clone, Debug)]
pub struct Follow(mpsc::Sender<Waiting>);

/// Where the gate is asked; by default nobody can ask.
#[derive(Debug, Default)]
pub struct Followed(Option<mpsc::Receiver<Waiting>>);

/// The two ends of it.
#[must_use]
pub fn follow() -> (Follow, Followed) {
    let (asks, asked) = mpsc::channel(WAITING);
    (Follow(asks), Followed(Some(asked)))
}

impl Follow {
    /// Returns when the gate judges by what the store said when this was called.
    ///
    /// # Errors
    /// When it does not, or not within twenty seconds.
    pub(super) async fn now(&self) -> Result<(), OperateError> {
        let failed = |why: &str| OperateError::Failed { why: why.to_owned() };
        let (waiting, done) = oneshot::channel();
        let asked = async {
            self.0.send(waiting).await.map_err(|_| failed("the gateway is stopping"))?;
            done.await.map_err(|_| failed("the gateway is stopping"))?.map_err(|why| failed(&why))
        };
        let late = || failed("the gateway did not follow in time");
        tokio::time::timeout(PATIENCE, asked).await.map_err(|_| late())?
    }
}

impl Followed {
    /// The next who waits for the gate; never, once nobody can ask any more.
    pub async fn next(&mut self) -> Answerable {
        if let Some(asked) = &mut self.0
            && let Some(waiting) = asked.recv().await
        {
            return Answerable(waiting);
        }
        std::future::pending().await
    }
}

/// Somebody who waits to be told that the gate has followed.
#[derive(Debug)]
pub struct Answerable(Waiting);

impl Answerable {
    /// Tells them.
    pub fn tell(self, outcome: Result<(), String>) {
        // Whoever has gone away need not know.
        drop(self.0.send(outcome));
    }
}

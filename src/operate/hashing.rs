//! Hashing in the administration: one at a time, and few wait. What people need to sign in is hashed elsewhere, and is not
//! to wait for it.

use tokio::sync::Mutex;
use tokio::sync::Semaphore;

use super::OperateError;

/// How many are hashed or wait for it; each holds what it hashes.
pub(super) const PLACES: usize = 16;

/// Where passwords and codes are hashed.
#[derive(Debug)]
pub(super) struct Hashing {
    places: Semaphore,
    /// Held by the one that is hashed.
    pub(super) hasher: Mutex<()>,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { places: Semaphore::new(PLACES), hasher: Mutex::new(()) }
    }
}

impl Hashing {
    /// Runs something that hashes, on a thread that may block: the gateway's own threads serve requests meanwhile.
    ///
    /// # Errors
    /// When too many wait already, or the process stops.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, OperateError> {
        let _place = self.places.try_acquire().map_err(|_| OperateError::Busy)?;
        let _alone = self.hasher.lock().await;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|_| OperateError::failed(&"the gateway is stopping"))
    }

    /// How many more would find a place.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.places.available_permits()
    }
}

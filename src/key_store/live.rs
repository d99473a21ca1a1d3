//! The signing keys in use: the files and the ring made from them, changed together and one at a time.

use std::sync::Arc;

use arc_swap::ArcSwap;
use parking_lot::Mutex;

use super::KeyFile;
use super::KeyStore;
use super::KeyStoreError;
use crate::assertion::KeyRing;
use crate::assertion::key_ring::PUBLISH_AHEAD;
use crate::clock::Timestamp;

/// The keys of a running process. The ring it was made with is the one that requests are signed by.
#[derive(Debug)]
pub struct LiveKeys {
    pub(super) files: KeyStore,
    ring: Arc<ArcSwap<KeyRing>>,
    turn: Mutex<()>,
}

impl LiveKeys {
    /// Loads the ring from the files.
    ///
    /// # Errors
    /// When there is no usable signing key.
    pub fn load(files: KeyStore) -> Result<Self, KeyStoreError> {
        let ring = Arc::new(ArcSwap::from_pointee(files.load_ring()?));
        Ok(Self { files, ring, turn: Mutex::new(()) })
    }

    /// The ring, for whoever signs and publishes; follows every change.
    #[must_use]
    pub fn ring(&self) -> &Arc<ArcSwap<KeyRing>> {
        &self.ring
    }

    /// Makes the next key: in its file, not yet in the ring. It is published by [`LiveKeys::publish`].
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_next(&self, wall: Timestamp) -> Result<KeyFile, KeyStoreError> {
        self.files.add_signing_key(wall, wall.plus(PUBLISH_AHEAD))
    }

    /// Makes a key that signs at once: in its file, not yet in the ring.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_immediate(&self, wall: Timestamp) -> Result<KeyFile, KeyStoreError> {
        self.files.add_signing_key(wall, wall)
    }

    /// Takes back a key that was made.
    ///
    /// # Errors
    /// When its file cannot be removed.
    pub fn withdraw(&self, key: &KeyFile) -> Result<(), KeyStoreError> {
        self.files.withdraw(key)
    }

    /// Puts what the files hold into the ring.
    ///
    /// # Errors
    /// When a key cannot be read: the ring stays.
    pub fn publish(&self) -> Result<(), KeyStoreError> {
        let _turn = self.turn.lock();
        self.ring.store(Arc::new(self.files.load_ring()?));
        Ok(())
    }

    /// Removes every key but `kid`, from the ring first: from now on no other is signed with or vouched
    /// for, even when a file cannot be removed.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn keep_only(&self, kid: &str) -> Result<Vec<KeyFile>, KeyStoreError> {
        let _turn = self.turn.lock();
        self.ring.store(Arc::new(self.files.load_only(kid)?));
        self.files.remove_all_but(kid)
    }

    /// Removes the files of retired keys and puts the rest into the ring.
    ///
    /// # Errors
    /// When the keys cannot be read or a file not removed.
    pub fn remove_retired(&self, wall: Timestamp) -> Result<Vec<KeyFile>, KeyStoreError> {
        let _turn = self.turn.lock();
        let removed = self.files.remove_retired(wall)?;
        self.ring.store(Arc::new(self.files.load_ring()?));
        Ok(removed)
    }
}

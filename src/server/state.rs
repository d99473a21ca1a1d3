//! What an installation keeps: keys and store, made by `init` alone and opened by everybody else
//! (ruling 1).

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::config::StorePaths;
use crate::entropy::Entropy;
use crate::key_store::KeyStore;
use crate::key_store::KeyStoreError;
use crate::store::Store;
use crate::store::sealing::DataKey;
use crate::store::sled::OpenError;
use crate::store::sled::SledStore;
use crate::store::sled::StorePaths as SledPaths;

/// The store's head file, in the key directory: how far the store had come.
const HEAD: &str = "store.head";

/// Why there is no state to work with.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// `init` found something already.
    #[error(
        "there is something already, and nothing is ever made over it:{}\nIf this installation is in use, nothing \
         needs to be done. If an earlier `portcullis init` was interrupted, remove these and run it again",
        list(.0)
    )]
    Exists(Vec<PathBuf>),
    /// The files belong to another user: written by this one, the gateway could not read them any more.
    #[error(
        "{path} belongs to the user with id {owner}, and this command runs as {own}. Run it as that user: \
         `sudo -u '#{owner}' portcullis …`"
    )]
    OtherUser {
        /// What belongs to them.
        path: PathBuf,
        /// Their id.
        owner: u32,
        /// Ours.
        own: u32,
    },
    /// A key is missing or unusable.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The store is missing or unusable.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The system refused.
    #[error("cannot look at {path}: {cause}")]
    System {
        /// What was looked at.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl StateError {
    /// Whether something that `init` makes is not there: a matter of set-up, exit code 64.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Keys(KeyStoreError::Missing { .. })
                | Self::Store(
                    OpenError::Nothing { .. }
                        | OpenError::StoreMissing { .. }
                        | OpenError::HeadMissing { .. }
                )
        )
    }

    /// Whether another process has the store open.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        matches!(self, Self::Store(OpenError::Locked { .. }))
    }
}

/// Keys and store of an installation.
#[derive(Debug)]
pub struct State {
    /// The key directory.
    pub keys: KeyStore,
    /// The store, open in this process alone.
    pub store: Arc<dyn Store>,
    /// The latest moment found in it, for [`Clock::raise_to`](crate::clock::Clock::raise_to).
    pub latest: Timestamp,
}

/// Opens what `init` made.
///
/// # Errors
/// When anything is missing, damaged, exposed, in use, or not this user's.
pub fn open(paths: &StorePaths, entropy: Arc<dyn Entropy>) -> Result<State, StateError> {
    let keys = keys(paths)?;
    let opened = SledStore::open(&store_paths(paths), &data_key(&keys)?, entropy)?;
    Ok(State { keys, store: Arc::new(opened.store), latest: opened.latest })
}

/// The keys that `init` made; the store is not touched.
///
/// # Errors
/// When they are missing, exposed, or not this user's.
pub fn keys(paths: &StorePaths) -> Result<KeyStore, StateError> {
    for path in [&paths.path, &paths.keys] {
        refuse_other_user(path)?;
    }
    let keys = open_keys(paths)?;
    data_key(&keys)?;
    Ok(keys)
}

/// Makes keys and store where there are none.
///
/// # Errors
/// When there is anything already, or the system refuses.
pub fn create(
    paths: &StorePaths,
    wall: Timestamp,
    entropy: &Arc<dyn Entropy>,
    created: AuditEvent,
) -> Result<State, StateError> {
    let found = existing(paths)?;
    if !found.is_empty() {
        return Err(StateError::Exists(found));
    }
    let keys = KeyStore::create(&paths.keys, wall, entropy.as_ref())?;
    let store = SledStore::create(&store_paths(paths), &data_key(&keys)?, entropy, created)?;
    Ok(State { keys, store: Arc::new(store), latest: wall })
}

fn existing(paths: &StorePaths) -> Result<Vec<PathBuf>, StateError> {
    let mut found = Vec::new();
    let store = fs::read_dir(&paths.path).map(|mut entries| entries.next().is_some());
    if if_there(store, &paths.path)?.unwrap_or_default() {
        found.push(paths.path.clone());
    }
    let head = paths.keys.join(HEAD);
    for path in KeyStore::at(&paths.keys).places().into_iter().chain([head]) {
        if if_there(fs::symlink_metadata(&path), &path)?.is_some() {
            found.push(path);
        }
    }
    Ok(found)
}

/// A key directory without a store and a store without keys are told apart from nothing at all.
fn open_keys(paths: &StorePaths) -> Result<KeyStore, StateError> {
    let nothing = existing(paths)?.is_empty();
    KeyStore::open(&paths.keys).map_err(|error| {
        if nothing && matches!(error, KeyStoreError::Missing { .. }) {
            let (dir, head) = (paths.path.clone(), paths.keys.join(HEAD));
            return StateError::Store(OpenError::Nothing { dir, head });
        }
        error.into()
    })
}

fn refuse_other_user(path: &Path) -> Result<(), StateError> {
    let own = rustix::process::geteuid().as_raw();
    match if_there(fs::metadata(path), path)? {
        Some(found) if found.uid() != own => {
            Err(StateError::OtherUser { path: path.to_owned(), owner: found.uid(), own })
        }
        _ => Ok(()),
    }
}

fn if_there<T>(looked: io::Result<T>, path: &Path) -> Result<Option<T>, StateError> {
    match looked {
        Ok(found) => Ok(Some(found)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(StateError::System { path: path.to_owned(), cause }),
    }
}

fn store_paths(paths: &StorePaths) -> SledPaths {
    SledPaths { dir: paths.path.clone(), head: paths.keys.join(HEAD) }
}

fn data_key(keys: &KeyStore) -> Result<DataKey, StateError> {
    let bytes = keys.data_key()?;
    DataKey::from_bytes(bytes.expose()).ok_or_else(|| {
        let path = keys.dir().to_owned();
        KeyStoreError::Damaged { what: "data key", path, cause: "it has another length".to_owned() }
            .into()
    })
}

fn list(paths: &[PathBuf]) -> String {
    let mut text = String::new();
    for path in paths {
        text.push_str("\n  ");
        text.push_str(&path.to_string_lossy());
    }
    text
}

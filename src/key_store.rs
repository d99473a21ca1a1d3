//! The key directory: every key the gateway keeps in a file, readable by nobody else.
//!
//! `init` makes the keys, once. A key that is missing or damaged is an error that says which and what to
//! do; nothing is ever made again silently: a new data key would turn every account into
//! noise, and a new signing key would be one that no console knows.

mod files;
pub mod live;

use std::path::Path;
use std::path::PathBuf;

use crate::assertion::KeyRing;
use crate::assertion::SigningKey;
use crate::assertion::key_ring::KeyState;
use crate::assertion::signing_key::StoredKey;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret::Secret;

pub use self::live::LiveKeys;

/// Bytes of the data key and of the portal key.
pub const SECRET_LEN: usize = 32;

const DATA_KEY: &str = "data.key";
const PORTAL_KEY: &str = "portal.key";
const SIGNING: &str = "signing";
const DEV_CERTIFICATE: &str = "dev-cert.pem";
const DEV_KEY: &str = "dev-key.pem";

/// Why a key cannot be used or made. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// `init` found keys already.
    #[error("{path} exists already; keys are never made over others")]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// A key is not there.
    #[error(
        "the {what} is missing: {path} does not exist. It is never made again by itself: what the old one \
         protects would be lost. Restore the key directory from its backup; on a machine where nothing was \
         set up yet, run `portcullis init`"
    )]
    Missing {
        /// Which key.
        what: &'static str,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A key's file holds something else.
    #[error(
        "the {what} in {path} cannot be used: {cause}. It is not replaced by itself. Restore the file from \
         its backup"
    )]
    Damaged {
        /// Which key.
        what: &'static str,
        /// Its file.
        path: PathBuf,
        /// What is wrong; never the content.
        cause: String,
    },
    /// Others on this machine could have read a key.
    #[error(
        "{path} can be read or written by others (mode {mode:04o}), so what it protects may be known to them. \
         Run `chmod go= {path}`, and consider `portcullis keys rotate --now`"
    )]
    Exposed {
        /// The file or directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The system refused.
    #[error("cannot {doing} {path}: {cause}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyFailed),
    /// A signing key could not be made.
    #[error("a signing key could not be made: the system's random source failed")]
    Generate,
}

/// A signing key that was added or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// Its file.
    pub path: PathBuf,
    /// From when on it signs.
    pub activates: Timestamp,
}

/// A certificate and its key, both PEM.
pub type PemPair = (Secret<Vec<u8>>, Secret<Vec<u8>>);

/// The key directory.
#[derive(Clone, Debug)]
pub struct KeyStore {
    dir: PathBuf,
}

impl KeyStore {
    /// Makes the directory (0700) with a data key, a portal key and a signing key that signs from `wall` on.
    ///
    /// # Errors
    /// When there is any key already, or the system refuses.
    pub fn create(
        dir: &Path,
        wall: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyStoreError> {
        let keys = Self { dir: dir.to_owned() };
        for path in keys.places() {
            if files::exists(&path)? {
                return Err(KeyStoreError::Exists { path });
            }
        }
        files::make_dir(dir)?;
        files::make_dir(&dir.join(SIGNING))?;
        for name in [DATA_KEY, PORTAL_KEY] {
            let key = Secret::new(entropy::bytes::<SECRET_LEN>(entropy)?);
            let text = Secret::new(data_encoding::BASE64.encode(key.expose()) + "\n");
            files::write_new(&dir.join(name), text.expose().as_bytes())?;
        }
        keys.add_signing_key(wall, wall)?;
        Ok(keys)
    }

    /// The key directory of an installation, checked: everything there, nothing exposed.
    ///
    /// # Errors
    /// When a key is missing, damaged or readable by others.
    pub fn open(dir: &Path) -> Result<Self, KeyStoreError> {
        let keys = Self { dir: dir.to_owned() };
        files::check_dir(dir, "key directory")?;
        files::check_dir(&dir.join(SIGNING), "directory of signing keys")?;
        drop(keys.data_key()?);
        drop(keys.portal_key()?);
        drop(keys.load_ring()?);
        Ok(keys)
    }

    /// What [`KeyStore::create`] would make: nothing may exist of it.
    #[must_use]
    pub fn places(&self) -> [PathBuf; 3] {
        [DATA_KEY, PORTAL_KEY, SIGNING].map(|name| self.dir.join(name))
    }

    /// A key directory that is not looked at yet.
    #[must_use]
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The key that everything in the store is sealed with; 32 bytes.
    ///
    /// # Errors
    /// When it is missing, damaged or readable by others.
    pub fn data_key(&self) -> Result<Secret<Vec<u8>>, KeyStoreError> {
        self.secret(DATA_KEY, "data key")
    }

    /// The key behind form tokens and kept posts; 32 bytes.
    ///
    /// # Errors
    /// When it is missing, damaged or readable by others.
    pub fn portal_key(&self) -> Result<Secret<Vec<u8>>, KeyStoreError> {
        self.secret(PORTAL_KEY, "portal key")
    }

    /// Every signing key there is.
    ///
    /// # Errors
    /// When there is none, or one of them cannot be used.
    pub fn load_ring(&self) -> Result<KeyRing, KeyStoreError> {
        let keys = self.signing_keys()?.into_iter().map(|(_, key)| key).collect();
        Ok(KeyRing::new(keys))
    }

    fn load_only(&self, kid: &str) -> Result<KeyRing, KeyStoreError> {
        let keys = self.signing_keys()?.into_iter().map(|(_, key)| key);
        Ok(KeyRing::new(keys.filter(|key| key.kid() == kid).collect()))
    }

    /// Makes a signing key and keeps it, durably.
    ///
    /// # Errors
    /// When the system refuses: there is no new key then.
    pub fn add_signing_key(
        &self,
        wall: Timestamp,
        activates: Timestamp,
    ) -> Result<KeyFile, KeyStoreError> {
        let stored = SigningKey::generate(wall, activates).map_err(|_| KeyStoreError::Generate)?;
        let kid =
            SigningKey::from_stored(&stored).map_err(|_| KeyStoreError::Generate)?.kid().to_owned();
        let name = format!("{:013}-{}.json", wall.millis(), kid.get(..8).unwrap_or_default());
        let path = self.dir.join(SIGNING).join(name);
        let json =
            Secret::new(serde_json::to_vec_pretty(&stored).map_err(|_| KeyStoreError::Generate)?);
        files::write_new(&path, json.expose())?;
        Ok(KeyFile { kid, path, activates })
    }

    /// Removes the files of keys that are not published any more; which those were.
    ///
    /// # Errors
    /// When the keys cannot be read or a file not removed.
    pub fn remove_retired(&self, wall: Timestamp) -> Result<Vec<KeyFile>, KeyStoreError> {
        let ring = self.load_ring()?;
        let retired: Vec<&str> = ring
            .states(wall)
            .into_iter()
            .filter(|(_, state)| *state == KeyState::Retired)
            .map(|(key, _)| key.kid())
            .collect();
        self.remove_where(|key| retired.contains(&key.kid.as_str()))
    }

    /// Removes every signing key but one: what an emergency asks for.
    ///
    /// # Errors
    /// When the keys cannot be read or a file not removed.
    pub fn remove_all_but(&self, kid: &str) -> Result<Vec<KeyFile>, KeyStoreError> {
        self.remove_where(|key| key.kid != kid)
    }

    /// Removes a key that was added and must not come into use after all.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn withdraw(&self, key: &KeyFile) -> Result<(), KeyStoreError> {
        files::remove(&key.path)
    }

    /// Keeps the development certificate that `init` made: PEM of the certificate and of its key.
    ///
    /// # Errors
    /// When there is one already, or the system refuses.
    pub fn save_development_certificate(
        &self,
        certificate: &str,
        key: &Secret<String>,
    ) -> Result<PathBuf, KeyStoreError> {
        let path = self.dir.join(DEV_CERTIFICATE);
        files::write_new(&self.dir.join(DEV_KEY), key.expose().as_bytes())?;
        files::write_new(&path, certificate.as_bytes())?;
        Ok(path)
    }

    /// The development certificate and its key, both PEM.
    ///
    /// # Errors
    /// When `init` made none (a TLS listener was configured later), or it is exposed.
    pub fn development_certificate(&self) -> Result<PemPair, KeyStoreError> {
        let certificate = files::read(&self.dir.join(DEV_CERTIFICATE), "development certificate")?;
        let key = files::read(&self.dir.join(DEV_KEY), "key of the development certificate")?;
        Ok((certificate, key))
    }

    fn remove_where(&self, gone: impl Fn(&KeyFile) -> bool) -> Result<Vec<KeyFile>, KeyStoreError> {
        let mut removed = Vec::new();
        for (path, key) in self.signing_keys()? {
            let file = KeyFile { kid: key.kid().to_owned(), path, activates: key.activates() };
            if gone(&file) {
                files::remove(&file.path)?;
                removed.push(file);
            }
        }
        Ok(removed)
    }

    fn signing_keys(&self) -> Result<Vec<(PathBuf, SigningKey)>, KeyStoreError> {
        let dir = self.dir.join(SIGNING);
        let mut keys = Vec::new();
        for path in files::list(&dir, "json")? {
            let json = files::read(&path, "signing key")?;
            let damaged = |cause: &str| KeyStoreError::Damaged {
                what: "signing key",
                path: path.clone(),
                cause: cause.to_owned(),
            };
            let stored: StoredKey = serde_json::from_slice(json.expose())
                .map_err(|_| damaged("it is not the JSON of a signing key"))?;
            let key = SigningKey::from_stored(&stored).map_err(|e| damaged(&e.to_string()))?;
            keys.push((path, key));
        }
        if keys.is_empty() {
            return Err(KeyStoreError::Missing { what: "signing key", path: dir.join("*.json") });
        }
        Ok(keys)
    }

    fn secret(&self, name: &str, what: &'static str) -> Result<Secret<Vec<u8>>, KeyStoreError> {
        let path = self.dir.join(name);
        let text = files::read(&path, what)?;
        let text = text.expose().trim_ascii();
        match data_encoding::BASE64.decode(text).map(Secret::new) {
            Ok(key) if key.expose().len() == SECRET_LEN => Ok(key),
            _ => Err(KeyStoreError::Damaged {
                what,
                path,
                cause: format!("it is not {SECRET_LEN} bytes in base 64"),
            }),
        }
    }
}

#[cfg(test)]
mod tests;

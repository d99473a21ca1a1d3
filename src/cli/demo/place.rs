//! The directory of a demo: made for it alone, readable by its user alone, removed with it.

use std::fs;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::path::PathBuf;

use super::Failure;
use crate::entropy;
use crate::entropy::Entropy;

/// The site's name: `aud` of the assertions.
pub(super) const SITE: &str = "console";

/// A directory; removed when dropped, unless it is to be kept.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Removed,
}

impl Place {
    /// The directory that was asked for, which must be new or empty, or a fresh temporary one.
    pub(super) fn make(asked: Option<PathBuf>, entropy: &dyn Entropy) -> Result<Self, Failure> {
        let (path, fate) = match asked {
            Some(path) => (path, Fate::Kept),
            None => {
                let id =
                    entropy::identifier(entropy).map_err(|e| cannot("name", Path::new(""), &e))?;
                let name = format!("portcullis-demo-{}", id.get(..10).unwrap_or(&id));
                (std::env::temp_dir().join(name), Fate::Removed)
            }
        };
        let made = DirBuilder::new().mode(0o700).create(&path);
        let is_ours_to_use = |e: &io::Error| {
            fate == Fate::Kept && e.kind() == io::ErrorKind::AlreadyExists && is_empty(&path)
        };
        match made {
            Err(e) if !is_ours_to_use(&e) => Err(cannot("make", &path, &e)),
            _ => Ok(Self { path: fs::canonicalize(&path)?, fate }),
        }
    }

    /// Its `gateway.yaml`.
    pub(super) fn configuration(&self) -> PathBuf {
        self.path.join("gateway.yaml")
    }

    /// Its log.
    pub(super) fn log(&self) -> PathBuf {
        self.path.join("gateway.log")
    }

    /// Whether it outlives the demo.
    pub(super) fn is_kept(&self) -> bool {
        self.fate == Fate::Kept
    }

    /// Writes `gateway.yaml`.
    pub(super) fn write_configuration(&self, port: u16, upstream: &str) -> Result<(), Failure> {
        // A JSON string is a YAML string.
        let upstream = serde_json::Value::from(upstream);
        let yaml = format!(
            "# Made by `portcullis demo`: for trying things out, on this machine alone.\n\
             listen:\n  http: 127.0.0.1:{port}\n  admin: 127.0.0.1:0\n\
             sites:\n  - name: {SITE}\n    hosts: [localhost]\n    upstream: {upstream}\n\
             authenticators:\n  totp:\n    issuer: Portcullis demo\n\
             log:\n  access: access.log\n\
             limits:\n  drain: 1s\n"
        );
        let file = self.configuration();
        fs::write(&file, yaml).map_err(|e| cannot("write", &file, &e))
    }

    /// Removes it, unless it is kept.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        if self.fate == Fate::Removed {
            self.fate = Fate::Kept;
            fs::remove_dir_all(&self.path).map_err(|e| cannot("remove", &self.path, &e))?;
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.fate == Fate::Removed {
            // Something else failed before and is being told.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

fn cannot(act: &str, path: &Path, why: &dyn std::error::Error) -> Failure {
    Failure::Failed(format!("cannot {act} the demo's directory {}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn a_directory_is_private_and_goes_with_the_demo() {
        let place = Place::make(None, &SystemEntropy::new()).unwrap();
        let path = place.path.clone();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        place.end().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_directory_with_something_in_it_is_left_alone() {
        let outer = tempfile::tempdir().unwrap();
        let asked = Some(outer.path().join("demo"));
        let place = Place::make(asked.clone(), &SystemEntropy::new()).unwrap();
        place.write_configuration(0, "http://127.0.0.1:1").unwrap();
        place.end().unwrap();
        assert!(Place::make(asked.clone(), &SystemEntropy::new()).is_err());
        assert!(asked.unwrap().join("gateway.yaml").exists());
    }
}

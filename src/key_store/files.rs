//! Files that nobody else may read, written whole or not at all.

use std::fs;
use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::Permissions;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

use super::KeyStoreError;
use crate::secret::Secret;

const DIR_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Rights of anybody but the owner.
const OTHERS: u32 = 0o077;

/// The largest key file that is read.
const MAX_BYTES: u64 = 64 * 1024;

pub(super) fn exists(path: &Path) -> Result<bool, KeyStoreError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(system("look at", path)(cause)),
    }
}

/// Makes a directory for its owner alone, whatever the umask; one that exists must be like that already.
pub(super) fn make_dir(dir: &Path) -> Result<(), KeyStoreError> {
    if exists(dir)? {
        return check_dir(dir, "key directory");
    }
    DirBuilder::new().recursive(true).mode(DIR_MODE).create(dir).map_err(system("make", dir))?;
    fs::set_permissions(dir, Permissions::from_mode(DIR_MODE)).map_err(system("protect", dir))?;
    sync_parent(dir)
}

pub(super) fn check_dir(dir: &Path, what: &'static str) -> Result<(), KeyStoreError> {
    let found = fs::metadata(dir).map_err(missing_or(what, "read", dir))?;
    if !found.is_dir() {
        return Err(KeyStoreError::Damaged {
            what,
            path: dir.to_owned(),
            cause: "it is no directory".to_owned(),
        });
    }
    refuse_exposed(dir, &found)
}

/// Writes a file that must not exist: to a temporary name, to the medium, then to its name.
pub(super) fn write_new(path: &Path, content: &[u8]) -> Result<(), KeyStoreError> {
    if exists(path)? {
        return Err(KeyStoreError::Exists { path: path.to_owned() });
    }
    let temporary = path.with_extension("tmp");
    let written = write_to(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if let Err(cause) = written {
        // Half a key is worth nothing, and the error says what matters.
        drop(fs::remove_file(&temporary));
        return Err(system("write", path)(cause));
    }
    sync_parent(path)
}

fn write_to(path: &Path, content: &[u8]) -> io::Result<()> {
    // A leftover of an interrupted run would keep its own mode.
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
    file.set_permissions(Permissions::from_mode(FILE_MODE))?;
    file.write_all(content)?;
    file.sync_all()
}

pub(super) fn remove(path: &Path) -> Result<(), KeyStoreError> {
    fs::remove_file(path).map_err(system("remove", path))?;
    sync_parent(path)
}

/// A key file's content, unless others could have read it.
pub(super) fn read(path: &Path, what: &'static str) -> Result<Secret<Vec<u8>>, KeyStoreError> {
    let file = File::open(path).map_err(missing_or(what, "read", path))?;
    let found = file.metadata().map_err(system("read", path))?;
    refuse_exposed(path, &found)?;
    if found.len() > MAX_BYTES {
        return Err(KeyStoreError::Damaged {
            what,
            path: path.to_owned(),
            cause: format!("it is larger than {MAX_BYTES} bytes"),
        });
    }
    let mut content = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    let read = file.take(MAX_BYTES).read_to_end(&mut content);
    let content = Secret::new(content);
    read.map_err(system("read", path))?;
    Ok(content)
}

/// The files of a directory with that ending, by name.
pub(super) fn list(dir: &Path, ending: &str) -> Result<Vec<PathBuf>, KeyStoreError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(missing_or("directory of signing keys", "read", dir))? {
        let path = entry.map_err(system("read", dir))?.path();
        if path.extension().is_some_and(|found| found == ending) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn refuse_exposed(path: &Path, found: &fs::Metadata) -> Result<(), KeyStoreError> {
    let mode = found.permissions().mode() & 0o7777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(KeyStoreError::Exposed { path: path.to_owned(), mode })
}

fn sync_parent(path: &Path) -> Result<(), KeyStoreError> {
    let parent =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|dir| dir.sync_all()).map_err(system("save the directory of", path))
}

fn system(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> KeyStoreError {
    let path = path.to_owned();
    move |cause| KeyStoreError::System { doing, path: path.clone(), cause }
}

fn missing_or(
    what: &'static str,
    doing: &'static str,
    path: &Path,
) -> impl Fn(io::Error) -> KeyStoreError {
    let path = path.to_owned();
    move |cause| {
        if cause.kind() == io::ErrorKind::NotFound {
            KeyStoreError::Missing { what, path: path.clone() }
        } else {
            KeyStoreError::System { doing, path: path.clone(), cause }
        }
    }
}

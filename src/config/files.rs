//! Files that the configuration names.

use std::fs::File;
use std::fs::Metadata;
use std::io;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::error::Problem;

/// The longest file that is read, unless it is a list.
const LONGEST: Length = Length { bytes: 1 << 20, words: "at most 1 MiB" };

/// How long a file may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    /// In bytes.
    pub(super) bytes: u64,
    /// The same in words.
    pub(super) words: &'static str,
}

const FORM: &str = "the path of a file that can be read";

/// What tells one state of a file from another, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    /// Of the file a path leads to; none when it leads nowhere.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().map(|found| Self::from(&found))
    }
}

impl From<&Metadata> for Identity {
    fn from(found: &Metadata) -> Self {
        Self {
            device: found.dev(),
            inode: found.ino(),
            size: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        }
    }
}

/// The bytes of a file of at most [`LONGEST`] bytes.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let (file, _) = open(path)?;
    contents(&file, LONGEST)
}

/// The bytes of a file of at most so many, which nobody wrote to meanwhile.
pub(super) fn read_at_rest(path: &Path, longest: Length) -> Result<Vec<u8>, Problem> {
    let (file, _) = open(path)?;
    let state = || file.metadata().map(|found| Identity::from(&found)).ok();
    let before = state();
    let bytes = contents(&file, longest)?;
    if before.is_none() || state() != before {
        return Err(Problem::new("the file changed while it was read")
            .allowed("a file that nobody is writing")
            .hint("write a new file beside it, and rename that over it"));
    }
    Ok(bytes)
}

/// The text of a file that nobody but its owner can read or change.
pub(super) fn read_private(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let (file, mode) = open(path)?;
    if grants(mode) {
        return Err(Problem::new("others than the owner have access to this file")
            .allowed("a file of mode 0600 or 0400")
            .hint("chmod 600 the file; if it was readable for long, replace the secret"));
    }
    let bytes = Zeroizing::new(contents(&file, LONGEST)?);
    String::from_utf8(bytes.to_vec()).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        Problem::new("the file is not text in UTF-8").allowed("text")
    })
}

/// The permissions of group and others.
const OTHERS: u32 = 0o077;

/// Whether nobody but its owner can read or change a file; false where that cannot be told.
pub(super) fn is_private(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !grants(metadata.mode()))
}

/// Whether a mode lets others than the owner in.
const fn grants(mode: u32) -> bool {
    mode & OTHERS != 0
}

fn open(path: &Path) -> Result<(File, u32), Problem> {
    // A pipe would block before its kind is known.
    let metadata = std::fs::metadata(path).map_err(|error| failure(&error))?;
    if !metadata.is_file() {
        return Err(Problem::new("this is not a file").allowed("the path of a regular file"));
    }
    let file = File::open(path).map_err(|error| failure(&error))?;
    let metadata = file.metadata().map_err(|error| failure(&error))?;
    Ok((file, metadata.mode()))
}

fn contents(file: &File, longest: Length) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut file = file.take(longest.bytes + 1);
    let length = file.read_to_end(&mut bytes).map_err(|error| failure(&error))?;
    if length as u64 > longest.bytes {
        return Err(Problem::new("the file is too large").allowed(longest.words));
    }
    Ok(bytes)
}

fn failure(error: &io::Error) -> Problem {
    if error.kind() == io::ErrorKind::NotFound {
        Problem::new("the file does not exist")
            .allowed(FORM)
            .hint("relative paths begin at the directory of the configuration file")
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        Problem::new("the file cannot be read")
            .allowed(FORM)
            .hint("the user that runs the gateway needs permission to read it")
    } else {
        Problem::new(format!("the file cannot be read: {}", error.kind())).allowed(FORM)
    }
}

/// What tells whether a file is still the one that a configuration was read from.
///
/// # Errors
/// When it cannot be read.
pub fn fingerprint_of(path: &Path) -> io::Result<[u8; 32]> {
    std::fs::read(path).map(|bytes| fingerprint(&bytes))
}

/// SHA-256 of a file's text.
pub(super) fn fingerprint(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest.as_ref());
    fingerprint
}

/// The path with `.` and `..` taken out and the links of its existing part followed.
pub(super) fn normal(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                normal.push(component);
                normal = normal.canonicalize().unwrap_or(normal);
            }
        }
    }
    normal
}

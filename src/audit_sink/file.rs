//! Records at the end of a file. Whoever rotates it moves it away: another one is begun.

use std::fs::File;
use std::io;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::Mode;
use rustix::fs::OFlags;

use super::NotTaken;
use crate::audit::AuditRecord;

/// What group and others must not have of the file: whoever can write it can make records.
const WRITABLE: u32 = 0o022;

/// A file that records are appended to.
#[derive(Debug)]
pub struct FileOutlet {
    path: PathBuf,
    file: Option<File>,
}

impl FileOutlet {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    pub(super) fn deliver(&mut self, records: &[AuditRecord]) -> Result<(), NotTaken> {
        let text = super::lines(records)?;
        let written = self.write(text.as_bytes());
        if written.is_err() {
            self.file = None;
        }
        written.map_err(|error| NotTaken(format!("the file cannot be written: {error}")))
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        let file = match self.file.take().filter(|file| is_at(file, &self.path)) {
            Some(file) => file,
            None => open(&self.path)?,
        };
        let file = self.file.insert(file);
        file.write_all(text)?;
        file.sync_data()
    }
}

/// Whether the open file is still the one that the path leads to.
fn is_at(file: &File, path: &Path) -> bool {
    let same = || -> io::Result<bool> {
        let (open, there) = (file.metadata()?, std::fs::symlink_metadata(path)?);
        Ok((open.dev(), open.ino()) == (there.dev(), there.ino()))
    };
    same().unwrap_or(false)
}

/// Opens or makes the file. What a write that was broken off has left becomes a line of its own.
fn open(path: &Path) -> io::Result<File> {
    // Not through a link, which somebody else may have put there, and never waiting at a pipe.
    let flags = OFlags::APPEND | OFlags::CREATE | OFlags::RDWR | OFlags::CLOEXEC;
    let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let is_new = std::fs::symlink_metadata(path).is_err();
    let mut file = File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?);
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if found.mode() & WRITABLE != 0 {
        return Err(io::Error::other("others than its owner can write it"));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    if found.nlink() != 1 {
        return Err(io::Error::other("it has more than one name"));
    }
    if is_new && let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    if let Some(last) = found.len().checked_sub(1) {
        let mut end = [0];
        file.read_exact_at(&mut end, last)?;
        if end != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

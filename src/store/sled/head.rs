//! The head file: how far the store had come, kept outside the store's directory.
//!
//! Two slots, written in turn and synced each time, so that a torn write leaves the other. A store
//! that is missing, cut or rolled back has come less far than the head says, and is not opened.

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ring::digest;

use super::files;
use crate::audit::AuditHead;

/// Where the second slot begins: another sector than the first's on any medium.
const SECOND: u64 = 4096;

/// Bytes of a slot.
const SLOT: usize = 512;

/// First word of a slot.
const MAGIC: &str = "portcullis-store-head-1";

/// How far a store had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Which store.
    pub(super) store_id: String,
    /// Fingerprint of its data key.
    pub(super) key: String,
    /// Its commits.
    pub(super) commit: u64,
    /// Its audit log.
    pub(super) audit: AuditHead,
}

/// The open head file.
#[derive(Debug)]
pub(super) struct HeadFile {
    file: File,
    second_next: bool,
}

impl HeadFile {
    /// Makes the file; it must not exist.
    pub(super) fn create(path: &Path, head: &Head) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(files::FILE_MODE)
            .open(path)?;
        let mut made = Self { file, second_next: false };
        made.write(head)?;
        made.write(head)?;
        made.file.sync_all()?;
        files::sync_parent(path)?;
        Ok(made)
    }

    /// Opens the file; no head when neither slot is whole.
    pub(super) fn open(path: &Path) -> io::Result<Option<(Self, Head)>> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let first = read_slot(&file, 0)?;
        let second = read_slot(&file, SECOND)?;
        let second_next = match (&first, &second) {
            (Some(a), Some(b)) => a.commit >= b.commit,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let newest = if second_next { first } else { second };
        Ok(newest.map(|head| (Self { file, second_next }, head)))
    }

    /// Writes the older slot and waits until the medium has it.
    pub(super) fn write(&mut self, head: &Head) -> io::Result<()> {
        let offset = if self.second_next { SECOND } else { 0 };
        self.file.write_all_at(&encode(head)?, offset)?;
        self.file.sync_data()?;
        self.second_next = !self.second_next;
        Ok(())
    }
}

fn read_slot(file: &File, offset: u64) -> io::Result<Option<Head>> {
    let mut slot = [0_u8; SLOT];
    match file.read_exact_at(&mut slot, offset) {
        Ok(()) => Ok(decode(&slot)),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(e),
    }
}

fn encode(head: &Head) -> io::Result<Vec<u8>> {
    let mut text = format!(
        "{MAGIC} {} {} {} {} {} ",
        head.store_id, head.key, head.commit, head.audit.seq, head.audit.hash
    );
    let sum = checksum(&text);
    text.push_str(&sum);
    let mut slot = text.into_bytes();
    if slot.len() >= SLOT {
        return Err(io::Error::other("the head does not fit its slot"));
    }
    slot.resize(SLOT - 1, b' ');
    slot.push(b'\n');
    Ok(slot)
}

fn decode(slot: &[u8]) -> Option<Head> {
    let text = str::from_utf8(slot).ok()?.trim_end();
    let (covered, sum) = text.split_at_checked(text.rfind(' ')?.saturating_add(1))?;
    if sum != checksum(covered) {
        return None;
    }
    let mut words = covered.split(' ');
    if words.next()? != MAGIC {
        return None;
    }
    Some(Head {
        store_id: words.next()?.to_owned(),
        key: words.next()?.to_owned(),
        commit: words.next()?.parse().ok()?,
        audit: AuditHead { seq: words.next()?.parse().ok()?, hash: words.next()?.to_owned() },
    })
}

fn checksum(text: &str) -> String {
    data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(commit: u64) -> Head {
        Head {
            store_id: "abc".to_owned(),
            key: "0123456789abcdef".to_owned(),
            commit,
            audit: AuditHead::default(),
        }
    }

    #[test]
    fn the_newest_head_is_read_back_however_often_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("head");
        let mut file = HeadFile::create(&path, &head(1)).unwrap();
        for commit in 2..9 {
            file.write(&head(commit)).unwrap();
            let (reopened, read) = HeadFile::open(&path).unwrap().unwrap();
            assert_eq!(read, head(commit));
            file = reopened;
        }
    }

    #[test]
    fn a_torn_slot_leaves_the_one_before_and_two_torn_slots_leave_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("head");
        let mut file = HeadFile::create(&path, &head(1)).unwrap();
        file.write(&head(2)).unwrap();
        let newest = if file.second_next { 0 } else { SECOND };
        file.file.write_all_at(b"torn", newest + 10).unwrap();
        let (mut file, read) = HeadFile::open(&path).unwrap().unwrap();
        assert_eq!(read, head(1));
        file.write(&head(3)).unwrap();
        let (_, read) = HeadFile::open(&path).unwrap().unwrap();
        assert_eq!(read, head(3));
        for offset in [0, SECOND] {
            file.file.write_all_at(b"torn", offset + 10).unwrap();
        }
        assert!(HeadFile::open(&path).unwrap().is_none());
        file.file.set_len(0).unwrap();
        assert!(HeadFile::open(&path).unwrap().is_none());
    }
}

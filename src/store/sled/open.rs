//! Making and opening a store. A store that holds less than it had is not opened.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::sled::Config;
use ::sled::Db;

use super::commit;
use super::commit::Committer;
use super::commit::Shared;
use super::files;
use super::head::Head;
use super::head::HeadFile;
use super::keys::Key;
use super::meta;
use super::meta::Census;
use super::meta::Meta;
use super::quiet;
use super::refusal::OpenError;
use super::txn;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::audit::AuditRecord;
use crate::entropy;
use crate::entropy::Entropy;
use crate::store::StoreError;
use crate::store::sealing::DataKey;
use crate::store::sealing::Sealer;

/// Bytes of pages that sled keeps in memory.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// Where a store lies.
#[derive(Clone, Debug)]
pub struct StorePaths {
    /// Its directory.
    pub dir: PathBuf,
    /// Its head file, in the key directory: outside `dir`.
    pub head: PathBuf,
}

impl StorePaths {
    fn db(&self) -> PathBuf {
        self.dir.join("db")
    }

    fn damaged(&self, cause: &dyn fmt::Display) -> OpenError {
        OpenError::Unreadable { dir: self.dir.clone(), cause: cause.to_string() }
    }

    fn lock(&self) -> Result<File, OpenError> {
        patiently(|| {
            files::lock(&self.dir)
                .map_err(system("lock the store", &self.dir))?
                .ok_or_else(|| OpenError::Locked { dir: self.dir.clone() })
        })
    }
}

/// How often, and at what distance, a store that another process holds is tried again.
const LOCK_TRIES: usize = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Makes a store, with its first audit record.
pub(super) fn create(
    paths: &StorePaths,
    key: &DataKey,
    entropy: &Arc<dyn Entropy>,
    created: AuditEvent,
) -> Result<Committer, OpenError> {
    let there = system("look for a store", &paths.dir);
    for (path, vacant) in [
        (&paths.dir, files::is_vacant(&paths.dir).map_err(&there)?),
        (&paths.head, !exists(&paths.head)?),
    ] {
        if !vacant {
            return Err(OpenError::Exists { path: path.clone() });
        }
    }
    files::make_dir(&paths.dir).map_err(system("make the store", &paths.dir))?;
    if files::lies_in(&paths.head, &paths.dir).map_err(&there)? {
        return Err(OpenError::HeadInside { dir: paths.dir.clone(), head: paths.head.clone() });
    }
    let lock = paths.lock()?;
    let id = entropy::identifier(&**entropy)
        .map_err(|e| io::Error::other(e.to_string()))
        .map_err(system("name the store", &paths.dir))?;
    let sealer = Sealer::new(key, Arc::clone(entropy));
    let db = open_sled(paths)?;
    files::tighten(&paths.dir).map_err(system("protect the store", &paths.dir))?;
    let state = Meta::new(id);
    let key = fingerprint(&sealer)?;
    let head_file = HeadFile::create(&paths.head, &commit::head_of(&state, key.clone()))
        .map_err(system("make the head file", &paths.head))?;
    let mut committer = Committer {
        shared: Arc::new(Shared::new((*db).clone(), sealer)),
        file: sled_file(paths)?,
        db,
        head_file,
        key,
        meta: state,
        lock,
    };
    let (act, _) = commit::act(move |txn| {
        txn.audit(created);
        Ok(())
    });
    committer
        .commit(&mut [act])
        .map_err(|e| io::Error::other(e.to_string()))
        .and_then(|()| files::sync_dir(&paths.dir))
        .and_then(|()| files::sync_parent(&paths.dir))
        .map_err(system("write the store", &paths.dir))?;
    Ok(committer)
}

/// Opens a store that is there and whole.
pub(super) fn open(
    paths: &StorePaths,
    key: &DataKey,
    entropy: Arc<dyn Entropy>,
) -> Result<Committer, OpenError> {
    both_exist(paths)?;
    let lock = paths.lock()?;
    let sealer = Sealer::new(key, entropy);
    let key = fingerprint(&sealer)?;
    let (head_file, head) = read_head(paths, &key)?;
    files::remove_unfinished_snapshots(&paths.dir)
        .and_then(|()| files::tighten(&paths.dir))
        .map_err(system("prepare the store", &paths.dir))?;
    let file = sled_file(paths)?;
    let db = open_sled(paths)?;
    // Damage shows as errors and as panics, in opening and in reading: both refuse.
    let state = match quiet::catch(|| judge(paths, &db, &sealer, &head)) {
        Ok(Ok(state)) => state,
        Ok(Err(refusal)) => return Err(give_up(db, &file, refusal)),
        Err(panic) => return Err(give_up(db, &file, paths.damaged(&panic))),
    };
    let mut committer = Committer {
        shared: Arc::new(Shared::new((*db).clone(), sealer)),
        db,
        file,
        head_file,
        key,
        meta: state,
        lock,
    };
    if committer.meta.commit > head.commit {
        // The process ended between the store's sync and the head's: the head follows.
        let head = committer.head();
        committer
            .file
            .sync_data()
            .and_then(|()| committer.head_file.write(&head))
            .map_err(system("write the head file", &paths.head))?;
    }
    Ok(committer)
}

fn both_exist(paths: &StorePaths) -> Result<(), OpenError> {
    let (dir, head) = (paths.dir.clone(), paths.head.clone());
    match (exists(&paths.db())?, exists(&paths.head)?) {
        (true, true) => Ok(()),
        (false, true) => Err(OpenError::StoreMissing { dir, head }),
        (true, false) => Err(OpenError::HeadMissing { dir, head }),
        (false, false) => Err(OpenError::Nothing { dir, head }),
    }
}

fn read_head(paths: &StorePaths, key: &str) -> Result<(HeadFile, Head), OpenError> {
    let (file, head) = HeadFile::open(&paths.head)
        .map_err(system("read the head file", &paths.head))?
        .ok_or_else(|| OpenError::HeadDamaged { head: paths.head.clone() })?;
    if head.key != key {
        return Err(OpenError::WrongKey {
            dir: paths.dir.clone(),
            found: key.to_owned(),
            needed: head.key,
        });
    }
    Ok((file, head))
}

/// Whether the store is the one the head knows, as far as it had come, with all its records.
fn judge(paths: &StorePaths, db: &Db, sealer: &Sealer, head: &Head) -> Result<Meta, OpenError> {
    let dir = paths.dir.clone();
    let key = Key::meta();
    let Some(value) = db.get(key.bytes()).map_err(|e| paths.damaged(&e))? else {
        return Err(OpenError::Emptied { dir, commits: head.commit });
    };
    let state: Meta =
        txn::open(sealer, &key, &value).map_err(|_| OpenError::MetaSealed { dir: dir.clone() })?;
    if state.schema > meta::SCHEMA {
        return Err(OpenError::Newer { dir, found: state.schema, known: meta::SCHEMA });
    }
    if state.store_id != head.store_id {
        return Err(OpenError::OtherStore {
            dir,
            head: paths.head.clone(),
            found: state.store_id,
            needed: head.store_id.clone(),
        });
    }
    if state.commit < head.commit {
        return Err(OpenError::RolledBack { dir, found: state.commit, needed: head.commit });
    }
    let census = census(paths, db)?;
    if census != state.census {
        return Err(OpenError::Lost { dir, difference: explain(&census, &state.census) });
    }
    if !continues(db, sealer, &head.audit, &state).map_err(|e| paths.damaged(&e))? {
        return Err(OpenError::OtherHistory { dir, record: head.audit.seq });
    }
    Ok(state)
}

fn census(paths: &StorePaths, db: &Db) -> Result<Census, OpenError> {
    let meta = Key::meta();
    let mut census = Census::default();
    for entry in db.iter() {
        let (name, value) = entry.map_err(|e| paths.damaged(&e))?;
        if name != meta.bytes() && !census.add(&name, &value) {
            return Err(OpenError::Lost {
                dir: paths.dir.clone(),
                difference: format!("{} is no record of ours", Key::found(&name)),
            });
        }
    }
    Ok(census)
}

fn explain(found: &Census, needed: &Census) -> String {
    found.difference(needed).map_or_else(
        || "some are not the ones last written".to_owned(),
        |(kind, found, needed)| {
            format!("{found} records of kind `{kind}` where {needed} were written")
        },
    )
}

/// Whether the log goes through the head that was acknowledged.
fn continues(
    db: &Db,
    sealer: &Sealer,
    acknowledged: &AuditHead,
    state: &Meta,
) -> Result<bool, StoreError> {
    if acknowledged.seq == 0 {
        return Ok(*acknowledged == AuditHead::default());
    }
    if acknowledged.seq == state.audit.seq {
        return Ok(acknowledged.hash == state.audit.hash);
    }
    let key = Key::audit(acknowledged.seq);
    let Some(value) = db.get(key.bytes()).map_err(txn::unreadable)? else {
        return Ok(false);
    };
    let record: AuditRecord = txn::open(sealer, &key, &value)?;
    Ok(record.hash == acknowledged.hash)
}

/// Tries again for a moment while another process has the store: one that is ending lets go of it only
/// with its last descriptor.
fn patiently<T>(mut attempt: impl FnMut() -> Result<T, OpenError>) -> Result<T, OpenError> {
    for _ in 0..LOCK_TRIES {
        match attempt() {
            Err(OpenError::Locked { .. }) => std::thread::sleep(LOCK_PAUSE),
            done => return done,
        }
    }
    attempt()
}

fn open_sled(paths: &StorePaths) -> Result<Db, OpenError> {
    patiently(|| try_open_sled(paths))
}

fn try_open_sled(paths: &StorePaths) -> Result<Db, OpenError> {
    let config = Config::new().path(&paths.dir).cache_capacity(CACHE_BYTES);
    match quiet::catch(|| config.open()) {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(e)) if e.to_string().contains("could not acquire lock") => {
            Err(OpenError::Locked { dir: paths.dir.clone() })
        }
        Ok(Err(e)) => Err(paths.damaged(&e)),
        Err(panic) => Err(paths.damaged(&panic)),
    }
}

/// Lets go of a store that is not to be opened, so that another try finds it free.
fn give_up(db: Db, file: &File, refusal: OpenError) -> OpenError {
    // Whatever closing it adds, the first refusal says more.
    drop(quiet::catch(move || drop(db)));
    commit::wait_for_release(file);
    refusal
}

fn sled_file(paths: &StorePaths) -> Result<File, OpenError> {
    File::open(paths.db()).map_err(system("open the store", &paths.db()))
}

fn fingerprint(sealer: &Sealer) -> Result<String, OpenError> {
    sealer
        .fingerprint()
        .map_err(|e| io::Error::other(e.to_string()))
        .map_err(system("use the data key", Path::new("memory")))
}

fn exists(path: &Path) -> Result<bool, OpenError> {
    path.try_exists().map_err(system("look for a store", path))
}

fn system(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> OpenError {
    let path = path.to_owned();
    move |cause| OpenError::System { doing, path: path.clone(), cause: cause.to_string() }
}

//! The commit thread: every act is applied here, one after the other, and answered when it is durable.
//!
//! All acts that wait are applied, each in one atomic batch with its audit records, then made durable
//! together: sled's flush, `fdatasync` of its file (the flush alone does not reach the platter), the
//! head file. Reads do not come this way.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ::sled::Batch;
use ::sled::Db;
use ::sled::Tree;
use parking_lot::RwLock;
use tokio::sync::oneshot;

use super::files;
use super::followers;
use super::head::Head;
use super::head::HeadFile;
use super::keys::Key;
use super::loud;
use super::mandate;
use super::meta::Meta;
use super::notices;
use super::notices::Told;
use super::quiet;
use super::txn;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::authenticator::contact::Channel;
use crate::store::Follower;
use crate::store::StoreError;
use crate::store::sealing::Sealer;

/// Most acts that one sync serves.
const LARGEST_GROUP: usize = 1024;

/// What readers and the commit thread share.
#[derive(Debug)]
pub(super) struct Shared {
    /// None when closed. Held for writing while a batch is applied, so that no read sees half an act.
    tree: RwLock<Option<Tree>>,
    sealer: Sealer,
    failed: AtomicBool,
    /// The channels that notices are kept for.
    notices: RwLock<Vec<Channel>>,
    /// Those who follow the audit log.
    followers: RwLock<Vec<Follower>>,
    /// Whether nothing can be read once the next act is written.
    #[cfg(test)]
    pub(super) fault: Fault,
}

/// What a test has fail.
#[cfg(test)]
#[derive(Debug)]
pub(super) struct Fault {
    awaits_an_act: AtomicBool,
    is_there: AtomicBool,
}

#[cfg(test)]
impl Fault {
    const fn none() -> Self {
        Self { awaits_an_act: AtomicBool::new(false), is_there: AtomicBool::new(false) }
    }

    pub(super) fn arm(&self) {
        self.awaits_an_act.store(true, Ordering::Release);
    }

    pub(super) fn mend(&self) {
        self.awaits_an_act.store(false, Ordering::Release);
        self.is_there.store(false, Ordering::Release);
    }

    fn note_act(&self) {
        if self.awaits_an_act.swap(false, Ordering::AcqRel) {
            self.is_there.store(true, Ordering::Release);
        }
    }
}

impl Shared {
    pub(super) const fn new(tree: Tree, sealer: Sealer) -> Self {
        Self {
            tree: RwLock::new(Some(tree)),
            sealer,
            failed: AtomicBool::new(false),
            notices: RwLock::new(Vec::new()),
            followers: RwLock::new(Vec::new()),
            #[cfg(test)]
            fault: Fault::none(),
        }
    }

    /// From now on acts wait for these, as far as they have a limit.
    pub(super) fn follow_log(&self, followers: &[Follower]) {
        *self.followers.write() = followers.to_vec();
    }

    /// Those who follow the audit log.
    pub(super) fn followers(&self) -> Vec<Follower> {
        self.followers.read().clone()
    }

    /// From now on notices are kept for these channels.
    pub(super) fn keep_notices(&self, channels: &[Channel]) {
        *self.notices.write() = channels.to_vec();
    }

    /// Whether notices are kept for a channel.
    pub(super) fn tells(&self, channel: Channel) -> bool {
        self.notices.read().contains(&channel)
    }

    /// Reads, between two acts.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Txn<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let guard = self.tree.read();
        let tree = guard.as_ref().ok_or(StoreError::Closed)?;
        if self.failed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        #[cfg(test)]
        if self.fault.is_there.load(Ordering::Acquire) {
            return Err(StoreError::Medium {
                doing: "read",
                cause: "a test has it fail".to_owned(),
            });
        }
        quiet::catch(|| work(&Txn::new(tree, &self.sealer)))
            .unwrap_or_else(|cause| Err(StoreError::Medium { doing: "read", cause }))
    }
}

/// An act on its way through the commit thread.
pub(super) trait Act: Send {
    /// Does it in `txn`; whether its changes are to be written.
    fn run(&mut self, txn: &mut Txn<'_>) -> bool;
    /// Its changes could not be prepared; nothing of it was written.
    fn refuse(&mut self, error: StoreError);
    /// It is durable, or the whole group failed.
    fn answer(self: Box<Self>, failure: Option<&StoreError>);
}

/// An act with an answer of its own type.
struct Asked<T, F> {
    work: Option<F>,
    outcome: Result<T, StoreError>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Act for Asked<T, F>
where
    T: Send,
    F: FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, txn: &mut Txn<'_>) -> bool {
        if let Some(work) = self.work.take() {
            self.outcome = work(txn);
        }
        self.outcome.is_ok()
    }

    fn refuse(&mut self, error: StoreError) {
        self.outcome = Err(error);
    }

    fn answer(self: Box<Self>, failure: Option<&StoreError>) {
        let answer = failure.map_or(self.outcome, |failure| Err(copy(failure)));
        // Whoever asked may have gone away; the act stands.
        drop(self.reply.send(answer));
    }
}

/// An act, and where its answer will come.
pub(super) fn act<T, F>(work: F) -> (Box<dyn Act>, oneshot::Receiver<Result<T, StoreError>>)
where
    T: Send + 'static,
    F: FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let act = Asked { work: Some(work), outcome: Err(StoreError::Closed), reply };
    (Box::new(act), answer)
}

/// The one writer.
#[derive(Debug)]
pub(super) struct Committer {
    pub(super) shared: Arc<Shared>,
    pub(super) db: Db,
    /// sled's file, for syncing.
    pub(super) file: File,
    pub(super) head_file: HeadFile,
    pub(super) key: String,
    pub(super) meta: Meta,
    /// Held, not used: releases the store's lock when dropped.
    pub(super) lock: File,
}

impl Committer {
    /// Serves acts until the last sender is gone, then closes.
    pub(super) fn run(mut self, queue: &mpsc::Receiver<Box<dyn Act>>) -> Result<(), StoreError> {
        while let Ok(first) = queue.recv() {
            let mut group = vec![first];
            group.extend(queue.try_iter().take(LARGEST_GROUP - 1));
            self.serve(group);
        }
        self.close()
    }

    fn serve(&mut self, mut group: Vec<Box<dyn Act>>) {
        let failure = if self.shared.failed.load(Ordering::Acquire) {
            Some(StoreError::Closed)
        } else {
            self.commit(&mut group).err()
        };
        for act in group {
            act.answer(failure.as_ref());
        }
    }

    /// Applies the acts of a group and makes them durable. After an error nobody knows what memory
    /// and medium hold, so the store takes nothing more.
    pub(super) fn commit(&mut self, group: &mut [Box<dyn Act>]) -> Result<(), StoreError> {
        let outcome = quiet::catch(|| self.apply_and_sync(group)).unwrap_or_else(Err);
        outcome.map_err(|cause| {
            self.shared.failed.store(true, Ordering::Release);
            StoreError::Medium {
                doing: "write",
                cause: format!("{cause}; the process must be restarted before it writes again"),
            }
        })
    }

    fn apply_and_sync(&mut self, group: &mut [Box<dyn Act>]) -> Result<(), String> {
        let mut wrote = false;
        let shared = Arc::clone(&self.shared);
        for act in group {
            let mut txn = Txn::new(&self.db, &shared.sealer);
            if !act.run(&mut txn) || txn.is_empty() {
                continue;
            }
            match self.prepare(txn) {
                Ok((batch, meta)) => {
                    let _no_reader = shared.tree.write();
                    self.db.apply_batch(batch).map_err(|e| e.to_string())?;
                    self.meta = meta;
                    wrote = true;
                    #[cfg(test)]
                    shared.fault.note_act();
                }
                Err(error) => act.refuse(error),
            }
        }
        if wrote {
            self.db.flush().map_err(|e| e.to_string())?;
            self.file.sync_data().map_err(|e| e.to_string())?;
            let head = self.head();
            self.head_file.write(&head).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// The head of the present state.
    pub(super) fn head(&self) -> Head {
        head_of(&self.meta, self.key.clone())
    }

    /// One atomic batch: the act, its audit records, and the record that counts them.
    fn prepare(&self, mut txn: Txn<'_>) -> Result<(Batch, Meta), StoreError> {
        let sealer = &self.shared.sealer;
        let mut meta = self.meta.clone();
        let channels = self.shared.notices.read().clone();
        let before = Txn::new(&self.db, sealer);
        if txn.events.iter().any(AuditEvent::is_held_up) {
            followers::wait(&before, meta.audit.seq, &self.shared.followers())?;
        }
        for event in &txn.events {
            mandate::check(&before, &txn, event)?;
        }
        for mut event in std::mem::take(&mut txn.events) {
            event.mandate = None;
            let record = meta.audit.chain(event);
            let is_loud = loud::note(&mut txn, (&record.event, record.seq))?;
            let told = if is_loud { Told::OwnersToo } else { Told::WhomItConcerns };
            notices::leave(&mut txn, &before, (&record.event, record.seq, told), &channels)?;
            txn.put(Key::audit(record.seq), &record)?;
        }
        let mut batch = Batch::default();
        let mut counted = true;
        for (key, change) in txn.changes {
            let before = self.db.get(key.bytes()).map_err(txn::unreadable)?;
            if let Some(before) = before {
                counted &= meta.census.remove(key.bytes(), &before);
            }
            match change {
                Some(value) => {
                    counted &= meta.census.add(key.bytes(), &value);
                    batch.insert(key.bytes(), value);
                }
                None => batch.remove(key.bytes()),
            }
        }
        if !counted {
            return Err(StoreError::Medium {
                doing: "write",
                cause: "a record has a name or form that the store does not know".to_owned(),
            });
        }
        meta.commit = meta.commit.saturating_add(1);
        meta.latest = meta.latest.max(txn.latest);
        let key = Key::meta();
        batch.insert(key.bytes(), txn::seal(sealer, &key, &meta)?);
        Ok((batch, meta))
    }

    fn close(self) -> Result<(), StoreError> {
        let Self { shared, db, file, lock, .. } = self;
        drop(shared.tree.write().take());
        let failed = shared.failed.load(Ordering::Acquire);
        let closed = quiet::catch(move || {
            let flushed = if failed { Ok(0) } else { db.flush() };
            drop(db);
            flushed.map_err(|e| e.to_string()).map(drop)
        });
        wait_for_release(&file);
        drop(lock);
        closed.unwrap_or_else(Err).map_err(|cause| StoreError::Medium { doing: "close", cause })
    }
}

/// The head of a state.
pub(super) fn head_of(meta: &Meta, key: String) -> Head {
    Head { store_id: meta.store_id.clone(), key, commit: meta.commit, audit: meta.audit.clone() }
}

/// sled's own threads may hold its file a little longer than its handle lives.
pub(super) fn wait_for_release(file: &File) {
    for _ in 0..200 {
        if files::try_lock(file).unwrap_or(true) {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn copy(error: &StoreError) -> StoreError {
    match error {
        StoreError::Medium { doing, cause } => StoreError::Medium { doing, cause: cause.clone() },
        StoreError::Sealed { record } => StoreError::Sealed { record: record.clone() },
        StoreError::NotAllowed(why) => StoreError::NotAllowed(*why),
        StoreError::Conflict => StoreError::Conflict,
        StoreError::HeldUp { sink, behind } => {
            StoreError::HeldUp { sink: sink.clone(), behind: *behind }
        }
        StoreError::Closed => StoreError::Closed,
    }
}
